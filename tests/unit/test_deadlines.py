"""Deadlines found in sentences of letters.

The sentences stand in two files of one form: those given with the specification and our own, among
them many without any deadline. What is absent from `expect` is not looked at.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.letters.deadline import DeadlineKind, Period, PeriodUnit
from bot.letters.deadlines import find_deadlines
from bot.letters.periods import period_end
from bot.letters.references import find_references
from scheduler.calendar import WorkingCalendar

VIETNAM = WorkingCalendar(ZoneInfo("Asia/Ho_Chi_Minh"))
ISSUED_ON = date(2023, 1, 6)  # a Friday; the days off around Tết are 20 to 26 January

FILES = Path(__file__).parents[1] / "fixtures" / "letters"
SENTENCES = [
    json.loads(line)
    for name in ("deadline-sentences.jsonl", "deadline-sentences-own.jsonl")
    for line in (FILES / name).read_text(encoding="utf-8").splitlines()
]


def find(text, *, issued_on=ISSUED_ON):
    return find_deadlines(text, issued_on=issued_on, calendar=VIETNAM)


def local(moment):
    return moment and moment.astimezone(VIETNAM.zone).strftime("%Y-%m-%dT%H:%M")


def clock(at):
    return at and at.strftime("%H:%M")


def seen(found, key):
    """What a sentence's `expect` calls `key`, of the deadline that was found."""
    rhythm, period, quota = found.rhythm, found.period, found.quota
    match key:
        case "kind" | "op":
            return getattr(found, key).value
        case "date" | "from" if key == "date" or period is None:
            day = found.day if key == "date" else found.starts_on
            return day and day.isoformat()
        case "from":
            return period.since
        case "time":
            return clock(found.hour)
        case "due" | "late_from":
            return local(getattr(found, key))
        case "first_due":
            return local(found.due)
        case "suggest":
            return local(found.suggested)
        case "warn":
            return [warning.value for warning in found.warnings]
        case "days":
            return list(rhythm.days)
        case "day":
            return rhythm.days[0]
        case "times":
            return [clock(at) for at in rhythm.times]
        case "weekday" | "month" | "month_of_quarter":
            return getattr(rhythm, key)
        case "n":
            return period.count
        case "unit":
            return period.unit.value if period else quota.of
        case "min":
            return quota.least
        case "per":
            return quota.per
        case "quote" | "event" | "report_to":
            return getattr(found, key)
    raise KeyError(key)


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda sentence: str(sentence["id"]))
def test_find_deadlines_in_sentence(sentence):
    found = find(sentence["text"])
    checked = [
        {key: seen(deadline, key) for key in expected if key != "example"}
        for deadline, expected in zip(found, sentence["expect"], strict=False)
    ]
    wanted = [
        {key: value for key, value in expected.items() if key != "example"}
        for expected in sentence["expect"]
    ]
    assert checked == wanted
    assert len(found) == len(wanted), [deadline.quote for deadline in found]
    for deadline, expected in zip(found, sentence["expect"], strict=True):
        if example := expected.get("example"):
            received = VIETNAM.at(date.fromisoformat(example["received"]), time(9))
            assert local(period_end(deadline.period, received, VIETNAM)) == example["due"]


@pytest.mark.parametrize(
    "sentence", [each for each in SENTENCES if "refs" in each], ids=lambda each: str(each["id"])
)
def test_find_references_in_sentence(sentence):
    found = find_references(sentence["text"])
    assert [str(reference) for reference in found] == sentence["refs"]


def test_the_sentences_are_enough():
    own = [each for each in SENTENCES if str(each["id"]).startswith("own")]
    assert len(own) >= 60
    assert sum(not each["expect"] for each in own) >= 30


def test_find_deadlines_before_a_day_is_late_from_the_end_of_that_day():
    (deadline,) = find("trước ngày 31/01/2023")
    assert deadline.due == datetime(2023, 1, 30, 10, 0, tzinfo=UTC)
    assert deadline.late_from == datetime(2023, 1, 31, 10, 0, tzinfo=UTC)
    assert deadline.hour is None


def test_find_deadlines_before_an_hour_is_late_from_that_hour():
    (deadline,) = find("trước 11g30 ngày 31/01/2023")
    assert deadline.hour == time(11, 30)
    assert deadline.due == deadline.late_from == datetime(2023, 1, 31, 4, 30, tzinfo=UTC)


def test_find_deadlines_quotes_the_words_also_of_documents_it_does_not_look_into():
    (deadline,) = find("Báo cáo trong 05 ngày kể từ  ngày nhận Công văn số 12/UBND-VX này.")
    assert deadline.quote == "trong 05 ngày kể từ ngày nhận Công văn số 12/UBND-VX này"


@pytest.mark.parametrize(
    ("period", "end"),
    [
        (Period(5, PeriodUnit.WORKING_DAY), "2023-01-27T17:00"),
        (Period(24, PeriodUnit.HOUR), "2023-01-14T09:00"),
        (Period(2, PeriodUnit.DAY), "2023-01-16T17:00"),
        (Period(1, PeriodUnit.WEEK), "2023-01-27T17:00"),
        (Period(1, PeriodUnit.MONTH), "2023-02-13T17:00"),
    ],
)
def test_period_end_counts_from_the_day_after(period, end):
    friday = VIETNAM.at(date(2023, 1, 13), time(9))
    assert local(period_end(period, friday, VIETNAM)) == end


def test_period_end_of_a_month_that_has_no_such_day_is_its_last():
    last_of_january = VIETNAM.at(date(2023, 1, 31), time(9))
    assert local(period_end(Period(1, PeriodUnit.MONTH), last_of_january, VIETNAM)) == (
        "2023-02-28T17:00"
    )


WORDS = (
    *("trước", "chậm", "nhất", "đến", "hết", "từ", "ngày", "thứ", "Hai", "tháng", "năm", "2023"),
    *("hằng", "Công", "văn", "số", "1/A-B", ".", ";", "(", ",", "5", "17h00", "24h", "30/2"),
    *("trong", "thời hạn", "05", "kể từ", "nhận", "định kỳ", "báo cáo", "tuần", "quý", "cuối"),
    *("tối thiểu", "bài", "/", "31", "Tết Nguyên đán", "31/12/2099", "ngay khi", "99"),
)


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=20))
def test_find_deadlines_any_words_are_read_or_passed(words):
    for deadline in find(" ".join(words)):
        assert deadline.due is None or deadline.kind is not DeadlineKind.INVALID
        assert deadline.due is None or deadline.due <= deadline.late_from


@pytest.mark.timeout(30)
@pytest.mark.parametrize("words", ["trước \n\n", "báo cáo ", "từ ngày 1 ", "5, ", "\n"])
def test_find_deadlines_hostile_text_comes_to_an_end(words):
    # A pattern that goes back and forth over all of it would take hours.
    assert find(words * 6_000) == ()
