"""Canned answers: kept, listed by pages, dropped, and sent in answer to a question."""

from __future__ import annotations

from bot.callbacks import Callback, Press
from bot.domain.states import QuestionState, StaffRole
from bot.storage import people
from bot.storage.tables import CannedAnswer, Question, QuestionMessage
from bot.texts import texts
from tests import factories
from tests.factories import Somebody
from tests.handlers.conftest import Office, Phone

say = texts("vi")


async def kept(office: Office, *names: str) -> list[CannedAnswer]:
    """Canned answers of these names."""
    async with office.rt.write() as session:
        author = await factories.create_staff(session)
        for name in names:
            session.add(
                CannedAnswer(
                    name=name,
                    text=f"Trả lời: <{name}>. " + "x" * 700,
                    person_id=author.person.id,
                    created_at=factories.NOON,
                )
            )
    return await office.rows(CannedAnswer)


async def asked(office: Office) -> tuple[Question, Phone]:
    """A question that was answered once, and who handles it."""
    unit = await office.unit()
    contact, reviewer = await office.contact(unit), await office.staff(StaffRole.REVIEWER)
    issued = await office.issued(unit)
    async with office.rt.write() as session:
        pair = []
        for phone in (contact, reviewer):
            person = await people.person_by_telegram_id(session, phone.user_id)
            chat = await people.chat_by_telegram_id(session, phone.chat_id)
            assert person is not None
            assert chat is not None
            pair.append(Somebody(person, chat))
        question = await factories.create_answered_question(
            session, issued.addressees[0], *pair, unit_id=unit.id
        )
        question.state = QuestionState.OPEN
    return question, reviewer


async def test_one_is_kept_under_a_name_and_dropped(office: Office):
    sender = await office.staff()
    assert await sender.says("/mautraloi") == [say("canned.none")]
    await sender.presses(say("button.canned_add"))
    refused = [await sender.says(words) for words in ("x", "x" * 61)]
    assert refused == [[say("canned.name_unusable", longest=60)]] * 2
    assert await sender.says(" Treo   cờ ") == [say("canned.ask_text", name="Treo cờ")]
    assert await sender.says("y" * 801) == [say("canned.text_unusable", longest=800)]
    (shown,) = await sender.says("Trước cổng.\nCả tuần.")
    assert say("canned.title", count=1) in shown
    assert "Treo cờ\nTrước cổng.\nCả tuần." in shown
    await sender.presses(say("button.canned_add"))
    assert await sender.says("Treo cờ") == [say("canned.name_taken", name="Treo cờ")]

    drop = Callback(Press.CANNED_DROP, ((await office.row(CannedAnswer)).id, 1))
    popups = [(await sender.presses_data(drop)).text for _ in range(2)]
    assert popups == [say("canned.dropped"), say("canned.dropped_before")]
    assert sender.sees("Mẫu vừa xóa")["text"].endswith("Treo cờ\n\nTrước cổng.\nCả tuần.")
    assert await office.rows(CannedAnswer) == []


async def test_many_are_listed_by_pages_and_changed_by_who_issues_only(office: Office):
    await kept(office, *(f"Mẫu {number}" for number in range(1, 6)))
    reviewer = await office.staff(StaffRole.REVIEWER)
    (first,) = await reviewer.says("/canned")
    assert "Mẫu 4" in first
    assert "Mẫu 5" not in first
    await reviewer.presses("›")
    assert "Mẫu 5" in reviewer.texts()[-1]
    assert reviewer.buttons() == ["‹", "2/2 ⟳"]
    popup = await reviewer.presses_data(Callback(Press.CANNED_ADD))
    assert popup.text == say("refused.not_yours")


async def test_one_answers_a_question_once_and_after_it_was_seen(office: Office):
    question, reviewer = await asked(office)
    names = [f"Mẫu {number}" for number in range(1, 10)]
    answers = await kept(office, *names)
    await reviewer.presses_data(Callback(Press.QUESTION_CANNED, (question.id,)))
    assert reviewer.buttons() == [*names[:8], say("button.next")]
    await reviewer.presses(say("button.next"))
    await reviewer.presses("Mẫu 9")
    assert "Trả lời: <Mẫu 9>." in reviewer.texts()[-1]
    assert len(await office.rows(QuestionMessage)) == 2
    popup = await reviewer.presses(say("button.canned_send"))
    assert popup.text == say("canned.sent")
    popup = await reviewer.presses(say("button.canned_send"))
    assert popup.text == say("canned.sent_before")
    *_, said = await office.rows(QuestionMessage)
    assert (said.from_office, said.text) == (True, answers[8].text)
    assert len(await office.rows(QuestionMessage)) == 3
    assert (await office.row(Question)).state is QuestionState.ANSWERED

    gone = Callback(Press.QUESTION_CANNED_SEND, (question.id, 999_999))
    assert (await reviewer.presses_data(gone)).text == say("canned.gone")
