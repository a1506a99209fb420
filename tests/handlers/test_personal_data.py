"""What is kept about a person: shown to them, erased for good, and never in a log."""

from __future__ import annotations

import io
import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.actions import personal
from bot.callbacks import Callback, Press
from bot.domain.articles import ReviewKind
from bot.domain.states import AnswerKind, StaffRole
from bot.logs import LogForm, configure
from bot.storage import people
from bot.storage.personal import ERASED_NAME
from bot.storage.tables import (
    Acknowledgement,
    Answer,
    Article,
    Base,
    Chat,
    Event,
    EventValues,
    JoinRequest,
    Person,
    ReviewDecision,
    Submission,
)
from bot.texts import texts
from tests import factories
from tests.factories import Somebody
from tests.handlers.conftest import Office, Phone
from tests.handlers.test_joining import asks_for_approval

say = texts("vi")
# Without accents: a body is kept as Telegram sent it, with other letters escaped.
NAME = "Nguyen Thi Chimyen"
WORDS = "loi rieng cua dong chi ay"
TITLE = "Pho phong Canary"


async def whole_database(office: Office) -> str:
    """Everything that is kept, as text."""
    async with office.rt.read() as session:
        found = [
            f"{table.name} {dict(row._mapping)}"
            for table in Base.metadata.sorted_tables
            for row in await session.execute(select(table))
        ]
    return "\n".join(found)


async def erase(office: Office, phone: Phone) -> None:
    async with office.rt.write() as session:
        person = await people.person_by_telegram_id(session, phone.user_id)
        assert person is not None
        await personal.erase(session, person, now=office.rt.now())
    await office.works()


async def somebody_with_a_past(office: Office) -> Phone:
    """A contact who has confirmed, submitted, written and asked, in private and in the group."""
    unit, other = await office.unit("Báo Yên Bái"), await office.unit("Đài")
    yen = await office.contact(unit, other, name=NAME)
    group = await office.group(yen, unit=unit)
    await office.issued(unit, tasks=1)
    await yen.presses("Đã nhận")
    await yen.says("https://baoyenbai.com.vn/1/1/mot.aspx")
    issued = await office.issued(unit, tasks=2)
    await yen.says("https://baoyenbai.com.vn/1/1/hai.aspx")
    await yen.says(WORDS)
    await group.says(WORDS, reply_to=group.messages()[-1])
    await yen.says("/ngung")
    person = await office.row(Person, telegram_id=yen.user_id)
    async with office.rt.write() as session:
        contact = await people.contact(session, unit_id=unit.id, person_id=person.id)
        assert contact is not None
        contact.title = TITLE
        chat = await people.chat_by_telegram_id(session, yen.chat_id)
        event = await session.scalar(select(Event).order_by(Event.id).limit(1))
        assert chat is not None
        assert event is not None
        somebody = Somebody(person, chat)
        cannot = await factories.create_answer(session, issued.addressees[0], somebody)
        passed_on = await factories.create_answer(session, issued.addressees[0], somebody)
        cannot.reason = WORDS
        passed_on.kind, passed_on.reason, passed_on.to_name = AnswerKind.PASSED_ON, None, WORDS
        session.add(
            ReviewDecision(
                assignment_id=issued.assignments[0][0].id,
                person_id=person.id,
                kind=ReviewKind.RETURNED,
                reason=WORDS,
                at=office.rt.now(),
            )
        )
        session.add(
            EventValues(event_id=event.id, person_id=person.id, before={"name": NAME}, after={})
        )
        session.add(
            JoinRequest(
                person_id=person.id,
                chat_id=chat.id,
                unit_id=other.id,
                role="contact",
                title=TITLE,
                state="waiting",
                asked_at=office.rt.now(),
            )
        )
    return yen


async def test_a_person_sees_in_plain_words_what_is_kept_about_them(office: Office):
    yen = await somebody_with_a_past(office)
    (shown,) = await yen.says("/dulieu")
    for words in (
        f"Họ tên: {NAME}",
        str(yen.user_id),
        f"Báo Yên Bái: đầu mối ({TITLE}), từ 12:00 06/10/2026",
        "• Đài: đầu mối",
        "Đã xác nhận 1 văn bản, gửi 1 đường dẫn",
        "xóa sau 3 ngày",
        "Nội dung hỏi, trả lời còn lưu: 1.",
        "GMT+07:00",
    ):
        assert words in shown
    stranger = office.account()
    assert await stranger.says("/dulieu") == [say("data.nothing")]
    assert not await office.rows(Person, telegram_id=stranger.user_id)


async def test_it_is_not_shown_in_a_group(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    group = await office.group(an, unit=unit)
    assert await group.says("/dulieu") == [say("refused.private_only")]


async def test_a_wish_for_erasure_reaches_every_administrator_once_a_day(office: Office):
    mai, nam = [await office.staff(StaffRole.ADMIN, name=name) for name in ("Mai", "Nam")]
    an = await office.contact(await office.unit())
    await an.says("/dulieu")
    for _ in range(2):
        await an.presses("Đề nghị xóa dữ liệu")
    an.sees(say("data.erasure_noted"))
    for admin in (mai, nam):
        (told,) = admin.texts()
        assert f"dondoc person erase {an.user_id}" in told
    office.clock.at += timedelta(days=1)
    await an.presses("Đề nghị xóa dữ liệu")
    assert len(mai.texts()) == 2


async def test_a_wish_for_erasure_waits_until_it_is_done_or_declined(office: Office):
    mai = await office.staff(StaffRole.ADMIN, name="Mai")
    unit = await office.unit("Báo Yên Bái")
    an = await office.contact(unit, name=NAME)
    await an.says("/dulieu")
    await an.presses("Đề nghị xóa dữ liệu")
    (waits,) = await mai.says("/cho")
    assert NAME in waits
    await mai.presses("Xem và xóa dữ liệu 1")
    shown = mai.texts()[-1]
    for words in (f"lưu về {NAME}", "• Báo Yên Bái: đầu mối", "duy nhất của Báo Yên Bái"):
        assert words in shown
    assert f"dondoc person erase {an.user_id} --yes --force" in shown
    await mai.presses("Không xóa")
    an.sees("Đề nghị xóa dữ liệu của đồng chí chưa được thực hiện")
    assert say("waiting.nothing") in (await mai.says("/cho"))[0]

    await an.presses("Đề nghị xóa dữ liệu")
    assert NAME in (await mai.says("/cho"))[0]
    await erase(office, an)
    assert say("waiting.nothing") in (await mai.says("/cho"))[0]


async def test_nothing_that_tells_who_it_was_is_left_and_the_counts_are(office: Office):
    yen = await somebody_with_a_past(office)
    before = await whole_database(office)
    for trace in (NAME, TITLE, WORDS, str(yen.user_id)):
        assert trace in before, trace
    acknowledged, submitted = await office.rows(Acknowledgement), await office.rows(Article)
    events = await office.rows(Event)
    await erase(office, yen)

    after = await whole_database(office)
    for trace in (NAME, TITLE, WORDS, str(yen.user_id)):
        found = [line for line in after.splitlines() if re.search(rf"\b{trace}\b", line)]
        assert found == []
    assert len(await office.rows(Acknowledgement)) == len(acknowledged) == 1
    cannot, passed_on = await office.rows(Answer)
    assert (cannot.reason, passed_on.to_name) == (None, ERASED_NAME)
    assert len(await office.rows(Article)) == len(submitted) == 1
    assert (await office.row(ReviewDecision)).reason is None
    assert len(await office.rows(Event)) == len(events) + 1
    assert not await office.rows(Submission)
    assert await office.actor_units(yen) == frozenset()


async def test_who_was_erased_is_a_stranger_and_may_come_back_as_somebody_new(office: Office):
    unit = await office.unit()
    an = await office.contact(unit, name=NAME)
    binh = await office.contact(unit, name="Bình")
    await office.issued(unit, tasks=1)
    await an.presses("Đã nhận")
    binh.sees(f"Đã nhận .* – {NAME}")
    await erase(office, an)
    binh.sees(r"Đã nhận .* – \(đã xóa\)")
    shown = an.last_id()
    await office.issued(unit)
    assert an.texts(after=shown) == []
    assert "Để đăng ký làm đầu mối" in (await an.says("/start"))[0]
    await an.says(f"/start {await office.invite(unit=unit)}")
    await an.presses("Đồng ý tham gia")
    assert await office.actor_units(an) == {unit.id}
    assert len(await office.rows(Person)) >= 3
    assert len(await office.rows(Chat, telegram_id=an.chat_id)) == 1


# --- logs ----------------------------------------------------------------------------------------


@pytest.fixture
def log_stream(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Everything that is logged, down to DEBUG, as the program writes it."""
    root = logging.getLogger()
    level = root.level
    levels = {name: logging.getLogger(name).level for name in logging.Logger.manager.loggerDict}
    monkeypatch.setattr(root, "handlers", [])
    stream = io.StringIO()
    configure(level="DEBUG", form=LogForm.JSON, secrets=(), stream=stream)
    yield stream
    logging.captureWarnings(capture=False)
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


async def test_no_name_and_nothing_that_is_written_is_ever_logged(
    office: Office, log_stream: io.StringIO
):
    unit = await office.unit("Báo Canary")
    mai = await office.staff(StaffRole.SENDER, name="Trần Canary Mai")
    yen = office.account(NAME)
    await yen.says(f"/start {await office.invite(unit=unit)}")
    await yen.presses("Đồng ý tham gia")
    await office.issued(unit, subject="V/v canary của công văn", body="Nội dung canary")
    await yen.presses("Đã nhận")
    await yen.presses("Xem toàn văn")
    await yen.says("NV1 https://baoyenbai.com.vn/canary/1/mot.aspx")
    await yen.says(WORDS)
    await yen.says("/dulieu")
    await mai.says("/tiendo")
    await mai.says("/baocao")
    office.clock.at += timedelta(days=10)
    await office.reminds()
    await erase(office, yen)
    logged = log_stream.getvalue()
    assert logged  # that something is heard at all
    for canary in ("canary", "Canary", "Chimyen", "loi rieng"):
        assert canary not in logged, [line for line in logged.splitlines() if canary in line][:3]


async def test_who_is_erased_while_waiting_for_the_office_is_let_in_by_nobody(office: Office):
    unit = await office.unit()
    mai = await office.staff(StaffRole.ADMIN)
    asks_for_approval(office)
    yen = office.account(NAME)
    await yen.says(f"/start {await office.invite(unit=unit)}")
    await yen.presses("Đồng ý tham gia")
    assert NAME in (await mai.says("/cho"))[0]
    request = await office.row(JoinRequest)
    assert [row.after["name"] for row in await event_values(office)] == [NAME]
    await erase(office, yen)
    assert (await office.row(Person, id=request.person_id)).name != NAME
    assert await event_values(office) == []
    popup = await mai.presses_data(Callback(Press.JOIN_APPROVE, (request.id,)))
    assert popup.text == say("join.decided")
    assert say("waiting.nothing") in (await mai.says("/cho"))[0]


async def event_values(office: Office) -> list[EventValues]:
    async with office.rt.read() as session:
        return list(await session.scalars(select(EventValues)))
