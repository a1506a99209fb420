"""Has a file read by a process of its own that can be killed: a bomb takes nothing with it."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import bot
from bot.actions.link_rows import LinkRow, from_json
from bot.actions.unit_headings import Row, rows_of
from bot.errors import InvalidInput
from bot.tables import link_reading, reading

_SECONDS: Final = 60.0
_ROOT: Final = Path(bot.__file__).parents[1]


async def read_rows(content: bytes, *, name: str) -> list[Row]:
    """What `reading.read_rows` finds; InvalidInput too when it dies of the file."""
    return rows_of(await _answer(reading.__name__, content, name=name, forms=reading.FORMS))


async def read_links(content: bytes, *, name: str) -> list[LinkRow]:
    """What `link_reading.read_links` finds, in the same way."""
    forms = link_reading.FORMS
    return from_json(await _answer(link_reading.__name__, content, name=name, forms=forms))


async def _answer(program: str, content: bytes, *, name: str, forms: Sequence[str]) -> Any:
    if len(content) > reading.MAX_BYTES:
        raise InvalidInput("table.too_large", most=reading.MAX_BYTES // 1024 // 1024)
    form = name.lower().rpartition(".")[2]
    if form not in forms:
        raise InvalidInput("table.form")
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        program,
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
    return answer["rows"]
