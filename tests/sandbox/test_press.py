"""The sandbox's own press: papers by host, pages that change with the sandbox's clock."""

import json
import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.sandbox import Sandbox
from bot.sandbox.press.articles import ARTICLES
from bot.sandbox.press.model import Trait
from bot.sandbox.press.server import PressServer
from bot.sandbox.press.site import PressSite
from tests.sandbox.conftest import TOKEN

HOST = "baotinh.example.vn"
AT_ONCE = [article for article in ARTICLES if article.trait is not Trait.SLOW]
DAY = timedelta(days=1).total_seconds()


def first(trait):
    """The first article of its kind."""
    return next(article for article in ARTICLES if article.trait is trait)


@pytest.fixture
def open_page(sandbox, session):
    """Opens a link as a program would that was led here: status, headers and body."""

    async def open_page(url, method="GET", **headers):
        asked = urlsplit(url)
        target = f"{sandbox.url}{url.partition(asked.netloc)[2]}"
        headers = {"Host": asked.netloc, **headers}
        async with session.request(
            method, target, headers=headers, allow_redirects=False
        ) as response:
            return response.status, response.headers, await response.text()

    return open_page


def published(page):
    """When a page with linked data was published."""
    return datetime.fromisoformat(re.search(r'"datePublished": "([^"]+)"', page)[1])


# --- whose page ----------------------------------------------------------------------------------


@pytest.mark.parametrize("article", AT_ONCE, ids=lambda article: article.target)
async def test_every_article_of_the_list_is_there(open_page, article):
    status, headers, page = await open_page(article.url)
    if article.trait is Trait.MOVED:
        assert (status, headers["Location"]) == (301, article.leads_to)
        return
    assert status == 200
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert (article.story.title in page) is (article.trait is not Trait.MISSING)


async def test_the_host_decides_whatever_its_letters_and_port(open_page):
    _, _, paper = await open_page(f"http://{HOST}/")
    _, _, station = await open_page("http://daitinh.example.vn/")
    assert "<h1>Báo Tỉnh điện tử</h1>" in paper
    assert "<h1>Đài Phát thanh và Truyền hình tỉnh</h1>" in station
    assert (await open_page("http://BaoTinh.example.vn:80/"))[2] == paper
    own = first(Trait.ORDINARY)
    assert (await open_page(own.url.replace(HOST, "daitinh.example.vn")))[0] == 404


@pytest.mark.parametrize("host", ["example.vn", f"www.{HOST}", f"{HOST}.vn"])
async def test_another_host_is_the_sandbox_itself(open_page, host):
    status, headers, _ = await open_page(f"http://{host}/")
    assert (status, headers["Location"]) == (302, "/sandbox/")


@pytest.mark.parametrize("path", ["/sandbox/state", f"/bot{TOKEN}/getMe", "/sandbox/", "/press/x"])
async def test_a_paper_is_nothing_but_a_paper(open_page, path):
    status, _, page = await open_page(f"http://{HOST}{path}")
    assert status == 404
    assert "Không tìm thấy trang" in page


async def test_pages_can_only_be_read(open_page):
    url = first(Trait.ORDINARY).url
    status, headers, _ = await open_page(url, "POST")
    assert (status, headers["Allow"]) == (405, "GET, HEAD")
    status, headers, page = await open_page(url, "HEAD")
    assert (status, page) == (200, "")
    assert int(headers["Content-Length"]) > 1000


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("ItemID=305&CateID=2", 200),
        ("utm_source=zalo&CateID=2&ItemID=305", 200),
        ("ItemID=305", 404),
        ("ItemID=306&CateID=2", 404),
        ("", 404),
    ],
)
async def test_a_page_is_named_by_its_parameters(open_page, query, status):
    url = f"http://phuongmau.example.vn/Pages/tin-chi-tiet.aspx?{query}"
    assert (await open_page(url))[0] == status


# --- time ----------------------------------------------------------------------------------------


async def test_a_story_is_fresh_when_first_asked_for_and_keeps_its_day(sandbox, open_page):
    url = first(Trait.ORDINARY).url
    sandbox.advance(30 * DAY)
    asked = sandbox.now()
    at = published((await open_page(url))[2])
    assert timedelta(minutes=40) <= asked - at < timedelta(minutes=41, seconds=5)
    assert at.utcoffset() == timedelta(hours=7)
    sandbox.advance(3 * DAY)
    assert published((await open_page(url))[2]) == at
    sandbox.reset()
    assert published((await open_page(url))[2]) < at  # it has yet to happen again


async def test_an_old_story_was_published_long_before(sandbox, open_page):
    at = published((await open_page(first(Trait.OLD).url))[2])
    assert timedelta(days=20) <= sandbox.now() - at < timedelta(days=20, minutes=1)


@pytest.mark.parametrize("first_asked", ["the original", "the re-post"])
async def test_a_re_post_has_the_same_words_later(open_page, first_asked):
    repost = first(Trait.REPOST)
    original = next(article for article in ARTICLES if article.story is repost.story)
    order = [original, repost] if first_asked == "the original" else [repost, original]
    pages = {article: (await open_page(article.url))[2] for article in order}
    for paragraph in original.story.paragraphs:
        assert all(paragraph in page for page in pages.values())
    at = datetime.fromisoformat(re.search(r'<time datetime="([^"]+)"', pages[repost])[1])
    assert at - published(pages[original]) == timedelta(minutes=25)
    assert f"Theo {original.paper.name}" in pages[repost]


async def test_a_page_is_rewritten_once_the_clock_has_moved_a_day(sandbox, open_page):
    article = first(Trait.REWRITTEN)
    before = (await open_page(article.url))[2]
    sandbox.advance(DAY - 60)
    assert (await open_page(article.url))[2] == before
    sandbox.advance(60)
    after = (await open_page(article.url))[2]
    assert [part in before for part in article.story.paragraphs] == [True] * 4
    assert [part in after for part in (*article.story.paragraphs, *article.story.later)] == (
        [False] * 4 + [True] * 4
    )
    assert published(after) == published(before)


async def test_a_page_is_gone_once_the_clock_has_moved_a_day(sandbox, open_page):
    url = first(Trait.VANISHING).url
    sandbox.advance(5 * DAY)  # nobody has asked for it yet
    assert (await open_page(url))[0] == 200
    sandbox.advance(DAY)
    status, _, page = await open_page(url)
    assert status == 404
    assert "đã bị xóa" in page


async def test_only_the_slow_page_lets_wait():
    waited = []

    async def pause(seconds):
        waited.append(seconds)

    press = PressServer(PressSite(Sandbox().clock, zone="Asia/Ho_Chi_Minh"), pause=pause)
    async with TestClient(TestServer(web.Application(middlewares=[press.by_host]))) as client:
        for trait in (Trait.ORDINARY, Trait.SLOW):
            article = first(trait)
            headers = {"Host": article.paper.host}
            async with client.get(article.target, headers=headers) as response:
                assert article.story.title in await response.text()
    ordinary, slow = waited
    assert ordinary == 0
    assert 1 <= slow <= 10


# --- how papers build their pages ----------------------------------------------------------------


async def test_layouts_tell_machines_more_or_less(open_page):
    pages = {
        article.paper.layout: (await open_page(article.url))[2]
        for article in (*ARTICLES[:1], *ARTICLES[4:5], *ARTICLES[7:8], *ARTICLES[9:10])
    }
    linked = re.search(r'<script type="application/ld\+json">(.*?)</script>', pages["linked_data"])
    assert json.loads(linked[1])["headline"] == ARTICLES[0].story.title
    assert 'property="article:published_time"' in pages["meta"]
    assert "ld+json" not in pages["meta"]
    assert not re.search("og:|ld\\+json|<h1|<time", pages["aspx"])
    assert re.search(r"Ngày đăng: \d\d/\d\d/\d{4} \d\d:\d\d<", pages["aspx"])
    assert "<title>Chi tiết tin - " in pages["aspx"]
    assert "<time datetime=" in pages["aggregator"]


# --- for the page of phones ----------------------------------------------------------------------


async def test_the_list_names_every_article(sandbox, session):
    async with session.get(f"{sandbox.url}/sandbox/articles") as response:
        listed = (await response.json())["result"]
    assert [entry["url"] for entry in listed] == [article.url for article in ARTICLES]
    assert listed[0] == {
        "url": ARTICLES[0].url,
        "title": "Hội nghị báo công: lan tỏa khí thế thi đua mới",
        "site": "Báo Tỉnh điện tử",
        "trait": "ordinary",
    }
    assert {entry["trait"] for entry in listed} == set(Trait)
    assert (await sandbox.state())["press_hosts"] == list(sandbox.press_site.hosts)


async def test_browsers_find_the_same_pages_below_the_sandbox(sandbox, session, open_page):
    article = first(Trait.ORDINARY)
    by_host = (await open_page(article.url))[2]
    async with session.get(f"{sandbox.url}/press/{HOST}{article.target}") as response:
        shown = await response.text()
        assert response.headers["Content-Security-Policy"] == "sandbox"
    assert shown == by_host.replace('href="/"', f'href="/press/{HOST}/"')
    async with session.get(f"{sandbox.url}/press/{HOST}/") as response:
        assert f'href="/press/{HOST}{article.target}"' in await response.text()
    moved = first(Trait.MOVED)
    async with session.get(f"{sandbox.url}/press/{moved.paper.host}{moved.target}") as response:
        assert response.url.path == f"/press/{HOST}{article.target}"
    async with session.get(f"{sandbox.url}/press/example.vn/") as response:
        assert response.status == 404
