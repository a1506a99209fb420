"""Files that go with a letter: sent once by staff, ordered, given on by their ids."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from bot.actions import attachments
from bot.callbacks import Callback, Press
from bot.domain.states import DraftState, MessageKind, OutboxState
from bot.letters.marks import is_named_secret
from bot.storage.tables import Attachment, Dialogue, Directive, Draft, OutboxMessage, Update
from bot.texts import texts
from tests import factories
from tests.handlers.conftest import Office, Phone
from tests.handlers.test_composing import SHORT_LETTER, draft_of, issuing, the

say = texts("vi")
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154"
    "789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
_messages = itertools.count(50_000)


async def asked_for_files(office: Office, **values: Any) -> tuple[Phone, Draft]:
    """A sender whose next files go with the letter."""
    mai = await office.staff()
    draft = await draft_of(office, mai, **values)
    await mai.presses("Tệp kèm theo (0)")
    await mai.presses("+ Thêm tệp")
    assert say("attachments.ask", most=10) in mai.texts()
    return mai, draft


async def files(office: Office, draft: Draft) -> list[tuple[int, str, bool]]:
    """The draft's files in order."""
    rows = await office.rows(Attachment, draft_id=draft.id)
    return sorted((row.position, row.file_name, row.is_picture) for row in rows)


async def forwarded(office: Office, phone: Phone, **body: Any) -> list[str]:
    """A message whose content Telegram knows already; the bot's answers."""
    before = phone.last_id()
    world = office.sandbox.world
    chat = world.chat(phone.chat_id, office.sandbox.bot().id)
    assert chat is not None
    message = {
        "message_id": next(_messages),
        "date": 1,
        "from": world.user_json(phone.user_id),
        "chat": world.chat_json(chat),
        **body,
    }
    office.sandbox.put_update({"message": message})
    await office.works()
    return phone.texts(after=before)


def sent_on(office: Office) -> list[tuple[str, str]]:
    """By which method each file went out, and as what."""
    return [
        (call["method"], str(call["parameters"].get("document") or call["parameters"]["photo"]))
        for call in office.sandbox.calls()
        if call["method"] in ("sendDocument", "sendPhoto")
    ]


async def test_files_are_sent_once_and_go_on_by_their_ids_in_order(office: Office):
    mai, draft = await asked_for_files(office)
    assert await mai.sends_file(b"%PDF-1.7", "phu luc 1.pdf") == [
        say("attachments.added", number=1, name="phu luc 1.pdf")
    ]
    await mai.sends_file(PNG, "anh.png", as_photo=True)
    await mai.sends_file(b"PK", "bieu-mau.xlsx")
    await mai.presses("Xong")
    assert await files(office, draft) == [
        (1, "phu luc 1.pdf", False),
        (2, "", True),
        (3, "bieu-mau.xlsx", False),
    ]
    menu = mai.sees("Tệp kèm theo")["text"]
    assert "1. phu luc 1.pdf\n2. Ảnh\n3. bieu-mau.xlsx" in menu
    ids = [row.file_id for row in await office.rows(Attachment)]
    in_order = list(zip(("sendDocument", "sendPhoto", "sendDocument"), ids, strict=True))
    await mai.presses("‹ Quay lại")
    await mai.presses("Xem trước và gửi")
    assert sent_on(office) == in_order
    assert "Tệp kèm theo: 3" in mai.texts()[-1]
    await mai.presses("Gửi 1 đơn vị")
    reader = await reader_of(office, mai)
    await reader.presses("Xem toàn văn (3 tệp)")
    assert reader.texts()[-4:] == [
        "Nội dung công văn",
        *[say("attachments.caption", number=number, count=3) for number in (1, 2, 3)],
    ]
    assert sent_on(office) == in_order * 2


async def reader_of(office: Office, mai: Phone) -> Phone:
    """The unit's contact."""
    (user_id,) = [each for each in office.sandbox.world.persons if each != mai.user_id]
    return Phone(office, user_id, user_id)


async def test_the_same_file_twice_too_many_and_what_is_no_file_are_told(office: Office):
    mai, draft = await asked_for_files(office)
    await mai.sends_file(b"%PDF", "a.pdf")
    document = mai.sees_own_file()
    again = {**document, "file_id": document["file_id"] + "x"}  # as a forwarded one has it
    assert await forwarded(office, mai, document=again) == [
        say("attachments.there_already", name="a.pdf")
    ]
    assert await mai.says("đây là tệp") == [say("attachments.no_file")]
    for number in range(2, 11):
        await mai.sends_file(b"%PDF", f"{number}.pdf")
    assert await mai.sends_file(b"%PDF", "11.pdf") == [say("attachments.too_many", most=10)]
    assert len(await files(office, draft)) == 10
    await mai.presses("Xong")
    assert "+ Thêm tệp" not in mai.buttons()
    assert not await office.rows(Dialogue)


async def test_of_an_album_every_file_is_taken_and_captions_are_not(office: Office):
    mai, draft = await asked_for_files(office)
    for name in ("a.pdf", "b.pdf"):
        document = {"file_id": f"id {name}", "file_unique_id": name, "file_name": name}
        await forwarded(
            office, mai, document=document, media_group_id="7", caption="https://bao.vn/bai"
        )
    assert [name for _, name, _ in await files(office, draft)] == ["a.pdf", "b.pdf"]
    assert (await the(office, draft)).state is DraftState.OPEN


async def test_without_the_question_a_file_is_a_letter_as_ever(office: Office):
    mai, draft = await asked_for_files(office)
    await mai.presses("Xong")
    (card,) = await mai.sends_file(SHORT_LETTER.encode(), "cong-van.txt")
    assert "Số: 15/STTTT-TTBCXB" in card
    assert await files(office, draft) == []


SECRET = [
    {"name": "KH 12 (MẬT).pdf"},
    {"name": "toi-mat_ke hoach.docx"},
    {"name": "TuyetMat.pdf"},
    {"name": "TUYỆT MẬT.pdf"},
    {"name": "a.pdf", "caption": "MẬT\nKế hoạch diễn tập"},
    {"name": "a.pdf", "caption": "Gửi bản tối mật"},
]


async def test_a_file_that_bears_a_secrecy_mark_is_refused_and_forgotten(office: Office):
    mai, draft = await asked_for_files(office)
    for secret in SECRET:
        shown = mai.last_id()
        office.sandbox.send_document(
            mai.user_id, b"%PDF", file_name=secret["name"], caption=secret.get("caption", "")
        )
        await office.works()
        assert mai.texts(after=shown) == [say("letter.secret")]
        assert (await office.rows(Update))[-1].body == ""
        assert not any("document" in message for message in mai.messages())
    assert await files(office, draft) == []


@pytest.mark.parametrize(
    "name", ["huong dan bao mat.pdf", "BẢO MẬT.pdf", "be-mat-duong.pdf", "DANH SACH CO MAT.xlsx"]
)
def test_other_words_in_a_name_are_no_mark(name: str):
    assert not is_named_secret(name)


async def test_files_are_moved_up_and_taken_away_also_by_a_press_that_comes_twice(office: Office):
    mai, draft = await asked_for_files(office)
    for name in ("a.pdf", "b.pdf", "c.pdf"):
        await mai.sends_file(b"%PDF", name)
    await mai.presses("Xong")
    first, _, third = await office.rows(Attachment)
    up = Callback(Press.DRAFT_FILE_AT, (draft.id, third.id, 1))
    for _ in range(2):
        await mai.presses_data(up)
        assert [name for _, name, _ in await files(office, draft)] == ["c.pdf", "a.pdf", "b.pdf"]
    drop = Callback(Press.DRAFT_FILE_DROP, (draft.id, first.id))
    assert not (await mai.presses_data(drop)).alert
    assert (await mai.presses_data(drop)).text == say("refused.gone")
    assert await files(office, draft) == [(1, "c.pdf", False), (2, "b.pdf", False)]
    foreign = await draft_of(office, mai)
    popup = await mai.presses_data(Callback(Press.DRAFT_FILE_DROP, (foreign.id, third.id)))
    assert popup.text == say("refused.gone")
    assert len(await files(office, draft)) == 2


async def test_a_file_that_telegram_no_longer_has_stops_no_other_and_is_told(office: Office):
    mai = await office.staff()
    draft = await draft_of(office, mai)
    known = [office.sandbox.world.files.add(b"%PDF", name=f"{each}.pdf") for each in (1, 3)]
    async with office.rt.write() as session:
        row = await session.get_one(Draft, draft.id)
        for place, file_id in enumerate((known[0].id, "gone", known[1].id), start=1):
            await factories.create_attachment(session, row, position=place, file_id=file_id)
    for file in known:
        file.known_to.add(office.sandbox.bot().id)
    await mai.presses_data(issuing(draft))
    reader = await reader_of(office, mai)
    shown = reader.last_id()
    await reader.presses("Xem toàn văn (3 tệp)")
    assert reader.texts(after=shown) == [
        "Nội dung công văn",
        say("attachments.caption", number=1, count=3),
        say("attachments.caption", number=3, count=3),
        say("attachments.lost", number=2, name="phu-luc-2.pdf"),
    ]
    rows = await office.rows(OutboxMessage, kind=MessageKind.ATTACHMENT)
    assert [row.state for row in rows] == [
        OutboxState.ACCEPTED,
        OutboxState.WITHDRAWN,
        OutboxState.ACCEPTED,
    ]


async def test_a_draft_made_from_another_one_has_its_files(office: Office):
    mai = await office.staff()
    first, second = await draft_of(office, mai), await draft_of(office, mai, number="13")
    async with office.rt.write() as session:
        for place in (1, 2):
            await factories.create_attachment(session, first, position=place)
        await attachments.copy(session, first.id, second.id)
    assert await files(office, second) == await files(office, first)
    await mai.presses_data(issuing(second))
    assert (await office.row(Directive)).draft_id == second.id
