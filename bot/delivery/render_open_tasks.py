"""/viec: what units have open over all directives, and what is missing of each; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from html import escape
from itertools import groupby

from bot.callbacks import Callback, Press
from bot.delivery.render import (
    Button,
    Content,
    DirectiveView,
    Writer,
    button,
    directive_title,
    fit,
    page_buttons,
)
from bot.delivery.render_card import deadline_line
from bot.domain.assignments import by_deadline
from bot.domain.directives import number_and_symbol
from bot.domain.paging import page_within
from bot.domain.splitting import shortened, shortened_name
from bot.domain.states import Part

ON_A_PAGE = 10
_LONGEST_CODE, _LONGEST_UNIT = 18, 12  # on buttons, of which two stand in a row


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTask:
    """One task that is not done."""

    position: int
    short_title: str
    deadline_at: datetime | None
    articles: int = 0
    expected: int = 1
    part: Part = Part.LEAD
    extended_from: datetime | None = None
    wished_at: datetime | None = None  # a later deadline that was asked for and is undecided


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDirective:
    """What a unit has open of one directive: tasks, or only to confirm it."""

    addressee_id: int
    unit_name: str
    directive: DirectiveView
    is_acknowledged: bool
    tasks: tuple[OpenTask, ...]
    is_first: bool = False  # of the unit that the person speaks for

    @property
    def nearest(self) -> tuple[bool, float]:
        """Its nearest deadline, for an order in which none is last."""
        return min(by_deadline(task.deadline_at) for task in self.tasks or (_NO_TASK,))

    @property
    def code(self) -> str:
        """What buttons call it by."""
        view = self.directive
        code = number_and_symbol(view.number, view.symbol) or view.subject
        return shortened(code, most=_LONGEST_CODE)


_NO_TASK = OpenTask(position=0, short_title="", deadline_at=None)


def open_tasks(
    directives: Sequence[OpenDirective],
    write: Writer,
    *,
    page: int = 1,
    several_units: bool = False,
    unchosen: int = 0,
) -> Content:
    """One page: those of the chosen unit first, then by the nearest deadline; who has several units
    can choose another one. So many messages with evidence are `unchosen`: their task is asked for
    again."""
    choose = ((Button(write.texts("button.choose_unit"), Callback(Press.CHOOSE_UNIT)),),)
    again = ((button(write, "button.ask_task_again", Press.ASK_TASK_AGAIN),),)
    below = (*(again if unchosen else ()), *(choose if several_units else ()))
    waiting = [write.say("tasks.unchosen", count=unchosen)] if unchosen else []
    items = list(_items(directives))
    if not items:
        return Content("\n".join([write.say("tasks.none"), *waiting]), below)
    page, pages = page_within(page, count=len(items), size=ON_A_PAGE)
    shown = items[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    groups = [
        (of, [task for _, task in same if task is not None])
        for of, same in groupby(shown, key=lambda item: item[0])
    ]
    text = fit(
        [write.bold("tasks.title", count=len(items)), *waiting],
        ["\n".join(directive_lines(of, tasks, write)) for of, tasks in groups],
        [write.zone_line(write.now)],
        more=lambda left: write.say("tasks.more", count=left),
    )
    rows = [
        _buttons(of, write, is_only=len(groups) == 1, several=several_units) for of, _ in groups
    ]
    turn = page_buttons(Press.TASKS_PAGE, (), page=page, pages=pages) if pages > 1 else ()
    return Content(text, (*rows, *((turn,) if turn else ()), *below))


def week(
    directives: Sequence[OpenDirective],
    write: Writer,
    *,
    until: date,
    ends_at: datetime,
    is_late: bool = False,
) -> Content | None:
    """The weekly digest: what is overdue or due until then, and what is not confirmed; None if that
    is nothing."""
    soon = [replace(each, tasks=_due(each.tasks, by=ends_at)) for each in directives]
    items = list(_items([each for each in soon if each.tasks or not each.is_acknowledged]))
    if not items:
        return None
    overdue = sum(task is not None and _is_overdue(task, write) for _, task in items)
    due = sum(task is not None for _, task in items) - overdue
    counts = {
        "week.overdue": overdue,
        "week.due": due,
        "week.unconfirmed": sum(not each.is_acknowledged for each in soon),
    }
    title = "week.title_late" if is_late else "week.title"
    head = [write.bold(title, until=write.moments.day(until))]
    head += [write.say(key, count=count) for key, count in counts.items() if count]
    shown = groupby(items[:ON_A_PAGE], key=lambda item: item[0])
    lines = [
        "\n".join(directive_lines(of, [task for _, task in same if task is not None], write))
        for of, same in shown
    ]
    left = len(items) - ON_A_PAGE
    foot = [write.say("tasks.more", count=left)] if left > 0 else []
    text = fit(
        head,
        lines,
        [*foot, "", write.zone_line(write.now)],
        more=lambda cut: write.say("tasks.more", count=cut),
    )
    rows = (
        (button(write, "button.week_tasks", Press.TASKS_PAGE, 1),),
        (button(write, "button.week_off", Press.WEEKLY, 0),),
    )
    return Content(text, rows)


def _due(tasks: Sequence[OpenTask], *, by: datetime) -> tuple[OpenTask, ...]:
    return tuple(task for task in tasks if task.deadline_at is not None and task.deadline_at <= by)


def _is_overdue(task: OpenTask, write: Writer) -> bool:
    return task.deadline_at is not None and task.deadline_at < write.now


def _items(
    directives: Sequence[OpenDirective],
) -> Iterator[tuple[OpenDirective, OpenTask | None]]:
    """What is counted and turned by pages: the tasks of each directive, or that it is to be
    confirmed."""
    for each in sorted(directives, key=lambda each: (not each.is_first, each.nearest)):
        if not each.tasks:
            yield each, None
        for task in sorted(each.tasks, key=lambda task: by_deadline(task.deadline_at)):
            yield each, task


def directive_lines(of: OpenDirective, tasks: Sequence[OpenTask], write: Writer) -> Iterator[str]:
    """What is missing of one directive: its confirmation, and these tasks."""
    title = escape(shortened(directive_title(of.directive, write)), quote=False)
    yield f"\n<b>{title}</b> – {escape(shortened(of.unit_name), quote=False)}"
    if not of.is_acknowledged:
        yield f"  {write.say('tasks.not_acknowledged')}"
    for task in tasks:
        what = shortened(task.short_title)
        if task.part is not Part.LEAD:
            what += f" – {write.texts(f'part.{task.part.value}')}"
        yield f"• {write.say('reminder.task', position=task.position, title=what)}"
        yield f"    {' · '.join(_missing(task, write))}"


def _missing(task: OpenTask, write: Writer) -> Iterator[str]:
    """The deadline, and how far the task is from being done."""
    if task.deadline_at is None:
        yield write.say("card.no_deadline")
    else:
        yield deadline_line(task.deadline_at, task.extended_from, write)
    if task.expected > 1 or task.articles:
        yield write.say("card.articles_of", count=task.articles, expected=task.expected)
    elif task.deadline_at is not None and task.deadline_at < write.now:
        yield write.say("card.overdue")
    if task.wished_at is not None:
        yield write.say("card.wished", moment=write.moments.short(task.wished_at))


def _buttons(
    of: OpenDirective, write: Writer, *, is_only: bool, several: bool
) -> tuple[Button, ...]:
    """The card anew, and submitting; with the directive's number where there are others."""
    code = of.code
    if several:
        code += f" {shortened_name(of.unit_name, most=_LONGEST_UNIT)}"
    shown = [("button.open_card", "button.open_card_of", Press.OPEN_CARD)]
    if any(task.part is not Part.WATCH for task in of.tasks):
        shown.append(("button.submit", "button.submit_of", Press.SUBMIT))
    return tuple(
        Button(
            write.texts(alone) if is_only else write.texts(among, code=code),
            Callback(press, (of.addressee_id,)),
        )
        for alone, among, press in shown
    )
