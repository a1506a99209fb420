"""Published pages: in what state one was found when it was opened."""

from __future__ import annotations

from enum import StrEnum


class PageState(StrEnum):
    """What became of opening a page."""

    OK = "ok"
    REDIRECTED = "redirected"
    """There, but as another page than the link names."""
    SOFT404 = "soft404"
    """An answer like any other, whose page says that there is no such article."""
    NOT_FOUND = "not_found"
    BLOCKED = "blocked"
    """Not shown to programs, or not without a login."""
    TLS_ERROR = "tls_error"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    NOT_HTML = "not_html"
    UNSAFE = "unsafe"
    """It leads to where a page must not lead: nothing was asked for."""
    MANUAL = "manual"
    """A program cannot tell; somebody has to look."""
    UNREACHABLE = "unreachable"
    """No such name, nobody there, or no whole answer."""
    SERVER_ERROR = "server_error"
