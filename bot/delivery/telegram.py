"""From what a message shows to the Bot API call that sends, edits or sets it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.delivery.render import Button, Content, Document
from bot.delivery.wire import Upload
from bot.storage.tables import Chat, OutboxMessage

_AS_HTML: dict[str, object] = {
    "parse_mode": "HTML",
    "link_preview_options": {"is_disabled": True},
}


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the Bot API; a multipart one if there are files."""

    method: str
    payload: Mapping[str, object] = field(repr=False)
    files: Mapping[str, Upload] | None = None


def call_of(message: OutboxMessage, chat: Chat, content: Content, edits: int | None) -> Call:
    """The call for what `content` shows: an edit of message `edits`, or something new."""
    if content.commands:
        return _menu(chat, content)
    payload: dict[str, object] = {"chat_id": chat.telegram_id}
    if content.buttons:
        payload["reply_markup"] = {
            "inline_keyboard": [[_button(button) for button in row] for row in content.buttons]
        }
    if edits is not None:
        payload |= {"message_id": edits, "text": content.text, **_AS_HTML}
        return Call("editMessageText", payload)
    if message.reply_to is not None:
        payload["reply_parameters"] = {
            "message_id": message.reply_to,
            "allow_sending_without_reply": True,
        }
    if content.document is not None:
        return _document(payload, content.text, content.document)
    return Call("sendMessage", payload | {"text": content.text, **_AS_HTML})


def _button(button: Button) -> dict[str, object]:
    shown: dict[str, object] = {
        "text": button.label,
        "callback_data": button.callback.encode(),
    }
    return shown | {"style": button.style} if button.style else shown


def _document(payload: dict[str, object], caption: str, document: Document) -> Call:
    payload |= {"caption": caption, "parse_mode": "HTML"}
    if document.file_id:
        return Call("sendDocument", payload | {"document": document.file_id})
    return Call("sendDocument", payload, {"document": Upload(document.name, document.content)})


def _menu(chat: Chat, content: Content) -> Call:
    commands = [
        {"command": command, "description": description}
        for command, description in content.commands
    ]
    scope = {"type": "chat", "chat_id": chat.telegram_id}
    return Call("setMyCommands", {"commands": commands, "scope": scope})
