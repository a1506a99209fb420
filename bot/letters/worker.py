"""Downloads and reads letters that staff sent, one at a time, and shows the draft.

The only part of `bot.letters` that touches network or database; `reading` opens the files.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import letters as actions
from bot.actions import replies
from bot.delivery.downloads import fetch
from bot.delivery.failures import BotApi, DownloadRefused, TransportError
from bot.errors import BotError, InvalidInput
from bot.letters.letter import Letter
from bot.letters.marks import REFUSAL
from bot.letters.reading import read_file, read_pasted
from bot.runtime import Runtime, Wake, wake_after_commit
from bot.storage import drafts
from bot.storage.engine import is_trouble
from bot.storage.tables import Draft

_log = logging.getLogger(__name__)

_IDLE_SECONDS = 5.0
_MAX_TRIES = 8


class LettersWorker:
    """The loop that turns letters into drafts."""

    def __init__(self, rt: Runtime, telegram: BotApi) -> None:
        self._rt = rt
        self._telegram = telegram

    async def run(self, stop: asyncio.Event) -> None:
        """Read letters until told to stop."""
        while not stop.is_set():
            try:
                busy = await self.do_one()
            except Exception:
                _log.exception("letters_failed")
                busy = False
            if not busy:
                await self._rt.signals.wait(Wake.LETTERS, _IDLE_SECONDS)

    async def do_one(self) -> bool:
        """Read the letter that has waited longest; False if none waits."""
        async with self._rt.read() as session:
            draft = await drafts.next_to_read(session, now=self._rt.now())
        if draft is None:
            return False
        try:
            await self._fill(draft, await self._letter(draft))
        except TransportError as error:
            await self._later(draft, str(error.trouble))
        except BotError as error:
            await self._refuse(draft, error)
        except Exception as error:
            if is_trouble(error):
                raise
            _log.exception("letter_failed", extra={"draft": draft.id})
            await self._later(draft, type(error).__name__, refusal="letter.not_read")
        return True

    async def _letter(self, draft: Draft) -> Letter:
        """The letter: pasted, or downloaded."""
        if draft.file_id is None:
            return await read_pasted(draft.body)
        return await read_file(await self._content(draft.file_id), name=draft.file_name)

    async def _content(self, file_id: str) -> bytes:
        """The file's bytes; nothing of it touches the disk."""
        try:
            return await fetch(
                self._telegram,
                file_id,
                limit=actions.MAX_FILE_BYTES,
                read_timeout=self._rt.config.telegram.read_timeout_seconds,
            )
        except DownloadRefused:
            raise InvalidInput("letter.not_downloaded") from None

    async def _fill(self, draft: Draft, letter: Letter) -> None:
        async with self._rt.write() as session:
            row = await self._still_reading(session, draft)
            if row is not None:
                office = self._rt.config.office.name
                await actions.fill(session, row, letter, issuer=office, now=self._rt.now())

    async def _refuse(self, draft: Draft, error: BotError) -> None:
        now = self._rt.now()
        async with self._rt.write() as session:
            row = await self._still_reading(session, draft)
            if row is None:
                return
            if error.key == REFUSAL and row.source_message_id is not None:
                await actions.refuse_secret(
                    session, row.chat_id, row.source_message_id, person_id=row.author_id, now=now
                )
            actions.refuse(row, now=now)
            await replies.refusal(
                session, row.chat_id, error, now=now, reply_to=row.source_message_id
            )

    async def _later(
        self, draft: Draft, reason: str, *, refusal: str = "letter.not_downloaded"
    ) -> None:
        _log.warning("letter_waits", extra={"draft": draft.id, "reason": reason})
        if draft.import_tries + 1 >= _MAX_TRIES:
            await self._refuse(draft, InvalidInput(refusal))
            return
        now = self._rt.now()
        async with self._rt.write() as session:
            row = await self._still_reading(session, draft)
            if row is not None:
                row.import_tries += 1
                row.import_due_at = actions.retry_import_at(row.import_tries, now=now)
                wake_after_commit(session, Wake.LETTERS)

    async def _still_reading(self, session: AsyncSession, draft: Draft) -> Draft | None:
        """The row, unless somebody has read or dropped it meanwhile."""
        row = await drafts.get(session, draft.id)
        same = row is not None and _due(row) == _due(draft)
        return row if same else None


def _due(draft: Draft) -> datetime | None:
    return draft.import_due_at
