"""The stamps on a letter: how urgent it is, and whether it may be in this system at all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from bot.domain.folding import fold
from bot.errors import InvalidInput
from bot.letters.letter import Letter, Secrecy, Urgency

# Folded, so that HOẢ TỐC and HỎA TỐC are one; a stamp is a line of capitals with nothing else.
URGENCY_STAMPS: Final = {
    "khan": Urgency.URGENT,
    "thuong khan": Urgency.VERY_URGENT,
    "hoa toc": Urgency.EXPRESS,
    "hoa toc hen gio": Urgency.EXPRESS,
}
SECRECY_STAMPS: Final = {
    "mat": Secrecy.CONFIDENTIAL,
    "toi mat": Secrecy.SECRET,
    "tuyet mat": Secrecy.TOP_SECRET,
}
# "Độ mật: Tối mật" · "ĐỘ KHẨN: HỎA TỐC"
_LABEL = re.compile(r"^\W*(?:đ[ộô] (?:mật|khẩn)|mức độ (?:mật|khẩn)) ?: ?", re.IGNORECASE)
# "TỐI MẬT Số: 12/…", "MẬT Yên Bái, ngày …": a stamp whose column ran into its neighbour's
_BEFORE_NEIGHBOUR = re.compile(r"^\W*(?P<stamp>[A-ZÀ-Ỹ ]{3,16}?)\W+(?=Số ?:|[^,]{2,40}, ngày )")
_AFTER_NEIGHBOUR = re.compile(r"(?:năm \d{4}|/[\w&-]+) \W*(?P<stamp>[A-ZÀ-Ỹ ]{3,16})\W*$")


def find_urgency(lines: Iterable[str]) -> Urgency:
    """The highest urgency stamped on one of the normalised lines."""
    found = {URGENCY_STAMPS.get(stamp, Urgency.NONE) for stamp in _stamps(lines)}
    return max(found, key=list(Urgency).index, default=Urgency.NONE)


def find_secrecy(lines: Iterable[str]) -> Secrecy | None:
    """The highest secrecy mark stamped on one of the normalised lines, or None."""
    found = {SECRECY_STAMPS[stamp] for stamp in _stamps(lines) if stamp in SECRECY_STAMPS}
    return max(found, key=list(Secrecy).index, default=None)


def refuse_secret(letter: Letter) -> None:
    """Raise InvalidInput if the letter bears a secrecy mark: the law keeps it off such systems."""
    if letter.secrecy is not None:
        raise InvalidInput("letter.secret")


def _stamps(lines: Iterable[str]) -> Iterable[str]:
    """The folded words of every line, or part of a line, that may be a stamp."""
    for line in lines:
        label = _LABEL.match(line)
        if label:
            yield fold(line[label.end() :])
        elif line.isupper() and len(line) < 40:
            yield fold(line)
        elif neighbour := _BEFORE_NEIGHBOUR.search(line) or _AFTER_NEIGHBOUR.search(line):
            yield fold(neighbour["stamp"])
