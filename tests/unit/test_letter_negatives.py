"""What only looks like a task or a deadline: nothing is read from it.

Each sample is a class of its own words: results, reasons, purposes, conditions, agendas, the times
of events. Beside them stand some in like words that do ask, so that leaving out all is no way out.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.letters.deadlines import find_deadlines
from bot.letters.parser import parse_letter
from scheduler.calendar import WorkingCalendar
from tests.unit.test_letter_shapes import FOOT, HEAD, starts

FILES = Path(__file__).parents[1] / "fixtures" / "letters"
NO_TASKS = [
    json.loads(line) for line in (FILES / "no-tasks.jsonl").read_text(encoding="utf-8").splitlines()
]
NO_DEADLINES = (FILES / "no-deadlines.txt").read_text(encoding="utf-8").splitlines()
VIETNAM = WorkingCalendar(ZoneInfo("Asia/Ho_Chi_Minh"))
ISSUED_ON = date(2026, 8, 24)


def quotes(text):
    found = find_deadlines(text, issued_on=ISSUED_ON, calendar=VIETNAM)
    return [deadline.quote for deadline in found]


@pytest.mark.parametrize("sample", NO_TASKS, ids=lambda sample: sample["what"])
def test_what_is_no_task(sample):
    assert starts(parse_letter(f"{HEAD}\n{sample['text']}\n{FOOT}")) == []


@pytest.mark.parametrize("sentence", NO_DEADLINES)
def test_what_is_no_deadline(sentence):
    assert quotes(sentence) == []


@pytest.mark.parametrize(
    ("body", "tasks"),
    [
        (
            "Trong quý II, Trung tâm đề nghị các đơn vị triển khai các nội dung sau:\n"
            "1. Tổ chức lớp tập huấn.\n2. Phát 320 lượt tin, bài.",
            ["Tổ chức", "Phát 320"],
        ),
        (
            "Giám đốc Sở kết luận như sau:\n1. Đánh giá chung: các đơn vị đã hoàn thành 15 việc.\n"
            "2. Về nhiệm vụ thời gian tới: Trung tâm Y tế xã rà soát hộ nghèo.\n"
            "3. Về đề nghị mua xe: thống nhất chủ trương, giao Văn phòng Sở tham mưu.\n"
            "4. Kỳ họp giao ban tiếp theo tổ chức vào ngày 15/7/2025.",
            ["Về nhiệm", "Về đề"],
        ),
        (
            "I. NỘI DUNG\n1. Quản lý hồ sơ điện tử.\n2. Bảo đảm an toàn thông tin.\n"
            "II. THỜI GIAN, ĐỊA ĐIỂM\n1. Thời gian: ngày 20/6/2025.\n2. Địa điểm: Hội trường Sở.\n"
            "III. TỔ CHỨC THỰC HIỆN\n1. Trung tâm Y tế cử cán bộ tham gia.\n"
            "2. Văn phòng Sở là đầu mối tổng hợp.",
            ["Trung tâm", "Văn phòng"],
        ),
        (
            "1. Năm 2024, trên địa bàn xảy ra 12 ổ dịch.\n2. Qua kiểm tra, phát hiện 03 vi phạm.\n"
            "3. Sở Y tế đề nghị các Trung tâm Y tế báo cáo trước ngày 30/5/2025.",
            ["Sở Y"],
        ),
        (
            "Sở Y tế đề nghị các đơn vị tuyên truyền các nội dung sau:\n1. Ý nghĩa của tháng hành"
            " động.\n2. Các mô hình hay.",
            ["Sở Y"],
        ),
        (
            "Thiệt hại đến ngày 19/5:\n1. Về nhà ở: 23 nhà tốc mái.\n2. Về lúa: 45 ha ngập.\n"
            "Sở Y tế yêu cầu:\n1. Trung tâm Y tế các huyện phun hóa chất.\n2. Báo cáo hằng ngày.",
            ["Trung tâm", "Báo cáo"],
        ),
        (
            "Sở Y tế đề nghị các đơn vị:\n1. Dự trữ thuốc.\n2. Tài liệu tải tại syt.example.\n"
            "3. Trong quá trình thực hiện, nếu có vướng mắc, đề nghị phản ánh về Sở.\n"
            "4. Công văn này thay thế Công văn số 12/SYT-NVY ngày 05/12/2024.",
            ["Dự trữ"],
        ),
        (
            "Sở Y tế yêu cầu các đơn vị sau gửi báo cáo trước ngày 30/5/2025:\n"
            "1. Trung tâm Y tế huyện A;\n2. Bệnh viện B.",
            ["Sở Y"],
        ),
        (
            "Sở Y tế yêu cầu:\n1. Trung tâm Y tế huyện A úp vật chứa nước có bọ gậy.\n"
            "2. Bệnh viện B xua đuổi muỗi.",
            ["Trung tâm", "Bệnh viện"],
        ),
        (
            "Sở Y tế đề nghị các đơn vị cử cán bộ dự tập huấn, gửi danh sách về Sở (liên hệ bà An,"
            " số 0900.000.001) trước ngày 30/5/2025.",
            ["Sở Y"],
        ),
        (
            "Điều 1. Công bố dịch như sau:\n1. Loại dịch: sởi.\n2. Vùng có dịch: xã Nà Hang.\n"
            "Điều 2. Các biện pháp chống dịch\n1. UBND xã Nà Hang tổ chức tiêm.\n"
            "Điều 3. Quyết định này có hiệu lực kể từ ngày ký.",
            ["Các biện"],
        ),
        (
            "Để kịp tổng hợp, trình Hội đồng thẩm định, Sở Y tế đề nghị các đơn vị gửi báo cáo.",
            ["Để kịp"],
        ),
    ],
)  # fmt: skip
def test_tasks_beside_them(body, tasks):
    letter = parse_letter(f"{HEAD}\n{body}\n{FOOT}")
    assert [" ".join(start.split()[:2]) for start in starts(letter)] == tasks


def test_only_requests_are_tasks_of_an_answer():
    answer = HEAD.replace("V/v phòng, chống dịch", "V/v trả lời kiến nghị")
    listed = "1. Thực hiện theo Thông tư số 40/2017/TT-BTC.\n2. Đề nghị Trung tâm Y tế rà soát."
    letter = parse_letter(f"{answer}\nSở Y tế có ý kiến như sau:\n{listed}\n{FOOT}")
    assert [task.text for task in letter.tasks] == ["Đề nghị Trung tâm Y tế rà soát."]
    assert letter.tasks[0].group == "Trung tâm Y tế"


@pytest.mark.parametrize(
    "sentence",
    [
        "Đăng ký dự Hội thi chậm nhất ngày 05/9/2026.",
        "Treo cờ Tổ quốc, băng rôn từ ngày 28/8/2026 đến hết ngày 03/9/2026.",
        "Nhận bài dự thi từ ngày 01/9/2026 đến hết ngày 30/9/2026.",
        "Tổ chức 02 lớp tập huấn trong quý IV/2026.",
        "Hoàn thiện kịch bản khai mạc, trình UBND tỉnh trong ngày 10/9/2026.",
        "Gửi về địa chỉ vp@so.example vào thứ Sáu hằng tuần.",
        "Phản ánh về Ban vào ngày 15 hằng tháng.",
        "Báo cáo kết quả trong thời hạn 15 ngày kể từ ngày kết thúc thanh tra.",
        "Trước ngày 15/9/2026, các đơn vị gửi danh sách về Sở.",
        "Thực hiện Kế hoạch số 12/KH-SYT, Sở Y tế đề nghị các xã báo cáo trước ngày 25/9/2026.",
        "Theo chỉ đạo tại Công văn số 12/SYT-NVY, đề nghị các xã báo cáo trước ngày 25/9/2026.",
        "Để kịp tổng hợp, báo cáo UBND tỉnh, Sở Y tế đề nghị các xã gửi trước ngày 5/9/2026.",
        "Theo phân công, các phòng hoàn thành minh chứng trước ngày 25/9/2026.",
        "Thông báo danh sách học sinh vi phạm về nhà trường trước ngày 05 hằng tháng.",
        "Tổ chức trực; thông tin cấp dự báo cháy đến các xã trước 16 giờ hằng ngày.",
        "Các xã báo cáo (gửi cả bản mềm trước ngày 25/9/2026).",
        "Báo cáo nhanh về Văn phòng trước 19h00 hôm nay (24/8).",
        "Xử lý dứt điểm, hoàn thành trước 10h ngày thứ Hai (31/8/2026).",
        "Báo cáo kết quả trong 10 ngày kể từ ngày hoàn thành.",
        "Báo cáo tiến độ chuẩn bị về Sở vào thứ Sáu hằng tuần.",
        "Phát thông báo trên loa tối thiểu 02 lần/ngày.",
    ],
)
def test_deadlines_beside_them(sentence):
    assert len(quotes(sentence)) == 1


def test_the_mark_of_an_item_begins_its_clause():
    text = "Ban Xây dựng Đảng\n2.1- Kiện toàn Nhóm của xã trong tháng 9/2026."
    assert quotes(text) == ["trong tháng 9/2026"]
    assert quotes("1. Cho học sinh nghỉ học từ ngày 25/8/2026 đến hết ngày 27/8/2026.") != []


def test_reports_and_what_stands_below_a_letter_have_no_deadlines():
    plan = "Các chi hội hoàn thành hồ sơ trước ngày 30/9/2026."
    assert quotes(f"Số: 38/BC-HPN\nBÁO CÁO\nKết quả công tác\n1. Phương hướng\n{plan}") == []
    assert quotes(f"TỜ TRÌNH\nV/v xin kinh phí\n{plan}") == []
    assert len(quotes(f"KẾ HOẠCH\nRà soát hồ sơ\n{plan}")) == 1
    annex = f"QUY CHẾ\nĐiều 1. {plan}"
    for foot in ("Nơi nhận:\n- Như trên.", "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH"):
        assert len(quotes(f"{plan}\n{foot}\nLê Văn An\n{annex}")) == 1


def test_sections_of_money_have_no_deadlines():
    money = "III. KINH PHÍ\nThanh quyết toán, báo cáo trước ngày 31/12/2026.\n"
    assert quotes(f"{money}IV. TỔ CHỨC\nBáo cáo trước ngày 30/9/2026.") == ["trước ngày 30/9/2026"]
    # Files lose spaces in headings too.
    assert quotes(money.replace("KINH PHÍ", "KINHPHÍ")) == []


def test_what_guests_are_asked_for_is_left_to_the_closing():
    head = HEAD.replace("V/v phòng, chống dịch", "GIẤY MỜI\nDự hội nghị")
    facts = "1. Thời gian: ngày 20/6/2025.\n2. Địa điểm: Hội trường Sở."
    asked = "đăng ký danh sách đại biểu trước ngày 10/6/2025."
    guests = parse_letter(f"{head}\n{facts}\nĐề nghị Quý cơ quan {asked}\n{FOOT}")
    assert (guests.tasks, guests.closing) == ((), f"Đề nghị Quý cơ quan {asked}")
    named = parse_letter(f"{head}\n{facts}\nĐề nghị các trường {asked}\n{FOOT}")
    assert ([task.group for task in named.tasks], named.closing) == (["các trường"], None)


@pytest.mark.parametrize(
    ("above", "asks"),
    [
        ("Sở Y tế định hướng một số nội dung tuyên truyền như sau:", True),
        ("III. NỘI DUNG PHỐI HỢP", True),
        ("Các hoạt động của Trung tâm:", False),
        ("Trung tâm Y tế Nậm Lành triển khai tại 12 thôn:", False),
    ],
)
def test_verbs_are_work_where_what_stands_above_guides(above, asks):
    listed = "1. Tuyên truyền về bệnh dại.\n2. Tổ chức tiêm phòng."
    assert bool(parse_letter(f"{HEAD}\n{above}\n{listed}\n{FOOT}").tasks) is asks


def test_goals_and_accounts_have_no_deadlines():
    goals = "I. MỤC TIÊU\n1. Đến hết tháng 9/2026, hoàn thành số hóa 80% hồ sơ.\n"
    duty = "II. NHIỆM VỤ\n1. Hoàn thành số hóa hồ sơ trước ngày 30/9/2026."
    assert quotes(goals + duty) == ["trước ngày 30/9/2026"]


def test_page_numbers_and_running_heads_are_no_part_of_a_task():
    head = "Hà Châu - Kế hoạch phòng dịch"
    body = f"Đề nghị các đơn vị:\n1. Giám sát ca bệnh.\n\n{head}\n2\n\n2. Diệt lăng quăng."
    letter = parse_letter(f"{HEAD}\n{body}\n\n{head}\n3\n\n3. Báo cáo.\n\n4\n\n{FOOT}")
    assert [task.text for task in letter.tasks] == [
        "Giám sát ca bệnh.", "Diệt lăng quăng.", "Báo cáo.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "above",
    [
        "Sở Y tế đề nghị các đơn vị quan tâm một số nội dung sau:",
        "Để chủ động ứng phó, các đơn vị cần thực hiện tốt các việc sau đây:",
        "Yêu cầu các đơn vị lưu ý một số điểm sau:",
        "Giám đốc Sở chỉ đạo:",
        "Sở Y tế phân công nhiệm vụ cụ thể như sau:",
        "Sở Y tế hướng dẫn các đơn vị thực hiện như sau:",
        "Đề nghị các đồng chí chỉ đạo thực hiện tốt một số nhiệm vụ trọng tâm sau.",
        "Sở Y tế khuyến cáo các cơ sở:",
        "Văn phòng thông báo ý kiến chỉ đạo của Chủ tịch UBND tỉnh như sau:",
        "II. NHIỆM VỤ VÀ GIẢI PHÁP",
        "III. NỘI DUNG THỰC HIỆN",
        "IV. PHÂN CÔNG TỔ CHỨC THỰC HIỆN",
        "IV. TRÁCH NHIỆM CỦA CÁC ĐƠN VỊ",
        "Nhiệm vụ trọng tâm tháng 6:",
    ],
)
def test_what_announces_work(above):
    listed = "1. Xua đuổi muỗi quanh khu vực chợ.\n2. Hun khói chuồng trại.\n3. Úp vật chứa nước."
    assert len(parse_letter(f"{HEAD}\n{above}\n{listed}\n{FOOT}").tasks) == 3


@pytest.mark.parametrize(
    "above",
    [
        "Kết quả đạt được như sau:",
        "Hội thi được tổ chức theo các nguyên tắc sau:",
        "Sở Y tế kiến nghị với Bộ Y tế:",
        "Trong tháng 5, các đơn vị đã làm được các việc sau:",
        "Thời gian tới, Công ty sẽ tiến hành các công việc sau:",
        "I. QUAN ĐIỂM, MỤC TIÊU",
        "V. TIẾN ĐỘ THỰC HIỆN",
        "II. CÁCH THỨC GỬI BÀI",
    ],
)
def test_what_announces_none(above):
    listed = "1. Tổ chức chu đáo, an toàn.\n2. Bảo đảm vệ sinh.\n3. Gửi báo cáo đúng hạn."
    assert parse_letter(f"{HEAD}\n{above}\n{listed}\n{FOOT}").tasks == ()
