"""Confirming that a directive was received: once a person and version, kindly answered after.

When a unit's confirmation is complete is decided by `bot.domain.acknowledgements`; what the office
hears by phone is `phoned`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import cards, closing
from bot.domain.rights import Actor
from bot.domain.states import AcknowledgeBy, ChatKind, ContactRole, Door, Ending, Sending
from bot.errors import BotError, Conflict, NotAllowed, NotFound
from bot.storage import directives, events, people, receipts, standings
from bot.storage.directives import Addressed
from bot.storage.receipts import Confirmed, Confirming
from bot.storage.standings import OfUnit
from bot.storage.tables import Addressee, Chat, Directive


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The unit's confirmation of this version is complete by this one; perhaps late."""

    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Partly:
    """This one is written down, and others of the unit are still to confirm. `said_at` is when the
    person had said so before, if they had."""

    rule: AcknowledgeBy
    confirmed: int
    people: int
    said_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AlreadyAcknowledged:
    """The unit's confirmation was complete before: by whom, perhaps by the person themselves, or
    by phone at the office."""

    by: str
    at: datetime
    is_own: bool = False
    by_phone: bool = False


@dataclass(frozen=True, slots=True)
class OfOldVersion:
    """What the person saw was corrected meanwhile. It is kept as that, and `counts` unless the
    correction asks for new receipts."""

    version: int
    newest: int
    counts: bool


Outcome = Acknowledged | Partly | AlreadyAcknowledged | OfOldVersion | BotError


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
    has_ended = addressed.closed_at is not None and addressed.ending is not Ending.RECALLED
    if may_have_ended and has_ended:
        return None
    return await refusal_of_ended(session, addressed)


async def refusal_of_ended(session: AsyncSession, addressed: Addressed) -> BotError | None:
    """Why nobody may do anything for this addressee any more, if that is so."""
    if addressed.closed_at is not None:
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
    rules = {addressed.directive_id: addressed.acknowledge_by for _, addressed in own}
    found = await standings.of(session, {each.id: each for _, each in own}.values(), rules)
    outcomes: list[Outcome] = []
    noted: list[events.Noted] = []
    changed: list[Addressed] = []
    for (tap, addressed), each in zip(own, said, strict=True):
        is_new = each.what in new
        new.discard(each.what)  # whoever taps twice has said it once
        if is_new:
            noted.append(_noted(tap, addressed, door=each.door, now=now))
        outcome = _outcome(tap, addressed, found[addressed.id], is_new=is_new)
        outcomes.append(outcome)
        if not isinstance(outcome, AlreadyAcknowledged):
            changed.append(addressed)
    await events.add_all(session, noted)
    await cards.redraw_addressees(session, changed, now=now)
    return outcomes


def _outcome(
    tap: Tap, addressed: Addressed, standing: OfUnit, *, is_new: bool
) -> Acknowledged | Partly | AlreadyAcknowledged | OfOldVersion:
    assert tap.actor is not None  # noqa: S101 - strangers were refused
    if tap.version < addressed.version:
        counts = tap.version >= addressed.acknowledge_from
        return OfOldVersion(tap.version, addressed.version, counts)
    own = next(each for each in standing.given if each.person_id == tap.actor.person_id)
    completed = standing.completed
    if completed is None:
        said_at = None if is_new else own.at
        return Partly(standing.rule, len(standing.confirmed), len(standing.people), said_at=said_at)
    by_phone = completed.door is Door.STAFF
    is_asked = completed == own or (standing.rule is AcknowledgeBy.EACH and not by_phone)
    if is_asked and is_new:
        return Acknowledged(standing.is_late)
    shown = own if is_asked else completed
    return AlreadyAcknowledged(shown.person_name, shown.at, is_own=is_asked, by_phone=by_phone)


def _confirming(tap: Tap, addressed: Addressed) -> Confirming:
    assert tap.actor is not None  # noqa: S101 - strangers were refused
    leads = addressed.unit_id in tap.actor.leads
    return Confirming(
        Confirmed(addressed.id, tap.version, tap.actor.person_id),
        tap.chat.id,
        _door(tap.chat),
        ContactRole.LEADER if leads else ContactRole.CONTACT,
    )


def _door(chat: Chat) -> Door:
    return Door.CARD if chat.kind is ChatKind.PRIVATE else Door.GROUP_CARD


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
    """Write down that the person has confirmed this version, by the door of the chat where they
    said so unless another one is named; False if they had."""
    door = door or _door(chat)
    contact = await people.contact(session, unit_id=addressee.unit_id, person_id=person_id)
    role = contact.role if contact else ContactRole.CONTACT
    what = Confirmed(addressee.id, version, person_id)
    new = await receipts.add(session, [Confirming(what, chat.id, door, role)], now=now)
    if new:
        events.add(
            session, "acknowledged", at=now, person_id=person_id,
            object_kind="addressee", object_id=addressee.id, directive_id=addressee.directive_id,
            unit_id=addressee.unit_id, door=door.value, version=version,
        )  # fmt: skip
    return bool(new)


async def keep_with_results(
    session: AsyncSession,
    addressee: Addressee,
    directive: Directive,
    *,
    person_id: int,
    chat: Chat,
    now: datetime,
) -> None:
    """Who sends results has the directive: that they do is written down too, unless it was, and the
    cards show both."""
    is_new = await keep(
        session,
        addressee,
        version=directive.version,
        person_id=person_id,
        chat=chat,
        door=Door.RESULTS,
        now=now,
    )
    if is_new:
        await cards.redraw_addressee(session, addressee, now=now)
    else:
        await cards.redraw_work(session, [addressee], now=now)
