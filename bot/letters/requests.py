"""Which words of a letter's body ask for something, and which only tell: facts, purposes, answers.

Where it is not clear that something is asked for, it is no task.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.letters.groups import FORWARDED, VERB
from bot.letters.offices import ORGANISATION

# Sections and items that ask for nothing; of an item its heading must be no more than that.
_BACKGROUND = re.compile(
    r"(?:mục đích|yêu cầu|mục tiêu|quan điểm|nguyên tắc|phương châm|chủ đề|căn cứ|cơ sở|đặc điểm"
    r"|bối cảnh|tình hình|thực trạng|sự cần thiết|kết quả|đánh giá|ưu điểm|thuận lợi|khó khăn"
    r"|tồn tại|hạn chế|nguyên nhân|phạm vi|đối tượng|thành phần|thời gian|địa điểm|địa bàn|kinh phí"
    r"|nguồn (?:lực|kinh phí|vốn)|dự kiến kinh phí|dự toán|giải thích|khái quát|thông tin chung"
    r"|công tác tham mưu|khen thưởng|hiệu lực)(?!\w)",
    re.IGNORECASE,
)
_HEADING = 70  # characters
# What an invitation, a notice or a programme tells: "Thời gian: 08h00, ngày 20/02/2023"
_FACT = re.compile(
    r"(?:Thời gian|Địa điểm|Thành phần|Chủ trì|Nơi họp|Nội dung (?:họp|hội nghị|cuộc họp)"
    r"|Số lượng|Hình thức|Kinh phí|Đối tượng|Phạm vi|Mục đích|Điều kiện|Trang phục|Tài liệu"
    r"|Phương tiện|Đại biểu|Khách mời|Tiêu chuẩn|Hồ sơ|Lệ phí|Cơ cấu|Địa chỉ|Điện thoại|Nơi nhận)"
    r"[^:\n]{0,40}:"
)
# What a conclusion says before it gives work
_AGREES = re.compile(
    r"(?:Biểu dương|Ghi nhận|Đánh giá cao|Hoan nghênh|Đồng ý|Nhất trí|Cơ bản"
    r"|Thống nhất (?:với|chủ trương))"
)
# An event's list: what else it says before a colon is a fact of the same kind.
_OF_EVENT = re.compile(r"(?:Thời gian|Địa điểm)[^:\n]{0,40}:")
_LABELLED = re.compile(r"[^:\n]{2,40}:")

# "đề nghị", not "theo đề nghị của", "đáp ứng yêu cầu", "các yêu cầu"
_NOUN_BEFORE = "".join(
    rf"(?<!{word} )"
    for word in (
        "Theo", "theo", "Xét", "xét", "ứng", "khi có", "các", "những", "số", "dung", "với", "đảm",
        "đúng", "được", "bản", "đơn", "Đơn", "trình", "có", "kính", "Kính", "về", "và", "mọi",
        "theo các", "mục đích,",
    )
)  # fmt: skip
_ASK = (
    rf"{_NOUN_BEFORE}(?:đề nghị|yêu cầu|giao|phân công|Đề nghị|Yêu cầu|Giao|Phân công) "
    r"(?!của|về|tại|này|trên|nêu|công tác|nhiệm vụ|thực tế|đặt ra|phát triển|các nội dung|sau)"
)
# Those asked are offices or the like, not the public: "đề nghị nhân dân chấp hành"
_ASKED = rf"(?:{ORGANISATION}|(?:các|những|mỗi|quý|toàn|ông|bà) |(?:{VERB})(?!\w))"
_REQUEST = re.compile(rf"(?:^|[ ,.;:]){_ASK}(?={_ASKED})")
# "Ngày 02/4, Sở đã có Công văn đề nghị …": what was asked before
_EARLIER = re.compile(r"(?<!\w)đã (?:ban hành|có|gửi|phát hành|nhiều lần)(?!\w)")
# "Các hợp tác xã đăng ký gian hàng trước ngày 15/4/2025": told to by a day
_BOUND = re.compile(
    rf"(?=(?:Các|Mỗi|Quý) ){ORGANISATION}[^:\n.]{{0,100}}? (?:{VERB})(?!\w)"
    r"[^.\n]{0,200}? (?:trước|chậm nhất|muộn nhất) (?:là )?(?:ngày )?\d"
)
# "đề nghị UBND tỉnh xem xét, phê duyệt": asks those above
_UPWARD = re.compile(
    r"(?:[Kk]ính (?:đề nghị|trình|mong|báo cáo)|[Tt]rình) "
    r"|đề nghị [^.;]{3,150} (?:phê duyệt|chấp thuận|cho chủ trương|cho phép|cho ý kiến chỉ đạo)"
)
_ONLY_POLITE = re.compile(
    r"(?:quan tâm|phối hợp|nghiêm túc|triển khai|tổ chức|khẩn trương|biết)[^.]{0,40} thực hiện"
    r"[^.]{0,30}[./ ]*$"
)
# The line above a list that only tells: "Sở trả lời như sau:", "trân trọng kính mời:"
_TELLS = re.compile(
    r"(?<!\w)(?:trả lời|phúc đáp|giải đáp|thông báo|kính mời|trân trọng mời|kính trình|công bố"
    r"|nhận thấy|cho thấy|ghi nhận|tồn tại|hạn chế|nguyên nhân|vi phạm|báo cáo|danh mục"
    r"|danh sách|khẩu hiệu|đính chính|kết quả"
    r"|gồm|bao gồm|tổ chức [A-ZĐ]\w+"
    r"|cụ thể các (?:công trình|dự án))(?!\w)"
)
_ASKS = re.compile(
    r"(?<!\w)(?:đề nghị|yêu cầu|giao(?! thông| ban| dịch)|chỉ đạo|nhiệm vụ|triển khai"
    r"|thực hiện|kết luận|phân công|lưu ý|định hướng|hướng dẫn|tập trung"
    r"|khuyến cáo|có ý kiến|một số việc)(?!\w)"
)
_CHARGES = re.compile(r"\W*(?:\w{1,2}[.)] ?)?(?:Giao|Yêu cầu|Đề nghị|Phân công) ")
# What may have a list of contents, and how items begin that are work themselves.
_HANDED_IN = re.compile(
    r"(?<!\w)(?:báo cáo|cung cấp|gửi|đăng ký|thống kê|tổng hợp|cho biết|cho ý kiến|góp ý|nộp)"
    r"(?!\w)"
)
_AS_FOLLOWS = re.compile(r"(?:sau|sau đây|cụ thể|gồm) ?:$")
_DUTY = re.compile(rf"(?i:{VERB})(?!\w)|{ORGANISATION}|Đối với|Về phía|Không ")
# Articles of a decision that give a duty to somebody.
_GIVES_DUTY = re.compile(
    rf"(?:Giao|Yêu cầu|Đề nghị|Phân công|Nhiệm vụ|Trách nhiệm|Tổ chức thực hiện)(?!\w)"
    rf"|{ORGANISATION}"
)
_NO_DUTY = re.compile(
    r"có ?hiệu ?lực|chịu ?trách ?nhiệm ?thi ?hành|thi hành (?:Quyết định|Nghị quyết|Quy định) này"
    r"|căn cứ (?:Quyết định|Nghị quyết) thi hành"
)


def is_background(heading: str) -> bool:
    """Whether a section with this heading asks for nothing."""
    return bool(_BACKGROUND.match(heading))


def asks(item: str) -> bool:
    """Whether an item of a list may be a task: it is no fact, and no heading over background."""
    if _FACT.match(item) or _AGREES.match(item):
        return False
    first = item.split("\n", 1)[0]
    match = _BACKGROUND.match(first)
    is_heading = len(first) <= _HEADING and not first.endswith((".", ";"))
    return not (match and (is_heading or first[match.end() :].lstrip().startswith(":")))


def tells_of_event(items: list[str]) -> bool:
    """Whether the list says when and where something is held."""
    return any(_OF_EVENT.match(item) for item in items)


def is_labelled(item: str) -> bool:
    """Whether the item begins with a few words and a colon."""
    return bool(_LABELLED.match(item))


def announces_facts(above: str) -> bool:
    """Whether the words above a list say that it tells, and nothing of what is to be done."""
    sentence = re.split(r"[.!?] ", above)[-1]
    clause = re.split(r"[,;] ", sentence)[-1]
    if not above.endswith(":") or _ASKS.search(clause) or _REQUEST.search(sentence):
        return False
    return bool(_TELLS.search(clause))


def announces_requests(above: str) -> bool:
    """Whether the words above a list ask for what it lists."""
    sentence = re.split(r"[.!?] ", above)[-1]
    asked = _REQUEST.search(sentence) or _ASKS.search(re.split(r"[,;] ", sentence)[-1])
    return above.endswith(":") and bool(asked)


def announces_outline(above: str, items: list[str]) -> bool:
    """Whether what is asked for is a report or the like, and the list tells what is to be in it."""
    clause = re.split(r"[.!?;] ", above)[-1]
    duties = sum(bool(_DUTY.match(item)) for item in items)
    whole = _HANDED_IN.search(clause) and _AS_FOLLOWS.search(clause)
    return announces_requests(above) and bool(whole) and 2 * duties < len(items)


def is_request(paragraph: str) -> bool:
    """Whether a paragraph asks for something, not only politely and not those above."""
    asked = _asks_now(paragraph) or FORWARDED.search(paragraph) or _BOUND.match(paragraph)
    if not asked or paragraph.endswith(":") or _ONLY_POLITE.search(paragraph):
        return False
    return not _UPWARD.search(paragraph)


def _asks_now(paragraph: str) -> bool:
    """Whether one of its sentences asks, other than one that tells of an earlier letter."""
    sentences = re.split(r"(?<=[.!?]) ", paragraph)
    found = ((sentence, _REQUEST.search(sentence)) for sentence in sentences)
    return any(asked and not _EARLIER.search(text[: asked.start()]) for text, asked in found)


def gives_duty(article: str, below: Iterable[str]) -> bool:
    """Whether an article of a decision, or an item below it, asks for something."""
    if _GIVES_DUTY.match(article) and not _NO_DUTY.search(article):
        return True
    return any(_CHARGES.match(item) for item in below)
