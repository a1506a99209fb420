"""Web sites of units as people write them in a table or a chat, and back; pure.

A site is compared with what `canonical_address` makes of a link: the same host, and a path that
begins with the site's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from urllib.parse import unquote

import idna

from bot.articles.urls import canonical_address
from bot.errors import InvalidInput

LONGEST_PATH: Final = 300
_BETWEEN: Final = re.compile(r"[;|,\n]")
_DAY: Final = r"(\d{1,2}/\d{1,2}/\d{4})?"
_WRITTEN: Final = re.compile(rf"(\S+?)(?:\s*\(\s*{_DAY}\s*-\s*{_DAY}\s*\))?")


@dataclass(frozen=True, slots=True, order=True)
class Site:
    """A web site, or the part of one below a path; `valid_until` is its last day."""

    host: str
    path_prefix: str = ""
    valid_from: date | None = None
    valid_until: date | None = None


def read_sites(text: str) -> tuple[Site, ...]:
    """The sites of a cell or message, each once: `baoyenbai.com.vn; yenbai.gov.vn/stttt`.

    From when to when a site is the unit's may stand behind it: `(01/01/2026-31/12/2026)`, one day
    may be left out. Raises InvalidInput with the part that is no site.
    """
    found: dict[tuple[str, str], Site] = {}
    for part in _BETWEEN.split(text):
        if part.strip():
            site = _read(part.strip())
            found[site.host, site.path_prefix] = site
    return tuple(sorted(found.values(), key=lambda site: (site.host, site.path_prefix)))


def _read(part: str) -> Site:
    written = _WRITTEN.fullmatch(part)
    if written is None:
        raise InvalidInput("site.unusable", site=part[:80])
    try:
        host, slash, path = canonical_address(written[1]).partition("/")
        first, last = _day(written[2]), _day(written[3])
    except (InvalidInput, ValueError):
        raise InvalidInput("site.unusable", site=part[:80]) from None
    if len(path) >= LONGEST_PATH or "?" in host or (first and last and last < first):
        raise InvalidInput("site.unusable", site=part[:80])
    return Site(host, slash + path if path else "", first, last)


def _day(text: str | None) -> date | None:
    return datetime.strptime(text, "%d/%m/%Y").date() if text else None  # noqa: DTZ007 - a day


def written(site: Site) -> str:
    """The site as people read it; `read_sites` reads it back."""
    try:
        host = idna.decode(site.host)
    except UnicodeError:
        host = site.host
    name = host + _readable(site.path_prefix)
    if site.valid_from is None and site.valid_until is None:
        return name
    first = f"{site.valid_from:%d/%m/%Y}" if site.valid_from else ""
    last = f"{site.valid_until:%d/%m/%Y}" if site.valid_until else ""
    return f"{name} ({first}-{last})"


def _readable(path: str) -> str:
    """Letters instead of their codes, unless that would be read otherwise."""
    plain = unquote(path, errors="surrogateescape")  # what is no letter is not printable then
    same = not re.search(r"[\s;|,()%?#\\]", plain) and plain.isprintable()
    return plain if same and plain.count("/") == path.count("/") else path
