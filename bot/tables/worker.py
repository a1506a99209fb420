"""Downloads and reads tables that staff sent, one at a time, works out what they would change and
shows it; forgets those that nobody wanted. What is done with them is decided in `table_imports`;
tables of links are read in `link_files`."""

from __future__ import annotations

import asyncio
import logging

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import replies
from bot.actions import table_imports as actions
from bot.actions.letters import retry_import_at
from bot.actions.unit_headings import Row, rows_of
from bot.actions.unit_table import read_units
from bot.delivery.downloads import fetch
from bot.delivery.failures import BotApi, DownloadRefused, TransportError
from bot.domain.states import ImportState
from bot.errors import BotError, InvalidInput
from bot.runtime import Runtime, Wake, wake_after_commit
from bot.storage import table_imports
from bot.storage.engine import is_trouble
from bot.storage.tables import TableImport
from bot.tables import child
from bot.tables.link_files import LinkFilesReader
from bot.tables.reading import MAX_BYTES

_log = logging.getLogger(__name__)

_IDLE_SECONDS = 5.0
_MAX_TRIES = 8


class TablesWorker:
    """The loop that turns files into tables of units, and those with links into links."""

    def __init__(self, rt: Runtime, telegram: BotApi) -> None:
        self._rt = rt
        self._telegram = telegram
        self._links = LinkFilesReader(rt, telegram)

    async def run(self, stop: asyncio.Event) -> None:
        """Read tables until told to stop."""
        while not stop.is_set():
            try:
                busy = await self.do_one()
            except Exception:
                _log.exception("tables_failed")
                busy = False
            if not busy:
                await self._rt.signals.wait(Wake.TABLES, _IDLE_SECONDS)

    async def do_one(self) -> bool:
        """Read the table that has waited longest; False if none waits."""
        async with self._rt.read() as session:
            due = await table_imports.next_due(session, now=self._rt.now())
        if due is None:
            return await self._links.do_one()
        if due.state is ImportState.OPEN:
            await self._forget(due)
            return True
        try:
            await self._read(due)
        except TransportError as error:
            await self._later(due, str(error.trouble), refusal="table.not_downloaded")
        except BotError as error:
            await self._refuse(due, error)
        except Exception as error:
            if is_trouble(error):
                raise
            _log.exception("table_failed", extra={"table_import": due.id})
            await self._later(due, type(error).__name__, refusal="table.not_read")
        return True

    async def _read(self, due: TableImport) -> None:
        headings = actions.chosen_headings(due)
        rows = rows_of(due.rows) if headings else await self._rows(due)
        table = await asyncio.to_thread(read_units, rows, headings)
        async with self._rt.read() as session:
            examined = await actions.examine(session, table)
        async with self._rt.write() as session:
            row = await self._still_due(session, due)
            if row is not None:
                new = None if headings else rows
                await actions.fill(session, row, examined, rows=new, now=self._rt.now())

    async def _rows(self, due: TableImport) -> list[Row]:
        try:
            content = await fetch(
                self._telegram,
                due.file_id,
                limit=MAX_BYTES,
                read_timeout=self._rt.config.telegram.read_timeout_seconds,
            )
        except DownloadRefused:
            raise InvalidInput("table.not_downloaded") from None
        return await child.read_rows(content, name=due.file_name or "")

    async def _forget(self, due: TableImport) -> None:
        async with self._rt.write() as session:
            row = await self._still_due(session, due)
            if row is not None:
                await actions.forget(session, row, now=self._rt.now())

    async def _refuse(self, due: TableImport, error: BotError) -> None:
        now = self._rt.now()
        async with self._rt.write() as session:
            row = await self._still_due(session, due)
            if row is None:
                return
            await actions.forget(session, row, now=now)
            await replies.refusal(
                session, row.chat_id, error, now=now, reply_to=row.source_message_id
            )

    async def _later(self, due: TableImport, reason: str, *, refusal: str) -> None:
        _log.warning("table_waits", extra={"table_import": due.id, "reason": reason})
        if due.import_tries + 1 >= _MAX_TRIES:
            await self._refuse(due, InvalidInput(refusal))
            return
        async with self._rt.write() as session:
            row = await self._still_due(session, due)
            if row is not None:
                row.import_tries += 1
                row.import_due_at = retry_import_at(row.import_tries, now=self._rt.now())
                wake_after_commit(session, Wake.TABLES)

    async def _still_due(self, session: AsyncSession, due: TableImport) -> TableImport | None:
        """The row, unless somebody has changed or ended it meanwhile."""
        row = await table_imports.get(session, due.id)
        same = row is not None and (row.state, row.import_due_at) == (due.state, due.import_due_at)
        return row if same else None
