"""Whom a sentence gives work to: the words before what they are to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.letters.letter import Assignment
from bot.letters.offices import ORGANISATION

# What organisations are told to do; not what is part of a name or of another word: "các cơ quan
# thiết lập trang thông tin" names them, "lập danh sách" is work; "trực thuộc", "giao thông".
_WORK: Final = (
    "chủ trì", "phối hợp", "tham mưu", "chủ động", "chỉ đạo", "hướng dẫn", "triển khai",
    "(?<!ơ quan, )(?<!ác )tổ chức(?!, | (?:đảng|chính trị|xã hội|đoàn thể|thành viên|hội))",
    "tăng cường", "đẩy mạnh", "xây dựng", "cung cấp", "đăng tải", "đăng, phát", "đăng phát", "đăng",
    "tuyên truyền", "thông tin, tuyên truyền", "thực hiện", "báo cáo", "gửi", "căn cứ", "theo dõi",
    "có trách nhiệm", "có nhiệm vụ", "chịu trách nhiệm", "nghiêm túc", "khẩn trương", "tiếp tục",
    "quan tâm", "mở", "phát sóng", "bố trí", "rà soát", "kiểm tra", "tập trung", "phân công", "cử",
    "tiếp nhận", "duy trì", "kịp thời", "thường xuyên", "xem xét", "lồng ghép", "dành", "sử dụng",
    "quán triệt", "phổ biến", "treo", "(?<!tử )tổng hợp", "đôn đốc", "(?<!thiết )lập", "đề xuất",
    "nghiên cứu", "bám sát", "hoàn thành", "tăng", "nâng cao", "kiểm soát", "ưu tiên", "đưa tin",
    "sản xuất", "viết", "biên tập", "phản ánh", "cập nhật", "chuẩn bị", "bảo đảm", "đảm bảo",
    "thông báo", "vận động", "tham gia", "cài đặt", "niêm yết", "chia sẻ", "lựa chọn", "giới thiệu",
    "thống kê", "ban hành", "xác minh", "xử lý", "trả lời", "phát hiện", "đề nghị", "yêu cầu",
    "quản lý", "hỗ trợ", "nộp", "thành lập", "khai thác", "tham dự", "cấm", "giám sát", "đánh giá",
    "phân bổ", "tuần tra", "kê khai", "đăng ký", "công khai", "ngăn chặn", "khắc phục", "sắp xếp",
    "tiến hành", "huy động", "rút kinh nghiệm", "chấn chỉnh", "nhắc nhở", "ký cam kết", "kiện toàn",
    "tạo điều kiện", "trưng bày", "lấy ý kiến", "góp ý", "thu thập", "nắm", "đối chiếu",
    "phát động", "hoàn thiện", "trang trí", "dự(?! toán| án| thi| báo| phòng)", "(?<!chương )trình",
    "(?<!hường )trực(?! thuộc| tuyến| tiếp)", "giao(?! thông| dịch| lưu)", "chuyển(?! đổi)",
)  # fmt: skip
# Longer ones first where one begins like another.
VERB: Final = "|".join(sorted(_WORK, key=len, reverse=True))
_ASKED: Final = r"(?:[Đđ]ề nghị|[Yy]êu cầu|[Gg]iao|[Gg]iao cho|[Pp]hân công)"
_DOES: Final = rf" (?:không |cần |phải |chỉ )?(?P<verb>{VERB})(?!\w)"
# Đối với các cơ quan báo chí, with a colon or alone on its line; "đối với các nội dung" is no one
_FOR = re.compile(
    r"^(?:[Đđ]ối ?với|Về phía) (?!(?:các |những )?(?:nội dung|nhiệm vụ|công tác|việc|trường hợp"
    r"|văn bản|hồ sơ|vấn đề|chỉ tiêu|báo cáo)(?!\w))"
    r"(?P<group>[^:\n]{3,250}?)(?: ?:|(?<![.;])(?:\n|$)|, (?=đề nghị|yêu cầu))"
)
# … before a colon: Các cơ quan báo chí: …
_NAMED = re.compile(rf"^(?:{_ASKED} )?(?P<group>{ORGANISATION}[^:\n.]{{0,200}}?) ?:")
# … above what it is to do, alone on its line
_ALONE = re.compile(rf"^(?:{_ASKED} )?(?P<group>{ORGANISATION}[^:\n.]{{0,150}}?)(?<![.;:]) ?,?\n")
# "Giao Sở A chủ trì …" · "Đề nghị các cơ quan báo chí tăng cường …"
_ASKED_GROUP = re.compile(rf"^{_ASKED} (?P<group>{ORGANISATION}[^:\n.]{{0,300}}?),?{_DOES}")
# "Phòng Văn hóa và Thông tin tham mưu …"
_ACTS = re.compile(rf"^(?P<group>{ORGANISATION}[^:\n.]{{0,300}}?),?{_DOES}")
# "Sở Thông tin và Truyền thông đề nghị các cơ quan báo chí phối hợp …": the first one asks
_ASKS: Final = frozenset({"đề nghị", "yêu cầu", "giao", "phân công", "chuyển"})
_ASKED_LATER = re.compile(
    rf"(?<!heo )(?<!ét )(?<!\w){_ASKED} (?P<group>{ORGANISATION}[^:\n.]{{0,300}}?),?{_DOES}"
)
# "chuyển Đơn nêu trên đến Sở Xây dựng để nghiên cứu, giải quyết"
FORWARDED = re.compile(
    rf"(?<!\w)chuyển [^.;\n]{{2,150}}? (?:đến|tới|cho) (?P<group>{ORGANISATION}[^:\n.;,]{{0,99}}?)"
    r",? (?:để |nghiên cứu|xem xét|giải quyết|xử lý|kiểm tra)"
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
    acts = _ACTS.match(text.split("\n", 1)[0])
    for shape in (_FOR, _NAMED, _ALONE, _ASKED_GROUP):
        match = shape.match(text)
        # "Sở A chủ trì, phối hợp với các đơn vị: …" goes beyond the name.
        if match and not (acts and acts.end("group") < match.end("group")):
            return _bare(match["group"])
    if acts and acts["verb"] not in _ASKS:
        return _bare(acts["group"])
    return asked_group(text) if acts else None


def asked_group(text: str) -> str | None:
    """Whom one of the sentences asks, or forwards something to."""
    for shape in (_ASKED_LATER, FORWARDED):
        if match := shape.search(text):
            return _bare(match["group"])
    return None


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
