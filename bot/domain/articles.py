"""What evidence can be, and what can be found of a page that a link leads to; stdlib only.

What is made of the findings is in `findings`; how a page is opened and read is in `bot.articles`.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

_REFERENCE: Final = re.compile(r"\s*tb(?:\s?[-–]\s?)?(\d{1,18})\s*", re.IGNORECASE)


class EvidenceKind(StrEnum):
    """In what form work is shown."""

    LINK = "link"
    PHOTO = "photo"
    VIDEO = "video"
    DOCUMENT = "document"
    AUDIO = "audio"
    QUANTITY = "quantity"  # so many of something, in words


class ReviewKind(StrEnum):
    """What was said of submitted work."""

    ACCEPTED = "accepted"
    RETURNED = "returned"
    UNDONE = "undone"  # the office takes its last word back
    WITHDRAWN = "withdrawn"  # by who sent it
    REPLACED = "replaced"  # by another, by who sent it
    MOVED = "moved"  # to another task


DECIDED = (ReviewKind.ACCEPTED, ReviewKind.RETURNED)  # the office has judged it


class PageState(StrEnum):
    """What opening a page came to."""

    OK = "ok"
    REDIRECTED = "redirected"  # to another address, where it is
    SOFT404 = "soft404"  # the site answers, the page is none
    NOT_FOUND = "not_found"
    BLOCKED = "blocked"
    TLS_ERROR = "tls_error"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    NOT_HTML = "not_html"
    UNSAFE = "unsafe"  # leads to where nobody may look
    MANUAL = "manual"  # of a kind that only people can look at
    UNREACHABLE = "unreachable"
    SERVER_ERROR = "server_error"


class PageKind(StrEnum):
    """What a page is."""

    ARTICLE = "article"
    NOT_FOUND = "not_found"
    LIST = "list"
    HOME = "home"
    SHELL = "shell"  # empty without scripts
    LOGIN = "login"
    UNKNOWN = "unknown"


# Somebody can read it there.
OPENED = frozenset({PageState.OK, PageState.REDIRECTED})
# The page is not there. Being kept out, or too slow an answer, says nothing of it.
FAILED = frozenset(
    {
        PageState.SOFT404,
        PageState.NOT_FOUND,
        PageState.UNREACHABLE,
        PageState.SERVER_ERROR,
    }
)


def reference(article_id: int) -> str:
    """How people call what was recorded, by the first article of a message: `TB-123`."""
    return f"TB-{article_id}"


def article_id_of(words: str) -> int | None:
    """The article that somebody names by its reference, however they type it."""
    named = _REFERENCE.fullmatch(words)
    return int(named[1]) if named else None
