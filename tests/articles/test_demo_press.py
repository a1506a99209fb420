"""The demo's press is read as it is meant: the product's own reader on the sandbox's own pages."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.articles.fetch import Pages
from bot.articles.metadata import read_page
from bot.articles.page import Page
from bot.demo import office
from bot.demo.run import demo_policy
from bot.domain.articles import PageKind, PageState
from bot.sandbox import Sandbox
from bot.sandbox.press.articles import ARTICLES
from bot.sandbox.press.model import Article, Trait

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
READ = [article for article in ARTICLES if article.trait is not Trait.SLOW]


async def read(sandbox: Sandbox, url: str) -> tuple[PageState, Page | None]:
    async with Pages(demo_policy(sandbox)) as pages:
        fetched = await pages.get(url)
    if not fetched.body:
        return fetched.state, None
    page = read_page(
        fetched.body,
        url=fetched.final_url,
        content_type=fetched.content_type,
        now=sandbox.now(),
        zone=ZONE,
    )
    return fetched.state, page


async def test_every_article_is_read_with_title_day_and_words():
    async with Sandbox() as sandbox:
        for article in READ:
            state, page = await read(sandbox, article.url)
            moved = article.trait is Trait.MOVED
            assert state is (PageState.REDIRECTED if moved else PageState.OK), article.url
            assert page is not None
            if article.trait is Trait.MISSING:
                assert page.kind is PageKind.NOT_FOUND
                continue
            assert page.kind is PageKind.ARTICLE, article.url
            assert page.title == article.story.title
            assert page.text.splitlines()[: len(article.story.paragraphs)] == list(
                article.story.paragraphs
            )
            assert page.published is not None
            assert page.published.is_sure
            assert page.published.at is not None
            age = sandbox.now() - page.published.at
            if not moved:
                assert timedelta(0) <= age - article.age < timedelta(minutes=2)


async def test_what_is_re_posted_has_the_same_words():
    async with Sandbox() as sandbox:
        for repost in (article for article in ARTICLES if article.trait is Trait.REPOST):
            same: list[Article] = [a for a in ARTICLES if a.story is repost.story]
            assert same[0] is not repost
            read_pages = [(await read(sandbox, article.url))[1] for article in same]
            for one, other in pairwise(read_pages):
                assert one is not None
                assert other is not None
                assert (one.text_hash, one.fingerprint) == (other.text_hash, other.fingerprint)


async def test_a_day_later_one_page_reads_otherwise_and_one_is_gone():
    rewritten, gone = (
        next(article.url for article in ARTICLES if article.trait is trait)
        for trait in (Trait.REWRITTEN, Trait.VANISHING)
    )
    async with Sandbox() as sandbox:
        (_, before), (there, _) = await read(sandbox, rewritten), await read(sandbox, gone)
        sandbox.advance(timedelta(days=1).total_seconds())
        (_, after), (later, _) = await read(sandbox, rewritten), await read(sandbox, gone)
    assert before is not None
    assert after is not None
    assert before.text_hash != after.text_hash
    assert before.title == after.title
    assert (there, later) == (PageState.OK, PageState.NOT_FOUND)


async def test_the_demo_opens_the_press_and_nothing_else():
    async with Sandbox() as sandbox:
        for url in ("http://baoyenbai.com.vn/", "http://example.vn/", "http://www.vnanet.vn/1"):
            assert (await read(sandbox, url))[0] is PageState.UNREACHABLE
        address = sandbox.url.removeprefix("http://")
        for url in (sandbox.url, "http://127.0.0.1/", f"http://baotinh.example.vn@{address}/"):
            assert (await read(sandbox, url))[0] is PageState.UNSAFE


def test_units_of_the_demo_own_papers_of_the_press():
    owned = [unit.site for unit in office.UNITS if unit.site]
    hosts = {article.paper.host for article in ARTICLES}
    assert len(owned) == len(set(owned)) == 3
    assert hosts - set(owned) == {"tintonghop.example.vn"}
