"""The head of a letter: who issues it, its number, place and day, and what it is about."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import accumulate
from typing import Final

from bot.domain.folding import fold, unaccent
from bot.letters.letter import Sureness
from bot.letters.markers import BULLETS
from bot.letters.marks import is_stamp
from bot.letters.offices import OFFICE
from bot.letters.references import DOCUMENT_KINDS, PARTY_SYMBOL_SHAPE, SYMBOL_SHAPE
from bot.letters.spans import Piece, Span, join, pieces

_BLANK: Final = r"[\s.…_]*"
# Số: 15/QĐ-BNV · Số: /STTTT-TTBCXB · Số: 06/2024/QĐ-UBND · Số ……/BC-STTTT
_STATE_NUMBER: Final = (
    rf"(?P<number>\d{{1,5}}[a-zA-Z]?(?:\s?/\s?(?:19|20)\d\d)?|{_BLANK}(?:/\s?(?:19|20)\d\d)?)\s?/\s?"
    rf"(?P<symbol>{SYMBOL_SHAPE})"
)
# Số 56-CTr/TU · Số: -CV/BTGTU
_PARTY_NUMBER: Final = (
    rf"(?P<party_number>\d{{1,5}}|{_BLANK})\s?-?\s?(?P<party_symbol>{PARTY_SYMBOL_SHAPE})"
)
NUMBER_LINE = re.compile(
    rf"\b(?:Số|SỐ)\s?(?::\s?)?(?:{_STATE_NUMBER}|{_PARTY_NUMBER})"
    r"|^\W*(?:Số|SỐ)\s?:?\s?(?P<bare>\d{1,5})\s*/?$",
    re.MULTILINE,
)
# Yên Bái, ngày 06 tháng 01 năm 2023 · Yên Bái, ngày tháng 01 năm 2023 · Yên Bái, ngày 06/01/2023
_PLACE: Final = (
    r"(?:TP\. ?|Tp\. ?|T\.P ?|[Tt]hành phố |[Xx]ã |[Hh]uyện )?[A-ZÀ-ỸĐ][^\n,;:\d]{1,60}?"
)
DATE_LINE = re.compile(
    rf"(?:(?P<place>{_PLACE}) ?,\s*(?:hồi [^,\n]{{1,30}}?,?\s*)?)?"
    rf"\b[Nn]gày\s*(?:(?P<day>\d{{1,2}}|{_BLANK})\s*"
    rf"tháng\s*(?P<month>\d{{1,2}}|{_BLANK})\s*năm\s*(?P<year>(?:19|20)\d\d)?"
    rf"|(?(place)(?P<slashed>\d{{1,2}}/\d{{1,2}}/(?:19|20)\d\d)|(?!)))"
    # Nothing but another column's capitals stands behind it.
    r"(?=[^a-zà-ỹđ\n]*$)",
    re.MULTILINE,
)
# V/v tuyên truyền … · Về việc ban hành …
ABOUT = re.compile(r"^(?:V ?/ ?v|Về ?việc)\s*:?\s*", re.IGNORECASE)
ABOUT_LETTER = re.compile(r"^V ?/ ?v\s*:?\s*", re.IGNORECASE)
# CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM · Độc lập - Tự do - Hạnh phúc · ĐẢNG CỘNG SẢN VIỆT NAM
_MOTTO = re.compile(
    r"cong ?hoa ?xa ?hoi ?chu ?nghia ?viet(?: ?nam)?|^nam$|(?P<party>dang ?cong ?san ?viet ?nam)"
    r"|doc ?lap ?-? ?tu ?do ?-? ?hanh ?phuc"
)
_GOES_ON = re.compile(r"(?:,|-| VÀ| CỦA| CÁC)$")
_NOTE = re.compile(
    r"\W*(?:DỰ THẢO|LƯU HÀNH NỘI BỘ|XEM XONG|CHỈ ĐỌC|SAO (?:Y|LỤC)|BẢN SAO|BẢN CHÍNH)"
)
# Offices whose name goes on below: "CÔNG TY" above "ĐIỆN LỰC …", "CHỦ TỊCH" above "ỦY BAN …"
_UNNAMED: Final = frozenset(
    ("VĂN PHÒNG", "CÔNG TY", "TỔNG CÔNG TY", "TRUNG TÂM", "CHI NHÁNH", "TRƯỜNG", "BAN CHẤP HÀNH",
     "CHỦ TỊCH", "GIÁM ĐỐC", "BỘ TRƯỞNG")
)  # fmt: skip
KIND_HEADINGS: Final = {fold(kind): kind for kind in DOCUMENT_KINDS if kind != "Văn bản"}
# How the symbols of named kinds begin: KH-UBND, CTr/TU
_CODES: Final = frozenset(
    re.findall(
        r"\w+",
        "NQ QĐ CT QC QyĐ QĐi TC TB HD CTr KH PA ĐA DA BC BB TTr HĐ CĐ BGN BTT GUQ GM GGT GNP PG PC"
        " PB KL TL TT NĐ SY TrS SL",
    )
)
SUBJECT_LINES: Final = 8
UPWARD: Final = ("Tờ trình", "Báo cáo")  # they ask or tell those above, and give no tasks
STARTS_BODY = re.compile(
    rf"^(?:[{BULLETS}]\s*)?(?:Căn ?cứ|Thực ?hiện|Nhằm|Để|Theo|Trên cơ sở|Tiếp theo|Xét"
    r"|Trong thời gian|Ngày \d|Sau khi|Qua )"
)
_BASIS = re.compile(r"^Căn ?cứ\b")
_ADDRESSES = re.compile(r"^(?:Kính ?g[ửở]i|(?:Trân trọng )?[Kk]ính ?mời)\b")
# "Bà Rịa - Vũng" above "Tàu, ngày 08 tháng 5": a place whose name was wrapped
_PLACE_BEGUN = re.compile(r"^[A-ZÀ-ỸĐ]\w+(?: [A-ZÀ-ỸĐ]\w+)* - [A-ZÀ-ỸĐ]\w+$")
# "V/v tuyên truyền … Yên Bái, ngày 06 tháng 01 năm 2023": two columns that ran together
_PLACE_BESIDE = re.compile(
    rf" [A-ZĐ]\w*(?: [A-ZĐ]\w*){{0,3}}, ngày\s*(?:\d{{1,2}}|{_BLANK})\s*tháng"
)
_PLACE_ALONE = re.compile(r"[A-ZĐ]\w*(?: (?:- )?[A-ZĐ]\w*)*, ngày")


@dataclass(frozen=True, slots=True)
class Header:
    """What the lines above the addressees or the body say, and in which of them."""

    superior: str | None = None
    issuer: str | None = None
    kind: str | None = None
    number: str | None = None
    symbol: str | None = None
    place: str | None = None
    issued_on: date | None = None
    issued_month: tuple[int, int] | None = None
    subject: str | None = None
    spans: dict[str, tuple[Span, Sureness]] = field(default_factory=dict)


def read_header(lines: Sequence[str]) -> Header:
    """Read the normalised lines above the body; what is blank or absent stays None."""
    lines = _without_wrapped_place([_without_motto(line) for line in lines])
    header = _with_subject(_numbered(Header(), lines), lines)
    return _with_issuer(dated(header, lines), lines)


def heading_kind(line: str) -> str | None:
    """The kind of document whose name the line begins with, in capitals: `QUYẾT ĐỊNH`."""
    if not line.isupper():
        return None
    folded = fold(line)
    glued = folded.replace(" ", "")
    for name, kind in KIND_HEADINGS.items():
        whole = glued == name.replace(" ", "")
        begins = f"{folded} ".startswith(f"{name} ")
        beginning = line if whole else " ".join(line.split()[: len(name.split())])
        if (whole or begins) and _letters(beginning) == _letters(kind):
            return kind
    return None


def _letters(text: str) -> list[str]:
    """Its letters and accents, wherever a writer puts these: PHƯỜNG AN is no PHƯƠNG ÁN."""
    return sorted(unicodedata.normalize("NFD", "".join(text.casefold().split())))


def dated(header: Header, lines: Sequence[str]) -> Header:
    """With place and day, if one of the lines tells them; those in the subject are others."""
    about, _ = header.spans.get("subject", (Span(0, -1), Sureness.SURE))
    kept = [
        _right_of_subject(line) if about.first <= index <= about.last else line
        for index, line in enumerate(lines)
    ]
    text = NUMBER_LINE.sub(lambda match: "\n" * match[0].count("\n"), "\n".join(kept))
    matches = [match for match in DATE_LINE.finditer(text) if _place(match) or not match["place"]]
    match = next(filter(_place, matches), matches[0] if matches else None)
    if match is None:
        return header
    place = _place(match)
    day, month, year = _written_day(match)
    index = text.count("\n", 0, match.start())
    last = text.count("\n", 0, match.end())
    span = Span(index, last), Sureness.SURE
    header = _put(replace(header, place=place), "place" if place else None, span)
    if year is None or month is None or not 1 <= month <= 12:
        return header
    try:
        found = replace(header, issued_on=date(year, month, day or 0))
        return _put(found, "issued_on", span)
    except ValueError:
        return _put(replace(header, issued_month=(year, month)), "issued_month", span)


def _place(match: re.Match[str]) -> str | None:
    """The place before the day, whose words all have capitals: not what a sentence says."""
    place = (match["place"] or "").strip(" .*_")
    words = place.removeprefix("thành phố ").removeprefix("xã ").replace("-", " ").split()
    return place if words and all(word[0].isupper() for word in words) else None


def _has_date_of_its_own(line: str) -> bool:
    """Whether place and day begin the line."""
    match = DATE_LINE.match(line)
    return bool(match and _place(match))


def _right_of_subject(line: str) -> str:
    """Place and day that ran into a line of the subject; empty if none did."""
    beside = _PLACE_BESIDE.search(line)
    return line[beside.start() :].strip() if beside else ""


def _left_of_date(row: Piece) -> Piece:
    """A line of the subject without place and day that ran into it."""
    beside = None if _PLACE_ALONE.match(row.text) else _PLACE_BESIDE.search(row.text)
    return row.with_text(row.text[: beside.start()].strip()) if beside else row


def _written_day(match: re.Match[str]) -> tuple[int | None, int | None, int | None]:
    if match["slashed"]:
        day, month, year = map(int, match["slashed"].split("/"))
        return day, month, year
    return _number(match["day"]), _number(match["month"]), _number(match["year"])


def _put(header: Header, part: str | None, found: tuple[Span, Sureness] | None) -> Header:
    if part is None or found is None:
        return header
    return replace(header, spans={**header.spans, part: found})


def _without_motto(line: str) -> str:
    bare = unaccent(line)
    match = _MOTTO.search(bare)
    # Both have the same length, so that the place found in one holds in the other.
    if match is None or len(bare) != len(line):
        return line
    # A subject may speak of the party: "Ngày thành lập Đảng Cộng sản Việt Nam".
    is_said = match["party"] and not line[match.start() : match.end()].isupper()
    return line if is_said else line[: match.start()].rstrip()


def _without_wrapped_place(lines: list[str]) -> list[str]:
    found = list(lines)
    for index in range(1, len(found)):
        place = DATE_LINE.match(found[index])
        if place and _PLACE_BEGUN.match(found[index - 1]):
            found[index] = f"{found[index - 1]} {found[index]}"
            found[index - 1] = ""
    return found


def _numbered(header: Header, lines: Sequence[str]) -> Header:
    text = "\n".join(lines)
    match = NUMBER_LINE.search(text)
    if match is None:
        return header
    number = match["number"] or match["party_number"] or match["bare"] or ""
    symbol = match["symbol"] or match["party_symbol"] or ""
    header = replace(
        header,
        number=_squeezed(number) if number[:1].isdecimal() else None,
        symbol=_squeezed(symbol) or None,
    )
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    span = Span(bisect_right(starts, match.start()) - 1, bisect_right(starts, match.end()) - 1)
    header = _put(header, "number" if header.number else None, (span, Sureness.SURE))
    return _put(header, "symbol" if header.symbol else None, (span, Sureness.SURE))


def _with_subject(header: Header, lines: Sequence[str]) -> Header:
    """A named kind and the lines below its name, else `Công văn` and the text behind V/v."""
    rows = pieces(lines)
    ran_together = not any(map(_has_date_of_its_own, lines))
    numbered = next((index for index, line in enumerate(lines) if NUMBER_LINE.search(line)), 0)
    for index, row in enumerate(rows):
        # Above its number an office may be called after a programme or project.
        if index >= numbered and (kind := heading_kind(row.text)):
            beside = _beside_kind(row, kind)
            below = [beside, *rows[index + 1 :]] if beside else rows[index + 1 :]
            subject = _subject(below, beside=ran_together)
            header = _put(replace(header, kind=kind), "kind", (row.span, Sureness.SURE))
            return _with(header, subject, Sureness.LIKELY)
    for index, row in enumerate(rows):
        # Party letters write "Về việc" under their number.
        if ABOUT_LETTER.match(row.text) or (numbered < index and ABOUT.match(row.text)):
            header = _put(replace(header, kind="Công văn"), "kind", (row.span, Sureness.LIKELY))
            return _with(header, _subject(rows[index:], beside=ran_together), Sureness.SURE)
    # A letter without the name of a kind is a công văn, unless its symbol says otherwise.
    named = not header.symbol or re.split(r"[-/]", header.symbol)[0] in _CODES
    return header if named else replace(header, kind="Công văn")


def _with(header: Header, subject: Piece | None, sureness: Sureness) -> Header:
    text = ABOUT.sub("", subject.text).rstrip(" .;") if subject else ""
    if subject is None or not text:
        return header
    sureness = Sureness.SURE if ABOUT.match(subject.text) else sureness
    return _put(replace(header, subject=text), "subject", (subject.span, sureness))


def without_offices(header: Header) -> Header:
    """Of a joint letter, whose two offices stand above each other like one and its superior."""
    if header.superior is None:
        return header
    spans = {part: at for part, at in header.spans.items() if part not in ("issuer", "superior")}
    return replace(header, issuer=None, superior=None, spans=spans)


# What tells which kind it is: "KẾ HOẠCH PHỐI HỢP"
_OF_KIND = re.compile(r"(?:PHỐI HỢP|LIÊN TỊCH|LIÊN NGÀNH|CÁ BIỆT|KHẨN)$")


def _beside_kind(row: Piece, kind: str) -> Piece | None:
    """What stands on the line of the kind's name: `KẾ HOẠCH TUYÊN TRUYỀN …`."""
    rest = _OF_KIND.sub("", row.text[len(kind) :].strip(" :"))
    if is_stamp(rest):
        return None
    return row.with_text(rest) if any(sign.isalpha() for sign in rest) else None


def _subject(rows: list[Piece], *, beside: bool) -> Piece | None:
    """The lines of the subject joined, up to its end or another part of the head.

    Place and day may have run into them if they stand nowhere else: `beside`.
    """
    taken: list[Piece] = []
    gap = False
    for row in map(_left_of_date, rows) if beside else rows:
        if not row.text:
            gap = bool(taken)
            continue
        # In a double spaced text the next line of the subject goes on in small letters.
        goes_on = _GOES_ON_SO.match(row.text) or (taken and _COMMA.search(taken[-1].text))
        if (gap and not goes_on) or _is_another_part(row.text, taken):
            break
        taken.append(row)
        gap = False
        if len(taken) == SUBJECT_LINES:
            break
    return join(taken)


# Small letters, or a remark: "(lần 2)"
_GOES_ON_SO = re.compile(r"[^\W\dA-ZÀ-ỸĐ]|\([^\W\dA-ZÀ-ỸĐ]")
_COMMA = re.compile(r"(?:,| và| của| số| -)$")


def _is_another_part(line: str, taken: list[Piece]) -> bool:
    if _has_date_of_its_own(line):
        return True
    starts = (NUMBER_LINE, _ADDRESSES) if taken and ABOUT.match(taken[0].text) else (
        NUMBER_LINE, _ADDRESSES, STARTS_BODY if taken else _BASIS
    )  # fmt: skip
    if any(shape.match(line) for shape in starts) or (heading_kind(line) and taken):
        return True
    return bool(taken) and line.isupper() and not taken[-1].text.isupper()


def _with_issuer(header: Header, lines: Sequence[str]) -> Header:
    """The last office named in capitals above the number, and the one above it."""
    above: list[Piece] = []
    ends_surely = False
    for row in pieces(lines):
        is_heading = above and heading_kind(row.text) and not _GOES_ON.search(above[-1].text)
        if NUMBER_LINE.search(row.text) or ABOUT.match(row.text) or is_heading:
            ends_surely = True
            break
        if row.text.isupper() and len(row.text) > 2 and not _is_note(row.text):
            above.append(row)
    starts = [index for index in range(len(above)) if _begins_office(above, index)]
    if not starts:
        return header
    sureness = Sureness.SURE if ends_surely else Sureness.LIKELY
    issuer = join(above[starts[-1] :])
    superior = join(above[starts[-2] : starts[-1]]) if len(starts) > 1 else None
    if issuer is not None:
        header = _put(replace(header, issuer=issuer.text), "issuer", (issuer.span, sureness))
    if superior is not None:
        header = replace(header, superior=superior.text)
        header = _put(header, "superior", (superior.span, Sureness.LIKELY))
    return header


def _is_note(line: str) -> bool:
    """Whether the line is stamped on the head rather than part of it."""
    return is_stamp(line) or bool(_NOTE.match(line))


def _begins_office(above: list[Piece], index: int) -> bool:
    """Whether this line names another office than the one above it, which has its own name."""
    if not OFFICE.match(above[index].text):
        return False
    last = above[index - 1].text if index else ""
    return not (_GOES_ON.search(last) or last in _UNNAMED)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


def _squeezed(text: str) -> str:
    return "".join(text.split())
