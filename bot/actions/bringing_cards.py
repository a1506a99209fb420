"""Bringing a directive's card once more into a chat where it has slipped up: it is sent anew below
what was written since, and the old copy is taken back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import cards as card_actions
from bot.actions.replies import retire
from bot.domain.states import CardKind, Lane, OutboxState
from bot.errors import NotAllowed
from bot.storage import audience, cards, outbox
from bot.storage.tables import Addressee, Card, Chat, Directive

# A first card of which it is sure that it came, or that it did not.
_SURE = (OutboxState.ACCEPTED, OutboxState.FAILED, OutboxState.WITHDRAWN)


async def bring(
    session: AsyncSession,
    addressee: Addressee,
    directive: Directive,
    *,
    chat: Chat,
    below: int | None,
    now: datetime,
) -> bool:
    """Send the card again, below that message; False when it is there already, or on its way.
    NotAllowed where it does not belong."""
    if not await audience.places(session, [addressee.id], [chat.id]):
        raise NotAllowed("refused.not_your_unit")
    card, _ = await cards.ensure(
        session, CardKind.DIRECTIVE, subject_id=addressee.id, chat_id=chat.id
    )
    card = await cards.lock(session, card.id)
    first = await outbox.first_sending(session, card.id)
    if first is None:
        titles = (await audience.titles(session, [addressee.id])).get(addressee.id, [])
        return await card_actions.give_directive(
            session,
            directive=directive,
            addressee_id=addressee.id,
            chat=chat,
            now=now,
            lists=len(card_actions.task_lists(directive, titles)),
        )
    is_below = card.message_id is not None and below is not None and card.message_id > below
    if is_below or first not in _SURE:
        return False
    await _send_anew(session, card, directive, now=now)
    return True


async def _send_anew(
    session: AsyncSession, card: Card, directive: Directive, *, now: datetime
) -> None:
    old = card.message_id
    sent_at = await cards.sent_at(session, card) if old is not None else None
    card.message_id = None
    await session.flush()
    await card_actions.redraw(session, card, now=now, lane=Lane.ANSWER)
    if old is None:
        return
    since = sent_at or directive.issued_at  # of what is not known any more: too old to be deleted
    await retire(session, chat_id=card.chat_id, message_id=old, since=since, now=now)
