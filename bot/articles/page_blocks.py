"""A page as a flat list of its lines and what stands around them, which all judging uses; pure.

Making it out of HTML is `page_markup`'s; what a line means is judged elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from bot.domain.folding import INVISIBLE, fold

BORDER: Final = "\x1f"
"""Stands in a line where one inline element ends or begins; words may be on either side of it."""
LARGE: Final = "large-letters"
"""Among the names of a line: its words are set larger than a text's."""
BOLD: Final = "bold-letters"
DECORATION: Final = re.compile(rf"{BOLD}|{LARGE}")
IN_HEAD: Final = "in-head"
SHOWN_BORDER: Final = " ¦ "

_INVISIBLE: Final = re.compile(f"[{INVISIBLE}]")
_SPACES: Final = re.compile(r"[^\S\x1c-\x1f]+")
_CONTROL: Final = re.compile(r"[\x00-\x1e\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# A heap of combining marks takes the square of its length to put in order.
_HEAP: Final = re.compile(r"([^\x00-\x7f\w]{16})[^\x00-\x7f\w]+")


class Region(StrEnum):
    """Parts of a page that are not the article, as their tags and names say."""

    HEADER = "header"
    NAVIGATION = "navigation"
    FOOTER = "footer"
    ASIDE = "aside"
    RELATED = "related"
    COMMENTS = "comments"
    CLOCK = "clock"


Regions = tuple[tuple[int, Region], ...]
"""Those open around a line, outermost first, each with a number of its own."""


@dataclass(slots=True)
class Block:
    """One line of the page; `text` may hold BORDERs."""

    tag: str
    text: str
    linked: int  # characters of it that are links
    container: int
    regions: Regions
    hint: str  # class and id of the element and of those within the line
    _folded: str | None = None

    @property
    def folded(self) -> str:
        """The line's words, to compare."""
        if self._folded is None:
            self._folded = fold(self.plain)
        return self._folded

    @property
    def plain(self) -> str:
        """The line as people see it."""
        return compose(self.text.replace(BORDER, ""))

    @property
    def shown(self) -> str:
        """The line with a sign where elements meet, whose words may not belong together."""
        return tidy(compose(self.text.replace(BORDER, SHOWN_BORDER)))

    @property
    def own(self) -> int:
        """Characters that are not links."""
        return max(0, len(self.text) - self.linked)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A moment for machines in the middle of a page: `<time datetime>`, `itemprop`."""

    name: str  # time, datepublished
    value: str
    at: int  # the block that it stands in
    regions: Regions
    hint: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link with words."""

    text: str
    href: str
    regions: Regions


@dataclass(slots=True)
class Markup:
    """All that was found on a page, in its order."""

    blocks: list[Block] = field(default_factory=list)
    parents: list[int] = field(default_factory=lambda: [0])
    """Of each container the one around it; the first is the page."""
    metas: list[tuple[str, str]] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    stamps: list[Stamp] = field(default_factory=list)
    scripts_ld: list[str] = field(default_factory=list)
    logos: list[str] = field(default_factory=list)
    """What the images at the head of the page show, in words."""
    title: str = ""
    canonical: str | None = None
    base: str | None = None
    has_password: bool = False
    has_frames: bool = False
    script_count: int = 0
    noscript: str = ""

    def meta(self, *names: str) -> list[str]:
        """What the page's head says under these names, in the order of the names."""
        return [value for name in names for each, value in self.metas if each == name and value]


def compose(text: str) -> str:
    """NFC, in linear time: of a heap of marks on one letter the first ones stay."""
    return unicodedata.normalize("NFC", _HEAP.sub(r"\1", text))


def tidy(text: str) -> str:
    """One clean line: NFC, single spaces, nothing invisible; BORDERs stay."""
    text = _INVISIBLE.sub("", compose(_CONTROL.sub(" ", text)))
    return _SPACES.sub(" ", text).strip(" ")
