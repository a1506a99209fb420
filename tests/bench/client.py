"""One client in a process of its own: rounds come in on the standard input, figures go out.

Only what this client needs is imported, so that its memory is its own.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import json
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import asdict, dataclass

from tests.bench.machine import memory_mb, pin
from tests.bench.wire import FIRST_CHAT


@dataclass(frozen=True, slots=True)
class Round:
    """What one round sends, how many at once, and from which database."""

    messages: int
    in_flight: int
    seconds: float  # at most
    database: str | None = None


Run = Callable[[str, Round], Awaitable[Mapping[str, float]]]


def chats(work: Round) -> Iterator[int]:
    """The chats of a round, a message each."""
    return iter(range(FIRST_CHAT, FIRST_CHAT + work.messages))


async def timed(work: Round, send: Callable[[int], Awaitable[object]]) -> Mapping[str, float]:
    """Send to every chat, so many at once as the round says."""
    waiting = chats(work)

    async def sender() -> None:
        for chat_id in waiting:
            await send(chat_id)

    begun = time.perf_counter()
    await asyncio.gather(*(sender() for _ in range(work.in_flight)))
    return {"seconds": time.perf_counter() - begun}


async def _measure(run: Run, url: str, work: Round) -> Mapping[str, object]:
    before, _ = memory_mb()
    try:
        async with asyncio.timeout(work.seconds):
            figures = await run(url, work)
    except TimeoutError:
        return {"fault": f"not done within {work.seconds:.0f} s"}
    except Exception as error:  # noqa: BLE001 - told by the process that asked
        return {"fault": f"{type(error).__name__}: {error}"}
    return {**figures, "before_mb": before, "peak_mb": memory_mb()[1]}


def main(where: str, url: str, core: str) -> None:
    """Run rounds until the standard input is closed."""
    pin(core)
    # An installation has none of these: tools for development bring them, and httpx and Babel load
    # them where they are there.
    for not_ours in ("click", "pytz"):
        sys.modules[not_ours] = None  # type: ignore[assignment]
    module, _, name = where.partition(":")
    run: Run = getattr(importlib.import_module(f"tests.bench.{module}"), name)
    gc.freeze()  # as `dondoc run` does; nobody is slowed down by what others imported
    for line in sys.stdin:
        figures = asyncio.run(_measure(run, url, Round(**json.loads(line))))
        sys.stdout.write(json.dumps(figures) + "\n")
        sys.stdout.flush()


def as_line(work: Round) -> str:
    """A round as `main` reads it."""
    return json.dumps(asdict(work)) + "\n"


if __name__ == "__main__":
    main(*sys.argv[1:])
