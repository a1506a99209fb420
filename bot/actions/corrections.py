"""Correcting a directive in place (đính chính): a draft of its next version, and what issuing that
does to work, receipts and cards.

What versions are kept is `versions`; a directive that takes the place of another one is `closing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import cards as card_actions
from bot.actions import closing, receipt_plans, versions
from bot.actions.corrected_work import Work
from bot.actions.drafts import changed, is_approved, open_draft
from bot.actions.policy import Policy
from bot.actions.reasons import reason_of
from bot.actions.templates import task_like
from bot.domain.directives import identity_key
from bot.domain.reminder_plans import chosen, passes_quiet
from bot.domain.states import DraftState, Lane, MessageKind, VersionKind
from bot.domain.versions import Change, What, changes, for_units
from bot.errors import Conflict, InvalidInput, NotFound
from bot.runtime import Wake, wake_after_commit
from bot.storage import corrections, directives, drafts, events, outbox, progress, sending
from bot.storage import versions as version_rows
from bot.storage.corrections import PlacedCard
from bot.storage.outbox import NewMessage
from bot.storage.tables import Directive, Draft, DraftTask, Task


async def begin(
    session: AsyncSession, directive_id: int, *, actor_id: int, chat_id: int, now: datetime
) -> Draft:
    """A draft of the directive's next version with what it says now; the one that was begun in this
    chat already, if the directive is still as it was then."""
    directive = await closing.still_open(session, directive_id)
    begun = await corrections.open_draft(session, directive_id, chat_id=chat_id)
    if begun is not None and not await _is_outdated(session, begun):
        return begun
    draft = Draft(
        author_id=actor_id,
        chat_id=chat_id,
        state=DraftState.OPEN,
        corrects_id=directive.id,
        issuer=directive.issuer,
        number=directive.number,
        symbol=directive.symbol,
        issued_on=directive.issued_on,
        urgency=directive.urgency,
        subject=directive.subject,
        body=directive.body,
        file_id=directive.file_id,
        when_unclear=directive.when_unclear,
        acknowledge_by=directive.acknowledge_by,
        passes_quiet=chosen(directive.passes_quiet, urgency=directive.urgency),
        reminder_plan=directive.reminder_plan,
        created_at=now,
        updated_at=now,
    )
    session.add(draft)
    await session.flush()
    for task in await directives.tasks(session, directive.id):
        copy = task_like(task, continuous=task.deadline_at is None)
        copy.draft_id, copy.task_id, copy.deadline_at = draft.id, task.id, task.deadline_at
        session.add(copy)
    events.add(
        session, "correction_begun", at=now, person_id=actor_id, object_kind="draft",
        object_id=draft.id, directive_id=directive.id,
    )  # fmt: skip
    await session.flush()
    return draft


async def set_note(session: AsyncSession, draft_id: int, text: str, *, now: datetime) -> None:
    """What was wrong, as typed."""
    draft = await open_correction(session, draft_id)
    draft.note = reason_of(text)
    await changed(session, draft, now=now)


async def set_asks_again(
    session: AsyncSession, draft_id: int, *, asks_again: bool, now: datetime
) -> Draft:
    """Whether receipts are to be given again."""
    draft = await open_correction(session, draft_id)
    draft.asks_again = asks_again
    await changed(session, draft, now=now)
    return draft


async def open_correction(session: AsyncSession, draft_id: int) -> Draft:
    """A draft that is a correction, while it can be changed."""
    draft = await open_draft(session, draft_id)
    if draft.corrects_id is None:
        raise NotFound("refused.gone")
    return draft


@dataclass(frozen=True, slots=True)
class Planned:
    """What a correction would change; `faults` are the keys of what forbids it."""

    directive: Directive
    tasks: tuple[tuple[int, DraftTask], ...]  # with the number that each will have
    changes: tuple[Change, ...]
    faults: tuple[str, ...]


async def planned(session: AsyncSession, draft: Draft, *, now: datetime) -> Planned:
    """Look at a correction as it stands."""
    directive = await directives.get(session, draft.corrects_id or 0)
    if directive is None:
        raise NotFound("directive.unknown")
    tasks = await directives.tasks(session, directive.id)
    numbered = await _numbered(session, directive, tasks, await drafts.tasks(session, draft.id))
    old = versions.content_of(directive, tasks)
    found = changes(old, _content(draft, numbered))
    faults = []
    if directive.closed_at is not None:
        faults.append("refused.closed")
    elif await _is_outdated(session, draft):
        faults.append("correction.outdated")
    if not numbered:
        faults.append("draft.missing_tasks")
    if any(task.deadline_at is None and not task.continuous for _, task in numbered):
        faults.append("draft.missing_deadlines")
    if any(_is_past(change, now=now) for change in found):
        faults.append("deadline.past")
    if not found:
        faults.append("correction.no_change")
    return Planned(directive, numbered, found, tuple(faults))


def _is_past(change: Change, *, now: datetime) -> bool:
    """A deadline is moved to what is over; one that passed before stays as it was."""
    moved = change.what is What.TASK_DEADLINE and isinstance(change.new, datetime)
    return moved and isinstance(change.new, datetime) and change.new <= now


async def _is_outdated(session: AsyncSession, draft: Draft) -> bool:
    """Another correction was issued after this one was begun. At one and the same moment it might
    have been, too: what somebody else changed must never be undone unseen."""
    kept = await version_rows.of_directive(session, draft.corrects_id or 0)
    return bool(kept) and kept[-1].at >= draft.created_at


async def numbers(session: AsyncSession, draft: Draft) -> dict[int, int]:
    """As what a correction's tasks will stand on cards, by the id of the draft's task."""
    directive = await directives.get(session, draft.corrects_id or 0)
    if directive is None:
        raise NotFound("directive.unknown")
    tasks = await directives.tasks(session, directive.id)
    numbered = await _numbered(session, directive, tasks, await drafts.tasks(session, draft.id))
    return {task.id: number for number, task in numbered}


async def called(session: AsyncSession, task: DraftTask) -> int:
    """As what a task of any draft will stand on cards."""
    draft = await drafts.get(session, task.draft_id)
    if draft is None or draft.corrects_id is None:
        return task.position
    return (await numbers(session, draft))[task.id]


async def _numbered(
    session: AsyncSession,
    directive: Directive,
    tasks: Sequence[Task],
    draft_tasks: Sequence[DraftTask],
) -> tuple[tuple[int, DraftTask], ...]:
    """Tasks keep their numbers, by which people know them; new ones come behind all there were."""
    numbers = {task.id: task.position for task in tasks}
    last = await corrections.last_position(session, directive.id)
    numbered = []
    for draft_task in draft_tasks:
        if draft_task.task_id in numbers:
            numbered.append((numbers[draft_task.task_id], draft_task))
        else:
            last += 1
            numbered.append((last, draft_task))
    return tuple(sorted(numbered, key=lambda each: each[0]))


def _content(draft: Draft, numbered: Sequence[tuple[int, DraftTask]]) -> dict[str, Any]:
    """What the directive would say; a new task has no id yet."""
    return {
        "issuer": draft.issuer,
        "number": draft.number,
        "symbol": draft.symbol,
        "issued_on": draft.issued_on and draft.issued_on.isoformat(),
        "urgency": draft.urgency,
        "subject": draft.subject,
        "body": draft.body,
        "reminder_plan": draft.reminder_plan,
        "passes_quiet": passes_quiet(draft.passes_quiet, urgency=draft.urgency),
        "tasks": [
            {
                "task_id": task.task_id or -task.id,
                "position": position,
                "text": task.text,
                "short_title": task.short_title,
                "deadline_at": task.deadline_at and task.deadline_at.isoformat(),
                "expected_articles": task.expected_articles,
                "reminder_plan": task.reminder_plan,
                "every": task.every,
                "every_day": task.every_day,
            }
            for position, task in numbered
        ],
    }


@dataclass(frozen=True, slots=True)
class Corrected:
    """A version that is on its way."""

    directive_id: int
    version: int
    chats: int


async def check(session: AsyncSession, draft: Draft, *, now: datetime) -> Planned:
    """What the correction would change, if nothing forbids to issue it, or to approve it; else
    InvalidInput or Conflict."""
    plan = await planned(session, draft, now=now)
    for fault in plan.faults:
        raise (Conflict if fault == "correction.outdated" else InvalidInput)(fault)
    return plan


async def issue(
    session: AsyncSession, draft_id: int, *, actor_id: int, policy: Policy, now: datetime
) -> Corrected:
    """Let the directive say what the draft says: its work is changed, its cards drawn anew, each
    chat told once what has changed. Raises InvalidInput or Conflict for what forbids it."""
    draft = await open_correction(session, draft_id)
    await closing.still_open(session, draft.corrects_id or 0)
    plan = await check(session, draft, now=now)
    directive = plan.directive
    units = len(await directives.unit_ids(session, directive.id))
    if policy.needs_approval(units) and not is_approved(draft):
        raise Conflict("review.needed")
    if not await drafts.close(session, draft_id, state=DraftState.ISSUED, now=now):
        raise Conflict("draft.already_issued")
    lists_before = await _lists(session, directive)
    pressing = directive.urgency, directive.passes_quiet
    directive.version += 1
    if draft.asks_again:
        directive.acknowledge_from = directive.version
    await _change_identity(session, directive, draft)
    if draft.asks_again:
        due = policy.acknowledge_due(directive, now=now)
        await directives.set_acknowledge_due(session, directive.id, due)
    tasks = await directives.tasks(session, directive.id)
    deadlines_before = {task.id: task.deadline_at for task in tasks}
    work = Work(session, directive, policy, now)
    await work.change(plan.tasks)
    await work.change_reminders(draft, plan.changes)
    await session.flush()
    versions.keep(
        session,
        directive,
        await directives.tasks(session, directive.id),
        kind=VersionKind.CORRECTED,
        person_id=actor_id,
        now=now,
        note=draft.note,
        asks_again=draft.asks_again,
        deadlines_before=deadlines_before,
    )
    if draft.asks_again or pressing != (directive.urgency, directive.passes_quiet):
        await receipt_plans.plan_again(session, directive, policy=policy, now=now)
    concerns = draft.asks_again or for_units(plan.changes)
    chats = await _tell(session, directive, lists_before=lists_before, now=now) if concerns else 0
    events.add(
        session, "directive_corrected", at=now, person_id=actor_id, object_kind="directive",
        object_id=directive.id, version=directive.version, chats=chats,
    )  # fmt: skip
    return Corrected(directive.id, directive.version, chats)


async def _lists(session: AsyncSession, directive: Directive) -> int:
    titles = [task.short_title for task in await directives.tasks(session, directive.id)]
    return len(card_actions.task_lists(directive, titles))


async def _change_identity(session: AsyncSession, directive: Directive, draft: Draft) -> None:
    before = (directive.issuer, directive.number, directive.symbol, directive.issued_on)
    for name in ("issuer", "number", "symbol", "issued_on", "urgency"):
        setattr(directive, name, getattr(draft, name))
    directive.subject = draft.subject or directive.subject
    if before == (directive.issuer, directive.number, directive.symbol, directive.issued_on):
        return
    key = identity_key(
        issuer=directive.issuer,
        number=directive.number,
        symbol=directive.symbol,
        issued_on=directive.issued_on,
        subject=directive.subject,
        month=directive.issued_at.strftime("%Y-%m"),
    )
    other = await directives.by_identity(session, key)
    if other is not None and other.id != directive.id:
        raise Conflict("draft.issued_before")
    directive.identity_key = key


# --- cards and chats -----------------------------------------------------------------------------


async def _tell(
    session: AsyncSession, directive: Directive, *, lists_before: int, now: datetime
) -> int:
    """Draw the cards anew where they are, with the lists of tasks before them, and say once in each
    chat what has changed; how many chats. Cards that wait show the new version by themselves."""
    await sending.put_back(session, directive.id)  # what is in hand may show the old one
    placed = await corrections.cards_of(session, directive.id)
    there = [each for each in placed if each.is_there]
    lane = Lane.URGENT if directive.urgency else Lane.DIRECTIVE
    await card_actions.redraw_all(session, [each.card for each in there], now=now, lane=lane)
    lists = await _lists(session, directive)
    messages = []
    for each in placed if lists else ():
        *parts, _ = card_actions.first_messages(directive, each.card, now=now, lists=lists)
        # A list cannot be edited into another number of them: the new ones come behind.
        messages += parts if each.is_there else parts[lists_before:]
    await outbox.add_all(session, [*messages, *_notices(directive, there, lane=lane, now=now)])
    await progress.redraw(session, [directive.id], now=now, at_once=True)
    wake_after_commit(session, Wake.OUTBOX)
    return len({each.card.chat_id for each in there})


def _notices(
    directive: Directive, there: Sequence[PlacedCard], *, lane: Lane, now: datetime
) -> list[NewMessage]:
    """One for each chat, however many of its units have the directive."""
    by_chat: dict[int, list[PlacedCard]] = {}
    for each in there:
        by_chat.setdefault(each.card.chat_id, []).append(each)
    return [
        NewMessage(
            kind=MessageKind.CORRECTION,
            lane=lane,
            chat_id=chat_id,
            send_at=now,
            parameters={
                "directive_id": directive.id,
                "version": directive.version,
                "addressee_ids": [each.card.subject_id for each in of_chat],
            },
            key=f"correction:{directive.id}:{directive.version}:{chat_id}",
            reply_to=of_chat[0].card.message_id,
        )
        for chat_id, of_chat in by_chat.items()
    ]
