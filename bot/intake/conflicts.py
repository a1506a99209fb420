"""Another program asks Telegram with the same token: noticed, and told to administrators once.

Each takes updates from the other. That it was told stands in the database, so that a restart does
not tell it again and `dondoc check` can say it.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bot.actions import alarms
from bot.runtime import Runtime
from bot.storage import kept

_log = logging.getLogger(__name__)

KEPT = "telegram_conflict"
# One refusal alone may be the last question of an instance that has just been relieved.
_SEVERAL = 2
_CALM = timedelta(minutes=10)


class Conflicts:
    """What the answers to our questions say about somebody else's."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._refused: list[datetime] = []
        self._calm_since = rt.now()
        self._is_over = False

    async def refused(self) -> None:
        """Telegram said 409, or sends somewhere else than we told it."""
        now = self._rt.now()
        self._refused = [at for at in self._refused if now - at < _CALM] + [now]
        self._calm_since, self._is_over = now, False
        _log.warning("telegram_conflict", extra={"times": len(self._refused)})
        if len(self._refused) < _SEVERAL:
            return
        async with self._rt.write() as session:
            if await kept.get(session, KEPT):
                return
            _log.error("another_program_has_the_token")
            await kept.put(session, KEPT, {"since": now.isoformat()}, now=now)
            await alarms.tell(session, "intake.conflict", now=now)

    async def answered(self) -> None:
        """Telegram answered as it should; when it has for a while, the conflict is over."""
        if self._is_over or self._rt.now() - self._calm_since < _CALM:
            return
        async with self._rt.write() as session:
            await kept.forget(session, KEPT)
        self._is_over = True
