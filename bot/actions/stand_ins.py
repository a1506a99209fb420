"""A contact asks for a successor or a deputy, ends one, or stops; staff may do it in their place.

What happens when somebody agrees is in `bot.actions.hand_over`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import access, cards, hand_over
from bot.actions.people import INVITE_LIFE, create_invite
from bot.domain.rights import Actor, Right
from bot.domain.states import InviteKind
from bot.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.storage import contacts, events
from bot.storage.tables import Contact, Person, Unit

LONGEST_TIME = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Asked:
    """A one-time code that makes whoever agrees a successor or deputy."""

    code: str
    unit_name: str
    name: str  # of the contact whose place it is
    until: datetime  # as long as it can be opened; a deputy's time ends then too


async def ask_successor(
    session: AsyncSession, contact_id: int, *, actor: Actor, now: datetime
) -> Asked:
    """A code for whoever is to take the contact's place; an older one opens nothing any more."""
    return await _ask(
        session, contact_id, InviteKind.HAND_OVER, until=now + INVITE_LIFE, actor=actor, now=now
    )


async def ask_deputy(
    session: AsyncSession, contact_id: int, *, until: datetime, actor: Actor, now: datetime
) -> Asked:
    """A code for whoever is to stand in until then."""
    if until > now + LONGEST_TIME:
        raise InvalidInput("standin.too_long", days=LONGEST_TIME.days)
    return await _ask(session, contact_id, InviteKind.DEPUTY, until=until, actor=actor, now=now)


async def _ask(
    session: AsyncSession,
    contact_id: int,
    kind: InviteKind,
    *,
    until: datetime,
    actor: Actor,
    now: datetime,
) -> Asked:
    contact, person, unit = await place(session, contact_id, actor=actor)
    await contacts.revoke_invites(session, (kind,), unit_id=unit.id, made_for=person.id, now=now)
    code = await create_invite(
        session,
        kind,
        now=now,
        unit_id=unit.id,
        by=contact.person_id,
        expires_at=until,
    )
    return Asked(code, unit.name, person.name, until)


async def place(
    session: AsyncSession, contact_id: int, *, actor: Actor
) -> tuple[Contact, Person, Unit]:
    """The contact, if the person may give their place: their own, or any for who keeps the
    registry. A deputy's place is not theirs to give."""
    row = await contacts.active(session, contact_id)
    if row is None:
        raise NotFound("refused.gone")
    contact, person, unit = row
    if person.id != actor.person_id:
        _check_keeper(actor, unit)
    if contact.deputy_for_id is not None:
        raise Conflict("standin.is_deputy")
    return contact, person, unit


async def end_deputy(
    session: AsyncSession, contact_id: int, *, actor: Actor, now: datetime
) -> None:
    """Let a deputy's time end now: for themselves, for who asked them, or for the registry."""
    row = await contacts.active(session, contact_id)
    if row is None or row[0].deputy_for_id is None:
        raise NotFound("refused.gone")
    contact, deputy, unit = row
    concerned = (deputy.id, contact.deputy_for_id)
    if actor.person_id not in concerned:
        _check_keeper(actor, unit)
    await hand_over.end_deputy(session, contact, deputy, unit, now=now)


def _check_keeper(actor: Actor, unit: Unit) -> None:
    """NotAllowed unless the person keeps the registry, and the unit is theirs."""
    if not actor.may(Right.REGISTER):
        raise NotAllowed("refused.not_your_unit")
    access.check_unit(actor, unit.id)


async def stop(
    session: AsyncSession, unit_ids: Sequence[int], *, person_id: int, now: datetime
) -> list[str]:
    """The person is no contact of these units any more; the units' names. Staff hear of every
    unit that is left with nobody. NotFound when they were a contact of none of them."""
    stopped = []
    for contact, person, unit in await contacts.active_of(session, person_id):
        if unit.id not in unit_ids:
            continue
        await hand_over.end(session, contact, now=now)
        await contacts.revoke_invites(
            session, hand_over.OF_SOMEBODY, unit_id=unit.id, made_for=person_id, now=now
        )
        await events.add_of_person(
            session, "contact_stopped", person_id, at=now, unit_id=unit.id, title=contact.title
        )
        await hand_over.tell_of_end(session, contact, person, now=now)
        await cards.redraw_waiting_for_people(session, unit.id, now=now)
        await hand_over.warn_if_nobody_is_left(session, unit, now=now)
        stopped.append(unit.name)
    if not stopped:
        raise NotFound("refused.gone")
    await hand_over.give_menu(session, person_id, now=now)
    return stopped
