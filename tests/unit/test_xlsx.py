"""The report's file, opened again as a reader would, and the values that could do harm in it."""

import io
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from bot.domain.acknowledgements import Standing
from bot.domain.reach import Reach
from bot.domain.states import AcknowledgeBy, ArticleState, AssignmentState, Part, ReceiptState
from bot.reports.numbers import DirectiveNumbers, UnitState, Work
from bot.reports.sheet import DATE_FORMAT, LINK_LIMIT, TEXT_LIMIT, link_target, safe_text
from bot.reports.xlsx import directive_workbook
from bot.storage.articles import ArticleLine
from bot.storage.assignments import TaskState
from bot.storage.chases import Chased
from bot.storage.receipts import Receipt
from bot.storage.reminder_lines import NotReminded
from bot.storage.tables import Directive, Task
from bot.texts import texts

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2023, 1, 16, 1, 30, tzinfo=UTC)
DEADLINE = datetime(2023, 1, 13, 10, tzinfo=UTC)  # 17:00 in Hanoi
LATER = datetime(2023, 1, 20, 10, tzinfo=UTC)
NOTHING = Work(0, 0, 0, 0)
CHASED = Chased(7, "Trần Thị Mai", LATER, 2)
TWICE = "2 lần, gần nhất 17:00 20/01/2023 – Trần Thị Mai"
OFFICE = "Sở Thông tin và Truyền thông"

FORMULAS = (
    '=HYPERLINK("http://evil.test","x")',
    "=1+1",
    "+84 912 345 678",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "#N/A",
    "\t=1+1",
)


def clock(*parts):
    """What Excel holds: a moment without a zone."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)


def task(position, *, deadline=DEADLINE):
    return Task(
        id=position,
        directive_id=1,
        position=position,
        text=f"Toàn văn nội dung {position}",
        short_title=f"Tuyên truyền nội dung {position}",
        deadline_at=deadline,
        expected_articles=1,
        period="",
    )


def task_state(
    of, *, state=AssignmentState.OPEN, submitted_at=None, articles=0, unit=1, part=Part.LEAD
):
    return TaskState(
        assignment_id=100 * unit + of.position,
        addressee_id=unit,
        task_id=of.id,
        position=of.position,
        short_title=of.short_title,
        text=of.text,
        deadline_at=of.deadline_at,
        expected=of.expected_articles,
        state=state,
        submitted_at=submitted_at,
        articles=articles,
        part=part,
    )


def unit(number, *tasks, name=None, receipt=None, reach=Reach.SENT, chased=None):
    return UnitState(
        addressee_id=number,
        unit_name=name or f"Đơn vị {number}",
        reach=reach,
        standing=Standing(AcknowledgeBy.ANY, {}, (receipt,) if receipt else ()),
        state=ReceiptState.ACKNOWLEDGED if receipt else ReceiptState.SILENT,
        tasks=tuple(tasks),
        chased=chased,
    )


def receipt_of(number, *, at=NOW, name="Nguyễn Văn A"):
    return Receipt(addressee_id=number, version=1, person_id=7, person_name=name, at=at)


def numbers_of(*units, tasks=(), work=NOTHING, **directive):
    fields = {
        "number": "12",
        "symbol": "STTTT-TTBCXB",
        "issued_on": date(2023, 1, 6),
        "subject": "tuyên truyền dịp Tết Nguyên đán",
    } | directive
    return DirectiveNumbers(
        directive=Directive(id=1, **fields),
        tasks=tuple(tasks),
        units=units,
        work=work,
        not_reminded=NotReminded(0, 0),
        at=NOW,
    )


def article(url, **fields):
    values = {
        "addressee_id": 1,
        "unit_name": "Báo Yên Bái",
        "task_position": 1,
        "task_title": "Tuyên truyền nội dung 1",
        "url": url,
        "state": ArticleState.RECORDED,
        "person_name": "Trần Thị B",
        "submitted_at": datetime(2023, 1, 12, 2, 5, 9, 123456, tzinfo=UTC),
        "deadline_at": DEADLINE,
    } | fields
    return ArticleLine(**values)


def opened(numbers, articles=(), *, language="vi", zone=HANOI, office=OFFICE):
    file = directive_workbook(numbers, articles, texts=texts(language), zone=zone, office=office)
    return load_workbook(io.BytesIO(file))


def table(sheet):
    """The rows under the repeated head, as values."""
    first = int(sheet.print_title_rows.rpartition("$")[2]) + 1
    return [list(row) for row in sheet.iter_rows(min_row=first, values_only=True)]


def find(sheet, value):
    """The one cell that holds it."""
    (cell,) = [cell for row in sheet.iter_rows() for cell in row if cell.value == value]
    return cell


def all_cells(workbook):
    return [cell for sheet in workbook for row in sheet.iter_rows() for cell in row]


@pytest.fixture
def two_tasks():
    return task(1), task(2, deadline=None)


@pytest.fixture
def workbook(two_tasks):
    first, second = two_tasks
    done = {"state": AssignmentState.SUBMITTED, "articles": 2}
    return opened(
        numbers_of(
            unit(
                1,
                task_state(first, **done, submitted_at=DEADLINE - timedelta(hours=1)),
                task_state(second, **done, submitted_at=NOW),
                name="Báo Yên Bái",
                receipt=receipt_of(1),
            ),
            unit(2, task_state(first, unit=2), reach=Reach.NOBODY, chased=CHASED),
            tasks=two_tasks,
            work=Work(2, 0, 0, 1),
        ),
        [article("https://baoyenbai.com.vn/12/tin.aspx")],
    )


def test_directive_workbook_has_the_three_sheets(workbook):
    assert workbook.sheetnames == ["Tổng hợp", "Chi tiết", "Chưa thực hiện"]


def test_directive_workbook_summary_has_a_row_per_unit_and_totals(workbook):
    rows = table(workbook["Tổng hợp"])

    assert rows[0] == [
        1,
        "Báo Yên Bái",
        clock(2023, 1, 16, 8, 30),
        "Nguyễn Văn A",
        2,
        "Hoàn thành đúng hạn",
        2,
        "Hoàn thành",
        4,
        None,
        None,
    ]
    assert rows[1] == [
        2,
        "Đơn vị 2",
        "Chưa xác nhận",
        None,
        0,
        "Chưa hoàn thành, quá hạn",
        None,  # the second task was not given to this unit
        None,
        0,
        TWICE,
        "Chưa có đầu mối trên hệ thống",
    ]
    assert rows[2][1:] == [
        "Tổng cộng",
        "1/2 đơn vị đã nhận",
        None,
        2,
        "1/2 hoàn thành",
        2,
        "1/1 hoàn thành",
        4,
        None,
        None,
    ]
    assert [row[0] for row in rows[4:]] == [
        "Nội dung 1: Tuyên truyền nội dung 1",
        "Nội dung 2: Tuyên truyền nội dung 2",
    ]


def test_directive_workbook_summary_says_which_paper_it_is(workbook):
    lines = [cell.value for cell in workbook["Tổng hợp"]["A"] if isinstance(cell.value, str)]

    assert lines[0] == "SỞ THÔNG TIN VÀ TRUYỀN THÔNG"
    assert "Văn bản số 12/STTTT-TTBCXB, ngày 06/01/2023" in lines
    assert "Trích yếu: tuyên truyền dịp Tết Nguyên đán" in lines
    assert (
        "Nhiệm vụ: hoàn thành 2 (đúng hạn 2, quá hạn 0); chưa hoàn thành 1 "
        "(trong hạn 0, quá hạn 1)."
    ) in lines


def test_directive_workbook_heads_name_each_task_and_its_deadline(workbook):
    sheet = workbook["Tổng hợp"]
    head = find(sheet, "Nội dung 1\nHạn: 17:00 13/01/2023")

    assert find(sheet, "Nội dung 2\nThường xuyên").row == head.row
    below = [sheet.cell(head.row + 1, head.column + step).value for step in range(4)]
    assert below == ["Tin, bài", "Trạng thái"] * 2


def test_directive_workbook_lists_what_is_not_done(workbook):
    assert table(workbook["Chưa thực hiện"]) == [
        [
            1,
            "Đơn vị 2",
            "1. Tuyên truyền nội dung 1",
            clock(2023, 1, 13, 17),
            "Chưa hoàn thành, quá hạn",
            "0/1",
            "Chưa nhận",
            TWICE,
        ]
    ]


def test_directive_workbook_lists_articles_with_real_links_and_dates(workbook):
    (row,) = table(workbook["Chi tiết"])

    assert row == [
        1,
        "Báo Yên Bái",
        "1. Tuyên truyền nội dung 1",
        "https://baoyenbai.com.vn/12/tin.aspx",
        clock(2023, 1, 12, 9, 5, 9),
        "Đúng hạn",
        "Trần Thị B",
    ]
    link = find(workbook["Chi tiết"], "https://baoyenbai.com.vn/12/tin.aspx")
    assert link.hyperlink.target == "https://baoyenbai.com.vn/12/tin.aspx"
    assert find(workbook["Chi tiết"], row[4]).number_format == DATE_FORMAT


@pytest.mark.parametrize("sheet", ["Tổng hợp", "Chi tiết", "Chưa thực hiện"])
def test_directive_workbook_names_the_zone_once_per_sheet(workbook, sheet):
    text = "\n".join(str(cell.value) for row in workbook[sheet].iter_rows() for cell in row)

    assert text.count("Asia/Ho_Chi_Minh (GMT+07:00)") == 1
    assert text.count("08:30 16/01/2023") == 1


@pytest.mark.parametrize(
    ("sheet", "head_rows"), [("Tổng hợp", 2), ("Chi tiết", 1), ("Chưa thực hiện", 1)]
)
def test_directive_workbook_prints_on_a4_landscape(workbook, sheet, head_rows):
    page = workbook[sheet]
    head = find(page, "STT").row

    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.oddFooter.center.text == "Trang &P/&N"
    assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (1, 0)
    assert page.print_title_rows == f"${head}:${head + head_rows - 1}"
    assert page.freeze_panes == f"C{head + head_rows}"


def test_directive_workbook_cells_of_tables_are_framed_wrapped_and_in_the_office_font(workbook):
    for sheet in workbook:
        first = find(sheet, "STT").row
        for row in sheet.iter_rows(min_row=first, max_row=first + 1):
            for cell in row:
                assert cell.border.bottom.style == "thin" or cell.coordinate in sheet.merged_cells
                if cell.value is not None:
                    assert (cell.font.name, cell.font.size) == ("Times New Roman", 12)
                    assert cell.alignment.wrap_text


@pytest.mark.parametrize("payload", FORMULAS)
def test_directive_workbook_with_a_formula_for_a_name_keeps_it_as_text(payload):
    one = task(1)
    one.short_title = payload
    named = unit(1, task_state(one), name=payload, receipt=receipt_of(1, name=payload))
    workbook = opened(
        numbers_of(named, tasks=[one], subject=payload, number=payload),
        [article(payload, unit_name=payload, task_title=payload, person_name=payload)],
        office=payload,
    )

    cells = all_cells(workbook)
    assert not [cell for cell in cells if cell.data_type in ("f", "e")]
    assert not [cell for cell in cells if cell.hyperlink]
    same = [cell for cell in cells if cell.value == payload]
    assert len(same) >= 6
    if payload[0] in "=+-@":
        assert all(cell.quotePrefix for cell in same)


def test_directive_workbook_with_control_characters_in_a_name_drops_them():
    named = unit(1, name="Báo\x00 Yên\x0b Bái\x1b\ud800\ufffe\u202e", receipt=receipt_of(1))
    workbook = opened(numbers_of(named), office="Sở\x07 X")

    assert table(workbook["Tổng hợp"])[0][1] == "Báo Yên Bái"
    assert workbook["Tổng hợp"]["A1"].value == "SỞ X"
    assert workbook.properties.creator == "Sở X"


def test_directive_workbook_of_an_empty_directive_says_so():
    workbook = opened(numbers_of())

    assert table(workbook["Tổng hợp"])[0][1:] == [
        "Tổng cộng",
        "0/0 đơn vị đã nhận",
        None,
        0,
        None,
        None,
    ]
    assert table(workbook["Chi tiết"])[0][0] == "Chưa có tin, bài nào được gửi."
    assert table(workbook["Chưa thực hiện"])[0][0] == "Không có nội dung nào chưa thực hiện."


def test_directive_workbook_of_many_units_agrees_with_the_numbers():
    tasks = [task(1), task(2, deadline=LATER), task(3), task(4, deadline=LATER)]
    late = {"state": AssignmentState.SUBMITTED, "submitted_at": NOW, "articles": 1}
    units = [
        unit(
            number,
            task_state(tasks[0], unit=number, **late),
            task_state(tasks[1], unit=number, **late),
            task_state(tasks[2], unit=number),
            task_state(tasks[3], unit=number),
            receipt=receipt_of(number) if number % 3 else None,
        )
        for number in range(1, 301)
    ]
    numbers = numbers_of(*units, tasks=tasks, work=Work(300, 300, 300, 300))
    articles = [article(f"https://tin{number}.vn/") for number in range(600)]
    workbook = opened(numbers, articles)

    rows = table(workbook["Tổng hợp"])
    assert [row[0] for row in rows[:300]] == list(range(1, 301))
    states = Counter(state for row in rows[:300] for state in row[5:12:2])
    assert states == {
        "Hoàn thành quá hạn": numbers.work.done_late,
        "Hoàn thành đúng hạn": numbers.work.done_on_time,
        "Chưa hoàn thành, quá hạn": numbers.work.open_overdue,
        "Chưa hoàn thành, trong hạn": numbers.work.open_in_time,
    }
    assert rows[300][2] == f"{numbers.acknowledged}/300 đơn vị đã nhận"
    assert rows[300][12] == numbers.articles == 600
    assert len(table(workbook["Chi tiết"])) == 600
    assert len(table(workbook["Chưa thực hiện"])) == 600


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": AssignmentState.ACCEPTED, "submitted_at": None}, "Hoàn thành đúng hạn"),
        ({"state": AssignmentState.ACCEPTED, "submitted_at": DEADLINE}, "Hoàn thành đúng hạn"),
        ({"state": AssignmentState.SUBMITTED, "submitted_at": NOW}, "Hoàn thành quá hạn"),
        ({"state": AssignmentState.NOT_APPLICABLE}, "Không áp dụng"),
        ({"state": AssignmentState.NOT_APPLICABLE, "part": Part.WATCH}, "Chỉ theo dõi"),
        ({"state": AssignmentState.CANCELLED, "part": Part.COOPERATE}, "Đã hủy (phối hợp)"),
        ({"state": AssignmentState.CANCELLED}, "Đã hủy"),
        ({"state": AssignmentState.OPEN}, "Chưa hoàn thành, quá hạn"),
    ],
)
def test_directive_workbook_says_the_state_of_each_task(fields, words):
    one = task(1)
    workbook = opened(numbers_of(unit(1, task_state(one, **fields)), tasks=[one]))

    assert table(workbook["Tổng hợp"])[0][5] == words


def test_directive_workbook_with_a_task_not_asked_of_a_unit_leaves_it_out_of_the_total():
    one = task(1)
    workbook = opened(
        numbers_of(
            unit(1, task_state(one, state=AssignmentState.NOT_APPLICABLE)),
            unit(2, task_state(one, unit=2)),
            tasks=[one],
        )
    )

    assert table(workbook["Tổng hợp"])[2][5] == "0/1 hoàn thành"
    assert [row[1] for row in table(workbook["Chưa thực hiện"])] == ["Đơn vị 2"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"submitted_at": DEADLINE}, "Đúng hạn"),
        ({"submitted_at": DEADLINE + timedelta(seconds=1)}, "Quá hạn"),
        ({"deadline_at": None}, "Không ấn định thời hạn"),
        ({"state": ArticleState.RETURNED}, "Đã trả lại, không tính"),
        ({"state": ArticleState.WITHDRAWN}, "Đã rút, không tính"),
    ],
)
def test_directive_workbook_says_whether_an_article_was_on_time(fields, words):
    workbook = opened(numbers_of(), [article("https://a.vn/", **fields)])

    assert table(workbook["Chi tiết"])[0][5] == words


@pytest.mark.parametrize(
    ("reach", "note"),
    [
        (Reach.NOBODY, "Chưa có đầu mối trên hệ thống"),
        (Reach.WAITING, "Thông báo đang chờ gửi"),
        (Reach.UNCERTAIN, "Chưa rõ thông báo đã đến hay chưa"),
        (Reach.FAILED, "Không gửi được thông báo"),
        (Reach.SENT, None),
    ],
)
def test_directive_workbook_notes_who_was_not_reached_unless_they_confirmed(reach, note):
    sent = numbers_of(unit(1, reach=reach), unit(2, reach=reach, receipt=receipt_of(2)))
    rows = table(opened(sent)["Tổng hợp"])

    assert (rows[0][-1], rows[1][-1]) == (note, None)


def test_directive_workbook_is_dated_by_the_numbers(workbook):
    assert workbook.properties.created == NOW.replace(tzinfo=None)


def test_directive_workbook_leaves_room_for_a_long_subject_but_not_the_whole_screen():
    heights = []
    for words in (1, 40, 4000):
        sheet = opened(numbers_of(subject="tuyên truyền " * words))["Tổng hợp"]
        row = next(cell.row for cell in sheet["A"] if str(cell.value).startswith("Trích yếu"))
        heights.append(sheet.row_dimensions[row].height)

    assert heights[0] < heights[1] <= heights[2] < 100


def test_directive_workbook_columns_with_dates_are_wide_enough_for_them(workbook):
    for sheet in workbook:
        dated = [
            cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, datetime)
        ]
        assert dated
        for cell in dated:  # where a date does not fit, Excel shows #### in its place
            assert sheet.column_dimensions[cell.column_letter].width >= len(DATE_FORMAT) + 2


def test_directive_workbook_without_number_and_day_does_not_invent_them():
    workbook = opened(numbers_of(number=None, issued_on=None))

    line = "Văn bản số (chưa cấp số)/STTTT-TTBCXB, ngày (chưa có ngày ban hành)"
    assert find(workbook["Tổng hợp"], line)


def test_directive_workbook_shows_moments_in_the_zone_asked_for():
    moment = datetime(2023, 1, 12, 23, 59, tzinfo=timezone(timedelta(hours=2)))
    workbook = opened(
        numbers_of(unit(1, receipt=receipt_of(1, at=moment))), zone=ZoneInfo("Asia/Tokyo")
    )

    assert table(workbook["Tổng hợp"])[0][2] == clock(2023, 1, 13, 6, 59)


def test_directive_workbook_in_english_is_english_throughout(two_tasks):
    workbook = opened(
        numbers_of(unit(1, task_state(two_tasks[0]), task_state(two_tasks[1])), tasks=two_tasks),
        language="en",
    )

    assert workbook.sheetnames == ["Summary", "Articles", "Not done"]
    rows = table(workbook["Not done"])
    assert [row[3] for row in rows] == [clock(2023, 1, 13, 17), "Ongoing"]
    assert [row[4] for row in rows] == ["Not completed, overdue", "Ongoing"]


@pytest.mark.parametrize("length", [TEXT_LIMIT, TEXT_LIMIT + 1])
@pytest.mark.parametrize("letter", ["ạ", "𝄞"])
def test_safe_text_keeps_to_the_limit_of_a_cell_in_utf16_units(letter, length):
    units = len(letter.encode("utf-16-le")) // 2
    text = letter * (length // units) + "x" * (length % units)
    kept = safe_text(text)

    assert len(kept.encode("utf-16-le")) // 2 <= TEXT_LIMIT
    assert (kept == text) == (length <= TEXT_LIMIT)
    assert kept.endswith("…") == (length > TEXT_LIMIT)


def test_safe_text_is_never_cut_inside_a_letter():
    kept = safe_text("x" + "𝄞" * TEXT_LIMIT)

    assert kept == "x" + "𝄞" * ((TEXT_LIMIT - 2) // 2) + "…"


@given(st.text())
def test_safe_text_of_anything_can_be_written_and_read_again(text):
    kept = safe_text(text)

    assert safe_text(kept) == kept
    assert not set(kept) & set(map(chr, [*range(9), *range(11, 32), 127]))
    kept.encode()


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://baoyenbai.com.vn/12/tin.aspx?a=1&b=2#c", None),
        ("http://yenbai.gov.vn:8080/", None),
        ("https://baoyenbai.com.vn/Tết 2023", "https://baoyenbai.com.vn/T%E1%BA%BFt%202023"),
        ("https://a.vn/%E1%BA%BF", None),
        ('https://a.vn/"><x', "https://a.vn/%22%3E%3Cx"),
        ("https://báo.vn/x", None),
    ],
)
def test_link_target_of_a_web_address_is_one_excel_can_open(url, target):
    assert link_target(url) == (target or url)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://a.vn/x",
        "mailto:a@b.vn",
        r"\\server\share",
        "//a.vn/x",
        "https:///x",
        "https://:80/x",
        "https://a.vn:99999/",
        "https://[::1/",
        "https://baoyenbai.com.vn@evil.test/",
        "https://a b.vn/",
        "không phải đường dẫn",
        "",
    ],
)
def test_link_target_of_anything_else_is_none(url):
    assert link_target(url) is None
    workbook = opened(numbers_of(), [article(url)])
    assert not [cell for cell in all_cells(workbook) if cell.hyperlink]
    assert table(workbook["Chi tiết"])[0][3] == (url or None)


def test_directive_workbook_shows_an_address_as_sent_and_links_it_encoded():
    workbook = opened(numbers_of(), [article("https://baoyenbai.com.vn/Tết")])

    link = find(workbook["Chi tiết"], "https://baoyenbai.com.vn/Tết")
    assert link.hyperlink.target == "https://baoyenbai.com.vn/T%E1%BA%BFt"


def test_link_target_keeps_to_the_longest_address_excel_takes():
    longest = "https://a.vn/".ljust(LINK_LIMIT, "x")

    assert link_target(longest) == longest
    assert link_target(longest + "x") is None
    assert link_target(longest[:-1] + "ế") is None  # too long once it is percent-encoded


def test_directive_workbook_beyond_the_links_of_a_sheet_writes_text(monkeypatch):
    monkeypatch.setattr("bot.reports.sheet.LINKS_PER_SHEET", 2)
    workbook = opened(numbers_of(), [article(f"https://a.vn/{number}") for number in range(4)])

    linked = [cell.value for cell in all_cells(workbook) if cell.hyperlink]
    assert linked == ["https://a.vn/0", "https://a.vn/1"]


def test_importing_the_module_does_not_load_openpyxl():
    code = "import sys, bot.reports.xlsx; sys.exit('openpyxl' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
