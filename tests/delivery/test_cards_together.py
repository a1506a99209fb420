"""Cards that are made together: each is what it would be alone."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import update

from bot.delivery.prepare import Batch, prepare
from bot.domain.states import (
    AcknowledgeBy,
    AssignmentState,
    ContactRole,
    Door,
    Lane,
    MessageKind,
    OutboxState,
)
from bot.runtime import Runtime
from bot.storage import claims, people
from bot.storage.tables import Acknowledgement, Chat, OutboxMessage
from tests import factories

_UNITS = (
    "like the next one",
    "like the one before",
    "confirmed",
    "until later",
    "cannot",
    "done",
    "one task",
    "led",
    "in English",
    "in a group",
)


async def test_no_card_shows_what_is_another_units(rt: Runtime):
    async with rt.write() as session:
        units = {name: await factories.create_unit(session, name=name) for name in _UNITS}
        issued = await factories.create_directive(
            session, list(units.values()), acknowledge_by=AcknowledgeBy.LEADER
        )
        addressees = dict(zip(_UNITS, issued.addressees, strict=True))
        work = dict(zip(_UNITS, issued.assignments, strict=True))
        people_of = {
            name: await factories.create_contact(
                session, unit, language="en" if name == "in English" else "vi"
            )
            for name, unit in units.items()
        }
        session.add(
            Acknowledgement(
                addressee_id=addressees["confirmed"].id,
                person_id=people_of["confirmed"].person.id,
                chat_id=people_of["confirmed"].chat.id,
                version=1,
                at=factories.NOON,
                door=Door.CARD,
                role=ContactRole.CONTACT,
            )
        )
        addressees["until later"].acknowledge_due_at = factories.NOON + timedelta(days=1)
        await factories.create_answer(session, addressees["cannot"], people_of["cannot"])
        work["done"][0].state = AssignmentState.SUBMITTED
        await session.delete(work["one task"][1])
        leader = await factories.create_somebody(session)
        await people.ensure_contact(
            session,
            unit_id=units["led"].id,
            person_id=leader.person.id,
            role=ContactRole.LEADER,
            now=factories.NOON,
        )
        chats: dict[str, Chat] = {name: each.chat for name, each in people_of.items()}
        chats["in a group"] = await factories.create_group_chat(session, units["in a group"])
        ids = {}
        for name, chat in chats.items():
            card = await factories.create_card(session, addressees[name].id, chat)
            ids[name] = await factories.create_message(
                session, chat, kind=MessageKind.DIRECTIVE, lane=Lane.DIRECTIVE,
                card_id=card.id, directive_id=issued.directive.id,
            )  # fmt: skip
        await session.execute(update(OutboxMessage).values(state=OutboxState.CLAIMED, epoch=1))

    together = _bodies(await _prepared(rt, list(ids.values())))
    assert len(set(together.values())) == len(_UNITS)
    for name, message_id in ids.items():
        alone = _bodies(await _prepared(rt, [message_id]))
        assert together[message_id] == alone[message_id], name


async def _prepared(rt: Runtime, ids: list[int]) -> Batch:
    messages = await rt.read_at_once(partial(claims.load, ids=ids))
    return await prepare(rt, messages, zone=ZoneInfo("Asia/Ho_Chi_Minh"))


def _bodies(batch: Batch) -> dict[int, object]:
    return {each.message.id: each.call.body for each in batch.ready if each.call is not None}
