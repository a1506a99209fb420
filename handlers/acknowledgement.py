"""The card's own buttons: received, full text, done without a link."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.actions import acknowledgements, articles
from bot.actions import full_text as full_texts
from bot.actions.acknowledgements import (
    Acknowledged,
    AlreadyAcknowledged,
    OfOldVersion,
    Outcome,
    Partly,
    Tap,
)
from bot.actions.replies import MOST_BUTTONS
from bot.callbacks import Press
from bot.domain.assignments import by_deadline
from bot.domain.states import AcknowledgeBy, AssignmentState
from bot.errors import BotError
from bot.storage import assignments
from bot.texts.periods import numbered
from handlers.choosing import task_buttons
from handlers.context import Incoming, first_id, ids, page_turned


async def acknowledge(taps: Sequence[Incoming]) -> list[BotError | None]:
    """Taps on "Đã nhận"; the button says below which version, if it is not the first one."""
    if not taps:
        return []
    outcomes = await acknowledgements.record(
        taps[0].session, [_tap(each) for each in taps], now=taps[0].now
    )
    return [_told(tap, outcome) for tap, outcome in zip(taps, outcomes, strict=True)]


def _tap(incoming: Incoming) -> Tap:
    addressee_id, version = (*ids(incoming, 1, 2), 1)[:2]
    return Tap(addressee_id, version, incoming.actor, incoming.chat, incoming.origin)


def _told(tap: Incoming, outcome: Outcome) -> BotError | None:
    match outcome:
        case Acknowledged(is_late=is_late):
            tap.popup("acknowledged.thanks_late" if is_late else "acknowledged.thanks")
        case Partly():
            _tell_partly(tap, outcome)
        case AlreadyAcknowledged():
            _tell_before(tap, outcome)
        case OfOldVersion(version=version, newest=newest, counts=counts):
            key = "acknowledged.old_version" if counts else "acknowledged.asked_again"
            tap.popup(key, version=version, newest=newest, alert=True)
        case refusal:
            return refusal
    return None


def _tell_partly(tap: Incoming, outcome: Partly) -> None:
    new, before = _PARTLY[outcome.rule]
    done, people = outcome.confirmed, outcome.people
    if outcome.said_at is None:
        tap.popup(new, done=done, people=people)
    else:
        at, zone = _at(tap, outcome.said_at)
        tap.popup(before, done=done, people=people, at=at, zone=zone, alert=True)


# For who says so now, and for who has said so before.
_PARTLY = {
    AcknowledgeBy.LEADER: ("acknowledged.partly_leader", "acknowledged.partly_leader_before"),
    AcknowledgeBy.EACH: ("acknowledged.partly_each", "acknowledged.partly_each_before"),
}


def _tell_before(tap: Incoming, outcome: AlreadyAcknowledged) -> None:
    if outcome.by_phone:
        key = "acknowledged.before_by_phone"
    elif outcome.is_own:
        key = "acknowledged.before_by_yourself"
    else:
        key = "acknowledged.before"
    at, zone = _at(tap, outcome.at)
    tap.popup(key, by=outcome.by, at=at, zone=zone, alert=True)


def _at(tap: Incoming, at: datetime) -> tuple[str, str]:
    """The moment and its zone, as this person reads them."""
    return tap.moments.short(at), tap.moments.zone_name(at)


async def full_text(incoming: Incoming) -> None:
    """The whole letter, as a file or as text in parts."""
    addressee, directive = await acknowledgements.own_addressee(
        incoming.session, first_id(incoming), actor=incoming.actor, may_have_ended=True
    )
    await full_texts.send(
        incoming.session,
        directive,
        addressee_id=addressee.id,
        chat_id=incoming.chat.id,
        reply_to=incoming.elsewhere,
        now=incoming.now,
    )


async def done_menu(incoming: Incoming) -> None:
    """The open tasks as buttons: which of them is done without a link?"""
    addressee, _ = await acknowledgements.own_addressee(
        incoming.session, first_id(incoming), actor=incoming.actor
    )
    states = await assignments.task_states(incoming.session, addressee_ids=[addressee.id])
    still_open = [task for task in states if task.state is AssignmentState.OPEN]
    nearest = sorted(still_open, key=lambda task: by_deadline(task.deadline_at))
    buttons = task_buttons(nearest[:MOST_BUTTONS], Press.REPORT_DONE, texts=incoming.moments.texts)
    if not buttons:
        incoming.popup("done.nothing_open", alert=True)
        return
    edits = await page_turned(incoming)
    await incoming.answer(
        "done.choose", {"unit": addressee.unit_name}, buttons=buttons, edits=edits
    )


async def report_done(incoming: Incoming) -> None:
    """The task that is done."""
    position, period = await articles.report_done(
        incoming.session,
        first_id(incoming),
        actor=incoming.actor,
        chat=incoming.chat,
        now=incoming.now,
    )
    of_period = numbered(position, period, incoming.moments.texts)
    incoming.popup("done.recorded", position=of_period)
