"""Issuing a directive: the check before, the frozen audience, the first card of every chat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import cards as card_actions
from bot.actions import relations
from bot.actions.drafts import is_approved, open_draft, send_at_fault
from bot.actions.policy import Policy
from bot.domain.directives import identity_key
from bot.domain.states import AssignmentState, CardKind, DraftState
from bot.errors import Conflict, InvalidInput
from bot.storage import cards, directives, drafts, events, people, units
from bot.storage.tables import (
    Addressee,
    Assignment,
    Chat,
    Directive,
    Draft,
    DraftTask,
    Task,
    Unit,
)
from scheduler.plan import next_step


@dataclass(frozen=True, slots=True)
class Audience:
    """Who a draft would go to, counted before anything is sent."""

    groups: int
    units: tuple[Unit, ...]
    chats: tuple[tuple[int, Chat], ...]  # unit id, chat

    @property
    def reachable(self) -> tuple[tuple[int, Chat], ...]:
        """Chats that Telegram delivers to, as far as is known."""
        return tuple(pair for pair in self.chats if pair[1].unreachable_reason is None)

    @property
    def unreached_units(self) -> tuple[Unit, ...]:
        """Units nobody of which can be reached."""
        reached = {unit_id for unit_id, _ in self.reachable}
        return tuple(unit for unit in self.units if unit.id not in reached)


async def audience(session: AsyncSession, draft_id: int) -> Audience:
    """The units of the ticked groups, each once, with all their chats."""
    choices = await drafts.group_choices(session, draft_id)
    group_ids = {choice.group_id for choice in choices if choice.chosen and choice.group_id}
    found = await units.units_of_groups(session, group_ids)
    chats = await people.chats_of_units(session, [unit.id for unit in found])
    return Audience(len(group_ids), tuple(found), tuple(chats))


@dataclass(frozen=True, slots=True)
class Readiness:
    """What a draft still lacks. A missing number is allowed after an explicit tap."""

    missing: tuple[str, ...]
    numbered: bool


async def readiness(session: AsyncSession, draft: Draft) -> Readiness:
    """The keys of what must be set before the draft can be issued."""
    tasks = await drafts.tasks(session, draft.id)
    choices = await drafts.group_choices(session, draft.id)
    missing = []
    if not draft.subject:
        missing.append("draft.missing_subject")
    if not tasks:
        missing.append("draft.missing_tasks")
    if not any(choice.chosen for choice in choices):
        missing.append("draft.missing_groups")
    if any(task.deadline_at is None and not task.continuous for task in tasks):
        missing.append("draft.missing_deadlines")
    return Readiness(tuple(missing), bool(draft.number and draft.issued_on))


async def check(session: AsyncSession, draft: Draft, *, unnumbered: str, now: datetime) -> Audience:
    """To whom the draft would go, if nothing stands in the way of issuing it, or of approving it.

    Raises InvalidInput for what it lacks (`unnumbered` is "allowed" where the letter need not have
    its number or day yet) and Conflict for a directive that exists.
    """
    ready = await readiness(session, draft)
    if ready.missing:
        raise InvalidInput(ready.missing[0])
    if not ready.numbered and unnumbered != "allowed":
        raise InvalidInput("draft.missing_number")
    recipients = await audience(session, draft.id)
    if not recipients.units:
        raise InvalidInput("draft.missing_groups")
    tasks = await drafts.tasks(session, draft.id)
    if any(task.deadline_at is not None and task.deadline_at <= now for task in tasks):
        raise InvalidInput("deadline.past")
    fault = send_at_fault(draft.send_at, tasks, now=now)
    if fault is not None:
        raise InvalidInput(fault)
    if await directives.by_identity(session, _identity(draft, now=now)) is not None:
        raise Conflict("draft.issued_before")
    return recipients


@dataclass(frozen=True, slots=True)
class Issued:
    """A directive on its way."""

    directive_id: int
    units: int
    chats: int
    send_at: datetime | None  # when its sending begins, if not at once


async def issue(
    session: AsyncSession,
    draft_id: int,
    *,
    actor_id: int,
    chat_id: int,
    unnumbered: str,
    policy: Policy,
    now: datetime,
) -> Issued:
    """Freeze the audience and queue the first card of every chat, all in this transaction.

    `unnumbered` is "allowed" when staff tapped that the letter has no number or day yet. Raises
    InvalidInput for what is missing and Conflict for a directive that exists, or that somebody else
    must approve first.
    """
    draft = await open_draft(session, draft_id)
    recipients = await check(session, draft, unnumbered=unnumbered, now=now)
    await units.lock(session, [unit.id for unit in recipients.units])
    recipients = await audience(session, draft_id)
    if policy.needs_approval(len(recipients.units)) and not is_approved(draft):
        raise Conflict("review.needed")
    draft_tasks = await drafts.tasks(session, draft_id)
    if not await drafts.close(session, draft_id, state=DraftState.ISSUED, now=now):
        raise Conflict("draft.already_issued")
    directive = await _add_directive(session, draft, actor_id=actor_id, now=now)
    await relations.carry_out(session, directive, actor_id=actor_id, now=now)
    tasks = await _add_tasks(session, directive, draft_tasks)
    addressees = await _add_addressees(session, directive, recipients.units, now=now)
    begins_at = draft.send_at or now
    _add_assignments(session, directive, tasks, addressees, policy=policy, begins_at=begins_at)
    await session.flush()
    by_unit = {addressee.unit_id: addressee for addressee in addressees}
    lists = card_actions.task_lists(directive, [task.short_title for task in tasks])
    for unit_id, chat in recipients.chats:
        await card_actions.give_directive(
            session,
            directive=directive,
            addressee_id=by_unit[unit_id].id,
            chat=chat,
            now=now,
            lists=len(lists),
        )
    progress, _ = await cards.ensure(
        session, CardKind.PROGRESS, subject_id=directive.id, chat_id=chat_id
    )
    await card_actions.redraw(session, progress, now=now, lane=card_actions.PROGRESS_LANE)
    if directive.send_at is not None:
        await card_actions.redraw_when_begun(session, progress, begins_at=directive.send_at)
    events.add(
        session, "directive_issued", at=now, person_id=actor_id, object_kind="directive",
        object_id=directive.id, units=len(addressees), chats=len(recipients.chats),
    )  # fmt: skip
    return Issued(directive.id, len(addressees), len(recipients.chats), directive.send_at)


async def _add_directive(
    session: AsyncSession, draft: Draft, *, actor_id: int, now: datetime
) -> Directive:
    directive = Directive(
        draft_id=draft.id,
        version=1,
        issuer=draft.issuer,
        number=draft.number,
        symbol=draft.symbol,
        issued_on=draft.issued_on,
        urgency=draft.urgency,
        subject=draft.subject or "",
        body=draft.body,
        file_id=draft.file_id,
        identity_key=_identity(draft, now=now),
        issued_by=actor_id,
        issued_at=now,
        send_at=draft.send_at,
        when_unclear=draft.when_unclear,
        relation=draft.relation,
        related_id=draft.related_id,
    )
    session.add(directive)
    await session.flush()
    return directive


def _identity(draft: Draft, *, now: datetime) -> str:
    return identity_key(
        issuer=draft.issuer,
        number=draft.number,
        symbol=draft.symbol,
        issued_on=draft.issued_on,
        subject=draft.subject or "",
        month=draft.issued_month or now.strftime("%Y-%m"),
    )


async def _add_tasks(
    session: AsyncSession, directive: Directive, draft_tasks: Sequence[DraftTask]
) -> list[Task]:
    tasks = [
        Task(
            directive_id=directive.id,
            position=task.position,
            text=task.text,
            short_title=task.short_title,
            deadline_at=task.deadline_at,
            expected_articles=1,
        )
        for task in draft_tasks
    ]
    session.add_all(tasks)
    await session.flush()
    return tasks


async def _add_addressees(
    session: AsyncSession, directive: Directive, found: Sequence[Unit], *, now: datetime
) -> list[Addressee]:
    addressees = [
        Addressee(directive_id=directive.id, unit_id=unit.id, unit_name=unit.name, added_at=now)
        for unit in found
    ]
    session.add_all(addressees)
    await session.flush()
    return addressees


def _add_assignments(
    session: AsyncSession,
    directive: Directive,
    tasks: Sequence[Task],
    addressees: Sequence[Addressee],
    *,
    policy: Policy,
    begins_at: datetime,
) -> None:
    for task in tasks:
        first = (
            next_step(
                task.deadline_at,
                policy=policy.reminders,
                calendar=policy.calendar,
                after=begins_at,
                since=begins_at,
                urgent=directive.urgency is not None,
            )
            if task.deadline_at
            else None
        )
        session.add_all(
            Assignment(
                task_id=task.id,
                addressee_id=addressee.id,
                state=AssignmentState.OPEN,
                deadline_at=task.deadline_at,
                next_reminder_at=first.at if first else None,
            )
            for addressee in addressees
        )
