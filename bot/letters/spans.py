"""Lines of text that remember where they stood, while they are joined and taken apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """From one line to another, by their index; both belong to it."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words and the lines they come from."""

    text: str
    span: Span

    def with_text(self, text: str) -> Piece:
        """Other words from the same lines."""
        return Piece(text, self.span)

    def joined(self, other: Piece, *, by: str = " ") -> Piece:
        """With the words of a later piece behind its own."""
        return Piece(f"{self.text}{by}{other.text}", Span(self.span.first, other.span.last))


def pieces(lines: Iterable[str]) -> list[Piece]:
    """Every line as a piece of its own."""
    return [Piece(line, Span(index, index)) for index, line in enumerate(lines)]


def join(parts: Iterable[Piece], *, by: str = " ") -> Piece | None:
    """All pieces as one; None if there are none."""
    whole: Piece | None = None
    for part in parts:
        whole = part if whole is None else whole.joined(part, by=by)
    return whole
