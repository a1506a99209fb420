"""The reminders to come, found by the very plan that will make them.

Nothing of this is kept: it is the plan, looked at from now on, with what was dealt with before its
time. What staff say of one of them stands in `bot.actions.agenda_choices`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions.policy import Policy
from bot.actions.reminder_steps import steps_of
from bot.domain.directives import given_at
from bot.domain.states import AgendaKind
from bot.errors import NotFound
from bot.storage import agenda as rows
from bot.storage import answers, standings
from bot.storage.agenda import Alike, Dealt, Window
from bot.storage.due_reminders import Due
from bot.storage.tables import Directive, Task
from scheduler.plan import PlannedStep, Whom, held_until, to_come

_MINUTE = timedelta(minutes=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_MINUTES = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MINUTE


# What of it something can be said of. A button carries the number: its place here.
_CHOOSABLE = [(kind, whom) for kind in (AgendaKind.WORK, AgendaKind.RECEIPT) for whom in Whom]


@dataclass(frozen=True, slots=True)
class Slot:
    """One directive's reminders of one kind to one circle, in one minute."""

    directive_id: int
    at: datetime
    kind: AgendaKind
    whom: Whom = Whom.CONTACTS

    @property
    def is_choosable(self) -> bool:
        """Whether something can be said of it."""
        return (self.kind, self.whom) in _CHOOSABLE

    @property
    def can_be_sent(self) -> bool:
        """Whether it can come before its time; what tells the office can not: it would know."""
        return self.is_choosable and self.whom is not Whom.STAFF

    @property
    def ids(self) -> tuple[int, int, int]:
        """What a button carries of it."""
        number = _CHOOSABLE.index((self.kind, self.whom))
        return (self.directive_id, (self.at - _EPOCH) // _MINUTE, number)

    @classmethod
    def of_ids(cls, directive_id: int, minutes: int, number: int) -> Slot:
        """What a button meant; NotFound if none of ours did."""
        if number >= len(_CHOOSABLE) or minutes > _MOST_MINUTES:
            raise NotFound("refused.gone")
        return cls(directive_id, _EPOCH + minutes * _MINUTE, *_CHOOSABLE[number])

    @property
    def last_moment(self) -> datetime:
        """The end of its minute."""
        return self.at + _MINUTE - datetime.resolution


def _minute(moment: datetime) -> datetime:
    return _EPOCH + (moment - _EPOCH) // _MINUTE * _MINUTE


def slot_of(directive: Directive, kind: AgendaKind, planned: PlannedStep) -> Slot:
    """Where a step stands in the list."""
    return Slot(directive.id, _minute(planned.at), kind, planned.whom)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the plan says from now on, until a moment."""

    policy: Policy
    now: datetime
    until: datetime
    # A plan is made once for all units for which it is the same.
    _of_alike: dict[tuple[object, ...], list[PlannedStep]] = field(default_factory=dict)

    def of_work(self, alike: Alike, task: Task, directive: Directive) -> Iterator[PlannedStep]:
        """Steps of work that is alike."""
        given = given_at(directive.send_at or directive.issued_at, alike.added_at)
        planned = self.policy.steps(
            alike.deadline_at, directive, plan=task.reminder_plan, since=given
        )
        look_at = self._look_at(alike.next_reminder_at, directive)
        return to_come(planned, deadline=alike.deadline_at, look_at=look_at, until=self.until)

    def of_one(self, due: Due) -> Iterable[PlannedStep]:
        """Steps of one unit's work, or of its receipt."""
        key = _alike(due)
        if key not in self._of_alike:
            planned = steps_of(due, policy=self.policy)
            look_at = self._look_at(due.next_reminder_at, due.directive)
            self._of_alike[key] = list(
                to_come(planned, deadline=due.deadline_at, look_at=look_at, until=self.until)
            )
        return self._of_alike[key]

    def _look_at(self, moment: datetime, directive: Directive) -> datetime:
        """When it is really looked at what is to be looked at then."""
        at = max(moment, self.now)
        calendar, passes_quiet = self.policy.calendar, directive.passes_quiet
        return held_until(at, calendar=calendar, passes_quiet=passes_quiet) or at


def _alike(due: Due) -> tuple[object, ...]:
    """For which the same is planned."""
    about = due.directive, due.is_receipt, due.plan
    return (*about, due.deadline_at, due.given_at, due.next_reminder_at)


# --- the list ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class About:
    """One step of one task (None: of the receipt) and of its period, with the deadline it is
    about."""

    task: Task | None
    period: str
    step: str
    deadline_at: datetime | None


@dataclass(slots=True)
class Units:
    """How many units it is for, and for how many somebody has skipped it."""

    left: int = 0
    skipped: int = 0
    skipped_by: set[int] = field(default_factory=set)  # people

    def skip(self, units: int, *, by: int) -> None:
        """So many less are left."""
        self.left -= units
        self.skipped += units
        self.skipped_by.add(by)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a slot holds: each step with its units."""

    slot: Slot
    directive: Directive
    units: dict[About, Units]

    @property
    def skipped_by(self) -> set[int]:
        """The people who skipped any of it."""
        return {each for units in self.units.values() for each in units.skipped_by}


async def entries(session: AsyncSession, window: Window, outlook: Outlook) -> list[Entry]:
    """All reminders to come in the window if nobody does anything meanwhile, in time; of one moment
    the urgent first."""
    found = _List(outlook)
    await found.add_work(session, window)
    await found.add_receipts(session, window)
    await found.add_held(session, window)
    return found.entries()


@dataclass(frozen=True, slots=True)
class _List:
    outlook: Outlook
    directives: dict[int, Directive] = field(default_factory=dict)
    slots: dict[Slot, dict[About, Units]] = field(default_factory=dict)

    async def add_work(self, session: AsyncSession, window: Window) -> None:
        """Steps of open work; of what is alike they are the same, but for what was dealt with."""
        found = await rows.work(session, window)
        tasks = await rows.tasks(session, {each.task_id for each in found})
        marks: dict[tuple[Alike, str], list[tuple[int | None, int]]] = defaultdict(list)
        for (alike, mark), number in (await rows.marks(session, window)).items():
            marks[alike, mark.step].append((mark.skipped_by, number))
        for alike, number in found.items():
            task, directive = tasks[alike.task_id]
            for planned in self.outlook.of_work(alike, task, directive):
                about = About(task, alike.period, planned.step, alike.deadline_at)
                units = self._units(directive, AgendaKind.WORK, about, planned)
                units.left += number
                for skipped_by, marked in marks[alike, planned.step]:
                    self._mark(units, marked, skipped_by)

    async def add_receipts(self, session: AsyncSession, window: Window) -> None:
        """Steps of receipts that were not given."""
        asked = await unconfirmed(session, await rows.receipts(session, window))
        dealt = await rows.of_receipts(session, (due.addressee.id for due in asked))
        alike: dict[tuple[object, ...], list[Due]] = defaultdict(list)
        for due in asked:
            alike[_alike(due)].append(due)
        for same in alike.values():
            for planned in self.outlook.of_one(same[0]):
                about = About(None, "", planned.step, same[0].deadline_at)
                units = self._units(same[0].directive, AgendaKind.RECEIPT, about, planned)
                units.left += len(same)
                steps = ((due.addressee.id, due.deadline_at, planned.step) for due in same)
                for mark in (dealt[step] for step in steps if step in dealt):
                    self._mark(units, 1, mark.skipped_by)

    async def add_held(self, session: AsyncSession, window: Window) -> None:
        """What was to come before."""
        held = await rows.held(session, window, now=self.outlook.now)
        tasks = await rows.tasks(session, {each.task_id for each in held if each.task_id})
        self.directives.update(await rows.directives(session, {each.directive_id for each in held}))
        for each in held:
            kind = AgendaKind.PUT_OFF if each.is_put_off else AgendaKind.HELD
            slot = Slot(each.directive_id, _minute(each.until), kind)
            task = tasks[each.task_id][0] if each.task_id else None
            about = About(task, each.period or "", "", None)
            self.slots.setdefault(slot, {}).setdefault(about, Units()).left += each.units

    def _units(
        self, directive: Directive, kind: AgendaKind, about: About, planned: PlannedStep
    ) -> Units:
        self.directives[directive.id] = directive
        slot = slot_of(directive, kind, planned)
        return self.slots.setdefault(slot, {}).setdefault(about, Units())

    def _mark(self, units: Units, number: int, skipped_by: int | None) -> None:
        """Of so many it was dealt with: skipped, or sent before its time."""
        if skipped_by is None:
            units.left -= number
        else:
            units.skip(number, by=skipped_by)

    def entries(self) -> list[Entry]:
        """What there is, without what is left for nobody and was skipped for nobody."""
        found = []
        for slot, of_slot in self.slots.items():
            shown = {about: each for about, each in of_slot.items() if each.left or each.skipped}
            if shown:
                found.append(Entry(slot, self.directives[slot.directive_id], shown))
        return sorted(found, key=_place)


def _place(entry: Entry) -> tuple[datetime, bool, int, int, int]:
    slot, kinds, circles = entry.slot, list(AgendaKind), list(Whom)
    is_calm = entry.directive.urgency is None
    return slot.at, is_calm, slot.directive_id, circles.index(slot.whom), kinds.index(slot.kind)


async def unconfirmed(session: AsyncSession, found: Sequence[Due]) -> list[Due]:
    """Those that have not confirmed, by their directives' rules, nor said that they cannot."""
    rules = {due.directive.id: due.directive.acknowledge_by for due in found}
    standing = await standings.of(session, [due.addressee for due in found], rules)
    cannot = await answers.cannot(session, list(standing))
    return [
        due
        for due in found
        if not standing[due.addressee.id].is_complete and due.addressee.id not in cannot
    ]


# --- one slot ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Item:
    """One step of one unit in a slot; `dealt` if somebody has skipped it, or it was sent before."""

    due: Due
    task: Task | None  # None: the receipt
    planned: PlannedStep
    dealt: Dealt | None

    @property
    def about(self) -> About:
        """What the list says of it."""
        return About(self.task, self.due.period, self.planned.step, self.due.deadline_at)


async def items(
    session: AsyncSession,
    slot: Slot,
    window: Window,
    *,
    policy: Policy,
    now: datetime,
    lock: bool = False,
) -> list[Item]:
    """What the slot holds for each unit in the window; locked, if something is to be said of it."""
    found: list[tuple[Due, Task | None]] = []
    if slot.kind is AgendaKind.RECEIPT:
        asked = await unconfirmed(session, await rows.receipts(session, window, lock=lock))
        found += [(due, None) for due in asked]
        dealt = await rows.of_receipts(session, (due.addressee.id for due in asked))
    else:
        found += await rows.assignments(session, window, lock=lock)
        dealt = await rows.of_work(session, (due.assignment_id or 0 for due, _ in found))
    outlook = Outlook(policy, now, slot.last_moment)
    return [
        Item(due, task, planned, dealt.get((_id(due), due.deadline_at, planned.step)))
        for due, task in found
        for planned in outlook.of_one(due)
        if _minute(planned.at) == slot.at and planned.whom is slot.whom
    ]


def _id(due: Due) -> int:
    return due.assignment_id or due.addressee.id


def counted(found: Iterable[Item]) -> dict[About, Units]:
    """The same, counted."""
    units: dict[About, Units] = {}
    for item in found:
        of_step = units.setdefault(item.about, Units())
        if item.dealt is None:
            of_step.left += 1
        elif item.dealt.skipped_by is not None:
            of_step.skipped += 1
            of_step.skipped_by.add(item.dealt.skipped_by)
    return units
