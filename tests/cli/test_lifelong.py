"""`dondoc units rename|retire|merge|split|changes|drop` and `dondoc person export|erase`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.states import StaffRole
from bot.storage import people
from bot.storage.engine import Database
from bot.storage.tables import Acknowledgement, Assignment, Person, Unit, UnitChange
from tests import factories
from tests.cli.conftest import Told

NAME = "Nguyễn Văn An"


@pytest.fixture
def office(database_url: str, write_config: Callable[..., Path]) -> Office:
    """An office with two units, a contact of the first who has confirmed a directive, and staff."""
    return Office(database_url, write_config(database_url))


class Office:
    def __init__(self, url: str, config: Path) -> None:
        self.url, self.config = url, config
        asyncio.run(self._furnish())

    async def _furnish(self) -> None:
        database = Database(self.url)
        async with database.write() as session:
            one = await factories.create_unit(session, name="Phòng cũ")
            two = await factories.create_unit(session, name="Phòng mới")
            an = await factories.create_contact(session, one, name=NAME, telegram_id=700_123)
            await factories.create_contact(session, two, name="Trần Thị Bình")
            await factories.create_staff(session, StaffRole.ADMIN, name="Lê Thị Mai")
            issued = await factories.create_directive(session, [one], tasks=2)
            session.add(
                Acknowledgement(
                    addressee_id=issued.addressees[0].id,
                    version=1,
                    person_id=an.person.id,
                    chat_id=an.chat.id,
                    door="card",
                    at=factories.NOON,
                )
            )
            self.codes = (one.code, two.code)
        await database.close()

    def rows(self, table: Any) -> list[Any]:
        async def read() -> list[Any]:
            database = Database(self.url)
            async with database.read() as session:
                found = list(await session.scalars(select(table).order_by(table.id)))
            await database.close()
            return found

        return asyncio.run(read())

    def name_everybody(self, name: str) -> None:
        async def write() -> None:
            database = Database(self.url)
            async with database.write() as session:
                for person in await session.scalars(select(Person)):
                    await people.set_name(session, person.id, name=name)
            await database.close()

        asyncio.run(write())


Run = Callable[..., Told]


def test_a_merger_is_shown_then_done(dondoc: Run, office: Office):
    old, new = office.codes
    told = dondoc("units", "merge", old.lower(), new, "--dry-run", "--config", office.config)
    assert told.code == 0
    assert "Phòng cũ would be merged into Phòng mới." in told.out
    assert "1 contact, 0 Telegram groups and 2 open assignments" in told.out
    assert office.rows(UnitChange) == []
    told = dondoc("units", "merge", old, new, "--config", office.config)
    assert "Open assignments that passed on: 2;" in told.out
    assert [unit.retired_at is not None for unit in office.rows(Unit)] == [True, False]


def test_a_change_on_a_day_is_listed_and_taken_back(dondoc: Run, office: Office):
    code, _ = office.codes
    config = ("--config", office.config)
    told = dondoc("units", "rename", code, "Sở Văn hóa", "--on", "2099-07-01", *config)
    (change,) = office.rows(UnitChange)
    assert f"Planned as change {change.id}" in told.out
    told = dondoc("units", "changes", *config)
    assert told.out == f"{change.id}  2099-07-01  rename  {code}  Sở Văn hóa\n"
    assert "will not come" in dondoc("units", "drop", change.id, *config).out
    assert dondoc("units", "changes", *config).out == "No change of units is planned.\n"
    told = dondoc("units", "drop", change.id, *config)
    assert told.code == 1
    assert told.err.count("\n") == 1
    told = dondoc("units", "drop", change.id + 1, *config)
    sentence = f"no change has the number {change.id + 1}; see `dondoc units changes`"
    assert (told.code, told.err) == (1, f"dondoc: {sentence}\n")


@pytest.mark.parametrize(("option", "open_left"), [((), 0), (("--finish-work",), 2)])
def test_open_work_of_a_retired_unit_ends_unless_said_otherwise(
    dondoc: Run, office: Office, option: tuple[str, ...], open_left: int
):
    dondoc("units", "retire", office.codes[0], *option, "--config", office.config)
    states = [assignment.state for assignment in office.rows(Assignment)]
    assert states.count("open") == open_left


@pytest.mark.parametrize(
    "arguments",
    [
        ("merge", "U-none", "x"),
        ("merge", "{0}", "{0}"),
        ("split", "{0}", "{1}"),
        ("rename", "{0}", "7"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(
    dondoc: Run, office: Office, arguments: tuple[str, ...]
):
    told = dondoc(
        "units", *(each.format(*office.codes) for each in arguments), "--config", office.config
    )
    assert told.code == 1
    assert told.err.startswith("dondoc: ")
    assert told.err.count("\n") == 1
    assert office.rows(UnitChange) == []


def test_export_prints_everything_as_json(dondoc: Run, office: Office):
    told = dondoc("person", "export", "nguyen van an", "--config", office.config)
    found = json.loads(told.out)
    assert found["person"]["name"] == NAME
    assert found["person"]["telegram_id"] == 700_123
    assert [row["role"] for row in found["contacts"]] == ["contact"]
    assert found["acknowledgements"][0]["directive"]["unit"] == "Phòng cũ"


def test_erasing_asks_twice_of_who_is_still_needed_and_is_for_good(dondoc: Run, office: Office):
    config = ("--config", office.config)
    told = dondoc("person", "erase", "700123", "--yes", *config)
    assert told.code == 1
    assert "is the only contact of Phòng cũ" in told.err
    told = dondoc("person", "erase", "Lê Thị Mai", "--yes", *config)
    assert "one of the office's staff" in told.err
    told = dondoc("person", "erase", "700123", "--force", *config)
    assert told.code == 1
    assert "--yes" in told.err
    assert {person.erased_at for person in office.rows(Person)} == {None}
    assert dondoc("person", "erase", "700123", "--force", "--yes", *config).code == 0
    assert NAME not in [person.name for person in office.rows(Person)]
    assert len(office.rows(Acknowledgement)) == 1
    for whom in ("700123", NAME):
        assert "nobody here" in dondoc("person", "erase", whom, "--yes", *config).err


def test_a_name_that_several_bear_is_asked_about(dondoc: Run, office: Office):
    office.name_everybody(NAME)
    told = dondoc("person", "export", NAME, "--config", office.config)
    assert told.code == 1
    assert "700123" in told.err
