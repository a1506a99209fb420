"""The state of a directive, counted once, for chat, board and files alike. Its articles are counted
in `article_report`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.article_numbers import TaskProgress
from bot.domain.assignments import FINISHED
from bot.domain.reach import Reach, reach_of
from bot.domain.rights import Scope
from bot.domain.states import AnswerKind, AssignmentState, ReceiptState
from bot.errors import NotFound
from bot.storage import (
    answers,
    assignments,
    chases,
    directives,
    outbox,
    reminder_lines,
    snoozing,
    standings,
)
from bot.storage.answers import Agreed
from bot.storage.assignments import TaskState
from bot.storage.chases import Chased
from bot.storage.receipts import Receipt
from bot.storage.reminder_lines import NotReminded
from bot.storage.standings import OfUnit
from bot.storage.tables import Directive, Task

NOT_ASKED = (AssignmentState.NOT_APPLICABLE, AssignmentState.CANCELLED)


@dataclass(frozen=True, slots=True)
class UnitState:
    """One unit of a directive: reached, acknowledged, and what became of each task."""

    addressee_id: int
    unit_name: str
    reach: Reach
    standing: OfUnit
    state: ReceiptState
    tasks: tuple[TaskState, ...]
    chased: Chased | None = None  # by hand, whatever of
    agreed: tuple[Agreed, ...] = ()  # what it need not do by the office's word

    @property
    def receipt(self) -> Receipt | None:
        """The confirmation by which the unit's is complete."""
        return self.standing.completed

    @property
    def acknowledged(self) -> bool:
        """The unit confirmed, by the directive's rule."""
        return self.standing.is_complete

    @property
    def is_counted(self) -> bool:
        """Somebody confirmed, or is to: who has nothing left to do is not asked to."""
        is_cancelled = all(task.state is AssignmentState.CANCELLED for task in self.tasks)
        return bool(self.standing.given) or not is_cancelled

    def came_up(self, task: TaskState) -> bool:
        """Not if the office agreed that there was nothing to do the task about; what was said of it
        alone goes before what was said of all."""
        of_task = (task.position, task.period)
        own = [said for said in self.agreed if (said.position, said.period) == of_task]
        said = own or [said for said in self.agreed if said.position is None]
        return not said or said[-1].kind is not AnswerKind.NOTHING

    @property
    def asked(self) -> tuple[TaskState, ...]:
        """The tasks of which something is asked of it, now or until they were finished."""
        return tuple(task for task in self.tasks if task.state not in NOT_ASKED)

    @property
    def finished(self) -> int:
        """How many of these are finished."""
        return sum(task.state in FINISHED for task in self.asked)


@dataclass(frozen=True, slots=True)
class Work:
    """Assignments in the four classes that offices report; and apart those that were given and need
    not be done: the office agreed that nothing came up, or that it cannot be done."""

    done_on_time: int
    done_late: int
    open_in_time: int
    open_overdue: int
    dropped: int = 0

    @property
    def total(self) -> int:
        """All assignments that are asked."""
        return self.done_on_time + self.done_late + self.open_in_time + self.open_overdue


@dataclass(frozen=True, slots=True)
class Column:
    """A task in a table of a directive; one that recurs has a column for every period."""

    task_id: int
    position: int
    title: str
    deadline_at: datetime | None
    period: str = ""

    def holds(self, task: TaskState) -> bool:
        """Whether a unit's work stands in this column."""
        return (task.task_id, task.period) == (self.task_id, self.period)


@dataclass(frozen=True, slots=True)
class DirectiveNumbers:
    """A directive and all its units at one moment."""

    directive: Directive
    tasks: tuple[Task, ...]
    units: tuple[UnitState, ...]
    work: Work
    not_reminded: NotReminded
    at: datetime
    put_off: int = 0  # units that have put reminders off now
    chased: Chased | None = None  # by hand, any of its units

    @property
    def acknowledged(self) -> int:
        """How many units confirmed."""
        return sum(unit.acknowledged for unit in self.units)

    def columns(self) -> tuple[Column, ...]:
        """The tasks in their order, and the periods that were opened of each. The deadline of an
        earlier period is that of most units: some may have been given a later one."""
        return tuple(
            Column(task.id, task.position, task.short_title, deadline_at, period)
            for task in self.tasks
            for period, deadline_at in sorted(self._deadlines(task).items())
        )

    def progress(self) -> tuple[TaskProgress, ...]:
        """How far the units are, by column; who is asked nothing is left out."""
        asked: dict[tuple[int, str], list[TaskState]] = defaultdict(list)
        for unit in self.units:
            for task in unit.asked:
                asked[task.task_id, task.period].append(task)
        return tuple(_progress(each, asked[each.task_id, each.period]) for each in self.columns())

    def progress_now(self) -> tuple[TaskProgress, ...]:
        """The same of all tasks; of one that recurs, of its newest period."""
        newest = {(task.position, task.period) for task in self.tasks}
        return tuple(each for each in self.progress() if (each.position, each.period) in newest)

    def _deadlines(self, task: Task) -> dict[str, datetime | None]:
        """By period."""
        counted: dict[str, Counter[datetime | None]] = defaultdict(Counter)
        for unit in self.units:
            for each in unit.tasks:
                if each.task_id == task.id:
                    counted[each.period][each.deadline_at] += 1
        of_most = {period: found.most_common(1)[0][0] for period, found in counted.items()}
        return {**of_most, task.period: task.deadline_at}

    @property
    def unreached(self) -> tuple[UnitState, ...]:
        """Units that surely did not get the directive."""
        return tuple(unit for unit in self.units if unit.reach in (Reach.NOBODY, Reach.FAILED))


async def directive_numbers(
    session: AsyncSession, directive_id: int, *, now: datetime, scope: Scope | None = None
) -> DirectiveNumbers:
    """Count a directive, or what of it lies within somebody's limits; NotFound if there is none."""
    directive = await directives.get(session, directive_id)
    if directive is None:
        raise NotFound("directive.unknown")
    addressees = await directives.addressees(session, directive_id, scope=scope)
    ids = [addressee.id for addressee in addressees]
    confirmed = {
        each.addressee.id: each for each in await standings.judged(session, directive, addressees)
    }
    reach = await outbox.states_by_addressee(session, directive_id=directive_id)
    tasks_of: dict[int, list[TaskState]] = defaultdict(list)
    for task in await assignments.task_states(session, addressee_ids=ids):
        tasks_of[task.addressee_id].append(task)
    chased = await chases.last(session, ids)
    agreed: dict[int, list[Agreed]] = defaultdict(list)
    for said in await answers.agreed(session, ids):
        agreed[said.addressee_id].append(said)
    units = tuple(
        UnitState(
            addressee_id=addressee.id,
            unit_name=addressee.unit_name,
            reach=reach_of(reach.get(addressee.id, ())),
            standing=confirmed[addressee.id].standing,
            state=confirmed[addressee.id].state,
            tasks=tuple(tasks_of[addressee.id]),
            chased=chased.get(addressee.id),
            agreed=tuple(agreed[addressee.id]),
        )
        for addressee in addressees
    )
    return DirectiveNumbers(
        directive=directive,
        tasks=tuple(await directives.tasks(session, directive_id)),
        units=units,
        work=_work((task for unit in units for task in unit.tasks), now=now),
        not_reminded=await reminder_lines.not_reminded(
            session, directive_id=directive_id, scope=scope
        ),
        put_off=await snoozing.count_units(
            session, directive_id=directive_id, now=now, scope=scope
        ),
        at=now,
        chased=await chases.of_directive(session, directive_id, scope=scope),
    )


def _progress(column: Column, asked: Sequence[TaskState]) -> TaskProgress:
    return TaskProgress(
        position=column.position,
        period=column.period,
        units=len(asked),
        enough=sum(task.articles >= task.expected for task in asked),
        accepted=sum(task.state is AssignmentState.ACCEPTED for task in asked),
        finished=sum(task.state in FINISHED for task in asked),
        expected=sum(task.expected for task in asked),
    )


def _work(tasks: Iterable[TaskState], *, now: datetime) -> Work:
    on_time = late = in_time = overdue = dropped = 0
    for task in tasks:
        if task.state in NOT_ASKED:
            dropped += task.state is AssignmentState.NOT_APPLICABLE and not task.is_watched
            continue
        if task.state in FINISHED:
            done_late = (
                task.deadline_at is not None
                and task.submitted_at is not None
                and task.submitted_at > task.deadline_at
            )
            late += done_late
            on_time += not done_late
        else:
            past = task.deadline_at is not None and now > task.deadline_at
            overdue += past
            in_time += not past
    return Work(on_time, late, in_time, overdue, dropped)
