"""Taking the steps of reminders that are due, of work and of receipts: each is written down once,
to wait for the next message of whom it goes to, or with why it never goes.

Which step is due is decided in `scheduler.plan`, into which message it goes in `reminders`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import catching_up, duty
from bot.actions.policy import Policy
from bot.domain import reminding
from bot.domain.acknowledgements import SETTLED
from bot.domain.rights import Right
from bot.domain.states import AcknowledgeBy, ReceiptState, ReminderEnd
from bot.storage import due_reminders, events, reminders, sending, standings
from bot.storage.due_reminders import Due
from bot.storage.standings import OfUnit, UnitReceipt
from scheduler import plan
from scheduler.plan import PlannedStep, Whom

AT_ONCE = 100  # of work, and as many receipts: one short transaction


@dataclass(frozen=True, slots=True)
class Taken:
    """What is due of one piece of work or one receipt now."""

    due: Due
    step: PlannedStep | None
    stale: Sequence[PlannedStep] = ()
    receipt: UnitReceipt | None = None  # how far it is, if it is about that


async def take_due(session: AsyncSession, *, policy: Policy, now: datetime) -> bool:
    """Take some of the steps that are due; True if there are more."""
    work, receipts, more = await _due(session, now=now)
    given_up = {each.directive.id for each in (*work, *receipts) if each.is_given_up}
    if given_up:
        # What was in flight when its sending was given up may have failed since: then the unit is
        # asked nothing any more.
        for directive_id in sorted(given_up):
            await sending.cancel_unreached(session, directive_id)
        work, receipts, more = await _due(session, now=now)
    if work or receipts:
        taken = await _take(session, [*work, *receipts], policy=policy, now=now)
        await write_down(session, taken, now=now)
        await catching_up.count(
            session,
            dropped=[step.at for each in taken for step in each.stale],
            late=[each.step.at for each in taken if each.step is not None],
            now=now,
        )
    return more


async def _due(session: AsyncSession, *, now: datetime) -> tuple[list[Due], list[Due], bool]:
    """Some work, some receipts, and whether more of either is due: one is asked for beyond what
    is taken, so that nobody has to look again to learn that nothing is left."""
    work = await due_reminders.due_work(session, now=now, limit=AT_ONCE + 1)
    receipts = await due_reminders.due_receipts(session, now=now, limit=AT_ONCE + 1)
    return work[:AT_ONCE], receipts[:AT_ONCE], max(len(work), len(receipts)) > AT_ONCE


async def _take(
    session: AsyncSession, due: Sequence[Due], *, policy: Policy, now: datetime
) -> list[Taken]:
    """What each is due for; its next time is set in the same transaction."""
    done = await due_reminders.steps_done(session, due)
    judged = await judge(session, due)
    planned = _Planned(policy)
    taken, moves = [], []
    for each in due:
        receipt = judged.get(each.addressee.id) if each.is_receipt else None
        step, next_at = _look(each, receipt, done.get(each.key, set()), planned, now=now)
        taken.append(Taken(each, step.step, step.stale, receipt))
        moves.append((each, next_at))
    moved = await due_reminders.move_on(session, moves)
    return [each for each in taken if each.due.row in moved]


class _Planned:
    """The steps of what is due, each plan made once: much of it is alike."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._known: dict[tuple[object, ...], tuple[PlannedStep, ...]] = {}

    def of(self, due: Due) -> tuple[PlannedStep, ...]:
        """All steps of this work or receipt."""
        key = (due.is_receipt, due.directive.id, due.deadline_at, due.plan, due.given_at)
        if key not in self._known:
            self._known[key] = steps_of(due, policy=self.policy)
        return self._known[key]


def _look(
    due: Due,
    receipt: UnitReceipt | None,
    done: set[str],
    plans: _Planned,
    *,
    now: datetime,
) -> tuple[plan.Due, datetime | None]:
    """What is to be done now, and when to look again; None if never."""
    nothing = plan.Due(None)
    if due.is_receipt and (receipt is None or _is_settled(receipt)):
        return nothing, None
    # After an outage that ends at night nobody is woken for what should have gone by day.
    quiet_until = plan.held_until(
        now, calendar=plans.policy.calendar, passes_quiet=due.directive.passes_quiet
    )
    if quiet_until is not None:
        return nothing, quiet_until
    planned = plans.of(due)
    following = plan.next_step(planned, after=now)
    next_at = following.at if following else None
    if receipt is not None and receipt.state in SETTLED:
        return nothing, next_at
    return plan.due_step(planned, deadline=due.deadline_at, now=now, done=done), next_at


def _is_settled(receipt: UnitReceipt) -> bool:
    """Whether it stays confirmed whoever comes to the unit, or leads it, from now on."""
    return receipt.standing.is_complete and receipt.standing.rule is AcknowledgeBy.ANY


def steps_of(due: Due, *, policy: Policy) -> tuple[PlannedStep, ...]:
    """All steps of this work or receipt."""
    if due.is_receipt:
        return policy.receipt_steps(due.deadline_at, due.directive, since=due.given_at)
    return policy.steps(due.deadline_at, due.directive, plan=due.plan, since=due.given_at)


async def judge(session: AsyncSession, due: Sequence[Due]) -> dict[int, UnitReceipt]:
    """How far the addressees are whose receipts are due; who is asked nothing is missing."""
    asked = [each for each in due if each.is_receipt and each.is_asked]
    if not asked:
        return {}
    rules = {each.directive.id: each.directive.acknowledge_by for each in asked}
    found = await standings.judged_by(session, [each.addressee for each in asked], rules)
    return {each.addressee.id: each for each in found}


# --- to whom -------------------------------------------------------------------------------------


async def write_down(session: AsyncSession, taken: Sequence[Taken], *, now: datetime) -> None:
    """Let each step wait for the next message of every chat it goes to; what is stale, or has
    nobody to go to, is noted."""
    chats = await _chats(session, taken)
    rows: list[dict[str, Any]] = []
    for each in taken:
        about = each.due.key
        rows += [
            reminders.row(about, step.step, now=now, ending=ReminderEnd.STALE)
            for step in each.stale
        ]
        if each.step is None:
            continue
        to = chats[about]
        rows += [reminders.row(about, each.step.step, now=now, chat_id=chat_id) for chat_id in to]
        if not to:
            rows.append(reminders.row(about, each.step.step, now=now, ending=ReminderEnd.NOBODY))
            _note_nobody(session, each.due, each.step, now=now)
    await reminders.add_all(session, rows)


def _note_nobody(session: AsyncSession, due: Due, step: PlannedStep, *, now: datetime) -> None:
    kind = "addressee" if due.is_receipt else "assignment"
    events.add(
        session, "reminder_reached_nobody", at=now, object_kind=kind,
        object_id=due.assignment_id or due.addressee.id, directive_id=due.directive.id,
        unit_id=due.addressee.unit_id, step=step.step,
    )  # fmt: skip


async def _chats(
    session: AsyncSession, taken: Sequence[Taken]
) -> Mapping[due_reminders.Key, list[int]]:
    steps = [each for each in taken if each.step is not None]
    units = {each.due.addressee.unit_id for each in steps if _whom(each) is Whom.STAFF}
    on_duty = await duty.chats_of_units(session, units, right=Right.ISSUE)
    addressees = {each.due.addressee.id for each in steps if _whom(each) is not Whom.STAFF}
    places = await due_reminders.places(session, addressees) if addressees else {}
    return {
        each.due.key: _to(each, places.get(each.due.addressee.id, ()), on_duty) for each in steps
    }


def _whom(taken: Taken) -> Whom | None:
    return taken.step.whom if taken.step else None


def _to(
    taken: Taken, places: Sequence[reminding.Place], on_duty: Mapping[int, list[int]]
) -> list[int]:
    """The chats that one step goes to. Who has not got a directive is not asked to confirm it."""
    if _whom(taken) is Whom.STAFF:
        return on_duty[taken.due.addressee.unit_id]
    receipt = taken.receipt
    if receipt is not None and receipt.state is not ReceiptState.SILENT:
        return []
    return within_unit(
        places,
        whom=_whom(taken),
        group_too=taken.due.reminds_group,
        standing=receipt.standing if receipt else None,
    )


def within_unit(
    places: Sequence[reminding.Place],
    *,
    whom: Whom | None,
    group_too: bool,
    standing: OfUnit | None,
) -> list[int]:
    """To which of a unit's chats a step goes: its leaders', or its contacts'; of a receipt by how
    far it is."""
    if whom is Whom.LEADER:
        return reminding.to_leaders(places)
    return reminding.to_contacts(
        places,
        group_too=group_too,
        asks=standing.asks if standing else AcknowledgeBy.ANY,
        missing=standing.missing if standing else None,
    )
