"""A unit's deadline, whoever moves it in whatever order, and the next reminder of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import extensions, policy, reminders, submitting
from bot.actions.corrected_work import Work
from bot.actions.evidence import of_links
from bot.actions.policy import Policy
from bot.actions.recording import Message, Sender
from bot.actions.submitting import Meant
from bot.domain.states import AssignmentState, StaffRole
from bot.errors import BotError
from bot.runtime import Runtime
from bot.storage.engine import Database
from bot.storage.tables import Assignment, DraftTask
from scheduler.plan import next_step
from tests import factories
from tests.conftest import MovedClock, office_config
from tests.factories import FRIDAY_EVENING, NOON, Issued, Somebody


@dataclass
class Play:
    """A unit with one task in one directive, and what happens to it."""

    session: AsyncSession
    policy: Policy
    an: Somebody
    mai: Somebody
    issued: Issued
    now: datetime = NOON + timedelta(hours=1)  # at noon nobody is disturbed
    links: int = 0
    happened: list[str] = field(default_factory=list)

    @property
    def work(self) -> Assignment:
        return self.issued.assignments[0][0]

    async def passes(self, hours: int) -> None:
        """Only at times when reminders may go out: others are tried in test_plan."""
        later = self.now + timedelta(hours=hours)
        self.now = self.policy.calendar.next_working_moment(later)

    async def grants(self, days: int) -> None:
        actor = await self.an.actor(self.session)
        wished_at = (self.work.deadline_at or self.now) + timedelta(days=days)
        wish = await extensions.ask(
            self.session,
            self.work.id,
            wished_at=wished_at,
            reason="Chờ số liệu",
            actor=actor,
            chat=self.an.chat,
            now=self.now,
        )
        await extensions.grant(
            self.session,
            wish.extension.id,
            to=None,
            actor=await self.mai.actor(self.session),
            policy=self.policy,
            now=self.now,
        )

    async def corrects(self, days: int) -> None:
        """To so many days after the first deadline; to none."""
        deadline_at = FRIDAY_EVENING + timedelta(days=days) if days else None
        await self._change(deadline_at, self.issued.tasks[0].expected_articles)

    async def asks_for(self, expected: int) -> None:
        """More links than were sent give the work back, fewer end it."""
        await self._change(self.issued.tasks[0].deadline_at, expected)

    async def _change(self, deadline_at: datetime | None, expected: int) -> None:
        task = self.issued.tasks[0]
        to = DraftTask(
            task_id=task.id,
            position=1,
            text=task.text,
            short_title=task.short_title,
            deadline_at=deadline_at,
            expected_articles=expected,
        )
        hands = Work(self.session, self.issued.directive, self.policy, self.now)
        await hands.change([(1, to)])

    async def submits(self, _: int) -> None:
        self.links += 1
        await submitting.submit(
            self.session,
            of_links([f"https://baoyenbai.com.vn/1/{self.links}/bai.aspx"]),
            sender=Sender(await self.an.actor(self.session), Message(self.an.chat, self.links)),
            meant=Meant(self.issued.addressees[0].id, task_position=1),
            now=self.now,
        )

    async def check(self) -> None:
        """The next reminder is the plan's next step of the deadline as it is now."""
        while await reminders.queue_due(self.session, policy=self.policy, now=self.now):
            pass
        await self.session.flush()
        for row in (self.work, self.issued.tasks[0]):
            await self.session.refresh(row)
        wanted = None
        if self.work.state is AssignmentState.OPEN and self.work.deadline_at is not None:
            directive = self.issued.directive
            planned = self.policy.steps(
                self.work.deadline_at, directive, plan=None, since=directive.issued_at
            )
            step = next_step(planned, after=self.now)
            wanted = step.at if step else None
        assert self.work.next_reminder_at == wanted, self.happened


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("passes", "grants", "corrects", "asks_for", "submits")),
        st.integers(0, 12),
    ),
    max_size=12,
)


class _Undone(Exception):
    """What was tried is not kept."""


async def play(rt: Runtime, steps: list[tuple[str, int]]) -> None:
    """Each step, in a transaction that is undone."""
    try:
        async with rt.write() as session:
            unit = await factories.create_unit(session)
            played = Play(
                session,
                await policy.load(session, rt.config),
                await factories.create_contact(session, unit),
                await factories.create_staff(session, StaffRole.SENDER),
                await factories.create_directive(
                    session, [unit], tasks=1, next_reminder_at=NOON - timedelta(hours=1)
                ),
            )
            await played.check()
            for name, number in steps:
                by = {"passes": number * 7, "asks_for": 1 + number % 3}.get(name, number)
                played.happened.append(f"{name} {by} at {played.now}")
                try:
                    async with session.begin_nested():
                        await getattr(played, name)(by)
                except BotError as error:
                    played.happened.append(error.key)
                await played.check()
            raise _Undone
    except _Undone:
        pass


def test_whatever_moves_a_deadline_the_next_reminder_is_the_plans(database_url: str):
    with asyncio.Runner() as runner:
        database = Database(database_url)
        rt = Runtime(office_config(database_url), database, MovedClock())

        @settings(max_examples=40)
        @given(STEPS)
        def tried(steps: list[tuple[str, int]]) -> None:
            runner.run(play(rt, steps))

        try:
            tried()
        finally:
            runner.run(database.close())
