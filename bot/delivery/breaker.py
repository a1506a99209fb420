"""When Telegram does not answer, ask once a minute instead of with every message; pure.

Times are seconds of one clock that never goes back.
"""

from __future__ import annotations

OPENS_AFTER = 5  # calls in a row that got no answer
PROBE_SECONDS = 60.0


class Breaker:
    """Open while Telegram is unreachable: then one call a minute may try, the others wait."""

    def __init__(self) -> None:
        self.unanswered = 0
        self._probe_at = 0.0

    @property
    def is_open(self) -> bool:
        """Whether nothing but a probe may leave."""
        return self.unanswered >= OPENS_AFTER

    def note(self, *, answered: bool, now: float) -> None:
        """A call has ended; any answer, also a refusal, shows that Telegram is there."""
        if answered:
            self.unanswered = 0
            return
        self.unanswered += 1
        if self.is_open:
            self._probe_at = now + PROBE_SECONDS

    def wait(self, now: float) -> float:
        """Seconds until something may be sent."""
        return max(0.0, self._probe_at - now) if self.is_open else 0.0

    def allowed(self, connections: int, under_way: int, now: float) -> int:
        """How many calls may start now, of so many connections."""
        if not self.is_open:
            return connections - under_way
        return 1 if under_way == 0 and self.wait(now) == 0 else 0
