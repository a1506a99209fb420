"""The foot of a letter: who gets it for information (Nơi nhận), and who signed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.letters.letter import Signatory

RECIPIENTS = re.compile(r"^Nơi nhận ?:? ?", re.IGNORECASE)
# KT. GIÁM ĐỐC · TM. ỦY BAN NHÂN DÂN · T/M BAN THƯỜNG VỤ
AUTHORITY = re.compile(r"^(?:(?:TM|KT|TL|TUQ|Q) ?\.|T/M|K/T|T/L) ?[A-ZÀ-ỸĐ]")
# The first word of a signing office, where no authority stands above it.
_TITLE = re.compile(
    r"^(?:PHÓ |QUYỀN )?(?:GIÁM ĐỐC|CHỦ TỊCH|CHỦ NHIỆM|TRƯỞNG|CỤC TRƯỞNG|CHI CỤC TRƯỞNG|VỤ TRƯỞNG"
    r"|CHÁNH|BÍ THƯ|BỘ TRƯỞNG|THỨ TRƯỞNG|HIỆU TRƯỞNG|TỔNG|VIỆN TRƯỞNG|THỦ TƯỚNG)\b"
)
_BULLET = re.compile(r"^[-+•] ?")


@dataclass(frozen=True, slots=True)
class Foot:
    """What stands below the body."""

    recipients: tuple[str, ...] = ()
    signatory: Signatory | None = None


def foot_start(lines: list[str], start: int) -> int:
    """The index of the first line of the foot at or after `start`; the number of lines if none.

    A title alone counts only where nothing surer is found, and then the last one: decisions name
    the deciding office in capitals above their body too.
    """
    titles: list[int] = []
    for index in range(start, len(lines)):
        if RECIPIENTS.match(lines[index]) or AUTHORITY.match(lines[index]):
            return titles[-1] if titles and index - titles[-1] < 6 else index
        if lines[index].isupper() and _TITLE.match(lines[index]):
            titles.append(index)
    return titles[-1] if titles else len(lines)


def read_foot(lines: list[str]) -> Foot:
    """Read the normalised lines below the body; what comes after the name is an annex."""
    recipients: list[str] = []
    authorities: list[str] = []
    titles: list[str] = []
    name: str | None = None
    for line in lines:
        line = RECIPIENTS.sub("", line)
        if _BULLET.match(line):
            recipients.append(_BULLET.sub("", line))
        elif name is not None or not line:
            continue
        elif AUTHORITY.match(line):
            authorities.append(line)
        elif line.isupper() and (_TITLE.match(line) or authorities):
            titles.append(line)
        elif (authorities or titles) and _is_name(line):
            name = line
        elif recipients and not recipients[-1].endswith((".", ";", ",")):
            recipients[-1] += f" {line}"
    signatory = Signatory(
        name=name, title=" ".join(titles) or None, authority=" / ".join(authorities) or None
    )
    return Foot(
        recipients=tuple(entry.rstrip(" ;,.") for entry in recipients),
        signatory=signatory if signatory != Signatory() else None,
    )


def _is_name(line: str) -> bool:
    """Two to six words, each with a capital: `Nguyễn Quốc Chiến`."""
    words = line.split()
    return 2 <= len(words) <= 6 and all(word.isalpha() and word.istitle() for word in words)
