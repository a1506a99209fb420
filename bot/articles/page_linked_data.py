"""What a page says of its article for search engines, in JSON-LD; pure.

Broken, endless and endlessly deep data is as good as none. Whom to believe is judged elsewhere.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 300_000  # characters of one script
DEEPEST: Final = 60
MOST_NODES: Final = 500
LONGEST_VALUE: Final = 1_000

_ARTICLE: Final = re.compile(
    r"(?:\w*Article|BlogPosting|Report|LiveBlogPosting|NewsItem)", re.ASCII
)
_SITE: Final = frozenset({"WebSite", "Organization", "NewsMediaOrganization",
                          "GovernmentOrganization", "GovernmentOffice"})  # fmt: skip
_BRACKET: Final = re.compile(r"[\[\]{}]")
_WRAPPING: Final = re.compile(r"^\s*(?:<!--|//\s?<!\[CDATA\[|<!\[CDATA\[|/\*.{0,20}?\*/)\s*")
_VALUE: Final = r'"\s{0,9}:\s{0,9}"((?:[^"\\\n]|\\.){1,400})"'
_BELOW: Final = ("@graph", "mainEntity", "mainEntityOfPage")


@dataclass(frozen=True, slots=True)
class LinkedArticle:
    """An article as its page describes it; texts as written, empty when it says nothing."""

    headline: str = ""
    published: str = ""
    modified: str = ""
    author: str = ""
    publisher: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class LinkedData:
    """All that the scripts of one page say."""

    articles: tuple[LinkedArticle, ...] = ()
    site_names: tuple[str, ...] = ()
    page_published: str = ""
    """Of the page, not of an article: when the page was made."""
    types: frozenset[str] = frozenset()


def read_linked_data(scripts: Sequence[str]) -> LinkedData:
    """What the JSON-LD scripts of a page say; lists of other articles are passed over."""
    articles: list[LinkedArticle] = []
    videos: list[LinkedArticle] = []  # what a page is about that has nothing else
    names: list[str] = []
    types: set[str] = set()
    made = ""
    for script in scripts:
        known = _parsed(script)
        if known is None:
            articles += _from_broken(script)
            continue
        for node in _nodes(known):
            kinds = _types(node)
            types |= kinds
            if any(_ARTICLE.fullmatch(kind) for kind in kinds):
                articles.append(_article(node))
            elif "VideoObject" in kinds:
                videos.append(_article(node))
            elif kinds & _SITE and "Person" not in kinds:
                names.append(_text(node.get("name")))
            elif kinds & {"WebPage", "ItemPage"}:
                made = made or _text(node.get("datePublished"))
    return LinkedData(tuple(articles or videos), tuple(filter(None, names)), made, frozenset(types))


def _parsed(script: str) -> object:
    """The script's data; None when it is broken, too long or too deep."""
    if len(script) > LONGEST or _depth(script) > DEEPEST:
        return None
    text = _WRAPPING.sub("", script).strip().removesuffix("-->").removesuffix("//]]>")
    text = text.strip().rstrip(";")
    try:
        known: object = json.loads(text, strict=False, parse_int=str, parse_float=str)
    except ValueError:
        return None
    return known


def _depth(script: str) -> int:
    deepest = depth = 0
    for bracket in _BRACKET.finditer(script):
        depth += 1 if bracket[0] in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _nodes(known: object) -> Iterator[dict[str, object]]:
    """The things that the data is about, not those they mention."""
    waiting = [known]
    for _ in range(MOST_NODES):
        if not waiting:
            return
        each = waiting.pop(0)
        if isinstance(each, list):
            waiting += each[:MOST_NODES]
        elif isinstance(each, dict):
            yield each
            waiting += [each[name] for name in _BELOW if name in each]


def _types(node: dict[str, object]) -> frozenset[str]:
    kind = node.get("@type")
    every = kind if isinstance(kind, list) else [kind]
    return frozenset(str(each).rpartition("/")[2] for each in every[:20] if isinstance(each, str))


def _article(node: dict[str, object]) -> LinkedArticle:
    return LinkedArticle(
        headline=_text(node.get("headline")) or _text(node.get("name")),
        published=_text(node.get("datePublished"))
        or _text(node.get("uploadDate"))
        or _text(node.get("dateCreated")),
        modified=_text(node.get("dateModified")),
        author=_name(node.get("author")),
        publisher=_name(node.get("publisher")),
        url=_text(node.get("url")) or _address(node.get("mainEntityOfPage")),
    )


def _name(value: object) -> str:
    if isinstance(value, list):
        people = [each for each in value[:5] if not _is_organisation(each)]
        return ", ".join(filter(None, (_name(each) for each in people or value[:5])))
    return _text(value.get("name")) if isinstance(value, dict) else _text(value)


def _is_organisation(value: object) -> bool:
    return isinstance(value, dict) and any("Organization" in kind for kind in _types(value))


def _address(value: object) -> str:
    return _text(value.get("@id") or value.get("url")) if isinstance(value, dict) else _text(value)


def _text(value: object) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return html.unescape(value[:LONGEST_VALUE]).strip() if isinstance(value, str) else ""


def _from_broken(script: str) -> list[LinkedArticle]:
    """Of data with a comma too many or an open quote: its fields, if they are there just once."""
    if len(script) > LONGEST or not re.search(r'"@type"\s{0,9}:\s{0,9}"\w{0,20}Article"', script):
        return []

    def only(name: str) -> str:
        values = re.findall(f'"{name}{_VALUE}', script)
        return _text(_unescaped(values[0])) if len(values) == 1 else ""

    found = LinkedArticle(headline=only("headline"), published=only("datePublished"))
    return [found] if found.headline or found.published else []


def _unescaped(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return text
