"""`dondoc updates`: what could not be handled is listed and handled again by the bot that runs."""

from __future__ import annotations

import asyncio
import json

from sqlalchemy import select

from bot.domain.states import UpdateState
from bot.storage.engine import Database
from bot.storage.tables import Event, Update
from tests import factories

SECRET = "Điều không ai được đọc"


def plant(url: str, count: int) -> list[int]:
    """So many parked messages of a known person; their references."""

    async def write() -> list[int]:
        database = Database(url)
        async with database.write() as session:
            somebody = await factories.create_somebody(session, name="Nguyễn Văn An")
            user = {"id": somebody.person.telegram_id}
            body = {"message": {"from": user, "chat": user, "text": SECRET}}
            planted = [
                await factories.create_parked_update(session, body, chat_key=user["id"])
                for _ in range(count)
            ]
        await database.close()
        return planted

    return asyncio.run(write())


def waiting(url: str) -> tuple[list[int], list[int | None]]:
    """The references of what waits, and what the audit trail says was replayed."""

    async def read() -> tuple[list[int], list[int | None]]:
        database = Database(url)
        async with database.read() as session:
            rows = await session.scalars(
                select(Update.id).where(Update.state == UpdateState.WAITING).order_by(Update.id)
            )
            events = await session.scalars(
                select(Event.object_id).where(Event.action == "update_replayed").order_by(Event.id)
            )
            found = list(rows), list(events)
        await database.close()
        return found

    return asyncio.run(read())


def test_what_is_parked_is_listed_by_pages_without_what_was_written(
    dondoc, write_config, database_url
):
    references = plant(database_url, 21)
    config = write_config(database_url)
    told = dondoc("updates", "list", "--config", config)
    assert (told.code, told.err) == (0, "")
    head, *lines = told.out.splitlines()
    assert head == "21 parked, page 1 of 2; times are Asia/Ho_Chi_Minh"
    assert lines[0].split("\t") == [
        str(references[0]), "2026-10-06 12:00", "message", factories.PLANTED, "Nguyễn Văn An",
    ]  # fmt: skip
    assert len(lines) == 20
    assert SECRET not in told.out
    second = json.loads(dondoc("updates", "list", "--page", "2", "--json", "--config", config).out)
    assert (second["parked"], second["page"]) == (21, 2)
    assert [row["reference"] for row in second["updates"]] == references[20:]


def test_what_is_named_is_replayed_or_nothing_is(dondoc, write_config, database_url):
    first, second, third = plant(database_url, 3)
    config = write_config(database_url)
    told = dondoc("updates", "replay", first, third, "--config", config)
    assert (told.code, told.out) == (0, "2 to be handled again\n")
    assert waiting(database_url) == ([first, third], [first, third])
    told = dondoc("updates", "replay", second, third, "--config", config)
    assert told.code == 1
    assert told.err == f"dondoc: {third} is not parked; nothing was changed\n"
    assert waiting(database_url) == ([first, third], [first, third])


def test_all_are_replayed(dondoc, write_config, database_url):
    references = plant(database_url, 3)
    config = write_config(database_url)
    assert dondoc("updates", "replay", "--all", "--config", config).out == "3 to be handled again\n"
    assert waiting(database_url) == (references, references)
    assert dondoc("updates", "replay", "--all", "--config", config).out == "Nothing is parked.\n"
    assert dondoc("updates", "list", "--config", config).out == "Nothing is parked.\n"


def test_replaying_nothing_in_particular_is_wrong_usage(dondoc, write_config, database_url):
    config = write_config(database_url)
    assert dondoc("updates", "replay", "--config", config).code == 2
    assert dondoc("updates", "replay", "0", "--config", config).code == 2
    assert dondoc("updates", "replay", "1", "--all", "--config", config).code == 2
