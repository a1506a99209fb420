"""Taps on "Đã nhận" that wait at the same moment share a transaction; each is its own matter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from telegram import Update as TelegramUpdate

from bot.callbacks import Callback, Press
from bot.domain.states import AcknowledgeBy, EventDoor, UpdateState
from bot.storage.tables import Acknowledgement, Directive, Event, OutboxMessage
from bot.storage.updates import Waiting
from bot.texts import texts
from tests import factories
from tests.delivery.conftest import Crash
from tests.factories import Somebody
from tests.intake.conftest import DiesAt, Inbox, Strikes, fails_at, nothing_more
from tests.intake.test_faults import colleague, store

DONE, WAITING = UpdateState.DONE, UpdateState.WAITING
say = texts("vi")
THANKS = say("acknowledged.thanks")
BEFORE = "Đơn vị đã xác nhận lúc"
BEFORE_BY_YOURSELF = "Đồng chí đã xác nhận lúc"


@dataclass(frozen=True, slots=True)
class Card:
    """A contact whose unit has a directive's card."""

    somebody: Somebody
    addressee_id: int
    card_id: int


async def issued(inbox: Inbox, count: int = 1, **values: Any) -> list[Card]:
    """A directive to as many units, each with a contact and a card that has arrived."""
    cards = []
    async with inbox.rt.write() as session:
        units = [await factories.create_unit(session) for _ in range(count)]
        directive = await factories.create_directive(session, units, **values)
        for unit, addressee in zip(units, directive.addressees, strict=True):
            contact = await factories.create_contact(session, unit)
            card = await factories.create_card(session, addressee.id, contact.chat, message_id=1)
            cards.append(Card(contact, addressee.id, card.id))
    return cards


def by(somebody: Somebody) -> dict[str, Any]:
    return {"from": {"id": somebody.chat.telegram_id, "is_bot": False, "first_name": "An"}}


def place(somebody: Somebody) -> dict[str, Any]:
    return {"chat": {"id": somebody.chat.telegram_id, "type": "private", "first_name": "An"}}


def tap(somebody: Somebody, addressee_id: int, *, number: int = 1) -> dict[str, Any]:
    """Somebody taps on "Đã nhận" of the card that this addressee has."""
    query = {
        "id": str(number),
        **by(somebody),
        "message": {**place(somebody), "message_id": 1, "date": 1, "text": "Chỉ đạo"},
        "chat_instance": "1",
        "data": Callback(Press.ACKNOWLEDGE, (addressee_id,)).encode(),
    }
    return {"callback_query": query}


async def tapped(inbox: Inbox, count: int, **values: Any) -> list[Card]:
    """Cards whose "Đã nhận" was pressed; the presses wait to be handled."""
    cards = await issued(inbox, count, **values)
    await store(inbox, *(tap(card.somebody, card.addressee_id) for card in cards))
    return cards


async def states(inbox: Inbox) -> list[tuple[UpdateState, int]]:
    """The states of the inbox and how often each was tried, oldest first."""
    return [(row.state, row.tries) for row in await inbox.rows()]


def answers(inbox: Inbox) -> list[str]:
    return [answer["text"] for answer in inbox.calls("answerCallbackQuery")]


@contextmanager
def counted(inbox: Inbox) -> Iterator[list[str]]:
    """The statements that the database is asked meanwhile, and the commits."""
    found: list[str] = []

    def note(_connection, _cursor, statement, _parameters, _context, _many) -> None:
        found.append(statement)

    def note_commit(_connection) -> None:
        found.append("COMMIT")

    for engine in inbox.rt.database.engines:
        event.listen(engine, "before_cursor_execute", note)
        event.listen(engine, "commit", note_commit)
    try:
        yield found
    finally:
        for engine in inbox.rt.database.engines:
            event.remove(engine, "before_cursor_execute", note)
            event.remove(engine, "commit", note_commit)


@pytest.mark.parametrize("rule", [AcknowledgeBy.ANY, AcknowledgeBy.EACH])
async def test_twenty_taps_ask_the_database_no_more_often_than_two(
    inbox: Inbox, rule: AcknowledgeBy
):
    counts = []
    overdue = factories.NOON - timedelta(days=1)  # then it is asked when the cards came
    for count in (2, 20):
        await tapped(inbox, count, acknowledge_by=rule, acknowledge_due_at=overdue)
        with counted(inbox) as statements:
            await inbox.work()
        assert statements.count("COMMIT") == 1
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert await states(inbox) == [(DONE, 0)] * 22
    assert len(await inbox.all(Acknowledgement)) == 22
    assert all(answer.startswith(THANKS) for answer in answers(inbox))


async def test_each_event_names_who_tapped_and_where(inbox: Inbox):
    cards = await tapped(inbox, 3)
    await inbox.work()
    (directive,) = await inbox.all(Directive)
    noted = await inbox.all(Event)
    assert [(each.person_id, each.chat_id, each.object_id) for each in noted] == [
        (card.somebody.person.id, card.somebody.chat.id, card.addressee_id) for card in cards
    ]
    assert {(each.directive_id, each.role, each.door) for each in noted} == {
        (directive.id, "contact", EventDoor.CHAT)
    }
    redraws = [each.card_id for each in await inbox.all(OutboxMessage)]
    assert redraws == [card.card_id for card in cards]


async def test_everybody_is_told_what_their_own_tap_came_to(inbox: Inbox):
    (card,), (closed,) = await issued(inbox), await issued(inbox, closed_at=factories.NOON)
    first, binh = card.somebody, await colleague(inbox, card.somebody)
    taps = {
        THANKS: (first, card.addressee_id),
        BEFORE_BY_YOURSELF: (first, card.addressee_id),
        BEFORE: (binh, card.addressee_id),
        say("refused.not_your_unit"): (closed.somebody, card.addressee_id),
        say("refused.closed"): (closed.somebody, closed.addressee_id),
        say("refused.gone"): (closed.somebody, 10**9),
    }
    await store(inbox, *(tap(*each, number=n) for n, each in enumerate(taps.values())))
    with counted(inbox) as statements:
        await inbox.work()
    assert statements.count("COMMIT") == 1
    told = sorted(inbox.calls("answerCallbackQuery"), key=lambda each: each["callback_query_id"])
    for wanted, answer in zip(taps, told, strict=True):
        assert answer["text"].startswith(wanted)
    assert "(Nguyễn Văn An)" in told[2]["text"]
    rows = await inbox.all(Acknowledgement)
    assert [row.person_id for row in rows] == [first.person.id, binh.person.id]
    noted = [(each.action, each.person_id) for each in await inbox.all(Event)]
    assert sorted(noted) == sorted(
        [("acknowledged", first.person.id), ("acknowledged", binh.person.id)]
        + [("refused", closed.somebody.person.id)] * 3
    )


async def test_what_a_chat_did_before_its_tap_is_handled_before_it(inbox: Inbox):
    card, other = await issued(inbox, 2)
    word = {**by(card.somebody), **place(card.somebody), "message_id": 2, "date": 1, "text": "Vâng"}
    await store(
        inbox,
        tap(other.somebody, other.addressee_id),
        {"message": word},
        tap(card.somebody, card.addressee_id),
    )
    order: list[str] = []

    async def note(update: TelegramUpdate) -> None:
        if update.effective_chat and update.effective_chat.id == card.somebody.chat.telegram_id:
            order.append("tap" if update.callback_query else "word")

    inbox.also = note
    await inbox.work()
    assert order == ["word", "tap"]
    assert await states(inbox) == [(DONE, 0)] * 3


async def test_what_the_pressed_message_says_is_not_even_read(inbox: Inbox):
    (card,) = await issued(inbox)
    body = tap(card.somebody, card.addressee_id)
    body["callback_query"]["message"] |= {"entities": "?", "reply_markup": [5]}
    await store(inbox, body)
    await inbox.work()
    assert await states(inbox) == [(DONE, 0)]
    assert len(await inbox.all(Acknowledgement)) == 1


# --- what fails ----------------------------------------------------------------------------------


async def test_a_tap_that_fails_costs_the_others_nothing(inbox: Inbox):
    _, failing, _ = await tapped(inbox, 3)
    inbox.also = fails_at(f"1:ack:{failing.addressee_id}")
    await inbox.work()
    assert await states(inbox) == [(DONE, 0), (WAITING, 1), (DONE, 0)]
    assert [each.action for each in await inbox.all(Event)] == ["acknowledged"] * 2
    assert sum(answer.startswith(THANKS) for answer in answers(inbox)) == 2
    assert len(answers(inbox)) == 3
    inbox.also = nothing_more
    await inbox.later(2)
    assert await states(inbox) == [(DONE, 0), (DONE, 1), (DONE, 0)]
    assert len(await inbox.all(Acknowledgement)) == 3


@pytest.mark.parametrize("words", ["INSERT INTO acknowledgements", "INSERT INTO events", "COMMIT"])
async def test_trouble_of_the_shared_transaction_undoes_it_and_each_is_handled_alone(
    inbox: Inbox, words: str
):
    await tapped(inbox, 3)
    Strikes(inbox.rt, words)
    await inbox.work()
    assert await states(inbox) == [(DONE, 0)] * 3
    assert [each.action for each in await inbox.all(Event)] == ["acknowledged"] * 3
    assert [answer[: len(THANKS)] for answer in answers(inbox)] == [THANKS] * 3


@pytest.mark.parametrize("point", ["handling", "before_handled"])
async def test_a_process_that_dies_before_the_commit_leaves_nothing_of_any(
    inbox: Inbox, point: str
):
    await tapped(inbox, 3)
    with pytest.raises(Crash):
        await inbox.work(inbox.processor(fault=DiesAt(point)))
    assert await states(inbox) == [(WAITING, 0)] * 3
    assert await inbox.all(Acknowledgement) == await inbox.all(Event) == []
    assert answers(inbox) == []
    await inbox.work()
    assert await states(inbox) == [(DONE, 0)] * 3
    assert len(await inbox.all(Acknowledgement)) == len(answers(inbox)) == 3


async def test_what_is_done_already_is_done_no_second_time_beside_others(inbox: Inbox):
    await tapped(inbox, 2)
    early = await inbox.rows()
    await inbox.work()
    await tapped(inbox, 1)
    rows = [Waiting(row.id, row.chat_key, row.body, row.tries) for row in early]
    rows += [Waiting(row.id, row.chat_key, row.body, row.tries) for row in (await inbox.rows())[2:]]
    await inbox.processor().handle(rows)
    await inbox.delivery.drain()
    assert [answer[: len(THANKS)] for answer in answers(inbox)] == [THANKS] * 3
    assert [each.action for each in await inbox.all(Event)] == ["acknowledged"] * 3
