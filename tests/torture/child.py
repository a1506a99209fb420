"""`python -m tests.torture.child`: a process that forks one real bot for every order it reads.

Everything is imported, and all texts are read, before the first order, so that a life begins within
a tenth of a second. The bot is the whole application on its real transport and database; it differs
from `dondoc run` by a fault hook, and by ending when nothing is left to send.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import holidays.countries  # noqa: F401 - loaded at the first question, which takes long
from sqlalchemy import Connection, event, func, select, update
from sqlalchemy.util import await_only
from sqlalchemy.util.concurrency import in_greenlet

from bot import config, logs
from bot.app import App
from bot.articles.policy import only
from bot.clock import system_clock
from bot.delivery.pacing import Limit, Limits
from bot.logs import LogForm
from bot.runtime import Runtime
from bot.storage.engine import is_trouble
from bot.storage.outbox import TO_COME
from bot.storage.tables import Lease, OutboxMessage
from bot.texts import LANGUAGES, texts
from tests.conftest import TOKEN
from tests.torture.order import AT_RANDOM, AT_START, IN_COMMIT, IN_HANDLED, Order, read

LONGEST_LIFE_SECONDS = 120  # should the driver die, its child does not stay behind for ever
_LOOK_SECONDS = 0.05
_ENDLESS = 10_000_000
# How many are claimed at a time goes by the rate: slow with a burst without end means that nothing
# is paced, but few are claimed, so that a life passes every point many times.
_FAST = Limit(rate=10, burst=_ENDLESS)


class Unpaced(Limits):
    """Telegram takes whatever comes, however much of it comes within a second."""

    @property
    def a_second(self) -> int:
        """No bound."""
        return _ENDLESS


_UNPACED = Unpaced(overall=_FAST, private=_FAST, group=_FAST)


def die() -> None:
    """As the machine's power ends: nothing of this process has a say in it."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_in(seconds: float) -> None:
    """Let the kernel end this process, whatever it is at then.

    SIGALRM, which nobody handles here, ends it as SIGKILL does: no code of the process sees it. A
    thread that kills would wait for the interpreter's lock first, and come after the commit.
    """
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 1e-6))


# A point of the product just before the commit in which it is to die.
_BEFORE = {IN_COMMIT: "before_commit", IN_HANDLED: "before_handled"}


class Death:
    """The fault hook: counts the passes of one point and dies at the last."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._point = _BEFORE.get(order.dies_at or "", order.dies_at)
        self._left = order.passes
        self.is_next_commit = False

    def __call__(self, point: str) -> None:
        """A point of the product is passed."""
        if point != self._point:
            return
        self._left -= 1
        if self._left:
            return
        if self._order.dies_at in _BEFORE:
            self.is_next_commit = True
        else:
            die()

    def commits(self, _connection: object) -> None:
        """A commit begins; what it does to the disk is done by another thread or process."""
        if self.is_next_commit:
            die_in(self._order.delay)


def configured(order: Order) -> config.Config:
    """The settings of this life."""
    telegram = {
        "token": TOKEN,
        "api_base_url": order.api,
        "read_timeout_seconds": order.read_timeout,
        **order.telegram,
    }
    return config.Config(
        office=config.Office(name="Sở Thông tin và Truyền thông"),
        telegram=config.Telegram.model_validate(telegram),
        database=config.Database(url=order.database),
        intake=config.Intake(flood_burst=_ENDLESS),
    )


def before_commits(rt: Runtime, then: Callable[[Connection], None]) -> None:
    """Call `then` where a commit begins: at its word, and at a statement that commits itself."""

    def by_itself(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        is_alone = connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT"
        if is_alone and not statement.startswith("SELECT"):
            then(connection)

    for engine in rt.database.engines:
        event.listen(engine, "commit", then)
        event.listen(engine, "before_cursor_execute", by_itself)


def slow_down(rt: Runtime, seconds: float) -> None:
    """Let every commit take this long, whoever waits for it."""

    def wait(_connection: object) -> None:
        if in_greenlet():
            await_only(asyncio.sleep(seconds))  # the loop goes on
        else:
            time.sleep(seconds)  # a thread of its own

    before_commits(rt, wait)


async def free_lease(rt: Runtime) -> None:
    """Take the role from the killed one at once.

    In life it is free nine seconds after the last renewal. That the lease keeps two instances
    apart is tested in tests/intake; here only one lives at a time, and a thousand kills have to
    fit into an hour.
    """
    async with rt.write() as session:
        long_ago = rt.now() - timedelta(days=365)
        await session.execute(update(Lease).values(holder="", expires_at=long_ago))


async def end_when_all_is_final(app: App) -> None:
    """Stop the application as soon as nothing waits or is under way."""
    await app.ready.wait()
    while await count_open(app.rt):  # noqa: ASYNC110 - nothing tells of the last outcome
        await asyncio.sleep(_LOOK_SECONDS)
    app.stop()


async def count_open(rt: Runtime) -> int:
    """How many messages are not final; one at least while the database is out of reach."""
    try:
        async with rt.read() as session:
            of_them = select(func.count()).where(OutboxMessage.state.in_(TO_COME))
            return await session.scalar(of_them) or 0
    except Exception as error:
        if not is_trouble(error):
            raise
        return 1


def _beside(order: Order) -> Iterator[Callable[[App], Coroutine[Any, Any, None]]]:
    if order.ends_when_all_is_final:
        yield end_when_all_is_final
    if order.dies_at == AT_RANDOM:

        async def die_while_working(app: App) -> None:
            await app.ready.wait()
            die_in(order.delay)

        yield die_while_working


async def live(order: Order) -> None:
    """One life."""
    death = Death(order)

    def now() -> datetime:
        return system_clock() + timedelta(seconds=order.clock_ahead)

    app = App(
        configured(order),
        clock=now,
        limits=None if order.paced else _UNPACED,
        fault=death,
        fetch_policy=only({}),  # the links that are sent lead to sites of others
    )
    before_commits(app.rt, death.commits)
    if order.commit_seconds:
        slow_down(app.rt, order.commit_seconds)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, app.stop)
    if not order.keeps_lease:
        await free_lease(app.rt)
    beside = [asyncio.create_task(wait(app)) for wait in _beside(order)]
    await app.run()
    for task in beside:
        task.cancel()


def begin(order: Order) -> int:
    """What the forked process does; its exit code."""
    end = threading.Timer(LONGEST_LIFE_SECONDS, os._exit, [1])
    end.daemon = True
    end.start()
    if order.dies_at == AT_START:
        die_in(order.delay)
    with Path(order.log).open("a", encoding="utf-8", buffering=1) as log:
        os.dup2(log.fileno(), sys.stdout.fileno())
        os.dup2(log.fileno(), sys.stderr.fileno())
        logs.configure(level="DEBUG", form=LogForm.JSON, secrets=[TOKEN], stream=log)
        try:
            asyncio.run(live(order))
        except Exception:
            logging.getLogger(__name__).exception("life_failed")
            return 1
    return 0


def tell(**what: int) -> None:
    """One line for the driver."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def serve() -> None:
    """Fork for every order, tell the process and how it ended."""
    for language in LANGUAGES:
        texts(language)
    gc.freeze()
    tell(ready=1)
    for line in sys.stdin:
        order = read(line)
        process = os.fork()
        if process == 0:
            code = 1
            try:
                code = begin(order)
            finally:
                os._exit(code)
        tell(process=process)
        _, status = os.waitpid(process, 0)
        tell(code=os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    serve()
