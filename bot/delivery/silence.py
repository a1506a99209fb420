"""How long Telegram gave no answer, for telling staff once it does again; pure."""

from __future__ import annotations

from datetime import datetime, timedelta

WORTH_TELLING = timedelta(minutes=10)


class Silence:
    """`ended` is how long a silence was that is over and was not told yet."""

    def __init__(self) -> None:
        self._since: datetime | None = None
        self.ended: timedelta | None = None

    def note(self, *, silent: bool, now: datetime) -> None:
        """What the last call has shown."""
        if silent:
            self._since = self._since or now
            return
        if self._since is not None and now - self._since >= WORTH_TELLING:
            self.ended = now - self._since
        self._since = None
