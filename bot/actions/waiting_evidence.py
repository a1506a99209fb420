"""What waits until it is known what it is for: the person says for which unit or task it is, or
drops it. How that is found out without asking is in `submitting`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions.evidence import of_submission
from bot.actions.recording import Message, Recorded, Sender, record
from bot.actions.submitting import MAX_LINKS_OF_FILE, Meant, Outcome, follow, submit
from bot.domain.rights import Actor
from bot.errors import BotError, Conflict, NotAllowed, NotFound
from bot.storage import submissions
from bot.storage.tables import Chat, Submission


async def go_on(
    session: AsyncSession,
    submission_id: int,
    *,
    actor: Actor,
    chat: Chat,
    task_position: int | None,
    now: datetime,
) -> Outcome:
    """The person has said for which unit they speak: what becomes of what waited. Of an album the
    first part is asked about, if it must be; the others follow it."""
    first, *others = await _taken(session, submission_id, actor=actor, now=now)
    outcome = await submit(
        session,
        of_submission(first),
        sender=Sender(actor, Message(chat, first.message_id), first.unit_id),
        meant=Meant(task_position=task_position, words=first.note),
        now=now,
        most=MAX_LINKS_OF_FILE,
    )
    for other in others:
        sender = Sender(actor, Message(chat, other.message_id), other.unit_id)
        await follow(session, of_submission(other)[0], outcome, sender=sender, now=now)
    return outcome


async def place(
    session: AsyncSession,
    submission_id: int,
    assignment_id: int,
    *,
    actor: Actor,
    chat: Chat,
    now: datetime,
) -> Recorded:
    """The person chose the task for what they sent before, with the rest of its album."""
    rows = await _taken(session, submission_id, actor=actor, now=now)
    recorded = [
        await record(
            session,
            assignment_id,
            of_submission(row),
            sender=Sender(actor, Message(chat, row.message_id), row.unit_id),
            now=now,
        )
        for row in rows
    ]
    return next((each for each in recorded if each.new), recorded[0])


async def drop(session: AsyncSession, submission_id: int, *, actor: Actor, now: datetime) -> None:
    """Nothing comes of what the person sent; Conflict where something has already."""
    await _taken(session, submission_id, actor=actor, now=now)


async def _taken(
    session: AsyncSession, submission_id: int, *, actor: Actor, now: datetime
) -> list[Submission]:
    """What waits, from now on placed; by an older question too that was asked again meanwhile."""
    for each in (submission_id, await _asked_again(session, submission_id, actor=actor)):
        rows = await submissions.take(session, each, person_id=actor.person_id, now=now)
        if rows:
            return rows
    raise await _why_not(session, submission_id, actor=actor)


async def _asked_again(session: AsyncSession, submission_id: int, *, actor: Actor) -> int:
    """What of the same is still waiting, or the same where nothing is."""
    row = await submissions.get(session, submission_id)
    if row is None or row.person_id != actor.person_id:
        return submission_id
    keys = {each.key for each in of_submission(row)}
    later = await submissions.of_message(
        session, chat_id=row.chat_id, message_id=row.message_id
    )  # fmt: skip
    same = [
        each.id
        for each in later
        if each.placed_at is None
        and each.id > row.id
        and (each.person_id, each.by_office) == (row.person_id, row.by_office)
        and {one.key for one in of_submission(each)} <= keys
    ]
    return same[0] if same else submission_id


async def _why_not(session: AsyncSession, submission_id: int, *, actor: Actor) -> BotError:
    """Why it cannot be placed or dropped: in a group others see the question too, and what was
    dropped is not recorded."""
    row = await submissions.get(session, submission_id)
    if row is None:
        return NotFound("refused.gone")
    if row.person_id != actor.person_id:
        return NotAllowed("link.not_the_sender")
    unit_ids = {row.unit_id} if row.unit_id is not None else actor.unit_ids
    recorded = await submissions.assignment_with(
        session,
        [each.key for each in of_submission(row)],
        unit_ids=unit_ids,
        person_id=actor.person_id,
    )
    return Conflict("link.placed_before" if recorded is not None else "link.dropped_before")
