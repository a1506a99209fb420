"""What was noticed about an article, in words."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.delivery.render import Writer
from bot.delivery.render_findings import lines, mark
from bot.domain.article_facts import TaskName
from bot.domain.findings import Finding, Found, for_unit
from bot.texts import LANGUAGES, texts
from bot.texts.moments import Moments

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2023, 1, 13, 17, 0, tzinfo=ZONE)
TASK = TaskName(1, 2)
LONG = "Ủy ban nhân dân xã " * 20


def writer(language: str = "vi") -> Writer:
    says = texts(language)
    return Writer(says, Moments(says, ZONE), NOW)


def said(*found: Found, language: str = "vi") -> list[str]:
    return lines(found, writer(language))


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (Found(Finding.SUBMITTED_LATE, number=1), "Gửi quá hạn 01 phút"),
        (Found(Finding.SUBMITTED_LATE, number=59), "Gửi quá hạn 59 phút"),
        (Found(Finding.SUBMITTED_LATE, number=60), "Gửi quá hạn 01 giờ"),
        (Found(Finding.PUBLISHED_LATE, number=24 * 60 - 1), "Đăng quá hạn 23 giờ"),
        (Found(Finding.PUBLISHED_LATE, number=24 * 60), "Đăng quá hạn 01 ngày"),
        (
            Found(Finding.BEFORE_DIRECTIVE, at=NOW.replace(hour=0)),
            "Đăng ngày 13/01/2023, trước khi có công văn",
        ),
        (
            Found(Finding.SITE_OF_OTHER_UNIT, unit_name="Báo <Yên Bái>"),
            "Đăng trên trang của Báo &lt;Yên Bái&gt;",
        ),
        (
            Found(Finding.LINK_OTHER_TASK, 3, number=1, task=TaskName(1, 2, "2023-01")),
            "Trùng với bài khác của đơn vị (nội dung 2 (tháng 01/2023))",
        ),
        (
            Found(Finding.LINK_OTHER_UNIT, 3, "Báo Yên Bái", number=4, task=TASK),
            "Trùng với bài của Báo Yên Bái (nội dung 2) và 03 bài khác",
        ),
        (
            Found(Finding.REPOST, 3, "Báo Yên Bái", task=TaskName(2, 1, "", "15/STTTT")),
            "Có thể đăng lại bài của Báo Yên Bái (nội dung 1, công văn số 15/STTTT)",
        ),
    ],
)
def test_findings_are_told_in_short_sentences(found: Found, sentence: str):
    assert sentence in said(found)


def test_what_must_be_looked_at_stands_first_and_the_rest_on_one_line():
    found = [Found(Finding.OWN_SITE), Found(Finding.NO_DATE), Found(Finding.SUBMITTED_ON_TIME),
             Found(Finding.NO_TITLE)]  # fmt: skip
    assert said(*found) == [
        "Chưa rõ ngày đăng",
        "Chưa có tiêu đề",
        "Trên trang của đơn vị · Gửi đúng hạn",
    ]
    assert said(*found[:1]) == ["Trên trang của đơn vị"]
    assert said() == []


def test_a_unit_reads_of_others_that_there_are_some():
    found = for_unit(
        [
            Found(Finding.SITE_OF_OTHER_UNIT, unit_name="Báo Yên Bái"),
            Found(Finding.LINK_OTHER_UNIT, 3, "Báo Yên Bái", number=4, task=TASK),
        ]
    )
    assert said(*found) == ["Đăng trên trang của đơn vị khác", "Trùng với bài của đơn vị khác"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("finding", Finding)
def test_every_finding_is_short_enough_for_a_phone(finding: Finding, language: str):
    found = Found(finding, 1, LONG, 5, NOW, TaskName(1, 12, "2023-01", "1234/STTTT-TTBCXB"))
    for each in (found, *for_unit([found])):
        (line,) = said(each, language=language)
        assert 5 <= len(line) <= 200
        assert "{" not in line
    assert len(said(Found(finding, number=1, at=NOW), language=language)[0]) <= 70


@pytest.mark.parametrize(
    ("found", "sign"),
    [
        ([], "✓"),
        ([Finding.OWN_SITE, Finding.PUBLISHED_ON_TIME], "✓"),
        ([Finding.OWN_SITE, Finding.NO_DATE], "⚠"),
        ([Finding.OWN_SITE, Finding.NOT_CHECKED], "…"),
        ([Finding.NOT_CHECKED, Finding.SUBMITTED_LATE], "⚠"),
    ],
)
def test_one_sign_says_whether_somebody_must_look(found: list[Finding], sign: str):
    assert mark([Found(each) for each in found]) == sign


def test_a_day_is_the_offices():
    evening = datetime(2023, 1, 12, 17, 0, tzinfo=ZoneInfo("UTC")) + timedelta(minutes=1)
    assert said(Found(Finding.DEAD_PAGE, at=evening)) == [
        "Bài không còn trên trang từ ngày 13/01/2023"
    ]
