"""Cutting a text that is too long: into parts that Telegram takes, or to its beginning.

Lengths are UTF-16 units of what people see: Telegram counts after it has read the markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.domain.graphemes import begins_at, last_border
from bot.domain.markup import Marked, Span, parse, visible

MOST_UNITS = 4096
_EDGES = " ,.;:-/"

# What would mean something else, or nothing, in two pieces.
_WHOLE = frozenset({"a", "code", "pre", "tg-emoji", "tg-time"})
# Between paragraphs, lines, sentences; the best one first.
_BORDERS = (
    re.compile(r"(?=\n[^\S\n]*\n)"),
    re.compile(r"(?=\n)"),
    re.compile(r"(?<=[.!?…])(?=\s)|(?<=[.!?…][\"'”’)»\]])(?=\s)"),
)
_SPACE = re.compile(r"\s")


def length(text: str) -> int:
    """The length of plain words as Telegram counts it: UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def visible_length(html: str) -> int:
    """The same of Telegram's HTML: tags do not count, and an escape is what it stands for."""
    return length(visible(html))


def fits(html: str, *, limit: int = MOST_UNITS) -> bool:
    """Whether a message may be that long."""
    # Markup only makes it longer: most messages need no second look.
    return length(html) <= limit or visible_length(html) <= limit


def split(html: str, *, limit: int = MOST_UNITS) -> tuple[str, ...]:
    """Parts of at most `limit` units, each a text of its own: what is marked at a cut is marked in
    both. Cut between paragraphs, lines, sentences or words; a link or a piece of code is not cut if
    a part has room for it, nor a written sign. Only white space at the cuts is lost."""
    marked = parse(html)
    return tuple(marked.html(begin, end) for begin, end in _parts(marked, limit))


def _parts(marked: Marked, limit: int) -> Iterator[tuple[int, int]]:
    words = marked.words
    whole = [span for span in marked.spans if span.name in _WHOLE]
    end = len(words.rstrip())
    at = _next_word(words, 0)
    while at < end:
        reach = _reach(words, at, limit)
        cut = end if reach >= end else _cut(words, whole, at, reach, limit)
        yield at, at + len(words[at:cut].rstrip())
        at = _next_word(words, cut)


def _next_word(words: str, at: int) -> int:
    """The end of white space; a space that carries a mark is a sign."""
    while at < len(words) and words[at].isspace() and begins_at(words, at + 1):
        at += 1
    return at


def _reach(words: str, at: int, limit: int) -> int:
    """How far `limit` units go; half of a sign of two units is none."""
    units = words[at : at + limit].encode("utf-16-le")[: limit * 2]
    return at + len(units.decode("utf-16-le", errors="ignore"))


def _cut(words: str, whole: Sequence[Span], at: int, reach: int, limit: int) -> int:
    """The best place after `at` and at most at `reach`: the last border in the second half, of the
    better kind; else as far as nothing is torn that would fit into a part."""
    whole = [span for span in whole if span.begin < reach and at < span.end]
    whole = [span for span in whole if length(words[span.begin : span.end]) <= limit]
    furthest = _untorn(words, whole, at, reach, limit)
    middle = (at + furthest) // 2
    for border in _BORDERS:
        found = [each.start() for each in border.finditer(words, middle + 1, reach + limit)]
        for place in reversed(found):
            if place <= furthest and begins_at(words, place) and not _is_in(whole, place):
                return place
    return furthest


def _untorn(words: str, whole: Sequence[Span], at: int, reach: int, limit: int) -> int:
    """The last place where no word, nothing whole and no sign is torn. Where that leaves nothing
    of a part, words are torn first, signs last."""

    def word(place: int) -> int:
        return _word_start(words, at, place, limit)

    def outermost(place: int) -> int:
        return min([place, *(span.begin for span in _is_in(whole, place))])

    def sign(place: int) -> int:
        return last_border(words, place, after=at)

    for careful in ((word, outermost, sign), (outermost, sign), (sign,)):
        place, before = reach, -1
        while place not in (before, at):
            before = place
            for earlier in careful:
                place = max(at, earlier(place))
        if place > at:
            return place
    return reach


def _is_in(whole: Sequence[Span], place: int) -> list[Span]:
    return [span for span in whole if span.begin < place < span.end]


def _word_start(words: str, at: int, place: int, limit: int) -> int:
    """Where the word begins that is torn at this place, if a part has room for it."""
    if words[place].isspace():
        return place
    begin = place
    while begin > max(at, place - limit) and not words[begin - 1].isspace():
        begin -= 1
    space = _SPACE.search(words, place, begin + limit + 1)
    end = space.start() if space else min(len(words), begin + limit + 1)
    return begin if length(words[begin:end]) <= limit else place


_SHORTEST_END = 10  # characters: of a place (`Văn Yên`)


def shortened(text: str, *, most: int = 90) -> str:
    """A name or title as lists and buttons show it: at most so many characters, cut at a word."""
    if len(text) <= most:
        return text
    head = text[: last_border(text, most - 1) or most - 1]
    if not text[len(head)].isspace():
        words, _, _ = head.rpartition(" ")
        head = words if len(words) > most // 2 else head
    return f"{head.rstrip(_EDGES)}…"


def shortened_name(name: str, *, most: int) -> str:
    """The name of a unit or a group on a button. What stands in its middle goes: offices of one
    kind have names that differ at the end (`Trung tâm Truyền thông và… huyện Văn Yên`)."""
    if len(name) <= most:
        return name
    words, tail = name.split(), ""
    longest = min(most - 2, max(most * 2 // 5, _SHORTEST_END))
    while words and len(f"{words[-1]} {tail}".rstrip()) <= longest:
        tail = f"{words.pop()} {tail}".rstrip()
    if not tail or not words:
        return shortened(name, most=most)
    room = most - len(tail) - 1
    head = shortened(" ".join([*words, tail]), most=room) if room >= _SHORTEST_END else "…"
    return f"{head} {tail}"
