"""What people do in a year, at random but the same for the same seed: who does what, and when."""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scheduler.calendar import WorkingCalendar
from tests.simulation.facts import Letter, Matter, Member, Unit
from tests.simulation.office import NewTask, Office

Act = Callable[[], Awaitable[None]]
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_ENDS = (time(17), time(17), time(17), time(11), time(10, 30), time(0))  # of the day: at midnight


@dataclass(frozen=True, slots=True)
class Size:
    """How much happens."""

    units: int
    directives: int
    tasks: int  # of each directive
    grain: timedelta = timedelta(seconds=1)  # acts are so far apart, so that many come together
    parts: Sequence[int] = (15, 20, 30, 30, 40, 50, 60, 60, 100, 100)  # of all units, in the groups


class Year:
    """The acts that are still to come, earliest first. Each may bring others."""

    def __init__(self, office: Office, size: Size, seed: int) -> None:
        self.office, self.size = office, size
        self._chance = random.Random(seed)
        self._waiting: list[tuple[datetime, int, Act]] = []
        self._numbers = itertools.count()
        self.done = 0

    @property
    def next_at(self) -> datetime | None:
        """When something is done next, in true time."""
        return self._waiting[0][0] if self._waiting else None

    async def act(self) -> None:
        """Do what is next."""
        _, _, act = heapq.heappop(self._waiting)
        await act()
        self.done += 1

    def _at(self, true: datetime, act: Act) -> None:
        """Somebody means to do this then; while the bot is away they wait for it."""
        grain = self.size.grain.total_seconds()
        # Not at a full hour, when reminders are due: who is first then is anybody's guess.
        true = datetime.fromtimestamp((true.timestamp() // grain + 1.4) * grain, UTC)
        if outage := self.office.course.outage_at(true):
            true = outage.ends + timedelta(minutes=self._chance.randrange(1, 20))
        if true < self.office.course.ends:
            heapq.heappush(self._waiting, (true, next(self._numbers), act))

    def _working(self, since: datetime, until: datetime) -> datetime:
        """A true moment between, mostly in working time."""
        chance = self._chance
        at = since + (until - since) * chance.random()
        if chance.random() < 0.1:
            return at
        calendar = self._calendar
        return calendar.next_working_moment(at) + timedelta(seconds=chance.randrange(1, 3600))

    @property
    def _calendar(self) -> WorkingCalendar:
        return self.office.policy.calendar

    # --- the beginning ---------------------------------------------------------------------------

    async def begin(self) -> None:
        """The registry, and what will come of itself."""
        size, chance, course = self.size, self._chance, self.office.course
        await self.office.open(size.units, self._groups())
        for unit in self.office.facts.units:
            for _ in range(chance.choice((0, 1, 1, 1, 2, 2))):
                await self.office.join(unit)
            if chance.random() < 0.5:
                await self.office.join(unit, leader=True)
            if chance.random() < 0.25:
                await self.office.link_group(unit, reminds=chance.random() < 0.5)
        await self._share()
        for number in range(1, size.directives + 1):
            issued_at = self._working(course.begins, course.ends - timedelta(days=12))
            self._at(issued_at, self._issuing(number))
        for _ in range(max(3, size.units // 4)):
            self._at(self._working(course.begins, course.ends), self._changing())

    def _groups(self) -> list[range]:
        """The first has everybody; the others are slices, smaller and smaller."""
        units = self.size.units
        found = [range(1, units + 1)]
        for part in self.size.parts:
            length = max(2, units // part)
            start = self._chance.randrange(1, max(2, units - length + 1))
            found.append(range(start, start + length))
        return found

    async def _share(self) -> None:
        """Some people are of two units."""
        units = [unit for unit in self.office.facts.units if unit.members]
        for _ in range(max(1, self.size.units // 15)):
            one, other = self._chance.sample(units, 2)
            chat = one.members[0].telegram_id
            if all(member.telegram_id != chat for member in other.members):
                await self.office.join(other, chat=chat)

    # --- directives ------------------------------------------------------------------------------

    def _issuing(self, number: int) -> Act:
        async def issue() -> None:
            chance, office = self._chance, self.office
            urgent = chance.random() < 0.12
            passes_quiet = urgent if chance.random() < 0.9 else not urgent
            letter = Letter(number, urgent=urgent, passes_quiet=passes_quiet)
            weights = [1, *(10 for _ in office.groups[1:])]
            chosen = chance.choices(office.groups, weights, k=chance.choice((1, 1, 2)))
            groups = list({each.id: each for each in chosen}.values())
            tasks = [self._task(urgent) for _ in range(self.size.tasks)]
            plan = chance.choice((None, None, None, "Dày", "Thưa"))
            await office.issue(
                letter, list({each.id: each for each in groups}.values()), tasks, plan
            )
            for unit in office.facts.given_to(letter):
                self._given(letter, unit)
            self._of_office(letter)

        return issue

    def _task(self, urgent: bool) -> NewTask:
        chance = self._chance
        days = chance.randrange(1, 4) if urgent else chance.randrange(3, 40)
        day = self._calendar.local_date(self.office.rt.now()) + timedelta(days=days)
        plan = chance.choice((None, None, None, None, "Dày"))
        return NewTask(self._calendar.at(day, chance.choice(_ENDS)), plan)

    def _of_office(self, letter: Letter) -> None:
        """What staff will do with it."""
        chance, last = self._chance, max(letter.tasks.values())
        now = self.office.true
        if chance.random() < 0.3:
            self._at(self._working(now, last), self._correcting(letter))
        if chance.random() < 0.3:
            self._at(self._working(now, last), self._adding(letter))
        if chance.random() < 0.5:
            closes_at = self._working(now, last + timedelta(days=20))
            self._at(closes_at, self._closing(letter))
            if chance.random() < 0.2:
                self._at(
                    closes_at + timedelta(hours=chance.randrange(1, 90)), self._opening(letter)
                )

    def _given(self, letter: Letter, unit: Unit) -> None:
        """What a unit will do with it: by character it is quick, late, or never done."""
        self._received(letter, unit)
        chance, now = self._chance, self.office.true
        last = max(letter.tasks.values())
        for positions in self._portions(letter):
            character = chance.random()
            if character < 0.5:
                done_at = self._working(now, last)
            elif character < 0.9:
                done_at = self._working(last, last + timedelta(days=chance.choice((3, 10, 20))))
            else:
                continue
            self._at(done_at, self._finishing(letter, unit, positions))
        if chance.random() < 0.15:
            self._at(self._working(now, last), self._extending(letter, unit))

    def _received(self, letter: Letter, unit: Unit) -> None:
        """Whether and when somebody of the unit will confirm."""
        chance, now = self._chance, self.office.true
        character = chance.random()
        if character < 0.85:
            days = 1 if character < 0.6 else 6
            self._at(self._working(now, now + timedelta(days=days)), self._confirming(letter, unit))

    def _portions(self, letter: Letter) -> list[list[int]]:
        """Which tasks a unit does together."""
        positions = list(letter.tasks)
        cut = self._chance.randrange(0, len(positions))
        return [part for part in (positions[:cut], positions[cut:]) if part]

    def _correcting(self, letter: Letter) -> Act:
        async def correct() -> None:
            position = self._chance.choice(list(letter.tasks))
            now = self.office.rt.now()
            moved = letter.tasks[position] + timedelta(days=self._chance.choice((-3, -1, 2, 5, 9)))
            asks_again = self._chance.random() < 0.3
            if letter.closed or moved <= now + timedelta(minutes=5):
                return
            await self.office.correct(letter, position, moved, asks_again=asks_again)
            if asks_again:
                for unit in self.office.facts.given_to(letter):
                    self._received(letter, unit)

        return correct

    def _adding(self, letter: Letter) -> Act:
        async def add() -> None:
            facts = self.office.facts
            others = [unit for unit in facts.units if facts.receipt(letter, unit) is None]
            if others and not letter.closed:
                unit = self._chance.choice(others)
                await self.office.add_unit(letter, unit)
                self._given(letter, unit)

        return add

    def _closing(self, letter: Letter) -> Act:
        async def close() -> None:
            if not letter.closed:
                await self.office.close(letter)

        return close

    def _opening(self, letter: Letter) -> Act:
        async def reopen() -> None:
            if letter.closed:
                await self.office.reopen(letter)

        return reopen

    # --- units -----------------------------------------------------------------------------------

    def _somebody(self, unit: Unit) -> Member | None:
        """Somebody of the unit who is there and does something."""
        facts, true = self.office.facts, self.office.true
        there = [
            member
            for member in unit.members
            if member.is_there(true) and not facts.is_blocked(member.telegram_id, true)
        ]
        return self._chance.choice(there) if there else None

    def _confirming(self, letter: Letter, unit: Unit) -> Act:
        async def confirm() -> None:
            receipt, member = self.office.facts.receipt(letter, unit), self._somebody(unit)
            if member is not None and receipt is not None and receipt.is_open:
                await self.office.confirm(letter, unit, member)

        return confirm

    def _open(self, letter: Letter, unit: Unit) -> list[Matter]:
        return [work for work in self.office.facts.works(letter, unit) if work.is_open]

    def _finishing(self, letter: Letter, unit: Unit, positions: list[int]) -> Act:
        async def finish() -> None:
            works = [work for work in self._open(letter, unit) if work.position in positions]
            member = self._somebody(unit)
            if works and member is not None:
                await self.office.finish(works, member)

        return finish

    def _extending(self, letter: Letter, unit: Unit) -> Act:
        async def extend() -> None:
            works, member = self._open(letter, unit), self._somebody(unit)
            if not works or member is None:
                return
            work = self._chance.choice(works)
            later = max(work.deadline, self.office.rt.now()) + timedelta(
                days=self._chance.choice((1, 2, 5, 10)), minutes=self._chance.choice((0, 30))
            )
            await self.office.extend(work, member, later)

        return extend

    def _changing(self) -> Act:
        """Somebody comes, goes, or takes nothing from the bot for some weeks."""

        async def change() -> None:
            unit = self._chance.choice(self.office.facts.units)
            what = self._chance.random()
            if what < 0.4:
                await self.office.join(unit, leader=self._chance.random() < 0.3)
                return
            member = self._somebody(unit)
            if member is None:
                return
            if what < 0.7:
                await self.office.leave(unit, member)
                return
            chat = member.telegram_id
            await self.office.block(chat)
            until = self.office.true + timedelta(days=self._chance.randrange(1, 60))
            self._at(until, lambda: self.office.unblock(chat))

        return change
