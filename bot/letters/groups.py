"""Whom a sentence gives work to: the words before what they are to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.letters.letter import Assignment
from bot.letters.offices import ORGANISATION, PERSON
from bot.letters.verbs import FIRST_VERB, VERB

_ASKED: Final = r"(?:[Đđ]ề nghị|[Yy]êu cầu|[Gg]iao|[Gg]iao cho|[Pp]hân công)"
_DOES: Final = rf"(?P<comma>,)? (?:không |cần |phải |chỉ )?(?P<verb>{VERB})(?!\w)"
# Behind a name and a comma; other verbs there follow one that is not known, and no name.
_GOES_ON: Final = frozenset(
    ("căn cứ", "khẩn trương", "chủ động", "nghiêm túc", "tiếp tục", "tập trung", "thường xuyên")
)
# Đối với các cơ quan báo chí, with a colon or alone on its line; "đối với các nội dung" is no one
_FOR = re.compile(
    r"^(?:[Đđ]ối ?với|Về phía) (?!(?:các |những )?(?:nội dung|nhiệm vụ|công tác|việc|trường hợp"
    r"|văn bản|hồ sơ|vấn đề|chỉ tiêu|báo cáo|đề xuất|kiến nghị|dự án|công trình|địa bàn|lĩnh vực"
    r"|kinh phí|chế độ|khu vực|tuyến|diện tích|tác phẩm|giải|mức|phần|tài liệu|sản phẩm)(?!\w))"
    r"(?P<group>[^:\n]{3,250}?)(?: ?:|(?<![.;])(?:\n|$)|, (?=đề nghị|yêu cầu))"
)
# What is spoken of before somebody is told to do it
_ON_TOPIC = re.compile(r"(?:Về|Đối với) [^:\n]{3,120}:")
# … before a colon: Các cơ quan báo chí: …
_NAMED = re.compile(
    rf"^(?:{_ASKED} )?(?P<group>{ORGANISATION}[^:\n.]{{0,200}}?|{PERSON}[^:\n.;]{{2,120}}?) ?:"
)
# … above what it is to do, alone on its line
_ALONE = re.compile(rf"^(?:{_ASKED} )?(?P<group>{ORGANISATION}[^:\n.]{{0,150}}?)(?<![.;:]) ?,?\n")
# "Giao Sở A chủ trì …" · "Đề nghị các cơ quan báo chí tăng cường …"
_ASKED_GROUP = re.compile(rf"^{_ASKED} (?P<group>{ORGANISATION}[^:\n.]{{0,300}}?){_DOES}")
# "Phòng Văn hóa và Thông tin tham mưu …"
_ACTS = re.compile(rf"^(?P<group>{ORGANISATION}[^:\n.]{{0,300}}?){_DOES}")
# "Sở Thông tin và Truyền thông đề nghị các cơ quan báo chí phối hợp …": the first one asks
_ASKS: Final = frozenset({"đề nghị", "yêu cầu", "giao", "phân công", "chuyển"})
# "Cục gửi dự thảo và đề nghị Quý cơ quan góp ý": so does who sends something
_ASKS_TOO = re.compile(r"[^.;\n]*?(?: và|,) (?:đề nghị|yêu cầu) ")
_ASKED_LATER = re.compile(
    rf"(?<!heo )(?<!ét )(?<!\w){_ASKED} (?P<group>{ORGANISATION}[^:\n.]{{0,300}}?){_DOES}"
)
# "chuyển Đơn nêu trên đến Sở Xây dựng để nghiên cứu, giải quyết"
FORWARDED = re.compile(
    rf"(?<!\w)chuyển [^.;\n]{{2,150}}? (?:đến|tới|cho) (?P<group>{ORGANISATION}[^:\n.;,]{{0,99}}?)"
    r",? (?:để |nghiên cứu|xem xét|giải quyết|xử lý|kiểm tra)"
)
# Verbs that names end with, and what may follow such a name
_IN_NAMES: Final = frozenset(
    ("tổng hợp", "kiểm tra", "đăng ký", "quản lý", "thanh tra", "điều tra", "kiểm soát", "giám sát",
     "hỗ trợ", "tuyên truyền", "xét nghiệm", "khảo sát", "giám định", "bảo vệ", "thẩm định",
     "quan trắc", "tiếp nhận", "xây dựng", "hướng dẫn", "điều phối", "sửa chữa", "vận động",
     "sản xuất")
)  # fmt: skip
# "Các xã chưa gửi báo cáo": the verb says which ones are meant
_ENDS_NO_NAME = re.compile(r" (?:chưa|đã|được|đang|sẽ|có|còn|không)$")
_TOLD_BEHIND = re.compile(
    rf"(?: (?:tỉnh|thành phố|huyện|xã|phường|khu vực))? ?:(?: ?(?i:{FIRST_VERB})(?!\w)|\s*\n|$)"
)
_SENTENCE = re.compile(r"(?<=[.!])\s+(?=[A-ZÀ-ỸĐ])|\n")
_ITEMS: Final = r"(?:tin|bài|phóng sự|tác phẩm)(?!\w)"
# News items asked for: "ít nhất 03 tin, bài" · "02 tin/tuần" · "mỗi tuần 02 tin" · "viết 02 bài"
_AT_LEAST = re.compile(
    r"(?:tối thiểu|ít nhất|từ|không dưới)(?: là)? (?P<least>\d{1,3})"
    r"(?: ?-\s?\d{1,3})?(?: \([^)]{1,20}\))? (?:tin|bài|phóng sự|tác phẩm|chuyên mục|chuyên đề"
    r"|video|clip|đường dẫn|lượt|bản tin|chương trình)"
    rf"|(?:(?:mỗi|hằng|hàng) (?:ngày|tuần|tháng|quý)|đăng(?: tải|, phát)?|viết) (?P<each>\d{{1,3}})"
    rf" {_ITEMS}|(?<![\d/.,-])(?P<per>\d{{1,3}}) (?:tin, )?{_ITEMS} ?/ ?(?:ngày|tuần|tháng|quý)",
    re.IGNORECASE,
)


def group_of(text: str) -> str | None:
    """Whom the task begins by naming; None where it does not say."""
    if match := _FOR.match(text):
        return _bare(match["group"])
    acts = _ACTS.match(text.split("\n", 1)[0])
    # "Sở A chủ trì, phối hợp với các đơn vị: …": a longer match goes beyond the name.
    shapes = (_NAMED, _ALONE, _ASKED_GROUP, _ACTS)
    matches = [match for shape in shapes if (match := shape.match(text))]
    found = [match for match in matches if not _goes_on(match)]
    named = min(found, key=lambda match: match.end("group"), default=None)
    asks = acts and (acts["verb"] in _ASKS or _ASKS_TOO.match(text, acts.end()))
    if acts and asks and named and named.end("group") >= acts.end("group"):
        return asked_group(text)
    if named is not None:
        return _bare(named["group"]) if _is_sure(named) else None
    return asked_group(text) if _ON_TOPIC.match(text) else None


def asked_group(text: str) -> str | None:
    """Whom one of the sentences asks, or forwards something to."""
    for shape in (_ASKED_LATER, FORWARDED):
        if match := shape.search(text):
            return _bare(match["group"]) if _is_sure(match) else None
    return None


def _goes_on(match: re.Match[str]) -> bool:
    """Whether the word taken for a verb ends the name: "Trung tâm Dịch vụ tổng hợp: viết …"."""
    verb = match.groupdict().get("verb")
    return verb in _IN_NAMES and bool(_TOLD_BEHIND.match(match.string, match.end()))


def _is_sure(match: re.Match[str]) -> bool:
    """Whether the name surely ends where it was found to end."""
    groups = match.groupdict()
    if groups["group"].endswith(";") or _ENDS_NO_NAME.search(groups["group"]):
        return False
    return not groups.get("comma") or groups["verb"] in _GOES_ON


def _bare(group: str) -> str:
    return group.strip(" ,;")


def expected_number(text: str) -> int | None:
    """The least number of news items the task asks for."""
    match = _AT_LEAST.search(text)
    return int(match["least"] or match["each"] or match["per"]) if match else None


def find_assignments(closing: str | None) -> tuple[Assignment, ...]:
    """What the closing's sentences give to groups, each in the sentence's own words."""
    return tuple(_assignments(closing or ""))


def _assignments(closing: str) -> Iterator[Assignment]:
    for sentence in _SENTENCE.split(closing):
        words = sentence.strip()
        acts = _ACTS.match(words)
        match = _ASKED_GROUP.match(words) or acts
        if match is None or match["verb"] in _ASKS:
            match = _ASKED_LATER.search(words)
        if match:
            yield Assignment(_bare(match["group"]), words)
