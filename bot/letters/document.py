"""What a file shows, whatever its form: lines of text in reading order, each with its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from bot.errors import InvalidInput

MAX_LINES: Final = 20_000


class Origin(StrEnum):
    """Where on the paper a line stands."""

    TEXT = "text"
    STAMP = "stamp"  # a text box or annotation laid over the page
    MARGIN = "margin"  # repeated above or below every page


@dataclass(frozen=True, slots=True)
class Line:
    """One line, in .docx a paragraph; lines count from 1 on their page, if the form has pages."""

    text: str
    number: int
    page: int | None = None
    origin: Origin = Origin.TEXT


@dataclass(frozen=True, slots=True)
class Document:
    """All lines of a file."""

    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """What it says, without stamps and margins."""
        return "\n".join(line.text for line in self.lines if line.origin is Origin.TEXT)


def document_of(text: str) -> Document:
    """A plain text as a document."""
    return numbered((line, None, Origin.TEXT) for line in text.split("\n"))


def numbered(lines: Iterable[tuple[str, int | None, Origin]]) -> Document:
    """A document of lines given by text, page and origin; lines are counted on every page.

    InvalidInput for more lines than any letter has.
    """
    found: list[Line] = []
    for text, page, origin in lines:
        if len(found) == MAX_LINES:
            raise InvalidInput("letter.bomb")
        begins = not found or found[-1].page != page
        found.append(Line(text, 1 if begins else found[-1].number + 1, page, origin))
    return Document(tuple(found))


def single_spaced(lines: list[Line]) -> list[Line]:
    """Without the empty line that a double spaced text has behind every line.

    Where an empty line was meant, such a text has three.
    """
    blank = [not line.text.strip() for line in lines]
    if not lines or any(not first and not second for first, second in pairwise(blank)):
        return lines
    if not any(all(blank[at : at + 3]) for at in range(len(lines) - 3)):
        return lines
    kept: list[Line] = []
    run = 0
    for line, is_blank in zip(lines, blank, strict=True):
        run = run + 1 if is_blank else 0
        if not is_blank or run == 2:
            kept.append(line)
    return kept
