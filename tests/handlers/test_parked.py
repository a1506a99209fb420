"""What could not be handled: administrators see it without what was written, replay it, skip it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from bot.domain.states import StaffRole, UpdateState
from bot.storage.tables import Event, Staff, Update
from bot.texts import texts
from tests import factories
from tests.handlers.conftest import Office, Phone

say = texts("vi")


async def park(office: Office, phone: Phone, *bodies: dict[str, Any]) -> list[int]:
    """Let these of a person's updates be parked; their reference numbers."""
    async with office.rt.write() as session:
        return [
            await factories.create_parked_update(session, body, chat_key=phone.chat_id)
            for body in bodies
        ]


def written(office: Office, phone: Phone, words: str) -> dict[str, Any]:
    """A message as Telegram reports it, which never came."""
    office.sandbox.say(phone.user_id, words, chat_id=phone.chat_id)
    (waiting,) = office.sandbox.bot().queue.alive()
    body = dict(waiting.json)
    office.sandbox.bot().queue.clear()
    del body["update_id"]
    return body


async def test_the_list_says_when_why_what_and_who_and_nothing_of_what_was_written(office: Office):
    admin = await office.staff(StaffRole.ADMIN)
    an = await office.contact(await office.unit())
    (spoken, unreadable) = await park(
        office, an, written(office, an, "Điều không ai được đọc"), {"message": 5}
    )
    (shown,) = await admin.says("/ketlai")
    assert f"Mã {spoken} · 12:00 06/10/2026 · tin nhắn · Nguyễn Văn An" in shown
    assert f"Mã {unreadable} · 12:00 06/10/2026 · loại khác · Nguyễn Văn An" in shown
    assert "Lý do: PlantedError" in shown
    assert "GMT+07:00" in shown
    assert "Điều không ai được đọc" not in shown
    assert await admin.says("/parked") == [shown]


async def test_the_list_is_not_shown_to_who_stopped_being_an_administrator(office: Office):
    admin = await office.staff(StaffRole.ADMIN)
    await park(office, await office.contact(await office.unit()), {"message": 5})
    office.sandbox.say(admin.user_id, "/ketlai")
    await office.handles()
    async with office.rt.write() as session:
        await session.execute(update(Staff).values(role=StaffRole.SENDER))
    shown = admin.last_id()
    await office.works()
    assert admin.texts(after=shown) == []


async def test_nothing_parked_is_said_so(office: Office):
    admin = await office.staff(StaffRole.ADMIN)
    assert await admin.says("/ketlai") == [say("parked.none")]


async def test_what_is_replayed_is_handled_and_its_sender_answered(office: Office):
    admin = await office.staff(StaffRole.ADMIN)
    an = await office.contact(await office.unit())
    first, second = await park(
        office, an, *[written(office, an, word) for word in ("/huy", "/viec")]
    )
    await admin.says("/ketlai")
    popup = await admin.presses(f"{first}: Xử lý lại")
    assert popup.text == say("parked.replayed", reference=first)
    assert an.texts() == [say("dialogue.none")]
    row = await office.row(Update, id=first)
    assert (row.state, row.tries, row.reason) == (UpdateState.DONE, 0, None)
    (event,) = await office.rows(Event, action="update_replayed")
    assert (event.object_kind, event.object_id) == ("update", first)
    assert event.person_id is not None
    (shown,) = [text for text in admin.texts() if "Yêu cầu chưa xử lý được" in text]
    assert f"Mã {second}" in shown
    assert f"Mã {first}" not in shown


async def test_what_is_skipped_is_gone_and_has_no_effect(office: Office):
    admin = await office.staff(StaffRole.ADMIN)
    an = await office.contact(await office.unit())
    (reference,) = await park(office, an, written(office, an, "/huy"))
    await admin.says("/ketlai")
    message, button = admin.find_button(f"{reference}: Bỏ qua")
    popup = await admin.presses(button["text"])
    assert popup.text == say("parked.skipped", reference=reference)
    assert an.texts() == []
    assert admin.texts() == [say("parked.none")]
    row = await office.row(Update, id=reference)
    assert (row.state, row.reason) == (UpdateState.DONE, "skipped")
    assert [event.object_id for event in await office.rows(Event, action="update_skipped")] == [
        reference
    ]
    again = await admin.presses_data(button["callback_data"], message["message_id"])
    assert again.text == say("parked.not_parked", reference=reference)
    assert len(await office.rows(Event, action="update_skipped")) == 1


async def test_many_are_paged_and_replayed_all_at_once(office: Office):
    admin = await office.staff(StaffRole.ADMIN)
    an = await office.contact(await office.unit())
    references = await park(office, an, *[{}] * 14)
    (shown,) = await admin.says("/ketlai")
    assert "(14)" in shown
    assert f"Mã {references[5]} " in shown
    assert f"Mã {references[6]} " not in shown
    await admin.presses("›")
    assert f"Mã {references[6]} " in admin.texts()[-1]
    await admin.presses("›")
    assert f"Mã {references[-1]} " in admin.texts()[-1]
    popup = await admin.presses("Xử lý lại tất cả (14)")
    assert popup.text == say("parked.replayed_all", count=14)
    assert admin.texts() == [say("parked.none")]
    assert not await office.rows(Update, state=UpdateState.PARKED)
    assert len(await office.rows(Event, action="update_replayed")) == 14
