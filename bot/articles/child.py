"""The process in which pages are read: `python -m bot.articles.child`, started by `reading`.

For each page it takes a line of JSON and then the bytes from standard input, and answers with a
line of JSON. It knows no setting and no secret, opens no file, and ends with its input.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import datetime
from typing import Any, BinaryIO, Final
from zoneinfo import ZoneInfo

from bot.articles.metadata import read_page
from bot.codec import encode

_MEMORY: Final = 512 * 1024 * 1024  # bytes of address space


def main() -> None:
    """Read pages until there is none any more."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pages = sys.stdin.buffer
    while line := pages.readline():
        answer = _answer(json.loads(line), pages)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _answer(asked: dict[str, Any], pages: BinaryIO) -> dict[str, Any]:
    page = read_page(
        pages.read(asked["length"]),
        url=asked["url"],
        content_type=asked["content_type"],
        now=datetime.fromisoformat(asked["now"]),
        zone=ZoneInfo(asked["zone"]),
    )
    return {"page": encode(page)}


if __name__ == "__main__":
    main()
