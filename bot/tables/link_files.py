"""Downloads and reads tables of links that people sent, one at a time, as a step of the tables'
loop. What is done with them is decided in `actions.link_files`."""

from __future__ import annotations

import logging
from zoneinfo import ZoneInfo

from bot.actions import link_files as actions
from bot.actions.letters import retry_import_at
from bot.actions.link_files import Setting
from bot.actions.link_rows import LinkRow
from bot.delivery.downloads import fetch
from bot.delivery.failures import BotApi, DownloadRefused, TransportError
from bot.errors import BotError, InvalidInput
from bot.runtime import Runtime, Wake, wake_after_commit
from bot.storage import link_files
from bot.storage.engine import is_trouble
from bot.storage.tables import LinkFile
from bot.tables import child
from bot.tables.reading import MAX_BYTES

_log = logging.getLogger(__name__)

_MAX_TRIES = 8


class LinkFilesReader:
    """Turns files into submitted links."""

    def __init__(self, rt: Runtime, telegram: BotApi) -> None:
        self._rt = rt
        self._telegram = telegram
        office = rt.config.office
        self._setting = Setting(ZoneInfo(office.zone), office.name)

    async def do_one(self) -> bool:
        """Read the file that has waited longest; False if none waits."""
        async with self._rt.read() as session:
            due = await link_files.next_due(session, now=self._rt.now())
        if due is None:
            return False
        try:
            await self._take(due, await self._rows(due))
        except TransportError as error:
            await self._later(due, str(error.trouble), refusal="table.not_downloaded")
        except BotError as error:
            await self._give_up(due, error)
        except Exception as error:
            if is_trouble(error):
                raise
            _log.exception("link_file_failed", extra={"link_file": due.id})
            await self._later(due, type(error).__name__, refusal="table.not_read")
        return True

    async def _rows(self, due: LinkFile) -> list[LinkRow]:
        try:
            content = await fetch(
                self._telegram,
                due.file_id,
                limit=MAX_BYTES,
                read_timeout=self._rt.config.telegram.read_timeout_seconds,
            )
        except DownloadRefused:
            raise InvalidInput("table.not_downloaded") from None
        return await child.read_links(content, name=due.file_name)

    async def _take(self, due: LinkFile, rows: list[LinkRow]) -> None:
        async with self._rt.write() as session:
            row = await link_files.get(session, due.id)
            if row is not None:
                await actions.take(session, row, rows, setting=self._setting, now=self._rt.now())

    async def _give_up(self, due: LinkFile, error: BotError) -> None:
        async with self._rt.write() as session:
            row = await link_files.get(session, due.id)
            if row is not None:
                await actions.give_up(
                    session, row, error, setting=self._setting, now=self._rt.now()
                )

    async def _later(self, due: LinkFile, reason: str, *, refusal: str) -> None:
        _log.warning("link_file_waits", extra={"link_file": due.id, "reason": reason})
        if due.tries + 1 >= _MAX_TRIES:
            await self._give_up(due, InvalidInput(refusal))
            return
        async with self._rt.write() as session:
            row = await link_files.get(session, due.id)
            if row is not None:
                row.tries += 1
                row.read_due_at = retry_import_at(row.tries, now=self._rt.now())
                wake_after_commit(session, Wake.TABLES)
