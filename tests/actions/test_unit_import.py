"""A whole list of units on its way in and out: thirty faults in a thousand rows, and back again."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.actions import groups
from bot.actions.phones import hashing_key, phone_hash
from bot.actions.registry import Fate, Summary, import_units, preview_import
from bot.actions.unit_headings import Column, choose, guess_headings
from bot.actions.unit_table import Fault, Wrong, read_units
from bot.domain.states import ContactRole
from bot.storage import registry, units
from bot.storage.tables import Event, ExpectedContact, Unit, UnitName
from bot.tables import child, reading
from bot.tables.plain_table import Sheet, separated, workbook
from bot.tables.unit_rows import unit_rows
from bot.texts import texts
from tests.tables import FAULTY, thousand_units, xlsx


async def test_thirty_faults_among_a_thousand_units_are_found_and_no_others():
    rows, planted = thousand_units()
    assert len(planted) == 30
    table = read_units(await child.read_rows(xlsx(rows), name="units.xlsx"))
    assert [(fault.row, fault.heading) for fault in table.faults] == planted
    assert len(table.units) == 1000 - len(FAULTY)


def test_columns_are_guessed_and_corrected():
    rows = [("Ký hiệu", "Tên gọi", "Khối", "STT"), ("A", "Đơn vị A", "Báo chí", "1")]
    headings = guess_headings(rows)
    assert headings is not None
    assert headings.columns == (Column.CODE, Column.ATTRIBUTE, Column.GROUPS, Column.IGNORED)
    assert read_units(rows, headings).faults == (Fault(Wrong.NO_COLUMN, 1, Column.NAME),)
    headings, unknown = choose(
        headings, [(Column.NAME, "tên gọi"), (Column.ATTRIBUTE, "Khối"), (Column.NOTE, "Lạ")]
    )
    assert unknown == ["Lạ"]
    (unit,) = read_units(rows, headings).units
    assert (unit.name, unit.groups, unit.attributes) == ("Đơn vị A", None, (("Khối", "Báo chí"),))


FULL = [
    ("Mã", "Tên", "Nhóm", "SĐT", "Website", "Ghi chú", "Đầu mối", "Chức vụ", "Di động", "Vai trò",
     "Loại hình", "Cấp"),
    ("A", "Báo A", "Báo chí; Toàn tỉnh", "0216 1", "a.vn; b.vn/tin (01/01/2026-)", "=1+1\nhai",
     "Nguyễn An; Lê Bình", "Trưởng phòng; Giám đốc", "0912345678; 0987654321", "; lãnh đạo",
     "báo in", "tỉnh"),
    ("B", "+Đài B", "", "", "", "", "Trần Chi", "", "", "", "", "'huyện"),
]  # fmt: skip


async def take(rt, rows):
    table = read_units([tuple(row) for row in rows])
    assert table.faults == ()
    async with rt.read() as session:
        preview = await preview_import(session, table.units)
    async with rt.write() as session:
        plan = await import_units(session, table.units, now=rt.now())
    assert plan == preview
    return plan


async def test_every_column_is_kept(rt):
    table = read_units(FULL)
    assert table.without_phone == 1
    await take(rt, FULL)
    async with rt.read() as session:
        one, other = await session.scalars(select(Unit).order_by(Unit.code))
        expected = list(await session.scalars(select(ExpectedContact).order_by("id")))
        sites = await registry.sites(session)
    assert one.attributes == {"Loại hình": "báo in", "Cấp": "tỉnh"}
    assert (one.note, other.name, other.attributes) == ("=1+1\nhai", "+Đài B", {"Cấp": "'huyện"})
    assert [(site.host, site.path_prefix) for site in sites[one.id]] == [
        ("a.vn", ""),
        ("b.vn", "/tin"),
    ]
    async with rt.write() as session:
        key = await hashing_key(session, now=rt.now())
    assert {(each.phone_hash, each.name, each.title, each.role) for each in expected} == {
        (phone_hash(key, "84912345678"), "Nguyễn An", "Trưởng phòng", ContactRole.CONTACT),
        (phone_hash(key, "84987654321"), "Lê Bình", "Giám đốc", ContactRole.LEADER),
    }
    assert await take(rt, FULL) == await take(rt, FULL)
    assert (await take(rt, FULL)).summary == Summary(0, 0, 2, 0)


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("language", ["vi", "en"])
async def test_what_is_exported_is_imported_without_a_change(rt, form, language):
    await take(rt, FULL)

    async def exported() -> bytes:
        async with rt.read() as session:
            rows = await unit_rows(session, texts(language))
        return workbook([Sheet("T", rows)]) if form == "xlsx" else separated(rows)

    content = await exported()
    rows = reading.read_rows(content, name=f"units.{form}")
    plan = await take(rt, rows)
    assert [line.fate for line in plan.lines] == [Fate.UNCHANGED, Fate.UNCHANGED]
    # Into an empty registry it brings all of it, and comes out the same once more.
    async with rt.write() as session:
        for unit in await session.scalars(select(Unit)):
            unit.name, unit.phone, unit.note, unit.attributes = "?", "?", "?", {}
            await registry.replace_sites(session, {unit.id: []})
            stands = await registry.memberships(session, unit.id)
            await registry.leave(session, {(unit.id, group_id) for group_id in stands})
    plan = await take(rt, rows)
    assert {line.fate for line in plan.lines} == {Fate.CHANGED}
    assert reading.read_rows(await exported(), name=f"units.{form}") == rows


async def test_the_plan_says_what_changes_and_events_bear_no_names(rt):
    await take(rt, FULL)
    headings, one, other = (list(row) for row in FULL)
    one[1], one[3], one[8] = "Báo A mới", "0216 2", "0912345678; 0987654322"
    plan = await take(rt, [headings, one, other])
    assert [(line.row, line.fate, line.changed) for line in plan.lines] == [
        (2, Fate.CHANGED, (Column.NAME, Column.PHONE, Column.CONTACT_PHONE)),
        (3, Fate.UNCHANGED, ()),
    ]
    async with rt.read() as session:
        (former,) = await session.scalars(select(UnitName))
        events = list(await session.scalars(select(Event).order_by(Event.id)))
    assert former.name == "Báo A"
    assert [event.action for event in events] == [
        "units_imported", "unit_added", "unit_added", "units_imported", "unit_changed",
    ]  # fmt: skip
    assert "Báo" not in str([event.details for event in events])
    assert events[-1].details["columns"] == "name phone contact_phone"


async def test_units_follow_the_conditions_of_groups_when_they_are_imported(rt):
    headings = ("Mã", "Tên", "Nhóm", "Cấp")
    await take(rt, [headings, ("A", "Đơn vị A", "", "tỉnh"), ("B", "Đơn vị B", "Tỉnh", "xã")])
    async with rt.write() as session:
        (group,) = await units.groups(session)
        assert await groups.set_condition(session, group, "Cấp = tỉnh", now=rt.now()) == 2

    async def codes() -> set[str]:
        async with rt.read() as session:
            return {unit.code for unit in await registry.members(session, group.id)}

    assert await codes() == {"A", "B"}
    # B was put there by name and stays; A stands there as long as its own column says so.
    await take(rt, [headings, ("A", "Đơn vị A", "", "xã"), ("B", "Đơn vị B", "Tỉnh", "tỉnh")])
    assert await codes() == {"B"}
    # Taken out by name, B meets the condition; put in by name, A does not need it.
    plan = await take(
        rt, [headings, ("A", "Đơn vị A", "Tỉnh", "xã"), ("B", "Đơn vị B", "", "tỉnh")]
    )
    assert plan.summary == Summary(0, 2, 0, 0)
    assert await codes() == {"A", "B"}
    async with rt.write() as session:
        (group,) = await units.groups(session)
        assert await groups.set_condition(session, group, "-", now=rt.now()) == 1
    assert await codes() == {"A"}


def test_a_number_that_has_lost_its_zero_is_read_with_it():
    """As a spreadsheet keeps a phone that was typed into a cell of numbers."""
    numbers = (912345678, 2163852222, "0216 385 2222", 113, 19001234, "912 345 678")
    heads = ("Mã", "Tên", "Điện thoại", "Đầu mối", "Di động đầu mối")
    rows = [(f"U{at}", f"Đơn vị {at}", each, "An", 987654321) for at, each in enumerate(numbers)]
    table = read_units(reading.read_rows(xlsx([heads, *rows]), name="a.xlsx"))
    assert table.faults == ()
    assert [unit.phone for unit in table.units] == [
        "0912345678", "02163852222", "0216 385 2222", "113", "19001234", "912 345 678",
    ]  # fmt: skip
    assert {unit.contacts[0].phone for unit in table.units} == {"84987654321"}
    assert table.zeros == 2 + len(numbers)


def test_people_without_numbers_are_counted_and_not_kept():
    rows = [("Mã", "Tên", "Đầu mối"), ("A", "Đơn vị A", "Nguyễn An; Lê Bình")]
    table = read_units(rows)
    assert (table.without_phone, table.units[0].contacts) == (2, None)
