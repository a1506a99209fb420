"""Reminding by hand: what staff see before they press, what units get, and what staff call from;
pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from bot.callbacks import Callback, Press
from bot.delivery.render import (
    Button,
    Content,
    DirectiveView,
    Named,
    Writer,
    button,
    directive_title,
    fit,
    names,
    page_buttons,
)
from bot.delivery.render_card import acknowledge_button
from bot.delivery.render_joining import LOST_REASONS
from bot.delivery.render_open_tasks import OpenDirective, directive_lines
from bot.domain.assignments import by_deadline
from bot.domain.nudging import Aim, AimKind
from bot.domain.splitting import shortened
from bot.domain.states import ContactRole, Part

UNITS_A_PAGE = 8
TASKS_SHOWN = 10
DIRECTIVES_WITH_BUTTONS = 10
_NUMBERS_A_ROW = 4


# --- what units get ------------------------------------------------------------------------------


def nudge(
    directives: Sequence[OpenDirective], write: Writer, *, above: Sequence[str] = ()
) -> Content:
    """Everything that is open for one chat in one message, the nearest deadline first, each
    directive with the buttons to act."""
    ordered = sorted(directives, key=lambda each: each.nearest)
    text = fit(
        [*above, write.bold("nudge.title"), _said(_counts_of(ordered, write.now), write)],
        [_block(each, write) for each in ordered],
        ["", write.say("nudge.please"), write.zone_line(write.now)],
        more=lambda left: write.say("nudge.more", count=left),
    )
    alone = len(ordered) == 1
    rows = (_row(each, write, alone=alone) for each in ordered[:DIRECTIVES_WITH_BUTTONS])
    return Content(text, tuple(row for row in rows if row))


def _block(of: OpenDirective, write: Writer) -> str:
    tasks = sorted(of.tasks, key=lambda task: by_deadline(task.deadline_at))
    lines = [*directive_lines(of, tasks[:TASKS_SHOWN], write)]
    if len(tasks) > TASKS_SHOWN:
        lines.append(write.say("tasks.more", count=len(tasks) - TASKS_SHOWN))
    return "\n".join(lines)


def _row(of: OpenDirective, write: Writer, *, alone: bool) -> tuple[Button, ...]:
    """Confirming and submitting, whichever is missing; with the directive's number where there are
    others."""
    found = []
    if not of.is_acknowledged:
        confirm = acknowledge_button(of.addressee_id, write, version=of.directive.version)
        label = confirm.label if alone else f"{confirm.label} – {of.code}"
        found.append(Button(label, confirm.callback, confirm.style))
    if any(task.part is not Part.WATCH for task in of.tasks):
        key = "button.submit" if alone else "button.submit_of"
        submit = Callback(Press.SUBMIT, (of.addressee_id,))
        found.append(Button(write.texts(key, code=of.code), submit))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is missing: tasks past their time, other tasks, directives not confirmed."""

    overdue: int
    in_time: int
    unconfirmed: int


def _counts_of(directives: Sequence[OpenDirective], now: datetime) -> Counts:
    deadlines = [task.deadline_at for each in directives for task in each.tasks]
    overdue = sum(at is not None and at < now for at in deadlines)
    unconfirmed = sum(not each.is_acknowledged for each in directives)
    return Counts(overdue, len(deadlines) - overdue, unconfirmed)


def _said(counts: Counts, write: Writer) -> str:
    """What of it there is, in words."""
    parts = (
        ("nudge.overdue", counts.overdue),
        ("nudge.in_time", counts.in_time),
        ("nudge.unconfirmed", counts.unconfirmed),
    )
    return " · ".join(write.say(key, count=count) for key, count in parts if count)


# --- what staff see first ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AimView:
    """What is meant: all, one directive, or a group by its name."""

    aim: Aim
    directive: DirectiveView | None = None
    group: str = ""


def aim_title(view: AimView, write: Writer) -> str:
    """What is meant, in words."""
    if view.directive is not None:
        return directive_title(view.directive, write)
    if view.aim.kind is AimKind.GROUP:
        return write.texts("nudge.aim_group", group=view.group)
    return write.texts("nudge.aim_all")


@dataclass(frozen=True, slots=True)
class NudgedView:
    """One unit: what is missing of it, and where it would be reminded."""

    unit_id: int
    unit_name: str
    counts: Counts
    people: int
    groups: int
    is_unheard: bool


@dataclass(frozen=True, slots=True)
class LastChased:
    """The last time any of them was reminded by hand."""

    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewView:
    """Whom a press would remind; `units` are one page of all that have something open."""

    of: AimView
    reached: int
    people: int
    groups: int
    unheard: int
    counts: Counts
    units: Sequence[NudgedView]
    page: int
    pages: int
    token: int
    last: LastChased | None
    held_until: datetime | None


def preview(view: PreviewView, write: Writer) -> Content:
    """How many would get what and when, one page of units, and the button that does it."""
    head = [
        write.bold("nudge.preview", aim=aim_title(view.of, write)),
        write.say("nudge.reaches", units=view.reached, people=view.people, groups=view.groups),
        *([write.say("nudge.unheard", count=view.unheard)] if view.unheard else []),
        _said(view.counts, write),
        *_when(view, write),
        "",
    ]
    numbered = list(enumerate(view.units, start=(view.page - 1) * UNITS_A_PAGE + 1))
    text = fit(
        head if view.units else [head[0], "", write.say("nudge.nobody")],
        [_unit_line(number, unit, write) for number, unit in numbered],
        ["", *([write.say("nudge.look")] if numbered else []), write.zone_line(write.now)],
        more=lambda left: write.texts("list.and_more", count=left),
    )
    return Content(text, _preview_buttons(view, numbered, write))


def _when(view: PreviewView, write: Writer) -> list[str]:
    lines = []
    if view.held_until is not None:
        lines.append(write.say("nudge.held", at=write.moments.short(view.held_until)))
    if view.last is not None:
        lines.append(write.say("nudge.last", at=write.moments.short(view.last.at), by=view.last.by))
    return lines


def _unit_line(number: int, unit: NudgedView, write: Writer) -> str:
    name = escape(shortened(unit.unit_name), quote=False)
    where = []
    if unit.people:
        where.append(write.say("nudge.people", count=unit.people))
    if unit.groups:
        where.append(write.say("nudge.groups", count=unit.groups))
    if unit.is_unheard:
        where.append(write.say("nudge.to_call"))
    return f"{number}. <b>{name}</b> – {_said(unit.counts, write)}\n    " + " · ".join(where)


def _preview_buttons(
    view: PreviewView, numbered: Sequence[tuple[int, NudgedView]], write: Writer
) -> tuple[tuple[Button, ...], ...]:
    numbers = view.of.aim.numbers
    rows: list[tuple[Button, ...]] = []
    if view.reached:
        label = write.texts("button.nudge_surely", units=view.reached)
        surely = Callback(Press.NUDGE, (*numbers, view.token))
        rows.append((Button(label, surely, "primary"),))
    looks = [
        Button(str(number), Callback(Press.NUDGE_UNIT, (*numbers, unit.unit_id)))
        for number, unit in numbered
        if unit.people or unit.groups
    ]
    rows += [
        tuple(looks[start : start + _NUMBERS_A_ROW])
        for start in range(0, len(looks), _NUMBERS_A_ROW)
    ]
    rows.append(page_buttons(Press.NUDGE_SHOW, numbers, page=view.page, pages=view.pages))
    if view.unheard:
        rows.append(_call_sheets(view.of.aim, write))
    return (*rows, (button(write, "button.nudge_other", Press.NUDGE_AIMS, 1),))


def _call_sheets(aim: Aim, write: Writer) -> tuple[Button, ...]:
    return (
        button(write, "button.call_sheet_xlsx", Press.CALL_SHEET, *aim.numbers, 0),
        button(write, "button.call_sheet_pdf", Press.CALL_SHEET, *aim.numbers, 1),
    )


def sample(
    aim: Aim,
    unit_name: str,
    readers: Named,
    directives: Sequence[OpenDirective],
    write: Writer,
) -> Content:
    """The message that one unit would get, without its buttons; and who would read it."""
    above = [
        write.bold("nudge.sample", unit=shortened(unit_name)),
        write.say("nudge.readers", names=names(readers, write)),
        "",
    ]
    text = nudge(directives, write, above=above).text
    back = button(write, "button.back", Press.NUDGE_SHOW, *aim.numbers, 1)
    return Content(text, ((back,),))


# --- calling by phone ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PersonToCall:
    """Somebody to ask for; `lost` is why the bot cannot write to them."""

    name: str
    title: str
    role: ContactRole
    lost: str | None


@dataclass(frozen=True, slots=True)
class Missing:
    """One task that is not done, or without one the confirmation of a directive."""

    directive: DirectiveView
    position: int | None
    short_title: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class CallView:
    """A unit to be called: with whom to speak, and of what."""

    unit_name: str
    phone: str
    people: Sequence[PersonToCall]
    missing: Sequence[Missing]


CALL_COLUMNS = (
    "report.column_position",
    "table.column_name",
    "table.column_phone",
    "call.column_people",
    "call.column_directive",
    "call.column_missing",
    "report.column_deadline",
    "call.column_result",
)


def call_rows(units: Sequence[CallView], write: Writer) -> list[list[str]]:
    """The headings, then a row for each thing that is missing."""
    rows = [[write.texts(key) for key in CALL_COLUMNS]]
    for number, unit in enumerate(units, start=1):
        whom = [str(number), unit.unit_name, phone_of(unit, write), people_of(unit, write)]
        rows += [[*whom, *missing_of(each, write), ""] for each in unit.missing]
    return rows


def phone_of(unit: CallView, write: Writer) -> str:
    """The unit's number, or that none is known."""
    return unit.phone or write.texts("lost.no_phone")


def people_of(unit: CallView, write: Writer) -> str:
    """Whom to ask for, each with what they are and why they cannot be written to."""
    return "; ".join(_person(each, write) for each in unit.people) or write.texts("lost.nobody")


def _person(person: PersonToCall, write: Writer) -> str:
    what = [person.title or write.texts(f"unit.role_{person.role}")]
    if person.lost is not None:
        reason = person.lost if person.lost in LOST_REASONS else "other"
        what.append(write.texts(f"lost.reason_{reason}"))
    return f"{person.name} ({', '.join(what)})"


def missing_of(missing: Missing, write: Writer) -> tuple[str, str, str]:
    """Of which directive, what, and until when."""
    if missing.position is None:
        what = write.texts("call.unconfirmed")
    else:
        what = write.texts("reminder.task", position=missing.position, title=missing.short_title)
    due = write.moments.short(missing.due_at) if missing.due_at else ""
    if missing.due_at is not None and missing.due_at < write.now:
        due += f" ({write.texts('call.overdue')})"
    return directive_title(missing.directive, write), what, due
