"""Days off and worked against the rule of the week: which are told, and with which reason."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduler.calendar import WorkingCalendar
from scheduler.days_off import UnusualDay, unusual_days

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = WorkingCalendar(zone=ZONE)
# The first and the last day off around Tết.
TET = {
    2023: (date(2023, 1, 20), date(2023, 1, 26)),
    2024: (date(2024, 2, 8), date(2024, 2, 14)),
    2025: (date(2025, 1, 27), date(2025, 2, 1)),
    2026: (date(2026, 2, 16), date(2026, 2, 20)),
    2027: (date(2027, 2, 4), date(2027, 2, 10)),
}


@pytest.mark.parametrize("year", TET)
def test_tet_is_told_as_the_days_off_within_the_week(year: int):
    first, last = TET[year]
    shown = unusual_days(CALENDAR, today=first - timedelta(days=10), notes={}, language="vi")
    off = [each for each in shown if first <= each.day <= last]
    span = (first + timedelta(days=count) for count in range((last - first).days + 1))
    assert [each.day for each in off] == [day for day in span if day.weekday() < 5]
    assert all(each.works is False and "Tết" in (each.holiday or "") for each in off)


def test_a_name_is_in_the_readers_language_and_unknown_ones_in_what_there_is():
    def name(country: str | None, language: str) -> str | None:
        calendar = WorkingCalendar(zone=ZONE, country=country)
        shown = unusual_days(calendar, today=date(2026, 12, 31), notes={}, language=language)
        return next((each.holiday for each in shown if each.day == date(2027, 1, 1)), None)

    assert name("VN", "vi") == "Tết Dương lịch"
    assert name("VN", "en") == "New Year's Day"
    assert name("DE", "vi") == "New Year's Day"
    assert name(None, "vi") is None


def test_a_swap_is_told_from_both_sides_and_has_no_name():
    shown = unusual_days(CALENDAR, today=date(2026, 1, 2), notes={}, language="vi")
    assert shown[:2] == [
        UnusualDay(date(2026, 1, 2), works=False, holiday=None, note=None),
        UnusualDay(date(2026, 1, 10), works=True, holiday=None, note=None),
    ]


def test_what_staff_declared_is_told_however_far_and_even_if_it_changes_nothing():
    today = date(2026, 10, 6)
    notes = {
        date(2026, 10, 5): "past",
        date(2026, 10, 7): "",  # a Wednesday declared working
        date(2026, 10, 10): "Làm bù",
        date(2027, 9, 1): "far",
    }
    calendar = WorkingCalendar(
        zone=ZONE, overrides=dict.fromkeys(notes, True) | {date(2027, 9, 1): False}
    )
    shown = unusual_days(calendar, today=today, notes=notes, language="vi")
    assert [(each.day, each.works, each.note) for each in shown] == [
        (date(2026, 10, 7), True, ""),
        (date(2026, 10, 10), True, "Làm bù"),
        (date(2026, 11, 24), False, None),
        (date(2027, 9, 1), False, "far"),
    ]
