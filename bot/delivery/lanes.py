"""Whose turn it is among the lanes; pure.

Answers to people go before everything. The others share what is left: a lane that has little to
send is not kept waiting until a long broadcast is over, and one alone takes all.
"""

from __future__ import annotations

from bot.domain.states import Lane

# Of fourteen messages, when all lanes wait.
SHARES = {Lane.URGENT: 8, Lane.DIRECTIVE: 4, Lane.REMINDER: 1, Lane.REDRAW: 1}

Place = tuple[int, float, int]


class Turns:
    """Gives every message its place in the queue when it becomes ready (start-time fair queueing).

    Each lane has a clock that moves on by 1/share a message; the smallest is next. A lane that was
    empty begins at the present, so that it cannot save up turns.
    """

    def __init__(self) -> None:
        self._clocks = dict.fromkeys(SHARES, 0.0)
        self._present = 0.0

    def place(self, lane: Lane, message_id: int) -> Place:
        """Where this message stands; smaller comes first."""
        if lane not in SHARES:
            return (0, 0.0, message_id)
        begins = max(self._clocks[lane], self._present)
        self._clocks[lane] = begins + 1 / SHARES[lane]
        return (1, begins, message_id)

    def taken(self, place: Place) -> None:
        """The message at this place goes out now."""
        self._present = max(self._present, place[1])
