"""Slowing down who does too much at once, so that nobody else notices; pure, `now` is given.

One bucket of tokens for each person in each chat. Beyond it a press or command that repeats what
the person did moments ago is dropped, which loses nothing; all else only waits for its token.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.incoming import Sighting, UpdateKind

Whose = tuple[int, int]  # the person, the chat
_REMEMBERED = 64  # of what a person did last
_MOST_BUCKETS = 10_000


@dataclass(frozen=True, slots=True)
class Passed:
    """Handle it now."""


@dataclass(frozen=True, slots=True)
class Delayed:
    """Handle it after so many seconds, then without asking again. `tell`: the person has not been
    told yet that they are slowed down."""

    seconds: float
    tell: bool


@dataclass(frozen=True, slots=True)
class Dropped:
    """The same was done moments ago."""

    tell: bool


Verdict = Passed | Delayed | Dropped


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: datetime
    told: bool = False
    lately: deque[str] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))


class FloodGate:
    """What is remembered of everybody; a restart forgets it, which harms nobody."""

    def __init__(self, *, burst: int, per_second: float) -> None:
        self._burst = float(burst)
        self._rate = per_second
        self._buckets: dict[Whose, _Bucket] = {}
        self._promised: set[int] = set()

    def judge(self, update: int, seen: Sighting, *, chat: int, now: datetime) -> Verdict:
        """What becomes of an update, named by its number."""
        if update in self._promised:
            self._promised.remove(update)
            return Passed()
        if seen.sender is None:  # nobody's act
            return Passed()
        bucket = self._bucket((seen.sender, chat), now)
        is_repeated = seen.repeats is not None and seen.repeats in bucket.lately
        if bucket.tokens < 1 and is_repeated:
            return Dropped(tell=_tells(bucket))
        bucket.tokens -= 1
        if seen.repeats is not None:
            bucket.lately.append(seen.repeats)
        if bucket.tokens >= 0:
            return Passed()
        self.promise(update)
        # A press is answered when its turn comes: nothing could be said over it twice.
        tell = seen.kind is not UpdateKind.PRESS and _tells(bucket)
        return Delayed(-bucket.tokens / self._rate, tell)

    def promise(self, update: int) -> None:
        """Let it pass when it comes again: it had its token and was not handled then."""
        self._promised.add(update)

    def _bucket(self, whose: Whose, now: datetime) -> _Bucket:
        bucket = self._buckets.get(whose)
        if bucket is None:
            if len(self._buckets) >= _MOST_BUCKETS:
                self._forget_the_calm(now)
            bucket = self._buckets[whose] = _Bucket(self._burst, now)
        bucket.tokens = self._tokens(bucket, now)
        bucket.at = now
        if bucket.tokens >= self._burst:  # the flood is over
            bucket.told = False
            bucket.lately.clear()
        return bucket

    def _tokens(self, bucket: _Bucket, now: datetime) -> float:
        passed = max(0.0, (now - bucket.at).total_seconds())
        return min(self._burst, bucket.tokens + passed * self._rate)

    def _forget_the_calm(self, now: datetime) -> None:
        self._buckets = {
            whose: bucket
            for whose, bucket in self._buckets.items()
            if self._tokens(bucket, now) < self._burst
        }


def _tells(bucket: _Bucket) -> bool:
    is_first, bucket.told = not bucket.told, True
    return is_first
