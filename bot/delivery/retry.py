"""What became of one call to Telegram, and how long to wait before the next try; pure.

The one outcome table of the product. It knows Telegram's texts, but neither HTTP nor rows:
`failures` is what the transport gives, delivery writes what the outcome says.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from bot.delivery.failures import Answer, NotSent, Trouble, Unknown

DEFAULT_RETRY_AFTER = 30.0
LONGEST_RETRY_AFTER = 86_400.0  # asked again after a day, Telegram tells us the rest
DESCRIPTION_LENGTH = 200


class Scope(StrEnum):
    """Whom a "too many requests" is about."""

    CHAT = "chat"
    BOT = "bot"


class ChatReason(StrEnum):
    """Why nothing can be sent to a chat until something changes there."""

    BLOCKED = "blocked"
    DEACTIVATED = "deactivated"
    NOT_STARTED = "not_started"
    IS_A_BOT = "is_a_bot"
    KICKED = "kicked"
    NOT_A_MEMBER = "not_a_member"
    DELETED = "deleted"
    CHAT_NOT_FOUND = "chat_not_found"


class MessageReason(StrEnum):
    """Why this one message was refused; another to the same chat may well pass."""

    BAD_ENTITIES = "bad_entities"
    TOO_LONG = "too_long"
    EMPTY = "empty"
    REPLY_GONE = "reply_gone"
    TOPIC_CLOSED = "topic_closed"
    BAD_FILE = "bad_file"
    FILE_TOO_BIG = "file_too_big"
    NO_RIGHTS = "no_rights"
    CONFLICT = "conflict"
    UNKNOWN_METHOD = "unknown_method"
    FORBIDDEN = "forbidden"
    BAD_REQUEST = "bad_request"


@dataclass(slots=True)
class Accepted:
    """Telegram took it. `message_id` 0 means "scheduled", None that the call makes no message."""

    message_id: int | None
    result: object = field(repr=False)


@dataclass(frozen=True, slots=True)
class Done:
    """An edit, deletion or answer that Telegram calls needless: what we wanted is already so."""


@dataclass(frozen=True, slots=True)
class Gone:
    """The message to edit or delete is no longer there, or `stays` and is no longer ours to
    change."""

    stays: bool = False


@dataclass(frozen=True, slots=True)
class NotSentRetry:
    """Surely not sent, and nothing was refused: try again after a backoff."""

    reason: Trouble


@dataclass(frozen=True, slots=True)
class RetryLater:
    """Too many requests: try again after so many seconds. Costs no attempt."""

    retry_after: float
    scope: Scope


@dataclass(frozen=True, slots=True)
class Migrated:
    """The group became a supergroup: store the new id, send there once."""

    new_chat_id: int


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Surely not sent, and this chat takes nothing more: tell staff, mark the contact."""

    reason: ChatReason


@dataclass(frozen=True, slots=True)
class Failed:
    """Surely not sent: this message was refused. `description` is Telegram's text, for staff."""

    reason: MessageReason
    description: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Unauthorized:
    """Telegram does not know the token: stop all sending."""


@dataclass(frozen=True, slots=True)
class Uncertain:
    """It may have arrived. Only the message's policy decides whether to send again."""

    reason: Trouble


Outcome = (
    Accepted
    | Done
    | Gone
    | NotSentRetry
    | RetryLater
    | Migrated
    | Unreachable
    | Failed
    | Unauthorized
    | Uncertain
)


# Telegram's texts, lower case, without the word for the status in front. Only the text tells
# refusals apart; a text that is not here never marks a contact.
_PREFIXES = re.compile(
    r"^(\[?error\]?: )?((bad request|forbidden|unauthorized|not found): )?", re.IGNORECASE
)

# 404 alone: the path held no token that could be one. A method we made up is our own fault.
_TOKEN_TEXTS = frozenset({(404, "not found"), (400, "logged out")})

_CHAT_TEXTS = {
    (403, "bot was blocked by the user"): ChatReason.BLOCKED,
    (403, "user is deactivated"): ChatReason.DEACTIVATED,
    (403, "bot can't initiate conversation with a user"): ChatReason.NOT_STARTED,
    (403, "bot can't send messages to bots"): ChatReason.IS_A_BOT,
    (403, "bot was kicked from the group chat"): ChatReason.KICKED,
    (403, "bot was kicked from the supergroup chat"): ChatReason.KICKED,
    (403, "bot was kicked from the channel chat"): ChatReason.KICKED,
    (403, "bot is not a member of the group chat"): ChatReason.NOT_A_MEMBER,
    (403, "bot is not a member of the supergroup chat"): ChatReason.NOT_A_MEMBER,
    (403, "bot is not a member of the channel chat"): ChatReason.NOT_A_MEMBER,
    (403, "the group chat was deleted"): ChatReason.DELETED,
    (400, "group is deactivated"): ChatReason.DELETED,
    (400, "chat not found"): ChatReason.CHAT_NOT_FOUND,
    (400, "peer_id_invalid"): ChatReason.CHAT_NOT_FOUND,
}

_MESSAGE_TEXTS: tuple[tuple[str, Done | Gone | MessageReason], ...] = (
    ("message is not modified", Done()),
    ("query is too old", Done()),
    ("message to delete not found", Done()),
    ("message to edit not found", Gone()),
    ("message can't be edited", Gone(stays=True)),
    ("message can't be deleted", Gone(stays=True)),
    ("message_id_invalid", Gone()),
    ("can't parse entities", MessageReason.BAD_ENTITIES),
    ("message is too long", MessageReason.TOO_LONG),
    ("message_too_long", MessageReason.TOO_LONG),
    ("message caption is too long", MessageReason.TOO_LONG),
    ("media_caption_too_long", MessageReason.TOO_LONG),
    ("entities_too_long", MessageReason.TOO_LONG),
    ("reply markup is too long", MessageReason.TOO_LONG),
    ("message text is empty", MessageReason.EMPTY),
    ("message to be replied not found", MessageReason.REPLY_GONE),
    ("message to reply not found", MessageReason.REPLY_GONE),
    ("reply message not found", MessageReason.REPLY_GONE),
    ("message thread not found", MessageReason.TOPIC_CLOSED),
    ("topic_closed", MessageReason.TOPIC_CLOSED),
    ("topic_deleted", MessageReason.TOPIC_CLOSED),
    ("topic_id_invalid", MessageReason.TOPIC_CLOSED),
    ("wrong file identifier", MessageReason.BAD_FILE),
    ("wrong remote file identifier", MessageReason.BAD_FILE),
    ("invalid file_id", MessageReason.BAD_FILE),
    ("file is too big", MessageReason.FILE_TOO_BIG),
    ("not enough rights", MessageReason.NO_RIGHTS),
    ("have no rights", MessageReason.NO_RIGHTS),
    ("need administrator rights", MessageReason.NO_RIGHTS),
    ("chat_write_forbidden", MessageReason.NO_RIGHTS),
    ("chat_send_", MessageReason.NO_RIGHTS),
    ("chat_restricted", MessageReason.NO_RIGHTS),
)

_BY_STATUS = {
    403: MessageReason.FORBIDDEN,
    404: MessageReason.UNKNOWN_METHOD,
    409: MessageReason.CONFLICT,
    413: MessageReason.FILE_TOO_BIG,
}


def classify(result: Answer | BaseException, *, scope: Scope = Scope.CHAT) -> Outcome:
    """Judge one call by its answer or the exception it raised; what is unknown is uncertain.

    Telegram does not say whom a 429 is about: `scope` is CHAT for a call that names a chat.
    """
    if isinstance(result, Answer):
        return _judge(result, scope)
    if isinstance(result, NotSent):
        return NotSentRetry(result.trouble)
    if isinstance(result, Unknown):
        return Uncertain(result.trouble)
    if isinstance(result, asyncio.CancelledError):
        return Uncertain(Trouble.CANCELLED)
    return Uncertain(Trouble.OTHER)


def backoff(attempt: int, *, base: timedelta, cap: timedelta, jitter: float) -> timedelta:
    """How long to wait after the `attempt`-th failure (from 1): full jitter, `jitter` in [0, 1)."""
    doublings = min(max(attempt, 1) - 1, 60)  # beyond that only the cap counts
    ceiling = min(cap.total_seconds(), base.total_seconds() * 2.0**doublings)
    return timedelta(seconds=ceiling * jitter)


def _judge(answer: Answer, scope: Scope) -> Outcome:
    body = answer.body
    if answer.status >= 500:  # a gateway may fail after Telegram has accepted
        return Uncertain(Trouble.SERVER_ERROR)
    if body is None:
        return Uncertain(Trouble.NOT_TELEGRAM)
    if answer.status == 200 and body.get("ok") is True and "result" in body:
        return Accepted(_message_id(body["result"]), body["result"])
    if answer.status >= 400 and body.get("ok") is False:
        return _refusal(answer.status, body, scope)
    return Uncertain(Trouble.NOT_TELEGRAM)


def _message_id(result: object) -> int | None:
    """The message's id; of an album, the first one's."""
    if isinstance(result, list) and result:
        result = result[0]
    found = result.get("message_id") if isinstance(result, Mapping) else None
    return found if type(found) is int else None


def _refusal(status: int, body: Mapping[str, object], scope: Scope) -> Outcome:
    description = str(body.get("description") or "")
    text = _PREFIXES.sub("", description).lower()
    parameters = body.get("parameters")
    extra: Mapping[str, object] = parameters if isinstance(parameters, Mapping) else {}
    new_chat_id = extra.get("migrate_to_chat_id")
    if status == 429:
        return RetryLater(_retry_after(extra.get("retry_after"), text), scope)
    if type(new_chat_id) is int:
        return Migrated(new_chat_id)
    if status == 401 or (status, text) in _TOKEN_TEXTS:
        return Unauthorized()
    if (chat_reason := _CHAT_TEXTS.get((status, text))) is not None:
        return Unreachable(chat_reason)
    meaning = _meaning(status, text)
    if isinstance(meaning, MessageReason):
        return Failed(meaning, description[:DESCRIPTION_LENGTH])
    return meaning


def _meaning(status: int, text: str) -> Done | Gone | MessageReason:
    if status == 400:
        for start, meaning in _MESSAGE_TEXTS:
            if text.startswith(start):
                return meaning
    return _BY_STATUS.get(status, MessageReason.BAD_REQUEST)


def _retry_after(given: object, text: str) -> float:
    seconds = DEFAULT_RETRY_AFTER
    if isinstance(given, int | float) and not isinstance(given, bool):
        seconds = float(given)
    elif found := re.search(r"retry after (\d{1,9})", text):
        seconds = float(found[1])
    return min(LONGEST_RETRY_AFTER, max(1.0, seconds))
