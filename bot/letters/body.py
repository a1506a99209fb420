"""The body of a letter: its paragraphs, the tasks among them, and what closes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.letters.groups import expected_number, group_of
from bot.letters.letter import LetterTask, Sureness
from bot.letters.spans import Piece, Span, join, pieces

VIETNAMESE_POINTS: Final = "abcdđeghiklmnopqrstuvxy"  # a) b) c) d) đ) e) g) …

# 1. Đẩy mạnh · 2) Tăng cường · 3/ Báo cáo; never 1.1 or 15/01/2023
_NUMBERED = re.compile(r"\(?(?P<number>\d{1,2}) ?[.)/] ?(?=[^\d\s])(?P<text>.*)", re.DOTALL)
# Điều 1. Ban hành kèm theo …
_ARTICLE = re.compile(r"Điều ?(?P<number>\d{1,2}) ?[.:] ?(?P<text>.*)", re.DOTALL)
# a) Báo Yên Bái · đ. Đài
_POINT = re.compile(rf"(?P<point>[{VIETNAMESE_POINTS}]) ?[.)] ?(?=[^\d\s])(?P<text>.*)", re.DOTALL)
# Đối với các cơ quan báo chí: … · * Đối với Phòng Văn hóa và Thông tin: …
_GROUP = re.compile(r"(?:[-+*•] ?)?(?P<text>Đối ?với [^:\n]{3,200}:.*)", re.DOTALL)
# - Treo băng rôn …
_BULLET = re.compile(r"[-+•●▪] ?(?P<text>[^\W\d_].*|\d.*)", re.DOTALL)
# 1.1. Nội dung
_SUBITEM = re.compile(r"\d{1,2}\.\d{1,2}\.? ?(?P<text>[^\W\d_].*)", re.DOTALL)
# II. NHIỆM VỤ
_SECTION = re.compile(r"[IVX]{1,4} ?[.)-] ?(?P<text>[^\W\d_].*)", re.DOTALL)
_ROMANS: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_ROMAN = re.compile(
    rf"(?P<roman>{'|'.join(sorted(_ROMANS, key=len, reverse=True))}) ?[.)-] ?"
    r"(?P<text>[^\W\d_].{20,})",
    re.DOTALL,
)
_ITEMS: Final = (_NUMBERED, _ARTICLE, _POINT, _GROUP, _BULLET, _SUBITEM, _SECTION)
_SUB_ITEMS: Final = (_POINT, _SUBITEM, _BULLET, _NUMBERED)
# Sections that ask for nothing.
_BACKGROUND = re.compile(
    r"(?:mục đích|yêu cầu|quan điểm|căn cứ|đặc điểm|tình hình|sự cần thiết|kết quả|đánh giá"
    r"|phạm vi|đối tượng|thời gian|kinh phí)",
    re.IGNORECASE,
)
# What an invitation or a programme tells: "Thời gian: 08h00, ngày 20/02/2023"
_FACT = re.compile(
    r"(?:Thời gian|Địa điểm|Thành phần|Chủ trì|Nơi họp|Nội dung họp|Số lượng|Hình thức"
    r"|Kinh phí|Đối tượng|Phạm vi|Mục đích|Điều kiện)[^:\n]{0,40}:"
)
# Articles of a decision that give no duty.
_NO_DUTY = re.compile(
    r"^(?:Ban hành(?: kèm theo)?|Phê duyệt|Công bố|Thành lập|Bãi bỏ)\b|có ?hiệu ?lực"
    r"|chịu ?trách ?nhiệm ?thi ?hành|thi hành (?:Quyết định|Nghị quyết) này"
)
_FOR_A_GROUP = re.compile(r"đối với (?P<group>.+?)\W*$", re.IGNORECASE)
# Where nothing is listed: "Sở … đề nghị các đơn vị gửi báo cáo …"
_REQUEST = re.compile(r"(?:^|[ ,.;])(?:đề nghị|yêu cầu|Đề nghị|Yêu cầu|giao|Giao) (?=[^\W\d_])")
_ONLY_POLITE = re.compile(
    r"(?:quan tâm|phối hợp|nghiêm túc|triển khai|tổ chức|khẩn trương)[^.]{0,40} thực hiện[^.]{0,30}"
    r"[./ ]*$"
)

# The end of a sentence or of an item: what follows on a new line is a new paragraph.
_COMPLETE = re.compile(r"[.;:!?…][”\"')]?$")
_COURTESY = re.compile(r"(?:Xin )?(?:[Tt]rân ?trọng|[Cc]hân ?thành)\b.{0,60}$")
# What a letter rests on, above its tasks.
_BASIS = re.compile(
    r"(?:[-+•] ?)?(?:Căn ?cứ|Thực ?hiện|Tiếp tục thực hiện|Triển khai(?: thực hiện)?|Theo|Tiếp theo"
    r"|Xét)\b"
)
_HEADING: Final = 150  # characters: an item this short without an end is above what it asks for
WRAPPED_WIDTH: Final = 160  # characters: lines longer than this are whole paragraphs


@dataclass(frozen=True, slots=True)
class Body:
    """What it rests on, the tasks in order, and the text after them up to the signature.

    `spans` tell where each task stands, `sureness` how clearly they are tasks.
    """

    bases: tuple[Piece, ...] = ()
    tasks: tuple[LetterTask, ...] = ()
    spans: tuple[Span, ...] = ()
    closing: Piece | None = None
    sureness: Sureness = Sureness.SURE


@dataclass(frozen=True, slots=True)
class _Item:
    index: int  # of its paragraph
    text: str
    shape: re.Pattern[str] | None = None  # its mark
    group: str | None = None
    asks: bool = True  # else it only tells, and ends the one before


def read_body(lines: Sequence[str]) -> Body:
    """Find the tasks among the normalised lines between the addressees and the signature.

    Articles (`Điều 1.`) are taken before numbers, numbers before points (`a)`), points before
    paragraphs by group (`Đối với …:`), and plain bullets only below a line that announces them.
    """
    paragraphs = join_paragraphs(lines)
    texts = [paragraph.text for paragraph in paragraphs]
    for find, sureness in _WAYS:
        if items := find(texts):
            return replace(_body(paragraphs, items), sureness=sureness)
    closing = [piece for piece in paragraphs if not _COURTESY.match(piece.text)]
    return Body(bases=tuple(piece for piece in closing if _BASIS.match(piece.text)))


def starts_item(line: str) -> bool:
    """Whether the line begins with the mark of a task, sub-item or section."""
    return any(item.match(line) for item in _ITEMS)


def join_paragraphs(lines: Sequence[str]) -> list[Piece]:
    """Put wrapped lines together again; items start a paragraph of their own."""
    width = max(map(len, lines), default=0)
    paragraphs: list[Piece] = []
    last, gap = "", False
    for line in pieces(lines):
        if not line.text:
            gap = True
            continue
        if paragraphs and _continues(last, line.text, gap=gap, width=width):
            broken_code = last.endswith("-") and not last.endswith(" -")
            paragraphs[-1] = paragraphs[-1].joined(line, by="" if broken_code else " ")
        else:
            paragraphs.append(line)
        last, gap = line.text, False
    return paragraphs


def _continues(last: str, line: str, *, gap: bool, width: int) -> bool:
    if starts_item(line):
        return False
    if _COMPLETE.search(last):
        fills_its_line = width <= WRAPPED_WIDTH and len(last) > 0.9 * width
        return fills_its_line and not gap and not last.endswith((":", "./."))
    if gap or (line[0].isupper() and len(last) < 0.6 * min(width, WRAPPED_WIDTH)):
        return line[0].islower()
    return last.isupper() == line.isupper()


def _articles(paragraphs: list[str]) -> list[_Item]:
    """Those that give a duty: not what is issued, from when it holds and who is bound by it."""
    found = _counted(paragraphs, _ARTICLE, lambda match: int(match["number"]))
    below = [*paragraphs[1:], ""]
    return [
        replace(
            item, asks=not _NO_DUTY.search(item.text) or bool(_NUMBERED.match(below[item.index]))
        )
        for item in found
    ]


def _numbers(paragraphs: list[str]) -> list[_Item]:
    return _counted(paragraphs, _NUMBERED, lambda match: int(match["number"]))


def _points(paragraphs: list[str]) -> list[_Item]:
    return _counted(paragraphs, _POINT, lambda match: VIETNAMESE_POINTS.index(match["point"]) + 1)


def _counted(
    paragraphs: list[str], shape: re.Pattern[str], ordinal: Callable[[re.Match[str]], int]
) -> list[_Item]:
    """Items counted 1, 2, 3 …; a section (`II.`) starts the counting anew.

    Sections that only tell (`I. MỤC ĐÍCH`) are passed over, unless nothing stands in any other.
    """
    items: list[_Item] = []
    expected, group, tells = 1, None, False
    for index, paragraph in enumerate(paragraphs):
        if shape is not _ROMAN and (section := _SECTION.match(paragraph)):
            expected = 1
            tells = bool(_BACKGROUND.match(section["text"]))
            named = _FOR_A_GROUP.search(section["text"])
            group = named["group"] if named else None
        match = shape.match(paragraph)
        if match is None or ordinal(match) != expected:
            continue
        expected += 1
        asks = not (tells or _FACT.match(match["text"]))
        items.append(_Item(index, match["text"], shape, group, asks=asks))
    if any(item.asks for item in items):
        return items
    return [replace(item, asks=not _FACT.match(item.text)) for item in items]


def _sections(paragraphs: list[str]) -> list[_Item]:
    """Sections that are tasks themselves: `I. Sở Công Thương: xây dựng …`."""
    items = _counted(paragraphs, _ROMAN, lambda match: _ROMANS.index(match["roman"]) + 1)
    return items if len(items) > 1 and not any(item.text.isupper() for item in items) else []


def _groups_above_numbers(paragraphs: list[str]) -> list[_Item]:
    """Paragraphs by group, where each counts anew below itself."""
    groups = _groups(paragraphs)
    firsts = [
        index
        for index, paragraph in enumerate(paragraphs)
        if (match := _NUMBERED.match(paragraph)) and match["number"] in ("1", "01")
    ]
    above = len(groups) > 1 and len(firsts) > 1 and groups[0].index < firsts[0]
    return groups if above else []


def _groups(paragraphs: list[str]) -> list[_Item]:
    return _listed(paragraphs, _GROUP, start=0)


def _bullets(paragraphs: list[str]) -> list[_Item]:
    for index, paragraph in enumerate(paragraphs[:-1]):
        if paragraph.endswith(":") and _BULLET.match(paragraphs[index + 1]):
            return _listed(paragraphs, _BULLET, start=index + 1)
    return []


def _listed(paragraphs: list[str], shape: re.Pattern[str], *, start: int) -> list[_Item]:
    found = (shape.match(text) for text in paragraphs[start:])
    return [_Item(start + at, match["text"], shape) for at, match in enumerate(found) if match]


def _requests(paragraphs: list[str]) -> list[_Item]:
    """Paragraphs that ask for something, where nothing is listed."""
    return [
        _Item(index, paragraph)
        for index, paragraph in enumerate(paragraphs)
        if _REQUEST.search(paragraph)
        and not _ONLY_POLITE.search(paragraph)
        and not paragraph.endswith(":")
    ]


_WAYS: Final[tuple[tuple[Callable[[list[str]], list[_Item]], Sureness], ...]] = (
    (_articles, Sureness.SURE),
    (_groups_above_numbers, Sureness.SURE),
    (_numbers, Sureness.SURE),
    (_points, Sureness.SURE),
    (_sections, Sureness.LIKELY),
    (_groups, Sureness.LIKELY),
    (_bullets, Sureness.LIKELY),
    (_requests, Sureness.GUESSED),
)


def _body(paragraphs: list[Piece], items: list[_Item]) -> Body:
    """Give every task the paragraphs below it, and the rest to the closing."""
    tasks: list[LetterTask] = []
    spans: list[Span] = []
    ends = [item.index for item in items[1:]] + [_end_of_last(paragraphs, items[-1].index)]
    for item, end in zip(items, ends, strict=True):
        below = paragraphs[item.index + 1 : end]
        section = next(
            (at for at, piece in enumerate(below) if _SECTION.match(piece.text)), len(below)
        )
        whole = join([paragraphs[item.index].with_text(item.text), *below[:section]], by="\n")
        if whole is not None and item.asks:
            tasks.append(_task(len(tasks) + 1, item, whole.text, below[:section]))
            spans.append(whole.span)
    closing = [piece for piece in paragraphs[ends[-1] :] if not _COURTESY.match(piece.text)]
    above = paragraphs[: items[0].index]
    return Body(
        bases=tuple(piece for piece in above if _BASIS.match(piece.text)),
        tasks=tuple(tasks),
        spans=tuple(spans),
        closing=join(closing, by="\n"),
    )


def _task(number: int, item: _Item, text: str, below: list[Piece]) -> LetterTask:
    return LetterTask(
        number=number,
        text=text,
        sub_items=_sub_items([piece.text for piece in below], item.shape),
        group=group_of(text) or item.group,
        expected=expected_number(text),
    )


def _sub_items(below: list[str], above: re.Pattern[str] | None) -> tuple[str, ...]:
    """Those of the first kind of mark below a task; what has another mark is inside of them."""
    marks = [mark for mark in _SUB_ITEMS if mark is not above]
    for text in below:
        shape = next((mark for mark in marks if mark.match(text)), None)
        if shape is not None:
            found = (shape.match(each) for each in below)
            return tuple(match["text"] for match in found if match)
    return ()


def _end_of_last(paragraphs: list[Piece], index: int) -> int:
    """The last task ends before the first paragraph that is no item and that no `:` announced."""
    for end in range(index + 1, len(paragraphs)):
        above = paragraphs[end - 1].text
        is_heading = end == index + 1 and len(above) < _HEADING and not _COMPLETE.search(above)
        announced = above.endswith(":") or is_heading
        if not announced and not starts_item(paragraphs[end].text):
            return end
    return len(paragraphs)
