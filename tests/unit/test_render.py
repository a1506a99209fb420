"""What people see fits into one message of Telegram, however much there is to say."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.callbacks import Callback, Press
from bot.delivery.render import (
    Content,
    DirectiveView,
    Named,
    TaskView,
    Writer,
    fit,
    without_formatting,
)
from bot.delivery.render_answers import (
    AnswerView,
    UndoneView,
    for_colleague,
    for_staff,
    is_of_nothing,
    lines,
)
from bot.delivery.render_audience import (
    OF_GROUP,
    AudienceView,
    Candidate,
    DraftGroupView,
    PageView,
    PartChoice,
    PartsView,
    View,
    choices_page,
    leave_out_page,
    parts_page,
    people_page,
    units_page,
)
from bot.delivery.render_card import CardView, ReceiptView, card, task_list
from bot.delivery.render_check import CheckView, Collision, Planned, Reminded, check
from bot.delivery.render_draft import DraftView, draft_card
from bot.delivery.render_draft_tasks import DraftTaskView, FoundView
from bot.delivery.render_escalation import Escalated, escalation
from bot.delivery.render_open_tasks import OpenDirective, OpenTask, open_tasks
from bot.delivery.render_plans import PlansView
from bot.delivery.render_progress import (
    APPOINTED_A_PAGE,
    AppointedView,
    ProgressView,
    appointed,
    progress,
)
from bot.delivery.render_reminders import BUTTONS_SHOWN, ReceiptItem, ReminderItem, reminder
from bot.delivery.render_staff import StateView, UnitLine, state_page
from bot.domain.article_numbers import (
    ArticleClass,
    ArticleNumbers,
    Genre,
    TaskProgress,
    Timing,
)
from bot.domain.reach import Reach
from bot.domain.splitting import MOST_UNITS, length, shortened
from bot.domain.states import AcknowledgeBy, AnswerKind, AssignmentState, Part, ReceiptState
from bot.domain.task_lists import lists_before_card
from bot.texts import LANGUAGES, texts
from bot.texts.moments import Moments
from scheduler.plan import ReminderPolicy, Whom
from tests.sandbox.telegram_parser import parsed

NOW = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
SOON = NOW + timedelta(days=3)
LONG = "Trung tâm Truyền thông & Văn hóa <huyện> 😀 " * 6
MANY = 120
LONGEST_RECEIPT = ReceiptView(
    AcknowledgeBy.LEADER, by="Nguyễn Thị Thanh Huyền" * 4, at=NOW, confirmed=99, people=100
)


@pytest.fixture(params=LANGUAGES)
def write(request: pytest.FixtureRequest) -> Writer:
    """Sentences in each language."""
    language = texts(request.param)
    return Writer(language, Moments(language, ZoneInfo("Asia/Ho_Chi_Minh")), NOW)


DIRECTIVE = DirectiveView(
    issuer=LONG[:300],
    number="1" * 64,
    symbol="STTTT-TTBCXB" * 10,
    issued_on=date(2026, 11, 30),
    urgency="urgent",
    subject=(LONG * 4)[:1000],
)


# As much as a card can have of them; the newest are shown.
ANSWERS = tuple(
    AnswerView(AnswerKind.CANNOT, LONG, position=position, agreed=False, note=LONG * 2)
    for position in range(1, MANY)
)


# As many as the settings may have, with the longest names.
PLANS = PlansView(
    usual=ReminderPolicy(),
    plans=tuple((f"{n:02}{LONG}"[:40], ReminderPolicy(tuple(range(1, 11)))) for n in range(12)),
    chosen="&" * 40,
    is_by_urgency=False,
)


def assert_fits(content: Content) -> None:
    """Telegram can read it, and counts what it has read."""
    text, _ = parsed(content.text)
    assert length(text) <= MOST_UNITS
    assert sum(len(row) for row in content.buttons) <= 100
    assert all(len(row) <= 8 for row in content.buttons)
    for row in content.buttons:
        for button in row:
            assert len(button.callback.encode().encode()) <= 64


def tasks(count: int) -> tuple[TaskView, ...]:
    return tuple(
        TaskView(position=n, short_title=LONG, deadline_at=SOON, part=Part.COOPERATE)
        for n in range(1, count + 1)
    )


def test_a_card_fits_and_says_how_many_tasks_it_leaves_out(write: Writer):
    view = CardView(
        addressee_id=10**17,
        unit_name=LONG,
        directive=DIRECTIVE,
        tasks=tasks(MANY),
        answers=ANSWERS,
        in_group=True,
    )
    content = card(view, write)
    assert_fits(content)
    shown = content.text.count("    ")
    assert write.texts("card.more_tasks", count=MANY - shown) in content.text


def listed(view: CardView, write: Writer) -> list[Content]:
    """The messages before the card."""
    directive = view.directive
    head = f"{directive.issuer} {directive.subject}"
    lists = lists_before_card([task.short_title for task in view.tasks], head=head)
    return [
        task_list(directive, [view.tasks[n] for n in places], write, of=len(view.tasks))
        for places in lists
    ]


@pytest.mark.parametrize("title", ["Việc", LONG[:120], *("x" * n for n in range(250, 1001, 50))])
@pytest.mark.parametrize("of_directive", [DIRECTIVE, replace(DIRECTIVE, issuer=None, subject="A")])
def test_lists_tell_every_task_that_a_card_leaves_out(
    write: Writer, title: str, of_directive: DirectiveView
):
    for count in (*range(1, 40), MANY):
        view = CardView(
            addressee_id=10**17,
            unit_name="Trung tâm Truyền thông và Văn hóa huyện Mù Cang Chải",
            directive=of_directive,
            tasks=tuple(
                replace(task, short_title=title, articles=99, expected=999) for task in tasks(count)
            ),
            receipt=LONGEST_RECEIPT,
            answers=ANSWERS,
            in_group=True,
            sent_again=True,
        )
        told = listed(view, write)
        for content in told:
            assert_fits(content)
            assert not content.buttons
        found = [n for content in told for n in re.findall(r"<b>(\d+)\.</b>", content.text)]
        if told:
            assert found == [str(n) for n in range(1, count + 1)]
        else:
            assert card(view, write).text.count("    ") == count


@pytest.mark.parametrize(
    ("became", "key"),
    [
        ({}, "please_decide"),
        ({"is_taken_back": True}, "is_taken_back"),
        ({"is_over": True}, "is_overtaken"),
        ({"decided_at": NOW}, "is_overtaken"),
        ({"decided_at": NOW, "agreed": True, "may_give_again": True}, "is_agreed"),
        ({"decided_at": NOW, "agreed": False, "note": LONG[:500]}, "is_disagreed"),
        ({"decided_at": NOW, "agreed": False}, "is_given_again"),
    ],
)
def test_what_cannot_be_done_fits_and_says_what_became_of_it(
    write: Writer, became: dict[str, Any], key: str
):
    (task,) = tasks(1)
    view = UndoneView(
        kind=AnswerKind.CANNOT,
        answer_id=10**17,
        directive=DIRECTIVE,
        unit_name=LONG[:300],
        phone="0216 3852 000",
        by=LONG[:100],
        title=LONG[:100],
        at=NOW,
        reason=(LONG * 2)[:500],
        task=task,
        decider=LONG[:200],
        **became,
    )
    content = for_staff(view, write)
    assert_fits(content)
    values = {"by": LONG[:200], "at": write.moments.short(NOW), "note": LONG[:500]}
    assert write.say(f"answer.{key}", **values) in content.text
    presses = {button.callback.press for row in content.buttons for button in row}
    wanted = {Press.ANSWER_AGREE, Press.ANSWER_DISAGREE} if view.waits else set()
    assert presses == ({Press.ANSWER_GIVE_AGAIN} if view.may_give_again else wanted)


def test_every_answer_has_its_line_on_a_card(write: Writer):
    told = [
        AnswerView(AnswerKind.PASSED_ON, "An", to="Bình <b>"),
        AnswerView(AnswerKind.CANNOT, "An"),
        AnswerView(AnswerKind.CANNOT, "An", position=2, agreed=True),
        AnswerView(AnswerKind.CANNOT, "An", position=2, agreed=False, note="vì"),
        AnswerView(AnswerKind.CANNOT, "An", position=2, agreed=False),
    ]
    shown = [line for answer in told for line in lines([answer], write)]
    assert len(set(shown)) == len(told)
    assert "Bình &lt;b&gt;" in shown[0]
    assert lines(told, write) == shown[2:]
    for taken_back in (False, True):
        assert_fits(
            for_colleague(DIRECTIVE, write, by=LONG[:100], unit_name=LONG, taken_back=taken_back)
        )
    dropped = replace(tasks(1)[0], state=AssignmentState.NOT_APPLICABLE)
    view = CardView(addressee_id=1, unit_name="Báo", directive=DIRECTIVE, tasks=(dropped,))
    assert write.say("card.not_applicable") in card(view, write).text


@pytest.mark.parametrize(
    ("answers", "is_nothing"),
    [
        ([], False),
        ([(AnswerKind.CANNOT, 1, True)], False),
        ([(AnswerKind.NOTHING, 1, True)], True),
        ([(AnswerKind.NOTHING, 2, True)], False),
        ([(AnswerKind.NOTHING, None, True)], True),
        ([(AnswerKind.CANNOT, 1, True), (AnswerKind.NOTHING, None, True)], False),
        ([(AnswerKind.NOTHING, 1, None)], False),
    ],
)
def test_a_task_is_said_to_have_had_nothing_only_by_what_was_agreed_of_it(
    answers: list[tuple[AnswerKind, int | None, bool | None]], is_nothing: bool
):
    dropped = replace(tasks(1)[0], state=AssignmentState.NOT_APPLICABLE)
    said = [
        AnswerView(kind, "An", position=position, agreed=agreed)
        for kind, position, agreed in answers
    ]
    assert is_of_nothing(dropped, said) is is_nothing
    assert not is_of_nothing(tasks(1)[0], said)


def test_a_short_directive_is_one_message():
    assert lists_before_card(["Đăng tin, bài về hội nghị"] * 12, head="Sở V/v tuyên truyền") == ()


def test_a_reminder_fits_and_names_the_way_to_the_rest(write: Writer):
    item = ReminderItem(
        addressee_id=0,
        unit_name=LONG,
        directive=DIRECTIVE,
        position=1,
        short_title=LONG,
        step="before-1",
        deadline_at=SOON,
        working_days=1,
        due_today=False,
    )
    items = [replace(item, addressee_id=n // 15, position=n) for n in range(MANY * 4)]
    content = reminder(items, write, in_group=False)
    assert_fits(content)
    assert "/viec" in content.text
    labels = [button.label for row in content.buttons for button in row]
    assert len(set(labels)) == len(labels) == BUTTONS_SHOWN
    code = shortened(f"{DIRECTIVE.number}/{DIRECTIVE.symbol}", most=25)
    first, *others = (write.texts("button.task", position=number) for number in (1, 15, 16, 17))
    assert labels[1].endswith(f": {', '.join(others)}… · {code}")
    other = replace(item, addressee_id=99, unit_name="Báo Yên Bái")
    _, (of_other,), _, (more_time,) = reminder([item, other], write, in_group=False).buttons
    what = f"{first} · {code} · Báo Yên Bái"
    assert of_other.label.endswith(f": {what}")
    assert more_time.label == write.texts("button.extend_for", what=what)
    again = [item, replace(item, deadline_at=SOON + timedelta(days=30)), other]
    assert f": {first} · {code}" in reminder(again, write, in_group=False).buttons[0][0].label
    assert more_time.callback == Callback(Press.EXTEND_ASK, (99,))
    (alone,), (more_time,) = reminder(items[:15], write, in_group=False).buttons
    assert alone.label == write.texts("button.submit")
    assert more_time.label == write.texts("button.extend")


def test_reminders_of_many_receipts_fit_and_each_button_says_which(write: Writer):
    receipts = [
        ReceiptItem(
            addressee_id=number,
            unit_name=f"{number} {LONG}",
            directive=replace(DIRECTIVE, number=str(number)),
            rule=AcknowledgeBy.EACH,
            step="receipt-leader",
            due_at=SOON,
        )
        for number in range(MANY)
    ]
    content = reminder([], write, in_group=True, receipts=receipts)
    assert_fits(content)
    assert write.texts("reminder.to_leader") in content.text
    assert write.texts("reminder.please_in_group") not in content.text
    labels = [button.label for row in content.buttons for button in row]
    assert len(set(labels)) == len(labels) == BUTTONS_SHOWN


def test_what_the_office_is_told_fits_however_many_units_were_reminded_in_vain(write: Writer):
    units = [
        Escalated(
            directive_id=number // 3,
            directive=replace(DIRECTIVE, number=str(number // 3)),
            unit_name=f"{number} {LONG}",
            phone="<0216> 385 2222",
            tasks=tuple(f"{number} (tháng 10/2026)" for number in range(1, 20)),
            overdue_since=SOON,
            unconfirmed_since=SOON,
        )
        for number in range(MANY)
    ]
    content = escalation(units, write)
    assert_fits(content)
    assert write.bold("escalation.title", count=MANY) in content.text
    assert len(content.buttons) == 10
    tasks = [write.texts("button.task", position=f"{n} (tháng 10/2026)") for n in range(1, 6)]
    assert f"{', '.join(tasks)}…" in content.text
    few = escalation(units[:4], write).text
    assert "&lt;0216&gt;" in few
    assert few.count(write.say("escalation.unconfirmed", at=write.moments.short(SOON))) == 4


def test_open_tasks_are_shown_page_by_page(write: Writer):
    every = [
        OpenDirective(
            addressee_id=10**17 + n,
            unit_name=LONG,
            directive=DIRECTIVE,
            is_acknowledged=False,
            tasks=tuple(
                OpenTask(
                    position=n,
                    short_title=LONG,
                    deadline_at=SOON + timedelta(hours=n),
                    articles=2,
                    expected=30,
                    part=Part.COOPERATE,
                    wished_at=SOON,
                )
                for _ in range(1 + n % 2 * 3)  # one, four, one, …
            ),
        )
        for n in range(10)
    ]
    pages = [open_tasks(every, write, page=page, several_units=True) for page in (1, 2, 3)]
    for content in pages:
        assert_fits(content)
        assert {button.callback.press for row in content.buttons for button in row} == {
            Press.TASKS_PAGE,
            Press.OPEN_CARD,
            Press.SUBMIT,
            Press.CHOOSE_UNIT,
        }
    assert [content.text.count("• ") for content in pages] == [10, 10, 5]
    assert open_tasks(every, write, page=99, several_units=True).text == pages[2].text
    (only,) = open_tasks(every[:1], write).buttons
    assert [button.label for button in only] == [
        write.texts("button.open_card"),
        write.texts("button.submit"),
    ]


def test_a_state_page_fits(write: Writer):
    unit = UnitLine(LONG, Reach.SENT, ReceiptState.LATE, LONGEST_RECEIPT, tasks(MANY))
    view = StateView(
        directive_id=10**17,
        directive=DIRECTIVE,
        done=1,
        done_late=1,
        open=1,
        overdue=1,
        articles=ArticleNumbers(
            classes=dict.fromkeys(ArticleClass, 10**6),
            genres=dict.fromkeys(Genre, 10**6),
            submitted=dict.fromkeys(Timing, 10**6),
            published=dict.fromkeys(Timing, 10**6),
            reposts=10**6,
            doubtful=10**6,
        ),
        progress=tuple(
            TaskProgress(
                position=10**4,
                units=10**6,
                enough=10**6,
                accepted=10**6,
                finished=10**6,
                expected=10**7,
                doubtful=10**6,
            )
            for _ in range(MANY)
        ),
        units=(unit,) * MANY,
    )
    for page in (1, 7, 99):
        assert_fits(state_page(view, write, page=page))


def test_progress_fits(write: Writer):
    view = ProgressView(
        directive_id=10**17,
        directive=DIRECTIVE,
        sent=1,
        waiting=0,
        failed=MANY,
        uncertain=1,
        withdrawn=1,
        acknowledged=1,
        units=MANY,
        unreached=Named.of((LONG,) * MANY),
        without_chat=Named.of((LONG,) * MANY),
    )
    assert_fits(progress(view, write))


def test_what_is_appointed_fits(write: Writer):
    one = AppointedView(10**17, DIRECTIVE, SOON, MANY)
    content = appointed((one,) * APPOINTED_A_PAGE, write, page=2, pages=3, count=14)
    assert_fits(content)
    assert content.text.count(write.moments.full(SOON)) == APPOINTED_A_PAGE
    assert content.text.count(write.moments.zone_name(NOW)) == 1


@pytest.mark.parametrize(
    "menu",
    [
        "main",
        "groups",
        "deadlines",
        "deadline",
        "tasks",
        "task",
        "remove_task",
        "urgency",
        "more",
        "drop",
        "reminders",
        "task_reminders",
    ],
)
def test_a_draft_fits_in_every_menu(write: Writer, menu: str):
    view = DraftView(
        id=10**17,
        issuer=LONG[:300],
        number=None,
        symbol="STTTT-TTBCXB" * 10,
        issued_on=None,
        issued_month="2026-11",
        subject=(LONG * 4)[:1000],
        urgency="express",
        tasks=tuple(
            DraftTaskView(
                id=10**17 + n,
                position=n,
                short_title=LONG,
                deadline_at=None,
                continuous=False,
                text=LONG * 30,
                expected=99,
                reminder_plan="&" * 40,
                found=(FoundView(LONG, SOON, ("deadline.warning_day_off",)),) * 5,
            )
            for n in range(MANY)
        ),
        audience=AUDIENCE,
        quick_deadlines=((3, SOON), (99, SOON)),
        same_drafted_by=LONG,
        reminders=PLANS,
    )
    assert_fits(draft_card(view, write, menu=menu, task_id=10**17))


AUDIENCE = AudienceView(
    groups=tuple(DraftGroupView(10**17 + n, LONG, LONG, 5, True, said=9999) for n in range(MANY)),
    units=Named.of((LONG,) * MANY, most=3),
    people=Named.of((LONG,) * MANY, most=3),
    excluded_units=Named.of((LONG,) * MANY, most=3),
    count=MANY,
)


def test_the_pages_of_the_audience_fit(write: Writer):
    draft_id, last = 10**12, MANY // 8
    candidates = tuple(Candidate(10**12 + n, LONG) for n in range(8))
    assert_fits(choices_page(draft_id, AUDIENCE, write, page=last))
    assert_fits(leave_out_page(draft_id, AUDIENCE, write, page=last))
    assert_fits(people_page(draft_id, candidates[0], candidates * 20, write, page=last))
    for view in (View.ADD_UNITS, View.ADD_PEOPLE, View.LEAVE_OUT_UNITS):
        page = PageView(
            draft_id=draft_id,
            view=view,
            choices=candidates,
            count=MANY,
            page=last,
            pages=last,
            words=LONG,
        )
        assert_fits(units_page(page, write))
    parts = tuple(PartChoice(OF_GROUP, 10**9 + n, LONG, Part.COOPERATE) for n in range(8))
    view = PartsView(
        draft_id=10**9,
        task_id=10**9,
        position=MANY,
        short_title=LONG,
        is_for_all=False,
        choices=parts,
        page=last,
        pages=last,
        suggested=tuple((part, LONG * 9) for part in parts[:3]),
    )
    assert_fits(parts_page(view, write))


def test_the_check_before_sending_fits(write: Writer):
    view = CheckView(
        draft_id=10**17,
        state_id=10**17,
        groups=9,
        units=MANY,
        people=MANY,
        group_chats=3,
        unreached=(LONG,) * MANY,
        excluded=(LONG,) * MANY,
        without_part=(LONG,) * MANY,
        personal=(LONG,) * MANY,
        reminders=(Planned(SOON, tuple(Reminded(Whom.LEADER, n, n) for n in range(MANY))),) * MANY,
        collisions=(Collision(LONG, SOON.date(), 3),) * MANY,
        numbered=False,
        missing=("draft.missing_deadlines",),
        plans=PLANS,
    )
    assert_fits(check(view, write))


def test_fit_leaves_out_only_what_does_not_fit():
    def more(left: int) -> str:
        return f"{left} more"

    assert fit(["head"], ["a", "b"], ["foot"], more=more) == "head\na\nb\nfoot"
    text = fit(["head"], ["x" * 2000] * 3, ["foot"], more=more)
    assert text == "head\n" + "x" * 2000 + "\n" + "x" * 2000 + "\n1 more\nfoot"
    assert length(text) <= MOST_UNITS


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("một hai", "một hai"),
        ("một hai ba", "một ha…"),
        ("một 👩\u200d👩 ba", "một…"),  # no half of a couple
        ("e" + "\u0323" * 9, "e" + "\u0323" * 5 + "…"),
    ],
)
def test_what_is_shortened_ends_between_signs(text: str, shown: str):
    assert shortened(text, most=7) == shown


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<b>Số 12</b> &lt;khẩn&gt; &amp; <i>mật</i>", "Số 12 <khẩn> & mật"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),  # decoded once only
        ("R&D 3 < 5 > 4 <b>chưa đóng", "R&D 3 < 5 > 4 chưa đóng"),
        ('<a href="https://a.vn/?x=1&amp;y=2">tin</a> &#8211; &#x2013; &copy;', "tin – – &copy;"),
        ('<tg-time unix="1" format="wDT">17h00</tg-time><Báo>', "17h00<Báo>"),
    ],
)
def test_formatting_leaves_its_words(html: str, words: str):
    plain = without_formatting(Content(html))
    assert (plain.text, plain.parse_mode) == (words, None)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Báo Yên Bái", "Báo Yên Bái"),
        ("Trung tâm Truyền thông", "Trung tâm Truyền thông"),
        ("Trung tâm Truyền thông và Văn hóa", "Trung tâm Truyền thông…"),
        ("Trung tâm truyền hình; Văn hóa", "Trung tâm truyền hình…"),
        ("Ủy ban nhân dân thành phố Yên Bái", "Ủy ban nhân dân thành…"),
        ("a baoyenbai.com.vn/thoi-su/", "a baoyenbai.com.vn/tho…"),  # one word is cut anywhere
    ],
)
def test_a_name_is_shortened_at_a_word(text, shown):
    assert shortened(text, most=23) == shown
