"""Latecomers are added once, however many add them at one moment."""

from __future__ import annotations

import asyncio

from sqlalchemy import func, select

from bot.actions import late_joiners
from bot.actions import policy as policies
from bot.runtime import Runtime
from bot.storage import audit, directives
from bot.storage.tables import Addressee, Assignment, DraftGroup, OutboxMessage
from tests import factories


async def test_two_at_once_add_each_unit_once(rt: Runtime):
    async with rt.write() as session:
        group = await factories.create_group(session)
        first = await factories.create_unit(session, groups=[group])
        issued = await factories.create_directive(session, [first])
        session.add(
            DraftGroup(
                draft_id=issued.directive.draft_id, position=0, group_id=group.id, chosen=True
            )
        )
        for number in range(3):
            late = await factories.create_unit(session, name=f"Mới {number}", groups=[group])
            await factories.create_contact(session, late)
        staff = [await factories.create_staff(session) for _ in range(2)]
        actors = [await each.actor(session) for each in staff]
        directive_id = issued.directive.id
    async with rt.read() as session:
        directive = await directives.get(session, directive_id)
        assert directive is not None
        found = await late_joiners.joined_since(session, directive, actor=actors[0])

    async def adds(who: int) -> int:
        async with rt.write() as session:
            return await late_joiners.add_joined(
                session,
                directive_id,
                token=found.token,
                actor=actors[who],
                policy=await policies.load(session, rt.config),
                now=rt.now(),
            )

    async def names_one() -> int:
        async with rt.write() as session:
            return await late_joiners.add_named(
                session,
                directive_id,
                found.units[0],
                actor=actors[0],
                policy=await policies.load(session, rt.config),
                now=rt.now(),
            )

    assert sorted(await asyncio.gather(adds(0), adds(1))) == [0, 3]
    assert await names_one() == 0
    async with rt.read() as session:
        assert await session.scalar(select(func.count(Addressee.id))) == 4
        assert await session.scalar(select(func.count(Assignment.id))) == 8
        assert await session.scalar(select(func.count(OutboxMessage.id))) == 3
        assert await audit.breaches(session, now=rt.now(), newest=None) == []
