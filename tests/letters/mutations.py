"""What programs do to letters on their way, done by a rule, so that every run is the same."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Callable

_GLUED_EVERY = 23  # spaces: about four in a hundred
_WIDTH = 78


def nfd(text: str) -> str:
    """Accents set apart, as a Mac writes them."""
    return unicodedata.normalize("NFD", text)


def glued(text: str) -> str:
    """Some words run together."""
    seen = 0

    def glue(space: re.Match[str]) -> str:
        nonlocal seen
        seen += 1
        return "" if seen % _GLUED_EVERY == 0 else space[0]

    return re.sub(r"(?<=\w) (?=\w)", glue, text)


def without_hyphens(text: str) -> str:
    """Hyphens inside of codes lost, as at the end of a line in a PDF: `1961/QĐUBND`."""
    return re.sub(r"(?<=[^\W\d_])-(?=[^\W\d_])", "", text)


def rewrapped(text: str) -> str:
    """Long lines broken where they end on a page."""
    return "\n".join(
        "\n".join(textwrap.wrap(line, _WIDTH, break_long_words=False, break_on_hyphens=False))
        if len(line) > _WIDTH
        else line
        for line in text.split("\n")
    )


def double_spaced(text: str) -> str:
    """An empty line behind every line."""
    return text.replace("\n", "\n\n")


MUTATIONS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "NFD": nfd,
    "glued words": glued,
    "lost hyphens": without_hyphens,
    "wrapped anew": rewrapped,
    "double spaced": double_spaced,
}
