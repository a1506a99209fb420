"""From what a message shows to the Bot API call that sends it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.delivery.render import Content
from bot.delivery.wire import Upload
from bot.storage.tables import Chat, OutboxMessage

_AS_HTML: dict[str, object] = {
    "parse_mode": "HTML",
    "link_preview_options": {"is_disabled": True},
}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A claimed message with what it shows, waiting for its turn."""

    message: OutboxMessage
    chat: Chat
    content: Content
    edits: int | None


def request(prepared: Prepared) -> tuple[str, dict[str, object], dict[str, Upload] | None]:
    """The Bot API method, its parameters and files for a message that is ready."""
    content = prepared.content
    if content.commands:
        return "setMyCommands", _menu(prepared), None
    payload: dict[str, object] = {"chat_id": prepared.chat.telegram_id}
    if content.buttons:
        payload["reply_markup"] = {
            "inline_keyboard": [
                [
                    {
                        "text": button.label,
                        "callback_data": button.callback.encode(),
                        **({"style": button.style} if button.style else {}),
                    }
                    for button in row
                ]
                for row in content.buttons
            ]
        }
    if prepared.edits is not None:
        payload |= {"message_id": prepared.edits, "text": content.text, **_AS_HTML}
        return "editMessageText", payload, None
    if prepared.message.reply_to is not None:
        payload["reply_parameters"] = {
            "message_id": prepared.message.reply_to,
            "allow_sending_without_reply": True,
        }
    if content.document is None:
        return "sendMessage", payload | {"text": content.text, **_AS_HTML}, None
    payload |= {"caption": content.text, "parse_mode": "HTML"}
    document = content.document
    if document.file_id:
        return "sendDocument", payload | {"document": document.file_id}, None
    return "sendDocument", payload, {"document": Upload(document.name, document.content)}


def _menu(prepared: Prepared) -> dict[str, object]:
    return {
        "commands": [
            {"command": command, "description": description}
            for command, description in prepared.content.commands
        ],
        "scope": {"type": "chat", "chat_id": prepared.chat.telegram_id},
    }
