"""An update as Telegram gives it: which kinds are asked for, and what is known of one unread.

Nothing is understood here but an update's id and the chat it belongs to.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeGuard

from bot.storage.updates import RawUpdate

# The same in both modes, or changing the mode would change what is heard.
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")

_LARGEST = 2**63 - 1  # what a column holds; Telegram's own numbers end far below


class NoUpdate(Exception):
    """This is nothing that Telegram sends: there is no number to know it by."""


def raw_update(update: Mapping[str, Any], *, text: str = "") -> RawUpdate:
    """An update with the key of what must stay in order: its chat, else its sender. `text` is how
    it came, if that is known."""
    number = update.get("update_id")
    if not _is_number(number):
        raise NoUpdate
    # ASCII, because half a character, which Telegram may pass on, fits into no database.
    is_fit = text and text.isascii()
    body = text if is_fit else json.dumps(update, separators=(",", ":"))
    return RawUpdate(number, _chat_key(update), body)


def update_in(body: bytes) -> RawUpdate:
    """The update in the body of a webhook's request; NoUpdate if there is none."""
    try:
        text = body.decode()
        update = json.loads(text)
    except (ValueError, RecursionError):
        raise NoUpdate from None
    if not isinstance(update, dict):
        raise NoUpdate
    return raw_update(update, text=text)


# Of the message under a pressed button only where it is: what it says is ours, and to make objects
# of that takes longer than all else of a press.
_OF_PRESSED = ("message_id", "date", "chat", "message_thread_id", "is_topic_message")


def without_pressed_text(update: Any) -> Any:
    """The same update, if it is a press without what the pressed message says."""
    query = update.get("callback_query") if isinstance(update, dict) else None
    message = query.get("message") if isinstance(query, dict) else None
    if not isinstance(query, dict) or not isinstance(message, dict):
        return update
    place = {name: message[name] for name in _OF_PRESSED if name in message}
    return {**update, "callback_query": {**query, "message": place}}


def _chat_key(update: Mapping[str, Any]) -> int:
    """The chat's id, else the sender's, else 0; never fails, whatever the update looks like."""
    for content in update.values():
        if not isinstance(content, dict):
            continue
        message = content.get("message")
        in_message = message.get("chat") if isinstance(message, dict) else None
        for place in (content.get("chat"), in_message, content.get("from")):
            key = place.get("id") if isinstance(place, dict) else None
            if _is_number(key):
                return key
    return 0


def _is_number(value: object) -> TypeGuard[int]:
    return type(value) is int and abs(value) <= _LARGEST
