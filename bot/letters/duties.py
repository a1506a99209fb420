"""Which items of a list are work, and which tell: facts, results, slogans, names, definitions.

Where it is not clear that something is asked for, it is no task.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from bot.letters.announcements import is_background
from bot.letters.markers import ANY_MARK
from bot.letters.offices import ORGANISATION, PERSON
from bot.letters.requests import is_request, requests_in
from bot.letters.verbs import FIRST_VERB, VERB

_HEADING: Final = 70  # characters
# What an invitation, a notice or a programme tells: "Thời gian: 08h00, ngày 20/02/2023"
_FACT = re.compile(
    r"(?:Thời gian|Địa điểm|Thành phần|Chủ trì|Nơi họp|Nội dung (?:họp|hội nghị|cuộc họp)"
    r"|Số lượng|Hình thức|Kinh phí|Đối tượng|Phạm vi|Mục đích|Điều kiện|Trang phục|Tài liệu"
    r"|Phương tiện|Đại biểu|Khách mời|Tiêu chuẩn|Hồ sơ|Lệ phí|Cơ cấu|Địa chỉ|Điện thoại|Nơi nhận"
    r"|Giải thưởng|Thể lệ|Thông tin liên hệ|Lưu ý|Ghi chú|Mức|Chủ đề|Thông điệp|Khẩu hiệu)"
    r"[^:\n]{0,40}:"
)
# What a conclusion says before it gives work
_AGREES = re.compile(
    r"(?:Biểu dương|Ghi nhận|Đánh giá cao|Hoan nghênh|Đồng ý|Nhất trí|Cơ bản"
    r"|Thống nhất (?:với|chủ trương|thông qua))"
)
# When somebody meets: "Họp giao ban tuần 12 vào 8h00 thứ Hai"
_MEETING = re.compile(
    r"(?:(?:Cuộc |Kỳ |Phiên )?[Hh]ọp|Sinh hoạt|Giao ban|Hội nghị)(?!\w)[^.;:\n]{0,60}?"
    r" (?:vào|lúc|dự kiến) [^.;:\n]*\d[^.;:\n]*\W*"
)
# What closes a letter, also where it is counted on: from when it holds, whom to call, politeness
_CLOSES = re.compile(
    r"(?:Công văn|Công điện|Văn bản|Chỉ thị|Quyết định|Kế hoạch|Thông báo|Hướng dẫn|Chương trình"
    r"|Quy chế) này (?:có hiệu lực|thay thế|bãi bỏ)"
    r"|(?:Kinh phí|Địa điểm|Mọi thông tin|Thông tin chi tiết|Chi tiết|Biểu mẫu|Tài liệu)(?!\w)"
    r"|(?:Trong quá trình [^,]{3,60}, )?[Nn]ếu (?:có|gặp|phát sinh)|Khó khăn, vướng mắc"
    r"|(?:Đề nghị|Yêu cầu) (?:các|quý) [^.;]{3,80}(?:quan tâm|nghiêm túc|khẩn trương|phối hợp)"
    r"[^.;,]{0,30} thực hiện\W*$"
)
# Of those who get a copy, where the words "Nơi nhận" above them are lost: "Lưu: VT, VP."
_COPY = re.compile(
    r"Như (?:trên|(?:kính )?gửi|Điều \d)\W*$|Lưu ?:? ?(?:VT|VP|HS|[Vv]ăn (?:thư|phòng))(?!\w)"
)
# An event's list: what else it says before a colon is a fact of the same kind.
_OF_EVENT = re.compile(r"(?:Thời gian|Địa điểm)[^:\n]{0,40}:")
_LABELLED = re.compile(r"[^:\n]{2,40}:")
# What is aimed at: "Giảm 3% hộ nghèo"
_GOAL = re.compile(
    r"(?:Giảm|Đạt|Phấn đấu|Tỷ lệ|Thu ngân sách)[^,;.\n]{0,60}\d[\d.,]* ?(?:%|tỷ|triệu)"
)
_SLOGAN = re.compile(r"(?:.*![”\"]?|[“\"][^”\"]+[”\"][.;!]?)")
# "Đã tổ chức 03 lớp", "Công tác phối hợp còn hạn chế": how things are
_TOLD = re.compile(
    r"[^,;:.\n]{0,60}?(?<!\w)(?:đã|được(?! (?:giao|phân công))|đạt|còn (?!lại)\w+|chưa|sẽ"
    r"|là(?! đầu mối| cơ quan))(?!\w)"
)
# What may stand before the work: "Hằng tháng, trước ngày 20, tổng hợp …", "Về thông tin: …"
_ADVERB = re.compile(
    r"(?:(?:Trong|Từ|Hằng|Hàng|Mỗi|Định kỳ|Thời gian tới|Để|Khi|Nhân|Trên cơ sở|Căn cứ|Sau|Ngay"
    r"|Trước|Đến|Chậm nhất|Riêng|trước|chậm nhất|từ|trong)(?!\w)[^,:;.\n]{0,150},"
    r"|(?:Về|Đối với|Riêng|Công tác)(?!\w)[^:;.\n]{0,150}:|(?:Bước|Giai đoạn|Đợt) \w{1,3} ?:) ?"
)
_WORK = re.compile(rf"(?i:{FIRST_VERB})(?!\w)|(?i:nghiêm cấm|không để)")
_ACTOR = re.compile(rf"(?i:đề nghị |yêu cầu |giao )?{ORGANISATION}")
_ACTS = re.compile(
    rf"(?i:đề nghị |yêu cầu |giao )?{ORGANISATION}(?P<name>[^:\n.;]{{0,300}}?)"
    rf"(?: ?: (?P<rest>.*)|:$|,? (?:không |cần |phải |chỉ )?(?:{VERB})(?!\w))"
)
_PERSON_ACTS = re.compile(rf"{PERSON}(?P<name>[^:\n.;]{{2,120}}): (?P<rest>.*)")
_NOT_YET = re.compile(
    r"(?<!\w)(?:đã|chưa|bị|đạt|sẽ|gồm|là(?! đầu mối| cơ quan)|còn|đang|hoạt động|có quyền"
    r"|được(?! (?:giao|phân công)))(?!\w)"
)
# How a board works, and how long: no work that anybody is given
_HOW_IT_WORKS = re.compile(
    r"(?<!\w)(?:(?:làm việc|hoạt động) (?:theo (?:nguyên tắc|chế độ|quy chế)|kiêm nhiệm)"
    r"|giải (?:thể|tán)|sử dụng (?:con dấu|bộ máy|trụ sở)|chấm dứt hoạt động|kiêm nhiệm"
    r"|biểu quyết|hưởng phụ cấp|thực hiện nhiệm vụ theo (?:sự )?phân công|chịu sự phân công)(?!\w)"
)
_OF_RIGHTS = re.compile(r"[^:\n]*(?<!\w)(?:có quyền|quyền hạn|quyền lợi)(?!\w)")
# "(2) Sở Nội vụ;": nothing but a name
_NAME = re.compile(rf"(?:(?:[Ôô]ng|[Bb]à|[Đđ]ồng chí|[Đđ]/c) |{ORGANISATION})[^:\n]{{0,200}}$")
# Work given on a point that somebody else has raised
_CHARGED = re.compile(rf"(?<!\w)(?:[Gg]iao(?! ban(?!\w))|[Pp]hân công) {ORGANISATION}")
# "Hồ sơ gửi về Sở Nội vụ trước ngày 05/12", "xong trước ngày 10/4": by some day
_BOUND = re.compile(
    r"(?<!\w)(?i:gửi|nộp|cập nhật|hoàn thành|xong|báo cáo|thực hiện)(?!\w)[^.;\n]{0,150}?"
    r"(?<!\w)(?:trước|chậm nhất|muộn nhất|đến hết|xong)(?: là)?(?: \w+){0,2} ngày \d"
)
# Headings of things that are told of, and that may have to be handed in
_HANDED_IN = re.compile(r"(?:Hồ sơ|Danh sách|Danh mục|Số liệu|Thủ tục|Dự toán|Đề xuất|Kiến nghị)\b")
_HAPPENED = re.compile(r"(?<!\w)(?:đã|chưa|sẽ|dự kiến|được|còn)(?!\w)")
_SENTENCE = re.compile(r"(?<=[.;]) |\n")
_MARK = re.compile(rf"^{ANY_MARK}")
_CHARGES = re.compile(r"\W*(?:\w{1,2}[.)] ?)?(?:Giao|Yêu cầu|Đề nghị|Phân công) ")
# Articles of a decision that give a duty to somebody.
_GIVES_DUTY = re.compile(
    r"(?:Giao(?! hữu)|Yêu cầu|Đề nghị|Phân công|Nhiệm vụ|Trách nhiệm|Tổ chức thực hiện)(?!\w)"
)
_NO_DUTY = re.compile(
    r"có ?hiệu ?lực|(?:chịu|có) ?trách ?nhiệm (?:tổ chức )?(?:thi ?hành|thực hiện) "
    r"(?:Quyết định|Nghị quyết|Quy định|Chỉ thị) này|chịu ?trách ?nhiệm ?thi ?hành"
    r"|thi hành (?:Quyết định|Nghị quyết|Quy định) này"
    r"|(?:căn cứ|chiếu) (?:Quyết định|Nghị quyết|quyết định)[^.]{0,20}thi hành"
    r"|^(?:Điều khoản|Trách nhiệm|Hiệu lực|Tổ chức) thi hành"
)


def may_be_work(item: str) -> bool:
    """Whether an item of a list that asks may be a task: it is no fact and no such heading."""
    first = item.split("\n", 1)[0]
    if _FACT.match(item) or _AGREES.match(item) or _GOAL.match(item) or _SLOGAN.fullmatch(first):
        return False
    if _MEETING.fullmatch(item):
        return False
    if _CLOSES.match(first):
        return any(_acts(sentence) for sentence in _SENTENCE.split(item)[1:])
    if is_background(first) and (_is_heading(first) or _LABELLED.match(first)):
        return bool(_CHARGED.search(item) or (_HANDED_IN.match(first) and is_bound(item)))
    return _begins_work(first) or requests_in(item) or not _TOLD.match(first)


def is_bound(item: str) -> bool:
    """Whether something is to be handed in, or to be done, by some day."""
    return any(_BOUND.search(each) and not _HAPPENED.search(each) for each in _SENTENCE.split(item))


def names_who_acts(text: str) -> bool:
    """Whether it begins by naming who is to do something, and what."""
    return bool(_ACTOR.match(text)) and _acts(text)


def is_given(item: str) -> bool:
    """Whether an item hands something to somebody: it names who is to do it, or asks in words."""
    if not may_be_work(item):
        return False
    first, *below = _SENTENCE.split(item)
    acts = any(_acts(without_mark(each)) for each in (_without_adverbs(first), *below))
    return acts or is_request(item) or bool(_CHARGED.search(item))


def is_work(item: str) -> bool:
    """Whether an item says what is to be done, or has that below its heading."""
    if not may_be_work(item):
        return False
    first, *below = _SENTENCE.split(item)
    heads = _is_heading(first) or first.endswith(":")
    return _begins_work(first) or (heads and any(_begins_work(without_mark(e)) for e in below))


def begins_work(item: str) -> bool:
    """Whether the item begins with what is to be done, or with who is to do it."""
    return _begins_work(item) or bool(_ACTOR.match(item))


def are_names(items: Iterable[str]) -> bool:
    """Whether the list only names offices or people."""
    return all(_NAME.match(item) and not _acts(item) and not requests_in(item) for item in items)


def without_mark(paragraph: str) -> str:
    """The words behind the mark of an item, if it has one."""
    return _MARK.sub("", paragraph)


def tells_of_event(items: list[str]) -> bool:
    """Whether the list says when and where something is held."""
    return any(_OF_EVENT.match(item) for item in items)


def tells_of_copies(items: Iterable[str]) -> bool:
    """Whether the list names those who get a copy of the letter."""
    return any(_COPY.match(item) for item in items)


def is_labelled(item: str) -> bool:
    """Whether the item begins with a few words and a colon."""
    return bool(_LABELLED.match(item))


def gives_duty(article: str, below: Iterable[str]) -> bool:
    """Whether an article of a decision, or an item below it, asks for something."""
    if _OF_RIGHTS.match(article) and "hiệm vụ" not in article:
        return False
    if _NO_DUTY.search(article):
        return any(_CHARGES.match(item) for item in below)
    items = list(below)
    if _GIVES_DUTY.match(article) or _acts(article):
        return True
    below_it = [without_mark(item) for item in items]
    if _is_heading(article) and any(map(_acts, below_it)):
        return True
    works = _ACTOR.match(article) and any(map(_begins_work, below_it))
    return bool(works and _is_heading(article)) or any(_CHARGES.match(item) for item in items)


def _begins_work(text: str) -> bool:
    rest = _without_adverbs(text)
    return bool(_WORK.match(rest)) or _acts(rest)


def _without_adverbs(text: str) -> str:
    while adverb := _ADVERB.match(text):
        text = text[adverb.end() :]
    return text


def _acts(text: str) -> bool:
    """Whether somebody is named who is to do something, not who has done or is something."""
    found = _ACTS.match(text) or _PERSON_ACTS.match(text)
    if found is None or _NOT_YET.search(found["name"]):
        return False
    if _HOW_IT_WORKS.search(_SENTENCE.split(text, maxsplit=1)[0]):
        return False
    return found["rest"] is None or _begins_work(found["rest"])


def _is_heading(line: str) -> bool:
    return len(line) <= _HEADING and not line.endswith((".", ";"))
