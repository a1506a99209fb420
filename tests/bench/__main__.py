"""Start-up and sending, each beside a peer: a bare interpreter, and a bare aiohttp loop."""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from bot.config import Config, Database, Office, Telegram
from bot.delivery.pacing import Limit, Limits
from bot.delivery.transport import AiohttpRequest
from bot.delivery.worker import Delivery
from bot.domain.states import ChatKind, Lane, MessageKind
from bot.runtime import Runtime
from bot.storage import engine, kept, outbox, people, schema
from tests.bench.server import TOKEN

ROUNDS = 5
PEOPLE = 500
AT_ONCE = 8
_FAST = Limit(rate=1_000_000, burst=1_000_000)


def seconds(command: list[str]) -> float:
    """How long a command takes from start to end."""
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def start_up() -> None:
    """`dondoc --help` beside a Python that does nothing."""
    help_ = statistics.median(
        seconds([sys.executable, "-m", "bot", "--help"]) for _ in range(ROUNDS)
    )
    bare = statistics.median(seconds([sys.executable, "-c", "pass"]) for _ in range(ROUNDS))
    print(f"dondoc --help        {help_:6.3f} s   {help_ / bare:5.1f} x a bare interpreter")


async def rate(send: Callable[[], Awaitable[None]]) -> float:
    """Messages a second of one round."""
    begun = time.perf_counter()
    await send()
    return PEOPLE / (time.perf_counter() - begun)


async def bare_loop(url: str, ids: list[int]) -> None:
    """The limit in Python: a prepared body, the answer's bytes only, nothing stored."""
    waiting = list(ids)
    async with aiohttp.ClientSession() as session:

        async def sender() -> None:
            while waiting:
                body = {"chat_id": waiting.pop(), "text": "Kính gửi đơn vị"}
                async with session.post(f"{url}/bot{TOKEN}/sendMessage", json=body) as answer:
                    await answer.read()

        await asyncio.gather(*(sender() for _ in range(AT_ONCE)))


async def durable(url: str, ids: list[int], directory: Path) -> float:
    """Our outbox on SQLite: every message on disk before and after, re-checked and rendered."""
    config = Config(
        office=Office(name="Bench"),
        telegram=Telegram.model_validate({"token": TOKEN, "api_base_url": url}),
        database=Database(url=f"sqlite:///{directory / 'bench.db'}"),
    )
    await schema.upgrade(config.database.url)
    rt = Runtime(config, engine.Database(config.database.url))
    transport = AiohttpRequest(TOKEN, api_url=url, pool_size=AT_ONCE)
    await transport.initialize()
    delivery = Delivery(rt, transport, limits=Limits(overall=_FAST, private=_FAST, group=_FAST))
    now = datetime.now(UTC)
    async with rt.write() as session:
        delivery.epoch = await kept.take_lease(session, "bench", now=now)
        for user_id in ids:
            chat = await people.ensure_chat(
                session, user_id, kind=ChatKind.PRIVATE, title="", language="vi"
            )
            await outbox.add(
                session,
                outbox.NewMessage(
                    kind=MessageKind.NOTICE,
                    lane=Lane.DIRECTIVE,
                    chat_id=chat.id,
                    send_at=now,
                    parameters={"key": "dialogue.left", "values": {}, "buttons": []},
                ),
            )

    async def send_all() -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(delivery.run(stop))
        while True:
            async with rt.read() as session:
                if await outbox.count_open(session) == 0:
                    break
            await asyncio.sleep(0.02)
        stop.set()
        rt.signals.wake()
        await running

    found = await rate(send_all)
    await transport.shutdown()
    await rt.database.close()
    return found


async def sending() -> None:
    """The durable outbox beside the bare loop, round by round against the same server."""
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.server", str(PEOPLE),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert server.stdout
    told = json.loads(await server.stdout.readline())
    bare, ours = [], []
    for _ in range(ROUNDS):
        bare.append(await rate(lambda: bare_loop(told["url"], told["ids"])))
        with tempfile.TemporaryDirectory() as directory:
            ours.append(await durable(told["url"], told["ids"], Path(directory)))
    server.terminate()
    await server.wait()
    ratio = statistics.median(one / other for one, other in zip(ours, bare, strict=True))
    print(f"bare aiohttp loop    {statistics.median(bare):6.0f} messages/s, nothing stored")
    print(f"durable on SQLite    {statistics.median(ours):6.0f} messages/s   {ratio:5.2f} x bare")


if __name__ == "__main__":
    start_up()
    asyncio.run(sending())
