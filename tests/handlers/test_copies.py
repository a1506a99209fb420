"""A card whose answer was lost: a press on a copy proves that it arrived, the spare one goes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.callbacks import Copy
from bot.domain.states import MessageKind, OutboxState
from bot.storage.tables import Acknowledgement, Card, Event, OutboxMessage, Unit
from bot.texts import texts
from tests.handlers.conftest import Office, Phone

say = texts("vi")


def button(message: dict[str, Any], label: str = "Đã nhận") -> str:
    """The data of a message's button."""
    rows = message["reply_markup"]["inline_keyboard"]
    return next(each["callback_data"] for row in rows for each in row if each["text"] == label)


async def later(office: Office) -> None:
    office.clock.at += timedelta(seconds=61)
    await office.works()


async def lost(office: Office, *, times: int) -> Phone:
    """A contact of a unit whose card's answer is lost so often."""
    unit = await office.unit()
    contact = await office.contact(unit)
    office.sandbox.add_fault("accept_then_reset", method="sendMessage", times=times)
    await office.issued(unit)
    return contact


async def first_card(office: Office) -> OutboxMessage:
    row: OutboxMessage = await office.row(OutboxMessage, kind=MessageKind.DIRECTIVE)
    return row


async def test_a_press_before_the_repetition_makes_it_needless(office: Office):
    contact = await lost(office, times=1)
    assert (await first_card(office)).state is OutboxState.WAITING
    (copy,) = contact.messages()
    await contact.presses_data(button(copy), copy["message_id"])
    row = await first_card(office)
    assert (row.state, row.message_id) == (OutboxState.ACCEPTED, copy["message_id"])
    await later(office)
    (card,) = contact.texts()
    assert "✓ Đã nhận" in card
    assert len(await office.rows(Event, action="arrival_proven")) == 1


async def test_a_press_settles_a_card_that_was_given_to_staff(office: Office):
    contact = await lost(office, times=2)
    await later(office)
    assert (await first_card(office)).state is OutboxState.UNCERTAIN
    first, second = contact.messages()
    await contact.presses_data(button(second), second["message_id"])
    row = await first_card(office)
    assert (row.state, row.message_id) == (OutboxState.ACCEPTED, second["message_id"])
    assert "✓ Đã nhận" in contact.texts()[1]
    # The other one was unknown until somebody presses it; the one in use stays.
    await contact.presses_data(button(first, "Xem toàn văn"), first["message_id"])
    await later(office)
    assert second["message_id"] not in [each["message_id"] for each in contact.messages()]
    assert (await office.row(Card)).message_id == first["message_id"]


async def test_of_two_copies_the_one_that_is_used_stays(office: Office):
    contact = await lost(office, times=1)
    await later(office)
    assert (await first_card(office)).state is OutboxState.ACCEPTED
    first, second = contact.messages()
    assert button(first) != button(second)
    await contact.presses_data(button(first), first["message_id"])
    await later(office)
    (card,) = contact.texts()
    assert "✓ Đã nhận" in card
    assert contact.last_id() == first["message_id"]
    assert len(await office.rows(Acknowledgement)) == 1


async def test_a_spare_copy_that_is_too_old_to_delete_loses_its_buttons(office: Office):
    contact = await lost(office, times=1)
    await later(office)
    first, second = contact.messages()
    office.clock.at += timedelta(hours=50)
    await contact.presses_data(button(first), first["message_id"])
    await later(office)
    shown = {each["message_id"]: each for each in contact.messages()}
    assert "reply_markup" not in shown[second["message_id"]]
    assert "reply_markup" in shown[first["message_id"]]


@pytest.mark.parametrize("number", [0, 1])
async def test_a_forged_reference_changes_nothing(office: Office, number: int):
    contact = await lost(office, times=2)
    await later(office)
    row = await first_card(office)
    stranger = await office.contact(await office.unit(), name="Trần Văn Bích")
    copy = contact.messages()[0]
    data = button(copy).partition("~")[0] + Copy(row.id, number).suffix()
    await stranger.presses_data(data, copy["message_id"])
    assert (await first_card(office)).state is OutboxState.UNCERTAIN
    assert (await office.row(Card)).message_id is None


async def test_another_card_is_not_taken_for_a_copy(office: Office):
    contact = await lost(office, times=2)
    await later(office)
    row = await first_card(office)
    await office.issued(await office.row(Unit))
    other = contact.messages()[-1]
    data = button(other).partition("~")[0] + Copy(row.id, 1).suffix()
    await contact.presses_data(data, other["message_id"])
    async with office.rt.read() as session:
        found = await session.get(OutboxMessage, row.id)
    assert found is not None
    assert found.state is OutboxState.UNCERTAIN
