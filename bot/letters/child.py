"""The process in which a letter is read: `python -m bot.letters.child`, started by `reading`.

It takes one line of JSON and the file from standard input and answers with one line of JSON. It
limits itself before it looks at the file, knows no setting and no secret, and writes to nothing but
the empty directory it was started in.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from typing import Any

from bot.codec import encode
from bot.errors import BotError
from bot.letters.document import document_of
from bot.letters.limits import (
    CPU_SECONDS,
    MEMORY,
    PROGRAMS_MEMORY,
    WALL_SECONDS,
    WRITTEN,
)
from bot.letters.text import accept


def main() -> None:
    """Read one letter and tell what was understood, why not, or which error nobody expected."""
    _limit()
    request = json.loads(sys.stdin.buffer.readline())
    try:
        answer = _answer(sys.stdin.buffer.read(), request)
    except BotError as error:
        answer = {"refused": error.key, "parameters": error.parameters}
    except (MemoryError, RecursionError):
        answer = {"refused": "letter.too_heavy", "parameters": {}}
    except Exception as error:
        # The message may quote the letter; the kind of error does not.
        answer = {"failed": type(error).__name__}
    sys.stdout.write(json.dumps(answer))


def _answer(data: bytes, request: dict[str, Any]) -> dict[str, Any]:
    from bot.letters.forms import read_document
    from bot.letters.marks import refuse_secret
    from bot.letters.parser import parse_document

    if request["pasted"]:
        document = document_of(accept(data.decode("utf-8")))
    else:
        document = read_document(data, name=request["name"])
    refuse_secret(document)
    return {"letter": encode(parse_document(document))}


def _limit() -> None:
    signal.alarm(WALL_SECONDS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, PROGRAMS_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN, WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
