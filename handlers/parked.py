"""What could not be handled, for administrators: the list, once more, or let it be."""

from __future__ import annotations

from bot.actions import inbox
from bot.domain.states import MessageKind
from handlers.context import Incoming, first_id, ids, page_turned


async def show(incoming: Incoming) -> None:
    """/ketlai: the first page."""
    await _queue_page(incoming, page=1, edits=None)


async def page(incoming: Incoming) -> None:
    """Another page, in the same message where it is one already."""
    await _queue_page(incoming, page=first_id(incoming), edits=await page_turned(incoming))


async def replay(incoming: Incoming) -> None:
    """One of them once more."""
    row_id, shown = ids(incoming, 2)
    await inbox.replay(
        incoming.session, row_id, actor_id=incoming.known_actor.person_id, now=incoming.now
    )
    incoming.popup("parked.replayed", reference=row_id)
    await _queue_page(incoming, page=shown, edits=await page_turned(incoming))


async def replay_all(incoming: Incoming) -> None:
    """All of them once more."""
    ids(incoming, 0)
    count = await inbox.replay_all(
        incoming.session, actor_id=incoming.known_actor.person_id, now=incoming.now
    )
    incoming.popup("parked.replayed_all", count=count)
    await _queue_page(incoming, page=1, edits=await page_turned(incoming))


async def skip(incoming: Incoming) -> None:
    """Let one of them be."""
    row_id, shown = ids(incoming, 2)
    await inbox.skip(
        incoming.session, row_id, actor_id=incoming.known_actor.person_id, now=incoming.now
    )
    incoming.popup("parked.skipped", reference=row_id)
    await _queue_page(incoming, page=shown, edits=await page_turned(incoming))


async def _queue_page(incoming: Incoming, *, page: int, edits: int | None) -> None:
    await incoming.show(
        MessageKind.PARKED, {"page": page, "person_id": incoming.known_actor.person_id}, edits=edits
    )
