"""One unit in the place of another: its people, chats and open work pass on, none lost, none twice.

The rules are written down in docs/decisions/0021-when-units-change.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import cards as card_actions
from bot.actions import extension_ends, receipt_plans, replies
from bot.actions.deadlines import first_of
from bot.actions.policy import Policy
from bot.domain.states import AssignmentState, CardKind
from bot.domain.succession import Fate, fate
from bot.storage import (
    audience,
    cards,
    directives,
    events,
    extensions,
    people,
    questions,
    succession,
    unit_changes,
)
from bot.storage.tables import Addressee, Assignment, Directive, Unit


@dataclass(frozen=True, slots=True)
class Office:
    """What every step of a change is made with."""

    session: AsyncSession
    policy: Policy
    now: datetime
    not_before: datetime  # when people may be told: nobody is woken for what comes at midnight


@dataclass(frozen=True, slots=True)
class PassedOn:
    """How many open assignments went with a unit, and how many another unit had already."""

    moved: int
    closed: int


async def take_over(office: Office, old: Unit, new: Unit) -> PassedOn:
    """Everything of `old` is `new`'s from now on; `old` has nobody and nothing left to do."""
    session, now = office.session, office.now
    passed = await _hand_work(office, old, new)
    await succession.copy_contacts(session, old.id, into_id=new.id, now=now)
    await succession.end_contacts(session, old.id, now=now)
    await succession.move_chats(session, old.id, into_id=new.id)
    await succession.copy_groups(session, old.id, into_id=new.id)
    await succession.leave_all_groups(session, old.id)
    await succession.copy_in_drafts(session, old.id, into_id=new.id)
    await succession.leave_drafts(session, old.id)
    await succession.move_what_else(session, old.id, into_id=new.id)
    await unit_changes.point_elsewhere(session, old.id, into_id=new.id)
    await give_all_cards(office, new)
    return passed


async def share(office: Office, old: Unit, new: Unit, *, with_work: bool) -> None:
    """Let `new` stand beside whoever takes over from `old`: in its groups, and if so chosen with
    its people and with open work of its own, equal to what `old` has."""
    session = office.session
    await succession.copy_groups(session, old.id, into_id=new.id)
    if not with_work:
        return
    await succession.copy_contacts(session, old.id, into_id=new.id, now=office.now)
    await succession.copy_in_drafts(session, old.id, into_id=new.id)
    for addressee, directive in await directives.open_addressees_of_units(session, [old.id]):
        await _double(office, addressee, directive, new)
    await give_all_cards(office, new)


async def cancel_work(office: Office, unit: Unit) -> int:
    """Nothing of the unit's open work is to be done any more; how much it was."""
    cancelled = 0
    for addressee, _ in await directives.open_addressees_of_units(office.session, [unit.id]):
        (work,) = (await succession.work_for_update(office.session, [addressee.id])).values()
        still_open = _open(work)
        for assignment in still_open:
            _close(office, assignment, addressee, reason="unit_retired")
        if still_open:
            await office.session.flush()
            await card_actions.redraw_addressee(office.session, addressee, now=office.now)
        cancelled += len(still_open)
    await extension_ends.end_pointless(office.session, extensions.of_unit(unit.id), now=office.now)
    return cancelled


async def give_all_cards(office: Office, unit: Unit) -> None:
    """Every chat of the unit gets what the unit has open and that chat has not."""
    chats = await people.chats_of_units(office.session, [unit.id])
    reachable = {chat.id for _, chat in chats if chat.unreachable_reason is None}
    await card_actions.give_missing(
        office.session,
        unit_id=unit.id,
        chat_ids=sorted(reachable),
        now=office.now,
        not_before=office.not_before,
    )


# --- work that passes on -------------------------------------------------------------------------


async def _hand_work(office: Office, old: Unit, new: Unit) -> PassedOn:
    session = office.session
    rows = await directives.open_addressees_of_units(session, [old.id])
    theirs = await succession.addressees_of(
        session, unit_id=new.id, directive_ids=[directive.id for _, directive in rows]
    )
    ids = [addressee.id for addressee, _ in rows] + [each.id for each in theirs.values()]
    work = await succession.work_for_update(session, ids)
    moved = closed = 0
    merged: dict[int, tuple[Addressee, Addressee]] = {}
    for addressee, directive in rows:
        own = theirs.get(directive.id)
        if own is None:
            addressee.unit_id = new.id  # the name it was issued under stays
            moved += len(_open(work[addressee.id]))
            continue
        of_old, of_new = work[addressee.id], work[own.id]
        came, left = await _merge(office, addressee, own, of_old, of_new, directive=directive)
        moved, closed = moved + came, closed + left
        await audience.join_people(session, addressee.id, into_id=own.id)
        await questions.move(session, addressee.id, into_id=own.id)
        if came:
            await card_actions.redraw_addressee(session, own, now=office.now)
        merged[addressee.id] = (addressee, own)
    await extension_ends.end_pointless(session, extensions.of_unit(old.id), now=office.now)
    await extension_ends.end_pointless(session, extensions.of_unit(new.id), now=office.now)
    await _say_farewell(office, merged)
    return PassedOn(moved, closed)


async def _merge(
    office: Office,
    old: Addressee,
    new: Addressee,
    of_old: Sequence[Assignment],
    of_new: Sequence[Assignment],
    *,
    directive: Directive,
) -> tuple[int, int]:
    """Both are addressees of one directive: how many assignments passed on, how many were there."""
    theirs = {assignment.task_id: assignment for assignment in of_new}
    moved = closed = 0
    for assignment in _open(of_old):
        successor = theirs.get(assignment.task_id)
        match fate(successor.state if successor else None):
            case Fate.ADD:
                assignment.addressee_id = new.id
                moved += 1
                continue
            case Fate.REOPEN:
                await _reopen(office, successor, like=assignment, directive=directive)
                moved += 1
            case Fate.LEAVE:
                await _leave(office, successor, like=assignment, directive=directive)
                closed += 1
        if successor is not None:
            await extension_ends.move(
                office.session, assignment.id, to_id=successor.id, now=office.now
            )
        _close(office, assignment, old, reason="unit_merged", successor=successor)
    return moved, closed


async def _double(office: Office, old: Addressee, directive: Directive, unit: Unit) -> None:
    """The unit gets open work equal to that of `old`, unless it has it."""
    session = office.session
    (work,) = (await succession.work_for_update(session, [old.id])).values()
    still_open = _open(work)
    if not still_open:
        return
    found = await succession.addressees_of(session, unit_id=unit.id, directive_ids=[directive.id])
    new = found.get(directive.id)
    if new is None:
        new = await _add_addressee(office, directive, unit)
        people_of = await audience.people_of(session, [old.id])
        await audience.add_people(session, {new.id: people_of.get(old.id, ())})
    theirs = {
        assignment.task_id: assignment
        for assignment in (await succession.work_for_update(session, [new.id]))[new.id]
    }
    for assignment in still_open:
        own = theirs.get(assignment.task_id)
        match fate(own.state if own else None):
            case Fate.ADD:
                await _add_equal(office, assignment, addressee=new, directive=directive)
            case Fate.REOPEN:
                await _reopen(office, own, like=assignment, directive=directive)
            case Fate.LEAVE:
                pass
    await session.flush()
    await card_actions.redraw_addressee(session, new, now=office.now)


async def _add_addressee(office: Office, directive: Directive, unit: Unit) -> Addressee:
    due = office.policy.acknowledge_due(directive, now=office.not_before)
    return await succession.add_addressee(
        office.session,
        directive_id=directive.id,
        unit_id=unit.id,
        unit_name=unit.name,
        acknowledge_due_at=due,
        next_reminder_at=receipt_plans.first_step(
            due, directive, since=office.now, policy=office.policy, now=office.now
        ),
        now=office.now,
    )


def _open(work: Sequence[Assignment]) -> list[Assignment]:
    return [assignment for assignment in work if assignment.state is AssignmentState.OPEN]


async def _add_equal(
    office: Office, assignment: Assignment, *, addressee: Addressee, directive: Directive
) -> None:
    own = Assignment(
        task_id=assignment.task_id,
        addressee_id=addressee.id,
        part=assignment.part,
        state=AssignmentState.OPEN,
        deadline_at=assignment.deadline_at,
    )
    own.next_reminder_at = await _first_reminder(office, own, directive)
    office.session.add(own)


async def _reopen(
    office: Office, own: Assignment | None, *, like: Assignment, directive: Directive
) -> None:
    assert own is not None  # noqa: S101 - nothing is opened again that is not there
    own.state, own.deadline_at = AssignmentState.OPEN, like.deadline_at
    own.part = like.part
    own.submitted_at = None
    own.next_reminder_at = await _first_reminder(office, own, directive)


async def _leave(
    office: Office, own: Assignment | None, *, like: Assignment, directive: Directive
) -> None:
    """Of two deadlines of the same open work the later one counts: the office granted it."""
    if own is None or own.state is not AssignmentState.OPEN or own.deadline_at is None:
        return
    if like.deadline_at is None or like.deadline_at > own.deadline_at:
        own.deadline_at = like.deadline_at
        own.next_reminder_at = await _first_reminder(office, own, directive)


async def _first_reminder(
    office: Office, assignment: Assignment, directive: Directive
) -> datetime | None:
    return await first_of(
        office.session, assignment, directive, policy=office.policy, now=office.now
    )


def _close(
    office: Office,
    assignment: Assignment,
    addressee: Addressee,
    *,
    reason: str,
    successor: Assignment | None = None,
) -> None:
    assignment.state, assignment.next_reminder_at = AssignmentState.CANCELLED, None
    events.add(
        office.session, "assignment_cancelled", at=office.now, object_kind="assignment",
        object_id=assignment.id, directive_id=addressee.directive_id, unit_id=addressee.unit_id,
        reason=reason, successor=successor.id if successor else None,
    )  # fmt: skip


async def _say_farewell(office: Office, merged: Mapping[int, tuple[Addressee, Addressee]]) -> None:
    """The old unit's cards stand beside the other's in the same chats: they say where to go on."""
    found = await cards.of_subjects(office.session, CardKind.DIRECTIVE, list(merged))
    for card in found:
        if card.message_id is None:
            continue
        old, new = merged[card.subject_id]
        await replies.notice(
            office.session,
            card.chat_id,
            "unit.card_merged",
            now=office.now,
            send_at=office.not_before,
            edits=card.message_id,
            values={"unit": old.unit_name, "into": new.unit_name},
        )
