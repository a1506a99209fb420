"""The log of Bot API calls, for tests and for people who look what their bot does."""

from collections import deque
from typing import Any

from bot.sandbox.model import Json

_KEPT = 5_000


class CallLog:
    """The last calls with their answers; tokens never enter it."""

    def __init__(self) -> None:
        self._last = 0
        self._calls: deque[Json] = deque(maxlen=_KEPT)

    def add(
        self, *, at: str, bot_id: int, method: str, parameters: Json, status: int, answer: Any
    ) -> None:
        """Record one call; status 0 means that it got no answer."""
        self._last += 1
        self._calls.append(
            {
                "n": self._last,
                "at": at,
                "bot_id": bot_id,
                "method": method,
                "parameters": parameters,
                "status": status,
                "answer": answer,
            }
        )

    def since(self, n: int = 0) -> list[Json]:
        """Calls after number `n`, oldest first."""
        return [call for call in self._calls if call["n"] > n]

    def clear(self) -> None:
        """Forget the calls; numbers go on."""
        self._calls.clear()
