"""How much a bot may send: Telegram's published rates, enforced with "retry after".

The rates follow a clock that only goes on, the machine's own if no other is given, not the movable
one: a clock moved by a day would otherwise hand out a day's worth of room.
"""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from bot.sandbox.errors import ApiError, too_many_requests

_GROUP_WINDOW = 60.0
_IDLE_CHATS = 10_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What is enforced; None switches a rate off."""

    per_second: int | None = 30
    private_per_second: float | None = 1.0
    # Short bursts in one private chat pass.
    private_burst: int = 4
    group_per_minute: int | None = 20
    # How long a tap waits for its answer, by the movable clock.
    callback_answer_seconds: int = 30

    @classmethod
    def off(cls) -> "Limits":
        """Nothing is limited."""
        return cls(per_second=None, private_per_second=None, group_per_minute=None)


class Pacer:
    """Counts one bot's messages; refused ones do not count."""

    def __init__(self, limits: Limits, *, time: Callable[[], float] = monotonic) -> None:
        self.limits = limits
        self._time = time
        self._recent: deque[float] = deque()
        # When a private chat's messages so far are paid off, at its own rate.
        self._paid_at: dict[int, float] = {}
        self._groups: dict[int, deque[float]] = {}

    def admit(self, chat_id: int, count: int = 1) -> None:
        """Let `count` messages to a chat pass or raise the 429 Telegram would give."""
        now = self._time()
        is_group = chat_id < 0
        wait = max(
            self._wait_overall(now, count),
            self._wait_group(now, chat_id, count) if is_group else self._wait_private(now, chat_id),
        )
        if wait > 0:
            raise self._refusal(wait)
        self._count(now, chat_id, count)

    @staticmethod
    def _refusal(wait: float) -> ApiError:
        return too_many_requests(max(1, math.ceil(wait)))

    def _count(self, now: float, chat_id: int, count: int) -> None:
        limits = self.limits
        if limits.per_second is not None:
            self._recent.extend([now] * count)
        if chat_id < 0:
            if limits.group_per_minute is not None:
                self._groups.setdefault(chat_id, deque()).extend([now] * count)
        elif limits.private_per_second is not None:
            paid = max(now, self._paid_at.get(chat_id, now))
            self._paid_at[chat_id] = paid + count / limits.private_per_second
            if len(self._paid_at) > _IDLE_CHATS:
                self._paid_at = {chat: at for chat, at in self._paid_at.items() if at > now}

    def _wait_overall(self, now: float, count: int) -> float:
        if self.limits.per_second is None:
            return 0.0
        return _window_wait(self._recent, now, 1.0, self.limits.per_second, count)

    def _wait_group(self, now: float, chat_id: int, count: int) -> float:
        if self.limits.group_per_minute is None:
            return 0.0
        sent = self._groups.get(chat_id)
        if sent is None:
            return 0.0
        return _window_wait(sent, now, _GROUP_WINDOW, self.limits.group_per_minute, count)

    def _wait_private(self, now: float, chat_id: int) -> float:
        rate = self.limits.private_per_second
        if rate is None:
            return 0.0
        debt = self._paid_at.get(chat_id, now) - now
        return debt - (self.limits.private_burst - 1) / rate


def _window_wait(sent: deque[float], now: float, seconds: float, most: int, count: int) -> float:
    """Seconds until `count` more fit into the window; an album larger than it waits it out."""
    while sent and sent[0] <= now - seconds:
        sent.popleft()
    excess = len(sent) + min(count, most) - most
    return sent[excess - 1] + seconds - now if excess > 0 else 0.0
