"""The transport through SOCKS proxies that serve, refuse, hang and break off."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest

from bot.delivery.failures import Answer, Trouble
from bot.delivery.retry import NotSentRetry, Uncertain, classify
from bot.delivery.transport import AiohttpRequest
from bot.errors import InvalidInput
from bot.sandbox import Limits, Sandbox
from tests.conftest import TOKEN as SANDBOX_TOKEN
from tests.delivery.socks_server import HOST_UNREACHABLE, NOT_ALLOWED, SocksServer, socks_server
from tests.delivery.test_transport import (
    GOOD,
    TOKEN,
    answering,
    break_off,
    failing_call,
    forever,
    hang,
    hang_up,
    listening,
    no_canary_in_any_log,  # noqa: F401 - a fixture for every test here
    opened,
    serving,
)

NOWHERE = "http://api.telegram.invalid"


def port_of(url: str) -> int:
    port = urlsplit(url).port
    assert port is not None
    return port


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(limits=Limits.off()) as sandbox:
        sandbox.add_bot(token=SANDBOX_TOKEN, username="dondoc_test_bot", first_name="Dondoc")
        yield sandbox


# --- carried -------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "SOCKS5"])
async def test_a_call_goes_through_and_the_proxy_looks_the_name_up(sandbox: Sandbox, scheme: str):
    async with (
        socks_server(SocksServer(port_of(sandbox.url))) as proxy,
        AiohttpRequest(
            SANDBOX_TOKEN, api_url=NOWHERE, proxy=f"{scheme}://127.0.0.1:{proxy.port}"
        ) as request,
    ):
        first = await request.call("getMe", {}, read_timeout=5)
        again = await request.call("getMe", {}, read_timeout=5)
    assert first.body is not None
    assert first.body["ok"] is True
    assert again == first
    assert proxy.asked == ["api.telegram.invalid:80"]  # one connection for both


async def test_a_call_goes_through_with_name_and_password():
    login = ("office", "p@ss:/word")
    async with (
        serving(answering(200, GOOD)) as url,
        socks_server(SocksServer(port_of(url), login=login)) as proxy,
    ):
        address = f"socks5://office:p%40ss%3A%2Fword@127.0.0.1:{proxy.port}"
        async with opened(NOWHERE, proxy=address) as request:
            assert "p%40ss" not in repr(request)
            assert await request.call("getMe", {}, read_timeout=5) == Answer(200, GOOD)


async def test_a_call_goes_through_socks4():
    seen = []

    async def socks4(reader, writer):
        seen.append(await reader.readexactly(8))
        assert await reader.readuntil(b"\0") == b"office\0"
        writer.write(bytes([0, 90]) + bytes(6))
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\n{"ok": true, "result": 10}')
        await writer.drain()

    async with listening(socks4) as url:
        address = f"socks4://office@127.0.0.1:{port_of(url)}"
        async with opened("http://127.0.0.9:81", proxy=address) as request:
            answer = await request.call("getMe", {}, read_timeout=5)
    assert answer == Answer(200, {"ok": True, "result": 10})
    assert seen == [bytes([4, 1, 0, 81, 127, 0, 0, 9])]


# --- surely not sent -----------------------------------------------------------------------------


def test_nobody_without_such_a_proxy_loads_the_library():
    program = "import sys, bot.app; print('aiohttp_socks' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert told.stdout.split() == [b"False"]


async def test_a_proxy_that_is_not_there_is_not_sent(unused_tcp_port: int):
    error = await failing_call(NOWHERE, proxy=f"socks5://u:canary@127.0.0.1:{unused_tcp_port}")
    assert classify(error) == NotSentRetry(Trouble.PROXY)
    assert "ECONNREFUSED" in str(error)
    assert "canary" not in str(error)


async def test_a_proxy_whose_name_is_unknown_is_not_sent(monkeypatch: pytest.MonkeyPatch):
    async def fail(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", fail)
    error = await failing_call(NOWHERE, proxy="socks5://proxy.invalid:1080")
    assert classify(error) == NotSentRetry(Trouble.PROXY)


@pytest.mark.parametrize("login", ["", "office:wrong@", "office:@"])
async def test_a_proxy_that_refuses_the_login_is_not_sent(login: str):
    async with socks_server(SocksServer(9, login=("office", "right"))) as proxy:
        error = await failing_call(NOWHERE, proxy=f"socks5://{login}127.0.0.1:{proxy.port}")
    assert classify(error) == NotSentRetry(Trouble.PROXY)
    assert "wrong" not in str(error)
    assert proxy.asked == []


@pytest.mark.parametrize("reply", [NOT_ALLOWED, HOST_UNREACHABLE, 77])
async def test_a_proxy_that_does_not_reach_telegram_is_not_sent(reply: int):
    async with socks_server(SocksServer(9, reply=reply)) as proxy:
        error = await failing_call(NOWHERE, proxy=f"socks5://127.0.0.1:{proxy.port}")
    assert classify(error) == NotSentRetry(Trouble.PROXY)
    assert proxy.asked == ["api.telegram.invalid:80"]


async def speak_http(reader, writer):
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    await forever()


async def close_at_once(reader, writer):
    await reader.readexactly(1)


async def close_in_the_middle(reader, writer):
    await reader.readexactly(3)
    writer.write(bytes([5, 0]))
    await reader.readexactly(10)
    writer.write(bytes([5, 0, 0]))


async def reset_at_once(reader, writer):
    await reader.readexactly(3)
    writer.transport.abort()


@pytest.mark.parametrize("behave", [speak_http, close_at_once, close_in_the_middle, reset_at_once])
async def test_what_is_no_socks_proxy_is_not_sent(behave):
    async with listening(behave) as url:
        error = await failing_call(NOWHERE, proxy=url.replace("http", "socks5"))
    assert classify(error) == NotSentRetry(Trouble.PROXY)


async def grant_nothing(reader, writer):
    await reader.readexactly(3)
    writer.write(bytes([5, 0]))
    await forever()


@pytest.mark.parametrize("behave", [forever, grant_nothing], ids=["mute", "no reply"])
@pytest.mark.parametrize("pool_timeout", [0.0, 5.0], ids=["aiohttp's clock", "the library's"])
async def test_a_proxy_that_hangs_is_not_sent(behave, pool_timeout: float):
    async with listening(behave) as url:
        error = await failing_call(
            NOWHERE,
            proxy=url.replace("http", "socks5"),
            connect_timeout=0.1,
            pool_timeout=pool_timeout,
        )
    assert classify(error) == NotSentRetry(Trouble.CONNECT_TIMEOUT)


async def test_failed_tls_behind_the_proxy_is_not_sent():
    async def speak_plainly(reader, writer):
        await reader.read(10)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()

    async with socks_server(SocksServer(9, instead=speak_plainly)) as proxy:
        error = await failing_call(
            "https://api.telegram.invalid", proxy=f"socks5://127.0.0.1:{proxy.port}"
        )
    assert classify(error) == NotSentRetry(Trouble.TLS)


# --- unknown -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("play", "trouble"),
    [
        pytest.param(hang, Trouble.ANSWER_TIMEOUT, id="hang"),
        pytest.param(hang_up, Trouble.RESET, id="reset"),
        pytest.param(break_off, Trouble.BROKEN_ANSWER, id="cut"),
    ],
)
async def test_what_breaks_after_the_headers_left_is_unknown(play, trouble: Trouble):
    async with socks_server(SocksServer(9, instead=play)) as proxy:
        error = await failing_call(
            NOWHERE,
            proxy=f"socks5://127.0.0.1:{proxy.port}",
            connect_timeout=0.2,
            read_timeout=0.15,
            write_timeout=0.1,
        )
    assert classify(error) == Uncertain(trouble)


# --- settings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("proxy", "key"),
    [
        ("socks5://", "transport.proxy_not_understood"),
        ("socks5://host:port", "transport.proxy_not_understood"),
        ("socks5://host:70000", "transport.proxy_not_understood"),
        ("socks://host:1080", "transport.proxy_not_understood"),
        ("socks5://office:m%E1%BA%ADt@host:1080", "transport.proxy_login_not_usable"),
        ("socks5://office:mật@host:1080", "transport.proxy_login_not_usable"),
        (f"socks5://office:{'x' * 256}@host:1080", "transport.proxy_login_not_usable"),
    ],
)
def test_settings_that_cannot_work_are_refused(proxy: str, key: str):
    with pytest.raises(InvalidInput) as caught:
        AiohttpRequest(TOKEN, proxy=proxy)
    assert caught.value.key == key
