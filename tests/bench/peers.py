"""What we are compared with: a bare aiohttp loop, and two libraries as they come."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from tests.bench.client import Round, chats, timed
from tests.bench.wire import BUTTONS, TEXT, TOKEN, call_around_chat

if TYPE_CHECKING:
    from telegram import Bot

_NO_LIMIT = 1_000_000.0
BROADCAST = 90
URGENT_AFTER_SECONDS = 0.05


async def bare(url: str, work: Round) -> Mapping[str, float]:
    """The limit in Python: a prepared body, the answer's bytes only, nothing stored."""
    import aiohttp

    before, after = call_around_chat()
    address = f"{url}/bot{TOKEN}/sendMessage"
    headers = {"Content-Type": "application/json"}
    connector = aiohttp.TCPConnector(limit=work.in_flight)
    jar = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(connector=connector, cookie_jar=jar) as session:

        async def send(chat_id: int) -> None:
            body = b"%b%d%b" % (before, chat_id, after)
            async with session.post(address, data=body, headers=headers) as answer:
                await answer.read()

        return await timed(work, send)


async def telegram(url: str, work: Round) -> Mapping[str, float]:
    """python-telegram-bot on its own httpx, its pool as large as what is in flight."""
    from telegram import Bot
    from telegram.request import HTTPXRequest

    request = HTTPXRequest(connection_pool_size=work.in_flight)
    return await _telegram(Bot(TOKEN, base_url=f"{url}/bot", request=request), work)


async def telegram_limited(url: str, work: Round) -> Mapping[str, float]:
    """The same with its AIORateLimiter, at limits nobody reaches: only what it costs is seen."""
    from telegram.ext import AIORateLimiter, ExtBot
    from telegram.request import HTTPXRequest

    limiter = AIORateLimiter(overall_max_rate=_NO_LIMIT, group_max_rate=_NO_LIMIT)
    request = HTTPXRequest(connection_pool_size=work.in_flight)
    bot = ExtBot(TOKEN, base_url=f"{url}/bot", request=request, rate_limiter=limiter)
    return await _telegram(bot, work)


async def _telegram(bot: Bot, work: Round) -> Mapping[str, float]:
    from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions

    keyboard = InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(label, callback_data=data) for label, data in row]
            for row in BUTTONS
        ]
    )
    no_preview = LinkPreviewOptions(is_disabled=True)
    async with bot:

        async def send(chat_id: int) -> None:
            await bot.send_message(
                chat_id,
                TEXT,
                parse_mode="HTML",
                reply_markup=keyboard,
                link_preview_options=no_preview,
            )

        return await timed(work, send)


async def aiogram(url: str, work: Round) -> Mapping[str, float]:
    """aiogram on its own aiohttp session."""
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions

    rows = [
        [InlineKeyboardButton(text=label, callback_data=data) for label, data in row]
        for row in BUTTONS
    ]
    keyboard = InlineKeyboardMarkup(inline_keyboard=rows)
    no_preview = LinkPreviewOptions(is_disabled=True)
    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    async with Bot(TOKEN, session=session) as bot:

        async def send(chat_id: int) -> None:
            await bot.send_message(
                chat_id,
                TEXT,
                parse_mode="HTML",
                reply_markup=keyboard,
                link_preview_options=no_preview,
            )

        return await timed(work, send)


async def telegram_urgent(url: str, work: Round) -> Mapping[str, float]:
    """python-telegram-bot with its AIORateLimiter: when does an answer leave during a broadcast?"""
    from telegram.ext import AIORateLimiter, ExtBot
    from telegram.request import HTTPXRequest

    request = HTTPXRequest(connection_pool_size=work.in_flight)
    bot = ExtBot(TOKEN, base_url=f"{url}/bot", request=request, rate_limiter=AIORateLimiter())
    async with bot:
        *others, urgent_chat = chats(work)
        broadcast = [asyncio.create_task(bot.send_message(chat, TEXT)) for chat in others]
        await asyncio.sleep(URGENT_AFTER_SECONDS)
        begun = time.perf_counter()
        urgent = await bot.send_message(urgent_chat, "Đã ghi nhận.")
        seconds = time.perf_counter() - begun
        sent = await asyncio.gather(*broadcast)
    # The server numbers messages in the order in which it gets them.
    position = 1 + sum(message.message_id < urgent.message_id for message in sent)
    return {"seconds": seconds, "position": position}
