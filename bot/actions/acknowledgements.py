"""Confirming that a directive was received: once a person and version, kindly answered after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import cards, closing
from bot.domain.rights import Actor
from bot.domain.states import ChatKind, Door, Ending, Sending
from bot.errors import Conflict, NotAllowed, NotFound
from bot.storage import directives, events, receipts
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


@dataclass(frozen=True, slots=True)
class OfOldVersion:
    """What the person saw was corrected meanwhile. It is kept as that, and `counts` unless the
    correction asks for new receipts."""

    version: int
    newest: int
    counts: bool


async def own_addressee(
    session: AsyncSession,
    addressee_id: int,
    *,
    actor: Actor | None,
    may_have_ended: bool = False,
) -> tuple[Addressee, Directive]:
    """The addressee and its directive, if they are this person's; Conflict for closed ones, unless
    it is only to be read: then for recalled ones."""
    found = await directives.addressee_with_directive(session, addressee_id)
    if found is None:
        raise NotFound("refused.gone")
    addressee, directive = found
    if actor is None or addressee.unit_id not in actor.unit_ids:
        raise NotAllowed("refused.not_your_unit")
    is_readable = may_have_ended and directive.ending is not Ending.RECALLED
    if directive.closed_at is not None and is_readable:
        return addressee, directive
    await closing.refuse_if_over(session, directive)
    given_up = directive.sending is Sending.CANCELLED
    if given_up and not await directives.has_work(session, addressee_id):
        raise Conflict("refused.closed")  # the unit never got it
    return addressee, directive


async def record(
    session: AsyncSession,
    addressee_id: int,
    *,
    version: int,
    actor: Actor | None,
    chat: Chat,
    now: datetime,
) -> Acknowledged | AlreadyAcknowledged | OfOldVersion:
    """One tap on "Đã nhận" below this version. Raises NotAllowed for people of other units."""
    addressee, directive = await own_addressee(session, addressee_id, actor=actor)
    assert actor is not None  # noqa: S101 - own_addressee refused strangers
    if not 1 <= version <= directive.version:
        raise NotFound("refused.gone")
    first = (await receipts.counting(session, addressee_ids=[addressee_id])).get(addressee_id)
    await keep(session, addressee, version=version, person_id=actor.person_id, chat=chat, now=now)
    if version < directive.version:
        await cards.redraw_addressee(session, addressee, now=now)
        counts = version >= directive.acknowledge_from
        return OfOldVersion(version, directive.version, counts)
    if first is not None:
        return AlreadyAcknowledged(first.person_name, first.at)
    await cards.redraw_addressee(session, addressee, now=now)
    return Acknowledged(now)


async def keep(
    session: AsyncSession,
    addressee: Addressee,
    *,
    version: int,
    person_id: int,
    chat: Chat,
    now: datetime,
) -> bool:
    """Write down that the person has confirmed this version; False if they had."""
    door = Door.CARD if chat.kind is ChatKind.PRIVATE else Door.GROUP_CARD
    new = await receipts.add(
        session,
        addressee_id=addressee.id,
        version=version,
        person_id=person_id,
        chat_id=chat.id,
        door=door,
        now=now,
    )
    if new:
        events.add(
            session, "acknowledged", at=now, person_id=person_id,
            object_kind="addressee", object_id=addressee.id, directive_id=addressee.directive_id,
            unit_id=addressee.unit_id, door=door.value, version=version,
        )  # fmt: skip
    return new
