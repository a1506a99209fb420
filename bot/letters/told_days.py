"""Days that a letter only tells of: set by others, promised, or said for a case or a purpose.

What takes place, and which ones are meant, is `narrative`'s to tell. Both ask for the same: where
it is not clear that the letter itself sets the day for those it goes to, there is no deadline.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from bot.letters.markers import ANY_MARK
from bot.letters.narrative import clause_before, sentence_before
from bot.letters.offices import ORGANISATION
from bot.letters.phrases import CONTEXT, phrase
from bot.letters.requests import asked_by_others
from bot.letters.verbs import VERB

# The one who writes asks, or somebody is told to: "…, Sở đề nghị các xã", "…, các xã báo cáo"
_OWN = re.compile(
    rf"[,;:)] ?(?:{ORGANISATION}[^,;:()]{{0,120}}? )?(?:đề nghị|yêu cầu|giao|phân công)(?!\w)"
    rf"|[,;:)] ?{ORGANISATION}[^,;:()]{{0,120}}? (?:{VERB})(?!\w)"
)
_NAMED_OWN = re.compile(
    rf"[,;:)] ?{ORGANISATION}[^,;:()]{{0,120}}? (?:đề nghị|yêu cầu|giao|phân công|{VERB})(?!\w)"
)
_WRITER = re.compile(rf"[,;:)] ?{ORGANISATION}")
# "Ngày 01/8, Bộ ban hành …", "Tại cuộc họp …, Chủ tịch yêu cầu …", "Theo quy định, …"
_OF_BEFORE = phrase(
    r"(?:Ngày \d[^,:]{0,25},|(?:Tại|Trong) (?:cuộc|buổi|hội nghị|phiên|kỳ)(?! này)[^,:]{3,120},"
    r"|Trước đó|Theo(?! (?:dõi|đó))|Căn cứ)"
)
_BY_CONTRACT = phrase(
    r"(?<!\w)theo (?:hợp đồng|tiến độ|lộ trình|kế hoạch(?! này)|quy định|luật)[^,;]{0,60},"
)
# Named documents are blanked out: "thực hiện ____, trong đó yêu cầu …", "____; theo đó …"
_IN_IT = phrase(r"_{4}.*?(?<!\w)(?:theo đó|trong đó(?:,| có)? (?:yêu cầu|đề nghị|giao|quy định))")
# So too where it is said to rule, or somebody to have it: "UBND tỉnh có ____ giao …"
_IT_SAYS = phrase(
    r"(?:^\W*|(?<!\w)(?:có|ban hành|tại|gửi) )_{4}_*(?:[^,;]{0,80}\(|[^;:]{0,80}?(?<!\w)(?:yêu cầu"
    r"|quy định|đề nghị|giao(?!\w)|nêu))[^;]*$"
)
_THERE = phrase(r"tại ")
_AS_IN = phrase(r" (?:nêu )?tại _{4}| \(_{4}| theo (?:luật|quyết định)")
# "… trước ngày 30/9, Sở đề nghị …": the day is not of what the writer asks for
_WRITER_GOES_ON = re.compile(
    rf",? (?:và )?{ORGANISATION}[^,;.]{{0,60}}? (?:đề nghị|yêu cầu|trân trọng|thông báo|xin|đã)"
    r"(?!\w)"
)
# "Nếu hoàn thành trước ngày …, nhà thầu được thưởng"
_CASE = phrase(r"(?:Nếu|(?:Trong )?Trường hợp)[^,;]*$")
_TROUBLE = phrase(r"(?:Nếu|Trường hợp|Khi)(?: có| gặp| phát sinh)? (?:khó khăn|vướng mắc|thắc mắc)")
_WHENEVER = phrase(r"(?:Nếu|(?:Trong )?Trường hợp|Khi(?!ếu))")
# What the issuer wants to do itself with what it gets
_PURPOSE = phrase(r"(?:Để|Nhằm)")
_TO_PASS_ON = phrase(
    r"(?<!\w)để (?:kịp(?: thời)? |có cơ sở |sớm )?(?:tổng hợp|trình|báo cáo|tham mưu)[^;]*$"
)
# Who was late, and for which day: "chậm so với thời hạn", "chưa gửi đúng hạn"
_MISSED = phrase(
    r"(?:(?:chậm|trễ|muộn|quá hạn)[^,;]{0,20} so với|(?:chưa|không)[^,;]{0,40} đúng"
    r" (?:hạn|thời hạn|tiến độ))"
)
_PROMISED = phrase(
    r"(?<!ký\s)(?<!bản\s)cam kết (?:sẽ )?(?:hoàn thành|bàn giao|khắc phục|nộp|trả|giải ngân)[^;]*$"
    r"|(?<!\w)xin (?:gia hạn|lùi|nộp|được)[^;]*$"
)
_DONE = phrase(
    r"(?<!\w)đã (?:(?:chỉ đạo|yêu cầu|giao|thống nhất|có)(?!\w)|[^,;:]{0,40}(?:xong|hoàn thành))"
    r"[^,;:]*$"
)
# What is done for those who read it: "kết quả được công bố trước ngày …"
_PASSIVE = phrase(
    r"(?<!\w)được (?:công bố|trao|đăng|tổ chức|cấp|chi trả|giải quyết|giải ngân|thông báo|xét|nhận"
    r"|bàn giao|xem xét|miễn|giảm|hưởng)(?!\w)[^,;:\d]{0,50}$"
    r"|(?<!\w)(?<!chuẩn\s)(?<!trang\s)(?<!thiết\s)bị [^,;:\d]{3,40}$"
)
# Where guests are to be at some hour
_ARRIVES = phrase(
    r"(?<!\w)(?:có mặt|xuất phát|ngừng|nhận phòng|ổn định chỗ|về đến|đến nơi|khai mạc|bế mạc"
    r"|(?:năm học|học kỳ|kỳ thi|hội nghị)[^,;:\d]{0,12} kết thúc)[^,;:\d]{0,40}$"
)
# How long something else than work lasts: "Thời gian tập huấn:"
_DURATION = phrase(
    r"(?<!\w)Thời (?:gian|hạn|kỳ)(?! (?:thực hiện|triển khai|nhận|nộp|gửi|treo|tuyên truyền|trả lời"
    r"|hoàn thành|đăng|báo cáo|phát|góp ý|tiếp nhận|gia hạn))[^:,;\d]{2,40}:?(?: \d\d ngày,"
    r"| \d\d tháng,)? $"
)
_SINCE = phrase(r"(?:từ|đến) ")
# "báo cáo số liệu đến hết ngày …": of when the numbers are
_REPORTED = phrase(r"(?<!\w)(?:số liệu|tình hình|kết quả)[^,;:\d]{0,30}$")
_UNTIL = phrase(r"(?:tính )?đến ")
# What is aimed at binds nobody by its day
_GOAL = phrase(r"(?:Mục tiêu|Chỉ tiêu)[^:;]{0,30}:")
_AIMED = phrase(r"(?<!\w)phấn đấu(?!\w)")
# The hour until which an office is open to those who come
_COUNTER = phrase(r"(?<!\w)(?:nhận (?:và trả )?(?:hồ sơ|kết quả)|giờ hành chính|mở cửa)")
_EVERY_DAY = phrase(r".*h[ằà]ng ngày$")
# Those whom a notice tells how to get something: they are none of those who are given work
_PUBLIC = phrase(
    r"(?:(?:các|những|mọi) )?(?:quý )?(?:khách hàng|hành khách|người nộp thuế|công dân|thí sinh"
    r"|người dân|bạn đọc|du khách|học sinh|sinh viên|người (?:trúng|dự) tuyển)(?!\w)"
)
# "Sở công bố kết quả trước ngày …": so short a name is the writer's own
_WRITER_DOES = re.compile(
    rf"(?:Sở|Cục)(?! ?(?:ngành|,)) ?[a-zà-ỹđ]|(?:Bộ|Hội|Chi nhánh|Công ty|Nhà trường|Ban Tổ chức"
    rf"|Ban Giám khảo|Hội đồng(?: thi)?) (?:{VERB}|trả|nhận|chấm|trao)(?!\w)"
)
_RESTS_ON = phrase(r"(?:Thực hiện|Căn cứ|Theo|Tiếp theo|Triển khai|Chấp hành)")
# What stands in brackets before the day
_ASIDE = re.compile(r"\((?P<words>[^()]*)$")
_OF_OTHERS = phrase(r"đề nghị|yêu cầu|dự kiến|kế hoạch|hợp đồng|cam kết")
_DUE = phrase(r"gửi|nộp|báo cáo|hạn|xong|hoàn thành")
_SHORT_ASIDE: Final = 3  # words: "(riêng các xã trước ngày …"
_MARK = re.compile(rf"\s*(?:{ANY_MARK})?\s*")


def is_told(text: str, start: int, end: int) -> bool:
    """Whether the day at this place of `text`, in which other documents are blanked out, is none
    that the letter itself sets."""
    sentence = _MARK.sub("", sentence_before(text, start), count=1)
    clause = _MARK.sub("", clause_before(text, start), count=1)
    lasts = _SINCE.match(text, start) and _DURATION.search(sentence)
    lasts = lasts or (_UNTIL.match(text, start) and _REPORTED.search(clause))
    counter = _EVERY_DAY.fullmatch(text, start, end) and _COUNTER.search(sentence)
    told = any(tells(sentence) for tells in _SENTENCE) or any(tells(clause) for tells in _CLAUSE)
    after = text[end : end + CONTEXT]
    writer = _WRITER_GOES_ON.match(after) if clause.strip() else _WRITER_DOES.match(after[2:])
    return told or bool(lasts or counter or writer or _AS_IN.match(after))


def is_of_case(text: str, start: int) -> bool:
    """Whether the sentence is about what may come up: a period in it runs from each case."""
    return bool(_WHENEVER.match(_MARK.sub("", sentence_before(text, start), count=1)))


def _is_of_others(sentence: str) -> bool:
    """Whether the sentence begins with what was, or what others wrote, and then asks nobody."""
    begins = _OF_BEFORE.match(sentence)
    return begins is not None and not _OWN.search(sentence, begins.end())


def _is_aside(sentence: str) -> bool:
    """Whether the day stands in brackets: behind a document the letter rests on, or with more words
    that are not about handing something in."""
    aside = _ASIDE.search(sentence)
    if aside is None:
        return False
    before = sentence[: aside.start()]
    if _RESTS_ON.match(before) and "____" in before and not _OWN.search(before):
        return True
    due = _DUE.search(aside["words"]) or len(aside["words"].split()) <= _SHORT_ASIDE
    return bool(_OF_OTHERS.search(aside["words"])) or not due


def _is_of_purpose(sentence: str) -> bool:
    return bool(_PURPOSE.match(sentence)) and not _WRITER.search(sentence)


def _passes_on(clause: str) -> bool:
    """Whether the issuer is to do something with what it gets: "để tổng hợp, báo cáo UBND tỉnh"."""
    purpose = _TO_PASS_ON.search(clause)
    return purpose is not None and not _WRITER.search(clause, purpose.start())


def _says(sentence: str) -> bool:
    """Whether another document is said to set the day."""
    if _IN_IT.search(sentence):
        return True
    said = _IT_SAYS.search(sentence)
    if said is None:
        return False
    # "theo chỉ đạo tại ____, đề nghị …" asks itself, "Bộ có ____, yêu cầu …" tells who did.
    own = _OWN if _THERE.match(said[0]) else _NAMED_OWN
    return not own.search(said[0])


_SENTENCE: Final[tuple[Callable[[str], object], ...]] = (
    _is_of_others, _is_of_purpose, _says, _CASE.match, _TROUBLE.match, _MISSED.search, _GOAL.match,
    _WRITER_DOES.match, _is_aside,
)  # fmt: skip
_CLAUSE: Final[tuple[Callable[[str], object], ...]] = (
    _passes_on, asked_by_others, _BY_CONTRACT.search, _PROMISED.search, _DONE.search,
    _PASSIVE.search, _ARRIVES.search, _AIMED.search, _PUBLIC.match,
)  # fmt: skip
