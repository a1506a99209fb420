"""Fetching a file that somebody sent, for the workers that read files."""

from __future__ import annotations

from bot.delivery.failures import (
    BotApi,
    DownloadReason,
    DownloadRefused,
    Trouble,
    Unknown,
)
from bot.delivery.retry import Accepted, Failed, Scope, classify


async def fetch(telegram: BotApi, file_id: str, *, limit: int, read_timeout: float) -> bytes:
    """The file's content, at most `limit` bytes.

    Raises DownloadRefused when it will not come however often it is asked for, TransportError when
    it may come later.
    """
    answer = await telegram.call("getFile", {"file_id": file_id}, read_timeout=read_timeout)
    match classify(answer, scope=Scope.BOT):
        case Accepted(result={"file_path": str(path)}):
            return await telegram.download(path, limit=limit)
        case Failed():
            raise DownloadRefused(DownloadReason.NOT_FOUND)
        case _:
            raise Unknown(Trouble.NOT_TELEGRAM, "getFile")
