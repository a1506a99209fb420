"""Queueing what a person is told: a sentence's key and parameters, never its text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.callbacks import Callback
from bot.domain.states import Lane, MessageKind
from bot.errors import BotError
from bot.runtime import Wake, wake_after_commit
from bot.storage import outbox
from bot.storage.outbox import BELOW, NewMessage

# Rows of one button each; Telegram refuses a message with more than a hundred.
MOST_BUTTONS = 50


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of the catalogue within another one, in the reader's language like that."""

    key: str


Value = str | int | datetime | date | Said | None
Values = dict[str, Value]


class Keyboard(StrEnum):
    """What stands below the chat, where people type."""

    ASK_PHONE = "ask_phone"  # one button, which shares the person's own number
    NONE = "none"  # takes it away again


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
    keyboard: Keyboard | None = None,
    values: Values | None = None,
    once: str | None = None,
) -> None:
    """Tell the chat the sentence `key`, ahead of everything that is not an answer; in the place of
    a message that it `edits`, not before `send_at`, and only once under the name of `once`."""
    parameters = sentence(key, buttons=buttons, values=values)
    if keyboard is not None:
        parameters["keyboard"] = keyboard.value
    await queue(
        session,
        NewMessage(
            kind=MessageKind.NOTICE,
            lane=Lane.ANSWER,
            chat_id=chat_id,
            send_at=send_at or now,
            parameters=parameters,
            key=once,
            reply_to=reply_to,
            edits=edits,
        ),
    )


def sentence(
    key: str, *, buttons: Sequence[Sequence[Button]] = (), values: Values | None = None
) -> dict[str, Any]:
    """The parameters of an outbox message that says it."""
    return {
        "key": key,
        "values": encode_values(values or {}),
        "buttons": [[_encode_button(button) for button in row] for row in buttons],
    }


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


async def copy(
    session: AsyncSession,
    chat_id: int,
    *,
    from_chat_id: int,
    message_id: int,
    about: Mapping[str, int],
    below: int | None,
    now: datetime,
    reply_to: int | None = None,
) -> None:
    """Copy what somebody wrote elsewhere into a chat, as a reply to the outbox message `below`;
    `about` says of what it is, so that it is asked when it is sent who may see it."""
    await queue(
        session,
        NewMessage(
            kind=MessageKind.COPY,
            lane=Lane.ANSWER,
            chat_id=chat_id,
            send_at=now,
            parameters={
                "from_chat_id": from_chat_id,
                "message_id": message_id,
                **about,
                BELOW: below,
            },
            reply_to=reply_to,
        ),
    )


async def retire(
    session: AsyncSession,
    *,
    chat_id: int,
    message_id: int,
    since: datetime,
    now: datetime,
    lane: Lane = Lane.REDRAW,
) -> None:
    """Take a message back from a chat, where it has lain `since` then at the longest; a card's own
    message stays."""
    await queue(
        session,
        NewMessage(
            kind=MessageKind.RETIRE,
            lane=lane,
            chat_id=chat_id,
            send_at=now,
            parameters={"queued_at": since.isoformat()},
            key=f"retire:{chat_id}:{message_id}",
            edits=message_id,
        ),
    )


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
    if isinstance(value, Said):
        return {"said": value.key}
    return value


def _decode(value: Any) -> Value:
    match value:
        case {"moment": str(moment)}:
            return datetime.fromisoformat(moment)
        case {"day": str(day)}:
            return date.fromisoformat(day)
        case {"said": str(key)}:
            return Said(key)
        case str() | int() | None:
            return value
        case _:
            raise ValueError("a stored parameter of an unknown form")
