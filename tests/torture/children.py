"""The driver's side of the process that forks the bots."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.torture.order import Order

_START_SECONDS = 60
_LIFE_SECONDS = 150
KILLED = (-signal.SIGKILL, -signal.SIGALRM)  # the second is how the kernel's timer does it


class Failed(Exception):
    """The harness itself, or a bot, could not do its work; no invariant was looked at."""


class Child:
    """One life of the bot."""

    def __init__(self, process: int, end: asyncio.Task[int]) -> None:
        self._process = process
        self._end = end

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended yet."""
        return not self._end.done()

    def signal(self, number: int) -> None:
        """Send it a signal, if it is alive."""
        if self.is_alive:
            try:
                os.kill(self._process, number)
            except ProcessLookupError:  # it has ended; nobody has told us yet
                pass

    async def freeze(self) -> None:
        """Stop all of it where it is, until SIGCONT."""
        self.signal(signal.SIGSTOP)
        status = Path(f"/proc/{self._process}/status")
        while self.is_alive and "State:\tT" not in status.read_text(encoding="utf-8"):  # noqa: ASYNC110
            await asyncio.sleep(0.001)

    def limit_files(self, size: int) -> None:
        """Let no file of it grow beyond so many bytes: what a full disk does; -1 for any size."""
        _, hard = resource.prlimit(self._process, resource.RLIMIT_FSIZE)
        resource.prlimit(self._process, resource.RLIMIT_FSIZE, (size, hard))

    async def code(self) -> int:
        """How it ended."""
        return await asyncio.shield(self._end)

    async def kill(self) -> int:
        """End it as a power cut would."""
        self.signal(signal.SIGKILL)
        return await self.code()

    async def stop(self) -> int:
        """Let it end in order."""
        self.signal(signal.SIGTERM)
        return await self.code()


class Children:
    """Starts one life after the other."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def told(self, key: str, seconds: float) -> int:
        """The next line."""
        assert self._process.stdout
        try:
            line = await asyncio.wait_for(self._process.stdout.readline(), seconds)
        except TimeoutError:
            raise Failed(f"no {key!r} from the bots' process within {seconds:.0f} s") from None
        if not line:
            raise Failed("the bots' process has ended")
        return int(json.loads(line)[key])

    async def start(self, order: Order) -> Child:
        """Begin a life; the one before must have ended."""
        assert self._process.stdin
        self._process.stdin.write(order.line().encode())
        await self._process.stdin.drain()
        process = await self.told("process", _START_SECONDS)
        return Child(process, asyncio.create_task(self.told("code", _LIFE_SECONDS)))


@asynccontextmanager
async def children() -> AsyncIterator[Children]:
    """The process that forks, ready."""
    # Nothing leaves this machine, whatever proxy it may be told to use.
    environment = {key: value for key, value in os.environ.items() if "proxy" not in key.lower()}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.torture.child",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env=environment,
    )  # fmt: skip
    try:
        started = Children(process)
        await started.told("ready", _START_SECONDS)
        yield started
    finally:
        assert process.stdin
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 10)
        except TimeoutError:
            process.kill()
            await process.wait()
