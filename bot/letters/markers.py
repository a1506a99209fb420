"""The marks before the items of a list: `1.`, `a)`, `Điều 1.`, `Thứ nhất,`, `II.`, `-`."""

from __future__ import annotations

import re
from typing import Final

from bot.letters.offices import ORGANISATION

VIETNAMESE_POINTS: Final = "abcdđeghiklmnopqrstuvxy"  # a) b) c) d) đ) e) g) …

# 1. Đẩy mạnh · 2) Tăng cường · (3) Báo cáo · 4/ Gửi · 5 - Treo · 6. 33 xã; never 1.1, 15/01/2023
# or 21/BV
NUMBERED = re.compile(
    r"\(?(?P<number>\d{1,2}) ?(?:[.)]|/(?![A-ZĐƯ]{2})|-(?= ?[A-ZÀ-ỸĐ])(?! ?\S*/))"
    r"(?: ?(?=[^\d\s])| (?=\d{1,3} [^\W\d_]{2}))(?P<text>.*)",
    re.DOTALL,
)
# Điều 1. Ban hành kèm theo …
ARTICLE = re.compile(r"Điều ?(?P<number>\d{1,2}) ?[.:] ?(?P<text>.*)", re.DOTALL)
# a) Báo Yên Bái · đ. Đài · (a) Đài
POINT = re.compile(
    rf"\(?(?P<point>[{VIETNAMESE_POINTS}]) ?[.)] ?(?=[^\d\s])(?P<text>.*)", re.DOTALL
)
# Đối với các cơ quan báo chí: … · * Đối với Phòng Văn hóa và Thông tin: …
_NAMES_ONLY: Final = r"(?![^:\n]* (?:thì|không phải) )"  # "Đối với … thì không phải đăng ký:"
GROUP = re.compile(
    rf"(?:[-+*•] ?)?(?P<text>(?:Đối ?với|Về phía) {_NAMES_ONLY}[^:\n]{{3,200}}:.*)", re.DOTALL
)
# The signs of bullets, those of Word's symbol fonts among them
BULLETS: Final = "-+*•●▪◦·■□►➢➤✓✔❖→\uf02d\uf0a7\uf0b7\uf0d8\uf0fc"
# - Treo băng rôn …
# A year behind a dash is the end of a span of years that a line was broken in.
BULLET = re.compile(
    rf"[{BULLETS}] ?(?!(?:19|20)\d\d(?!\w))(?P<text>[^\W\d_].*|\d.*|[\"“(].*)", re.DOTALL
)
# 1.1. Nội dung · 1.1- Kiện toàn
SUBITEM = re.compile(r"\d{1,2}\.\d{1,2}(?:\.| ?-(?= ?[A-ZÀ-ỸĐ]))? ?(?P<text>[^\W\d_].*)", re.DOTALL)
# Any mark before the words of an item, where it does not matter which
ANY_MARK: Final = (
    r"(?:[-+*•]|\d{1,2}\.\d{1,2}(?:\.| ?-)?|\(?\w{1,2}[.)/]|\d{1,2} ?-(?= ?[A-ZÀ-ỸĐ])) ?"
)
# II. NHIỆM VỤ · PHẦN II. NHIỆM VỤ · B. TỔ CHỨC THỰC HIỆN
SECTION = re.compile(
    r"(?:(?:PHẦN|Phần|MỤC|Mục) (?:[IVX]{1,4}|\d|thứ \w+)|[IVX]{1,4}|[A-E](?= ?[.)] ?[A-ZÀ-ỸĐ]{2}))"
    r" ?[.):/-] ?(?P<text>[^\W\d_].*)",
    re.DOTALL,
)
_ROMANS: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
ROMAN = re.compile(
    rf"(?P<roman>{'|'.join(sorted(_ROMANS, key=len, reverse=True))}) ?[.)-] ?"
    r"(?P<text>[^\W\d_].{20,})",
    re.DOTALL,
)
# Thứ nhất, … · Một là: …; never "Thứ Hai, ngày 09/01"
_IN_ORDER: Final = ("nhất", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười")
_IN_WORDS: Final = ("Một", "Hai", "Ba", "Bốn", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười")
ORDINAL = re.compile(
    rf"(?:Thứ ?(?P<order>{'|'.join(_IN_ORDER)}|bốn)(?: là)?|(?P<word>{'|'.join(_IN_WORDS)}) ?là)"
    r"(?: ?[,:.] ?| (?=[^\W\d_]))(?P<text>.*)",
    re.DOTALL,
)
# Các cơ quan báo chí: đăng …
NAMED = re.compile(rf"(?P<text>{ORGANISATION}[^:\n.;]{{0,120}}: ?\S.*)", re.DOTALL)
# Above the items of a group: "* Đối với các bệnh viện:" · "- Các bệnh viện:"
GROUP_HEAD = re.compile(
    r"(?:[-+*•] ?)?(?P<text>(?:Đối ?với|Về phía) [^:\n]{3,200} ?:)$"
    rf"|[-+*•] ?(?P<name>{ORGANISATION}[^:\n.;]{{0,150}} ?:)$"
)
ITEMS: Final = (NUMBERED, ARTICLE, POINT, GROUP, BULLET, SUBITEM, SECTION, ORDINAL)


def starts_item(line: str) -> bool:
    """Whether the line begins with the mark of a task, sub-item or section."""
    return any(item.match(line) for item in ITEMS)


def place_of(match: re.Match[str]) -> int:
    """Which one of its list an item with this mark is, counted from 1."""
    groups = match.groupdict()
    if number := groups.get("number"):
        return int(number)
    if point := groups.get("point"):
        return VIETNAMESE_POINTS.index(point) + 1
    if roman := groups.get("roman"):
        return _ROMANS.index(roman) + 1
    order = "tư" if groups["order"] == "bốn" else groups["order"]
    return (_IN_ORDER.index(order) if order else _IN_WORDS.index(groups["word"])) + 1
