"""What units submitted is accepted or returned by staff, who sent it is told in one message, and
what becomes of the work."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import article_review, cards, clean_articles, undone_reviews
from bot.actions import policy as policies
from bot.actions.article_review import Why
from bot.actions.clean_articles import Taken
from bot.callbacks import Callback, Press
from bot.domain.article_review import REASONS, Entry, EntryKind, ReturnReason
from bot.domain.articles import PageKind, PageState, ReviewKind
from bot.domain.dialogues import DialogueKind
from bot.domain.rights import Actor
from bot.domain.states import ArticleState, AssignmentState, MessageKind, StaffRole
from bot.errors import Conflict
from bot.storage import people
from bot.storage.tables import (
    Addressee,
    Article,
    Assignment,
    Chat,
    Contact,
    Dialogue,
    Directive,
    Event,
    Group,
    OutboxMessage,
    Page,
    PageCheck,
    ReviewDecision,
    Task,
    Unit,
)
from bot.texts import texts
from scheduler.jobs import send_digests, tell_decisions
from tests import factories
from tests.factories import Issued
from tests.handlers.conftest import Office, Phone, Popup

say = texts("vi")
SITE = "https://baoyenbai.com.vn/11"
OPEN, SUBMITTED, ACCEPTED = (
    AssignmentState.OPEN,
    AssignmentState.SUBMITTED,
    AssignmentState.ACCEPTED,
)
TWO_MINUTES = timedelta(minutes=2)


def labels(message: dict[str, Any]) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


def link(number: int) -> str:
    return f"{SITE}/{number}/bai-{number}.aspx"


async def looked_at(office: Office, **values: Any) -> None:
    """Every page that is not looked at yet was found to be an article, or what is said."""
    found = {
        "state": PageState.OK,
        "kind": PageKind.ARTICLE,
        "published_on": date(2026, 10, 6),
        "published_is_sure": True,
        "checked_at": office.clock.at,
        "check_due_at": None,
        **values,
    }
    async with office.rt.write() as session:
        for page_id in (await session.scalars(select(Page.id))).all():
            await session.execute(
                update(Page)
                .where(Page.id == page_id, Page.state.is_(None))
                .values(title=f"Bài {page_id}", **found)
            )


async def expects(office: Office, count: int) -> None:
    async with office.rt.write() as session:
        await session.execute(update(Task).values(expected_articles=count))


async def told(office: Office, after: timedelta = TWO_MINUTES) -> None:
    """So much later the tick comes."""
    office.clock.at += after
    while await tell_decisions(office.rt):
        pass
    await office.works()


async def sent(office: Office, *numbers: int, expected: int = 1) -> tuple[Phone, Phone, Issued]:
    """Somebody of the office, and a contact who has sent these links for the only task."""
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff(StaffRole.REVIEWER)
    issued = await office.issued(unit, tasks=1)
    await expects(office, expected)
    for number in numbers:
        await an.says(link(number))
    await looked_at(office)
    return mai, an, issued


async def actor_of(phone: Phone, session: AsyncSession) -> Actor:
    actor = await people.actor(session, phone.user_id)
    assert actor is not None
    return actor


async def listed(phone: Phone) -> dict[str, Any]:
    """The list, from what waits for the office."""
    await phone.says("/cho")
    await phone.presses("Tin, bài (")
    return phone.messages()[-1]


async def opened(phone: Phone, number: int = 1) -> dict[str, Any]:
    """One thing of the list."""
    await listed(phone)
    await phone.presses(f"Xem {number}")
    return phone.messages()[-1]


async def states(office: Office) -> list[ArticleState]:
    return [row.state for row in await office.rows(Article)]


async def said(office: Office) -> list[ReviewKind]:
    return [row.kind for row in await office.rows(ReviewDecision)]


async def work(office: Office) -> Assignment:
    found: Assignment = await office.row(Assignment)
    return found


# --- the list, and one tap -----------------------------------------------------------------------


async def test_what_waits_is_listed_oldest_first_with_what_was_noticed(office: Office):
    mai, an, _ = await sent(office, 1, expected=3)
    office.clock.at += timedelta(hours=1)
    await an.says(link(2))
    waiting = (await mai.says("/cho"))[0]
    assert say("waiting.articles", count=2) in waiting
    shown = await listed(mai)
    first, second = shown["text"].split("\n\n")[1:3]
    assert shown["text"].startswith(say("article.waiting_title", count=2))
    assert "1. ✓ Báo Yên Bái" in first
    references = [f"    TB-{row.id} · " for row in await office.rows(Article)]
    assert [references[0] in first, references[1] in second] == [True, True]
    assert "2. … Báo Yên Bái" in second  # nobody has looked at it yet
    assert "Bài " in first
    assert "baoyenbai.com.vn/11/2/bai-2.aspx" in second
    assert say("article.in_time") in first
    assert labels(shown)[0] == say("button.articles_accept", count=1)


async def test_one_tap_accepts_all_that_is_clean_and_nothing_else(office: Office):
    mai, an, _ = await sent(office, 1, 2, expected=3)
    await an.says(link(3))
    await looked_at(office, state=PageState.NOT_FOUND)
    await listed(mai)
    before = mai.last_id()
    popup = await mai.presses(say("button.articles_accept", count=2))
    assert popup == Popup(say("article.clean_accepted", count=2), alert=False)
    assert await states(office) == [
        *(ArticleState.ACCEPTED, ArticleState.ACCEPTED, ArticleState.RECORDED),
    ]
    assert await said(office) == [ReviewKind.ACCEPTED] * 2
    assert len(await office.rows(Event, action="article_accepted")) == 2
    assert mai.last_id() == before  # in its place
    assert say("article.waiting_title", count=1) in mai.texts()[-1]
    assert (await work(office)).state is SUBMITTED


async def test_what_one_tap_accepted_is_taken_back_from_the_list_one_by_one(office: Office):
    mai, an, _ = await sent(office, 1, 2, 3, expected=3)
    await listed(mai)
    before = an.last_id()
    await mai.presses(say("button.articles_accept", count=3))
    one, two, three = [f"TB-{row.id}" for row in await office.rows(Article)]
    shown = mai.messages()[-1]
    assert say("article.just_accepted", codes=f"{one}, {two}, {three}") in shown["text"]
    undoing = [say("button.article_undo_of", code=code) for code in (one, two, three)]
    assert labels(shown)[:3] == undoing
    assert await mai.presses(undoing[1]) == Popup(say("article.undone_now"), alert=False)
    recorded, accepted = ArticleState.RECORDED, ArticleState.ACCEPTED
    assert await states(office) == [accepted, recorded, accepted]
    shown = mai.messages()[-1]
    assert say("article.just_accepted", codes=f"{one}, {three}") in shown["text"]
    await mai.presses(undoing[0])
    assert await states(office) == [recorded, recorded, accepted]
    await mai.presses("1/1")  # the list anew: it was some time ago
    assert "Vừa chấp nhận" not in mai.texts()[-1]
    await told(office)
    (message,) = an.texts(after=before)
    assert say("decided.accepted", position="1", count=1, all=1, expected=3) in message


async def test_one_tap_accepts_nothing_that_the_list_has_not_shown(office: Office):
    mai, an, _ = await sent(office, 1, expected=5)
    await listed(mai)
    office.clock.at += timedelta(minutes=1)
    await an.says(link(2))
    await looked_at(office)  # as clean as the other
    await mai.presses(say("button.articles_accept", count=1))
    assert await states(office) == [ArticleState.ACCEPTED, ArticleState.RECORDED]


async def test_one_tap_accepts_nothing_that_became_clean_since(office: Office):
    mai, an, _ = await sent(office, 1, expected=5)
    await an.says(link(2))
    await listed(mai)  # nobody has looked at the second one yet
    await looked_at(office)
    await mai.presses(say("button.articles_accept", count=1))
    assert await states(office) == [ArticleState.ACCEPTED, ArticleState.RECORDED]


async def test_one_tap_leaves_what_changed_since_and_says_why(office: Office):
    mai, _, _ = await sent(office, 1, 2, 3, 4, expected=5)
    await listed(mai)
    office.clock.at += timedelta(minutes=5)
    first, second, third, _ = await office.rows(Article)
    async with office.rt.write() as session:
        page = await session.get_one(Page, first.page_id)
        page.title, page.checked_at = "Một bài khác hẳn", office.clock.at
        page = await session.get_one(Page, second.page_id)
        page.kind, page.checked_at = PageKind.LOGIN, office.clock.at - timedelta(hours=1)
        (await session.get_one(Article, third.id)).state = ArticleState.WITHDRAWN
    popup = await mai.presses(say("button.articles_accept", count=4))
    assert popup == Popup(
        say("article.clean_left", count=1, left=3, decided=1, changed=1, noticed=1), alert=True
    )
    assert await states(office) == [
        *(ArticleState.RECORDED, ArticleState.RECORDED),
        *(ArticleState.WITHDRAWN, ArticleState.ACCEPTED),
    ]


async def test_a_page_that_was_looked_at_again_and_is_the_same_is_no_change(office: Office):
    mai, _, _ = await sent(office, 1)
    article = await office.row(Article)
    async with office.rt.write() as session:
        page = await session.get_one(Page, article.page_id)
        look = {"page_id": page.id, "state": PageState.OK, "title": page.title}
        await session.execute(insert(PageCheck).values(at=office.clock.at, **look))
    await listed(mai)
    office.clock.at += timedelta(minutes=5)
    async with office.rt.write() as session:
        await session.execute(insert(PageCheck).values(at=office.clock.at, **look))
        await session.execute(update(Page).values(checked_at=office.clock.at))
    await mai.presses(say("button.articles_accept", count=1))
    assert await states(office) == [ArticleState.ACCEPTED]


async def test_an_old_button_of_a_list_accepts_nothing(office: Office):
    mai, an, _ = await sent(office, 1)
    shown = await listed(mai)
    _, old = mai.find_button(say("button.articles_accept", count=1))
    office.clock.at += timedelta(minutes=1)
    await an.says(link(2))
    await looked_at(office)
    await mai.presses("1/1")  # the same page anew
    popup = await mai.presses_data(old["callback_data"], shown["message_id"])
    assert popup == Popup(say("article.list_changed"), alert=False)
    assert await said(office) == []


async def test_a_list_turns_by_pages_in_its_place(office: Office):
    mai, _, _ = await sent(office, *range(1, 11), expected=20)
    shown = await listed(mai)
    assert len([label for label in labels(shown) if label.startswith("Xem ")]) == 8
    await mai.presses("›")
    again = mai.messages()[-1]
    assert again["message_id"] == shown["message_id"]
    assert [label for label in labels(again) if label.startswith("Xem ")] == ["Xem 9", "Xem 10"]


# --- one of it -----------------------------------------------------------------------------------


async def test_one_article_is_shown_with_all_that_is_known(office: Office):
    mai, an, issued = await sent(office, 1)
    async with office.rt.write() as session:
        await session.execute(
            update(Page).values(title="Khai mạc hội báo", site="Báo Yên Bái", author="Hà Lan")
        )
    await opened(mai)
    shown = mai.messages()[-1]
    for words in (
        say("article.title", unit="Báo Yên Bái", code=f"TB-{(await office.row(Article)).id}"),
        f"{issued.directive.number}/STTTT-TTBCXB",
        "1. Việc 1",
        say("article.counts", counted=1, expected=1, accepted=0),
        "Khai mạc hội báo",
        link(1),
        say("article.site", name="Báo Yên Bái"),
        say("article.author", name="Hà Lan"),
        say("article.published", at="06/10/2026"),
        "Nguyễn Văn An",
        say("finding.submitted_on_time"),
        say("article.please_decide"),
    ):
        assert words in shown["text"], words
    assert labels(shown) == ["Chấp nhận", "Trả lại…", "Danh sách"]
    await mai.presses("Chấp nhận")
    assert await said(office) == [ReviewKind.ACCEPTED]
    shown = mai.messages()[-1]
    assert say("article.is_accepted") in shown["text"]
    assert "Trần Thị Mai: chấp nhận" in shown["text"]
    assert labels(shown) == ["Hoàn tác", "Danh sách"]
    found = await work(office)
    assert found.state is ACCEPTED
    article = await office.row(Article)
    assert (article.decided_at, article.state) == (office.clock.at, ArticleState.ACCEPTED)
    assert an.texts()[-1] != shown["text"]


async def test_buttons_lead_to_what_waits_beside_it(office: Office):
    mai, _, _ = await sent(office, 1, 2, 3, expected=5)
    await opened(mai, 2)
    shown = mai.messages()[-1]
    assert labels(shown)[-3:] == ["‹ Trước", "Sau ›", "Danh sách"]
    await mai.presses("Chấp nhận")
    await mai.presses("Sau ›")
    assert link(3) in mai.texts()[-1]
    await mai.presses("‹ Trước")
    assert link(1) in mai.texts()[-1]  # the second one waits no more
    assert labels(mai.messages()[-1])[-2:] == ["Sau ›", "Danh sách"]
    assert mai.messages()[-1]["message_id"] == shown["message_id"]


async def test_of_two_who_decide_the_second_is_told_who_was_first(office: Office):
    mai, _, _ = await sent(office, 1)
    hoa = await office.staff(name="Phạm Thị Hoa")
    await opened(mai)
    await opened(hoa)
    await hoa.presses("Chấp nhận")
    popup = await mai.presses("Trả lại…")
    assert popup == Popup(say("article.accepted_before", by="Phạm Thị Hoa"), alert=True)
    article = await office.row(Article)
    number = REASONS.index(ReturnReason.DUPLICATE)
    why = Callback(Press.ARTICLE_REASON, (0, article.id, 0, number))
    popup = await mai.presses_data(why)
    assert popup == Popup(say("article.accepted_before", by="Phạm Thị Hoa"), alert=True)
    assert await said(office) == [ReviewKind.ACCEPTED]


async def test_of_two_at_the_same_moment_one_meets_what_the_other_made_of_it(office: Office):
    mai, _, _ = await sent(office, 1)
    hoa = await office.staff(name="Phạm Thị Hoa")
    entry = Entry(EntryKind.ARTICLE, (await office.row(Article)).id)

    async def give_back() -> None:
        async with office.rt.write() as session:
            await article_review.return_(
                session,
                entry,
                Why(ReturnReason.DUPLICATE),
                actor=await actor_of(hoa, session),
                policy=await policies.load(session, office.rt.config),
                now=office.rt.now(),
            )

    async with office.rt.write() as session:
        actor = await actor_of(mai, session)
        await article_review.accept(session, entry, actor=actor, now=office.rt.now())
        later = asyncio.create_task(give_back())
        await asyncio.wait([later], timeout=0.3)  # it waits for what is not committed
    with pytest.raises(Conflict, match=r"article\.accepted_before") as refused:
        await later
    assert refused.value.parameters["by"] == "Trần Thị Mai"
    assert await said(office) == [ReviewKind.ACCEPTED]
    assert await states(office) == [ArticleState.ACCEPTED]
    await office.works()


async def test_of_two_taps_at_the_same_moment_one_accepts(office: Office):
    mai, _, _ = await sent(office, 1, 2, expected=5)
    hoa = await office.staff(name="Phạm Thị Hoa")
    shown = [row.id for row in await office.rows(Article)]

    async def accept_all(phone: Phone, session: AsyncSession) -> Taken:
        return await clean_articles.accept_clean(
            session,
            shown,
            since=office.rt.now(),
            actor=await actor_of(phone, session),
            zone=ZoneInfo("Asia/Ho_Chi_Minh"),
            now=office.rt.now(),
        )

    async def accept_all_too() -> Taken:
        async with office.rt.write() as session:
            return await accept_all(hoa, session)

    async with office.rt.write() as session:
        first = await accept_all(mai, session)
        later = asyncio.create_task(accept_all_too())
        await asyncio.wait([later], timeout=0.3)
    second = await later
    assert (first.accepted, second.accepted, second.decided) == (2, 0, 2)
    assert await said(office) == [ReviewKind.ACCEPTED] * 2
    await office.works()


async def test_a_file_is_shown_by_copying_it(office: Office):
    mai, an, _ = await sent(office, 1)
    chat = await office.chat_of(an)
    await an.sends("sticker")
    async with office.rt.write() as session:
        await session.execute(
            update(Article).values(
                kind="photo",
                url="",
                file_id="x",
                message_id=an.last_own()["message_id"],
                chat_id=chat.id,
            )
        )
    shown = await opened(mai)
    assert f"[{say('content.photo')}]" in shown["text"]
    await mai.presses("Xem tệp")
    copied = mai.messages()[-1]
    assert "sticker" in copied
    assert copied["reply_to_message"]["message_id"] == shown["message_id"]


# --- returning -----------------------------------------------------------------------------------


async def test_a_return_opens_the_work_again_and_it_is_reminded_of(office: Office):
    mai, an, issued = await sent(office, 1)
    assert (await work(office)).next_reminder_at is None
    assert "đã gửi 1 tin, bài" in an.texts()[0]
    await opened(mai)
    await mai.presses("Trả lại…")
    shown = mai.messages()[-1]
    assert labels(shown) == [
        *(say(f"article.reason_{reason}") for reason in REASONS),
        *("Lý do khác…", "Quay lại"),
    ]
    popup = await mai.presses(say("article.reason_dead_link"))
    assert popup == Popup(say("article.returned_now"), alert=False)
    found = await work(office)
    assert (found.state, found.submitted_at) == (OPEN, None)
    assert found.next_reminder_at is not None
    assert found.next_reminder_at > office.clock.at
    decision = await office.row(ReviewDecision)
    assert (decision.kind, decision.reason_key) == (ReviewKind.RETURNED, "dead_link")
    event = await office.row(Event, action="article_returned")
    assert event.details["reason"] == "article.reason_dead_link"
    assert say("article.reason_dead_link") in mai.texts()[-1]
    assert "đã gửi" not in an.texts()[0]
    assert issued.directive.number is not None

    office.clock.at = factories.FRIDAY_EVENING - timedelta(hours=9)
    await told(office, timedelta())
    await office.reminds()
    returned = say("card.returned", number="01", reason=say("article.reason_dead_link"))
    assert f" – 00/01; {returned}" in an.sees("Nhắc việc")["text"]


async def test_a_return_that_leaves_enough_leaves_the_work_done(office: Office):
    mai, an, _ = await sent(office, 1)
    office.clock.at = factories.FRIDAY_EVENING + timedelta(hours=1)
    await an.says(link(2))  # one more, too late
    await looked_at(office)
    assert (await work(office)).submitted_at == factories.NOON
    await opened(mai)
    await mai.presses("Trả lại…")
    await mai.presses(say("article.reason_wrong_link"))
    found = await work(office)
    # What is left came late: so the work did.
    assert (found.state, found.submitted_at) == (SUBMITTED, office.clock.at)
    await mai.presses("Hoàn tác")
    found = await work(office)
    assert (found.state, found.submitted_at) == (SUBMITTED, factories.NOON)


async def test_a_card_says_what_stands_returned_and_why_until_enough_is_sent(office: Office):
    mai, an, _ = await sent(office, 1, 2, expected=2)
    radio = await office.unit("Đài Yên Bái")
    other = await office.contact(radio, name="Lê Bình")
    await office.issued(radio, tasks=1)
    assert "đã gửi 2/2 tin, bài" in an.texts()[0]
    await opened(mai)
    await mai.presses("Trả lại…")
    await mai.presses("Lý do khác…")
    await mai.says("Thiếu <ảnh> minh họa")
    await office.works()
    assert "đã gửi 1/2 tin, bài · 01 bị trả lại: Thiếu <ảnh> minh họa" in an.texts()[0]
    await opened(mai)
    await mai.presses("Trả lại…")
    await mai.presses(say("article.reason_wrong_link"))
    wrong = say("article.reason_wrong_link")
    assert f"chưa có kết quả · 02 bị trả lại: {wrong}" in an.texts()[0]
    assert not [text for text in other.texts() if "bị trả lại" in text]
    await mai.presses("Hoàn tác")
    assert "đã gửi 1/2 tin, bài · 01 bị trả lại: Thiếu <ảnh> minh họa" in an.texts()[0]
    await an.says(link(3))
    await office.works()
    assert "bị trả lại" not in an.texts()[0]
    assert "đã gửi 2/2 tin, bài" in an.texts()[0]


async def test_a_unit_with_the_same_work_has_no_part_in_what_was_returned(office: Office):
    units = [await office.unit("Báo Yên Bái"), await office.unit("Đài Yên Bái")]
    an, binh = [await office.contact(unit, name=unit.name) for unit in units]
    mai = await office.staff(StaffRole.REVIEWER)
    await office.issued(*units, tasks=1)
    for phone, number in ((an, 1), (binh, 2)):
        await phone.says(link(number))
    await looked_at(office)
    for _ in range(2):
        await opened(mai)
        await mai.presses("Trả lại…")
        await mai.presses(say("article.reason_wrong_link"))
    async with office.rt.write() as session:  # drawn once more, both at one moment
        addressees = (await session.scalars(select(Addressee))).all()
        await session.execute(
            update(Article).where(Article.url == link(2)).values(state=ArticleState.WITHDRAWN)
        )
        await cards.redraw_addressees(session, addressees, now=office.clock.at)
    await office.works()
    assert "chưa có kết quả · 01 bị trả lại" in an.texts()[0]
    assert "chưa có kết quả" in binh.texts()[0]
    assert "bị trả lại" not in binh.texts()[0]


async def test_another_reason_is_typed(office: Office):
    mai, an, issued = await sent(office, 1)
    await opened(mai)
    asked_at = mai.messages()[-1]["message_id"]
    await mai.presses("Trả lại…")
    await mai.presses("Lý do khác…")
    assert say("article.ask_reason", unit="Báo Yên Bái", longest=500,
               directive=f"{issued.directive.number}/STTTT-TTBCXB") == mai.texts()[-1]  # fmt: skip
    assert (await office.row(Dialogue)).kind is DialogueKind.ARTICLE_REASON
    assert await mai.says("x") == [say("refused.reason_unusable", longest=500)]
    assert await mai.says("Thiếu  ảnh minh họa") == [say("article.returned_now")]
    decision = await office.row(ReviewDecision)
    assert (decision.reason_key, decision.reason) == (None, "Thiếu ảnh minh họa")
    assert not await office.rows(Dialogue)
    drawn = next(each for each in mai.messages() if each["message_id"] == asked_at)
    assert "trả lại – Thiếu ảnh minh họa" in drawn["text"]
    await told(office)
    assert "Thiếu ảnh minh họa" in an.texts()[-1]


# --- what the contact is told --------------------------------------------------------------------


async def test_all_that_was_decided_is_told_in_one_message(office: Office):
    mai, an, issued = await sent(office, 1, 2, 3, expected=3)
    await opened(mai)
    await mai.presses("Chấp nhận")
    office.clock.at += timedelta(seconds=30)
    await mai.presses("Sau ›")
    await mai.presses("Chấp nhận")
    office.clock.at += timedelta(seconds=30)
    await mai.presses("Sau ›")
    await mai.presses("Trả lại…")
    await mai.presses(say("article.reason_duplicate"))
    before = an.last_id()
    await told(office, timedelta(seconds=110))
    assert an.texts(after=before) == []  # the last word is not two minutes old
    await told(office, timedelta(seconds=10))
    (message,) = an.texts(after=before)
    assert message.startswith(say("decided.title"))
    assert say("decided.accepted", position="1", count=2, all=2, expected=3) in message
    third, page = (await office.rows(Article))[2], (await office.rows(Page))[2]
    assert say("decided.returned", position="1", what=f"TB-{third.id} · {page.title}",
               reason=say("article.reason_duplicate")) in message  # fmt: skip
    opening = [each for each in an.messages()[-1]["entities"] if each["type"] == "text_link"]
    assert [each["url"] for each in opening] == [link(3)]
    assert not [row for row in await office.rows(Article) if row.tell_due_at]
    await told(office)
    assert len(an.texts(after=before)) == 1

    assert labels(an.messages()[-1]) == ["Gửi lại"]
    await an.presses("Gửi lại")
    dialogue = await office.row(Dialogue)
    assignment = await work(office)
    assert dialogue.data == {
        "addressee_id": issued.addressees[0].id,
        "assignment_id": assignment.id,
    }
    await an.says(link(4))
    assert (await work(office)).state is SUBMITTED


async def returned_of_two_tasks(office: Office) -> tuple[Phone, Issued]:
    """A contact who was told that what they had sent for the second of two tasks, and then for the
    first of another directive, was returned."""
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff(StaffRole.REVIEWER)
    issued, other = await office.issued(unit, tasks=2), await office.issued(unit, tasks=1)
    await an.presses_data(
        Callback(Press.SUBMIT, (issued.addressees[0].id, issued.assignments[0][1].id))
    )
    await an.says(link(1))
    await an.presses_data(Callback(Press.SUBMIT, (other.addressees[0].id,)))
    await an.says(link(2))
    await looked_at(office)
    for _ in range(2):
        await opened(mai)
        await mai.presses("Trả lại…")
        await mai.presses(say("article.reason_wrong_link"))
    await told(office)
    return an, issued


async def test_what_is_sent_again_is_for_the_task_of_what_was_returned(office: Office):
    an, issued = await returned_of_two_tasks(office)
    codes = [label for label in labels(an.messages()[-1]) if label.startswith("Gửi lại: NV")]
    assert [label.partition(" · ")[0] for label in codes] == ["Gửi lại: NV2", "Gửi lại: NV1"]
    await an.presses("Gửi lại: NV2")
    second = await office.row(Task, id=issued.assignments[0][1].task_id)
    assert an.texts()[-1] == say("link.ask_for_task", position=2, title=second.short_title)
    await an.says(link(3))  # without a question
    new = (await office.rows(Article))[-1]
    assert (new.url, new.assignment_id) == (link(3), issued.assignments[0][1].id)


async def test_a_task_that_is_named_overrides_what_was_asked_for(office: Office):
    an, issued = await returned_of_two_tasks(office)
    await an.presses("Gửi lại: NV2")
    await an.says(f"NV1: {link(3)}")
    new = (await office.rows(Article))[-1]
    assert (new.url, new.assignment_id) == (link(3), issued.assignments[0][0].id)


async def test_a_forged_button_binds_nothing_to_work_of_others(office: Office):
    an, issued = await returned_of_two_tasks(office)
    other = (await office.rows(Assignment))[-1]
    assert other.addressee_id != issued.addressees[0].id
    data = Callback(Press.SUBMIT, (issued.addressees[0].id, other.id))
    popup = await an.presses_data(data)
    assert popup == Popup(say("refused.gone"), alert=True)
    assert not await office.rows(Dialogue)


async def test_what_is_decided_on_and_on_is_told_after_ten_minutes(office: Office):
    mai, an, _ = await sent(office, *range(1, 9), expected=20)
    before = an.last_id()
    await opened(mai)
    for _ in range(7):
        await mai.presses("Chấp nhận")
        await mai.presses("Sau ›")
        await told(office, timedelta(seconds=100))
    (message,) = an.texts(after=before)
    # The seventh was decided less than two minutes before.
    assert say("decided.accepted", position="1", count=5, all=6, expected=20) in message


async def test_a_word_that_is_taken_back_at_once_is_told_to_nobody(office: Office):
    mai, an, _ = await sent(office, 1)
    before = an.last_id()
    await opened(mai)
    await mai.presses("Trả lại…")
    await mai.presses(say("article.reason_dead_link"))
    assert (await work(office)).state is OPEN
    office.clock.at += timedelta(seconds=60)
    popup = await mai.presses("Hoàn tác")
    assert popup == Popup(say("article.undone_now"), alert=False)
    article, found = await office.row(Article), await work(office)
    assert (article.state, article.decided_at, article.decided_by) == (
        *(ArticleState.RECORDED, None, None),
    )
    assert (found.state, found.submitted_at) == (SUBMITTED, factories.NOON)
    assert found.next_reminder_at is None
    assert await said(office) == [ReviewKind.RETURNED, ReviewKind.UNDONE]
    await told(office, timedelta(minutes=20))
    assert an.texts(after=before) == []
    assert labels(mai.messages()[-1])[:2] == ["Chấp nhận", "Trả lại…"]


async def test_a_word_that_was_told_is_taken_back_by_another_message(office: Office):
    mai, an, _ = await sent(office, 1)
    await opened(mai)
    await mai.presses("Chấp nhận")
    await told(office)
    before = an.last_id()
    await mai.presses("Hoàn tác")
    assert (await work(office)).state is SUBMITTED
    await told(office)
    title, article = (await office.row(Page)).title, await office.row(Article)
    (message,) = an.texts(after=before)
    assert say("decided.again", position="1", what=f"TB-{article.id} · {title}") in message
    # Decided and taken back again before anybody heard of it: they know that it waits.
    await mai.presses("Chấp nhận")
    await mai.presses("Hoàn tác")
    await told(office)
    assert len(an.texts(after=before)) == 1


async def test_a_told_word_is_taken_back_even_if_it_was_decided_anew_meanwhile(office: Office):
    mai, an, _ = await sent(office, 1)
    await opened(mai)
    await mai.presses("Chấp nhận")
    await told(office)
    before = an.last_id()
    for label in ("Hoàn tác", "Chấp nhận", "Hoàn tác"):
        await mai.presses(label)
    await told(office)
    (message,) = an.texts(after=before)
    assert message.startswith(say("decided.title"))
    assert "đang xem lại" in message


async def test_what_was_sent_again_before_it_was_told_is_not_spoken_of(office: Office):
    mai, an, _ = await sent(office, 1)
    before = an.last_id()
    await opened(mai)
    await mai.presses("Trả lại…")
    await mai.presses(say("article.reason_dead_link"))
    office.clock.at += timedelta(seconds=30)
    async with office.rt.write() as session:  # as sending the same link again does
        await session.execute(
            update(Article).values(state=ArticleState.RECORDED, submitted_at=office.clock.at)
        )
    await told(office)
    assert an.texts(after=before) == []


async def test_what_no_longer_holds_when_it_is_sent_is_not_told(office: Office):
    mai, an, _ = await sent(office, 1)
    await opened(mai)
    await mai.presses("Chấp nhận")
    before = an.last_id()
    office.clock.at += TWO_MINUTES
    assert not await tell_decisions(office.rt)  # queued, and not sent
    message = await office.row(OutboxMessage, kind=MessageKind.DECISIONS)
    async with office.rt.write() as session:
        await session.execute(
            update(Article).values(state=ArticleState.WITHDRAWN, decided_at=office.clock.at)
        )
    await office.works()
    assert an.texts(after=before) == []
    assert (await office.row(OutboxMessage, id=message.id)).reason == "overtaken"


async def test_a_word_that_is_taken_back_as_it_is_told_is_not_told_and_others_are(office: Office):
    if office.rt.database.is_sqlite:
        pytest.skip("SQLite has one writer")
    mai, an, _ = await sent(office, 1, 2, expected=2)
    first, second = await office.rows(Article)
    for article in (first, second):
        await mai.presses_data(Callback(Press.ARTICLE_ACCEPT, (0, article.id, 0)))
    before = an.last_id()
    office.clock.at += TWO_MINUTES
    async with office.rt.write() as session:
        actor = await people.actor(session, mai.user_id)
        assert actor is not None
        policy = await policies.load(session, office.rt.config)
        await undone_reviews.undo(
            session, Entry(EntryKind.ARTICLE, first.id), actor=actor, policy=policy,
            now=office.clock.at,
        )  # fmt: skip
        telling = asyncio.create_task(tell_decisions(office.rt))
        await asyncio.wait({telling}, timeout=0.5)  # it waits for the article
    await telling
    await office.works()
    (words,) = an.texts(after=before)
    assert "✓ Nhiệm vụ 1: chấp nhận 1 " in words


async def test_who_is_no_contact_any_more_when_it_is_sent_is_told_nothing(office: Office):
    mai, an, _ = await sent(office, 1)
    await opened(mai)
    await mai.presses("Chấp nhận")
    before = an.last_id()
    office.clock.at += TWO_MINUTES
    await tell_decisions(office.rt)
    async with office.rt.write() as session:
        await session.execute(update(Contact).values(ended_at=office.clock.at))
    await office.works()
    assert an.texts(after=before) == []


async def test_who_is_no_contact_any_more_is_told_nothing_and_the_unit_is(office: Office):
    mai, an, _ = await sent(office, 1)
    unit = await office.row(Unit)
    binh = await office.contact(unit, name="Lê Thị Bình")
    chat = await office.chat_of(an)
    async with office.rt.write() as session:
        await session.execute(
            update(Contact)
            .where(Contact.person_id == chat.person_id)
            .values(ended_at=office.clock.at)
        )
    await opened(mai)
    await mai.presses("Chấp nhận")
    before = an.last_id()
    await told(office)
    assert an.texts(after=before) == []
    assert binh.texts()[-1].startswith(say("decided.title"))


async def test_what_was_sent_in_a_group_that_serves_the_unit_no_more_is_told_in_private(
    office: Office,
):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff(StaffRole.REVIEWER)
    group = await office.group(an, unit=unit)
    await office.issued(unit, tasks=1)
    await group.says(link(1), reply_to=group.messages()[-1])
    await looked_at(office)
    await opened(mai)
    await mai.presses("Chấp nhận")
    before = group.last_id(), an.last_id()
    async with office.rt.write() as session:
        await session.execute(
            update(Chat).where(Chat.telegram_id == group.chat_id).values(unit_id=None)
        )
    await told(office)
    assert say("decided.title") not in "".join(group.texts(after=before[0]))
    (message,) = an.texts(after=before[1])
    assert message.startswith(say("decided.title"))


async def test_what_staff_entered_is_told_to_nobody(office: Office):
    mai, an, _ = await sent(office, 1)
    async with office.rt.write() as session:
        await session.execute(update(Article).values(by_office=True))
    before = an.last_id()
    await opened(mai)
    assert say("article.entered_by", name="Nguyễn Văn An") in mai.texts()[-1]
    await mai.presses("Trả lại…")
    await mai.presses(say("article.reason_dead_link"))
    await told(office)
    assert an.texts(after=before) == []
    await mai.presses("Hoàn tác")
    await told(office)
    assert an.texts(after=before) == []


# --- work that was reported done -----------------------------------------------------------------


async def reported(office: Office) -> tuple[Phone, Phone]:
    """Somebody of the office, and a contact who says that the only task is done."""
    mai, an, issued = await sent(office)
    await an.presses_data(Callback(Press.REPORT_DONE, (issued.assignments[0][0].id,)))
    assert (await work(office)).state is SUBMITTED
    return mai, an


async def test_work_that_was_reported_done_is_accepted_as_a_whole(office: Office):
    mai, an = await reported(office)
    shown = await opened(mai)
    assert say("article.work_title", unit="Báo Yên Bái") in shown["text"]
    before = an.last_id()
    await mai.presses("Chấp nhận")
    assert (await work(office)).state is ACCEPTED
    decision = await office.row(ReviewDecision)
    assert (decision.article_id, decision.kind) == (None, ReviewKind.ACCEPTED)
    assert an.texts(after=before) == []
    await told(office)
    (message,) = an.texts(after=before)
    assert say("decided.work_accepted", position="1") in message
    popup = await mai.presses_data(Callback(Press.ARTICLE_ACCEPT, (1, decision.assignment_id, 0)))
    assert popup == Popup(say("article.accepted_before", by="Trần Thị Mai"), alert=True)


async def test_work_that_was_reported_done_is_returned_and_opens_again(office: Office):
    mai, an = await reported(office)
    await opened(mai)
    await mai.presses("Trả lại…")
    assert len(labels(mai.messages()[-1])) == 3 + 2
    await mai.presses(say("article.reason_not_enough"))
    found = await work(office)
    assert (found.state, found.submitted_at) == (OPEN, None)
    assert found.next_reminder_at is not None
    returned = say("card.work_returned", reason=say("article.reason_not_enough"))
    assert returned in an.texts()[0]
    before = an.last_id()
    await told(office)
    (message,) = an.texts(after=before)
    assert say("article.reason_not_enough") in message
    assert labels(an.messages()[-1]) == ["Gửi lại"]
    await mai.presses("Hoàn tác")
    found = await work(office)
    assert (found.state, found.submitted_at) == (SUBMITTED, factories.NOON)
    assert found.next_reminder_at is None
    assert returned not in an.texts()[0]
    await told(office)
    assert "đang xem lại" in an.texts()[-1]


async def test_a_word_on_work_that_is_taken_back_at_once_is_told_to_nobody(office: Office):
    mai, an = await reported(office)
    await opened(mai)
    before = an.last_id()
    await mai.presses("Chấp nhận")
    office.clock.at += timedelta(seconds=60)
    await mai.presses("Hoàn tác")
    assert (await work(office)).state is SUBMITTED
    await told(office, timedelta(minutes=20))
    assert an.texts(after=before) == []


async def test_work_reported_done_with_fewer_is_accepted_article_by_article_then_as_a_whole(
    office: Office,
):
    mai, an, issued = await sent(office, 1, expected=3)
    await an.presses_data(Callback(Press.REPORT_DONE, (issued.assignments[0][0].id,)))
    of_work = Callback(Press.ARTICLE_ACCEPT, (1, issued.assignments[0][0].id, 0))
    popup = await mai.presses_data(of_work)
    assert popup == Popup(say("article.decide_articles_first"), alert=True)
    await opened(mai)
    await mai.presses("Chấp nhận")
    assert (await work(office)).state is SUBMITTED  # fewer than expected: is that all right?
    await mai.presses("Danh sách")
    assert say("article.waiting_title", count=1) in mai.texts()[-1]
    await mai.presses("Xem 1")
    await mai.presses("Chấp nhận")
    assert (await work(office)).state is ACCEPTED


async def test_taking_back_a_return_restores_what_was_reported_done(office: Office):
    mai, an, issued = await sent(office, 1, expected=3)
    await an.presses_data(Callback(Press.REPORT_DONE, (issued.assignments[0][0].id,)))
    office.clock.at += timedelta(minutes=5)
    await opened(mai)
    await mai.presses("Trả lại…")
    await mai.presses(say("article.reason_dead_link"))
    assert (await work(office)).state is OPEN
    await mai.presses("Hoàn tác")
    found = await work(office)
    assert (found.state, found.submitted_at) == (SUBMITTED, factories.NOON)
    assert found.next_reminder_at is None


async def test_a_return_after_another_does_not_restore_a_report_when_taken_back(office: Office):
    mai, an, issued = await sent(office, 1, 2, expected=3)
    await an.presses_data(Callback(Press.REPORT_DONE, (issued.assignments[0][0].id,)))
    await opened(mai)
    for _ in range(2):
        await mai.presses("Trả lại…")
        await mai.presses(say("article.reason_dead_link"))
        if "Sau ›" in labels(mai.messages()[-1]):
            await mai.presses("Sau ›")
    await mai.presses("Hoàn tác")
    assert (await work(office)).state is OPEN


# --- where it is offered -------------------------------------------------------------------------


async def test_when_all_is_accepted_closing_is_offered_to_who_may(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff(StaffRole.SENDER)
    issued = await office.issued(unit, tasks=2)
    for number in (1, 2):
        await an.says(f"NV{number} {link(number)}")
    await looked_at(office)
    name = f"{issued.directive.number}/STTTT-TTBCXB"
    await opened(mai)
    await mai.presses("Chấp nhận")
    assert say("article.all_accepted", directive=name) not in mai.texts()
    await mai.presses("Sau ›")
    await mai.presses("Chấp nhận")
    assert mai.texts()[-1] == say("article.all_accepted", directive=name)
    await mai.says("/tiendo")
    assert say("state.all_accepted") in mai.texts()[-1]
    for _ in range(2):  # and sure
        await mai.presses("Đóng chỉ đạo")
    assert (await office.row(Directive)).closed_at == office.clock.at


async def test_the_state_of_a_directive_leads_to_its_articles_only(office: Office):
    mai, an, issued = await sent(office, 1)
    unit = await office.row(Unit)
    await office.issued(unit, tasks=1)
    await an.says(link(2), reply_to=an.messages()[-1])
    await mai.says(f"/tiendo {issued.directive.number}")
    assert say("state.to_review", count=1) in mai.texts()[-1]
    await mai.presses(say("button.articles_waiting", count=1))
    shown = mai.messages()[-1]
    assert say("article.waiting_title", count=1) in shown["text"]
    await mai.presses("Xem 1")
    assert labels(mai.messages()[-1]) == ["Chấp nhận", "Trả lại…", "Danh sách"]
    await mai.presses("Danh sách")
    await mai.presses("Tất cả các chỉ đạo")
    assert say("article.waiting_title", count=2) in mai.texts()[-1]


async def test_the_digest_of_staff_counts_what_waits(office: Office):
    mai, _, _ = await sent(office, 1)
    await send_digests(office.rt)
    office.clock.at += timedelta(days=1, hours=-4)
    await send_digests(office.rt)
    await office.works()
    assert say("waiting.articles", count=1) in mai.texts()[-1]


async def test_who_is_limited_sees_and_decides_what_is_theirs_only(office: Office):
    mai, _, _ = await sent(office, 1)
    other = await office.unit("Đài Phát thanh tỉnh", "Phát thanh")
    binh = await office.contact(other, name="Lê Thị Bình")
    await office.issued(other, tasks=1)
    await binh.says(link(1))  # the same link as another unit's
    await looked_at(office)
    async with office.rt.write() as session:
        hoa = await factories.create_staff(session, StaffRole.REVIEWER, name="Phạm Thị Hoa")
        group = (await session.scalars(select(Group))).one()
        await factories.limit(session, hoa, group)
    phone = office.phone(hoa)
    shown = await listed(phone)
    assert say("article.waiting_title", count=1) in shown["text"]
    assert "Báo Yên Bái" not in shown["text"]
    await phone.presses("Xem 1")
    assert "Báo Yên Bái" not in phone.texts()[-1]
    assert say("finding.another_unit") in phone.texts()[-1]
    first, _ = await office.rows(Article)
    for press in (Press.ARTICLE, Press.ARTICLE_ACCEPT, Press.ARTICLE_RETURN, Press.ARTICLE_UNDO):
        popup = await phone.presses_data(Callback(press, (0, first.id, 0)))
        assert popup == Popup(say("refused.out_of_scope"), alert=True)
    await opened(mai)
    assert await said(office) == []


async def test_nothing_is_decided_of_what_is_closed(office: Office):
    mai, _, issued = await sent(office, 1)
    shown = await listed(mai)
    _, accept_all = mai.find_button(say("button.articles_accept", count=1))
    async with office.rt.write() as session:
        await session.execute(update(Directive).values(closed_at=office.clock.at))
    article = await office.row(Article)
    for press, ids in (
        (Press.ARTICLE_ACCEPT, (0, article.id, 0)),
        (Press.ARTICLE_RETURN, (0, article.id, 0)),
        (Press.ARTICLE_REASON, (0, article.id, 0, 0)),
        (Press.ARTICLE_OTHER_REASON, (0, article.id, 0)),
        (Press.ARTICLE_UNDO, (0, article.id, 0)),
        (Press.ARTICLE_ACCEPT, (1, issued.assignments[0][0].id, 0)),
    ):
        popup = await mai.presses_data(Callback(press, ids))
        assert popup == Popup(say("refused.closed"), alert=True), press
    popup = await mai.presses_data(accept_all["callback_data"], shown["message_id"])
    assert popup.text == say("article.clean_left", count=0, left=1, decided=1, changed=0, noticed=0)
    assert await said(office) == []
    assert say("article.nothing_waits") in mai.texts()[-1]
