"""Having pages read by a process of its own: whatever a page costs, the bot goes on meanwhile.

A thread would not do: readers are busy with Python all the time, and everybody else would wait for
them at every step. How a page is understood stands in `metadata`.
"""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

import bot
from bot.articles.page import Page
from bot.codec import decode

SECONDS: Final = 20.0
"""The longest that one page may take."""
_ANSWER: Final = 1024 * 1024  # bytes; a page's text alone may be a tenth of that
_ROOT: Final = str(Path(bot.__file__).parents[1])


class ReadingFailed(Exception):
    """The page took too long, or its reader died of it."""


class PageReader:
    """Reads one page after the other. The process is started for the first one, and anew after one
    that it did not survive; it ends with the block."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._process: Process | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._end()

    async def read(
        self, body: bytes, *, url: str, content_type: str | None, now: datetime, zone: ZoneInfo
    ) -> Page:
        """What `metadata.read_page` reads of these bytes; ReadingFailed if nothing can be read."""
        request = {
            "length": len(body),
            "url": url,
            "content_type": content_type,
            "now": now.isoformat(),
            "zone": zone.key,
        }
        async with self._turn:
            try:
                async with asyncio.timeout(SECONDS):
                    answer = await self._ask(json.dumps(request).encode() + b"\n" + body)
                return decode(Page, json.loads(answer)["page"])
            except (TimeoutError, OSError, KeyError, TypeError, ValueError):
                await self._end()
                raise ReadingFailed from None
            except asyncio.CancelledError:
                await self._end()  # its answer would be taken for the next page's
                raise

    async def _ask(self, request: bytes) -> bytes:
        process = self._process = self._process or await _start()
        assert process.stdin is not None  # noqa: S101 - both are pipes
        assert process.stdout is not None  # noqa: S101
        process.stdin.write(request)
        await process.stdin.drain()
        return await process.stdout.readline()

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _start() -> Process:
    program: tuple[Any, ...] = (sys.executable, "-P", "-m", "bot.articles.child")
    return await asyncio.create_subprocess_exec(
        *program,
        stdin=PIPE,
        stdout=PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        limit=_ANSWER,
        cwd="/",
        # Nothing of ours: settings may stand in the environment, the token among them.
        env={"PYTHONPATH": _ROOT, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        start_new_session=True,
    )
