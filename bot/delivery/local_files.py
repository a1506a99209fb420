"""Files that the office's own Bot API server, run with --local, has put on a disk we share with it.

Such a server names a file by its absolute path and does not serve it over HTTP. A path is a
server's word: only ordinary files inside the one configured directory are read.
"""

from pathlib import Path

from bot.delivery.failures import DownloadReason, DownloadRefused


def read(named: str, *, directory: Path, limit: int) -> bytes:
    """The file, at most `limit` bytes; DownloadRefused if it is not there, or not for us."""
    try:
        file = Path(named).resolve(strict=True)
        if file.is_relative_to(directory.resolve(strict=True)) and file.is_file():
            with file.open("rb") as opened:
                content = opened.read(limit + 1)
        else:
            content = None
    except (OSError, ValueError):  # not there, not readable, or no path at all
        content = None
    # Raised out here: the errors above hold the path, and the path holds the token.
    if content is None:
        raise DownloadRefused(DownloadReason.NOT_FOUND)
    if len(content) > limit:
        raise DownloadRefused(DownloadReason.TOO_LARGE)
    return content
