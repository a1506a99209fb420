"""Who may use a command or button, and how each is run: rights looked up, refusals told kindly."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Chat as TelegramChat
from telegram import Update

from bot.actions import copies, invites, joining, replies, rooms
from bot.actions import people as people_actions
from bot.callbacks import Callback, Copy
from bot.domain.rights import Actor, Right
from bot.domain.states import ChatKind, EventDoor
from bot.errors import BotError, InvalidInput, NotAllowed, WrongCode
from bot.runtime import Handling
from bot.storage import events, people
from bot.storage.tables import Chat
from handlers.context import Context, Incoming
from handlers.membership import is_away

Handler = Callable[[Incoming], Awaitable[None]]


class Who(StrEnum):
    """Whom a command or button is for."""

    ANYONE = "anyone"
    CONTACT = "contact"
    VIEW = Right.VIEW.value
    REVIEW = Right.REVIEW.value
    ISSUE = Right.ISSUE.value
    REGISTER = Right.REGISTER.value
    GOVERN = Right.GOVERN.value


def is_for(who: Who, actor: Actor | None) -> bool:
    """Whether this person, as the database knows them now, may do it."""
    if who is Who.ANYONE:
        return True
    if actor is None:
        return False
    if who is Who.CONTACT:
        return bool(actor.unit_ids)
    return actor.may(Right(who.value))


@dataclass(frozen=True, slots=True)
class Rule:
    """A handler and whom it is for."""

    handler: Handler
    who: Who


async def run(
    rule: Rule,
    update: Update,
    context: Context,
    *,
    callback: Callback | None = None,
    copy: Copy | None = None,
) -> None:
    """Run the handler for the person who acted; a refusal is told and undoes only itself."""
    handling = context.handling
    user, telegram_chat = update.effective_user, update.effective_chat
    handling.taken = True
    if user is None or telegram_chat is None:
        return
    message = update.effective_message
    if message is not None and message.is_automatic_forward:
        return  # a channel's post in its discussion group: nobody speaks to us
    session = handling.session
    if telegram_chat.type == TelegramChat.CHANNEL:
        await _leave_channel(handling, update, telegram_chat)
        return
    actor = await people.actor(session, user.id)
    chat = await _chat(
        session, telegram_chat, actor, office_language=handling.rt.config.office.language
    )
    # A change of membership says itself whether the chat can be reached.
    if chat.unreachable_reason is not None and update.my_chat_member is None:
        await people_actions.chat_unblocked(session, chat, now=handling.rt.now())
    handling.keeps_body = actor is not None
    incoming = Incoming(handling, update, user, chat, actor, tuple(context.args or ()), callback)
    with events.acting(_origin(rule.who, actor, chat)):
        if copy is not None and incoming.pressed_message is not None:
            await copies.arrived(
                session,
                copy,
                chat_id=chat.id,
                message_id=incoming.pressed_message,
                now=incoming.now,
            )
        try:
            async with session.begin_nested():
                check(rule.who, actor, chat)
                await rule.handler(incoming)
            if actor is not None:
                await joining.ask_consent_again(session, actor, chat, now=incoming.now)
        except BotError as error:
            await session.refresh(chat)  # what the handler had changed of it is undone
            await _refuse(incoming, error)


def _origin(who: Who, actor: Actor | None, chat: Chat) -> events.Origin:
    """As what the person acts: of a unit, where what they do is for units too."""
    if actor is None:
        return events.Origin(EventDoor.CHAT, chat_id=chat.id)
    roles = (actor.role_at_a_unit, actor.staff_role)
    role = next(filter(None, roles if who in (Who.ANYONE, Who.CONTACT) else roles[::-1]), None)
    return events.Origin(EventDoor.CHAT, actor.person_id, role, chat.id)


async def _leave_channel(handling: Handling, update: Update, channel: TelegramChat) -> None:
    """Nobody can answer in a channel: whoever put the bot there sees it go."""
    change = update.my_chat_member
    if change is None or is_away(change.new_chat_member):
        return
    language = handling.rt.config.office.language
    chat = await _chat(handling.session, channel, None, office_language=language)
    await rooms.added_to_channel(handling.session, chat, now=handling.rt.now())


def check(who: Who, actor: Actor | None, chat: Chat) -> None:
    """NotAllowed to whom it is not for, and where it may not be shown."""
    if not is_for(who, actor):
        raise NotAllowed("refused.stranger" if actor is None else "refused.not_yours")
    _check_place(who, actor, chat)


def _check_place(who: Who, actor: Actor | None, chat: Chat) -> None:
    """What is a unit's is shown in its own group only, what is the office's in no unit's."""
    if chat.kind is ChatKind.PRIVATE or who is Who.ANYONE:
        return
    if who is Who.CONTACT and chat.unit_id is None:
        raise NotAllowed("group.not_linked")
    if who is Who.CONTACT and actor is not None and chat.unit_id not in actor.unit_ids:
        raise NotAllowed("refused.not_your_unit")
    if who is not Who.CONTACT and not chat.staff_group:
        raise NotAllowed("refused.not_here")


async def _refuse(incoming: Incoming, error: BotError) -> None:
    if isinstance(error, WrongCode):  # here, so that it is counted although the rest is undone
        await invites.note_wrong_try(incoming.session, incoming.account, now=incoming.now)
    if isinstance(error, NotAllowed) and incoming.is_anonymous:
        error = NotAllowed("refused.anonymous")
    if isinstance(error, NotAllowed) or (incoming.is_press and not isinstance(error, InvalidInput)):
        _note(incoming, error)
    if incoming.is_press:
        incoming.popup(error.key, alert=True, **error.parameters)
        return
    if error.key == "refused.stranger" and incoming.chat.kind is ChatKind.PRIVATE:
        error = NotAllowed("start.stranger", office=incoming.rt.config.office.name)
    await replies.refusal(
        incoming.session, incoming.chat.id, error, now=incoming.now, reply_to=incoming.quoted
    )


def _note(incoming: Incoming, error: BotError) -> None:
    """Write down what was refused: a press may be forged, another one's, or of what is over."""
    session, now = incoming.session, incoming.now
    if incoming.callback is None:
        events.add(session, "refused", at=now, reason=error.key)
    else:
        pressed = incoming.callback.encode()
        events.add(session, "refused", at=now, reason=error.key, pressed=pressed)


async def _chat(
    session: AsyncSession,
    telegram_chat: TelegramChat,
    actor: Actor | None,
    *,
    office_language: str,
) -> Chat:
    private = telegram_chat.type == TelegramChat.PRIVATE
    return await people.ensure_chat(
        session,
        telegram_chat.id,
        kind=ChatKind.PRIVATE if private else ChatKind.GROUP,
        title="" if private else clean_name(telegram_chat.title or ""),
        language=actor.language if actor and private else office_language,
        person_id=actor.person_id if actor and private else None,
    )


# Control characters, zero-width ones and those that turn the direction of what follows.
_INVISIBLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)


def clean_name(name: str) -> str:
    """A name as it is kept and shown: no invisible characters, no long runs of space."""
    return " ".join(_INVISIBLE.sub("", name).split())[:200]
