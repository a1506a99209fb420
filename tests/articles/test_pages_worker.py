"""Pages are looked at when they are due, each once for all who sent it, and nobody is held up."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.articles.policy import FetchPolicy, only
from bot.articles.urls import canonical_key
from bot.articles.worker import PagesWorker
from bot.domain.articles import PageState
from bot.domain.states import MessageKind
from bot.runtime import Runtime
from bot.storage import articles, pages
from bot.storage.articles import NewArticle
from bot.storage.tables import Article, Event, OutboxMessage, Page, PageCheck
from tests import factories
from tests.articles.sites import HOST, LINK, Site, answer, at, by_path, site
from tests.conftest import NOON, MovedClock

TITLE = "Tập huấn chuyển đổi số cho cán bộ xã"
ARTICLE = answer(
    f"""<html><head><meta charset="utf-8"><title>{TITLE} - Báo mẫu</title>
    <meta property="og:title" content="{TITLE}"><meta property="og:type" content="article">
    <meta property="article:published_time" content="2026-10-05T08:00:00+07:00"></head>
    <body><article><h1>{TITLE}</h1><p>{"Hôm qua hơn một trăm cán bộ đã dự lớp tập huấn. " * 9}</p>
    </article></body></html>""".encode()
)


async def submit(rt: Runtime, *links: str) -> None:
    """One unit sends these links for one task."""
    async with rt.write() as session:
        unit = await factories.create_unit(session)
        contact = await factories.create_contact(session, unit)
        issued = await factories.create_directive(session, [unit], tasks=1)
        found = await pages.ensure(
            session, {canonical_key(link): link for link in links}, now=rt.now()
        )
        for link in links:
            key = canonical_key(link)
            article = NewArticle(
                assignment_id=issued.assignments[0][0].id,
                person_id=contact.person.id,
                url=link,
                url_key=key,
                page_id=found[key],
            )
            assert await articles.add_all(session, [article], now=rt.now())


async def all_pages(rt: Runtime) -> Sequence[Page]:
    async with rt.read() as session:
        return (await session.scalars(select(Page).order_by(Page.id))).all()


async def look(rt: Runtime, policy: FetchPolicy) -> Page:
    """Look at whatever is due; the first page as it is known then."""
    worker = PagesWorker(rt, policy)
    while await worker.do_some():
        pass
    return (await all_pages(rt))[0]


async def test_what_a_page_says_is_kept(rt: Runtime):
    await submit(rt, LINK)
    async with site(by_path({"/tin/canary-1.html": ARTICLE})) as press:
        page = await look(rt, at(press))
    assert (page.state, page.status, page.title) == (PageState.OK, 200, TITLE)
    assert (str(page.published_on), page.published_is_sure) == ("2026-10-05", True)
    assert page.text is None  # unless the office keeps texts
    assert page.text_hash
    assert page.check_due_at is not None
    assert page.check_due_at > NOON
    async with rt.read() as session:
        checks = (await session.scalars(select(PageCheck))).all()
    assert [(check.state, check.title, check.text_hash) for check in checks] == [
        (PageState.OK, TITLE, page.text_hash)
    ]


async def test_the_text_is_kept_where_the_office_wants_it(rt: Runtime):
    await submit(rt, LINK)
    config = rt.config.model_copy(
        update={"articles": rt.config.articles.model_copy(update={"keep_text": True})}
    )
    async with site(by_path({"/tin/canary-1.html": ARTICLE})) as press:
        page = await look(replace(rt, config=config), at(press))
    assert "hơn một trăm cán bộ" in (page.text or "")


async def test_a_page_is_opened_once_whoever_sent_it(rt: Runtime):
    await submit(rt, LINK)
    await submit(rt, f"{LINK}?utm_source=zalo")
    async with site(by_path({"/tin/canary-1.html": ARTICLE})) as press:
        await look(rt, at(press))
    assert press.asked == ["/tin/canary-1.html"]
    assert len(await all_pages(rt)) == 1


async def test_what_only_people_can_look_at_is_not_opened(rt: Runtime):
    await submit(rt, "https://www.facebook.com/baoyenbai/posts/123")
    async with site(by_path({})) as press:
        everywhere = only({"www.facebook.com": press.endpoint, "facebook.com": press.endpoint})
        page = await look(rt, everywhere)
    assert (page.state, page.check_due_at, press.connections) == (PageState.MANUAL, None, 0)


async def test_nothing_is_opened_where_the_office_does_not_want_it(rt: Runtime):
    await submit(rt, LINK)
    config = rt.config.model_copy(
        update={"articles": rt.config.articles.model_copy(update={"check_links": False})}
    )
    async with site(by_path({"/tin/canary-1.html": ARTICLE})) as press:
        page = await look(replace(rt, config=config), at(press))
    assert (page.state, press.connections) == (PageState.MANUAL, 0)


async def test_a_slow_site_does_not_hold_the_others(rt: Runtime):
    slow_links = [f"http://{HOST}/cham/{number}" for number in range(40)]
    await submit(rt, *slow_links, *(f"http://bao2.{HOST[4:]}/{number}" for number in range(5)))
    released = asyncio.Event()

    async def slow(_path: str, writer: asyncio.StreamWriter) -> None:
        await released.wait()
        writer.write(ARTICLE)

    async def quick(_path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(ARTICLE)
        if len(other.asked) == 5:
            released.set()

    async with site(slow) as press, site(quick) as other:
        stop = asyncio.Event()
        worker = asyncio.create_task(PagesWorker(rt, at(press, other)).run(stop))
        for _ in range(600):
            await asyncio.sleep(0.1)
            if all(page.state is not None for page in await all_pages(rt)):
                break
        stop.set()
        await worker
    assert len(other.asked) == 5  # the slow ones waited for all of them
    assert {page.state for page in await all_pages(rt)} == {PageState.OK}


class Crash(Exception):
    pass


async def test_what_was_read_but_not_kept_is_looked_at_again(rt: Runtime):
    await submit(rt, LINK)

    def crash(point: str) -> None:
        if point == "page_read":
            raise Crash

    async with site(by_path({"/tin/canary-1.html": ARTICLE})) as press:
        worker = PagesWorker(replace(rt, fault=crash), at(press))
        with pytest.raises(Crash):
            await worker.do_some()
        assert (await all_pages(rt))[0].state is None
        page = await look(rt, at(press))
    assert (page.state, page.title, page.checks) == (PageState.OK, TITLE, 1)


async def test_a_page_that_takes_its_reader_too_long_is_left_to_people(
    rt: Runtime, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bot.articles.reading.SECONDS", 0.0)
    await submit(rt, LINK)
    async with site(by_path({"/tin/canary-1.html": ARTICLE})) as press:
        page = await look(rt, at(press))
    assert page.state is PageState.MANUAL


async def test_a_look_that_another_has_overtaken_keeps_nothing(rt: Runtime):
    await submit(rt, LINK)
    async with site(by_path({"/tin/canary-1.html": ARTICLE})) as press:
        first, second = PagesWorker(rt, at(press)), PagesWorker(rt, at(press))
        await asyncio.gather(first.do_some(), second.do_some())
    page = (await all_pages(rt))[0]
    async with rt.read() as session:
        checks = (await session.scalars(select(PageCheck))).all()
    assert (page.checks, len(checks)) == (1, 1)


# --- dead ones -----------------------------------------------------------------------------------


async def until_dead(rt: Runtime, clock: MovedClock, press: Site) -> list[datetime]:
    """Look at the page whenever it is due until it is dead; when it was looked at."""
    looks = []
    for _ in range(8):
        page = await look(rt, at(press))
        looks.append(clock.at)
        if page.dead_at is not None:
            break
        assert page.check_due_at is not None
        clock.at = page.check_due_at
    return looks


async def told(rt: Runtime) -> list[OutboxMessage]:
    async with rt.read() as session:
        found = await session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == MessageKind.DEAD_LINKS)
        )
        return list(found)


async def test_the_office_is_told_of_what_is_dead_and_the_unit_is_not(
    rt: Runtime, clock: MovedClock
):
    async with rt.write() as session:
        reviewer = await factories.create_staff(session)
    await submit(rt, LINK, f"{LINK}?trang=2")
    async with site(by_path({})) as press:
        looks = await until_dead(rt, clock, press)
        clock.at += timedelta(days=1)
        await look(rt, at(press))
    assert len(looks) >= 3
    assert (looks[-1] - looks[0]) > timedelta(hours=7)
    messages = await told(rt)
    assert {message.chat_id for message in messages} >= {reviewer.chat.id}
    async with rt.read() as session:
        events = await session.scalars(select(Event).where(Event.action == "page_dead"))
        assert len(events.all()) == 2
        owner = await session.scalar(select(Article.person_id))
    assert all(message.chat_id != owner for message in messages)
    assert len({message.chat_id for message in messages}) == len(messages)  # one for both pages


async def test_nothing_dies_while_nothing_at_all_can_be_reached(rt: Runtime, clock: MovedClock):
    other = LINK.replace("bao", "bao2")
    await submit(rt, LINK, other)
    nobody = only({})
    for _ in range(8):
        page = await look(rt, nobody)
        assert (page.state, page.failures) == (PageState.UNREACHABLE, 0)
        if page.check_due_at is None:
            break
        clock.at = page.check_due_at
    assert await told(rt) == []


async def test_what_alone_cannot_be_reached_dies(rt: Runtime, clock: MovedClock):
    other = LINK.replace("bao", "bao2")
    await submit(rt, LINK, other)
    async with site(by_path({"/tin/canary-1.html": ARTICLE})) as press:
        policy = only({HOST.replace("bao", "bao2"): press.endpoint})
        for _ in range(8):
            async with rt.write() as session:
                await session.execute(update(Page).values(check_due_at=clock.at))
            page = await look(rt, policy)
            clock.at += timedelta(hours=8)
    assert (page.state, page.url) == (PageState.UNREACHABLE, LINK)
    assert page.dead_at is not None


async def test_what_is_known_of_a_page_outlives_it(rt: Runtime, clock: MovedClock):
    await submit(rt, LINK)
    async with site(by_path({"/tin/canary-1.html": ARTICLE})) as press:
        page = await look(rt, at(press))
    assert page.check_due_at is not None
    clock.at = page.check_due_at
    async with site(by_path({})) as press:
        page = await look(rt, at(press))
    assert (page.state, page.title, page.failures) == (PageState.NOT_FOUND, TITLE, 1)
