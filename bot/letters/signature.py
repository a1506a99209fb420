"""The foot of a letter: who gets it for information (Nơi nhận), and who signed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.letters.letter import Signatory
from bot.letters.spans import Piece, Span, join, pieces

RECIPIENTS = re.compile(r"^Nơi ?nhận ?:? ?", re.IGNORECASE)
# KT. GIÁM ĐỐC · TM. ỦY BAN NHÂN DÂN · T/M BAN THƯỜNG VỤ
AUTHORITY = re.compile(r"^(?:(?:TM|KT|TL|TUQ|Q) ?\.|T/M|K/T|T/L) ?[A-ZÀ-ỸĐ]")
# Q. TRƯỞNG PHÒNG: who signs has the office itself, for a time
_ACTING = re.compile(r"^(?P<authority>Q ?\.) ?(?P<title>[A-ZÀ-ỸĐ].*)")
# The first word of a signing office, where no authority stands above it.
_TITLE = re.compile(
    r"^(?:PHÓ ?|QUYỀN )?(?:GIÁM ?ĐỐC|CHỦ ?TỊCH|CHỦ ?NHIỆM|TRƯỞNG|CỤC ?TRƯỞNG|CHI CỤC ?TRƯỞNG"
    r"|VỤ ?TRƯỞNG|CHÁNH|BÍ ?THƯ|BỘ ?TRƯỞNG|THỨ ?TRƯỞNG|HIỆU ?TRƯỞNG|TỔNG|VIỆN ?TRƯỞNG|THỦ ?TƯỚNG"
    r"|TỔ ?TRƯỞNG|CHỈ HUY|CHÍNH ỦY|TRƯỞNG ?BAN|ỦY ?VIÊN|UỶ ?VIÊN)(?!\w)"
)
_BULLET = re.compile(r"^[-+•] ?")
_RANK = re.compile(r"^(?:Đại|Thượng|Trung|Thiếu) (?:tướng|tá|úy|uý) ", re.IGNORECASE)
_SIGNED = re.compile(r"^\(?(?:đã ký|đã kí|ký bởi|ký tên)\b.*$", re.IGNORECASE)
# A name in capitals is told from a title by how such names begin.
_FAMILIES: Final = frozenset(
    # The usual ones of the Kinh, then those of the peoples of the north west.
    re.findall(
        r"\w+",
        "NGUYỄN TRẦN LÊ PHẠM HOÀNG HUỲNH PHAN VŨ VÕ ĐẶNG BÙI ĐỖ HỒ NGÔ DƯƠNG LÝ ĐINH ĐÀO ĐOÀN "
        "TRỊNH MAI LÂM TRƯƠNG PHÙNG LƯƠNG VƯƠNG TẠ HÀ THÁI CAO CHU TÔ TĂNG QUÁCH LƯU"
        " KIỀU TỐNG NGHIÊM CÙ "
        "GIÀNG LÒ SÙNG VÀNG HỨA NÔNG TRIỆU MA LỤC",
    )
)
# an entry and what stood beside it: - Lưu: VT. KT. GIÁM ĐỐC
_ENTRY_END = re.compile(r"[.;,](?=.)")
_NEAR: Final = 6  # lines between a title and what makes sure that it is one


@dataclass(frozen=True, slots=True)
class Foot:
    """What stands below the body, and where."""

    recipients: tuple[Piece, ...] = ()
    signatory: Signatory | None = None
    signed: Span | None = None


def foot_start(lines: Sequence[str], start: int) -> int:
    """The index of the first line of the foot at or after `start`; the number of lines if none.

    A title alone counts only where nothing surer is found, and then the last one: decisions name
    the deciding office in capitals above their body too.
    """
    titles: list[int] = []
    for index in range(start, len(lines)):
        if RECIPIENTS.match(lines[index]) or AUTHORITY.match(lines[index]):
            return titles[-1] if titles and index - titles[-1] < _NEAR else index
        if lines[index].isupper() and _TITLE.match(lines[index]):
            titles.append(index)
    return titles[-1] if titles else len(lines)


def read_foot(lines: Sequence[str]) -> Foot:
    """Read the normalised lines below the body; what comes after the name is an annex."""
    reader = _Reader()
    for row in pieces(lines):
        reader.take(row.with_text(RECIPIENTS.sub("", row.text)))
    return reader.foot()


class _Reader:
    """The two columns of a foot, whose lines come one after the other or mixed."""

    def __init__(self) -> None:
        self._recipients: list[Piece] = []
        self._authorities: list[Piece] = []
        self._titles: list[Piece] = []
        self._name: Piece | None = None

    def take(self, row: Piece) -> None:
        """One line more, or what two columns have on one line."""
        if beside := _beside(row.text, names=self._signs):
            for part in beside:
                self.take(row.with_text(part))
            return
        line = row.text
        if _BULLET.match(line):
            self._recipients.append(row.with_text(_BULLET.sub("", line)))
        elif self._name is not None or not line or _SIGNED.match(line):
            return
        elif acting := _ACTING.match(line):
            self._authorities.append(row.with_text(acting["authority"]))
            self._titles.append(row.with_text(acting["title"]))
        elif AUTHORITY.match(line):
            self._authorities.append(row)
        elif self._signs and (name := _name_in(line)):
            self._name = row.with_text(name)
        elif line.isupper() and (_TITLE.match(line) or self._authorities):
            self._titles.append(row)
        elif self._recipients and not self._recipients[-1].text.endswith((".", ";", ",")):
            self._recipients[-1] = self._recipients[-1].joined(row)

    @property
    def _signs(self) -> bool:
        return bool(self._authorities or self._titles)

    def foot(self) -> Foot:
        """What all the lines say."""
        title, authority = join(self._titles), join(self._authorities, by=" / ")
        parts = [part for part in (authority, title, self._name) if part]
        signatory = Signatory(
            name=self._name.text if self._name else None,
            title=title.text if title else None,
            authority=authority.text if authority else None,
        )
        recipients = (entry.with_text(entry.text.rstrip(" ;,.")) for entry in self._recipients)
        return Foot(
            recipients=tuple(recipients),
            signatory=signatory if parts else None,
            signed=Span(
                min(part.span.first for part in parts), max(part.span.last for part in parts)
            )
            if parts
            else None,
        )


def _beside(line: str, *, names: bool) -> tuple[str, str] | None:
    """An entry of the left column and the authority, title or name it ran into."""
    for end in _ENTRY_END.finditer(line) if _BULLET.match(line) else ():
        left, right = line[: end.end()], line[end.end() :].strip()
        signs = AUTHORITY.match(right) or (right.isupper() and _TITLE.match(right))
        is_name = names and right.split(" ")[0].upper() in _FAMILIES and _name_in(right)
        if signs or is_name:
            return left, right
    return None


def _name_in(line: str) -> str | None:
    """Two to six words, each with a capital, behind a rank or not: `Nguyễn Quốc Chiến`."""
    line = _RANK.sub("", line)
    words = line.split()
    if not 2 <= len(words) <= 6 or not all(word.replace("'", "").isalpha() for word in words):
        return None
    if line.isupper():
        return line if words[0] in _FAMILIES else None
    in_order = all(word[0].isupper() and (len(word) == 1 or not word.isupper()) for word in words)
    return line if in_order else None
