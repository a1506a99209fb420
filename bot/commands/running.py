"""`dondoc demo` and `dondoc run`: start, say so, and end in order when a signal asks for it."""

from __future__ import annotations

import asyncio
import errno
import gc
import logging
import signal
import socket
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot import logs
from bot.commands.console import Fault, complain, say
from bot.logs import LogForm

if TYPE_CHECKING:
    from bot.config import Config

_LONGEST_STOP_SECONDS = 24.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_PORTS_TRIED = 50


def demo(*, port: int) -> int:
    """Run the demo until a signal; Fault if the port is in use."""
    logs.configure(level="WARNING", form=LogForm.PLAIN, secrets=[])
    from bot.demo import run as demos

    async def work() -> None:
        stop = asyncio.Event()
        await _until_signalled(demos.run(port=port, say=say, stop=stop), stop=stop.set)

    try:
        asyncio.run(work())
    except OSError as error:
        raise Fault(_why_no_demo(error, port)) from None
    return 0


def _why_no_demo(error: OSError, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is in use; choose another one: dondoc demo --port {_free_port(port)}"
    if error.errno == errno.EACCES and port < 1024:
        return f"port {port} is not for everybody; choose another one: dondoc demo --port 8080"
    return f"the demo could not run: {error.strerror or error}"


def _free_port(taken: int) -> int:
    """A port near the taken one that nobody listens on, or 0: any."""
    for port in range(taken + 1, min(taken + _PORTS_TRIED, 65536)):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    return 0


def run(path: Path) -> int:
    """Run the bot as the settings say until a signal; Fault if it cannot start."""
    from bot.commands.opening import advice_on_readable_settings, settings

    config = settings(path)
    token = config.telegram.bot_token
    if not token:
        raise Fault(
            f"{path}: the bot's token is missing; write the one from @BotFather "
            "to telegram.token, or its file to telegram.token_file"
        )
    if advice := advice_on_readable_settings(path):
        complain(advice)
    password = urlsplit(config.database.url).password or ""
    logs.configure(
        level=config.logs.level, form=LogForm(config.logs.form), secrets=[token, password]
    )
    logging.getLogger("bot.app").addHandler(_ConsoleNews())
    from bot.app import StartError
    from bot.errors import BotError
    from bot.texts import texts

    try:
        asyncio.run(_run(config))
    except StartError as error:
        raise Fault(str(error)) from None
    except BotError as error:
        raise Fault(texts("en")(error.key, **error.parameters)) from None
    return 0


async def _run(config: Config) -> None:
    from bot.app import App
    from bot.commands.opening import database_faults, standing

    # What is wrong with the database at start is told in a sentence; later it is logged in full.
    await standing(config)
    with database_faults(config):
        app = App(config)

    async def tell() -> None:
        await app.ready.wait()
        # What is there now stays: the collector need not look at it again and again, which would
        # cost a large sending a third of its time.
        gc.collect()
        gc.freeze()
        say("Dondoc is running. Stop it with Ctrl+C.")

    def stop() -> None:
        say("Stopping. What is being sent comes to its end; a second signal stops at once.")
        app.stop()

    telling = asyncio.create_task(tell())
    await _until_signalled(app.run(), stop=stop)
    telling.cancel()
    say("Dondoc has stopped.")


class _ConsoleNews(logging.Handler):
    """Says once, in a sentence, what the operator must know of the application's log."""

    _SENTENCES = {
        "telegram_unreachable": "Telegram cannot be reached. Dondoc goes on trying, and sends "
        "what is waiting as soon as it can.",
        "webhook_not_set": "Telegram was not told where to send. Dondoc goes on trying; "
        "`dondoc check` says more.",
        "another_program_has_the_token": "Another program takes updates with this bot's token. "
        "Stop it, or get a new token from @BotFather.",
        "standing_by": "Another instance is at work on this database. This one stands by.",
    }

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._said: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Say the sentence of the event, if it has one and this is the first time."""
        event = record.getMessage()
        if event in self._SENTENCES and event not in self._said:
            self._said.add(event)
            say(self._SENTENCES[event])


async def _until_signalled(work: Coroutine[Any, Any, None], *, stop: Callable[[], None]) -> None:
    """Do `work`; the first signal calls `stop`, a second one, or time, cancels what is left."""
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(work)
    signals_seen = 0

    def hurry() -> None:
        for each in _SIGNALS:  # a third signal kills
            loop.remove_signal_handler(each)
        task.cancel()

    def signalled() -> None:
        nonlocal signals_seen
        signals_seen += 1
        if signals_seen == 1:
            stop()
            loop.call_later(_LONGEST_STOP_SECONDS, hurry)
        else:
            hurry()

    for each in _SIGNALS:
        loop.add_signal_handler(each, signalled)
    await asyncio.wait({task})
    if task.cancelled():
        say("Stopped at once. What was under way is settled at the next start.")
    else:
        await task
