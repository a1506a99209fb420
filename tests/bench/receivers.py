"""Who takes updates in: ours, python-telegram-bot's own webhook, and a bare one as the floor."""

from __future__ import annotations

import asyncio
import gc
import socket
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from tests.bench.client import Round
from tests.bench.updates import FIRST_RECIPIENT, SECRET, Push, as_body, pushed
from tests.bench.wire import FIRST_MESSAGE, TOKEN

PATH = "/telegram"
_TAPS_A_SECOND = 50.0


async def _pushed(url: str, push: Push) -> Mapping[str, float]:
    """Let the stand-in bring updates to this process; what it and this process have measured."""
    import aiohttp

    gc.collect()
    gc.freeze()  # as `dondoc run` does when it is ready; everybody gets the same
    timeout = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        begun = time.process_time()
        async with session.post(f"{url}/push", data=as_body(push)) as answer:
            told = pushed(await answer.read())
    cpu = time.process_time() - begun
    return {
        "seconds": told.seconds, "p50": told.p50, "p99": told.p99,
        "cpu_us": cpu / push.presses * 1e6,
    }  # fmt: skip


def _push(port: int, work: Round, *, answered: bool, per_second: float = 0.0) -> Push:
    return Push(port, PATH, work.messages, work.in_flight, answered, per_second)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class _Bare(asyncio.Protocol):
    """Says 200 to everything and understands nothing: what the pushing can reach."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.received = b""

    def data_received(self, data: bytes) -> None:
        self.received += data
        if self.received.endswith(b"}}"):
            self.received = b""
            self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


async def bare(url: str, work: Round) -> Mapping[str, float]:
    """Sockets only."""
    server = await asyncio.get_running_loop().create_server(_Bare, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        return await _pushed(url, _push(port, work, answered=False))


# --- python-telegram-bot as it comes -------------------------------------------------------------


@asynccontextmanager
async def _telegram(url: str, *, answers: bool, at_once: int) -> AsyncIterator[int]:
    from telegram import Update
    from telegram.ext import Application, CallbackQueryHandler, ContextTypes

    async def handle(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        if answers:
            assert update.callback_query
            await update.callback_query.answer()

    builder = Application.builder().token(TOKEN).base_url(f"{url}/bot")
    application = builder.concurrent_updates(at_once).build()
    application.add_handler(CallbackQueryHandler(handle))
    port = _free_port()
    async with application:
        assert application.updater
        await application.updater.start_webhook(
            "127.0.0.1", port, PATH[1:], secret_token=SECRET, webhook_url=f"http://127.0.0.1:{port}"
        )
        await application.start()
        yield port
        await application.updater.stop()
        await application.stop()


async def telegram_empty(url: str, work: Round) -> Mapping[str, float]:
    """Its own webhook, a handler that does nothing; nothing is stored."""
    async with _telegram(url, answers=False, at_once=1) as port:
        return await _pushed(url, _push(port, work, answered=False))


async def telegram_answers(url: str, work: Round) -> Mapping[str, float]:
    """Its own webhook, and a handler that only answers the press, one after the other."""
    async with _telegram(url, answers=True, at_once=1) as port:
        return await _pushed(url, _push(port, work, answered=True))


async def telegram_answers_many(url: str, work: Round) -> Mapping[str, float]:
    """The same with eight under way at a time."""
    async with _telegram(url, answers=True, at_once=8) as port:
        return await _pushed(url, _push(port, work, answered=True))


# --- ours ----------------------------------------------------------------------------------------


async def stored(url: str, work: Round) -> Mapping[str, float]:
    """Our webhook: accepted is what is on disk."""
    from bot import config
    from bot.intake.webhook import Webhook
    from bot.runtime import Runtime
    from bot.storage import engine
    from bot.web.server import listening

    assert work.database
    settings = config.Config(
        office=config.Office(name="Sở"),
        telegram=config.Telegram.model_validate({"token": TOKEN}),
        database=config.Database(url=work.database),
    )
    rt = Runtime(settings, engine.Database(work.database))
    try:
        route = Webhook(rt, SECRET).route()
        async with listening([route], host="127.0.0.1", port=0) as (_, port):
            return await _pushed(url, _push(port, work, answered=False))
    finally:
        await rt.database.close()


async def acknowledged(url: str, work: Round) -> Mapping[str, float]:
    """The whole bot: stored, one transaction with its facts, answered; redraws go at their pace."""
    async with _whole_bot(url, work) as port:
        return await _pushed(url, _push(port, work, answered=True))


async def tapped(url: str, work: Round) -> Mapping[str, float]:
    """The same for so many taps a second as an office with 1,500 units may see."""
    async with _whole_bot(url, work) as port:
        push = _push(port, work, answered=True, per_second=_TAPS_A_SECOND)
        return await _pushed(url, push)


# The cards of the database's directive have gone out long ago.
_SENT = (
    "UPDATE outbox_messages SET state = 'accepted', attempts = 1, finished_at = send_at,"
    f" message_id = id - {FIRST_RECIPIENT} + {FIRST_MESSAGE}",
    f"UPDATE cards SET message_id = id - {FIRST_RECIPIENT} + {FIRST_MESSAGE}",
)


@asynccontextmanager
async def _whole_bot(url: str, work: Round) -> AsyncIterator[int]:
    from sqlalchemy import text

    from bot import config
    from bot.app import App
    from bot.storage import kept

    assert work.database
    port = _free_port()
    settings = config.Config(
        office=config.Office(name="Sở"),
        telegram=config.Telegram.model_validate(
            {"token": TOKEN, "api_base_url": url, "mode": "webhook"}
        ),
        web=config.Web(port=port, public_url=f"http://127.0.0.1:{port}"),
        database=config.Database(url=work.database),
    )
    app = App(settings)
    async with app.rt.write() as session:
        for statement in _SENT:
            await session.execute(text(statement))
        await kept.put(session, "webhook_secret", {"secret": SECRET}, now=app.rt.now())
    running = asyncio.create_task(app.run())
    ready = asyncio.create_task(app.ready.wait())
    await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
    if running.done():
        running.result()
    yield port
    app.stop()
    await running
