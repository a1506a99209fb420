"""Of which units of reminders to come nobody is in reach, judged by what the engine goes by when it
takes a step: such a step would have nobody to go to.

It is asked of what is shown only: the list counts units and does not know them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import agenda, reminder_steps
from bot.actions.agenda import Entry, Item, Outlook, Slot
from bot.domain.reminding import Place
from bot.domain.states import AgendaKind
from bot.storage import agenda as rows
from bot.storage import due_reminders, standings
from bot.storage.agenda import Step, Window
from bot.storage.due_reminders import Due
from bot.storage.standings import OfUnit
from scheduler.plan import Whom

# By slot, of which addressees it holds which steps.
_Whose = dict[Slot, dict[int, list[Step]]]


async def of_entries(
    session: AsyncSession, shown: Iterable[Entry], window: Window, outlook: Outlook
) -> dict[Slot, int]:
    """Of how many units that are left in each entry nobody is in reach. What goes to the office is
    not asked for, nor what waits in a chat."""
    alike: dict[tuple[int, AgendaKind], list[Entry]] = defaultdict(list)
    for entry in shown:
        if entry.slot.can_be_sent:
            alike[entry.slot.directive_id, entry.slot.kind].append(entry)
    found: dict[Slot, int] = {}
    for (directive_id, kind), entries in alike.items():
        of = _of_receipts if kind is AgendaKind.RECEIPT else _of_work
        found |= await of(session, entries, replace(window, directive_id=directive_id), outlook)
    return found


async def of_items(session: AsyncSession, slot: Slot, items: Iterable[Item]) -> set[int]:
    """The addressees that are left in one slot of which nobody is in reach."""
    if not slot.can_be_sent:
        return set()
    left = [item.due for item in items if item.dealt is None]
    ids = {due.addressee.id for due in left}
    reach = await _reach(session, ids, [due for due in left if due.is_receipt])
    return {each for each in ids if reach.misses(each, slot.whom)}


@dataclass(frozen=True, slots=True)
class _Reach:
    """Where addressees can be written to; of receipts with how far they are."""

    places: Mapping[int, Sequence[Place]]
    standing: Mapping[int, OfUnit]

    def misses(self, addressee_id: int, whom: Whom) -> bool:
        """Whether a step to these of the unit has nobody to go to."""
        return not reminder_steps.within_unit(
            self.places.get(addressee_id, ()),
            whom=whom,
            group_too=True,  # where nobody else is in reach it is asked anyway
            standing=self.standing.get(addressee_id),
        )


async def _reach(
    session: AsyncSession, addressee_ids: Collection[int], receipts: Iterable[Due] = ()
) -> _Reach:
    asked = {due.addressee.id: due for due in receipts}
    rules = {due.directive.id: due.directive.acknowledge_by for due in asked.values()}
    addressees = [due.addressee for due in asked.values()]
    return _Reach(
        await due_reminders.places(session, addressee_ids),
        await standings.of(session, addressees, rules, with_people=True),
    )


async def _of_work(
    session: AsyncSession, entries: Sequence[Entry], window: Window, outlook: Outlook
) -> dict[Slot, int]:
    directive = entries[0].directive
    tasks = {about.task.id: about.task for each in entries for about in each.units if about.task}
    whose: _Whose = {entry.slot: defaultdict(list) for entry in entries}
    for alike, theirs in (await rows.work_of_units(session, window)).items():
        if alike.task_id not in tasks:
            continue
        for planned in outlook.of_work(alike, tasks[alike.task_id], directive):
            slot = agenda.slot_of(directive, AgendaKind.WORK, planned)
            if slot in whose:
                for addressee_id, assignment_id in theirs:
                    step = (assignment_id, alike.deadline_at, planned.step)
                    whose[slot][addressee_id].append(step)
    missed = _missed(whose, await _reach(session, _addressees(whose)))
    dealt = await rows.of_work(session, _about(missed))
    return _left(missed, dealt)


async def _of_receipts(
    session: AsyncSession, entries: Sequence[Entry], window: Window, outlook: Outlook
) -> dict[Slot, int]:
    asked = await agenda.unconfirmed(session, await rows.receipts(session, window))
    whose: _Whose = {entry.slot: defaultdict(list) for entry in entries}
    for due in asked:
        for planned in outlook.of_one(due):
            slot = agenda.slot_of(due.directive, AgendaKind.RECEIPT, planned)
            if slot in whose:
                step = (due.addressee.id, due.deadline_at, planned.step)
                whose[slot][due.addressee.id].append(step)
    missed = _missed(whose, await _reach(session, _addressees(whose), asked))
    dealt = await rows.of_receipts(session, _about(missed))
    return _left(missed, dealt)


def _addressees(whose: _Whose) -> set[int]:
    return {addressee_id for of_slot in whose.values() for addressee_id in of_slot}


def _about(whose: _Whose) -> set[int]:
    """The work, or the addressees whose receipts, that the steps are about."""
    return {
        about for of_slot in whose.values() for steps in of_slot.values() for about, _, _ in steps
    }


def _missed(whose: _Whose, reach: _Reach) -> _Whose:
    return {
        slot: {each: steps for each, steps in of_slot.items() if reach.misses(each, slot.whom)}
        for slot, of_slot in whose.items()
    }


def _left(whose: _Whose, dealt: Collection[Step]) -> dict[Slot, int]:
    """How many addressees have a step that nobody has skipped, and that was not sent before."""
    return {
        slot: sum(any(step not in dealt for step in steps) for steps in of_slot.values())
        for slot, of_slot in whose.items()
    }
