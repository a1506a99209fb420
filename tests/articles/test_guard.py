"""The guard alone, without what refuses links by their looks before it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import aiohttp
import pytest

from bot.articles.guard import AddressRefused, GuardedConnector
from bot.articles.policy import SHIPPED
from tests.articles.sites import answer, at, saying, site


def causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


LITERALS = [
    "127.0.0.1", "localhost", "LOCALHOST.", "2130706433", "127.1", "0x7f000001", "0177.0.0.1",
    "127.0.0.1.", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]",
    "１２７.0.0.1", "１２７。０。０。１", "0.0.0.0", "[::]", "[::127.0.0.1]", "user:word@127.0.0.1",  # noqa: S104
]  # fmt: skip


@pytest.mark.parametrize("host", LITERALS)
@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
async def test_no_way_of_writing_loopback_gets_through(host: str, address: str):
    async with (
        site(saying(answer()), address=address) as inside,
        aiohttp.ClientSession(connector=GuardedConnector(SHIPPED)) as session,
    ):
        with pytest.raises((aiohttp.ClientError, ValueError)) as caught:
            await session.get(f"http://{host}:{inside.endpoint.port}/")
        assert inside.connections == 0
    refused = any(isinstance(each, AddressRefused) for each in causes(caught.value))
    assert refused or isinstance(caught.value, aiohttp.InvalidURL | aiohttp.ClientConnectorDNSError)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "localhost"])
async def test_literals_and_names_of_this_machine_are_refused_by_the_guard_itself(host: str):
    async with aiohttp.ClientSession(connector=GuardedConnector(SHIPPED)) as session:
        with pytest.raises(aiohttp.ClientConnectorError) as caught:
            await session.get(f"http://{host}/")
    assert any(isinstance(each, AddressRefused) for each in causes(caught.value))


async def test_a_redirect_that_aiohttp_follows_by_itself_is_refused_too():
    async with site(saying(answer())) as inside:
        location = f"http://127.0.0.1:{inside.endpoint.port}/"
        async with (
            site(saying(answer(b"", status=302, location=location))) as outside,
            aiohttp.ClientSession(connector=GuardedConnector(at(outside))) as session,
        ):
            with pytest.raises(aiohttp.ClientConnectorError):
                await session.get("http://bao.example.vn/")
            assert (outside.connections, inside.connections) == (1, 0)


async def test_what_is_admitted_gets_through():
    async with (
        site(saying(answer(b"good"))) as press,
        aiohttp.ClientSession(connector=GuardedConnector(at(press))) as session,
        session.get("http://bao.example.vn/") as response,
    ):
        assert await response.read() == b"good"


async def test_a_connection_that_ends_up_inside_gets_no_request(monkeypatch: pytest.MonkeyPatch):
    """As if the address had passed and the connection went elsewhere."""
    loop = asyncio.get_running_loop()
    connect = loop.sock_connect
    async with site(saying(answer())) as inside:

        async def detour(sock, _address):
            await connect(sock, inside.endpoint)

        monkeypatch.setattr(loop, "sock_connect", detour)
        async with aiohttp.ClientSession(connector=GuardedConnector(SHIPPED)) as session:
            with pytest.raises(aiohttp.ClientOSError):
                await session.get("http://1.1.1.1/")
        assert inside.asked == []
