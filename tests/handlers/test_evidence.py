"""Evidence without a link: files and quantities, when they are taken, albums, edits, duplicates."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.callbacks import Callback, Press
from bot.domain.articles import EvidenceKind, PageState
from bot.domain.states import ArticleState, AssignmentState, StaffRole
from bot.intake.raw import raw_update
from bot.storage import updates
from bot.storage.tables import (
    Article,
    Assignment,
    Dialogue,
    Event,
    OutboxMessage,
    Page,
    Question,
    Submission,
    Unplaced,
)
from bot.texts import texts
from tests.factories import Issued
from tests.handlers.conftest import Office, Phone

LINK = "https://baoyenbai.com.vn/11/305919/Diem-su-kien.aspx"
OFFICE = "Sở Thông tin và Truyền thông"
say = texts("vi")


def recorded(kind: EvidenceKind, *, task: int = 1, total: int = 1, first: int = 0) -> str:
    """The receipt of a file."""
    return say(
        "evidence.recorded",
        what=say(f"evidence.{kind}"),
        position=task,
        total=total,
        expected=1,
        code=f"TB-{first or total}",
    )


def counted(amount: int, measure: str, *, task: int = 1, total: int = 1) -> str:
    """The receipt of a quantity."""
    return say(
        "evidence.recorded_quantity",
        amount=amount, measure=measure, position=task, total=total, expected=1, code=f"TB-{total}",
    )  # fmt: skip


async def contact_with_work(office: Office, *, tasks: int = 2) -> tuple[Phone, Issued]:
    """A contact whose unit has one directive."""
    unit = await office.unit()
    an = await office.contact(unit)
    return an, await office.issued(unit, tasks=tasks)


def card_of(phone: Phone) -> dict[str, Any]:
    return phone.sees("Kính gửi")


# --- when it is evidence -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        ("photo", EvidenceKind.PHOTO),
        ("video", EvidenceKind.VIDEO),
        ("animation", EvidenceKind.VIDEO),
        ("document", EvidenceKind.DOCUMENT),
        ("audio", EvidenceKind.AUDIO),
    ],
)
async def test_a_file_in_reply_to_the_card_is_recorded_with_a_receipt_below_it(
    office: Office, sent: str, kind: EvidenceKind
):
    an, issued = await contact_with_work(office, tasks=1)
    card = card_of(an)
    told = await an.sends(sent, words="Đã treo", file_name="bai.pdf", reply_to=card)
    assert told == [recorded(kind)]
    article = await office.row(Article)
    assert (article.kind, article.note, article.url, article.page_id) == (kind, "Đã treo", "", None)
    assert article.url_key.startswith("telegram-file:")
    assert article.file_id
    assert article.assignment_id == issued.assignments[0][0].id
    own = an.last_own()["message_id"]
    assert (article.message_id, article.state) == (own, ArticleState.RECORDED)
    assert an.messages()[-1]["reply_to_message"]["message_id"] == own
    assert (await office.row(Assignment)).state is AssignmentState.SUBMITTED
    assert "đã gửi 1 tin, bài" in card_of(an)["text"]
    assert not await office.rows(Question)
    assert not await office.rows(Page)


@pytest.mark.parametrize("sent", ["voice", "video_note"])
async def test_who_speaks_in_reply_to_the_card_asks_and_who_was_asked_for_it_submits(
    office: Office, sent: str
):
    an, _ = await contact_with_work(office, tasks=1)
    await an.sends(sent, reply_to=card_of(an))
    assert len(await office.rows(Question)) == 1
    assert not await office.rows(Article)
    await an.says("/nop")
    await an.sends(sent)
    assert (await office.row(Article)).kind in (EvidenceKind.AUDIO, EvidenceKind.VIDEO)


async def test_a_picture_with_a_question_in_reply_to_the_card_is_a_question(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    await an.sends("photo", words="Mẫu này có đúng không?", reply_to=card_of(an))
    assert len(await office.rows(Question)) == 1
    assert not await office.rows(Article)


async def test_words_alone_in_reply_to_the_card_are_a_question(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    await an.says("Đã phát thanh 03 lượt", reply_to=card_of(an))
    assert len(await office.rows(Question)) == 1
    assert not await office.rows(Article)


async def test_after_nop_the_next_file_is_recorded_and_the_only_open_task_needs_no_words(
    office: Office,
):
    an, _ = await contact_with_work(office, tasks=1)
    await an.says("/nop")
    assert await an.sends("photo") == [recorded(EvidenceKind.PHOTO)]
    assert not await office.rows(Dialogue)


async def test_a_plain_photo_is_for_the_office_to_place(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    assert await an.sends("photo", words="Ảnh hội nghị") == [say("unplaced.contact", office=OFFICE)]
    assert not await office.rows(Article)


async def test_a_caption_or_a_text_names_the_task(office: Office):
    an, _ = await contact_with_work(office)
    told = await an.sends("photo", words="NV2 ảnh treo băng rôn")
    assert told == [recorded(EvidenceKind.PHOTO, task=2)]
    assert await an.says("NV2: phát thanh 17h00, 03 lượt") == [counted(3, "lượt", task=2, total=2)]
    assert await an.says("NV2 có phải treo 5 băng rôn không?") == [
        say("unplaced.contact", office=OFFICE)
    ]
    assert len(await office.rows(Article)) == 2


async def test_without_open_work_what_names_a_task_is_for_the_office_to_place(office: Office):
    an = await office.contact(await office.unit())
    assert await an.sends("photo", words="NV2") == [say("unplaced.contact", office=OFFICE)]
    assert await an.says("/nop") == [say("link.no_open_task")]


async def test_a_file_in_reply_to_a_closed_directives_card_reaches_the_office_as_a_question(
    office: Office,
):
    an, _ = await contact_with_work(office, tasks=1)
    async with office.rt.write() as session:
        await session.execute(update(Assignment).values(state=AssignmentState.ACCEPTED))
    await an.sends("photo", reply_to=card_of(an))
    assert len(await office.rows(Question)) == 1
    assert not await office.rows(Article)


async def test_links_in_a_caption_count_and_the_pictures_beside_them_do_not(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    told = await an.sends("photo", words=f"Bài {LINK}", album="7", reply_to=card_of(an))
    assert told == [say("link.recorded", count=1, position=1, total=1, expected=1, code="TB-1")]
    assert await an.sends("photo", album="7", reply_to=card_of(an)) == []
    assert (await office.row(Article)).kind is EvidenceKind.LINK
    assert not await office.rows(Unplaced)


async def test_pictures_beside_links_that_wait_for_their_task_do_not_count_either(office: Office):
    an, _ = await contact_with_work(office)
    card = card_of(an)
    assert await an.sends("photo", words=LINK, album="7", reply_to=card) == [
        say("link.choose_task")
    ]
    asked = an.messages()[-1]["reply_to_message"]
    assert asked["message_id"] == an.last_own()["message_id"]
    assert await an.sends("photo", album="7", reply_to=card) == []
    await an.presses("2. Việc 2")
    assert [each.kind for each in await office.rows(Article)] == [EvidenceKind.LINK]


# --- quantities ----------------------------------------------------------------------------------


async def test_a_quantity_is_taken_where_it_was_asked_for(office: Office):
    an, issued = await contact_with_work(office, tasks=1)
    await an.presses_data(Callback(Press.SUBMIT, (issued.addressees[0].id,)))
    words = "Phát thanh 17h00, 03 lượt"
    assert await an.says(words) == [counted(3, "lượt")]
    article = await office.row(Article)
    assert (article.kind, article.amount, article.measure) == (EvidenceKind.QUANTITY, 3, "lượt")
    assert article.note == words
    assert article.url_key == f"quantity:{article.chat_id}:{article.message_id}"
    assert "đã gửi 1 tin, bài" in card_of(an)["text"]  # it is one submission, however much it tells


async def test_words_without_a_quantity_are_kept_and_the_question_stays(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    await an.says("/nop")
    assert await an.says("Đã phát thanh xong") == [say("link.none_found", office=OFFICE)]
    assert await an.says("02 bản tin") == [counted(2, "bản tin")]


# --- for which task ------------------------------------------------------------------------------


async def test_an_unclear_task_is_asked_for_and_the_file_waits(office: Office):
    an, issued = await contact_with_work(office)
    assert await an.sends("photo", words="Ảnh", reply_to=card_of(an)) == [
        say("evidence.choose_task")
    ]
    submission = await office.row(Submission)
    assert (submission.kind, submission.note) == (EvidenceKind.PHOTO, "Ảnh")
    await an.presses("2. Việc 2")
    assert an.texts()[-1] == recorded(EvidenceKind.PHOTO, task=2)
    article = await office.row(Article)
    assert (article.url_key, article.note) == (submission.key, "Ảnh")
    assert article.assignment_id == issued.assignments[0][1].id


async def test_the_likeliest_task_is_offered_first(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    issued = await office.issued(unit, tasks=3)
    titles = ("An toàn giao thông", "Phòng, chống thiên tai", "Chuyển đổi số")
    async with office.rt.write() as session:
        for task, title in zip(issued.tasks, titles, strict=True):
            await session.merge(task)
            task.short_title = title
            await session.merge(task)
        session.add(
            Page(url_key="baoyenbai.com.vn/PrintPreview/1", url="", title="Mưa lũ, thiên tai")
        )
    await an.says("https://baoyenbai.com.vn/11/2/ky-nang-chuyen-doi-so.aspx")
    assert an.buttons()[-3].startswith("3. ")
    await an.says("https://baoyenbai.com.vn/11/1/bai.aspx")  # by its title, known since before
    assert an.buttons()[-3].startswith("2. ")
    await an.says("https://baoyenbai.com.vn/11/3/bai.aspx về giao thông")
    assert [label[0] for label in an.buttons()[-3:]] == ["1", "2", "3"]


async def test_who_speaks_for_several_units_is_asked_for_which_and_the_album_follows(
    office: Office,
):
    paper, radio = await office.unit("Báo Yên Bái"), await office.unit("Đài Phát thanh tỉnh")
    an = await office.contact(paper, radio)
    issued = await office.issued(paper, radio, tasks=1)
    await an.says("/nop")
    assert await an.sends("photo", album="7") == [say("speak.ask")]
    assert await an.sends("photo", album="7") == []
    await an.presses("Đài Phát thanh tỉnh")
    assert an.texts()[-1] == say("evidence.recorded_album", position=1, code="TB-1")
    found = await office.rows(Article)
    assert {each.assignment_id for each in found} == {issued.assignments[1][0].id}
    assert len(found) == 2


# --- albums --------------------------------------------------------------------------------------


async def test_every_part_of_an_album_is_recorded_and_told_once(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    await an.says("/nop")
    told = [await an.sends(kind, album="7") for kind in ("photo", "video", "photo")]
    assert told == [[say("evidence.recorded_album", position=1, code="TB-1")], [], []]
    found = await office.rows(Article)
    assert [each.kind.value for each in found] == ["photo", "video", "photo"]
    assert {each.album for each in found} == {"7"}
    assert not await office.rows(Unplaced)
    assert "đã gửi 3 tin, bài" in card_of(an)["text"]


async def test_an_album_waits_together_and_its_late_parts_follow(office: Office):
    an, issued = await contact_with_work(office)
    await an.says("/nop")
    assert await an.sends("photo", album="7") == [say("evidence.choose_task")]
    assert await an.sends("photo", album="7") == []
    await an.presses("2. Việc 2")
    assert an.texts()[-1] == say("evidence.recorded_album", position=2, code="TB-1")
    assert await an.sends("photo", album="7") == []
    found = await office.rows(Article)
    assert [each.assignment_id for each in found] == [issued.assignments[0][1].id] * 3


async def test_an_album_of_one_is_none_of_anothers(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    binh = await office.contact(await office.unit("Đài Phát thanh tỉnh"), name="Lê Thị Bình")
    await an.says("/nop")
    await an.sends("photo", album="7")
    assert await binh.sends("photo", album="7") == [say("unplaced.contact", office=OFFICE)]
    assert len(await office.rows(Article)) == 1


async def test_in_the_units_group_all_of_an_album_is_heard(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    group = await office.group(an, unit=unit)
    office.sandbox.change_members(group.chat_id, promote=[office.sandbox.bot().id])  # hears all
    await office.issued(unit, tasks=1)
    card = group.sees("Kính gửi")
    assert await group.sends("photo", album="7", reply_to=card) == [
        say("evidence.recorded_album", position=1, code="TB-1")
    ]
    assert await group.sends("photo", album="7") == []
    assert len(await office.rows(Article)) == 2
    assert await group.sends("photo", words="NV1") == []  # all other talk is for nobody of us
    assert len(await office.rows(Article)) == 2


async def test_in_a_group_a_file_of_another_units_contact_is_refused(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    hai = await office.contact(await office.unit("Đài Phát thanh tỉnh"), name="Đặng Minh Hải")
    group = await office.group(an, hai, unit=unit)
    await office.issued(unit, tasks=1)
    card = group.sees("Kính gửi")
    here = office.in_group(hai, group)
    assert await here.sends("photo", reply_to=card) == [say("refused.not_your_unit")]
    assert not await office.rows(Article)


# --- again ---------------------------------------------------------------------------------------


async def sends_same_photo(office: Office, phone: Phone, **what: Any) -> list[str]:
    """Pass the newest photo of the chat on, as a phone does: the file is the same."""
    photo = next(each["photo"] for each in reversed(phone.messages()) if "photo" in each)
    before = phone.last_id()
    message = dict(phone.last_own()) | {"message_id": before + 1, "photo": photo, **what}
    message.pop("reply_to_message", None)
    message.pop("text", None)
    office.sandbox.put_update({"message": message})
    await office.works()
    return phone.texts(after=before)


async def test_the_same_file_counts_once_for_a_task(office: Office):
    an, _ = await contact_with_work(office)
    await an.sends("photo", words="NV1")
    office.clock.at += timedelta(hours=1)
    at = "12:00 06/10/2026"
    assert await sends_same_photo(office, an, caption="NV1") == [
        say("evidence.duplicate", at=at, zone="GMT+07:00", position=1)
    ]
    assert len(await office.rows(Article)) == 1
    await sends_same_photo(office, an, caption="NV2")
    assert len(await office.rows(Article)) == 2


async def set_state(office: Office, state: ArticleState) -> None:
    """The office, or who sent it, has said its word on all articles."""
    async with office.rt.write() as session:
        await session.execute(
            update(Article).values(
                state=state, decided_at=office.clock.at, tell_due_at=office.clock.at
            )
        )
        await session.execute(update(Assignment).values(state=AssignmentState.OPEN))


@pytest.mark.parametrize("state", [ArticleState.RETURNED, ArticleState.WITHDRAWN])
async def test_what_was_given_back_counts_again_when_it_is_sent_again(
    office: Office, state: ArticleState
):
    unit = await office.unit()
    an, binh = await office.contact(unit), await office.contact(unit, name="Lê Thị Bình")
    await office.issued(unit, tasks=1)
    await an.says(LINK)
    first = await office.row(Article)
    await set_state(office, state)
    async with office.rt.write() as session:
        later = office.clock.at + timedelta(days=7)
        await session.execute(update(Page).values(state=PageState.NOT_FOUND, check_due_at=later))
    office.clock.at += timedelta(hours=1)
    another = "https://baoyenbai.com.vn/11/305920/hai.aspx"
    told = await binh.says(f"{LINK}?utm_source=zalo {another}")
    assert told == [
        say("link.recorded_again", count=2, again=1, position=1, total=2, expected=1, code="TB-1")
    ]
    again = (await office.rows(Article))[0]
    assert again.id == first.id
    assert (again.state, again.submitted_at) == (ArticleState.RECORDED, office.clock.at)
    assert (again.person_id != first.person_id, again.url) == (True, f"{LINK}?utm_source=zalo")
    assert (again.decided_at, again.tell_due_at) == (None, None)
    assert (await office.rows(Page))[0].check_due_at == office.clock.at
    assert (await office.row(Assignment)).state is AssignmentState.SUBMITTED


async def test_a_photo_that_was_returned_counts_again(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    await an.sends("photo", words="NV1")
    await set_state(office, ArticleState.RETURNED)
    assert await sends_same_photo(office, an, caption="NV1 ảnh rõ hơn") == [
        say(
            "evidence.recorded_again",
            what=say("evidence.photo"), position=1, total=1, expected=1, code="TB-1",
        )
    ]  # fmt: skip
    assert (await office.row(Article)).note == "NV1 ảnh rõ hơn"


async def test_what_was_accepted_is_there_already(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    await an.says(LINK)
    await set_state(office, ArticleState.ACCEPTED)
    (told,) = await an.says(LINK)
    assert told == say("link.duplicate", at="12:00 06/10/2026", zone="GMT+07:00", position=1)
    assert (await office.row(Article)).state is ArticleState.ACCEPTED


async def test_a_page_that_is_there_is_not_looked_at_sooner_for_it(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    await an.says(LINK)
    await set_state(office, ArticleState.RETURNED)
    later = office.clock.at + timedelta(days=7)
    async with office.rt.write() as session:
        await session.execute(update(Page).values(state=PageState.OK, check_due_at=later))
    await an.says(LINK)
    assert (await office.row(Page)).check_due_at == later


async def test_the_same_update_twice_records_once(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    message = {
        **office.sandbox.say(an.user_id, "/nop"),
        "message_id": 900,
        "text": "NV1 03 lượt",
        "entities": [],
    }
    office.sandbox.put_update({"message": message})
    bodies = [dict(each.json) for each in office.sandbox.bot().queue.alive()]
    await office.works()
    before, sent = await office.facts(), len(await office.rows(OutboxMessage))
    assert len(await office.rows(Article)) == 1
    async with office.rt.write() as session:
        stored = await session.run_sync(
            updates.store,
            [raw_update(body) for body in bodies],
            bot_id=office.sandbox.bot().id,
            now=office.rt.now(),
        )
    assert stored == 0
    await office.works()
    assert await office.facts() == before
    assert len(await office.rows(OutboxMessage)) == sent


# --- edited, secret, passed on -------------------------------------------------------------------


async def test_an_edited_caption_becomes_the_note_and_an_edited_quantity_the_amount(
    office: Office,
):
    an, _ = await contact_with_work(office, tasks=1)
    await an.sends("photo", words="NV1 ảnh")
    assert await an.edits(an.last_own()["message_id"], "NV1 ảnh treo băng rôn") == []
    await an.says("NV1 phát thanh 3 lượt")
    own = an.last_own()["message_id"]
    assert await an.edits(own, "NV1 phát thanh 5 buổi") == [
        say("evidence.quantity_changed", amount=5, measure="buổi")
    ]
    photo, quantity = await office.rows(Article)
    assert photo.note == "NV1 ảnh treo băng rôn"
    assert (quantity.amount, quantity.measure) == (5, "buổi")
    assert await an.edits(own, "Gửi nhầm") == [say("edit.kept", office=OFFICE)]
    assert (await office.rows(Article))[1].amount == 5
    assert len(await office.rows(Unplaced)) == 1


async def test_what_the_office_has_decided_on_is_not_changed_by_an_edit(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    await an.says("NV1 phát thanh 3 lượt")
    await set_state(office, ArticleState.ACCEPTED)
    told = await an.edits(an.last_own()["message_id"], "NV1 phát thanh 9 lượt")
    assert told == [say("edit.kept", office=OFFICE)]
    assert (await office.row(Article)).amount == 3


async def test_what_waits_changes_with_its_message_and_links_that_an_edit_adds_are_taken(
    office: Office,
):
    an, _ = await contact_with_work(office)
    await an.says("/nop")
    await an.sends("photo", words="Ảnh")
    own = an.last_own()["message_id"]
    assert await an.edits(own, f"Ảnh mới {LINK}") == [say("link.choose_task")]
    photo, link = await office.rows(Submission)
    assert (photo.note, link.links) == (f"Ảnh mới {LINK}", [LINK])


async def test_an_answer_without_a_quantity_is_bettered_by_an_edit(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    await an.says("/nop")
    office.clock.at += timedelta(seconds=5)
    await an.says("Đã phát")
    assert await an.edits(an.last_own()["message_id"], "Đã phát 3 lượt") == [counted(3, "lượt")]


async def test_what_bears_a_mark_of_secrecy_is_no_evidence_and_nothing_is_kept(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    await an.sends("photo", words="MẬT\nNV1 Kế hoạch", reply_to=card_of(an))
    assert not await office.rows(Article)
    await an.sends("document", words="NV1", file_name="ke-hoach.pdf")
    own = an.last_own()["message_id"]
    await an.edits(own, "MẬT\nNV1 Kế hoạch")
    article = await office.row(Article)
    assert (article.note, article.file_id, article.file_name) == ("", None, "")
    assert await office.rows(Event, action="secret_letter_refused")


async def test_a_post_of_a_public_channel_is_its_link_where_one_is_asked_for(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    channel = {"id": -100777, "type": "channel", "title": "Báo", "username": "baoyenbai"}
    origin = {"type": "channel", "date": 0, "chat": channel, "message_id": 42}

    async def passes_on(**what: Any) -> list[str]:
        last = an.last_id()
        message = dict(an.last_own()) | {"message_id": last + 1, "forward_origin": origin, **what}
        message.pop("entities", None)
        office.sandbox.put_update({"message": message})
        await office.works()
        return an.texts(after=last)

    await an.says("/ngonngu")
    assert await passes_on(text="Tin trưa nay") == [say("unplaced.contact", office=OFFICE)]
    await an.says("/nop")
    await passes_on(text="Tin trưa nay")
    assert (await office.row(Article)).url == "https://t.me/baoyenbai/42"
    await passes_on(text=f"Đọc tiếp: {LINK}")  # a link in a post is one, wherever it comes from
    assert [each.url for each in await office.rows(Article)][1:] == [LINK]


# --- the reference -------------------------------------------------------------------------------


async def test_who_reviews_opens_it_by_its_reference_and_others_find_nothing(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    await an.says(LINK)
    reviewer = await office.staff(StaffRole.REVIEWER, name="Lê Thị Hoa")
    for typed in ("TB-1", "tb1", "tb – 1"):
        (shown,) = await reviewer.says(f"/tim {typed}")
        assert LINK in shown
    assert await reviewer.says("/tim TB-77") == [say("refused.gone")]
    viewer = await office.staff(StaffRole.VIEWER, name="Vũ Văn Tú")
    for phone in (viewer, an):
        assert LINK not in "".join(await phone.says("/tim TB-1"))
