"""Which of the names that a page gives itself is the article's title; pure.

Where on the page such names stand is known to `page_blocks`; here are only texts.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from bot.articles.page import LONGEST_NAME, LONGEST_TITLE
from bot.articles.page_blocks import BORDER, tidy
from bot.articles.page_words import GENERIC, OFFICE, SITE
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
_LOOSE_CUT: Final = re.compile(r"(?:(?<=\S):|[\])])\s+")
_SHORT: Final = 3  # words
_CUT: Final = re.compile(r"\s*(?:\.\.\.+|…)\s*$")
_HOST: Final = re.compile(
    r"(?:www\.)?(?:[\w-]{1,60}\.){1,5}(?:vn|com|net|org|info|tv)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name that the page gives itself; candidates stand in the order they are believed in."""

    text: str
    is_visible: bool = False
    """A line that people see, and whose letters are therefore right."""


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
    cuts = _cuts(text)
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
    return tuple(title[before[1] : after[0]].strip() for before, after in pairwise(_cuts(title)))


def _cuts(text: str) -> list[tuple[int, int]]:
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
    return len(folded.split()) <= 14 and OFFICE.match(folded) is not None


def choose(
    candidates: Sequence[Candidate],
    known: Known,
    *,
    address: str = "",
    lines: Sequence[str] = (),
) -> str | None:
    """The page's title, or None when all its names are generic. `address`: its words in the URL.

    `lines` are those that people see: what a page is called in its head may be cut, or have a site
    around it that nobody knows, and the headline among its lines has not.

    The first that is like the address stands, or that another one is like: some sites give every
    page the same name for search engines, or head it with the name of a section.
    """
    visible = [clean(candidate.text) for candidate in candidates if candidate.is_visible]
    seen = {
        fold(line): line for line in reversed([*visible, *lines]) if not is_generic(line, known)
    }
    named = [
        (candidate, title)
        for candidate in candidates
        if (title := _title_of(candidate, seen, known)) and not is_generic(title, known)
    ]
    named = _without_site_names(named, seen.values())
    if not named:
        return None
    texts = [title for _, title in named]
    of_address = (text for text in texts if address and is_like(text, address))
    agreed = (text for at, text in enumerate(texts) if _is_supported(at, texts))
    chosen = next(of_address, None) or next(agreed, texts[0])
    return _best_written(chosen, [*named, *((Candidate(line, True), line) for line in lines)])


def _without_site_names(
    named: list[tuple[Candidate, str]], seen: Collection[str]
) -> list[tuple[Candidate, str]]:
    """Without what is said in the head only and may be an office, if there is a headline."""
    if not any(candidate.is_visible for candidate, _ in named):
        return named
    return [
        (candidate, title)
        for candidate, title in named
        if candidate.is_visible
        or not (OFFICE.match(fold(title)) or len(title.split()) <= _SHORT)
        or any(is_like(title, line) for line in seen)
    ]


def _title_of(candidate: Candidate, seen: Mapping[str, str], known: Known) -> str:
    title = clean(candidate.text)
    bare, site = without_site(title, known)
    if not candidate.is_visible:
        return _as_seen(title, seen) or bare
    if site and fold(site) not in known.sites and not is_generic(bare, known):
        return title  # a headline may well end with the name of a place
    return bare


def _as_seen(title: str, seen: Mapping[str, str]) -> str | None:
    """The longest run of a title's parts that stands on the page as a line of its own.

    `seen`: the page's lines by what `fold` makes of them.
    """
    cuts = sorted({*_cuts(title), *(found.span() for found in _LOOSE_CUT.finditer(title))})
    most = len(cuts) - 1
    for count in range(min(most, 6), 0, -1):
        for first in range(most - count + 1):
            part = fold(title[cuts[first][1] : cuts[first + count][0]])
            if len(part) >= 8 and part in seen and not _is_office(part, title):
                return seen[part]
    return None


def _is_office(part: str, title: str) -> bool:
    """Whether a part of a title, not all of it, begins like the name of an office."""
    return OFFICE.match(part) is not None and part != fold(title)


def _is_supported(at: int, texts: Sequence[str]) -> bool:
    return any(is_like(texts[at], other) for place, other in enumerate(texts) if place != at)


def is_like(one: str, other: str) -> bool:
    """Whether two names may be of the same thing: one begins as the other, or most words agree."""
    mine, theirs = fold(_CUT.sub("", one)), fold(_CUT.sub("", other))
    if not mine or not theirs:
        return False
    short, long = sorted((mine, theirs), key=len)
    if len(short) >= 12 and short in long:
        return True
    these, those = set(mine.split()), set(theirs.split())
    return len(these & those) >= 0.6 * len(these | those)


def _best_written(chosen: str, named: Iterable[tuple[Candidate, str]]) -> str:
    """The same title where it is whole, and where its letters have their marks."""
    best, key = chosen, fold(chosen)
    stem = fold(_CUT.sub("", chosen)) if _CUT.search(chosen) else None
    for candidate, title in named:
        folded = fold(title)
        if stem and len(stem) >= 12 and folded.startswith(stem) and not _CUT.search(title):
            best, key, stem = title, folded, None
        elif folded == key and candidate.is_visible and _marks(title) > _marks(best):
            best = title
    return best


def _marks(text: str) -> int:
    return sum(letter > "\x7f" for letter in text)
