"""Flood control: how much passes, what is refused, and when it passes again."""

import pytest

from bot.sandbox import Limits, Sandbox
from bot.sandbox.errors import ApiError
from bot.sandbox.limits import Pacer
from tests.sandbox.conftest import TOKEN, Client


class Time:
    """A clock that moves when told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def pacer(time):
    return Pacer(Limits(), time=time)


def admitted(pacer, chat_ids):
    """How many of the messages pass before the first refusal, and its retry_after."""
    for count, chat_id in enumerate(chat_ids):
        try:
            pacer.admit(chat_id)
        except ApiError as error:
            return count, error.parameters["retry_after"]
    return len(chat_ids), 0


def test_admit_thirty_a_second_overall(pacer, time):
    assert admitted(pacer, range(1, 100)) == (30, 1)
    time.now += 1.0
    assert admitted(pacer, range(1, 100)) == (30, 1)


def test_admit_a_short_burst_in_a_private_chat(pacer, time):
    assert admitted(pacer, [7] * 20) == (4, 1)
    assert admitted(pacer, [8]) == (1, 0)
    time.now += 1.0
    assert admitted(pacer, [7] * 20) == (1, 1)
    time.now += 10.0
    assert admitted(pacer, [7] * 20) == (4, 1)


def test_admit_twenty_a_minute_in_a_group(pacer, time):
    for _ in range(20):
        pacer.admit(-5)
        time.now += 1.0
    assert admitted(pacer, [-5]) == (0, 40)
    assert admitted(pacer, [-6]) == (1, 0)
    time.now += 40.0
    assert admitted(pacer, [-5, -5]) == (1, 1)


def test_admit_counts_only_what_passed(pacer, time):
    admitted(pacer, [7] * 20)
    for _ in range(50):
        admitted(pacer, [7])
    time.now += 1.0
    assert admitted(pacer, [7]) == (1, 0)


def test_admit_counts_every_picture_of_an_album(pacer, time):
    pacer.admit(-5, 10)
    pacer.admit(-5, 10)
    assert admitted(pacer, [-5]) == (0, 60)


def test_admit_anything_when_off(time):
    pacer = Pacer(Limits.off(), time=time)
    assert admitted(pacer, [7] * 500 + [-7] * 500) == (1000, 0)


def test_pacer_forgets_idle_chats(pacer, time, monkeypatch):
    monkeypatch.setattr("bot.sandbox.limits._IDLE_CHATS", 10)
    for chat_id in range(1, 200):
        pacer.admit(chat_id)
        time.now += 1.5
    assert len(pacer._paid_at) <= 11


@pytest.fixture
async def strict(session):
    """A sandbox with Telegram's rates, its bot, and a person."""
    sandbox = Sandbox()
    sandbox.add_bot(token=TOKEN, username="sandbox_test_bot", first_name="Test")
    user_id = sandbox.add_user(first_name="An")["id"]
    sandbox.press_start(user_id)
    async with sandbox:
        yield sandbox, Client(session, sandbox.url), user_id


async def test_flood_control_over_http(strict):
    sandbox, bot, user_id = strict
    for text in "abcd":
        message = await bot.call("sendMessage", chat_id=user_id, text=text)
    status, answer = await bot.raw("sendMessage", json={"chat_id": user_id, "text": "e"})
    assert status == 429
    assert answer == {
        "ok": False,
        "error_code": 429,
        "description": f"Too Many Requests: retry after {answer['parameters']['retry_after']}",
        "parameters": answer["parameters"],
    }
    assert len(sandbox.messages(user_id)) == 5
    # An edit counts like a message; deleting, typing and bad requests do not.
    names = {"chat_id": user_id, "message_id": message["message_id"]}
    assert (await bot.refused("editMessageText", **names, text="f"))[0] == 429
    assert (await bot.refused("sendMessage", chat_id=user_id, text=""))[0] == 400
    await bot.call("sendChatAction", chat_id=user_id, action="typing")
    await bot.call("deleteMessage", **names)


async def test_a_moved_clock_gives_no_room(strict):
    sandbox, bot, user_id = strict
    for text in "abcd":
        await bot.call("sendMessage", chat_id=user_id, text=text)
    sandbox.advance(24 * 3600)
    assert (await bot.refused("sendMessage", chat_id=user_id, text="e"))[0] == 429
