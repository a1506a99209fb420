"""What a press tells about the message under it: this copy has arrived.

Whose rights are looked up elsewhere; here only the fate of the message is settled.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import recall
from bot.actions.replies import retire
from bot.domain.states import OutboxState
from bot.storage import cards, events, outbox, progress
from bot.storage.tables import Card, OutboxMessage

_NOT_KNOWN = (OutboxState.WAITING, OutboxState.CLAIMED, OutboxState.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class PressedCopy:
    """A message of Telegram's whose button says of which outbox message it is a copy."""

    outbox_message_id: int
    message_id: int


async def unproven(session: AsyncSession, pressed: Collection[PressedCopy]) -> set[PressedCopy]:
    """Those whose message is not known to be it: hardly ever any, and one small question."""
    known = await outbox.messages_of_cards(session, {copy.outbox_message_id for copy in pressed})
    return {copy for copy in pressed if known.get(copy.outbox_message_id) != copy.message_id}


async def arrived(session: AsyncSession, copy: PressedCopy, *, chat_id: int, now: datetime) -> None:
    """A button of this copy was pressed in the chat.

    Where the end of the sending was not seen, this settles it; a second copy is taken back. Anybody
    can forge a reference: what does not fit together changes nothing.
    """
    message_id = copy.message_id
    row = await outbox.for_update(session, copy.outbox_message_id)
    if row is None or row.chat_id != chat_id or row.card_id is None:
        return
    card = await cards.get(session, row.card_id)
    if card is None or card.message_id == message_id:
        return
    if await cards.at_message(session, chat_id=chat_id, message_id=message_id) is not None:
        return
    if row.state is OutboxState.IN_FLIGHT:
        row.seen_message_id = message_id
    elif row.state in _NOT_KNOWN and row.uncertain_attempts > 0:
        await _settle(session, row, card, message_id=message_id, now=now)
    elif row.state is OutboxState.ACCEPTED and row.uncertain_attempts > 0:
        await _keep_pressed(session, row, card, message_id=message_id, now=now)


async def keep_seen(
    session: AsyncSession, outbox_message_id: int, card_id: int, *, now: datetime
) -> None:
    """Its repetition was accepted; if the first copy had been pressed meanwhile, that one stays."""
    row = await outbox.for_update(session, outbox_message_id)
    card = await cards.get(session, card_id)
    if row is None or card is None or row.seen_message_id in (None, card.message_id):
        return
    await _keep_pressed(session, row, card, message_id=int(row.seen_message_id or 0), now=now)


async def _settle(
    session: AsyncSession, row: OutboxMessage, card: Card, *, message_id: int, now: datetime
) -> None:
    row.state = OutboxState.ACCEPTED
    row.message_id = row.seen_message_id = message_id
    row.reason = None
    row.finished_at = now
    card.message_id = message_id
    card.drawn_at = now
    await session.flush()
    events.add(
        session,
        "arrival_proven",
        at=now,
        object_kind="outbox_message",
        object_id=row.id,
        directive_id=row.directive_id,
    )
    if row.directive_id is not None:
        await progress.redraw(session, [row.directive_id], now=now, at_once=True)
        await recall.catch_up(session, row.directive_id, card, now=now)


async def _keep_pressed(
    session: AsyncSession, row: OutboxMessage, card: Card, *, message_id: int, now: datetime
) -> None:
    """Of two copies the one that is used stays the card."""
    spare = card.message_id
    card.message_id = message_id
    await session.flush()
    if spare is not None:  # no copy is older than what sent it
        await retire(session, chat_id=card.chat_id, message_id=spare, since=row.created_at, now=now)
