"""Methods that change or remove messages: edits, deletions, pins, answers to taps."""

from typing import Any

from bot.sandbox.errors import bad_request
from bot.sandbox.markup import parsed_markup, shown_markup
from bot.sandbox.membership import is_administrator
from bot.sandbox.methods.call import Access, Call
from bot.sandbox.methods.sending import cleaned, link_preview
from bot.sandbox.model import Chat, Json, Message
from bot.sandbox.texts import parsed_text

DELETABLE_SECONDS = 48 * 3600
_LONGEST_ANSWER = 200
_QUERY_INVALID = "query is too old and response timeout expired or query ID is invalid"
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the "
    "same as a current content and reply markup of the message"
)
_TEXT_FIELDS = ("text", "entities", "link_preview_options")
_CAPTION_FIELDS = ("caption", "caption_entities", "show_caption_above_media")


def edit_message_text(call: Call) -> Json:
    """editMessageText; a keyboard that is not given anew goes."""
    if not call.parameters.text("text"):
        raise bad_request("Message text is empty")
    source = parsed_text(call.parameters, "text", "entities")
    preview = link_preview(call)
    markup = parsed_markup(call.parameters)
    chat, message = _own_message(call)
    if "text" not in message.body:
        raise bad_request("There is no text in the message to edit")
    keyboard = shown_markup(markup, chat, inline_only=True)
    content = {**cleaned(call, "text", source), **preview}
    return _edit(call, chat, message, content, keyboard, _TEXT_FIELDS)


def edit_message_caption(call: Call) -> Json:
    """editMessageCaption; an empty caption removes it."""
    markup = parsed_markup(call.parameters)
    source = parsed_text(call.parameters, "caption", "caption_entities")
    chat, message = _own_message(call)
    if "document" not in message.body and "photo" not in message.body:
        raise bad_request("There is no caption in the message to edit")
    keyboard = shown_markup(markup, chat, inline_only=True)
    content = cleaned(call, "caption", source) if source.text else {}
    if content and call.parameters.flag("show_caption_above_media"):
        content["show_caption_above_media"] = True
    return _edit(call, chat, message, content, keyboard, _CAPTION_FIELDS)


def edit_message_reply_markup(call: Call) -> Json:
    """editMessageReplyMarkup; without a keyboard it goes."""
    markup = parsed_markup(call.parameters)
    chat, message = _own_message(call)
    keyboard = shown_markup(markup, chat, inline_only=True)
    return _edit(call, chat, message, {}, keyboard, ())


def _own_message(call: Call) -> tuple[Chat, Message]:
    parameters = call.parameters
    if not parameters.text("chat_id") and parameters.integer("message_id") == 0:
        inline = parameters.text("inline_message_id")
        raise bad_request("MESSAGE_ID_INVALID" if inline else "Message identifier is not specified")
    chat, message = call.message(Access.EDIT, "edit")
    call.check_context(chat)
    if message.sender_id != call.bot.id or message.is_forwarded or message.is_service:
        raise bad_request("Message can't be edited")
    return chat, message


def _edit(
    call: Call,
    chat: Chat,
    message: Message,
    content: Json,
    keyboard: Json | None,
    fields: tuple[str, ...],
) -> Json:
    call.check_reachable(chat)
    if keyboard:
        content = {**content, "reply_markup": keyboard}
    fields = (*fields, "reply_markup")
    if all(message.body.get(name) == content.get(name) for name in fields):
        raise bad_request(_NOT_MODIFIED)
    # Edits count towards flood control like messages do.
    call.bot.pacer.admit(chat.id)
    call.world.edit(chat, message, content, drop=fields)
    return call.world.rendered(chat, message)


def delete_message(call: Call) -> bool:
    """deleteMessage."""
    if not call.parameters.text("chat_id"):
        raise bad_request("Chat identifier is not specified")
    if call.parameters.integer("message_id") <= 0:
        raise bad_request("Message identifier is not specified")
    chat, message = call.message(Access.WRITE, "delete")
    _check_deletable(call, chat, message)
    call.world.delete(chat, message)
    return True


def delete_messages(call: Call) -> bool:
    """deleteMessages; those that are not there are skipped."""
    ids = call.message_ids()
    chat = call.chat(Access.WRITE)
    found = [chat.messages[message_id] for message_id in ids if message_id in chat.messages]
    for message in found:
        _check_deletable(call, chat, message)
    for message in found:
        call.world.delete(chat, message)
    return True


def _check_deletable(call: Call, chat: Chat, message: Message) -> None:
    """48 hours for everybody; in groups others' messages only by those who run them."""
    is_own = message.sender_id == call.bot.id
    if not chat.is_private and not is_own and not is_administrator(chat, call.bot.id):
        raise bad_request("Message can't be deleted")
    age = call.world.clock.timestamp() - message.date
    if age > DELETABLE_SECONDS and not is_administrator(chat, call.bot.id):
        raise bad_request("Message can't be deleted for everyone")


def pin_chat_message(call: Call) -> bool:
    """pinChatMessage."""
    chat, message = call.message(Access.WRITE, "pin")
    _check_pinning(call, chat)
    if message.id not in chat.pinned:
        chat.pinned.append(message.id)
        call.world.post(chat, call.bot.id, {"pinned_message": message.body}, is_service=True)
    return True


def unpin_chat_message(call: Call) -> bool:
    """unpinChatMessage: one message, or the last one pinned."""
    chat = call.chat(Access.WRITE)
    _check_pinning(call, chat)
    message_id = call.parameters.integer("message_id")
    if message_id and message_id not in chat.messages:
        raise bad_request("message to unpin not found")
    if not message_id and not chat.pinned:
        raise bad_request("message to unpin not found")
    if message_id in chat.pinned or not message_id:
        chat.pinned.remove(message_id or chat.pinned[-1])
    return True


def unpin_all_chat_messages(call: Call) -> bool:
    """unpinAllChatMessages."""
    chat = call.chat(Access.WRITE)
    _check_pinning(call, chat)
    chat.pinned.clear()
    return True


def _check_pinning(call: Call, chat: Chat) -> None:
    # Ordinary groups let every member pin, supergroups only those who run them.
    if chat.type == "supergroup" and not is_administrator(chat, call.bot.id):
        raise bad_request("not enough rights to manage pinned messages in the chat")


def answer_callback_query(call: Call) -> bool:
    """answerCallbackQuery: once, and in time."""
    callback = call.world.callbacks.get(str(call.parameters.integer("callback_query_id")))
    if callback is None or callback.bot_id != call.bot.id:
        raise bad_request(_QUERY_INVALID)
    age = call.world.clock.timestamp() - callback.pressed_at
    if age > call.world.limits.callback_answer_seconds:
        raise bad_request(_QUERY_INVALID)
    text = call.parameters.text("text")
    if len(text) > _LONGEST_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    del call.world.callbacks[callback.id]
    chat = call.world.chat(callback.chat_id, call.bot.id)
    details: dict[str, Any] = {"show_alert": call.parameters.flag("show_alert")}
    if url := call.parameters.text("url"):
        details["url"] = url
    if chat:
        call.world.show(
            "popup",
            chat,
            user_id=callback.user_id,
            message_id=callback.message_id,
            callback_query_id=callback.id,
            text=text,
            **details,
        )
    return True
