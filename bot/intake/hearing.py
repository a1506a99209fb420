"""Keeping when Telegram was last heard: written down once a minute, by whatever way updates come.

A poller notes every answer to its question. Who is called by Telegram instead notes, now and then,
that it is reachable and nothing waits there: that nobody calls is no silence.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bot.actions import outages
from bot.runtime import Runtime

_log = logging.getLogger(__name__)

_EVERY = timedelta(minutes=1)


class Hearing:
    """What one process has noted."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._noted_at: datetime | None = None

    async def note(self, asked_at: datetime) -> None:
        """Telegram has just given all it had; `asked_at` is when it was asked, for the clock may
        have been moved while it kept us waiting."""
        now = self._rt.now()
        noted = self._noted_at
        if noted is not None and timedelta(0) <= now - noted < _EVERY:
            return
        async with self._rt.write() as session:
            outage = await outages.heard(session, asked_at=asked_at, now=now)
        self._noted_at = now
        if outage is not None:
            hours = (outage.until - outage.since).total_seconds() / 3600
            _log.error("updates_may_be_lost", extra={"hours": round(hours, 1)})
