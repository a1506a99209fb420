"""What is known of a page once it has been read: values only; its kinds are the domain's.

Whether the page could be fetched at all is not said here, nor what becomes of a link to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from bot.domain.articles import PageKind

LONGEST_TITLE: Final = 300
LONGEST_NAME: Final = 200
"""Of a site or an author, in characters."""
LONGEST_TEXT: Final = 20_000


class DateSource(StrEnum):
    """Where on the page the day of publication stands, the best first."""

    JSON_LD = "json_ld"
    META = "meta"
    TIME = "time"
    LABELLED = "labelled"  # "Cập nhật: …", "Thứ Sáu, …" near the headline
    LINE = "line"  # a date that nothing explains
    FAR = "far"  # labelled, but not near the headline
    ADDRESS = "address"  # only the page's address has it


@dataclass(frozen=True, slots=True)
class Published:
    """When the page says that it was published; `day` is a day of the office's zone."""

    day: date
    at: datetime | None
    """UTC; None when the page gives no time of day."""
    is_sure: bool
    """False for a guess, to be shown as such."""
    source: DateSource


@dataclass(frozen=True, slots=True)
class Page:
    """A page as read. Texts are NFC, on one line except for `text`."""

    kind: PageKind
    title: str | None = None
    """Without the site's name, at most LONGEST_TITLE characters."""
    site: str | None = None
    author: str | None = None
    published: Published | None = None
    canonical: str | None = None
    """The address the page gives itself, absolute; only on the host it was read from."""
    text_hash: str | None = None
    """SHA-256 (hex) of the folded main text; None without a text."""
    fingerprint: int | None = None
    """What `bot.domain.likeness.similar` compares texts by: 64 bits with a sign."""
    text: str = ""
    """The main text, one paragraph a line, at most LONGEST_TEXT characters."""
