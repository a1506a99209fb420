"""The webhook keeps the poller's promise, listens to Telegram only, and is not kept waiting."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import sqlite3
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from bot.domain.states import UpdateState
from bot.intake import store as grouped
from bot.intake.raw import raw_update
from bot.intake.store import GroupedStore
from bot.intake.subscription import Subscription, webhook_secret
from bot.intake.webhook import PATH, SECRET_HEADER, Webhook
from bot.runtime import Runtime, no_fault
from bot.storage import engine as storage_engine
from bot.web import server
from tests.intake.conftest import Fault, Inbox, Strikes
from tests.intake.test_poller import AN, somebody_writes, stored

SECRET = "the-secret-that-only-telegram-knows"


class Door:
    """Our server, open for Telegram and for everybody else."""

    def __init__(self, host: str, port: int, session: aiohttp.ClientSession) -> None:
        self.host, self.port, self.session = host, port, session

    async def post(
        self, body: object, *, secret: str | None = SECRET, **more: Any
    ) -> aiohttp.ClientResponse:
        """What it answers to this body."""
        headers = {} if secret is None else {SECRET_HEADER: secret}
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        url = f"http://{self.host}:{self.port}{PATH}"
        async with self.session.post(url, data=data, headers=headers, **more) as answer:
            await answer.read()
            return answer

    async def connect(self, sent: bytes = b"") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A bare connection on which this was sent."""
        reader, writer = await asyncio.open_connection(self.host, self.port)
        writer.write(sent)
        return reader, writer

    async def tells(self, sent: bytes) -> bytes:
        """All that comes back for it, until the server closes."""
        async with asyncio.timeout(20):
            reader, writer = await self.connect(sent)
            try:
                return await reader.read()
            except ConnectionError:
                return b""
            finally:
                writer.close()


@asynccontextmanager
async def open_door(
    inbox: Inbox, *, secret: str = SECRET, fault: Fault = no_fault
) -> AsyncIterator[Door]:
    """The real server with the real route."""
    route = Webhook(replace(inbox.rt, fault=fault), secret).route()
    async with (
        server.listening([route], host="127.0.0.1", port=0) as (host, port),
        aiohttp.ClientSession() as session,
    ):
        yield Door(host, port, session)


@pytest.fixture
async def door(inbox: Inbox) -> AsyncIterator[Door]:
    """The door of an office."""
    async with open_door(inbox) as door:
        yield door


def reached_at(inbox: Inbox, door: Door) -> Runtime:
    """The office whose settings name this door."""
    config = inbox.rt.config
    web = config.web.model_copy(update={"public_url": f"http://{door.host}:{door.port}"})
    telegram = config.telegram.model_copy(update={"mode": "webhook"})
    config = config.model_copy(update={"web": web, "telegram": telegram})
    return replace(inbox.rt, config=config)


@asynccontextmanager
async def subscribed(inbox: Inbox, *, fault: Fault = no_fault) -> AsyncIterator[Door]:
    """A door to which Telegram was told to send."""
    secret = await webhook_secret(inbox.rt)
    async with open_door(inbox, secret=secret, fault=fault) as door:
        assert await Subscription(reached_at(inbox, door), inbox.transport, secret).do_one()
        yield door


async def until(found: Callable[[], Awaitable[bool]]) -> None:
    """Wait for something that another task does."""
    async with asyncio.timeout(20):
        while not await found():  # noqa: ASYNC110 - whatever it is
            await asyncio.sleep(0.005)


def message(update_id: int, **more: object) -> dict[str, object]:
    """An update like Telegram's."""
    return {"update_id": update_id, "message": {"chat": AN, "from": AN, **more}}


# --- stored before it is confirmed ---------------------------------------------------------------


async def test_an_update_is_stored_as_it_came_and_handled(inbox: Inbox):
    stranger = inbox.stranger()
    said = inbox.sandbox.say(stranger, "Xin chào 🙂")
    (update_id,) = inbox.at_telegram()
    async with subscribed(inbox):
        await until(lambda: _is_empty(inbox))
    row = await inbox.row()
    assert json.loads(row.body) == {"update_id": update_id, "message": said}
    assert (row.bot_id, row.chat_key) == (7000000001, stranger)
    await inbox.work()
    assert (await inbox.row()).state is UpdateState.DONE
    assert await inbox.replies() == ["start.stranger"]


async def _is_empty(inbox: Inbox) -> bool:
    return inbox.at_telegram() == []


async def _is_empty_later(inbox: Inbox) -> bool:
    inbox.sandbox.advance(6 if inbox.sandbox.clock.sleepers else 0)  # the pause asked for is over
    return inbox.at_telegram() == []


async def test_the_same_update_five_times_at_once_is_one(inbox: Inbox, door: Door):
    answers = await asyncio.gather(*(door.post(message(7)) for _ in range(5)))
    answers.append(await door.post(message(7)))
    assert [answer.status for answer in answers] == [200] * 6
    assert await stored(inbox) == [7]


async def test_a_burst_is_one_transaction(inbox: Inbox):
    points: list[str] = []
    store = GroupedStore(replace(inbox.rt, fault=points.append))
    burst = [raw_update(message(number)) for number in range(2 * grouped._MOST + 1)]
    await asyncio.gather(*(store.put(update) for update in burst))
    assert points == ["stored"] * 3
    assert len(await stored(inbox)) == len(burst)


@pytest.mark.parametrize("words", ["INSERT INTO updates", "COMMIT"])
async def test_what_is_not_on_disk_is_not_confirmed(inbox: Inbox, door: Door, words: str):
    trouble = Strikes(inbox.rt, words)
    answer = await door.post(message(7))
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert trouble.left == 0
    assert await stored(inbox) == []
    assert (await door.post(message(7))).status == 200
    assert await stored(inbox) == [7]


async def test_telegram_brings_again_what_was_not_confirmed(inbox: Inbox):
    times = [1, 1]

    def fails(point: str) -> None:  # on disk, but nobody could say so
        if point == "stored" and times:
            times.pop()
            raise ConnectionError

    sent = somebody_writes(inbox, "một", "hai")
    async with subscribed(inbox, fault=fails):
        await until(lambda: _is_empty_later(inbox))
    assert times == []
    assert await stored(inbox) == sent


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_locked_sqlite_file_loses_nothing(
    inbox: Inbox, door: Door, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(storage_engine, "_BUSY_TIMEOUT_MS", 20)
    other = sqlite3.connect(str(inbox.rt.database.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        assert (await door.post(message(7))).status == 503
    finally:
        other.close()
    assert (await door.post(message(7))).status == 200
    assert await stored(inbox) == [7]


# --- what comes, comes from Telegram -------------------------------------------------------------


@pytest.mark.parametrize(
    "secret", [None, "", "wrong", SECRET[:-1], SECRET + "x", "ký-tự-lạ", "\udcff" + SECRET]
)
async def test_who_does_not_know_the_secret_is_refused_unheard(
    inbox: Inbox, door: Door, caplog: pytest.LogCaptureFixture, secret: str | None
):
    caplog.set_level(logging.DEBUG)
    line = b"" if secret is None else _header(secret)
    begun = b"POST /telegram HTTP/1.1\r\nHost: x\r\n" + line + b"Content-Length: 900\r\n"
    told = await door.tells(begun + b"\r\n")  # the answer comes, though no body ever does
    assert told.startswith(b"HTTP/1.1 403 ")
    told = await door.tells(begun + b"Expect: 100-continue\r\n\r\n")
    assert told.startswith(b"HTTP/1.1 403 ")
    heard = [record for record in caplog.records if record.name.startswith(("bot", "aiohttp"))]
    assert heard == []
    assert await stored(inbox) == []


def _header(secret: str) -> bytes:
    return f"{SECRET_HEADER}: ".encode() + secret.encode(errors="surrogateescape") + b"\r\n"


async def test_who_asks_before_sending_is_told_to_send(inbox: Inbox, door: Door):
    assert (await door.post(message(7), expect100=True)).status == 200
    assert await stored(inbox) == [7]


async def test_a_crowd_without_the_secret_keeps_nobody_out(inbox: Inbox, door: Door):
    async def intrude() -> list[int]:
        return [(await door.post(message(1), secret="guess")).status for _ in range(20)]

    crowd = [asyncio.create_task(intrude()) for _ in range(20)]
    answers = [await door.post(message(number)) for number in range(100, 120)]
    assert {status for statuses in await asyncio.gather(*crowd) for status in statuses} == {403}
    assert {answer.status for answer in answers} == {200}
    assert await stored(inbox) == list(range(100, 120))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{", id="half"),
        pytest.param(b"\xff\xfe{}", id="not text"),
        pytest.param(b"[]", id="list"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b'{"update_id":' + b"9" * 5000 + b"}", id="number without end"),
        pytest.param(b"{}", id="no number"),
        pytest.param(b'{"update_id": "7"}', id="number as text"),
        pytest.param(b'{"update_id": true}', id="no real number"),
        pytest.param(b'{"update_id": 1e3}', id="fraction"),
        pytest.param(b'{"update_id": 9223372036854775808}', id="beyond every column"),
    ],
)
async def test_what_is_no_update_is_refused(
    inbox: Inbox, door: Door, caplog: pytest.LogCaptureFixture, body: bytes
):
    assert (await door.post(body)).status == 400
    assert await stored(inbox) == []
    assert [record.getMessage() for record in caplog.records] == ["no_update_in_webhook"]


@pytest.mark.parametrize("is_announced", [True, False])
async def test_a_body_without_end_is_refused(inbox: Inbox, door: Door, is_announced: bool):
    async def pieces() -> AsyncIterator[bytes]:
        yield b'{"update_id": 7, "x": "'
        for _ in range(17):
            yield b"x" * 65_536

    if is_announced:
        length = server.LARGEST_BODY + 1
        head = f"POST /telegram HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n".encode()
        told = await door.tells(head + _header(SECRET) + b"\r\n")
    else:
        url = f"http://{door.host}:{door.port}{PATH}"
        headers = {SECRET_HEADER: SECRET}
        async with door.session.post(url, data=pieces(), headers=headers) as answer:
            told = f"HTTP/1.1 {answer.status} ".encode()
    assert told.startswith(b"HTTP/1.1 413 ")
    assert await stored(inbox) == []


async def test_an_update_nobody_can_read_is_stored_and_holds_up_nothing(inbox: Inbox, door: Door):
    bad = {"message_id": 1, "date": "yesterday", "chat": {**AN, "type": "private"}, "text": "x"}
    await door.post({"update_id": 7, "message": bad})
    await door.post({"update_id": 8, "message": "x" * 500_000})
    await door.post({"update_id": 9, "message": {**bad, "date": 1, "from": AN}})
    await inbox.work()
    states = [row.state for row in await inbox.rows()]
    assert states[0] is UpdateState.PARKED
    assert states[2] is UpdateState.DONE


@pytest.mark.parametrize("method", ["GET", "PUT", "OPTIONS"])
async def test_there_is_one_route_and_nothing_else(door: Door, method: str):
    url = f"http://{door.host}:{door.port}"
    headers = {SECRET_HEADER: SECRET}
    async with door.session.request(method, url + PATH, headers=headers) as answer:
        assert answer.status == 405
    async with door.session.request(method, url + "/", headers=headers) as answer:
        assert answer.status == 404


# --- who is slow, or comes in crowds -------------------------------------------------------------

HALF_A_HEADER = b"POST /telegram HTTP/1.1\r\nHost: x\r\n"
WHOLE = b"POST /telegram HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n" + _header(SECRET) + b"\r\n"


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has ten seconds."""
    monkeypatch.setattr(server, "HEADER_SECONDS", 0.1)
    monkeypatch.setattr(server, "BODY_SECONDS", 0.1)


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("sent", [b"", HALF_A_HEADER, b"\x16\x03\x01"])
async def test_a_header_that_does_not_come_is_not_waited_for(door: Door, sent: bytes):
    told = await door.tells(sent)
    assert told == b"" or told.startswith(b"HTTP/1.0 400 ")


@pytest.mark.usefixtures("hurried")
async def test_a_header_that_drips_is_not_waited_for(door: Door):
    reader, writer = await door.connect(HALF_A_HEADER)

    async def drip() -> None:
        while True:
            writer.write(b"x")
            await asyncio.sleep(0.01)

    dripping = asyncio.create_task(drip())
    async with asyncio.timeout(20):
        with suppress(ConnectionError):
            assert await reader.read() == b""
    dripping.cancel()
    writer.close()


@pytest.mark.usefixtures("hurried")
async def test_half_a_second_header_is_not_waited_for(door: Door):
    async with asyncio.timeout(20):
        reader, writer = await door.connect(WHOLE)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(HALF_A_HEADER)
        with suppress(ConnectionError):
            assert b"HTTP/1.1" not in await reader.read()
    writer.close()


@pytest.mark.usefixtures("hurried")
async def test_a_body_that_does_not_come_is_not_waited_for(inbox: Inbox, door: Door):
    head = HALF_A_HEADER + b"Content-Length: 90\r\n" + _header(SECRET) + b'\r\n{"update_id'
    assert (await door.tells(head)).startswith(b"HTTP/1.1 408 ")
    assert await stored(inbox) == []


@pytest.mark.usefixtures("hurried")
async def test_who_was_heard_may_stay(inbox: Inbox, door: Door):
    # Telegram keeps its connections; a request that takes long to answer is ours to answer.
    async with inbox.rt.write():  # nobody else can write meanwhile, on SQLite
        slow = asyncio.create_task(door.post(message(7)))
        await asyncio.sleep(0.3)
    assert (await slow).status == 200
    reader, writer = await door.connect()
    for _ in range(2):
        writer.write(WHOLE)
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 400 ")
        await asyncio.sleep(0.3)
    writer.close()


async def test_one_address_has_so_many_connections(door: Door, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(server, "CONNECTIONS_PER_ADDRESS", 3)
    held = [await door.connect() for _ in range(3)]
    elsewhere = WHOLE.replace(b"Host: x", b"X-Forwarded-For: 203.0.113.9\r\nHost: x")
    for sent in (WHOLE, elsewhere):  # where somebody says that they are counts for nothing
        assert await door.tells(sent) == b""
    held.pop()[1].close()
    await until(lambda: _is_heard(door))
    for _, writer in held:
        writer.close()


async def _is_heard(door: Door) -> bool:
    head = WHOLE.replace(b"Host: x", b"Connection: close\r\nHost: x")
    return (await door.tells(head)).startswith(b"HTTP/1.1 400 ")


async def test_46_a_flood_with_a_wrong_secret_fills_no_memory_and_holds_up_nobody(
    inbox: Inbox, door: Door
):
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n".encode()
    forged = head + _header("wrong") + b"\r\n" + bytes(100_000)  # the rest never comes

    async def flood(times: int) -> set[bytes]:
        answers = await asyncio.gather(*(door.tells(forged) for _ in range(times)))
        return {answer[:12] for answer in answers if answer}

    # What is kept after a first time for all later ones (statements, plans) is no leak.
    assert await flood(50) == {b"HTTP/1.1 403"}
    assert (await door.post(message(6))).status == 200
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for _ in range(10):
            assert await flood(50) <= {b"HTTP/1.1 403"}
        assert (await door.post(message(7))).status == 200
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < len(forged)  # of five hundred not even one is kept
    assert len(await stored(inbox)) == 2
