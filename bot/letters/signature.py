"""The foot of a letter: who gets it for information (Nơi nhận), and who signed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.letters.letter import Signatory
from bot.letters.markers import BULLETS
from bot.letters.offices import OFFICE
from bot.letters.spans import Piece, Span, join, pieces

# Nơi nhận: · Nơi nhận KT. GIÁM ĐỐC; never "Nơi nhận hồ sơ: …"
RECIPIENTS = re.compile(r"^Nơi ?nhận ?(?:: ?|$|(?=(?:TM|KT|TL|TUQ|Q)\b))", re.IGNORECASE)
# KT. GIÁM ĐỐC · TM. ỦY BAN NHÂN DÂN · T/M BAN THƯỜNG VỤ · TUQ GIÁM ĐỐC
AUTHORITY = re.compile(
    r"^(?:(?:TM|KT|TL|TUQ|Q) ?\.|T/M|K/T|T/L|(?:TM|KT|TL|TUQ)(?= [A-ZÀ-ỸĐ]{2})) ?[A-ZÀ-ỸĐ]"
)
# Q. TRƯỞNG PHÒNG: who signs has the office itself, for a time
_ACTING = re.compile(r"^(?P<authority>Q ?\.) ?(?P<title>[A-ZÀ-ỸĐ].*)")
# The first words of a signing office, where no authority stands above it.
_TITLE = re.compile(
    r"^(?:PHÓ ?|P ?\. ?|QUYỀN |Q ?\. ?|PHỤ TRÁCH )?(?:TỔNG )?(?:GIÁM ?ĐỐC|CHỦ ?TỊCH|CHỦ ?NHIỆM"
    r"|(?:\w+ )?(?:\w+ ?)?TRƯỞNG|CHÁNH|BÍ ?THƯ|THỦ ?TƯỚNG|BIÊN TẬP|CHỈ HUY|CHÍNH [ỦU][YỶ]"
    r"|[ỦU][YỶ] ?VIÊN|THƯỜNG TRỰC|TM)(?!\w)"
)
_GOES_ON = re.compile(r"(?:,|-| VÀ| KIÊM)$")
# What begins below the signature: an annex, a form, a certified copy.
_ANNEX = re.compile(
    r"^(?:PHỤ LỤC|DANH SÁCH|DANH MỤC|BIỂU|MẪU|ĐỀ CƯƠNG|BẢNG|SAO |PHIẾU|LỊCH|QUY |KẾ HOẠCH|THỂ LỆ"
    r"|CHƯƠNG TRÌNH|NỘI DUNG|KHẨU HIỆU|BÁO CÁO)|^\(?(?:Kèm theo|Ban hành kèm)|^Số ?:"
)
_BULLET = re.compile(rf"^[{BULLETS}] ?")
_NEXT_ENTRY = re.compile(rf"(?<=[;.]) ?(?=[{BULLETS}] ?\w)")
_FILED = re.compile(r"^Lưu\b", re.IGNORECASE)
_SIGNED = re.compile(
    r"^[(\[]?(?:đã ký|đã kí|ký bởi|ký số|ký tên|chữ ký|người ký|ngày ký|thời gian ký|cơ quan ?:"
    r"|email ?:|digitally)(?!\w).*$",
    re.IGNORECASE,
)
# Before a name: Đại tá · BSCKII. · PGS.TS · ThS
_STYLE = re.compile(
    r"^(?:(?:Đại|Thượng|Trung|Thiếu) (?:tướng|tá|úy|uý)"
    r"|(?:Nhà báo|Luật sư|Bác sĩ|Dược sĩ|Thạc sĩ|Tiến sĩ|Kỹ sư)(?= )"
    r"|[A-ZĐ][\wĐđ]{0,6}\.(?=\s?[A-ZÀ-ỸĐ])"
    r"|(?:GS|PGS|TS|TSKH|[Tt]h[Ss]|BS|BSCK\w*|CK\w{1,2}|DS|KS|CN|LS|NSƯT|NSND|NGƯT|NGND)(?= ))"
    r"[.,]?\s*"
)
_BEHIND = re.compile(r" ?[(\[][^)\]]*[)\]]$")
# A name in capitals is told from a title by how such names begin.
_FAMILIES: Final = frozenset(
    # The usual ones of the Kinh, then those of the peoples of the north west.
    re.findall(
        r"\w+",
        "NGUYỄN TRẦN LÊ PHẠM HOÀNG HUỲNH PHAN VŨ VÕ ĐẶNG BÙI ĐỖ HỒ NGÔ DƯƠNG LÝ ĐINH ĐÀO ĐOÀN "
        "TRỊNH MAI LÂM TRƯƠNG PHÙNG LƯƠNG VƯƠNG TẠ HÀ THÁI CAO CHU TÔ TĂNG QUÁCH LƯU"
        " KIỀU TỐNG NGHIÊM CÙ "
        " KHUẤT CHÂU LA TIÊU ĐÀM LÃ LẠI VI THÂN NHỮ TỪ MẠC ÂU LỮ KHỔNG KIM THẠCH DANH CHUNG"
        " GIÀNG LÒ SÙNG VÀNG HỨA NÔNG TRIỆU MA LỤC LƯỜNG CẦM QUÀNG TÒNG LẦU THÀO MÙA PHÀN TẨN SẦM"
        " LÔ KHA BẾ HOÀNG",
    )
)
# an entry and what stood beside it: - Lưu: VT. KT. GIÁM ĐỐC
_ENTRY_END = re.compile(r"[.;,](?=.)")
_NEAR: Final = 6  # lines between a title and what makes sure that it is one


@dataclass(frozen=True, slots=True)
class Foot:
    """What stands below the body, and where; `joint` if several offices signed."""

    recipients: tuple[Piece, ...] = ()
    signatory: Signatory | None = None
    signed: Span | None = None
    joint: bool = False


def foot_start(lines: Sequence[str], start: int) -> int:
    """The index of the first line of the foot at or after `start`; the number of lines if none.

    A title alone counts only where nothing surer is found, and then the last one: decisions name
    the deciding office in capitals above their body too.
    """
    written = [index for index in range(start, len(lines)) if lines[index]]
    titles: list[int] = []
    for count, index in enumerate(written):
        if RECIPIENTS.match(lines[index]) or AUTHORITY.match(lines[index]):
            near = titles and count - titles[-1] < _NEAR
            return written[titles[-1]] if near else index
        if lines[index].isupper() and _TITLE.match(lines[index]):
            titles.append(count)
    return written[titles[-1]] if titles else len(lines)


def read_foot(lines: Sequence[str]) -> Foot:
    """Read the normalised lines below the body; what comes after the name is an annex."""
    reader = _Reader()
    for row in pieces(lines):
        if reader.is_over(row.text):
            break
        reader.take(row)
    return reader.foot()


class _Reader:
    """The two columns of a foot, whose lines come one after the other or mixed."""

    def __init__(self) -> None:
        self._recipients: list[Piece] = []
        self._authorities: list[Piece] = []
        self._titles: list[Piece] = []
        self._name: Piece | None = None
        self._listing = False
        self._others_sign = False  # an office or a title below the first name
        self._joint = False

    def is_over(self, line: str) -> bool:
        """Whether an annex begins here; above a signature there is none."""
        return self._signs and bool(_ANNEX.match(line))

    def take(self, row: Piece) -> None:
        """One line more, or what two columns have on one line."""
        if label := RECIPIENTS.match(row.text):
            self._listing = True
            row = row.with_text(row.text[label.end() :])
        if beside := _beside(row.text, names=self._signs):
            for part in beside:
                self.take(row.with_text(part))
        elif row.text and not (self._listing and self._take_recipient(row)):
            self._take_signature(row)

    def _take_recipient(self, row: Piece) -> bool:
        """Whether the line is an entry, or the end of one."""
        line, last = row.text, self._recipients[-1] if self._recipients else None
        if _BULLET.match(line):
            for entry in _NEXT_ENTRY.split(line):
                self._recipients.append(row.with_text(_BULLET.sub("", entry)))
        elif self._is_of_signature(line):
            return False
        elif last is not None and not last.text.endswith((".", ";", ",")):
            self._recipients[-1] = last.joined(row)
        elif line.endswith((";", ".")):
            for entry in re.split(r"(?<=;) ", line):
                self._recipients.append(row.with_text(entry))
        else:
            return False
        filed, ended = self._recipients[-1].text, self._recipients[-1].text.endswith(".")
        self._listing = not (_FILED.match(filed) and ended)
        return True

    def _is_of_signature(self, line: str) -> bool:
        """Whether the line is surely of the other column."""
        if AUTHORITY.match(line) or _SIGNED.match(line):
            return True
        if self._signs and self._name is None and _name_in(line):
            return True
        is_title = _TITLE.match(line) or self._authorities
        return line.isupper() and bool(is_title) and not line.endswith((".", ";"))

    def _take_signature(self, row: Piece) -> None:
        line = row.text
        if _SIGNED.match(line):
            return
        if self._name is not None:
            self._take_other(line)
        elif acting := _ACTING.match(line):
            self._authorities.append(row.with_text(acting["authority"]))
            self._titles.append(row.with_text(acting["title"]))
        elif AUTHORITY.match(line):
            self._authorities.append(row)
        elif self._signs and (name := _name_in(line)):
            self._name = row.with_text(name)
        elif self._is_title(line):
            self._titles.append(row)

    def _is_title(self, line: str) -> bool:
        """A title, or its next line; who signs for a board has a title of his own below."""
        named = _TITLE.match(line.upper())
        goes_on = bool(self._titles) and bool(_GOES_ON.search(self._titles[-1].text))
        if named and self._titles and not goes_on:
            return False
        if line.isupper():
            return bool(named or goes_on or self._authorities or self._titles)
        return bool(named and self._authorities) and not line.endswith((".", ";", ","))

    def _take_other(self, line: str) -> None:
        """Below the name: another office's title and name make the letter a joint one."""
        if self._others_sign and _name_in(line):
            self._joint = True
        elif line.isupper() and (AUTHORITY.match(line) or _TITLE.match(line) or OFFICE.match(line)):
            self._others_sign = True

    @property
    def _signs(self) -> bool:
        return bool(self._authorities or self._titles)

    def foot(self) -> Foot:
        """What all the lines say; of several who signed none is the signatory."""
        recipients = tuple(
            entry.with_text(entry.text.rstrip(" ;,./")) for entry in self._recipients
        )
        title, authority = join(self._titles), join(self._authorities, by=" / ")
        parts = [part for part in (authority, title, self._name) if part]
        if self._joint or not parts:
            return Foot(recipients, joint=self._joint)
        signatory = Signatory(
            name=self._name.text if self._name else None,
            title=title.text if title else None,
            authority=authority.text if authority else None,
        )
        first, last = (part.span for part in (parts[0], parts[-1]))
        span = Span(min(first.first, last.first), max(part.span.last for part in parts))
        return Foot(recipients, signatory, span)


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
    line = _BEHIND.sub("", line)
    while style := _STYLE.match(line):
        line = line[style.end() :]
    words = line.split()
    if not 2 <= len(words) <= 6 or not all(word.replace("'", "").isalpha() for word in words):
        return None
    if line.isupper():
        return line if words[0] in _FAMILIES else None
    # One letter may stand alone: "Y Khăm", "K' Văn"
    bare = [word.replace("'", "") for word in words]
    in_order = all(word[:1].isupper() and (len(word) == 1 or not word.isupper()) for word in bare)
    return line if in_order else None
