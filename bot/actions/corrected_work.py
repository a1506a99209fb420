"""What a correction does to a directive's tasks, to everybody's work on them and how it is reminded
of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import extension_ends, periods
from bot.actions.deadlines import first_step, plan_again
from bot.actions.policy import Policy
from bot.domain.reminder_plans import passes_quiet
from bot.domain.states import AssignmentState
from bot.domain.versions import REMINDING, Change
from bot.storage import assignments, corrections, directives, extensions
from bot.storage.tables import Directive, Draft, DraftTask, Task


@dataclass(frozen=True, slots=True)
class Work:
    """A directive in the hands of who corrects it."""

    session: AsyncSession
    directive: Directive
    policy: Policy
    now: datetime

    async def change(self, numbered: Sequence[tuple[int, DraftTask]]) -> None:
        """Make the directive's tasks those of the draft."""
        everybody = await corrections.with_work(self.session, self.directive.id)
        present = {
            task.id: task for task in await directives.tasks(self.session, self.directive.id)
        }
        kept = {draft_task.task_id for _, draft_task in numbered}
        dropped = [task for task in present.values() if task.id not in kept]
        for task in dropped:
            task.removed_in, task.next_period_at = self.directive.version, None
        await corrections.cancel_work(self.session, [task.id for task in dropped])
        for position, draft_task in numbered:
            if draft_task.task_id in present:
                await self._change(present[draft_task.task_id], draft_task)
            else:
                await self._add(position, draft_task, everybody)
        await extension_ends.end_pointless(
            self.session, extensions.of_directive(self.directive.id), now=self.now
        )

    async def change_reminders(self, draft: Draft, found: Sequence[Change]) -> None:
        """Remind of what is open as the draft says; what was reminded of stays so."""
        self.directive.reminder_plan = draft.reminder_plan
        self.directive.passes_quiet = passes_quiet(draft.passes_quiet, urgency=draft.urgency)
        if any(change.what in REMINDING for change in found):
            await plan_again(self.session, self.directive, policy=self.policy, now=self.now)

    async def _add(self, position: int, draft_task: DraftTask, everybody: Sequence[int]) -> None:
        task = Task(
            directive_id=self.directive.id,
            position=position,
            text=draft_task.text,
            short_title=draft_task.short_title,
            deadline_at=draft_task.deadline_at,
            expected_articles=draft_task.expected_articles,
            reminder_plan=draft_task.reminder_plan,
            every=draft_task.every,
            every_day=draft_task.every_day,
        )
        periods.begin(task, calendar=self.policy.calendar)
        self.session.add(task)
        await self.session.flush()
        await corrections.add_work(
            self.session, task, everybody, next_reminder_at=self._first_step(task, task.deadline_at)
        )

    async def _change(self, task: Task, draft_task: DraftTask) -> None:
        task.text, task.short_title = draft_task.text, draft_task.short_title
        task.reminder_plan = draft_task.reminder_plan
        if task.deadline_at != draft_task.deadline_at:
            old, task.deadline_at = task.deadline_at, draft_task.deadline_at
            await corrections.move_deadline(
                self.session,
                task.id,
                period=task.period,
                old=old,
                new=task.deadline_at,
                next_reminder_at=self._first_step(task, task.deadline_at),
            )
        if (task.every, task.every_day) != (draft_task.every, draft_task.every_day):
            task.every, task.every_day = draft_task.every, draft_task.every_day
            await periods.begin_anew(self.session, task, calendar=self.policy.calendar)
        if task.expected_articles != draft_task.expected_articles:
            task.expected_articles = draft_task.expected_articles
            await self._count_again(task)

    async def _count_again(self, task: Task) -> None:
        """Another number of links is asked: who has them is done, who has fewer is not. What was
        reported done without any stays so."""
        for assignment_id, state, deadline_at, links in await corrections.submitted(
            self.session, task.id
        ):
            enough = links >= task.expected_articles
            if state is AssignmentState.OPEN and enough:
                await assignments.change_assignment_state(
                    self.session, assignment_id, state=AssignmentState.SUBMITTED, now=self.now
                )
            elif state is AssignmentState.SUBMITTED and links and not enough:
                step = self._first_step(task, deadline_at)
                await corrections.reopen(self.session, assignment_id, next_reminder_at=step)

    def _first_step(self, task: Task, deadline_at: datetime | None) -> datetime | None:
        return first_step(
            deadline_at,
            self.directive,
            plan=task.reminder_plan,
            policy=self.policy,
            now=self.now,
        )
