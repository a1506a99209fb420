"""A link taken apart, and the hosts that none may lead to; pure.

Nothing here looks a name up: which addresses may really be connected to is decided where pages are
fetched. What of the parts names the page is said in `identities`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote, unquote_plus

import idna

from bot.errors import InvalidInput

SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*://|[a-z][a-z0-9+-]*:(?!\d)", re.IGNORECASE)
_PARTS: Final = re.compile(
    r"(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>[^#]*).*)?",
    re.DOTALL,
)
_UNSPEAKABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_HOST: Final = re.compile(r"(?:[a-z0-9_-]{1,63}\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})", re.ASCII)
_NUMBER: Final = re.compile(r"\d+|0x[0-9a-f]*", re.ASCII)
_INSIDE: Final = frozenset({"localhost", "localdomain", "local", "internal", "arpa", "onion"})
_PORTS: Final = frozenset({"80", "443"})


@dataclass(frozen=True, slots=True)
class Parts:
    """Where a link points: host in ASCII and lower case, the rest as it was."""

    host: str
    path: str
    query: str
    fragment: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a query in plain letters; `value` is None where no "=" stands."""

    name: str
    value: str | None

    def __str__(self) -> str:
        return encoded(self.name) + (f"={encoded(self.value)}" if self.value is not None else "")


def read_parts(link: str) -> Parts:
    """The parts of a link; InvalidInput unless it leads to an ordinary public host."""
    if _UNSPEAKABLE.search(link):
        raise InvalidInput("link.broken")
    scheme = SCHEME.match(link)
    if scheme and scheme[0].lower() not in ("http://", "https://"):
        web = scheme[0].lower() in ("http:", "https:")
        raise InvalidInput("link.broken" if web else "link.scheme")
    parts = _PARTS.fullmatch(link, scheme.end() if scheme else 0)
    assert parts is not None  # noqa: S101 - the pattern takes any text
    authority = parts["authority"]
    if "@" in authority:
        raise InvalidInput("link.userinfo")
    name, colon, port = authority.partition(":")
    host = _host(name)
    if colon and port:
        _check_port(port)
    return Parts(host, parts["path"], parts["query"] or "", parts["fragment"] or "")


def _host(name: str) -> str:
    """The host in ASCII and lower case; InvalidInput for addresses in numbers and inner names."""
    if not name or len(name) > 253:
        raise InvalidInput("link.broken")
    host = unquote(name)
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except UnicodeError:
            raise InvalidInput("link.broken") from None
    host = host.lower().removesuffix(".")
    last = host.rpartition(".")[2]
    if _NUMBER.fullmatch(last) or last in _INSIDE or "." not in host:
        raise InvalidInput("link.address")
    if "%" in name or not _HOST.fullmatch(host):
        raise InvalidInput("link.broken")
    return host


def _check_port(port: str) -> None:
    if not (port.isascii() and port.isdigit()):
        raise InvalidInput("link.broken")
    if port.lstrip("0") not in _PORTS:
        raise InvalidInput("link.port")


def parameters(query: str) -> Iterator[Parameter]:
    """What a query asks, in its order; "&amp;" stands where it was copied from a page's source."""
    for part in query.replace("&amp;", "&").split("&"):
        name, equals, value = (
            unicodedata.normalize("NFC", unquote_plus(piece, errors="surrogateescape"))
            for piece in part.partition("=")
        )
        yield Parameter(name, value if equals else None)


def plain(part: str) -> str:
    """Part of a path or fragment in letters; bytes that are none are kept apart."""
    return unicodedata.normalize("NFC", unquote(part, errors="surrogateescape"))


def encoded(part: str) -> str:
    """The one way to write `plain` letters in ASCII."""
    return quote(part, safe="", errors="surrogateescape")
