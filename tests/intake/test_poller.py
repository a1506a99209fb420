"""The poller keeps its promise: what came is stored before Telegram is told to forget it."""

from __future__ import annotations

import asyncio
import json
import random
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from bot.delivery.failures import TransportError
from bot.domain.states import UpdateState
from bot.intake import poller as module
from bot.intake.raw import raw_update
from bot.runtime import Wake
from bot.storage import updates
from tests.delivery.conftest import Crash
from tests.intake.conftest import DiesAt, Inbox, Reaches, Strikes

AN = {"id": 4711, "is_bot": False, "first_name": "An"}
GROUP = {"id": -1001, "type": "supergroup", "title": "Nhóm"}


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits a second for the next try."""
    monkeypatch.setattr(module, "_FIRST_PAUSE_SECONDS", 0.001)


def somebody_writes(inbox: Inbox, *texts: str) -> list[int]:
    """Messages of somebody new; the ids of their updates."""
    known = set(inbox.at_telegram())
    stranger = inbox.stranger()
    for text in texts or ("Chào",):
        inbox.sandbox.say(stranger, text)
    return [update_id for update_id in inbox.at_telegram() if update_id not in known]


async def stored(inbox: Inbox) -> list[int]:
    """The ids of the stored updates, in the order in which they were stored."""
    return [row.update_id for row in await inbox.rows()]


def offsets(inbox: Inbox) -> list[object]:
    """What every question confirmed; None for nothing."""
    return [call.get("offset") for call in inbox.calls("getUpdates")]


# --- stored before it is confirmed ---------------------------------------------------------------


async def test_an_update_is_stored_as_it_came(inbox: Inbox):
    stranger = inbox.stranger()
    message = inbox.sandbox.say(stranger, "Xin chào 🙂")
    (update_id,) = inbox.at_telegram()
    assert await inbox.poller().do_one() == 1
    row = await inbox.row()
    assert json.loads(row.body) == {"update_id": update_id, "message": message}
    assert (row.bot_id, row.update_id, row.chat_key) == (7000000001, update_id, stranger)
    assert (row.state, row.tries, row.finished_at) == (UpdateState.WAITING, 0, None)
    assert row.next_try_at == row.received_at == inbox.clock()


async def test_every_kind_of_update_that_is_heeded_is_asked_for(inbox: Inbox):
    card = await inbox.card()
    user_id = card.somebody.chat.telegram_id
    message = inbox.sandbox.say(user_id, "Chào")
    await inbox.fetch()  # from now on Telegram knows what is wanted
    inbox.sandbox.edit(user_id, message["message_id"], "Chào cả nhà")
    inbox.press(card)
    inbox.sandbox.block(user_id)
    kinds = [set(json.loads(row.body)) - {"update_id"} for row in await inbox.fetch()]
    assert kinds == [{"message"}, {"edited_message"}, {"callback_query"}, {"my_chat_member"}]


async def test_only_what_is_stored_is_confirmed(inbox: Inbox):
    first = somebody_writes(inbox, "một", "hai")
    poller = inbox.poller()
    await poller.do_one()
    assert inbox.at_telegram() == await stored(inbox) == first
    second = somebody_writes(inbox, "ba", "bốn")
    await poller.do_one()
    assert inbox.at_telegram() == second
    assert await stored(inbox) == [*first, *second]
    assert offsets(inbox) == [None, first[-1] + 1]


async def test_what_was_fetched_when_the_process_dies_is_fetched_again(inbox: Inbox):
    (update_id,) = somebody_writes(inbox)
    with pytest.raises(Crash):
        await inbox.poller(fault=DiesAt("fetched")).do_one()
    assert await stored(inbox) == []
    assert inbox.at_telegram() == [update_id]
    assert await inbox.poller().do_one() == 1
    assert await stored(inbox) == [update_id]


async def test_what_was_stored_when_the_process_dies_is_not_stored_twice(inbox: Inbox):
    (update_id,) = somebody_writes(inbox)
    with pytest.raises(Crash):
        await inbox.poller(fault=DiesAt("stored")).do_one()
    assert await stored(inbox) == inbox.at_telegram() == [update_id]
    assert await inbox.poller().do_one() == 0
    assert await stored(inbox) == [update_id]


async def test_what_is_done_stays_done_when_it_comes_again(inbox: Inbox):
    somebody_writes(inbox)
    with pytest.raises(Crash):
        await inbox.poller(fault=DiesAt("stored")).do_one()
    await inbox.work()
    inbox.clock.at += timedelta(hours=1)
    before = await inbox.row()
    await inbox.poller().do_one()
    after = await inbox.row()
    assert after.state is UpdateState.DONE
    assert (after.received_at, after.finished_at) == (before.received_at, before.finished_at)


async def test_the_same_number_from_another_bot_is_another_update(inbox: Inbox):
    raw = [raw_update({"update_id": 5, "message": {"chat": AN}})]
    async with inbox.rt.write() as session:
        new = [
            await session.run_sync(updates.store, raw, bot_id=bot_id, now=inbox.clock())
            for bot_id in (1, 2, 1)
        ]
    assert new == [1, 1, 0]
    assert await stored(inbox) == [5, 5]


async def live_until(inbox: Inbox, death: DiesAt) -> list[int]:
    """A process that polls until it dies, while people write; the ids of what they sent."""
    sent = []
    poller = inbox.poller(fault=death)
    while not death.dead:
        sent += somebody_writes(inbox, "một", "hai")
        with suppress(Crash):
            await poller.do_one()
    return sent


async def test_ten_crashes_at_random_points_lose_and_repeat_nothing(inbox: Inbox):
    chance = random.Random(7)
    sent: list[int] = []
    for _ in range(10):
        point = chance.choice(["fetched", "stored"])
        sent += await live_until(inbox, DiesAt(point, nth=chance.randint(1, 2)))
    survivor = inbox.poller()
    while len(await stored(inbox)) < len(sent):
        await survivor.do_one()
    assert await stored(inbox) == sent


async def test_the_processor_is_woken_by_what_was_stored(inbox: Inbox):
    somebody_writes(inbox)
    await inbox.poller().do_one()
    async with asyncio.timeout(5):
        await inbox.rt.signals.wait(Wake.INBOX, 60)


# --- trouble with the database -------------------------------------------------------------------


@pytest.mark.parametrize("words", ["INSERT INTO updates", "COMMIT"])
async def test_what_the_database_refuses_is_not_confirmed(inbox: Inbox, words: str):
    (update_id,) = somebody_writes(inbox)
    poller = inbox.poller()
    Strikes(inbox.rt, words)
    with pytest.raises(OperationalError):
        await poller.do_one()
    assert await stored(inbox) == []
    assert inbox.at_telegram() == [update_id]
    assert await poller.do_one() == 1
    assert offsets(inbox) == [None, None]
    assert await stored(inbox) == [update_id]


async def test_a_batch_is_stored_as_a_whole_or_not_at_all(inbox: Inbox):
    sent = somebody_writes(inbox, "một", "hai", "ba")
    poller = inbox.poller()
    Strikes(inbox.rt, "COMMIT")
    with pytest.raises(OperationalError):
        await poller.do_one()
    assert await stored(inbox) == []
    while await stored(inbox) != sent:
        await poller.do_one()


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("words", ["INSERT INTO updates", "COMMIT"])
async def test_the_poller_outlives_trouble_with_the_database(inbox: Inbox, words: str):
    (update_id,) = somebody_writes(inbox)
    trouble = Strikes(inbox.rt, words, times=3)
    watch = Reaches("stored")
    async with inbox.running(inbox.poller(fault=watch)):
        await watch.reached.wait()
    assert trouble.left == 0
    assert await stored(inbox) == [update_id]
    assert set(offsets(inbox)) == {None}


# --- trouble with Telegram -----------------------------------------------------------------------

REFUSALS = (401, 409, 429, 500, 502)


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("status", REFUSALS)
async def test_the_poller_goes_on_after_a_refusal(inbox: Inbox, status: int):
    (update_id,) = somebody_writes(inbox)
    inbox.sandbox.add_fault("status", method="getUpdates", status=status, times=3)
    watch = Reaches("stored")
    async with inbox.running(inbox.poller(fault=watch)):
        await watch.reached.wait()
    assert await stored(inbox) == [update_id]
    assert offsets(inbox)[:4] == [None] * 4


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("kind", ["reset", "accept_then_reset", "accept_then_status", "garbage"])
async def test_the_poller_goes_on_after_an_answer_that_was_lost(inbox: Inbox, kind: str):
    (update_id,) = somebody_writes(inbox)
    inbox.sandbox.add_fault(kind, method="getUpdates", times=3)
    watch = Reaches("stored")
    async with inbox.running(inbox.poller(fault=watch)):
        await watch.reached.wait()
    assert await stored(inbox) == [update_id]
    assert offsets(inbox)[:4] == [None] * 4


@pytest.mark.usefixtures("hurried")
async def test_the_poller_outlives_a_fault_of_ours(inbox: Inbox):
    (update_id,) = somebody_writes(inbox)
    watch = Reaches("stored")
    await inbox.transport.shutdown()  # asking it is a mistake until it is opened
    async with inbox.running(inbox.poller(fault=watch)):
        for _ in range(10):
            await asyncio.sleep(0)
        await inbox.transport.initialize()
        await watch.reached.wait()
    assert await stored(inbox) == [update_id]


async def test_without_a_network_nothing_is_confirmed_and_nothing_lost(inbox: Inbox):
    (first,) = somebody_writes(inbox)
    poller = inbox.poller()
    await poller.do_one()
    (second,) = somebody_writes(inbox)
    inbox.sandbox.add_fault("offline")
    with pytest.raises(TransportError):
        await poller.do_one()
    assert inbox.at_telegram() == [first, second]
    inbox.sandbox.remove_fault()
    await poller.do_one()
    assert await stored(inbox) == [first, second]


@pytest.mark.parametrize("status", REFUSALS)
async def test_every_refusal_in_a_row_is_followed_by_a_longer_pause(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch, status: int
):
    monkeypatch.setattr(module, "_FIRST_PAUSE_SECONDS", 0.001)
    monkeypatch.setattr(module, "_LONGEST_PAUSE_SECONDS", 0.006)
    somebody_writes(inbox)
    inbox.sandbox.add_fault("status", method="getUpdates", status=status, times=5)
    poller = inbox.poller()
    pauses = []
    for _ in range(5):
        await poller.do_one()
        pauses.append(poller._pause)
    assert pauses == [0.001, 0.002, 0.004, 0.006, 0.006]
    await poller.do_one()
    assert poller._pause == 0.0


# --- stopping ------------------------------------------------------------------------------------


async def test_what_has_been_fetched_when_told_to_stop_is_stored(inbox: Inbox):
    (update_id,) = somebody_writes(inbox)
    stop = asyncio.Event()
    await inbox.poller(fault=Reaches("fetched", do=stop.set)).run(stop)
    assert await stored(inbox) == [update_id]


async def test_what_comes_after_the_stop_stays_at_telegram(inbox: Inbox):
    somebody_writes(inbox)
    watch = Reaches("stored")
    async with inbox.running(inbox.poller(fault=watch)) as stop:
        await watch.reached.wait()
        stop.set()
    known = await stored(inbox)
    (late,) = somebody_writes(inbox)
    assert late in inbox.at_telegram()
    assert await stored(inbox) == known


async def stop_after(inbox: Inbox, moments: int) -> None:
    """A poller that is told to stop when the event loop has turned so many times."""
    stop = asyncio.Event()
    running = asyncio.create_task(inbox.poller().run(stop))
    for _ in range(moments):
        await asyncio.sleep(0)
    stop.set()
    await running


async def test_at_whatever_moment_it_is_stopped_nothing_is_lost(inbox: Inbox):
    sent: list[int] = []
    for moments in range(40):
        sent += somebody_writes(inbox)
        await stop_after(inbox, moments)
        kept = await stored(inbox)
        assert set(kept) | set(inbox.at_telegram()) == set(sent)
        assert len(kept) == len(set(kept))


@pytest.mark.parametrize("kind", ["status", "reset", "hang_before"])
async def test_a_pause_or_a_silence_does_not_hold_up_the_stop(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch, kind: str
):
    monkeypatch.setattr(module, "_FIRST_PAUSE_SECONDS", 3600.0)
    monkeypatch.setattr(module, "_LONGEST_PAUSE_SECONDS", 3600.0)
    inbox.sandbox.add_fault(kind, method="getUpdates", times=None)
    async with asyncio.timeout(20):
        for moments in range(30):
            await stop_after(inbox, moments)


# --- what must stay in order ---------------------------------------------------------------------

IN_GROUP = {"message_id": 3, "date": 0, "chat": GROUP}


@pytest.mark.parametrize(
    ("update", "key"),
    [
        pytest.param({"message": {"chat": AN, "from": AN}}, 4711, id="private message"),
        pytest.param({"message": {"chat": GROUP, "from": AN}}, -1001, id="group message"),
        pytest.param({"edited_message": {"chat": GROUP, "from": AN}}, -1001, id="edited message"),
        pytest.param(
            {"callback_query": {"id": "1", "from": AN, "message": IN_GROUP}}, -1001, id="press"
        ),
        pytest.param({"callback_query": {"id": "1", "from": AN}}, 4711, id="press without message"),
        pytest.param({"my_chat_member": {"chat": GROUP, "from": AN}}, -1001, id="membership"),
        pytest.param({"inline_query": {"id": "1", "from": AN}}, 4711, id="no chat at all"),
        pytest.param({"poll": {"id": "1"}}, 0, id="nobody"),
        pytest.param({}, 0, id="nothing"),
        pytest.param({"message": None}, 0, id="null"),
        pytest.param({"message": "text"}, 0, id="no object"),
        pytest.param({"message": [{"chat": GROUP}]}, 0, id="list"),
        pytest.param({"message": {"chat": "@nhom", "from": AN}}, 4711, id="chat is no object"),
        pytest.param({"message": {"chat": {}, "from": AN}}, 4711, id="chat without id"),
        pytest.param({"message": {"chat": {"id": "7"}, "from": {"id": None}}}, 0, id="odd ids"),
        pytest.param({"callback_query": {"from": AN, "message": "x"}}, 4711, id="odd message"),
        pytest.param({"callback_query": {"message": {"chat": 5}}}, 0, id="odd chat in message"),
        pytest.param({"message": {"chat": {"id": -(2**52)}}}, -(2**52), id="largest id"),
    ],
)
def test_the_key_of_an_update_is_its_chat_else_its_sender_else_nothing(
    update: dict[str, object], key: int
):
    raw = raw_update({"update_id": 9, **update})
    assert (raw.update_id, raw.chat_key) == (9, key)
    assert json.loads(raw.body) == {"update_id": 9, **update}


async def test_a_message_and_a_press_in_one_chat_have_the_same_key(inbox: Inbox):
    card = await inbox.card()
    inbox.says(card.somebody, "Chào")
    inbox.press(card)
    inbox.sandbox.block(card.somebody.chat.telegram_id)
    keys = [row.chat_key for row in await inbox.fetch()]
    assert keys == [card.somebody.chat.telegram_id] * 3


@pytest.mark.parametrize(
    "odd",
    [
        pytest.param({}, id="empty"),
        pytest.param({"message": None}, id="null"),
        pytest.param({"message": {"text": "a\x00b"}}, id="zero byte"),
        pytest.param({"message": {"text": "x" * 100_000}}, id="long"),
        pytest.param({"of_tomorrow": {"chat": GROUP}}, id="unknown kind"),
    ],
)
async def test_an_odd_update_is_stored_and_holds_up_nothing(inbox: Inbox, odd: dict[str, object]):
    inbox.sandbox.put_update(odd)
    (behind,) = somebody_writes(inbox)[-1:]
    first, second = await inbox.fetch()
    assert json.loads(first.body) == {"update_id": first.update_id, **odd}
    assert second.update_id == behind
