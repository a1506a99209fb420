"""Issuing a directive: the check before, the frozen audience, the first card of every chat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import cards as card_actions
from bot.actions import periods, relations, versions
from bot.actions.addressing import Share, address
from bot.actions.audience import Audience, audience
from bot.actions.drafts import full_text, is_approved, open_draft, send_at_fault
from bot.actions.policy import Policy
from bot.domain.directives import identity_key
from bot.domain.reminder_plans import passes_quiet
from bot.domain.states import CardKind, DraftState, VersionKind
from bot.errors import Conflict, InvalidInput, NotFound
from bot.storage import audience as stored
from bot.storage import cards, directives, drafts, events, units
from bot.storage.tables import Directive, Draft, DraftTask, Task


@dataclass(frozen=True, slots=True)
class Readiness:
    """What a draft still lacks. A missing number is allowed after an explicit tap."""

    missing: tuple[str, ...]
    numbered: bool


async def readiness(session: AsyncSession, draft: Draft) -> Readiness:
    """The keys of what must be set before the draft can be issued."""
    tasks = await drafts.tasks(session, draft.id)
    choices = await stored.choices(session, draft.id)
    missing = []
    if not draft.subject:
        missing.append("draft.missing_subject")
    if not tasks:
        missing.append("draft.missing_tasks")
    if choices.is_empty:
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
    if await directives.by_identity(session, identity_of(draft, now=now)) is not None:
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
    if draft.corrects_id is not None:
        raise NotFound("refused.gone")  # it is issued by `corrections`
    recipients = await check(session, draft, unnumbered=unnumbered, now=now)
    await units.lock(session, [unit.id for unit in recipients.units])
    recipients = await audience(session, draft_id)
    if policy.needs_approval(len(recipients.units)) and not is_approved(draft):
        raise Conflict("review.needed")
    draft_tasks = await drafts.tasks(session, draft_id)
    if not await drafts.close(session, draft_id, state=DraftState.ISSUED, now=now):
        raise Conflict("draft.already_issued")
    body = full_text(draft, draft_tasks)
    directive = await _add_directive(session, draft, body=body, actor_id=actor_id, now=now)
    await relations.carry_out(session, directive, actor_id=actor_id, now=now)
    tasks = await _add_tasks(session, directive, draft_tasks, policy=policy)
    versions.keep(session, directive, tasks, kind=VersionKind.ISSUED, person_id=actor_id, now=now)
    issued_as = {
        draft_task.id: task.id for draft_task, task in zip(draft_tasks, tasks, strict=True)
    }
    shares = [
        Share(
            unit,
            {issued_as[task_id]: part for task_id, part in recipients.parts[unit.id].items()},
            recipients.personal.get(unit.id, frozenset()),
        )
        for unit in recipients.units
    ]
    addressed = await address(session, directive, tasks, shares, policy=policy, now=now)
    progress, _ = await cards.ensure(
        session, CardKind.PROGRESS, subject_id=directive.id, chat_id=chat_id
    )
    await card_actions.redraw(session, progress, now=now, lane=card_actions.PROGRESS_LANE)
    if directive.send_at is not None:
        await card_actions.redraw_when_begun(session, progress, begins_at=directive.send_at)
    events.add(
        session, "directive_issued", at=now, person_id=actor_id, object_kind="directive",
        object_id=directive.id, units=len(addressed.addressees), chats=addressed.chats,
    )  # fmt: skip
    return Issued(directive.id, len(addressed.addressees), addressed.chats, directive.send_at)


def identity_of(draft: Draft, *, now: datetime) -> str:
    """What the draft would be issued as: equal for the same letter drafted again."""
    return identity_key(
        issuer=draft.issuer,
        number=draft.number,
        symbol=draft.symbol,
        issued_on=draft.issued_on,
        subject=draft.subject or "",
        month=draft.issued_month or now.strftime("%Y-%m"),
    )


@dataclass(frozen=True, slots=True)
class Same:
    """That the same letter was issued, or that somebody is composing it."""

    issued_at: datetime | None = None
    drafted_by: str | None = None


async def same_letter(session: AsyncSession, draft: Draft, *, now: datetime) -> Same:
    """What there is of the draft's letter already; the directive that it corrects is not meant."""
    if not (draft.number or draft.subject):
        return Same()
    key = identity_of(draft, now=now)
    issued = await directives.by_identity(session, key)
    if issued is not None and issued.id != draft.corrects_id:
        return Same(issued_at=issued.issued_at)
    for other, author in await drafts.being_composed(session, number=draft.number):
        if other.id != draft.id and identity_of(other, now=now) == key:
            return Same(drafted_by=author)
    return Same()


async def _add_directive(
    session: AsyncSession, draft: Draft, *, body: str, actor_id: int, now: datetime
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
        body=body,
        file_id=draft.file_id,
        identity_key=identity_of(draft, now=now),
        issued_by=actor_id,
        issued_at=now,
        send_at=draft.send_at,
        when_unclear=draft.when_unclear,
        acknowledge_by=draft.acknowledge_by,
        passes_quiet=passes_quiet(draft.passes_quiet, urgency=draft.urgency),
        reminder_plan=draft.reminder_plan,
        relation=draft.relation,
        related_id=draft.related_id,
    )
    session.add(directive)
    await session.flush()
    return directive


async def _add_tasks(
    session: AsyncSession,
    directive: Directive,
    draft_tasks: Sequence[DraftTask],
    *,
    policy: Policy,
) -> list[Task]:
    tasks = [
        Task(
            directive_id=directive.id,
            position=task.position,
            text=task.text,
            short_title=task.short_title,
            deadline_at=task.deadline_at,
            expected_articles=task.expected_articles,
            reminder_plan=task.reminder_plan,
            every=task.every,
            every_day=task.every_day,
        )
        for task in draft_tasks
    ]
    for task in tasks:
        periods.begin(task, calendar=policy.calendar)
    session.add_all(tasks)
    await session.flush()
    return tasks
