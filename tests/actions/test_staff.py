"""The office's own people: roles, limits, removal; and that somebody always governs the office."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import people as people_actions
from bot.actions import staff
from bot.domain.rights import Scope
from bot.domain.states import InviteKind, MessageKind, StaffRole
from bot.errors import BotError, Conflict, InvalidInput, NotFound
from bot.runtime import Runtime
from bot.storage import people
from bot.storage import staff as members
from bot.storage.tables import Event, Group, OutboxMessage, Staff
from tests import factories
from tests.factories import NOON, Somebody

Change = Callable[[AsyncSession, int], Awaitable[object]]


async def demote(session: AsyncSession, staff_id: int) -> None:
    await staff.change_role(session, staff_id, StaffRole.VIEWER, now=NOON)


async def remove(session: AsyncSession, staff_id: int) -> None:
    await staff.remove(session, staff_id, now=NOON)


async def limit(session: AsyncSession, staff_id: int) -> None:
    group = await session.scalar(select(Group.id))
    await staff.limit(session, staff_id, {group}, now=NOON)


async def join_as_less(session: AsyncSession, staff_id: int) -> None:
    row = await session.get(Staff, staff_id)
    assert row is not None
    await staff.take_in(session, person_id=row.person_id, role=StaffRole.SENDER, now=NOON)


CHANGES = (demote, remove, limit, join_as_less)


async def member_of(session: AsyncSession, somebody: Somebody) -> int:
    member = await members.member_of_person(session, somebody.person.id)
    assert member is not None
    return member.id


@pytest.mark.parametrize("change", CHANGES)
async def test_the_last_who_governs_the_office_goes_on_doing_so(rt: Runtime, change: Change):
    async with rt.write() as session:
        group = await factories.create_group(session)
        mai = await factories.create_staff(session, StaffRole.ADMIN)
        await factories.create_staff(session, StaffRole.SENDER)
        limited = await factories.create_staff(session, StaffRole.ADMIN)
        await factories.limit(session, limited, group)
        last = await member_of(session, mai)
    with pytest.raises(Conflict, match="last_admin"):
        async with rt.write() as session:
            await change(session, last)
    async with rt.write() as session:
        await factories.create_staff(session, StaffRole.ADMIN)
        await change(session, last)
        assert last not in await members.lock_governors(session)


@pytest.mark.parametrize("change", CHANGES)
async def test_of_two_who_take_the_last_two_away_at_once_one_succeeds(rt: Runtime, change: Change):
    async with rt.write() as session:
        await factories.create_group(session)
        found = [await factories.create_staff(session, StaffRole.ADMIN) for _ in range(2)]
        ids = [await member_of(session, each) for each in found]

    async def attempt(staff_id: int) -> bool:
        try:
            async with rt.write() as session:
                await change(session, staff_id)
                await asyncio.sleep(0.05)  # so that the other one is under way too
        except BotError:
            return False
        return True

    assert sorted(await asyncio.gather(*map(attempt, ids))) == [False, True]
    async with rt.write() as session:
        assert len(await members.lock_governors(session)) == 1


async def test_limits_hold_for_the_units_that_stand_in_the_groups_now(rt: Runtime):
    async with rt.write() as session:
        press, radio = await factories.create_group(session), await factories.create_group(session)
        paper = await factories.create_unit(session, groups=[press])
        station = await factories.create_unit(session, groups=[radio])
        mai = await factories.create_staff(session)
        assert (await mai.actor(session)).scope is None
        await staff.limit(session, await member_of(session, mai), {press.id}, now=NOON)
        assert (await mai.actor(session)).scope == Scope(
            frozenset({press.id}), frozenset({paper.id})
        )
        await factories.units.add_to_group(session, unit_id=station.id, group_id=press.id)
        scope = (await mai.actor(session)).scope
        assert scope is not None
        assert scope.unit_ids == {paper.id, station.id}


async def test_the_last_group_of_somebodys_limits_is_not_taken_out_by_itself(rt: Runtime):
    async with rt.write() as session:
        press, radio = await factories.create_group(session), await factories.create_group(session)
        mai = await factories.create_staff(session)
        number = await member_of(session, mai)
        await staff.toggle_limit(session, number, press.id, now=NOON)
        await staff.toggle_limit(session, number, radio.id, now=NOON)
        await staff.toggle_limit(session, number, press.id, now=NOON)
        with pytest.raises(Conflict, match="last_limit"):
            await staff.toggle_limit(session, number, radio.id, now=NOON)
        with pytest.raises(NotFound, match="group_gone"):
            await staff.limit(session, number, {radio.id, 999_999}, now=NOON)
        scope = (await mai.actor(session)).scope
        assert scope is not None
        assert scope.group_ids == {radio.id}
        await staff.limit(session, number, (), now=NOON)
        assert (await mai.actor(session)).scope is None


async def test_who_is_changed_is_told_gets_another_menu_and_it_is_written_down(rt: Runtime):
    async with rt.write() as session:
        mai = await factories.create_staff(session, StaffRole.SENDER)
        number = await member_of(session, mai)
        assert await staff.change_role(session, number, StaffRole.VIEWER, now=NOON)
        assert not await staff.change_role(session, number, StaffRole.VIEWER, now=NOON)
        await staff.remove(session, number, now=NOON)
        with pytest.raises(NotFound, match="gone"):
            await staff.remove(session, number, now=NOON)
        actor = await people.actor_by_id(session, mai.person.id)
        assert actor is not None
        assert actor.staff_role is None
        rows = list(await session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))
        told = [row.parameters["key"] for row in rows if row.kind is MessageKind.NOTICE]
        assert told == ["staff.told_viewer", "staff.told_removed"]
        menus = [row.parameters["commands"] for row in rows if row.kind is MessageKind.MENU]
        assert "congvan" not in menus[0]
        assert "tiendo" in menus[0]
        assert "tiendo" not in menus[1]
        noted = [(row.action, row.details) for row in await session.scalars(select(Event))]
        assert noted == [
            ("staff_role_changed", {"before": "sender", "after": "viewer"}),
            ("staff_removed", {"before": "viewer"}),
        ]


async def test_an_invite_makes_staff_with_its_limits_and_a_removed_one_comes_back_with_them_only(
    rt: Runtime,
):
    async with rt.write() as session:
        group = await factories.create_group(session)
        mai = await factories.create_staff(session, StaffRole.VIEWER)
        await staff.remove(session, await member_of(session, mai), now=NOON)
        code = await people_actions.create_invite(
            session, InviteKind.STAFF, now=NOON, staff_role=StaffRole.SENDER, group_ids={group.id}
        )
        await people_actions.open_invite(
            session, code, telegram_id=mai.person.telegram_id, chat=mai.chat, name="Mai", now=NOON
        )
        await people_actions.join(session, person_id=mai.person.id, chat=mai.chat, now=NOON)
        actor = await mai.actor(session)
        assert (actor.staff_role, actor.scope) == (
            StaffRole.SENDER,
            Scope(frozenset({group.id}), frozenset()),
        )


async def test_the_links_of_who_is_removed_let_nobody_in_as_staff(rt: Runtime):
    async with rt.write() as session:
        await factories.create_staff(session, StaffRole.ADMIN)
        mai = await factories.create_staff(session, StaffRole.ADMIN)
        unit = await factories.create_unit(session)
        by = mai.person.id
        for_staff = await people_actions.create_invite(
            session, InviteKind.STAFF, now=NOON, staff_role=StaffRole.ADMIN, by=by
        )
        for_unit = await people_actions.create_invite(
            session, InviteKind.CONTACT, now=NOON, unit_id=unit.id, by=by
        )
        await staff.remove(session, await member_of(session, mai), now=NOON)
        who = {"telegram_id": mai.person.telegram_id, "chat": mai.chat, "name": "Mai", "now": NOON}
        with pytest.raises(InvalidInput, match="unusable"):
            await people_actions.open_invite(session, for_staff, **who)
        await people_actions.open_invite(session, for_unit, **who)
