"""The registry for staff who are limited to groups: nothing but what is theirs, seen or changed."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass

import openpyxl
import pytest_asyncio

from bot.callbacks import Callback, Press
from bot.domain.states import StaffRole
from bot.storage import people, registry, staff
from bot.storage.tables import Event, Group, TableImport, Unit
from bot.texts import texts
from tests import factories
from tests.handlers.conftest import Office, Phone
from tests.tables import xlsx

say = texts("vi")
PAPER, RADIO = "Báo Yên Bái", "Đài Phát thanh tỉnh"
PAPERS, RADIOS, ALL = "Nhóm báo", "Nhóm đài", "Toàn tỉnh"


@dataclass
class Registered:
    """A unit that is theirs and stands in another group too, and one that is not."""

    office: Office
    mai: Phone  # an administrator, limited to the papers
    paper: Unit
    radio: Unit
    papers: Group
    everybody: Group

    async def refused(self, press: Press, *ids: int) -> str:
        popup = await self.mai.presses_data(Callback(press, ids))
        assert popup.alert
        return popup.text


@pytest_asyncio.fixture(loop_scope="session")
async def registered(office: Office) -> AsyncIterator[Registered]:
    mai = await office.staff(StaffRole.ADMIN)
    await office.staff(StaffRole.ADMIN, name="Lê Thị Bình")
    async with office.rt.write() as session:
        papers, radios, everybody = [
            await factories.create_group(session, name=name) for name in (PAPERS, RADIOS, ALL)
        ]
        paper = await factories.create_unit(session, name=PAPER, groups=[papers, everybody])
        radio = await factories.create_unit(session, name=RADIO, groups=[radios, everybody])
        person = await people.person_by_telegram_id(session, mai.user_id)
        assert person is not None
        number = await people.ensure_staff(
            session, person_id=person.id, role=StaffRole.ADMIN, now=factories.NOON
        )
        await staff.set_limits(session, number, [papers.id])
    yield Registered(office, mai, paper, radio, papers, everybody)


async def test_only_their_units_and_groups_are_listed_and_found(registered: Registered):
    mai, radio = registered.mai, registered.radio
    (everything,) = await mai.says("/donvi")
    assert "Đơn vị trong sổ: 1" in everything
    assert PAPER in everything
    assert RADIO not in everything
    assert RADIO not in (await mai.says("/donvi phat thanh"))[0]
    await mai.says("/donvi")
    assert say("button.unit_add") not in mai.buttons()
    await mai.presses(PAPER)
    page = mai.texts()[-1]
    assert PAPERS in page
    assert ALL not in page
    assert say("button.unit_groups") not in mai.buttons()
    await mai.presses(say("button.units_page"))
    await mai.presses(say("button.groups_page"))
    buttons = mai.buttons()
    assert f"{PAPERS} (1)" in buttons
    assert not any(other in button for button in buttons for other in (RADIOS, ALL))
    assert say("button.group_add") not in buttons
    await mai.presses(PAPERS)
    assert PAPER in mai.texts()[-1]
    assert say("button.group_members") not in mai.buttons()
    outside = say("refused.out_of_scope")
    assert await registered.refused(Press.UNIT, radio.id) == outside
    assert await registered.refused(Press.GROUP, registered.everybody.id, 1) == outside


async def test_their_file_holds_their_units_and_no_groups_that_it_would_take_away(
    registered: Registered,
):
    mai = registered.mai
    await mai.says("/donvi")
    await mai.presses(say("button.units_export"))
    document = mai.messages()[-1]["document"]
    content = registered.office.sandbox.file(document["file_id"]).content
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].values)
    assert [row[1] for row in rows] == [say("table.column_name"), PAPER]
    assert say("table.column_groups") not in rows[0]


async def test_they_change_what_is_kept_of_their_units_and_no_more(registered: Registered):
    mai, office = registered.mai, registered.office
    paper, radio = registered.paper, registered.radio
    assert await registered.refused(Press.UNIT_EDIT, radio.id, 1) == say("refused.out_of_scope")
    for press, ids in (
        (Press.UNIT_ADD, ()),
        (Press.GROUP_ADD, ()),
        (Press.GROUP_EDIT, (registered.papers.id, 3)),
        (Press.UNIT_GROUPS, (paper.id, 1)),
        (Press.UNIT_GROUP, (paper.id, registered.papers.id, 1)),
    ):
        assert await registered.refused(press, *ids) == say("refused.not_yours")
    await mai.sends_file(xlsx([("Mã", "Tên"), ("X", "Đơn vị X")]), name="x.xlsx")
    assert mai.texts()[-1] == say("refused.out_of_scope")
    assert await office.rows(TableImport) == []

    await mai.says("/donvi")
    await mai.presses(PAPER)
    await mai.presses(say("button.unit_phone"))
    await mai.says("0216 385 2222")
    assert (await office.row(Unit, id=paper.id)).phone == "0216 385 2222"
    event = await office.row(Event, action="unit_changed")
    assert (event.unit_id, event.role, event.person_id is None) == (paper.id, "admin", False)
    (record,) = await mai.says(f"/nhatky {paper.code}")
    assert "Trần Thị Mai" in record


async def test_a_unit_that_left_their_groups_in_the_middle_of_a_question_is_theirs_no_more(
    registered: Registered,
):
    mai, office, paper = registered.mai, registered.office, registered.paper
    await mai.says("/donvi")
    await mai.presses(PAPER)
    await mai.presses(say("button.unit_name"))
    async with office.rt.write() as session:
        await registry.leave(session, {(paper.id, registered.papers.id)})
    assert await mai.says("Báo Khác") == [say("refused.out_of_scope")]
    assert (await office.row(Unit, id=paper.id)).name == PAPER


async def test_a_page_that_was_asked_for_shows_what_is_theirs_when_it_is_written(
    registered: Registered,
):
    mai, office = registered.mai, registered.office
    office.sandbox.say(mai.user_id, "/donvi")
    await office.handles()
    async with office.rt.write() as session:
        await registry.leave(session, {(registered.paper.id, registered.papers.id)})
    shown = mai.last_id()
    await office.works()
    (page,) = mai.texts(after=shown)
    assert PAPER not in page
