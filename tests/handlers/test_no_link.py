"""What is no link where links are awaited: never met with silence, and told what is missing."""

from __future__ import annotations

import pytest

from bot.callbacks import Callback, Press
from bot.domain.splitting import shortened
from bot.domain.states import AnswerKind
from bot.storage.tables import Answer, Dialogue, Question, Unplaced
from bot.texts import texts
from tests.handlers.conftest import Office
from tests.handlers.test_articles import LINK, contact_with_work, recorded

OFFICE = "Sở Thông tin và Truyền thông"
say = texts("vi")


async def test_a_mistyped_link_is_told_although_something_unclear_came_just_before(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    await an.says("Gửi cơ quan")
    link = "http//phuongmau.gov.vn/bai-1"
    malformed = say("link.malformed", link=link, office=OFFICE)
    assert await an.says(f"NV1 {link}") == [malformed]
    assert an.messages()[-1]["reply_to_message"]["text"] == f"NV1 {link}"
    assert await an.says("www.phuongmau") == [
        say("link.malformed", link="www.phuongmau", office=OFFICE)
    ]
    first, *others = await office.rows(Unplaced)  # the office is shown one entry all the same
    assert {each.first_id for each in others} == {first.id}


async def test_who_was_asked_or_names_a_task_is_answered_each_time(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    await an.says("NV1")
    none = say("link.none_found", office=OFFICE)
    await an.says("/nop")
    assert await an.says("W") == [none]
    assert await an.says("W") == [none]
    await an.says("/huy")
    assert await an.says("NV1 đã xong") == [say("unplaced.contact", office=OFFICE)]
    assert await an.says("đã xong") == []  # nothing was asked: it belongs to what was told


async def test_a_mistyped_link_is_no_question_in_reply_to_a_card_and_is_told_beside_others(
    office: Office,
):
    an, _ = await contact_with_work(office, tasks=1)
    card = an.sees("Kính gửi")
    broken = "http//phuongmau.gov.vn/" + "bai-" * 20
    shown = shortened(broken, most=60)
    assert await an.says(f"NV1: {broken}", reply_to=card) == [
        say("link.malformed", link=shown, office=OFFICE)
    ]
    assert not await office.rows(Question)
    assert await an.says(f"{LINK}\n{broken}") == [recorded(), say("link.mistyped", link=shown)]
    await an.says("Vì sao http//a.vn không mở được ạ", reply_to=card)
    assert len(await office.rows(Question)) == 1


async def test_more_of_an_album_is_not_told_again(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    words = "http//phuongmau.gov.vn/bai-1"
    malformed = say("link.malformed", link=words, office=OFFICE)
    assert await an.sends("photo", album="9", words=words) == [malformed]
    assert await an.sends("photo", album="9", words=words) == []


# --- there is nothing to send --------------------------------------------------------------------


@pytest.mark.parametrize("words", ["Không phát sinh", "khong phat sinh.", "KHÔNG PHÁT SINH!"])
async def test_who_has_nothing_to_send_is_given_the_button_that_says_so(office: Office, words: str):
    an, issued = await contact_with_work(office, tasks=1)
    await an.says("/nop")
    assert say("button.nothing") in an.buttons()
    assert await an.says(words) == [say("link.nothing_how")]
    await an.presses(say("button.nothing"))
    await an.says("Trong tuần không có hoạt động nào")
    answer = await office.row(Answer)
    assert (answer.kind, answer.addressee_id) == (AnswerKind.NOTHING, issued.addressees[0].id)
    assert not await office.rows(Dialogue)


async def test_the_task_that_is_named_has_nothing_and_other_words_are_offered_it_too(
    office: Office,
):
    an, issued = await contact_with_work(office)
    await an.says("/nop")
    assert await an.says("bài ở trang nhất") == [say("link.none_found", office=OFFICE)]
    assert say("button.nothing") in an.buttons()
    await an.says("NV2 không phát sinh")
    await an.presses(say("button.nothing"))
    await an.says("Không có kỳ họp")
    assert (await office.row(Answer)).assignment_id == issued.assignments[0][1].id


async def test_of_several_directives_each_has_its_button_and_none_where_nothing_is_open(
    office: Office,
):
    unit = await office.unit()
    an = await office.contact(unit)
    assert await an.says("/nop") == [say("link.no_open_task")]
    assert say("button.nothing") not in an.buttons()
    first, second = await office.issued(unit, tasks=1), await office.issued(unit, tasks=1)
    await an.presses_data(Callback(Press.SUBMIT, (first.addressees[0].id,)))
    assert an.buttons()[-1] == say("button.nothing")  # the card says of which
    await an.says("/nop")
    await an.presses(f"Không phát sinh: {second.directive.number}/")
    await an.says("Không có hoạt động nào")
    assert (await office.row(Answer)).addressee_id == second.addressees[0].id


async def test_in_a_group_only_its_units_directives_are_offered(office: Office):
    paper, radio = await office.unit("Báo Yên Bái"), await office.unit("Đài Phát thanh tỉnh")
    an = await office.contact(paper, radio)
    group = await office.group(an, unit=radio)
    await office.issued(paper, radio, tasks=1)
    await group.says("/nop")
    assert group.buttons()[-1] == say("button.nothing")
    assert not any("Không phát sinh: " in label for label in group.buttons())
    await an.says("/nop")
    assert sum("Không phát sinh: " in label for label in an.buttons()) == 2
