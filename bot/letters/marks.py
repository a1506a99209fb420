"""The stamps on a letter: how urgent it is, and whether it may be in this system at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from bot.domain.folding import fold, normalise
from bot.errors import InvalidInput
from bot.letters.document import Document, Origin
from bot.letters.letter import Secrecy, Urgency

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
REFUSAL: Final = "letter.secret"  # the sentence of the refusal
_LONGEST: Final = 60  # characters of a line of stamps
_STAMPS: Final = "|".join(
    sorted((stamp.replace(" ", " ?") for stamp in (*URGENCY_STAMPS, *SECRECY_STAMPS)), reverse=True)
)
# "TUYỆT MẬT - HỎA TỐC" folded: nothing but stamps
_ONLY_STAMPS = re.compile(rf"(?:(?:{_STAMPS})(?: |$))+")
_ONE_STAMP = re.compile(rf"(?:{_STAMPS})(?= |$)")
_COLUMNS = re.compile(r"\s{3,}|\t")
# "M Ậ T": letters set apart
_SPACED = re.compile(r"(?:\w ){2,}\w")
# "Độ mật: Tối mật" · "ĐỘ KHẨN: HỎA TỐC"
_LABEL = re.compile(r"^\W*(?:đ[ộô] (?:mật|khẩn)|mức độ (?:mật|khẩn)) ?: ?", re.IGNORECASE)
# "TỐI MẬT Số: 12/…", "MẬT Yên Bái, ngày …": a stamp whose column ran into its neighbour's
_BEFORE_NEIGHBOUR = re.compile(r"^\W*(?P<stamp>[A-ZÀ-Ỹ ]{3,16}?)\W+(?=Số ?:|[^,]{2,40}, ngày )")
_AFTER_NEIGHBOUR = re.compile(r"(?:năm \d{4}|/[\w&-]+) \W*(?P<stamp>[A-ZÀ-Ỹ ]{3,16})\W*$")

_NAME_WORD = re.compile(r"[^\W_]+")
# bảo mật, bí mật, bề mặt, có mặt, vắng mặt, ra mắt, gặp mặt, tiền mặt, thay mặt
_OTHER_WORDS = frozenset(["bao", "bi", "be", "co", "vang", "ra", "gap", "tien", "thay"])


def is_stamp(text: str) -> bool:
    """Whether the text says nothing but how urgent or secret a letter is."""
    return bool(_ONLY_STAMPS.fullmatch(_folded(_LABEL.sub("", text))))


def find_urgency(document: Document) -> Urgency:
    """The highest urgency stamped on one of the lines."""
    found = {URGENCY_STAMPS.get(stamp, Urgency.NONE) for stamp in _found(document)}
    return max(found, key=list(Urgency).index, default=Urgency.NONE)


def find_secrecy(document: Document) -> Secrecy | None:
    """The highest secrecy mark stamped on one of the lines, or None."""
    found = {SECRECY_STAMPS[stamp] for stamp in _found(document) if stamp in SECRECY_STAMPS}
    return max(found, key=list(Secrecy).index, default=None)


def refuse_secret(document: Document) -> None:
    """Raise InvalidInput if a secrecy mark is seen: the law keeps the letter off such systems."""
    if find_secrecy(document) is not None:
        raise InvalidInput(REFUSAL)


def is_named_secret(file_name: str) -> bool:
    """Whether a file's name bears a secrecy mark: `TOI-MAT_KH12.pdf`, `KH 12 (MẬT).docx`.

    Names are often without accents, so `MAT` counts in capitals only, and not behind a word with
    which it is another one: bảo mật, bề mặt.
    """
    words = _NAME_WORD.findall(normalise(file_name))
    for before, word in pairwise(["", *words]):
        whole = fold(f"{before} {word}")
        if whole.endswith(("toi mat", "tuyet mat", "toimat", "tuyetmat")):
            return True
        if word in ("MẬT", "MAT") and fold(before) not in _OTHER_WORDS:
            return True
    return False


def _found(document: Document) -> Iterator[str]:
    for line in document.lines:
        # A stamp may stand beside another column, divided from it by spaces.
        for cell in {line.text, *_COLUMNS.split(line.text)}:
            yield from _stamps(cell, is_box=line.origin is Origin.STAMP)


def _stamps(cell: str, *, is_box: bool) -> Iterator[str]:
    for words in _words(normalise(cell).strip("*_#> "), is_box=is_box):
        if _ONLY_STAMPS.fullmatch(folded := _folded(words)):
            yield from map(_in_full, _ONE_STAMP.findall(folded))


def _words(line: str, *, is_box: bool) -> Iterator[str]:
    """The line, or the part of it, that may be a stamp."""
    if label := _LABEL.match(line):
        yield line[label.end() :]
    elif is_box or (line.isupper() and len(line) < _LONGEST):
        yield line
    else:
        for shape in (_BEFORE_NEIGHBOUR, _AFTER_NEIGHBOUR):
            if neighbour := shape.search(line):
                yield neighbour["stamp"]


def _folded(text: str) -> str:
    return fold(_SPACED.sub(lambda spaced: spaced[0].replace(" ", ""), text))


def _in_full(stamp: str) -> str:
    """`toimat`, whose words ran together, is `toi mat`."""
    stamps = (*URGENCY_STAMPS, *SECRECY_STAMPS)
    return next(each for each in stamps if each.replace(" ", "") == stamp.replace(" ", ""))
