"""Who is who: invites and joining, names, languages, groups that are linked."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import cards, hand_over, joining, staff
from bot.actions.joining import Newcomer
from bot.domain.dialogues import DialogueKind
from bot.domain.rights import Actor
from bot.domain.states import ChatKind, ContactRole, InviteKind, StaffRole
from bot.errors import Conflict, InvalidInput, NotFound, WrongCode
from bot.storage import dialogues, events, invites, people, units
from bot.storage.tables import Chat, Contact, Dialogue, ExpectedContact, Invite, Person, Unit

INVITE_LIFE = timedelta(days=7)
CODE_BYTES = 16
_MAX_NAME = 100
MAX_TITLE = 100
_JOINING = (DialogueKind.JOIN, DialogueKind.JOIN_NAME, DialogueKind.JOIN_TITLE)


def hash_of_code(code: str) -> str:
    """What is kept of a code."""
    return hashlib.sha256(code.encode()).hexdigest()


async def create_invite(
    session: AsyncSession,
    kind: InviteKind,
    *,
    now: datetime,
    unit_id: int | None = None,
    staff_role: StaffRole | None = None,
    group_ids: Collection[int] = (),
    uses: int = 1,
    by: int | None = None,
    life: timedelta = INVITE_LIFE,
    expires_at: datetime | None = None,
) -> str:
    """Make an invite; its code, which is kept nowhere: only its hash is. One for a successor or
    deputy is `by` the contact whose place it is, whoever made it."""
    code = secrets.token_urlsafe(CODE_BYTES)
    await units.add_invite(
        session,
        code_hash=hash_of_code(code),
        kind=kind,
        unit_id=unit_id,
        staff_role=staff_role,
        group_ids=sorted(group_ids),
        created_by=by,
        uses=uses,
        now=now,
        expires_at=expires_at or now + life,
    )
    events.add(
        session, "invite_created", at=now, unit_id=unit_id, kind=kind.value,
        role=staff_role, groups=",".join(map(str, sorted(group_ids))) or None,
    )  # fmt: skip
    return code


@dataclass(frozen=True, slots=True)
class Offer:
    """What an invite would make of the person who opened it."""

    kind: InviteKind
    unit_name: str | None
    name: str
    title: str = ""
    until: datetime | None = None  # a deputy's time
    staff_role: StaffRole | None = None
    limits: tuple[str, ...] = ()  # of staff: the groups' names


@dataclass(frozen=True, slots=True)
class Joined:
    """What became of the person, or of the group."""

    kind: InviteKind
    unit_name: str | None
    name: str
    waits: bool = False  # the office is asked first
    until: datetime | None = None  # a deputy's time


async def open_invite(
    session: AsyncSession, code: str, *, telegram_id: int, chat: Chat, name: str, now: datetime
) -> Offer:
    """Show what an invite is for; the person is in only when they agree (`join`). Conflict for who
    has joined before, so that a link that is opened again uses nothing up and is no wrong code."""
    invite = await units.usable_invite(session, hash_of_code(code), now=now)
    await _check_not_joined(session, code, invite, telegram_id=telegram_id)
    if invite is None or invite.kind in (InviteKind.UNIT_GROUP, InviteKind.STAFF_GROUP):
        raise WrongCode
    person = await _meet(session, telegram_id, chat=chat, name=name, now=now)
    if invite.unit_id is not None:
        await joining.check_not_waiting(session, person.id, unit_id=invite.unit_id)
    await dialogues.open_dialogue(
        session,
        DialogueKind.JOIN,
        person_id=person.id,
        chat_id=chat.id,
        data={"invite_id": invite.id},
        now=now,
    )
    unit = await _unit_of(session, invite)
    until = invite.expires_at if invite.kind is InviteKind.DEPUTY else None
    names = {group.id: group.name for group in await units.groups(session)}
    return Offer(
        invite.kind,
        unit.name if unit else None,
        person.name,
        until=until,
        staff_role=invite.staff_role,
        limits=tuple(names[each] for each in invite.group_ids if each in names),
    )


async def _check_not_joined(
    session: AsyncSession, code: str, usable: Invite | None, *, telegram_id: int
) -> None:
    """Conflict if the invite makes nothing of the person that they are not already."""
    invite = usable or await units.invite_by_hash(session, hash_of_code(code))
    actor = await people.actor(session, telegram_id)
    if invite is None or actor is None or invite.unit_id not in actor.unit_ids:
        return
    own = await people.contact(session, unit_id=invite.unit_id, person_id=actor.person_id)
    if own is None or (usable is not None and not _adds_nothing(invite.kind, own)):
        return
    unit = await _unit_of(session, invite)
    raise Conflict("join.already_of", unit=unit.name if unit else "")


def _adds_nothing(kind: InviteKind, own: Contact) -> bool:
    if own.until is not None:  # a deputy stays for good by it
        return False
    is_leader = own.role is ContactRole.LEADER
    return kind is InviteKind.CONTACT or (kind is InviteKind.LEADER and is_leader)


async def offer_to_expected(
    session: AsyncSession,
    expected: Sequence[ExpectedContact],
    *,
    telegram_id: int,
    chat: Chat,
    name: str,
    now: datetime,
) -> Offer:
    """Show as what the registry expects the person who has shared their phone."""
    first = expected[0]
    person = await _meet(session, telegram_id, chat=chat, name=first.name or name, now=now)
    await dialogues.open_dialogue(
        session,
        DialogueKind.JOIN,
        person_id=person.id,
        chat_id=chat.id,
        data={"expected": ",".join(str(each.id) for each in expected), "title": first.title},
        now=now,
    )
    names = await invites.names_of_units(session, [each.unit_id for each in expected])
    is_leader = all(each.role is ContactRole.LEADER for each in expected)
    kind = InviteKind.LEADER if is_leader else InviteKind.CONTACT
    unit_names = "; ".join(names[each.unit_id] for each in expected)
    return Offer(kind, unit_names, person.name, first.title)


async def _meet(
    session: AsyncSession, telegram_id: int, *, chat: Chat, name: str, now: datetime
) -> Person:
    person = await people.ensure_person(
        session, telegram_id, name=name[:_MAX_NAME], language=chat.language, now=now
    )
    chat.person_id = person.id
    return person


async def join(
    session: AsyncSession,
    *,
    person_id: int,
    chat: Chat,
    now: datetime,
    needs_approval: bool = False,
) -> Joined:
    """The person agrees to what was shown last in this chat."""
    dialogue = await dialogues.current(session, person_id=person_id, chat_id=chat.id, now=now)
    if dialogue is None or dialogue.kind not in _JOINING:
        await _check_not_in(session, person_id)
        raise InvalidInput("invite.unusable")
    if "expected" in dialogue.data:
        return await _join_as_expected(session, dialogue, chat=chat, now=now)
    invite = await units.invite_by_id(session, int(dialogue.data["invite_id"]))
    if invite is None or not await units.use_invite(session, invite.id, now=now):
        raise InvalidInput("invite.unusable")
    title = str(dialogue.data.get("title", ""))
    await dialogues.close(session, person_id=person_id, chat_id=chat.id)
    name = await person_name(session, person_id)
    if invite.kind is InviteKind.STAFF:
        role = invite.staff_role or StaffRole.VIEWER
        await staff.take_in(
            session, person_id=person_id, role=role, group_ids=invite.group_ids, now=now
        )
        return Joined(invite.kind, None, name)
    unit = await _unit_of(session, invite)
    if unit is None:
        raise InvalidInput("invite.unusable")
    newcomer = Newcomer(
        person_id=person_id,
        name=name,
        chat=chat,
        unit=unit,
        role=await hand_over.role_for(session, invite, person_id=person_id),
        title=title,
        invite_id=invite.id,
    )
    is_in = await joining.enter(session, newcomer, needs_approval=needs_approval, now=now)
    until = invite.expires_at if invite.kind is InviteKind.DEPUTY else None
    return Joined(invite.kind, unit.name, name, waits=not is_in, until=until)


async def _check_not_in(session: AsyncSession, person_id: int) -> None:
    """Who presses again has agreed before; Conflict says what came of it."""
    await joining.check_not_waiting(session, person_id)
    actor = await people.actor_by_id(session, person_id)
    if actor is not None and actor.is_known:
        raise Conflict("join.already")


async def _join_as_expected(
    session: AsyncSession, dialogue: Dialogue, *, chat: Chat, now: datetime
) -> Joined:
    """The registry has named the person: nobody need be asked."""
    person_id, data = dialogue.person_id, dict(dialogue.data)
    await dialogues.close(session, person_id=person_id, chat_id=chat.id)
    name = await person_name(session, person_id)
    entered = await joining.enter_as_expected(
        session,
        [int(each) for each in str(data["expected"]).split(",")],
        person_id=person_id,
        name=name,
        title=str(data.get("title", "")),
        chat=chat,
        now=now,
    )
    if not entered:
        raise InvalidInput("invite.unusable")
    return Joined(InviteKind.CONTACT, "; ".join(entered), name)


async def ask_before_joining(
    session: AsyncSession, what: DialogueKind, *, person_id: int, chat: Chat, now: datetime
) -> None:
    """Let the person type their name or title before joining."""
    dialogue = await dialogues.current(session, person_id=person_id, chat_id=chat.id, now=now)
    if dialogue is None or dialogue.kind not in _JOINING:
        raise InvalidInput("invite.unusable")
    await dialogues.open_dialogue(
        session,
        what,
        person_id=person_id,
        chat_id=chat.id,
        data=dict(dialogue.data),
        now=now,
    )


async def take_title(
    session: AsyncSession, title: str, dialogue: Dialogue, *, now: datetime
) -> None:
    """Keep the title a person typed until they agree; InvalidInput when it is none."""
    cleaned = " ".join(title.split())
    if not 2 <= len(cleaned) <= MAX_TITLE or not any(letter.isalpha() for letter in cleaned):
        raise InvalidInput("join.title_unusable", longest=MAX_TITLE)
    await dialogues.open_dialogue(
        session,
        DialogueKind.JOIN,
        person_id=dialogue.person_id,
        chat_id=dialogue.chat_id,
        data={**dialogue.data, "title": cleaned},
        now=now,
    )


async def rename(session: AsyncSession, name: str, *, person_id: int, now: datetime) -> None:
    """Take the name a person typed; InvalidInput when it is none."""
    cleaned = " ".join(name.split())
    if not 2 <= len(cleaned) <= _MAX_NAME or not any(letter.isalpha() for letter in cleaned):
        raise InvalidInput("join.name_unusable", longest=_MAX_NAME)
    before = await person_name(session, person_id)
    await people.set_name(session, person_id, name=cleaned)
    event = events.add(session, "person_renamed", at=now, object_kind="person", object_id=person_id)
    await events.keep_values(
        session, event, person_id=person_id, before={"name": before}, after={"name": cleaned}
    )


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
    now: datetime,
) -> Joined:
    """Make a Telegram group a unit's, or the office's own, by a code given in it; in a forum the
    topic where it was given is the one to write to."""
    invite = await units.usable_invite(session, hash_of_code(code), now=now)
    if invite is None or invite.kind not in (InviteKind.UNIT_GROUP, InviteKind.STAFF_GROUP):
        raise WrongCode
    if not await units.use_invite(session, invite.id, now=now):
        raise InvalidInput("invite.unusable")
    unit = await _unit_of(session, invite)
    chat.unit_id = unit.id if unit else None
    chat.staff_group = invite.kind is InviteKind.STAFF_GROUP
    chat.topic_id = topic_id
    events.add(
        session, "group_linked", at=now, object_kind="chat", object_id=chat.id,
        unit_id=chat.unit_id,
    )  # fmt: skip
    if unit:
        await cards.give_open_directives(session, unit_id=unit.id, chat=chat, now=now)
    return Joined(invite.kind, unit.name if unit else None, chat.title)


async def is_linked_by(
    session: AsyncSession, code: str, *, chat: Chat, topic_id: int | None, now: datetime
) -> bool:
    """Whether the invite changes nothing of the group, as when the bot was taken out and added
    again by the same link: it is linked so already, to this topic or by a code that is used up."""
    invite = await units.invite_by_hash(session, hash_of_code(code))
    if invite is None:
        return False
    is_units = invite.kind is InviteKind.UNIT_GROUP and chat.unit_id == invite.unit_id
    is_offices = invite.kind is InviteKind.STAFF_GROUP and chat.staff_group
    if not (is_units or is_offices):
        return False
    usable = await units.usable_invite(session, hash_of_code(code), now=now)
    return usable is None or topic_id == chat.topic_id


async def set_language(
    session: AsyncSession, language: str, *, actor: Actor | None, chat: Chat
) -> None:
    """From now on this chat is spoken to in this language; a private chat's person with it."""
    chat.language = language
    if actor is not None and chat.kind is ChatKind.PRIVATE:
        await people.set_language(session, actor.person_id, language=language)


async def _unit_of(session: AsyncSession, invite: Invite) -> Unit | None:
    return await units.unit(session, invite.unit_id) if invite.unit_id else None
