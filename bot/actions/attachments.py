"""The files that go with a letter: put to a draft, ordered, given to who asks for the full text.

Telegram has them; they are sent on by their ids and never downloaded, so nothing here knows what
is in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import drafts
from bot.actions.replies import notice, queue
from bot.domain.states import Lane, MessageKind
from bot.errors import Conflict, InvalidInput, NotFound
from bot.storage import attachments
from bot.storage.claims import Claimed
from bot.storage.outbox import NewMessage
from bot.storage.tables import Attachment, Draft

MOST = 10
_LONGEST_NAME = 300


@dataclass(frozen=True, slots=True)
class File:
    """A file as Telegram knows it; `unique_id` is the same however often the file is sent."""

    file_id: str
    unique_id: str
    name: str = ""
    is_picture: bool = False


async def add(session: AsyncSession, draft_id: int, file: File, *, now: datetime) -> int:
    """Put one more file behind the others; how many there are then. Raises Conflict for one that is
    there already, InvalidInput for too many."""
    draft = await drafts.open_draft(session, draft_id)
    present = await attachments.of_draft(session, draft_id)
    if any(each.file_unique_id == file.unique_id for each in present):
        raise Conflict("attachments.there_already", name=file.name or "–")
    if len(present) >= MOST:
        raise InvalidInput("attachments.too_many", most=MOST)
    session.add(
        Attachment(
            draft_id=draft_id,
            position=len(present) + 1,
            file_id=file.file_id,
            file_unique_id=file.unique_id,
            file_name=file.name[:_LONGEST_NAME],
            is_picture=file.is_picture,
        )
    )
    await drafts.changed(session, draft, now=now)
    return len(present) + 1


async def remove(
    session: AsyncSession, draft_id: int, attachment_id: int, *, now: datetime
) -> Draft:
    """Take a file away again; the others move up."""
    draft = await drafts.open_draft(session, draft_id)
    present = await attachments.ids(session, draft_id)
    if attachment_id not in present:
        raise NotFound("refused.gone")
    await attachments.remove(session, attachment_id)
    present.remove(attachment_id)
    await attachments.set_order(session, draft_id, present)
    await drafts.changed(session, draft, now=now)
    return draft


async def put_at(
    session: AsyncSession, draft_id: int, attachment_id: int, place: int, *, now: datetime
) -> Draft:
    """Let a file stand at this place, counted from 1; the same twice changes nothing more."""
    draft = await drafts.open_draft(session, draft_id)
    present = await attachments.ids(session, draft_id)
    if attachment_id not in present or not 1 <= place <= len(present):
        raise NotFound("refused.gone")
    if present.index(attachment_id) == place - 1:
        return draft
    present.remove(attachment_id)
    present.insert(place - 1, attachment_id)
    await attachments.set_order(session, draft_id, present)
    await drafts.changed(session, draft, now=now)
    return draft


async def copy(session: AsyncSession, from_draft_id: int, to_draft_id: int) -> None:
    """Let a draft that is made from another one have the same files."""
    for each in await attachments.of_draft(session, from_draft_id):
        session.add(
            Attachment(
                draft_id=to_draft_id,
                position=each.position,
                file_id=each.file_id,
                file_unique_id=each.file_unique_id,
                file_name=each.file_name,
                is_picture=each.is_picture,
            )
        )
    await session.flush()


async def send(
    session: AsyncSession,
    draft_id: int,
    *,
    chat_id: int,
    now: datetime,
    reply_to: int | None = None,
) -> None:
    """Queue the files of a draft, or of the directive made from it, for one chat, in order."""
    for each in await attachments.of_draft(session, draft_id):
        await queue(
            session,
            NewMessage(
                kind=MessageKind.ATTACHMENT,
                lane=Lane.ANSWER,
                chat_id=chat_id,
                send_at=now,
                parameters={"attachment_id": each.id},
                reply_to=reply_to,
            ),
        )


async def tell_lost(session: AsyncSession, message: Claimed, *, now: datetime) -> None:
    """Telegram no longer knows the file: say so in its place; those behind it go on."""
    attachment = await attachments.get(session, int(message.parameters["attachment_id"]))
    if attachment is not None:
        await notice(
            session,
            message.chat.id,
            "attachments.lost",
            now=now,
            reply_to=message.reply_to,
            values={"number": attachment.position, "name": attachment.file_name or "–"},
        )
