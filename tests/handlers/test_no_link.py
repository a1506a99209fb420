"""What is no link where links are awaited: never met with silence, and told what is missing."""

from __future__ import annotations

from bot.domain.splitting import shortened
from bot.storage.tables import Question, Unplaced
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
