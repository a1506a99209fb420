"""Confirming and doing, in any order: what people and staff do, repeated, late, by those who may
not and below old versions, against a model that says in a few lines what should come of it.

`make prove` tries 10,000 such stories on SQLite and 1,000 on PostgreSQL; the suite tries fewer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import (
    acknowledgements,
    answer_decisions,
    answers,
    articles,
    closing,
    corrections,
    phoned,
    policy,
    recall,
)
from bot.actions.acknowledgements import (
    Acknowledged,
    AlreadyAcknowledged,
    OfOldVersion,
    Partly,
    Tap,
)
from bot.domain.rights import Actor
from bot.domain.states import (
    AcknowledgeBy,
    AnswerKind,
    AssignmentState,
    ContactRole,
    Ending,
    EventDoor,
    OutboxState,
    ReceiptState,
    StaffRole,
)
from bot.errors import BotError
from bot.storage import contacts, directives, people, standings
from bot.storage.engine import Database
from bot.storage.events import Origin
from bot.storage.tables import (
    Acknowledgement,
    Assignment,
    Card,
    Directive,
    OutboxMessage,
    Staff,
)
from tests import factories
from tests.conftest import NOON, office_config
from tests.factories import Issued, Somebody

UNITS = ("Báo Yên Bái", "Đài tỉnh")
AN, LAN, BINH, CUONG, GIANG = PEOPLE = ("An", "Lan", "Bình", "Cường", "Giang")
# Who stands for which unit at first; Giang for none.
AT_FIRST = {
    0: {AN: ContactRole.CONTACT, LAN: ContactRole.LEADER, BINH: ContactRole.CONTACT},
    1: {CUONG: ContactRole.CONTACT},
}
TASKS = 2
DUE = NOON + timedelta(hours=5)
CONFIG = office_config("sqlite:///unused.db")  # for its policy alone
IN_THE_SUITE = 200
EXAMPLES = max(settings().max_examples, IN_THE_SUITE)


# --- the model -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """That somebody confirmed, by themselves or by phone."""

    unit: int
    version: int
    person: str
    role: ContactRole | None
    at: datetime

    @property
    def by_phone(self) -> bool:
        return self.role is None


@dataclass
class Refusing:
    """That somebody said that a task, or all of it, cannot be done; `agreed` by the office."""

    unit: int
    position: int | None
    person: str
    id: int
    is_taken_back: bool = False
    agreed: bool | None = None


@dataclass
class Model:
    """What should be so, kept as simply as it can be told."""

    rule: AcknowledgeBy
    due: datetime | None
    version: int = 1
    counts_from: int = 1
    ending: Ending | None = None
    members: dict[int, dict[str, ContactRole]] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    work: dict[tuple[int, int], AssignmentState] = field(default_factory=dict)
    has_card: set[tuple[int, str]] = field(default_factory=set)
    answers: list[Refusing] = field(default_factory=list)

    def of(self, unit: int, position: int | None, state: AssignmentState) -> list[tuple[int, int]]:
        """The unit's work in this state: one task's, or all."""
        return [
            key
            for key, found in self.work.items()
            if key[0] == unit and position in (None, key[1]) and found is state
        ]

    def waits(self, answer: Refusing) -> bool:
        """Whether the office is still to say something to it."""
        is_open = bool(self.of(answer.unit, answer.position, AssignmentState.OPEN))
        return is_open and answer.agreed is None and not answer.is_taken_back

    def cannot(self, unit: int) -> bool:
        """Whether it stands that the unit can do nothing of it."""
        return any(
            self.waits(each)
            or (
                each.agreed is True
                and not self.of(unit, None, AssignmentState.OPEN)
                and bool(self.of(unit, None, AssignmentState.NOT_APPLICABLE))
            )
            for each in self.answers
            if each.unit == unit and each.position is None
        )

    def counting(self, unit: int) -> list[Said]:
        """What counts for the unit, in the order of time."""
        recalled = self.ending is Ending.RECALLED
        return [
            each
            for each in self.said
            if each.unit == unit
            and each.version >= self.counts_from
            and not (recalled and each.version == self.version)
        ]

    def suffices(self, unit: int, said: list[Said]) -> bool:
        """Whether no more than this is wanted of the unit."""
        if any(each.by_phone for each in said):
            return True
        members = self.members[unit]
        leaders = {name for name, role in members.items() if role is ContactRole.LEADER}
        names = {each.person for each in said}
        if self.rule is AcknowledgeBy.EACH:
            return bool(names) and set(members) <= names
        if self.rule is AcknowledgeBy.LEADER and leaders:
            as_leader = any(each.role is ContactRole.LEADER for each in said)
            return as_leader or bool(names & leaders)
        return bool(names)

    def completing(self, unit: int) -> Said | None:
        """The confirmation with which it was enough."""
        said = self.counting(unit)
        for number in range(1, len(said) + 1):
            if self.suffices(unit, said[:number]):
                return said[number - 1]
        return None

    def state(self, unit: int) -> ReceiptState:
        """How far the unit is."""
        completing = self.completing(unit)
        if completing is not None:
            if self.cannot(unit):
                return ReceiptState.CANNOT
            is_late = self.due is not None and completing.at > self.due >= NOON
            return ReceiptState.LATE if is_late else ReceiptState.ACKNOWLEDGED
        if not self.members[unit]:
            return ReceiptState.UNREACHABLE
        if not any((unit, name) in self.has_card for name in self.members[unit]):
            return ReceiptState.NOT_SENT
        return ReceiptState.CANNOT if self.cannot(unit) else ReceiptState.SILENT

    def refuses(self, unit: int, person: str, version: int) -> bool:
        """Whether a tap does nothing."""
        return (
            person not in self.members[unit]
            or self.ending is not None
            or not 1 <= version <= self.version
        )

    def tap(self, unit: int, person: str, version: int, at: datetime) -> type | None:
        """What a tap comes to; None: it is refused."""
        if self.refuses(unit, person, version):
            return None
        before = self.completing(unit)
        said = Said(unit, version, person, self.members[unit][person], at)
        is_new = self.keep(said)
        if version < self.version:
            return OfOldVersion
        completing = self.completing(unit)
        if completing is None:
            return Partly
        own = next(each for each in self.counting(unit) if each.person == person)
        asked_of_each = self.rule is AcknowledgeBy.EACH and not completing.by_phone
        if is_new and (before is None or completing == own or asked_of_each):
            return Acknowledged
        return AlreadyAcknowledged

    def keep(self, said: Said) -> bool:
        """Write it down once."""
        key = (said.unit, said.version, said.person)
        if any((each.unit, each.version, each.person) == key for each in self.said):
            return False
        self.said.append(said)
        return True


# --- the product beside it -----------------------------------------------------------------------


class Story(RuleBasedStateMachine):
    """What happens to one directive to two units. The database is there for all stories."""

    database: Database
    runner: asyncio.Runner

    def do(self, act: Callable[[AsyncSession], Awaitable[Any]]) -> Any:
        """What an act of the product gives; None if it is refused, and then nothing is changed."""

        async def transaction() -> Any:
            async with self.database.write() as session:
                try:
                    async with session.begin_nested():
                        return await act(session)
                except BotError:
                    return None

        return self.runner.run(transaction())

    @initialize(by=st.sampled_from(AcknowledgeBy), due=st.sampled_from([None, DUE]))
    def issue(self, by: AcknowledgeBy, due: datetime | None) -> None:
        self.now = NOON
        self.model = Model(by, due, members={unit: dict(who) for unit, who in AT_FIRST.items()})
        self.do(self._issue)
        for unit in AT_FIRST:
            for position in range(TASKS):
                self.model.work[unit, position] = AssignmentState.OPEN

    async def _issue(self, session: AsyncSession) -> None:
        # The office of the story before is told nothing of this one.
        await session.execute(update(Staff).values(removed_at=NOON))
        self.units = [await factories.create_unit(session, name=name) for name in UNITS]
        self.people: dict[str, Somebody] = {
            name: await factories.create_somebody(session, name=name) for name in PEOPLE
        }
        self.staff = await factories.create_staff(session, StaffRole.ADMIN)
        self.issued: Issued = await factories.create_directive(
            session,
            self.units,
            tasks=TASKS,
            acknowledge_by=self.model.rule,
            acknowledge_due_at=self.model.due,
            next_reminder_at=NOON + timedelta(days=30),
        )
        for unit, members in AT_FIRST.items():
            for name, role in members.items():
                await self._let_in(session, unit, name, role)
                await self._give_card(session, unit, name)

    async def _let_in(self, session: AsyncSession, unit: int, name: str, role: ContactRole) -> None:
        await people.ensure_contact(
            session,
            unit_id=self.units[unit].id,
            person_id=self.people[name].person.id,
            role=role,
            now=self.now,
        )

    async def _give_card(self, session: AsyncSession, unit: int, name: str) -> None:
        chat = self.people[name].chat
        card: Card = await factories.create_card(
            session, self.issued.addressees[unit].id, chat, message_id=1
        )
        session.add(
            OutboxMessage(
                kind="directive", lane="3_directive", chat_id=chat.id, parameters={},
                card_id=card.id, directive_id=self.issued.directive.id,
                state=OutboxState.ACCEPTED, send_at=NOON, created_at=NOON, finished_at=NOON,
                message_id=1,
            )
        )  # fmt: skip
        self.model.has_card.add((unit, name))

    async def _actor(self, session: AsyncSession, somebody: Somebody) -> Actor | None:
        return await people.actor(session, somebody.person.telegram_id)

    # --- what people do ---

    @rule(hours=st.sampled_from([1, 3, 24]))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(
        unit=st.sampled_from([0, 0, 0, 1]),
        names=st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=4),
        version=st.integers(0, 3),
    )
    def tap(self, unit: int, names: list[str], version: int) -> None:
        """Several at one moment, perhaps the same one twice."""
        self.now += timedelta(minutes=1)
        version = version or self.model.version
        expected = [self.model.tap(unit, name, version, self.now) for name in names]

        async def record(session: AsyncSession) -> list[Any]:
            taps = [
                Tap(
                    self.issued.addressees[unit].id,
                    version,
                    await self._actor(session, self.people[name]),
                    self.people[name].chat,
                    Origin(EventDoor.CHAT, self.people[name].person.id),
                )
                for name in names
            ]
            return await acknowledgements.record(session, taps, now=self.now)

        found = [None if isinstance(each, BotError) else type(each) for each in self.do(record)]
        assert _alike(found, expected, names), (found, expected)

    @rule(
        unit=st.sampled_from([0, 1]),
        position=st.integers(0, TASKS - 1),
        name=st.sampled_from(PEOPLE),
    )
    def report_done(self, unit: int, position: int, name: str) -> None:
        assignment = self.issued.assignments[unit][position]

        async def report(session: AsyncSession) -> int:
            actor, chat = await self._actor(session, self.people[name]), self.people[name].chat
            return await articles.report_done(
                session, assignment.id, actor=actor, chat=chat, now=self.now
            )

        self.now += timedelta(minutes=1)
        is_done = self.do(report) is not None
        may = name in self.model.members[unit] and self.model.ending is None
        expected = may and self.model.work[unit, position] is AssignmentState.OPEN
        assert is_done == expected
        if is_done:
            self.model.work[unit, position] = AssignmentState.SUBMITTED
            role = self.model.members[unit][name]
            self.model.keep(Said(unit, self.model.version, name, role, self.now))

    @rule(
        unit=st.sampled_from([0, 0, 1]),
        position=st.sampled_from([None, *range(TASKS)]),
        name=st.sampled_from(PEOPLE),
    )
    def say_cannot(self, unit: int, position: int | None, name: str) -> None:
        self.now += timedelta(minutes=1)
        assignments = self.issued.assignments[unit]
        assignment_id = None if position is None else assignments[position].id

        async def say(session: AsyncSession) -> int:
            saying = await self._saying(session, unit, name)
            return (
                await answers.say_undone(
                    saying, AnswerKind.CANNOT, assignment_id, "không có chuyên mục"
                )
            ).id

        answer_id = self.do(say)
        model = self.model
        waits_before = any(
            model.waits(each) and each.position in (None, position)
            for each in model.answers
            if each.unit == unit
        )
        is_open = bool(model.of(unit, position, AssignmentState.OPEN))
        may = name in model.members[unit] and model.ending is None
        assert (answer_id is not None) == (may and is_open and not waits_before)
        if answer_id is not None:
            model.answers.append(Refusing(unit, position, name, answer_id))
            role = model.members[unit][name]
            model.keep(Said(unit, model.version, name, role, self.now))

    async def _saying(self, session: AsyncSession, unit: int, name: str) -> answers.Saying:
        actor = await self._actor(session, self.people[name])
        addressee_id, chat = self.issued.addressees[unit].id, self.people[name].chat
        return await answers.begin(session, addressee_id, actor=actor, chat=chat, now=self.now)

    @precondition(lambda self: self.model.answers)
    @rule(which=st.integers(0, 9), name=st.sampled_from(PEOPLE))
    def take_back(self, which: int, name: str) -> None:
        answer = self.model.answers[-1 - which % len(self.model.answers)]

        async def take_back(session: AsyncSession) -> bool:
            actor, chat = await self._actor(session, self.people[name]), self.people[name].chat
            await answers.take_back(session, answer.id, actor=actor, chat=chat, now=self.now)
            return True

        is_taken = self.do(take_back) is not None
        is_theirs = answer.person == name and name in self.model.members[answer.unit]
        is_undecided = answer.agreed is None and not answer.is_taken_back
        assert is_taken == (is_theirs and is_undecided and self.model.ending is None)
        answer.is_taken_back |= is_taken

    # --- what the office does ---

    @precondition(lambda self: self.model.answers)
    @rule(which=st.integers(0, 9), agrees=st.booleans())
    def decide(self, which: int, agrees: bool) -> None:
        answer = self.model.answers[-1 - which % len(self.model.answers)]

        async def say(session: AsyncSession) -> bool:
            actor = await self._actor(session, self.staff)
            assert actor is not None
            if agrees:
                await answer_decisions.agree(session, answer.id, actor=actor, now=self.now)
            else:
                await answer_decisions.disagree(
                    session, answer.id, "vẫn phải làm", actor=actor, now=self.now
                )
            return True

        is_decided = self.do(say) is not None
        assert is_decided == (self.model.ending is None and self.model.waits(answer))
        if is_decided and agrees:
            self._move(answer, AssignmentState.OPEN, AssignmentState.NOT_APPLICABLE)
        if is_decided:
            answer.agreed = agrees

    def _move(self, answer: Refusing, old: AssignmentState, new: AssignmentState) -> None:
        for key in self.model.of(answer.unit, answer.position, old):
            self.model.work[key] = new

    @precondition(lambda self: self.model.answers)
    @rule(which=st.integers(0, 9))
    def give_again(self, which: int) -> None:
        model = self.model
        answer = model.answers[-1 - which % len(model.answers)]

        async def give(session: AsyncSession) -> int:
            actor = await self._actor(session, self.staff)
            assert actor is not None
            rules = await policy.load(session, CONFIG)
            return await answer_decisions.give_again(
                session, answer.id, actor=actor, policy=rules, now=self.now
            )

        given = self.do(give)
        alone = {
            each.position
            for each in model.answers
            if each.unit == answer.unit and each.position is not None and each.agreed
        }
        dropped = [
            key
            for key in model.of(answer.unit, answer.position, AssignmentState.NOT_APPLICABLE)
            if answer.position is not None or key[1] not in alone
        ]
        may = model.ending is None and bool(answer.agreed) and bool(model.members[answer.unit])
        assert (given or 0) == (len(dropped) if may else 0)
        if given:
            answer.agreed = False
            for key in dropped:
                model.work[key] = AssignmentState.OPEN

    @rule(unit=st.sampled_from([0, 1]))
    def hear_by_phone(self, unit: int) -> None:
        self.now += timedelta(minutes=1)

        async def record(session: AsyncSession) -> bool:
            actor = await self._actor(session, self.staff)
            assert actor is not None
            await phoned.record(
                session, self.issued.addressees[unit].id, "anh Hùng nói", actor=actor,
                chat_id=self.staff.chat.id, now=self.now,
            )  # fmt: skip
            return True

        is_kept = self.do(record) is not None
        wanted = self.model.ending is None and self.model.completing(unit) is None
        assert is_kept == wanted
        if is_kept:
            self.model.keep(Said(unit, self.model.version, "Mai", None, self.now))

    @rule(unit=st.sampled_from([0, 1]))
    def take_back_what_was_heard(self, unit: int) -> None:
        async def take_back(session: AsyncSession) -> bool:
            actor = await self._actor(session, self.staff)
            assert actor is not None
            return await phoned.take_back(
                session, self.issued.addressees[unit].id, actor=actor, now=self.now
            )

        is_taken = bool(self.do(take_back))
        heard = [each for each in self.model.counting(unit) if each.by_phone]
        assert is_taken == (bool(heard) and self.model.ending is None)
        if is_taken:
            self.model.said = [each for each in self.model.said if each not in heard]

    @rule(asks_again=st.booleans())
    def correct(self, asks_again: bool) -> None:
        self.now += timedelta(
            minutes=1
        )  # at one moment nobody corrects unseen what another one did

        async def issue(session: AsyncSession) -> bool:
            draft = await corrections.begin(
                session, self.issued.directive.id, actor_id=self.staff.person.id,
                chat_id=self.staff.chat.id, now=self.now,
            )  # fmt: skip
            draft.subject = f"V/v tuyên truyền, lần {self.model.version + 1}"
            await corrections.set_asks_again(session, draft.id, asks_again=asks_again, now=self.now)
            rules = await policy.load(session, CONFIG)
            await corrections.issue(
                session, draft.id, actor_id=self.staff.person.id, policy=rules, now=self.now
            )
            return True

        is_corrected = self.do(issue) is not None
        assert is_corrected == (self.model.ending is None)
        if is_corrected:
            self.model.version += 1
            if asks_again:
                self.model.counts_from = self.model.version
                self.model.due = self.do(self._due)

    async def _due(self, session: AsyncSession) -> datetime | None:
        addressee = await directives.addressee(session, self.issued.addressees[0].id)
        assert addressee is not None
        assert addressee.acknowledge_due_at is None or addressee.acknowledge_due_at > self.now
        return addressee.acknowledge_due_at

    @rule(ending=st.sampled_from([Ending.CLOSED, Ending.CLOSED, Ending.RECALLED]))
    def end(self, ending: Ending) -> None:
        directive_id, actor_id = self.issued.directive.id, self.staff.person.id

        async def close(session: AsyncSession) -> bool:
            if ending is Ending.CLOSED:
                await closing.close(session, directive_id, actor_id=actor_id, now=self.now)
            else:
                await recall.issue(
                    session, directive_id, reason="gửi nhầm", actor_id=actor_id, now=self.now
                )
            return True

        is_ended = self.do(close) is not None
        assert is_ended == (self.model.ending is None)
        if is_ended:
            self.model.ending = ending
            if ending is Ending.RECALLED:
                self.model.version += 1
                for key, state in self.model.work.items():
                    if state is AssignmentState.OPEN:
                        self.model.work[key] = AssignmentState.CANCELLED

    @rule()
    def reopen(self) -> None:
        async def go_on(session: AsyncSession) -> bool:
            rules = await policy.load(session, CONFIG)
            return await closing.reopen(
                session, self.issued.directive.id, actor_id=self.staff.person.id, policy=rules,
                now=self.now,
            )  # fmt: skip

        is_open_again = bool(self.do(go_on))
        assert is_open_again == (self.model.ending is Ending.CLOSED)
        if is_open_again:
            self.model.ending = None

    # --- who comes and goes ---

    @rule(unit=st.sampled_from([0, 1]), name=st.sampled_from(PEOPLE))
    def leave(self, unit: int, name: str) -> None:
        async def end(session: AsyncSession) -> bool:
            contact = await people.contact(
                session, unit_id=self.units[unit].id, person_id=self.people[name].person.id
            )
            return contact is not None and await contacts.end(session, contact.id, now=self.now)

        has_left = bool(self.do(end))
        assert has_left == (name in self.model.members[unit])
        self.model.members[unit].pop(name, None)

    @rule(
        unit=st.sampled_from([0, 1]),
        name=st.sampled_from(PEOPLE),
        role=st.sampled_from(ContactRole),
    )
    def join(self, unit: int, name: str, role: ContactRole) -> None:
        self.do(lambda session: self._let_in(session, unit, name, role))
        self.model.members[unit].setdefault(name, role)

    # --- what must be so after each step ---

    @invariant()
    def is_as_the_model_says(self) -> None:
        if hasattr(self, "issued"):
            self.runner.run(self._compare())

    async def _compare(self) -> None:
        async with self.database.read() as session:
            directive = await session.get(Directive, self.issued.directive.id)
            assert directive is not None
            assert directive.version == self.model.version
            ids = [each.id for each in self.issued.addressees]
            addressees = await directives.addressees_by_ids(session, ids)
            for unit, found in enumerate(await standings.judged(session, directive, addressees)):
                assert found.state is self.model.state(unit), (unit, self.model)
            kept = select(func.count()).where(Acknowledgement.addressee_id.in_(ids))
            assert await session.scalar(kept) == len(self.model.said)
            rows = await session.scalars(
                select(Assignment)
                .where(Assignment.addressee_id.in_(ids))
                .order_by(Assignment.addressee_id, Assignment.task_id)
            )
            for row, expected in zip(rows, self.model.work.values(), strict=True):
                assert row.state is expected
                if row.state is not AssignmentState.OPEN or self.model.ending is not None:
                    assert row.next_reminder_at is None


def _alike(found: list[type | None], expected: list[type | None], names: list[str]) -> bool:
    """What is tapped at one moment is judged together: who of them completes it is told so."""
    if len(names) == 1:
        return found == expected
    return [each is None for each in found] == [each is None for each in expected]


@pytest.mark.timeout(0)
@pytest.mark.parametrize("_half", ["first", "second"])  # two processes take a half each
def test_any_story_ends_as_the_model_says(database_url: str, _half: str):
    share = 2 if database_url.startswith("sqlite") else 20
    with asyncio.Runner() as runner:
        database = Database(database_url)
        story = type("Told", (Story,), {"database": database, "runner": runner})
        run_state_machine_as_test(
            story,
            settings=settings(
                max_examples=EXAMPLES // share,
                stateful_step_count=10,
                suppress_health_check=list(HealthCheck),
            ),
        )
        runner.run(database.close())
