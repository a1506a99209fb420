"""What somebody of the office was told by phone: written down in their own name, with who said it,
and taken back if it was wrong."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import access, cards
from bot.actions.acknowledgements import refusal_of_ended
from bot.actions.reasons import reason_of
from bot.domain.rights import Actor
from bot.domain.states import Door
from bot.errors import Conflict, NotFound
from bot.storage import directives, events, receipts, standings
from bot.storage.directives import Addressed
from bot.storage.receipts import Confirmed, Confirming

_LONGEST_NOTE = 300


async def check(session: AsyncSession, addressee_id: int, *, actor: Actor) -> Addressed:
    """The addressee, if the office may still write a confirmation down for it: NotAllowed for who
    may not, Conflict where it is over or there is one."""
    addressed = await _theirs(session, addressee_id, actor=actor)
    rules = {addressed.directive_id: addressed.acknowledge_by}
    found = await standings.of(session, [addressed], rules)
    completed = found[addressed.id].completed
    if completed is not None:
        raise Conflict("phoned.not_needed", by=completed.person_name)
    return addressed


async def record(
    session: AsyncSession,
    addressee_id: int,
    note: str,
    *,
    actor: Actor,
    chat_id: int,
    now: datetime,
) -> None:
    """Write down that the unit has confirmed, and who told it; that completes it by every rule."""
    note = reason_of(note, refusal="phoned.note_unusable", longest=_LONGEST_NOTE)
    await directives.lock_addressee(session, addressee_id)
    addressed = await check(session, addressee_id, actor=actor)
    what = Confirmed(addressed.id, addressed.version, actor.person_id)
    new = await receipts.add(session, [Confirming(what, chat_id, Door.STAFF, None, note)], now=now)
    if not new:  # of the unit, too, and asked for more than their own word
        raise Conflict("phoned.said_as_contact")
    events.add(
        session, "phoned", at=now, object_kind="addressee", object_id=addressed.id,
        directive_id=addressed.directive_id, unit_id=addressed.unit_id, version=addressed.version,
    )  # fmt: skip
    await cards.redraw_addressees(session, [addressed], now=now)


async def take_back(
    session: AsyncSession, addressee_id: int, *, actor: Actor, now: datetime
) -> bool:
    """It was a mistake: what was heard by phone does not count; False if there was nothing."""
    addressed = await _theirs(session, addressee_id, actor=actor)
    taken = await receipts.take_back_phoned(
        session, addressed.id, since_version=addressed.acknowledge_from
    )
    if not taken:
        return False
    events.add(
        session, "phoned_taken_back", at=now, object_kind="addressee", object_id=addressed.id,
        directive_id=addressed.directive_id, unit_id=addressed.unit_id, version=addressed.version,
    )  # fmt: skip
    await cards.redraw_addressees(session, [addressed], now=now)
    return True


async def _theirs(session: AsyncSession, addressee_id: int, *, actor: Actor) -> Addressed:
    addressed = (await directives.addressed(session, [addressee_id])).get(addressee_id)
    if addressed is None:
        raise NotFound("refused.gone")
    access.check_unit(actor, addressed.unit_id)
    refusal = await refusal_of_ended(session, addressed)
    if refusal is not None:
        raise refusal
    return addressed
