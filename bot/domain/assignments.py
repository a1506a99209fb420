"""The work's state of an assignment, and the one definition of "finished"."""

from __future__ import annotations

from bot.domain.states import AssignmentState

# Reminders stop here. "Submitted" counts as finished for the unit; staff may return it.
FINISHED = frozenset(
    {
        AssignmentState.SUBMITTED,
        AssignmentState.ACCEPTED,
        AssignmentState.NOT_APPLICABLE,
        AssignmentState.CANCELLED,
    }
)


def after_submission(state: AssignmentState, *, articles: int, expected: int) -> AssignmentState:
    """The state once `articles` that were not returned are recorded, `expected` being asked for."""
    if state is AssignmentState.OPEN and articles >= expected:
        return AssignmentState.SUBMITTED
    return state
