"""Fetching from servers that serve well, badly, slowly, endlessly or not at all."""

from __future__ import annotations

import asyncio
import gc
import gzip
import logging
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.articles.fetch import Fetched, Pages, policy_from
from bot.articles.policy import SHIPPED, Endpoint, FetchPolicy, only
from bot.config import Articles, Config, Office
from bot.domain.articles import PageState
from tests.articles.sites import (
    HOST,
    LINK,
    PAGE,
    Play,
    answer,
    at,
    by_path,
    moved,
    saying,
    site,
)
from tests.delivery.socks_server import SocksServer, socks_server

TLS = Path(__file__).parents[1] / "fixtures" / "tls"
CANARY = "canary"  # it stands in LINK, and in what evil servers say


@pytest.fixture(autouse=True)
def nothing_of_pages_in_any_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Everything logged at DEBUG."""
    caplog.set_level(logging.DEBUG)
    lines: list[str] = []
    listener = logging.Handler()
    listener.emit = lambda record: lines.append(f"{record.getMessage()} {vars(record)}")  # type: ignore[method-assign]
    logging.getLogger().addHandler(listener)
    logging.getLogger("aiohttp").debug("listening")
    yield
    gc.collect(1)  # what complains when it is thrown away, complains now
    logging.getLogger().removeHandler(listener)
    assert "listening" in lines[0]
    assert CANARY not in "".join(lines)


async def fetched(play: Play, link: str = LINK, **policy: object) -> Fetched:
    """What a site that plays so comes to."""
    async with site(play) as press, Pages(at(press, **policy)) as pages:
        found = await pages.get(link)
    assert CANARY not in repr(found)
    return found


async def hang(_path: str, _writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


# --- pages ---------------------------------------------------------------------------------------


async def test_a_page_comes_with_all_that_is_needed_to_read_it():
    found = await fetched(saying(answer()))
    assert found == Fetched(PageState.OK, LINK, (LINK,), 200, "text/html", "utf-8", PAGE)


async def test_we_say_who_we_are_and_what_we_take():
    async with site(saying(answer())) as press, Pages(at(press, user_agent="Office")) as pages:
        await pages.get(LINK)
    head = press.heads[0].lower()
    assert f"host: {HOST}" in head
    assert "user-agent: office" in head
    assert "accept-encoding: gzip\r" in head
    assert "cookie" not in head


async def test_a_page_without_a_charset_is_handed_over_as_it_came():
    latin = "<title>C\xf4ng v\xe1n</title>".encode("latin-1")
    found = await fetched(saying(answer(latin, content_type="text/html")))
    assert (found.state, found.charset, found.body) == (PageState.OK, None, latin)


@pytest.mark.parametrize("kind", ["TEXT/HTML", "application/xhtml+xml", "text/html;charset=x;y"])
async def test_kinds_of_pages_that_are_read(kind: str):
    found = await fetched(saying(answer(content_type=kind)))
    assert (found.state, found.body) == (PageState.OK, PAGE)


async def test_of_a_pdf_it_is_only_known_that_it_is_there():
    huge = answer(b"%PDF", content_type="application/pdf", content_length="99999999")
    found = await fetched(saying(huge))
    assert (found.state, found.body, found.content_type) == (PageState.OK, b"", "application/pdf")


@pytest.mark.parametrize(
    "kind", ["image/jpeg", "text/plain", "application/json", "video/mp4", "text/html5", "x", ""]
)
async def test_other_kinds_are_not_html(kind: str):
    found = await fetched(saying(answer(content_type=kind)))
    assert (found.state, found.body) == (PageState.NOT_HTML, b"")


async def test_words_of_a_server_are_kept_only_if_they_are_words():
    flood = "a" * 101
    kind = f"text/html; charset={flood}"
    assert (await fetched(saying(answer(content_type=kind)))).charset is None
    found = await fetched(saying(answer(content_type=f"image/{flood}")))
    assert (found.state, found.content_type) == (PageState.NOT_HTML, "")
    raw = answer(content_type="image/@").replace(b"@", b"\xff\xfe")
    assert (await fetched(saying(raw))).content_type == ""
    assert (await fetched(saying(answer(content_type="image/png")))).content_type == "image/png"


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZIP"])
async def test_a_packed_page_is_unpacked(encoding: str):
    found = await fetched(saying(answer(gzip.compress(PAGE), content_encoding=encoding)))
    assert (found.state, found.body) == (PageState.OK, PAGE)


@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "gzip, gzip", "nonsense"])
async def test_packings_that_nobody_asked_for_are_left_to_people(encoding: str):
    found = await fetched(saying(answer(content_encoding=encoding)))
    assert (found.state, found.body) == (PageState.MANUAL, b"")


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (401, PageState.BLOCKED),
        (403, PageState.BLOCKED),
        (429, PageState.BLOCKED),
        (451, PageState.BLOCKED),
        (404, PageState.NOT_FOUND),
        (410, PageState.NOT_FOUND),
        (408, PageState.TIMEOUT),
        (500, PageState.SERVER_ERROR),
        (503, PageState.SERVER_ERROR),
        (599, PageState.SERVER_ERROR),
        (304, PageState.MANUAL),
        (300, PageState.MANUAL),
        (400, PageState.MANUAL),
        (418, PageState.MANUAL),
        (302, PageState.MANUAL),  # without a Location
    ],
)
async def test_what_a_status_means(status: int, state: PageState):
    found = await fetched(saying(answer(b"", status=status)))
    assert (found.state, found.status, found.body) == (state, status, b"")
    assert found.final_url == LINK


# --- redirects -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_followed_and_told(status: int):
    there = f"http://{HOST}/tin/hai.html?x=1"
    play = by_path({"/tin/canary-1.html": moved("hai.html?x=1", status=status),
                    "/tin/hai.html?x=1": answer()})  # fmt: skip
    found = await fetched(play)
    assert (found.state, found.body) == (PageState.REDIRECTED, PAGE)
    assert (found.final_url, found.hops) == (there, (LINK, there))


async def test_another_door_to_the_same_page_is_no_redirect():
    to_the_same = saying(moved(f"http://www.{HOST}/tin/canary-1.html/"))
    async with site(to_the_same) as door, site(saying(answer())) as press:
        policy = only({HOST: door.endpoint, f"www.{HOST}": press.endpoint})
        async with Pages(policy) as pages:
            found = await pages.get(LINK)
    assert found.state is PageState.OK
    assert len(found.hops) == 2


async def test_a_redirect_to_what_is_gone_is_gone():
    found = await fetched(by_path({"/tin/canary-1.html": moved("/")}))
    assert (found.state, found.final_url) == (PageState.NOT_FOUND, f"http://{HOST}/")


async def test_a_redirect_may_be_written_in_vietnamese():
    there = "/t%E1%BA%ADp%20hu%E1%BA%A5n"
    play = by_path({"/tin/canary-1.html": moved("/tập huấn"), there: answer()})
    assert (await fetched(play)).state is PageState.REDIRECTED


def chain(length: int) -> Play:
    steps = {f"/{number}": moved(f"/{number + 1}") for number in range(length)}
    return by_path({**steps, f"/{length}": answer()})


@pytest.mark.parametrize(("hops", "state"), [(5, PageState.REDIRECTED), (6, PageState.MANUAL)])
async def test_five_redirects_are_followed_and_no_more(hops: int, state: PageState):
    found = await fetched(chain(hops), f"http://{HOST}/0")
    assert found.state is state
    assert len(found.hops) == 6


async def test_redirects_in_a_circle_end():
    """Sites that want a cookie do so."""
    play = saying(answer(b"", status=302, location=LINK, set_cookie="a=1"))
    async with site(play) as press, Pages(at(press)) as pages:
        assert (await pages.get(LINK)).state is PageState.MANUAL
    assert len(press.asked) == 6
    assert "cookie" not in "".join(press.heads).lower()


@pytest.mark.parametrize("location", ["http://[::1", "http://bao.example.vn:99999/", "http://a b/"])
async def test_a_redirect_that_nobody_understands_is_not_followed(location: str):
    found = await fetched(saying(moved(location)))
    assert found.state in (PageState.MANUAL, PageState.UNSAFE)
    assert found.hops == (LINK,)


async def test_the_time_is_one_for_all_hops():
    async def play(path: str, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.15)
        writer.write(moved("/x" + path))

    assert (await fetched(play, seconds_in_all=0.4)).state is PageState.TIMEOUT


# --- too much, too slow --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "state"),
    [(0, PageState.OK), (2000, PageState.OK), (2001, PageState.TOO_LARGE)],
)
@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("chunked", [True, False])
async def test_a_page_has_at_most_so_many_bytes(
    size: int, state: PageState, packed: bool, chunked: bool
):
    plain = b"a" * size
    body = gzip.compress(plain) if packed else plain
    headers = {"content_encoding": "gzip"} if packed else {}
    if chunked:
        headers |= {"transfer_encoding": "chunked", "content_length": ""}
        body = b"".join(b"1\r\n%c\r\n" % byte for byte in body) + b"0\r\n\r\n"
    head = answer(b"", **{"content_length": str(len(body)), **headers})
    found = await fetched(saying(head, body), most_bytes=2000)
    assert (found.state, len(found.body)) == (state, size if state is PageState.OK else 0)


async def endless(_path: str, writer: asyncio.StreamWriter) -> None:
    writer.write(answer(b"", content_length=""))
    while True:
        writer.write(b"canary " * 10_000)
        await writer.drain()


async def test_a_body_without_end_is_left():
    assert (await fetched(endless)).state is PageState.TOO_LARGE


async def test_gzip_that_is_long_and_stands_for_nothing_is_left():
    async def play(_path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(b"", content_length="", content_encoding="gzip"))
        while True:
            writer.write(gzip.compress(b"") * 5_000)
            await writer.drain()

    assert (await fetched(play)).state is PageState.TOO_LARGE


def test_a_bomb_of_600_megabytes_takes_no_memory():
    """Measured in a process of its own, that nothing else has grown before."""
    command = [sys.executable, "-m", "tests.articles.bomb"]
    root = Path(__file__).parents[2]
    told = subprocess.run(command, cwd=root, capture_output=True, check=True, text=True)
    sent, unpacked, state, grown = told.stdout.split()
    assert state == PageState.TOO_LARGE
    assert int(sent) < SHIPPED.most_bytes
    assert int(unpacked) == 600_000_000
    assert int(grown) < 20_000_000


async def drip(_path: str, writer: asyncio.StreamWriter) -> None:
    writer.write(answer(b"", content_length="1000"))
    while True:
        writer.write(b"a")
        await writer.drain()
        await asyncio.sleep(0.02)


async def drip_head(_path: str, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        writer.write(b"a")
        await writer.drain()
        await asyncio.sleep(0.02)


async def preliminaries(_path: str, writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)
        await writer.drain()
        await asyncio.sleep(0)


@pytest.mark.parametrize("play", [hang, drip, drip_head, preliminaries])
async def test_what_takes_too_long_is_left(play: Play):
    assert (await fetched(play, seconds_in_all=0.3)).state is PageState.TIMEOUT


async def test_a_server_that_takes_no_connection_is_left(monkeypatch: pytest.MonkeyPatch):
    async def forever(*_arguments: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncio.get_running_loop(), "sock_connect", forever)
    policy = only({HOST: Endpoint("127.0.0.1", 9)})
    async with Pages(replace(policy, seconds_to_connect=0.1)) as pages:
        assert (await pages.get(LINK)).state is PageState.TIMEOUT


async def test_a_name_that_is_not_answered_is_left():
    async def forever(_host: str, _port: int) -> tuple[Endpoint, ...]:
        await asyncio.Event().wait()
        return ()

    async with Pages(replace(SHIPPED, resolver=forever, seconds_to_connect=0.1)) as pages:
        assert (await pages.get(LINK)).state is PageState.TIMEOUT


@pytest.mark.parametrize(
    "head",
    [
        b"".join(b"X-%d: canary\r\n" % number for number in range(101)),
        b"X: " + b"canary" * 2_000 + b"\r\n",
        b"Location: /" + b"canary" * 2_000 + b"\r\n",
    ],
    ids=["many", "long", "far"],
)
async def test_a_flood_of_headers_is_left(head: bytes):
    found = await fetched(saying(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n"))
    assert (found.state, found.status) == (PageState.UNREACHABLE, None)


async def test_headers_without_end_are_left():
    async def play(_path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"X: canary\r\n" * 100)
            await writer.drain()

    assert (await fetched(play)).state is PageState.UNREACHABLE


# --- broken --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"SSH-2.0-canary\r\n",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 canary OK\r\n\r\n",
        answer(content_length="500"),
        answer(content_length="canary"),
        answer(b"zz\r\ncanary", transfer_encoding="chunked", content_length=""),
        answer(b"canary", content_encoding="gzip"),
        answer(gzip.compress(PAGE)[:-9], content_encoding="gzip"),
        answer(gzip.compress(PAGE) + b"canary", content_encoding="gzip"),
    ],
)
async def test_what_is_no_whole_answer_is_unreachable(said: bytes):
    assert (await fetched(saying(said))).state is PageState.UNREACHABLE


async def test_a_server_that_hangs_up_is_unreachable():
    async def play(_path: str, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    assert (await fetched(play)).state is PageState.UNREACHABLE


async def test_where_nobody_listens_is_unreachable(unused_tcp_port: int):
    async with Pages(only({HOST: Endpoint("127.0.0.1", unused_tcp_port)})) as pages:
        assert (await pages.get(LINK)).state is PageState.UNREACHABLE
        assert (await pages.get("http://khac.example.vn/")).state is PageState.UNREACHABLE


async def test_a_name_without_addresses_is_unreachable():
    async def nothing(_host: str, _port: int) -> tuple[Endpoint, ...]:
        return ()

    async with Pages(replace(SHIPPED, resolver=nothing)) as pages:
        assert (await pages.get(LINK)).state is PageState.UNREACHABLE


_PIECES = st.sampled_from(
    [b"HTTP/1.1 ", b"200 OK", b"302 Found", b"\r\n", b"\n", b": ", b"Location", b"Content-Type",
     b"text/html", b"; charset=", b"Content-Encoding", b"gzip", b"Transfer-Encoding", b"chunked",
     b"Content-Length", b"0", b"5", b"-1", b"\x1f\x8b\x08", b"//127.0.0.1/", b"http://", b"[", b"%",
     b"Set-Cookie", b"a=b", b"\xff", b"\x00", b"<p>"]
)  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(_PIECES | st.binary(max_size=8), max_size=40).map(b"".join),
    st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 302 Found\r\nLocation: "]),
)
@example(b"Content-Type: text/html; charset=\xff; \xff\r\n\r\nx", b"HTTP/1.1 200 OK\r\n")
@example(b"http://\xff.vn/\xff\r\n\r\n", b"HTTP/1.1 302 Found\r\nLocation: ")
def test_whatever_a_server_says_is_a_state(said: bytes, start: bytes):
    found = asyncio.run(fetched(saying(start + said), seconds_in_all=5.0))
    assert isinstance(found.state, PageState)


# --- TLS -----------------------------------------------------------------------------------------


def server_tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "server.pem")
    return context


SECURE = LINK.replace("http:", "https:")


async def test_a_certificate_that_nobody_vouches_for_is_a_tls_error():
    async with site(saying(answer()), tls=server_tls()) as press, Pages(at(press)) as pages:
        assert (await pages.get(SECURE)).state is PageState.TLS_ERROR
    assert press.asked == []


async def test_plain_speech_where_tls_is_expected_is_a_tls_error():
    async with site(saying(answer()), is_blunt=True) as press, Pages(at(press)) as pages:
        assert (await pages.get(SECURE)).state is PageState.TLS_ERROR
    assert press.connections == 1


@pytest.mark.parametrize(
    ("link", "state"),
    [(SECURE, PageState.OK), (SECURE.replace("bao", "bao2"), PageState.TLS_ERROR)],
)
async def test_a_certificate_holds_for_its_own_name(
    monkeypatch: pytest.MonkeyPatch, link: str, state: PageState
):
    trusting = ssl.create_default_context(cafile=str(TLS / "authority.pem"))
    # What aiohttp verifies by where nothing else is said.
    monkeypatch.setattr(aiohttp.connector, "_SSL_CONTEXT_VERIFIED", trusting)
    async with (
        site(saying(answer()), tls=server_tls()) as press,
        Pages(at(press, press)) as pages,
    ):
        assert (await pages.get(link)).state is state


# --- turns ---------------------------------------------------------------------------------------


async def test_a_slow_server_holds_nobody_else():
    """Two of its pages are under way; the rest of its pages take no place from the others."""
    free = asyncio.Event()

    async def slow(_path: str, writer: asyncio.StreamWriter) -> None:
        await free.wait()
        writer.write(answer())

    async with (
        site(slow) as first,
        site(saying(answer())) as second,
        Pages(at(first, second, at_once=3)) as pages,
    ):
        waiting = [asyncio.create_task(pages.get(f"http://{HOST}/{n}")) for n in range(6)]
        await asyncio.sleep(0)
        others = [pages.get(f"http://bao2.example.vn/{number}") for number in range(8)]
        found = await asyncio.gather(*others)
        assert {each.state for each in found} == {PageState.OK}
        assert not any(task.done() for task in waiting)
        assert len(first.asked) == 2
        free.set()
        assert {(await task).state for task in waiting} == {PageState.OK}
    assert len(first.asked) == 6


async def test_whoever_waits_for_a_page_can_be_cancelled():
    asked = asyncio.Event()

    async def play(path: str, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await hang(path, writer)

    async with site(play) as press, Pages(at(press)) as pages:
        task = asyncio.create_task(pages.get(LINK))
        await asked.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_pages_are_fetched_only_while_they_are_open():
    pages = Pages(SHIPPED)
    with pytest.raises(RuntimeError):
        await pages.get(LINK)
    async with pages:
        pass
    with pytest.raises(RuntimeError):
        await pages.get(LINK)


# --- allowed hosts and proxies -------------------------------------------------------------------


async def test_hosts_that_are_not_allowed_are_left_to_people():
    elsewhere = saying(moved("http://bao2.example.vn/"))
    async with (
        site(elsewhere) as first,
        site(saying(answer())) as second,
        Pages(at(first, second, allowed_hosts=(HOST,))) as pages,
    ):
        direct = await pages.get("http://bao2.example.vn/")
        led = await pages.get(LINK)
    assert (direct.state, direct.hops) == (PageState.MANUAL, ())
    assert (led.state, led.hops) == (PageState.MANUAL, (LINK,))
    assert second.connections == 0


def through(proxy: str) -> FetchPolicy:
    return replace(SHIPPED, proxy=proxy, allowed_hosts=(HOST,), pause_per_host=0)


async def test_pages_come_through_a_proxy_of_http():
    async with (
        site(saying(answer())) as proxy,
        Pages(through(f"http://u:word@127.0.0.1:{proxy.endpoint.port}")) as pages,
    ):
        assert (await pages.get(LINK)).state is PageState.OK
        assert (await pages.get("http://khac.example.vn/")).state is PageState.MANUAL
        assert (await pages.get("http://127.0.0.1/")).state is PageState.UNSAFE
    assert proxy.asked == [LINK]
    assert "proxy-authorization: basic" in proxy.heads[0].lower()


async def test_pages_come_through_a_proxy_of_socks():
    async with (
        site(saying(answer())) as press,
        socks_server(SocksServer(press.endpoint.port)) as proxy,
        Pages(through(f"socks5://127.0.0.1:{proxy.port}")) as pages,
    ):
        found = await pages.get(LINK)
    assert (found.state, found.body) == (PageState.OK, PAGE)
    assert proxy.asked == [f"{HOST}:80"]


@pytest.mark.parametrize("scheme", ["http", "socks5", "socks4"])
async def test_a_proxy_that_is_not_there_is_unreachable(scheme: str, unused_tcp_port: int):
    async with Pages(through(f"{scheme}://127.0.0.1:{unused_tcp_port}")) as pages:
        assert (await pages.get(LINK)).state is PageState.UNREACHABLE


def test_an_office_has_its_own_policy():
    config = Config(
        office=Office(name="Sở Thông tin\r\nX: và Truyền thông"),
        articles=Articles(allowed_hosts=("GOV.vn", "báo.vn"), proxy="socks5://127.0.0.1:1080"),
    )
    policy = policy_from(config)
    assert policy.allowed_hosts == ("gov.vn", "xn--bo-mia.vn")
    assert policy.proxy == "socks5://127.0.0.1:1080"
    office = "so thong tin x va truyen thong"
    assert policy.user_agent == f"Mozilla/5.0 (compatible; Dondoc; {office})"


def test_without_settings_of_its_own_it_is_the_shipped_policy():
    policy = policy_from(Config(office=Office(name="Sở")))
    assert replace(policy, user_agent=SHIPPED.user_agent) == SHIPPED
