"""How versions differ, and what becomes of a message that is to be erased."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.delivery import render_versions
from bot.delivery.render import DirectiveView, Writer
from bot.delivery.retry import Failed, Gone, MessageReason, Outcome
from bot.delivery.settle import Sent, settle
from bot.domain.splitting import MOST_UNITS, length
from bot.domain.states import MessageKind, OutboxState, VersionKind
from bot.domain.versions import Change, What, changes, for_units, seen_by
from bot.texts import texts
from bot.texts.moments import Moments
from tests.conftest import NOON

DEADLINE = datetime(2026, 10, 16, 10, tzinfo=UTC)


def task(task_id: int, **values: Any) -> dict[str, Any]:
    return {
        "task_id": task_id,
        "position": task_id,
        "text": f"Nội dung {task_id}",
        "short_title": f"Việc {task_id}",
        "deadline_at": DEADLINE.isoformat(),
        "expected_articles": 1,
        **values,
    }


def content(*tasks: dict[str, Any], **values: Any) -> dict[str, Any]:
    return {
        "issuer": "Sở",
        "number": "12",
        "symbol": "STTTT",
        "urgency": None,
        "subject": "V/v",
        "body": "Văn bản",
        "issued_on": "2026-10-05",
        "tasks": list(tasks),
        **values,
    }


def test_what_is_the_same_differs_in_nothing():
    assert changes(content(task(1)), content(task(1))) == ()


def test_a_later_period_is_no_change_but_a_moved_deadline_is():
    recurs = {"every": "month", "every_day": 16, "period": "2026-10"}
    old = content(task(1, **recurs))
    november, moved = "2026-11-16T10:00:00+00:00", "2026-11-20T10:00:00+00:00"
    later = {**recurs, "period": "2026-11", "deadline_before": november}
    assert changes(old, content(task(1, **later, deadline_at=november))) == ()
    (change,) = changes(old, content(task(1, **later, deadline_at=moved)))
    assert change.what is What.TASK_DEADLINE
    assert (change.old, change.new) == tuple(map(datetime.fromisoformat, (november, moved)))


def test_how_often_a_task_recurs_is_told_in_words():
    old = content(task(1))
    new = content(task(1, every="quarter", every_day=-41))
    write = Writer(texts("vi"), Moments(texts("vi"), ZoneInfo("Asia/Ho_Chi_Minh")), NOON)
    assert render_versions.change_lines(changes(old, new), write) == [
        "• Nhiệm vụ 1, định kỳ: không định kỳ → hằng quý vào ngày 21 của tháng đầu quý"
    ]


def test_every_field_that_differs_is_named_with_both_values():
    old = content(task(1))
    new = content(
        task(1, short_title="Treo cờ", text="Treo", deadline_at=None, expected_articles=3),
        number="13",
        urgency="urgent",
        issued_on=None,
        subject="V/v khác",
    )
    assert changes(old, new) == (
        Change(What.NUMBER, "12/STTTT", "13/STTTT"),
        Change(What.DATE, date(2026, 10, 5), None),
        Change(What.URGENCY, None, "urgent"),
        Change(What.SUBJECT, "V/v", "V/v khác"),
        Change(What.TASK_TITLE, "Việc 1", "Treo cờ", 1),
        Change(What.TASK_TEXT, "Nội dung 1", "Treo", 1),
        Change(What.TASK_DEADLINE, DEADLINE, None, 1),
        Change(What.TASK_ARTICLES, 1, 3, 1),
    )


def test_of_reminders_the_office_learns_what_differs_and_units_nothing():
    plain = {"reminder_plan": None, "passes_quiet": False}
    old = content(task(1, reminder_plan="Dày"), **plain)
    new = content(task(1, reminder_plan=None), reminder_plan="Thưa", passes_quiet=True)
    found = changes(old, new)
    assert found == (
        Change(What.REMINDER_PLAN, None, "Thưa"),
        Change(What.PASSES_QUIET, False, True),
        Change(What.TASK_REMINDER_PLAN, "Dày", None, 1),
    )
    assert for_units(found) == seen_by(found, {1}) == ()
    # Versions that were kept before said nothing of it.
    assert changes(content(task(1)), new) == ()


def test_tasks_are_told_apart_by_what_they_are_and_not_by_their_words():
    old = content(task(1), task(2), task(3))
    new = content(task(1), task(3, short_title="Việc 2"), task(-7, position=4))
    found = changes(old, new)
    assert found == (
        Change(What.TASK_REMOVED, old="Việc 2", position=2),
        Change(What.TASK_TITLE, "Việc 3", "Việc 2", 3),
        Change(What.TASK_ADDED, new="Việc -7", position=4),
    )
    # A unit that has but one of them learns of no other's.
    assert seen_by(found, {3}) == found[1:2]


@pytest.mark.parametrize(
    ("outcome", "overwrites", "state", "reason"),
    [
        (Gone(stays=True), False, OutboxState.WAITING, "not_deletable"),
        (Failed(MessageReason.NO_RIGHTS), False, OutboxState.WAITING, "not_deletable"),
        (Gone(stays=True), True, OutboxState.FAILED, "not_erasable"),
        (Gone(), False, OutboxState.WITHDRAWN, "message_gone"),
        (Gone(), True, OutboxState.WITHDRAWN, "message_gone"),
    ],
)
def test_what_cannot_be_deleted_is_overwritten_and_what_is_gone_is_done(
    outcome: Outcome, overwrites: bool, state: OutboxState, reason: str
):
    sent = Sent(kind=MessageKind.ERASE, is_edit=True, overwrites=overwrites)
    fate = settle(sent, outcome, now=NOON, failures=0, jitter=0.5)
    assert (fate.state, fate.reason) == (state, reason)
    assert fate.not_deletable is (reason == "not_deletable")


def test_a_page_of_versions_has_room_for_the_longest_there_can_be():
    long = "Sở & Đài <" * 100
    change = Change(What.TASK_TEXT, long, long, 7)
    view = render_versions.VersionView(
        version=2,
        kind=VersionKind.CORRECTED,
        at=NOON,
        by="Trần Thị Mai",
        note=long,
        asks_again=True,
        changes=(change,) * 20,
        chats=3,
        units=2,
    )
    write = Writer(texts("vi"), Moments(texts("vi"), ZoneInfo("Asia/Ho_Chi_Minh")), NOON)
    directive = DirectiveView(
        issuer=None, number="12", symbol="S", issued_on=None, urgency=None, subject="V/v"
    )
    content = render_versions.page(1, directive, [view] * 5, write, page=1)
    assert length(content.text) <= MOST_UNITS
    assert content.text.count("Trần Thị Mai") == render_versions.VERSIONS_A_PAGE
