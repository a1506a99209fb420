"""Showing what units would get of a draft, and what is asked of the office beside it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import attachments, audience
from bot.actions.replies import queue
from bot.domain.states import Lane, MessageKind
from bot.storage.outbox import NewMessage
from bot.storage.tables import Draft


async def send(session: AsyncSession, draft: Draft, *, chat_id: int, now: datetime) -> None:
    """The lists of tasks, the exact card and the files that go with the letter, in order."""
    for number in range(await audience.lists(session, draft)):
        await show_part(session, draft.id, "list", chat_id=chat_id, now=now, number=number)
    await show_part(session, draft.id, "card", chat_id=chat_id, now=now)
    await attachments.send(session, draft.id, chat_id=chat_id, now=now)


async def show_part(
    session: AsyncSession,
    draft_id: int,
    part: str,
    *,
    chat_id: int,
    now: datetime,
    number: int = 0,
    edits: int | None = None,
) -> None:
    """The draft's exact `card`, a `list` of tasks before it, or the `check` with the sending
    button."""
    parameters: dict[str, int | str | None] = {"draft_id": draft_id, "part": part, "list": number}
    await _queue(session, parameters, chat_id=chat_id, now=now, edits=edits)


async def ask_decision(
    session: AsyncSession,
    draft: Draft,
    *,
    state_id: int,
    person_id: int | None,
    chat_id: int,
    now: datetime,
    edits: int | None = None,
) -> None:
    """The check with the buttons that approve the draft or give it back, for what it says now: for
    one person, or, in the office's own group, for whoever may."""
    parameters: dict[str, int | str | None] = {
        "draft_id": draft.id,
        "part": "review",
        "state_id": state_id,
        "person_id": person_id,
    }
    await _queue(session, parameters, chat_id=chat_id, now=now, edits=edits)


async def _queue(
    session: AsyncSession,
    parameters: dict[str, int | str | None],
    *,
    chat_id: int,
    now: datetime,
    edits: int | None,
) -> None:
    await queue(
        session,
        NewMessage(
            kind=MessageKind.PREVIEW,
            lane=Lane.ANSWER,
            chat_id=chat_id,
            send_at=now,
            parameters=parameters,
            edits=edits,
        ),
    )
