"""Whether the ticks run: administrators are told once when one has not for two of its intervals,
and once more when it does again. What a tick does is not known here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from bot.actions import alarms, replies
from bot.actions.replies import Said
from bot.runtime import Runtime
from bot.storage import kept

_log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
HANGING = "tick_hangs"
_INTERVALS = 2
_AGAIN_SECONDS = 10.0


@dataclass(slots=True)
class _Job:
    """One thing that is done at intervals, in a round after others."""

    round: str
    seconds: float
    alive: float  # when last something went well in its round, unless itself it failed
    alive_at: datetime  # the same for people
    under_way: bool = False
    has_failed: bool = False
    has_ended: bool = False


@dataclass(frozen=True, slots=True)
class _Alarm:
    """What was told to hang, and since when."""

    name: str
    since: datetime

    def values(self) -> replies.Values:
        """What its sentences speak of."""
        return {"tick": Said(f"tick.{self.name}"), "since": self.since}


class Watch:
    """Looks at the ticks of one instance from beside them.

    Its time is the number of its own looks, which wait by the event loop's clock: a clock that is
    moved does not touch it, and while the whole process stands still it stands too.
    """

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._time = 0.0
        self._jobs: dict[str, _Job] = {}
        self._alarm: _Alarm | None = None
        self._has_asked = False  # whether an earlier instance left an alarm behind
        self._noticed: str | None = None
        self._again = 0.0  # not to be tried before

    @contextmanager
    def doing(self, name: str, *, of: str, seconds: float) -> Iterator[None]:
        """Around a part of what is done again after so many seconds, in a round of this name. Where
        one part ends well the whole round lives: what comes later has only to wait."""
        job = self._jobs.setdefault(name, _Job(of, seconds, self._time, self._rt.now()))
        job.under_way = job.has_failed = True
        try:
            yield
            job.has_failed, job.has_ended = False, True
            for each in self._jobs.values():
                if each.round == of and not each.has_failed:
                    each.alive, each.alive_at = self._time, self._rt.now()
        finally:
            job.under_way = False

    async def run(self, stop: asyncio.Event) -> None:
        """Look until told to stop."""
        while not stop.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await stop.wait()
            await self.look()

    async def look(self) -> None:
        """Look once, one look's time after the last one."""
        self._time += LOOK_SECONDS
        if self._time < self._again:
            return
        try:
            await self._tell()
        except Exception:
            # What hinders the tick may hinder this.
            _log.exception("alarm_not_told")
            self._again = self._time + _AGAIN_SECONDS

    async def _tell(self) -> None:
        if not self._has_asked:
            self._alarm, self._has_asked = await self._left_behind(), True
        if self._alarm is None:
            name = self._hanging()
            if name is not None:
                await self._raise_alarm(_Alarm(name, self._jobs[name].alive_at))
        elif self._runs(self._alarm.name):
            await self._end_alarm(self._alarm)

    async def _left_behind(self) -> _Alarm | None:
        async with self._rt.read() as session:
            value = await kept.get(session, HANGING)
        return _Alarm(value["tick"], datetime.fromisoformat(value["since"])) if value else None

    def _hanging(self) -> str | None:
        """What hangs: rather what is under way than what waits behind it."""
        late = [name for name, job in self._jobs.items() if self._is_late(job)]
        return min(late, key=lambda name: not self._jobs[name].under_way, default=None)

    def _is_late(self, job: _Job) -> bool:
        return self._time - job.alive > _INTERVALS * job.seconds

    def _runs(self, name: str) -> bool:
        job = self._jobs.get(name)
        return job is not None and job.has_ended and not self._is_late(job)

    async def _raise_alarm(self, alarm: _Alarm) -> None:
        now = self._rt.now()
        value = {"tick": alarm.name, "since": alarm.since.isoformat()}
        if self._noticed != alarm.name:  # once, however long the database takes
            _log.error("tick_hangs", extra=value)
        self._noticed = alarm.name
        async with self._rt.write() as session:
            await kept.put(session, HANGING, value, now=now)
            await alarms.tell(session, "watch.hangs", now=now, values=alarm.values())
        self._alarm = alarm

    async def _end_alarm(self, alarm: _Alarm) -> None:
        async with self._rt.write() as session:
            await kept.forget(session, HANGING)
            values = alarm.values()
            await alarms.tell(session, "watch.runs_again", now=self._rt.now(), values=values)
        self._alarm = self._noticed = None
        _log.warning("tick_runs_again", extra={"tick": alarm.name})
