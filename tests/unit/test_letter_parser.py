"""Official letters of several shapes, and the ways in which their text is mangled."""

import json
import re
import textwrap
import unicodedata
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import InvalidInput
from bot.letters.document import document_of
from bot.letters.letter import Letter, LetterTask, Secrecy, Signatory, Urgency, as_json
from bot.letters.marks import find_secrecy
from bot.letters.parser import parse_letter
from bot.letters.text import decode
from tests.unit.test_letter_text import TCVN3, cp1258

SEED = (Path(__file__).parents[1] / "fixtures" / "letter-seed.txt").read_text(encoding="utf-8")

OFFICIAL_LETTER = """\
UBND TỈNH YÊN BÁI
SỞ VĂN HÓA, THỂ THAO
VÀ DU LỊCH
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 215/SVHTTDL-BCXB
V/v đăng ký chỉ tiêu tin, bài
quý II năm 2027

HOẢ TỐC

Yên Bái, ngày 05 tháng 4 năm 2027

Kính gửi: Báo và phát thanh, truyền hình tỉnh Yên Bái.

Thực hiện Kế hoạch số 45/KH-UBND ngày 10/3/2027 của Ủy ban nhân dân tỉnh, Sở Văn hóa,
Thể thao và Du lịch đề nghị quý cơ quan thực hiện các nội dung sau:
1. Lập danh mục chuyên trang, chuyên mục theo từng tháng, trong đó nêu rõ
thời lượng, khung giờ phát sóng:
a) Chuyên mục phát thanh;
b) Chuyên mục truyền hình.
2. Gửi danh mục về Sở trước ngày 20/4/2027./.

Nơi nhận:
- Như trên;
- Giám đốc, các Phó Giám
đốc Sở;
- Lưu: VT, BCXB (02).

GIÁM ĐỐC
(Đã ký)
Lò Văn Toàn

PHỤ LỤC
1. Biểu mẫu số 01
"""

DECISION = """\
ỦY BAN NHÂN DÂN
TỈNH YÊN BÁI
Số: 06/2027/QĐ-UBND
Yên Bái, ngày 10 tháng 02 năm 2027

QUYẾT ĐỊNH
Về việc ban hành Quy chế phối hợp cung cấp thông tin
cho báo chí trên địa bàn tỉnh

ỦY BAN NHÂN DÂN TỈNH
Căn cứ Luật số 103/2016/QH13 ngày 05 tháng 4 năm 2016;
Theo đề nghị của Giám đốc Sở Thông tin và Truyền thông tại Tờ trình số 12/TTr-STTTT ngày 20/01/2027.

QUYẾT ĐỊNH:
Điều 1. Ban hành kèm theo Quyết định này Quy chế phối hợp cung cấp thông tin cho báo chí.
Điều 2. Quyết định này có hiệu lực kể từ ngày 01/3/2027.
1. Giao Sở Thông tin và Truyền thông theo dõi việc thực hiện.
2. Định kỳ báo cáo Ủy ban nhân dân tỉnh.
Điều 3. Chánh Văn phòng, thủ trưởng các sở, ngành chịu trách nhiệm thi hành Quyết định này./.

Nơi nhận:
- Như Điều 3;
- Lưu: VT.
TM. ỦY BAN NHÂN DÂN
KT. CHỦ TỊCH
PHÓ CHỦ TỊCH
Hà Thị Minh Tâm
"""

PARTY_LETTER = """\
TỈNH ỦY YÊN BÁI
BAN TUYÊN GIÁO VÀ DÂN VẬN
*
Số 318-CV/BTGDVTU
V/v định hướng tuyên truyền tháng 5

ĐẢNG CỘNG SẢN VIỆT NAM

Yên Bái, ngày 28 tháng 4 năm 2027

Kính gửi:
- Đảng ủy các xã, phường,
- Các cơ quan báo chí tỉnh.

Ban Tuyên giáo và Dân vận Tỉnh ủy đề nghị:
a) Tuyên truyền ngày Quốc tế Lao động;
b) Tuyên truyền kỷ niệm ngày sinh Chủ tịch Hồ Chí Minh;
c) Phản ánh phong trào thi đua;
d) Nêu gương người tốt, việc tốt;
đ) Gửi báo cáo trước ngày 25/5.
Trân trọng cảm ơn./.

K/T TRƯỞNG BAN
PHÓ TRƯỞNG BAN
Giàng A Chu
Nơi nhận:
- Như trên,
- Lưu Văn phòng.
"""

BY_GROUP = """\
Số:        /STTTT-TTBCXB
V/v tuyên truyền phòng, chống thiên tai

Yên Bái, ngày …. tháng …. năm 2027

Kính gửi: Các cơ quan báo chí; Phòng Văn hóa các huyện; Cổng Thông tin điện tử tỉnh.

Sở Thông tin và Truyền thông đề nghị:

* Đối với các cơ quan báo chí: Tăng thời lượng phát sóng, đăng tải bản tin dự báo thời tiết.

* Đối với Phòng Văn hóa các huyện:
- Chỉ đạo hệ thống truyền thanh cơ sở;
- Báo cáo kết quả.

* Đối với Cổng Thông tin điện tử tỉnh: Mở chuyên mục riêng.

Đề nghị các đơn vị quan tâm thực hiện./.
"""

PLAN = """\
Số: 99/KH-STTTT
Yên Bái, ngày 02 tháng 3 năm 2027
KẾ HOẠCH
Tuyên truyền cải cách hành chính năm 2027

I. NỘI DUNG
1. Phổ biến văn bản mới.
2. Giới thiệu dịch vụ công.
II. TỔ CHỨC THỰC HIỆN
1. Phòng chuyên môn chủ trì.
2. Báo cáo trước ngày 15/12/2027.

TL. GIÁM ĐỐC
CHÁNH VĂN PHÒNG
Trần Thu Hà
"""

BULLETS = """\
V/v cung cấp số liệu

Kính gửi: Trung tâm Truyền thông và Văn hóa các huyện

Sở đề nghị quý đơn vị cung cấp:
- Số lượng cụm loa đang hoạt động;
- Danh sách cán bộ phụ trách.
Trân trọng!
"""


def fields(letter):
    return replace(letter, body="", places=())


def rewrapped(text, *, width):
    return "\n".join(textwrap.fill(line, width) if line else "" for line in text.split("\n"))


def test_parse_letter_seed():
    letter = parse_letter(SEED)
    items = re.findall(r"^\d\. (.*)$", SEED, flags=re.MULTILINE)
    assert len(items) == 4
    assert letter.number is None
    assert letter.symbol == "STTTT-TTBCXB"
    assert letter.code is None
    assert letter.place == "Yên Bái"
    assert letter.issued_on is None
    assert letter.issued_month == (2023, 1)
    assert letter.subject == "tuyên truyền kết quả thực hiện Chương trình hành động số 56-CTr/TU"
    assert letter.addressees == (
        "Các cơ quan báo chí địa phương",
        "Trung tâm Điều hành thông minh tỉnh",
        "Phòng Văn hoá và Thông tin các huyện, thị xã, thành phố",
        "Trung tâm Truyền thông và Văn hóa các huyện, thị xã, thành phố",
        "30 cơ quan, đơn vị thiết lập trang thông tin điện tử tổng hợp",
    )
    assert letter.tasks == tuple(LetterTask(*pair) for pair in enumerate(items, start=1))
    assert [(found.kind, found.code) for found in letter.references] == [
        ("Chương trình hành động", "56-CTr/TU"),
        ("Công văn", "1068/CV-BTGTU"),
    ]
    assert letter.references[1].issued_on == date(2023, 1, 5)
    assert letter.signatory == Signatory("Nguyễn Quốc Chiến", "PHÓ GIÁM ĐỐC", "KT. GIÁM ĐỐC")
    assert letter.recipients == ("Như trên", "Đ/c Giám đốc Sở", "Lưu VT, TTBCXB")
    assert letter.closing is not None
    assert letter.closing.startswith("Sở Thông tin và Truyền thông đề nghị các cơ quan báo chí")
    assert letter.closing.endswith("trên phương tiện quản lý./.")
    assert letter.issuer is None
    assert letter.urgency is Urgency.NONE
    assert letter.body == SEED


@pytest.mark.parametrize(
    "mangle",
    [
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: re.sub(r"\n\n+", "\n", text),
        lambda text: text.replace("\n", "\n\n"),
        lambda text: text.replace(" ", "\u00a0"),
        lambda text: text.replace("56-", "56\u2011").replace("Đ", "\u00d0"),
        lambda text: re.sub(r"(?<=\w)(?=\n)", "  \t", text),
        lambda text: rewrapped(text, width=90),
        lambda text: re.sub(r"\n\n+", "\n", rewrapped(text, width=90)),
        lambda text: decode(cp1258(text)),
        lambda text: decode(text.encode("utf-16")),
        lambda text: text.replace("Số: /", "Số: ……/").replace("ngày tháng", "ngày ..... tháng"),
        lambda text: text.replace("TTBCXB\n\nYên Bái", "TTBCXB Yên Bái", 1),
        lambda text: text.replace("01 năm 2023", "01 năm\n2023", 1),
        lambda text: text.replace("Yên Bái, ngày tháng 01 năm 2023\n", "", 1).replace(
            "thực hiện Chương trình\n",
            "thực hiện Chương trình Yên Bái, ngày tháng 01 năm 2023\n",
            1,
        ),
    ],
    ids=[
        "NFD",
        "CRLF",
        "no blank lines",
        "double spaced",
        "no-break spaces",
        "other hyphens and letters",
        "trailing spaces",
        "wrapped",
        "wrapped without blank lines",
        "cp1258",
        "utf-16",
        "dots for blanks",
        "columns run together",
        "broken date",
        "date beside the subject",
    ],
)
def test_parse_letter_mangled_seed_reads_the_same(mangle):
    assert fields(parse_letter(mangle(SEED))) == fields(parse_letter(SEED))


def test_parse_letter_official_letter():
    letter = parse_letter(OFFICIAL_LETTER)
    assert fields(letter) == Letter(
        body="",
        superior="UBND TỈNH YÊN BÁI",
        issuer="SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH",
        kind="Công văn",
        number="215",
        symbol="SVHTTDL-BCXB",
        place="Yên Bái",
        issued_on=date(2027, 4, 5),
        subject="đăng ký chỉ tiêu tin, bài quý II năm 2027",
        addressees=("Báo và phát thanh, truyền hình tỉnh Yên Bái",),
        bases=letter.bases,
        references=letter.references,
        tasks=(
            LetterTask(
                1,
                "Lập danh mục chuyên trang, chuyên mục theo từng tháng, trong đó "
                "nêu rõ thời lượng, khung giờ phát sóng:\n"
                "a) Chuyên mục phát thanh;\nb) Chuyên mục truyền hình.",
                sub_items=("Chuyên mục phát thanh;", "Chuyên mục truyền hình."),
            ),
            LetterTask(2, "Gửi danh mục về Sở trước ngày 20/4/2027./."),
        ),
        recipients=("Như trên", "Giám đốc, các Phó Giám đốc Sở", "Lưu: VT, BCXB (02)"),
        signatory=Signatory("Lò Văn Toàn", "GIÁM ĐỐC"),
        urgency=Urgency.EXPRESS,
    )
    assert [str(found) for found in letter.references] == ["Kế hoạch 45/KH-UBND 2027-03-10"]
    assert letter.code == "215/SVHTTDL-BCXB"


def test_parse_letter_decision():
    letter = parse_letter(DECISION)
    assert letter.issuer == "ỦY BAN NHÂN DÂN TỈNH YÊN BÁI"
    assert letter.kind == "Quyết định"
    assert letter.code == "06/2027/QĐ-UBND"
    assert letter.issued_on == date(2027, 2, 10)
    assert letter.subject == (
        "ban hành Quy chế phối hợp cung cấp thông tin cho báo chí trên địa bàn tỉnh"
    )
    assert letter.addressees == ()
    # What is issued and who is bound by it are no duties.
    assert [task.text.split()[0] for task in letter.tasks] == ["Quyết"]
    assert letter.tasks[0].text.count("\n") == 2
    assert [found.code for found in letter.references] == ["103/2016/QH13", "12/TTr-STTTT"]
    assert letter.signatory == Signatory(
        "Hà Thị Minh Tâm", "PHÓ CHỦ TỊCH", "TM. ỦY BAN NHÂN DÂN / KT. CHỦ TỊCH"
    )


def test_parse_letter_party_letter_with_points():
    letter = parse_letter(PARTY_LETTER)
    assert letter.issuer == "BAN TUYÊN GIÁO VÀ DÂN VẬN"
    assert (letter.number, letter.symbol) == ("318", "CV/BTGDVTU")
    assert letter.code == "318-CV/BTGDVTU"
    assert letter.issued_on == date(2027, 4, 28)
    assert letter.subject == "định hướng tuyên truyền tháng 5"
    assert letter.addressees == ("Đảng ủy các xã, phường", "Các cơ quan báo chí tỉnh")
    assert [task.number for task in letter.tasks] == [1, 2, 3, 4, 5]
    assert letter.tasks[4].text == "Gửi báo cáo trước ngày 25/5."
    assert letter.closing is None
    assert letter.signatory == Signatory("Giàng A Chu", "PHÓ TRƯỞNG BAN", "K/T TRƯỞNG BAN")
    assert letter.recipients == ("Như trên", "Lưu Văn phòng")


def test_parse_letter_tasks_by_group():
    letter = parse_letter(BY_GROUP)
    assert letter.number is None
    assert (letter.issued_on, letter.issued_month) == (None, None)
    assert letter.place == "Yên Bái"
    assert letter.addressees == (
        "Các cơ quan báo chí; Phòng Văn hóa các huyện; Cổng Thông tin điện tử tỉnh",
    )
    assert [task.text.split(":")[0] for task in letter.tasks] == [
        "Đối với các cơ quan báo chí",
        "Đối với Phòng Văn hóa các huyện",
        "Đối với Cổng Thông tin điện tử tỉnh",
    ]
    assert letter.tasks[1].text.endswith(
        ":\n- Chỉ đạo hệ thống truyền thanh cơ sở;\n- Báo cáo kết quả."
    )
    assert letter.closing == "Đề nghị các đơn vị quan tâm thực hiện./."
    assert letter.signatory is None


def test_parse_letter_plan_counts_on_over_sections():
    letter = parse_letter(PLAN)
    assert letter.kind == "Kế hoạch"
    assert letter.subject == "Tuyên truyền cải cách hành chính năm 2027"
    assert letter.tasks == (
        LetterTask(1, "Phổ biến văn bản mới."),
        LetterTask(2, "Giới thiệu dịch vụ công."),
        LetterTask(3, "Phòng chuyên môn chủ trì.", group="Phòng chuyên môn"),
        LetterTask(4, "Báo cáo trước ngày 15/12/2027."),
    )
    assert letter.signatory == Signatory("Trần Thu Hà", "CHÁNH VĂN PHÒNG", "TL. GIÁM ĐỐC")


def test_parse_letter_bullets_below_an_announcement():
    letter = parse_letter(BULLETS)
    assert letter.addressees == ("Trung tâm Truyền thông và Văn hóa các huyện",)
    assert [task.text for task in letter.tasks] == [
        "Số lượng cụm loa đang hoạt động;",
        "Danh sách cán bộ phụ trách.",
    ]
    assert letter.closing is None


def test_parse_letter_numbers_that_do_not_count_on_are_no_tasks():
    letter = parse_letter("V/v xe máy\n\n1. Rà soát danh sách đợt\n3. Phân loại.\n2. Báo cáo.")
    assert letter.tasks == (
        LetterTask(1, "Rà soát danh sách đợt\n3. Phân loại."),
        LetterTask(2, "Báo cáo."),
    )


def test_parse_letter_addressees_without_bullets():
    letter = parse_letter(
        "Kính gửi:\n\nCác cơ quan báo chí;\n\nPhòng Văn hóa và\nThông tin.\n\nSở đề nghị báo cáo."
    )
    assert letter.addressees == ("Các cơ quan báo chí", "Phòng Văn hóa và Thông tin")


def test_parse_letter_columns_run_together():
    head = OFFICIAL_LETTER.replace("YÊN BÁI\nSỞ", "YÊN BÁI CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSỞ")
    head = head.replace("DU LỊCH\n", "DU LỊCH Độc lập - Tự do - Hạnh phúc\n")
    head = head.replace("Nơi nhận:\n", "Nơi nhận: KT. GIÁM ĐỐC\n").replace("\nGIÁM", "\nPHÓ GIÁM")
    letter = parse_letter(head)
    assert letter.issuer == "SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH"
    assert letter.signatory == Signatory("Lò Văn Toàn", "PHÓ GIÁM ĐỐC", "KT. GIÁM ĐỐC")


def test_parse_letter_foot_whose_columns_share_lines():
    letter = parse_letter(
        "Số: 1/A-B\nKính gửi: Sở A.\n1. Báo cáo.\n\nNơi nhận:          KT. GIÁM ĐỐC\n"
        "- Như trên;        PHÓ GIÁM ĐỐC\n- Phó Giám đốc Sở; (b/c)\n"
        "- Lưu: VT, Nguyễn Văn Bình.      Lò Văn Toàn"
    )
    assert letter.recipients == ("Như trên", "Phó Giám đốc Sở; (b/c)", "Lưu: VT, Nguyễn Văn Bình")
    assert letter.signatory == Signatory("Lò Văn Toàn", "PHÓ GIÁM ĐỐC", "KT. GIÁM ĐỐC")


@pytest.mark.parametrize(
    ("stamp", "urgency"),
    [
        ("KHẨN", Urgency.URGENT),
        ("THƯỢNG KHẨN", Urgency.VERY_URGENT),
        ("[ HỎA TỐC ]", Urgency.EXPRESS),
        ("HỎA TỐC HẸN GIỜ", Urgency.EXPRESS),
        ("Độ khẩn: Thượng khẩn", Urgency.VERY_URGENT),
        ("Khẩn", Urgency.NONE),
        ("Đề nghị khẩn trương thực hiện", Urgency.NONE),
    ],
)
def test_parse_letter_urgency(stamp, urgency):
    assert parse_letter(f"{stamp}\n{SEED}").urgency is urgency


@pytest.mark.parametrize(
    ("stamp", "secrecy"),
    [
        ("MẬT", Secrecy.CONFIDENTIAL),
        ("TỐI  MẬT", Secrecy.SECRET),
        ("* TUYỆT MẬT *", Secrecy.TOP_SECRET),
        (unicodedata.normalize("NFD", "TỐI MẬT"), Secrecy.SECRET),
        ("Độ mật: Tuyệt mật", Secrecy.TOP_SECRET),
        ("TỐI MẬT   Số: 15/UBND-NC", Secrecy.SECRET),
        ("MẬT   Yên Bái, ngày 05 tháng 01 năm 2023", Secrecy.CONFIDENTIAL),
        ("Số: 15/UBND-NC MẬT", Secrecy.CONFIDENTIAL),
        ("Yên Bái, ngày 05 tháng 01 năm 2023 TUYỆT MẬT", Secrecy.TOP_SECRET),
        ("TUYỆT MẬT - HỎA TỐC", Secrecy.TOP_SECRET),
        ("T Ố I  M Ậ T", Secrecy.SECRET),
        ("TỐIMẬT", Secrecy.SECRET),
    ],
)
@pytest.mark.parametrize("text", [SEED, "Nội dung khác."])
def test_refuse_secret_stamped_letter(stamp, secrecy, text):
    stamped = f"{stamp}\n{text}"
    assert find_secrecy(document_of(stamped)) is secrecy
    with pytest.raises(InvalidInput) as refused:
        parse_letter(stamped)
    assert refused.value.key == "letter.secret"


@pytest.mark.parametrize(
    "line", ["PHÒNG BẢO MẬT THÔNG TIN", "Tuyên truyền Luật Bảo vệ bí mật nhà nước.", "Mật"]
)
def test_refuse_secret_other_letters_pass(line):
    assert parse_letter(f"{line}\n{SEED}").symbol == "STTTT-TTBCXB"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Chào anh chị, mai họp lúc 8h nhé.", "letter.not_a_letter"),
        ("Một đoạn văn dài không có gì. " * 50, "letter.not_a_letter"),
        ("def main():\n    return 1\n", "letter.not_a_letter"),
        ("1. Mua sổ", "letter.not_a_letter"),
        ("", "letter.empty"),
        (TCVN3, "letter.old_font"),
    ],
)
def test_parse_letter_no_letter(text, key):
    with pytest.raises(InvalidInput) as refused:
        parse_letter(text)
    assert refused.value.key == key


def test_parse_letter_day_that_does_not_exist_is_unknown():
    letter = parse_letter(SEED.replace("ngày tháng 01", "ngày 32 tháng 01", 1))
    assert (letter.issued_on, letter.issued_month) == (None, (2023, 1))


def test_as_json_seed():
    value = json.loads(json.dumps(as_json(parse_letter(SEED)), ensure_ascii=False))
    assert value["number"] is None
    assert value["issued_on"] is None
    assert value["issued_month"] == "2023-01"
    assert value["urgency"] == "none"
    assert value["references"][1] == {
        "kind": "Công văn",
        "code": "1068/CV-BTGTU",
        "issued_on": "2023-01-05",
    }
    assert value["signatory"]["name"] == "Nguyễn Quốc Chiến"
    assert len(value["tasks"]) == 4
    assert len(value["addressees"]) == 5


def test_as_json_unknown_is_null():
    value = as_json(Letter(body="x"))
    unknown = ("number", "symbol", "place", "issued_on", "subject", "signatory")
    assert [value[key] for key in unknown] == [None] * 6
    assert [value[key] for key in ("addressees", "tasks", "references")] == [[], [], []]


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from([*SEED.split("\n"), *DECISION.split("\n"), *PLAN.split("\n")]), max_size=30
    )
)
def test_parse_letter_any_mixture_of_lines_invents_nothing(lines):
    text = "\n".join(lines)
    try:
        letter = parse_letter(text)
    except InvalidInput:
        return
    words = " ".join(text.replace("**", "").split())
    read = [letter.subject or "", *letter.addressees]
    read += [line for task in letter.tasks for line in task.text.split("\n")]
    assert [line for line in read if line not in words] == []
