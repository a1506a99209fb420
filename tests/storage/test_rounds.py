"""One round of the sender: PostgreSQL is asked once where all went well, and comes to what SQLite
comes to in three."""

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


@pytest.mark.parametrize("all_went_well", [True, False])
@pytest.mark.parametrize("lease_is_ours", [True, False])
async def test_a_round_writes_ends_cards_and_marks(
    rt: Runtime, lease_is_ours: bool, all_went_well: bool
):
    async with rt.write() as session:
        ours = await kept.take_lease(session, "us", now=NOON)
    assert ours is not None
    ids = await fill(
        rt,
        {
            "accepted": (S.IN_FLIGHT, ours),
            "settled by a press": (S.ACCEPTED, ours),
            "drawn anew": (S.ACCEPTED, ours),
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
    ]
    if not all_went_well:
        lost = Recorded(id=ids["lost"], epoch=ours, state=S.UNCERTAIN, reason="reset", uncertain=1)
        outcomes.append(lost)
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
    drawn = {card_ids["accepted"]: 71, card_ids["drawn anew"]: None}
    leaving = [ids["next"], ids["of another"], ids["given back"]]
    write = rt.write_at_once
    if rounds.is_one_statement(outcomes, drawn, leaving, epoch=ours):
        write = rt.write_by_itself
    marked = await write(
        lambda session: rounds.write(session, outcomes, drawn, leaving, epoch=ours, now=LATER)
    )
    assert marked == ({ids["next"]} if lease_is_ours else set())
    asked = [each for each in statements if each in ("UPDATE", "WITH")]
    if all_went_well:
        assert asked == (["UPDATE"] * 3 if rt.database.is_sqlite else ["WITH"])
    else:
        assert asked == ["UPDATE"] * 4
    async with rt.read() as session:
        found = {names[row.id]: row for row in await session.scalars(select(OutboxMessage))}
        cards = {row.id: row for row in await session.scalars(select(Card))}
    assert {name: row.state for name, row in found.items()} == {
        "accepted": S.ACCEPTED,
        "settled by a press": S.ACCEPTED,
        "drawn anew": S.ACCEPTED,
        "lost": S.IN_FLIGHT if all_went_well else S.UNCERTAIN,
        "next": S.IN_FLIGHT if lease_is_ours else S.CLAIMED,
        "of another": S.CLAIMED,
        "given back": S.WAITING,
        "untouched": S.CLAIMED,
    }
    assert (found["accepted"].message_id, found["accepted"].finished_at) == (71, LATER)
    assert found["settled by a press"].message_id is None
    assert found["lost"].uncertain_attempts == (0 if all_went_well else 1)
    assert found["next"].attempts == (1 if lease_is_ours else 0)
    shown = {name: cards[card_ids[name]] for name in ("accepted", "drawn anew", "untouched")}
    assert (shown["accepted"].message_id, shown["accepted"].drawn_at) == (71, LATER)
    assert (shown["drawn anew"].message_id, shown["drawn anew"].drawn_at) == (None, LATER)
    assert shown["untouched"].drawn_at is None
