"""`dondoc letter`: what is understood of a letter and where it was found, for people or as JSON."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.actions.letters import MAX_FILE_BYTES
from bot.clock import system_clock
from bot.codec import encode
from bot.commands.console import Fault, say
from bot.errors import BotError
from bot.letters import letter as letters
from bot.letters.deadline import Deadline
from bot.letters.deadlines import find_deadlines
from bot.letters.letter import Letter
from bot.letters.reading import ReadingFailed, read_file
from bot.texts import texts
from scheduler.calendar import WorkingCalendar

_UNKNOWN = "(not found)"
_CALENDAR = WorkingCalendar(ZoneInfo("Asia/Ho_Chi_Minh"))


def read(file: str, *, as_json: bool) -> int:
    """Print what is understood of the letter in `file` ("-" is standard input)."""
    try:
        letter = asyncio.run(read_file(_content(file), name=None if file == "-" else file))
    except BotError as error:
        raise Fault(f"{file}: {texts('en')(error.key, **error.parameters)}") from None
    except ReadingFailed as error:
        raise Fault(f"{file}: reading it met an unexpected error ({error})") from None
    if as_json:
        say(json.dumps(_json(letter), ensure_ascii=False, indent=2))
    else:
        say("\n".join(_lines(letter)))
    return 0


def _content(file: str) -> bytes:
    """The bytes, at most one more than a letter may have."""
    try:
        if file == "-":
            content = sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
        else:
            with Path(file).open("rb") as stream:
                content = stream.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        raise Fault(f"{file}: there is no such file") from None
    except IsADirectoryError:
        raise Fault(f"{file}: this is a directory; name the letter's file") from None
    except OSError as error:
        raise Fault(f"{file}: cannot be read ({error.strerror})") from None
    if len(content) > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES // 1024 // 1024
        raise Fault(f"{file}: {texts('en')('letter.too_big', most=limit)}")
    return content


def _deadlines(letter: Letter, text: str | None) -> tuple[Deadline, ...]:
    """Those in a part of it, counted from the letter's day or, if that is blank, from today."""
    issued_on = letter.issued_on
    if issued_on is None and letter.issued_month is not None:
        issued_on = date(*letter.issued_month, 1)
    today = _CALENDAR.local_date(system_clock())
    return find_deadlines(text or "", issued_on=issued_on or today, calendar=_CALENDAR)


def _json(letter: Letter) -> dict[str, object]:
    """The letter's own keys, with the deadlines of each task and of the closing beside them."""
    return {
        **letters.as_json(letter),
        "deadlines": {
            **{
                f"tasks.{task.number}": [encode(found) for found in _deadlines(letter, task.text)]
                for task in letter.tasks
            },
            "closing": [encode(found) for found in _deadlines(letter, letter.closing)],
        },
    }


def _lines(letter: Letter) -> Iterator[str]:
    """The same in lines; the names of the parts are those of the JSON keys."""
    signatory = letter.signatory
    signed = (signatory.authority, signatory.title, signatory.name) if signatory else ()
    for name, value in (
        ("Superior", letter.superior),
        ("Issuer", letter.issuer),
        ("Kind", letter.kind),
        ("Number", letter.number),
        ("Symbol", letter.symbol),
        ("Place", letter.place),
        ("Issued on", _day(letter)),
        ("Subject", letter.subject),
        ("Urgency", letter.urgency.replace("_", " ")),
    ):
        yield f"{name + ':':<12}{value or _UNKNOWN}{_where(letter, name.lower().replace(' ', '_'))}"
    yield from _parts("Addressees", _listed(letter, "addressees", letter.addressees))
    yield from _parts("Bases", _listed(letter, "bases", letter.bases))
    yield from _tasks(letter)
    yield from _parts("Closing", (each.text for each in letter.assignments))
    yield from _parts("References", _listed(letter, "references", letter.references))
    yield from _parts("Recipients", _listed(letter, "recipients", letter.recipients))
    shown = ", ".join(part for part in signed if part) or _UNKNOWN
    yield f"{'Signatory:':<12}{shown}{_where(letter, 'signatory')}"


def _tasks(letter: Letter) -> Iterator[str]:
    lines: list[str] = []
    for task in letter.tasks:
        lines.append(f"{task.number}. {task.text}{_where(letter, 'tasks', task.number)}")
        lines += [f"   → {_told(found)}" for found in _deadlines(letter, task.text)]
    yield f"{'Tasks:':<12}{len(letter.tasks) or _UNKNOWN}"
    for line in lines:
        yield f"  {line}"


def _told(deadline: Deadline) -> str:
    """The words, and the moment work is late by the clocks of Vietnam."""
    warnings = "".join(f" ({each.value.replace('_', ' ')})" for each in deadline.warnings)
    late = deadline.late_from and deadline.late_from.astimezone(_CALENDAR.zone)
    moment = f": late from {late:%Y-%m-%d %H:%M}" if late else f": {deadline.kind.value}"
    return f'"{deadline.quote}"{moment}{warnings}'


def _where(letter: Letter, part: str, number: int | None = None) -> str:
    """`  [page 1, lines 7-8, sure]`."""
    place = letter.where(part, number) or letter.where(part.replace("issued_on", "issued_month"))
    if place is None:
        return ""
    page = f"page {place.page}, " if place.page else ""
    lines = f"line {place.line}" if place.last_line == place.line else (
        f"lines {place.line}-{place.last_line}"
    )  # fmt: skip
    return f"  [{page}{lines}, {place.sureness.value}]"


def _day(letter: Letter) -> str | None:
    if letter.issued_on is None and letter.issued_month is not None:
        year, month = letter.issued_month
        return f"{year:04}-{month:02}, the day is blank"
    return letter.issued_on.isoformat() if letter.issued_on else None


def _listed(letter: Letter, part: str, entries: Iterable[object]) -> Iterator[str]:
    for number, entry in enumerate(entries, start=1):
        yield f"- {entry}{_where(letter, part, number)}"


def _parts(name: str, lines: Iterable[str]) -> Iterator[str]:
    found = list(lines)
    yield f"{name + ':':<12}{len(found) or _UNKNOWN}"
    for line in found:
        yield f"  {line}"
