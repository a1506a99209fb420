"""What becomes of updates that are not simply handled: parked, handled again, skipped, slowed down.

Nobody's words are in what is told or noted here: a reference number leads to the stored row.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import replies
from bot.actions.replies import Button
from bot.callbacks import Callback, Press
from bot.domain.flood import Delayed, Dropped
from bot.domain.incoming import UNPARSABLE
from bot.domain.states import ChatKind, UpdateState
from bot.errors import Conflict
from bot.runtime import Wake, wake_after_commit
from bot.storage import events, people, staff, updates
from bot.storage.tables import Chat
from bot.storage.updates import Waiting

FLOOD = "flood"
SKIPPED = "skipped"
_LONGEST_REASON = 200


async def park(
    session: AsyncSession, row: Waiting, *, reason: str, office_language: str, now: datetime
) -> None:
    """Set an update aside for staff, who are told, as is whoever sent it if that can be known."""
    reason = reason[:_LONGEST_REASON]
    if not await updates.settle(
        session, [row.id], state=UpdateState.PARKED, now=now, reason=reason
    ):
        return
    events.add(
        session, "update_parked", at=now, object_kind="update", object_id=row.id, reason=reason,
    )  # fmt: skip
    values: replies.Values = {"reference": row.id}
    to_list = Button("button.parked", Callback(Press.PARKED_PAGE, (1,)))
    for chat_id in await staff.governing_chats(session):  # whom the list is for
        await replies.notice(
            session,
            chat_id,
            "error.parked",
            now=now,
            buttons=[[to_list]],
            values=values,
            # At most once an hour: when everything fails, the list tells the rest.
            once=f"parked:{chat_id}:{now:%Y%m%d%H}",
        )
    if reason == UNPARSABLE:
        return
    chat = await _chat_of(session, row.chat_key, office_language=office_language)
    if chat is not None:
        await replies.notice(session, chat.id, "error.failed", now=now, values=values)


async def replay(
    session: AsyncSession, row_id: int, *, actor_id: int | None, now: datetime
) -> None:
    """Handle a parked update again, from its first try; Conflict if it is parked no more."""
    if not await _replay(session, [row_id], actor_id=actor_id, now=now):
        raise Conflict("parked.not_parked", reference=row_id)


async def replay_all(session: AsyncSession, *, actor_id: int | None, now: datetime) -> int:
    """Handle all that is parked again; how many there were."""
    return len(await _replay(session, None, actor_id=actor_id, now=now))


async def _replay(
    session: AsyncSession, ids: list[int] | None, *, actor_id: int | None, now: datetime
) -> list[int]:
    replayed = await updates.unpark(session, now=now, ids=ids)
    for row_id in replayed:
        _done(session, "update_replayed", row_id, actor_id=actor_id, now=now)
    wake_after_commit(session, Wake.INBOX)
    return replayed


async def skip(session: AsyncSession, row_id: int, *, actor_id: int, now: datetime) -> None:
    """Let a parked update be; Conflict if it is parked no more."""
    if not await updates.skip(session, row_id, reason=SKIPPED, now=now):
        raise Conflict("parked.not_parked", reference=row_id)
    _done(session, "update_skipped", row_id, actor_id=actor_id, now=now)


def _done(
    session: AsyncSession, action: str, row_id: int, *, actor_id: int | None, now: datetime
) -> None:
    events.add(
        session, action, at=now, person_id=actor_id, object_kind="update", object_id=row_id
    )  # fmt: skip


async def slow_down(
    session: AsyncSession,
    row: Waiting,
    verdict: Delayed | Dropped,
    *,
    is_press: bool,
    office_language: str,
    now: datetime,
) -> str | None:
    """Drop an update that repeats what was done moments ago, or let it wait; no try of it is lost.

    The language in which the person is to be told over the chat, None if they are not: who wrote is
    told in private, for a group is not bothered with it.
    """
    if isinstance(verdict, Delayed):
        until = now + timedelta(seconds=verdict.seconds)
        await updates.step_aside(session, row.id, tries=row.tries, next_try_at=until, reason=FLOOD)
    elif await updates.settle(session, [row.id], state=UpdateState.DONE, now=now, reason=FLOOD):
        await updates.forget_body(session, row.id)
    if not verdict.tell:
        return None
    if is_press:
        return await language_of(session, row, office_language=office_language)
    if row.chat_key > 0:
        chat = await _chat_of(session, row.chat_key, office_language=office_language)
        if chat is not None:
            await replies.notice(session, chat.id, "flood.slow_down", now=now)
    return None


async def language_of(session: AsyncSession, row: Waiting, *, office_language: str) -> str:
    """What the chat an update came from is spoken to in."""
    chat = await people.chat_by_telegram_id(session, row.chat_key)
    return chat.language if chat else office_language


async def _chat_of(session: AsyncSession, chat_key: int, *, office_language: str) -> Chat | None:
    """The chat an update came from; a newcomer's private one is made, for it was undone with the
    rest."""
    chat = await people.chat_by_telegram_id(session, chat_key)
    if chat is None and chat_key > 0:
        chat = await people.ensure_chat(
            session, chat_key, kind=ChatKind.PRIVATE, title="", language=office_language
        )
    return chat
