"""The sandbox's own clock: real time plus an offset people may move."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


def system_time() -> datetime:
    """The machine's time, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Mark:
    """A named moment the host program offers for the clock."""

    label: str
    at: datetime


Marks = Callable[[], Awaitable[list[Mark]]]


class MovableClock:
    """Time for dates, expiry and retries; waiting sleepers notice when it is moved."""

    def __init__(self, real: Callable[[], datetime] = system_time) -> None:
        self._real = real
        self._offset = timedelta(0)
        self._moved = asyncio.Event()
        self._sleepers: set[object] = set()

    @property
    def sleepers(self) -> int:
        """How many wait for a moment; those a move has just woken do not count."""
        return len(self._sleepers)

    def now(self) -> datetime:
        """Sandbox time, aware, in UTC."""
        return (self._real() + self._offset).astimezone(UTC)

    def timestamp(self) -> int:
        """Sandbox time in whole Unix seconds, as Telegram dates everything."""
        return int((self._real() + self._offset).timestamp())

    def set(self, at: datetime) -> None:
        """Make it `at` (aware), forwards or backwards."""
        self._offset = at - self._real()
        self._wake()

    def advance(self, seconds: float) -> None:
        """Move by `seconds`."""
        self._offset += timedelta(seconds=seconds)
        self._wake()

    def reset(self) -> None:
        """Back to real time."""
        self._offset = timedelta(0)
        self._wake()

    def _wake(self) -> None:
        self._sleepers.clear()
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def wait_until(self, due: float) -> None:
        """Sleep until the sandbox time reaches `due` (Unix seconds), by waiting or by moving."""
        sleeper = object()
        while (left := due - self.now().timestamp()) > 0:
            self._sleepers.add(sleeper)
            try:
                await asyncio.wait_for(self._moved.wait(), left)
            except TimeoutError:
                pass  # the time came by waiting
            finally:
                self._sleepers.discard(sleeper)
