"""The head of a letter: who issues it, its number, place and day, and what it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from bot.domain.folding import fold, unaccent
from bot.letters.references import DOCUMENT_KINDS, PARTY_SYMBOL_SHAPE, SYMBOL_SHAPE

_BLANK: Final = r"[\s.…_]*"
# Số: 15/QĐ-BNV · Số: /STTTT-TTBCXB · Số: 06/2024/QĐ-UBND · Số ……/BC-STTTT
_STATE_NUMBER: Final = (
    rf"(?P<number>\d{{1,5}}(?:\s?/\s?(?:19|20)\d\d)?|{_BLANK})\s?/\s?(?P<symbol>{SYMBOL_SHAPE})"
)
# Số 56-CTr/TU · Số: -CV/BTGTU
_PARTY_NUMBER: Final = (
    rf"(?P<party_number>\d{{1,5}}|{_BLANK})\s?-\s?(?P<party_symbol>{PARTY_SYMBOL_SHAPE})"
)
NUMBER_LINE = re.compile(
    rf"\b(?:Số|SỐ)\s?(?::\s?)?(?:{_STATE_NUMBER}|{_PARTY_NUMBER}|(?P<bare>\d{{1,5}})\s*/?$)",
    re.MULTILINE,
)
# Yên Bái, ngày 06 tháng 01 năm 2023 · Yên Bái, ngày tháng 01 năm 2023 · ngày … tháng … năm 2023
DATE_LINE = re.compile(
    rf"(?:(?P<place>[^\n,;:\d]{{2,60}}),\s*)?\b[Nn]gày\s*(?P<day>\d{{1,2}}|{_BLANK})\s*"
    rf"tháng\s*(?P<month>\d{{1,2}}|{_BLANK})\s*năm\s*(?P<year>(?:19|20)\d\d)?"
)
# V/v tuyên truyền … · Về việc ban hành …
ABOUT = re.compile(r"^(?:V ?/ ?v|Về việc)\s*:?\s+", re.IGNORECASE)
ABOUT_LETTER = re.compile(r"^V ?/ ?v\s*:?\s+", re.IGNORECASE)
# CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM · Độc lập - Tự do - Hạnh phúc · ĐẢNG CỘNG SẢN VIỆT NAM
_MOTTO = re.compile(
    r"cong hoa xa hoi chu nghia viet nam|dang cong san viet nam|doc lap ?- ?tu do ?- ?hanh phuc"
)
# The first word of an office's name, which a wrapped line of one does not have.
_OFFICE = re.compile(
    r"(?:UBND|HĐND|ỦY BAN|UỶ BAN|HỘI ĐỒNG|SỞ|BỘ|BAN|PHÒNG|TRUNG TÂM|CỤC|CHI CỤC|TỔNG CỤC|VỤ|HỘI"
    r"|VĂN PHÒNG|CÔNG AN|ĐÀI|BÁO|TỈNH ỦY|TỈNH UỶ|HUYỆN ỦY|THÀNH ỦY|ĐẢNG ỦY|VIỆN|TRƯỜNG|LIÊN)\b"
)
KIND_HEADINGS: Final = {fold(kind): kind for kind in DOCUMENT_KINDS if kind != "Văn bản"}
SUBJECT_LINES: Final = 6
STARTS_BODY = re.compile(
    r"^(?:[-+•]\s*)?(?:Căn cứ|Thực hiện|Nhằm|Để|Theo|Trên cơ sở|Tiếp theo|Xét|Trong thời gian"
    r"|Ngày \d|Sau khi|Qua )"
)


@dataclass(frozen=True, slots=True)
class Header:
    """What the lines above the addressees or the body say."""

    issuer: str | None = None
    kind: str | None = None
    number: str | None = None
    symbol: str | None = None
    place: str | None = None
    issued_on: date | None = None
    issued_month: tuple[int, int] | None = None
    subject: str | None = None


def read_header(lines: list[str]) -> Header:
    """Read the normalised lines above the body; what is blank or absent stays None."""
    lines = [_without_motto(line) for line in lines]
    header = _numbered(Header(), lines)
    header = _dated(header, lines)
    kind, subject = _kind_and_subject(lines)
    return replace(header, issuer=_issuer(lines), kind=kind, subject=subject)


def heading_kind(line: str) -> str | None:
    """The kind of document whose name the line is, in capitals: `QUYẾT ĐỊNH`."""
    return KIND_HEADINGS.get(fold(line)) if line.isupper() else None


def _without_motto(line: str) -> str:
    bare = unaccent(line)
    match = _MOTTO.search(bare)
    # Both have the same length, so that the place found in one holds in the other.
    return line[: match.start()].rstrip() if match and len(bare) == len(line) else line


def _numbered(header: Header, lines: list[str]) -> Header:
    match = NUMBER_LINE.search("\n".join(lines))
    if match is None:
        return header
    number = match["number"] or match["party_number"] or match["bare"] or ""
    symbol = match["symbol"] or match["party_symbol"] or ""
    return replace(
        header,
        number=_squeezed(number) if number[:1].isdecimal() else None,
        symbol=_squeezed(symbol) or None,
    )


def _dated(header: Header, lines: list[str]) -> Header:
    text = NUMBER_LINE.sub("\n", "\n".join(line for line in lines if not ABOUT.match(line)))
    match = DATE_LINE.search(text)
    if match is None:
        return header
    place = (match["place"] or "").strip() or None
    year, month, day = (_number(match[part]) for part in ("year", "month", "day"))
    if year is None or month is None or not 1 <= month <= 12:
        return replace(header, place=place)
    try:
        return replace(header, place=place, issued_on=date(year, month, day or 0))
    except ValueError:
        return replace(header, place=place, issued_month=(year, month))


def _kind_and_subject(lines: list[str]) -> tuple[str | None, str | None]:
    """`Công văn` and the text behind V/v, else the named kind and the lines below its name."""
    for index, line in enumerate(lines):
        if ABOUT_LETTER.match(line):
            return "Công văn", _subject(lines[index:])
    for index, line in enumerate(lines):
        if kind := heading_kind(line):
            return kind, _subject(lines[index + 1 :])
    return None, None


def _subject(lines: list[str]) -> str | None:
    """The lines of the subject joined, up to its end or another part of the head."""
    taken: list[str] = []
    gap = False
    for line in lines:
        if not line:
            gap = bool(taken)
            continue
        # In a double spaced text the next line of the subject goes on in small letters.
        if (gap and not line[0].islower()) or _is_another_part(line, taken):
            break
        taken.append(line)
        gap = False
        if len(taken) == SUBJECT_LINES:
            break
    return ABOUT.sub("", " ".join(taken)).rstrip(" .;") or None


def _is_another_part(line: str, taken: list[str]) -> bool:
    if NUMBER_LINE.match(line) or DATE_LINE.match(line) or STARTS_BODY.match(line):
        return True
    return bool(taken) and line.isupper() and not taken[-1].isupper()


def _issuer(lines: list[str]) -> str | None:
    """The last office named in capitals above the number, its wrapped lines joined."""
    above: list[str] = []
    for line in lines:
        if NUMBER_LINE.search(line) or ABOUT.match(line) or heading_kind(line):
            break
        if line.isupper() and len(line) > 2:
            above.append(line)
    starts = [index for index, line in enumerate(above) if _OFFICE.match(line)]
    return " ".join(above[starts[-1] :]) if starts else None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


def _squeezed(text: str) -> str:
    return "".join(text.split())
