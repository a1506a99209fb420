"""Queries of articles. What waits for its task is in `submissions`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Table, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.articles import EvidenceKind
from bot.domain.states import ArticleState
from bot.storage.assignments import COUNTED
from bot.storage.in_bulk import is_one_of, is_one_of_texts, numbers, texts
from bot.storage.insert import insert_new_ones
from bot.storage.tables import (
    Article,
    Assignment,
    Task,
)

_ARTICLES = cast(Table, Article.__table__)
_WORK = cast(Table, Assignment.__table__)
_HAS_KEY = is_one_of_texts(_ARTICLES.c.url_key, "keys")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewArticle:
    """Evidence as it is recorded: a link with its page, or what has none."""

    assignment_id: int
    person_id: int
    url_key: str
    kind: EvidenceKind = EvidenceKind.LINK
    url: str = ""
    page_id: int | None = None
    file_id: str | None = None
    file_name: str = ""
    album: str | None = None
    note: str = ""
    amount: int | None = None
    measure: str = ""
    chat_id: int | None = None
    message_id: int | None = None
    by_office: bool = False
    replaces_id: int | None = None


async def add_all(
    session: AsyncSession, found: Sequence[NewArticle], *, now: datetime
) -> dict[str, int]:
    """Record evidence for an assignment; the ids of what it did not have, by key."""
    rows = [asdict(each) | _as_recorded(now) for each in found]
    new = await insert_new_ones(session, Article, rows, key=("url_key", "id"))
    return dict(new)


def _as_recorded(now: datetime) -> dict[str, Any]:
    return {"state": ArticleState.RECORDED, "submitted_at": now}


async def with_keys(
    session: AsyncSession, assignment_id: int, url_keys: Collection[str]
) -> list[Article]:
    """What an assignment has of these keys, whatever became of it."""
    values = {"assignment": assignment_id, "keys": texts(url_keys)}
    return list(await session.scalars(_WITH_KEYS, values))


_WITH_KEYS = (
    select(Article)
    .where(_ARTICLES.c.assignment_id == bindparam("assignment"), _HAS_KEY)
    .order_by(_ARTICLES.c.id)
)


def record_again(article: Article, sent: NewArticle, *, now: datetime) -> None:
    """What was returned or withdrawn is sent once more: it counts anew, as who sent it now says."""
    for name, value in asdict(sent).items():
        setattr(article, name, value)
    article.state, article.submitted_at = ArticleState.RECORDED, now
    article.decided_at = article.decided_by = article.tell_due_at = None


async def same(
    session: AsyncSession, *, addressee_ids: Collection[int], url_keys: Collection[str]
) -> list[Row[Article, Task, str]]:
    """What these addressees have of these keys that counts, each with its task and period; what
    was sent first comes first."""
    values = {"ids": numbers(addressee_ids), "keys": texts(url_keys)}
    return list(await session.execute(_SAME, values))


_SAME = (
    select(Article, Task, _WORK.c.period)
    .join(_WORK, _WORK.c.id == _ARTICLES.c.assignment_id)
    .join(Task, Task.id == _WORK.c.task_id)
    .where(is_one_of(_WORK.c.addressee_id, "ids"), _HAS_KEY, _ARTICLES.c.state.in_(COUNTED))
    .order_by(_ARTICLES.c.id)
)


async def count(session: AsyncSession, *, assignment_id: int) -> int:
    """How many articles of the assignment count."""
    return await session.scalar(_COUNT, {"assignment": assignment_id}) or 0


_COUNT = select(func.count(Article.id)).where(
    _ARTICLES.c.assignment_id == bindparam("assignment"), _ARTICLES.c.state.in_(COUNTED)
)


async def keys_sent(
    session: AsyncSession, url_keys: Collection[str], *, person_id: int
) -> set[str]:
    """Those of these links that the person has sent for anything."""
    rows = await session.scalars(
        select(Article.url_key).where(Article.url_key.in_(url_keys), Article.person_id == person_id)
    )
    return set(rows)


async def of_message(session: AsyncSession, *, chat_id: int, message_id: int) -> list[Article]:
    """What a message brought."""
    found = await session.scalars(
        select(Article)
        .where(Article.chat_id == chat_id, Article.message_id == message_id)
        .order_by(Article.id)
    )
    return list(found)


@dataclass(frozen=True, slots=True)
class LinkOfMessage:
    """A link that a message brought, and the number of the task for which it was recorded."""

    article_id: int
    addressee_id: int
    position: int


async def links_of_message(
    session: AsyncSession, *, chat_id: int, message_id: int
) -> list[LinkOfMessage]:
    """The links that a message brought and nobody has withdrawn."""
    found = await session.execute(
        select(Article.id, Assignment.addressee_id, Task.position)
        .join(Assignment, Assignment.id == Article.assignment_id)
        .join(Task, Task.id == Assignment.task_id)
        .where(
            Article.chat_id == chat_id,
            Article.message_id == message_id,
            Article.kind == EvidenceKind.LINK,
            Article.state != ArticleState.WITHDRAWN,
        )
        .order_by(Article.id)
    )
    return [LinkOfMessage(*row) for row in found]
