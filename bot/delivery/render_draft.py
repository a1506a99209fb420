"""A draft's card with its menus; pure. Those of its audience are in `render_audience`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from html import escape

from bot.callbacks import Callback, Press
from bot.delivery.render import Button, Content, Writer, fit
from bot.delivery.render_audience import AudienceView, besides, group_line
from bot.domain.splitting import shortened

# What a press on a quick deadline button carries besides the draft and the task.
CONTINUOUS, END_OF_MONTH = 0, 99
ALL_TASKS = 0
GROUPS_SHOWN = 6
BUTTONS_SHOWN = 90  # Telegram takes a hundred


@dataclass(frozen=True, slots=True)
class DraftTaskView:
    id: int
    position: int
    short_title: str
    deadline_at: datetime | None
    continuous: bool

    @property
    def decided(self) -> bool:
        """It has a deadline, or surely none."""
        return self.continuous or self.deadline_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """A draft as staff see it."""

    id: int
    issuer: str | None
    number: str | None
    symbol: str | None
    issued_on: date | None
    issued_month: str | None
    subject: str | None
    urgency: str | None
    tasks: tuple[DraftTaskView, ...]
    audience: AudienceView
    quick_deadlines: tuple[tuple[int, datetime], ...]  # working days (or END_OF_MONTH), moment
    same_issued_at: datetime | None = None  # the same letter was issued then
    same_drafted_by: str | None = None  # or is being composed by somebody
    # A correction's: its audience is that of what it corrects, and it has a menu of its own.
    title: str | None = None
    notes: tuple[str, ...] = ()
    main_buttons: tuple[tuple[Button, ...], ...] | None = None

    @property
    def has_audience(self) -> bool:
        """Whom it goes to is still to be chosen."""
        return self.main_buttons is None


def draft_card(view: DraftView, write: Writer, *, menu: str, task_id: int | None) -> Content:
    """What was understood, what is missing, and the buttons of one menu."""
    head = [view.title or write.bold("draft.title"), *_identity(view, write), *view.notes]
    if view.has_audience:
        head += ["", write.bold("draft.groups"), *_audience(view.audience, write)]
    head += ["", write.bold("draft.tasks", count=len(view.tasks))]
    tasks = [_task_line(task, write) for task in view.tasks] or [write.say("draft.none")]
    foot = ["", *_same(view, write), _missing(view, write), write.zone_line(write.now)]
    text = fit(head, tasks, foot, more=lambda left: write.say("tasks.more", count=left))
    match menu:
        case "deadlines":
            buttons = _deadline_buttons(view, write)
        case "task":
            buttons = _task_buttons(view, write, task_id or ALL_TASKS)
        case _:
            buttons = view.main_buttons or _main_buttons(view, write)
    return Content(text, buttons)


def _identity(view: DraftView, write: Writer) -> list[str]:
    number = escape(view.number) if view.number else write.bold("draft.not_given")
    symbol = f"/{escape(view.symbol)}" if view.symbol else ""
    if view.issued_on:
        day = escape(write.moments.day(view.issued_on))
    else:
        day = write.bold("draft.not_given")
        if view.issued_month:
            year, _, month = view.issued_month.partition("-")
            day += " " + write.say("draft.month", month=month, year=year)
    subject = write.bold("draft.not_given")
    if view.subject:
        subject = escape(shortened(view.subject, most=500), quote=False)
    lines = [
        f"{write.say('draft.number')} {number}{symbol}",
        f"{write.say('draft.date')} {day}",
        f"{write.say('draft.issuer')} {escape(view.issuer or '', quote=False)}",
        f"{write.say('draft.subject')} {subject}",
    ]
    if view.urgency:
        lines.insert(0, write.bold(f"urgency.{view.urgency}"))
    return lines


def _audience(view: AudienceView, write: Writer) -> list[str]:
    groups = [group_line(group, write, most=60) for group in view.groups[:GROUPS_SHOWN]]
    if len(view.groups) > GROUPS_SHOWN:
        groups.append("…" + write.say("list.and_more", count=len(view.groups) - GROUPS_SHOWN))
    return [*groups, *besides(view, write)] or [write.say("draft.none")]


def _task_line(task: DraftTaskView, write: Writer) -> str:
    if task.continuous:
        deadline = write.say("card.no_deadline")
    elif task.deadline_at:
        deadline = write.say("card.deadline", moment=write.moments.full(task.deadline_at))
    else:
        deadline = write.bold("draft.no_deadline_yet")
    title = escape(task.short_title, quote=False)
    return f"<b>{task.position}.</b> {title}\n    {deadline}"


def _same(view: DraftView, write: Writer) -> list[str]:
    """That the letter is there already, told before anybody goes on with it."""
    if view.same_issued_at is not None:
        at = write.moments.short(view.same_issued_at)
        return [write.bold("draft.same_issued", at=at)]
    if view.same_drafted_by is not None:
        return [write.bold("draft.same_drafted", by=shortened(view.same_drafted_by))]
    return []


def _missing(view: DraftView, write: Writer) -> str:
    missing = []
    if not view.number:
        missing.append("draft.lacks_number")
    if not view.issued_on:
        missing.append("draft.lacks_date")
    if not view.subject:
        missing.append("draft.lacks_subject")
    if view.has_audience and view.audience.is_empty:
        missing.append("draft.lacks_groups")
    if not all(task.decided for task in view.tasks):
        missing.append("draft.lacks_deadlines")
    if not missing:
        return write.bold("draft.complete")
    return write.say("draft.missing", list=", ".join(write.texts(key) for key in missing))


def _button(write: Writer, key: str, press: Press, *ids: int, style: str | None = None) -> Button:
    return Button(write.texts(key), Callback(press, ids), style)


def _main_buttons(view: DraftView, write: Writer) -> tuple[tuple[Button, ...], ...]:
    return (
        (
            _button(write, "button.number", Press.DRAFT_NUMBER, view.id),
            _button(write, "button.date", Press.DRAFT_DATE, view.id),
        ),
        (
            _button(write, "button.groups", Press.DRAFT_GROUPS, view.id),
            _button(write, "button.deadlines", Press.DRAFT_DEADLINES, view.id),
        ),
        (
            _button(write, "button.edit_subject", Press.DRAFT_SUBJECT, view.id),
            _button(write, "button.drop", Press.DRAFT_DROP, view.id),
        ),
        (_button(write, "button.preview", Press.DRAFT_PREVIEW, view.id, style="primary"),),
    )


def _back(view: DraftView, write: Writer) -> tuple[Button, ...]:
    return (_button(write, "button.back", Press.DRAFT_CARD, view.id),)


def _deadline_buttons(view: DraftView, write: Writer) -> tuple[tuple[Button, ...], ...]:
    every = _button(write, "button.all_tasks", Press.DRAFT_TASK, view.id, ALL_TASKS)
    one_each = [
        Button(
            write.texts("button.task", position=task.position) + (" ✓" if task.decided else ""),
            Callback(Press.DRAFT_TASK, (view.id, task.id)),
        )
        for task in view.tasks[:BUTTONS_SHOWN]
    ]
    rows = [tuple(one_each[start : start + 4]) for start in range(0, len(one_each), 4)]
    return ((every,), *rows, _back(view, write))


def _task_buttons(view: DraftView, write: Writer, task_id: int) -> tuple[tuple[Button, ...], ...]:
    rows = []
    for code, moment in view.quick_deadlines:
        day = f"{moment.astimezone(write.moments.zone):%d/%m}"
        key = "button.end_of_month" if code == END_OF_MONTH else "button.working_days"
        label = write.texts(key, days=code, day=day)
        rows.append((Button(label, Callback(Press.DRAFT_DEADLINE, (view.id, task_id, code))),))
    typed = _button(write, "button.type_deadline", Press.DRAFT_DEADLINE_TYPED, view.id, task_id)
    never = _button(write, "button.continuous", Press.DRAFT_DEADLINE, view.id, task_id, CONTINUOUS)
    back = _button(write, "button.back", Press.DRAFT_DEADLINES, view.id)
    if task_id == ALL_TASKS:
        return (*rows, (typed, never), (back,))
    parts = _button(write, "button.parts", Press.DRAFT_PARTS, view.id, task_id, 1)
    return (*rows, (typed, never), (parts,), (back,))
