"""Has a file read by a process of its own that can be killed: a bomb takes nothing with it."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Final

import bot
from bot.actions.unit_headings import Row, rows_of
from bot.errors import InvalidInput
from bot.tables import reading

_SECONDS: Final = 60.0
_ROOT: Final = Path(bot.__file__).parents[1]


async def read_rows(content: bytes, *, name: str) -> list[Row]:
    """What `reading.read_rows` finds; InvalidInput too when it dies of the file."""
    if len(content) > reading.MAX_BYTES:
        raise InvalidInput("table.too_large", most=reading.MAX_BYTES // 1024 // 1024)
    form = name.lower().rpartition(".")[2]
    if form not in reading.FORMS:
        raise InvalidInput("table.form")
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        reading.__name__,
        Path("table").with_suffix(f".{form}").name,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd="/",
        # Nothing of ours: settings may stand in the environment, the token among them.
        env={"PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
    )
    try:
        async with asyncio.timeout(_SECONDS):
            written, _ = await child.communicate(content)
    except TimeoutError:
        raise InvalidInput("table.bomb") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode != 0:
        raise InvalidInput("table.bomb")
    answer = json.loads(written)
    if "refused" in answer:
        raise InvalidInput(answer["refused"], **answer["parameters"])
    return rows_of(answer["rows"])
