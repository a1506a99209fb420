"""What kind of update something is, who did it, and what it repeats: from Telegram's JSON, whatever
it looks like. What it means for the office is the handlers' business."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class UpdateKind(StrEnum):
    """As staff read it; no part of what was written."""

    PRESS = "press"
    COMMAND = "command"
    MESSAGE = "message"
    FILE = "file"
    EDIT = "edit"
    MEMBERSHIP = "membership"
    OTHER = "other"


UNPARSABLE = "unparsable"  # why an update was parked of which nothing could be read


@dataclass(frozen=True, slots=True)
class Sighting:
    """An update at a glance. `sender` is a Telegram id; `repeats` is the same for two presses of
    one button or two equal commands in a chat, and None for everything that has content."""

    kind: UpdateKind
    sender: int | None = None
    repeats: str | None = None


_FILES = ("document", "photo", "video", "audio", "voice", "animation", "video_note", "sticker")
_FIELDS = (
    ("callback_query", UpdateKind.PRESS),
    ("message", UpdateKind.MESSAGE),
    ("edited_message", UpdateKind.EDIT),
    ("my_chat_member", UpdateKind.MEMBERSHIP),
)


def glance(update: object) -> Sighting:
    """Never fails."""
    if not isinstance(update, Mapping):
        return Sighting(UpdateKind.OTHER)
    for field, kind in _FIELDS:
        content = update.get(field)
        if isinstance(content, Mapping):
            return _sighting(kind, content)
    return Sighting(UpdateKind.OTHER)


def pressed(body: str) -> str:
    """The data of the button that was pressed, of an update as it was stored; else nothing."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    query = update.get("callback_query") if isinstance(update, Mapping) else None
    data = query.get("data") if isinstance(query, Mapping) else None
    return data if isinstance(data, str) else ""


def _sighting(kind: UpdateKind, content: Mapping[str, Any]) -> Sighting:
    sender = _id_in(content, "from")
    if kind is UpdateKind.PRESS:
        message = content.get("message")
        place = message if isinstance(message, Mapping) else {}
        pressed = (_id_in(place, "chat"), place.get("message_id"), content.get("data"))
        return Sighting(kind, sender, repr(pressed))
    if kind is not UpdateKind.MESSAGE:
        return Sighting(kind, sender)
    text = content.get("text")
    if isinstance(text, str) and text.startswith("/"):
        replied = content.get("reply_to_message")
        about = replied.get("message_id") if isinstance(replied, Mapping) else None
        return Sighting(UpdateKind.COMMAND, sender, repr((_id_in(content, "chat"), about, text)))
    is_file = any(field in content for field in _FILES)
    return Sighting(UpdateKind.FILE if is_file else kind, sender)


def _id_in(content: Mapping[str, Any], field: str) -> int | None:
    place = content.get(field)
    found = place.get("id") if isinstance(place, Mapping) else None
    # Telegram's ids have 52 bits; what no column holds must not fail a query later.
    return found if isinstance(found, int) and abs(found) < 2**63 else None
