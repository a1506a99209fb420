"""Faults of what comes in, by their numbers in the table of faults; those of the sending, and a
process that is killed, are provoked by `tests.torture`."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from telegram import Update as TelegramUpdate

from bot.callbacks import Callback, Press
from bot.config import Intake
from bot.domain.states import ContactRole, StaffRole
from bot.intake import processor as module
from bot.intake import turns
from bot.intake.poller import raw_update
from bot.runtime import current_handling
from bot.storage import people, updates
from bot.storage.tables import (
    Acknowledgement,
    Article,
    Assignment,
    Event,
    OutboxMessage,
    Unit,
    Unplaced,
)
from scheduler.jobs import ask_again_after_outage
from tests import factories
from tests.delivery.conftest import Crash
from tests.factories import Somebody
from tests.intake.conftest import CardOnPhone, Inbox, says_word
from tests.intake.test_processor import (
    ACKNOWLEDGE,
    DONE,
    PARKED,
    WAITING,
    Gate,
    actions,
    pressed_card,
    states,
    written,
)

LINK = "https://baoyenbai.com.vn/{}.aspx"
_NEXT_UPDATE_ID = 5_000_000


async def store(inbox: Inbox, *bodies: dict[str, Any]) -> None:
    """Put these into the inbox, in this order, under numbers of their own."""
    global _NEXT_UPDATE_ID
    raw = []
    for body in bodies:
        _NEXT_UPDATE_ID += 1
        raw.append(raw_update({**body, "update_id": _NEXT_UPDATE_ID}))
    async with inbox.rt.write() as session:
        await session.run_sync(updates.store, raw, bot_id=inbox.sandbox.bot().id, now=inbox.clock())


def taken_from_telegram(inbox: Inbox) -> list[dict[str, Any]]:
    """What has happened and was not asked for yet; Telegram has it no more."""
    found = [dict(waiting.json) for waiting in inbox.sandbox.bot().queue.alive()]
    inbox.sandbox.bot().queue.clear()
    return found


# --- 20, 21: again under another number, and in any order ----------------------------------------


async def test_20_a_press_that_comes_five_times_acknowledges_once_and_is_always_answered(
    inbox: Inbox,
):
    card = await inbox.card()
    inbox.press(card)
    (press,) = taken_from_telegram(inbox)
    await store(inbox, *[press] * 5)
    await inbox.work()
    assert await states(inbox) == [DONE] * 5
    assert await actions(inbox) == ["acknowledged"]
    assert len(await inbox.all(Acknowledgement)) == 1
    first, *others = [answer["text"] for answer in inbox.calls("answerCallbackQuery")]
    assert first.startswith("Đã ghi nhận")
    assert len(others) == 4
    assert all(answer.startswith("Đồng chí đã xác nhận lúc") for answer in others)


async def colleague(inbox: Inbox, of: Somebody) -> Somebody:
    """Another contact of the same unit."""
    async with inbox.rt.write() as session:
        actor = await people.actor(session, of.person.telegram_id)
        assert actor is not None
        somebody = await factories.create_somebody(session, name="Lê Thị Bình")
        await people.ensure_contact(
            session,
            unit_id=min(actor.unit_ids),
            person_id=somebody.person.id,
            role=ContactRole.CONTACT,
            now=inbox.clock(),
        )
    inbox.meet(somebody)
    return somebody


async def a_days_work(inbox: Inbox) -> tuple[CardOnPhone, list[dict[str, Any]]]:
    """Two contacts of a unit do all that a card asks for, some of it twice."""
    card = await inbox.card(tasks=1)
    other = await colleague(inbox, card.somebody)
    inbox.press(card)
    inbox.press(card)
    inbox.forge(replace(card, somebody=other), data=card.acknowledge)
    inbox.says(card.somebody, LINK.format(card.addressee_id))
    inbox.says(other, LINK.format(f"{card.addressee_id}b"))
    said = inbox.sandbox.say(other.chat.telegram_id, LINK.format("c"))
    inbox.sandbox.edit(other.chat.telegram_id, said["message_id"], LINK.format("d"))
    (assignment,) = [
        row for row in await inbox.all(Assignment) if row.addressee_id == card.addressee_id
    ]
    done = Callback(Press.REPORT_DONE, (assignment.id,)).encode()
    inbox.forge(card, data=done)
    return card, taken_from_telegram(inbox)


async def outcome(inbox: Inbox, card: CardOnPhone) -> tuple[object, ...]:
    """What the day's work has come to."""
    (assignment,) = [
        row for row in await inbox.all(Assignment) if row.addressee_id == card.addressee_id
    ]
    confirmed = [
        row for row in await inbox.all(Acknowledgement) if row.addressee_id == card.addressee_id
    ]
    articles = [row for row in await inbox.all(Article) if row.assignment_id == assignment.id]
    endings = sorted(
        row.url.rsplit("/", 1)[-1].replace(str(card.addressee_id), "") for row in articles
    )
    people_of = len({row.person_id for row in confirmed})
    return assignment.state, len(confirmed), people_of, endings


async def test_21_in_whatever_order_it_comes_it_comes_to_the_same(inbox: Inbox):
    chance = random.Random(21)
    card, work = await a_days_work(inbox)
    await store(inbox, *work)
    await inbox.work()
    ordered = await outcome(inbox, card)
    assert ordered == ("submitted", 2, 2, [".aspx", "b.aspx", "c.aspx", "d.aspx"])
    for _ in range(20):
        card, work = await a_days_work(inbox)
        chance.shuffle(work)
        await store(inbox, *work)
        await inbox.work()
        assert await outcome(inbox, card) == ordered
    assert set(await states(inbox)) == {DONE}


# --- 22: what nobody can handle ------------------------------------------------------------------


async def test_22_half_a_megabyte_of_nonsense_holds_up_nothing(inbox: Inbox):
    somebody = await inbox.contact()
    chat = {"id": somebody.chat.telegram_id, "type": "private"}
    await store(inbox, {"message": {"message_id": 1, "chat": chat, "date": "x" * 512 * 1024}})
    inbox.says(somebody, "/huy")
    await inbox.fetch()
    await inbox.work()
    assert await states(inbox) == [PARKED, DONE]
    assert await inbox.replies(somebody) == ["dialogue.none"]


async def test_administrators_are_told_once_an_hour_however_much_is_parked(inbox: Inbox):
    async with inbox.rt.write() as session:
        admin = await factories.create_staff(session, StaffRole.ADMIN)
    for _ in range(3):
        inbox.sandbox.put_update({"message": 5})
    await inbox.fetch()
    await inbox.work()
    assert await inbox.replies(admin) == ["error.parked"]
    inbox.clock.at += timedelta(hours=1)
    inbox.sandbox.put_update({"message": 5})
    await inbox.fetch()
    await inbox.work()
    assert await inbox.replies(admin) == ["error.parked"] * 2


# --- 25, 26: outages -----------------------------------------------------------------------------


async def an_office_with_open_work(inbox: Inbox) -> tuple[Somebody, CardOnPhone, Somebody]:
    """An administrator, a contact with a card, and one of a unit that has nothing to do."""
    async with inbox.rt.write() as session:
        admin = await factories.create_staff(session, StaffRole.ADMIN)
    card = await inbox.card(tasks=1)
    idle = await inbox.contact()
    await hear(inbox)
    return admin, card, idle


async def hear(inbox: Inbox) -> None:
    """Get something from Telegram at once, though nobody has done anything."""
    inbox.sandbox.put_update({})
    await inbox.fetch()


async def ask_all(inbox: Inbox) -> None:
    while await ask_again_after_outage(inbox.rt):
        pass


async def test_25_after_a_day_all_but_an_hour_the_backlog_is_answered_in_order(inbox: Inbox):
    admin, card, _ = await an_office_with_open_work(inbox)
    for words in ("/huy", "/ngonngu", LINK.format(1)):
        inbox.says(card.somebody, words)
        inbox.clock.at += timedelta(hours=23) / 3
    inbox.press(card)
    inbox.clock.at += timedelta(minutes=1)
    inbox._reader = inbox.poller()  # of the process that is started then
    while len(await inbox.rows()) < 5:  # a few at a time
        await inbox.fetch()
    await inbox.work()
    await ask_all(inbox)
    assert await states(inbox) == [DONE] * 5
    answers = await inbox.replies(card.somebody)
    assert answers[:2] == ["dialogue.none", "language.choose"]
    assert len(answers) == 3
    assert len(await inbox.all(Acknowledgement)) == len(await inbox.all(Article)) == 1
    assert await inbox.replies(admin) == []


@pytest.mark.parametrize("restarted", [True, False])
async def test_26_after_more_than_a_day_staff_are_told_and_people_asked_again_once(
    inbox: Inbox, restarted: bool
):
    admin, card, idle = await an_office_with_open_work(inbox)
    inbox.press(card)
    inbox.clock.at += timedelta(hours=25)
    if restarted:
        inbox._reader = inbox.poller()
    for _ in range(2):
        await hear(inbox)
        await inbox.work()
        await ask_all(inbox)
        inbox.clock.at += timedelta(minutes=2)
    assert await inbox.all(Acknowledgement) == []  # Telegram has dropped the press
    assert await inbox.replies(admin) == ["outage.staff"]
    assert await inbox.replies(card.somebody) == ["outage.again"]
    assert await inbox.replies(idle) == []
    assert (await actions(inbox)).count("updates_maybe_lost") == 1
    await inbox.deliver()
    told = inbox.texts(card.somebody.chat.telegram_id)[-1]
    assert "từ 12:00 06/10/2026 đến 13:00 07/10/2026 (giờ GMT+07:00)" in told


async def test_26_only_where_something_is_open_is_asked_also_in_groups(inbox: Inbox):
    finished, confirmed = await inbox.card(tasks=1), await inbox.card(tasks=1)
    async with inbox.rt.write() as session:
        actor = await people.actor(session, confirmed.somebody.person.telegram_id)
        assert actor is not None
        unit = await session.get(Unit, min(actor.unit_ids))
        group = await factories.create_group_chat(session, unit)
    for card in (finished, confirmed):
        inbox.press(card)
    (assignment,) = [
        row for row in await inbox.all(Assignment) if row.addressee_id == finished.addressee_id
    ]
    inbox.forge(finished, data=Callback(Press.REPORT_DONE, (assignment.id,)).encode())
    while len(await inbox.rows()) < 3:
        await inbox.fetch()
    await inbox.work()
    inbox.clock.at += timedelta(hours=25)
    await hear(inbox)
    await ask_all(inbox)
    asked = [
        row.chat_id
        for row in await inbox.all(OutboxMessage)
        if row.parameters.get("key") == "outage.again"
    ]
    assert sorted(asked) == sorted([confirmed.somebody.chat.id, group.id])


async def test_26_at_night_people_are_left_asleep(inbox: Inbox):
    _, card, _ = await an_office_with_open_work(inbox)
    inbox.clock.at += timedelta(hours=36)  # midnight
    await hear(inbox)
    await ask_all(inbox)
    asked = (await inbox.all(OutboxMessage))[-1]
    assert asked.chat_id == card.somebody.chat.id
    local = asked.send_at.astimezone(ZoneInfo(inbox.rt.config.office.zone))
    assert (local.hour, local.minute) == (7, 30)


async def test_26_a_clock_that_is_moved_while_telegram_keeps_us_waiting_is_no_outage(inbox: Inbox):
    admin, _, _ = await an_office_with_open_work(inbox)
    waiting = asyncio.create_task(inbox.fetch())
    while inbox.sandbox.bot().poller._current is None:  # noqa: ASYNC110 - nothing tells of it
        await asyncio.sleep(0.01)
    inbox.clock.at += timedelta(days=3)
    inbox.sandbox.put_update({})
    await waiting
    assert await inbox.replies(admin) == []


# --- 28: two that both take themselves for the worker --------------------------------------------


async def test_28_two_leaders_handle_an_update_once(inbox: Inbox):
    await pressed_card(inbox)
    row = await inbox.row()
    await asyncio.gather(*(inbox.processor().handle([row]) for _ in range(2)))
    assert await states(inbox) == [DONE]
    assert await actions(inbox) == ["acknowledged"]
    assert len(inbox.calls("answerCallbackQuery")) <= 1
    await inbox.delivery.drain()
    assert len(inbox.calls("answerCallbackQuery")) == 1


async def test_28_what_a_leader_does_when_its_connection_dies_is_done_by_the_next_alone(
    inbox: Inbox,
):
    if inbox.rt.database.is_sqlite:
        pytest.skip("there are no connections that somebody else could end")
    await pressed_card(inbox)
    row = await inbox.row()
    gate, backend = Gate(ACKNOWLEDGE), 0

    async def hold_the_first(update: TelegramUpdate) -> None:
        nonlocal backend
        if not backend and says_word(update, ACKNOWLEDGE):
            session = current_handling.get().session
            backend = await session.scalar(text("SELECT pg_backend_pid()"))
            await gate(update)

    inbox.also = hold_the_first
    first = asyncio.create_task(inbox.processor().handle([row]))
    await gate.reached.wait()
    second = asyncio.create_task(inbox.processor().handle([row]))
    async with inbox.rt.read() as session:
        await session.execute(text(f"SELECT pg_terminate_backend({backend})"))
    gate.opened.set()
    await asyncio.gather(first, second)
    await inbox.later(2)
    assert [(row.state, row.tries) for row in await inbox.rows()] == [(DONE, 0)]
    assert await actions(inbox) == ["acknowledged"]
    assert len(await inbox.all(Acknowledgement)) == 1


# --- 45: answered too late -----------------------------------------------------------------------


async def test_45_a_press_that_is_answered_too_late_is_done_and_another_tap_works(inbox: Inbox):
    card = await pressed_card(inbox)
    inbox.clock.at += timedelta(hours=1)
    await inbox.work()
    (answered,) = [
        call for call in inbox.sandbox.calls() if call["method"] == "answerCallbackQuery"
    ]
    assert answered["status"] == 400
    assert "query is too old" in answered["answer"]["description"]
    row = await inbox.row()
    assert (row.state, row.tries, row.reason) == (DONE, 0, None)
    assert await actions(inbox) == ["acknowledged"]
    await inbox.deliver()
    shown = inbox.sandbox.messages(card.somebody.chat.telegram_id)[-1]["text"]
    assert "Giờ GMT+07:00 · cập nhật 13:00 06/10/2026" in shown
    inbox.forge(card, data=card.acknowledge)  # on a phone that shows the card as it was
    await inbox.fetch()
    await inbox.work()
    assert inbox.calls("answerCallbackQuery")[-1]["text"].startswith("Đồng chí đã xác nhận lúc")
    assert len(await inbox.all(Acknowledgement)) == 1


# --- floods (attack 40) and fairness -------------------------------------------------------------


def with_limits(inbox: Inbox, *, burst: int, per_second: float = 1.0) -> Inbox:
    """The same office, where one person may do so much."""
    given = Intake(flood_burst=burst, flood_per_second=per_second)
    inbox.rt = replace(inbox.rt, config=inbox.rt.config.model_copy(update={"intake": given}))
    return inbox


async def test_40_hundreds_of_presses_are_told_once_and_nobody_else_notices(inbox: Inbox):
    with_limits(inbox, burst=3)
    card, other = await inbox.card(), await inbox.contact()
    inbox.press(card)
    (press,) = taken_from_telegram(inbox)
    await store(inbox, *[press] * 500)
    inbox.says(other, "/huy")
    await inbox.fetch()
    finished: list[str] = []

    async def note(update: TelegramUpdate) -> None:
        finished.append("press" if update.callback_query else "word")

    inbox.also = note
    await inbox.work()
    assert finished.count("press") == 3
    assert await actions(inbox) == ["acknowledged"]
    assert await inbox.replies(other) == ["dialogue.none"]
    rows = await inbox.rows()
    assert [row.reason for row in rows].count("flood") == 497
    assert {row.state for row in rows} == {DONE}
    assert not any(row.body for row in rows if row.reason == "flood")
    answers = [answer["text"] for answer in inbox.calls("answerCallbackQuery")]
    assert len(answers) == 4
    assert [answer.startswith("Đồng chí đang thao tác quá nhanh") for answer in answers].count(
        True
    ) == 1


async def test_40_what_a_flooder_writes_is_only_delayed_and_told_once(inbox: Inbox):
    with_limits(inbox, burst=2)
    somebody = await written(inbox, *[f"Tin {number}" for number in range(5)], "/huy", "/huy")
    processor = inbox.processor()
    await inbox.work(processor)
    assert (await states(inbox)).count(WAITING) == 4  # the second /huy repeats the first
    assert await inbox.replies(somebody) == ["unplaced.contact", "flood.slow_down"]
    for _ in range(4):
        inbox.clock.at += timedelta(seconds=1)
        await inbox.work(processor)
    assert await states(inbox) == [DONE] * 7
    assert (await inbox.replies(somebody))[2:] == ["dialogue.none"]  # one entry, told once
    assert {row.tries for row in await inbox.rows()} == {0}
    assert len([event for event in await inbox.all(Event) if event.action == "unplaced"]) == 5


async def test_40_a_restart_in_a_flood_loses_nothing(inbox: Inbox):
    with_limits(inbox, burst=1)
    await written(inbox, "Một", "Hai", "Ba")
    await inbox.work()
    for _ in range(3):
        await inbox.later(2)  # each time by a new process
    assert await states(inbox) == [DONE] * 3
    assert {row.text for row in await inbox.all(Unplaced)} == {"Một", "Hai", "Ba"}


async def test_chats_with_much_waiting_take_turns_so_that_a_newcomer_soon_has_one(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(turns, "LONGEST_TURN", 2)
    monkeypatch.setattr(module, "_BATCH", 10)  # far less than what waits
    greedy = [await written(inbox, *["/huy"] * 10) for _ in range(turns.AT_A_TIME + 2)]
    newcomer = await written(inbox, "/ngonngu")
    order: list[int] = []

    async def note(update: TelegramUpdate) -> None:
        assert update.effective_chat
        order.append(update.effective_chat.id)

    inbox.also = note
    await inbox.work()
    assert len(order) == 10 * len(greedy) + 1
    before = order[: order.index(newcomer.chat.telegram_id)]
    assert len(before) <= 2 * len(greedy)  # one turn each
    assert await inbox.replies(newcomer) == ["language.choose"]
    for somebody in greedy:
        assert await inbox.replies(somebody) == ["dialogue.none"] * 10


async def test_a_thousand_updates_of_one_chat_hold_up_no_other(inbox: Inbox):
    somebody, other = await inbox.contact(), await inbox.contact()
    inbox.says(somebody, "/huy")
    (word,) = taken_from_telegram(inbox)
    await store(inbox, *[word] * 1_000)
    inbox.says(other, "/ngonngu")
    await inbox.fetch()
    handled = 0

    async def stop_after_the_other(update: TelegramUpdate) -> None:
        nonlocal handled
        handled += 1
        if says_word(update, "/ngonngu"):
            raise Crash

    inbox.also = stop_after_the_other
    processor = inbox.processor()
    with pytest.raises(Crash):
        await inbox.work(processor)
    assert handled <= 2 * turns.LONGEST_TURN
