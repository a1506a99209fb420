"""Long polling: one poller at a time, the newer one wins; waiting is in real seconds."""

import asyncio
from time import monotonic

from bot.sandbox.errors import ApiError, conflict
from bot.sandbox.model import Json
from bot.sandbox.updates import UpdateQueue

LONGEST_POLL = 50
_CONFLICT_PAUSE = 3.0
_REPEATED_WITHIN = 3.0
_HASTY_WITHIN = 0.5


class _Poll:
    """One waiting request; `refusal` ends it."""

    refusal: ApiError | None = None


class Poller:
    """Answers one bot's getUpdates."""

    def __init__(self, queue: UpdateQueue) -> None:
        self._queue = queue
        self._current: _Poll | None = None
        self._last_offset: int | None = None
        self._last_start = 0.0
        self._next_conflict = 0.0

    async def poll(self, offset: int, *, limit: int, timeout: int) -> list[Json]:
        """Updates from `offset` on, as soon as there are any; 409 if another poller comes."""
        now = monotonic()
        if offset == self._last_offset:
            # Telegram slows down those who ask the same again and again.
            if timeout < _REPEATED_WITHIN and now < self._last_start + _REPEATED_WITHIN:
                timeout = int(_REPEATED_WITHIN)
            if now < self._last_start + _HASTY_WITHIN:
                limit = 1
        self._last_offset, self._last_start = offset, now
        self._queue.confirm(offset)
        found = self._queue.head(limit)
        if found or timeout == 0:
            return found
        self.stop(
            "terminated by other getUpdates request; "
            "make sure that only one bot instance is running"
        )
        return await self._wait(limit, now + timeout)

    async def _wait(self, limit: int, deadline: float) -> list[Json]:
        poll = self._current = _Poll()
        try:
            while True:
                self._queue.arrived.clear()
                if poll.refusal:
                    await self.pause()
                    raise poll.refusal
                left = deadline - monotonic()
                if (found := self._queue.head(limit)) or left <= 0:
                    return found
                try:
                    await asyncio.wait_for(self._queue.arrived.wait(), left)
                except TimeoutError:
                    pass  # the deadline is looked at above
        finally:
            if self._current is poll:
                self._current = None

    def stop(self, reason: str) -> None:
        """End the waiting request, if there is one, with a 409."""
        if self._current:
            self._current.refusal = conflict(reason)
            self._current = None
            self._queue.arrived.set()

    async def pause(self) -> None:
        """Before a 409: further ones within three seconds come late, to calm the contest."""
        now = monotonic()
        if now < self._next_conflict:
            await asyncio.sleep(_CONFLICT_PAUSE)
        else:
            self._next_conflict = now + _CONFLICT_PAUSE
