"""What Telegram cannot read as HTML is sent once more as plain words, and named as our fault."""

from __future__ import annotations

import logging

import pytest

from bot.domain.states import OutboxState
from bot.storage.tables import Addressee
from tests.delivery.conftest import PostOffice
from tests.delivery.test_worker import queue_cards, queue_notice, queue_redraw

S = OutboxState
REFUSAL = "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\""


def refuse(post: PostOffice, method: str = "sendMessage", *, times: int = 1) -> None:
    """Telegram cannot read the next messages."""
    post.sandbox.add_fault("status", method=method, status=400, description=REFUSAL, times=times)


async def test_refused_formatting_is_sent_once_more_as_plain_words(
    post: PostOffice, caplog: pytest.LogCaptureFixture
):
    refuse(post)
    ((message_id, chat),) = await queue_cards(post)
    with caplog.at_level(logging.ERROR, logger="bot.delivery.otherwise"):
        await post.work()
    row = await post.row(message_id)
    assert (row.state, row.attempts) == (S.ACCEPTED, 1)
    (sent,) = [m for m in post.sandbox.messages(chat.telegram_id) if m["from"]["is_bot"]]
    assert "Kính gửi: " in sent["text"]
    assert "entities" not in sent
    assert "<b>" not in sent["text"]
    assert sent["reply_markup"]["inline_keyboard"]
    (told,) = [record for record in caplog.records if record.message == "formatting_refused"]
    assert (told.outbox_message, told.kind) == (message_id, "directive")  # type: ignore[attr-defined]


async def test_plain_words_that_are_refused_too_fail_without_a_loop(post: PostOffice):
    refuse(post, times=9)
    message_id, _ = await queue_notice(post)
    await post.work()
    row = await post.row(message_id)
    assert (row.state, row.reason) == (S.FAILED, "bad_entities")
    assert len(post.calls("sendMessage")) == 2


async def test_what_must_wait_meanwhile_stays_plain(post: PostOffice):
    refuse(post)
    post.sandbox.add_fault("status", method="sendMessage", status=429, retry_after=5)
    ((message_id, _),) = await queue_cards(post)
    await post.work()
    assert (await post.row(message_id)).state is S.WAITING
    await post.later(6, delivery=post.open())
    assert (await post.row(message_id)).state is S.ACCEPTED
    modes = [call["parameters"].get("parse_mode") for call in post.calls("sendMessage")]
    assert modes == ["HTML", None, None]


async def test_an_edit_is_sent_once_more_as_plain_words_too(post: PostOffice):
    message_id, _, card = await queue_redraw(post)
    async with post.rt.write() as session:
        addressee = await session.get_one(Addressee, card.subject_id)
        addressee.unit_name = "Báo & Đài <Yên Bái>"
    refuse(post, "editMessageText")
    await post.work()
    assert (await post.row(message_id)).state is S.ACCEPTED
    (_, edit) = post.calls("editMessageText")
    assert "Kính gửi: Báo & Đài <Yên Bái>" in edit["parameters"]["text"]
