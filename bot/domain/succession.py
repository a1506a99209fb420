"""What becomes of the open work of a unit whose successor goes on with it; pure."""

from __future__ import annotations

from enum import StrEnum

from bot.domain.states import AssignmentState

# Somebody does it, or has done it.
_ALIVE = (AssignmentState.OPEN, AssignmentState.SUBMITTED, AssignmentState.ACCEPTED)


class Fate(StrEnum):
    """How one open assignment passes on, so that it is neither lost nor there twice."""

    ADD = "add"  # the successor has no such task: it gets one
    REOPEN = "reopen"  # its own was cancelled or not applicable: now it is to be done
    LEAVE = "leave"  # it has the same task already, open or done


def fate(of_successor: AssignmentState | None) -> Fate:
    """What the successor's own assignment of the same task (None: it has none) calls for."""
    if of_successor is None:
        return Fate.ADD
    return Fate.LEAVE if of_successor in _ALIVE else Fate.REOPEN
