"""A press that comes while the message's own call has not ended."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.actions import copies
from bot.actions.copies import PressedCopy
from bot.domain.states import OutboxState as S
from bot.storage.tables import Card, Chat
from tests.delivery.conftest import Crash, PostOffice
from tests.delivery.test_worker import queue_cards


async def press(post: PostOffice, message_id: int, chat: Chat) -> int:
    """What the handler of a press notes; the message of the newest copy."""
    shown: int = post.sandbox.messages(chat.telegram_id)[-1]["message_id"]
    async with post.rt.write() as session:
        await copies.arrived(
            session, PressedCopy(message_id, shown), chat_id=chat.id, now=post.clock()
        )
    return shown


async def in_flight(post: PostOffice, message_id: int, chat: Chat) -> None:
    """Wait until the card has arrived while its call is still under way."""
    for _ in range(2_000):
        if post.texts(chat.telegram_id):
            break
        await asyncio.sleep(0.01)
    assert (await post.row(message_id)).state is S.IN_FLIGHT


async def test_what_was_pressed_while_in_flight_is_not_repeated(post: PostOffice):
    ((message_id, chat),) = await queue_cards(post)
    post.sandbox.add_fault("accept_then_hang", method="sendMessage")
    delivery = post.open()
    await delivery.do_one()
    await in_flight(post, message_id, chat)
    shown = await press(post, message_id, chat)
    await delivery.drain()
    await post.later()
    row = await post.row(message_id)
    assert (row.state, row.message_id, row.attempts) == (S.ACCEPTED, shown, 1)
    assert len(post.texts(chat.telegram_id)) == 1


@pytest.mark.parametrize("pressed", [True, False])
async def test_what_was_pressed_before_a_crash_is_not_repeated(post: PostOffice, pressed: bool):
    ((message_id, chat),) = await queue_cards(post)

    def dies(point: str) -> None:
        if point == "answered":
            raise Crash

    delivery = post.open(fault=dies)
    await delivery.do_one()
    await asyncio.gather(*delivery._tasks, return_exceptions=True)
    assert (await post.row(message_id)).state is S.IN_FLIGHT
    if pressed:
        shown = await press(post, message_id, chat)
    await post.open().recover()
    await post.later()
    row = await post.row(message_id)
    assert row.state is S.ACCEPTED
    assert len(post.texts(chat.telegram_id)) == (1 if pressed else 2)
    if pressed:
        assert row.message_id == shown
        async with post.rt.read() as session:
            card = await session.get(Card, row.card_id)
        assert card is not None
        assert card.message_id == shown


async def test_a_first_copy_pressed_during_its_repetition_stays(post: PostOffice):
    ((message_id, chat),) = await queue_cards(post)
    post.sandbox.add_fault("accept_then_reset", method="sendMessage")
    await post.work()
    first = post.sandbox.messages(chat.telegram_id)[-1]["message_id"]
    post.sandbox.add_fault("slow", method="sendMessage", seconds=0.4)
    post.clock.at += timedelta(seconds=61)
    delivery = post.open()
    await delivery.do_one()
    assert (await post.row(message_id)).state is S.IN_FLIGHT
    async with post.rt.write() as session:
        await copies.arrived(
            session, PressedCopy(message_id, first), chat_id=chat.id, now=post.clock()
        )
    await delivery.drain()
    await post.later()
    shown = [each["message_id"] for each in post.sandbox.messages(chat.telegram_id)]
    assert first in shown
    assert len(post.texts(chat.telegram_id)) == 1
