"""The reminders to come as staff see them: a list by day, one of them with what can be said of it;
pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from itertools import groupby

from bot.callbacks import Callback, Press
from bot.delivery.render import (
    NO_NAMES,
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
from bot.domain.directives import short_name
from bot.domain.splitting import shortened
from bot.domain.states import AgendaKind
from bot.texts.periods import numbered, with_period

ENTRIES_A_PAGE = 8
# What the list can show, by the number a button carries.
TODAY, WEEK = 0, 1
_BUTTON_NAME = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """One task (None: the receipt) of an entry, of one period if it recurs. `working_days` to its
    deadline at that moment; negative when past."""

    position: int | None
    short_title: str
    period: str = ""
    deadline_at: datetime | None
    working_days: int = 0
    is_past: bool = False
    due_today: bool = False
    left: int
    skipped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """One directive's reminders at one moment; `ids` if something can be said of it. Of so many
    units are `unreached` nobody to whom it goes is in reach."""

    directive_id: int
    directive: DirectiveView
    at: datetime
    kind: AgendaKind
    whom: str
    lines: tuple[LineView, ...]
    skipped_by: Named = NO_NAMES
    unreached: int = 0
    ids: tuple[int, ...] | None = None

    @property
    def is_skipped(self) -> bool:
        """Nothing of it is left."""
        return not any(line.left for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaView:
    """One page of the list; of one directive, or of all until a moment."""

    number: int | None  # of what is shown; None: one directive
    directive_id: int | None
    directive: DirectiveView | None
    entries: Sequence[EntryView]
    count: int
    page: int
    pages: int


def agenda(view: AgendaView, write: Writer) -> Content:
    """What will be sent when, by day."""
    first = (view.page - 1) * ENTRIES_A_PAGE + 1
    numbered = list(enumerate(view.entries, start=first))
    lines: list[str] = []
    for day, of_day in groupby(numbered, key=lambda each: _day(each[1].at, write)):
        lines.append(f"\n<b>{day}</b>")
        lines += [_line(place, entry, write) for place, entry in of_day]
    text = fit(
        [*_head(view, write)],
        lines or ["", write.say("agenda.none")],
        ["", write.say("agenda.note"), write.zone_line(write.now)],
        more=lambda left: write.texts("list.and_more", count=left),
    )
    return Content(text, (*_entry_buttons(numbered, write), *_list_buttons(view, write)))


def _head(view: AgendaView, write: Writer) -> list[str]:
    if view.directive is None:
        key = "agenda.today" if view.number == TODAY else "agenda.week"
        return [write.bold(key, count=view.count)]
    title = escape(directive_title(view.directive, write), quote=False)
    return [write.bold("agenda.of_directive", count=view.count), title]


def _day(at: datetime, write: Writer) -> str:
    day = at.astimezone(write.moments.zone).date()
    said = write.say("agenda.day", weekday=write.moments.weekday(day), day=write.moments.day(day))
    return said[:1].upper() + said[1:]


def _line(place: int, entry: EntryView, write: Writer) -> str:
    """`1. 08h00 · 12/STTTT-TTBCXB: NV1, NV2 còn 03 ngày làm việc (27 đơn vị) → đầu mối`"""
    said = "; ".join(_said(entry, write))
    words = write.texts(
        "agenda.line",
        time=write.moments.time(entry.at),
        directive=_name(entry.directive),
        what=shortened(said, most=300),
        whom=write.texts(f"agenda.to_{entry.whom}"),
    )
    return f"{place}. {escape(words, quote=False)}" + "".join(
        f"\n    {escape(note, quote=False)}" for note in _notes(entry, write)
    )


def _name(directive: DirectiveView) -> str:
    return short_name(directive.number, directive.symbol, directive.subject)


def _said(entry: EntryView, write: Writer) -> list[str]:
    """What it reminds of, tasks of which the same is said to as many units together."""
    same: dict[tuple[str, int], list[str]] = {}
    for line in entry.lines:
        number = line.skipped if entry.is_skipped else line.left
        if number:
            same.setdefault((_of_deadline(line, write), number), []).append(_number(line, write))
    return [
        write.texts("agenda.what", what=_with_tasks(", ".join(tasks), words, write), count=count)
        for (words, count), tasks in same.items()
    ]


def _number(line: LineView, write: Writer) -> str:
    if line.position is None:
        return ""
    number = numbered(line.position, line.period, write.texts)
    return write.texts("button.task", position=number)


def _with_tasks(tasks: str, words: str, write: Writer) -> str:
    if not tasks or not words:
        return tasks or words
    return write.texts("check.reminds", tasks=tasks, what=words)


def _of_deadline(line: LineView, write: Writer) -> str:
    if line.position is None:
        return _of_receipt(line, write)
    if line.deadline_at is None:
        return ""
    if line.is_past:
        return write.texts("check.reminds_overdue", count=max(1, -line.working_days))
    if line.due_today:
        return write.texts("check.reminds_today")
    if line.working_days <= 0:
        return write.texts("check.reminds_soon")
    return write.texts("check.reminds_before", count=line.working_days)


def _of_receipt(line: LineView, write: Writer) -> str:
    if line.deadline_at is None:
        return write.texts("agenda.receipt")
    key = "agenda.receipt_was_due" if line.is_past else "agenda.receipt_due"
    return write.texts(key, at=write.moments.short(line.deadline_at))


def _notes(entry: EntryView, write: Writer) -> list[str]:
    """Why it comes only then, whom it does not reach, or that it does not come."""
    if entry.kind in (AgendaKind.HELD, AgendaKind.PUT_OFF):
        return [write.texts(f"agenda.{entry.kind}")]
    notes = []
    if entry.unreached:
        notes.append(write.texts(f"agenda.unreached_{entry.whom}", count=entry.unreached))
    skipped = max((line.skipped for line in entry.lines), default=0)
    if skipped:
        by = names(entry.skipped_by, write)
        key = "agenda.is_skipped" if entry.is_skipped else "agenda.is_skipped_partly"
        notes.append(write.texts(key, count=skipped, by=by))
    return notes


def _entry_buttons(
    numbered: Sequence[tuple[int, EntryView]], write: Writer
) -> tuple[tuple[Button, ...], ...]:
    rows = []
    for place, entry in numbered:
        if entry.ids is not None:
            local = entry.at.astimezone(write.moments.zone)
            at = f"{write.moments.time(entry.at)} {local:%d/%m}"
            label = f"{place}. {at} · {_name(entry.directive)}"
            data = Callback(Press.AGENDA_ENTRY, entry.ids)
            rows.append((Button(shortened(label, most=_BUTTON_NAME), data),))
    return tuple(rows)


def _list_buttons(view: AgendaView, write: Writer) -> tuple[tuple[Button, ...], ...]:
    """Turning pages, and the other lists."""
    today = button(write, "button.agenda_today", Press.AGENDA_PAGE, TODAY, 1)
    week = button(write, "button.agenda_week", Press.AGENDA_PAGE, WEEK, 1)
    if view.directive_id is not None:
        turn = page_buttons(Press.AGENDA_OF, (view.directive_id,), page=view.page, pages=view.pages)
        state = button(write, "button.to_state", Press.STATE_PAGE, view.directive_id, 1)
        return (turn, (today, week), (state,))
    number = view.number or TODAY
    turn = page_buttons(Press.AGENDA_PAGE, (number,), page=view.page, pages=view.pages)
    return (turn, (week if number == TODAY else today,))


# --- one of them ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class OneView:
    """An entry with the units that would get it, and those of them that nobody can reach."""

    entry: EntryView
    units: Named
    unreachable: Named
    may_choose: bool  # the reader's role allows it, and it is early enough
    may_send: bool  # before its time


def one(view: OneView, write: Writer) -> Content:
    """All of one entry, with what can be said of it."""
    entry = view.entry
    head = [
        f"<b>{escape(directive_title(entry.directive, write), quote=False)}</b>",
        write.say("card.subject", subject=shortened(entry.directive.subject)),
        write.bold("agenda.at", moment=write.moments.full(entry.at)),
        write.say(f"agenda.whom_{entry.whom}"),
        "",
    ]
    lines = [_task(line, write) for line in entry.lines if line.left or line.skipped]
    foot = [write.say("agenda.units", count=view.units.count, names=names(view.units, write))]
    if view.unreachable.count:
        listed = names(view.unreachable, write)
        key = f"agenda.unreachable_{entry.whom}"
        foot.append(write.say(key, count=view.unreachable.count, names=listed))
    notes = _notes(replace(entry, unreached=0), write)  # they are named
    foot += [f"<b>{escape(note, quote=False)}</b>" for note in notes]
    text = fit(
        head,
        lines or [write.say("agenda.nothing_left")],
        ["", *foot, write.zone_line(write.now)],
        more=lambda left: write.texts("list.and_more", count=left),
    )
    return Content(text, (*_choices(view, write), *_ways_back(entry, write)))


def _task(line: LineView, write: Writer) -> str:
    task = ""
    if line.position is not None:
        number = write.texts("button.task", position=line.position)
        title = with_period(line.short_title, line.period, write.texts)
        task = f"{number} ({shortened(title, most=80)})"
    what = _with_tasks(task, _of_deadline(line, write), write)
    return "• " + write.say("agenda.what", what=what, count=line.left or line.skipped)


def _choices(view: OneView, write: Writer) -> tuple[tuple[Button, ...], ...]:
    ids = view.entry.ids
    if not view.may_choose or ids is None:
        return ()
    rows: list[tuple[Button, ...]] = []
    if not view.entry.is_skipped:
        row = [button(write, "button.agenda_skip", Press.AGENDA_SKIP, *ids)]
        if view.may_send:
            row.append(button(write, "button.agenda_send", Press.AGENDA_SEND_ASK, *ids))
        rows.append(tuple(row))
    if any(line.skipped for line in view.entry.lines):
        rows.append((button(write, "button.agenda_keep", Press.AGENDA_KEEP, *ids),))
    return tuple(rows)


def _ways_back(entry: EntryView, write: Writer) -> tuple[tuple[Button, ...], ...]:
    return (
        (button(write, "button.agenda_of", Press.AGENDA_OF, entry.directive_id, 1),),
        (button(write, "button.to_agenda", Press.AGENDA_PAGE, WEEK, 1),),
    )
