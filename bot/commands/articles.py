"""`dondoc articles recheck`: let the pages of submitted links be looked at again."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.clock import system_clock
from bot.commands.console import counted, say
from bot.commands.directives import by_number
from bot.commands.opening import opened, settings
from bot.config import Config
from bot.storage import pages


def recheck(path: Path, *, number: str | None, only_failed: bool) -> int:
    """Mark the pages of one directive's articles, or of all, as due; the running bot opens them."""
    found = asyncio.run(_ask(settings(path), number=number, only_failed=only_failed))
    say(f"{counted(found, 'page')} will be looked at by the running bot")
    return 0


async def _ask(config: Config, *, number: str | None, only_failed: bool) -> int:
    async with opened(config) as database, database.write() as session:
        directive = await by_number(session, number) if number is not None else None
        return await pages.ask_again(
            session,
            directive_id=directive.id if directive else None,
            only_failed=only_failed,
            now=system_clock(),
        )
