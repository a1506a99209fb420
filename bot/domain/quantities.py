"""How much was done, where people say so in words: “phát thanh 17h00, 03 lượt” is 3 lượt; pure.

Times, dates, numbers of documents and shares are no amounts. When words are asked for such a thing,
and what becomes of it, is not said here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.folding import normalise, unaccent

# What offices count their work in; the longest that fits is taken. Time is none of it: "17 giờ" and
# "15 phút" say when, or how long each.
_MEASURES: Final = (
    "lượt phát thanh|lượt tuyên truyền|lượt người|lượt xem|lượt nghe|lượt phát|lượt|lần phát|lần"
    "|buổi phát thanh|buổi tuyên truyền|buổi|đợt|ca|cuộc họp|cuộc thi|cuộc|hội nghị|hội thảo"
    "|lớp tập huấn|lớp"
    "|bản tin|tin bài|tin|bài viết|bài|phóng sự|chuyên mục|chuyên đề|chương trình|tiết mục"
    "|video clip|video|clip|phim|ảnh|infographic|đồ họa|đồ hoạ|podcast"
    "|băng rôn|băng zôn|băng-rôn|khẩu hiệu|pa nô|pano|áp phích|poster|tờ rơi|tờ gấp|tờ|biển|bảng"
    "|màn hình|cụm loa|cụm|loa|xe loa|xe|phướn|cờ|tấm|bức|chiếc|cái|bộ"
    "|cuốn|quyển|ấn phẩm|tài liệu|bản sao|bản"
    "|đại biểu|cán bộ|học sinh|người dân|người|hộ dân|hộ|trường|thôn|xã|điểm|tin nhắn"
)
# A number behind one of these names something, or is a part of a date.
_NAMING: Final = (
    "số ngày tháng năm quý tuần thứ nv vụ dung task mục điều khoản lục kỳ khóa khoá tổ khu kênh lúc"
    " so ngay thang nam quy tuan thu vu muc dieu khoan luc ky khoa to kenh"
)
_TOKEN: Final = re.compile(
    r"\d{1,2}\s?(?:(?:h|g)\d{0,2}|(?:giờ|gio)(?:\s?\d\d)?)(?!\w)"  # 17h, 17h00, 17 giờ 30
    r"|\d+(?:[./:,-]\d+)+%?"  # 1.200, 17/10, 05/10/2026, 2-3, 07:30
    r"|\d+%?"
    r"|[^\W\d_]+(?:-[^\W\d_]+)*"
    r"|[^\w\s]",
    re.IGNORECASE,
)
_AMOUNT: Final = re.compile(r"\d{1,9}|\d{1,3}(?:\.\d{3}){1,2}")


@dataclass(frozen=True, slots=True)
class Quantity:
    """So many of something."""

    amount: int
    measure: str  # as it was written


def read_quantity(text: str) -> Quantity | None:
    """The first amount with its measure: “03 lượt”, “05 (năm) băng rôn”, “băng rôn: 5”."""
    tokens = _TOKEN.findall(normalise(text))
    for place, token in enumerate(tokens):
        amount = _amount(token)
        if amount is None or (place and tokens[place - 1].lower() in _NAMES_IT):
            continue
        after = _measure(tokens[_behind_spelled(tokens, place + 1) :])
        measure = after or _measure_before(tokens[:place])
        if measure:
            return Quantity(amount, measure)
    return None


def _amount(token: str) -> int | None:
    if not _AMOUNT.fullmatch(token):
        return None
    return int(token.replace(".", "")) or None


def _behind_spelled(tokens: Sequence[str], place: int) -> int:
    """Past the amount in words that offices put in brackets: “05 (năm) băng rôn”."""
    if tokens[place : place + 1] == ["("] and ")" in tokens[place : place + 5]:
        return tokens.index(")", place) + 1
    return place


def _measure(tokens: Sequence[str]) -> str:
    """The measure that these begin with, as it is written; nothing if they begin with none."""
    for words in _BY_LENGTH:
        here = tokens[: len(words)]
        if len(here) == len(words) and all(map(_is, here, words)):
            return " ".join(here)
    return ""


def _measure_before(tokens: Sequence[str]) -> str:
    """“Băng rôn: 5”: the measure that ends right before a colon."""
    if tokens[-1:] not in ([":"], ["="]):
        return ""
    before = tokens[:-1]
    for words in _BY_LENGTH:
        here = before[-len(words) :]
        if len(here) == len(words) and all(map(_is, here, words)):
            return " ".join(here)
    return ""


def _is(token: str, word: str) -> bool:
    """Who types marks means the word with its own: “bãi” is no “bài”."""
    token = token.lower()
    return token == word or (token.isascii() and token == unaccent(word))


_NAMES_IT: Final = frozenset(_NAMING.split())
_BY_LENGTH: Final = sorted(
    (tuple(each.split()) for each in _MEASURES.split("|")), key=len, reverse=True
)
