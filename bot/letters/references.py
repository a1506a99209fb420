"""The documents a text names, and the text without them, so that their days are no deadlines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bot.domain.folding import fold, normalise
from bot.letters.dates import DAY_SHAPE, read_day
from bot.letters.letter import Reference
from bot.letters.spans import Span

# Longer names first: "Chương trình hành động" before "Chương trình".
DOCUMENT_KINDS: Final = (
    "Chương trình hành động",
    "Nghị quyết liên tịch",
    "Thông tư liên tịch",
    "Kế hoạch liên tịch",
    "Công văn",
    "Công điện",
    "Quyết định",
    "Nghị quyết",
    "Nghị định",
    "Thông tư",
    "Chỉ thị",
    "Kế hoạch",
    "Hướng dẫn",
    "Kết luận",
    "Quy định",
    "Quy chế",
    "Báo cáo",
    "Tờ trình",
    "Thông báo",
    "Thông cáo",
    "Thông tri",
    "Chương trình",
    "Phương án",
    "Đề án",
    "Dự án",
    "Biên bản",
    "Giấy mời",
    "Pháp lệnh",
    "Phiếu chuyển",
    "Phiếu gửi",
    "Phiếu báo",
    "Thư mời",
    "Hợp đồng",
    "Giấy giới thiệu",
    "Giấy ủy quyền",
    "Bản ghi nhớ",
    "Bản thỏa thuận",
    "Văn bản",
    "Luật",
)

# One whole group of a code: BTTTT, CTr, NĐ, PTTH&TTĐT, QH14; not the first letter of a word. A word
# may be glued to it.
_GLUED: Final = r"(?:(?<=[A-ZĐƯ]{2})|(?<=Tr))(?=[^\W\d_A-ZĐƯ]{2})"
_GROUP: Final = rf"[A-ZĐƯ](?:[A-Za-zĐđƯ0-9&]*[A-Za-zĐđƯ0-9])?(?:(?![^\W_])|(?=ngày|của)|{_GLUED})"
# A stray space on one side of the hyphen is a slip; on both sides it is a dash.
# KBKV.XXI: the region's number
_REGION: Final = r"(?:\.[IVX]+(?![^\W_]))?"
_HYPHEN: Final = r"(?:-\s*|\s-)"
SYMBOL_SHAPE: Final = rf"{_GROUP}{_REGION}(?:{_HYPHEN}{_GROUP})*"
# 1068/CV-BTGTU · 30/2020/NĐ-CP · 4578 /VP-VX · 118/TTr- STTTT
STATE_CODE: Final = rf"\d{{1,5}}\s*(?:/\s*\d{{4}}\s*)?/\s*{SYMBOL_SHAPE}"
# 56-CTr/TU, and 56CTr/TU whose hyphen was lost at the end of a line
PARTY_SYMBOL_SHAPE: Final = rf"{_GROUP}\s*/\s*{_GROUP}(?:-{_GROUP})*"
PARTY_CODE: Final = rf"\d{{1,4}}\s*-?\s*{PARTY_SYMBOL_SHAPE}"
# Quyết định số 1959 · Nghị định số 30/2020
BARE_NUMBER: Final = r"\d{1,5}(?:/\d{4})?(?![\d/]|[.,]\d)"

# A form is no document: "Mẫu số 01/BC-TH"
_NUMBER: Final = r"(?<!mẫu\s)(?<!Mẫu\s)(?<!iểu\s)(?<!hiếu\s)(?i:số)"
_DATED: Final = rf"(?:\s*,?\s*(?:ban\s*hành\s*|hồi\s[^,;]{{1,25}}?)?ngày\s*(?P<day>{DAY_SHAPE}))?"
_KIND: Final = "|".join(DOCUMENT_KINDS).replace(" ", r"\s+")
_REFERENCE = re.compile(
    rf"(?<![^\W_])(?:"
    rf"(?P<kind>(?i:{_KIND}))\s+(?:(?i:số)\s*:?\s*)?(?P<code>{STATE_CODE}|{PARTY_CODE})"
    rf"|(?P<bare_kind>(?i:{_KIND}))\s+(?i:số)\s*:?\s*(?P<bare>{BARE_NUMBER})"
    rf"|{_NUMBER}\s*:?\s*(?P<code_only>{STATE_CODE}|{PARTY_CODE})"
    rf"){_DATED}"
)
# "Công văn số 12/SYT-NV, 13/SYT-NV ngày …": further ones behind the first
_FURTHER = re.compile(
    rf"\s*(?:,|;|và)\s*(?:(?i:số)\s*)?(?P<code>{STATE_CODE}|{PARTY_CODE}){_DATED}"
)
_SPACES = re.compile(r"\s+")


def find_references(text: str) -> tuple[Reference, ...]:
    """The documents named, in order of first mention, each once, with its day if one is given."""
    return tuple(reference for reference, _ in locate_references(text))


def locate_references(text: str) -> tuple[tuple[Reference, Span], ...]:
    """The same with the lines of their first mention."""
    known: dict[str, tuple[Reference, Span]] = {}
    clean = normalise(text)
    for reference, (start, end) in _find(clean):
        key = fold(reference.code)
        lines = Span(clean.count("\n", 0, start), clean.count("\n", 0, end))
        first, span = known.setdefault(key, (reference, lines))
        whole = replace(
            first,
            kind=first.kind or reference.kind,
            issued_on=first.issued_on or reference.issued_on,
        )
        known[key] = whole, span
    return tuple(known.values())


def mask_references(text: str) -> str:
    """The normalised text with every named document blanked out, other places unmoved."""
    masked = normalise(text)
    for _, (start, end) in list(_find(masked)):
        masked = masked[:start] + "_" * (end - start) + masked[end:]
    return masked


def _find(text: str) -> Iterator[tuple[Reference, tuple[int, int]]]:
    for match in _REFERENCE.finditer(text):
        kind = match["kind"] or match["bare_kind"]
        code = match["code"] or match["bare"] or match["code_only"]
        yield _reference(kind, code, match), match.span()
        following = _FURTHER.match(text, match.end())
        while following is not None:
            yield _reference(kind, following["code"], following), following.span()
            following = _FURTHER.match(text, following.end())


def _reference(kind: str | None, code: str, match: re.Match[str]) -> Reference:
    day = match["day"] and read_day(match["day"])
    return Reference(
        kind=_as_listed(kind) if kind else None,
        code=_SPACES.sub("", code),
        issued_on=day.in_year(day.year) if day and day.year else None,
    )


def _as_listed(kind: str) -> str:
    return _SPACES.sub(" ", kind).capitalize()
