"""Who and what exists in the sandbox: people, bots, chats, messages, files.

Bare state and its Bot API form; what happens to it is in `world` and `people`.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

# A Bot API object. Objects are never changed once somebody may hold them: they are replaced.
Json = dict[str, Any]


class ChatType(StrEnum):
    """Chat types by their Bot API names."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"


class Status(StrEnum):
    """What somebody is in a chat, by the Bot API names."""

    CREATOR = "creator"
    ADMINISTRATOR = "administrator"
    MEMBER = "member"
    LEFT = "left"
    KICKED = "kicked"


PRESENT = frozenset({Status.CREATOR, Status.ADMINISTRATOR, Status.MEMBER})


@dataclass(slots=True)
class Person:
    """One Telegram account of a human being."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    is_deactivated: bool = False

    def as_json(self) -> Json:
        """The Bot API's User."""
        body: Json = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        if self.last_name:
            body["last_name"] = self.last_name
        if self.username:
            body["username"] = self.username
        if self.language_code:
            body["language_code"] = self.language_code
        return body


@dataclass(slots=True)
class Profile:
    """What setMyCommands, setMyName and the like have set, by scope and language."""

    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    menu_buttons: dict[int | None, Json] = field(default_factory=dict)


@dataclass(slots=True)
class BotAccount:
    """One bot; who holds the token is the bot."""

    id: int
    token: str
    username: str
    first_name: str
    can_read_all_group_messages: bool = False
    profile: Profile = field(default_factory=Profile)

    def as_json(self) -> Json:
        """The Bot API's User as others see the bot."""
        name = self.profile.names.get("") or self.first_name
        return {"id": self.id, "is_bot": True, "first_name": name, "username": self.username}


@dataclass(slots=True)
class Message:
    """One message in a chat: its Bot API object without the quoted one, and who may change it."""

    id: int
    chat_id: int
    sender_id: int
    date: int
    body: Json
    reply_to: int = 0
    # The forum topic or, without one, the first message of the replies it belongs to.
    thread_id: int = 0
    is_service: bool = False
    is_forwarded: bool = False


@dataclass(slots=True)
class Topic:
    """A topic of a forum, by the id of the service message that opened it."""

    name: str
    is_closed: bool = False


@dataclass(slots=True)
class Chat:
    """A private chat of one bot and one person, or a group."""

    id: int
    type: ChatType
    title: str = ""
    # Of a private chat: the bot it is with.
    bot_id: int = 0
    is_started: bool = False
    statuses: dict[int, Status] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    last_message_id: int = 0
    last_bot_id: int = 0
    pinned: list[int] = field(default_factory=list)
    migrated_to: int = 0
    keys: Json | None = None  # the reply keyboard: its rows, and whether one press ends it
    is_forum: bool = False
    topics: dict[int, Topic] = field(default_factory=dict)

    @property
    def is_private(self) -> bool:
        """Whether only one person and one bot talk here."""
        return self.type is ChatType.PRIVATE

    @property
    def key(self) -> tuple[int, int]:
        """Unique among all chats: private chats of two bots with one person share their id."""
        return (self.bot_id, self.id)

    def topic_of(self, message_id: int) -> int:
        """The topic of one of the messages; 0 for the general one and for none."""
        message = self.messages.get(message_id)
        return message.thread_id if message and message.thread_id in self.topics else 0

    def status(self, member_id: int) -> Status:
        """What a person or bot is here."""
        return self.statuses.get(member_id, Status.LEFT)

    def is_member(self, member_id: int) -> bool:
        """Whether a person or bot takes part."""
        return self.status(member_id) in PRESENT


@dataclass(slots=True)
class StoredFile:
    """An uploaded file; a file id works only for bots that have met it."""

    id: str
    unique_id: str
    path: str
    name: str
    mime_type: str
    content: bytes
    is_photo: bool = False
    width: int = 0
    height: int = 0
    known_to: set[int] = field(default_factory=set)

    def as_json(self) -> Json:
        """The Bot API's File fields every kind of file shares."""
        body: Json = {"file_id": self.id, "file_unique_id": self.unique_id}
        if self.content:
            body["file_size"] = len(self.content)
        return body

    def as_document(self) -> Json:
        """The Bot API's Document."""
        return {"file_name": self.name, "mime_type": self.mime_type, **self.as_json()}

    def as_photo(self) -> list[Json]:
        """The Bot API's list of PhotoSize: one size is enough here."""
        return [{**self.as_json(), "width": self.width, "height": self.height}]


@dataclass(slots=True)
class Callback:
    """A tap on an inline button that may be answered once."""

    id: str
    bot_id: int
    user_id: int
    chat_id: int
    message_id: int
    pressed_at: int


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone on the page: whose it is and which chat it shows."""

    user_id: int
    chat_id: int | None = None
    label: str = ""
    note: str = ""
    start: str | None = None
