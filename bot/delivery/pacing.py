"""How fast Telegram may be asked: overall, per private chat, per group; pure.

Whose turn it is, is not decided here: the sender asks whether a chat may be written to now. Times
are seconds of one clock that never goes back, such as `time.monotonic`; all state is in memory,
waits that must survive a restart belong into the rows.
"""

import math
from collections import deque
from dataclasses import dataclass

from bot.domain.states import ChatKind

FORGET_EVERY = 1_000  # sends between two looks for chats that have been quiet for long enough
SLOWEST = 1 / 16  # of the full rate, however often Telegram complains
RECOVERY_SECONDS = 300.0  # from nothing back to the full rate
LATELY = 64  # calls whose duration tells how far away Telegram is
BOT_WIDE_CHATS = 3  # so many different chats refused ...
BOT_WIDE_SECONDS = 5.0  # ... within this time: it was not about the chats


@dataclass(frozen=True, slots=True)
class Limit:
    """In any `t` seconds at most `burst + rate * t` sends; `rate` is per second."""

    rate: float
    burst: int

    @classmethod
    def within(cls, count: int, *, seconds: float, burst: int) -> "Limit":
        """The limit that never lets more than `count` pass in any window of `seconds`."""
        return cls(rate=(count - burst) / seconds, burst=burst)

    def __post_init__(self) -> None:
        if self.rate <= 0 or self.burst < 1:
            raise ValueError(f"a limit lets something pass: {self}")

    @property
    def tolerance(self) -> float:
        """How many seconds ahead of its rate a sender may be."""
        return (self.burst - 1) / self.rate


TWENTY_A_MINUTE = Limit.within(20, seconds=60, burst=3)


class Second:
    """How many calls may begin now so that Telegram never counts more than `most` within a second,
    although stalls and the network bring together what was sent apart.

    A call is counted at some moment before its answer. The quickest call of late tells how long the
    way there and back takes at least: a new call is not counted before the way there is done, an
    old one was counted no later than the way back before its answer.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._ended: deque[float] = deque()
        self._durations: deque[float] = deque(maxlen=LATELY)

    def ended(self, now: float, *, seconds: float) -> None:
        """A call has its answer, after so many `seconds`."""
        self._ended.append(now)
        self._durations.append(seconds)

    def free(self, now: float, *, under_way: int) -> int:
        """How many calls may begin beside those that are under way."""
        span = self._span()
        while self._ended and self._ended[0] <= now - span:
            self._ended.popleft()
        return max(0, self._most - under_way - len(self._ended))

    def wait_for(self, now: float, *, under_way: int) -> float:
        """Seconds until a call may begin, 0 for now; endless if first one must end."""
        if self.free(now, under_way=under_way):
            return 0.0
        oldest = under_way + len(self._ended) - self._most  # with this one gone there is room
        if oldest >= len(self._ended):
            return math.inf
        return self._ended[oldest] + self._span() - now

    def _span(self) -> float:
        return max(0.0, 1.0 - min(self._durations, default=0.0))


@dataclass(frozen=True, slots=True)
class Limits:
    """Telegram's customary limits with a little room; the exact ones are unpublished."""

    overall: Limit = Limit(rate=25, burst=5)
    private: Limit = Limit(rate=1, burst=3)
    group: Limit = TWENTY_A_MINUTE

    @classmethod
    def at(cls, per_second: float, private_per_second: float, group_per_minute: float) -> "Limits":
        """The limits for these rates."""
        return cls(
            # After a stall what was missed is made up for: `a_second` keeps that within bounds.
            overall=Limit(rate=per_second, burst=math.ceil(per_second / 2)),
            private=Limit(rate=private_per_second, burst=3),
            group=Limit.within(int(group_per_minute), seconds=60, burst=3),
        )

    @property
    def a_second(self) -> int:
        """The most that Telegram may count in any second: 29 at 25 a second, where it takes 30."""
        return math.ceil(self.overall.rate * 1.16)

    @property
    def kept_for_answers(self) -> int:
        """So many of a second's calls a broadcast does not use; few enough to leave it some."""
        return min(2, self.a_second // 4)

    def of(self, kind: ChatKind) -> Limit:
        """The limit of one chat of this kind; a channel counts as a group."""
        return self.group if kind is ChatKind.GROUP else self.private


class Pacer:
    """Token buckets, each kept as one number: the time at which it is full again."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._full_at = 0.0
        self._chats_full_at: dict[int, float] = {}
        self._held_until: dict[int, float] = {}
        self._all_held_until = 0.0
        self._refused: deque[tuple[float, int]] = deque()
        self._slowed_at = 0.0
        self._slowed_share = 1.0
        self._takes = 0

    def wait_for(
        self, chat_id: int | None, kind: ChatKind, now: float, *, leaving: int = 0
    ) -> float:
        """Seconds until this chat may be written to, 0 for now; None for a call without a chat.
        What is in no hurry goes only while so many more may follow it at once."""
        overall = self._limits.overall
        ready_at = max(self._full_at - overall.tolerance, self._all_held_until)
        if chat_id is not None:
            full_at = self._chats_full_at.get(chat_id, 0.0)
            held_until = self._held_until.get(chat_id, 0.0)
            limit = self._limits.of(kind)
            tolerance = max(0.0, limit.tolerance - leaving / limit.rate)
            ready_at = max(ready_at, full_at - tolerance, held_until)
        # A sum of fractions may miss by a hair what it should be; nobody waits for a hair.
        return ready_at - now if ready_at - now > 1e-6 else 0.0

    def take(self, chat_id: int | None, kind: ChatKind, now: float) -> None:
        """Count one send; ask `wait_for` first."""
        self._full_at = max(self._full_at, now) + 1 / self.rate(now)
        if chat_id is not None:
            full_at = max(self._chats_full_at.get(chat_id, 0.0), now)
            self._chats_full_at[chat_id] = full_at + 1 / self._limits.of(kind).rate
        self._takes += 1
        if self._takes % FORGET_EVERY == 0:
            self._forget(now)

    def hold(self, chat_id: int | None, until: float, *, now: float) -> bool:
        """Telegram said "too many requests": wait with this chat, or with all if it is None.

        Several chats refused at once were not refused for their own sake: then all wait too, and
        the answer is True.
        """
        if chat_id is not None:
            self._held_until[chat_id] = max(self._held_until.get(chat_id, 0.0), until)
            if not self._is_bot_wide(chat_id, now):
                return False
        if now >= self._all_held_until:  # answers to what was under way count as one complaint
            self._slowed_share = max(self._share(now) / 2, SLOWEST)
            self._slowed_at = now
        self._all_held_until = max(self._all_held_until, until)
        return True

    def rate(self, now: float) -> float:
        """Sends a second allowed at present; lower for a while after a bot-wide complaint."""
        return self._limits.overall.rate * self._share(now)

    def _share(self, now: float) -> float:
        return min(1.0, self._slowed_share + max(0.0, now - self._slowed_at) / RECOVERY_SECONDS)

    def _is_bot_wide(self, chat_id: int, now: float) -> bool:
        self._refused.append((now, chat_id))
        while self._refused[0][0] < now - BOT_WIDE_SECONDS:
            self._refused.popleft()
        return len({chat for _, chat in self._refused}) >= BOT_WIDE_CHATS

    def _forget(self, now: float) -> None:
        """Drop the chats whose bucket is full and whose wait is over: they are like new ones."""
        self._chats_full_at = {chat: at for chat, at in self._chats_full_at.items() if at > now}
        self._held_until = {chat: at for chat, at in self._held_until.items() if at > now}
