"""What findings are made of is read by indexes, in as many queries for many articles as for one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.articles import EvidenceKind, PageKind, PageState
from bot.domain.findings import Finding, findings, title_key_of
from bot.domain.states import ArticleState
from bot.runtime import Runtime
from bot.storage.article_facts import facts, of_many
from bot.storage.tables import Article, Assignment, Page, PageCheck, UnitSite
from tests.bench.explain import readings, watched
from tests.factories import (
    FRIDAY_EVENING,
    NOON,
    Issued,
    create_directive,
    create_somebody,
    create_unit,
)

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TITLE = "Yên Bái triển khai chương trình hành động"
TABLES = ("articles", "pages", "page_checks", "unit_sites", "addressees", "assignments")
OK = {Finding.OWN_SITE, Finding.SUBMITTED_ON_TIME, Finding.PUBLISHED_ON_TIME}


class Ground:
    """Two units with a site each and a directive of two tasks; articles are sent one by one."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.issued: Issued
        self.person_id: int
        self.pages: dict[str, Page] = {}
        self.sent = 0

    async def begin(self) -> None:
        self.units = [
            await create_unit(self.session, name=name) for name in ("Báo Yên Bái", "Đài Yên Bái")
        ]
        for unit, host in zip(self.units, ("bao.vn", "dai.vn"), strict=True):
            self.session.add(UnitSite(unit_id=unit.id, host=host, path_prefix=""))
        self.issued = await create_directive(self.session, self.units)
        self.person_id = (await create_somebody(self.session)).person.id

    async def send(
        self, key: str, unit: int = 0, task: int = 0, *, article: Any = (), **page: Any
    ) -> int:
        """Send this link, or another one to a page that is known; the article's id."""
        return await self.send_for(
            self.issued.assignments[unit][task], key, article=dict(article), **page
        )

    async def send_for(
        self, work: Assignment, key: str, *, article: dict[str, Any] | None = None, **page: Any
    ) -> int:
        """The same for any work."""
        self.sent += 1
        row = {
            "assignment_id": work.id,
            "person_id": self.person_id,
            "url": f"https://{key}",
            "url_key": key,
            "page_id": (await self.page(key, **page)).id,
            "state": ArticleState.RECORDED,
            "submitted_at": NOON + timedelta(minutes=self.sent),
            **(article or {}),
        }
        sent = Article(**row)
        self.session.add(sent)
        await self.session.flush()
        return sent.id

    async def page(self, key: str, **values: Any) -> Page:
        """The page of a link, read without fault."""
        if key not in self.pages:
            found = {
                "state": PageState.OK,
                "kind": PageKind.ARTICLE,
                "final_key": key,
                "title": f"Một bài về {key}",
                "published_on": date(2026, 10, 6),
                "published_is_sure": True,
                "checked_at": NOON + timedelta(hours=1),
            }
            page = Page(url_key=key, url=f"https://{key}", **{**found, **values})
            self.session.add(page)
            await self.session.flush()
            self.pages[key] = page
        return self.pages[key]

    async def found(self, article_id: int) -> dict[Finding, tuple[int | None, str]]:
        """What is noticed of an article: of which other one, of which other unit."""
        read = await facts(self.session, [article_id])
        told = findings(read[article_id], now=NOON + timedelta(days=1), zone=ZONE)
        return {each.finding: (each.of_article_id, each.unit_name) for each in told}


@pytest.fixture
async def ground(rt: Runtime) -> Any:
    async with rt.write() as session:
        ground = Ground(session)
        await ground.begin()
        yield ground


async def test_an_article_alone_has_nothing_to_compare_with(ground: Ground):
    article = await ground.send("bao.vn/1")
    assert set(await ground.found(article)) == OK
    known = (await facts(ground.session, [article]))[article]
    assert known.deadline_at == FRIDAY_EVENING
    assert known.article.unit_name == "Báo Yên Bái"
    assert known.article.task.position == 1
    assert known.article.submitted_at == NOON + timedelta(minutes=1)
    assert known.issued_at == NOON
    assert known.article.page is not None
    assert known.article.page.title == "Một bài về bao.vn/1"


@pytest.mark.parametrize(
    ("key", "page", "unit", "task", "finding"),
    [
        ("bao.vn/1", {}, 0, 1, Finding.LINK_OTHER_TASK),
        ("bao.vn/1", {}, 1, 0, Finding.LINK_OTHER_UNIT),
        ("ngan.vn/1", {"final_key": "bao.vn/1"}, 0, 0, Finding.REDIRECT_SAME_TASK),
        ("ngan.vn/1", {"final_key": "bao.vn/1"}, 1, 1, Finding.REDIRECT_OTHER_UNIT),
        ("bao.vn/in/1", {"canonical_key": "bao.vn/1"}, 0, 1, Finding.CANONICAL_OTHER_TASK),
        ("dai.vn/2", {"title_key": title_key_of(TITLE)}, 1, 0, Finding.REPOSTED),
        ("dai.vn/2", {"text_hash": "a" * 64}, 1, 0, Finding.REPOSTED),
        ("dai.vn/2", {"fingerprint": -8}, 1, 0, Finding.REPOSTED),
    ],
)
async def test_others_are_found_by_all_that_articles_share(
    ground: Ground, key: str, page: dict[str, Any], unit: int, task: int, finding: Finding
):
    first = await ground.send(
        "bao.vn/1", title=TITLE, title_key=title_key_of(TITLE), text_hash="a" * 64, fingerprint=-1
    )
    await ground.send("bao.vn/khac", fingerprint=0)
    other = await ground.send(key, unit, task, **page)
    found = await ground.found(first)
    assert set(found) == {*OK, finding}
    assert found[finding] == (other, "Đài Yên Bái" if unit else "")
    back = Finding.REPOST if finding is Finding.REPOSTED else finding
    assert (await ground.found(other))[back] == (first, "Báo Yên Bái" if unit else "")


async def test_a_text_is_compared_within_its_directive_only(ground: Ground):
    elsewhere = await create_directive(ground.session, ground.units)
    first = await ground.send("bao.vn/1", fingerprint=-1)
    far = await ground.send_for(elsewhere.assignments[1][0], "dai.vn/1", fingerprint=-1)
    assert set(await ground.found(first)) == OK
    near = await ground.send("dai.vn/2", 1, fingerprint=-1)
    assert (await ground.found(first))[Finding.REPOSTED] == (near, "Đài Yên Bái")
    # The same link is found wherever it was sent, and the letter named.
    again = await ground.send_for(elsewhere.assignments[0][1], "bao.vn/1")
    assert (await ground.found(first))[Finding.LINK_OTHER_TASK] == (again, "")
    known = await facts(ground.session, [first, far])
    names = {each.task.directive for each in known[first].others if each.article_id == again}
    assert names == {f"{elsewhere.directive.number}/STTTT-TTBCXB"}


@pytest.mark.parametrize("state", ArticleState)
async def test_only_what_counts_is_compared_with(ground: Ground, state: ArticleState):
    first = await ground.send("bao.vn/1", fingerprint=-1)
    await ground.send("bao.vn/1", 1, article={"state": state})
    await ground.send("dai.vn/1", 1, article={"state": state}, fingerprint=-1)
    counts = state in (ArticleState.RECORDED, ArticleState.ACCEPTED)
    expected = {Finding.LINK_OTHER_UNIT, Finding.REPOSTED} if counts else set()
    assert set(await ground.found(first)) == OK | expected


async def test_what_does_not_count_itself_is_still_compared(ground: Ground):
    await ground.send("bao.vn/1")
    returned = await ground.send("bao.vn/1", 1, article={"state": ArticleState.RETURNED})
    assert Finding.LINK_OTHER_UNIT in await ground.found(returned)


async def test_a_file_and_a_link_without_page(ground: Ground):
    photo = {"kind": EvidenceKind.PHOTO, "page_id": None, "url": ""}
    first = await ground.send("AQADx", article=photo)
    assert set(await ground.found(first)) == {Finding.NO_LINK, Finding.SUBMITTED_ON_TIME}
    again = await ground.send("AQADx", 0, 1, article=photo)
    assert (await ground.found(first))[Finding.LINK_OTHER_TASK] == (again, "")
    unseen = await ground.send("bao.vn/2", article={"page_id": None})
    assert Finding.NOT_CHECKED in await ground.found(unseen)


async def test_sites_are_those_of_the_unit_and_of_the_host(ground: Ground):
    for host, path in (("tinh.vn", ""), ("tinh.vn", "/bao"), ("xa.vn", "")):
        ground.session.add(UnitSite(unit_id=ground.units[1].id, host=host, path_prefix=path))
    own = await ground.send("tin.bao.vn/1")
    other = await ground.send("a.b.tinh.vn/1")
    unknown = await ground.send("khac.vn/1")
    known = await facts(ground.session, [own, other, unknown])
    hosts = {each: {site.host for site in known[each].sites} for each in known}
    assert hosts == {own: {"bao.vn"}, other: {"bao.vn", "tinh.vn"}, unknown: {"bao.vn"}}
    assert (await ground.found(other))[Finding.SITE_OF_OTHER_UNIT] == (None, "Đài Yên Bái")
    assert Finding.SITE_UNKNOWN in await ground.found(unknown)


async def test_looks_that_could_read_the_page_tell_whether_it_changed(ground: Ground):
    accepted = {"state": ArticleState.ACCEPTED, "decided_at": NOON + timedelta(hours=2)}
    article = await ground.send("bao.vn/1", article=accepted, title=TITLE, text_hash="b" * 64)
    page = ground.pages["bao.vn/1"]
    for hours, state, text_hash in (
        (1, PageState.OK, "a" * 64),
        (3, PageState.TIMEOUT, "c" * 64),
        (5, PageState.REDIRECTED, "b" * 64),
    ):
        at = NOON + timedelta(hours=hours)
        ground.session.add(PageCheck(page_id=page.id, at=at, state=state, text_hash=text_hash))
    await ground.session.flush()
    known = (await facts(ground.session, [article]))[article]
    assert [look.text_hash for look in known.looks] == ["a" * 64, "b" * 64]
    assert Finding.CHANGED in await ground.found(article)


async def test_what_does_not_exist_is_left_out(ground: Ground):
    article = await ground.send("bao.vn/1")
    assert set(await facts(ground.session, [article, article + 1000])) == {article}
    assert await facts(ground.session, []) == {}
    assert await facts(ground.session, [article + 1000]) == {}


# --- how it is read ------------------------------------------------------------------------------

MANY = 60


async def fill(ground: Ground, many: int) -> list[int]:
    """So many links of the first unit, each with others like it; their ids."""
    asked = []
    for number in range(many):
        page = {
            "title_key": f"{number:064}",
            "text_hash": f"{number:064x}",
            "fingerprint": number * 0x9E3779B97F4A7C15 % 2**63,  # far from each other
        }
        asked.append(await ground.send(f"bao.vn/{number}", **page))
        await ground.send(f"bao.vn/{number}", 0, 1)
        await ground.send(f"dai.vn/{number}", 1, 0, **page)
        at = datetime(2026, 10, 6, 7, tzinfo=UTC)
        page_id = ground.pages[f"bao.vn/{number}"].id
        ground.session.add(PageCheck(page_id=page_id, at=at, state=PageState.OK))
    return asked


async def test_many_take_as_few_queries_as_one_and_read_by_index(rt: Runtime):
    async with rt.write() as session:
        ground = Ground(session)
        await ground.begin()
        asked = await fill(ground, MANY)
        units = []
        for number in range(100):  # of others, never asked for
            units.append(await create_unit(session, name=f"Xã {number}"))
            session.add(UnitSite(unit_id=units[-1].id, host=f"xa{number}.vn", path_prefix=""))
        for works in (await create_directive(session, units)).assignments:
            for work in works:
                await ground.send_for(work, f"xa.vn/{work.id}", fingerprint=-work.id)
    if not rt.database.is_sqlite:
        async with rt.write() as session:
            await session.execute(text("ANALYZE"))
    counts = []
    for ids in (asked[:1], asked):
        with watched(rt.database) as statements:
            async with rt.read() as session:
                known = await facts(session, ids)
        assert set(known) == set(ids)
        assert {len(each.others) for each in known.values()} == {2}
        counts.append(len(statements))
    assert counts == [6, 6]
    counts = []
    for ids in (asked[:1], asked):
        with watched(rt.database) as of_report:
            async with rt.read() as session:
                many = await of_many(session, ids)
        assert set(many.articles) == set(ids)
        assert len(many.alike) == 3 * len(ids)
        counts.append(len(of_report))
    assert counts[0] == counts[1] <= 5
    for_report = await readings(rt.database, of_report, TABLES, indexes_first=True)
    assert [(each.table, each.how) for each in for_report if not each.by_index] == []
    found = await readings(rt.database, statements, TABLES, indexes_first=True)
    assert {each.table for each in found} == set(TABLES)
    assert [(each.table, each.how) for each in found if not each.by_index] == []
    # Of what others sent elsewhere nothing is looked at: every row read belongs to those asked.
    too_many = [each for each in found if each.rows is not None and each.rows > 4 * MANY]
    assert [(each.table, each.how, each.rows) for each in too_many] == []
