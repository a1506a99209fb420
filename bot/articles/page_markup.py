"""HTML to the flat list of `page_blocks`, in one pass and bounded memory: the only use of lxml.

Nothing is judged here: which line is the headline, which date the publication's, others say.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lxml import etree

from bot.articles.page_blocks import (
    BOLD,
    BORDER,
    IN_HEAD,
    LARGE,
    Block,
    Link,
    Markup,
    Region,
    Regions,
    Stamp,
)
from bot.articles.page_old_fonts import line_of, unfold
from bot.articles.page_regions import LONGEST_NAMES, region_of

# The stubs know a class that lxml itself has not.
if TYPE_CHECKING:
    _Target = etree.ParserTarget[None]
else:
    _Target = object

MOST_TAGS: Final = 60_000
DEEPEST: Final = 500  # the parser's time is the depth times the closing tags
MOST_BLOCKS: Final = 8_000
MOST_FOUND: Final = 5_000  # links, metas, stamps: of each
LONGEST_LINE: Final = 20_000
LONGEST_HEADING: Final = 500
LONGEST_VALUE: Final = 2_000
LONGEST_SCRIPT: Final = 300_000
_PORTION: Final = 16_384  # bytes

_SILENT: Final = frozenset(
    {"script", "style", "template", "svg", "iframe", "object", "select", "textarea", "button",
     "noscript", "title", "canvas", "audio", "map", "math"}
)  # fmt: skip
_CONTAINERS: Final = frozenset(
    {"div", "section", "article", "main", "body", "td", "th", "form", "center", "blockquote", "li",
     "dd", "dt", "ul", "ol", "table", "tr", "tbody", "header", "footer", "aside", "nav", "figure",
     "figcaption", "fieldset", "details", "address", "dl"}
)  # fmt: skip
# So are the elements that pages make for themselves, whose names have a hyphen.
_LINES: Final = frozenset({"p", "pre", "hr", "summary", "caption", "legend", "option", "thead"})
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_FONT_SIZE: Final = re.compile(
    r"font-size\s{0,5}:\s{0,5}(?:(\d{1,3}(?:\.\d{1,3})?)(pt|px|r?em|%)|(x{1,3}-large|large))",
    re.IGNORECASE,
)
_LARGE_FROM: Final = {"pt": 14, "px": 18, "em": 1.3, "rem": 1.3, "%": 130}
_TOP: Final = 5  # lines, before which a banner is no advertisement
_DATED: Final = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}")
_DATA_DATES: Final = ("data-date", "data-time", "data-datetime", "data-timestamp",
                      "data-published")  # fmt: skip
_HIDDEN: Final = re.compile(r"display\s{0,5}:\s{0,5}none", re.IGNORECASE)


class _Enough(Exception):
    """What was read so far is all that will be."""


def read_markup(text: str) -> Markup:
    """The lines of a page and what its head says; of broken or endless pages the first part."""
    text = _at_most(text, "<", MOST_TAGS)
    reader = _Reader()
    parser = etree.HTMLParser(target=reader, encoding="utf-8", remove_pis=True)
    data = text.encode("utf-8", errors="replace")
    try:
        # The parser goes on to the end of what it was given before it stops.
        for at in range(0, len(data), _PORTION):
            parser.feed(data[at : at + _PORTION])
        parser.close()
    except (_Enough, etree.LxmlError):
        # Too deep, or given up by the parser: the lines until then stand.
        pass
    reader.finish()
    unfold(reader.found)
    return reader.found


def _at_most(text: str, mark: str, most: int) -> str:
    if text.count(mark) <= most:
        return text
    at = -1
    for _ in range(most):
        at = text.index(mark, at + 1)
    return text[:at]


def _is_large(tag: str, given: dict[str, str]) -> bool:
    """Whether the words within are set larger than a text's: a headline without a heading."""
    if tag == "font":
        return given.get("size", "").lstrip("+")[:1] in tuple("4567")
    if tag == "big":
        return True
    size = _FONT_SIZE.search(given.get("style", ""))
    if size is None:
        return False
    return bool(size[3]) or float(size[1]) >= _LARGE_FROM[size[2].lower()]


class _Reader(_Target):
    """Listens to the parser; knows for every open element what to go back to when it ends."""

    def __init__(self) -> None:
        self.found = Markup()
        self._open: list[tuple[str, Regions, int, int]] = []
        self._regions: Regions = ()
        self._region_count = 0
        self._container = 0
        self._silent = 0  # depth of elements whose words nobody sees
        self._words: list[str] = []
        self._length = 0
        self._linked = 0
        self._hints: list[tuple[int, str, str]] = []  # how deep an element is, its tag and names
        self._heading = ""
        self._links: list[tuple[str, int]] = []  # address, and where in the line its words begin
        self._alternative = ""  # what the last image shows
        self._time: tuple[str, str, int] | None = None  # datetime, hint, where its words begin
        self._script: list[str] | None = None
        self._title: list[str] | None = None
        self._noscript: list[str] = []

    # --- what the parser calls --------------------------------------------------------------

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if len(self._open) >= DEEPEST or len(self.found.blocks) >= MOST_BLOCKS:
            raise _Enough
        self._open.append((tag, self._regions, self._container, self._silent))
        given = {str(name).lower(): str(value)[:LONGEST_VALUE] for name, value in
                 list(attributes.items())[:50]}  # fmt: skip
        self._note(tag, given)
        names = f"{given.get('class', '')} {given.get('id', '')}".strip()[:LONGEST_NAMES]
        if tag in _SILENT or "hidden" in given or _HIDDEN.search(given.get("style", "")):
            self._silent += 1
            self._begin_silent(tag, given)
        role = given.get("role") or given.get("data-elementor-type", "")
        if region := region_of(tag, role, names, is_inside=self._is_inside_article()):
            self._region_count += 1
            self._regions = (*self._regions[:30], (self._region_count, region))
        self._begin(tag, given)
        if item := given.get("itemprop"):
            names = f"{names} {item[:40]}".lstrip()
        if _is_large(tag, given):
            names = f"{names} {LARGE}".lstrip()
        elif tag in ("b", "strong") or "bold" in given.get("style", ""):
            names = f"{names} {BOLD}".lstrip()
        if names and len(self._hints) < 6:
            self._hints.append((len(self._open), tag, names))

    def end(self, tag: str) -> None:
        """An element ends; the parser closes those that the page forgot to."""
        while self._open:
            name, regions, container, silent = self._open[-1]
            self._finish(name)
            self._open.pop()
            self._regions, self._container, self._silent = regions, container, silent
            if name == tag:
                break

    def data(self, text: str) -> None:
        """Words, perhaps only a part of them."""
        if self._script is not None:
            self._script.append(text)
        elif self._title is not None:
            self._title.append(text[:LONGEST_VALUE])
        elif self._silent:
            if self._open and any(name == "noscript" for name, *_ in self._open[-4:]):
                self._noscript.append(text[:500])
        elif self._length < LONGEST_LINE:
            self._add(text[:LONGEST_LINE])
            if self._links:
                self._linked += len(text.strip())

    def comment(self, text: str) -> None:
        """Not read."""

    def close(self) -> None:
        """The page ends."""

    # --- elements ---------------------------------------------------------------------------

    def _note(self, tag: str, given: dict[str, str]) -> None:
        """What an element says by its attributes alone."""
        found = self.found
        name = (given.get("property") or given.get("name") or "").lower()
        item = given.get("itemprop", "").lower()
        if tag != "meta" and not item:  # RDFa
            item = given.get("property", "").lower().rpartition(":")[2]
        if tag == "meta" and len(found.metas) < MOST_FOUND:
            value = given.get("content", "")
            if name:
                found.metas.append((name, value))
        elif tag == "link" and "canonical" in given.get("rel", "").lower().split():
            found.canonical = found.canonical or given.get("href")
        elif tag == "base":
            found.base = found.base or given.get("href")
        elif tag == "input" and given.get("type", "").lower() == "password":
            found.has_password = True
        elif tag == "script" and "json" not in given.get("type", ""):
            found.script_count += 1
        elif tag == "frameset":
            found.has_frames = True
        titled = given.get("title", "")
        if item and (value := given.get("content") or given.get("datetime") or titled):
            # The body is a container; what is said before it is said of the page.
            self._stamp(item, value, item if self._container else f"{item} {IN_HEAD}")
        elif tag in ("span", "abbr", "em", "i", "small", "p", "div") and _DATED.search(titled):
            self._stamp("title", titled, given.get("class", ""))
        elif tag in ("span", "time", "abbr", "small", "p", "div") and (
            value := next((given[name] for name in _DATA_DATES if name in given), "")
        ):
            self._stamp("data", value, given.get("class", ""))
        if tag == "img" and (alt := given.get("alt")):
            self._alternative = alt
            named = f"{alt} {given.get('class')} {given.get('id')} {given.get('src')}".lower()
            is_top = len(self.found.blocks) < _TOP and "banner" in named
            is_logo = "logo" in named or is_top
            if is_logo or any(region is Region.HEADER for _, region in self._regions):
                self.found.logos.append(line_of(alt[:LONGEST_HEADING]))

    def _is_inside_article(self) -> bool:
        return any(name in ("article", "main") for name, *_ in self._open[-30:-1])

    def _begin(self, tag: str, given: dict[str, str]) -> None:
        if tag in _HEADINGS:
            self._flush()
            self._heading = tag
        elif tag in _CONTAINERS or "-" in tag:
            self._break()
            self.found.parents.append(self._container)
            self._container = len(self.found.parents) - 1
        elif tag in _LINES or tag == "br":
            self._break(is_final=tag != "br")
        elif tag not in _SILENT:
            self._add(BORDER)
        if tag == "a":
            self._alternative = ""
            self._links.append((given.get("href", ""), len(self._words)))
        elif tag == "time":
            hint = f"{given.get('class', '')} {given.get('itemprop', '')}"
            self._time = (given.get("datetime", ""), hint, len(self._words))

    def _begin_silent(self, tag: str, given: dict[str, str]) -> None:
        if tag == "script" and "ld+json" in given.get("type", "").lower():
            self._script = []
        elif tag == "title" and not self.found.title and self._silent == 1:
            self._title = []

    def _finish(self, tag: str) -> None:
        if tag == "script" and self._script is not None:
            if len(self.found.scripts_ld) < 30:
                self.found.scripts_ld.append("".join(self._script)[: LONGEST_SCRIPT + 1])
            self._script = None
        elif tag == "title" and self._title is not None:
            self.found.title = line_of("".join(self._title)[:LONGEST_VALUE])
            self._title = None
        elif tag == "a" and self._links:
            self._end_link()
        elif tag == "time" and self._time is not None:
            value, hint, begun = self._time
            said = value or "".join(self._words[begun:])
            self._stamp("time", said, hint)
            self._time = None
        if tag == self._heading:
            self._flush()
        elif tag in _CONTAINERS or tag in _LINES or "-" in tag:
            self._break()
        elif tag not in _SILENT and tag != "br":
            self._add(BORDER)

    def _end_link(self) -> None:
        href, begun = self._links.pop()
        words = line_of("".join(self._words[begun:])[:LONGEST_VALUE].replace(BORDER, ""))
        words = words or line_of(self._alternative[:LONGEST_HEADING])
        if words and not self._silent and len(self.found.links) < MOST_FOUND:
            self.found.links.append(Link(words, href, self._regions))

    def _stamp(self, name: str, value: str, hint: str) -> None:
        if len(self.found.stamps) < MOST_FOUND and not self._silent:
            stamp = Stamp(name, line_of(value[:200]), len(self.found.blocks), self._regions, hint)
            self.found.stamps.append(stamp)

    # --- lines ------------------------------------------------------------------------------

    def _add(self, text: str) -> None:
        self._words.append(text)
        self._length += len(text)

    def _break(self, *, is_final: bool = True) -> None:
        """End the line, unless it is a heading, which is one line whatever is in it."""
        if self._heading and self._length <= LONGEST_HEADING:
            self._add(" ")
        else:
            self._flush(is_final=is_final)

    def _flush(self, *, is_final: bool = True) -> None:
        text = line_of("".join(self._words)[:LONGEST_LINE]).strip(BORDER + " ")
        if text.strip(BORDER + " "):
            is_heading = self._heading and len(text) <= LONGEST_HEADING
            self.found.blocks.append(
                Block(
                    tag=self._heading if is_heading else self._tag(),
                    text=text,
                    linked=self._linked,
                    container=self._container,
                    regions=self._regions,
                    hint=" ".join(names for *_, names in self._hints)[: 2 * LONGEST_NAMES].lower(),
                )
            )
        if is_final:
            self._heading = ""
            self._hints = []
        # A line that goes on has no letters of elements that have ended.
        self._hints = [hint for hint in self._hints if self._is_open(*hint[:2])]
        self._words, self._length, self._linked = [], 0, 0
        self._links = [(href, 0) for href, _ in self._links[-3:]]
        if self._time is not None:
            self._time = (*self._time[:2], 0)

    def _is_open(self, depth: int, tag: str) -> bool:
        return depth <= len(self._open) and self._open[depth - 1][0] == tag

    def _tag(self) -> str:
        return next((name for name, *_ in reversed(self._open[-6:])
                     if name in _CONTAINERS or name in _LINES), "body")  # fmt: skip

    def finish(self) -> None:
        """Whatever was still open ends here."""
        while self._open:
            self.end(self._open[-1][0])
        self._flush()
        self.found.noscript = line_of("".join(self._noscript)[:LONGEST_VALUE])
        self.found.metas = [(name, line_of(value)) for name, value in self.found.metas]
