"""Confirming that a directive was received: once a person and version, kindly answered after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import cards, closing
from bot.domain.rights import Actor
from bot.domain.states import ChatKind, Door, Ending, Sending
from bot.errors import BotError, Conflict, NotAllowed, NotFound
from bot.storage import directives, events, receipts
from bot.storage.directives import Addressed
from bot.storage.receipts import Confirmed, Confirming, Receipt
from bot.storage.tables import Addressee, Chat, Directive


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The unit's first confirmation of this version."""


@dataclass(frozen=True, slots=True)
class AlreadyAcknowledged:
    """Somebody of the unit had confirmed it."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OfOldVersion:
    """What the person saw was corrected meanwhile. It is kept as that, and `counts` unless the
    correction asks for new receipts."""

    version: int
    newest: int
    counts: bool


Outcome = Acknowledged | AlreadyAcknowledged | OfOldVersion | BotError


@dataclass(frozen=True, slots=True)
class Tap:
    """One tap on "Đã nhận" below this version."""

    addressee_id: int
    version: int
    actor: Actor | None
    chat: Chat
    origin: events.Origin


async def own_addressee(
    session: AsyncSession,
    addressee_id: int,
    *,
    actor: Actor | None,
    may_have_ended: bool = False,
) -> tuple[Addressee, Directive]:
    """The addressee and its directive, if they are this person's; Conflict for closed ones, unless
    it is only to be read: then for recalled ones."""
    addressed = (await directives.addressed(session, [addressee_id])).get(addressee_id)
    refusal = await _refusal(session, addressed, actor, may_have_ended=may_have_ended)
    if refusal is not None:
        raise refusal
    found = await directives.addressee_with_directive(session, addressee_id)
    assert found is not None  # noqa: S101 - it was a moment ago
    return found


async def _refusal(
    session: AsyncSession,
    addressed: Addressed | None,
    actor: Actor | None,
    *,
    may_have_ended: bool = False,
) -> BotError | None:
    """Why this person may do nothing for this addressee."""
    if addressed is None:
        return NotFound("refused.gone")
    if actor is None or addressed.unit_id not in actor.unit_ids:
        return NotAllowed("refused.not_your_unit")
    if addressed.closed_at is not None:
        if may_have_ended and addressed.ending is not Ending.RECALLED:
            return None
        return await closing.refusal(session, addressed.directive_id, addressed.ending)
    given_up = addressed.sending is Sending.CANCELLED
    if given_up and not await directives.has_work(session, addressed.id):
        return Conflict("refused.closed")  # the unit never got it
    return None


async def record(session: AsyncSession, taps: Sequence[Tap], *, now: datetime) -> list[Outcome]:
    """What becomes of each tap, in their order. Whoever is refused is before anything is written,
    and every question is asked once: after a directive a thousand people tap at the same time."""
    addressed = await directives.addressed(session, {tap.addressee_id for tap in taps})
    refusals = [await _refusal_of(session, tap, addressed.get(tap.addressee_id)) for tap in taps]
    own = [
        (tap, addressed[tap.addressee_id])
        for tap, refusal in zip(taps, refusals, strict=True)
        if refusal is None
    ]
    confirmed = iter(await _confirm(session, own, now=now))
    return [refusal or next(confirmed) for refusal in refusals]


async def _refusal_of(
    session: AsyncSession, tap: Tap, addressed: Addressed | None
) -> BotError | None:
    refusal = await _refusal(session, addressed, tap.actor)
    if refusal is None and addressed and not 1 <= tap.version <= addressed.version:
        return NotFound("refused.gone")
    return refusal


async def _confirm(
    session: AsyncSession, own: Sequence[tuple[Tap, Addressed]], *, now: datetime
) -> list[Outcome]:
    said = [_confirming(tap, addressed) for tap, addressed in own]
    new = await receipts.add(session, said, now=now)
    addressee_ids = {addressed.id for _, addressed in own}
    first = await receipts.counting(session, addressee_ids=addressee_ids)
    outcomes: list[Outcome] = []
    noted: list[events.Noted] = []
    changed: list[Addressed] = []
    for (tap, addressed), each in zip(own, said, strict=True):
        is_new = each.what in new
        new.discard(each.what)  # whoever taps twice has said it once
        if is_new:
            noted.append(_noted(tap, addressed, door=each.door, now=now))
        outcome = _outcome(tap, addressed, first.get(addressed.id), is_new=is_new)
        outcomes.append(outcome)
        if not isinstance(outcome, AlreadyAcknowledged):
            changed.append(addressed)
    await events.add_all(session, noted)
    await cards.redraw_addressees(session, changed, now=now)
    return outcomes


def _outcome(
    tap: Tap, addressed: Addressed, first: Receipt | None, *, is_new: bool
) -> Acknowledged | AlreadyAcknowledged | OfOldVersion:
    if tap.version < addressed.version:
        counts = tap.version >= addressed.acknowledge_from
        return OfOldVersion(tap.version, addressed.version, counts)
    assert first is not None  # noqa: S101 - at least this one
    if is_new and tap.actor is not None and first.person_id == tap.actor.person_id:
        return Acknowledged()
    return AlreadyAcknowledged(first.person_name, first.at)


def _confirming(tap: Tap, addressed: Addressed) -> Confirming:
    assert tap.actor is not None  # noqa: S101 - strangers were refused
    door = Door.CARD if tap.chat.kind is ChatKind.PRIVATE else Door.GROUP_CARD
    what = Confirmed(addressed.id, tap.version, tap.actor.person_id)
    return Confirming(what, tap.chat.id, door)


def _noted(tap: Tap, addressed: Addressed, *, door: Door, now: datetime) -> events.Noted:
    return events.Noted(
        action="acknowledged",
        at=now,
        origin=tap.origin,
        object_kind="addressee",
        object_id=addressed.id,
        directive_id=addressed.directive_id,
        unit_id=addressed.unit_id,
        details={"door": door.value, "version": tap.version},
    )


async def keep(
    session: AsyncSession,
    addressee: Addressee,
    *,
    version: int,
    person_id: int,
    chat: Chat,
    now: datetime,
    door: Door | None = None,
) -> bool:
    """Write down that the person has confirmed this version; False if they had."""
    door = door or (Door.CARD if chat.kind is ChatKind.PRIVATE else Door.GROUP_CARD)
    what = Confirmed(addressee.id, version, person_id)
    new = await receipts.add(session, [Confirming(what, chat.id, door)], now=now)
    if new:
        events.add(
            session, "acknowledged", at=now, person_id=person_id,
            object_kind="addressee", object_id=addressee.id, directive_id=addressee.directive_id,
            unit_id=addressee.unit_id, door=door.value, version=version,
        )  # fmt: skip
    return bool(new)
