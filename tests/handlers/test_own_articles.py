"""What a unit can still change of what it has sent: withdrawing, replacing and moving it; and the
titles of pages that only people can read."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.actions import moved_articles, own_articles
from bot.actions import policy as policies
from bot.callbacks import Callback, Press
from bot.domain.articles import EvidenceKind, ReviewKind
from bot.domain.dialogues import DialogueKind
from bot.domain.states import ArticleState, AssignmentState, MessageKind, StaffRole
from bot.errors import BotError, Conflict
from bot.storage import people
from bot.storage.tables import (
    Article,
    Assignment,
    Dialogue,
    Directive,
    Event,
    OutboxMessage,
    Reminder,
    ReviewDecision,
    Submission,
    Task,
    Unit,
)
from bot.texts import texts
from scheduler.jobs import tell_decisions
from tests.factories import FRIDAY_EVENING, NOON, Issued
from tests.handlers.conftest import Office, Phone, Popup

say = texts("vi")
SITE = "https://baoyenbai.com.vn/11"
POST = "https://www.facebook.com/xayenbai/posts/123456789"
OPEN, SUBMITTED, ACCEPTED = (
    AssignmentState.OPEN,
    AssignmentState.SUBMITTED,
    AssignmentState.ACCEPTED,
)
RECORDED, RETURNED, WITHDRAWN = (
    ArticleState.RECORDED,
    ArticleState.RETURNED,
    ArticleState.WITHDRAWN,
)
REPLACE, MOVE = say("button.own_article_replace"), say("button.own_article_move")
WITHDRAW = say("button.own_article_withdraw")
CHANGE, TITLE = say("button.own_articles_change"), say("button.article_title")


def link(number: int) -> str:
    return f"{SITE}/{number}/bai-{number}.aspx"


def labels(message: dict[str, Any]) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


async def sent(
    office: Office, *numbers: int, expected: int = 1, tasks: int = 1
) -> tuple[Phone, Issued]:
    """A contact who has sent these links for the first task."""
    unit = await office.unit()
    an = await office.contact(unit)
    issued = await office.issued(unit, tasks=tasks)
    async with office.rt.write() as session:
        await session.execute(update(Task).values(expected_articles=expected))
    for number in numbers:
        await an.says(f"NV1 {link(number)}")
    return an, issued


async def own_unit(office: Office) -> Unit:
    found: Unit = await office.row(Unit, name="Báo Yên Bái")
    return found


async def articles(office: Office) -> list[Article]:
    return await office.rows(Article)


async def states(office: Office) -> list[ArticleState]:
    return [row.state for row in await articles(office)]


async def said(office: Office) -> list[ReviewKind]:
    return [row.kind for row in await office.rows(ReviewDecision)]


async def work(office: Office, number: int = 1) -> Assignment:
    found: Assignment = (await office.rows(Assignment))[number - 1]
    return found


async def nth(office: Office, number: int = 1) -> int:
    """The row of what was sent so far in the order."""
    return (await articles(office))[number - 1].id


async def code(office: Office, number: int = 1) -> str:
    """What people call it."""
    return f"TB-{await nth(office, number)}"


async def tap(phone: Phone, press: Press, number: int, *more: int) -> Popup:
    """A press on what was sent so far in the order."""
    article_id = await nth(phone.office, number)
    return await phone.presses_data(Callback(press, (article_id, *more)))


async def returned(office: Office, mai: Phone, number: int = 1) -> None:
    reason = Callback(Press.ARTICLE_REASON, (0, await nth(office, number), 0, 2))
    await mai.presses_data(reason)
    assert (await articles(office))[number - 1].state is RETURNED


async def accepted(mai: Phone, number: int = 1) -> None:
    article_id = await nth(mai.office, number)
    await mai.presses_data(Callback(Press.ARTICLE_ACCEPT, (0, article_id, 0)))


async def closed(office: Office) -> None:
    async with office.rt.write() as session:
        await session.execute(update(Directive).values(closed_at=office.clock.at))


# --- looking -------------------------------------------------------------------------------------


async def test_the_list_shows_by_tasks_what_was_sent_how_far_it_is_when_and_by_whom(office: Office):
    an, _ = await sent(office, 1, 2, expected=3, tasks=2)
    mai = await office.staff(StaffRole.REVIEWER)
    await an.says(f"NV2 {link(3)}")
    await accepted(mai, 1)
    await returned(office, mai, 2)
    await an.presses("Khác…")
    await an.presses(say("button.own_articles"))
    shown = an.messages()[-1]
    first, second = shown["text"].split("\n\n")[1:3]
    assert shown["text"].startswith(say("own.list_title", count=3))
    assert first.startswith("1. Việc 1\n1. baoyenbai.com.vn/11/1/bai-1.aspx")
    assert f"{say('own.state_accepted')} · 12:00 06/10/2026 · Nguyễn Văn An" in first
    reason = say("article.reason_dead_link")
    assert say("own.state_returned", reason=reason) in first
    assert second.startswith("2. Việc 2\n3. baoyenbai.com.vn/11/3/bai-3.aspx")
    assert say("own.state_recorded") in second
    assert labels(shown) == ["Xem 1", "Xem 2", "Xem 3", "1/1 ⟳"]


async def test_the_list_turns_by_pages_in_its_place_and_opens_one_there(office: Office):
    an, issued = await sent(office, *range(1, 10), expected=20)
    await an.presses_data(Callback(Press.OWN_ARTICLES, (issued.addressees[0].id, 1)))
    shown = an.messages()[-1]
    await an.presses("›")
    again = an.messages()[-1]
    assert again["message_id"] == shown["message_id"]
    assert "9. baoyenbai.com.vn/11/9/" in again["text"]
    await an.presses("Xem 9")
    one = an.messages()[-1]
    assert one["message_id"] == shown["message_id"]
    assert say("own.title", code=await code(office, 9)) in one["text"]
    assert labels(one) == [WITHDRAW, REPLACE, MOVE, say("button.own_articles_list")]
    await an.presses(say("button.own_articles_list"))
    assert say("own.list_title", count=9) in an.texts()[-1]


async def test_the_receipt_of_one_opens_it_below_and_that_of_several_the_list(office: Office):
    an, _ = await sent(office, 1, expected=3)
    receipt = an.messages()[-1]
    assert labels(receipt) == [CHANGE]
    await an.presses(CHANGE)
    assert an.messages()[-2] == receipt  # it stays
    assert say("own.title", code=await code(office, 1)) in an.texts()[-1]
    await an.says(f"{link(2)} {link(3)}")
    await an.presses(CHANGE)
    assert say("own.list_title", count=3) in an.texts()[-1]


async def test_one_is_shown_with_its_history_and_no_other_units_name(office: Office):
    an, _ = await sent(office, 1, expected=2)
    other = await office.unit("Đài Phát thanh tỉnh")
    binh = await office.contact(other, name="Lê Thị Bình")
    await office.issued(other, tasks=1)
    await binh.says(link(1))
    mai = await office.staff(StaffRole.REVIEWER)
    await returned(office, mai)
    await an.presses(CHANGE)
    shown = an.texts()[-1]
    assert say("finding.another_unit") in shown
    assert say("finding.page_not_read") in shown
    assert "Đài Phát thanh" not in shown
    assert "Trần Thị Mai: trả lại – " + say("article.reason_dead_link") in shown
    assert say("own.state_returned", reason=say("article.reason_dead_link")) in shown


# --- withdrawing ---------------------------------------------------------------------------------


async def test_what_is_withdrawn_counts_no_more_and_the_work_is_open_and_reminded_of(
    office: Office,
):
    an, _ = await sent(office, 1)
    found = await work(office)
    assert (found.state, found.next_reminder_at) == (SUBMITTED, None)
    assert "đã gửi 1 tin, bài" in an.sees("Kính gửi")["text"]
    await an.presses(CHANGE)
    popup = await an.presses(WITHDRAW)
    assert popup == Popup(say("own.withdrawn"), alert=False)
    assert await states(office) == [WITHDRAWN]
    decision = await office.row(ReviewDecision)
    person = (await articles(office))[0].person_id
    assert (decision.kind, decision.article_id, decision.person_id) == (
        ReviewKind.WITHDRAWN,
        await nth(office),
        person,
    )
    found = await work(office)
    assert (found.state, found.submitted_at) == (OPEN, None)
    assert NOON < found.next_reminder_at < FRIDAY_EVENING
    event = await office.row(Event, action="article_withdrawn")
    assert (event.object_kind, event.object_id) == ("article", await nth(office))
    shown = an.messages()[-1]
    assert say("own.state_withdrawn") in shown["text"]
    assert labels(shown) == [say("button.own_articles_list")]
    assert "đã gửi 1 tin, bài" not in an.sees("Kính gửi")["text"]
    office.clock.at = found.next_reminder_at
    await office.reminds()
    assert [row.assignment_id for row in await office.rows(Reminder)] == [found.id]


async def test_where_enough_is_left_the_work_stays_done(office: Office):
    an, _ = await sent(office, 1, 2)
    await tap(an, Press.OWN_ARTICLE_WITHDRAW, 2)
    assert await states(office) == [RECORDED, WITHDRAWN]
    found = await work(office)
    assert (found.state, found.submitted_at, found.next_reminder_at) == (SUBMITTED, NOON, None)


async def test_withdrawing_what_was_one_too_many_leaves_the_rest_accepted(office: Office):
    an, _ = await sent(office, 1, 2)
    await accepted(await office.staff(StaffRole.REVIEWER), 1)
    assert (await work(office)).state is SUBMITTED  # one more waits
    await tap(an, Press.OWN_ARTICLE_WITHDRAW, 2)
    assert (await work(office)).state is ACCEPTED


async def test_withdrawing_what_was_returned_opens_nothing(office: Office):
    an, issued = await sent(office, 1)
    await returned(office, await office.staff(StaffRole.REVIEWER))
    await an.presses_data(Callback(Press.REPORT_DONE, (issued.assignments[0][0].id,)))
    assert (await work(office)).state is SUBMITTED
    await tap(an, Press.OWN_ARTICLE_WITHDRAW, 1)
    assert await states(office) == [WITHDRAWN]
    assert (await work(office)).state is SUBMITTED
    office.clock.at += timedelta(minutes=20)
    while await tell_decisions(office.rt):
        pass
    assert not await office.rows(OutboxMessage, kind=MessageKind.DECISIONS)


async def test_what_is_accepted_stays_and_who_accepted_it_is_told(office: Office):
    an, _ = await sent(office, 1)
    await accepted(await office.staff(StaffRole.REVIEWER))
    for press, ids in (
        (Press.OWN_ARTICLE_WITHDRAW, (1,)),
        (Press.OWN_ARTICLE_REPLACE, (1,)),
        (Press.OWN_ARTICLE_MOVE_ASK, (1,)),
        (Press.OWN_ARTICLE_MOVE, (1, 1)),
    ):
        popup = await tap(an, press, *ids)
        assert popup == Popup(say("own.accepted", by="Trần Thị Mai"), alert=True)
    await an.presses(CHANGE)
    assert labels(an.messages()[-1]) == [say("button.own_articles_list")]
    assert await said(office) == [ReviewKind.ACCEPTED]


async def test_a_second_press_meets_what_the_first_has_made_of_it(office: Office):
    an, _ = await sent(office, 1)
    await tap(an, Press.OWN_ARTICLE_WITHDRAW, 1)
    popup = await tap(an, Press.OWN_ARTICLE_WITHDRAW, 1)
    assert popup == Popup(say("own.withdrawn_before"), alert=True)
    assert await said(office) == [ReviewKind.WITHDRAWN]


async def test_what_was_withdrawn_counts_again_when_it_is_sent_again(office: Office):
    an, _ = await sent(office, 1)
    await tap(an, Press.OWN_ARTICLE_WITHDRAW, 1)
    await an.says(link(1))
    assert await states(office) == [RECORDED]
    found = await work(office)
    assert (found.state, found.next_reminder_at) == (SUBMITTED, None)


async def test_another_contact_of_the_unit_may_and_one_of_another_unit_may_not(office: Office):
    _, issued = await sent(office, 1, 2, expected=2, tasks=2)
    other = await office.unit("Đài Phát thanh tỉnh")
    binh = await office.contact(other, name="Lê Thị Bình")
    before = await office.facts()
    for press, ids in (
        (Press.OWN_ARTICLE, (1,)),
        (Press.OWN_ARTICLE_WITHDRAW, (1,)),
        (Press.OWN_ARTICLE_REPLACE, (1,)),
        (Press.OWN_ARTICLE_MOVE_ASK, (1,)),
        (Press.OWN_ARTICLE_MOVE, (1, issued.assignments[0][1].id)),
        (Press.ARTICLE_TITLE, (1,)),
    ):
        popup = await tap(binh, press, *ids)
        assert popup == Popup(say("refused.not_your_unit"), alert=True)
    popup = await binh.presses_data(Callback(Press.OWN_ARTICLES, (issued.addressees[0].id, 1)))
    assert popup == Popup(say("refused.not_your_unit"), alert=True)
    after = await office.facts()
    assert after["articles"] == before["articles"]
    hoa = await office.contact(await own_unit(office), name="Hoa")
    await tap(hoa, Press.OWN_ARTICLE_WITHDRAW, 1)
    assert await states(office) == [WITHDRAWN, RECORDED]


async def test_in_a_group_only_what_is_its_units_changes(office: Office):
    await sent(office, 1)
    other = await office.unit("Đài Phát thanh tỉnh")
    binh = await office.contact(other, await own_unit(office))
    group = await office.group(binh, unit=other)
    popup = await tap(group, Press.OWN_ARTICLE_WITHDRAW, 1)
    assert popup == Popup(say("refused.not_your_unit"), alert=True)
    assert await states(office) == [RECORDED]


async def test_nothing_changes_of_what_is_closed_and_it_is_still_shown(office: Office):
    an, issued = await sent(office, 1, tasks=2)
    await an.says(f"NV1 {POST}")
    await tap(an, Press.OWN_ARTICLE_REPLACE, 1)
    await closed(office)
    for press, ids in (
        (Press.OWN_ARTICLE_WITHDRAW, (1,)),
        (Press.OWN_ARTICLE_REPLACE, (1,)),
        (Press.OWN_ARTICLE_MOVE_ASK, (1,)),
        (Press.OWN_ARTICLE_MOVE, (1, issued.assignments[0][1].id)),
        (Press.ARTICLE_TITLE, (2,)),
    ):
        popup = await tap(an, press, *ids)
        assert popup == Popup(say("refused.closed"), alert=True)
    assert await an.says(link(2)) == [say("refused.closed")]  # in place of the first
    assert await states(office) == [RECORDED, RECORDED]
    await tap(an, Press.OWN_ARTICLE, 2)
    assert labels(an.messages()[-1]) == [say("button.own_articles_list")]
    await an.presses(say("button.own_articles_list"))
    assert say("own.list_title", count=2) in an.texts()[-1]


async def test_the_office_and_the_unit_at_once_decide_one_after_the_other(office: Office):
    an, _ = await sent(office, 1)
    mai = await office.staff(StaffRole.REVIEWER)
    article_id = await nth(office)
    office.press_arrives(an, Callback(Press.OWN_ARTICLE_WITHDRAW, (article_id,)).encode())
    office.press_arrives(mai, Callback(Press.ARTICLE_ACCEPT, (0, article_id, 0)).encode())
    await office.works()
    assert await said(office) == [ReviewKind.WITHDRAWN]
    assert await states(office) == [WITHDRAWN]


async def test_of_two_who_withdraw_in_two_transactions_one_is_refused(office: Office):
    an, _ = await sent(office, 1)
    hoa = await office.contact(await own_unit(office))

    article_id = await nth(office)

    async def withdraw(phone: Phone) -> BotError | None:
        async with office.rt.write() as session:
            actor = await people.actor(session, phone.user_id)
            assert actor is not None
            policy = await policies.load(session, office.rt.config)
            try:
                await own_articles.withdraw(
                    session, article_id, actor=actor, policy=policy, now=office.clock.at
                )
            except Conflict as error:
                return error
        return None

    refused = await asyncio.gather(withdraw(an), withdraw(hoa))
    assert sorted(error.key if error else "" for error in refused) == [
        "",
        "own.withdrawn_before",
    ]
    assert await said(office) == [ReviewKind.WITHDRAWN]


# --- replacing -----------------------------------------------------------------------------------


async def test_another_link_takes_its_place_and_the_work_stays_done(office: Office):
    an, _ = await sent(office, 1)
    office.clock.at += timedelta(hours=1)
    await an.presses(CHANGE)
    await an.presses(REPLACE)
    assert an.texts()[-1] == say("own.ask_replacement", code=await code(office, 1))
    told = await an.says(link(2))
    assert told == [
        say(
            "own.replaced",
            old=await code(office, 1),
            code=await code(office, 2),
            position="1",
            total=1,
            expected=1,
        )
    ]
    assert labels(an.messages()[-1]) == [CHANGE]
    old, new = await articles(office)
    assert (old.state, new.state, new.replaces_id) == (WITHDRAWN, RECORDED, old.id)
    assert new.assignment_id == old.assignment_id
    decision = await office.row(ReviewDecision)
    assert (decision.kind, decision.article_id) == (ReviewKind.REPLACED, old.id)
    found = await work(office)
    assert (found.state, found.submitted_at) == (SUBMITTED, office.clock.at)
    assert found.next_reminder_at is None
    assert not await office.rows(Dialogue)
    await tap(an, Press.OWN_ARTICLE, 1)
    assert say("own.was_replaced") in an.texts()[-1]


async def test_a_photo_takes_its_place_with_the_rest_of_its_album_beside_it(office: Office):
    an, _ = await sent(office, 1, expected=3)
    await tap(an, Press.OWN_ARTICLE_REPLACE, 1)
    await an.sends("photo", album="a")
    await an.sends("photo", album="a")
    rows = await articles(office)
    assert [row.state for row in rows] == [WITHDRAWN, RECORDED, RECORDED]
    assert [row.kind for row in rows[1:]] == [EvidenceKind.PHOTO] * 2
    assert rows[1].replaces_id == rows[0].id
    assert len(await office.rows(Submission)) == 2


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (link(1), "own.the_same"),
        (link(2), "own.sent_before"),
        (f"{link(3)} {link(4)}", "own.one_only"),
        ("http://127.0.0.1/tin", "link.address"),
        ("chưa có đường dẫn", "own.no_evidence"),
    ],
)
async def test_what_is_refused_leaves_the_old_one_and_is_asked_for_again(
    office: Office, words: str, refusal: str
):
    an, _ = await sent(office, 1, 2, expected=2)
    before = await work(office)
    await tap(an, Press.OWN_ARTICLE_REPLACE, 1)
    assert await an.says(words) == [say(refusal)]
    assert await states(office) == [RECORDED, RECORDED]
    assert await said(office) == []
    after = await work(office)
    assert (after.state, after.submitted_at) == (before.state, before.submitted_at)
    assert (await office.row(Dialogue)).kind is DialogueKind.ARTICLE_REPLACEMENT
    await an.says(link(5))
    assert await states(office) == [WITHDRAWN, RECORDED, RECORDED]


async def test_what_was_returned_is_replaced_and_the_work_is_done_again(office: Office):
    an, _ = await sent(office, 1)
    await returned(office, await office.staff(StaffRole.REVIEWER))
    assert (await work(office)).state is OPEN
    await an.presses(CHANGE)
    await an.presses(REPLACE)
    await an.says(link(2))
    assert await states(office) == [WITHDRAWN, RECORDED]
    assert (await work(office)).state is SUBMITTED


async def test_replacing_does_not_count_both_and_keeps_what_was_reported_done(office: Office):
    an, issued = await sent(office, 1, expected=2)
    await tap(an, Press.OWN_ARTICLE_REPLACE, 1)
    await an.says(link(2))
    assert (await work(office)).state is OPEN
    await an.presses_data(Callback(Press.REPORT_DONE, (issued.assignments[0][0].id,)))
    await tap(an, Press.OWN_ARTICLE_REPLACE, 2)
    await an.says(link(3))
    assert await states(office) == [WITHDRAWN, WITHDRAWN, RECORDED]
    assert (await work(office)).state is SUBMITTED


async def test_a_link_that_was_withdrawn_takes_the_place_of_another(office: Office):
    an, _ = await sent(office, 1, 2)
    await tap(an, Press.OWN_ARTICLE_WITHDRAW, 1)
    await tap(an, Press.OWN_ARTICLE_REPLACE, 2)
    await an.says(link(1))
    first, second = await articles(office)
    assert (first.state, second.state) == (RECORDED, WITHDRAWN)
    assert first.replaces_id == second.id


async def test_a_reply_to_another_card_is_no_replacement(office: Office):
    an, _ = await sent(office, 1)
    first = an.sees("Kính gửi")
    await office.issued(await own_unit(office), tasks=1)
    second = an.sees("Kính gửi")
    await tap(an, Press.OWN_ARTICLE_REPLACE, 1)
    await an.says(link(2), reply_to=second)
    assert await states(office) == [RECORDED, RECORDED]
    assert (await office.row(Dialogue)).kind is DialogueKind.ARTICLE_REPLACEMENT
    await an.says(link(3), reply_to=first)
    assert await states(office) == [WITHDRAWN, RECORDED, RECORDED]


# --- moving --------------------------------------------------------------------------------------


async def test_it_goes_to_another_task_and_both_are_counted_anew(office: Office):
    an, issued = await sent(office, 1, tasks=2)
    office.clock.at += timedelta(hours=1)
    await an.presses(CHANGE)
    await an.presses(MOVE)
    shown = an.messages()[-1]
    assert say("own.choose_task") in shown["text"]
    assert labels(shown) == ["2. Việc 2", say("button.article_back")]
    popup = await an.presses("2. Việc 2")
    assert popup == Popup(say("own.moved", position="2"), alert=False)
    first, second = issued.assignments[0]
    article = (await articles(office))[0]
    assert (article.assignment_id, article.state) == (second.id, RECORDED)
    assert article.submitted_at == NOON  # when it was sent stays
    decision = await office.row(ReviewDecision)
    assert (decision.kind, decision.assignment_id) == (ReviewKind.MOVED, second.id)
    assert decision.moved_from_id == first.id
    assert await office.row(Event, action="article_moved")
    left, right = await work(office, 1), await work(office, 2)
    assert (left.state, left.submitted_at) == (OPEN, None)
    assert left.next_reminder_at is not None
    assert (right.state, right.submitted_at, right.next_reminder_at) == (SUBMITTED, NOON, None)
    again = an.messages()[-1]
    assert again["message_id"] == shown["message_id"]
    assert "2. Việc 2" in again["text"]
    assert say("article.said_moved") in again["text"]


async def test_what_was_returned_waits_anew_where_it_is_moved_to(office: Office):
    an, issued = await sent(office, 1, tasks=2)
    await returned(office, await office.staff(StaffRole.REVIEWER))
    office.clock.at += timedelta(hours=1)
    target = issued.assignments[0][1].id
    await tap(an, Press.OWN_ARTICLE_MOVE, 1, target)
    article = (await articles(office))[0]
    assert (article.state, article.submitted_at) == (RECORDED, office.clock.at)
    assert (article.decided_at, article.decided_by) == (None, None)
    assert (await work(office, 2)).state is SUBMITTED


async def test_it_goes_to_another_directive_of_the_unit_too(office: Office):
    an, _ = await sent(office, 1)
    later = await office.issued(await own_unit(office), tasks=1)
    await an.presses(CHANGE)
    await an.presses(MOVE)
    name = f"1. {later.directive.number}/STTTT-TTBCXB · Việc 1"
    assert labels(an.messages()[-1])[0] == name
    await an.presses(name)
    assert (await articles(office))[0].assignment_id == later.assignments[0][0].id


async def test_a_task_that_has_it_takes_it_no_second_time(office: Office):
    an, issued = await sent(office, 1, tasks=2)
    await an.says(f"NV2 {link(1)}")
    target = issued.assignments[0][1].id
    popup = await tap(an, Press.OWN_ARTICLE_MOVE, 1, target)
    assert popup == Popup(say("own.there_before", position=2), alert=True)
    popup = await tap(an, Press.OWN_ARTICLE_MOVE, 2, target)
    assert popup == Popup(say("own.there_already", position=2), alert=True)
    assert await said(office) == []
    await office.went_well()


async def test_nothing_goes_to_another_units_task(office: Office):
    an, _ = await sent(office, 1)
    other = await office.unit("Đài Phát thanh tỉnh")
    foreign = await office.issued(other, tasks=1)
    target = foreign.assignments[0][0].id
    popup = await tap(an, Press.OWN_ARTICLE_MOVE, 1, target)
    assert popup == Popup(say("refused.not_your_unit"), alert=True)
    own = await own_unit(office)
    binh = await office.contact(other, own, name="Lê Thị Bình")  # of both units
    popup = await tap(binh, Press.OWN_ARTICLE_MOVE, 1, target)
    assert popup == Popup(say("refused.not_your_unit"), alert=True)
    assert await said(office) == []


async def test_nothing_goes_to_work_that_is_accepted(office: Office):
    an, issued = await sent(office, 1, tasks=2)
    await an.says(f"NV2 {link(2)}")
    await accepted(await office.staff(StaffRole.REVIEWER), 2)
    await an.presses(CHANGE)
    target = issued.assignments[0][1].id
    popup = await tap(an, Press.OWN_ARTICLE_MOVE, 1, target)
    assert popup == Popup(say("own.work_accepted", position=2), alert=True)
    await tap(an, Press.OWN_ARTICLE_MOVE_ASK, 1)
    assert say("own.no_other_task") in an.texts()[-1]


async def test_of_two_who_move_it_at_once_one_is_refused(office: Office):
    an, issued = await sent(office, 1, tasks=3)
    _, second, third = issued.assignments[0]

    article_id = await nth(office)

    async def move(assignment_id: int) -> str:
        async with office.rt.write() as session:
            actor = await people.actor(session, an.user_id)
            assert actor is not None
            policy = await policies.load(session, office.rt.config)
            try:
                await moved_articles.move(
                    session, article_id, assignment_id, actor=actor, policy=policy,
                    now=office.clock.at,
                )  # fmt: skip
            except Conflict as error:
                return error.key
        return "moved"

    done = await asyncio.gather(move(second.id), move(third.id))
    kinds = await said(office)
    assert kinds == [ReviewKind.MOVED] * done.count("moved")
    place = (await articles(office))[0].assignment_id
    assert [row.id for row in await office.rows(Assignment, state=SUBMITTED)] == [place]


# --- titles --------------------------------------------------------------------------------------


async def test_of_a_page_that_only_people_can_read_the_title_is_asked_for(office: Office):
    an, issued = await sent(office)
    await an.says(POST)
    assert labels(an.messages()[-1]) == [CHANGE, TITLE]
    await an.presses(TITLE)
    assert an.texts()[-1] == say("own.ask_title", code=await code(office, 1))
    told = await an.says("  Khai mạc \n hội báo Xuân  ")
    assert told == [say("own.titled", code=await code(office, 1), title="Khai mạc hội báo Xuân")]
    assert (await articles(office))[0].given_title == "Khai mạc hội báo Xuân"
    assert not await office.rows(Dialogue)
    await an.presses_data(Callback(Press.OWN_ARTICLES, (issued.addressees[0].id, 1)))
    assert "1. Khai mạc hội báo Xuân" in an.texts()[-1]
    mai = await office.staff(StaffRole.REVIEWER)
    await mai.presses_data(Callback(Press.ARTICLES_PAGE, (0, 1)))
    assert "Khai mạc hội báo Xuân" in mai.texts()[-1]


async def test_of_several_pages_each_has_its_button_and_of_others_none_is_asked_for(
    office: Office,
):
    an, _ = await sent(office)
    await an.says(f"{POST} {link(1)} https://www.tiktok.com/@xayenbai/video/7123456789012345678")
    first, _, third = await articles(office)
    title_of = [say("button.article_title_of", code=f"TB-{each.id}") for each in (first, third)]
    assert labels(an.messages()[-1]) == [CHANGE, *title_of]
    await an.says(link(2))
    assert labels(an.messages()[-1]) == [CHANGE]
    popup = await tap(an, Press.ARTICLE_TITLE, 4)
    assert popup == Popup(say("own.takes_no_title"), alert=True)


@pytest.mark.parametrize("words", ["?!…", "ab", "x" * 301])
async def test_what_is_no_title_is_asked_for_again(office: Office, words: str):
    an, _ = await sent(office)
    await an.says(POST)
    await an.presses(TITLE)
    assert await an.says(words) == [say("own.title_unusable", shortest=3, longest=300)]
    assert (await articles(office))[0].given_title is None
    await an.says("x" * 300)
    assert (await articles(office))[0].given_title == "x" * 300


async def test_a_link_or_a_file_is_no_title(office: Office):
    an, _ = await sent(office, expected=3)
    await an.says(POST)
    await an.presses(TITLE)
    await an.says(f"Xã gửi thêm một bài nữa của đơn vị {link(1)}")
    assert await states(office) == [RECORDED, RECORDED]
    await an.sends("photo", words="Nhiệm vụ 1")
    assert len(await states(office)) == 3
    assert {row.given_title for row in await articles(office)} == {None}
    assert (await office.row(Dialogue)).kind is DialogueKind.ARTICLE_TITLE
