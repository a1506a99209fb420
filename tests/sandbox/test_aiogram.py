"""aiogram, strict about every field, against the sandbox: polling, cards, taps, files."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot, Dispatcher, F
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    ChatMemberUpdated,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
)

from tests.sandbox.conftest import BOT_ID, TOKEN, until


@pytest.fixture
async def aiogram_bot(sandbox) -> AsyncIterator[Bot]:
    """aiogram's bot, pointed at the sandbox."""
    server = TelegramAPIServer.from_base(sandbox.url)
    bot = Bot(
        TOKEN,
        session=AiohttpSession(api=server),
        default=DefaultBotProperties(parse_mode="HTML"),
    )
    yield bot
    await bot.session.close()


async def test_a_whole_round(sandbox, aiogram_bot):
    dispatcher = Dispatcher()
    markup = InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text="Đã nhận", callback_data="ack", style="success")]
        ]
    )
    seen: list[str] = []

    @dispatcher.message(CommandStart(deep_link=True))
    async def start(message: Message, command: CommandObject) -> None:
        await message.answer(f"Chào <b>{command.args}</b>", reply_markup=markup)

    @dispatcher.message(F.document)
    async def document(message: Message, bot: Bot) -> None:
        assert message.document is not None
        content = await bot.download(message.document)
        assert content is not None
        file = BufferedInputFile(content.read()[::-1], "Trả lời.txt")
        await message.reply_document(file, caption="<i>xong</i>")

    @dispatcher.callback_query(F.data == "ack")
    async def acknowledge(query: CallbackQuery) -> None:
        assert isinstance(query.message, Message)
        await query.message.edit_text("đã nhận")
        await query.answer("Đã ghi", show_alert=True)

    @dispatcher.my_chat_member()
    async def member(update: ChatMemberUpdated) -> None:
        seen.append(update.new_chat_member.status)

    polling = asyncio.create_task(
        dispatcher.start_polling(aiogram_bot, handle_signals=False, polling_timeout=5)
    )
    person = sandbox.add_user(first_name="An")["id"]
    sandbox.press_start(person, "code")
    await until(lambda: len(sandbox.messages(person)) == 2)
    card = sandbox.messages(person)[-1]
    assert (card["text"], card["entities"][0]["type"]) == ("Chào code", "bold")
    sandbox.press(person, card["message_id"], label="Đã nhận")
    await until(lambda: sandbox.messages(person)[-1]["text"] == "đã nhận")
    sandbox.send_document(person, b"abc", file_name="a.txt")
    await until(lambda: len(sandbox.messages(person)) == 4)
    reply = sandbox.messages(person)[-1]
    assert sandbox.file(reply["document"]["file_id"]).content == b"cba"
    assert reply["document"]["file_name"] == "Trả lời.txt"
    sandbox.block(person)
    await until(lambda: seen == ["kicked"])
    await dispatcher.stop_polling()
    await polling


async def test_errors_are_recognised(sandbox, aiogram_bot, user_id):
    group = sandbox.add_group(title="G", member_ids=[user_id, BOT_ID])["id"]
    new = sandbox.migrate(group)
    with pytest.raises(TelegramBadRequest, match="message text is empty"):
        await aiogram_bot.send_message(user_id, "")
    with pytest.raises(TelegramBadRequest, match="can't parse entities"):
        await aiogram_bot.send_message(user_id, "<b>x")
    with pytest.raises(TelegramMigrateToChat) as migrated:
        await aiogram_bot.send_message(group, "x")
    assert migrated.value.migrate_to_chat_id == new
    sandbox.add_fault("status", status=429, retry_after=9)
    with pytest.raises(TelegramRetryAfter) as refused:
        await aiogram_bot.send_message(user_id, "x")
    assert refused.value.retry_after == 9
    sandbox.block(user_id)
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await aiogram_bot.send_message(user_id, "x")


async def test_a_wrong_token(sandbox):
    session = AiohttpSession(api=TelegramAPIServer.from_base(sandbox.url))
    async with Bot("4242:another", session=session) as wrong:
        with pytest.raises(TelegramUnauthorizedError):
            await wrong.get_me()


async def test_profile_and_questions(aiogram_bot, user_id):
    assert (await aiogram_bot.me()).id == BOT_ID
    assert (await aiogram_bot.get_chat(user_id)).full_name == "An Nguyễn"
    member = await aiogram_bot.get_chat_member(user_id, user_id)
    assert member.status == "member"
    assert (await aiogram_bot.get_webhook_info()).url == ""
