"""`dondoc letter`: what the parser understood of a letter, for people or as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.commands.console import Fault, say
from bot.errors import BotError
from bot.letters import letter as letters
from bot.letters.letter import Letter
from bot.letters.marks import refuse_secret
from bot.letters.parser import parse_letter
from bot.letters.text import MAX_BYTES, decode
from bot.texts import texts

_UNKNOWN = "(not found)"


def read(file: str, *, as_json: bool) -> int:
    """Print what is understood of the letter in `file` ("-" is standard input)."""
    try:
        letter = parse_letter(decode(_content(file)))
        refuse_secret(letter)
    except BotError as error:
        raise Fault(f"{file}: {texts('en')(error.key, **error.parameters)}") from None
    if as_json:
        say(json.dumps(letters.as_json(letter), ensure_ascii=False, indent=2))
    else:
        say("\n".join(_lines(letter)))
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


def _lines(letter: Letter) -> Iterator[str]:
    """The same in lines; the names of the parts are those of the JSON keys."""
    signatory = letter.signatory
    signed = (signatory.authority, signatory.title, signatory.name) if signatory else ()
    yield from _part("Issuer", letter.issuer)
    yield from _part("Kind", letter.kind)
    yield from _part("Number", letter.number)
    yield from _part("Symbol", letter.symbol)
    yield from _part("Place", letter.place)
    yield from _part("Issued on", _day(letter))
    yield from _part("Subject", letter.subject)
    yield from _part("Urgency", letter.urgency.replace("_", " "))
    yield from _parts("Addressees", (f"- {line}" for line in letter.addressees))
    yield from _parts("Tasks", (f"{task.number}. {task.text}" for task in letter.tasks))
    yield from _parts("References", (f"- {found}" for found in letter.references))
    yield from _part("Signatory", ", ".join(part for part in signed if part))


def _day(letter: Letter) -> str | None:
    if letter.issued_on is None and letter.issued_month is not None:
        year, month = letter.issued_month
        return f"{year:04}-{month:02}, the day is blank"
    return letter.issued_on.isoformat() if letter.issued_on else None


def _part(name: str, value: str | None) -> Iterator[str]:
    yield f"{name + ':':<12}{value or _UNKNOWN}"


def _parts(name: str, lines: Iterable[str]) -> Iterator[str]:
    found = list(lines)
    yield f"{name + ':':<12}{len(found) or _UNKNOWN}"
    for line in found:
        yield f"  {line}"
