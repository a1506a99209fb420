"""Whom a sentence gives work to: the words before what they are to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.letters.letter import Assignment

# The first word of an organisation or of several; what else stands first does not act.
_ORGANISATION: Final = (
    r"(?:[Cc]ác |[Qq]uý |[Nn]hững |\d{1,3} )?"
    r"(?:cơ quan|Cơ quan|đơn vị|Đơn vị|sở|Sở|ban|Ban|ngành|huyện|thị xã|thành phố|Phòng|phòng"
    r"|Trung tâm|trung tâm|Đài|đài|Báo|Tạp chí|tạp chí|Ủy ban|Uỷ ban|UBND|Văn phòng|Hội|Liên hiệp"
    r"|Liên đoàn|Công an|Bộ Chỉ huy|Bộ|Cổng|Trang thông tin|trang thông tin|Chi cục|Cục|Viện"
    r"|Trường|trường|Tỉnh đoàn|Tỉnh ủy|Huyện ủy|Thành ủy|Đảng ủy|Mặt trận|địa phương|xã, phường"
    r"|Doanh nghiệp|doanh nghiệp|Tổ công tác|Chủ tịch|Giám đốc|Thủ trưởng|Trưởng|Chánh Văn phòng"
    r"|VNPT|Viettel|Hợp tác xã|Trạm|Thôn|Tổ dân phố|Nhà máy|Công ty|Điện lực)\b"
)
# What organisations are told to do. Longer ones first where one begins like another.
_VERBS: Final = (
    "chủ trì", "phối hợp", "tham mưu", "chủ động", "chỉ đạo", "hướng dẫn", "triển khai", "tổ chức",
    "tăng cường", "đẩy mạnh", "xây dựng", "cung cấp", "đăng tải", "đăng, phát", "đăng phát", "đăng",
    "tuyên truyền", "thông tin, tuyên truyền", "thực hiện", "báo cáo", "gửi", "căn cứ", "theo dõi",
    "có trách nhiệm", "nghiêm túc", "khẩn trương", "tiếp tục", "quan tâm", "mở", "phát sóng",
    "bố trí", "rà soát", "kiểm tra", "tập trung", "phân công", "cử", "tiếp nhận",
    "duy trì", "kịp thời", "thường xuyên", "xem xét", "lồng ghép", "dành", "sử dụng", "quán triệt",
    "phổ biến", "treo", "tổng hợp", "đôn đốc", "lập", "đề xuất", "nghiên cứu", "bám sát",
    "hoàn thành", "tăng", "nâng cao", "kiểm soát", "ưu tiên", "đưa tin", "sản xuất", "viết",
    "biên tập", "phản ánh", "cập nhật", "chuẩn bị", "bảo đảm", "đảm bảo", "thông báo", "vận động",
    "tham gia", "cài đặt", "niêm yết", "chia sẻ", "lựa chọn", "giới thiệu", "thống kê", "ban hành",
    "xác minh", "xử lý", "trả lời", "phát hiện", "đề nghị", "yêu cầu", "quản lý", "hỗ trợ", "nộp",
    "thành lập", "khai thác", "bố trí",
)  # fmt: skip
# "các cơ quan thiết lập trang thông tin" names them, "lập danh sách" is work.
_VERB = "|".join(sorted(_VERBS, key=len, reverse=True)).replace("|lập|", "|(?<!thiết )lập|")
_VERB = _VERB.replace("|tổ chức|", "|tổ chức(?! (?:chính trị|xã hội|đoàn thể|thành viên|hội))|")
_ASKED: Final = r"(?:[Đđ]ề nghị|[Yy]êu cầu|[Gg]iao|[Gg]iao cho)"
# Đối với các cơ quan báo chí, with a colon or alone on its line
_FOR = re.compile(
    r"^(?:[Đđ]ối ?với|Về phía) (?P<group>[^:\n]{3,250}?)(?: ?:|\n|$|, (?=đề nghị|yêu cầu))"
)
# … as a line of its own: Các cơ quan báo chí
_NAMED = re.compile(rf"^(?P<group>{_ORGANISATION}[^:\n.]{{0,200}}?) ?:")
# … above what it is to do
_ALONE = re.compile(rf"^(?:{_ASKED} )?(?P<group>{_ORGANISATION}[^:\n.;]{{0,150}}?)[ ,;.]*\n")
# "Giao Sở A chủ trì …" · "Đề nghị các cơ quan báo chí tăng cường …"
_ASKED_GROUP = re.compile(
    rf"^{_ASKED} (?P<group>{_ORGANISATION}[^:\n.]{{0,300}}?),?"
    rf" (?:(?:không|cần|phải) )?(?:{_VERB})\b"
)
# "Phòng Văn hóa và Thông tin tham mưu …"
_ACTS = re.compile(
    rf"^(?P<group>{_ORGANISATION}[^:\n.]{{0,300}}?),? (?:(?:không|cần|phải) )?(?:{_VERB})\b"
)
# "Sở Thông tin và Truyền thông đề nghị các cơ quan báo chí phối hợp …"
_ISSUER_ASKS = re.compile(rf"^[^.:\n]{{3,150}}? {_ASKED} (?P<rest>{_ORGANISATION}.*)", re.DOTALL)
_SENTENCE = re.compile(r"(?<=[.!])\s+(?=[A-ZÀ-ỸĐ])|\n")
# News items asked for: "ít nhất 03 tin, bài"
_AT_LEAST = re.compile(
    r"(?:tối thiểu|ít nhất|từ|không dưới)(?: là)? (?P<count>\d{1,3})"
    r"(?: ?-\s?\d{1,3})?(?: \([^)]{1,20}\))? (?:tin|bài|phóng sự|tác phẩm|chuyên mục|chuyên đề"
    r"|video|clip|đường dẫn|lượt|bản tin|chương trình)",
    re.IGNORECASE,
)


def group_of(text: str) -> str | None:
    """Whom the task begins by naming; None where it does not say."""
    first = text.split("\n", 1)[0]
    for shape in (_FOR, _NAMED, _ALONE, _ASKED_GROUP, _ACTS):
        if match := shape.match(text if shape in (_FOR, _ALONE) else first):
            return match["group"].strip(" ,;")
    return None


def expected_number(text: str) -> int | None:
    """The least number of news items the task asks for."""
    match = _AT_LEAST.search(text)
    return int(match["count"]) if match else None


def find_assignments(closing: str | None) -> tuple[Assignment, ...]:
    """What the closing's sentences give to groups, each in the sentence's own words."""
    return tuple(_assignments(closing or ""))


def _assignments(closing: str) -> Iterator[Assignment]:
    for sentence in _SENTENCE.split(closing):
        words = sentence.strip()
        asked = _ISSUER_ASKS.match(words)
        found = asked["rest"] if asked else words
        for shape in (_ASKED_GROUP, _ACTS):
            if match := shape.match(found):
                yield Assignment(match["group"].strip(" ,;"), words)
                break
