"""Links as people send them: where they belong, duplicates, bad ones, many, in a dialogue."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.callbacks import Callback, Press
from bot.domain.dialogues import DialogueKind
from bot.domain.states import AssignmentState, ContactRole
from bot.storage import people
from bot.storage.tables import Article, Assignment, Dialogue, Directive, Submission, Unit
from bot.texts import texts
from tests import factories
from tests.factories import Issued
from tests.handlers.conftest import BOT_NAME, Office, Phone, Popup

LINK = "https://baoyenbai.com.vn/11/305919/Diem-su-kien.aspx"
ANOTHER = "https://baoyenbai.com.vn/11/305920/Diem-su-kien.aspx"
say = texts("vi")


def recorded(*, task: int = 1, count: int = 1, total: int = 1, first: int = 0) -> str:
    """The receipt for a task; its reference is that of the first article in this message."""
    code = f"TB-{first or total - count + 1}"
    return say("link.recorded", count=count, position=task, total=total, expected=1, code=code)


async def contact_with_work(office: Office, *, tasks: int = 2) -> tuple[Phone, Issued]:
    """A contact whose unit has one directive."""
    unit = await office.unit()
    an = await office.contact(unit)
    return an, await office.issued(unit, tasks=tasks)


# --- where a link belongs ------------------------------------------------------------------------


async def test_the_only_open_task_needs_no_words(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    assert await an.says(LINK) == [recorded()]
    article = await office.row(Article)
    assert (article.url, article.submitted_at) == (LINK, office.clock.at)
    assert (await office.row(Assignment)).state is AssignmentState.SUBMITTED
    assert "đã gửi 1 tin, bài" in an.texts()[0]


async def test_the_task_can_be_named_in_many_ways(office: Office):
    an, _ = await contact_with_work(office)
    for total, words in enumerate(
        ("NV2 {}", "{} nv 2", "Nội dung 2: {}", "noi dung 2 {}", "2. {}", "task 2 {}"), start=1
    ):
        said = words.format(f"https://baoyenbai.com.vn/11/{total}/bai.aspx")
        assert await an.says(said) == [recorded(task=2, total=total)]


async def test_links_follow_the_tasks_that_they_are_for(office: Office):
    an, _ = await contact_with_work(office, tasks=3)
    assert await an.says(f"NV1: {LINK}\nNV3 {ANOTHER} {LINK}?b=2") == [
        recorded(task=1),
        recorded(task=3, count=2, total=2, first=2),
    ]


@pytest.mark.parametrize(
    "words", ["NV1 và NV2: {}", "{} NV1 {} NV2", "{}\nNV1 {}\nNV2 {}"], ids=["two", "after", "some"]
)
async def test_links_of_several_tasks_that_may_be_understood_otherwise_are_asked_about(
    office: Office, words: str
):
    an, _ = await contact_with_work(office)
    count = words.count("{}")
    said = words.format(*(f"https://baoyenbai.com.vn/11/{n}/bai.aspx" for n in range(count)))
    several = say("link.choose_task_of_several", count=count)
    assert await an.says(said) == [several if count > 1 else say("link.choose_task")]
    assert not await office.rows(Article)
    assert len((await office.row(Submission)).links) == count


async def test_a_numbered_list_of_links_is_asked_about_and_named_links_answer_that(office: Office):
    an, _ = await contact_with_work(office, tasks=3)
    first, second, third = (f"https://baoyenbai.com.vn/11/{n}/bai.aspx" for n in range(3))
    asked = say("link.choose_task_of_several", count=3)
    assert await an.says(f"1. {first}\n2. {second}\n3. {third}") == [asked]
    assert not await office.rows(Article)
    assert await an.says(f"NV1 {first}\nNV2 {second}") == [
        recorded(task=1),
        recorded(task=2, first=2),
    ]
    waits = await office.row(Submission)
    assert (waits.links, waits.placed_at) == ([third], None)
    assert await an.says(f"NV3 {third}") == [recorded(task=3, first=3)]
    assert (await office.row(Submission)).placed_at is not None


async def test_an_unclear_task_is_asked_for_once(office: Office):
    an, issued = await contact_with_work(office)
    assert await an.says(LINK) == [say("link.choose_task")]
    assert not await office.rows(Article)
    second = issued.assignments[0][1].id
    submission = await office.row(Submission)
    assert submission.links == [LINK]
    await an.presses("2. Việc 2")
    assert an.texts()[-1] == recorded(task=2)
    popup = await an.presses_data(Callback(Press.PLACE_LINKS, (submission.id, second)))
    assert popup == Popup(say("link.placed_before"), alert=True)
    assert len(await office.rows(Article)) == 1


async def test_a_reply_to_a_card_is_for_that_card_though_more_is_open(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    first = await office.issued(unit, tasks=1)
    await office.issued(unit, tasks=1)
    card, _ = an.messages()
    assert await an.says(LINK, reply_to=card) == [recorded()]
    assert (await office.row(Article)).assignment_id == first.assignments[0][0].id


async def test_a_reply_to_a_reminder_is_for_what_it_reminds_of(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    first = await office.issued(unit, tasks=1, next_reminder_at=factories.NOON)
    await office.issued(unit, tasks=1)
    office.clock.at = factories.FRIDAY_EVENING - timedelta(hours=9)
    await office.reminds()
    reminder = an.sees("Nhắc việc")
    assert await an.says(LINK, reply_to=reminder) == [recorded()]
    assert (await office.row(Article)).assignment_id == first.assignments[0][0].id


async def test_just_so_with_several_directives_the_buttons_name_them(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    first, second = await office.issued(unit, tasks=1), await office.issued(unit, tasks=1)
    assert await an.says(LINK) == [say("link.choose_task")]
    labels = an.buttons()[-2:]
    numbers = [second.directive.number, first.directive.number]
    assert {label.partition(" · ")[0] for label in labels} == {
        f"1. {number}/STTTT-TTBCXB" for number in numbers
    }
    await an.presses(f"1. {first.directive.number}/")
    assert an.texts()[-1] == recorded()
    assert (await office.row(Article)).assignment_id == first.assignments[0][0].id


async def test_a_task_number_nobody_was_given_is_asked_about_even_if_one_task_is_open(
    office: Office,
):
    an, _ = await contact_with_work(office, tasks=1)
    reason = say("links.no_such_task", position=9)
    assert await an.says(f"NV9 {LINK}") == [f"{reason} {say('link.choose_task')}"]
    assert not await office.rows(Article)
    await an.presses("1. Việc 1")
    assert an.texts()[-1] == recorded()


async def test_a_task_that_has_ended_is_said_to_be_so_before_the_question(office: Office):
    an, issued = await contact_with_work(office, tasks=3)
    async with office.rt.write() as session:
        await session.execute(
            update(Assignment)
            .where(Assignment.id == issued.assignments[0][2].id)
            .values(state=AssignmentState.CANCELLED)
        )
    reason = say("links.no_such_task", position=3)
    assert await an.says(f"NV3 {LINK}") == [f"{reason} {say('link.choose_task')}"]


async def test_a_task_that_several_directives_have_is_not_said_to_be_closed(office: Office):
    an, _ = await contact_with_work(office)
    await office.issued((await office.rows(Unit))[0], tasks=2)
    assert await an.says(f"NV1 {LINK}") == [say("link.choose_task")]


@pytest.mark.parametrize("words", ["02 bài: {}", "05 tin đã đăng {}", "1.200 lượt xem {}"])
async def test_a_count_is_no_task_number(office: Office, words: str):
    an, _ = await contact_with_work(office)
    assert await an.says(words.format(LINK)) == [say("link.choose_task")]
    assert (await office.row(Submission)).links == [LINK]


async def test_without_open_work_the_contact_is_told_so(office: Office):
    an = await office.contact(await office.unit())
    assert await an.says(LINK) == [say("link.no_open_task")]


async def test_a_reply_to_the_card_of_a_closed_directive_is_told_so(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    async with office.rt.write() as session:
        await session.execute(update(Directive).values(closed_at=factories.NOON))
    assert await an.says(LINK, reply_to=an.messages()[0]) == [say("refused.closed")]
    assert await an.says(LINK) == [say("link.no_open_task")]
    assert not await office.rows(Article)


async def test_a_person_of_two_units_replies_to_the_card_of_the_one_that_is_meant(office: Office):
    paper, radio = await office.unit("Báo Yên Bái"), await office.unit("Đài Phát thanh tỉnh")
    an = await office.contact(paper, radio)
    issued = await office.issued(paper, radio, tasks=1)
    radios_card = an.sees("Kính gửi: Đài Phát thanh tỉnh")
    (receipt,) = await an.says(LINK, reply_to=radios_card)
    assert "Đã ghi nhận 1 đường dẫn" in receipt
    assert (await office.row(Article)).assignment_id == issued.assignments[1][0].id


async def test_links_behind_nop_are_taken_also_in_a_group(office: Office):
    an, _ = await contact_with_work(office)
    assert await an.says(f"/nop NV2 {LINK}") == [recorded(task=2)]
    group = await office.group(an, unit=(await office.rows(Unit))[0])
    assert await group.says(f"/nop@{BOT_NAME} NV2 {ANOTHER}") == [recorded(task=2, total=2)]
    assert not await office.rows(Dialogue)


async def test_nop_promises_no_button_that_is_not_there_and_asks_for_nothing_without_open_work(
    office: Office,
):
    an, _ = await contact_with_work(office, tasks=1)
    await an.says(LINK)
    assert await an.says("/nop") == [say("link.ask_more")]
    assert "Không phát sinh" not in an.texts()[-1]
    async with office.rt.write() as session:
        await session.execute(update(Directive).values(closed_at=factories.NOON))
    await an.says("/huy")
    assert await an.says("/nop") == [say("link.no_open_task")]
    assert not await office.rows(Dialogue)


async def test_an_edit_that_names_the_task_answers_the_question(office: Office):
    an, _ = await contact_with_work(office)
    assert await an.says(LINK) == [say("link.choose_task")]
    assert await an.edits(an.last_own()["message_id"], f"NV2 {LINK}") == [recorded(task=2)]
    assert "chưa chọn nội dung" not in "".join(await an.says("/viec"))


async def test_an_edit_that_names_another_task_says_that_nothing_is_moved_by_it(office: Office):
    an, _ = await contact_with_work(office)
    await an.says(f"NV1 {LINK}")
    own = an.last_own()["message_id"]
    assert await an.edits(own, f"NV1 {LINK} (trang nhất)") == []
    assert await an.edits(own, f"NV2 {LINK}") == [say("edit.task_stays", position=1)]
    await an.presses(say("button.own_articles_change"))
    await an.presses("Chuyển sang nội dung khác")
    await an.presses("2. Việc 2")
    assert await an.edits(own, f"NV2 {LINK} ạ") == []


# --- duplicates ----------------------------------------------------------------------------------


async def test_the_same_page_counts_once_for_the_unit_whoever_sends_it(office: Office):
    unit = await office.unit()
    an, binh = await office.contact(unit), await office.contact(unit, name="Lê Thị Bình")
    await office.issued(unit, tasks=1)
    await an.says(LINK)
    office.clock.at += timedelta(hours=1)
    same = "http://www.baoyenbai.com.vn/11/305919/Diem-su-kien.aspx?utm_source=zalo#cuoi"
    (answer,) = await binh.says(same)
    assert answer == say("link.duplicate", at="12:00 06/10/2026", zone="GMT+07:00", position=1)
    assert len(await office.rows(Article)) == 1


async def test_new_links_among_known_ones_are_recorded_and_the_known_ones_named(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    await an.says(LINK)
    answers = await an.says(f"{LINK} {ANOTHER}")
    _, new = await office.rows(Article)  # PostgreSQL leaves out the number of what was known
    assert answers == [
        recorded(count=1, total=2, first=new.id),
        say("link.duplicate", at="12:00 06/10/2026", zone="GMT+07:00", position=1),
    ]


async def test_many_known_links_get_one_sentence_with_the_first_ones_facts(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    links = " ".join(f"https://baoyenbai.com.vn/11/{number}/bai.aspx" for number in range(20))
    await an.says(links)
    office.clock.at += timedelta(hours=1)
    at = "12:00 06/10/2026"
    assert await an.says(links) == [
        say("link.duplicates", count=20, at=at, zone="GMT+07:00", position=1)
    ]


async def test_a_known_link_may_be_meant_for_another_task(office: Office):
    an, _ = await contact_with_work(office)
    await an.says(f"NV1 {LINK}")
    (answer,) = await an.says(LINK)
    at = "12:00 06/10/2026"
    assert answer == say("link.known_elsewhere", at=at, zone="GMT+07:00", position=1)
    await an.presses("2. Việc 2")
    assert an.texts()[-1] == recorded(task=2, first=2)
    assert len(await office.rows(Article)) == 2


async def test_new_links_are_asked_about_first_and_known_ones_beside_them_are_told(office: Office):
    an, issued = await contact_with_work(office)
    await an.says(f"NV1 {LINK}")
    third = "https://baoyenbai.com.vn/11/305921/Diem-su-kien.aspx"
    at = "12:00 06/10/2026"
    assert await an.says(f"{LINK}\n{ANOTHER}\n{third}") == [
        "02 đường dẫn mới thuộc nội dung nào? 01 đường dẫn đã gửi trước đó cho Nội dung 1 "
        f"({at}, giờ GMT+07:00), không tính thêm."
    ]
    await an.presses("2. Việc 2")
    assert an.texts()[-1] == recorded(task=2, count=2, total=2, first=2)
    of_second = issued.assignments[0][1].id
    found = await office.rows(Article)
    assert [each.url for each in found if each.assignment_id == of_second] == [ANOTHER, third]


async def test_links_that_are_all_known_may_be_meant_for_another_task(office: Office):
    an, _ = await contact_with_work(office)
    await an.says(f"NV1 {LINK} {ANOTHER}")
    at = "12:00 06/10/2026"
    assert await an.says(f"{LINK} {ANOTHER}") == [
        say("link.all_known_elsewhere", count=2, at=at, zone="GMT+07:00", position=1)
    ]
    await an.presses("2. Việc 2")
    assert an.texts()[-1] == recorded(task=2, count=2, total=2, first=3)


async def test_two_units_may_send_the_same_page(office: Office):
    paper, radio = await office.unit("Báo Yên Bái"), await office.unit("Đài Phát thanh tỉnh")
    an, hai = await office.contact(paper), await office.contact(radio, name="Đặng Minh Hải")
    await office.issued(paper, radio, tasks=1)
    await an.says(LINK)
    (answer,) = await hai.says(LINK)
    assert "Đã ghi nhận 1 đường dẫn" in answer
    assert len(await office.rows(Article)) == 2


# --- bad links and many --------------------------------------------------------------------------

BAD = {
    "ftp://baoyenbai.com.vn/bai.txt": "link.scheme",
    "https://an:matkhau@baoyenbai.com.vn/1": "link.userinfo",
    "http://192.168.1.10/bai": "link.address",
    "http://localhost/bai": "link.address",
    "https://baoyenbai.com.vn:8443/bai": "link.port",
}


async def test_a_bad_link_gets_one_sentence_that_says_why(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    for link, key in BAD.items():
        assert await an.says(link) == [say(key)]
    assert await an.says(f"https://baoyenbai.com.vn/{'a' * 2000}") == [
        say("link.too_long", most=2000)
    ]
    assert not await office.rows(Article)


async def test_a_bad_link_spoils_no_good_one(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    answers = await an.says(f"{LINK}\nhttp://localhost/bai")
    assert answers == [recorded(), say("link.address")]


async def test_many_bad_links_get_one_sentence_for_each_reason(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    bad = " ".join(f"ftp://a{number}.vn/ https://192.168.1.{number}/" for number in range(50))
    answers = await an.says(f"{LINK} {bad}")
    assert answers == [recorded(), say("link.scheme"), say("link.address")]


async def test_twenty_links_are_taken_and_of_more_none_is(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    links = [f"https://baoyenbai.com.vn/11/{number}/bai.aspx" for number in range(1, 22)]
    assert await an.says("\n".join(links)) == [say("link.too_many", most=20)]
    assert not await office.rows(Article)
    assert await an.says("\n".join(links[:20])) == [recorded(count=20, total=20)]
    assert len(await office.rows(Article)) == 20


# --- in dialogues, in groups, by others ----------------------------------------------------------


async def test_nop_waits_for_links_and_says_when_there_are_none(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    assert await an.says("/nop") == [say("link.ask")]
    none = say("link.none_found", office="Sở Thông tin và Truyền thông")
    assert await an.says("bài ở trang nhất") == [none]
    assert (await office.row(Dialogue)).kind is DialogueKind.SUBMIT
    assert await an.says(LINK) == [recorded()]
    assert not await office.rows(Dialogue)


async def test_the_cards_button_asks_for_links_of_that_card(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    first = await office.issued(unit, tasks=1)
    await office.issued(unit, tasks=1)
    await an.presses_data(Callback(Press.SUBMIT, (first.addressees[0].id,)))
    assert await an.says(LINK) == [recorded()]
    assert (await office.row(Article)).assignment_id == first.assignments[0][0].id


async def test_a_link_is_never_eaten_by_a_question_about_something_else(office: Office):
    unit = await office.unit()
    mai = await office.staff()
    async with office.rt.write() as session:
        person = await people.person_by_telegram_id(session, mai.user_id)
        assert person is not None
        await people.ensure_contact(
            session,
            unit_id=unit.id,
            person_id=person.id,
            role=ContactRole.CONTACT,
            now=factories.NOON,
        )
        somebody = await factories.create_somebody(session, telegram_id=mai.user_id)
        draft = await factories.create_draft(session, somebody)
    await office.issued(unit, tasks=1)
    await mai.presses_data(Callback(Press.DRAFT_SUBJECT, (draft.id,)))
    assert await mai.says(LINK) == [recorded()]
    assert (await office.row(Dialogue)).kind is DialogueKind.DRAFT_SUBJECT
    answer, _card = await mai.says("V/v cổ động")
    assert answer == say("draft.subject_taken")


async def test_in_the_units_group_a_reply_to_the_card_is_taken_and_quoted(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    group = await office.group(an, unit=unit)
    await office.issued(unit, tasks=1)
    card = group.sees("Kính gửi")
    assert await group.says(LINK, reply_to=card) == [recorded()]
    receipt = group.messages()[-1]
    assert receipt["reply_to_message"]["text"] == LINK


async def test_in_a_group_links_of_another_units_contact_are_refused(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    hai = await office.contact(await office.unit("Đài Phát thanh tỉnh"), name="Đặng Minh Hải")
    group = await office.group(an, hai, unit=unit)
    await office.issued(unit, tasks=1)
    card = group.sees("Kính gửi")
    answers = await office.in_group(hai, group).says(LINK, reply_to=card)
    assert answers == [say("refused.not_your_unit")]
    assert not await office.rows(Article)


async def test_a_group_is_shown_no_tasks_of_another_unit(office: Office):
    paper, radio = await office.unit("Báo Yên Bái"), await office.unit("Đài Phát thanh tỉnh")
    an = await office.contact(paper)
    hai = await office.contact(radio, name="Đặng Minh Hải")
    linked, unlinked = await office.group(hai, an, unit=radio), await office.group(hai, an)
    await office.issued(paper)
    for group, key in ((linked, "refused.not_your_unit"), (unlinked, "group.not_linked")):
        await group.says("/ngonngu")
        here = office.in_group(an, group)
        assert await here.says(LINK, reply_to=group.messages()[-1]) == [say(key)]
        assert not any("Việc" in label for label in here.buttons())
    assert not await office.rows(Submission)


async def test_a_person_of_two_units_is_asked_in_a_group_for_its_units_tasks_only(office: Office):
    paper, radio = await office.unit("Báo Yên Bái"), await office.unit("Đài Phát thanh tỉnh")
    an = await office.contact(paper, radio)
    group = await office.group(an, unit=radio)
    issued = await office.issued(paper, radio, tasks=1)
    await group.says("/nop")
    assert len(await group.says(LINK, reply_to=group.messages()[-1])) == 1
    assert (await office.row(Article)).assignment_id == issued.assignments[1][0].id


async def test_a_strangers_links_are_not_taken(office: Office):
    await contact_with_work(office, tasks=1)
    passer_by = office.account()
    before = await office.counts()
    (answer,) = await passer_by.says(LINK)
    assert answer == say("start.stranger", office="Sở Thông tin và Truyền thông")
    assert await office.counts() == {**before, "chats": before["chats"] + 1}


# --- questions that are left ---------------------------------------------------------------------


async def test_what_waits_for_its_task_is_told_in_viec_and_asked_about_again(office: Office):
    an, _ = await contact_with_work(office)
    assert "chưa chọn nội dung" not in "".join(await an.says("/viec"))
    await an.says(LINK)
    asked_about = an.last_own()["message_id"]
    await an.says(ANOTHER)
    (told,) = await an.says("/viec")
    assert say("tasks.unchosen", count=2) in told
    await an.presses(say("button.ask_task_again"))
    assert an.texts()[-2:] == [say("link.choose_task")] * 2
    assert an.messages()[-2]["reply_to_message"]["message_id"] == asked_about
    await an.presses("2. Việc 2")
    assert an.texts()[-1] == recorded(task=2)
    assert (await office.row(Article)).url == ANOTHER
    (told,) = await an.says("/viec")
    assert say("tasks.unchosen", count=1) in told


async def test_what_is_not_meant_any_more_can_be_dropped(office: Office):
    an, _ = await contact_with_work(office)
    await an.says(LINK)
    await an.says("/viec")
    await an.presses(say("button.ask_task_again"))
    await an.presses(say("button.drop_submission"))
    assert "chưa chọn nội dung" not in "".join(await an.says("/viec"))
    popup = await an.presses("2. Việc 2")
    assert popup == Popup(say("link.dropped_before"), alert=True)
    assert not await office.rows(Article)


async def test_the_first_question_can_still_be_answered_when_it_was_asked_again(office: Office):
    an, _ = await contact_with_work(office)
    await an.says(LINK)
    first = an.messages()[-1]
    _, second = first["reply_markup"]["inline_keyboard"]
    await an.says("/viec")
    await an.presses(say("button.ask_task_again"))
    await an.presses_data(second[0]["callback_data"], first["message_id"])
    assert an.texts()[-1] == recorded(task=2)
    popup = await an.presses("1. Việc 1")
    assert popup == Popup(say("link.placed_before"), alert=True)


async def test_what_waits_when_all_is_closed_can_only_be_dropped(office: Office):
    an, _ = await contact_with_work(office)
    await an.says(LINK)
    async with office.rt.write() as session:
        await session.execute(update(Directive).values(closed_at=factories.NOON))
    assert say("tasks.unchosen", count=1) in "".join(await an.says("/viec"))
    await an.presses(say("button.ask_task_again"))
    assert an.texts()[-1] == say("link.nothing_open")
    await an.presses(say("button.drop_submission"))
    assert "chưa chọn nội dung" not in "".join(await an.says("/viec"))


async def test_who_did_not_send_it_is_not_told_that_it_is_recorded(office: Office):
    unit = await office.unit()
    an, binh = await office.contact(unit), await office.contact(unit, name="Lê Thị Bình")
    group = await office.group(an, binh, unit=unit)
    await office.issued(unit, tasks=2)
    await group.says(LINK, reply_to=group.sees("Kính gửi"))
    popup = await office.in_group(binh, group).presses("2. Việc 2")
    assert popup == Popup(say("link.not_the_sender"), alert=True)
    assert not await office.rows(Article)
    await group.presses("2. Việc 2")
    assert group.texts()[-1] == recorded(task=2)


async def test_who_sends_it_again_and_names_the_task_is_not_asked_again(office: Office):
    an, _ = await contact_with_work(office)
    await an.says(LINK)
    await an.says(f"NV2 {LINK}")
    assert "chưa chọn nội dung" not in "".join(await an.says("/viec"))


async def test_what_somebody_else_sent_is_not_told_as_ones_own(office: Office):
    an, _ = await contact_with_work(office)
    binh = await office.contact((await office.rows(Unit))[0], name="Bình")
    await an.says(LINK)
    assert "chưa chọn nội dung" not in "".join(await binh.says("/viec"))
