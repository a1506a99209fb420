"""The articles as CSV: what spreadsheets would run, letters, line ends, the same columns."""

import csv
import io
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.article_numbers import ArticleClass, CountedArticle, Genre, Timing
from bot.domain.found import Finding, Found
from bot.domain.states import ArticleState
from bot.reports.article_report import ReportedArticle
from bot.reports.article_rows import COLUMNS
from bot.reports.articles_csv import articles_csv
from bot.reports.csv_lines import csv_line
from bot.storage.article_lines import ArticleLine
from bot.texts import texts

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2023, 1, 16, 1, 30, tzinfo=UTC)
COUNTED = CountedArticle(
    genre=Genre.ARTICLE,
    became=ArticleClass.ACCEPTED,
    submitted=Timing.ON_TIME,
    published=Timing.LATE,
)

DOUBTS = (Found(Finding.PUBLISHED_LATE, number=24 * 60),)


def article(**fields) -> ReportedArticle:
    values = {
        "article_id": 1,
        "addressee_id": 1,
        "unit_name": "Báo Yên Bái",
        "task_id": 1,
        "task_position": 2,
        "task_title": "Tuyên truyền",
        "url": "https://a.vn/1",
        "url_key": "a.vn/1",
        "state": ArticleState.ACCEPTED,
        "person_name": "An",
        "submitted_at": NOW,
        "page_title": "Tết",
        "published_on": date(2023, 1, 15),
    }
    return ReportedArticle(ArticleLine(**(values | fields)), COUNTED, DOUBTS)


def read(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def written(*articles: ReportedArticle, language: str = "vi") -> list[list[str]]:
    return read(articles_csv(articles, texts=texts(language), zone=HANOI, at=NOW))


def test_csv_has_the_columns_of_the_sheet():
    heads, row = written(article())
    say = texts("vi")
    assert [head.removesuffix(" (GMT+07:00)") for head in heads] == [say(key) for key in COLUMNS]
    assert sum("GMT+07:00" in head for head in heads) == 1
    assert row == [
        "1",
        "Báo Yên Bái",
        "2. Tuyên truyền",
        "Tết",
        "Tin, bài",
        "a.vn",
        "https://a.vn/1",
        "15/01/2023",
        "16/01/2023 08:30:00",
        "Đã chấp nhận",
        "Đăng quá hạn 01 ngày",
    ]


@pytest.mark.parametrize(
    "cell",
    [
        '=HYPERLINK("http://evil.test","x")',
        "=1+1",
        "+84 912 345 678",
        "-2+3+cmd|' /C calc'!A0",
        "@SUM(1+1)",
        "\t=1+1",
        "\r=1+1",
        "\ttab",
        "\rreturn",
        " =1+1",
        "\n=1+1",
        "\u00a0=1+1",
        "\x00=1+1",
        "\x0b\x1f=1+1",
        "\ufeff=1+1",
        "\u200b=1+1",
        "\u202e=1+1",
        "＝1+1",
        "＋1",
        "－1",
        "＠x",
    ],
)
def test_csv_keeps_what_looks_like_a_formula_as_text(cell: str):
    ((kept,),) = csv.reader(io.StringIO(csv_line([cell]), newline=""))
    assert kept.startswith("'")
    row = written(article(unit_name=cell, page_title=cell, url=cell, note=cell, site=cell))[1]
    assert all(row[place].startswith("'") for place in (1, 3, 5, 6))


@pytest.mark.parametrize("cell", ["Tết =1", "a+b", "2-3", "a@b.vn", "", "05", "'x"])
def test_csv_leaves_the_rest_as_it_is(cell: str):
    assert csv_line([cell, "x"]) == f"{cell},x\r\n"


@given(st.lists(st.text(max_size=30), min_size=1, max_size=4))
def test_csv_of_anything_is_one_row_without_control_characters(cells: list[str]):
    line = csv_line(cells)
    (row,) = csv.reader(io.StringIO(line, newline="")) if line.strip() else [[""]]
    assert len(row) == len(cells)
    assert not set("".join(row)) & {chr(code) for code in (*range(9), *range(11, 32), 127)}
    assert not any(cell.lstrip()[:1] in tuple("=+-@") and cell.lstrip() for cell in row)


def test_csv_keeps_commas_quotes_and_line_ends_within_a_cell():
    row = written(article(page_title='Một, "hai"\nba'))[1]
    assert row[3] == 'Một, "hai"\nba'


def test_csv_of_nothing_has_its_heads():
    assert len(written()) == 1
    assert written(language="en")[0][1] == "Unit"
