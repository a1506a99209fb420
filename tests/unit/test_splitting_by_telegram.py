"""Long texts in parts: nothing lost, nothing too long, nothing torn; Telegram's parser is judge."""

from __future__ import annotations

from bisect import bisect
from html import escape
from itertools import accumulate, groupby, pairwise

import regex
from hypothesis import example, given
from hypothesis import strategies as some

from bot.domain.splitting import MOST_UNITS, fits, length, split, visible_length
from bot.sandbox.entities.model import Entity, Kind
from tests.sandbox.telegram_parser import parsed  # without its wheel nothing here can be judged

WHOLE = {Kind.TEXT_LINK, Kind.CODE, Kind.PRE, Kind.CUSTOM_EMOJI}
SIGNS = [
    "a", "ệ", "Đ", "o\u0302\u0323", "u\u031b\u0301", "👍", "👍🏽", "🇻🇳", "𠀋", "字",
    "\U0001f468\u200d\U0001f469\u200d\U0001f466", "<", ">", "&", '"', ".", "…", ":", "&amp;",
]  # fmt: skip
SPACES = [" ", "  ", "\n", "\n\n", "\n \n", "\t", "\u00a0", " \n\n\n "]
MANY_MARKS = some.integers(60, 1500).map(lambda count: "o" + "\u0323\u0302" * (count // 2))


def repeated(pieces: list[str], most: int) -> some.SearchStrategy[str]:
    piece = some.lists(some.sampled_from(pieces), min_size=1, max_size=4).map("".join)
    return some.builds(lambda text, count: text * count, piece, some.integers(1, most))


WORDS = some.lists(
    repeated(SIGNS, 6) | repeated(SIGNS, 150) | MANY_MARKS
    | repeated(SPACES, 1) | repeated(["một. ", "hai\n", "ba\n\n"], 4)
    | repeated(["một hai. ", "ba bốn\n", "năm sáu\n\n"], 150),
    min_size=1, max_size=8,
).map(lambda words: escape("".join(words), quote=False))  # fmt: skip
TAGS = some.sampled_from(
    [
        ("<b>", "</b>"),
        ("<i>", "</i>"),
        ("<u>", "</u>"),
        ("<s>", "</s>"),
        ("<tg-spoiler>", "</tg-spoiler>"),
        ('<span class="tg-spoiler">', "</span>"),
        ("<blockquote>", "</blockquote>"),
        ("<blockquote expandable>", "</blockquote>"),
        ("<code>", "</code>"),
        ("<pre>", "</pre>"),
        ('<pre><code class="language-python">', "</code></pre>"),
        ('<a href="https://yenbai.gov.vn/?a=1&amp;b=%3C2%3E">', "</a>"),
        ('<tg-emoji emoji-id="5368324170671202286">', "</tg-emoji>"),
    ]
)
HTML = some.recursive(
    WORDS,
    lambda inner: (
        some.lists(inner, min_size=1, max_size=4).map("".join)
        | some.builds(lambda tag, within: f"{tag[0]}{within}{tag[1]}", TAGS, inner)
    ),
    max_leaves=5,
)
LIMITS = some.integers(64, MOST_UNITS) | some.integers(64, 200)
Marks = list[tuple[int, int, frozenset[tuple[Kind, str]]]]


def read(html: str) -> tuple[str, list[Entity]]:
    """Text and entities, as Telegram reads them."""
    found = parsed(html)
    assert not isinstance(found, str), found
    return found


def marks(entities: list[Entity], units: range) -> Marks:
    """What each run of these units is marked with."""
    ends = {end for e in entities for end in (e.offset, e.offset + e.length) if end in units}
    runs: Marks = []
    for first, last in pairwise(sorted({units.start, units.stop, *ends})):
        covering = (e for e in entities if e.offset <= first and last <= e.offset + e.length)
        runs.append((first, last, frozenset((e.kind, e.value) for e in covering)))
    alike = (list(run) for _, run in groupby(runs, key=lambda run: run[2]))
    return [(run[0][0] - units.start, run[-1][1] - units.start, run[0][2]) for run in alike]


def places_of(
    parts: list[tuple[str, list[Entity]]], text: str, entities: list[Entity]
) -> list[int]:
    """In which units of what was cut each part begins. All parts together are the whole, with all
    that it is marked with, but for white space at the cuts."""
    places, at = [], 0
    for words, marked in parts:
        at += len(text[at:]) - len(text[at:].lstrip())
        assert text.startswith(words, at)
        units = range(length(text[:at]), length(text[: at + len(words)]))
        assert marks(entities, units) == marks(marked, range(len(units)))
        places.append(units.start)
        at += len(words)
    assert not text[at:].strip()
    return places


def torn(words: str, places: list[int], begin: int, end: int) -> bool:
    """Whether a part begins within these units, after more than white space; a sign of two
    units stands twice in `words`."""
    return any(
        begin < place < end and words[begin:place].strip()
        for place in places[bisect(places, begin) : bisect(places, end)]
    )


@given(HTML, LIMITS)
@example("<b>" + "o\u0323\u0302" * 3000 + "</b>", 64)
@example('<a href="https://a.vn">một hai</a>' * 9 + '<a href="https://b.vn">ba</a>' * 60, 64)
def test_parts_are_the_whole_and_nothing_is_torn_that_fits(html: str, limit: int):
    text, entities = read(html)
    sources = split(html, limit=limit)
    parts = [read(source) for source in sources]
    places = places_of(parts, text, entities)
    units = "".join(sign * length(sign) for sign in text)
    for (words, _), source in zip(parts, sources, strict=True):
        assert 0 < length(words) == visible_length(source) <= limit
        assert words.strip() == words
    signs = regex.findall(r"\X", text)
    starts = list(accumulate(map(length, signs), initial=0))
    whole = [(e.offset, e.offset + e.length) for e in entities if e.kind in WHOLE]
    for begin, end in [*whole, *pairwise(starts)]:
        if end - begin <= limit:
            assert not torn(units, places, begin, end)


@given(some.lists(some.characters(exclude_categories=["Cs"]), max_size=80).map("".join), LIMITS)
def test_any_signs_may_be_cut(text: str, limit: int):
    html = "<i>" + escape(text * 9) + "</i>"
    words, entities = read(html)
    parts = split(html, limit=limit)
    places_of([read(part) for part in parts], words, entities)
    assert all(length(read(part)[0]) <= limit for part in parts)


@given(HTML)
def test_a_text_that_fits_is_one_part(html: str):
    text, _ = read(html)
    assert fits(html) == (length(text) <= MOST_UNITS)
    if length(text.strip()) <= MOST_UNITS:
        assert len(split(html)) == bool(text.strip())
