"""Somebody takes a contact's place, for good or for a time, and what ends with it.

Making the link that asks them is in `bot.actions.stand_ins`; whoever opens it has to agree first.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import alarms, cards, menus, replies
from bot.actions.replies import Values
from bot.domain.states import ChatKind, ContactRole, InviteKind
from bot.errors import Conflict, InvalidInput
from bot.runtime import Wake, wake_after_commit
from bot.storage import audience, contacts, events, people, reminders
from bot.storage.tables import Chat, Contact, Invite, Person, Unit

OF_SOMEBODY = (InviteKind.HAND_OVER, InviteKind.DEPUTY)


async def role_for(session: AsyncSession, invite: Invite, *, person_id: int) -> ContactRole:
    """As what the invite makes the person join their unit: in somebody's place in that one's role.

    Raises InvalidInput when there is no such place any more, Conflict when they have one.
    """
    if invite.kind not in OF_SOMEBODY:
        is_leader = invite.kind is InviteKind.LEADER
        return ContactRole.LEADER if is_leader else ContactRole.CONTACT
    place = await _place(session, invite)
    if place.person_id == person_id:
        raise Conflict("standin.oneself")
    own = await people.contact(session, unit_id=place.unit_id, person_id=person_id)
    is_one = own is not None and own.ended_at is None
    if is_one and invite.kind is InviteKind.DEPUTY:
        raise Conflict("standin.contact_already")
    return place.role


async def settle(session: AsyncSession, invite: Invite, *, person_id: int, now: datetime) -> None:
    """They have joined: who handed over ends, who asked for a deputy has one; both are told."""
    if invite.kind not in OF_SOMEBODY:
        return
    place = await _place(session, invite)
    await audience.add_person(
        session, unit_id=place.unit_id, beside_id=place.person_id, person_id=person_id
    )
    newcomer = await people.person(session, person_id)
    name = newcomer.name if newcomer else ""
    if invite.kind is InviteKind.DEPUTY:
        await contacts.let_stand_in(
            session,
            unit_id=place.unit_id,
            person_id=person_id,
            for_id=place.person_id,
            until=invite.expires_at,
        )
        await _tell(
            session, place.person_id, "standin.deputy_came", {"name": name}, place=place, now=now
        )
        return
    await end(session, place, now=now)
    await contacts.revoke_invites(
        session, OF_SOMEBODY, unit_id=place.unit_id, made_for=place.person_id, now=now
    )
    await events.add_of_person(
        session,
        "contact_handed_over",
        place.person_id,
        at=now,
        unit_id=place.unit_id,
        title=place.title,
        successor=person_id,
    )
    await _tell(
        session, place.person_id, "standin.handed_over", {"name": name}, place=place, now=now
    )
    await give_menu(session, place.person_id, now=now)


async def end(session: AsyncSession, contact: Contact, *, now: datetime) -> None:
    """They are no contact any more: what was on its way to remind them is for those who are."""
    await contacts.end(session, contact.id, now=now)
    await reminders.take_back(
        session, person_id=contact.person_id, unit_id=contact.unit_id, now=now
    )
    wake_after_commit(session, Wake.REMINDERS)


async def end_deputy(
    session: AsyncSession, contact: Contact, deputy: Person, unit: Unit, *, now: datetime
) -> None:
    """A deputy's time is over: both are told, and staff if nobody is left."""
    await end(session, contact, now=now)
    await events.add_of_person(session, "deputy_ended", deputy.id, at=now, unit_id=unit.id)
    await _tell(session, deputy.id, "standin.over", {}, place=contact, now=now)
    await tell_of_end(session, contact, deputy, now=now)
    await give_menu(session, deputy.id, now=now)
    await cards.redraw_waiting_for_people(session, unit.id, now=now)
    await warn_if_nobody_is_left(session, unit, now=now)


async def tell_of_end(
    session: AsyncSession, contact: Contact, deputy: Person, *, now: datetime
) -> None:
    """Tell who asked for the deputy, if they are one, that they have none any more."""
    if contact.deputy_for_id is None:
        return
    values: Values = {"name": deputy.name}
    await _tell(
        session, contact.deputy_for_id, "standin.deputy_over", values, place=contact, now=now
    )


async def end_next_deputy(session: AsyncSession, *, now: datetime) -> bool:
    """End one deputy whose time is over; False when there is none."""
    row = await contacts.next_deputy_to_end(session, now=now)
    if row is None:
        return False
    contact, deputy, unit = row
    await end_deputy(session, contact, deputy, unit, now=now)
    return True


async def warn_if_nobody_is_left(session: AsyncSession, unit: Unit, *, now: datetime) -> None:
    """Tell the administrators whom to call when a unit can no longer be written to."""
    if unit.retired_at is not None or await contacts.is_reachable(session, unit.id):
        return
    key = "unit.nobody_left_call" if unit.phone else "unit.nobody_left"
    values: Values = {"unit": unit.name, "phone": unit.phone}
    await alarms.tell(session, key, now=now, values=values, unit_id=unit.id)


async def give_menu(session: AsyncSession, person_id: int, *, now: datetime) -> None:
    """The menu of what the person is now."""
    chat = await _private_chat(session, person_id)
    actor = await people.actor(session, chat.telegram_id) if chat else None
    if chat is not None and actor is not None:
        await menus.give(session, chat, actor, now=now)


async def _place(session: AsyncSession, invite: Invite) -> Contact:
    """The contact in whose name the invite was made; InvalidInput when they are none any more."""
    place = None
    if invite.unit_id is not None and invite.created_by is not None:
        place = await people.contact(session, unit_id=invite.unit_id, person_id=invite.created_by)
    if place is None or place.ended_at is not None:
        raise InvalidInput("invite.unusable")
    return place


async def _tell(
    session: AsyncSession,
    person_id: int,
    key: str,
    values: Values,
    *,
    place: Contact,
    now: datetime,
) -> None:
    chat = await _private_chat(session, person_id)
    unit = await session.get(Unit, place.unit_id)
    if chat is None or chat.unreachable_reason is not None or unit is None:
        return
    await replies.notice(session, chat.id, key, now=now, values={"unit": unit.name, **values})


async def _private_chat(session: AsyncSession, person_id: int) -> Chat | None:
    person = await people.person(session, person_id)
    chat = await people.chat_by_telegram_id(session, person.telegram_id) if person else None
    return chat if chat is not None and chat.kind is ChatKind.PRIVATE else None
