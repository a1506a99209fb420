"""`dondoc letter`: what the parser understood of a letter, for people or as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from bot.commands.console import Fault, say
from bot.errors import BotError
from bot.letters.letter import Letter, Secrecy, Urgency, as_json
from bot.letters.marks import refuse_secret
from bot.letters.parser import parse_letter
from bot.letters.text import MAX_BYTES, decode
from bot.texts import texts

_WIDTH = 12


def read(file: str, *, as_json: bool) -> int:
    """Print what is understood of the letter in `file` ("-" is standard input)."""
    try:
        letter = parse_letter(decode(_content(file)))
        refuse_secret(letter)
    except BotError as error:
        raise Fault(f"{file}: {texts('en')(error.key, **error.parameters)}") from None
    say(_json(letter) if as_json else "\n".join(_lines(letter)))
    return 0


def _content(file: str) -> bytes:
    """The bytes, at most one more than a letter may have."""
    try:
        if file == "-":
            return sys.stdin.buffer.read(MAX_BYTES + 1)
        with Path(file).open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise Fault(f"{file}: there is no such file") from None
    except IsADirectoryError:
        raise Fault(f"{file}: this is a directory; name the letter's file") from None
    except OSError as error:
        raise Fault(f"{file}: cannot be read ({error.strerror})") from None


def _json(letter: Letter) -> str:
    return json.dumps(as_json(letter), ensure_ascii=False, indent=2)


def _lines(letter: Letter) -> Iterator[str]:
    month = letter.issued_month
    blank_day = f"unknown day of {month[0]:04}-{month[1]:02}" if month else None
    yield _line("Issuer", letter.issuer)
    yield _line("Kind", letter.kind)
    yield _line("Number", letter.number)
    yield _line("Symbol", letter.symbol)
    yield _line("Place", letter.place)
    yield _line("Issued on", letter.issued_on.isoformat() if letter.issued_on else blank_day)
    yield _line("Subject", letter.subject)
    if letter.urgency is not Urgency.NONE:
        yield _line("Urgency", letter.urgency.value.replace("_", " "))
    yield from _list("Addressees", letter.addressees)
    yield from _list("References", [str(found) for found in letter.references])
    yield from _list("Tasks", [task.text for task in letter.tasks], numbered=True)
    signatory = letter.signatory
    if signatory is None:
        yield _line("Signatory", None)
    else:
        parts = (signatory.authority, signatory.title, signatory.name)
        yield _line("Signatory", ", ".join(part for part in parts if part))
