"""`dondoc articles recheck`: the pages of links are due again."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.articles.urls import canonical_key
from bot.domain.states import ArticleState
from bot.storage import articles, pages
from bot.storage.articles import NewArticle
from bot.storage.engine import Database
from bot.storage.tables import Article, Page
from tests import factories
from tests.factories import NOON

LINKS = ("https://a.example.vn/1", "https://a.example.vn/2", "https://a.example.vn/3")
LATER = NOON + timedelta(days=90)


@pytest.fixture
def config(write_config, database_url):
    asyncio.run(furnish(database_url))
    return write_config(database_url)


async def furnish(url: str) -> None:
    """Two directives with a link each, one of which failed last; and one link taken back."""
    database = Database(url)
    async with database.write() as session:
        for number, link in zip(("88", "89", "89"), LINKS, strict=True):
            unit = await factories.create_unit(session)
            contact = await factories.create_contact(session, unit)
            issued = await factories.create_directive(session, [unit], tasks=1)
            issued.directive.number = f"{number}{link[-1]}"
            key = canonical_key(link)
            found = await pages.ensure(session, {key: link}, now=NOON)
            article = NewArticle(
                assignment_id=issued.assignments[0][0].id,
                person_id=contact.person.id,
                url=link,
                url_key=key,
                page_id=found[key],
            )
            await articles.add_all(session, [article], now=NOON)
        await session.execute(update(Page).values(check_due_at=LATER))
        await session.execute(update(Page).where(Page.url == LINKS[1]).values(failures=1))
        await session.execute(
            update(Article).where(Article.url == LINKS[2]).values(state=ArticleState.WITHDRAWN)
        )
    await database.close()


def due_again(url: str) -> set[str]:
    """The links whose pages are no longer due on the day they were due."""

    async def ask() -> set[str]:
        database = Database(url)
        async with database.read() as session:
            found = await session.scalars(select(Page.url).where(Page.check_due_at != LATER))
            links = set(found)
        await database.close()
        return links

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("words", "links"),
    [
        ((), {LINKS[0], LINKS[1]}),  # what was taken back is nobody's any more
        (("881",), {LINKS[0]}),
        (("--failed",), {LINKS[1]}),
        (("881", "--failed"), set()),
    ],
)
def test_pages_are_due_again(dondoc, config, database_url, words, links):
    told = dondoc("articles", "recheck", *words, "--config", config)
    pages_said = "1 page" if len(links) == 1 else f"{len(links)} pages"
    assert (told.code, told.out) == (0, f"{pages_said} will be looked at by the running bot\n")
    assert due_again(database_url) == links


def test_an_unknown_directive_is_said(dondoc, config):
    told = dondoc("articles", "recheck", "4711", "--config", config)
    assert told.code == 1
    assert "4711" in told.err
