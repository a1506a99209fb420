"""How a directive ends, and what is said to who still works on one that has ended."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.directives import number_and_symbol
from bot.domain.states import Ending, Lane, MessageKind
from bot.errors import Conflict, NotFound
from bot.runtime import Wake, wake_after_commit
from bot.storage import closing, events, outbox, progress, relations
from bot.storage.outbox import NewMessage
from bot.storage.tables import Directive

# It is as if it were not there: there is nothing left to end.
GONE = (Ending.REPLACED, Ending.RECALLED)
_LONGEST_SUBJECT = 80


async def end(
    session: AsyncSession, directive: Directive, *, ending: Ending, actor_id: int, now: datetime
) -> None:
    """Nothing is asked by the directive any more: open work is cancelled, reminders stop, its cards
    say so. Raises Conflict for one that was replaced or recalled before."""
    locked = await closing.lock(session, directive.id)
    if locked is None:
        raise NotFound("directive.unknown")
    if locked.ending in GONE:
        raise Conflict("relation.ended_before")
    locked.closed_at, locked.ending = locked.closed_at or now, ending
    cancelled = await closing.cancel_open_work(session, locked.id)
    redraws = [
        NewMessage(
            kind=MessageKind.REDRAW,
            lane=Lane.REDRAW,
            chat_id=card.chat_id,
            send_at=now,
            key=f"redraw:{card.id}",
            card_id=card.id,
        )
        for card in await closing.cards(session, locked.id)
    ]
    await outbox.add_redraws(session, redraws)
    await progress.redraw(session, [locked.id], now=now, at_once=True)
    wake_after_commit(session, Wake.OUTBOX)
    events.add(
        session, "directive_ended", at=now, person_id=actor_id, object_kind="directive",
        object_id=locked.id, reason=f"ending.{ending}", assignments=cancelled,
    )  # fmt: skip


async def refuse_if_over(session: AsyncSession, directive: Directive) -> None:
    """Raise Conflict for a directive that takes nothing any more, with what took its place."""
    if directive.closed_at is None:
        return
    if directive.ending is Ending.REPLACED:
        newer = await relations.replacement(session, directive.id)
        if newer is not None:
            code = number_and_symbol(newer.number, newer.symbol) if newer.number else None
            raise Conflict("refused.replaced", code=code or newer.subject[:_LONGEST_SUBJECT])
    raise Conflict("refused.closed")
