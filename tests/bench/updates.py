"""Updates for receivers: presses as Telegram sends them, and how the stand-in brings them.

The stand-in pushes: so many presses over so many connections, each connection the next one when
the last was answered, or so many a second; it takes the time until all were accepted and, if asked
to, until every press was answered.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bot.callbacks import Callback, Copy, Press
from tests.bench.wire import FIRST_CHAT, FIRST_MESSAGE, TEXT

SECRET = "bench-secret"
FIRST_UPDATE = 900_000_001
FIRST_RECIPIENT = 1_000_000  # as in `rows`


@dataclass(frozen=True, slots=True)
class Push:
    """What the stand-in is to bring, and where to."""

    port: int
    path: str
    presses: int
    connections: int
    answered: bool  # wait until each was answered, too
    per_second: float = 0.0  # 0: as fast as they are taken
    first: int = 0  # the number of the first one


@dataclass(frozen=True, slots=True)
class Pushed:
    """What came of it; the latencies in milliseconds, from arrival to what was waited for."""

    seconds: float
    p50: float
    p99: float


def press(number: int) -> bytes:
    """The contact of recipient `number` presses "Đã nhận" on the card."""
    recipient = FIRST_RECIPIENT + number
    callback = Callback(Press.ACKNOWLEDGE, (recipient,)).encode() + Copy(recipient, 0).suffix()
    user = {
        "id": FIRST_CHAT + recipient, "is_bot": False, "first_name": "Nguyễn Văn",
        "last_name": str(recipient), "language_code": "vi",
    }  # fmt: skip
    chat = {"id": user["id"], "first_name": "Nguyễn Văn", "type": "private"}
    message = {
        "message_id": FIRST_MESSAGE + number,
        "from": {"id": 7000000002, "is_bot": True, "first_name": "Bench", "username": "bench_bot"},
        "chat": chat,
        "date": 1_791_262_800,
        "text": TEXT,
        "reply_markup": {"inline_keyboard": [[{"text": "Đã nhận", "callback_data": callback}]]},
    }
    query = {
        "id": str(10**17 + number), "from": user, "message": message,
        "chat_instance": "-777", "data": callback,
    }  # fmt: skip
    return json.dumps({"update_id": FIRST_UPDATE + number, "callback_query": query}).encode()


def number_of(query_id: bytes) -> int:
    """Which press an answer is for."""
    return int(query_id) - 10**17


def as_body(push: Push) -> bytes:
    """A push as the stand-in reads it."""
    return json.dumps(asdict(push)).encode()


def pushed(body: bytes) -> Pushed:
    """What the stand-in tells."""
    told: Mapping[str, Any] = json.loads(body)
    return Pushed(**told)
