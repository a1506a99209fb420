"""Confirming that a directive was received: once a person and version, kindly answered after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import cards, closing
from bot.domain.rights import Actor
from bot.domain.states import ChatKind, Door, Sending
from bot.errors import Conflict, NotAllowed, NotFound
from bot.storage import directives, events
from bot.storage.tables import Addressee, Chat, Directive


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The unit's first confirmation of this version."""

    at: datetime


@dataclass(frozen=True, slots=True)
class AlreadyAcknowledged:
    """Somebody of the unit had confirmed it."""

    by: str
    at: datetime


async def own_addressee(
    session: AsyncSession, addressee_id: int, *, actor: Actor | None
) -> tuple[Addressee, Directive]:
    """The addressee and its directive, if they are this person's; Conflict for closed ones."""
    found = await directives.addressee_with_directive(session, addressee_id)
    if found is None:
        raise NotFound("refused.gone")
    addressee, directive = found
    if actor is None or addressee.unit_id not in actor.unit_ids:
        raise NotAllowed("refused.not_your_unit")
    await closing.refuse_if_over(session, directive)
    given_up = directive.sending is Sending.CANCELLED
    if given_up and not await directives.has_work(session, addressee_id):
        raise Conflict("refused.closed")  # the unit never got it
    return addressee, directive


async def record(
    session: AsyncSession, addressee_id: int, *, actor: Actor | None, chat: Chat, now: datetime
) -> Acknowledged | AlreadyAcknowledged:
    """One tap on "Đã nhận". Raises NotAllowed for people of other units."""
    addressee, directive = await own_addressee(session, addressee_id, actor=actor)
    assert actor is not None  # noqa: S101 - own_addressee refused strangers
    first = (await directives.receipts(session, addressee_ids=[addressee_id])).get(addressee_id)
    door = Door.CARD if chat.kind is ChatKind.PRIVATE else Door.GROUP_CARD
    new = await directives.add_acknowledgement(
        session,
        addressee_id=addressee_id,
        version=directive.version,
        person_id=actor.person_id,
        chat_id=chat.id,
        door=door,
        now=now,
    )
    if new:
        events.add(
            session, "acknowledged", at=now, person_id=actor.person_id,
            object_kind="addressee", object_id=addressee_id, directive_id=directive.id,
            unit_id=addressee.unit_id, door=door.value,
        )  # fmt: skip
    if first is not None and first.version == directive.version:
        return AlreadyAcknowledged(first.person_name, first.at)
    await cards.redraw_addressee(session, addressee, now=now)
    return Acknowledged(now)
