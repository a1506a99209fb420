"""Starting and asking the other processes of a run: the stand-in server and every client."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.bench.client import Round, as_line
from tests.bench.machine import cores

_START_SECONDS = 30
_END_SECONDS = 10


class Failed(Exception):
    """A client could not do its work; the sentence says which and why."""


class Process:
    """A process that answers in lines of JSON."""

    def __init__(self, process: asyncio.subprocess.Process, name: str) -> None:
        self._process = process
        self._name = name

    async def answer(self, seconds: float) -> dict[str, Any]:
        """Its next line."""
        assert self._process.stdout
        try:
            line = await asyncio.wait_for(self._process.stdout.readline(), seconds)
        except TimeoutError:
            raise Failed(f"{self._name}: no answer within {seconds:.0f} s") from None
        if not line:
            raise Failed(f"{self._name}: its process has ended")
        told: dict[str, Any] = json.loads(line)
        if "fault" in told:
            raise Failed(f"{self._name}: {told['fault']}")
        return told

    async def run(self, work: Round) -> dict[str, Any]:
        """One round; its figures."""
        assert self._process.stdin
        self._process.stdin.write(as_line(work).encode())
        await self._process.stdin.drain()
        return await self.answer(work.seconds + _START_SECONDS)

    async def end(self) -> None:
        """Let it end; make it end."""
        assert self._process.stdin
        self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), _END_SECONDS)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


async def _start(name: str, module: str, *arguments: str) -> Process:
    # Nothing leaves this machine, whatever proxy it may be told to use.
    environment = {key: value for key, value in os.environ.items() if "proxy" not in key.lower()}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env=environment,
    )  # fmt: skip
    return Process(process, name)


class Bench:
    """The server of a run, and clients on the other core."""

    def __init__(self, url: str, core: str) -> None:
        self._url = url
        self._core = core

    @asynccontextmanager
    async def client(self, name: str, where: str) -> AsyncIterator[Process]:
        """A client in a process of its own; `where` is its module here and its function."""
        process = await _start(name, "tests.bench.client", where, self._url, self._core)
        try:
            yield process
        finally:
            await process.end()


@asynccontextmanager
async def bench() -> AsyncIterator[Bench]:
    """The stand-in server on one core, room for a client on another."""
    of_server, of_client = cores()
    server = await _start("the server", "tests.bench.server", of_server)
    try:
        told = await server.answer(_START_SECONDS)
        yield Bench(told["url"], of_client)
    finally:
        await server.end()
