"""Faults on demand: what the bot sees, and whether the call took effect."""

import asyncio

import aiohttp
import pytest

from tests.sandbox.conftest import BOT_ID, until


async def send(bot, user_id, text="x"):
    return await bot.raw("sendMessage", json={"chat_id": user_id, "text": text})


def was_sent(sandbox, user_id, text="x"):
    return any(message["text"] == text for message in sandbox.messages(user_id))


async def test_status_refuses_a_chosen_number_of_calls(sandbox, bot, user_id):
    sandbox.add_fault("status", method="sendMessage", status=429, retry_after=7, skip=1, times=2)
    statuses = [(await send(bot, user_id))[0] for _ in range(4)]
    assert statuses == [200, 429, 429, 200]
    assert sandbox.world.faults.as_json() == []
    refusal = sandbox.calls()[1]
    assert refusal["answer"]["parameters"] == {"retry_after": 7}
    assert refusal["answer"]["description"] == "Too Many Requests: retry after 7"


async def test_too_many_requests_may_come_without_a_number(sandbox, bot, user_id):
    text = "Too Many Requests: retry after 2"
    sandbox.add_fault("status", status=429, retry_after=0, description=text)
    assert await send(bot, user_id) == (429, {"ok": False, "error_code": 429, "description": text})


@pytest.mark.parametrize(
    ("status", "description"), [(500, "Internal Server Error"), (502, "Bad Gateway")]
)
async def test_status_has_usual_texts(sandbox, bot, user_id, status, description):
    sandbox.add_fault("status", status=status)
    assert await send(bot, user_id) == (
        status,
        {"ok": False, "error_code": status, "description": description},
    )
    assert not was_sent(sandbox, user_id)


async def test_faults_choose_method_and_chat(sandbox, bot, user_id):
    other = sandbox.add_user(first_name="B")["id"]
    sandbox.press_start(other)
    sandbox.add_fault("status", method="send*", chat_id=user_id, times=None, description="no")
    assert (await send(bot, other))[0] == 200
    assert (await bot.raw("getMe"))[0] == 200
    for _ in range(3):
        assert (await send(bot, user_id))[1]["description"] == "no"
    sandbox.remove_fault()
    assert (await send(bot, user_id))[0] == 200


async def test_garbage_answers_without_acting(sandbox, bot, user_id):
    sandbox.add_fault("garbage", method="sendMessage")
    with pytest.raises(aiohttp.ContentTypeError):
        await send(bot, user_id)
    assert not was_sent(sandbox, user_id)


@pytest.mark.parametrize(
    ("kind", "accepted"), [("reset", False), ("accept_then_reset", True), ("offline", False)]
)
async def test_resets(sandbox, bot, user_id, kind, accepted):
    fault = sandbox.add_fault(kind)
    with pytest.raises(aiohttp.ClientConnectionError):
        await send(bot, user_id)
    assert was_sent(sandbox, user_id) is accepted
    sandbox.remove_fault(fault)
    assert (await send(bot, user_id))[0] == 200


@pytest.mark.parametrize(("kind", "accepted"), [("hang_before", False), ("accept_then_hang", True)])
async def test_hangs(sandbox, bot, user_id, kind, accepted):
    sandbox.add_fault(kind, method="sendMessage")
    waiting = asyncio.create_task(send(bot, user_id))
    await until(sandbox.calls)
    assert was_sent(sandbox, user_id) is accepted
    assert (await bot.raw("getMe"))[0] == 200
    assert not waiting.done()
    waiting.cancel()


async def test_accept_then_status(sandbox, bot, user_id):
    sandbox.add_fault("accept_then_status")
    with pytest.raises(aiohttp.ContentTypeError) as caught:
        await send(bot, user_id)
    assert caught.value.status == 502 or "502" in str(caught.value)
    assert was_sent(sandbox, user_id)


async def test_slow_answers_late(sandbox, bot, user_id):
    sandbox.add_fault("slow", method="sendMessage", seconds=0.3)
    waiting = asyncio.create_task(send(bot, user_id))
    await until(lambda: not sandbox.world.faults.as_json())
    assert (await bot.raw("getMe"))[0] == 200
    assert not waiting.done()
    assert (await waiting)[0] == 200


async def test_offline_cuts_open_long_polls_and_lasts(sandbox, bot, user_id):
    waiting = asyncio.create_task(bot.raw("getUpdates", json={"timeout": 30}))
    await until(lambda: sandbox.world.bots[BOT_ID].poller._current)
    fault = sandbox.add_fault("offline")
    with pytest.raises(aiohttp.ClientConnectionError):
        await waiting
    for _ in range(2):
        with pytest.raises(aiohttp.ClientConnectionError):
            await bot.raw("getMe")
    sandbox.remove_fault(fault)
    assert (await bot.raw("getMe"))[0] == 200


async def test_the_call_log_knows_what_had_no_answer(sandbox, bot, user_id):
    sandbox.add_fault("reset", method="sendMessage")
    with pytest.raises(aiohttp.ClientConnectionError):
        await send(bot, user_id)
    await send(bot, user_id, "again")
    lost, sent = sandbox.calls()
    assert (lost["status"], lost["answer"]) == (0, None)
    assert sent["status"] == 200
    assert sent["parameters"] == {"chat_id": user_id, "text": "again"}
    assert sent["method"] == "sendMessage"
