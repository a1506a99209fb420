"""What is particular to calls without a session: one timer for all, connections kept for more."""

from __future__ import annotations

import asyncio
import zlib

import pytest

from bot.delivery.failures import Flight, Trouble, Unknown
from bot.delivery.json_calls import _Patience
from tests.delivery.test_transport import forever, listening, opened, read_request

GOOD = b'{"ok":true,"result":{"message_id":5}}'


def answer(body: bytes = GOOD, *headers: bytes) -> bytes:
    lines = [b"HTTP/1.1 200 OK", b"Content-Length: %d" % len(body), *headers, b"", body]
    return b"\r\n".join(lines)


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


class _Connection:
    def __init__(self) -> None:
        self.aborted = asyncio.Event()

    def abort(self) -> None:
        self.aborted.set()


async def wait(
    patience: _Patience, connection: _Connection, *, dies_with: BaseException | None = None
):
    with patience.over(connection, 0.01):  # type: ignore[arg-type]
        await connection.aborted.wait()
        if dies_with is not None:
            raise dies_with


async def test_a_call_without_end_hinders_no_other_from_ending():
    patience, endless, long, short = _Patience(), _Connection(), _Connection(), _Connection()
    with (
        patience.over(endless, None),  # type: ignore[arg-type]
        patience.over(long, 60),  # type: ignore[arg-type]
        pytest.raises(TimeoutError),
    ):
        await wait(patience, short)
    assert [each.aborted.is_set() for each in (endless, long, short)] == [False, False, True]


async def test_what_ends_a_call_that_is_late_is_its_time():
    with pytest.raises(TimeoutError):
        await wait(_Patience(), _Connection(), dies_with=ConnectionResetError())


async def test_cancelled_stays_cancelled_though_the_time_is_over():
    with pytest.raises(asyncio.CancelledError):
        await wait(_Patience(), _Connection(), dies_with=asyncio.CancelledError())


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


async def test_a_packed_answer_is_unpacked():
    async def pack(reader, writer):
        asked = await read_request(reader)
        assert b"gzip" in asked.lower()
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
