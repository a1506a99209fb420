"""What is particular to calls without a session: one timer for all, connections kept for more."""

from __future__ import annotations

import asyncio
import zlib

import pytest
from aiohttp.client_proto import ResponseHandler

from bot.delivery.failures import Flight, NotSent, Trouble, Unknown
from bot.delivery.json_calls import _Line, _Patience, _received
from bot.delivery.wire import Upload
from tests.delivery.test_transport import forever, listening, opened, read_request

GOOD = b'{"ok":true,"result":{"message_id":5}}'


def answer(body: bytes = GOOD, *headers: bytes) -> bytes:
    lines = [b"HTTP/1.1 200 OK", b"Content-Length: %d" % len(body), *headers, b"", body]
    return b"\r\n".join(lines)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(answer()[:-1], id="not whole"),
        pytest.param(answer() + b"H", id="more than that"),
        pytest.param(answer(GOOD, b"Content-Encoding: gzip"), id="packed"),
        pytest.param(answer(GOOD, b"Transfer-Encoding: chunked"), id="in pieces"),
        pytest.param(answer(GOOD, b"transfer-encoding : chunked"), id="with a blank"),
        pytest.param(answer(GOOD, b"Connection: close"), id="the last one"),
        pytest.param(answer(GOOD, b"connection: keep-alive, close"), id="the last one after all"),
        pytest.param(answer(GOOD, b"Content-Length: 37"), id="two lengths"),
        pytest.param(answer(GOOD, b"Folded: so\r\n Content-Length: 3"), id="a folded line"),
        pytest.param(answer().replace(b"1.1", b"1.0"), id="an old version"),
        pytest.param(answer().replace(b"200", b"101"), id="no answer"),
        pytest.param(answer().replace(b"200", b"99"), id="no status"),
        pytest.param(answer().replace(b"Content-Length", b"Content-Lengths"), id="no length"),
        pytest.param(answer().replace(b"37", b"-37"), id="less than nothing"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\nContent-Length: 0\r\n\r\n", id="a length too late"),
    ],
)
def test_what_is_not_plain_is_left_to_the_library(data: bytes):
    assert _received(data) is None


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (b"Connection: keep-alive", b"Server: nginx"),
        (b"X-Content-Encoding: gzip", b"A: Content-Length: 3"),
        (b"Empty:",),
    ],
)
def test_a_short_whole_answer_is_read_at_once(headers: tuple[bytes, ...]):
    assert _received(answer(GOOD, *headers)) == (200, GOOD)
    with_status = answer(b"", *headers).replace(b"200 OK", b"429 Too Many Requests")
    assert _received(with_status.replace(b"Content-Length", b"CONTENT-length")) == (429, b"")


async def test_each_call_ends_at_its_own_time():
    async def hang(reader, _):
        await read_request(reader)
        await forever()

    async with listening(hang) as url, opened(url, connect_timeout=0.05) as request:
        ended: list[str] = []

        async def call(name: str, seconds: float) -> None:
            with pytest.raises(Unknown) as caught:
                await request.call("sendMessage", {}, read_timeout=seconds)
            assert caught.value.trouble is Trouble.ANSWER_TIMEOUT
            ended.append(name)

        waits = {"long": 0.9, "short": 0.1, "longer": 1.2, "middle": 0.5}
        async with asyncio.timeout(20):
            await asyncio.gather(*(call(name, seconds) for name, seconds in waits.items()))
        assert ended == ["short", "middle", "long", "longer"]


class Far:
    """A far side that never answers, up to what happens when it is given up."""

    def __init__(self, *, dies_with: Exception | None = None) -> None:
        self.is_cut = asyncio.Event()
        self._dies_with = dies_with

    def abort(self) -> None:
        self.is_cut.set()
        self.line.connection_lost(self._dies_with)

    async def wait(self, patience: _Patience, seconds: float | None) -> None:
        loop = asyncio.get_running_loop()
        self.line = _Line(ResponseHandler(loop), self)  # type: ignore[arg-type]
        patience.watch(self.line, seconds)
        await self.line.answer(100)


async def test_a_call_without_end_hinders_no_other_from_ending():
    patience, endless, long, short = _Patience(), Far(), Far(), Far()
    others = [asyncio.create_task(endless.wait(patience, None))]
    others.append(asyncio.create_task(long.wait(patience, 60)))
    with pytest.raises(TimeoutError):
        await short.wait(patience, 0.01)
    assert [each.is_cut.is_set() for each in (endless, long, short)] == [False, False, True]
    for each in others:
        each.cancel()


async def test_what_ends_a_call_that_is_late_is_its_time():
    with pytest.raises(TimeoutError):
        await Far(dies_with=ConnectionResetError()).wait(_Patience(), 0.01)


async def test_cancelled_stays_cancelled_though_the_time_is_over():
    far = Far()
    call = asyncio.create_task(far.wait(_Patience(), 0.01))
    await far.is_cut.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


async def test_an_answer_in_time_is_no_less_one_when_it_is_looked_at_late():
    patience, far = _Patience(), Far()
    call = asyncio.create_task(far.wait(patience, 0.01))
    await asyncio.sleep(0)
    far.line.data_received(answer())
    await call
    patience.forget(far.line)
    await asyncio.sleep(0.05)
    assert not far.is_cut.is_set()


async def test_an_answer_without_length_cut_by_our_patience_is_none():
    """It looks like one that has come to its end."""

    async def speak_on(reader, writer):
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + GOOD)
        await forever()

    async with listening(speak_on) as url, opened(url, connect_timeout=0.05) as request:
        with pytest.raises(Unknown) as caught:
            await request.call("sendMessage", {}, read_timeout=0.1)
    assert caught.value.trouble is Trouble.ANSWER_TIMEOUT


@pytest.mark.parametrize("limit_is_met", [True, False])
async def test_an_answer_without_length_ends_with_its_connection(limit_is_met: bool):
    async def speak_once(reader, writer):
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        for part in (GOOD[:9], GOOD[9:] if limit_is_met else b""):
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0.05)

    async with listening(speak_once) as url, opened(url) as request:
        found = await request.call("sendMessage", {}, read_timeout=5)
    assert (found.body is not None) == limit_is_met


async def test_what_comes_before_the_answer_is_none():
    async def go_on(reader, writer):
        await read_request(reader)
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n" + answer())
        await forever()

    async with listening(go_on) as url, opened(url) as request:
        found = await request.call("sendMessage", {}, read_timeout=5)
    assert found.body == {"ok": True, "result": {"message_id": 5}}


async def test_a_packed_answer_is_unpacked_though_nobody_asked_for_it():
    async def pack(reader, writer):
        asked = await read_request(reader)
        assert b"gzip" not in asked.lower()
        packer = zlib.compressobj(wbits=31)
        packed = packer.compress(GOOD) + packer.flush()
        writer.write(answer(packed, b"Content-Encoding: gzip"))
        await forever()

    async with listening(pack) as url, opened(url) as request:
        found = await request.call("sendMessage", {}, read_timeout=5)
    assert found.body == {"ok": True, "result": {"message_id": 5}}


@pytest.mark.parametrize(
    ("size", "connections"),
    [pytest.param(100, 1, id="read"), pytest.param(8 << 20, 2, id="unread")],
)
async def test_a_connection_that_was_answered_too_early_is_not_used_again(size, connections):
    """Of the second call the rest of the first would be taken for the beginning."""
    opened_here = 0

    async def answer_at_once(reader, writer):
        nonlocal opened_here
        opened_here += 1
        while await reader.readuntil(b"\r\n\r\n"):
            if size < 1000:
                await reader.readexactly(size)
            writer.write(answer())
            await writer.drain()
            if size > 1000:
                await forever()

    body = b'{"text":"%b"}' % (b"x" * (size - 11))
    async with listening(answer_at_once) as url, opened(url) as request:
        for _ in range(2):
            assert (await request.call("sendMessage", body, read_timeout=5)).status == 200
    assert opened_here == connections


async def test_a_login_in_the_servers_address_is_sent_as_such():
    seen = []

    async def behave(reader, writer):
        seen.append(await read_request(reader))
        writer.write(answer())
        await forever()

    async with listening(behave) as url:
        address = url.replace("http://", "http://office:secret@")
        async with opened(address) as request:
            await request.call("sendMessage", {"chat_id": 1}, read_timeout=5, flight=Flight())
    head = seen[0].split(b"\r\n\r\n")[0]
    assert b"Authorization: Basic b2ZmaWNlOnNlY3JldA==" in head
    assert b"@" not in head


async def test_calls_with_files_and_without_share_a_connection():
    opened_here = 0

    async def behave(reader, writer):
        nonlocal opened_here
        opened_here += 1
        while await read_request(reader):
            writer.write(answer())

    files = {"document": Upload("a.txt", b"text")}
    async with listening(behave) as url, opened(url, pool_size=1) as request:
        for each in (None, files, None, files):
            found = await request.call("sendDocument", {"chat_id": 1}, files=each, read_timeout=5)
            assert found.body == {"ok": True, "result": {"message_id": 5}}
    assert opened_here == 1


async def test_what_comes_unasked_is_the_answer_to_nothing():
    stray = answer(b'{"ok":true,"result":{"message_id":6}}')

    has_gone_on = asyncio.Event()

    async def go_on(reader, writer):
        await read_request(reader)
        writer.write(answer())
        await asyncio.sleep(0.05)
        writer.write(stray)
        has_gone_on.set()
        await forever()

    async with listening(go_on) as url, opened(url, pool_size=1) as request:
        await request.call("sendMessage", {"chat_id": 1}, read_timeout=5)
        await has_gone_on.wait()
        await asyncio.sleep(0.05)
        with pytest.raises(NotSent):
            await request.call("sendMessage", {"chat_id": 1}, read_timeout=5)
        found = await request.call("sendMessage", {"chat_id": 1}, read_timeout=5)
    assert found.body == {"ok": True, "result": {"message_id": 5}}
