"""The report's file, opened again as a reader would, and the values that could do harm in it."""

import io
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from bot.domain.acknowledgements import Standing
from bot.domain.article_facts import TaskName
from bot.domain.article_numbers import (
    CountedArticle,
    Timing,
    class_of,
    genre_of,
)
from bot.domain.articles import EvidenceKind
from bot.domain.found import Finding, Found
from bot.domain.reach import Reach
from bot.domain.states import AcknowledgeBy, ArticleState, AssignmentState, Part, ReceiptState
from bot.reports.article_report import ArticleReport, ReportedArticle
from bot.reports.directive_report import DirectiveReport
from bot.reports.numbers import DirectiveNumbers, UnitState, Work
from bot.reports.paper import Letterhead
from bot.reports.sheet import (
    DATE_FORMAT,
    DAY_FORMAT,
    LINK_LIMIT,
    TEXT_LIMIT,
    link_target,
    safe_text,
)
from bot.reports.workbook import directive_workbook
from bot.storage.article_lines import ArticleLine
from bot.storage.assignments import TaskState
from bot.storage.chases import Chased
from bot.storage.journal import JournalKind, JournalLine
from bot.storage.receipts import Receipt
from bot.storage.recipient_groups import RecipientGroup
from bot.storage.reminder_counts import Reminded
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


GROUPS = {1: [RecipientGroup(1, "Các cơ quan báo chí", True, (0, 0, 1))]}


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


def article(url, *, counted=None, **fields):
    """As the report lists it, sent before its deadline unless something else is said."""
    line = ArticleLine(
        **{
            "article_id": 1,
            "addressee_id": 1,
            "unit_name": "Báo Yên Bái",
            "task_id": 1,
            "task_position": 1,
            "task_title": "Tuyên truyền nội dung 1",
            "url": url,
            "url_key": url.removeprefix("https://"),
            "state": ArticleState.RECORDED,
            "person_name": "Trần Thị B",
            "submitted_at": datetime(2023, 1, 12, 2, 5, 9, 123456, tzinfo=UTC),
            "deadline_at": DEADLINE,
        }
        | fields
    )
    values = {
        "genre": genre_of(line.kind, url_key=line.url_key, words=line.measure),
        "became": class_of(line.state, is_asked=line.is_asked),
        "submitted": Timing.LATE if line.submitted_at > DEADLINE else Timing.ON_TIME,
        "published": Timing.UNKNOWN,
    } | (counted or {})
    return ReportedArticle(line, CountedArticle(**values))


def report_of(numbers, articles=(), **more):
    return DirectiveReport(numbers, ArticleReport(tuple(articles)), **more)


def opened(numbers, articles=(), *, language="vi", zone=HANOI, office=OFFICE, superior="", **more):
    file = directive_workbook(
        report_of(numbers, articles, **more),
        texts=texts(language),
        zone=zone,
        letterhead=Letterhead(office, superior),
    )
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
        [
            article(
                "https://baoyenbai.com.vn/12/tin.aspx",
                page_title="Tết ở vùng cao",
                site="Báo Yên Bái điện tử",
                published_on=date(2023, 1, 11),
                note="gửi lại",
            )
        ],
        groups=GROUPS,
        reminded={201: Reminded(3, LATER)},
        journal=(
            JournalLine(
                at=NOW,
                kind=JournalKind.SENT_ARTICLE,
                addressee_id=1,
                who="Trần Thị B",
                position=1,
                what="https://baoyenbai.com.vn/12/tin.aspx",
            ),
        ),
    )


SHEETS = ["Tổng hợp", "Chi tiết", "Theo nhiệm vụ", "Chưa thực hiện", "Nhật ký"]


def test_directive_workbook_has_the_five_sheets(workbook):
    assert workbook.sheetnames == SHEETS


def test_directive_workbook_summary_has_a_row_per_unit_and_sums_by_group(workbook):
    assert table(workbook["Tổng hợp"]) == [
        ["Các cơ quan báo chí", *[None] * 15],
        [
            *(1, "Báo Yên Bái", "Các cơ quan báo chí", clock(2023, 1, 16, 8, 30)),
            *(1, 0, 0, 0, 0, 1, "1/0", 1, 0, 0, "2/2", None),
        ],
        [
            *(None, "Cộng: Các cơ quan báo chí", None, "1/1 đơn vị đã nhận"),
            *(1, 0, 0, 0, 0, 1, "1/0", 1, 0, 0, "2/2", None),
        ],
        ["Đơn vị ngoài các nhóm", *[None] * 15],
        [
            *(2, "Đơn vị 2", None, "Chưa xác nhận"),
            *(0, 0, 0, 0, 0, 0, "0/0", 0, 0, 0, "0/1"),
            f"Chưa có đầu mối trên hệ thống; Đã nhắc trực tiếp {TWICE}",
        ],
        [
            *(None, "Cộng: Đơn vị ngoài các nhóm", None, "0/1 đơn vị đã nhận"),
            *(0, 0, 0, 0, 0, 0, "0/0", 0, 0, 0, "0/1", None),
        ],
        [
            *(None, "Tổng cộng", None, "1/2 đơn vị đã nhận"),
            *(1, 0, 0, 0, 0, 1, "1/0", 1, 0, 0, "2/3", None),
        ],
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
    assert (
        "Tin, bài: 1 (gốc 1, đăng lại 0); chấp nhận 0, chờ duyệt 1; gửi quá hạn 0, "
        "đăng quá hạn 0; vướng 0. Đã trả lại 0 (không tính)."
    ) in lines


def test_directive_workbook_says_what_need_not_be_done_so_that_the_sums_add_up():
    one = "Không phát sinh hoặc không phải thực hiện (cơ quan đã đồng ý): 1 nhiệm vụ."
    for work, times in ((Work(12, 0, 31, 0, 1), 1), (Work(12, 0, 31, 0), 0)):
        lines = [cell.value for cell in opened(numbers_of(work=work))["Tổng hợp"]["A"]]
        assert lines.count(one) == times


def test_directive_workbook_names_the_office_above_if_it_is_known():
    sheet = opened(numbers_of(), superior="UBND tỉnh Yên Bái")["Tổng hợp"]

    assert [sheet["A1"].value, sheet["A2"].value] == ["UBND TỈNH YÊN BÁI", OFFICE.upper()]
    assert [sheet["E1"].value, sheet["E2"].value] == [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
    ]


def test_directive_workbook_tasks_stand_by_group_and_by_unit(workbook):
    sheet = workbook["Theo nhiệm vụ"]
    rows = table(sheet)

    head = [cell.value for cell in sheet[find(sheet, "Hạn hoàn thành").row]]
    assert head[-2:] == ["Các cơ quan báo chí", "Đơn vị ngoài các nhóm"]
    assert rows[:3] == [
        [1, "1. Tuyên truyền nội dung 1", clock(2023, 1, 13, 17), 2, 1, 0, 1, 2, 1, 0, 1, 0],
        [2, "2. Tuyên truyền nội dung 2", "Thường xuyên", 1, 1, 0, 1, 1, 0, 0, 0, 0],
        [None, "Tổng cộng", *[None] * 5, 3, 1, 0, 1, 0],
    ]
    matrix = [[cell for cell in row if cell is not None] for row in rows[5:]]
    assert matrix == [
        ["STT", "Đơn vị", "Nội dung 1\nHạn: 17:00 13/01/2023", "Nội dung 2\nThường xuyên"],
        [1, "Báo Yên Bái", "2/1\nHoàn thành đúng hạn\nChấp nhận 0", "2/1\nHoàn thành"],
        [2, "Đơn vị 2", "0/1\nChưa hoàn thành, quá hạn"],  # the second task was not given to it
    ]


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
            3,
            clock(2023, 1, 20, 17),
            TWICE,
        ]
    ]


def test_directive_workbook_lists_articles_with_real_links_and_dates(workbook):
    (row,) = table(workbook["Chi tiết"])

    link = "https://baoyenbai.com.vn/12/tin.aspx"
    assert row == [
        1,
        "Báo Yên Bái",
        "1. Tuyên truyền nội dung 1",
        "Tết ở vùng cao",
        "Tin, bài",
        "Báo Yên Bái điện tử",
        link,
        clock(2023, 1, 11),
        clock(2023, 1, 12, 9, 5, 9),
        "Chờ duyệt",
        "gửi lại",
    ]
    assert find(workbook["Chi tiết"], link).hyperlink.target == link
    assert find(workbook["Chi tiết"], row[7]).number_format == DAY_FORMAT
    assert find(workbook["Chi tiết"], row[8]).number_format == DATE_FORMAT


def test_directive_workbook_journal_says_what_went_to_and_fro(workbook):
    assert table(workbook["Nhật ký"]) == [
        [
            1,
            "Báo Yên Bái",
            clock(2023, 1, 16, 8, 30),
            "Đơn vị gửi tin, bài",
            "Trần Thị B",
            "1",
            "https://baoyenbai.com.vn/12/tin.aspx",
        ]
    ]


def test_directive_workbook_says_that_the_journal_is_cut():
    line = JournalLine(at=NOW, kind=JournalKind.CONFIRMED, addressee_id=1, who="A")
    sheet = opened(numbers_of(), journal=(line,) * 2, is_cut=True)["Nhật ký"]

    assert find(sheet, "Nhật ký dài: tại đây chỉ có 2 dòng mới nhất.")


@pytest.mark.parametrize("sheet", SHEETS)
def test_directive_workbook_names_the_zone_once_per_sheet(workbook, sheet):
    text = "\n".join(str(cell.value) for row in workbook[sheet].iter_rows() for cell in row)

    assert text.count("Asia/Ho_Chi_Minh (GMT+07:00)") == 1
    assert text.count("Số liệu đến 08:30 16/01/2023") == 1


@pytest.mark.parametrize("sheet", SHEETS)
def test_directive_workbook_prints_on_a4_landscape(workbook, sheet):
    page = workbook[sheet]
    head = next(row[0].row for row in page.iter_rows() if row[0].value == "STT")

    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.oddFooter.center.text == "Trang &P/&N"
    assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (1, 0)
    assert page.print_title_rows == f"${head}:${head}"
    assert page.freeze_panes == f"C{head + 1}"


def test_directive_workbook_cells_of_tables_are_framed_wrapped_and_in_the_office_font(workbook):
    for sheet in workbook:
        first = int(sheet.print_title_rows.rpartition("$")[2])
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
    evil = article(payload, unit_name=payload, page_title=payload, site=payload, note=payload)
    workbook = opened(
        numbers_of(named, tasks=[one], subject=payload, number=payload),
        [evil],
        office=payload,
        superior=payload,
        groups={1: [RecipientGroup(1, payload, True, (0, 0, 1))]},
        journal=[
            JournalLine(
                at=NOW, kind=JournalKind.SENT_ARTICLE, addressee_id=1, who=payload, what=payload
            )
        ],
    )

    cells = all_cells(workbook)
    assert not [cell for cell in cells if cell.data_type in ("f", "e")]
    assert not [cell for cell in cells if cell.hyperlink]
    same = [cell for cell in cells if cell.value == payload]
    assert len(same) >= 12
    if payload[0] in "=+-@":
        assert all(cell.quotePrefix for cell in same)


def test_directive_workbook_with_control_characters_in_a_name_drops_them():
    named = unit(1, name="Báo\x00 Yên\x0b Bái\x1b\ud800\ufffe\u202e", receipt=receipt_of(1))
    workbook = opened(numbers_of(named), office="Sở\x07 X")

    assert table(workbook["Tổng hợp"])[1][1] == "Báo Yên Bái"
    assert workbook["Tổng hợp"]["A1"].value == "SỞ X"
    assert workbook.properties.creator == "Sở X"


def test_directive_workbook_of_an_empty_directive_says_so():
    workbook = opened(numbers_of())

    (total,) = table(workbook["Tổng hợp"])
    assert total[1:4] == ["Tổng cộng", None, "0/0 đơn vị đã nhận"]
    assert total[4:15] == [0, 0, 0, 0, 0, 0, "0/0", 0, 0, 0, "0/0"]
    assert table(workbook["Chi tiết"])[0][0] == "Chưa có tin, bài nào được gửi."
    assert table(workbook["Chưa thực hiện"])[0][0] == "Không có nội dung nào chưa thực hiện."
    assert table(workbook["Nhật ký"])[0][0] == "Chưa gửi, nhận gì."


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
    articles = [
        article(f"https://tin{number}.vn/", addressee_id=1 + number % 300, task_id=1 + number % 2)
        for number in range(600)
    ]
    groups = {
        number: [RecipientGroup(number % 3, f"Nhóm {number % 3}", True, (0, number % 3, 0))]
        for number in range(1, 301)
    }
    workbook = opened(numbers, articles, groups=groups)

    rows = table(workbook["Tổng hợp"])
    assert [row[0] for row in rows if isinstance(row[0], int)] == list(range(1, 301))
    subtotals = [row for row in rows if str(row[1]).startswith("Cộng: ")]
    assert [row[1] for row in subtotals] == [f"Cộng: Nhóm {number}" for number in range(3)]
    total = rows[-1]
    assert total[3] == f"{numbers.acknowledged}/300 đơn vị đã nhận"
    assert [sum(row[place] for row in subtotals) for place in (4, 9, 11)] == [600] * 3
    assert [total[place] for place in (4, 9, 11, 14)] == [600, 600, 600, "600/1200"]
    assert len(table(workbook["Chi tiết"])) == 600
    assert len(table(workbook["Chưa thực hiện"])) == 600
    by_task = table(workbook["Theo nhiệm vụ"])
    states = Counter(
        cell.split("\n")[1] for row in by_task[8:] for cell in row[2:] if cell is not None
    )
    assert states == {
        "Hoàn thành quá hạn": numbers.work.done_late,
        "Hoàn thành đúng hạn": numbers.work.done_on_time,
        "Chưa hoàn thành, quá hạn": numbers.work.open_overdue,
        "Chưa hoàn thành, trong hạn": numbers.work.open_in_time,
    }
    assert [row[8:] for row in by_task[:2]] == [[300, 0, 100, 100, 100]] * 2
    assert by_task[4][8:] == [600, 0, 200, 200, 200]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": AssignmentState.ACCEPTED, "submitted_at": None}, "Hoàn thành đúng hạn"),
        ({"state": AssignmentState.ACCEPTED, "submitted_at": DEADLINE}, "Hoàn thành đúng hạn"),
        ({"state": AssignmentState.SUBMITTED, "submitted_at": NOW}, "Hoàn thành quá hạn"),
        ({"state": AssignmentState.NOT_APPLICABLE}, "Không phải thực hiện"),
        ({"state": AssignmentState.NOT_APPLICABLE, "part": Part.WATCH}, "Chỉ theo dõi"),
        ({"state": AssignmentState.CANCELLED, "part": Part.COOPERATE}, "Đã hủy (phối hợp)"),
        ({"state": AssignmentState.CANCELLED}, "Đã hủy"),
        ({"state": AssignmentState.OPEN}, "Chưa hoàn thành, quá hạn"),
    ],
)
def test_directive_workbook_says_the_state_of_each_task(fields, words):
    one = task(1)
    workbook = opened(numbers_of(unit(1, task_state(one, **fields)), tasks=[one]))

    assert table(workbook["Theo nhiệm vụ"])[5][2] == f"0/1\n{words}"


def test_directive_workbook_with_a_task_not_asked_of_a_unit_leaves_it_out_of_the_total():
    one = task(1)
    workbook = opened(
        numbers_of(
            unit(1, task_state(one, state=AssignmentState.NOT_APPLICABLE)),
            unit(2, task_state(one, unit=2)),
            tasks=[one],
        )
    )

    assert table(workbook["Tổng hợp"])[-1][14] == "0/1"
    assert table(workbook["Theo nhiệm vụ"])[0][3:8] == [1, 0, 0, 0, 1]
    assert [row[1] for row in table(workbook["Chưa thực hiện"])] == ["Đơn vị 2"]


@pytest.mark.parametrize(
    ("fields", "doubts", "words"),
    [
        ({"state": ArticleState.ACCEPTED}, (), ["Đã chấp nhận", None]),
        (
            {"by_office": True},
            (Found(Finding.PAGE_SOFT404), Found(Finding.SUBMITTED_LATE, number=150)),
            [
                "Chờ duyệt",
                "Trang báo không có bài này; Gửi quá hạn 02 giờ; Cơ quan nhập thay đơn vị",
            ],
        ),
        (
            {},
            (
                Found(Finding.BEFORE_DIRECTIVE, at=DEADLINE),
                Found(Finding.LINK_OTHER_UNIT, 3, "Đài <YB>", task=TaskName(1, 2)),
            ),
            [
                "Chờ duyệt",
                "Đăng ngày 13/01/2023, trước khi có công văn; "
                "Trùng với bài của Đài <YB> (nội dung 2)",
            ],
        ),
        ({"by_office": True}, (), ["Chờ duyệt", "Cơ quan nhập thay đơn vị"]),
        (
            {"state": ArticleState.RETURNED, "reason": "Sai đường dẫn"},
            (),
            ["Đã trả lại, không tính", "Lý do trả lại: Sai đường dẫn"],
        ),
        ({"state": ArticleState.WITHDRAWN}, (), ["Đã rút, không tính", None]),
        ({"is_asked": False}, (), ["Nhiệm vụ đã bỏ, không tính", None]),
    ],
)
def test_directive_workbook_says_what_became_of_an_article(fields, doubts, words):
    found = replace(article("https://a.vn/", **fields), doubts=doubts)
    workbook = opened(numbers_of(), [found])

    assert table(workbook["Chi tiết"])[0][9:] == words


@pytest.mark.parametrize(
    ("fields", "title", "place"),
    [
        ({"given_title": "Một", "page_title": "Hai"}, "Một", "a.vn"),
        ({"page_title": "Hai", "site": "Trang A"}, "Hai", "Trang A"),
        ({"kind": EvidenceKind.PHOTO, "file_name": "anh.jpg"}, "anh.jpg", None),
        (
            {"kind": EvidenceKind.QUANTITY, "amount": 30, "measure": "lượt xe"},
            "30 lượt xe",
            None,
        ),
    ],
)
def test_directive_workbook_says_what_was_published_where(fields, title, place):
    row = table(opened(numbers_of(), [article("https://a.vn/1", **fields)])["Chi tiết"])[0]

    assert (row[3], row[5]) == (title, place)


def test_directive_workbook_sums_quantities_of_a_unit_that_count():
    given = {"kind": EvidenceKind.QUANTITY, "measure": "lượt xe"}
    articles = [
        article("", amount=30, **given),
        article("", amount=5, **given),
        article("", amount=100, state=ArticleState.RETURNED, **given),
    ]
    workbook = opened(numbers_of(unit(1, receipt=receipt_of(1))), articles)

    row = table(workbook["Tổng hợp"])[1]
    assert (row[8], row[9], row[-1]) == (2, 2, "35 lượt xe")


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
    work = task_state(task(1))
    sent = numbers_of(unit(1, work, reach=reach), unit(2, reach=reach, receipt=receipt_of(2)))
    rows = table(opened(sent)["Tổng hợp"])

    assert (rows[1][-1], rows[2][-1]) == (note, None)


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
            width = sheet.column_dimensions[cell.column_letter].width
            assert width >= len(cell.number_format) + 2


def test_directive_workbook_without_number_and_day_does_not_invent_them():
    workbook = opened(numbers_of(number=None, issued_on=None))

    line = "Văn bản số (chưa cấp số)/STTTT-TTBCXB, ngày (chưa có ngày ban hành)"
    assert find(workbook["Tổng hợp"], line)


def test_directive_workbook_shows_moments_in_the_zone_asked_for():
    moment = datetime(2023, 1, 12, 23, 59, tzinfo=timezone(timedelta(hours=2)))
    workbook = opened(
        numbers_of(unit(1, receipt=receipt_of(1, at=moment))), zone=ZoneInfo("Asia/Tokyo")
    )

    assert table(workbook["Tổng hợp"])[1][3] == clock(2023, 1, 13, 6, 59)


def test_directive_workbook_in_english_is_english_throughout(two_tasks):
    workbook = opened(
        numbers_of(unit(1, task_state(two_tasks[0]), task_state(two_tasks[1])), tasks=two_tasks),
        language="en",
    )

    assert workbook.sheetnames == ["Summary", "Articles", "By task", "Not done", "Journal"]
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
    assert table(workbook["Chi tiết"])[0][6] == (url or None)


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
    code = "import sys, bot.reports.workbook; sys.exit('openpyxl' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
