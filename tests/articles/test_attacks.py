"""Links meant to reach what is inside: with the shipped policy, or one that knows one site only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest

from bot.articles.fetch import Pages
from bot.articles.policy import SHIPPED, Endpoint
from bot.domain.articles import PageState
from tests.articles.sites import (
    HOST,
    LINK,
    Site,
    answer,
    at,
    by_path,
    everything_at,
    moved,
    saying,
    site,
)
from tests.articles.test_policy import REFUSED


@pytest.fixture
async def inside() -> AsyncIterator[Site]:
    """What no link may reach."""
    async with site(saying(answer(b"secret"))) as inside:
        yield inside


@pytest.fixture
def connects(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that were really connected to; nothing but loopback answers."""
    asked: list[str] = []
    connect = asyncio.selector_events.BaseSelectorEventLoop.sock_connect

    async def noting(loop, sock, address):
        asked.append(address[0])
        if address[0] != "127.0.0.1":
            raise ConnectionRefusedError(111, "refused")
        await connect(loop, sock, address)

    monkeypatch.setattr(asyncio.selector_events.BaseSelectorEventLoop, "sock_connect", noting)
    return asked


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "127.1", "0x7f000001", "0177.0.0.1", "[::1]",
     "[::ffff:127.0.0.1]", "１２７.0.0.1", "１２７。１", "①②⑦.0.0.1", "127.0.0.1.", "127%2e0.0.1",
     "%31%32%37.0.0.1", "0", "0.0.0.0", "[::]", "[fe80::1%25lo]", "169.254.169.254", "server",  # noqa: S104
     "printer.local", "metadata.google.internal", "bao.example.vn:22", "bao.example.vn:8080",
     "bao.example.vn:0", "bao.example.vn:443443", "user@bao.example.vn", "u:p@bao.example.vn",
     "bao.example.vn@127.0.0.1", "bao.example.vn\\@127.0.0.1", "127.0.0.1\\@bao.example.vn",
     "bao.example.vn\t.evil", "", "."],
)  # fmt: skip
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_links_that_name_what_is_inside_are_unsafe(
    scheme: str, host: str, inside: Site, connects: list[str]
):
    policy = replace(SHIPPED, resolver=everything_at(inside.endpoint))
    async with Pages(policy) as pages:
        found = await pages.get(f"{scheme}://{host}/")
    assert found.state is PageState.UNSAFE
    assert found.hops == ()
    assert (inside.connections, connects) == (0, [])


@pytest.mark.parametrize(
    "link",
    ["file:///etc/passwd", "gopher://bao.example.vn:11211/_stats", "ftp://bao.example.vn/",
     "data:text/html,x", "javascript:alert(1)", "http:bao.example.vn", "", "không phải liên kết",
     "http://", "http://bao.example.vn/\x00", "//"],
)  # fmt: skip
async def test_what_is_no_link_to_a_page_is_unsafe(link: str, inside: Site):
    policy = replace(SHIPPED, resolver=everything_at(inside.endpoint))
    async with Pages(policy) as pages:
        assert (await pages.get(link)).state is PageState.UNSAFE
    assert inside.connections == 0


async def test_a_name_that_leads_to_loopback_is_unsafe(inside: Site, connects: list[str]):
    """The resolver names the server's very port: only the table stands between."""
    policy = replace(SHIPPED, resolver=everything_at(inside.endpoint))
    async with Pages(policy) as pages:
        found = await pages.get(LINK)
    assert found.state is PageState.UNSAFE
    assert found.body == b""
    assert (inside.connections, connects) == (0, [])


async def test_a_name_that_the_system_knows_as_loopback_is_unsafe(
    monkeypatch: pytest.MonkeyPatch, inside: Site, connects: list[str]
):
    async def by_system(*_arguments, **_settings):
        return [(2, 1, 6, "", tuple(inside.endpoint))]

    loop = asyncio.get_running_loop()
    monkeypatch.setattr(loop, "run_in_executor", by_system)
    async with Pages() as pages:
        assert (await pages.get(LINK)).state is PageState.UNSAFE
    assert (inside.connections, connects) == (0, [])


@pytest.mark.parametrize("address", REFUSED)
async def test_names_that_lead_to_no_public_address_are_unsafe(address: str, connects: list[str]):
    policy = replace(SHIPPED, resolver=everything_at(Endpoint(address, 80)))
    async with Pages(policy) as pages:
        assert (await pages.get(LINK)).state is PageState.UNSAFE
    assert connects == []


@pytest.mark.parametrize("is_inside_first", [True, False])
async def test_an_answer_that_mixes_public_and_inner_addresses_is_unsafe(
    is_inside_first: bool, inside: Site, connects: list[str]
):
    mixed = [inside.endpoint, Endpoint("1.1.1.1", 80)]
    mixed = mixed if is_inside_first else mixed[::-1]
    async with Pages(replace(SHIPPED, resolver=everything_at(*mixed))) as pages:
        assert (await pages.get(LINK)).state is PageState.UNSAFE
    assert (inside.connections, connects) == (0, [])


class Turning:
    """A resolver that gives one answer after the other, the last one for ever."""

    def __init__(self, *answers: Endpoint) -> None:
        self.answers = list(answers)

    async def __call__(self, _host: str, _port: int) -> Sequence[Endpoint]:
        return (self.answers.pop(0) if len(self.answers) > 1 else self.answers[0],)


async def test_a_name_that_is_public_first_and_then_loopback(inside: Site, connects: list[str]):
    policy = replace(SHIPPED, resolver=Turning(Endpoint("1.1.1.1", 80), inside.endpoint))
    async with Pages(replace(policy, pause_per_host=0)) as pages:
        first = await pages.get(LINK)
        again = await pages.get(LINK)
    assert (first.state, again.state) == (PageState.UNREACHABLE, PageState.UNSAFE)
    assert connects == ["1.1.1.1"]  # what was judged is what was connected to
    assert inside.connections == 0


async def test_a_name_that_changes_between_two_hops(inside: Site):
    async with site(saying(moved("/next"))) as outside:
        policy = replace(at(outside), resolver=Turning(outside.endpoint, inside.endpoint))
        async with Pages(policy) as pages:
            found = await pages.get(LINK)
        assert found.state is PageState.UNSAFE
        assert (len(outside.asked), inside.connections) == (1, 0)


@pytest.mark.parametrize(
    "location",
    ["http://127.0.0.1/", "http://localhost/", "http://[::1]/", "//127.0.0.1/", "http://2130706433/",
     "http://169.254.169.254/latest/meta-data/", "https://0x7f000001/", "file:///etc/passwd",
     "gopher://127.0.0.1:11211/_", "javascript:alert(1)", "data:text/html,x",
     f"http://{HOST}:22/", f"http://{HOST}:8080/", f"http://u:p@{HOST}/", f"http://u@{HOST}/",
     f"http://{HOST}@127.0.0.1/", "http://server/", "http://metadata.google.internal/"],
)  # fmt: skip
@pytest.mark.parametrize("status", [301, 307])
async def test_redirects_to_what_is_inside_are_unsafe(location: str, status: int):
    """The policy's resolver leads every port of the site to it, so that it would be asked again."""
    async with site(saying(moved(location, status=status))) as outside:
        async with Pages(at(outside)) as pages:
            found = await pages.get(LINK)
        assert found.state is PageState.UNSAFE
        assert found.hops == (LINK,)
        assert len(outside.asked) == outside.connections == 1


async def test_a_redirect_to_a_name_that_leads_inside_is_unsafe(inside: Site):
    async def resolve(host: str, _port: int) -> Sequence[Endpoint]:
        return (outside.endpoint if host == HOST else inside.endpoint,)

    async with site(saying(moved("http://trong.example.vn/"))) as outside:
        async with Pages(replace(at(outside), resolver=resolve)) as pages:
            assert (await pages.get(LINK)).state is PageState.UNSAFE
        assert (outside.connections, inside.connections) == (1, 0)


async def test_a_meta_refresh_is_not_followed(inside: Site):
    refresh = f'<meta http-equiv="refresh" content="0;url=http://{HOST}/hai">'.encode()
    async with site(by_path({"/tin/canary-1.html": answer(refresh)})) as outside:
        async with Pages(at(outside)) as pages:
            found = await pages.get(LINK)
        assert (found.state, found.body) == (PageState.OK, refresh)
        assert len(outside.asked) == 1


async def test_proxies_of_the_environment_are_not_used(
    monkeypatch: pytest.MonkeyPatch, inside: Site
):
    proxy = f"http://127.0.0.1:{inside.endpoint.port}"
    for name in (
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
    ):
        monkeypatch.setenv(name, proxy)
    async with site(saying(answer())) as outside, Pages(at(outside)) as pages:
        assert (await pages.get(LINK)).state is PageState.OK
        await pages.get(LINK.replace("http:", "https:"))
    assert inside.connections == 0
