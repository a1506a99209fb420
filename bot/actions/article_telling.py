"""Who sent something is told what the office said of it: not at once, so that a word can be taken
back before, and of all that is decided meanwhile in one message.

What the message says is found out when it is sent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions.replies import queue
from bot.domain.article_review import TELL_AFTER, is_told_now
from bot.domain.articles import ReviewKind
from bot.domain.states import ArticleState, Lane, MessageKind
from bot.runtime import Wake, wake_after_commit
from bot.storage import article_review, audience, outbox, people, staff
from bot.storage.article_review import Subject
from bot.storage.outbox import NewMessage
from bot.storage.tables import Article, ReviewDecision

AT_ONCE = 1000
_OF_THE_OFFICE = (ReviewKind.ACCEPTED, ReviewKind.RETURNED, ReviewKind.UNDONE)

# --- when ----------------------------------------------------------------------------------------


def tell_soon(article: Article, *, now: datetime) -> None:
    """Who sent it is to be told of what was just said of it; what staff entered concerns nobody."""
    article.tell_due_at = None if article.by_office else now + TELL_AFTER


def tell_undone(article: Article, said: Sequence[ReviewDecision], *, now: datetime) -> None:
    """The last of what was `said` holds no more: that is told to whom it, or one before it, may
    have been told."""
    if article.tell_due_at is None or _may_know(article, said):
        tell_soon(article, now=now)
    else:
        article.tell_due_at = None


def _may_know(article: Article, said: Sequence[ReviewDecision]) -> bool:
    """Whether an earlier word on what was sent stood long enough to be told, and holds no more."""
    words = [
        each for each in said if each.kind in _OF_THE_OFFICE and each.at >= article.submitted_at
    ]
    stood = [each for each, after in pairwise(words) if after.at - each.at >= TELL_AFTER]
    return bool(stood) and stood[-1].kind is not ReviewKind.UNDONE


async def tell_due(session: AsyncSession, *, now: datetime) -> bool:
    """Queue what chats are to be told now; True if there may be more."""
    waiting = await article_review.to_tell(session, limit=AT_ONCE)
    subjects = await article_review.articles(session, [each.id for each in waiting])
    by_place: dict[tuple[int, ...], list[Subject]] = defaultdict(list)
    places = _Places(session)
    for subject in subjects.values():
        by_place[await places.of(subject)].append(subject)
    due: list[Subject] = []
    for chat_ids, some in by_place.items():
        told = [each for each in some if _due(each) <= now]
        if is_told_now([_due(each) for each in some], now=now):
            due += told
            await _queue(session, chat_ids, told, now=now)
    for subject in due:
        if subject.article is not None:
            subject.article.tell_due_at = None
    await session.flush()
    return bool(due) and len(waiting) == AT_ONCE


def _due(subject: Subject) -> datetime:
    assert subject.article is not None  # noqa: S101 - only articles wait for being told
    assert subject.article.tell_due_at is not None  # noqa: S101 - that is how it was found
    return subject.article.tell_due_at


async def _queue(
    session: AsyncSession, chat_ids: Iterable[int], told: Sequence[Subject], *, now: datetime
) -> None:
    parameters = await _parameters(session, [each.article for each in told if each.article])
    if not any(parameters.values()):
        return
    for chat_id in chat_ids:
        message = NewMessage(
            kind=MessageKind.DECISIONS,
            lane=Lane.ANSWER,
            chat_id=chat_id,
            send_at=now,
            parameters=parameters,
        )
        await queue(session, message)


async def _parameters(session: AsyncSession, told: Sequence[Article]) -> dict[str, Any]:
    """Which words are told: each by when it was said, so that what was said since is not taken for
    it. What was sent anew since, or withdrawn, is not spoken of."""
    last = await article_review.last_of_articles(session, [article.id for article in told])
    decided, undone = [], []
    for article in told:
        if article.state in (ArticleState.ACCEPTED, ArticleState.RETURNED) and article.decided_at:
            decided.append([article.id, article.decided_at.isoformat()])
        elif is_undone(article, last.get(article.id)):
            undone.append(article.id)
    return {"decided": decided, "undone": undone}


def is_undone(article: Article, last: ReviewDecision | None) -> bool:
    """Whether it waits because the office took its `last` word on it back."""
    if article.state is not ArticleState.RECORDED or last is None:
        return False
    return last.kind is ReviewKind.UNDONE and last.at >= article.submitted_at


# --- where ---------------------------------------------------------------------------------------


class _Places:
    """Where what concerns an article is told; asked once for what was sent alike."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._known: dict[tuple[int | None, int, int], tuple[int, ...]] = {}

    async def of(self, subject: Subject) -> tuple[int, ...]:
        """The chat it was sent from, while that serves the unit; else who sent it; else whoever
        gets the directive for the unit."""
        article = subject.article
        assert article is not None  # noqa: S101 - only articles wait for being told
        key = (article.chat_id, article.person_id, subject.addressee.id)
        if key not in self._known:
            private = await staff.private_chat(self._session, article.person_id)
            candidates = [article.chat_id, private.id if private else None]
            self._known[key] = await places(self._session, subject, candidates)
        return self._known[key]


async def places(
    session: AsyncSession, subject: Subject, candidates: Iterable[int | None]
) -> tuple[int, ...]:
    """The first of these chats that may be told of the unit's matters and can be reached; without
    any, all of the unit's that can."""
    for chat_id in candidates:
        chat = await people.chat(session, chat_id) if chat_id is not None else None
        if chat is None or chat.unreachable_reason is not None:
            continue
        if (chat.id, subject.addressee.unit_id) in await people.units_served(session, [chat.id]):
            return (chat.id,)
    found = await audience.chats_of_addressees(session, [subject.addressee.id])
    return tuple(chat.id for _, chat in found if chat.unreachable_reason is None)


# --- work as a whole -----------------------------------------------------------------------------


async def tell_of_work(
    session: AsyncSession,
    subject: Subject,
    decision: ReviewDecision,
    *,
    now: datetime,
    instead_of: ReviewDecision | None = None,
) -> None:
    """Tell the unit, where it said that the work is done, what the office says to that; that a word
    holds no more only where the message `instead_of` which it comes has left."""
    await session.flush()
    reported = await article_review.reported(
        session, subject.assignment.id, directive_id=subject.directive.id
    )
    chat_ids = await places(session, subject, [reported[1] if reported else None])
    if instead_of is not None:
        keys = {_key(instead_of, chat_id): chat_id for chat_id in chat_ids}
        withdrawn = await outbox.withdraw(session, keys, reason="undone", now=now)
        chat_ids = tuple(chat_id for key, chat_id in keys.items() if key not in withdrawn)
    for chat_id in chat_ids:
        message = NewMessage(
            kind=MessageKind.DECISIONS,
            lane=Lane.ANSWER,
            chat_id=chat_id,
            send_at=now + (TELL_AFTER if instead_of is None else timedelta()),
            parameters={"work": [decision.id]},
            key=_key(decision, chat_id),
        )
        await queue(session, message)
    wake_after_commit(session, Wake.OUTBOX)


def _key(decision: ReviewDecision, chat_id: int) -> str:
    return f"decided:{decision.id}:{chat_id}"
