"""python-telegram-bot with its own Application and Updater against the sandbox."""

import io
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from tests.sandbox.conftest import BOT_ID, TOKEN, until

Context = ContextTypes.DEFAULT_TYPE


def builder(url: str, token: str = TOKEN) -> ApplicationBuilder[Any, Any, Any, Any, Any, Any]:
    """A builder pointed at the sandbox."""
    return (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{url}/bot")
        .base_file_url(f"{url}/file/bot")
        .job_queue(None)
    )


@pytest.fixture
async def application(sandbox) -> AsyncIterator[Application[Any, Any, Any, Any, Any, Any]]:
    """A running application that polls."""
    application = builder(sandbox.url).build()
    application.add_handler(CommandHandler("start", _start))
    application.add_handler(CallbackQueryHandler(_acknowledge))
    application.add_handler(MessageHandler(filters.Document.ALL, _document))
    async with application:
        await application.start()
        await application.updater.start_polling(timeout=5)
        yield application
        await application.updater.stop()
        await application.stop()


async def _start(update: Update, context: Context) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Đã nhận", callback_data="ack")]])
    await update.message.reply_html(f"Chào <b>{context.args[0]}</b>", reply_markup=markup)


async def _acknowledge(update: Update, context: Context) -> None:
    await update.callback_query.edit_message_text("đã nhận")
    await update.callback_query.answer("Đã ghi")


async def _document(update: Update, context: Context) -> None:
    file = await update.message.document.get_file()
    content = bytes(await file.download_as_bytearray())
    await update.message.reply_document(io.BytesIO(content[::-1]), filename="Trả lời.txt")


async def test_a_whole_round(sandbox, application):
    person = sandbox.add_user(first_name="An")["id"]
    sandbox.press_start(person, "code")
    await until(lambda: len(sandbox.messages(person)) == 2)
    card = sandbox.messages(person)[-1]
    assert card["text"] == "Chào code"
    sandbox.press(person, card["message_id"], label="Đã nhận")
    await until(lambda: sandbox.messages(person)[-1]["text"] == "đã nhận")
    sandbox.send_document(person, b"abc", file_name="a.txt")
    await until(lambda: len(sandbox.messages(person)) == 4)
    reply = sandbox.messages(person)[-1]
    assert sandbox.file(reply["document"]["file_id"]).content == b"cba"
    assert reply["document"]["file_name"] == "Trả lời.txt"


async def test_errors_are_recognised(sandbox, user_id, monkeypatch):
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # the older form warns
    group = sandbox.add_group(title="G", member_ids=[user_id, BOT_ID])["id"]
    new = sandbox.migrate(group)
    async with builder(sandbox.url).updater(None).build() as application:
        bot = application.bot
        with pytest.raises(BadRequest, match="Message text is empty"):
            await bot.send_message(user_id, "")
        with pytest.raises(ChatMigrated) as migrated:
            await bot.send_message(group, "x")
        assert migrated.value.new_chat_id == new
        sandbox.add_fault("status", status=429, retry_after=9)
        with pytest.raises(RetryAfter) as refused:
            await bot.send_message(user_id, "x")
        assert refused.value.retry_after == timedelta(seconds=9)
        sandbox.block(user_id)
        with pytest.raises(Forbidden, match="bot was blocked by the user"):
            await bot.send_message(user_id, "x")


async def test_a_wrong_token(sandbox):
    application = builder(sandbox.url, "4242:another").updater(None).build()
    with pytest.raises(InvalidToken):
        await application.initialize()
    await application.bot.shutdown()
