"""From the text of an official letter to a `Letter`: where each part begins, and who reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.domain.folding import normalise
from bot.errors import InvalidInput
from bot.letters.body import read_body, starts_item
from bot.letters.header import (
    ABOUT,
    DATE_LINE,
    NUMBER_LINE,
    STARTS_BODY,
    heading_kind,
    read_header,
)
from bot.letters.letter import Letter
from bot.letters.marks import find_secrecy, find_urgency
from bot.letters.references import find_references
from bot.letters.signature import foot_start, read_foot
from bot.letters.text import accept

_ADDRESSED = re.compile(r"^Kính g[ửở]i ?:? ?", re.IGNORECASE)
_BULLET = re.compile(r"^[-+•*] ?")
_MARKUP = re.compile(r"^[*_#>]+ ?|[*_]+$")
PARAGRAPH: Final = 100  # characters: a line this long is no addressee's second line, no head


@dataclass(frozen=True, slots=True)
class _Parts:
    """The lines of a letter, taken apart."""

    header: list[str]
    addressees: list[str]
    body: list[str]
    foot: list[str]


def parse_letter(text: str) -> Letter:
    """Read the text of a letter; what it does not say stays None or empty.

    Raises InvalidInput for a text that is no letter, and as `bot.letters.text.accept` does. A
    letter with a secrecy mark is read: `bot.letters.marks.refuse_secret` is the caller's next step.
    """
    text = accept(text)
    lines = [_MARKUP.sub("", line) for line in normalise(text).split("\n")]
    parts = _take_apart(lines)
    header = read_header(parts.header)
    body = read_body(parts.body)
    foot = read_foot(parts.foot)
    letter = Letter(
        body=text,
        issuer=header.issuer,
        kind=header.kind,
        number=header.number,
        symbol=header.symbol,
        place=header.place,
        issued_on=header.issued_on,
        issued_month=header.issued_month,
        subject=header.subject,
        addressees=tuple(parts.addressees),
        references=find_references("\n".join([header.subject or "", *parts.body])),
        tasks=body.tasks,
        closing=body.closing,
        recipients=foot.recipients,
        signatory=foot.signatory,
        urgency=find_urgency(lines),
        secrecy=find_secrecy(lines),
    )
    if letter.secrecy is None and not _is_letter(letter):
        raise InvalidInput("letter.not_a_letter")
    return letter


def _is_letter(letter: Letter) -> bool:
    """One list of things to do is not enough of a letter unless it has several."""
    named = letter.number or letter.symbol or letter.subject or letter.addressees
    return bool(named) or len(letter.tasks) > 1


def _take_apart(lines: list[str]) -> _Parts:
    """Head, addressees, body, foot: each begins where its first line is recognised."""
    addressed = next((at for at, line in enumerate(lines) if _ADDRESSED.match(line)), None)
    if addressed is None:
        head = start = _body_start(lines)
        addressees: list[str] = []
    else:
        head = addressed
        addressees, start = _read_addressees(lines, addressed)
    end = foot_start(lines, start)
    return _Parts(lines[:head], addressees, lines[start:end], lines[end:])


def _body_start(lines: list[str]) -> int:
    """The first line that is no part of a head, for letters that address nobody."""
    below_heading = False
    for index, line in enumerate(lines):
        if not line:
            continue
        if not (ABOUT.match(line) or DATE_LINE.match(line) or NUMBER_LINE.search(line)):
            long = len(line) > PARAGRAPH and not below_heading
            if long or STARTS_BODY.match(line) or starts_item(line):
                return index
        below_heading = heading_kind(line) is not None
    return len(lines)


def _read_addressees(lines: list[str], index: int) -> tuple[list[str], int]:
    """The addressees from the line `Kính gửi` on, and the index of the first line behind them."""
    entries: list[str] = []
    gap = False
    rest = _ADDRESSED.sub("", lines[index])
    for at, line in enumerate([rest, *lines[index + 1 :]], start=index):
        if not line:
            gap = True
            continue
        if entries and _ends_addressees(entries[-1], line, gap=gap):
            return _cleaned(entries), at
        bullet = _BULLET.match(line)
        if not entries or bullet or entries[-1].endswith(";"):
            entries.append(_BULLET.sub("", line))
        else:
            entries[-1] += f" {line}"
        gap = False
    return _cleaned(entries), len(lines)


def _ends_addressees(last: str, line: str, *, gap: bool) -> bool:
    """Whether `line` is the body's already. A bullet goes on; so does a line below `…;`."""
    if STARTS_BODY.match(line):
        return True
    if _BULLET.match(line) or last.endswith(";"):
        return False
    return gap or last.endswith(".") or len(line) > PARAGRAPH


def _cleaned(entries: list[str]) -> list[str]:
    """One addressee each: those on one line are parted by semicolons."""
    parts = (part.strip(" .;,") for entry in entries for part in entry.split(";"))
    return [part for part in parts if part]
