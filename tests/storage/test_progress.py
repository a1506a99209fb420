"""What staff see of a sending is counted in sets; a unit belongs where it would by itself."""

from __future__ import annotations

from sqlalchemy import update

from bot.domain.states import (
    AssignmentState,
    CardKind,
    ContactRole,
    Door,
    Lane,
    MessageKind,
    OutboxState,
)
from bot.runtime import Runtime
from bot.storage import progress
from bot.storage.progress import Names
from bot.storage.tables import Acknowledgement, Assignment, OutboxMessage
from tests import factories
from tests.factories import NOON

S = OutboxState


async def test_units_are_counted_where_they_belong(rt: Runtime):
    first_cards = {
        "gửi được": [S.ACCEPTED],
        "một chỗ không được": [S.FAILED, S.ACCEPTED],
        "chưa gửi": [S.WAITING],
        "chưa rõ": [S.UNCERTAIN],
        "không nơi nào được": [S.FAILED, S.WITHDRAWN],
        "rút lại": [S.WITHDRAWN],
        "không có liên hệ": [],
        "hết việc": [S.ACCEPTED],
        "hết việc, đã xác nhận": [S.ACCEPTED],
        "đã xác nhận": [S.ACCEPTED],
    }
    async with rt.write() as session:
        units = [await factories.create_unit(session, name=name) for name in first_cards]
        issued = await factories.create_directive(session, units)
        other = await factories.create_directive(session, units[:3])
        for directive, addressees in ((issued, first_cards.values()), (other, [[S.FAILED]] * 3)):
            for addressee, states in zip(directive.addressees, addressees, strict=True):
                for state in states:
                    somebody = await factories.create_somebody(session)
                    card = await factories.create_card(session, addressee.id, somebody.chat)
                    message_id = await factories.create_message(
                        session,
                        somebody.chat,
                        kind=MessageKind.DIRECTIVE,
                        lane=Lane.DIRECTIVE,
                        directive_id=directive.directive.id,
                        card_id=card.id,
                    )
                    await session.execute(
                        update(OutboxMessage)
                        .where(OutboxMessage.id == message_id)
                        .values(**factories.in_state(state))
                    )
                if states == [S.WITHDRAWN]:  # how it is drawn anew says nothing of how it was sent
                    await factories.create_message(
                        session,
                        somebody.chat,
                        kind=MessageKind.REDRAW,
                        lane=Lane.REDRAW,
                        directive_id=directive.directive.id,
                        card_id=card.id,
                    )
        by_name = dict(zip(first_cards, issued.addressees, strict=True))
        without_work = [by_name[name].id for name in first_cards if name.startswith("hết việc")]
        await session.execute(
            update(Assignment)
            .where(Assignment.addressee_id.in_(without_work))
            .values(state=AssignmentState.CANCELLED)
        )
        person = (await factories.create_somebody(session)).person
        # A card of another kind with the same subject's number is no card of the unit.
        await factories.create_card(
            session, by_name["không có liên hệ"].id, somebody.chat, kind=CardKind.QUESTION
        )
        for name in ("hết việc, đã xác nhận", "đã xác nhận"):
            session.add(
                Acknowledgement(
                    addressee_id=by_name[name].id,
                    version=1,
                    person_id=person.id,
                    chat_id=somebody.chat.id,
                    at=NOON,
                    door=Door.CARD,
                    role=ContactRole.CONTACT,
                )
            )
    async with rt.read() as session:
        found = await progress.of_directive(session, issued.directive, now=NOON)
    assert found.by_state == {
        S.ACCEPTED: 5,
        S.FAILED: 2,
        S.WITHDRAWN: 2,
        S.WAITING: 1,
        S.UNCERTAIN: 1,
    }
    assert found.units == len(first_cards) - 1  # all but the one whose work is gone, unconfirmed
    assert found.acknowledged == 2
    assert found.unreached == Names(shown=("không nơi nào được", "rút lại"), count=2)
    assert found.without_chat == Names(shown=("không có liên hệ",), count=1)
