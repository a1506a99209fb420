"""Webhooks: order, repeats, secrets, and what setWebhook refuses."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from tests.sandbox.conftest import BOT_ID, until


@dataclass
class Receiver:
    """A bot's web server; `answers` are given in turn, then 200."""

    url: str = ""
    received: list = field(default_factory=list)
    headers: list = field(default_factory=list)
    answers: list = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.Response:
        update = await request.json()
        async with self.changed:
            self.received.append(update)
            self.headers.append(request.headers)
            self.changed.notify_all()
        await self.gate.wait()
        return self.answers.pop(0) if self.answers else web.Response()

    async def wait_for(self, count: int) -> list:
        async with self.changed:
            await self.changed.wait_for(lambda: len(self.received) >= count)
        return self.received

    def texts(self):
        return [update["message"]["text"] for update in self.received]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A running web server that answers at once."""
    receiver = Receiver()
    receiver.gate.set()
    application = web.Application()
    application.router.add_post("/hook", receiver.handle)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    receiver.gate.set()
    await runner.cleanup()


async def set_webhook(sandbox, bot, **parameters):
    """setWebhook without its own limit of one per second."""
    sandbox.world.bots[BOT_ID].webhook.next_change = 0
    return await bot.raw("setWebhook", json=parameters)


async def test_updates_are_delivered_with_the_secret(sandbox, bot, receiver, user_id):
    sandbox.say(user_id, "before")
    status, answer = await set_webhook(sandbox, bot, url=receiver.url, secret_token="s-1_x")
    assert (status, answer["result"], answer["description"]) == (200, True, "Webhook was set")
    sandbox.say(user_id, "after")
    await receiver.wait_for(2)
    assert receiver.texts() == ["before", "after"]
    assert receiver.headers[0]["X-Telegram-Bot-Api-Secret-Token"] == "s-1_x"
    assert receiver.headers[0]["Content-Type"] == "application/json"


async def test_the_next_of_a_chat_waits_for_a_2xx(sandbox, bot, receiver, user_id):
    other = sandbox.add_user(first_name="B")["id"]
    sandbox.press_start(other)
    sandbox.world.bots[BOT_ID].queue.clear()
    receiver.gate.clear()
    await set_webhook(sandbox, bot, url=receiver.url)
    sandbox.say(user_id, "1")
    sandbox.say(user_id, "2")
    sandbox.say(other, "another chat")
    await receiver.wait_for(2)
    assert sorted(receiver.texts()) == ["1", "another chat"]
    receiver.gate.set()
    await receiver.wait_for(3)
    assert receiver.texts()[-1] == "2"


async def test_failures_are_repeated_ever_more_slowly(sandbox, bot, receiver, user_id):
    receiver.answers = [web.Response(status=500) for _ in range(4)]
    await set_webhook(sandbox, bot, url=receiver.url)
    sandbox.say(user_id, "x")
    await receiver.wait_for(2)  # the first repeat comes at once
    webhook = sandbox.world.bots[BOT_ID].webhook
    await until(lambda: "500" in webhook.last_error_message)
    for seconds, tries in ((2, 3), (4, 4), (8, 5)):
        await _settled(sandbox)
        sandbox.advance(seconds - 1.1)
        await _settled(sandbox)
        assert len(receiver.received) == tries - 1
        sandbox.advance(2)
        await receiver.wait_for(tries)
    info = await bot.call("getWebhookInfo")
    assert info["last_error_message"].startswith("Wrong response from the webhook: 500")
    await until(lambda: len(sandbox.world.bots[BOT_ID].queue) == 0)


async def _settled(sandbox):
    """Let the sender take in the last answer and go to sleep."""
    await until(lambda: sandbox.clock.sleepers)


async def test_retry_after_is_honoured(sandbox, bot, receiver, user_id):
    receiver.answers = [web.Response(status=503, headers={"Retry-After": "600"})]
    await set_webhook(sandbox, bot, url=receiver.url)
    sandbox.say(user_id, "x")
    await receiver.wait_for(1)
    await _settled(sandbox)
    sandbox.advance(500)
    await _settled(sandbox)
    assert len(receiver.received) == 1
    sandbox.advance(101)
    await receiver.wait_for(2)


async def test_an_expired_update_is_given_up(sandbox, bot, receiver, user_id):
    receiver.answers = [web.Response(status=503, headers={"Retry-After": "3600"})]
    await set_webhook(sandbox, bot, url=receiver.url)
    sandbox.say(user_id, "old")
    await receiver.wait_for(1)
    await _settled(sandbox)
    sandbox.advance(25 * 3600)
    sandbox.say(user_id, "new")
    await receiver.wait_for(2)
    assert receiver.texts() == ["old", "new"]


async def test_an_update_that_would_expire_before_its_repeat_is_given_up(
    sandbox, bot, receiver, user_id
):
    sandbox.say(user_id, "old")
    sandbox.advance(24 * 3600 - 100)
    receiver.answers = [web.Response(status=503, headers={"Retry-After": "600"})]
    await set_webhook(sandbox, bot, url=receiver.url)
    sandbox.say(user_id, "new")
    await receiver.wait_for(2)
    assert receiver.texts() == ["old", "new"]


async def test_an_answer_may_name_a_method(sandbox, bot, receiver, user_id):
    reply = {"method": "sendMessage", "chat_id": user_id, "text": "from the webhook"}
    receiver.answers = [web.json_response(reply)]
    await set_webhook(sandbox, bot, url=receiver.url)
    sandbox.say(user_id, "x")
    await until(lambda: sandbox.messages(user_id)[-1]["text"] == "from the webhook")


async def test_polling_and_webhooks_exclude_each_other(sandbox, bot, receiver, user_id):
    waiting = asyncio.create_task(bot.refused("getUpdates", timeout=30))
    await until(lambda: sandbox.world.bots[BOT_ID].poller._current)
    await set_webhook(sandbox, bot, url=receiver.url)
    assert await waiting == (409, "Conflict: terminated by setWebhook request")
    sandbox.world.bots[BOT_ID].poller._next_conflict = 0
    status, description = await bot.refused("getUpdates")
    assert status == 409
    assert description.startswith("Conflict: can't use getUpdates method while webhook is active")
    _, answer = await bot.raw("deleteWebhook")
    assert answer["description"] == "Webhook was deleted"
    _, answer = await bot.raw("deleteWebhook")
    assert answer["description"] == "Webhook is already deleted"
    sandbox.say(user_id, "polled again")
    assert len(await bot.updates()) == 1
    assert receiver.received == []


async def test_setting_the_same_again_and_dropping(sandbox, bot, receiver, user_id):
    await set_webhook(sandbox, bot, url="http://127.0.0.1:9/closed")
    _, answer = await set_webhook(sandbox, bot, url="http://127.0.0.1:9/closed")
    assert answer["description"] == "Webhook is already set"
    sandbox.say(user_id, "lost")
    assert (await bot.call("getWebhookInfo"))["pending_update_count"] == 1
    await set_webhook(sandbox, bot, url=receiver.url, drop_pending_updates=True)
    sandbox.say(user_id, "kept")
    await receiver.wait_for(1)
    assert receiver.texts() == ["kept"]
    info = await bot.call("getWebhookInfo")
    assert (info["url"], info["max_connections"]) == (receiver.url, 40)


async def test_set_webhook_at_most_once_a_second(sandbox, bot, receiver):
    await bot.call("setWebhook", url=receiver.url)
    status, answer = await bot.raw("setWebhook", json={"url": receiver.url})
    assert (status, answer["parameters"]) == (429, {"retry_after": 1})


@pytest.mark.parametrize(
    ("parameters", "complaint"),
    [
        ({"url": "nonsense"}, "invalid webhook URL specified"),
        ({"url": "http://example.com/x"}, "bad webhook: An HTTPS URL must be provided"),
        ({"url": "https://example.com/x"}, "bad webhook: Failed to resolve host"),
        ({"url": "http://127.0.0.1/x", "secret_token": "a b"}, "secret token contains"),
        ({"url": "http://127.0.0.1/x", "secret_token": "a" * 257}, "secret token is too long"),
    ],
)
async def test_set_webhook_refuses(bot, parameters, complaint):
    status, description = await bot.refused("setWebhook", **parameters)
    assert status == 400
    assert description.startswith(f"Bad Request: {complaint}")


async def test_being_offline_stops_deliveries_too(sandbox, bot, receiver, user_id):
    await set_webhook(sandbox, bot, url=receiver.url)
    fault = sandbox.add_fault("offline")
    sandbox.say(user_id, "x")
    await _settled(sandbox)
    assert receiver.received == []
    sandbox.remove_fault(fault)
    sandbox.advance(10)
    await receiver.wait_for(1)


async def test_410_for_most_of_a_day_removes_the_webhook(sandbox, bot, receiver, user_id):
    receiver.answers = [
        web.Response(status=410, headers={"Retry-After": "3600"}) for _ in range(30)
    ]
    await set_webhook(sandbox, bot, url=receiver.url)
    sandbox.say(user_id, "x")
    for tries in range(1, 30):
        await receiver.wait_for(tries)
        await until(lambda: sandbox.clock.sleepers or not sandbox.world.bots[BOT_ID].webhook.url)
        if not sandbox.world.bots[BOT_ID].webhook.url:
            break
        sandbox.say(user_id, "again")
        sandbox.advance(3601)
    assert (await bot.call("getWebhookInfo"))["url"] == ""
    assert tries > 22
