"""What people do, given to the handlers at once: no queue, no sending, a transaction that the test
holds. So thousands of presses take seconds; what they would be answered is seen all the same."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Update

from bot.callbacks import Callback
from bot.domain.states import MessageKind
from bot.runtime import Handling, current_handling
from bot.storage.tables import OutboxMessage
from tests.handlers.conftest import Office, Phone, Popup

ANONYMOUS_ID = 1087968824
_numbers = itertools.count(1)


class _Undo(Exception):
    pass


@asynccontextmanager
async def undone(office: Office) -> AsyncIterator[AsyncSession]:
    """A transaction of which nothing stays."""
    with suppress(_Undo):
        async with office.rt.write() as session:
            yield session
            raise _Undo


async def press(office: Office, session: AsyncSession, phone: Phone, data: str | Callback) -> Popup:
    """A button with this data, pressed in the chat on the phone; the words over the chat."""
    query = {
        "id": str(next(_numbers)),
        "from": _user(phone),
        "message": {"chat": _chat(phone), "message_id": 1, "date": 0},
        "chat_instance": "1",
        "data": data.encode() if isinstance(data, Callback) else data,
    }
    return await _handled(office, session, {"callback_query": query})


async def write(office: Office, session: AsyncSession, phone: Phone, text: str) -> None:
    """A message written in the chat on the phone."""
    message: dict[str, Any] = {
        "message_id": next(_numbers),
        "date": 1,
        "chat": _chat(phone),
        "from": _user(phone),
        "text": text,
    }
    if phone.user_id == ANONYMOUS_ID:
        message["sender_chat"] = _chat(phone)
    if text.startswith("/"):
        length = len(text.split(maxsplit=1)[0])
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
    await _handled(office, session, {"message": message})


async def _handled(office: Office, session: AsyncSession, body: dict[str, Any]) -> Popup:
    update = Update.de_json(body | {"update_id": next(_numbers)}, office.application.bot)
    handling = Handling(session, office.rt)
    token = current_handling.set(handling)
    try:
        await office.application.process_update(update)
        await handling.shared.do()
    finally:
        current_handling.reset(token)
    assert handling.taken
    return Popup(handling.popup, handling.alert)


async def last_queued(session: AsyncSession) -> int:
    """The newest message to be sent."""
    return await session.scalar(select(func.max(OutboxMessage.id))) or 0


async def keys(session: AsyncSession, *, after: int) -> set[str]:
    """The sentences that were queued since."""
    queued = await session.scalars(
        select(OutboxMessage.parameters).where(
            OutboxMessage.id > after, OutboxMessage.kind == MessageKind.NOTICE
        )
    )
    return {str(parameters["key"]) for parameters in queued}


def _user(phone: Phone) -> dict[str, Any]:
    if phone.user_id == ANONYMOUS_ID:
        return {"id": ANONYMOUS_ID, "is_bot": True, "first_name": "Group"}
    return {"id": phone.user_id, "is_bot": False, "first_name": "Vũ Hương Giang"}


def _chat(phone: Phone) -> dict[str, Any]:
    if phone.chat_id > 0:
        return {"id": phone.chat_id, "type": "private", "first_name": "Vũ Hương Giang"}
    return {"id": phone.chat_id, "type": "supergroup", "title": "Nhóm việc"}
