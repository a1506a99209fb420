"""What a call to Telegram can come back with: an answer, or one of a few failures; pure.

The transport gives these, `retry` judges them. What they mean for a message is not said here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Trouble(StrEnum):
    """Why a call has no answer, or none that can be believed."""

    DNS = "dns"
    CONNECT = "connect"
    CONNECT_TIMEOUT = "connect_timeout"
    TLS = "tls"
    PROXY = "proxy"
    ANSWER_TIMEOUT = "answer_timeout"
    RESET = "reset"
    BROKEN_ANSWER = "broken_answer"
    TOO_LONG = "too_long"
    NOT_TELEGRAM = "not_telegram"
    SERVER_ERROR = "server_error"
    CANCELLED = "cancelled"
    OTHER = "other"


class TransportError(Exception):
    """No answer came; `trouble` says why, the text never holds an address or the token."""

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        super().__init__(f"{trouble} ({detail})" if detail else str(trouble))
        self.trouble = trouble


class NotSent(TransportError):
    """Surely not sent: no byte of the request left this machine."""


class Unknown(TransportError):
    """Perhaps sent: the request had left, and its end was not seen."""


class TooLong(ValueError):
    """The answer is longer than was allowed."""


@dataclass(slots=True)
class Flight:
    """What is asked after a cancellation: had anything of the request left this machine?"""

    left: bool = False


@dataclass(slots=True)
class Answer:
    """An HTTP status with Telegram's JSON object; `body` is None if anything else came."""

    status: int
    body: Mapping[str, object] | None = field(repr=False)


class DownloadReason(StrEnum):
    """Why a file will not come, however often it is asked for."""

    TOO_LARGE = "too_large"
    NOT_FOUND = "not_found"


class DownloadRefused(Exception):
    """The file cannot be had; asking again for the same path does not help."""

    def __init__(self, reason: DownloadReason) -> None:
        super().__init__(reason)
        self.reason = reason


class BotApi(Protocol):
    """How the other parts that ask Telegram something see the transport."""

    async def call(
        self, method: str, payload: Mapping[str, object], *, read_timeout: float
    ) -> Answer:
        """Call a method; raises TransportError if there is no answer."""

    async def download(self, file_path: str, *, limit: int) -> bytes:
        """The file, at most `limit` bytes; raises DownloadRefused or TransportError."""
