"""Tables of links that somebody sent: kept to be read beside, then submitted row by row. What holds
no link is taken for a document, or is for the office to place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import (
    link_file_receipts,
    link_groups,
    replies,
    submission_receipts,
    submitting,
    unplaced,
)
from bot.actions.evidence import Evidence, as_submission, of_links, of_submission
from bot.actions.link_groups import Fault, Group
from bot.actions.link_rows import LinkRow
from bot.actions.recording import Message, Sender
from bot.actions.replies import Values
from bot.actions.submission_receipts import Reader
from bot.actions.submitting import MAX_LINKS_OF_FILE, Meant, Outcome
from bot.articles.named_tasks import task_named
from bot.domain.articles import EvidenceKind
from bot.domain.states import ContentKind, EventDoor
from bot.errors import BotError, InvalidInput
from bot.runtime import Wake, wake_after_commit
from bot.storage import events, people, submissions
from bot.storage.tables import Chat, LinkFile, Submission
from bot.texts import texts
from bot.texts.moments import Moments


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """A file as it came: the document that it is, and whether it is evidence as such should it
    hold no link."""

    document: Evidence
    addressee_id: int | None
    is_evidence: bool


@dataclass(frozen=True, slots=True)
class Setting:
    """Where people live who are told of it, and what their office is called."""

    zone: ZoneInfo
    office: str


@dataclass(frozen=True, slots=True)
class _Opened:
    """A file that was read, with who sent it and what was said with it."""

    file: LinkFile
    submission: Submission
    sender: Sender
    reader: Reader
    office: str


async def begin(session: AsyncSession, sent: SentFile, *, sender: Sender, now: datetime) -> None:
    """Keep it to be read beside, and say so. Until then what was said with it waits as a
    submission: a document, or else links that are still to be found."""
    actor, chat_id = sender.actor, sender.message.chat.id
    message_id, file = sender.message.message_id, sent.document
    row = as_submission(
        [file], words="", person_id=actor.person_id, chat_id=chat_id, message_id=message_id,
        unit_id=sender.for_unit, by_office=sender.by_office,
    )  # fmt: skip
    if not sent.is_evidence:
        row = replace(row, kind=EvidenceKind.LINK, key="")
    await submissions.add(session, row, now=now)
    session.add(
        LinkFile(
            person_id=actor.person_id,
            chat_id=chat_id,
            message_id=message_id,
            addressee_id=sent.addressee_id,
            by_office=sender.by_office,
            file_id=file.file_id,
            file_name=file.file_name,
            received_at=now,
            read_due_at=now,
        )
    )
    await session.flush()
    await replies.notice(
        session, chat_id, "links.reading", now=now, reply_to=message_id,
        values={"file": file.file_name},
    )  # fmt: skip
    wake_after_commit(session, Wake.TABLES)


async def take(
    session: AsyncSession,
    file: LinkFile,
    rows: Sequence[LinkRow],
    *,
    setting: Setting,
    now: datetime,
) -> None:
    """It was read: its links are submitted, and it is told how many, and which rows were not."""
    opened = await _open(session, file, setting, now=now)
    if opened is None:
        return
    found = sum(len(row.links) for row in rows)
    with events.acting(_origin(opened)):
        if not found:
            await _without_links(session, opened, now=now)
        elif found > MAX_LINKS_OF_FILE:
            error = InvalidInput("links.too_many", most=MAX_LINKS_OF_FILE)
            await _refuse(session, opened, error, now=now)
        else:
            await _submit(session, opened, rows, now=now)


async def give_up(
    session: AsyncSession, file: LinkFile, error: BotError, *, setting: Setting, now: datetime
) -> None:
    """It cannot be read: it is told why, and it is what it may be without links."""
    opened = await _open(session, file, setting, now=now)
    if opened is None:
        return
    with events.acting(_origin(opened)):
        await _refuse(session, opened, error, now=now)
        await _without_links(session, opened, now=now)


async def _open(
    session: AsyncSession, file: LinkFile, setting: Setting, *, now: datetime
) -> _Opened | None:
    """Everything of the file, which is done with from now on; None where nobody is left to tell,
    or what was said with it was to be forgotten."""
    await session.delete(file)
    await session.flush()
    submission = await submissions.take_of_message(
        session, person_id=file.person_id, chat_id=file.chat_id, message_id=file.message_id,
        now=now,
    )  # fmt: skip
    actor = await people.actor_by_id(session, file.person_id)
    chat = await session.get(Chat, file.chat_id)
    if submission is None or actor is None or chat is None:
        return None
    reader = Reader(chat.id, file.message_id, Moments(texts(actor.language), setting.zone))
    try:
        if not file.by_office:
            actor = submitting.actor_in(actor, chat)
    except BotError as error:
        await submission_receipts.tell_refused(session, [error], reader=reader, now=now)
        return None
    sender = Sender(actor, Message(chat, file.message_id), submission.unit_id)
    return _Opened(file, submission, sender, reader, setting.office)


def _origin(opened: _Opened) -> events.Origin:
    actor = opened.sender.actor
    role = actor.staff_role if opened.sender.by_office else actor.role_at_a_unit
    return events.Origin(EventDoor.CHAT, actor.person_id, role, opened.reader.chat_id)


async def _refuse(
    session: AsyncSession, opened: _Opened, error: BotError, *, now: datetime
) -> None:
    await submission_receipts.tell_refused(session, [error], reader=opened.reader, now=now)


# --- with links ----------------------------------------------------------------------------------


async def _submit(
    session: AsyncSession, opened: _Opened, rows: Sequence[LinkRow], *, now: datetime
) -> None:
    groups, faults = await link_groups.groups_of(
        session,
        rows,
        sender=opened.sender,
        addressee_id=opened.file.addressee_id,
        position=task_named(opened.submission.note),
        now=now,
    )
    outcomes: list[Outcome] = []
    repeated = 0
    for group in groups:
        evidence = of_links(group.links)
        try:
            async with session.begin_nested():
                outcomes.append(await _submit_group(session, opened, group, evidence, now=now))
            repeated += len(group.links) - len(evidence)
        except BotError as error:
            faults += [Fault(row, error) for row in group.rows]
    await link_file_receipts.tell(
        session, opened.file.file_name, outcomes, faults, repeated=repeated,
        reader=opened.reader, now=now,
    )  # fmt: skip


async def _submit_group(
    session: AsyncSession,
    opened: _Opened,
    group: Group,
    evidence: Sequence[Evidence],
    *,
    now: datetime,
) -> Outcome:
    words = f"{opened.submission.note} {opened.file.file_name}"
    return await submitting.submit(
        session,
        evidence,
        sender=group.sender,
        meant=Meant(group.addressee_id, task_position=group.position, words=words),
        now=now,
        most=MAX_LINKS_OF_FILE,
    )


# --- without -------------------------------------------------------------------------------------


async def _without_links(session: AsyncSession, opened: _Opened, *, now: datetime) -> None:
    """A document, if it came as evidence; else something for the office to place."""
    row = opened.submission
    if row.kind is EvidenceKind.LINK:
        await _keep_unplaced(session, opened, now=now)
        return
    meant = Meant(opened.file.addressee_id, task_position=task_named(row.note), words=row.note)
    try:
        async with session.begin_nested():
            outcome = await submitting.submit(
                session, of_submission(row), sender=opened.sender, meant=meant, now=now
            )
    except BotError as error:
        await _refuse(session, opened, error, now=now)
        return
    await submission_receipts.tell(session, outcome, reader=opened.reader, now=now)


async def _keep_unplaced(session: AsyncSession, opened: _Opened, *, now: datetime) -> None:
    row, message = opened.submission, opened.sender.message
    sent = unplaced.Sent(
        message.chat,
        message.message_id,
        ContentKind.DOCUMENT,
        row.note,
        row.file_id,
        row.file_name,
        row.album,
    )
    kept = await unplaced.keep(session, sent, actor=opened.sender.actor, now=now)
    if kept.is_new:
        values: Values = {"office": opened.office}
        await unplaced.tell_kept(session, kept.row, "unplaced.contact", values, now=now)
