"""getUpdates: confirmation, limits, waiting, conflicts, expiry."""

import asyncio

import pytest

from bot.sandbox import polling
from bot.sandbox.updates import UpdateQueue
from tests.sandbox.conftest import BOT_ID, until


@pytest.fixture
def queue(sandbox) -> UpdateQueue:
    """The bot's queue."""
    return sandbox.world.bots[BOT_ID].queue


def say(sandbox, user_id, count):
    for number in range(count):
        sandbox.say(user_id, str(number))


def texts(updates):
    return [update["message"]["text"] for update in updates]


async def test_updates_stay_until_an_offset_confirms_them(sandbox, bot, user_id):
    say(sandbox, user_id, 3)
    first = await bot.call("getUpdates", limit=2)
    assert texts(first) == ["0", "1"]
    second = await bot.call("getUpdates", offset=first[0]["update_id"] + 1)
    assert texts(second) == ["1", "2"]
    assert texts(await bot.call("getUpdates", offset=1)) == ["1", "2"]
    assert await bot.call("getUpdates", offset=second[-1]["update_id"] + 1) == []


async def test_update_ids_follow_each_other(sandbox, bot, user_id):
    say(sandbox, user_id, 3)
    ids = [update["update_id"] for update in await bot.call("getUpdates")]
    assert ids == list(range(ids[0], ids[0] + 3))


async def test_a_negative_offset_keeps_only_the_last(sandbox, bot, user_id):
    say(sandbox, user_id, 5)
    assert texts(await bot.call("getUpdates", offset=-2)) == ["3", "4"]
    assert texts(await bot.call("getUpdates")) == ["3", "4"]


async def test_an_offset_far_ahead_confirms_nothing(sandbox, bot, user_id):
    say(sandbox, user_id, 1)
    assert texts(await bot.call("getUpdates", offset=2_000_000_000)) == ["0"]


@pytest.mark.parametrize(("limit", "count"), [(0, 1), (-5, 1), (1, 1), (500, 100)])
async def test_limit_is_clamped(sandbox, bot, user_id, limit, count):
    say(sandbox, user_id, 101)
    assert len(await bot.call("getUpdates", limit=limit)) == count


async def test_asking_the_same_again_at_once_gives_one(sandbox, bot, user_id):
    say(sandbox, user_id, 3)
    assert len(await bot.call("getUpdates", offset=5)) == 3
    assert len(await bot.call("getUpdates", offset=5)) == 1


async def test_a_long_poll_ends_with_the_first_update(sandbox, bot, user_id):
    waiting = asyncio.create_task(bot.call("getUpdates", timeout=500))
    await until(lambda: sandbox.world.bots[BOT_ID].poller._current)
    sandbox.say(user_id, "x")
    assert texts(await waiting) == ["x"]


async def test_a_long_poll_ends_empty(bot):
    assert await bot.call("getUpdates", timeout=1) == []


async def test_timeout_is_clamped_to_50_seconds(sandbox, bot, monkeypatch):
    seen = []

    async def poll(self, offset, *, limit, timeout):
        seen.append(timeout)
        return []

    monkeypatch.setattr(polling.Poller, "poll", poll)
    await bot.call("getUpdates", timeout=500)
    await bot.call("getUpdates", timeout=-3)
    assert seen == [50, 0]


async def test_a_second_poller_ends_the_first(sandbox, bot, user_id):
    poller = sandbox.world.bots[BOT_ID].poller
    first = asyncio.create_task(bot.refused("getUpdates", timeout=30))
    old = await until(lambda: poller._current)
    second = asyncio.create_task(bot.call("getUpdates", offset=1, timeout=30))
    assert await first == (
        409,
        "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running",
    )
    await until(lambda: poller._current not in (None, old))
    sandbox.say(user_id, "x")
    assert texts(await second) == ["x"]


async def test_a_poller_that_hangs_up_leaves_nothing_behind(sandbox, bot):
    poller = sandbox.world.bots[BOT_ID].poller
    waiting = asyncio.create_task(bot.call("getUpdates", timeout=30))
    await until(lambda: poller._current)
    waiting.cancel()
    await until(lambda: poller._current is None)


async def test_messages_expire_after_a_day_and_taps_after_150_seconds(sandbox, bot, user_id):
    markup = {"inline_keyboard": [[{"text": "OK", "callback_data": "ok"}]]}
    card = await bot.call("sendMessage", chat_id=user_id, text="x", reply_markup=markup)
    sandbox.say(user_id, "a")
    sandbox.press(user_id, card["message_id"], data="ok")
    sandbox.advance(149)
    assert len(await bot.call("getUpdates", offset=1)) == 2
    sandbox.advance(2)
    assert texts(await bot.call("getUpdates", offset=2)) == ["a"]
    sandbox.advance(24 * 3600 - 152)
    assert texts(await bot.call("getUpdates", offset=3)) == ["a"]
    sandbox.advance(2)
    assert await bot.call("getUpdates", offset=4) == []


async def test_allowed_updates_choose_and_stay(sandbox, bot, user_id):
    await bot.call("getUpdates", allowed_updates=["callback_query", "nonsense"])
    sandbox.say(user_id, "x")
    assert await bot.call("getUpdates", offset=1) == []
    await bot.call("getUpdates", offset=2, allowed_updates="no json")
    sandbox.say(user_id, "x")
    assert await bot.call("getUpdates", offset=3) == []
    await bot.call("getUpdates", offset=4, allowed_updates=[])
    sandbox.say(user_id, "y")
    assert texts(await bot.call("getUpdates", offset=5)) == ["y"]


async def test_a_raw_update_passes_as_it_is(sandbox, bot, queue):
    given = sandbox.put_update({"message": {"nonsense": True}})
    [update] = await bot.call("getUpdates")
    assert update == {"update_id": given, "message": {"nonsense": True}}
    ahead = sandbox.put_update({"update_id": given + 5, "x": 1})
    assert ahead == given + 5
    assert sandbox.put_update({"update_id": 3}) == given + 6


async def test_reset_never_reuses_update_ids(sandbox, bot, user_id, queue):
    say(sandbox, user_id, 2)
    last = (await bot.call("getUpdates"))[-1]["update_id"]
    sandbox.reset()
    assert await bot.call("getUpdates", offset=1) == []
    other = sandbox.add_user(first_name="B")["id"]
    sandbox.press_start(other)
    [update] = await bot.call("getUpdates", offset=2)
    assert update["update_id"] == last + 1


async def test_a_queue_nobody_empties_stays_bounded(sandbox, queue, monkeypatch):
    monkeypatch.setattr("bot.sandbox.updates._KEPT", 10)
    for _ in range(25):
        queue.push("message", {}, lane=("chat", 1))
    assert len(queue) == 10
