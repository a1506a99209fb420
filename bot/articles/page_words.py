"""The words by which pages are recognised: titles of no article, offices, what is missing; pure.

All are for text that `folding.fold` made comparable. What follows from a match is said where it is
looked for; the labels of dates are in `page_dates`.
"""

from __future__ import annotations

import re
from typing import Final


def _any(*phrases: str) -> str:
    return f"(?:{'|'.join(phrases)})"


_THING: Final = _any(
    "tin(?: tuc| bai| hoat dong| noi bat| moi)?", "bai(?: viet| dang)?", "thong bao", "thong tin",
    "su kien", "noi dung", "van ban", "ban tin", "tin tuc (?:va )?su kien", "hoat dong",
)  # fmt: skip

GENERIC: Final = re.compile(
    _any(
        rf"(?:xem|doc|noi dung)? ?chi tiet(?: (?:cua|ve))?(?: {_THING}){{0,2}}",
        rf"(?:xem |doc )?{_THING}(?: chi tiet)?", r"trang chu", r"trang nhat", r"home(?: ?page)?",
        r"index", r"default", r"untitled(?: document| page)?", r"new page \d{1,3}", r"no title",
        r"document", r"welcome.{0,60}", r"gioi thieu", r"lien he", r"tim kiem", r"dang nhap",
        r"(?:news|article|post|blog)(?: ?details?| ?page| ?view)?", r"details?", r"page",
        r"(?:phien )?ban in", r"print(?:er)?(?: (?:version|preview|friendly|page))?",
        rf"(?:xem|in|noi dung|danh sach) {_THING}", r"xem", r"ket qua tim kiem.{0,60}",
        rf"{_THING} (?:\d{{1,9}}|id \d{{1,9}})", r"trang (?:in|con|thong tin|noi dung)",
        r"tin (?!buon|vui|khan)\w+(?: \w+)?", r"view ?(?:news|detail)s?", r"portal", r"menu",
        r"danh muc",
        r"chuyen muc", r"quang cao",
        r"lien ket website", r"hotline", r"search", r"login", r"print",
        r"in (?:bai viet|trang nay|tin)", r"video",
        r"(?:multi)?media", r"(?:cong|trang)(?: thong)? tin(?: dien tu)?",
        # sections of a paper
        r"thoi su(?: chinh tri)?", r"chinh tri", r"kinh te", r"xa hoi", r"van hoa(?: xa hoi)?",
        r"van hoa the thao", r"phap luat", r"giao duc", r"y te", r"the thao", r"du lich",
        r"quoc te", r"trong nuoc", r"doi song", r"an ninh trat tu", r"quoc phong an ninh",
        r"tin (?:trong nuoc|trong tinh|dia phuong)",
    )
)  # fmt: skip
"""Whole titles that any page may have."""

# "Báo" is a paper unless another word makes it a report, a storm or an insurance.
_PAPER: Final = (
    r"bao(?! (?:cao|hiem|dong|ve|luc|ton|gia|chi|dam|tang|hanh|mat|tri"
    r"|phu (?:song|xanh|rong|khap|vac)|quan(?! doi)|boc|nhieu|gom|dung|tu|mua|lu|hieu)\b)\b"
)
OFFICE: Final = re.compile(
    _any(
        _PAPER, r"tap chi\b", r"chuyen trang\b", r"trang (?:thong tin|tin|chu|ttdt)\b",
        r"cong (?:thong tin|ttdt|tt)\b", r"trung tam\b",
        r"dai (?:phat thanh|truyen hinh|pt|ptth|truyen thanh|tieng noi)\b", r"ubnd\b",
        r"so\b", r"(?:tong |chi )?cuc\b", r"ban (?:dan toc|quan ly|chi dao|to chuc|noi chinh)",
        r"tram\b", r"lien minh\b", r"hiep hoi\b", r"cau lac bo\b", r"hop tac xa\b", r"cong ty\b",
        r"uy ban nhan dan", r"hdnd\b", r"hoi dong nhan dan", r"cong an\b", r"bo chi huy",
        r"bo (?:thong tin|y te|noi vu|cong thuong|giao duc)",
        r"hoi (?:lien hiep|nong dan|cuu chien binh|cuu thanh nien|van hoc|nha bao|chu thap do"
        r"|nguoi cao tuoi|khuyen hoc|dong y|sinh vien|phu nu|luat gia|lam vuon|lien hiep phu nu)\b",
        r"lien hiep cac\b", r"hat kiem lam", r"(?:vuon|thu vien|bao tang) (?:quoc gia|tinh)",
        r"kho bac\b", r"bao hiem xa hoi (?:tinh|huyen|viet nam|thanh pho)", r"toa an nhan dan",
        r"vien kiem sat", r"van phong (?:ubnd|hdnd|huyen|tinh|doan)",
        r"doan (?:thanh nien|tncs|khoi)",
        r"phong (?:tu phap|noi vu|kinh te|tai chinh|nong nghiep|tai nguyen|lao dong|y te|dan toc)",
        r"dai hoc\b", r"hoc vien\b", r"trang tin\b", r"chi nhanh\b", r"quy (?:tin dung|bao tro)",
        r"(?:tinh|thanh) (?:doan|uy)\b", r"huyen uy\b", r"dang bo\b",
        r"ban tuyen giao", r"mat tran\b", r"mttq\b",
        r"benh vien\b",
        r"lien doan lao dong", r"phong (?:van hoa|giao duc)",
        r"truong (?:mam non|tieu hoc|thcs|thpt|trung (?:hoc|cap)|dai hoc|cao dang|pho thong"
        r"|ptdt|pt|th|day nghe|chinh tri|mau giao|lien cap)\b",
        r"(?:xa|phuong|huyen|thanh pho|thi xa|thi tran|tinh)\b",
    )
)  # fmt: skip
"""How the names of publishing offices begin, at the end of a title."""

# What offices do, which is news of them: "Xã Vân Khê ra quân …", "Công an xã bắt giữ …". None of
# these words is a part of names, though their marks are gone.
_DEED: Final = re.compile(
    r"\b"
    + _any(
        "ra (?:mat|quan|doi)", "(?<!ban )to chuc", "trien khai", "(?:khai|be) mac", "phat dong",
        "trao", "tang qua", "tham (?:hoi|tang|chuc|gia|du|quan)", "gap mat", "hop mat", "tap huan",
        "day manh", "tang cuong", "thuc hien", "huong ung", "ky niem", "lam viec",
        "(?<!ban )kiem tra", "hoan thanh", "khoi cong", "khanh thanh",
        "tiep (?:xuc|nhan|tuc|don|suc)", "don (?:nhan|bang|dep|tet|xuan)", "(?:tong|so) ket",
        "(?:chuc )?mung (?:dang|xuan|ngay|tet|lua|le)", "nang cao", "quyet tam", "chu dong",
        "ung ho", "quyen gop", "gop", "bat (?:giu|nhom|qua tang|doi tuong|khan cap)",
        "xu (?:ly|phat)", "canh bao", "khuyen cao", "(?:tuyen|bieu) duong", "dien tap",
        "chinh trang", "mo (?:lop|dot|rong|lai|phien)", "dat (?:chuan|giai|danh hieu)",
        "gianh (?:giai|huy|cup|chuc)", "thu hoach", "len duong", "ban giao",
        "hien (?:mau|dat|ke)", "trong (?:cay|rung)", "chung tay", "lan toa", "no luc",
        "vuot (?:kho|ke hoach)", "giup", "hop (?:ban|bao|dan|giao ban|ky|thuong ky|voi|truc tuyen)",
        "hop$", "phoi hop", "van dong(?! vien)", "thong qua", "ky ket", "bau cu", "cong bo",
        "de nghi", "lay y kien", "thanh lap", "xuat (?:lo|khau)", "giai ngan", "huy dong",
        "tich cuc", "thi dua(?! khen)", "xoa (?:nha|doi)", "ho tro (?:nguoi|ho|hoc sinh|ba con)",
        "co (?:them|moi|nhieu)", "but pha", "chuyen minh", "dong long", "quan tam", "vao",
        "truoc", "giua", "nhieu",
    )
    + r"\b"
)  # fmt: skip


_MOST_OF_OFFICE: Final = 14  # words
# "… thả 14 cá thể", but "Trường Tiểu học số 12 huyện", "Tòa án khu vực 10 tỉnh"
_COUNT: Final = re.compile(
    r"(?<!\bso)(?<!\bkhu)(?<!\bvuc)(?<!\bto)(?<!\bquan)(?<!phuong)(?<!\bcap) \d{2,4} [a-z]"
)


def is_office(folded: str) -> bool:
    """Whether a name is wholly that of an office, and no news of it."""
    found = OFFICE.match(folded)
    if found is None or len(folded.split()) > _MOST_OF_OFFICE:
        return False
    return not (_DEED.search(folded, found.end()) or _COUNT.search(folded, found.end()))


SITE: Final = re.compile(
    _any(
        r"bao dien tu", r"bao \w+ \w+(?: dien tu| online)?$", r"tap chi \w+ \w+$",
        r"(?:trang|cong) (?:thong tin|tin|ttdt)\b", r"dai (?:phat thanh|truyen hinh|ptth|pt th)\b",
    )
)  # fmt: skip
"""Of those, the ones that a title never begins with."""

SECTION: Final = re.compile(
    r"(?:tin(?! (?:buon|vui|khan|o|dung))|chuyen (?:muc|trang|de)|muc|goc|dien dan|trang"
    r"|thong tin|van ban|hoi dap|thu vien|thong bao|thoi su|doi song|phong su|ky su|ban tin)\b"
)
"""How the names of sections begin, if they are short; a title may begin so too."""

SURNAME: Final = re.compile(r"(?:Tô|Trương|Trầm|Bàn|Xa|Bảo|Phong|Phương|Tòng)\s(?=[^\W\d_a-z])")
"""Names of people, with their marks, that without them begin like tổ, trường, ban, xã or báo."""

NOBODY: Final = re.compile(
    _any(
        "(?:super )?(?:admin|user)", "(?:system|service) account", "administrator",
        "webmaster", "editor", "root", "bbt", "vnpt",
        "ban bien tap.{0,40}", "(?:ban )?quan tri(?: vien)?", "phong .{0,60}", "to .{0,60}",
        "toa soan.{0,40}", "(?:theo|nguon) .{0,60}", "bien tap(?: vien)?", "trung tam .{0,60}",
        "(?:thcs|thpt|th|mn|ptdt(?:bt|nt)|ubnd|bch|bbt|hnd) .{0,60}",
        "(?:van phong|bo phan|ban|hoi|khoa|chi cuc|truong) .{0,60}", "pv", "phong vien", "ctv",
    )
)  # fmt: skip
"""Authors who are no person."""

GONE: Final = re.compile(
    r"\b"
    + _any(
        r"khong (?:tim thay|ton tai|con ton tai|kha dung)", r"no longer (?:exists|available)",
        r"(?:da|bi|da bi|da duoc) (?:xoa|go|huy)", r"(?:page )?not found", r"does not exist",
        r"could not be found", r"(?:loi|error|http|ma loi) ?404", r"(?:runtime|server) error",
        r"404 (?:error|not found|loi|page|trang)", r"khong co (?:du lieu|bai viet nao|noi dung)",
        r"service unavailable", r"da xay ra loi", r"co loi xay ra", r"het han truy cap",
        r"khong co hoac", r"da (?:duoc )?(?:chuyen|di chuyen) (?:di|sang|den) .{0,20}khac",
        r"duong dan (?:khong dung|sai|khong hop le)",
    )
    + r"\b"
)  # fmt: skip
"""Something is not there. People who are not found make news: PAGE must be in the same line."""

PAGE: Final = re.compile(
    r"\b"
    + _any(
        "trang", "bai viet", "noi dung", "duong dan", "lien ket", "tin", "page", "404", "error",
        "loi", "url", "du lieu", "link", "ban tin", "dia chi", "content", "yeu cau",
    )
    + r"\b"
)  # fmt: skip

BROKEN: Final = re.compile(
    _any(
        r"(?:server|runtime) error in .{0,60}application", r"object reference not set .{0,60}",
        r"http status \d{3}\b.{0,80}", r"iis .{0,20}detailed error.{0,60}", r"fatal error.{0,80}",
        r"whoops looks like something went wrong", r"(?:php )?warning .{0,80}",
    )
)  # fmt: skip
"""What servers head a page with that failed, however long it tells why."""

WHOLLY_GONE: Final = re.compile(
    _any(
        "(?:error|loi )?404(?: (?:error|not found|page|trang|loi|khong|forbidden)(?: .{0,60})?)?",
        "errors?(?: .{0,60})?", "loi", "(?:page )?not found(?: .{0,60})?", "thong bao loi.{0,60}",
        "khong tim thay(?: trang(?: .{0,60})?)?", "oops.{0,60}", "bad request.{0,60}",
        "(?:server|runtime) error.{0,60}", "access denied.{0,60}", "trang khong ton tai.{0,60}",
    )
)  # fmt: skip
"""Whole titles of pages that are not there."""

FOUND: Final = re.compile(
    _any("ket qua tim kiem", "tim kiem", "search results?", "tu khoa", "the tim kiem")
    + r"\b.{0,80}"
)
"""Headings of what a search found."""

LOGIN: Final = re.compile(r"(?:dang nhap|login|log in|sign in)\b.{0,80}")
LOCKED: Final = re.compile(
    r"(?:ban can|vui long|hay|phai|you must|please) (?:dang nhap|log ?in|sign in)\b"
)
SHELL: Final = re.compile(
    _any(
        "(?:enable|bat|kich hoat|requires|can|ho tro|su dung) javascript", "just a moment",
        "javascript (?:is required|to run|bi tat)", "checking your browser", "dang tai", "loading",
    )
)  # fmt: skip
"""What an empty page says until its scripts have run."""

_OPINIONS: Final = (
    r"(?:\d{1,5} )?(?:y kien|binh luan|phan hoi|nhan xet|hoi dap|trao doi|thao luan)"
    r"(?: (?:cua|tu))?(?: (?:ban doc|doc gia|nguoi (?:xem|doc)|phu huynh|nguoi dan|cong dan))?"
    r"(?: moi| gan day)?(?: \d{1,5})?"
)
OPINIONS: Final = re.compile(_OPINIONS)
"""Words before a colon, after which the opinions of readers stand."""

OTHER_ARTICLES: Final = re.compile(
    _any(
        r"(?:cac |nhung |mot so )?(?:tin|bai|bai viet|tin bai|tin tuc|thong bao|video|ban tin"
        r"|su kien|hoat dong)(?: tuc| viet)? "
        + _any(
            "(?:co )?lien quan", "khac(?: trong muc)?", "cung " + _any(
                "chuyen muc", "loai", "muc", "chu de", "chuyen de", "su kien", "tac gia",
                "danh muc", "linh vuc", "the loai",
            ),
            "moi(?: (?:nhat|dang|dua|cap nhat|hon))?",
            "cu(?: hon)?", "da (?:dua|dang)", "truoc(?: do)?", "tiep theo",
            "(?:doc|xem|quan tam) nhieu.{0,20}", "noi bat",
        ),
        r"(?:chu de |noi dung )?lien quan", r"co the (?:ban|quy vi) quan tam", r"ban co biet",
        r"co the ban(?: cung)? (?:quan tam|thich)", r"cung (?:chuyen muc|chu de|the loai)",
        r"(?:xem|doc) them", r"(?:doc|xem) nhieu(?: nhat)?",
        r"(?:gui|viet|them|de lai) (?:binh luan|y kien|phan hoi|nhan xet).{0,20}",
        r"(?:related|other|more|latest|recent) (?:news|articles|posts|stories)",
        r"(?:leave a )?(?:comment|reply)s?", _OPINIONS,
    )
)  # fmt: skip
"""Headings under which other articles, or readers' opinions, stand."""

NEXT_PAGE: Final = re.compile(
    _any("trang (?:sau|tiep|truoc|cuoi|dau)", "next", "xem tiep", "cuoi", "»", "›", ">", ">>")
)
"""Links from one page of a list to another; for text that `unaccent` made plain."""
