"""Giving somebody the whole letter: the file as it came, or its text in parts, what goes with it,
and what was published about it since."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import additions, attachments
from bot.actions.replies import queue
from bot.domain.splitting import MOST_UNITS, split
from bot.domain.states import Lane, MessageKind
from bot.storage import directives
from bot.storage.claims import Claimed
from bot.storage.outbox import NewMessage
from bot.storage.tables import Directive

# In UTF-16 units: below each part stands of which letter it is.
_OF_FOOT = 300


def parts_of(body: str) -> tuple[str, ...]:
    """A letter's text as HTML, in parts that leave room for a line below each."""
    return split(escape(body, quote=False), limit=MOST_UNITS - _OF_FOOT)


async def send(
    session: AsyncSession,
    directive: Directive,
    *,
    addressee_id: int,
    chat_id: int,
    reply_to: int | None,
    now: datetime,
) -> None:
    """Queue the letter for one chat, its parts in order, then the files that go with it and the
    answers that were published."""
    parameters = {"directive_id": directive.id, "addressee_id": addressee_id}
    parts = 1 if directive.file_id else len(parts_of(directive.body))
    await _queue_parts(session, parts, parameters, chat_id=chat_id, reply_to=reply_to, now=now)
    await attachments.send(session, directive.draft_id, chat_id=chat_id, reply_to=reply_to, now=now)
    await additions.send_all(
        session,
        directive.id,
        addressee_id=addressee_id,
        chat_id=chat_id,
        reply_to=reply_to,
        now=now,
    )


async def send_as_text(session: AsyncSession, file: Claimed, *, now: datetime) -> None:
    """Telegram no longer knows the letter's file: queue its text in the place of this message."""
    directive = await directives.get(session, int(file.parameters["directive_id"]))
    if directive is None:
        return
    await _queue_parts(
        session,
        len(parts_of(directive.body)),
        {**file.parameters, "as_text": True},
        chat_id=file.chat.id,
        reply_to=file.reply_to,
        now=now,
    )


async def _queue_parts(
    session: AsyncSession,
    parts: int,
    parameters: Mapping[str, Any],
    *,
    chat_id: int,
    reply_to: int | None,
    now: datetime,
) -> None:
    for part in range(parts):
        await queue(
            session,
            NewMessage(
                kind=MessageKind.FULL_TEXT,
                lane=Lane.ANSWER,
                chat_id=chat_id,
                send_at=now,
                parameters={**parameters, "part": part},
                reply_to=reply_to,
            ),
        )
