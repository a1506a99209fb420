"""The work's state of an assignment, and the one definition of "finished"."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.domain.states import AssignmentState, Part

# Reminders stop here. "Submitted" counts as finished for the unit; staff may return it.
FINISHED = frozenset(
    {
        AssignmentState.SUBMITTED,
        AssignmentState.ACCEPTED,
        AssignmentState.NOT_APPLICABLE,
        AssignmentState.CANCELLED,
    }
)
# Work of which something can be accepted or returned: of what is dropped or cancelled nothing is.
REVIEWED = (AssignmentState.OPEN, AssignmentState.SUBMITTED, AssignmentState.ACCEPTED)

# Work for which something can be submitted.
TAKING = (AssignmentState.OPEN, AssignmentState.SUBMITTED)


def begins_as(part: Part) -> AssignmentState:
    """The state of work that is given: of who only watches nothing is asked."""
    return AssignmentState.NOT_APPLICABLE if part is Part.WATCH else AssignmentState.OPEN


def by_deadline(deadline_at: datetime | None) -> tuple[bool, float]:
    """For sorting: the nearest first, those without one last."""
    return (True, 0.0) if deadline_at is None else (False, deadline_at.timestamp())


def after_submission(state: AssignmentState, *, articles: int, expected: int) -> AssignmentState:
    """The state once `articles` that were not returned are recorded, `expected` being asked for."""
    if state is AssignmentState.OPEN and articles >= expected:
        return AssignmentState.SUBMITTED
    return state


def after_review(
    state: AssignmentState,
    *,
    counted: int,
    accepted: int,
    undecided: int,
    expected: int,
    reported_done: bool = False,
) -> AssignmentState:
    """The state once something was accepted, returned, or such a word taken back: of what was
    submitted `counted` is not returned, `accepted` of it accepted and `undecided` not decided.
    `reported_done`: the unit says that it has done it with fewer than `expected`."""
    if state not in REVIEWED:
        return state
    if accepted >= expected and not undecided:
        return AssignmentState.ACCEPTED
    if counted >= expected or reported_done:
        return AssignmentState.SUBMITTED
    return AssignmentState.OPEN


def is_all_accepted(states: Iterable[AssignmentState]) -> bool:
    """Whether all that is asked is accepted, and anything is: what is not asked any more, or never
    was, counts for nothing."""
    asked = set(states) & set(REVIEWED)
    return asked == {AssignmentState.ACCEPTED}
