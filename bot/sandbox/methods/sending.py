"""Methods that put messages into chats: texts, files, copies, forwards, albums."""

from bot.sandbox.entities.clean import clean_text
from bot.sandbox.entities.model import FormattedText, TextError, utf16_length
from bot.sandbox.errors import bad_request
from bot.sandbox.markup import change_keys, parsed_markup, shown_markup
from bot.sandbox.methods.call import Access, Call
from bot.sandbox.methods.media import album_media, input_file
from bot.sandbox.model import Json, Message
from bot.sandbox.parameters import FieldError, Fields
from bot.sandbox.texts import parsed_text

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
# What a message says, apart from who sent it when and to whom.
# fmt: off
_CONTENT = (
    "text", "entities", "link_preview_options", "document", "photo", "voice", "audio", "video",
    "video_note", "animation", "sticker", "location", "contact", "poll", "dice", "caption",
    "caption_entities", "show_caption_above_media", "has_media_spoiler",
)
_ACTIONS = frozenset({
    "cancel", "typing", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_photo", "upload_document", "choose_sticker", "pick_up_location",
    "find_location", "record_video_note", "upload_video_note", "record_audio",
    "upload_audio",
})
# fmt: on


def send_message(call: Call) -> Json:
    """sendMessage."""
    source = _required_text(call)
    return _send(call, link_preview(call), text=source)


def send_document(call: Call) -> Json:
    """sendDocument."""
    file = input_file(call, "document")
    caption = parsed_text(call.parameters, "caption", "caption_entities")
    return _send(call, {"document": file.as_document()}, caption=caption)


def send_photo(call: Call) -> Json:
    """sendPhoto."""
    file = input_file(call, "photo")
    caption = parsed_text(call.parameters, "caption", "caption_entities")
    content: Json = {"photo": file.as_photo()}
    if call.parameters.flag("has_spoiler"):
        content["has_media_spoiler"] = True
    if call.parameters.flag("show_caption_above_media") and caption.text:
        content["show_caption_above_media"] = True
    return _send(call, content, caption=caption)


def send_media_group(call: Call) -> list[Json]:
    """sendMediaGroup: 2-10 documents, or 2-10 photos."""
    media = album_media(call)
    chat = call.chat(Access.WRITE)
    reply_to, quote = call.reply(chat)
    contents = [{**content, **cleaned(call, "caption", caption)} for content, caption in media]
    call.check_context(chat)
    topic_id = call.topic(chat, reply_to=reply_to)
    call.check_reachable(chat)
    call.bot.pacer.admit(chat.id, len(contents))
    album = {"media_group_id": str(13_000_000_000 + chat.last_message_id + 1)}
    sent = [
        call.world.post(
            chat,
            call.bot.id,
            {**quote, **album, **content},
            reply_to=reply_to,
            topic_id=topic_id,
        )
        for content in contents
    ]
    return [call.world.rendered(chat, message) for message in sent]


def copy_message(call: Call) -> Json:
    """copyMessage."""
    source = _original(call, "message to copy")
    content = _copied(source)
    if call.parameters.has("caption"):
        content = {k: v for k, v in content.items() if not k.startswith("caption")}
        caption = parsed_text(call.parameters, "caption", "caption_entities")
        return {"message_id": _send(call, content, caption=caption)["message_id"]}
    return {"message_id": _send(call, content)["message_id"]}


def forward_message(call: Call) -> Json:
    """forwardMessage."""
    source = _original(call, "message to forward")
    return _send(call, {**_origin(source), **_copied(source)}, is_forwarded=True)


def copy_messages(call: Call) -> list[Json]:
    """copyMessages."""
    return _resend(call, forward=False)


def forward_messages(call: Call) -> list[Json]:
    """forwardMessages."""
    return _resend(call, forward=True)


def send_chat_action(call: Call) -> bool:
    """sendChatAction; shown on the page for a moment."""
    action = call.parameters.text("action").lower()
    if action not in _ACTIONS:
        raise bad_request("Wrong parameter action in request")
    chat = call.chat(Access.WRITE)
    call.check_reachable(chat)
    if action != "cancel":
        call.world.show("typing", chat, user_id=call.bot.id, action=action)
    return True


def _required_text(call: Call) -> FormattedText:
    if not call.parameters.text("text"):
        raise bad_request("Message text is empty")
    return parsed_text(call.parameters, "text", "entities")


def link_preview(call: Call) -> Json:
    """The link preview options a message carries, if any were asked for."""
    given = call.parameters.object(
        "link_preview_options", "Can't parse link preview options JSON object"
    )
    if given is None:
        disabled = call.parameters.flag("disable_web_page_preview")
        return {"link_preview_options": {"is_disabled": True}} if disabled else {}
    if not isinstance(given, dict):
        raise bad_request("Object expected as link preview options")
    fields = Fields(given)
    try:
        flags = {
            name: True
            for name in (
                "is_disabled",
                "prefer_small_media",
                "prefer_large_media",
                "show_above_text",
            )
            if fields.flag(name)
        }
        url = fields.text("url")
    except FieldError as error:
        raise bad_request(str(error)) from None
    options = {**flags, "url": url} if url else flags
    return {"link_preview_options": options} if options else {}


def cleaned(call: Call, name: str, source: FormattedText) -> Json:
    """A text or caption as message fields, trimmed, with what Telegram finds; too long: 400."""
    try:
        ready = clean_text(source.text, source.entities)
    except TextError as error:
        raise bad_request(str(error)) from None
    length = utf16_length(ready.text)
    if name == "caption":
        if length > LONGEST_CAPTION:
            raise bad_request("Message caption is too long")
        return call.world.formatted("caption", ready) if ready.text else {}
    if not ready.text:
        raise bad_request("Text must be non-empty")
    if length > LONGEST_TEXT:
        raise bad_request("Message is too long")
    return call.world.formatted("text", ready)


def _send(
    call: Call,
    content: Json,
    *,
    text: FormattedText | None = None,
    caption: FormattedText | None = None,
    is_forwarded: bool = False,
) -> Json:
    """Check in Telegram's order, pace, post."""
    markup = parsed_markup(call.parameters)
    chat = call.chat(Access.WRITE)
    call.check_context(chat)
    reply_to, quote = call.reply(chat)
    topic_id = call.topic(chat, reply_to=reply_to)
    keyboard = shown_markup(markup, chat)
    call.check_reachable(chat)
    if text is not None:
        content = {**cleaned(call, "text", text), **content}
    if caption is not None and caption.text:
        content = {**content, **cleaned(call, "caption", caption)}
    if call.parameters.flag("protect_content"):
        content["has_protected_content"] = True
    if keyboard:
        content["reply_markup"] = keyboard
    call.bot.pacer.admit(chat.id)
    body = {**quote, **content}
    message = call.world.post(
        chat,
        call.bot.id,
        body,
        reply_to=reply_to,
        topic_id=topic_id,
        is_forwarded=is_forwarded,
    )
    if change_keys(markup, chat, message_id=message.id):
        call.world.chat_changed(chat)
    return call.world.rendered(chat, message)


def _original(call: Call, what: str) -> Message:
    """The message to copy or forward."""
    if not call.parameters.text("from_chat_id"):
        raise bad_request('Parameter "from_chat_id" is required')
    chat = call.chat(Access.READ, "from_chat_id")
    message = chat.messages.get(call.parameters.integer("message_id"))
    if message is None:
        raise bad_request(f"{what} not found")
    if message.is_service:
        raise bad_request(f"the message can't be {'copied' if 'copy' in what else 'forwarded'}")
    if message.body.get("has_protected_content"):
        raise bad_request("Message has protected content and can't be forwarded")
    return message


def _copied(message: Message) -> Json:
    return {name: message.body[name] for name in _CONTENT if name in message.body}


def _origin(message: Message) -> Json:
    if "forward_origin" in message.body:
        return {"forward_origin": message.body["forward_origin"]}
    origin = {"type": "user", "date": message.date, "sender_user": message.body["from"]}
    return {"forward_origin": origin}


def _resend(call: Call, *, forward: bool) -> list[Json]:
    ids = call.message_ids()
    if ids != sorted(set(ids)):
        raise bad_request(
            "MESSAGE_IDS_INVALID" if not forward else "message ids must be increasing"
        )
    chat = call.chat(Access.WRITE)
    source = call.chat(Access.READ, "from_chat_id")
    call.check_context(chat)
    topic_id = call.topic(chat)
    call.check_reachable(chat)
    found = [m for i in ids if (m := source.messages.get(i)) and not m.is_service]
    if not found:
        raise bad_request("there are no messages to forward")
    call.bot.pacer.admit(chat.id, len(found))
    sent = []
    for message in found:
        content = {**_origin(message), **_copied(message)} if forward else _copied(message)
        posted = call.world.post(
            chat, call.bot.id, content, topic_id=topic_id, is_forwarded=forward
        )
        sent.append({"message_id": posted.id})
    return sent
