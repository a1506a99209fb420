"""The processor keeps its promises: all of an update or nothing of it, once, in order per chat."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from telegram import Update as TelegramUpdate
from telegram.ext import ApplicationHandlerStop, CommandHandler, ContextTypes

from bot.callbacks import Callback, Press
from bot.domain.states import ChatKind, EventDoor, MessageKind, StaffRole, UpdateState
from bot.errors import Conflict
from bot.intake import processor as module
from bot.intake.processor import MAX_TRIES
from bot.intake.turns import AT_A_TIME
from bot.storage import events
from bot.storage.tables import (
    Acknowledgement,
    Chat,
    Event,
    OutboxMessage,
    Person,
    Update,
)
from handlers.context import Context, Incoming
from handlers.guards import Rule, Who, run
from tests import factories
from tests.delivery.conftest import Crash
from tests.factories import Somebody
from tests.intake.conftest import CardOnPhone, DiesAt, Inbox, Strikes, fails_at, says_word

DONE, WAITING, PARKED = UpdateState.DONE, UpdateState.WAITING, UpdateState.PARKED
ACKNOWLEDGE = "1:ack:"
THANKS = "Đã ghi nhận"

# What a contact may write, and the sentence that answers it.
ANSWERS = {
    "/huy": "dialogue.none",
    "/ngonngu": "language.choose",
    "/khongco": "command.unknown",
    "Chào": "unplaced.contact",
}


async def actions(inbox: Inbox) -> list[str]:
    """What the audit trail says, oldest first."""
    return [event.action for event in await inbox.all(Event)]


async def states(inbox: Inbox) -> list[UpdateState]:
    """The states of the inbox, oldest first."""
    return [row.state for row in await inbox.rows()]


async def pressed_card(inbox: Inbox) -> CardOnPhone:
    """A card whose "Đã nhận" was pressed; the press waits to be handled."""
    card = await inbox.card()
    inbox.press(card)
    await inbox.fetch()
    return card


async def written(inbox: Inbox, *texts: str) -> Somebody:
    """A contact whose messages wait to be handled."""
    somebody = await inbox.contact()
    inbox.says(somebody, *texts)
    await inbox.fetch()
    return somebody


async def fail_until_parked(inbox: Inbox) -> None:
    """Every try that the update has."""
    await inbox.work()
    for tries in range(1, MAX_TRIES):
        await inbox.later(2**tries)


# --- an update is done together with what it does ------------------------------------------------


async def test_a_press_is_done_with_its_effects_and_answered(inbox: Inbox):
    await pressed_card(inbox)
    await inbox.work()
    row = await inbox.row()
    assert (row.state, row.tries, row.reason) == (DONE, 0, None)
    assert row.finished_at == inbox.clock()
    assert len(await inbox.all(Acknowledgement)) == 1
    (answer,) = inbox.calls("answerCallbackQuery")
    assert answer["text"].startswith(THANKS)
    assert not answer["show_alert"]


async def test_a_press_without_a_word_is_answered_too(inbox: Inbox):
    somebody = await inbox.contact()
    data = Callback(Press.LANGUAGE, (1,)).encode()
    inbox.says(somebody, "/ngonngu")
    await inbox.fetch()
    await inbox.work()
    await inbox.deliver()
    message_id = inbox.sandbox.messages(somebody.chat.telegram_id)[-1]["message_id"]
    inbox.sandbox.press(somebody.chat.telegram_id, message_id, data=data)
    await inbox.fetch()
    await inbox.work()
    (answer,) = inbox.calls("answerCallbackQuery")
    assert "text" not in answer


async def test_an_update_of_a_kind_nobody_heeds_is_done_and_leaves_nothing(inbox: Inbox):
    inbox.sandbox.put_update({})
    inbox.sandbox.put_update({"of_tomorrow": {"id": 1}})
    await inbox.fetch()
    await inbox.work()
    assert await states(inbox) == [DONE, DONE]
    assert await inbox.all(Event) == await inbox.all(Chat) == []


@pytest.mark.parametrize("words", ["INSERT INTO acknowledgements", "INSERT INTO events", "COMMIT"])
async def test_what_dies_before_the_commit_leaves_no_trace_and_is_repeated(
    inbox: Inbox, words: str
):
    await pressed_card(inbox)
    Strikes(inbox.rt, words, error=Crash())
    with pytest.raises(Crash):
        await inbox.work()
    assert await states(inbox) == [WAITING]
    assert await inbox.all(Acknowledgement) == await inbox.all(Event) == []
    assert inbox.calls("answerCallbackQuery") == []
    await inbox.work()
    assert await states(inbox) == [DONE]
    assert await actions(inbox) == ["acknowledged"]
    assert len(inbox.calls("answerCallbackQuery")) == 1


async def test_an_update_about_to_be_handled_when_the_process_dies_is_handled_by_the_next(
    inbox: Inbox,
):
    await pressed_card(inbox)
    with pytest.raises(Crash):
        await inbox.work(inbox.processor(fault=DiesAt("handling")))
    assert await states(inbox) == [WAITING]
    assert await inbox.all(Acknowledgement) == []
    await inbox.work()
    assert await states(inbox) == [DONE]
    assert await actions(inbox) == ["acknowledged"]
    (answer,) = inbox.calls("answerCallbackQuery")
    assert answer["text"].startswith(THANKS)


async def test_an_update_that_was_handled_when_the_process_dies_is_not_handled_again(inbox: Inbox):
    await pressed_card(inbox)
    with pytest.raises(Crash):
        await inbox.work(inbox.processor(fault=DiesAt("handled")))
    for _ in range(2):
        assert await states(inbox) == [DONE]
        assert await actions(inbox) == ["acknowledged"]
        await inbox.later(60)


async def test_an_update_in_hand_that_is_done_already_has_no_second_effect(inbox: Inbox):
    await written(inbox, "/huy")
    in_hand = await inbox.row()
    await inbox.work()
    done = await inbox.row()
    inbox.clock.at += timedelta(minutes=1)
    await inbox.processor().handle([in_hand])
    assert await inbox.replies() == ["dialogue.none"]
    assert (await inbox.row()).finished_at == done.finished_at


async def test_the_same_press_under_another_number_acknowledges_once(inbox: Inbox):
    card = await inbox.card()
    inbox.press(card)
    (waiting,) = inbox.sandbox.bot().queue.alive()
    inbox.sandbox.put_update({"callback_query": waiting.json["callback_query"]})
    await inbox.fetch()
    await inbox.work()
    assert await states(inbox) == [DONE, DONE]
    assert len(await inbox.all(Acknowledgement)) == 1
    assert await actions(inbox) == ["acknowledged"]
    first, second = inbox.calls("answerCallbackQuery")
    assert first["text"].startswith(THANKS)
    assert second["text"].startswith("Đồng chí đã xác nhận lúc")


async def live_until(inbox: Inbox, death: DiesAt) -> None:
    """A process that handles what waits until it dies, or until nothing is left to do."""
    processor = inbox.processor(fault=death)
    while not death.dead and await processor.do_one():
        await asyncio.gather(*processor._under_way.values(), return_exceptions=True)


async def test_crashes_at_random_points_answer_everybody_once_and_in_order(inbox: Inbox):
    chance = random.Random(7)
    crowd = [await written(inbox, *ANSWERS) for _ in range(4)]
    for _ in range(8):
        await live_until(inbox, DiesAt(chance.choice(["handling", "handled"]), nth=2))
    await inbox.work()
    assert await states(inbox) == [DONE] * 16
    for somebody in crowd:
        assert await inbox.replies(somebody) == list(ANSWERS.values())


# --- order ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("batch", [1, 3, 100])
async def test_what_a_chat_writes_is_handled_in_the_order_in_which_it_came(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch, batch: int
):
    monkeypatch.setattr(module, "_BATCH", batch)
    somebody = await written(inbox, *ANSWERS, *reversed(ANSWERS))
    await inbox.work()
    sentences = list(ANSWERS.values())
    # That words are kept is told once for all that come within a minute.
    assert await inbox.replies(somebody) == [*sentences, *reversed(sentences[:-1])]


class Gate:
    """The handling of what has `word` ends only when the gate is opened."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.reached, self.opened = asyncio.Event(), asyncio.Event()

    async def __call__(self, update: TelegramUpdate) -> None:
        if says_word(update, self.word):
            self.reached.set()
            async with asyncio.timeout(20):
                await self.opened.wait()


async def test_a_chat_with_much_to_do_holds_up_no_other(inbox: Inbox):
    busy = await written(inbox, "/huy", "/ngonngu", "/khongco")
    other = await written(inbox, "Chào")
    gate = Gate("/khongco")

    async def opens_for_the_other(update: TelegramUpdate) -> None:
        await gate(update)
        if says_word(update, "Chào"):
            gate.opened.set()

    inbox.also = opens_for_the_other
    await inbox.work()
    assert await states(inbox) == [DONE] * 4
    assert await inbox.replies(other) == ["unplaced.contact"]
    assert len(await inbox.replies(busy)) == 3


async def test_a_chat_whose_turn_comes_while_another_is_slow_is_started(inbox: Inbox):
    await written(inbox, "/huy")
    later = await written(inbox, "/ngonngu")
    async with inbox.rt.write() as session:
        await session.execute(
            update(Update)
            .where(Update.chat_key == later.chat.telegram_id)
            .values(next_try_at=inbox.clock() + timedelta(seconds=9))
        )
    inbox.also = gate = Gate("/huy")
    processor = inbox.processor()
    assert await processor.do_one()
    await gate.reached.wait()
    inbox.clock.at += timedelta(seconds=9)
    assert await processor.do_one()
    assert later.chat.telegram_id in processor._under_way
    gate.opened.set()
    await asyncio.gather(*processor._under_way.values())
    assert await states(inbox) == [DONE, DONE]


async def test_a_chat_with_more_than_is_read_at_once_holds_up_no_other(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "_BATCH", 2)
    await written(inbox, "/huy", "/ngonngu", "/khongco")
    other = await written(inbox, "Chào")
    inbox.also = gate = Gate("/huy")
    processor = inbox.processor()
    assert await processor.do_one()
    await gate.reached.wait()
    assert await processor.do_one()
    assert other.chat.telegram_id in processor._under_way
    gate.opened.set()
    await asyncio.gather(*processor._under_way.values())
    await inbox.work(processor)
    assert await states(inbox) == [DONE] * 4


async def test_a_chat_under_way_is_not_begun_a_second_time(inbox: Inbox):
    somebody = await written(inbox, "/huy", "/ngonngu")
    inbox.also = gate = Gate("/huy")
    processor = inbox.processor()
    assert await processor.do_one()
    await gate.reached.wait()
    assert not await processor.do_one()
    gate.opened.set()
    await asyncio.gather(*processor._under_way.values())
    assert await inbox.replies(somebody) == ["dialogue.none", "language.choose"]


async def test_only_a_few_chats_are_handled_at_a_time_and_all_in_the_end(inbox: Inbox):
    for _ in range(20):
        inbox.sandbox.say(inbox.stranger(), "Chào")
    await inbox.fetch()
    processor = inbox.processor()
    assert await processor.do_one()
    assert len(processor._under_way) == AT_A_TIME
    assert min(row.chat_key for row in await inbox.rows()) in processor._under_way
    assert not await processor.do_one()
    await asyncio.gather(*processor._under_way.values())
    await inbox.work(processor)
    assert set(await states(inbox)) == {DONE}


async def test_what_fails_lets_the_rest_of_its_chat_and_other_chats_go_on(inbox: Inbox):
    failing = await written(inbox, "/huy", "/ngonngu", "/khongco")
    other = await written(inbox, "Chào")
    inbox.also = fails_at("/ngonngu", times=1)
    await inbox.work()
    assert await states(inbox) == [DONE, WAITING, DONE, DONE]
    assert await inbox.replies(failing) == ["dialogue.none", "command.unknown"]
    assert await inbox.replies(other) == ["unplaced.contact"]
    await inbox.later(2)
    assert (await inbox.replies(failing))[2:] == ["language.choose"]


# --- failures ------------------------------------------------------------------------------------


async def test_what_a_failing_handler_wrote_is_undone(inbox: Inbox):
    card = await pressed_card(inbox)
    before = len(await inbox.all(OutboxMessage))
    inbox.also = fails_at(card.acknowledge)
    await inbox.work()
    assert await inbox.all(Acknowledgement) == await inbox.all(Event) == []
    assert len(await inbox.all(OutboxMessage)) == before
    row = await inbox.row()
    assert (row.state, row.tries, row.finished_at) == (WAITING, 1, None)


async def test_what_fails_is_tried_again_after_growing_pauses_and_parked_in_the_end(inbox: Inbox):
    await written(inbox, "/huy")
    inbox.also = fails_at("/huy")
    for tries, pause in enumerate([2, 4, 8, 16], start=1):
        await inbox.work()
        row = await inbox.row()
        assert (row.state, row.tries) == (WAITING, tries)
        assert row.next_try_at == inbox.clock() + timedelta(seconds=pause)
        inbox.clock.at = row.next_try_at - timedelta(seconds=1)
        assert not await inbox.processor().do_one()
        inbox.clock.at = row.next_try_at
    await inbox.work()
    row = await inbox.row()
    assert (row.state, row.reason, row.finished_at) == (PARKED, "RuntimeError", inbox.clock())


async def test_what_works_at_a_later_try_has_its_effect_once(inbox: Inbox):
    card = await pressed_card(inbox)
    inbox.also = fails_at(card.acknowledge, times=MAX_TRIES - 1)
    await fail_until_parked(inbox)
    assert await states(inbox) == [DONE]
    assert await actions(inbox) == ["acknowledged"]
    assert inbox.calls("answerCallbackQuery")[-1]["text"].startswith(THANKS)


async def test_what_is_parked_is_written_down_and_never_tried_again(inbox: Inbox):
    await written(inbox, "/huy")
    inbox.also = fails_at("/huy")
    await fail_until_parked(inbox)
    (parked,) = await inbox.all(Event)
    assert (parked.action, parked.at) == ("update_parked", inbox.clock())
    assert (parked.object_kind, parked.object_id) == ("update", (await inbox.row()).id)
    assert parked.details == {"reason": "RuntimeError"}
    inbox.clock.at += timedelta(days=1)
    assert not await inbox.processor().do_one()


async def test_whoever_wrote_what_is_parked_is_told_a_reference(inbox: Inbox):
    somebody = await written(inbox, "/huy")
    inbox.also = fails_at("/huy")
    await fail_until_parked(inbox)
    await inbox.deliver()
    (text,) = inbox.texts(somebody.chat.telegram_id)
    assert f"mã lỗi {(await inbox.row()).id})" in text
    assert "không cần gửi lại" in text


async def test_what_cannot_be_parked_as_a_whole_is_not_parked_at_all(inbox: Inbox):
    await written(inbox, "/huy")
    inbox.also = fails_at("/huy")
    trouble = Strikes(inbox.rt, "INSERT INTO events")
    await fail_until_parked(inbox)
    await inbox.work()
    assert trouble.left == 0
    assert await states(inbox) == [PARKED]
    assert (await inbox.replies(), await actions(inbox)) == (["error.failed"], ["update_parked"])


async def test_administrators_are_told_of_what_is_parked(inbox: Inbox):
    async with inbox.rt.write() as session:
        admin = await factories.create_staff(session, role=StaffRole.ADMIN)
        await factories.create_staff(session, role=StaffRole.VIEWER)
    await written(inbox, "/huy")
    inbox.also = fails_at("/huy")
    await fail_until_parked(inbox)
    told = [
        row.chat_id
        for row in await inbox.all(OutboxMessage)
        if row.parameters.get("key") == "error.parked"
    ]
    assert told == [admin.chat.id]


async def test_a_press_is_answered_with_a_reference_whenever_it_fails(inbox: Inbox):
    card = await pressed_card(inbox)
    inbox.also = fails_at(card.acknowledge)
    await fail_until_parked(inbox)
    assert await states(inbox) == [PARKED]
    answers = inbox.calls("answerCallbackQuery")
    assert len(answers) == MAX_TRIES
    for answer in answers:
        assert f"mã lỗi {(await inbox.row()).id})" in answer["text"]
        assert answer["show_alert"]


async def test_a_press_that_fails_is_answered_in_the_persons_language(inbox: Inbox):
    card = await pressed_card(inbox)
    async with inbox.rt.write() as session:
        await session.execute(update(Chat).values(language="en"))
    inbox.also = fails_at(card.acknowledge, times=1)
    await inbox.work()
    (answer,) = inbox.calls("answerCallbackQuery")
    assert answer["text"].startswith("The request could not be handled yet")


async def test_an_update_whose_context_cannot_be_built_is_not_taken_for_done(inbox: Inbox):
    class Unbuildable(Context):
        @classmethod
        def from_update(cls, update: object, application: object) -> Context:
            raise RuntimeError("no context")

    await written(inbox, "/huy")
    inbox.application.context_types = ContextTypes(context=Unbuildable)
    await inbox.work()
    row = await inbox.row()
    assert (row.state, row.tries) == (WAITING, 1)


# --- trouble with the database -------------------------------------------------------------------

STATEMENTS = ["UPDATE updates SET state", "FROM persons", "INSERT INTO acknowledgements", "COMMIT"]


@pytest.mark.parametrize("words", STATEMENTS)
async def test_trouble_with_the_database_costs_no_try(inbox: Inbox, words: str):
    await pressed_card(inbox)
    trouble = Strikes(inbox.rt, words)
    await inbox.work()
    assert trouble.left == 0
    row = await inbox.row()
    assert (row.state, row.tries) == (WAITING, 0)
    assert row.next_try_at > inbox.clock()
    assert inbox.calls("answerCallbackQuery") == []
    await inbox.later(1)
    assert await states(inbox) == [DONE]
    assert await actions(inbox) == ["acknowledged"]
    (answer,) = inbox.calls("answerCallbackQuery")
    assert answer["text"].startswith(THANKS)


async def test_however_long_the_trouble_lasts_nothing_is_parked(inbox: Inbox):
    await pressed_card(inbox)
    Strikes(inbox.rt, "INSERT INTO acknowledgements", times=2 * MAX_TRIES)
    for _ in range(2 * MAX_TRIES):
        await inbox.later(60)
        row = await inbox.row()
        assert (row.state, row.tries) == (WAITING, 0)
    await inbox.later(60)
    assert await states(inbox) == [DONE]


async def test_what_alone_has_trouble_while_the_database_works_is_parked_in_the_end(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "_MOST_TROUBLE", 3)
    await pressed_card(inbox)
    Strikes(inbox.rt, "INSERT INTO acknowledgements", times=10**9)  # "no such column", say
    processor = inbox.processor()
    for pause in (1, 2, 4, 2, 4, 8, 16):
        await inbox.work(processor)
        row = await inbox.row()
        assert row.next_try_at == inbox.clock() + timedelta(seconds=pause)
        inbox.clock.at = row.next_try_at
    await inbox.work(processor)
    row = await inbox.row()
    assert (row.state, row.reason) == (PARKED, "OperationalError")


async def test_a_statement_that_is_wrong_itself_costs_a_try(inbox: Inbox):
    await pressed_card(inbox)
    wrong = IntegrityError("INSERT", None, ValueError("a foreign key"))
    Strikes(inbox.rt, "INSERT INTO acknowledgements", error=wrong)
    await inbox.work()
    row = await inbox.row()
    assert (row.state, row.tries) == (WAITING, 1)


async def test_trouble_while_stepping_aside_loses_nothing(inbox: Inbox):
    somebody = await written(inbox, "/huy", "/ngonngu")
    inbox.also = fails_at("/huy", times=1)
    trouble = Strikes(inbox.rt, "UPDATE updates SET tries")
    await inbox.work()
    assert trouble.left == 0
    assert await states(inbox) == [DONE, DONE]
    assert await inbox.replies(somebody) == ["dialogue.none", "language.choose"]


# --- what cannot be parsed -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param({"message": {"message_id": 1}}, id="without a date"),
        pytest.param({"message": 5}, id="no object"),
        pytest.param({"callback_query": {"id": "1"}}, id="press by nobody"),
    ],
)
async def test_what_cannot_be_parsed_is_parked_alone(inbox: Inbox, broken: dict[str, object]):
    somebody = await written(inbox, "/huy")
    inbox.sandbox.put_update(broken)
    inbox.says(somebody, "/ngonngu")
    await inbox.fetch()
    await inbox.work()
    assert await states(inbox) == [DONE, PARKED, DONE]
    row = (await inbox.rows())[1]
    assert (row.tries, row.reason, row.finished_at) == (0, "unparsable", inbox.clock())
    (parked,) = await inbox.all(Event)
    assert (parked.action, parked.object_id) == ("update_parked", row.id)
    assert parked.details == {"reason": "unparsable"}


async def test_nobody_is_told_of_what_cannot_be_parsed(inbox: Inbox):
    somebody = await inbox.contact()
    chat = {"id": somebody.chat.telegram_id, "type": "private"}
    inbox.sandbox.put_update({"message": {"message_id": 1, "chat": chat}})
    await inbox.fetch()
    await inbox.work()
    assert await states(inbox) == [PARKED]
    assert await inbox.replies() == []


# --- refusals ------------------------------------------------------------------------------------


def add_refusal(inbox: Inbox) -> None:
    """A command /thu that writes something and refuses then."""

    async def write_and_refuse(incoming: Incoming) -> None:
        events.add(incoming.session, "wrote", at=incoming.now)
        await incoming.reply("dialogue.none")
        raise Conflict("refused.closed")

    async def handle(update: TelegramUpdate, context: Context) -> None:
        await run(Rule(write_and_refuse, Who.ANYONE), update, context)
        raise ApplicationHandlerStop

    inbox.application.add_handler(CommandHandler("thu", handle), group=-1)


async def test_a_refusal_undoes_what_was_written_and_says_why(inbox: Inbox):
    add_refusal(inbox)
    somebody = await written(inbox, "/thu")
    await inbox.work()
    row = await inbox.row()
    assert (row.state, row.tries, row.reason) == (DONE, 0, None)
    assert await inbox.replies(somebody) == ["refused.closed"]
    assert await actions(inbox) == []


async def test_a_refusal_its_sentence_and_done_are_one(inbox: Inbox):
    add_refusal(inbox)
    await written(inbox, "/thu")
    Strikes(inbox.rt, "COMMIT")
    await inbox.work()
    assert (await states(inbox), await inbox.replies()) == ([WAITING], [])
    await inbox.later(1)
    assert (await states(inbox), await inbox.replies()) == ([DONE], ["refused.closed"])


async def test_whoever_may_not_is_told_so_and_it_is_written_down(inbox: Inbox):
    somebody = await written(inbox, "/baocao")
    await inbox.work()
    assert await states(inbox) == [DONE]
    assert await inbox.replies(somebody) == ["refused.not_yours"]
    (refused,) = await inbox.all(Event)
    assert (refused.action, refused.person_id) == ("refused", somebody.person.id)
    assert refused.details == {"reason": "refused.not_yours"}


async def test_a_press_of_another_units_contact_is_refused_over_the_chat(inbox: Inbox):
    card, other = await inbox.card(), await inbox.card()
    inbox.forge(card, data=other.acknowledge)
    await inbox.fetch()
    await inbox.work()
    assert await states(inbox) == [DONE]
    assert await inbox.all(Acknowledgement) == []
    assert await inbox.replies() == []
    (answer,) = inbox.calls("answerCallbackQuery")
    assert answer["text"].startswith("Văn bản này gửi đơn vị khác")
    assert answer["show_alert"]


# --- strangers -----------------------------------------------------------------------------------


async def test_of_a_stranger_only_the_chat_that_is_answered_is_kept(inbox: Inbox):
    stranger = inbox.stranger()
    inbox.sandbox.say(stranger, "Chào các đồng chí")
    await inbox.fetch()
    await inbox.work()
    assert await inbox.all(Person) == await inbox.all(Event) == []
    (chat,) = await inbox.all(Chat)
    assert (chat.telegram_id, chat.kind) == (stranger, ChatKind.PRIVATE)
    assert (chat.title, chat.person_id, chat.unit_id) == ("", None, None)
    (message,) = await inbox.all(OutboxMessage)
    assert message.parameters == {
        "key": "start.stranger",
        "values": {"office": inbox.rt.config.office.name},
        "buttons": [],
    }


async def test_a_stranger_who_tries_a_command_is_written_down_without_a_name(inbox: Inbox):
    inbox.sandbox.say(inbox.stranger(), "/tiendo")
    await inbox.fetch()
    await inbox.work()
    assert await inbox.all(Person) == []
    assert await inbox.replies() == ["start.stranger"]
    assert (await inbox.row()).body == ""
    (refused,) = await inbox.all(Event)
    (chat,) = await inbox.all(Chat)
    assert (refused.action, refused.person_id) == ("refused", None)
    assert (refused.door, refused.chat_id) == (EventDoor.CHAT, chat.id)
    assert refused.details == {"reason": "refused.stranger"}


async def test_a_strangers_word_in_a_group_is_not_answered(inbox: Inbox):
    stranger = inbox.stranger()
    group = inbox.sandbox.add_group(title="Nhóm", member_ids=[stranger, inbox.sandbox.bot().id])
    inbox.sandbox.change_members(group["id"], promote=[inbox.sandbox.bot().id])
    inbox.sandbox.say(stranger, "Chào", chat_id=group["id"])
    await inbox.fetch()
    await inbox.work()
    assert set(await states(inbox)) == {DONE}
    assert await inbox.all(Person) == []
    kinds = {message.kind for message in await inbox.all(OutboxMessage)}
    assert kinds == {MessageKind.UNLINKED, MessageKind.LEAVE}  # nobody has linked the group


# --- the loop ------------------------------------------------------------------------------------


async def test_what_is_under_way_when_told_to_stop_is_finished(inbox: Inbox):
    await written(inbox, "/huy")
    inbox.also = gate = Gate("/huy")
    async with inbox.running(inbox.processor()) as stop:
        await gate.reached.wait()
        stop.set()
        inbox.rt.signals.wake()
        gate.opened.set()
    assert await states(inbox) == [DONE]


async def test_the_processor_handles_what_comes_while_it_runs(inbox: Inbox):
    somebody = await inbox.contact()
    inbox.also = gate = Gate("/ngonngu")
    gate.opened.set()
    async with inbox.running(inbox.processor()):
        inbox.says(somebody, "/huy", "/ngonngu")
        await inbox.fetch()
        await gate.reached.wait()
    assert await states(inbox) == [DONE, DONE]


async def test_the_processor_outlives_trouble_with_reading_the_inbox(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "_IDLE_SECONDS", 0.001)
    await written(inbox, "/huy")
    trouble = Strikes(inbox.rt, "FROM updates", times=3)
    inbox.also = gate = Gate("/huy")
    gate.opened.set()
    async with inbox.running(inbox.processor()):
        await gate.reached.wait()
    assert trouble.left == 0
    assert await states(inbox) == [DONE]
