"""Every rule of the auditor, broken by hand in a real database, is found; what is sound is not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.states import (
    Ending,
    Lane,
    MessageKind,
    OutboxState,
    ReminderEnd,
    Sending,
    UpdateState,
)
from bot.runtime import Runtime
from bot.storage import audit, outbox
from bot.storage.audit import Breach, Rule
from bot.storage.tables import Card, Directive, Lease, OutboxMessage, Reminder, Update
from tests import factories

S = OutboxState
NOW = factories.NOON
LONG_AGO = NOW - timedelta(hours=1)


async def found(session: AsyncSession, *, newest: int | None = None) -> list[Breach]:
    return await audit.breaches(session, now=NOW, newest=newest)


async def queue_cards(session: AsyncSession, count: int = 1) -> list[int]:
    """A directive with so many recipients, whose first cards wait; the messages."""
    units = [await factories.create_unit(session) for _ in range(count)]
    issued = await factories.create_directive(session, units)
    ids = []
    for unit, addressee in zip(units, issued.addressees, strict=True):
        chat = (await factories.create_contact(session, unit)).chat
        card = await factories.create_card(session, addressee.id, chat)
        ids.append(
            await factories.create_message(
                session,
                chat,
                kind=MessageKind.DIRECTIVE,
                lane=Lane.DIRECTIVE,
                card_id=card.id,
                directive_id=issued.directive.id,
            )
        )
    return ids


async def queue(session: AsyncSession, kind: MessageKind = MessageKind.NOTICE) -> int:
    """A message of this kind to somebody."""
    chat = (await factories.create_somebody(session)).chat
    return await factories.create_message(session, chat, kind=kind, lane=Lane.ANSWER)


async def change(session: AsyncSession, row_id: int, **values: Any) -> None:
    if "state" in values:
        values |= factories.in_state(values["state"])
    await session.execute(update(OutboxMessage).where(OutboxMessage.id == row_id).values(**values))


async def add_update(session: AsyncSession, **values: Any) -> int:
    row = Update(
        **{
            "bot_id": 1,
            "update_id": 1,
            "chat_key": 1,
            "body": "{}",
            "state": UpdateState.WAITING,
            "next_try_at": NOW,
            "received_at": NOW,
            **values,
        }
    )
    session.add(row)
    await session.flush()
    return row.id


async def end_lease(session: AsyncSession) -> None:
    await session.execute(update(Lease).values(expires_at=NOW))


@pytest.fixture(autouse=True)
async def lease(rt: Runtime) -> None:
    """Somebody works, in the first epoch."""
    async with rt.write() as session:
        await factories.hold_lease(session)


# --- first sendings ------------------------------------------------------------------------------


async def test_a_card_that_is_not_sent_is_found(rt: Runtime):
    async with rt.write() as session:
        _, lost, _ = await queue_cards(session, 3)
        card_id = await session.scalar(
            select(OutboxMessage.card_id).where(OutboxMessage.id == lost)
        )
        assert await found(session) == []
        await session.execute(delete(OutboxMessage).where(OutboxMessage.id == lost))
        assert await found(session) == [Breach(Rule.FIRST_SENDING, 1, (card_id,))]


async def test_a_card_with_two_first_sendings_is_found(rt: Runtime):
    async with rt.write() as session:
        first, second = await queue_cards(session, 2)
        card_id = await session.scalar(
            select(OutboxMessage.card_id).where(OutboxMessage.id == first)
        )
        await change(session, second, card_id=card_id)
        (breach,) = await found(session)
        assert (breach.rule, breach.count) == (Rule.FIRST_SENDING, 2)
        assert card_id in breach.examples


async def test_a_few_of_many_are_named(rt: Runtime):
    async with rt.write() as session:
        await queue_cards(session, 7)
        await session.execute(delete(OutboxMessage))
        cards = list(await session.scalars(select(Card.id).order_by(Card.id)))
        assert await found(session) == [Breach(Rule.FIRST_SENDING, 7, tuple(cards[:5]))]


async def test_what_is_long_past_is_left_to_a_look_at_everything(rt: Runtime):
    async with rt.write() as session:
        old, *_ = await queue_cards(session, 4)
        await session.execute(delete(OutboxMessage).where(OutboxMessage.id == old))
        assert await found(session, newest=3) == []
        assert len(await found(session, newest=4)) == 1
        assert len(await found(session, newest=None)) == 1


# --- what waits, and what is under way -----------------------------------------------------------


@pytest.mark.parametrize(("days", "is_found"), [(399, False), (401, True)])
async def test_a_message_that_waits_for_ever_is_found(rt: Runtime, days: int, is_found: bool):
    async with rt.write() as session:
        message_id = await queue(session)
        await change(session, message_id, send_at=NOW + timedelta(days=days))
        expected = [Breach(Rule.FAR_OFF, 1, (message_id,))] if is_found else []
        assert await found(session) == expected


@pytest.mark.parametrize("epoch", [0, None, 1, 2])
@pytest.mark.parametrize(("state", "attempts"), [(S.CLAIMED, 0), (S.IN_FLIGHT, 1)])
async def test_what_an_earlier_epoch_left_under_way_is_found(
    rt: Runtime, state: OutboxState, attempts: int, epoch: int | None
):
    async with rt.write() as session:
        message_id = await queue(session)
        await change(session, message_id, state=state, attempts=attempts, epoch=epoch)
        expected = [] if epoch == 1 else [Breach(Rule.LEFT_BEHIND, 1, (message_id,))]
        assert await found(session) == expected
        await end_lease(session)  # then nobody has settled it yet
        assert await found(session) == []


# --- cancelled -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "attempts", "is_found"),
    [
        (S.WAITING, 0, True),
        (S.CLAIMED, 0, True),
        (S.IN_FLIGHT, 1, False),
        (S.WITHDRAWN, 0, False),
        (S.FAILED, 1, False),
        (S.UNCERTAIN, 0, False),
    ],
)
async def test_a_first_card_still_to_be_sent_though_cancelled_is_found(
    rt: Runtime, state: OutboxState, attempts: int, is_found: bool
):
    async with rt.write() as session:
        (message_id,) = await queue_cards(session)
        await queue_cards(session)  # of another directive
        await change(session, message_id, state=state, attempts=attempts, epoch=1)
        assert await found(session) == []
        await session.execute(
            update(Directive)
            .where(Directive.id.in_(select(OutboxMessage.directive_id).filter_by(id=message_id)))
            .values(sending=Sending.CANCELLED)
        )
        expected = [Breach(Rule.CANCELLED, 1, (message_id,))] if is_found else []
        assert await found(session) == expected
        await change(session, message_id, send_at=NOW + timedelta(seconds=1))
        assert (await found(session) == []) is (state is not S.CLAIMED)


async def test_a_redraw_of_a_cancelled_directive_may_wait(rt: Runtime):
    async with rt.write() as session:
        (message_id,) = await queue_cards(session)
        row = await session.get(OutboxMessage, message_id)
        assert row is not None
        await change(session, message_id, state=S.WITHDRAWN)
        await session.execute(update(Directive).values(sending=Sending.CANCELLED))
        redraw = await queue(session, MessageKind.REDRAW)
        await change(session, redraw, card_id=row.card_id, directive_id=row.directive_id)
        assert await found(session) == []


# --- updates -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "minutes", "is_found"),
    [
        (UpdateState.WAITING, 16, True),
        (UpdateState.WAITING, 14, False),
        (UpdateState.WAITING, -16, False),
        (UpdateState.DONE, 16, False),
        (UpdateState.PARKED, 16, False),
    ],
)
async def test_an_update_that_nobody_handles_is_found(
    rt: Runtime, state: UpdateState, minutes: int, is_found: bool
):
    async with rt.write() as session:
        at = NOW - timedelta(minutes=minutes)
        row_id = await add_update(session, state=state, next_try_at=at)
        expected = [Breach(Rule.UPDATE_OVERDUE, 1, (row_id,))] if is_found else []
        assert await found(session) == expected
        await end_lease(session)
        assert await found(session) == []


# --- accepted messages ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "is_found"),
    [
        (MessageKind.NOTICE, True),
        (MessageKind.PREVIEW, True),
        (MessageKind.REMINDER, True),
        (MessageKind.REDRAW, False),
        (MessageKind.MENU, False),
        (MessageKind.REPORT, False),
        (MessageKind.STATE, False),
    ],
)
async def test_a_message_accepted_without_its_id_is_found(
    rt: Runtime, kind: MessageKind, is_found: bool
):
    async with rt.write() as session:
        message_id = await queue(session, kind)
        await change(session, message_id, state=S.ACCEPTED, attempts=1)
        expected = [Breach(Rule.MESSAGE_UNKNOWN, 1, (message_id,))] if is_found else []
        assert await found(session) == expected
        await change(session, message_id, message_id=5)
        assert await found(session) == []


async def test_a_first_card_accepted_without_its_id_is_found(rt: Runtime):
    async with rt.write() as session:
        (message_id,) = await queue_cards(session)
        await change(session, message_id, state=S.ACCEPTED, attempts=1)
        assert await found(session) == [Breach(Rule.MESSAGE_UNKNOWN, 1, (message_id,))]


async def test_a_copy_that_was_seen_is_known(rt: Runtime):
    async with rt.write() as session:
        (message_id,) = await queue_cards(session)
        await change(session, message_id, state=S.ACCEPTED, attempts=1, seen_message_id=5)
        assert await found(session) == []


async def test_a_first_card_that_only_changed_what_a_redraw_had_sent_needs_no_id(rt: Runtime):
    async with rt.write() as session:
        (message_id,) = await queue_cards(session)
        row = await session.get(OutboxMessage, message_id)
        assert row is not None
        await change(session, message_id, state=S.ACCEPTED, attempts=1)
        redraw = await queue(session, MessageKind.REDRAW)
        await change(
            session, redraw, card_id=row.card_id, state=S.ACCEPTED, attempts=1, message_id=5
        )
        assert await found(session) == []


# --- tries ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("unclear", [0, 1])
@pytest.mark.parametrize(
    ("state", "allowed"),
    [
        (S.WAITING, {0}),
        (S.CLAIMED, {0}),
        (S.IN_FLIGHT, {1}),
        (S.ACCEPTED, {0, 1}),
        (S.FAILED, {0, 1}),
        (S.WITHDRAWN, {0, 1}),
        (S.UNCERTAIN, {0}),
    ],
)
async def test_tries_that_do_not_fit_the_state_are_found(
    rt: Runtime, state: OutboxState, allowed: set[int], unclear: int
):
    async with rt.write() as session:
        message_id = await queue(session)
        for surplus in (-1, 0, 1, 2):
            await change(
                session,
                message_id,
                state=state,
                epoch=1,
                attempts=unclear + surplus,
                uncertain_attempts=unclear,
                message_id=5,
            )
            expected = [] if surplus in allowed else [Breach(Rule.ATTEMPTS, 1, (message_id,))]
            assert await found(session) == expected


async def test_a_refused_card_that_is_wanted_again_has_not_been_tried(rt: Runtime):
    async with rt.write() as session:
        (message_id,) = await queue_cards(session)
        await change(
            session, message_id, key="card", state=S.FAILED, attempts=2, uncertain_attempts=1
        )
        assert await outbox.revive(session, "card", send_at=NOW) == message_id
        row = await session.get(OutboxMessage, message_id, populate_existing=True)
        assert row is not None
        assert (row.state, row.attempts, row.uncertain_attempts) == (S.WAITING, 1, 1)
        assert await found(session) == []


# --- the whole -----------------------------------------------------------------------------------


async def test_an_empty_database_is_sound(rt: Runtime):
    async with rt.write() as session:
        await session.execute(delete(Lease))
        assert await found(session) == []
        assert await found(session, newest=10) == []


async def test_every_breach_is_found_beside_the_others(rt: Runtime):
    async with rt.write() as session:
        message_id = await queue(session)
        await change(session, message_id, attempts=3, send_at=NOW + timedelta(days=500))
        row_id = await add_update(session, next_try_at=LONG_AGO)
        assert await found(session) == [
            Breach(Rule.FAR_OFF, 1, (message_id,)),
            Breach(Rule.UPDATE_OVERDUE, 1, (row_id,)),
            Breach(Rule.ATTEMPTS, 1, (message_id,)),
        ]


# --- ended ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", Ending)
async def test_somebody_to_be_reminded_of_what_has_ended_is_found(rt: Runtime, ending: Ending):
    async with rt.write() as session:
        unit = await factories.create_unit(session)
        issued = await factories.create_directive(
            session, [unit], tasks=1, next_reminder_at=NOW, next_receipt_at=NOW
        )
        assert await found(session) == []
        issued.directive.closed_at, issued.directive.ending = NOW, ending
        await session.flush()
        assert await found(session) == [
            Breach(Rule.ENDED, 1, (issued.assignments[0][0].id,)),
            Breach(Rule.ENDED_RECEIPT, 1, (issued.addressees[0].id,)),
        ]


# --- reminders -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "rules"),
    [
        ({"hold_until": NOW}, []),
        ({"ending": ReminderEnd.STALE}, []),
        ({}, [Rule.REMINDER_ASTRAY]),
        ({"hold_until": LONG_AGO}, [Rule.REMINDER_HELD]),
    ],
)
async def test_a_reminder_that_nobody_will_send_is_found(
    rt: Runtime, values: dict[str, Any], rules: list[Rule]
):
    async with rt.write() as session:
        await factories.hold_lease(session)
        unit = await factories.create_unit(session)
        issued = await factories.create_directive(session, [unit], tasks=1)
        reminder = Reminder(
            assignment_id=issued.assignments[0][0].id,
            step="before-3",
            deadline_at=NOW,
            queued_at=NOW,
            **values,
        )
        session.add(reminder)
        await session.flush()
        assert await found(session) == [Breach(rule, 1, (reminder.id,)) for rule in rules]
