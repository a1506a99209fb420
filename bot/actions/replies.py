"""Queueing what a person is told: a sentence's key and parameters, never its text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.callbacks import Callback
from bot.domain.states import Lane, MessageKind
from bot.errors import BotError
from bot.runtime import Wake, wake_after_commit
from bot.storage import outbox
from bot.storage.outbox import NewMessage

# Rows of one button each; Telegram refuses a message with more than a hundred.
MOST_BUTTONS = 50

Value = str | int | datetime | date | None
Values = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Button:
    """A button below a sentence: the key of its label and what a press means."""

    key: str
    callback: Callback
    values: Values = field(default_factory=dict)
    style: str | None = None


async def notice(
    session: AsyncSession,
    chat_id: int,
    key: str,
    *,
    now: datetime,
    reply_to: int | None = None,
    edits: int | None = None,
    send_at: datetime | None = None,
    buttons: Sequence[Sequence[Button]] = (),
    values: Values | None = None,
) -> None:
    """Tell the chat the sentence `key`, ahead of everything that is not an answer; in the place of
    a message that it `edits`, and not before `send_at`."""
    parameters = {
        "key": key,
        "values": encode_values(values or {}),
        "buttons": [[_encode_button(button) for button in row] for row in buttons],
    }
    await queue(
        session,
        NewMessage(
            kind=MessageKind.NOTICE,
            lane=Lane.ANSWER,
            chat_id=chat_id,
            send_at=send_at or now,
            parameters=parameters,
            reply_to=reply_to,
            edits=edits,
        ),
    )


async def refusal(
    session: AsyncSession,
    chat_id: int,
    error: BotError,
    *,
    now: datetime,
    reply_to: int | None = None,
) -> None:
    """Tell the chat why something was not done."""
    values: Values = {
        name: value if isinstance(value, str | int | datetime | date) else str(value)
        for name, value in error.parameters.items()
    }
    await notice(session, chat_id, error.key, now=now, reply_to=reply_to, values=values)


async def queue(session: AsyncSession, message: NewMessage) -> int | None:
    """Put a message in the outbox and let delivery know once this is committed."""
    message_id = await outbox.add(session, message)
    wake_after_commit(session, Wake.OUTBOX)
    return message_id


def _encode_button(button: Button) -> dict[str, Any]:
    return {
        "key": button.key,
        "values": encode_values(button.values),
        "data": button.callback.encode(),
        "style": button.style,
    }


def encode_values(values: Values) -> dict[str, Any]:
    """Moments and days in a form that JSON holds; `decode_values` turns them back."""
    return {name: _encode(value) for name, value in values.items()}


def decode_values(values: dict[str, Any]) -> Values:
    """What `encode_values` made, back as moments and days."""
    return {name: _decode(value) for name, value in values.items()}


def _encode(value: Value) -> Any:
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return value


def _decode(value: Any) -> Value:
    match value:
        case {"moment": str(moment)}:
            return datetime.fromisoformat(moment)
        case {"day": str(day)}:
            return date.fromisoformat(day)
        case str() | int() | None:
            return value
        case _:
            raise ValueError("a stored parameter of an unknown form")
