"""Whose site a link is on is told from its address: what it is compared by may leave that out."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions.article_findings import found_of
from bot.articles.urls import canonical_key
from bot.domain.articles import PageKind, PageState
from bot.domain.findings import Finding
from bot.domain.states import ArticleState
from bot.runtime import Runtime
from bot.storage.tables import Article, Page, UnitSite
from tests.factories import NOON, create_directive, create_somebody, create_unit

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
POST = "https://www.facebook.com/{}/posts/612345678901234"
NEWS = "https://yenbaionline.vn/{}/tin/khai-mac-le-hoi-305919.html"


async def whose(session: AsyncSession, link: str, *, opens: str | None = None) -> set[Finding]:
    """What is found of the site of a link of the first unit, which may lead on to another one."""
    units = [await create_unit(session, name=name) for name in ("Báo Yên Bái", "Đài Yên Bái")]
    for unit, name in zip(units, ("bao", "dai"), strict=True):
        for host in ("facebook.com", "yenbaionline.vn"):
            session.add(UnitSite(unit_id=unit.id, host=host, path_prefix=f"/{name}"))
    page = Page(
        url_key=canonical_key(link),
        url=link,
        state=PageState.OK,
        kind=PageKind.ARTICLE,
        final_url=opens,
        final_key=canonical_key(opens) if opens else None,
    )
    session.add(page)
    await session.flush()
    issued = await create_directive(session, units)
    article = Article(
        assignment_id=issued.assignments[0][0].id,
        person_id=(await create_somebody(session)).person.id,
        url=link,
        url_key=canonical_key(link),
        page_id=page.id,
        state=ArticleState.RECORDED,
        submitted_at=NOON + timedelta(minutes=1),
    )
    session.add(article)
    await session.flush()
    found = await found_of(session, [article.id], zone=ZONE, now=NOON + timedelta(hours=1))
    of_site = {Finding.OWN_SITE, Finding.SITE_OF_OTHER_UNIT, Finding.SITE_UNKNOWN}
    return {each.finding for each in found[article.id]} & of_site


@pytest.mark.parametrize("link", [POST, NEWS])
@pytest.mark.parametrize(
    ("name", "finding"),
    [
        ("bao", Finding.OWN_SITE),
        ("dai", Finding.SITE_OF_OTHER_UNIT),
        ("khac", Finding.SITE_UNKNOWN),
    ],
)
async def test_whose_a_page_is_shows_in_the_part_that_names_no_article(
    rt: Runtime, link: str, name: str, finding: Finding
):
    assert canonical_key(link.format("bao")) == canonical_key(link.format("dai"))
    async with rt.write() as session:
        assert await whose(session, link.format(name)) == {finding}


async def test_where_a_link_leads_counts(rt: Runtime):
    async with rt.write() as session:
        found = await whose(session, "https://ngan.vn/x1", opens=NEWS.format("dai"))
    assert found == {Finding.SITE_OF_OTHER_UNIT}
