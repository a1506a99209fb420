"""What the words above a list say it is: work that is asked for, or something only told.

A heading (`II. NHIỆM VỤ`) speaks for the list below it as a sentence (`đề nghị:`) does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum, auto
from typing import Final

from bot.letters.offices import ORGANISATION
from bot.letters.phrases import phrase
from bot.letters.requests import asks_for_list, tells_of_asking

# Sections and items that ask for nothing.
_BACKGROUND: Final = (
    "mục đích|yêu cầu|mục tiêu|chỉ tiêu|quan điểm|nguyên tắc|phương châm|chủ đề|thông điệp"
    "|khẩu hiệu|căn cứ|cơ sở (?:pháp lý|thực tiễn|lý luận)|lý do|đặc điểm|bối cảnh|ý nghĩa"
    "|sự cần thiết|định nghĩa|giải thích"
    "|khái quát|quy định chung|phạm vi|đối tượng|thành phần|đại biểu|cơ cấu|danh sách|danh mục"
    "|thời gian|địa điểm|địa bàn|lịch|tiến độ|lộ trình|giai đoạn|chương trình (?:hội|cuộc|buổi"
    "|làm việc|họp|nghị|lễ)|diễn biến"
    "|tình hình|thực trạng|kết quả|đánh giá|ưu điểm|thuận lợi|khó khăn|tồn tại|hạn chế|nguyên nhân"
    "|bài học|thiệt hại|số liệu|nhận xét|dự báo|kinh phí|nguồn (?:lực|kinh phí|vốn)"
    "|dự kiến kinh phí|dự toán|mức (?:thu|chi|thưởng|hỗ trợ|phạt)|giải thưởng|cơ cấu giải|thể lệ"
    "|điều kiện|tiêu chuẩn|tiêu chí|quyền (?:lợi|hạn|và nghĩa vụ)|chức năng|hành vi"
    "|chế độ (?:chính sách|hỗ trợ)|hồ sơ|trình tự|thủ tục|lệ phí"
    "|thông tin (?:chung|liên hệ)"
    "|(?:hình|cách|phương) thức|phương pháp|cách (?:gửi|tính|chấm|nộp|đăng ký)|công tác tham mưu"
    "|khen thưởng|biểu dương|hiệu lực|điều khoản|đề xuất|kiến nghị"
    "|nội dung(?:,| và) (?:hình thức|thể lệ)(?: và [^,]{3,20})? (?:thi|dự thi|cuộc thi|hội thi)"
    "|nội dung (?:đề xuất|kiến nghị|thi|cuộc thi|chương trình|hội|họp|cuộc họp|làm việc|trả lời)"
    "|những (?:vấn đề chung|quy định chung|kết quả)|các (?:kết quả|quy định chung)|một số kết quả"
)
_BACKGROUND_HEADING = phrase(rf"(?:(?:về|một số|các|những|phần) )*(?:{_BACKGROUND})(?!\w)")
_DUTY_HEADING = phrase(
    r"nhiệm vụ|giải pháp|tổ chức (?:thực hiện|triển khai)|phân công|trách nhiệm|biện pháp"
    r"|^đối với|việc cần làm|công việc|nội dung (?:thực hiện|triển khai)"
)
_SURE_DUTY = phrase(r"nhiệm vụ|giải pháp|tổ chức (?:thực hiện|triển khai)|phân công|biện pháp")
# Of accounts and goals both may be named: "KẾT QUẢ THỰC HIỆN NHIỆM VỤ"; of these rather the work:
_OR_DUTY = re.compile(
    r"(?:yêu cầu|chỉ tiêu|mục tiêu|thời gian|kinh phí|kiến nghị)(?!\w)", re.IGNORECASE
)
_GOAL_OR_ACCOUNT = phrase(
    r"(?:(?:các|một số|những) )*(?:mục đích|mục tiêu|chỉ tiêu|quan điểm|kết quả|tình hình|đánh giá"
    r"|thực trạng|nguyên nhân|tồn tại|hạn chế|sự cần thiết|bối cảnh|căn cứ|kinh phí|nguồn (?:vốn"
    r"|kinh phí)|phạm vi|đối tượng|điều kiện|tiêu chuẩn|giải thưởng|khen thưởng)(?!\w)"
)
_CONTENTS = phrase(r"nội dung|chương trình")
_OF_WORK = phrase(r"tuyên truyền|phối hợp|thực hiện|nhiệm vụ|công việc|triển khai")
_PLACE = phrase(r"địa điểm")
_TOLD_HEADING = re.compile(r"(?<!\w)(?:đã|sẽ|được|kết quả)(?!\w)", re.IGNORECASE)
_IS_ANNOUNCED = re.compile(r":$|(?<!gửi) (?:sau|sau đây)[.;]?$")
# What the list is when its announcement ends so: "theo các nguyên tắc sau:"
_OF_FACTS = re.compile(
    r"(?<!\w)(?:nguyên tắc|mục đích|mục tiêu|chỉ tiêu|quan điểm|phương châm|khẩu hiệu|thông điệp"
    r"|căn cứ|cơ sở pháp lý|lý do|ý nghĩa|đặc điểm|thành phần|cơ cấu|danh sách|danh mục|lịch"
    r"|chương trình (?:hội|buổi|làm việc|họp|lễ)|diễn biến|tình hình|thực trạng|kết quả|ưu điểm"
    r"|thuận lợi|khó khăn|tồn tại|hạn chế|nguyên nhân|bài học|thiệt hại|số liệu|giải thưởng"
    r"|mức (?:thu|chi|thưởng|hỗ trợ|phạt)|đối tượng|điều kiện|tiêu chuẩn|tiêu chí|trường hợp"
    r"|quyền (?:lợi|hạn|và nghĩa vụ)|chức năng|hành vi|hồ sơ|trình tự|thủ tục|quy định|từ ngữ"
    r"|ý kiến (?:của )?(?:các )?(?:thành viên|đại biểu|đơn vị|cử tri|nhân dân|góp ý|tham gia)"
    r"|(?:các|theo) bước|điểm mới|tham luận"
    r"|danh bạ|báo cáo viên|diễn giả|giảng viên|khách mời|thông tin liên hệ|kiến nghị|đề xuất"
    r"|phương tiện|vi phạm)(?!\w)"
    r"(?:(?! (?:đề nghị|yêu cầu|giao) )[^,;:]){0,60}:$",
    re.IGNORECASE,
)
# What was, what is going to be done by the issuer itself, what words mean, what belongs to it
_ACCOUNT = re.compile(
    r"(?<!\w)(?:đã|sẽ|dự kiến|được (?:hiểu|phân bổ|quy định|chia|xác định|bố trí|tổ chức)|nhằm|gồm"
    r"|bao gồm|gồm có|có thẩm quyền"
    r"|tham dự|cụ thể các (?:công trình|dự án))(?!\w)"
    r"|^với (?:các|những|một số|nhiều) (?!yêu cầu)"
    # Whom it praises or blames, what it got, what follows from another document, whom to call
    r"|(?<!\w)(?:đánh giá|dấu hiệu[^,;:]{0,40})(?: như sau)? ?:$"
    r"|(?<!\w)(?:[Tt]ặng|[Kk]hen|[Bb]iểu dương|[Tt]uyên dương|[Pp]hê bình|nhận được)(?!\w)"
    r"|^Theo (?!dõi)|(?<!\w)(?:[Gg]ọi|[Ll]iên (?:hệ|lạc))(?!\w)"
)
_TELLS = re.compile(
    r"(?<!\w)(?:trả lời|phúc đáp|giải đáp|thông báo|thông tin|kính mời|trân trọng mời|công bố"
    r"|nhận thấy|cho thấy|ghi nhận|vi phạm|đính chính|giải trình|tổ chức [A-ZĐ]\w+"
    r"|báo cáo (?:như sau|kết quả|tình hình|cụ thể|một số|về))(?!\w)"
)
_UPWARD = re.compile(
    r"(?<!\w)(?:[Kk]ính(?! đề nghị (?:[Qq]uý|các) )|[Kk]iến nghị|[Đđ]ề xuất|[Tt]rình)"
    r" (?!kèm)[^:]*:$"
)
# As in "triển khai một số nội dung sau", "tập trung thực hiện các nhiệm vụ sau"
_SETS = re.compile(
    r"(?<!\w)(?:thực hiện|triển khai|tập trung|làm tốt|lưu ý|chú ý|khuyến cáo)[^,;]{0,80}"
    r"(?:nội dung|nhiệm vụ|việc|giải pháp|công việc|công tác|biện pháp|vấn đề)[^,;]{0,60}:$"
    r"|(?:giao (?:chỉ tiêu|kế hoạch|nhiệm vụ)|phân công nhiệm vụ)[^;]{0,80}:$"
    r"|[Nn]hiệm vụ[^,;]{0,60}:$|ý kiến chỉ đạo[^;]{0,80}:$"
    rf"|(?:khuyến cáo|lưu ý|nhắc) {ORGANISATION}[^;]{{0,80}}:$"
    rf"|hướng dẫn {ORGANISATION}[^;]{{0,60}} (?:thực hiện|triển khai)[^;]{{0,40}}:$"
)
# "có ý kiến như sau:" may go before anything.
_MAY_SET = re.compile(
    r"(?<!\w)(?:chỉ đạo|nhiệm vụ|triển khai|thực hiện|kết luận|phân công|lưu ý|định hướng"
    r"|hướng dẫn|tập trung|khuyến cáo|có ý kiến|thống nhất|một số việc)(?!\w)"
)
# What guides those who read it, so that a list of verbs is work
_GUIDES = phrase(
    r"hướng dẫn|định hướng|triển khai|thực hiện|chỉ đạo|phân công|nhiệm vụ|tập trung"
    r"|lưu ý|khuyến cáo|kết luận"
)
_FOLLOWS = phrase(r"sau(?: đây)? ?[:.;]?$")
# "Người dân cần lưu ý:": not those who get the letter
_OF_PUBLIC = re.compile(
    r"(?:[Nn]gười (?:dân|bệnh|tham gia|nộp thuế)|[Kk]hách hàng|[Tt]hí sinh|[Cc]ông dân|[Bb]à con"
    r"|[Dd]u khách)[^,;]{0,60} (?:cần|nên|phải|hãy|lưu ý|tuyệt đối|thực hiện)(?!\w)"
)
# What may have a list of contents
_HANDED_IN = re.compile(
    r"(?<!\w)(?:báo cáo|cung cấp|gửi|đăng ký|thống kê|tổng hợp|cho biết|cho ý kiến|góp ý|nộp"
    r"|tuyên truyền|phổ biến|quán triệt|kiểm tra|rà soát|đánh giá|thảo luận|giới thiệu)(?!\w)"
)
# What is carried out has items that are work, however they begin.
_CARRIED_OUT = re.compile(
    r"(?<!\w)(?:thực hiện|triển khai|nhiệm vụ|công việc|giải pháp|một số việc)"
)
_AS_FOLLOWS = re.compile(r"(?:sau|sau đây|cụ thể|gồm) ?:$")
# Those who are asked, where they are listed
_OF_NAMES = re.compile(
    r"(?:cơ quan|đơn vị|địa phương|ông|bà|đồng chí|tập thể|cá nhân|doanh nghiệp|trường|xã|phường"
    r"|thôn) (?:sau|dưới đây|có tên)(?!\w)"
)
_REMARK = re.compile(r" ?\([^()]{3,150}\)(?= ?:?$)")
_HEADING: Final = 70  # characters


class Mood(StrEnum):
    """What a list is there for."""

    ASKS = auto()
    UNCLEAR = auto()  # its items must say themselves that they are work
    INFORMS = auto()  # only what asks somebody in words is meant
    TELLS = auto()


def is_background(heading: str) -> bool:
    """Whether what stands below this heading asks for nothing."""
    found = _BACKGROUND_HEADING.match(heading)
    if found is None:
        return False
    return not (_OR_DUTY.match(heading) and _SURE_DUTY.search(heading))


def is_goal_or_account(heading: str) -> bool:
    """Whether the section tells what is aimed at, what was, or of money and of whom it is about, so
    that its times bind nobody."""
    return bool(_GOAL_OR_ACCOUNT.match(heading)) and is_background(heading)


def has_duty_section(headings: Iterable[str]) -> bool:
    """Whether one of the sections is surely there for the work: `TỔ CHỨC THỰC HIỆN`."""
    return any(_DUTY_HEADING.search(heading) and not is_background(heading) for heading in headings)


def is_contents(heading: str) -> bool:
    """Whether the heading is that of the contents of something, which may be work or not."""
    return bool(_CONTENTS.match(heading))


def is_carried_out(heading: str) -> bool:
    """Whether the heading is that of work to be carried out: `CÁC BƯỚC THỰC HIỆN`."""
    return bool(_OF_WORK.search(heading)) and not _TOLD_HEADING.search(heading)


def tells_contents(heading: str, headings: Iterable[str]) -> bool:
    """Whether the contents are those of something held, whose place another section tells."""
    held = any(_PLACE.search(each) for each in headings)
    return held and is_contents(heading) and not _OF_WORK.search(heading)


def mood(above: str, heading: str) -> Mood:
    """What the sentence above a list says of it, or else the heading of its section."""
    if _IS_ANNOUNCED.search(above):
        return _announced(above)
    if is_background(heading):
        return Mood.TELLS
    return Mood.ASKS if _DUTY_HEADING.search(heading) else Mood.UNCLEAR


def guides(above: str, heading: str) -> bool:
    """Whether an unclear list may be work by its verbs: what stands above it guides those who read,
    or is the heading of contents, or nothing stands there."""
    if _IS_ANNOUNCED.search(above):
        return bool(_GUIDES.search(above) and _FOLLOWS.search(above))
    return not (above or heading) or is_contents(heading) or is_carried_out(heading)


def announces_requests(above: str) -> bool:
    """Whether the words above a list ask for what it lists."""
    return bool(_IS_ANNOUNCED.search(above)) and _announced(above) is Mood.ASKS


def announces_outline(above: str) -> bool:
    """Whether what is asked for is a report or the like that is to hold what the list names."""
    clause = re.split(r"[.!?;] ", _without_remark(above))[-1]
    whole = _HANDED_IN.search(clause) and _AS_FOLLOWS.search(clause)
    return bool(whole) and not _CARRIED_OUT.search(clause) and announces_requests(above)


def announces_names(above: str) -> bool:
    """Whether what is listed are those who are asked."""
    return bool(_OF_NAMES.search(above)) and announces_requests(above)


def _without_remark(above: str) -> str:
    """Without what stands in brackets before the colon."""
    return _REMARK.sub("", above)


def _announced(above: str) -> Mood:
    above = f"{_without_remark(above).rstrip('.;: ')}:"
    sentence = re.split(r"[.!?] ", above)[-1]
    clause = re.split(r"[,;] ", sentence)[-1]
    if asks_for_list(sentence):
        return Mood.ASKS
    if len(above) < _HEADING and is_background(above):
        return Mood.TELLS
    if tells_of_asking(sentence) or _UPWARD.search(clause) or _OF_PUBLIC.search(clause):
        return Mood.TELLS
    if _OF_FACTS.search(clause) or _ACCOUNT.search(clause):
        return Mood.TELLS
    if _SETS.search(sentence):
        return Mood.ASKS
    tells = _TELLS.search(clause) and not _MAY_SET.search(clause)
    return Mood.INFORMS if tells else Mood.UNCLEAR
