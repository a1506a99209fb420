"""Telegram's HTML as this program writes it: what people see of it, and what is only markup.

What no tag or escape of Telegram's is counts as text, and tags that lack their other half are
completed: whatever comes in, what goes out can be sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

_TAG = re.compile(
    r"<(?P<closing>/?)(?P<name>b|strong|i|em|u|ins|s|strike|del|code|pre|a|blockquote|span|tg-[a-z]+)"
    r"(?:\s[^<>]*)?>"
)
_ESCAPE = re.compile(r"&(?:(lt|gt|amp|quot)|#([0-9]{1,7})|#x([0-9a-fA-F]{1,6}));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}


def visible(html: str) -> str:
    """The words alone, as Telegram counts them."""
    return _decoded(_TAG.sub("", html))


def _decoded(text: str) -> str:
    return _ESCAPE.sub(_sign, text) if "&" in text else text


def _sign(found: re.Match[str]) -> str:
    named, decimal, hexadecimal = found.groups()
    if named:
        return _NAMED[named]
    number = int(decimal) if decimal else int(hexadecimal, 16)
    is_sign = 0 < number < 0x10FFFF and not 0xD800 <= number <= 0xDFFF
    return chr(number) if is_sign else found[0]


@dataclass(slots=True)
class Span:
    """What one tag covers of the words: from the one at `begin` until before the one at `end`."""

    name: str
    tag: str  # as it was written, with its attributes
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Marked:
    """The words of a text, and what is marked of them; outer spans stand before those in them."""

    words: str
    spans: tuple[Span, ...]

    def html(self, begin: int, end: int) -> str:
        """The words from `begin` until before `end`, with all that they are marked with."""
        return "".join(self._pieces(begin, end))

    def _pieces(self, begin: int, end: int) -> Iterator[str]:
        place = begin
        opened: list[Span] = []

        def words_until(place: int, target: int) -> str:
            return escape(self.words[place:target], quote=False)

        for span in self.spans:
            first = max(span.begin, begin)
            if first >= min(span.end, end):
                continue
            while opened and opened[-1].end <= first:
                yield words_until(place, opened[-1].end)
                place = opened[-1].end
                yield f"</{opened.pop().name}>"
            yield words_until(place, first)
            place = first
            yield span.tag
            opened.append(span)
        while opened:
            target = min(opened[-1].end, end)
            yield words_until(place, target)
            place = target
            yield f"</{opened.pop().name}>"
        yield words_until(place, end)


def parse(html: str) -> Marked:
    """The words of a text apart from its tags."""
    pieces: list[str] = []
    spans: list[Span] = []
    opened: list[Span] = []
    at = place = 0
    for tag in _TAG.finditer(html):
        pieces.append(_decoded(html[at : tag.start()]))
        place += len(pieces[-1])
        at = tag.end()
        if not tag["closing"]:
            spans.append(Span(tag["name"], tag[0], place, place))
            opened.append(spans[-1])
        elif any(span.name == tag["name"] for span in opened):
            while opened:
                span = opened.pop()
                span.end = place
                if span.name == tag["name"]:
                    break
    pieces.append(_decoded(html[at:]))
    words = "".join(pieces)
    for span in opened:
        span.end = len(words)
    return Marked(words, tuple(spans))
