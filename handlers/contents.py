"""What a message consists of, as Telegram has it: its kind, and the file if it has one."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Message

from bot.actions.questions import Words
from bot.domain.states import ContentKind
from handlers.context import Incoming

# An animation is a document too, so it is asked for first.
_KINDS = (
    ContentKind.ANIMATION,
    ContentKind.DOCUMENT,
    ContentKind.PHOTO,
    ContentKind.VOICE,
    ContentKind.AUDIO,
    ContentKind.VIDEO,
    ContentKind.VIDEO_NOTE,
    ContentKind.STICKER,
    ContentKind.LOCATION,
    ContentKind.CONTACT,
)


@dataclass(frozen=True, slots=True)
class SentContent:
    """What was sent; `file_id` is Telegram's, of a photo the largest size, and `unique_id` the same
    whoever passes the file on."""

    kind: ContentKind
    file_id: str | None = None
    unique_id: str = ""


def content_of(message: Message) -> SentContent:
    """The kind of a message's content."""
    if message.text is not None:
        return SentContent(ContentKind.TEXT)
    for kind in _KINDS:
        found = getattr(message, kind.value)
        if found:
            file = found[-1] if kind is ContentKind.PHOTO else found
            unique_id = getattr(file, "file_unique_id", "")
            return SentContent(kind, getattr(file, "file_id", None), unique_id)
    return SentContent(ContentKind.OTHER)


def file_name_of(message: Message) -> str:
    """What the file that was sent is called, if it has a name."""
    file = message.document or message.audio or message.video or message.animation
    return (file.file_name or "") if file is not None else ""


def words_of(incoming: Incoming) -> Words:
    """What somebody said by the message, as a question or an answer keeps it."""
    message = incoming.message
    assert message is not None  # noqa: S101 - presses say nothing
    content = content_of(message)
    return Words(
        incoming.chat,
        message.message_id,
        incoming.text,
        content.kind,
        content.file_id,
        message.media_group_id,
    )
