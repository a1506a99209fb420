"""How a person becomes a unit's contact: at once, after the office's word, or by a phone that the
registry names; with their consent, and with a word to staff if a name looks like a known one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import access, alarms, cards, hand_over, menus, phones, replies
from bot.actions.replies import Button
from bot.callbacks import Callback, Press
from bot.domain.consent import CONSENT_VERSION
from bot.domain.lookalikes import like
from bot.domain.phones import phone_key
from bot.domain.rights import Actor
from bot.domain.states import ChatKind, ContactRole, InviteKind, JoinState
from bot.errors import Conflict, NotFound
from bot.storage import events, joining, people, units
from bot.storage.tables import Chat, ExpectedContact, JoinRequest, Unit

_OPEN_LIST = ((Button("button.waiting", Callback(Press.WAITING_PAGE, (1,))),),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """A person who is about to be a unit's contact, in their private chat."""

    person_id: int
    name: str
    chat: Chat
    unit: Unit
    role: ContactRole
    title: str = ""
    invite_id: int | None = None


async def enter(
    session: AsyncSession, newcomer: Newcomer, *, needs_approval: bool, now: datetime
) -> bool:
    """Let the person in, with the cards of what is open; False if the office must be asked."""
    await agree(session, newcomer.person_id, version=CONSENT_VERSION, now=now)
    await _warn_of_lookalike(session, newcomer, now=now)
    if needs_approval:
        known = await people.contact(
            session, unit_id=newcomer.unit.id, person_id=newcomer.person_id
        )
        is_in = known is not None and known.ended_at is None
        becomes_leader = newcomer.role is ContactRole.LEADER
        if not is_in or (known is not None and becomes_leader and known.role is not newcomer.role):
            await _ask_office(session, newcomer, now=now)
            return False
    await _let_in(session, newcomer, now=now)
    return True


async def _let_in(session: AsyncSession, newcomer: Newcomer, *, now: datetime) -> None:
    unit_id, person_id = newcomer.unit.id, newcomer.person_id
    await people.ensure_contact(
        session, unit_id=unit_id, person_id=person_id, role=newcomer.role, now=now
    )
    if newcomer.role is ContactRole.LEADER:
        await people.raise_to_leader(session, unit_id=unit_id, person_id=person_id)
    if newcomer.title:
        await people.set_title(session, unit_id=unit_id, person_id=person_id, title=newcomer.title)
    if newcomer.invite_id is not None:
        invite = await units.invite_by_id(session, newcomer.invite_id)
        if invite is not None and invite.unit_id == unit_id:
            await hand_over.settle(session, invite, person_id=person_id, now=now)
    await events.add_of_person(
        session, "contact_joined", person_id, at=now, unit_id=unit_id, title=newcomer.title
    )
    await cards.redraw_waiting_for_people(session, unit_id, now=now)
    await cards.give_open_directives(session, unit_id=unit_id, chat=newcomer.chat, now=now)


async def _warn_of_lookalike(session: AsyncSession, newcomer: Newcomer, *, now: datetime) -> None:
    contacts, staff = await joining.names_beside(
        session, unit_id=newcomer.unit.id, person_id=newcomer.person_id
    )
    other = like(newcomer.name, (*staff, *contacts))
    if other is None:
        return
    await events.add_of_person(
        session, "name_looks_alike", newcomer.person_id, at=now, unit_id=newcomer.unit.id
    )
    values: replies.Values = {"name": newcomer.name, "unit": newcomer.unit.name, "other": other}
    await alarms.tell(session, "join.lookalike", now=now, values=values, unit_id=newcomer.unit.id)


async def greet(
    session: AsyncSession,
    chat_id: int,
    *,
    name: str,
    unit: str,
    role: ContactRole,
    until: datetime | None,
    now: datetime,
) -> None:
    """Tell a contact, or a leader, that they are one; a deputy until when."""
    if until is not None:
        key = "join.deputy_done"
    else:
        key = "join.leader_done" if role is ContactRole.LEADER else "join.contact_done"
    values: replies.Values = {"name": name, "unit": unit, "until": until}
    await replies.notice(session, chat_id, key, now=now, values=values)


# --- consent -------------------------------------------------------------------------------------


async def agree(session: AsyncSession, person_id: int, *, version: int, now: datetime) -> None:
    """Note what the person has agreed to; NotFound for a version that is not the present one."""
    if version != CONSENT_VERSION:
        raise NotFound("refused.gone")
    await people.set_consent(session, person_id, version=version, now=now)
    events.add(
        session, "consented", at=now, object_kind="person", object_id=person_id, version=version
    )


async def ask_consent_again(
    session: AsyncSession, actor: Actor, chat: Chat, *, now: datetime
) -> None:
    """What is kept of contacts has changed since this one agreed: ask once, and let the work go
    on."""
    if not actor.unit_ids or chat.kind is not ChatKind.PRIVATE:
        return
    if (actor.consent_version or 0) >= CONSENT_VERSION:
        return
    button = Button("button.agree", Callback(Press.CONSENT, (CONSENT_VERSION,)), style="success")
    await replies.notice(
        session,
        chat.id,
        "consent.again",
        now=now,
        once=f"consent:{actor.person_id}:{CONSENT_VERSION}",
        buttons=((button,),),
        values={"text": replies.Said("consent.text"), "version": CONSENT_VERSION},
    )


# --- the office's word ---------------------------------------------------------------------------


async def _ask_office(session: AsyncSession, newcomer: Newcomer, *, now: datetime) -> None:
    await check_not_waiting(session, newcomer.person_id, unit_id=newcomer.unit.id)
    request = JoinRequest(
        person_id=newcomer.person_id,
        chat_id=newcomer.chat.id,
        unit_id=newcomer.unit.id,
        invite_id=newcomer.invite_id,
        role=newcomer.role,
        title=newcomer.title,
        state=JoinState.WAITING,
        asked_at=now,
    )
    session.add(request)
    await session.flush()
    await events.add_of_person(
        session,
        "joining_asked",
        newcomer.person_id,
        at=now,
        unit_id=newcomer.unit.id,
        title=newcomer.title,
    )
    values: replies.Values = {"name": newcomer.name, "unit": newcomer.unit.name}
    for chat_id in await people.admin_chats(session, unit_id=newcomer.unit.id):
        await replies.notice(
            session, chat_id, "join.asks_office", now=now, buttons=_OPEN_LIST, values=values
        )


async def check_not_waiting(
    session: AsyncSession, person_id: int, *, unit_id: int | None = None
) -> None:
    """Raise Conflict, with the units' names, if the person waits for the office already; for this
    unit, if one is named."""
    waited_for = await joining.units_waited_for(session, person_id, unit_id=unit_id)
    if waited_for:
        raise Conflict("join.waits", unit="; ".join(waited_for))


async def approve(
    session: AsyncSession, request_id: int, *, actor: Actor, now: datetime
) -> JoinRequest:
    """Let in who asked, and tell them; NotFound, NotAllowed, Conflict."""
    request, unit = await _decided(session, request_id, JoinState.APPROVED, actor=actor, now=now)
    chat = await people.chat(session, request.chat_id)
    person = await people.person(session, request.person_id)
    if chat is None or person is None:
        raise NotFound("refused.gone")
    newcomer = Newcomer(
        person_id=person.id,
        name=person.name,
        chat=chat,
        unit=unit,
        role=request.role,
        title=request.title,
        invite_id=request.invite_id,
    )
    until = await _until(session, request.invite_id)
    await greet(
        session, chat.id, name=person.name, unit=unit.name, role=request.role, until=until, now=now
    )
    await _let_in(session, newcomer, now=now)
    known = await people.actor_by_id(session, person.id)
    if known is not None:
        await menus.give(session, chat, known, now=now)
    return request


async def _until(session: AsyncSession, invite_id: int | None) -> datetime | None:
    """Until when the invite makes somebody a deputy, if it does."""
    invite = await units.invite_by_id(session, invite_id) if invite_id is not None else None
    is_deputys = invite is not None and invite.kind is InviteKind.DEPUTY
    return invite.expires_at if invite is not None and is_deputys else None


async def reject(
    session: AsyncSession, request_id: int, *, actor: Actor, office: str, now: datetime
) -> JoinRequest:
    """Let them not in, and tell them; NotFound, NotAllowed, Conflict."""
    request, unit = await _decided(session, request_id, JoinState.REJECTED, actor=actor, now=now)
    values: replies.Values = {"unit": unit.name, "office": office}
    await replies.notice(session, request.chat_id, "join.rejected", now=now, values=values)
    return request


async def _decided(
    session: AsyncSession, request_id: int, state: JoinState, *, actor: Actor, now: datetime
) -> tuple[JoinRequest, Unit]:
    request, unit = await open_request(session, request_id, actor=actor)
    if state is JoinState.APPROVED and unit.retired_at is not None:
        raise Conflict("join.unit_retired", unit=unit.name)
    if not await joining.decide(session, request_id, state, by=actor.person_id, now=now):
        raise Conflict("join.decided")
    await events.add_of_person(
        session,
        "joining_approved" if state is JoinState.APPROVED else "joining_rejected",
        request.person_id,
        at=now,
        unit_id=unit.id,
    )
    return request, unit


async def open_request(
    session: AsyncSession, request_id: int, *, actor: Actor
) -> tuple[JoinRequest, Unit]:
    """A request that waits, of a unit that the actor keeps; NotFound, NotAllowed, Conflict."""
    request = await joining.request(session, request_id)
    unit = await units.unit(session, request.unit_id) if request else None
    if request is None or unit is None:
        raise NotFound("refused.gone")
    access.check_unit(actor, unit.id)
    if request.state is not JoinState.WAITING:
        raise Conflict("join.decided")
    return request, unit


async def move(
    session: AsyncSession, request_id: int, *, unit_id: int, actor: Actor, now: datetime
) -> None:
    """The person belongs to another unit; the request goes on waiting, for that one. NotFound,
    NotAllowed, Conflict."""
    request, old = await open_request(session, request_id, actor=actor)
    unit = await access.visible_unit(session, unit_id, actor=actor)
    if not await joining.move(session, request_id, unit_id=unit.id):
        raise Conflict("join.decided")
    for unit_id in dict.fromkeys((old.id, unit.id)):
        await events.add_of_person(
            session,
            "joining_moved",
            request.person_id,
            at=now,
            unit_id=unit_id,
            away_from=old.id,
            to=unit.id,
        )


# --- a phone that the registry names -------------------------------------------------------------


async def expected_by_phone(session: AsyncSession, phone: str) -> list[ExpectedContact]:
    """As whom the registry expects the person with this phone. The number is kept nowhere."""
    key = await phones.known_hashing_key(session)
    number = phone_key(phone)
    if key is None or number is None:
        return []
    return await joining.expected(session, phones.phone_hash(key, number))


async def enter_as_expected(
    session: AsyncSession,
    ids: Sequence[int],
    *,
    person_id: int,
    name: str,
    title: str,
    chat: Chat,
    now: datetime,
) -> list[str]:
    """Let in whom the registry expected, at all the units that named them; the units' names."""
    entered = []
    for expected in await joining.take_expected(session, ids):
        unit = await units.unit(session, expected.unit_id)
        if unit is None or unit.retired_at is not None:
            continue
        newcomer = Newcomer(
            person_id=person_id,
            name=name,
            chat=chat,
            unit=unit,
            role=expected.role,
            title=title or expected.title,
        )
        await enter(session, newcomer, needs_approval=False, now=now)
        entered.append(unit.name)
    return entered
