"""The state of the sandbox and what every change goes through: messages, updates, the feed.

Who may do what is decided elsewhere: by `methods` for bots, by `people` for persons.
"""

import asyncio
from collections import deque
from collections.abc import Callable as Function
from collections.abc import Iterator
from typing import Any

from bot.sandbox.calls import CallLog
from bot.sandbox.clock import MovableClock
from bot.sandbox.entities.model import Entity, FormattedText, Kind
from bot.sandbox.faults import Faults
from bot.sandbox.feed import Feed
from bot.sandbox.files import FileStore
from bot.sandbox.limits import Limits, Pacer
from bot.sandbox.model import (
    BotAccount,
    Callback,
    Chat,
    ChatType,
    Json,
    Message,
    Person,
    Phone,
    Status,
    StoredFile,
)
from bot.sandbox.polling import Poller
from bot.sandbox.updates import UpdateQueue
from bot.sandbox.webhooks import Webhook

_KEPT_MESSAGES = 100_000
_KEPT_CALLBACKS = 10_000
# Real ids outgrew 32 bits: those who store them too small find out here.
_FIRST_PERSON = 5_000_000_001
_FIRST_GROUP = -4_000_000_001
_FIRST_SUPERGROUP = -1_002_000_000_001
Seconds = Function[[], float]
_FIRST_UPDATE = 700_000_001


class Bot:
    """A bot account with all that belongs to its connection."""

    def __init__(
        self, account: BotAccount, clock: MovableClock, limits: Limits, seconds: Seconds
    ) -> None:
        self.account = account
        self.queue = UpdateQueue(clock, first_id=_FIRST_UPDATE)
        self.pacer = Pacer(limits, time=seconds)
        self.poller = Poller(self.queue)
        self.webhook = Webhook()

    @property
    def id(self) -> int:
        """The bot's user id."""
        return self.account.id


class World:
    """Everything there is."""

    def __init__(self, clock: MovableClock, limits: Limits, *, zone: str, seconds: Seconds) -> None:
        self.clock = clock
        self.limits = limits
        self.seconds = seconds
        self.zone = zone
        self.feed = Feed()
        self.files = FileStore()
        self.faults = Faults()
        self.calls = CallLog()
        self.bots: dict[int, Bot] = {}
        # Set whenever some bot's webhook is another one.
        self.webhook_changed = asyncio.Event()
        self._tokens: dict[str, Bot] = {}
        self._callback_id = 0
        self._start_afresh()

    def _start_afresh(self) -> None:
        self.persons: dict[int, Person] = {}
        self.chats: dict[tuple[int, int], Chat] = {}
        self.phones: list[Phone] = []
        self.callbacks: dict[str, Callback] = {}
        self._order: deque[tuple[tuple[int, int], int]] = deque()
        self._last_message_id = 0
        self._next_ids = {
            ChatType.PRIVATE: _FIRST_PERSON,
            ChatType.GROUP: _FIRST_GROUP,
            ChatType.SUPERGROUP: _FIRST_SUPERGROUP,
        }

    def reset(self) -> None:
        """Forget people, chats, files, faults and calls; bots and their update numbers stay."""
        self._start_afresh()
        self.files.clear()
        self.faults.remove()
        self.calls.clear()
        self.clock.reset()
        for bot in self.bots.values():
            bot.queue.clear()
            bot.pacer = Pacer(self.limits, time=self.seconds)
        self.feed.publish("reset")

    # Who there is.

    def add_bot(self, account: BotAccount) -> Bot:
        """Open a bot's account."""
        bot = Bot(account, self.clock, self.limits, self.seconds)
        self.bots[account.id] = self._tokens[account.token] = bot
        return bot

    def bot_of(self, token: str) -> Bot | None:
        """The bot a token opens."""
        return self._tokens.get(token)

    def new_id(self, type: ChatType) -> int:
        """An id nobody has yet, as high as real ones are."""
        given = self._next_ids[type]
        while given in self.persons or (0, given) in self.chats:
            given += 1 if given > 0 else -1
        self._next_ids[type] = given + 1 if given > 0 else given - 1
        return given

    def user_json(self, user_id: int) -> Json:
        """The Bot API's User of a person or bot."""
        bot = self.bots.get(user_id)
        return bot.account.as_json() if bot else self.persons[user_id].as_json()

    def chat(self, chat_id: int, bot_id: int) -> Chat | None:
        """A chat as a bot sees it."""
        return self.chats.get((bot_id if chat_id > 0 else 0, chat_id))

    def private_chat(self, user_id: int, bot_id: int) -> Chat:
        """The private chat of a person and a bot, opened if need be."""
        chat = self.chats.get((bot_id, user_id))
        if chat is None:
            chat = Chat(user_id, ChatType.PRIVATE, bot_id=bot_id)
            chat.statuses = {user_id: Status.MEMBER, bot_id: Status.MEMBER}
            self.chats[chat.key] = chat
        return chat

    def chat_json(self, chat: Chat) -> Json:
        """The Bot API's Chat."""
        if not chat.is_private:
            group: Json = {"id": chat.id, "type": chat.type, "title": chat.title}
            return {**group, "is_forum": True} if chat.is_forum else group
        person = self.persons[chat.id]
        body: Json = {"id": chat.id, "type": chat.type, "first_name": person.first_name}
        if person.last_name:
            body["last_name"] = person.last_name
        if person.username:
            body["username"] = person.username
        return body

    def bots_in(self, chat: Chat) -> Iterator[Bot]:
        """The bots that take part in a chat."""
        for bot in self.bots.values():
            if chat.bot_id == bot.id or (not chat.is_private and chat.is_member(bot.id)):
                yield bot

    # Messages.

    def formatted(self, name: str, text: FormattedText) -> Json:
        """A text or caption with its entities as message fields."""
        content: Json = {name: text.text}
        entities = [self._entity_json(entity) for entity in text.entities]
        entities = [entity for entity in entities if entity]
        if entities:
            content["entities" if name == "text" else "caption_entities"] = entities
        return content

    def _entity_json(self, entity: Entity) -> Json:
        body = entity.as_json()
        if entity.kind is Kind.TEXT_MENTION:
            user_id = int(entity.value)
            if user_id not in self.persons and user_id not in self.bots:
                return {}
            body["user"] = self.user_json(user_id)
        return body

    def post(
        self,
        chat: Chat,
        sender_id: int,
        content: Json,
        *,
        reply_to: int = 0,
        topic_id: int = 0,
        **marks: bool,
    ) -> Message:
        """Add a message to a chat, tell the page and the bots that may read it."""
        message_id = self._new_message_id(chat)
        thread_id = topic_id or _reply_thread(chat, reply_to)
        date = self.clock.timestamp()
        body: Json = {
            "message_id": message_id,
            "from": self.user_json(sender_id),
            "chat": self.chat_json(chat),
            "date": date,
            **({"message_thread_id": thread_id} if thread_id else {}),
            **({"is_topic_message": True} if topic_id else {}),
            **content,
        }
        message = Message(
            message_id,
            chat.id,
            sender_id,
            date,
            body,
            reply_to=reply_to,
            thread_id=thread_id,
            **marks,
        )
        chat.messages[message_id] = message
        self._order.append((chat.key, message_id))
        if len(self._order) > _KEPT_MESSAGES:
            self._forget_oldest()
        if sender_id in self.bots:
            chat.last_bot_id = sender_id
        self._publish("message", chat, message=self.rendered(chat, message))
        return message

    def _new_message_id(self, chat: Chat) -> int:
        """Supergroups number on their own; private chats and groups share one counter."""
        if chat.type is ChatType.SUPERGROUP:
            chat.last_message_id += 1
        else:
            self._last_message_id += 1
            chat.last_message_id = self._last_message_id
        return chat.last_message_id

    def _forget_oldest(self) -> None:
        key, message_id = self._order.popleft()
        if chat := self.chats.get(key):
            chat.messages.pop(message_id, None)

    def rendered(self, chat: Chat, message: Message) -> Json:
        """The Bot API's Message with the message it replies to."""
        replied = chat.messages.get(message.reply_to) if message.reply_to else None
        return {**message.body, "reply_to_message": replied.body} if replied else message.body

    def edit(self, chat: Chat, message: Message, content: Json, *, drop: tuple[str, ...]) -> None:
        """Replace fields of a message; `drop` names those that go if not given anew."""
        kept = {name: value for name, value in message.body.items() if name not in drop}
        message.body = {**kept, "edit_date": self.clock.timestamp(), **content}
        self._publish("edited", chat, message=self.rendered(chat, message))

    def delete(self, chat: Chat, message: Message) -> None:
        """Remove a message everywhere."""
        chat.messages.pop(message.id, None)
        if message.id in chat.pinned:
            chat.pinned.remove(message.id)
        self._publish("deleted", chat, message_id=message.id)

    def new_callback(self, bot_id: int, user_id: int, chat: Chat, message_id: int) -> Callback:
        """Register a tap, to be answered once."""
        self._callback_id += 1
        callback = Callback(
            str(4_000_000_000_000_000 + self._callback_id),
            bot_id,
            user_id,
            chat.id,
            message_id,
            self.clock.timestamp(),
        )
        self.callbacks[callback.id] = callback
        if len(self.callbacks) > _KEPT_CALLBACKS:
            del self.callbacks[next(iter(self.callbacks))]
        return callback

    def show(self, kind: str, chat: Chat, **details: Any) -> None:
        """Tell the page about something fleeting in a chat: typing, a popup."""
        self._publish(kind, chat, **details)

    def chat_changed(self, chat: Chat) -> None:
        """Tell the page that a chat's members or state are new."""
        self._publish("chat", chat)

    def _publish(self, kind: str, chat: Chat, **details: Any) -> None:
        self.feed.publish(kind, chat_id=chat.id, bot_id=chat.bot_id or None, **details)

    def meet(self, chat: Chat, file: StoredFile) -> None:
        """From now on the chat's bots may use the file's id."""
        file.known_to.update(bot.id for bot in self.bots_in(chat))


def _reply_thread(chat: Chat, reply_to: int) -> int:
    """In supergroups replies outside of topics are a thread too, without being a topic."""
    replied = chat.messages.get(reply_to) if chat.type is ChatType.SUPERGROUP else None
    return (replied.thread_id or replied.id) if replied else 0
