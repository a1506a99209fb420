"""A draft's tasks on its card: the list, one task's page, the menus of deadlines; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from bot.callbacks import Callback, Press
from bot.delivery.render import (
    Button,
    Content,
    Writer,
    button,
    page_buttons,
)
from bot.delivery.render_card import at_least
from bot.delivery.render_periods import often
from bot.domain.paging import page_within
from bot.domain.periods import DAYS_BEFORE, Rhythm
from bot.domain.splitting import shortened, split
from bot.domain.states import Every

# What a press on a quick deadline button carries besides the draft and the task.
CONTINUOUS, END_OF_MONTH = 0, 99
ALL_TASKS = 0
# What of a task is typed, by the number its button carries.
TEXT, TITLE, EXPECTED = 0, 1, 2
QUICK_EXPECTED = (0, 1, 2, 3)
TASKS_A_PAGE = 20
BUTTONS_SHOWN = 90  # Telegram takes a hundred
FOUND_SHOWN = 3
_TEXT_A_PAGE = 2_000  # UTF-16 units

Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class FoundView:
    """A deadline in the letter's words: as what it was read, and the keys of what to look at."""

    quote: str
    moment: datetime | None
    notes: tuple[str, ...] = ()
    rhythm: Rhythm | None = None  # in which it comes again


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftTaskView:
    """A task of a draft. `found` is what the letter says of its deadline. In a correction it has
    the `number` by which people know it already, and keeps it wherever it stands."""

    id: int
    position: int
    short_title: str
    deadline_at: datetime | None
    continuous: bool
    text: str = ""
    expected: int = 1
    reminder_plan: str | None = None  # its own; the name of the usual one is empty
    found: tuple[FoundView, ...] = ()
    rhythm: Rhythm | None = None
    rhythms: tuple[Rhythm, ...] = ()  # that may be chosen, while it is asked
    number: int | None = None

    @property
    def called(self) -> int:
        """As what it stands on cards."""
        return self.position if self.number is None else self.number

    @property
    def decided(self) -> bool:
        """It has a deadline, or surely none."""
        return self.continuous or self.deadline_at is not None


def task_line(task: DraftTaskView, write: Writer, *, with_found: bool) -> str:
    """A task among the others on the card; what the letter says of a deadline that is missing."""
    title = escape(task.short_title, quote=False)
    line = f"<b>{task.called}.</b> {title}\n    {_asked(task, write)}"
    if task.decided and not with_found:
        return line
    return "\n".join([line, *found_lines(task.found, write)])


def _asked(task: DraftTaskView, write: Writer) -> str:
    if task.continuous:
        asked = [write.say("card.no_deadline")]
    elif task.deadline_at:
        asked = [write.say("card.deadline", moment=write.moments.full(task.deadline_at))]
    else:
        asked = [write.bold("draft.no_deadline_yet")]
    if task.rhythm:
        asked.append(escape(_recurs(task.rhythm, write), quote=False))
    if task.expected > 1:
        asked.append(at_least(task.expected, write))
    elif task.expected == 0:
        asked.append(write.say("draft.no_articles"))
    if task.reminder_plan is not None:
        name = task.reminder_plan or write.texts("plan.usual")
        asked.append(write.say("draft.task_plan", name=name))
    return " · ".join(asked)


def _recurs(rhythm: Rhythm, write: Writer) -> str:
    return write.texts("draft.recurs", often=often(rhythm.every, rhythm.day, write))


def found_lines(every: Sequence[FoundView], write: Writer) -> list[str]:
    """What the letter says of deadlines, as what it was read, and what to look at."""
    lines = []
    for found in every[:FOUND_SHOWN]:
        quote = shortened(found.quote)
        if found.moment is None:
            line = write.say("draft.found_without_moment", quote=quote)
        else:
            moment = write.moments.full(found.moment)
            line = write.say("draft.found", quote=quote, moment=moment)
        told = [write.texts(key) for key in found.notes]
        if found.rhythm:
            told.insert(0, _recurs(found.rhythm, write))
        notes = "; ".join(told)
        lines.append(f"    <i>{line}{escape(f' ({notes})' if notes else '', quote=False)}</i>")
    return lines


# --- the list of tasks, and one task's page ------------------------------------------------------


def list_buttons(
    draft_id: int, tasks: tuple[DraftTaskView, ...], write: Writer, *, page: int
) -> Rows:
    """A button for each task, and one for another task."""
    page, pages = page_within(page, count=len(tasks), size=TASKS_A_PAGE)
    shown = tasks[(page - 1) * TASKS_A_PAGE :][:TASKS_A_PAGE]
    rows = [
        (
            Button(
                write.texts(
                    "button.task_title",
                    position=task.called,
                    title=shortened(task.short_title, most=40),
                ),
                Callback(Press.DRAFT_TASK_PAGE, (draft_id, task.id, 1)),
            ),
        )
        for task in shown
    ]
    turn = page_buttons(Press.DRAFT_TASKS, (draft_id,), page=page, pages=pages)
    return (
        *rows,
        *([turn] if pages > 1 else []),
        (button(write, "button.task_add", Press.DRAFT_TASK_ADD, draft_id),),
        (button(write, "button.back", Press.DRAFT_CARD, draft_id),),
    )


def task_page(
    draft_id: int,
    task: DraftTaskView,
    write: Writer,
    *,
    of: int,
    page: int = 1,
    removing: bool = False,
    recurring: bool = False,
    has_audience: bool = True,
    has_plans: bool = False,
) -> Content:
    """All of a task: its text in parts if it is long, and what can be changed; or, if it is to be
    removed, whether that is meant; or how often it is to recur."""
    parts = split(task.text, limit=_TEXT_A_PAGE) or ("",)
    page = min(max(1, page), len(parts))
    lines = [
        _heading(task, write, of=of),
        f"{write.say('draft.task_title')} {escape(shortened(task.short_title, most=300))}",
        _asked(task, write),
        *found_lines(task.found, write),
        write.say("draft.task_expected", number=task.expected),
        "",
        escape(parts[page - 1], quote=False),
        "",
        write.zone_line(write.now),
    ]
    if removing:
        lines.insert(0, write.bold("draft.task_remove"))
        return Content("\n".join(lines), _removal_buttons(draft_id, task, write))
    if recurring:
        lines.insert(0, write.bold("draft.ask_every"))
        return Content("\n".join(lines), _every_buttons(draft_id, task, write))
    turn = page_buttons(Press.DRAFT_TASK_PAGE, (draft_id, task.id), page=page, pages=len(parts))
    turning = (turn,) if len(parts) > 1 else ()
    asked = [button(write, "button.deadline", Press.DRAFT_TASK, draft_id, task.id)]
    if task.deadline_at is not None:
        asked.append(button(write, "button.recurs", Press.DRAFT_TASK_EVERY, draft_id, task.id))
    if has_audience:
        asked.append(button(write, "button.parts", Press.DRAFT_PARTS, draft_id, task.id, 1))
    if has_plans or task.reminder_plan is not None:
        asked.append(button(write, "button.reminders", Press.DRAFT_TASK_PLANS, draft_id, task.id))
    return Content(
        "\n".join(lines), (*turning, *_task_buttons(draft_id, task, write, asked=asked, of=of))
    )


def _heading(task: DraftTaskView, write: Writer, *, of: int) -> str:
    if task.number is not None:  # there may be fewer than that
        return write.bold("draft.task_numbered", number=task.number)
    return write.bold("draft.task", position=task.position, count=of)


def _removal_buttons(draft_id: int, task: DraftTaskView, write: Writer) -> Rows:
    ids = (draft_id, task.id)
    sure = button(write, "button.remove_surely", Press.DRAFT_TASK_REMOVE, *ids, style="danger")
    return ((sure,), (button(write, "button.back", Press.DRAFT_TASK_PAGE, *ids, 1),))


def _every_buttons(draft_id: int, task: DraftTaskView, write: Writer) -> Rows:
    ids, kinds = (draft_id, task.id), tuple(Every)
    rows = []
    for rhythm in task.rhythms:
        words = often(rhythm.every, rhythm.day, write)
        label = f"{'● ' if rhythm == task.rhythm else ''}{words[:1].upper()}{words[1:]}"
        numbers = (kinds.index(rhythm.every) + 1, rhythm.day + DAYS_BEFORE)
        rows.append((Button(label, Callback(Press.DRAFT_TASK_EVERY_SET, (*ids, *numbers))),))
    once = write.texts("button.recurs_not")
    rows.append((Button(once, Callback(Press.DRAFT_TASK_EVERY_SET, (*ids, 0, 0))),))
    return (*rows, (button(write, "button.back", Press.DRAFT_TASK_PAGE, *ids, 1),))


def _task_buttons(
    draft_id: int, task: DraftTaskView, write: Writer, *, asked: Sequence[Button], of: int
) -> Rows:
    ids = (draft_id, task.id)
    moves = [
        button(write, key, Press.DRAFT_TASK_MOVE, *ids, to)
        for key, to in (
            ("button.task_up", task.position - 1),
            ("button.task_down", task.position + 1),
        )
        if 1 <= to <= of and task.number is None
    ]
    return (
        (
            button(write, "button.task_text", Press.DRAFT_TASK_EDIT, *ids, TEXT),
            button(write, "button.task_short_title", Press.DRAFT_TASK_EDIT, *ids, TITLE),
        ),
        tuple(asked),
        _expected_buttons(ids, task, write),
        *([tuple(moves)] if moves else []),
        (button(write, "button.task_remove", Press.DRAFT_TASK_REMOVE_ASK, *ids),),
        (button(write, "button.back", Press.DRAFT_TASKS, draft_id, _page_of(task)),),
    )


def _page_of(task: DraftTaskView) -> int:
    return (task.position - 1) // TASKS_A_PAGE + 1


def _expected_buttons(
    ids: tuple[int, int], task: DraftTaskView, write: Writer
) -> tuple[Button, ...]:
    quick = [
        Button(
            f"{'● ' if number == task.expected else ''}{number}",
            Callback(Press.DRAFT_TASK_EXPECTED, (*ids, number)),
        )
        for number in QUICK_EXPECTED
    ]
    typed = button(write, "button.other_number", Press.DRAFT_TASK_EDIT, *ids, EXPECTED)
    return (*quick, typed)


# --- deadlines -----------------------------------------------------------------------------------


def deadlines_buttons(draft_id: int, tasks: tuple[DraftTaskView, ...], write: Writer) -> Rows:
    """All that the letter says at once; or which task's deadline?"""
    open_moments = [
        {found.moment for found in task.found} for task in tasks if not task.decided and task.found
    ]
    certain = sum(len(moments) == 1 and None not in moments for moments in open_moments)
    rows: list[tuple[Button, ...]] = []
    if certain:
        label = write.texts("button.all_as_letter", count=certain)
        take = Callback(Press.DRAFT_DEADLINES_FOUND, (draft_id,))
        rows.append((Button(label, take, "success"),))
    rows.append((button(write, "button.all_tasks", Press.DRAFT_TASK, draft_id, ALL_TASKS),))
    one_each = [
        Button(
            write.texts("button.task", position=task.called) + (" ✓" if task.decided else ""),
            Callback(Press.DRAFT_TASK, (draft_id, task.id)),
        )
        for task in tasks[:BUTTONS_SHOWN]
    ]
    rows += [tuple(one_each[start : start + 4]) for start in range(0, len(one_each), 4)]
    return (*rows, (button(write, "button.back", Press.DRAFT_CARD, draft_id),))


def deadline_question(task: DraftTaskView | None, write: Writer) -> str:
    """Of what the deadline is chosen."""
    if task is None:
        return write.bold("draft.deadline_of_all")
    return write.bold("draft.deadline_of", position=task.called)


def deadline_buttons(
    draft_id: int,
    task: DraftTaskView | None,
    found: Sequence[FoundView],
    quick: tuple[tuple[int, datetime], ...],
    write: Writer,
) -> Rows:
    """The deadlines one can choose for a task, or for all; first those `found` in the letter."""
    task_id = task.id if task else ALL_TASKS
    rows = [
        (_as_letter(draft_id, task_id, each.quote, each.moment, write),)
        for each in found[:FOUND_SHOWN]
        if each.moment is not None
    ]
    for code, moment in quick:
        day = f"{moment.astimezone(write.moments.zone):%d/%m}"
        key = "button.end_of_month" if code == END_OF_MONTH else "button.working_days"
        label = write.texts(key, days=code, day=day)
        rows.append((Button(label, Callback(Press.DRAFT_DEADLINE, (draft_id, task_id, code))),))
    typed = button(write, "button.type_deadline", Press.DRAFT_DEADLINE_TYPED, draft_id, task_id)
    never = button(write, "button.continuous", Press.DRAFT_DEADLINE, draft_id, task_id, CONTINUOUS)
    back = button(write, "button.back", Press.DRAFT_DEADLINES, draft_id)
    return (*rows, (typed, never), (back,))


def _as_letter(draft_id: int, task_id: int, quote: str, moment: datetime, write: Writer) -> Button:
    """It carries the moment that is shown, so that nothing else is taken."""
    at = f"{moment.astimezone(write.moments.zone):%H:%M %d/%m}"
    label = write.texts("button.as_letter", quote=shortened(quote, most=40), at=at)
    seconds = int(moment.timestamp())
    return Button(
        label, Callback(Press.DRAFT_DEADLINE_FOUND, (draft_id, task_id, seconds)), "success"
    )
