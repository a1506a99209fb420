"""What something written is to us, before anybody looks at what it says."""

from __future__ import annotations

import re

from bot.domain.rights import Right
from bot.domain.states import ChatKind
from handlers.context import Incoming

_LETTER_LENGTH = 200  # a longer text from staff is taken for a letter


def answers_us(incoming: Incoming) -> bool:
    """A reply to a message of this bot."""
    replied = incoming.message.reply_to_message if incoming.message else None
    author = replied.from_user if replied else None
    return author is not None and author.id == incoming.update.get_bot().id


def has_file(incoming: Incoming) -> bool:
    """A file came, as such."""
    return incoming.message is not None and incoming.message.document is not None


def may_compose(incoming: Incoming) -> bool:
    """Staff who issue, and not under the eyes of a unit's group."""
    actor = incoming.actor
    return actor is not None and actor.may(Right.ISSUE) and is_in_office(incoming)


def is_in_office(incoming: Incoming) -> bool:
    """Staff, in private or in the office's group."""
    actor, chat = incoming.actor, incoming.chat
    in_own_chat = chat.kind is ChatKind.PRIVATE or chat.staff_group
    return actor is not None and actor.staff_role is not None and in_own_chat


def is_letter(incoming: Incoming) -> bool:
    """A text that is long enough to be one, from whom one may come."""
    return may_compose(incoming) and len(incoming.text) >= _LETTER_LENGTH


def code_of_our_link(incoming: Incoming, text: str) -> str | None:
    """The code in a link to this bot that was written or passed on instead of opened, as it comes
    from other messengers; None without one."""
    username = re.escape(incoming.update.get_bot().username)
    link = rf"\b(?:t|telegram)\.me/{username}\?start=([A-Za-z0-9_-]+)"
    found = re.search(link, text, re.IGNORECASE)
    return found[1] if found else None
