"""One round of the sender: PostgreSQL is asked once, and comes to what SQLite comes to in three."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import event, select, update

from bot.domain.states import Lane, MessageKind, OutboxState
from bot.runtime import Runtime
from bot.storage import kept, rounds
from bot.storage.claims import Recorded
from bot.storage.tables import Card, OutboxMessage
from tests import factories
from tests.factories import NOON

S = OutboxState
LATER = NOON + timedelta(seconds=1)


async def fill(rt: Runtime, states: Mapping[str, tuple[OutboxState, int]]) -> dict[str, int]:
    """A first card's message in each of these states, claimed with that epoch; their ids."""
    ids = {}
    async with rt.write() as session:
        for name, (state, epoch) in states.items():
            unit = await factories.create_unit(session)
            chat = (await factories.create_contact(session, unit)).chat
            issued = await factories.create_directive(session, [unit])
            card = await factories.create_card(session, issued.addressees[0].id, chat)
            ids[name] = await factories.create_message(
                session,
                chat,
                kind=MessageKind.DIRECTIVE,
                lane=Lane.DIRECTIVE,
                directive_id=issued.directive.id,
                card_id=card.id,
            )
            await session.execute(
                update(OutboxMessage)
                .where(OutboxMessage.id == ids[name])
                .values(epoch=epoch, **factories.in_state(state))
            )
    return ids


@pytest.mark.parametrize("lease_is_ours", [True, False])
async def test_a_round_writes_ends_cards_and_marks(rt: Runtime, lease_is_ours: bool):
    async with rt.write() as session:
        ours = await kept.take_lease(session, "us", now=NOON)
    assert ours is not None
    ids = await fill(
        rt,
        {
            "accepted": (S.IN_FLIGHT, ours),
            "settled by a press": (S.ACCEPTED, ours),
            "lost": (S.IN_FLIGHT, ours),
            "next": (S.CLAIMED, ours),
            "of another": (S.CLAIMED, ours + 1),
            "given back": (S.WAITING, ours),
            "untouched": (S.CLAIMED, ours),
        },
    )
    names = {number: name for name, number in ids.items()}
    outcomes = [
        Recorded(id=ids["accepted"], epoch=ours, state=S.ACCEPTED, message_id=71),
        Recorded(id=ids["settled by a press"], epoch=ours, state=S.ACCEPTED, message_id=72),
        Recorded(id=ids["lost"], epoch=ours, state=S.UNCERTAIN, reason="reset", uncertain=1),
    ]
    statements: list[str] = []
    async with rt.read() as session:
        rows = await session.execute(select(OutboxMessage.id, OutboxMessage.card_id))
        card_ids = {names[number]: card_id for number, card_id in rows}
    for engine in rt.database.engines:
        event.listen(engine, "before_cursor_execute", lambda *a: statements.append(a[2].split()[0]))
    if not lease_is_ours:  # it has passed on after they were claimed
        async with rt.write() as session:
            assert await kept.take_lease(session, "others", now=NOON + timedelta(days=1))
    statements.clear()
    marked = await rt.write_at_once(
        lambda session: rounds.write(
            session,
            outcomes,
            {card_ids["accepted"]: 71, card_ids["lost"]: None},
            [ids["next"], ids["of another"], ids["given back"]],
            epoch=ours,
            now=LATER,
        )
    )
    assert marked == ({ids["next"]} if lease_is_ours else set())
    asked = [each for each in statements if each in ("UPDATE", "WITH")]
    assert asked == (["UPDATE"] * 4 if rt.database.is_sqlite else ["UPDATE", "WITH"])
    async with rt.read() as session:
        found = {names[row.id]: row for row in await session.scalars(select(OutboxMessage))}
        cards = {row.id: row for row in await session.scalars(select(Card))}
    assert {name: row.state for name, row in found.items()} == {
        "accepted": S.ACCEPTED,
        "settled by a press": S.ACCEPTED,
        "lost": S.UNCERTAIN,
        "next": S.IN_FLIGHT if lease_is_ours else S.CLAIMED,
        "of another": S.CLAIMED,
        "given back": S.WAITING,
        "untouched": S.CLAIMED,
    }
    assert (found["accepted"].message_id, found["accepted"].finished_at) == (71, LATER)
    assert found["settled by a press"].message_id is None
    assert found["lost"].uncertain_attempts == 1
    assert found["next"].attempts == (1 if lease_is_ours else 0)
    drawn = {name: cards[card_ids[name]] for name in ("accepted", "lost", "untouched")}
    assert (drawn["accepted"].message_id, drawn["accepted"].drawn_at) == (71, LATER)
    assert (drawn["lost"].message_id, drawn["lost"].drawn_at) == (None, LATER)
    assert drawn["untouched"].drawn_at is None
