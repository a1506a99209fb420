"""What people of the office and of its units do, and what of it is written down as a fact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import (
    acknowledgements,
    articles,
    closing,
    corrections,
    directives,
    extensions,
    late_joiners,
)
from bot.actions.acknowledgements import Tap
from bot.actions.policy import Policy
from bot.domain.rights import Actor
from bot.domain.states import ContactRole, StaffRole
from bot.runtime import Runtime
from bot.storage import contacts, drafts, people
from bot.storage import units as unit_rows
from bot.storage.events import Origin
from bot.storage.tables import Addressee, Assignment, Chat, Draft, DraftTask, Task
from bot.storage.tables import Directive as DirectiveRow
from bot.storage.tables import Group as GroupRow
from bot.storage.tables import Unit as UnitRow
from scheduler.plan import PlannedStep
from tests import factories
from tests.simulation.course import Course
from tests.simulation.facts import Epoch, Facts, Group, Key, Letter, Matter, Member, Unit

REASON = "Đơn vị cần thêm thời gian"


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to be issued."""

    deadline: datetime
    plan: str | None = None


class Phones(Protocol):
    """What people do with Telegram itself."""

    def meet(self, chat: int, name: str) -> None:
        """Somebody has an account and has pressed Start."""

    def new_group(self, members: Sequence[int]) -> int | None:
        """Its id in Telegram, if Telegram gives it one."""

    def block(self, chat: int) -> bool:
        """Take nothing from the bot any more; whether the bot is told at once."""

    def unblock(self, chat: int) -> bool:
        """Take it again; whether the bot is told."""

    def confirm(self, addressee_id: int, chat: int) -> bool:
        """Press "Đã nhận" on a card; False if none is there."""


class NoPhones:
    """People whose wishes the office carries out itself."""

    def meet(self, chat: int, name: str) -> None:
        """Nothing is needed."""

    def new_group(self, members: Sequence[int]) -> int | None:
        """Any number will do."""
        return None

    def block(self, chat: int) -> bool:
        """The bot learns it when it writes to them."""
        return False

    def unblock(self, chat: int) -> bool:
        """Nobody tells the bot."""
        return False

    def confirm(self, addressee_id: int, chat: int) -> bool:
        """There are no cards."""
        return False


class Office:
    """The office at work. `true` is the moment; the clock of `rt` shows what it shows then."""

    def __init__(self, rt: Runtime, course: Course, policy: Policy, phones: Phones) -> None:
        self.rt, self.course, self.policy, self.phones = rt, course, policy, phones
        self.facts = Facts()
        self.true = course.begins
        self.groups: list[GroupRow] = []
        self._staff: factories.Somebody | None = None
        self._rows: dict[Letter, DirectiveRow] = {}
        self._known: dict[tuple[str, datetime, datetime], tuple[PlannedStep, ...]] = {}
        self._paused: set[Key] = set()  # open when its directive was closed

    # --- the registry ----------------------------------------------------------------------------

    async def open(self, units: int, group_sizes: Sequence[range]) -> None:
        """The units, each in the groups whose range has it, and one of the office."""
        async with self.rt.write() as session:
            self._staff = await factories.create_staff(session, StaffRole.ADMIN)
            self.facts.duty = [self._staff.chat.telegram_id]
            self.phones.meet(self._staff.chat.telegram_id, self._staff.person.name)
            self.groups = [
                await factories.create_group(session, name=f"Nhóm {number}")
                for number in range(len(group_sizes))
            ]
            for number in range(1, units + 1):
                row = await factories.create_unit(
                    session,
                    name=f"Đơn vị {number:03}",
                    groups=[
                        group
                        for group, size in zip(self.groups, group_sizes, strict=True)
                        if number in size
                    ],
                )
                self.facts.units.append(Unit(number, row.id))

    async def join(self, unit: Unit, *, leader: bool = False, chat: int | None = None) -> Member:
        """Somebody new, or somebody of another unit, is of this one too."""
        role = ContactRole.LEADER if leader else ContactRole.CONTACT
        async with self.rt.write() as session:
            somebody = await factories.create_somebody(
                session, name=f"Người {unit.number}", telegram_id=chat
            )
            await people.ensure_contact(
                session, unit_id=unit.id, person_id=somebody.person.id, role=role, now=self.rt.now()
            )
        self.phones.meet(somebody.person.telegram_id, somebody.person.name)
        member = Member(somebody.person.telegram_id, leader, self.true)
        unit.members.append(member)
        return member

    async def link_group(self, unit: Unit, *, reminds: bool) -> None:
        """The unit has a group, which is perhaps reminded too."""
        async with self.rt.write() as session:
            row = await session.get_one(UnitRow, unit.id)
            row.reminds_group = reminds
            number = self.phones.new_group([member.telegram_id for member in unit.members])
            chat = await factories.create_group_chat(session, row, telegram_id=number)
        unit.group = Group(chat.telegram_id, reminds)

    async def leave(self, unit: Unit, member: Member) -> None:
        """They are of the unit no more."""
        async with self.rt.write() as session:
            actor = await self._actor(session, member.telegram_id)
            row = await people.contact(session, unit_id=unit.id, person_id=actor.person_id)
            assert row is not None
            await contacts.end(session, row.id, now=self.rt.now())
        member.left = self.true

    async def block(self, chat: int) -> None:
        """Somebody takes nothing from the bot any more."""
        self.facts.blocked[chat].append([self.true])
        if self.phones.block(chat):
            self.facts.learned[chat].append(self.true)

    async def unblock(self, chat: int) -> None:
        """They do again, and Telegram says so."""
        self.facts.blocked[chat][-1].append(self.true)
        if self.phones.unblock(chat):
            return
        async with self.rt.write() as session:
            row = await people.chat_by_telegram_id(session, chat)
            assert row is not None
            await people.mark_reachable(session, row.id)

    async def _actor(self, session: AsyncSession, telegram_id: int) -> Actor:
        actor = await people.actor(session, telegram_id)
        assert actor is not None
        return actor

    async def _of_office(self, session: AsyncSession) -> Actor:
        assert self._staff is not None
        return await self._staff.actor(session)

    # --- a directive -----------------------------------------------------------------------------

    async def issue(
        self, letter: Letter, groups: Sequence[GroupRow], tasks: Sequence[NewTask], plan: str | None
    ) -> None:
        """Send it to these groups."""
        now = self.rt.now()
        async with self.rt.write() as session:
            assert self._staff is not None
            draft = await self._draft(session, letter, groups, tasks, plan)
            actor = await self._of_office(session)
            issued = await directives.issue(
                session,
                draft.id,
                actor_id=actor.person_id,
                chat_id=self._staff.chat.id,
                unnumbered="allowed",
                policy=self.policy,
                now=now,
            )
            letter.id = issued.directive_id
        letter.tasks = {number: task.deadline for number, task in enumerate(tasks, start=1)}
        self.facts.letters.append(letter)
        await self._given(letter, self.facts.units, now)

    async def _draft(
        self,
        session: AsyncSession,
        letter: Letter,
        groups: Sequence[GroupRow],
        tasks: Sequence[NewTask],
        plan: str | None,
    ) -> Draft:
        assert self._staff is not None
        draft = await factories.create_draft(
            session,
            self._staff,
            groups=groups,
            tasks=0,
            number=letter.code,
            subject=f"Chủ đề {letter.code}",
        )
        draft.symbol, draft.created_at, draft.reminder_plan = "MP", self.rt.now(), plan
        draft.urgency = "urgent" if letter.urgent else None
        draft.passes_quiet = letter.passes_quiet
        for position, task in enumerate(tasks, start=1):
            session.add(
                DraftTask(
                    draft_id=draft.id,
                    position=position,
                    text=f"Nội dung {letter.code}.{position}",
                    short_title=f"Việc {letter.code}.{position}",
                    deadline_at=task.deadline,
                    reminder_plan=task.plan,
                )
            )
        await session.flush()
        return draft

    async def _given(self, letter: Letter, units: Sequence[Unit], given_at: datetime) -> None:
        """Note what these units were given, by the rows' ids."""
        by_id = {unit.id: unit for unit in units}
        async with self.rt.read() as session:
            self._rows[letter] = await session.get_one(DirectiveRow, letter.id)
            rows = await session.execute(
                select(Addressee.unit_id, Addressee.id, Assignment.id, Task)
                .join(Assignment, Assignment.addressee_id == Addressee.id)
                .join(Task, Task.id == Assignment.task_id)
                .where(Addressee.directive_id == letter.id, Addressee.unit_id.in_(by_id))
                .order_by(Assignment.id)
            )
            found = list(rows)
        for unit_id, addressee_id, assignment_id, task in found:
            unit, position = by_id[unit_id], task.position
            letter.plans[position] = task.reminder_plan
            if self.facts.receipt(letter, unit) is None:
                receipt = Matter(letter.code, unit, letter, addressee_id, given_at)
                self.facts.matters[receipt.key] = receipt
                due = self.policy.acknowledge_due(self._rows[letter], now=given_at)
                self._begin(receipt, due)
            work = Matter(f"{letter.code}.{position}", unit, letter, assignment_id, given_at)
            self.facts.matters[work.key] = work
            self._begin(work, letter.tasks[position])

    def _begin(self, matter: Matter, deadline: datetime) -> None:
        """From now on this is its deadline."""
        matter.end(self.true)
        matter.epochs.append(Epoch(deadline, self._steps(matter, deadline), self.true))

    def _steps(self, matter: Matter, deadline: datetime) -> tuple[PlannedStep, ...]:
        """All steps of a deadline; those of many units are the same."""
        what = matter.what, deadline, matter.given_at
        if what not in self._known:
            row, since = self._rows[matter.letter], matter.given_at
            if matter.position is None:
                self._known[what] = self.policy.receipt_steps(deadline, row, since=since)
            else:
                plan = matter.letter.plans[matter.position]
                self._known[what] = self.policy.steps(deadline, row, plan=plan, since=since)
        return self._known[what]

    async def add_unit(self, letter: Letter, unit: Unit) -> None:
        """The unit gets it late."""
        now = self.rt.now()
        async with self.rt.write() as session:
            row = await session.get_one(UnitRow, unit.id)
            await unit_rows.lock(session, [unit.id])
            actor = await self._of_office(session)
            await late_joiners.add_named(
                session, letter.id, row, actor=actor, policy=self.policy, now=now
            )
        await self._given(letter, [unit], now)

    async def correct(
        self, letter: Letter, position: int, deadline: datetime, *, asks_again: bool
    ) -> None:
        """Move a task's deadline for all, but for those whose own is later; perhaps all are to
        confirm again."""
        now = self.rt.now()
        async with self.rt.write() as session:
            assert self._staff is not None
            actor = await self._of_office(session)
            draft = await corrections.begin(
                session, letter.id, actor_id=actor.person_id, chat_id=self._staff.chat.id, now=now
            )
            draft.asks_again = asks_again
            tasks = await drafts.tasks(session, draft.id)
            next(task for task in tasks if task.position == position).deadline_at = deadline
            await session.flush()
            await corrections.issue(
                session, draft.id, actor_id=actor.person_id, policy=self.policy, now=now
            )
        old, letter.tasks[position] = letter.tasks[position], deadline
        for unit in self.facts.given_to(letter):
            work = self.facts.matters[f"{letter.code}.{position}", unit.number]
            if work.is_open and (work.deadline == old or work.deadline <= deadline):
                self._begin(work, deadline)
            if asks_again:
                receipt = self.facts.matters[letter.code, unit.number]
                receipt.given_at = now
                due = self.policy.acknowledge_due(self._rows[letter], now=now)
                self._begin(receipt, due)

    async def close(self, letter: Letter) -> None:
        """Nothing more is asked of anybody."""
        async with self.rt.write() as session:
            actor = await self._of_office(session)
            await closing.close(session, letter.id, actor_id=actor.person_id, now=self.rt.now())
        letter.closed = True
        for unit in self.facts.given_to(letter):
            for matter in self.facts.all_of(letter, unit):
                if matter.is_open:
                    self._paused.add(matter.key)
                    matter.end(self.true)

    async def reopen(self, letter: Letter) -> None:
        """What was open when it was closed is open again."""
        async with self.rt.write() as session:
            actor = await self._of_office(session)
            await closing.reopen(
                session, letter.id, actor_id=actor.person_id, policy=self.policy, now=self.rt.now()
            )
        letter.closed = False
        for unit in self.facts.given_to(letter):
            for matter in self.facts.all_of(letter, unit):
                if matter.key in self._paused:
                    self._paused.discard(matter.key)
                    self._begin(matter, matter.deadline)

    # --- what units do ---------------------------------------------------------------------------

    async def confirm(self, letter: Letter, unit: Unit, member: Member) -> None:
        """Somebody presses "Đã nhận"."""
        receipt = self.facts.receipt(letter, unit)
        assert receipt is not None
        receipt.end(self.true)
        if self.phones.confirm(receipt.row_id, member.telegram_id):
            return
        async with self.rt.write() as session:
            actor, chat = await self._somebody(session, member)
            version = (await session.get_one(DirectiveRow, letter.id)).version
            tap = Tap(receipt.row_id, version, actor, chat, Origin())
            await acknowledgements.record(session, [tap], now=self.rt.now())

    async def finish(self, works: Sequence[Matter], member: Member) -> None:
        """Somebody reports these tasks of one directive as done, and so has the directive."""
        async with self.rt.write() as session:
            actor, chat = await self._somebody(session, member)
            for work in works:
                await articles.report_done(
                    session, work.row_id, actor=actor, chat=chat, now=self.rt.now()
                )
        for work in works:
            work.end(self.true)
            self.facts.matters[work.letter.code, work.unit.number].end(self.true)

    async def extend(self, work: Matter, member: Member, deadline: datetime) -> None:
        """Somebody asks for a later deadline, and the office grants it."""
        async with self.rt.write() as session:
            actor, chat = await self._somebody(session, member)
            wish = await extensions.ask(
                session,
                work.row_id,
                wished_at=deadline,
                reason=REASON,
                actor=actor,
                chat=chat,
                now=self.rt.now(),
            )
            await extensions.grant(
                session,
                wish.extension.id,
                to=None,
                actor=await self._of_office(session),
                policy=self.policy,
                now=self.rt.now(),
            )
        self._begin(work, deadline)

    async def _somebody(self, session: AsyncSession, member: Member) -> tuple[Actor, Chat]:
        actor = await self._actor(session, member.telegram_id)
        chat = await people.chat_by_telegram_id(session, member.telegram_id)
        assert chat is not None
        return actor, chat
