"""What once went wrong in the intake, each named after its symptom."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.states import UpdateState
from bot.intake import processor as module
from bot.storage.engine import is_trouble
from bot.storage.tables import Unit
from tests.intake.conftest import Inbox, Strikes, fails_at
from tests.intake.test_poller import somebody_writes, stored
from tests.intake.test_processor import actions, fail_until_parked, written


@pytest.mark.parametrize("value", ["a\x00b", "\ud800", "x" * 400])
async def test_a_value_no_column_takes_is_not_the_databases_fault(inbox: Inbox, value: str):
    refused = None
    try:
        async with inbox.rt.write() as session:
            session.add(Unit(code="c", name=value, created_at=inbox.clock()))
    except Exception as error:  # noqa: BLE001 - each database refuses in its own way, or takes it
        refused = error
    assert refused is None or not is_trouble(refused)


async def test_half_a_character_does_not_hold_up_every_update(inbox: Inbox):
    inbox.sandbox.put_update({"message": {"text": "a\ud800b"}})
    somebody_writes(inbox)
    await inbox.fetch()
    assert len(await stored(inbox)) == 2


async def test_a_forged_language_button_is_refused(inbox: Inbox):
    card = await inbox.card()
    inbox.forge(card, data="1:lang")
    await inbox.fetch()
    await inbox.work()
    assert (await inbox.row()).state is UpdateState.DONE


async def test_a_chat_that_is_unblocked_is_written_down(inbox: Inbox):
    somebody = await inbox.contact()
    inbox.sandbox.block(somebody.chat.telegram_id)
    inbox.sandbox.unblock(somebody.chat.telegram_id)
    await inbox.fetch()
    await inbox.work()
    assert await actions(inbox) == ["chat_unreachable", "chat_reachable"]


async def test_a_newcomer_whose_update_is_parked_is_told_too(inbox: Inbox):
    inbox.sandbox.say(inbox.stranger(), "/huy")
    inbox.also = fails_at("/huy")
    await inbox.fetch()
    await fail_until_parked(inbox)
    assert await inbox.replies() == ["error.failed"]


async def test_a_database_that_cannot_be_written_is_not_asked_without_a_pause(inbox: Inbox):
    await written(inbox, "/huy")
    tries = 0

    def count(point: str) -> None:
        nonlocal tries
        tries += point == "handling"

    Strikes(inbox.rt, "UPDATE updates", times=10**9)
    async with inbox.running(inbox.processor(fault=count)):
        await asyncio.sleep(2 * module._IDLE_SECONDS)
    assert tries <= 4


async def test_editing_an_old_command_does_not_run_it_again(inbox: Inbox):
    somebody = await inbox.contact()
    user_id = somebody.chat.telegram_id
    message = inbox.sandbox.say(user_id, "/ngonngu")
    inbox.sandbox.edit(user_id, message["message_id"], "/ngonngu 2")
    await inbox.fetch()
    await inbox.work()
    assert await inbox.replies() == ["language.choose", "edit.command"]
