"""Queries of the pages that links lead to: which are due, and what was found."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, Table, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.articles import FAILED, OPENED, PageState
from bot.domain.rights import Scope
from bot.domain.watching import Watched
from bot.storage.assignments import COUNTED
from bot.storage.directives import within
from bot.storage.in_bulk import is_one_of_texts, texts
from bot.storage.insert import insert_new_ones
from bot.storage.tables import Addressee, Article, Assignment, Directive, Page, PageCheck, Task


async def ensure(
    session: AsyncSession, links: Mapping[str, str], *, now: datetime
) -> dict[str, int]:
    """The pages of these links, by key; what nobody sent before is due to be looked at."""
    rows = [
        {
            "url_key": key,
            "url": url,
            "published_is_sure": False,
            "checks": 0,
            "failures": 0,
            "check_due_at": now,
        }
        for key, url in sorted(links.items())
    ]
    await insert_new_ones(session, Page, rows, key=("id",))
    found = await session.execute(_IDS, {"keys": texts(links)})
    return dict(found.all())


_PAGES = cast(Table, Page.__table__)
_HAS_KEY = is_one_of_texts(_PAGES.c.url_key, "keys")
_IDS = select(_PAGES.c.url_key, _PAGES.c.id).where(_HAS_KEY)


async def due(
    session: AsyncSession,
    *,
    now: datetime,
    limit: int,
    without_hosts: Collection[str] = (),
    without_ids: Collection[int] = (),
) -> Sequence[Page]:
    """Pages to be looked at, those that have waited longest first; none of these hosts, as keys
    have them, nor these pages."""
    found = await session.scalars(
        select(Page)
        .where(
            Page.check_due_at <= now,
            Page.id.not_in(without_ids),
            *(~_is_of_host(host) for host in without_hosts),
        )
        .order_by(Page.check_due_at, Page.id)
        .limit(limit)
    )
    return found.all()


def _is_of_host(host: str) -> ColumnElement[bool]:
    return or_(Page.url_key == host, Page.url_key.startswith(f"{host}/", autoescape=True))


def host_of(page: Page) -> str:
    """The host of a page as its key has it."""
    return page.url_key.partition("/")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a look at a page found. What it could not read is None, and what is known stays."""

    state: PageState
    status: int | None = None
    known: Mapping[str, object] | None = None


async def record(
    session: AsyncSession, page: Page, look: Look, watched: Watched, *, now: datetime
) -> bool:
    """Keep what was found; False, and nothing is kept, when it was looked at meanwhile."""
    changed = await session.scalar(
        update(Page)
        .where(Page.id == page.id, Page.check_due_at == page.check_due_at)
        .values(
            state=look.state,
            status=look.status,
            checked_at=now,
            checks=Page.checks + 1,
            first_seen_at=watched.first_seen_at,
            failures=watched.failures,
            failed_since=watched.failed_since,
            dead_at=watched.dead_at,
            check_due_at=watched.next_at,
            **(look.known or {}),
        )
        .returning(Page.id)
    )
    if changed is None:
        return False
    known = look.known or {}
    session.add(
        PageCheck(
            page_id=page.id,
            at=now,
            state=look.state,
            status=look.status,
            title=known.get("title"),
            text_hash=known.get("text_hash"),
        )
    )
    return True


async def others_answered(session: AsyncSession, page: Page, *, since: datetime) -> bool:
    """Whether a page of another host could be opened since then."""
    found = await session.scalar(
        select(Page.id)
        .where(Page.state.in_(OPENED), Page.checked_at >= since, ~_is_of_host(host_of(page)))
        .limit(1)
    )
    return found is not None


# --- asking again --------------------------------------------------------------------------------


async def ask_again(
    session: AsyncSession, *, directive_id: int | None, only_failed: bool, now: datetime
) -> int:
    """Let pages of articles that count be looked at now; how many there are."""
    wanted = (
        select(Article.page_id)
        .join(Assignment, Assignment.id == Article.assignment_id)
        .join(Addressee, Addressee.id == Assignment.addressee_id)
        .where(Article.state.in_(COUNTED), Article.page_id.is_not(None))
    )
    if directive_id is not None:
        wanted = wanted.where(Addressee.directive_id == directive_id)
    conditions: list[ColumnElement[bool]] = [Page.id.in_(wanted)]
    if only_failed:
        conditions.append(Page.failures > 0)
    asked = await session.scalars(
        update(Page).where(*conditions).values(check_due_at=now).returning(Page.id)
    )
    return len(asked.all())


# --- dead ones -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DeadLink:
    """An article whose page is gone, as the office is told of it."""

    article_id: int
    unit_id: int
    unit_name: str
    directive: Directive
    task_position: int
    period: str
    url: str
    title: str | None
    was_opened: bool  # some time before
    dead_at: datetime


async def dead_links(
    session: AsyncSession,
    *,
    since: datetime,
    until: datetime,
    scope: Scope | None = None,
) -> list[DeadLink]:
    """The counted articles whose pages were found dead from `since` and before `until`."""
    was_opened = exists().where(PageCheck.page_id == Page.id, PageCheck.state.in_(OPENED))
    rows = await session.execute(
        select(Article, Assignment.period, Task.position, Addressee, Directive, Page, was_opened)
        .join(Page, Page.id == Article.page_id)
        .join(Assignment, Assignment.id == Article.assignment_id)
        .join(Task, Task.id == Assignment.task_id)
        .join(Addressee, Addressee.id == Assignment.addressee_id)
        .join(Directive, Directive.id == Addressee.directive_id)
        .where(
            Page.dead_at >= since,
            Page.dead_at < until,
            Article.state.in_(COUNTED),
            within(scope),
        )
        .order_by(
            Directive.id, Addressee.unit_name, Addressee.id,
            Task.position, Assignment.period, Article.id,
        )
    )  # fmt: skip
    return [
        DeadLink(
            article_id=article.id,
            unit_id=addressee.unit_id,
            unit_name=addressee.unit_name,
            directive=directive,
            task_position=position,
            period=period,
            url=article.url,
            title=article.given_title or page.title,
            was_opened=opened,
            dead_at=page.dead_at or until,
        )
        for article, period, position, addressee, directive, page, opened in rows
    ]


async def units_of(session: AsyncSession, page_id: int) -> list[int]:
    """The units that sent this page as an article that counts."""
    found = await session.scalars(
        select(Addressee.unit_id)
        .join(Assignment, Assignment.addressee_id == Addressee.id)
        .join(Article, Article.assignment_id == Assignment.id)
        .where(Article.page_id == page_id, Article.state.in_(COUNTED))
        .distinct()
        .order_by(Addressee.unit_id)
    )
    return list(found)


async def look_again(session: AsyncSession, page_ids: Collection[int], *, now: datetime) -> None:
    """Those of these pages that were not there when they were last looked at are due now."""
    await session.execute(
        update(Page)
        .where(Page.id.in_(page_ids), or_(Page.state.in_(FAILED), Page.dead_at.is_not(None)))
        .values(check_due_at=now)
    )


async def titles(session: AsyncSession, url_keys: Collection[str]) -> list[str]:
    """The titles of these links' pages, as far as they are known."""
    found = await session.scalars(_TITLES, {"keys": texts(url_keys)})
    return [title for title in found if title]


_TITLES = select(_PAGES.c.title).where(_HAS_KEY, _PAGES.c.title.is_not(None))
