"""The state of a directive, counted once, for chat, board and files alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.assignments import FINISHED
from bot.domain.reach import Reach, reach_of
from bot.domain.rights import Scope
from bot.domain.states import AssignmentState, ReceiptState
from bot.errors import NotFound
from bot.storage import articles, assignments, directives, outbox, reminder_lines, standings
from bot.storage.articles import ArticleLine
from bot.storage.assignments import TaskState
from bot.storage.receipts import Receipt
from bot.storage.reminder_lines import NotReminded
from bot.storage.standings import OfUnit
from bot.storage.tables import Directive, Task


@dataclass(frozen=True, slots=True)
class UnitState:
    """One unit of a directive: reached, acknowledged, and what became of each task."""

    addressee_id: int
    unit_name: str
    reach: Reach
    standing: OfUnit
    state: ReceiptState
    tasks: tuple[TaskState, ...]

    @property
    def receipt(self) -> Receipt | None:
        """The confirmation by which the unit's is complete."""
        return self.standing.completed

    @property
    def acknowledged(self) -> bool:
        """The unit confirmed, by the directive's rule."""
        return self.standing.is_complete

    @property
    def finished(self) -> int:
        """How many of its tasks are finished."""
        return sum(task.state in FINISHED for task in self.tasks)

    @property
    def articles(self) -> int:
        """How many links it submitted that count."""
        return sum(task.articles for task in self.tasks)


@dataclass(frozen=True, slots=True)
class Work:
    """Assignments in the four classes that offices report, and "thường xuyên" ones apart."""

    done_on_time: int
    done_late: int
    open_in_time: int
    open_overdue: int

    @property
    def total(self) -> int:
        """All assignments counted."""
        return self.done_on_time + self.done_late + self.open_in_time + self.open_overdue


@dataclass(frozen=True, slots=True)
class DirectiveNumbers:
    """A directive and all its units at one moment."""

    directive: Directive
    tasks: tuple[Task, ...]
    units: tuple[UnitState, ...]
    work: Work
    not_reminded: NotReminded
    at: datetime

    @property
    def acknowledged(self) -> int:
        """How many units confirmed."""
        return sum(unit.acknowledged for unit in self.units)

    @property
    def acknowledged_late(self) -> int:
        """How many of them did so after their time."""
        return sum(unit.standing.is_late for unit in self.units)

    @property
    def articles(self) -> int:
        """How many links were submitted that count."""
        return sum(unit.articles for unit in self.units)

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
    units = tuple(
        UnitState(
            addressee_id=addressee.id,
            unit_name=addressee.unit_name,
            reach=reach_of(reach.get(addressee.id, ())),
            standing=confirmed[addressee.id].standing,
            state=confirmed[addressee.id].state,
            tasks=tuple(tasks_of[addressee.id]),
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
        at=now,
    )


async def directive_articles(
    session: AsyncSession, directive_id: int, *, scope: Scope | None = None
) -> list[ArticleLine]:
    """Every link submitted for a directive, or by the units within somebody's limits."""
    return await articles.of_directive(session, directive_id, scope=scope)


def _work(tasks: Iterable[TaskState], *, now: datetime) -> Work:
    on_time = late = in_time = overdue = 0
    for task in tasks:
        if task.state in (AssignmentState.NOT_APPLICABLE, AssignmentState.CANCELLED):
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
    return Work(on_time, late, in_time, overdue)
