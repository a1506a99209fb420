"""Reading a letter in a process of its own, which is killed when it takes too long.

The file goes to the process and a `Letter` comes back; files of others are never opened here.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import bot
from bot.codec import decode
from bot.errors import InvalidInput
from bot.letters.letter import Letter
from bot.letters.limits import ANSWER, WALL_SECONDS

_ROOT = str(Path(bot.__file__).parents[1])
# What the process may know of where it runs: no setting of ours, no secret.
_PASSED = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT")


class ReadingFailed(Exception):
    """The process met an error nobody expected; its kind is the message."""


async def read_file(data: bytes, *, name: str | None) -> Letter:
    """The letter in a file's bytes; `name` is what its sender calls it.

    Raises InvalidInput for what cannot be used, also for a file that costs more than a letter may.
    """
    return await _read(data, {"pasted": False, "name": name})


async def read_pasted(text: str) -> Letter:
    """The letter in a pasted text; raises InvalidInput as `read_file` does."""
    return await _read(text.encode("utf-8", errors="replace"), {"pasted": True})


async def _read(data: bytes, request: dict[str, Any]) -> Letter:
    with TemporaryDirectory(prefix="dondoc-letter-", ignore_cleanup_errors=True) as directory:
        answer, code = await _ask(json.dumps(request).encode() + b"\n" + data, directory)
    if code != 0 or len(answer) > ANSWER:
        # Killed for its time, by a limit or by what the file did to a reader.
        raise InvalidInput("letter.too_heavy")
    try:
        told = json.loads(answer)
        if "letter" in told:
            return decode(Letter, told["letter"])
    except (TypeError, ValueError):
        raise ReadingFailed("answer") from None
    match told:
        case {"refused": str(key), "parameters": dict(parameters)}:
            raise InvalidInput(key, **parameters)
        case {"failed": str(kind)}:
            raise ReadingFailed(kind)
    raise ReadingFailed("answer")


async def _ask(request: bytes, directory: str) -> tuple[bytes, int]:
    """What the process answers, and the code it ends with; whatever it started ends with it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "bot.letters.child",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=directory,
        env=_environment(directory),
        start_new_session=True,
    )  # fmt: skip
    try:
        async with asyncio.timeout(WALL_SECONDS):
            answer, _ = await process.communicate(request)
    except TimeoutError:
        answer = b""
    finally:
        _kill_all(process.pid)
        code = await process.wait()
    return answer, code


def _environment(directory: str) -> dict[str, str]:
    passed = {name: os.environ[name] for name in _PASSED if name in os.environ}
    return {**passed, "PYTHONPATH": _ROOT, "PYTHONUTF8": "1", "TMPDIR": directory}


def _kill_all(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass  # it has ended, and so has all it started
