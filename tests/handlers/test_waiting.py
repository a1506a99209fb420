"""/cho: one list of all that waits for the office, by sections, as far as it is theirs."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.states import (
    AnswerKind,
    ContentKind,
    ExtensionState,
    QuestionState,
    StaffRole,
)
from bot.storage.tables import Answer, Extension, Question, QuestionMessage, Unit
from bot.texts import texts
from tests import factories
from tests.factories import NOON, Issued, Somebody
from tests.handlers.conftest import Office

say = texts("vi")


async def much_waits(office: Office, unit: Unit) -> tuple[Somebody, Issued]:
    """A unit has asked, would have more time, cannot, and has written something unclear; the last
    first."""
    async with office.rt.write() as session:
        an = await factories.create_contact(session, unit)
        issued = await factories.create_directive(session, [unit])
        await factories.create_unplaced(session, an, unit, text="Cảm ơn các đồng chí")
        of_task = issued.assignments[0][1]
        common = {"person_id": an.person.id, "chat_id": an.chat.id}
        session.add(
            Answer(
                addressee_id=issued.addressees[0].id, assignment_id=of_task.id,
                kind=AnswerKind.CANNOT, reason="Máy hỏng", at=NOON, **common,
            )
        )  # fmt: skip
        session.add(
            Extension(
                assignment_id=of_task.id, reason="Chờ ảnh", wished_at=NOON + timedelta(days=20),
                asked_at=NOON, deadline_at=NOON, state=ExtensionState.ASKED, **common,
            )
        )  # fmt: skip
        question = Question(
            unit_id=unit.id, addressee_id=issued.addressees[0].id, state=QuestionState.OPEN,
            asked_at=NOON, **common,
        )  # fmt: skip
        session.add(question)
        await session.flush()
        session.add(
            QuestionMessage(
                question_id=question.id, person_id=an.person.id, from_office=False,
                text="Nộp ở đâu?", file_kind=ContentKind.PHOTO, chat_id=an.chat.id, at=NOON,
            )
        )  # fmt: skip
        await session.flush()
    return an, issued


async def test_one_list_has_everything_in_its_order_each_with_what_opens_it(office: Office):
    unit = await office.unit()
    _, issued = await much_waits(office, unit)
    mai = await office.staff()
    (shown,) = await mai.says("/cho")
    counts = ("questions", "extensions", "answers", "unplaced")
    assert shown.splitlines()[1:5] == [say(f"waiting.{name}", count=1) for name in counts]
    code = f"{issued.directive.number}/STTTT-TTBCXB"
    places = [
        shown.index(words)
        for words in ("[ảnh] Nộp ở đâu?", "Chờ ảnh", "Máy hỏng", "Cảm ơn các đồng chí")
    ]
    assert places == sorted(places)
    assert f"{code} · nhiệm vụ 2 · xin đến 12:00 26/10/2026" in shown
    words = [
        button["callback_data"].split(":")[1]
        for row in mai.messages()[-1]["reply_markup"]["inline_keyboard"]
        for button in row
    ]
    assert words[:4] == ["qst", "ext", "ans", "unpl"]
    reviewer = await office.staff(StaffRole.REVIEWER)  # who may not move deadlines
    (shown,) = await reviewer.says("/cho")
    assert "Chờ ảnh" not in shown
    assert "Máy hỏng" in shown


async def test_one_section_is_shown_alone_paged_and_left_again(office: Office):
    unit = await office.unit()
    an, _ = await much_waits(office, unit)
    async with office.rt.write() as session:
        for number in range(2, 8):
            await factories.create_unplaced(session, an, unit, text=f"Tin {number}")
    mai = await office.staff()
    await mai.says("/cho")
    await mai.presses(say("button.waiting_of", section=say("section.unplaced"), count=7))
    shown = mai.texts()[-1]
    assert "Nộp ở đâu?" not in shown
    assert say("waiting.questions", count=1) in shown  # counts stay whole
    assert shown.index("Cảm ơn") < shown.index("Tin 2") < shown.index("Tin 5")
    assert "Tin 6" not in shown
    await mai.presses("›")
    assert "Tin 7" in mai.texts()[-1]
    assert "Nộp ở đâu?" not in mai.texts()[-1]
    await mai.presses(say("button.waiting_all"))
    assert "Nộp ở đâu?" in mai.texts()[-1]
    assert len(mai.texts()) == 1  # all of it in one message


async def test_limits_leave_out_what_is_of_other_units(office: Office):
    unit = await office.unit("Báo Yên Bái", "Báo chí")
    await much_waits(office, unit)
    async with office.rt.write() as session:
        group = await factories.create_group(session, name="Khác")
        hai = await factories.create_staff(session, StaffRole.ADMIN, name="Lê Văn Hải")
        await factories.limit(session, hai, group)
    (shown,) = await office.phone(hai).says("/cho")
    assert say("waiting.nothing") in shown
    viewer = await office.staff(StaffRole.VIEWER)
    assert await viewer.says("/cho") == [say("refused.not_yours")]


async def test_what_its_sender_has_not_chosen_the_task_of_is_listed_with_who_sent_it(
    office: Office,
):
    unit = await office.unit()
    an = await office.contact(unit)
    await office.issued(unit, tasks=2)
    link = "https://baoyenbai.com.vn/11/305919/Diem-su-kien.aspx"
    await an.says(link)
    await an.sends("photo", words="NV9", album="7")
    await an.sends("photo", album="7")
    mai = await office.staff()
    (shown,) = await mai.says("/cho")
    assert say("waiting.submissions", count=2) in shown
    assert link in shown
    assert "Nguyễn Văn An" in shown
    assert unit.name in shown
    await an.presses("2. Việc 2")
    (shown,) = await mai.says("/cho")
    assert say("waiting.submissions", count=1) in shown
