"""Letters of other shapes than the usual one: what they ask for is read, what they tell is not."""

from __future__ import annotations

from datetime import date

import pytest

from bot.errors import InvalidInput
from bot.letters.groups import group_of
from bot.letters.letter import Signatory
from bot.letters.parser import parse_letter

HEAD = """\
UBND TỈNH HÀ CHÂU
SỞ Y TẾ

Số: 2001/SYT-NVY
V/v phòng, chống dịch

Hà Châu, ngày 20 tháng 5 năm 2025

Kính gửi: Trung tâm Y tế các huyện.
"""
FOOT = """
Nơi nhận:
- Như trên;
- Lưu: VT, NVY.

GIÁM ĐỐC

Trần Văn Khánh
"""


def read(body, *, head=HEAD, foot=FOOT):
    return parse_letter(f"{head}\n{body}\n{foot}")


def starts(letter):
    return [" ".join(task.text.split()[:3]) for task in letter.tasks]


@pytest.mark.parametrize(
    ("body", "tasks"),
    [
        (
            "Sở Y tế yêu cầu các đơn vị:\n\nMột là, rà soát đối tượng tiêm.\n\n"
            "Hai là: tổ chức tiêm bổ sung.\n\nBa là, báo cáo trước ngày 30/5/2025.",
            ["rà soát đối", "tổ chức tiêm", "báo cáo trước"],
        ),
        (
            "Qua giám sát, Sở Y tế nhận thấy:\n1. Nhiều đơn vị chủ quan.\n2. Truyền thông còn ít."
            "\nSở Y tế yêu cầu các đơn vị thực hiện:\n1. Giám sát ca bệnh.\n2. Báo cáo hằng tuần.",
            ["Giám sát ca", "Báo cáo hằng"],
        ),
        (
            "Sở Y tế trả lời kiến nghị của cử tri như sau:\n1. Về trạm y tế: đã bố trí vốn.\n"
            "2. Về thuốc: do bảo hiểm chi trả.",
            [],
        ),
        (
            "Sở Y tế thông báo tổ chức hội thi như sau:\n1. Thời gian: ngày 20/6/2025.\n"
            "2. Giải thưởng: 01 giải nhất.\nĐề nghị các đơn vị gửi danh sách trước ngày 10/6/2025.",
            ["Đề nghị các"],
        ),
        (
            "Sở Y tế đề nghị các đơn vị báo cáo kết quả, cụ thể:\n- Số ca mắc;\n- Số buổi phát;\n"
            "- Khó khăn, vướng mắc.",
            ["Sở Y tế"],
        ),
        (
            "Sở Y tế kính đề nghị UBND tỉnh xem xét, phê duyệt kinh phí phòng, chống dịch.",
            [],
        ),
        (
            "Sở Y tế yêu cầu:\nCác bệnh viện: thu dung, điều trị người bệnh.\n"
            "Trung tâm Y tế các huyện: xử lý ổ dịch.",
            ["Các bệnh viện:", "Trung tâm Y"],
        ),
        (
            "Giám đốc Sở kết luận như sau:\n1. Biểu dương các đơn vị.\n2. Giao Văn phòng đôn đốc.",
            ["Giao Văn phòng"],
        ),
        (
            "Ngày 02/4/2025, Sở Y tế đã có Công văn số 51/SYT-VP đề nghị các đơn vị báo cáo,"
            " còn nơi chưa gửi.\n\nSở Y tế đề nghị các đơn vị gửi báo cáo trước ngày 25/5/2025.",
            ["Sở Y tế"],
        ),
        (
            "Sở Y tế đề nghị các đơn vị thực hiện các nội dung sau:\n* Các bệnh viện:\n"
            "1. Màn hình chờ chạy thông điệp.\n* Đối với Trung tâm Y tế các huyện:\n"
            "2. Loa phát hai buổi.",
            ["Màn hình chờ", "Loa phát hai"],
        ),
        (
            "I. MỤC ĐÍCH\n1. Nâng cao nhận thức.\nII. CÁC BƯỚC THỰC HIỆN\n"
            "1. Bước 1: Tuyên truyền\nPhát tờ rơi, xong trước ngày 10/6/2025.\n"
            "2. Bước 2: Rà soát\nHoàn thành chậm nhất ngày 20/6/2025.\n"
            "III. PHÂN CÔNG NHIỆM VỤ\n1. Văn phòng Sở: đôn đốc.",
            ["Bước 1: Tuyên", "Bước 2: Rà", "Văn phòng Sở:"],
        ),
        (
            "Sở Y tế yêu cầu các đơn vị thực hiện:\n1. Hồ sơ đề nghị khen thưởng\na) Tờ trình;\n"
            "Hồ sơ gửi về Sở trước ngày 05/6/2025.\n2. Đối tượng\nNgười đã gửi đơn trước ngày"
            " 10/5/2025.",
            ["Hồ sơ đề"],
        ),
        (
            "I. MỤC ĐÍCH\n- Nâng cao nhận thức.\n- Bảo đảm thiết thực.\nII. NHIỆM VỤ\n"
            "1. Truyền thông trên loa.\n2. Diệt lăng quăng.",
            ["Truyền thông trên", "Diệt lăng quăng."],
        ),
    ],
)  # fmt: skip
def test_only_what_is_asked_for_is_a_task(body, tasks):
    assert starts(read(body)) == tasks


def test_the_agenda_of_an_invitation_is_no_task():
    head = HEAD.replace("V/v phòng, chống dịch\n", "").replace(
        "Kính gửi", "GIẤY MỜI\nDự họp giao ban\n\nKính gửi"
    )
    letter = read(
        "Sở Y tế kính mời đại biểu dự họp:\n1. Đánh giá tháng 5.\n2. Triển khai tháng 6.\n\n"
        "Giao Văn phòng Sở chuẩn bị tài liệu trước ngày 28/5/2025.",
        head=head,
    )
    assert letter.kind == "Giấy mời"
    assert starts(letter) == ["Giao Văn phòng"]
    assert letter.tasks[0].group == "Văn phòng Sở"


def test_articles_that_name_members_give_no_duty():
    letter = read(
        "Điều 1. Thành lập Tổ công tác gồm:\n1. Ông Nguyễn Văn An;\n2. Bà Trần Thị Bình.\n"
        "Điều 2. Sở Tài chính bố trí kinh phí.\nĐiều 3. Quyết định này có hiệu lực kể từ ngày ký."
    )
    assert starts(letter) == ["Sở Tài chính"]


def test_a_day_in_the_subject_is_not_when_the_letter_was_issued():
    head = HEAD.replace("chống dịch", "chống dịch tại Ngày hội Hà Châu,\nngày 20 tháng 9 năm 2025")
    letter = read("Đề nghị các đơn vị báo cáo.", head=head)
    assert (letter.place, letter.issued_on) == ("Hà Châu", date(2025, 5, 20))
    assert letter.subject.endswith("ngày 20 tháng 9 năm 2025")
    without = head.replace("Hà Châu, ngày 20 tháng 5 năm 2025\n", "")
    letter = read("Đề nghị các đơn vị báo cáo.", head=without)
    assert (letter.place, letter.issued_on) == (None, None)


def test_words_above_the_next_item_are_no_part_of_the_one_before():
    letter = read(
        "Sở Y tế đề nghị các đơn vị thực hiện:\n* Các bệnh viện:\n1. Thu dung người bệnh.\n"
        "* Trung tâm Y tế các huyện:\n2. Phun hóa chất."
    )
    assert [(task.text, task.sub_items, task.group) for task in letter.tasks] == [
        ("Thu dung người bệnh.", (), "Các bệnh viện"),
        ("Phun hóa chất.", (), "Trung tâm Y tế các huyện"),
    ]


@pytest.mark.parametrize("heading", ["ĐÃ THỰC HIỆN", "CAM KẾT CỦA NHÀ TÀI TRỢ", "VIỆC SỞ SẼ LÀM"])
def test_days_make_no_tasks_in_sections_that_tell(heading):
    letter = read(
        f"I. MỤC ĐÍCH\n1. Nâng cao.\nII. {heading}\n1. Rà soát hộ, xong trước ngày 10/6/2025.\n"
        "2. Xây dựng 02 nhà, hoàn thành trước ngày 12/6/2025.\nIII. TỔ CHỨC THỰC HIỆN\n"
        "1. Văn phòng Sở đôn đốc."
    )
    assert starts(letter) == ["Văn phòng Sở"]


@pytest.mark.parametrize(
    "above",
    [
        "Thực hiện Công điện số 139/CĐ-TTg ngày 19/5/2025 Sở Y tế yêu cầu:",
        "Để người dân yên tâm, Ủy ban nhân dân tỉnh yêu cầu:",
        "Hội đồng nhân dân tỉnh đề nghị:",
    ],
)
def test_names_and_bases_in_an_announcement_do_not_hide_that_it_asks(above):
    assert len(read(f"{above}\n1. Xua muỗi ở khu vực chợ.\n2. Úp vật chứa nước.").tasks) == 2


def test_paragraphs_that_begin_with_who_acts():
    letter = read(
        "Sở Y tế đề nghị:\nTrưởng các ấp lập danh sách trẻ, gửi trạm y tế.\n"
        "Trường Mầm non Mỹ Lợi bố trí phòng uống.\nLịch uống:\n- Ấp 1: ngày 01/6/2025."
    )
    assert starts(letter) == ["Trưởng các ấp", "Trường Mầm non"]


def test_people_who_are_given_work():
    letter = read(
        "Ban Tổ chức phân công như sau:\n1. Bà Lò Thị Xuân - Công chức: xây dựng kịch bản.\n"
        "2. Tiểu ban Hậu cần: dựng rạp.\n3. Ông Giàng A Chứ: 01 bằng khen."
    )
    assert [task.group for task in letter.tasks] == [
        "Bà Lò Thị Xuân - Công chức", "Tiểu ban Hậu cần",
    ]  # fmt: skip


def test_what_a_report_is_to_hold_is_one_task_in_spite_of_a_remark():
    letter = read(
        "Sở Y tế đề nghị các đơn vị cung cấp các thông tin sau (số liệu đến 30/4/2025):\n"
        "1. Số cơ sở khám bệnh.\n2. Số vụ việc đã xử lý.\n3. Khó khăn, vướng mắc."
    )
    assert starts(letter) == ["Sở Y tế"]


def test_those_who_get_a_copy_are_asked_nothing_where_the_words_above_them_are_lost():
    copies = FOOT.replace("Nơi nhận:\n", "").replace("Như trên;", "Sở Tài chính phối hợp;")
    letter = read("Sở Y tế yêu cầu các đơn vị thực hiện:", foot=copies)
    assert starts(letter) == []


def test_a_report_without_the_name_of_its_kind_gives_no_tasks():
    head = HEAD.replace("2001/SYT-NVY\nV/v phòng, chống dịch", "2001/BC-SYT")
    body = "II. NHIỆM VỤ\n1. Tổ chức hội thi.\n2. Vận động hội viên."
    assert starts(read(body, head=head)) == []
    assert starts(read(body, head=head.replace("/BC-", "/KH-"))) != []


def test_sub_items_with_a_number_and_a_dash():
    letter = read(
        "Ban Thường vụ yêu cầu:\n1- Đảng ủy Công an\n1.1- Nắm tình hình trong tháng 6/2025.\n"
        "1.2- Báo cáo kết quả.\n2- Các chi bộ sinh hoạt."
    )
    assert [len(task.sub_items) for task in letter.tasks] == [2, 0]


def test_numbers_of_pages_inside_the_text_are_no_part_of_it():
    lines = "\n".join(f"{number}. Nội dung số {number} của công việc." for number in range(1, 27))
    text = lines.replace("\n13. ", "\n1\n13. ").replace("\n26. ", "\n2\n26. ")
    tasks = read(f"Sở Y tế yêu cầu các đơn vị thực hiện:\n{text}").tasks
    assert [task.text for task in tasks if not task.text.endswith("công việc.")] == []
    assert len(tasks) == 26


@pytest.mark.parametrize(
    ("above", "issuer"),
    [
        ("TRƯỜNG ĐẠI HỌC KỸ THUẬT", "PHÂN HIỆU TẠI TỈNH HÀ CHÂU"),
        ("LIÊN ĐOÀN LAO ĐỘNG TỈNH HÀ CHÂU", "CÔNG ĐOÀN NGÀNH Y TẾ"),
        ("ĐOÀN TNCS HỒ CHÍ MINH", "BCH ĐOÀN TỈNH HÀ CHÂU"),
        ("BAN CHỈ ĐẠO 35 TỈNH", "CƠ QUAN THƯỜNG TRỰC"),
    ],
)
def test_more_names_of_issuers(above, issuer):
    head = HEAD.replace("UBND TỈNH HÀ CHÂU\nSỞ Y TẾ", f"{above}\n{issuer}")
    letter = read("Đề nghị các đơn vị báo cáo.", head=head)
    assert (letter.superior, letter.issuer) == (above, issuer)


@pytest.mark.parametrize(
    ("signed", "signatory"),
    [
        ("KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC\n\nBSCKII. Tống Đức Thắng",
         Signatory("Tống Đức Thắng", "PHÓ GIÁM ĐỐC", "KT. GIÁM ĐỐC")),
        ("P. GIÁM ĐỐC\n[Đã ký số]\nQuàng Văn Thoả",
         Signatory("Quàng Văn Thoả", "P. GIÁM ĐỐC")),
        ("TM. HỘI ĐỒNG\nCHỦ TỊCH\n\nGIÁM ĐỐC BỆNH VIỆN\nHứa Ngọc Toàn",
         Signatory("Hứa Ngọc Toàn", "CHỦ TỊCH", "TM. HỘI ĐỒNG")),
        ("TUQ GIÁM ĐỐC\nCHÁNH THANH TRA\nThượng tá, ThS. Lường Thị Hoa (đã ký)",
         Signatory("Lường Thị Hoa", "CHÁNH THANH TRA", "TUQ GIÁM ĐỐC")),
        ("GIÁM ĐỐC\n\nPHỤ LỤC\nNgười Lập Biểu\n- Nguyễn Văn An;", Signatory(None, "GIÁM ĐỐC")),
        ("GIÁM ĐỐC\nTạ Minh Quân\n\nTM. BAN THƯỜNG TRỰC\nPHÓ CHỦ TỊCH\nLã Thị Nhung", None),
    ],
)  # fmt: skip
def test_forms_of_signature(signed, signatory):
    letter = read(
        "Đề nghị các đơn vị báo cáo.", foot=FOOT.replace("GIÁM ĐỐC\n\nTrần Văn Khánh", signed)
    )
    assert letter.signatory == signatory
    assert letter.recipients == ("Như trên", "Lưu: VT, NVY")
    assert (letter.issuer is None) == (signatory is None)  # of a joint letter neither is said


SIDE_BY_SIDE = """\
UBND TỈNH HÀ CHÂU                    CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
SỞ Y TẾ                                   Độc lập - Tự do - Hạnh phúc
Số:      /SYT-NVY                      Hà Châu, ngày      tháng 5 năm 2025
V/v phòng, chống dịch                                KHẨN
mùa hè năm 2025

        Kính gửi:    Trung tâm Y tế các huyện.

        Đề nghị các đơn vị báo cáo.

Nơi nhận:                                       KT. GIÁM ĐỐC
- Như trên;                                     PHÓ GIÁM ĐỐC
- Lưu: VT, NVY.
                                              Trần Văn Khánh
"""


def test_columns_side_by_side():
    letter = parse_letter(SIDE_BY_SIDE)
    assert (letter.superior, letter.issuer) == ("UBND TỈNH HÀ CHÂU", "SỞ Y TẾ")
    assert (letter.number, letter.symbol) == (None, "SYT-NVY")
    assert (letter.place, letter.issued_on, letter.issued_month) == ("Hà Châu", None, (2025, 5))
    assert letter.subject == "phòng, chống dịch mùa hè năm 2025"
    assert letter.urgency == "urgent"
    assert letter.addressees == ("Trung tâm Y tế các huyện",)
    assert letter.recipients == ("Như trên", "Lưu: VT, NVY")
    assert letter.signatory == Signatory("Trần Văn Khánh", "PHÓ GIÁM ĐỐC", "KT. GIÁM ĐỐC")
    assert letter.where("signatory").line == 11
    with pytest.raises(InvalidInput, match=r"letter\.secret"):
        parse_letter(SIDE_BY_SIDE.replace("SỞ Y TẾ   ", "SỞ Y TẾ      MẬT   "))


def test_a_double_spaced_letter_reads_like_a_single_spaced_one():
    head = HEAD.replace(
        "các huyện.", "các huyện,\nthành phố trên địa bàn; Bệnh viện\nĐa khoa tỉnh."
    )
    single = f"{head}\nĐề nghị các đơn vị báo cáo.\n{FOOT}"
    letter, double = parse_letter(single), parse_letter(single.replace("\n", "\n\n"))
    assert letter.addressees == (
        "Trung tâm Y tế các huyện, thành phố trên địa bàn; Bệnh viện Đa khoa tỉnh",
    )
    assert (double.addressees, double.tasks) == (letter.addressees, letter.tasks)


@pytest.mark.parametrize(
    ("task", "group"),
    [
        ("Hạt Kiểm lâm huyện:\na) Rà soát", "Hạt Kiểm lâm huyện"),
        ("Các sở, ngành; UBND các xã\na) Quán triệt", "Các sở, ngành; UBND các xã"),
        ("Giao Thường trực HĐND xã tổ chức thực hiện.", "Thường trực HĐND xã"),
        ("Sở Tư pháp đề nghị các cơ quan, đơn vị nghiên cứu dự thảo.", "các cơ quan, đơn vị"),
        ("Các đơn vị trực thuộc Sở báo cáo kết quả.", "Các đơn vị trực thuộc Sở"),
        ("Ban hành văn bản chỉ đạo: thực hiện ngay.", None),
        ("Đối với các nội dung còn lại: thực hiện theo kế hoạch.", None),
        ("Trường hợp có vướng mắc, báo cáo về Sở.", None),
        ("Giao Phòng Quản lý dịch bệnh chủ trì thực hiện các nhiệm vụ sau:\n1. Lấy mẫu",
         "Phòng Quản lý dịch bệnh"),
        ("Giao Sở Xây dựng dặm-vá mặt đường, bảo đảm xong trước ngày 10/7.", None),
        ("Về kinh phí: đồng ý, giao Sở Tài chính thẩm định.", "Sở Tài chính"),
        ("Chủ các điểm cung cấp dịch vụ\nNiêm yết nội quy", "Chủ các điểm cung cấp dịch vụ"),
        ("Văn phòng Sở là đầu mối tổng hợp.", "Văn phòng Sở"),
        ("Trung tâm Dịch vụ tổng hợp: viết 08 tin, bài.", "Trung tâm Dịch vụ tổng hợp"),
        ("Sở Y tế chủ trì, tổng hợp: số liệu các xã.", "Sở Y tế"),
        ("Các đơn vị báo cáo\n- Số ca mắc", "Các đơn vị"),
        ("Các trường dân lập và công lập\na) Rà soát", "Các trường dân lập và công lập"),
        ("Công đoàn cơ sở: gửi danh sách.", "Công đoàn cơ sở"),
        ("Ban Quản lý dự án đầu tư xây dựng tỉnh:\n- Lập tiến độ;",
         "Ban Quản lý dự án đầu tư xây dựng tỉnh"),
        ("Lãnh đạo thành công cuộc bầu cử đại biểu Quốc hội.", None),
        ("Giao Sở Tài chính cân đối nguồn vốn.", "Sở Tài chính"),
        ("Đề nghị các xã chưa gửi báo cáo khẩn trương hoàn thành.", None),
        ("Cục Công nghệ gửi dự thảo Thông tư và đề nghị các sở nghiên cứu.", "các sở"),
    ],
)  # fmt: skip
def test_whom_a_task_names(task, group):
    assert group_of(task) == group


OFFICES = """\
{offices}
Số: {number}
{about}
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
{dated}
{kind}
"""


def headed(
    offices="SỞ Y TẾ", number="12/SYT", about="", dated="Hà Châu, ngày 20 tháng 5 năm 2025", kind=""
):
    head = OFFICES.format(offices=offices, number=number, about=about, dated=dated, kind=kind)
    return read("Các đơn vị báo cáo trước ngày 30/5/2025.", head=head)


@pytest.mark.parametrize(
    ("offices", "superior", "issuer"),
    [
        ("CHỦ TỊCH\nỦY BAN NHÂN DÂN TỈNH A", None, "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH A"),
        ("ỦY BAN NHÂN DÂN\nPHƯỜNG AN KHÁNH", None, "ỦY BAN NHÂN DÂN PHƯỜNG AN KHÁNH"),
        ("ĐẢNG BỘ PHƯỜNG A\nCHI ỦY CHI BỘ 6", "ĐẢNG BỘ PHƯỜNG A", "CHI ỦY CHI BỘ 6"),
        ("TRUNG ƯƠNG HỘI B\nTỈNH HỘI A", "TRUNG ƯƠNG HỘI B", "TỈNH HỘI A"),
        ("LIÊN ĐOÀN LAO ĐỘNG TỈNH A\nCÔNG ĐOÀN VIÊN CHỨC TỈNH", "LIÊN ĐOÀN LAO ĐỘNG TỈNH A",
         "CÔNG ĐOÀN VIÊN CHỨC TỈNH"),
    ],
)  # fmt: skip
def test_offices_in_the_head(offices, superior, issuer):
    letter = headed(offices)
    assert (letter.superior, letter.issuer) == (superior, issuer)


def test_place_before_an_hour_without_a_comma():
    letter = headed(dated="Hà Châu, hồi 14 giờ 30 ngày 20 tháng 8 năm 2026")
    assert (letter.place, letter.issued_on) == ("Hà Châu", date(2026, 8, 20))


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("KẾ HOẠCH PHỐI HỢP\nTuyên truyền an toàn giao thông",
         "Tuyên truyền an toàn giao thông"),
        ("HƯỚNG DẪN\ntuyên truyền Ngày thành lập Đảng Cộng sản Việt Nam\n(03/02/1930)",
         "tuyên truyền Ngày thành lập Đảng Cộng sản Việt Nam (03/02/1930)"),
    ],
)  # fmt: skip
def test_subjects_below_a_kind(kind, subject):
    assert headed(kind=kind).subject == subject


def test_a_remark_goes_on_with_a_double_spaced_subject():
    about = "V/v đôn đốc báo cáo\n\n(lần 2)"
    assert headed(about=about, kind="Kính gửi: Các xã.").subject == "đôn đốc báo cáo (lần 2)"


def test_the_region_is_part_of_a_symbol():
    assert headed(number="336/KBKV.XXI-KTNN").symbol == "KBKV.XXI-KTNN"


def test_a_wrapped_paragraph_below_the_subject_begins_the_body():
    kind = "CHỈ THỊ\nVề việc phòng cháy\n\nTừ ngày 15/11/2024, đã xảy ra 07 vụ. Chấp hành Công điện"
    letter = headed(kind=f"{kind}\nsố 218/CĐ-TTg ngày 28/11/2024, Chủ tịch chỉ thị:")
    assert [reference.code for reference in letter.references] == ["218/CĐ-TTg"]


def test_an_item_may_begin_with_a_number_and_a_line_with_a_code():
    letter = read(
        "Sở Y tế đề nghị:\n1. 33 xã, phường chưa báo cáo khẩn trương gửi báo cáo theo Công văn số\n"
        "21/BV-QLCL ngày 02/5/2025.\n2. Các xã còn lại rà soát số liệu."
    )
    assert starts(letter) == ["33 xã, phường", "Các xã còn"]
    letter = read(
        "Sở Y tế đề nghị:\n- Các khoa gửi báo cáo theo Công văn số\n21/BV-QLCL ngày 02/5/2025.\n"
        "- Các phòng rà soát số liệu."
    )
    assert [task.sub_items for task in letter.tasks] == [(), ()]


def test_those_invited_end_where_it_is_said_to_what():
    letter = read("Thời gian: ngày 20/6/2025.", head="Kính mời: Các trưởng thôn\nTham dự kỳ họp")
    assert letter.addressees == ("Các trưởng thôn",)


@pytest.mark.parametrize("name", ["K' Văn Brếu", "Y Khăm Niê"])
def test_one_letter_may_stand_alone_in_a_name(name):
    foot = f"Nơi nhận:\n- Như trên;\n- Lưu VP./.\n\nCHỦ TỊCH\n\n{name}"
    letter = read("Các xã báo cáo.", foot=foot)
    assert letter.signatory == Signatory(name, "CHỦ TỊCH", None)
    assert letter.recipients == ("Như trên", "Lưu VP")


def test_a_request_ends_with_its_paragraph():
    letter = read(
        "Sở Y tế đề nghị các xã phun hóa chất.\n\nNăm 2024, có 12 ổ dịch.\n\n"
        "Đề nghị các trường báo cáo.\n\nSở Y tế xin thông báo."
    )
    assert [task.text for task in letter.tasks] == [
        "Sở Y tế đề nghị các xã phun hóa chất.", "Đề nghị các trường báo cáo.",
    ]  # fmt: skip
