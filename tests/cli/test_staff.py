"""`dondoc staff list|role|remove`: what is typed holds in the bot, and the last one stays."""

from __future__ import annotations

import asyncio
import json

from sqlalchemy import select

from bot.domain.states import EventDoor, StaffRole
from bot.storage import people
from bot.storage.engine import Database
from bot.storage.tables import Event
from tests import factories


async def furnish(url: str) -> list[int]:
    """An administrator and a sender, and a group with the code G1; their Telegram accounts."""
    database = Database(url)
    async with database.write() as session:
        group = await factories.create_group(session, name="Nhóm báo")
        group.code = "BAO"
        found = [
            await factories.create_staff(session, role, name=name)
            for role, name in ((StaffRole.ADMIN, "Trần Thị Mai"), (StaffRole.SENDER, "Lê Bình"))
        ]
    await database.close()
    return [each.person.telegram_id for each in found]


async def as_it_stands(url: str, telegram_id: int):
    database = Database(url)
    async with database.read() as session:
        actor = await people.actor(session, telegram_id)
        events = list(await session.scalars(select(Event).order_by(Event.id)))
    await database.close()
    assert actor is not None
    return actor, events


def test_staff_are_listed_changed_and_removed(dondoc, write_config, database_url):
    _, binh = asyncio.run(furnish(database_url))
    config = write_config(database_url)
    listed = json.loads(dondoc("staff", "list", "--json", "--config", config).out)
    assert [(each["name"], each["role"]) for each in listed] == [
        ("Trần Thị Mai", "admin"),
        ("Lê Bình", "sender"),
    ]
    admin, sender = (str(each["id"]) for each in listed)
    told = dondoc("staff", "role", sender, "viewer", "--groups", "bao", "--config", config)
    assert (told.code, told.err) == (0, "")
    actor, events = asyncio.run(as_it_stands(database_url, binh))
    assert actor.staff_role is StaffRole.VIEWER
    assert actor.scope is not None
    assert {event.door for event in events} == {EventDoor.COMMAND_LINE}
    assert "Lê Bình (Nhóm báo)" in dondoc("staff", "list", "--config", config).out
    dondoc("staff", "role", sender, "viewer", "--groups", "", "--config", config)
    assert asyncio.run(as_it_stands(database_url, binh))[0].scope is None
    assert dondoc("staff", "remove", sender, "--config", config).code == 0
    assert asyncio.run(as_it_stands(database_url, binh))[0].staff_role is None
    for refused, why in (
        (("remove", admin), "last administrator"),
        (("role", admin, "viewer"), "last administrator"),
        (("remove", "999"), "staff list"),
        (("role", admin, "admin", "--groups", "X"), "no group with the code X"),
        (("add", "--groups", "X"), "no group with the code X"),
    ):
        told = dondoc("staff", *refused, "--config", config)
        assert told.code == 1
        assert why in told.err
    assert len(asyncio.run(as_it_stands(database_url, binh))[1]) == len(events) + 2


def test_staff_add_limits_to_groups(dondoc, write_config, database_url):
    asyncio.run(furnish(database_url))
    config = write_config(database_url)
    told = dondoc("staff", "add", "--role", "sender", "--groups", "BAO", "--config", config)
    assert told.code == 0
    assert "becomes sender of Sở Thông tin, for BAO" in told.out
