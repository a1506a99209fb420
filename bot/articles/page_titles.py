"""Names that a page gives itself, as texts: clean, without the site around them, compared; pure.

Where on the page they stand and what speaks for them is known to `page_headlines`; which of them
is the title is chosen in `page_title_choice`.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from bot.articles.page import LONGEST_NAME, LONGEST_TITLE
from bot.articles.page_blocks import BORDER, tidy
from bot.articles.page_words import GENERIC, SITE, is_office
from bot.domain.folding import fold

LONGEST_READ: Final = 2_000
_ENTITY: Final = re.compile(r"&(?:[a-z]{2,8}|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)
_SEPARATOR: Final = re.compile(
    r"\s+(?:[|\-–—»›«•·:/~@<>]|::|\|\||>>|<<)\s+|\s*(?:[|»«]|::|>>|<<)\s*|\s+[-–—]|[-–—]\s+"
)
# What only programs call a page: ItemID=719, view.aspx, bai-viet?id=3.
_OF_PROGRAMS: Final = re.compile(
    r"\S{0,60}=\S{0,60}|\S{1,60}\.(?:aspx?|html?|php|jsp|vnp)|[\W_]{1,40}|(?!(?:19|20)\d\d\b)\d{4,12}|\w{0,20}id\W{0,3}\d{1,12}",
    re.IGNORECASE,
)
_SITE_FIRST: Final = re.compile(r"([^:]{4,80}):\s")
LOOSE_CUT: Final = re.compile(r"(?:(?<=\S):|[\])])\s+")
CUT: Final = re.compile(r"\s*(?:\.\.\.+|…)\s*$")
_HOST: Final = re.compile(
    r"(?:www\.)?(?:[\w-]{1,60}\.){1,5}(?:vn|com|net|org|info|tv)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Known:
    """Names that are no title: the site's, and what its menu leads to; folded."""

    sites: frozenset[str] = frozenset()
    menu: frozenset[str] = frozenset()


def clean(text: str) -> str:
    """A title as it is kept: one line, no codes left over, at most LONGEST_TITLE characters."""
    text = text[:LONGEST_READ].replace(BORDER, "")
    for _ in range(2):
        if not _ENTITY.search(text):
            break
        text = html.unescape(text)
    text = tidy(text).replace(BORDER, "").strip()
    if len(text) <= LONGEST_TITLE:
        return text
    return text[: LONGEST_TITLE - 1].rpartition(" ")[0].rstrip() + "…"


def is_generic(text: str, known: Known) -> bool:
    """Whether this names any page, or the site, and not what the page is about."""
    folded = fold(text)
    return (
        len(folded) < 3
        or folded in known.sites
        or folded in known.menu
        or GENERIC.fullmatch(folded) is not None
        or _HOST.fullmatch(text.strip()) is not None
        or _OF_PROGRAMS.fullmatch(text.strip()) is not None
    )


def without_site(text: str, known: Known) -> tuple[str, str | None]:
    """The title without the names of site and section around it, and the site's name if seen.

    `Tiêu đề | Thời sự | Báo Yên Bái` and `Báo Yên Bái điện tử - Tiêu đề` are `Tiêu đề`.
    """
    if (named := _SITE_FIRST.match(text)) and fold(named[1]) in known.sites:
        return text[named.end() :].strip(), named[1]
    cuts = cuts_of(text)
    parts = parts_of(text)
    first, last, site = 0, len(parts) - 1, None
    while last > first and _is_beside(parts[last], known, is_section=site is not None):
        is_named = _is_site(parts[last], known) and not _HOST.fullmatch(parts[last])
        site = site or (parts[last] if is_named else None)
        last -= 1
    while first < last:
        folded = fold(parts[first])
        is_site = folded in known.sites or bool(SITE.match(folded))
        if parts[first] and not is_site and not is_generic(parts[first], known):
            break
        site = site or (parts[first] if is_site else None)
        first += 1
    kept = text[cuts[first][1] : cuts[last + 1][0]].strip()
    return kept, site[:LONGEST_NAME] if site else None


def parts_of(title: str) -> tuple[str, ...]:
    """What a title is made of: `Tiêu đề | Báo Yên Bái` are two parts."""
    return tuple(title[before[1] : after[0]].strip() for before, after in pairwise(cuts_of(title)))


def cuts_of(text: str) -> list[tuple[int, int]]:
    """Where a title can be cut into parts, its ends included."""
    found = [match.span() for match in _SEPARATOR.finditer(text)]
    return [(0, 0), *found, (len(text), len(text))]


def _is_beside(part: str, known: Known, *, is_section: bool) -> bool:
    """Whether the last part of a title is not of it. `is_section`: the site's name followed."""
    if not part or _is_site(part, known) or is_generic(part, known):
        return True
    is_short = len(part.split()) <= 3 and not any(letter.isdigit() for letter in part)
    return is_section and is_short


def _is_site(part: str, known: Known) -> bool:
    folded = fold(part)
    if folded in known.sites or _HOST.fullmatch(part):
        return True
    return len(folded.split()) <= 14 and is_office(folded)


def is_like(one: str, other: str) -> bool:
    """Whether two names may be of the same thing: one begins as the other, or most words agree."""
    mine, theirs = fold(CUT.sub("", one)), fold(CUT.sub("", other))
    if not mine or not theirs:
        return False
    short, long = sorted((mine, theirs), key=len)
    if len(short) >= 12 and short in long:
        return True
    these, those = set(mine.split()), set(theirs.split())
    return len(these & those) >= 0.6 * len(these | those)
