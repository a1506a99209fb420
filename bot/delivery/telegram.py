"""From what a message shows to the Bot API call that sends, edits or sets it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from bot.callbacks import Copy
from bot.delivery.render import (
    Button,
    Content,
    Document,
    without_formatting,
)
from bot.delivery.wire import Upload, joined, json_bytes, json_text
from bot.domain.states import CardKind, MessageKind
from bot.storage.claims import Claimed, ClaimedChat

_NO_PREVIEW: dict[str, object] = {"link_preview_options": {"is_disabled": True}}


@dataclass(slots=True)
class Call:
    """One call of the Bot API; a multipart one if there are files."""

    method: str
    body: Mapping[str, object] | bytes = field(repr=False)
    files: Mapping[str, Upload] | None = None
    is_for_chat: bool = True


# A bot may delete its messages for 48 hours; there is some time between this and the call.
_DELETABLE = timedelta(hours=47)
# Stands in prepared bytes where the reference of each copy goes; no text can hold it by chance.
_COPY_HOLE = secrets.token_hex(8)


def call_of(
    message: Claimed,
    content: Content,
    edits: int | None,
    *,
    now: datetime,
    paid: bool = False,
    fills: Mapping[str, str] | None = None,
) -> Call:
    """The call for what `content` shows, with `fills` in its holes: an edit of message `edits`, or
    something new; `paid` broadcasts may go out faster, for money."""
    fills = fills or {}
    if content.commands:
        return _menu(message.chat, content)
    if message.is_plain_text:
        content = without_formatting(content)
    place: dict[str, object] = {"chat_id": message.chat.telegram_id}
    if message.kind is MessageKind.LEAVE:
        return Call("leaveChat", place)
    if message.kind is MessageKind.RETIRE:
        place["message_id"] = edits
        young = now - datetime.fromisoformat(message.parameters["queued_at"]) < _DELETABLE
        return Call("deleteMessage" if young else "editMessageReplyMarkup", json_bytes(place))
    if message.kind is MessageKind.ERASE:
        return _erasure(place | {"message_id": edits}, content, overwrites=message.overwrites)
    if edits is not None:
        return Call(
            "editMessageText", joined(place | {"message_id": edits}, _filled(content, fills))
        )
    if message.topic_id is not None:
        place["message_thread_id"] = message.topic_id
    if message.reply_to is not None:
        place["reply_parameters"] = {
            "message_id": message.reply_to,
            "allow_sending_without_reply": True,
        }
    if content.is_silent:
        place["disable_notification"] = True
    if content.copies is not None:
        source = content.copies
        original = {"from_chat_id": source.telegram_chat_id, "message_id": source.message_id}
        return Call("copyMessage", json_bytes(place | original | _keyboard(content)))
    if content.document is not None:
        shown = {"caption": content.text, "parse_mode": content.parse_mode}
        return _document(place | shown | _keyboard(content), content.document)
    if message.card is None or message.card.kind is not CardKind.DIRECTIVE:
        return Call("sendMessage", joined(place, _look(content)))
    if paid:
        place["allow_paid_broadcast"] = True
    copy = Copy(message.id, message.uncertain_attempts)
    look = _filled(content, {**fills, _COPY_HOLE: copy.suffix()}, suffix=_COPY_HOLE)
    return Call("sendMessage", joined(place, look))


def _erasure(place: dict[str, object], content: Content, *, overwrites: bool) -> Call:
    """Always tried first: what is too old for a bot may still be deleted by an administrator."""
    if not overwrites:
        return Call("deleteMessage", json_bytes(place))
    if content.is_caption:
        shown = {"caption": content.text, "parse_mode": content.parse_mode}
        return Call("editMessageCaption", json_bytes(place | shown))
    return Call("editMessageText", joined(place, _look(content)))


def _filled(content: Content, fills: Mapping[str, str], *, suffix: str = "") -> bytes:
    if not fills:
        return _look(content, suffix)
    pattern = _pattern(content, suffix, tuple(fills))
    return pattern % {hole.encode(): json_text(text) for hole, text in fills.items()}


@lru_cache(maxsize=64)
def _pattern(content: Content, suffix: str, holes: tuple[str, ...]) -> bytes:
    """The look with these holes as `%` fills them."""
    pattern = _look(content, suffix).replace(b"%", b"%%")
    for hole in holes:
        pattern = pattern.replace(hole.encode(), b"%%(%b)b" % hole.encode())
    return pattern


@lru_cache(maxsize=64)
def _look(content: Content, suffix: str = "") -> bytes:
    """What many chats are shown alike is turned into bytes once."""
    shown = {"text": content.text, "parse_mode": content.parse_mode}
    return json_bytes(shown | _NO_PREVIEW | _keyboard(content, suffix))


def _keyboard(content: Content, suffix: str = "") -> dict[str, object]:
    if content.asks_phone is not None:
        button = {"text": content.asks_phone, "request_contact": True}
        shown = {"keyboard": [[button]], "resize_keyboard": True, "one_time_keyboard": True}
        return {"reply_markup": shown}
    if content.ends_asking:
        return {"reply_markup": {"remove_keyboard": True}}
    if not content.buttons:
        return {}
    rows = [[_button(button, suffix) for button in row] for row in content.buttons]
    return {"reply_markup": {"inline_keyboard": rows}}


def _button(button: Button, suffix: str) -> dict[str, object]:
    shown: dict[str, object] = {
        "text": button.label,
        "callback_data": button.callback.encode() + suffix,
    }
    return shown | {"style": button.style} if button.style else shown


def _document(payload: dict[str, object], document: Document) -> Call:
    method, name = ("sendPhoto", "photo") if document.is_picture else ("sendDocument", "document")
    if document.file_id:
        return Call(method, payload | {name: document.file_id})
    return Call(method, payload, {name: Upload(document.name, document.content)})


def _menu(chat: ClaimedChat, content: Content) -> Call:
    commands = [
        {"command": command, "description": description}
        for command, description in content.commands
    ]
    scope = {"type": "chat", "chat_id": chat.telegram_id}
    return Call("setMyCommands", {"commands": commands, "scope": scope}, is_for_chat=False)
