"""Answers published to all: what is shown before, what comes to whom, what stands on the cards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.callbacks import Callback, Press
from bot.domain.states import Ending, Lane, MessageKind, OutboxState, StaffRole
from bot.storage import people
from bot.storage.tables import Addition, Directive, Group, OutboxMessage, QuestionMessage, Unit
from bot.texts import texts
from tests import factories
from tests.factories import Issued, Somebody
from tests.handlers.conftest import Office, Phone

say = texts("vi")
MIDNIGHT = factories.NOON.replace(hour=17)  # in the office


@dataclass
class Town:
    """Two units with a directive; one of them asked about it and was answered."""

    office: Office
    units: list[Unit]
    contacts: list[Phone]
    sender: Phone
    issued: Issued
    question: int

    async def another(self, asked: str = "Mấy ngày?", answer: str = "Ba ngày.") -> int:
        """One more question of the first unit, answered."""
        async with self.office.rt.write() as session:
            found = await factories.create_answered_question(
                session,
                self.issued.addressees[0],
                await _somebody(session, self.contacts[0]),
                await _somebody(session, self.sender),
                unit_id=self.units[0].id,
                asked=asked,
                answer=answer,
            )
        return found.id

    async def answers(self, text: str) -> None:
        """The office says something more to the question."""
        async with self.office.rt.write() as session:
            sender = await _somebody(session, self.sender)
            session.add(
                QuestionMessage(
                    question_id=self.question,
                    person_id=sender.person.id,
                    from_office=True,
                    text=text,
                    chat_id=sender.chat.id,
                    at=factories.NOON,
                )
            )

    async def publishes(self, question: int | None = None) -> Addition:
        """Staff look at what would be published, and publish it."""
        await self.sender.presses_data(
            Callback(Press.QUESTION_PUBLISH_ASK, (question or self.question,))
        )
        await self.sender.presses(say("button.publish"))
        rows = await self.office.rows(Addition)
        addition: Addition = rows[-1]
        return addition


async def _somebody(session, phone: Phone) -> Somebody:
    person = await people.person_by_telegram_id(session, phone.user_id)
    chat = await people.chat_by_telegram_id(session, phone.chat_id)
    assert person is not None
    assert chat is not None
    return Somebody(person, chat)


async def settled(office: Office, **values: object) -> Town:
    office.clock.at += timedelta(hours=2)  # when people are at work
    units = [await office.unit("Báo Yên Bái", "Báo chí"), await office.unit("Đài tỉnh", "Đài")]
    contacts = [await office.contact(units[0]), await office.contact(units[1], name="Bình")]
    sender = await office.staff()
    issued = await office.issued(*units, **values)
    town = Town(office, units, contacts, sender, issued, 0)
    asked = "Báo  YÊN Bái (Nguyễn Văn An) xin hỏi: treo cờ ở đâu?"
    answer = "Báo Yên Bái và các đơn vị <treo> trước trụ sở."
    town.question = await town.another(asked, answer)
    return town


async def test_what_is_published_was_shown_and_names_nobody(office: Office):
    town = await settled(office)
    await town.sender.presses_data(Callback(Press.QUESTION_PUBLISH_ASK, (town.question,)))
    shown = town.sender.texts()[-1]
    assert "2 đơn vị (2 nơi nhận)" in shown
    assert await office.rows(Addition) == []
    before = [phone.last_id() for phone in town.contacts]
    await town.answers("Sau đó trả lời khác.")  # changes nothing of what was shown
    popup = await town.sender.presses(say("button.publish"))
    assert popup.text == say("addition.published", count=2)
    addition = await office.row(Addition)
    assert addition.asked == "… (…) xin hỏi: treo cờ ở đâu?"
    assert addition.answer == "… và các đơn vị <treo> trước trụ sở."
    assert addition.asked in shown
    assert addition.answer in shown
    for phone, last in zip(town.contacts, before, strict=True):
        (told,) = phone.texts(after=last)
        assert "treo cờ ở đâu?" in told
        card = phone.sees("Nội dung cần thực hiện")
        assert say("card.additions", count=1) in card["text"]
        assert "… và các đơn vị <treo> trước trụ sở." in card["text"]
        for words in (told, card["text"].replace("Báo Yên Bái\n", "")):
            assert "Nguyễn Văn An" not in words
        assert "YÊN" not in told + card["text"]
        message = phone.messages()[-1]
        assert message["reply_to_message"]["message_id"] == card["message_id"]
    rows = await office.rows(OutboxMessage, kind=MessageKind.ADDITION)
    assert {row.lane for row in rows} == {Lane.REMINDER}
    silent = [
        call["parameters"].get("disable_notification")
        for call in office.sandbox.calls()
        if call["method"] == "sendMessage" and "treo cờ" in str(call["parameters"]["text"])
        and int(call["parameters"]["chat_id"]) != town.sender.chat_id
    ]  # fmt: skip
    assert [bool(each) for each in silent] == [True, True]

    again = await town.sender.presses(say("button.publish"))
    assert again.text == say("addition.published_before", by="Trần Thị Mai")
    assert len(await office.rows(Addition)) == 1


async def test_the_words_can_be_changed_before(office: Office):
    town = await settled(office)
    await town.sender.presses_data(Callback(Press.QUESTION_PUBLISH_ASK, (town.question,)))
    await town.sender.presses(say("button.reword"))
    assert say("button.publish") not in town.sender.buttons()  # of the words that are not meant
    refused = await town.sender.says("x" * 1501)
    assert refused == [say("addition.unusable", longest=1500)]
    await town.sender.says("Cờ treo ở đâu?\nTrước cổng.\nCả tuần; hỏi Nguyễn Văn An.")
    await town.sender.presses(say("button.publish"))
    addition = await office.row(Addition)
    assert (addition.asked, addition.answer) == (
        "Cờ treo ở đâu?",
        "Trước cổng.\nCả tuần; hỏi ….",
    )
    await town.sender.presses(say("button.reword"))  # of what was shown last
    await town.sender.says("Trước cổng chính.")
    refused = await town.sender.presses(say("button.publish"))  # one answer stands for a question
    assert refused.text.startswith("Câu hỏi này đã được")
    await town.sender.presses_data(Callback(Press.ADDITION_WITHDRAW, (addition.id,)))
    await town.sender.presses(say("button.publish"))
    newer = (await office.rows(Addition))[-1]
    assert (newer.asked, newer.answer) == ("Cờ treo ở đâu?", "Trước cổng chính.")


async def test_the_card_shows_the_newest_and_the_full_text_all(office: Office):
    town = await settled(office)
    numbers = [f"Câu số {number}" for number in range(1, 6)]
    for number in numbers:
        await town.publishes(await town.another(f"{number}?", f"{number} là " + "dài " * 340))
    phone = town.contacts[1]
    card = phone.sees("Nội dung cần thực hiện")["text"]
    assert say("card.additions", count=5) in card
    assert say("card.more_additions", count=2) in card
    assert [number in card for number in numbers] == [False, False, True, True, True]
    before = phone.last_id()
    await phone.presses(say("button.full_text"))
    told = "\n".join(phone.texts(after=before))
    assert "Nội dung công văn" in told
    for number in numbers:
        assert f"{number}?" in told
    assert len(phone.texts(after=before)) > 3  # not all has room in one message


async def test_taken_back_it_leaves_the_cards_and_is_told_to_nobody_more(office: Office):
    town = await settled(office)
    office.clock.at = MIDNIGHT
    addition = await town.publishes()
    told = await office.rows(OutboxMessage, kind=MessageKind.ADDITION)
    assert {row.state for row in told} == {OutboxState.WAITING}  # it is night
    assert "trước trụ sở" in town.contacts[0].sees("Nội dung cần thực hiện")["text"]
    popup = await town.sender.presses(say("button.withdraw_addition"))
    assert popup.text == say("addition.withdrawn")
    popup = await town.sender.presses_data(Callback(Press.ADDITION_WITHDRAW, (addition.id,)))
    assert popup.text == say("addition.withdrawn_before")
    office.clock.at += timedelta(hours=10)
    await office.works()
    for phone in town.contacts:
        card = phone.sees("Nội dung cần thực hiện")["text"]
        assert say("card.additions", count=1) not in card
    told = await office.rows(OutboxMessage, kind=MessageKind.ADDITION)
    assert {(row.state, row.reason) for row in told} == {
        (OutboxState.WITHDRAWN, "addition_withdrawn")
    }
    await town.sender.presses_data(Callback(Press.QUESTION_PUBLISH_ASK, (town.question,)))
    await town.sender.presses(say("button.publish"))  # it may be published again
    assert [row.withdrawn_at is None for row in await office.rows(Addition)] == [False, True]


async def test_what_is_urgent_is_told_at_night_too(office: Office):
    town = await settled(office, urgency="urgent")
    office.clock.at = MIDNIGHT
    await town.publishes()
    told = await office.rows(OutboxMessage, kind=MessageKind.ADDITION)
    assert {row.state for row in told} == {OutboxState.ACCEPTED}


async def test_only_who_has_the_whole_directive_in_hand_may(office: Office):
    town = await settled(office)
    async with office.rt.write() as session:
        limited = await factories.create_staff(session, StaffRole.SENDER, name="Đỗ Văn Bảy")
        group = (await office.rows(Group, name="Báo chí"))[0]
        await factories.limit(session, limited, group)
    ask = Callback(Press.QUESTION_PUBLISH_ASK, (town.question,))
    reviewer = await office.staff(StaffRole.REVIEWER)
    assert (await reviewer.presses_data(ask)).text == say("refused.not_yours")
    popup = await office.phone(limited).presses_data(ask)
    assert popup.text == say("refused.not_all_in_scope")


@pytest.mark.parametrize("over", [Ending.CLOSED, Ending.RECALLED])
async def test_of_what_has_ended_nothing_is_published(office: Office, over: Ending):
    town = await settled(office)
    await town.sender.presses_data(Callback(Press.QUESTION_PUBLISH_ASK, (town.question,)))
    async with office.rt.write() as session:
        directive = await session.get_one(Directive, town.issued.directive.id)
        directive.closed_at, directive.ending = factories.NOON, over
    popup = await town.sender.presses(say("button.publish"))
    assert popup.alert
    assert await office.rows(Addition) == []


async def test_a_question_without_words_or_directive_is_not_published(office: Office):
    town = await settled(office)
    silent = await town.another("Hỏi", "")
    popup = await town.sender.presses_data(Callback(Press.QUESTION_PUBLISH_ASK, (silent,)))
    assert popup.text == say("addition.not_answered")
    async with office.rt.write() as session:
        found = await factories.create_answered_question(
            session,
            None,
            await _somebody(session, town.contacts[0]),
            await _somebody(session, town.sender),
            unit_id=town.units[0].id,
        )
    popup = await town.sender.presses_data(Callback(Press.QUESTION_PUBLISH_ASK, (found.id,)))
    assert popup.text == say("addition.about_nothing")
