"""What changed, in order: the page's event stream reads it from any revision still kept."""

import asyncio
from collections import deque
from typing import Any

from bot.sandbox.model import Json

_KEPT = 2_000


class Feed:
    """A bounded history of changes that can be waited for."""

    def __init__(self) -> None:
        self.revision = 0
        self._history: deque[Json] = deque(maxlen=_KEPT)
        self._arrived = asyncio.Event()

    def publish(self, kind: str, **details: Any) -> None:
        """Record one change; details that are None are left out."""
        self.revision += 1
        change: Json = {"revision": self.revision, "kind": kind}
        change.update({name: value for name, value in details.items() if value is not None})
        self._history.append(change)
        if not self._arrived.is_set():
            self._arrived.set()

    def since(self, revision: int) -> list[Json] | None:
        """The changes after `revision`; None if they are no longer (or not yet) known."""
        missed = self.revision - revision
        if missed < 0 or missed > len(self._history):
            return None
        return list(self._history)[len(self._history) - missed :]

    async def wait_beyond(self, revision: int) -> None:
        """Return as soon as there is a change after `revision`."""
        while self.revision <= revision:
            self._arrived.clear()
            await self._arrived.wait()
