"""Wishes for a later deadline that nothing can come of any more: what ends work calls this.

Asking and deciding are in `bot.actions.extensions`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import office_cards, telling_units
from bot.actions.replies import Values
from bot.domain.directives import short_name
from bot.domain.states import AssignmentState, CardKind
from bot.storage import events, extensions
from bot.storage.extensions import Which, Wish


async def end_pointless(session: AsyncSession, which: Which, *, now: datetime) -> None:
    """End those among these assignments whose work is done or dropped, whose directive has ended,
    or whose deadline moved as far as was wished. Who asked is told, unless the unit itself is
    done."""
    await session.flush()
    for extension_id in await extensions.pointless(session, which):
        await extensions.end(session, [extension_id], now=now)
        wish = await extensions.get(session, extension_id)
        assert wish is not None  # noqa: S101 - it was a moment ago
        events.add(
            session, "extension_over", at=now, object_kind="extension", object_id=extension_id,
            directive_id=wish.directive.id, unit_id=wish.addressee.unit_id,
        )  # fmt: skip
        await office_cards.redraw(session, CardKind.EXTENSION, extension_id, now=now)
        if wish.assignment.state is not AssignmentState.SUBMITTED:
            await tell(session, wish, _why(wish), {}, now=now)


async def move(session: AsyncSession, assignment_id: int, *, to_id: int, now: datetime) -> None:
    """Wishes go where their work goes, and the office sees whose they are and which are over."""
    for extension_id in await extensions.move(session, assignment_id, to_id=to_id, now=now):
        await office_cards.redraw(session, CardKind.EXTENSION, extension_id, now=now)


def _why(wish: Wish) -> str:
    moved = wish.assignment.state is AssignmentState.OPEN and wish.directive.closed_at is None
    return "extension.over_moved" if moved else "extension.over_dropped"


async def tell(
    session: AsyncSession, wish: Wish, key: str, values: Values, *, now: datetime
) -> None:
    """Tell who asked, with what names the wish."""
    await telling_units.tell(
        session,
        wish.addressee,
        key,
        {**named(wish), **values},
        said_in=wish.extension.chat_id,
        now=now,
    )


def named(wish: Wish) -> Values:
    """How a sentence calls what it is about."""
    directive = wish.directive
    return {
        "position": wish.task.position,
        "directive": short_name(directive.number, directive.symbol, directive.subject),
        "wished": wish.extension.wished_at,
        "deadline": wish.assignment.deadline_at,
    }
