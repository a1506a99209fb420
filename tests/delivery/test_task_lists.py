"""A directive of many tasks: lists in order, then the card with the buttons, whatever happens."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, update

from bot.actions import cards as card_actions
from bot.domain.states import OutboxState, Sending
from bot.storage import directives, progress
from bot.storage.tables import Card, Chat, Contact, Directive, OutboxMessage
from tests import factories
from tests.delivery.conftest import PostOffice
from tests.delivery.test_worker import POINTS, DiesAt, live_until

S = OutboxState
TASKS = 60


async def give(post: PostOffice) -> tuple[list[int], Chat, int]:
    """A directive whose card has no room for its tasks: its messages, the chat, the directive."""
    async with post.rt.write() as session:
        unit = await factories.create_unit(session)
        chat = (await factories.create_contact(session, unit)).chat
        issued = await factories.create_directive(session, [unit], tasks=TASKS)
        await card_actions.give_open_directives(
            session, unit_id=unit.id, chat=chat, now=post.clock()
        )
        rows = select(OutboxMessage.id).where(OutboxMessage.directive_id == issued.directive.id)
        ids = list(await session.scalars(rows.order_by(OutboxMessage.id)))
    post.meet(chat)
    assert len(ids) > 2
    return ids, chat, issued.directive.id


def listed(post: PostOffice, chat: Chat) -> list[str]:
    """The numbers of the tasks in the order in which the chat shows them, but on the card."""
    return [
        number
        for message in post.sandbox.messages(chat.telegram_id)
        if message["from"]["is_bot"] and "reply_markup" not in message
        for number in re.findall(r"^(\d+)\.", message["text"], re.MULTILINE)
    ]


EVERY = [str(number) for number in range(1, TASKS + 1)]


async def test_lists_come_before_the_card_that_alone_has_buttons(post: PostOffice):
    ids, chat, directive_id = await give(post)
    await post.work()
    shown = [m for m in post.sandbox.messages(chat.telegram_id) if m["from"]["is_bot"]]
    assert listed(post, chat) == EVERY
    assert ["reply_markup" in message for message in shown] == [False] * (len(ids) - 1) + [True]
    async with post.rt.read() as session:
        (card,) = await session.scalars(select(Card).where(Card.chat_id == chat.id))
        directive = await session.get_one(Directive, directive_id)
        found = await progress.of_directive(session, directive, now=post.clock())
    assert card.message_id == shown[-1]["message_id"]
    assert found.by_state == {S.ACCEPTED: 1}  # staff count cards


@pytest.mark.parametrize(
    "fault",
    [{"kind": "status", "status": 429, "retry_after": 3600}, {"kind": "reset"}],
    ids=["must wait", "answer lost"],
)
async def test_the_card_never_overtakes_its_lists(post: PostOffice, fault):
    ids, chat, _ = await give(post)
    post.sandbox.add_fault(**fault, method="sendMessage", skip=1)
    await post.work()
    assert not any("reply_markup" in m for m in post.sandbox.messages(chat.telegram_id))
    await post.later(3601)
    assert {row.state for row in await post.rows(ids)} == {S.ACCEPTED}
    assert listed(post, chat) == EVERY
    assert "reply_markup" in post.sandbox.messages(chat.telegram_id)[-1]


@pytest.mark.parametrize("point", POINTS)
async def test_a_process_that_dies_between_lists_goes_on_where_it_was(post: PostOffice, point: str):
    ids, chat, _ = await give(post)
    death = DiesAt(point, nth=1 if point == "claimed" else 2)
    await live_until(post, death)
    assert death.dead.is_set()
    delivery = post.open()
    await delivery.recover()
    await post.work(delivery)  # what is unclear waits a moment, and all behind it with it
    await post.later(delivery=delivery)
    rows = await post.rows(ids)
    assert {row.state for row in rows} == {S.ACCEPTED}
    found = listed(post, chat)
    assert len(found) <= TASKS * (1 + sum(row.uncertain_attempts for row in rows))
    assert list(dict.fromkeys(found)) == EVERY
    assert "reply_markup" in post.sandbox.messages(chat.telegram_id)[-1]


async def test_lists_wait_with_a_paused_sending(post: PostOffice):
    ids, _, directive_id = await give(post)
    async with post.rt.write() as session:
        (await session.get_one(Directive, directive_id)).sending = Sending.PAUSED
    await post.work()
    assert {row.state for row in await post.rows(ids)} == {S.WAITING}


async def test_lists_are_not_shown_to_who_is_no_contact_any_more(post: PostOffice):
    ids, chat, _ = await give(post)
    async with post.rt.write() as session:
        await session.execute(update(Contact).values(ended_at=post.clock()))
    await post.work()
    assert {row.state for row in await post.rows(ids)} == {S.WITHDRAWN}
    assert post.texts(chat.telegram_id) == []


async def test_a_chat_that_comes_back_gets_the_lists_again(post: PostOffice):
    ids, chat, directive_id = await give(post)
    post.sandbox.block(chat.telegram_id)
    await post.work()
    assert {row.state for row in await post.rows(ids)} == {S.FAILED}
    post.sandbox.unblock(chat.telegram_id)
    async with post.rt.write() as session:
        found = await session.get_one(Chat, chat.id)
        found.unreachable_reason = None
        (addressee,) = await directives.addressees(session, directive_id)
        await card_actions.give_open_directives(
            session, unit_id=addressee.unit_id, chat=found, now=post.clock()
        )
    await post.work()
    assert listed(post, chat) == EVERY
