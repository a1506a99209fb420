"""Who has confirmed a directive and who has not: the list, one unit, and what the silent ones are
asked; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from bot.callbacks import Callback, Press
from bot.delivery.render import (
    NO_NAMES,
    Button,
    ChasedView,
    Content,
    DirectiveView,
    Named,
    Writer,
    button,
    chased_line,
    directive_title,
    fit,
    names,
    page_buttons,
)
from bot.delivery.render_card import ReceiptView, acknowledge_button
from bot.delivery.render_extensions import NO_HISTORY, HistoryView, history
from bot.domain.splitting import shortened, shortened_name
from bot.domain.states import AcknowledgeBy, ContactRole, ReceiptState

UNITS_A_PAGE = 8
_FILTERS_A_ROW = 2

# What the list can be narrowed to, by the number a button carries: who has not confirmed, then one
# state each.
OUTSTANDING = frozenset({ReceiptState.SILENT, ReceiptState.NOT_SENT, ReceiptState.UNREACHABLE})
FILTERS = (OUTSTANDING, *(frozenset({state}) for state in ReceiptState))


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitReceiptView:
    """One unit: its state, by whose word, who is missing."""

    addressee_id: int
    unit_name: str
    state: ReceiptState
    receipt: ReceiptView
    missing: Named = NO_NAMES
    chased: ChasedView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptsView:
    """A directive's units; `counts` are of all of them, `units` of one page of those shown."""

    directive_id: int
    directive: DirectiveView
    rule: AcknowledgeBy
    counts: Mapping[ReceiptState, int]
    number: int  # of the filter
    units: Sequence[UnitReceiptView]
    page: int
    pages: int
    may_chase: bool


def receipts(view: ReceiptsView, write: Writer) -> Content:
    """How many are how far, and one page of units."""
    head = [
        _title(view.directive, write),
        write.bold("receipts.title", count=sum(view.counts.values())),
        " · ".join(
            write.say(f"receipts.count_{state}", count=view.counts[state])
            for state in ReceiptState
            if view.counts.get(state)
        ),
        write.say(f"draft.acknowledge_by_{view.rule}"),
        "",
    ]
    place = (view.page - 1) * UNITS_A_PAGE
    numbered = list(enumerate(view.units, start=place + 1))
    lines = [_line(number, unit, write) for number, unit in numbered]
    text = fit(
        head,
        lines or [write.say("receipts.nobody")],
        ["", write.zone_line(write.now)],
        more=lambda left: write.texts("list.and_more", count=left),
    )
    turn = page_buttons(
        Press.RECEIPTS_PAGE, (view.directive_id, view.number), page=view.page, pages=view.pages
    )
    units = tuple(
        (
            Button(
                f"{number}. {shortened_name(unit.unit_name, most=50)}",
                Callback(Press.RECEIPTS_UNIT, (unit.addressee_id,)),
            ),
        )
        for number, unit in numbered
    )
    return Content(text, (*_chase_row(view, write), *units, turn, *_filters(view, write)))


def _title(directive: DirectiveView, write: Writer) -> str:
    return f"<b>{escape(directive_title(directive, write), quote=False)}</b>"


def _line(number: int, unit: UnitReceiptView, write: Writer) -> str:
    name = escape(shortened(unit.unit_name), quote=False)
    return f"{number}. <b>{name}</b> – " + "\n    ".join(_lines(unit, write))


def _lines(unit: UnitReceiptView, write: Writer) -> list[str]:
    """The state in words, who is missing, and when it was last reminded."""
    lines = [write.say(f"receipts.state_{unit.state}")]
    if unit.receipt.at is not None:
        at = write.moments.short(unit.receipt.at)
        lines.append(write.say(_word(unit.receipt), at=at, by=unit.receipt.by))
    if not unit.receipt.is_complete and unit.missing.count:
        lines.append(write.say("receipts.missing", names=names(unit.missing, write)))
    if unit.chased is not None:
        lines.append(chased_line(unit.chased, write))
    return lines


def _word(receipt: ReceiptView) -> str:
    if receipt.by_phone:
        return "receipts.by_phone"
    return "receipts.by" if receipt.is_complete else "receipts.by_partly"


def _chase_row(view: ReceiptsView, write: Writer) -> tuple[tuple[Button, ...], ...]:
    if not view.may_chase:
        return ()
    ask = Callback(Press.CHASE_ASK, (view.directive_id, 0))
    return ((Button(write.texts("button.chase"), ask, "primary"),),)


def _filters(view: ReceiptsView, write: Writer) -> tuple[tuple[Button, ...], ...]:
    """The other ways to narrow the list, each with how many it shows; and the way back."""
    offered = []
    for number, states in enumerate(FILTERS):
        count = sum(view.counts.get(state, 0) for state in states)
        if not count and number:
            continue
        (name, *others) = states
        key = "button.receipts_outstanding" if others else f"button.receipts_{name}"
        mark = "● " if number == view.number else ""
        data = Callback(Press.RECEIPTS_PAGE, (view.directive_id, number, 1))
        offered.append(Button(mark + write.texts(key, count=count), data))
    rows = [
        tuple(offered[start : start + _FILTERS_A_ROW])
        for start in range(0, len(offered), _FILTERS_A_ROW)
    ]
    state = button(write, "button.state", Press.STATE_PAGE, view.directive_id, 1)
    return (*rows, (state,))


# --- one unit ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody who gets the directive for the unit, or has confirmed it and is there no more."""

    name: str
    role: ContactRole | None
    at: datetime | None = None  # when they confirmed
    version: int = 1
    has_left: bool = False


@dataclass(frozen=True, slots=True)
class PhonedView:
    """What somebody of the office was told by phone."""

    by: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitView:
    """One unit of a directive, with all its people."""

    directive_id: int
    directive: DirectiveView
    rule: AcknowledgeBy
    unit: UnitReceiptView
    due_at: datetime | None
    people: Sequence[PersonView]
    phoned: Sequence[PhonedView]
    extensions: HistoryView = NO_HISTORY
    may_act: bool  # nothing is over, and it is theirs to act on
    may_chase: bool
    may_enter: bool = False  # what the unit has done


def unit_receipts(view: UnitView, write: Writer) -> Content:
    """Who of the unit has confirmed when, who was chased, which later deadlines it asked for, and
    what staff can do about it."""
    unit = view.unit
    head = [
        _title(view.directive, write),
        f"<b>{escape(unit.unit_name, quote=False)}</b>",
        "\n".join(_lines(unit, write)),
        write.say(f"draft.acknowledge_by_{view.rule}"),
    ]
    if view.due_at is not None:
        head.append(write.say("receipts.due", moment=write.moments.full(view.due_at)))
    head += [_phoned(each, write) for each in view.phoned]
    people = [_person(each, view.directive.version, write) for each in view.people]
    text = fit(
        [*head, ""],
        people or [write.say("receipts.no_people")],
        ["", *history(view.extensions, write), write.zone_line(write.now)],
        more=lambda left: write.texts("list.and_more", count=left),
    )
    return Content(text, _unit_buttons(view, write))


def _person(person: PersonView, version: int, write: Writer) -> str:
    name = escape(person.name, quote=False)
    if person.role is ContactRole.LEADER:
        name += f" ({write.say('unit.role_leader')})"
    if person.has_left:
        name += f" ({write.say('receipts.has_left')})"
    if person.at is None:
        return f"– {name}: {write.say('receipts.not_yet')}"
    at = write.moments.short(person.at)
    if version == 1:
        return f"✓ {name}: {escape(at)}"
    return f"✓ {name}: " + write.say("receipts.of_version", at=at, version=person.version)


def _phoned(phoned: PhonedView, write: Writer) -> str:
    at = write.moments.short(phoned.at)
    note = shortened(phoned.note, most=300)
    return write.say("receipts.phoned", at=at, by=phoned.by, note=note)


def _unit_buttons(view: UnitView, write: Writer) -> tuple[tuple[Button, ...], ...]:
    addressee_id, receipt = view.unit.addressee_id, view.unit.receipt
    rows: list[tuple[Button, ...]] = []
    if view.may_chase:
        ask = Callback(Press.CHASE_ASK, (view.directive_id, addressee_id))
        rows.append((Button(write.texts("button.chase_unit"), ask, "primary"),))
    if view.may_act and not receipt.is_complete:
        rows.append((button(write, "button.phoned", Press.PHONED_ASK, addressee_id),))
    if view.may_act and view.phoned:
        rows.append((button(write, "button.phoned_back", Press.PHONED_BACK, addressee_id),))
    if view.may_enter:
        rows.append((button(write, "button.enter_work", Press.ENTER_WORK, addressee_id),))
    if receipt.is_complete:
        rows.append((button(write, "button.slip", Press.SLIP, addressee_id),))
    back = button(write, "button.receipts_list", Press.RECEIPTS_PAGE, view.directive_id, 0, 1)
    again = button(write, "button.refresh", Press.RECEIPTS_UNIT, addressee_id)
    return (*rows, (back, again))


# --- what those who have not confirmed are asked -------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChasedUnit:
    """A unit that is asked in this chat; `due_at` is until when it confirms in time."""

    addressee_id: int
    unit_name: str
    due_at: datetime | None


def chase(
    directive: DirectiveView, units: Sequence[ChasedUnit], rule: AcknowledgeBy, write: Writer
) -> Content:
    """Asks for the confirmation that is missing, with the card's own button for each unit."""
    head = [
        *([write.bold(f"urgency.{directive.urgency}")] if directive.urgency else []),
        write.bold("chase.title"),
        _title(directive, write),
        write.say("card.subject", subject=shortened(directive.subject, most=500)),
    ]
    lines = [_asked(each, write) for each in units]
    foot = [write.say(f"chase.ask_{rule}"), write.zone_line(write.now)]
    text = fit(head, lines, foot, more=lambda left: write.texts("list.and_more", count=left))
    buttons = tuple(_acknowledge(each, directive, write, alone=len(units) == 1) for each in units)
    return Content(text, tuple((each,) for each in buttons[:_MOST_BUTTONS]))


_MOST_BUTTONS = 50


def _asked(unit: ChasedUnit, write: Writer) -> str:
    line = write.say("card.unit", unit=shortened(unit.unit_name))
    if unit.due_at is None:
        return line
    key = "chase.was_due" if unit.due_at < write.now else "chase.due"
    return f"{line} · " + write.say(key, at=write.moments.short(unit.due_at))


def _acknowledge(
    unit: ChasedUnit, directive: DirectiveView, write: Writer, *, alone: bool
) -> Button:
    plain = acknowledge_button(unit.addressee_id, write, version=directive.version)
    if alone:
        return plain
    label = f"{plain.label} – {shortened_name(unit.unit_name, most=40)}"
    return Button(label, plain.callback, plain.style)
