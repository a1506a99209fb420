"""Who acts and where, as the database knows them now: asked once for all who act at the same time.

What they may do, and what becomes of it, stands in `guards`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from telegram import Chat as TelegramChat
from telegram import Update, User

from bot.actions import chats as chat_actions
from bot.callbacks import Callback, Copy
from bot.domain.rights import Actor
from bot.domain.states import ChatKind
from bot.runtime import Handling
from bot.storage import people
from bot.storage.events import Origin
from bot.storage.tables import Chat
from handlers.context import Incoming


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did somewhere; who that is to us is still to be looked up."""

    handling: Handling
    update: Update
    user: User
    chat: TelegramChat
    arguments: tuple[str, ...] = ()
    callback: Callback | None = None
    copy: Copy | None = None


async def arrive(
    acts: Sequence[Act], origin_of: Callable[[Actor | None, Chat], Origin]
) -> list[Incoming]:
    """The same acts with person and chat, in their order; all are of one transaction."""
    session = acts[0].handling.session
    actors = await people.actors(session, {act.user.id for act in acts})
    chats = await people.chats_by_telegram_id(session, {act.chat.id for act in acts})
    arrived = []
    for act in acts:
        actor, chat = actors.get(act.user.id), chats.get(act.chat.id)
        if chat is None or (chat.person_id is None and chat.kind is ChatKind.PRIVATE):
            chat = await make_chat(act.handling, act.chat, actor)
        # A change of membership says itself whether the chat can be reached.
        if chat.unreachable_reason is not None and act.update.my_chat_member is None:
            await chat_actions.chat_unblocked(session, chat, now=act.handling.rt.now())
        act.handling.keeps_body = actor is not None
        arrived.append(
            Incoming(
                act.handling, act.update, act.user, chat, actor, origin_of(actor, chat),
                act.arguments, act.callback, act.copy,
            )
        )  # fmt: skip
    return arrived


async def make_chat(
    handling: Handling, telegram_chat: TelegramChat, actor: Actor | None = None
) -> Chat:
    """Our row of a chat, made if new; a private chat gets its person once known."""
    office_language = handling.rt.config.office.language
    private = telegram_chat.type == TelegramChat.PRIVATE
    return await people.ensure_chat(
        handling.session,
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
