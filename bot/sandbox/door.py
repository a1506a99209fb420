"""The Python door: everything people and the host program can do in the sandbox.

The control API offers the same operations over HTTP.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum
from time import monotonic
from typing import Any, TypeVar

from bot.sandbox import groups, people, topics
from bot.sandbox.api import BotApi
from bot.sandbox.clock import Marks, MovableClock, system_time
from bot.sandbox.errors import ControlError
from bot.sandbox.faults import FaultKind
from bot.sandbox.limits import Limits
from bot.sandbox.model import BotAccount, Chat, ChatType, Json, Person, Phone, StoredFile
from bot.sandbox.press.site import PressSite
from bot.sandbox.snapshot import snapshot
from bot.sandbox.things import Thing
from bot.sandbox.world import Bot, World

_Kind = TypeVar("_Kind", bound=StrEnum)


class Door:
    """Operations on one world. A `bot_id` left out means the first bot.

    Messages are returned as the Bot API's objects; a misuse raises ControlError.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], datetime] = system_time,
        zone: str = "Asia/Ho_Chi_Minh",
        limits: Limits = Limits(),  # noqa: B008 - a frozen value
        seconds: Callable[[], float] = monotonic,
        accept_any_token: bool = False,
    ) -> None:
        self.clock = MovableClock(clock)
        self.world = World(self.clock, limits, zone=zone, seconds=seconds)
        self.press_site = PressSite(self.clock, zone=zone)
        self.api = BotApi(self.world, accept_any_token=accept_any_token)
        # Named moments the host program offers for the clock.
        self.marks: Marks | None = None
        # Files the host program offers to attach: name and content.
        self.samples: list[tuple[str, bytes]] = []

    def bot(self, bot_id: int | None = None) -> Bot:
        """A bot by its id."""
        if bot_id is None:
            bot_id = next(iter(self.world.bots), 0)
        bot = self.world.bots.get(bot_id)
        if bot is None:
            raise ControlError(f"there is no bot {bot_id}" if bot_id else "there is no bot yet")
        return bot

    def add_bot(
        self,
        *,
        token: str,
        username: str,
        first_name: str,
        can_read_all_group_messages: bool = False,
    ) -> Json:
        """Open a bot's account; the number before the token's colon is its id."""
        number, _, secret = token.partition(":")
        if not number.isdigit() or not secret:
            raise ControlError("a token looks like 123456:secret")
        if int(number) in self.world.bots or int(number) in self.world.persons:
            raise ControlError(f"there is somebody with the id {number} already")
        account = BotAccount(int(number), token, username, first_name, can_read_all_group_messages)
        self.world.add_bot(account)
        self.world.feed.publish("chat")
        return account.as_json()

    def add_user(
        self,
        *,
        first_name: str,
        last_name: str = "",
        username: str = "",
        language_code: str = "",
        id: int | None = None,
    ) -> Json:
        """Open a person's account."""
        user_id = id if id is not None else self.world.new_id(ChatType.PRIVATE)
        if user_id <= 0 or user_id in self.world.persons or user_id in self.world.bots:
            raise ControlError(f"{user_id} cannot be the id of a new person")
        person = Person(user_id, first_name, last_name, username.removeprefix("@"), language_code)
        self.world.persons[user_id] = person
        self.world.feed.publish("chat")
        return person.as_json()

    def add_group(
        self,
        *,
        title: str,
        member_ids: Iterable[int],
        type: str = ChatType.GROUP,
        id: int | None = None,
        is_forum: bool = False,
    ) -> Json:
        """Make a group, supergroup or forum; bots among the members are told."""
        kind = _member(ChatType, type, "chat type")
        chat = groups.add_group(
            self.world, title=title, type=kind, member_ids=member_ids, id=id, is_forum=is_forum
        )
        return self.world.chat_json(chat)

    def open_topic(self, chat_id: int, name: str) -> int:
        """A forum gets a topic; its id."""
        return topics.open_topic(self.world, chat_id, name)

    def close_topic(self, chat_id: int, topic_id: int) -> None:
        """A topic is closed: who does not run the group can only read there."""
        topics.close_topic(self.world, chat_id, topic_id)

    def reopen_topic(self, chat_id: int, topic_id: int) -> None:
        """A closed topic is opened again."""
        topics.reopen_topic(self.world, chat_id, topic_id)

    def delete_topic(self, chat_id: int, topic_id: int) -> None:
        """A topic goes with all that was written there."""
        topics.delete_topic(self.world, chat_id, topic_id)

    def show_phones(self, phones: Iterable[Phone]) -> None:
        """Choose the phones on the page."""
        self.world.phones = list(phones)
        self.world.feed.publish("phones")

    def press_start(
        self, user_id: int, payload: str | None = None, *, bot_id: int | None = None
    ) -> Json:
        """A person presses Start, perhaps through a deep link; lifts a block."""
        return people.start(self.world, self.bot(bot_id), user_id, payload=payload)

    def start_in_group(
        self, user_id: int, chat_id: int, payload: str = "", *, bot_id: int | None = None
    ) -> Json:
        """A person adds the bot to a group through ?startgroup=payload."""
        return groups.start_in_group(self.world, self.bot(bot_id), user_id, chat_id, payload)

    def say(
        self,
        user_id: int,
        text: str,
        *,
        chat_id: int | None = None,
        topic_id: int | None = None,
        reply_to_message_id: int | None = None,
        forwarded_from: str = "",
        bot_id: int | None = None,
    ) -> Json:
        """A person writes or passes on a text, in the private chat unless a group is named, perhaps
        in a topic."""
        return people.say(
            self.world,
            self.bot(bot_id),
            user_id,
            text,
            chat_id=chat_id,
            topic_id=topic_id,
            reply_to=reply_to_message_id,
            forwarded_from=forwarded_from,
        )

    def send(
        self,
        user_id: int,
        kind: str,
        *,
        words: str = "",
        file_name: str = "",
        content: bytes = b"\0",
        album: str = "",
        forwarded_from: str = "",
        chat_id: int | None = None,
        reply_to_message_id: int | None = None,
        bot_id: int | None = None,
    ) -> Json:
        """A person sends a voice message, a sticker, a place or something else of such a kind."""
        return people.send_thing(
            self.world,
            self.bot(bot_id),
            user_id,
            Thing(kind, words, file_name, content, album, forwarded_from),
            chat_id=chat_id,
            reply_to=reply_to_message_id,
        )

    def send_document(
        self,
        user_id: int,
        content: bytes,
        *,
        file_name: str,
        chat_id: int | None = None,
        caption: str = "",
        reply_to_message_id: int | None = None,
        bot_id: int | None = None,
        as_photo: bool = False,
    ) -> Json:
        """A person attaches a file."""
        return people.send_file(
            self.world,
            self.bot(bot_id),
            user_id,
            people.Attachment(content, file_name, caption, as_photo),
            chat_id=chat_id,
            reply_to=reply_to_message_id,
        )

    def share_contact(
        self,
        user_id: int,
        phone_number: str,
        *,
        of: int | None = None,
        bot_id: int | None = None,
    ) -> Json:
        """A person shares a phone number: the own one, or that of the person `of`."""
        return people.share_contact(self.world, self.bot(bot_id), user_id, phone_number, of=of)

    def edit(
        self,
        user_id: int,
        message_id: int,
        text: str,
        *,
        chat_id: int | None = None,
        bot_id: int | None = None,
    ) -> Json:
        """A person edits an own message."""
        bot = self.bot(bot_id)
        return people.edit(self.world, bot, user_id, message_id, text, chat_id=chat_id)

    def press(
        self,
        user_id: int,
        message_id: int,
        *,
        data: str | None = None,
        label: str | None = None,
        chat_id: int | None = None,
        bot_id: int | None = None,
    ) -> people.Press:
        """A person taps an inline button, found by its data or its label."""
        bot = self.bot(bot_id)
        return people.press(
            self.world, bot, user_id, message_id, chat_id=chat_id, data=data, label=label
        )

    def block(self, user_id: int, *, bot_id: int | None = None) -> None:
        """A person blocks the bot."""
        people.block(self.world, self.bot(bot_id), user_id)

    def unblock(self, user_id: int, *, bot_id: int | None = None) -> None:
        """A person unblocks the bot."""
        people.unblock(self.world, self.bot(bot_id), user_id)

    def deactivate(self, user_id: int) -> None:
        """A person deletes the account."""
        people.deactivate(self.world, user_id)

    def change_members(
        self,
        chat_id: int,
        *,
        add: Iterable[int] = (),
        remove: Iterable[int] = (),
        promote: Iterable[int] = (),
        by: int | None = None,
    ) -> None:
        """People and bots join a group, leave it, or come to run it."""
        groups.change_members(self.world, chat_id, add=add, remove=remove, promote=promote, by=by)

    def migrate(self, chat_id: int) -> int:
        """A group becomes a supergroup; its new id."""
        return groups.migrate(self.world, chat_id).id

    def now(self) -> datetime:
        """The sandbox time, aware, in UTC."""
        return self.clock.now()

    def set_clock(self, at: datetime) -> None:
        """Move the clock to a moment (aware)."""
        if at.tzinfo is None:
            raise ControlError("the moment needs a time zone")
        self.clock.set(at)
        self.world.feed.publish("clock")

    def advance(self, seconds: float) -> None:
        """Move the clock by seconds."""
        self.clock.advance(seconds)
        self.world.feed.publish("clock")

    def add_fault(self, kind: str, **details: Any) -> int:
        """Let something go wrong; see the control API for the details. The fault's id."""
        fault = self.world.faults.add(_member(FaultKind, kind, "fault"), **details)
        if fault.kind is FaultKind.OFFLINE:
            self.api.cut_connections()
        self.world.feed.publish("faults")
        return fault.id

    def remove_fault(self, fault_id: int | None = None) -> None:
        """Remove one fault, or all."""
        self.world.faults.remove(fault_id)
        self.world.feed.publish("faults")

    def calls(self, since: int = 0) -> list[Json]:
        """The log of Bot API calls after number `since`."""
        return self.world.calls.since(since)

    def put_update(self, update: Json, *, bot_id: int | None = None) -> int:
        """Queue an update as it is, however wrong; its id."""
        return self.bot(bot_id).queue.push_raw(update)

    def messages(self, chat_id: int, *, bot_id: int | None = None) -> list[Json]:
        """The messages of a chat, oldest first."""
        chat = self._chat(chat_id, bot_id)
        return [self.world.rendered(chat, message) for message in chat.messages.values()]

    def file(self, file_id: str) -> StoredFile:
        """A file by its id, whoever sent it."""
        file = self.world.files.get(file_id)
        if file is None:
            raise ControlError("there is no such file")
        return file

    def sample(self, name: str) -> bytes:
        """The content of a file offered to attach."""
        for known, content in self.samples:
            if known == name:
                return content
        raise ControlError(f"there is no sample file {name!r}")

    def _chat(self, chat_id: int, bot_id: int | None) -> Chat:
        chat = self.world.chat(chat_id, self.bot(bot_id).id)
        if chat is None:
            raise ControlError(f"there is no chat {chat_id}")
        return chat

    async def state(self, *, bot_id: int | None = None) -> Json:
        """Everything the page shows."""
        marks = await self.marks() if self.marks else []
        shown = [{"label": mark.label, "at": mark.at.isoformat()} for mark in marks]
        bot = self.bot(bot_id) if bot_id or self.world.bots else None
        names = [name for name, _ in self.samples]
        hosts = list(self.press_site.hosts)
        return snapshot(self.world, bot, marks=shown, samples=names, press_hosts=hosts)

    def reset(self) -> None:
        """Start afresh; bots stay."""
        self.world.reset()
        self.press_site.forget()


def _member(kind: type[_Kind], value: str, what: str) -> _Kind:
    try:
        return kind(value)
    except ValueError:
        raise ControlError(f"{value!r} is no {what}; there are: {', '.join(kind)}") from None
