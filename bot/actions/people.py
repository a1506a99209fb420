"""Who is who: invites and joining, staff, languages, chats that come and go."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import cards, replies
from bot.domain.rights import Actor
from bot.domain.states import (
    ChatKind,
    ContactRole,
    DialogueKind,
    InviteKind,
    StaffRole,
)
from bot.errors import InvalidInput, NotFound
from bot.storage import dialogues, events, outbox, people, units
from bot.storage.claims import Claimed
from bot.storage.tables import Chat, Invite, Unit

INVITE_LIFE = timedelta(days=7)
_CODE_BYTES = 16
_MAX_NAME = 100


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


async def create_invite(
    session: AsyncSession,
    kind: InviteKind,
    *,
    now: datetime,
    unit_id: int | None = None,
    staff_role: StaffRole | None = None,
    uses: int = 1,
    by: int | None = None,
) -> str:
    """Make an invite; its code, which is kept nowhere: only its hash is."""
    code = secrets.token_urlsafe(_CODE_BYTES)
    await units.add_invite(
        session,
        code_hash=_hash(code),
        kind=kind,
        unit_id=unit_id,
        staff_role=staff_role,
        uses=uses,
        now=now,
        expires_at=now + INVITE_LIFE,
    )
    events.add(
        session, "invite_created", at=now, person_id=by, object_kind="unit", object_id=unit_id,
        kind=kind.value,
    )  # fmt: skip
    return code


@dataclass(frozen=True, slots=True)
class Offer:
    """What an invite would make of the person who opened it."""

    kind: InviteKind
    unit_name: str | None


@dataclass(frozen=True, slots=True)
class Joined:
    """What became of the person; `cards` directives of the unit are on their way."""

    kind: InviteKind
    unit_name: str | None
    name: str
    cards: int = 0


async def open_invite(
    session: AsyncSession, code: str, *, telegram_id: int, chat: Chat, name: str, now: datetime
) -> Offer:
    """Show what an invite is for; the person is in only when they agree (`join`)."""
    invite = await units.usable_invite(session, _hash(code), now=now)
    if invite is None or invite.kind in (InviteKind.UNIT_GROUP, InviteKind.STAFF_GROUP):
        raise InvalidInput("invite.unusable")
    person = await people.ensure_person(
        session, telegram_id, name=name[:_MAX_NAME], language=chat.language, now=now
    )
    chat.person_id = person.id
    await dialogues.open_dialogue(
        session,
        DialogueKind.JOIN,
        person_id=person.id,
        chat_id=chat.id,
        data={"invite_id": invite.id},
        now=now,
    )
    unit = await _unit_of(session, invite)
    return Offer(invite.kind, unit.name if unit else None)


async def join(session: AsyncSession, *, person_id: int, chat: Chat, now: datetime) -> Joined:
    """The person agrees to the invite that was shown last in this chat."""
    dialogue = await dialogues.current(session, person_id=person_id, chat_id=chat.id, now=now)
    if dialogue is None or dialogue.kind not in (DialogueKind.JOIN, DialogueKind.JOIN_NAME):
        raise InvalidInput("invite.unusable")
    invite = await units.invite_by_id(session, int(dialogue.data["invite_id"]))
    if invite is None or not await units.use_invite(session, invite.id, now=now):
        raise InvalidInput("invite.unusable")
    await dialogues.close(session, person_id=person_id, chat_id=chat.id)
    name = await person_name(session, person_id)
    if invite.kind is InviteKind.STAFF:
        role = invite.staff_role or StaffRole.VIEWER
        await people.ensure_staff(session, person_id=person_id, role=role, now=now)
        events.add(session, "staff_joined", at=now, person_id=person_id, role=role.value)
        return Joined(invite.kind, None, name)
    unit = await _unit_of(session, invite)
    if unit is None:
        raise InvalidInput("invite.unusable")
    role_at_unit = ContactRole.LEADER if invite.kind is InviteKind.LEADER else ContactRole.CONTACT
    await people.ensure_contact(
        session, unit_id=unit.id, person_id=person_id, role=role_at_unit, now=now
    )
    events.add(
        session, "contact_joined", at=now, person_id=person_id, object_kind="unit",
        object_id=unit.id,
    )  # fmt: skip
    given = await cards.give_open_directives(session, unit_id=unit.id, chat=chat, now=now)
    return Joined(invite.kind, unit.name, name, given)


async def ask_name(session: AsyncSession, *, person_id: int, chat: Chat, now: datetime) -> None:
    """Let the person type their name before joining."""
    dialogue = await dialogues.current(session, person_id=person_id, chat_id=chat.id, now=now)
    if dialogue is None or "invite_id" not in dialogue.data:
        raise InvalidInput("invite.unusable")
    await dialogues.open_dialogue(
        session,
        DialogueKind.JOIN_NAME,
        person_id=person_id,
        chat_id=chat.id,
        data=dict(dialogue.data),
        now=now,
    )


async def rename(session: AsyncSession, name: str, *, person_id: int) -> None:
    """Take the name a person typed; InvalidInput when it is none."""
    cleaned = " ".join(name.split())
    if not 2 <= len(cleaned) <= _MAX_NAME or not any(letter.isalpha() for letter in cleaned):
        raise InvalidInput("join.name_unusable", longest=_MAX_NAME)
    await people.set_name(session, person_id, name=cleaned)


async def person_name(session: AsyncSession, person_id: int) -> str:
    """The name a person goes by here."""
    person = await people.person(session, person_id)
    if person is None:
        raise NotFound("refused.unknown_person")
    return person.name


async def link_group(
    session: AsyncSession,
    code: str,
    *,
    chat: Chat,
    topic_id: int | None,
    actor: Actor | None,
    now: datetime,
) -> Joined:
    """Make a Telegram group a unit's, or the office's own, by a code given in it; in a forum the
    topic where it was given is the one to write to."""
    invite = await units.usable_invite(session, _hash(code), now=now)
    if invite is None or invite.kind not in (InviteKind.UNIT_GROUP, InviteKind.STAFF_GROUP):
        raise InvalidInput("invite.unusable")
    if not await units.use_invite(session, invite.id, now=now):
        raise InvalidInput("invite.unusable")
    unit = await _unit_of(session, invite)
    chat.unit_id = unit.id if unit else None
    chat.staff_group = invite.kind is InviteKind.STAFF_GROUP
    chat.topic_id = topic_id
    events.add(
        session, "group_linked", at=now, person_id=actor.person_id if actor else None,
        object_kind="chat", object_id=chat.id,
    )  # fmt: skip
    given = 0
    if unit:
        given = await cards.give_open_directives(session, unit_id=unit.id, chat=chat, now=now)
    return Joined(invite.kind, unit.name if unit else None, chat.title, given)


async def leave_topic(session: AsyncSession, message: Claimed, *, now: datetime) -> None:
    """The forum topic that a message was for takes none any more: an answer goes without what it
    answers, and if it is the chat's own topic that is closed, the general one takes its place."""
    if message.reply_to is not None:
        await outbox.answer_nothing(session, message.id)
        return
    chat_id, topic_id = message.chat.id, message.chat.topic_id
    if topic_id is None or not await people.forget_topic(session, chat_id, topic_id=topic_id):
        return
    events.add(session, "topic_gone", at=now, object_kind="chat", object_id=chat_id)
    await replies.notice(session, chat_id, "group.topic_gone", now=now)


async def set_language(
    session: AsyncSession, language: str, *, actor: Actor | None, chat: Chat
) -> None:
    """From now on this chat is spoken to in this language; a private chat's person with it."""
    chat.language = language
    if actor is not None and chat.kind is ChatKind.PRIVATE:
        await people.set_language(session, actor.person_id, language=language)


async def chat_blocked(session: AsyncSession, chat: Chat, *, reason: str, now: datetime) -> None:
    """The bot was blocked in or removed from this chat."""
    await people.mark_unreachable(session, chat.id, reason=reason, now=now)
    events.add(
        session, "chat_unreachable", at=now, object_kind="chat", object_id=chat.id, reason=reason
    )


async def chat_unblocked(session: AsyncSession, chat: Chat, *, now: datetime) -> None:
    """The bot may write to this chat again: what did not come meanwhile is sent now."""
    if chat.unreachable_reason is None:
        return
    if await people.mark_reachable(session, chat.id):
        events.add(session, "chat_reachable", at=now, object_kind="chat", object_id=chat.id)
        for _, unit_id in sorted(await people.units_served(session, {chat.id})):
            await cards.give_open_directives(session, unit_id=unit_id, chat=chat, now=now)


async def follow_migration(
    session: AsyncSession, chat: Chat, *, new_telegram_id: int, now: datetime
) -> None:
    """The group has a new id; our row, and all that hangs on it, goes with it."""
    moved = await people.move_chat(session, chat.id, new_telegram_id=new_telegram_id, now=now)
    await cards.draw_anew(session, moved, now=now)
    events.add(session, "group_migrated", at=now, object_kind="chat", object_id=chat.id)


async def _unit_of(session: AsyncSession, invite: Invite) -> Unit | None:
    return await units.unit(session, invite.unit_id) if invite.unit_id else None
