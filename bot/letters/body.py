"""The body of a letter: its paragraphs, the tasks among them, and what closes it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.letters.letter import LetterTask

VIETNAMESE_POINTS: Final = "abcdđeghiklmnopqrstuvxy"  # a) b) c) d) đ) e) g) …

# 1. Đẩy mạnh · 2) Tăng cường · 3/ Báo cáo; never 1.1 or 15/01/2023
_NUMBERED = re.compile(r"\(?(?P<number>\d{1,2}) ?[.)/] ?(?=[^\d\s])(?P<text>.*)", re.DOTALL)
# Điều 1. Ban hành kèm theo …
_ARTICLE = re.compile(r"Điều (?P<number>\d{1,2}) ?[.:] ?(?P<text>.*)", re.DOTALL)
# a) Báo Yên Bái · đ. Đài
_POINT = re.compile(rf"(?P<point>[{VIETNAMESE_POINTS}]) ?[.)] ?(?=[^\d\s])(?P<text>.*)", re.DOTALL)
# Đối với các cơ quan báo chí: … · * Đối với Phòng Văn hóa và Thông tin: …
_GROUP = re.compile(r"(?:[-+*•] ?)?(?P<text>Đối với [^:\n]{3,200}:.*)", re.DOTALL)
# - Treo băng rôn …
_BULLET = re.compile(r"[-+•] ?(?P<text>[^\W\d_].*|\d.*)", re.DOTALL)
# 1.1. Nội dung
_SUBITEM = re.compile(r"\d{1,2}\.\d{1,2}\.? ?[^\W\d_]")
# II. NHIỆM VỤ
_SECTION = re.compile(r"[IVX]{1,4} ?[.)-] ?[^\W\d_]")
_ITEMS: Final = (_NUMBERED, _ARTICLE, _POINT, _GROUP, _BULLET, _SUBITEM, _SECTION)

# The end of a sentence or of an item: what follows on a new line is a new paragraph.
_COMPLETE = re.compile(r"[.;:!?…][”\"')]?$")
_COURTESY = re.compile(r"(?:Xin )?(?:[Tt]rân trọng|[Cc]hân thành)\b.{0,60}$")
WRAPPED_WIDTH: Final = 160  # characters: lines longer than this are whole paragraphs


@dataclass(frozen=True, slots=True)
class Body:
    """The tasks in order, and the text after them up to the signature."""

    tasks: tuple[LetterTask, ...] = ()
    closing: str | None = None


@dataclass(frozen=True, slots=True)
class _Item:
    index: int  # of its paragraph
    number: int
    text: str


def read_body(lines: list[str]) -> Body:
    """Find the tasks among the normalised lines between the addressees and the signature.

    Articles (`Điều 1.`) are taken before numbers, numbers before points (`a)`), points before
    paragraphs by group (`Đối với …:`), and plain bullets only below a line that announces them.
    """
    paragraphs = join_paragraphs(lines)
    for find in (_articles, _numbers, _points, _groups, _bullets):
        if items := find(paragraphs):
            return _with_closing(paragraphs, items)
    return Body()


def starts_item(line: str) -> bool:
    """Whether the line begins with the mark of a task, sub-item or section."""
    return any(item.match(line) for item in _ITEMS)


def join_paragraphs(lines: list[str]) -> list[str]:
    """Put wrapped lines together again; items start a paragraph of their own."""
    width = max(map(len, lines), default=0)
    paragraphs: list[str] = []
    last, gap = "", False
    for line in lines:
        if not line:
            gap = True
            continue
        if paragraphs and _continues(last, line, gap=gap, width=width):
            broken_code = last.endswith("-") and not last.endswith(" -")
            paragraphs[-1] += line if broken_code else f" {line}"
        else:
            paragraphs.append(line)
        last, gap = line, False
    return paragraphs


def _continues(last: str, line: str, *, gap: bool, width: int) -> bool:
    if starts_item(line):
        return False
    if _COMPLETE.search(last):
        fills_its_line = width <= WRAPPED_WIDTH and len(last) > 0.9 * width
        return fills_its_line and not gap and not last.endswith((":", "./."))
    if gap:
        return line[0].islower()
    return last.isupper() == line.isupper()


def _articles(paragraphs: list[str]) -> list[_Item]:
    return _counted(paragraphs, _ARTICLE, lambda match: int(match["number"]))


def _numbers(paragraphs: list[str]) -> list[_Item]:
    return _counted(paragraphs, _NUMBERED, lambda match: int(match["number"]))


def _points(paragraphs: list[str]) -> list[_Item]:
    return _counted(paragraphs, _POINT, lambda match: VIETNAMESE_POINTS.index(match["point"]) + 1)


def _counted(
    paragraphs: list[str], shape: re.Pattern[str], ordinal: Callable[[re.Match[str]], int]
) -> list[_Item]:
    """Items counted 1, 2, 3 …; a section (`II.`) starts the counting anew, but not the numbers."""
    items: list[_Item] = []
    expected = 1
    for index, paragraph in enumerate(paragraphs):
        if _SECTION.match(paragraph):
            expected = 1
        match = shape.match(paragraph)
        if match is None or ordinal(match) != expected:
            continue
        expected += 1
        items.append(_Item(index, len(items) + 1, match["text"]))
    return items


def _groups(paragraphs: list[str]) -> list[_Item]:
    return _listed(paragraphs, _GROUP, start=0)


def _bullets(paragraphs: list[str]) -> list[_Item]:
    for index, paragraph in enumerate(paragraphs[:-1]):
        if paragraph.endswith(":") and _BULLET.match(paragraphs[index + 1]):
            return _listed(paragraphs, _BULLET, start=index + 1)
    return []


def _listed(paragraphs: list[str], shape: re.Pattern[str], *, start: int) -> list[_Item]:
    items: list[_Item] = []
    for index in range(start, len(paragraphs)):
        if match := shape.match(paragraphs[index]):
            items.append(_Item(index, len(items) + 1, match["text"]))
    return items


def _with_closing(paragraphs: list[str], items: list[_Item]) -> Body:
    """Give every task the paragraphs below it, and the rest to the closing."""
    tasks: list[LetterTask] = []
    ends = [item.index for item in items[1:]] + [_end_of_last(paragraphs, items[-1].index)]
    for item, end in zip(items, ends, strict=True):
        below = paragraphs[item.index + 1 : end]
        section = next((at for at, text in enumerate(below) if _SECTION.match(text)), len(below))
        tasks.append(LetterTask(item.number, "\n".join((item.text, *below[:section]))))
    closing = [text for text in paragraphs[ends[-1] :] if not _COURTESY.match(text)]
    return Body(tuple(tasks), "\n".join(closing) or None)


def _end_of_last(paragraphs: list[str], index: int) -> int:
    """The last task ends before the first paragraph that is no item and that no `:` announced."""
    for end in range(index + 1, len(paragraphs)):
        announced = paragraphs[end - 1].endswith(":")
        if not announced and not starts_item(paragraphs[end]):
            return end
    return len(paragraphs)
