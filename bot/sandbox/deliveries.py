"""Keeps one sender running for every bot that has set a webhook."""

import asyncio

from bot.sandbox.api import BotApi
from bot.sandbox.model import Json
from bot.sandbox.parameters import Parameters
from bot.sandbox.webhooks import Webhook, WebhookSender
from bot.sandbox.world import Bot, World


async def deliver_by_webhook(world: World, api: BotApi) -> None:
    """Start and stop senders as webhooks are set and removed, until cancelled."""
    running: dict[int, tuple[Webhook, asyncio.Task[None]]] = {}
    try:
        while True:
            world.webhook_changed.clear()
            for bot in list(world.bots.values()):
                await _follow(world, api, bot, running)
            await world.webhook_changed.wait()
    finally:
        for _, task in running.values():
            await _end(task)


async def _follow(
    world: World, api: BotApi, bot: Bot, running: dict[int, tuple[Webhook, asyncio.Task[None]]]
) -> None:
    """Make a bot's sender fit its webhook."""
    webhook, task = running.get(bot.id, (None, None))
    if webhook is bot.webhook:
        return
    if task:
        await _end(task)
        del running[bot.id]
    if bot.webhook.url:
        sender = _sender(world, api, bot)
        running[bot.id] = (bot.webhook, asyncio.create_task(sender.run()))


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _sender(world: World, api: BotApi, bot: Bot) -> WebhookSender:
    async def answered(reply: Json) -> None:
        """The webhook's answer names a method: it is called, its result goes nowhere."""
        method = str(reply.pop("method"))
        if not method.lower().startswith(("get", "setwebhook", "deletewebhook", "logout", "close")):
            await api.execute(bot, method, Parameters(reply))

    def gone() -> None:
        bot.webhook = Webhook()
        world.webhook_changed.set()

    return WebhookSender(
        bot.webhook,
        bot.queue,
        world.clock,
        is_offline=lambda: world.faults.is_offline,
        answered=answered,
        gone=gone,
    )
