"""Which of the names that a page gives itself is the article's title: the one place that decides.

What is said in the head of the page speaks for a line that people see, and the other way round;
the name for which most speaks is the title. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.articles.page_blocks import Markup
from bot.articles.page_headlines import Line
from bot.articles.page_linked_data import LinkedArticle
from bot.articles.page_titles import (
    CUT,
    LOOSE_CUT,
    Known,
    clean,
    cuts_of,
    is_generic,
    is_like,
    without_site,
)
from bot.articles.page_words import is_office
from bot.domain.folding import fold

_METAS: Final = ("og:title", "twitter:title", "dc.title", "dcterms.title", "title", "headline")
# What a name weighs that is said in the page's head.
_LINKED: Final = 5.0
_META: Final = 3.0
_WINDOW: Final = 3.0
_UNSEEN: Final = 0.5  # the share of it for a name that stands nowhere on the page
_LIKE: Final = 0.8  # the share of it for a line that is only like it
_ADDRESS: Final = 8.0
_OFFICE: Final = -4.0
_SHORT: Final = -1.5
_FEWEST_WORDS: Final = 4
_SITE: Final = -6.0  # for a line that is the site's name, or a step of its menu
_FEWEST: Final = 1.0
_ALTERNATIVE: Final = 0.3
_SHORTEST_PART: Final = 8  # characters


@dataclass(frozen=True, slots=True)
class Chosen:
    """The title, and the line that is its headline, if there is one."""

    title: str
    at: int | None = None


@dataclass(slots=True)
class _Name:
    """One of the names, and all that speaks for it."""

    text: str
    at: int | None = None
    line: float = 0.0
    head: float = 0.0
    is_known: bool = False

    @property
    def weight(self) -> float:
        """All together."""
        return self.line + self.head + (_SITE if self.is_known else 0.0)


def choose(
    markup: Markup,
    article: LinkedArticle | None,
    lines: Sequence[Line],
    known: Known,
    *,
    address: str = "",
) -> Chosen | None:
    """The page's title; None when all its names are generic. `address`: its words in the URL."""
    names = _of_lines(lines, known)
    seen = {key: name.text for key, name in names.items()}
    for text, weight in _of_head(markup, article):
        _support(names, seen, text, weight, known)
    for name in names.values():
        if address and is_like(name.text, address):
            name.head += _ADDRESS
    best = max(names.values(), key=lambda name: name.weight, default=None)
    if best is None or best.weight < _FEWEST:
        return None
    if not best.head:
        best = _first_alike(best, names, lines)
    return Chosen(_best_written(best.text, names), best.at)


def _first_alike(best: _Name, names: Mapping[str, _Name], lines: Sequence[Line]) -> _Name:
    """Of several headlines that look the same and head a text each, the first."""
    makes = {line.at: line.make for line in lines if line.heads_text and line.make}
    make = makes.get(best.at) if best.at is not None else None
    alike = (name for name in names.values() if name.at is not None and name.weight >= _FEWEST)
    if make is None:
        return best
    return next((name for name in alike if makes.get(name.at or 0) == make), best)


def _of_lines(lines: Sequence[Line], known: Known) -> dict[str, _Name]:
    """The names that people see, by what `fold` makes of them."""
    names: dict[str, _Name] = {}
    for line in lines:
        for place, text in enumerate(line.texts):
            key = fold(text)
            is_known = key in known.sites or key in known.menu
            if not is_known and is_generic(text, known):
                continue
            weight = line.weight - place * _ALTERNATIVE
            for variant in _variants(text, known):
                _note(names, variant, line.at, weight, is_known=is_known)
                weight -= _ALTERNATIVE
    return names


def _note(names: dict[str, _Name], text: str, at: int, weight: float, *, is_known: bool) -> None:
    name = names.get(fold(text))
    if name is None:
        names[fold(text)] = _Name(text, at, weight, is_known=is_known)
    elif weight > name.line:
        name.text, name.at, name.line = text, at, weight


def _variants(text: str, known: Known) -> tuple[str, ...]:
    """A headline without the site's name behind a dash, and as it stands; the likelier first.

    It may well end with the name of a place: only what is known to be the site goes. Before a colon
    the site's name is rather of the headline.
    """
    bare, site = without_site(text, known)
    if not site or fold(site) not in known.sites or is_generic(bare, known):
        return (text,)
    return (text, bare) if text.startswith(f"{site}:") else (bare, text)


def _of_head(markup: Markup, article: LinkedArticle | None) -> list[tuple[str, float]]:
    """What the head of the page says, each once."""
    found = [(article.headline, _LINKED)] if article and article.headline else []
    found += [(value, _META) for value in markup.meta(*_METAS)[:1]]
    return [*found, (markup.title, _WINDOW)] if markup.title else found


def _support(
    names: dict[str, _Name], seen: Mapping[str, str], said: str, weight: float, known: Known
) -> None:
    """Let what the head says speak for the lines that it names, or for itself."""
    title = clean(said)
    whole = _as_seen(title, seen)
    bare = whole or without_site(title, known)[0]
    key = fold(bare)
    if not key or is_generic(bare, known):
        return
    if is_office(key):
        weight += _OFFICE
    if len(key.split()) < _FEWEST_WORDS:
        weight += _SHORT
    if key in names:
        name = names[key]
        name.head += weight if name.at is not None else weight * _UNSEEN
        return
    like = [name for name in names.values() if name.at is not None and is_like(name.text, bare)]
    if like:
        best = max(like, key=lambda name: name.line)
        best.head += weight * _LIKE
        names[key] = _Name(bare, head=weight, at=best.at)
    else:
        names[key] = _Name(bare, head=weight * _UNSEEN)


def _as_seen(title: str, seen: Mapping[str, str]) -> str | None:
    """The longest run of a title's parts that stands on the page as a line of its own.

    `seen`: the page's lines by what `fold` makes of them.
    """
    cuts = sorted({*cuts_of(title), *(found.span() for found in LOOSE_CUT.finditer(title))})
    most = len(cuts) - 1
    for count in range(min(most, 6), 0, -1):
        parts = (
            fold(title[cuts[first][1] : cuts[first + count][0]])
            for first in range(most - count + 1)
        )
        found = [
            part
            for part in parts
            if len(part) >= _SHORTEST_PART and part in seen and not _is_office(part, title)
        ]
        if found:
            return seen[max(found, key=len)]
    return None


def _is_office(part: str, title: str) -> bool:
    """Whether a part of a title, not all of it, begins like the name of an office."""
    return is_office(part) and part != fold(title)


def _best_written(chosen: str, names: Mapping[str, _Name]) -> str:
    """The same title where it is whole, and where its letters have their marks."""
    if not CUT.search(chosen):
        return chosen
    stem = fold(CUT.sub("", chosen))
    whole = (
        name.text
        for key, name in names.items()
        if len(stem) >= 12 and key.startswith(stem) and not CUT.search(name.text)
    )
    return next(whole, chosen)
