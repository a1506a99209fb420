"""APScheduler's wiring: interval ticks in memory, nothing else. What is due stands in columns."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.runtime import Runtime, Wake
from scheduler import jobs
from scheduler.watch import Watch

_log = logging.getLogger(__name__)

_TICK_SECONDS = 5
_SEAL_SECONDS = 5
_AUDIT_SECONDS = 60
_PRUNE_SECONDS = 600
_WAKE_SECONDS = 3600.0

Job = Callable[[Runtime], Awaitable[bool]]


class Ticks:
    """The ticking of one instance; runs only while it holds the lease."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._busy = asyncio.Lock()
        self._watch = Watch(rt)

    async def run(self, stop: asyncio.Event) -> None:
        """Tick until told to stop; a moved clock or new work makes it tick at once."""
        scheduler = AsyncIOScheduler(timezone="UTC")
        # Late is never too late, many missed ticks are one, and a slow one does not overlap.
        for job, seconds in (
            (self.tick, _TICK_SECONDS),
            (self.audit, _AUDIT_SECONDS),
            (self.prune, _PRUNE_SECONDS),
            (self.seal, _SEAL_SECONDS),
        ):
            scheduler.add_job(
                job,
                "interval",
                seconds=seconds,
                misfire_grace_time=None,
                coalesce=True,
                max_instances=1,
            )
        scheduler.start()
        watch = asyncio.create_task(self._watch.run(stop), name="watch")
        try:
            while not stop.is_set():
                await self._rt.signals.wait(Wake.REMINDERS, _WAKE_SECONDS)
                await self.tick()
        finally:
            scheduler.shutdown(wait=False)
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)

    async def tick(self) -> None:
        """Do all that is due now."""
        async with self._busy:
            # First who does what, then who is reminded of it.
            for job in (
                jobs.note_look,
                jobs.change_units,
                jobs.end_deputies,
                jobs.settle_answers,
                jobs.tell_decisions,
                jobs.make_recurring_drafts,
                jobs.open_periods,
                jobs.plan_by_new_calendar,
                jobs.queue_due_reminders,
                jobs.tell_what_was_missed,
                jobs.remind_of_questions,
                jobs.send_digests,
                jobs.ask_again_after_outage,
            ):
                await self._finish(job)

    async def seal(self) -> None:
        """Seal what has happened since the last time."""
        await self._finish(jobs.seal_events, of="seal", seconds=_SEAL_SECONDS)

    async def audit(self) -> None:
        """Look once whether what must always hold does; beside the ticks, which never wait."""
        await self._finish(jobs.audit, of="audit", seconds=_AUDIT_SECONDS)
        await self._finish(jobs.tell_head, of="audit", seconds=_AUDIT_SECONDS)

    async def prune(self) -> None:
        """Erase what has been kept long enough, if it is time."""
        await self._finish(jobs.prune, of="prune", seconds=_PRUNE_SECONDS)

    async def _finish(self, job: Job, *, of: str = "tick", seconds: int = _TICK_SECONDS) -> None:
        """Do it until nothing is left; each part of it that ends is a sign of life."""
        more = True
        try:
            while more:
                with self._watch.doing(job.__name__, of=of, seconds=seconds):
                    more = await job(self._rt)
        except Exception:
            # The next tick tries again; what was not committed is still due.
            _log.exception("tick_failed")
