"""What the words around a day say of it: published, updated, or a day like any other; pure.

Which lines are looked at, and which of their days counts, is decided in `page_dates`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.articles.page_blocks import Block
from bot.articles.page_moments import Moment, moments
from bot.domain.folding import normalise, unaccent

_MOST_BEFORE: Final = 14  # words
_MOST_BEHIND: Final = 30
_LONGEST_LABEL: Final = 40
_MOST_OF_NAME: Final = 6  # words: "Ghi chép của Hà Minh"

_PUBLISHED: Final = (
    r"(?:(?:ngay|thoi gian|thoi diem|gio)(?: gio)? (?:dang(?: tin| bai| tai)?|xuat ban(?: web)?"
    r"|viet|cong bo|dua(?: tin| len)?|post|hien thi)"
    r"|(?:(?:duoc|da|tin|bai|bai viet) )?(?:dang(?: tai| tin| bai)?|xuat ban|dua (?:tin|len))"
    r"|(?:tin|bai) dua|(?:(?:duoc|da|bai) )?viet|(?<![\w.])@|len (?:bai|mang|trang|song)"
    r"|(?:nguoi (?:dang|viet)|dang|viet|dua) ?(?:boi ?:?|:)[^|.:\d]{1,40}"
    r"|publish(?:ed)?(?: (?:by|in)[^|¦.]{1,40})?"
    r"|posted(?: (?:by|in)[^|¦.]{1,40})?|date posted|post(?:ed)? date|publish(?:ed)? date"
    r"|date published|publication date|ngay tin|tin ngay)"
)
_UPDATED: Final = (
    r"(?:(?:ngay |thoi gian |lan |da |duoc )?(?:cap nhat|sua(?: doi)?|chinh sua)"
    r"(?: (?:lan )?(?:cuoi(?: cung)?|gan (?:nhat|day)|moi nhat))?"
    r"|(?:last )?(?:updated|modified))"
)
# By who wrote it, of an article as of an opinion of it.
_SENT: Final = (
    r"(?:(?:ngay |thoi gian |(?:tin|bai|bai viet) )?(?:duoc |da )?gui(?: bai)?"
    r"|(?:nguoi |duoc )?gui ?(?:boi|:)[^|.:\d]{1,40})"
)
_LABEL_END: Final = r"[\s:;,|¦•·()\[\]\u2013\u2014-]*(?:\b(?:ngay|luc|vao|hoi|on|at)\b[\s:¦]*)*$"
# When it was written down or went on the air, which may be before it was published.
_CREATED: Final = (
    r"(?:(?:(?:ngay|thoi gian|duoc|da|gio) )?(?:tao|khoi tao|phat song)"
    r"|(?:date )?created(?: date)?)"
)
_CREATED_BEFORE: Final = re.compile(rf"(?<![a-z0-9]){_CREATED}{_LABEL_END}")
_PUBLISHED_BEFORE: Final = re.compile(rf"(?<![a-z0-9]){_PUBLISHED}{_LABEL_END}")
_SENT_BEFORE: Final = re.compile(rf"(?<![a-z0-9]){_SENT}{_LABEL_END}")
_UPDATED_BEFORE: Final = re.compile(rf"(?<![a-z0-9]){_UPDATED}{_LABEL_END}")
_ONLY_LABEL: Final = re.compile(
    rf"[\s|¦•·-]*(?:{_PUBLISHED}|{_UPDATED}|{_CREATED}|{_SENT})[\s:¦-]*"
)
# Words that are "dang" or "viet" without their marks and are not "đăng" or "viết".
_OTHER_DANG: Final = re.compile(r"\b(?:đảng|đang|đáng|dạng|dáng|đẳng|đắng|đặng|dâng|việt)\b")
# A day whose parts stand in elements of their own.
_SPLIT: Final = re.compile(
    r"(?<![\d/.:-])(\d{1,2})(?![\d:])[\s¦]{0,4}[-/.,]?[\s¦]{0,4}(?:thang|thg?)?\.?\s?(\d{1,2})"
    r"(?![\d:])[\s¦]{0,4}[-/.,]?[\s¦]{0,4}(?:nam\s)?((?:19|20)\d\d)(?![\d/-])"
)
_DAY_ONLY: Final = re.compile(r"\s*(?:ngay )?\d{1,2}\s*")
# The time it is, and days of papers, events and pictures.
_NOW: Final = (
    r"\b(?:hom nay|bay gio|hien tai|gio he thong|thoi gian hien tai|in luc|in ngay|ngay in)\b"
)
_NOW_BEFORE: Final = re.compile(_NOW + r"\W*$")
_OTHER_DAY: Final = re.compile(
    r"\b(?:anh|video|clip|hinh|minh hoa)\s?:[^|¦/]{0,40}$|"
    + _NOW
    + r"[^|¦]{0,40}$|\b(?:het han|han (?:nop|cuoi|chot)|hieu luc|ban hanh|ky ngay|cap ngay"
    r"|dang ky|giay phep|ngay sinh|sinh ngay"
    r"|ket thuc|bat dau|khai mac|be mac|khai giang|dien ra|to chuc|tu ngay|den ngay|truoc ngay"
    r"|het ngay|su kien|ngay (?:hop|thi|ky|cap|nop|nhan|thanh lap|phe duyet|khoi cong|tiep nhan)"
    r"|han tra loi|thoi han|ngay het|khoi cong|sinh hoat|le hoi|nghiem thu|ngay truc"
    r"|chup|so \d|thong bao|quyet dinh|ke hoach|lich)\b[^|¦]{0,40}$"
)
# What may stand before a label or a lone day, and behind it: other fields, never a sentence.
_FIELD_ENDS: Final = re.compile(r"[|¦•·()\[\]:/\u2013\u2014-]\s*$|^\s*$")
_FIELD_BEGINS: Final = re.compile(
    r"\s*(?:$|[|¦•·()\[\]/#\u2013\u2014-]|[.;]?\s*$|[.;,]?\s*(?:luot|so luot|da xem|xem|view|doc"
    r"|tac gia|nguon|theo|co chu|in |chia se|binh luan|gmt|utc|by |boi |\d{1,9} (?:luot|view)"
    r"|cap nhat|dang|ngay|font|email|gui|print|a\+|a-|nguoi))"
)


_LABEL_CELLS: Final = frozenset({"td", "th", "dt"})
_CELLS: Final = frozenset({"td", "dd"})
# What stands before a label that begins a line, or the fields before it.
_OTHER_FIELD: Final = re.compile(
    r"[\W_]*(?:(?:nguoi (?:dang|viet)|tac gia|nguon|luot (?:xem|doc)|chuyen muc)\s?:"
    r".*[|¦.,;-]\s?)?$"
)


class Label(StrEnum):
    """What is said of a day."""

    PUBLISHED = "published"
    SENT = "sent"
    CREATED = "created"
    UPDATED = "updated"
    WEEKDAY = "weekday"  # only its name: "Thứ Sáu, 06/01/2023", as sites write above an article
    NONE = "none"


@dataclass(frozen=True, slots=True)
class LabelledDay:
    """A day that is a field of its own, not part of a sentence."""

    moment: Moment
    label: Label
    is_first: bool
    """Whether its label begins the line; of one without a label, whether at most a name does."""


_BEFORE: Final = (
    (_PUBLISHED_BEFORE, Label.PUBLISHED),
    (_UPDATED_BEFORE, Label.UPDATED),
    (_CREATED_BEFORE, Label.CREATED),
    (_SENT_BEFORE, Label.SENT),
)


def labelled_days(
    block: Block, before: Block | None, earlier: Block | None = None
) -> Iterator[LabelledDay]:
    """The days of one line; `before` is the line before it, which may hold its label.

    `earlier` is the one before that: a sheet of a calendar has the day, the month and the year one
    below the other.
    """
    text = normalise(block.shown).lower().replace("\n", " ")
    if not any(letter.isdigit() for letter in text):
        return
    if len(text) <= _LONGEST_LABEL and (sheet := _of_calendar_sheet(text, before, earlier)):
        text = sheet
    elif before is not None and len(before.text) <= _LONGEST_LABEL:
        words = unaccent(before.shown)
        if _ONLY_LABEL.fullmatch(words) or _is_cell_label(before, block, words):
            text = f"{normalise(before.shown).lower()}: {text}"
        elif _NOW_BEFORE.search(words):
            return
    bare = unaccent(text)
    if len(bare) != len(text):
        text = bare
    bare = _SPLIT.sub(_joined, bare)
    for moment in moments(bare):
        head, tail = bare[: moment.start], bare[moment.end :]
        if len(tail.split()) > _MOST_BEHIND or not _FIELD_BEGINS.match(tail):
            continue
        labelled = _label_of(moment, head, text)
        if labelled is not None:
            yield LabelledDay(moment, *labelled)


def _is_cell_label(before: Block, block: Block, words: str) -> bool:
    """Whether the line before says what the day of this one is: `Ngày ban hành | 06/01/2023`."""
    is_cell = before.tag in _LABEL_CELLS and block.tag in _CELLS
    is_label = is_cell or words.rstrip().endswith(":")
    return is_label and not any(letter.isdigit() for letter in words)


def _of_calendar_sheet(text: str, before: Block | None, earlier: Block | None) -> str | None:
    """The day that two or three lines are together; None where they are none."""
    lines = [unaccent(block.shown) for block in (earlier, before) if block and len(block.text) < 12]
    for count in (1, 2):
        if len(lines) < count or not _DAY_ONLY.fullmatch(lines[-count]):
            continue
        whole = " ¦ ".join([*lines[-count:], unaccent(text).strip()])
        if _SPLIT.fullmatch(whole):
            return whole
    return None


def _joined(found: re.Match[str]) -> str:
    """The same day in one piece, at its end, so that all else keeps its place."""
    if "¦" not in found[0]:
        return found[0]
    return f"{found[1]}/{found[2]}/{found[3]}".rjust(len(found[0]))


def _label_of(moment: Moment, head: str, accented: str) -> tuple[Label, bool] | None:
    """What the words before a day say of it, and whether they begin the line.

    None when they say that it is another day.
    """
    for pattern, label in _BEFORE:
        found = pattern.search(head)
        if found is None or _OTHER_DANG.search(accented[found.start() : moment.start]):
            continue
        said = head[: found.start()]
        # Behind a name and an "@" stands when it was published.
        is_first = found[0].startswith("@") or _OTHER_FIELD.match(said) is not None
        # "Hướng dẫn (cập nhật 06/01/2023)" is said of what stands before it.
        if said.rstrip().endswith(("(", "[")) and not is_first:
            return Label.NONE, False
        # With a colon it is a field, whatever stands before it.
        if _is_field(said) or ":" in found[0] or is_first:
            return label, is_first
    is_field = _is_field(head) or _is_name(head, accented[moment.start :])
    if not is_field or _OTHER_DAY.search(head.rstrip(" ¦|·:")):
        return None
    # "Thời gian: Thứ Bảy, 07/01/2023" is when something happens.
    is_alone = moment.has_weekday and not head.rstrip().endswith((":", "/"))
    is_first = ":" not in head and len(head.split()) <= _MOST_OF_NAME
    return Label.WEEKDAY if is_alone else Label.NONE, is_first


def _is_field(head: str) -> bool:
    return len(head.split()) <= _MOST_BEFORE and _FIELD_ENDS.search(head) is not None


def _is_name(head: str, rest: str) -> bool:
    """Whether a name stands before the day: "Hà Minh, 06/03/2023", but no letter's place."""
    is_short = len(head.split()) <= _MOST_OF_NAME and head.rstrip().endswith(",")
    return is_short and not rest.startswith("ng")
