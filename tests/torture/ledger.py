"""What arrived at the stand-in for Telegram, kept for as long as a trial lasts."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from bot.sandbox.calls import CallLog


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that a phone shows; `second` is of a clock that never goes back."""

    chat: int
    message_id: int
    second: float
    text: str


@dataclass(frozen=True, slots=True)
class Try:
    """A call that should have made a message; status 0 got no answer at all."""

    chat: int
    status: int
    second: float


class Ledger(CallLog):
    """The sandbox's log of calls that also keeps every new message and every try."""

    def __init__(self) -> None:
        super().__init__()
        self.arrivals: list[Arrival] = []
        self.tries: list[Try] = []

    def add(
        self,
        *,
        at: str,
        bot_id: int,
        method: str,
        parameters: dict[str, Any],
        status: int,
        answer: Any,
    ) -> None:
        """Record one call."""
        super().add(
            at=at, bot_id=bot_id, method=method, parameters=parameters, status=status, answer=answer
        )
        if method.lower() != "sendmessage":
            return
        second = time.monotonic()
        self.tries.append(Try(int(parameters["chat_id"]), status, second))
        if status == 200 and answer:
            message = answer["result"]
            chat = int(message["chat"]["id"])
            text = str(message.get("text", ""))
            self.arrivals.append(Arrival(chat, int(message["message_id"]), second, text))
