"""`dondoc updates`: what could not be handled, and handling it again. Nobody's words are shown."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.actions import inbox
from bot.clock import system_clock
from bot.commands.console import Fault, say
from bot.commands.opening import opened, settings
from bot.config import Config
from bot.errors import Conflict
from bot.storage import updates
from bot.storage.updates import Parked

ON_A_PAGE = 20


def show(path: Path, *, page: int, as_json: bool) -> int:
    """Print one page of what is parked, oldest first."""
    config = settings(path)
    count, found = asyncio.run(_load(config, page))
    if as_json:
        rows = [_row(each, config) for each in found]
        say(json.dumps({"parked": count, "page": page, "updates": rows}, ensure_ascii=False))
        return 0
    if not count:
        say("Nothing is parked.")
        return 0
    pages = -(-count // ON_A_PAGE)
    say(f"{count} parked, page {page} of {pages}; times are {config.office.zone}")
    for each in found:
        row = _row(each, config)
        say("{reference}\t{parked_at}\t{kind}\t{reason}\t{who}".format_map(row))
    return 0


async def _load(config: Config, page: int) -> tuple[int, list[Parked]]:
    async with opened(config) as database, database.read() as session:
        count = await updates.count_parked(session)
        offset = (page - 1) * ON_A_PAGE
        return count, await updates.parked(session, offset=offset, limit=ON_A_PAGE)


def _row(parked: Parked, config: Config) -> dict[str, Any]:
    zone = ZoneInfo(config.office.zone)
    at = parked.parked_at.astimezone(zone) if parked.parked_at else None
    return {
        "reference": parked.id,
        "parked_at": f"{at:%Y-%m-%d %H:%M}" if at else "",
        "kind": parked.kind.value,
        "reason": parked.reason,
        "who": parked.who or "",
    }


def replay(path: Path, *, references: Sequence[int]) -> int:
    """Let the bot handle these again, all that is parked if none are named; a running bot does so
    at once."""
    count = asyncio.run(_replay(settings(path), references))
    say(f"{count} to be handled again" if count else "Nothing is parked.")
    return 0


async def _replay(config: Config, references: Sequence[int]) -> int:
    async with opened(config) as database, database.write() as session:
        now = system_clock()
        if not references:
            return await inbox.replay_all(session, actor_id=None, now=now)
        for reference in references:
            try:
                await inbox.replay(session, reference, actor_id=None, now=now)
            except Conflict:
                raise Fault(f"{reference} is not parked; nothing was changed") from None
        return len(references)
