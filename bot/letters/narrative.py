"""Words around a day that show it asks for nothing: what was, what takes place, which ones.

Where they stand, nothing is read: a deadline that no letter sets is worse than one typed by hand.
"""

from __future__ import annotations

import re
from typing import Final

from bot.letters.markers import ANY_MARK
from bot.letters.offices import ORGANISATION
from bot.letters.phrases import CONTEXT, phrase
from bot.letters.verbs import FIRST_VERB, LET, VERB

_REACH: Final = 300  # characters to either side in which a clause or a sentence is looked for

# Where a clause or a sentence begins or ends; a point inside a number or an address is none.
_ITEM: Final = rf"\n(?={ANY_MARK}[A-ZÀ-ỸĐ])"
_CLAUSE_END = re.compile(rf"{_ITEM}|[;:!?\n](?!\d)|\.(?![\da-z])")
_SENTENCE_END = re.compile(rf"{_ITEM}|[!?\n](?!\d)|\.(?![\da-z])")

# "sinh trước ngày …", not "học sinh"
_BORN: Final = r"(?<!học\s)(?<!vệ\s)(?<!tuyển\s)sinh"
# "văn bản ban hành trước ngày 01/7/2014": tells which ones, asks for nothing
_TELLS_WHICH = phrase(
    rf"(?:ban hành|(?<!g)(?<!g\s)ký|{_BORN}|thành lập|cấp|tuyển dụng|hiệu lực|phát sinh|đã có"
    r"|tiếp nhận"
    r"|xây dựng|đưa vào sử dụng|nghỉ hưu|nghỉ việc|vào Đảng|kết nạp|phê duyệt|công tác|khởi công"
    r"|đang|nhập ngũ|lập gia đình|đi vào hoạt động|mất|xuất bản)(?: từ)? $"
)
# "bài chưa đăng báo trước ngày 08/9/2025": so too, by what was not done
_LACKS = phrase(r"(?<!\w)chưa(?: [^\W\d_]+){1,4} $")
# "các cơ sở đăng ký trước ngày 01/7/2024 được miễn": so too, by what follows
_GOES_ON = phrase(
    r" ?(?:được|sẽ|gồm|bị|không được|,? (?:sớm|muộn|chậm) hơn|tiếp tục được"
    r"|(?:là|mà|thì|vẫn|không phải|không thuộc"
    r"|thuộc|chưa|phải (?!gửi|báo|nộp|hoàn))(?!\w))"
)
# "đến hết ngày 19/7/2024, còn 04 đơn vị chưa gửi báo cáo": tells how far things are
_TELLS_STATE = phrase(
    r" ?,? (?:[^,.;\d]{0,30} )?còn \d"
    r"| ?,? (?:vẫn )?(?:còn|đã|mới có|có) (?:\d|nhiều|một số|đủ|[^.;]{0,40} chưa)"
)
# "diễn ra từ ngày 10/01 đến hết ngày 12/01/2023"
_TAKES_PLACE = phrase(
    r"(?<!\w)(?:diễn ra|khai mạc|bế mạc|giai đoạn|hiệu lực|nghỉ|tính(?: đến| từ| $)|áp dụng"
    r"|được tổ chức|sẽ tổ chức|được thực hiện|thời tiết|(?<!cấp\s)dự báo|mưa|kỳ họp"
    r"|(?<!nh\s)kỳ báo cáo|hội nghị|hội thi|hội chợ|lễ hội|(?<!\w\s)số liệu|triển lãm|dự kiến:?"
    r"|đại hội"
    r"|tiếp công dân|làm việc(?! với)|cho phép|lũy kế|cập nhật đến"
    r"|thời điểm|giá trị|hạn (?:của|hợp đồng|sử dụng|dùng)"
    r"|có thời hạn|hợp đồng|nhiệm kỳ|bảo hành|hưởng|đóng bảo hiểm|kỳ thi|liên hoan|lớp"
    r"|khóa (?:học|bồi dưỡng)|đào tạo|biệt phái|giữ chức|tổ chức (?:đoàn|cuộc thi|giải|ngày hội"
    rf"|hội thao|phiên chợ|chuyến|lễ)|tuần lễ|mở cửa|có mặt|{_BORN}|tạm dừng"
    r"|thí điểm|phát động (?:phong trào|cuộc|chiến dịch|đợt|tháng)|lưu hành|cấm đường"
    r"|cấm (?:các )?(?:xe|phương tiện)"
    r"|ngừng|mất điện|cắt điện|lịch (?:trực|học|thi)|lịch tiếp)(?!\w)"
)
_EVENT_REACH: Final = 70  # characters
_AFTERWARDS: Final = 60  # characters: "Trước ngày 15/01, các đơn vị báo cáo"
# "Năm 2025, thu ngân sách đạt 104% dự toán": an account of what was
_ACCOUNT = phrase(
    r"(?<!\w)(?:đã|vừa|đạt|ghi nhận|xảy ra|tuy nhiên|qua kiểm tra|qua theo dõi|qua rà soát"
    r"|đến nay|cử tri (?:kiến nghị|phản ánh)|thời gian qua|vừa qua|trước đó|cho thấy|bình quân"
    r"|trung bình)(?!\w)"
)
# What a report or a piece of work is told to do by some day.
_IS_DUE = phrase(
    r"(?<!\w)(?:báo cáo|gửi|nộp|tổng hợp|cung cấp|hoàn thành|cập nhật|trình|đăng ký|trả lời"
    r"|phản ánh|thông báo|xong|hạn|thời hạn)(?!\w)"
)
# What is told to be done, whatever it is; events are held and taken part in without being told to.
_WORK = re.compile(
    r"(?<!\w)(?i:(?!phụ trách|tổ chức|tham dự|tham gia|dự(?!\w)|quản lý|sử dụng|mở(?! đợt)(?!\w))"
    rf"(?:{VERB})"
    r"|phát|đổi|khảo sát|bình chọn|tập huấn|trả|công bố|truyền thông|vệ sinh|nhập|ký|chi trả"
    r"|bàn giao|nhận (?:bài|hồ sơ|tác phẩm)|sửa chữa|thanh toán|lắp đặt|bồi dưỡng|sưu tầm"
    r"|nghiêm cấm|cấm)(?!\w)"
)
# Those who are told to do it: "các đơn vị tham mưu"
_ACTS = re.compile(rf"{ORGANISATION}[^.;:\n]{{0,120}} (?:{VERB})(?!\w)")
# "Bộ có (Công văn …) yêu cầu các tỉnh": named documents are blanked out
_QUOTED = re.compile(
    r"(?<!\w)(?:có|ban hành|tại|gửi)\s+_+(?:[^,.;\n]*|[^.;\n]*trong đó) (?:yêu cầu"
    r"|đề nghị) [^.;\n]*$"
)
# "a) Đợt 1: trước ngày 31/10": what stands above says of what
_BATCH = re.compile(rf"\s*(?:{ANY_MARK}\s*)?(?:Đợt|Lần|Kỳ) (?:\d|[IVX])+ ?: ?")
# What an item begins with: "b) Tổ chức tiêm", "2. Mở lớp"
_BEGINS = re.compile(rf"\s*(?:{ANY_MARK}\s*)?(?i:(?!phụ trách)(?:{FIRST_VERB}))(?!\w)")
# "1. Cho học sinh nghỉ học": tells to, though it speaks of what lasts
_LETS = re.compile(rf"\s*(?:{ANY_MARK}\s*)?(?i:{LET}) ")
_MEETS = phrase(
    r"(?<!\w)(?:tiếp công dân|tiếp dân|giao ban|họp|chào cờ|sinh hoạt|phát (?:lại|sóng)|phát thanh"
    r"|lịch trực|ra quân|mở cửa|làm việc)(?!\w)"
)
# "Sở sẽ báo cáo UBND tỉnh trước ngày 12/4": what the issuer itself is going to do; or what those do
# who hold a contest
_WILL = phrase(
    rf"(?<!\w)(?:sẽ|dự kiến)(?!\w)"
    rf"|^\s*(?:{ANY_MARK}\s*)?(?:Ban (?:Tổ chức|Giám khảo)|Hội đồng chấm)"
)
# "Cá nhân được xét tặng phải có ít nhất 03 bài viết"
_MERIT = phrase(
    r"(?<!\w)(?:được xét|xét (?:tặng|chọn|duyệt|thi đua)|đoạt|(?:đạt|được) giải|điều kiện"
    r"|tiêu chuẩn|tiêu chí|mục tiêu|chỉ tiêu phấn đấu|trở lên được)(?!\w)"
)
_DONE_BEFORE_TET = phrase(
    r"(?<!\w)(?:hoàn thành|xong|báo cáo|gửi|chi trả|trao|tặng|tổ chức|treo|trang trí|kiểm tra)"
    r"(?!\w)"
)
# What may well last from one day to another, so that the other is its end.
_LASTS = phrase(
    r"(?<!\w)(?:tuyên truyền|thực hiện|triển khai|treo|đăng|phát|hoàn thành|cao điểm|đợt|nộp|gửi"
    r"|đăng ký|nhận (?:hồ sơ|bài|tác phẩm))(?!\w)"
)


def clause_before(text: str, at: int) -> str:
    """From the beginning of the clause to `at`."""
    near = max(0, at - _REACH)
    return text[max((end.end() for end in _CLAUSE_END.finditer(text, near, at)), default=near) : at]


def sentence_before(text: str, at: int) -> str:
    """From the beginning of the sentence to `at`."""
    near = max(0, at - _REACH)
    ends = (end.end() for end in _SENTENCE_END.finditer(text, near, at))
    return text[max(ends, default=near) : at]


def _label_before(text: str, at: int) -> str:
    """The words before a colon that ends here."""
    return clause_before(text, at - 1) if text[at - 1 : at] == ":" else ""


def clause_after(text: str, at: int) -> str:
    """From `at` to the end of the clause."""
    end = _CLAUSE_END.search(text, at, at + _REACH)
    return text[at : end.start() if end else at + _REACH]


def tells_which(text: str, start: int) -> bool:
    """Whether the day only says which ones are meant."""
    return bool(_TELLS_WHICH.search(text[max(0, start - CONTEXT) : start]))


def lacks(text: str, start: int) -> bool:
    """Whether it is said of something that it was not done at this time."""
    return bool(_LACKS.search(text[max(0, start - CONTEXT) : start]))


def goes_on(text: str, end: int) -> bool:
    """Whether the sentence goes on after this time as it does behind those whom it names."""
    return bool(_GOES_ON.match(text, end))


def tells_state(text: str, end: int) -> bool:
    """Whether what follows says how far things were on that day."""
    return bool(_TELLS_STATE.match(text, end))


def takes_place(text: str, start: int) -> bool:
    """Whether something takes place at that time, and nothing is to be handed in for it."""
    before = clause_before(text, start)
    if _LETS.match(before):
        return False
    if not before.strip():
        before = _label_before(text, start - len(before))
    near = max(0, len(before) - _EVENT_REACH)
    return any(
        not _IS_DUE.search(before, found.end()) for found in _TAKES_PLACE.finditer(before, near)
    )


def is_work(text: str, start: int, end: int) -> bool:
    """Whether the sentence around this time speaks of something to be done, or says nothing else.

    The words of the time may do so themselves: "hạn cuối", "hoàn thành trong".
    """
    before, after = sentence_before(text, start), clause_after(text, end)
    if not _BATCH.sub("", f"{before}{after}").strip() or _IS_DUE.search(text, start, end):
        return True
    around = f"{before} {after[:_AFTERWARDS]}"
    begins = _BEGINS.match(clause_before(text, start))
    return bool(begins or _WORK.search(around) or _IS_DUE.search(around))


def begins_with_work(text: str, start: int) -> bool:
    """Whether the clause begins with what is to be done: "Tổ chức 02 lớp tập huấn trong quý II"."""
    return bool(_BEGINS.match(clause_before(text, start)))


def begins_or_hands_in(text: str, start: int, end: int) -> bool:
    """Whether the clause begins with work, or has to do with what is handed in or completed."""
    before, after = clause_before(text, start), clause_after(text, end)
    handed = _IS_DUE.search(f"{before} {after[:_AFTERWARDS]}")
    return bool(begins_with_work(text, start) or handed or _ACTS.search(before))


def in_brackets(text: str, start: int) -> bool:
    """Whether this time stands in brackets, as the time of what is named before them."""
    before = clause_before(text, start)
    return before.rfind("(") > before.rfind(")")


def is_quoted(text: str, start: int) -> bool:
    """Whether another document asked for it by that time, as the sentence tells."""
    return bool(_QUOTED.search(sentence_before(text, start)))


def is_announced(text: str, start: int) -> bool:
    """Whether the clause says what is going to be, rather than what is to be done."""
    return bool(_WILL.search(clause_before(text, start)))


def is_told(text: str, start: int) -> bool:
    """Whether the clause gives an account up to here."""
    return bool(_ACCOUNT.search(clause_before(text, start)))


def opens_account(text: str, start: int, end: int) -> bool:
    """Whether an account begins with this time: "Trong tháng 5, toàn tỉnh đã …"."""
    return not clause_before(text, start).strip() and is_account(text, start, end)


def is_of_merit(text: str, start: int, end: int) -> bool:
    """Whether the number is one that somebody must have, or had, to be chosen or praised."""
    around = sentence_before(text, start) + clause_after(text, end)
    return bool(_MERIT.search(around))


def is_before_tet(text: str, start: int) -> bool:
    """Whether the clause tells to do something, not how things are around that time."""
    return bool(_DONE_BEFORE_TET.search(clause_before(text, start)))


def is_account(text: str, start: int, end: int) -> bool:
    """Whether the sentence gives an account of what was."""
    first = start - len(sentence_before(text, start))
    last = _SENTENCE_END.search(text, end, end + _REACH)
    return bool(_ACCOUNT.search(text, first, last.start() if last else end + _REACH))


def is_due(text: str, start: int) -> bool:
    """Whether the clause tells to hand in or to complete something, not only which ones."""
    return bool(_IS_DUE.search(clause_before(text, start))) and not tells_which(text, start)


def is_reported(text: str, start: int, end: int) -> bool:
    """Whether the clause speaks of what is handed in, rather than of what is held then."""
    before, after = clause_before(text, start), clause_after(text, end)
    return bool(_IS_DUE.search(before + after[:40])) and not _MEETS.search(before)


def lasts(text: str, start: int) -> bool:
    """Whether the clause speaks of work that goes on for some days."""
    before = clause_before(text, start).strip() or sentence_before(text, start)
    found = _LASTS.search(before) or _BEGINS.match(before) or _WORK.search(before)
    return bool(found) and not _ACCOUNT.search(before)
