"""The state of a unit's work in words, the same on every sheet."""

from __future__ import annotations

from datetime import datetime

from bot.domain.assignments import FINISHED
from bot.domain.states import AssignmentState, Part
from bot.storage.assignments import TaskState
from bot.texts.moments import Moments


def state_of(task: TaskState, moments: Moments, *, now: datetime, came_up: bool = True) -> str:
    """`Hoàn thành đúng hạn (phối hợp) (gia hạn đến …)`; unless it `came_up`, `Không phát sinh`."""
    texts = moments.texts
    state = texts(_state_key(task, now=now, came_up=came_up))
    if task.part is Part.COOPERATE:
        state += f" ({texts('part.cooperate')})"
    if task.extended_from is not None and task.deadline_at is not None:
        state += f" ({texts('report.extended', moment=moments.short(task.deadline_at))})"
    return state


def _state_key(task: TaskState, *, now: datetime, came_up: bool) -> str:
    if task.is_watched and task.state is AssignmentState.NOT_APPLICABLE:
        return "report.state_watched"
    if task.state is AssignmentState.NOT_APPLICABLE:
        return "report.state_not_applicable" if came_up else "report.state_nothing"
    if task.state is AssignmentState.CANCELLED:
        return "report.state_cancelled"
    deadline = task.deadline_at
    if task.state in FINISHED:
        if deadline is None:
            return "report.state_done"
        late = task.submitted_at is not None and task.submitted_at > deadline
        return "report.state_done_late" if late else "report.state_done_on_time"
    if deadline is None:
        return "report.state_open_no_deadline"
    return "report.state_open_overdue" if now > deadline else "report.state_open_in_time"
