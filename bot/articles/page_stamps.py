"""Days and hours as pages write them for machines, and as addresses have them; pure.

How people write them is known to `page_moments`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import Final

from bot.articles.page_moments import Moment, date_of, moments, offset_of
from bot.domain.folding import unaccent

LONGEST_STAMP: Final = 100
_LONGEST_ADDRESS: Final = 2_000
_WITHIN_STAMP: Final = 12  # "Fri, 06 Jan 2023", "Thứ Sáu, …"
_FIRST_EPOCH: Final = 788_918_400  # 1995
_LAST_EPOCH: Final = 4_102_444_800  # 2100
_STAMP: Final = re.compile(
    r"((?:19|20)\d\d)-(\d\d)-(\d\d)(?:[t\s]\s?(\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?\s?"
    r"(z|utc|gmt|[+-]\d\d:?\d\d|[+-]\d\d)?)?(?![\d:-])"
)
_ADDRESS: Final = re.compile(
    r"(?<!\d)(20\d\d)(?:/(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])/"
    r"|(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{6,11}(?!\d))"
)


def read_stamp(text: str) -> Moment | None:
    """A moment written for machines: ISO 8601, seconds since 1970, or whatever people write."""
    bare = unaccent(text[:LONGEST_STAMP]).strip()
    if found := _STAMP.match(bare):
        return _iso(found)
    if re.fullmatch(r"\d{10}|\d{13}", bare, re.ASCII):
        at = int(bare[:10])
        if _FIRST_EPOCH <= at < _LAST_EPOCH:
            then = datetime.fromtimestamp(at, UTC)
            return Moment(then.date(), then.time(), timedelta(0), end=len(bare))
    return next((moment for moment in moments(bare) if moment.start <= _WITHIN_STAMP), None)


def _iso(found: re.Match[str]) -> Moment | None:
    year, month, day, hour, minute, second, zone = found.groups()
    written = date_of(int(year), int(month), int(day))
    if written is None:
        return None
    if hour is None or int(hour) > 23 or int(minute) > 59 or int(second or 0) > 59:
        return Moment(written, end=found.end())
    offset = None
    if zone:
        digits = zone[1:].replace(":", "")
        offset = offset_of(zone[0], digits[:2], digits[2:]) if zone[0] in "+-" else timedelta(0)
    clock = time(int(hour), int(minute), int(second or 0))
    return Moment(written, clock, offset, end=found.end())


def stamp_of_address(url: str) -> Moment | None:
    """The day in an address: `/2023/01/06/…` or `…-20230106080512345.htm`, when it was begun."""
    found = _ADDRESS.search(url[:_LONGEST_ADDRESS])
    if found is None:
        return None
    day = date_of(int(found[1]), int(found[2] or found[4]), int(found[3] or found[5]))
    return Moment(day) if day else None
