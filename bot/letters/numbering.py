"""The numbers Word prints before paragraphs and does not keep in their text: `1.`, `a)`, `-`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from xml.etree.ElementTree import Element

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PLACEHOLDER = re.compile(r"%(\d)")
_ROMAN: Final = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_LEVELS: Final = 9


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    form: str
    text: str


@dataclass(slots=True)
class _List:
    """One abstract list: its levels and how far each has counted."""

    levels: dict[int, _Level]
    counters: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts on from paragraph to paragraph, as Word does when it shows them."""

    def __init__(self, part: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._abstract: dict[str, _List] = {}
        self._lists: dict[str, _List] = {}
        self._restarts: dict[str, dict[int, int]] = {}
        if part is None:
            return
        for abstract in part.iter(f"{W}abstractNum"):
            levels = {_number(level, "ilvl"): _level(level) for level in abstract.iter(f"{W}lvl")}
            self._abstract[abstract.get(f"{W}abstractNumId", "")] = _List(levels)
        for num in part.iter(f"{W}num"):
            self._add(num)

    def _add(self, num: Element) -> None:
        identity = num.get(f"{W}numId", "")
        abstract = self._abstract.get(value_of(num.find(f"{W}abstractNumId")) or "")
        if abstract is None:
            return
        self._lists[identity] = abstract
        restarts: dict[int, int] = {}
        for override in num.iter(f"{W}lvlOverride"):
            start = value_of(override.find(f"{W}startOverride"))
            if start and start.isdecimal():
                restarts[_number(override, "ilvl")] = int(start)
        self._restarts[identity] = restarts

    def mark(self, properties: Element | None, style: str | None) -> str:
        """The mark before the next paragraph with these properties; empty if it has none."""
        place = _place(properties) or self._styles.list_place(style)
        if place is None:
            return ""
        identity, depth = place
        lists = self._lists.get(identity)
        level = lists.levels.get(depth) if lists else None
        if lists is None or level is None:
            return ""
        self._count(lists, identity, depth, level)
        if level.form == "bullet":
            return "-"
        return _PLACEHOLDER.sub(lambda match: _shown(lists, int(match[1]) - 1), level.text)

    def _count(self, lists: _List, identity: str, depth: int, level: _Level) -> None:
        restart = self._restarts.get(identity, {}).pop(depth, None)
        if restart is not None:
            lists.counters[depth] = restart
        else:
            lists.counters[depth] = lists.counters.get(depth, level.start - 1) + 1
        for deeper in range(depth + 1, _LEVELS):
            lists.counters.pop(deeper, None)


class Styles:
    """What paragraph styles hand down: a list's level, and capitals."""

    def __init__(self, part: Element | None) -> None:
        self._styles: dict[str, Element] = {}
        self._default: str | None = None
        for style in part.iter(f"{W}style") if part is not None else ():
            identity = style.get(f"{W}styleId", "")
            self._styles[identity] = style
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true"):
                self._default = identity

    def list_place(self, style: str | None) -> tuple[str, int] | None:
        """The list and level of paragraphs in this style."""
        level: int | None = None
        for each in self._chain(style):
            found = each.find(f"{W}pPr/{W}numPr")
            if found is None:
                continue
            depth = value_of(found.find(f"{W}ilvl"))
            if level is None and depth is not None and depth.isdecimal():
                level = int(depth)
            identity = value_of(found.find(f"{W}numId"))
            if identity is not None:
                return None if identity == "0" else (identity, level or 0)
        return None

    def in_capitals(self, style: str | None) -> bool:
        """Whether text in this style is shown in capitals."""
        for each in self._chain(style):
            caps = each.find(f"{W}rPr/{W}caps")
            if caps is not None:
                return is_on(caps)
        return False

    def _chain(self, style: str | None) -> list[Element]:
        """The style and those it is based on; a circle ends where it closes."""
        chain: list[Element] = []
        identity = style or self._default
        while identity in self._styles and self._styles[identity] not in chain:
            chain.append(self._styles[identity])
            identity = value_of(chain[-1].find(f"{W}basedOn"))
        return chain


def value_of(element: Element | None) -> str | None:
    """The attribute `w:val`."""
    return None if element is None else element.get(f"{W}val")


def is_on(element: Element | None) -> bool:
    """Whether a switch such as `w:caps` is there and not turned off."""
    return element is not None and value_of(element) not in ("0", "false", "off")


def _place(properties: Element | None) -> tuple[str, int] | None:
    found = properties.find(f"{W}numPr") if properties is not None else None
    identity = value_of(found.find(f"{W}numId")) if found is not None else None
    if found is None or identity is None:
        return None
    depth = value_of(found.find(f"{W}ilvl")) or "0"
    return identity, int(depth) if depth.isdecimal() else 0


def _level(level: Element) -> _Level:
    start = value_of(level.find(f"{W}start")) or "1"
    return _Level(
        start=int(start) if start.isdecimal() else 1,
        form=value_of(level.find(f"{W}numFmt")) or "decimal",
        text=value_of(level.find(f"{W}lvlText")) or "",
    )


def _number(element: Element, name: str) -> int:
    text = element.get(f"{W}{name}", "0")
    return int(text) if text.isdecimal() else 0


def _shown(lists: _List, depth: int) -> str:
    level = lists.levels.get(depth)
    if level is None:
        return ""
    count = lists.counters.get(depth, level.start)
    return _FORMS.get(level.form, str)(count)


def _letters(count: int) -> str:
    """a … z, aa, bb …, as Word counts; beyond reason it stays a number."""
    if not 1 <= count <= 26 * 8:
        return str(count)
    return chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)


def _roman(count: int) -> str:
    if not 1 <= count < 4000:
        return str(count)
    shown = ""
    for worth, letters in _ROMAN:
        shown += letters * (count // worth)
        count %= worth
    return shown


_FORMS: Final[dict[str, Callable[[int], str]]] = {
    "decimalZero": lambda count: f"{count:02}",
    "lowerLetter": _letters,
    "upperLetter": lambda count: _letters(count).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda count: _roman(count).upper(),
    "none": lambda _: "",
}
