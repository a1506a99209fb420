"""Which sentences of a letter ask somebody to do something now, and which only speak of asking."""

from __future__ import annotations

import re
from typing import Final

from bot.letters.groups import FORWARDED
from bot.letters.offices import ORGANISATION
from bot.letters.verbs import VERB

# "đề nghị", not "theo đề nghị của", "đáp ứng yêu cầu", "các yêu cầu"
_NOUN_BEFORE: Final = "".join(
    rf"(?<!{word} )"
    for word in (
        "Theo", "theo", "Xét", "xét", "ứng", "khi có", "các", "những", "số", "dung", "với", "đảm",
        "đúng", "được", "bản", "đơn", "Đơn", "trình", "có", "kính", "Kính", "về", "và", "mọi",
        "theo các", "mục đích,", "hồ sơ", "văn", "thống",
    )
)  # fmt: skip
# Not "giao ban", "giao lưu", which begin with the same word. Files may lose the space behind.
_ASK: Final = (
    rf"{_NOUN_BEFORE}(?:(?:đề nghị|yêu cầu|Đề nghị|Yêu cầu) ?|(?:giao|phân công|Giao|Phân công) )"
    r"(?!của|về|tại|này|trên|nêu|công tác|nhiệm vụ|thực tế|đặt ra|phát triển|các nội dung|sau"
    r"|ban(?!\w)|lưu|thông(?! báo)|dịch)"
)
# Those asked are offices or the like, not the public: "đề nghị nhân dân chấp hành"
_ASKED: Final = rf"(?:{ORGANISATION}|(?:các|những|mỗi|quý|toàn|ông|bà) |(?:{VERB})(?!\w))"
_REQUEST = re.compile(
    rf"(?:^|[ ,.;:“\"(])(?:{_ASK}(?={_ASKED})|[Kk]ính đề nghị (?=(?:[Qq]uý|các) ))"
)
# "yêu cầu:", "đề nghị khẩn trương:" where those asked are named elsewhere
_ENDS_ASKING = re.compile(
    rf"(?:^|[ ,]){_NOUN_BEFORE}(?:đề nghị|yêu cầu|chỉ thị|giao|chỉ đạo)"
    r"(?: khẩn trương| tập trung| như sau)? ?:$"
)
# What was asked before: "Sở đã có Công văn đề nghị …", "tại Công văn số … yêu cầu …"
_EARLIER = re.compile(
    r"(?<!\w)(?:đã (?:ban hành|có|gửi|phát hành|nhiều lần|chỉ đạo|đôn đốc)(?!\w).*"
    r"|(?:[Cc]ông văn|[Vv]ăn bản|[Cc]ông điện|[Tt]hông báo|[Kk]ế hoạch|[Cc]hỉ thị) số [^,;]*"
    r"|trong đó,?)$"
)
_RESTS_ON = re.compile(r"(?:Thực hiện|Triển khai|Tiếp theo) ")
_ALREADY = re.compile(r"(?<!\w)đã$")
# Whose wishes a letter only tells of: "cử tri đề nghị các ngành quan tâm"
_OTHERS = re.compile(
    r"(?:[Cc]ử tri|[Nn]gười dân|(?<!an )(?<!ồng )(?<!án )(?<!sát )[Nn]hân dân|[Cc]ông dân"
    r"|[Bb]à con|[Bb]ạn đọc|[Dd]ư luận|[Đđ]ại biểu|[Ýý] kiến|[Pp]hản ánh|[Kk]iến nghị|[Đđ]ơn thư"
    r"|[Đđ]ề tài)[^,;]*$"
)
# "Các hợp tác xã đăng ký gian hàng trước ngày 15/4/2025": told to by a day
_BOUND = re.compile(
    rf"(?=(?:Các|Mỗi|Quý) ){ORGANISATION}(?:(?! (?:đã|được|chưa|sẽ) )[^:\n.]){{0,100}}?"
    rf" (?:{VERB})(?!\w)[^.\n]{{0,200}}? (?:trước|chậm nhất|muộn nhất) (?:là )?(?:ngày )?\d"
)
# "đề nghị UBND tỉnh xem xét, phê duyệt", and not only "trình UBND tỉnh phê duyệt": asks those above
_UPWARD = re.compile(
    r"[Kk]ính (?:đề nghị(?! (?:[Qq]uý|các) )|trình|mong|báo cáo|xin)|[Đđ]ề xuất, kiến nghị"
    r"|(?:[Đđ]ề nghị|[Tt]rình) (?:(?! (?:để|và) )[^.;,]){3,100}? (?:xem xét,? ?|quan tâm,? ?)?"
    r"(?:phê duyệt|chấp thuận|quyết định(?!\w| số)|thống nhất chủ trương|cho chủ trương|cho phép"
    r"|cho ý kiến(?! bằng)|bổ sung kinh phí|hỗ trợ kinh phí|cấp kinh phí)(?!\w)"
    r"|[Đđ]ề nghị (?:Bộ(?! (?:[Cc]hỉ huy|Tư lệnh|phận))|Chính phủ|Thủ tướng|Quốc hội|Trung ương"
    r"|Tỉnh [uủ][yỷ]|(?:UBND|Ủy ban nhân dân|HĐND) tỉnh(?!,))[^.;,]{0,60}"
    r" (?:sớm|quan tâm|xem xét|cấp|bổ sung|hỗ trợ|cho phép|tháo gỡ)(?!\w)"
)
# Work that ends with those above: "Giao Sở A tham mưu, trình UBND tỉnh phê duyệt"
_GIVEN = re.compile(
    rf"(?:[Gg]iao|[Yy]êu cầu|[Đđ]ề nghị) {ORGANISATION}[^.;]{{0,120}}? (?:chủ trì|tham mưu"
    r"|phối hợp|xây dựng|hoàn thiện|rà soát|tổng hợp|lập|nghiên cứu|khẩn trương|đề xuất|thẩm định)"
    r"(?!\w)"
)
_ONLY_POLITE = re.compile(
    r"(?:quan tâm|phối hợp|nghiêm túc|triển khai|tổ chức|khẩn trương|biết)[^.]{0,40} thực hiện"
    r"[^.]{0,30}[./ ]*$"
    r"|quan tâm,? (?:giúp đỡ,? )?(?:và )?tạo điều kiện"
    r"|(?:biết|thông cảm|chia sẻ|ủng hộ|quan tâm,? (?:theo dõi|giúp đỡ|phối hợp))[^.,;]{0,30}"
    r"[./ ]*$"
    r"|(?:sắp xếp|bố trí) (?:thời gian|công việc)|(?:tham|tới|đến|về|có) (?:dự|mặt)[^.;]{0,40}"
    r"(?:đầy đủ|đúng (?:giờ|thành phần|thời gian))"
)
# "nếu có vướng mắc, đề nghị phản ánh về Sở": work only for those who have something to say
_CASE: Final = (
    r"(?:[Nn]ếu|[Tt]rường hợp|[Kk]hi)(?: có| gặp| phát sinh| cần)[^.;]{0,40}"
    r"(?:vướng mắc|khó khăn|thắc mắc|chưa rõ|trao đổi|thay đổi|ý kiến khác|hỗ trợ|bất cập)"
)
_IN_CASE = re.compile(rf"{_CASE}|[Mm]ọi (?:thông tin|vướng mắc|thắc mắc)")
_ONLY_IN_CASE = re.compile(rf"[^.;,(\d]{{0,60}}(?:(?<!\w)liên hệ(?!\w)|{_CASE})")
_SENTENCE = re.compile(r"(?<=[.!?]) (?=[^a-zà-ỹđ])")
# "Ngày 05/8, UBND tỉnh giao Sở …": what somebody asked for on a day is told, not asked
_HAPPENED = re.compile(
    r"(?:Ngày \d[^,:]{0,25},|(?:Tại|Trong) (?:cuộc|buổi|hội nghị|phiên|kỳ)(?! này)[^,:]{3,120},"
    r"|Trước đó,?)[^,;:]*$"
)
# "…; đến nay đã khắc phục xong"
_ANSWERED = re.compile(r"(?<!\w)(?:đến nay|nhưng|song)(?!\w)[^.]{0,150}? (?:đã|chưa|vẫn)(?!\w)")


_NOT_NOW: Final = (_IN_CASE, _EARLIER, _OTHERS)
_ASKER = re.compile(rf"[,;:] ?{ORGANISATION}[^,;:]*$")


def requests_in(text: str) -> bool:
    """Whether one of its sentences asks now: not in case of, not long ago, not somebody else."""
    return any(_asks(sentence) for sentence in _SENTENCE.split(text))


def is_request(paragraph: str) -> bool:
    """Whether a paragraph asks for something, not only politely and not those above."""
    if paragraph.endswith(":"):
        return False
    if not FORWARDED.search(paragraph) and not _BOUND.match(paragraph):
        sentences = _SENTENCE.split(paragraph)
        return any(_asks(each) and not _happened(each) and _is_real(each) for each in sentences)
    return _is_real(paragraph)


def asks_for_list(sentence: str) -> bool:
    """Whether the words above a list ask for what it lists."""
    if _UPWARD.search(sentence):
        return False
    ends_asking = _ENDS_ASKING.search(sentence) and not tells_of_asking(sentence)
    return _asks(sentence) or bool(ends_asking)


def asked_by_others(sentence: str) -> bool:
    """Whether the last request in it is one of people whom the letter only tells of."""
    asked = [match.end() for match in re.finditer(r"(?:đề nghị|kiến nghị)", sentence)]
    return bool(asked and _OTHERS.search(sentence[: asked[-1]]))


def tells_of_asking(sentence: str) -> bool:
    """Whether the words above a list tell what others asked for, or somebody before."""
    ends = _ENDS_ASKING.search(sentence)
    above = sentence[: ends.start()] if ends and not _RESTS_ON.match(sentence) else ""
    return any(shape.search(above) for shape in (_OTHERS, _EARLIER, _ALREADY))


def _happened(sentence: str) -> bool:
    """Whether what its first request asks for was asked on some day before."""
    asked = _REQUEST.search(sentence)
    return bool(asked and _HAPPENED.match(sentence[: asked.start()]))


def _is_real(sentence: str) -> bool:
    if _UPWARD.search(sentence) and not _GIVEN.search(sentence):
        return False
    return not (_ONLY_POLITE.search(sentence) or _ANSWERED.search(sentence))


def _asks(sentence: str) -> bool:
    """Whether one of its requests is made now; one without an asker of its own is as the last."""
    told = False
    for asked in _REQUEST.finditer(sentence):
        before = sentence[: asked.start()]
        told = bool(_ALREADY.search(before)) or (told and not _ASKER.search(before))
        not_now = told or any(shape.search(before) for shape in _NOT_NOW)
        if not not_now and not _ONLY_IN_CASE.match(sentence, asked.end()):
            return True
    return False
