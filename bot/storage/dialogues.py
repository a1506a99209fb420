"""Queries of dialogues: what the bot asked a person in a chat; one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.dialogues import DialogueKind
from bot.storage.tables import Dialogue

LIFE = timedelta(hours=24)


async def open_dialogue(
    session: AsyncSession,
    kind: DialogueKind,
    *,
    person_id: int,
    chat_id: int,
    data: Mapping[str, int | str],
    now: datetime,
) -> None:
    """Ask a person something; an older question in that chat is forgotten."""
    await close(session, person_id=person_id, chat_id=chat_id)
    session.add(
        Dialogue(
            person_id=person_id,
            chat_id=chat_id,
            kind=kind,
            data=dict(data),
            expires_at=now + LIFE,
        )
    )
    await session.flush()


async def current(
    session: AsyncSession, *, person_id: int, chat_id: int, now: datetime
) -> Dialogue | None:
    """What the person was asked in this chat and has not answered."""
    values = {"person": person_id, "chat": chat_id, "now": now}
    dialogue: Dialogue | None = await session.scalar(_CURRENT, values)
    return dialogue


_CURRENT = select(Dialogue).where(  # made once: it is asked for whatever is written
    Dialogue.person_id == bindparam("person"),
    Dialogue.chat_id == bindparam("chat"),
    Dialogue.expires_at > bindparam("now"),
)


async def close(session: AsyncSession, *, person_id: int, chat_id: int) -> bool:
    """Forget the question; False if there was none."""
    closed = await session.scalar(
        delete(Dialogue)
        .where(Dialogue.person_id == person_id, Dialogue.chat_id == chat_id)
        .returning(Dialogue.id)
    )
    return closed is not None
