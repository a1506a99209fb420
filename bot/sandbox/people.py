"""What people do on their phones: press Start, write, attach, edit, tap, block."""

from dataclasses import dataclass

from bot.sandbox.audience import deliver
from bot.sandbox.entities.clean import clean_text
from bot.sandbox.entities.model import utf16_length
from bot.sandbox.entities.split import split_text
from bot.sandbox.errors import ControlError
from bot.sandbox.markup import find_button
from bot.sandbox.membership import is_administrator, set_status
from bot.sandbox.methods.media import picture_size
from bot.sandbox.methods.sending import LONGEST_CAPTION, LONGEST_TEXT
from bot.sandbox.model import Chat, Json, Message, Person, Status
from bot.sandbox.things import Thing, content_of, origin
from bot.sandbox.updates import CALLBACK_LIFETIME
from bot.sandbox.world import Bot, World


@dataclass(frozen=True, slots=True)
class Press:
    """What a tap came to: a query for the bot, or something the phone does itself."""

    callback_query_id: str | None = None
    url: str | None = None
    copied: str | None = None

    def as_json(self) -> Json:
        """Only what happened."""
        shown = {
            "callback_query_id": self.callback_query_id,
            "url": self.url,
            "copied": self.copied,
        }
        return {name: value for name, value in shown.items() if value is not None}


def person_of(world: World, user_id: int) -> Person:
    """A person who still has an account."""
    person = world.persons.get(user_id)
    if person is None:
        raise ControlError(f"there is no person {user_id}")
    if person.is_deactivated:
        raise ControlError(f"the account of person {user_id} is deactivated")
    return person


def chat_for(world: World, bot: Bot, user_id: int, chat_id: int | None) -> Chat:
    """The chat a person means: a group they are in, or the private chat with the bot."""
    person_of(world, user_id)
    if chat_id is None or chat_id == user_id:
        return world.private_chat(user_id, bot.id)
    chat = world.chats.get((0, chat_id))
    if chat is None:
        raise ControlError(f"there is no chat {chat_id}")
    if chat.migrated_to:
        raise ControlError(f"chat {chat_id} is now the supergroup {chat.migrated_to}")
    if not chat.is_member(user_id):
        raise ControlError(f"person {user_id} is not a member of chat {chat_id}")
    return chat


def start(world: World, bot: Bot, user_id: int, *, payload: str | None = None) -> Json:
    """Press Start, perhaps through a deep link; lifts a block."""
    person_of(world, user_id)
    chat = world.private_chat(user_id, bot.id)
    if chat.status(bot.id) is Status.KICKED:
        set_status(world, chat, bot.id, Status.MEMBER, by=user_id)
    return say(world, bot, user_id, f"/start {payload}" if payload else "/start")


def say(
    world: World,
    bot: Bot,
    user_id: int,
    text: str,
    *,
    chat_id: int | None = None,
    reply_to: int | None = None,
    topic_id: int | None = None,
    forwarded_from: str = "",
) -> Json:
    """Write a text, or pass on one of somebody else; a long one goes out in several messages, the
    last one is returned."""
    chat = _open_chat(world, bot, user_id, chat_id, reply_to)
    topic_id = writable_topic(chat, user_id, topic_id or chat.topic_of(reply_to or 0))
    parts = split_text(text, LONGEST_TEXT)
    ready = [clean_text(part) for part in parts]
    ready = [part for part in ready if part.text]
    if not ready:
        raise ControlError("the text is empty")
    last: Message | None = None
    for part in ready:
        content = world.formatted("text", part) | origin(world, forwarded_from)
        last = _post(world, chat, user_id, content, 0 if last else reply_to or 0, topic_id)
    return world.rendered(chat, last) if last else {}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as a person picks it; a picture may go as a photo."""

    content: bytes
    name: str
    caption: str = ""
    as_photo: bool = False


def send_file(
    world: World,
    bot: Bot,
    user_id: int,
    attachment: Attachment,
    *,
    chat_id: int | None = None,
    reply_to: int | None = None,
) -> Json:
    """Attach a file."""
    chat = _open_chat(world, bot, user_id, chat_id, reply_to)
    topic_id = writable_topic(chat, user_id, chat.topic_of(reply_to or 0))
    content = attachment.content
    if not content:
        raise ControlError("the file is empty")
    width, height = picture_size(content) if attachment.as_photo else (0, 0)
    file = world.files.add(
        content, name=attachment.name, is_photo=width > 0, width=width, height=height
    )
    world.meet(chat, file)
    caption = clean_text(attachment.caption)
    if utf16_length(caption.text) > LONGEST_CAPTION:
        raise ControlError("the caption is too long")
    body: Json = {"photo": file.as_photo()} if file.is_photo else {"document": file.as_document()}
    if caption.text:
        body.update(world.formatted("caption", caption))
    return world.rendered(chat, _post(world, chat, user_id, body, reply_to or 0, topic_id))


def send_thing(
    world: World,
    bot: Bot,
    user_id: int,
    thing: Thing,
    *,
    chat_id: int | None = None,
    reply_to: int | None = None,
) -> Json:
    """Send what is neither a text nor a picked file."""
    chat = _open_chat(world, bot, user_id, chat_id, reply_to)
    topic_id = writable_topic(chat, user_id, chat.topic_of(reply_to or 0))
    body = content_of(world, chat, thing)
    return world.rendered(chat, _post(world, chat, user_id, body, reply_to or 0, topic_id))


def share_contact(
    world: World, bot: Bot, user_id: int, phone_number: str, *, of: int | None = None
) -> Json:
    """Send a contact card into the private chat: one's own, as the button for it does, or that of
    the person `of`; 0 for somebody without an account."""
    chat = _open_chat(world, bot, user_id, None, None)
    whose = user_id if of is None else of
    contact: Json = {"phone_number": phone_number, "first_name": "?"}
    if whose:
        contact |= {"first_name": person_of(world, whose).first_name, "user_id": whose}
    return world.rendered(chat, _post(world, chat, user_id, {"contact": contact}, 0, 0))


def _open_chat(
    world: World, bot: Bot, user_id: int, chat_id: int | None, reply_to: int | None
) -> Chat:
    """The chat to write into; writing first opens a private chat like pressing Start does."""
    chat = chat_for(world, bot, user_id, chat_id)
    if chat.is_private and chat.status(bot.id) is Status.KICKED:
        raise ControlError("the person has blocked the bot: unblock it first")
    if reply_to and reply_to not in chat.messages:
        raise ControlError(f"there is no message {reply_to} to reply to")
    if chat.is_private and not chat.is_started:
        chat.is_started = True
        world.chat_changed(chat)
    return chat


def writable_topic(chat: Chat, user_id: int, topic_id: int) -> int:
    """The topic if the person may write there; 0 is the general one."""
    if topic_id and topic_id not in chat.topics:
        raise ControlError(f"chat {chat.id} has no topic {topic_id}")
    if topic_id and chat.topics[topic_id].is_closed and not is_administrator(chat, user_id):
        raise ControlError(f"topic {topic_id} is closed")
    return topic_id


def _post(
    world: World, chat: Chat, user_id: int, content: Json, reply_to: int, topic_id: int
) -> Message:
    message = world.post(chat, user_id, content, reply_to=reply_to, topic_id=topic_id)
    deliver(world, chat, message)
    return message


def edit(
    world: World, bot: Bot, user_id: int, message_id: int, text: str, *, chat_id: int | None = None
) -> Json:
    """Change one's own text or caption."""
    chat = chat_for(world, bot, user_id, chat_id)
    message = chat.messages.get(message_id)
    if message is None or message.sender_id != user_id or message.is_service:
        raise ControlError(f"person {user_id} has no message {message_id} to edit")
    ready = clean_text(text)
    name = "text" if "text" in message.body else "caption"
    if name == "text" and not ready.text:
        raise ControlError("the text is empty")
    content = world.formatted(name, ready) if ready.text else {}
    world.edit(chat, message, content, drop=("text", "entities", "caption", "caption_entities"))
    deliver(world, chat, message, "edited_message")
    return world.rendered(chat, message)


def press(
    world: World,
    bot: Bot,
    user_id: int,
    message_id: int,
    *,
    chat_id: int | None = None,
    data: str | None = None,
    label: str | None = None,
) -> Press:
    """Tap the inline button with that data or label.

    With `data` also a button of a message that is gone, as a phone that has not noticed shows it.
    """
    chat = chat_for(world, bot, user_id, chat_id)
    if chat.is_private and chat.status(bot.id) is Status.KICKED:
        raise ControlError("the person has blocked the bot: unblock it first")
    message = chat.messages.get(message_id)
    if message is None:
        if data is None or not 0 < message_id <= chat.last_message_id:
            raise ControlError(f"there is no message {message_id}")
        gone = {"chat": world.chat_json(chat), "message_id": message_id, "date": 0}
        return _query(world, bot, user_id, chat, gone, data)
    button = _button(message, data, label)
    if "url" in button:
        return Press(url=button["url"])
    if "web_app" in button:
        return Press(url=button["web_app"]["url"])
    if "copy_text" in button:
        return Press(copied=button["copy_text"]["text"])
    if "callback_data" not in button:
        raise ControlError("a button of this kind does nothing here")
    sender = world.bots.get(message.sender_id, bot)
    body = world.rendered(chat, message)
    return _query(world, sender, user_id, chat, body, button["callback_data"])


def _button(message: Message, data: str | None, label: str | None) -> Json:
    markup = message.body.get("reply_markup")
    if data is not None:
        button = find_button(markup, lambda b: b.get("callback_data") == data)
    else:
        button = find_button(markup, lambda b: b["text"] == label)
    if button is None:
        rows = (markup or {}).get("inline_keyboard", [])
        labels = ", ".join(repr(b["text"]) for row in rows for b in row) or "none"
        wanted = repr(data if data is not None else label)
        raise ControlError(f"message {message.id} has no button {wanted}; there are: {labels}")
    return button


def _query(world: World, bot: Bot, user_id: int, chat: Chat, message: Json, data: str) -> Press:
    callback = world.new_callback(bot.id, user_id, chat, message["message_id"])
    query = {
        "id": callback.id,
        "from": world.user_json(user_id),
        "message": message,
        "chat_instance": str(7_000_000_000_000 + abs(chat.id)),
        "data": data,
    }
    bot.queue.push("callback_query", query, lane=("tap", user_id), lifetime=CALLBACK_LIFETIME)
    return Press(callback_query_id=callback.id)


def block(world: World, bot: Bot, user_id: int) -> None:
    """Block the bot."""
    person_of(world, user_id)
    chat = world.private_chat(user_id, bot.id)
    set_status(world, chat, bot.id, Status.KICKED, by=user_id)


def unblock(world: World, bot: Bot, user_id: int) -> None:
    """Unblock the bot, without pressing Start."""
    person_of(world, user_id)
    chat = world.private_chat(user_id, bot.id)
    set_status(world, chat, bot.id, Status.MEMBER, by=user_id)


def deactivate(world: World, user_id: int) -> None:
    """Delete the account: nobody can write to it any more."""
    person = person_of(world, user_id)
    person.is_deactivated = True
    person.first_name, person.last_name, person.username = "", "", ""
    for chat in world.chats.values():
        if chat.is_private and chat.id == user_id:
            world.chat_changed(chat)
