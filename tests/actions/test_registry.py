"""Taking units from a table: what is read, what is refused, what changes in the registry."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.actions.registry import Summary, import_units, preview_import
from bot.actions.unit_headings import Column
from bot.actions.unit_table import (
    Fault,
    ListedUnit,
    Wrong,
    read_units,
)
from bot.storage import units
from bot.storage.tables import Event, Unit
from tests import factories

HEADINGS = ("Mã", "Tên đơn vị", "Nhóm", "Điện thoại")


def faults_of(*rows: tuple[str | None, ...]) -> tuple[Fault, ...]:
    return read_units([HEADINGS, *rows]).faults


# --- reading ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headings",
    [
        ("Mã", "Tên", "Nhóm", "Điện thoại"),
        ("MÃ ĐƠN VỊ", "TÊN ĐƠN VỊ", "CÁC NHÓM", "SỐ ĐIỆN THOẠI"),
        ("Mã đv *", " Tên  cơ quan ", "Thuộc nhóm", "SĐT (di động)"),
        ("code", "name", "groups", "phone"),
        ("Unit code", "Unit name", "Group", "Phone number"),
        ("Ma\u0303", "Te\u0302n", "Nho\u0301m", "Đie\u0323\u0302n thoa\u0323i"),  # decomposed
    ],
)
def test_read_units_knows_the_usual_headings(headings):
    table = read_units([headings, ("BYB", "Báo Yên Bái", "Báo chí; Nội bộ|TW", "0216 385 2222")])
    assert table.units == (
        ListedUnit("BYB", "Báo Yên Bái", ("Báo chí", "Nội bộ", "TW"), "0216 385 2222"),
    )
    assert table.ignored == ()


def test_read_units_finds_the_headings_below_a_title():
    rows = [
        ("SỞ THÔNG TIN VÀ TRUYỀN THÔNG", "", ""),
        (),
        ("DANH SÁCH ĐƠN VỊ", "", ""),
        ("STT", "Tên đơn vị", "Mã đơn vị"),
        ("1", "Đơn vị A", "A"),
        ("", "", ""),
        ("2", "", "B"),
    ]
    assert read_units(rows).faults == (Fault(Wrong.EMPTY, 7, Column.NAME, "Tên đơn vị"),)
    table = read_units(rows[:-1])
    assert table.units == (ListedUnit("A", "Đơn vị A", None, None),)
    assert table.ignored == ("STT",)


def test_read_units_tidies_spaces_and_repeated_groups():
    table = read_units([HEADINGS, (" A\u00a0", "Đơn  vị\nA ", "Văn hoá; ;Văn hóa;", "")])
    assert table.units == (ListedUnit("A", "Đơn vị A", ("Văn hoá",), ""),)


def test_read_units_takes_short_rows():
    table = read_units([HEADINGS, ("A", "Đơn vị A")])
    assert table.units == (ListedUnit("A", "Đơn vị A", (), ""),)


def test_read_units_names_every_fault_at_once():
    assert faults_of(
        ("A", "Đơn vị A", "", ""),
        ("", "Đơn vị B", "", ""),
        ("a", "", "", ""),
        ("C" * 65, "T" * 301, "N" * 301, "0" * 65),
        (None, "Đơn vị D", "", None),
        ("E", "#REF!", "Nhóm; ---", "\x07"),
        ("***", "Đơn vị G", "", ""),
    ) == (
        Fault(Wrong.EMPTY, 3, Column.CODE, "Mã"),
        Fault(Wrong.REPEATED, 4, Column.CODE, "Mã", "2"),
        Fault(Wrong.EMPTY, 4, Column.NAME, "Tên đơn vị"),
        Fault(Wrong.TOO_LONG, 5, Column.CODE, "Mã", "64"),
        Fault(Wrong.TOO_LONG, 5, Column.NAME, "Tên đơn vị", "300"),
        Fault(Wrong.TOO_LONG, 5, Column.PHONE, "Điện thoại", "64"),
        Fault(Wrong.TOO_LONG, 5, Column.GROUPS, "Nhóm", "300"),
        Fault(Wrong.NOT_TEXT, 6, Column.CODE, "Mã"),
        Fault(Wrong.NOT_TEXT, 6, Column.PHONE, "Điện thoại"),
        Fault(Wrong.FORMULA_ERROR, 7, Column.NAME, "Tên đơn vị", "#REF!"),
        Fault(Wrong.UNREADABLE, 7, Column.PHONE, "Điện thoại"),
        Fault(Wrong.NO_WORD, 7, Column.GROUPS, "Nhóm", "---"),
        Fault(Wrong.NO_WORD, 8, Column.CODE, "Mã", "***"),
    )


def test_read_units_wants_headings_and_units():
    assert read_units([("A", "Đơn vị A")]).faults == (Fault(Wrong.NO_HEADINGS),)
    assert read_units([(), ("",)]).faults == (Fault(Wrong.NO_HEADINGS),)
    assert read_units([("Mã", "Sao"), ("A", "Đơn vị A")]).faults == (
        Fault(Wrong.NO_COLUMN, 1, Column.NAME),
    )
    assert faults_of() == (Fault(Wrong.NO_UNITS),)
    two = read_units([("Mã", "Tên", "Mã đơn vị"), ("A", "B", "C")])
    assert two.faults == (Fault(Wrong.TWO_COLUMNS, 1, Column.CODE, "Mã đơn vị"),)


CELLS = st.none() | st.text(max_size=8) | st.sampled_from(HEADINGS)


@given(st.lists(st.lists(CELLS, max_size=5).map(tuple), max_size=8))
def test_read_units_reads_or_refuses_whatever_comes(rows):
    table = read_units(rows)
    assert table.faults or table.units
    assert all(unit.code and unit.name for unit in table.units)


# --- importing -------------------------------------------------------------------------------


def listed(
    code: str, name: str, *groups: str, phone: str | None = "", told_groups: bool = True
) -> ListedUnit:
    return ListedUnit(code, name, groups if told_groups else None, phone)


async def take(rt, *given: ListedUnit) -> Summary:
    """Import, after the preview has said the same."""
    async with rt.read() as session:
        preview = await preview_import(session, given)
    async with rt.write() as session:
        plan = await import_units(session, given, now=rt.now())
    assert preview == plan
    return plan.summary


async def registered(rt) -> dict[str, tuple[str, str, set[str]]]:
    """Every unit's name, phone and groups, by code."""
    async with rt.read() as session:
        names = {group.id: group.name for group in await units.groups(session)}
        groups = await factories.group_ids_of_units(session)
        return {
            unit.code: (unit.name, unit.phone, {names[each] for each in groups.get(unit.id, ())})
            for unit in await units.all_units(session)
        }


async def test_import_units_adds_changes_and_leaves(rt):
    summary = await take(
        rt,
        listed("A", "Đơn vị A", "Báo chí", phone="1"),
        listed("B", "Đơn vị B", "Báo chí", "Huyện"),
        listed("C", "Đơn vị C"),
        listed("D", "Đơn vị D"),
    )
    assert summary == Summary(new=4, changed=0, unchanged=0, new_groups=2)
    summary = await take(
        rt,
        listed("A", "Đơn vị A", "Báo chí", phone="1"),
        listed("b", "Đơn vị B", "Huyện", "Tỉnh"),
        listed("C", "Tên mới", phone="3"),
        listed("E", "Đơn vị E", "Tỉnh"),
    )
    assert summary == Summary(new=1, changed=2, unchanged=1, new_groups=1)
    assert await registered(rt) == {
        "A": ("Đơn vị A", "1", {"Báo chí"}),
        "B": ("Đơn vị B", "", {"Huyện", "Tỉnh"}),
        "C": ("Tên mới", "3", set()),
        "D": ("Đơn vị D", "", set()),
        "E": ("Đơn vị E", "", {"Tỉnh"}),
    }


async def test_import_units_twice_changes_nothing(rt):
    given = [listed(f"U{number}", f"Đơn vị {number}", "Một", "Hai") for number in range(5)]
    assert await take(rt, *given) == Summary(5, 0, 0, 2)
    assert await take(rt, *given) == Summary(0, 0, 5, 0)


async def test_import_units_leaves_columns_the_table_has_not(rt):
    await take(rt, listed("A", "Đơn vị A", "Báo chí", phone="1"))
    summary = await take(rt, listed("A", "Đơn vị A", told_groups=False, phone=None))
    assert summary == Summary(0, 0, 1, 0)
    summary = await take(rt, listed("A", "Tên mới", told_groups=False, phone=None))
    assert summary == Summary(0, 1, 0, 0)
    assert await registered(rt) == {"A": ("Tên mới", "1", {"Báo chí"})}


async def test_import_units_knows_groups_by_folded_name_alias_and_code(rt):
    async with rt.write() as session:
        for position, (code, name) in enumerate([("PVHTT", "Phòng Văn hóa"), ("BC", "Báo chí")]):
            await units.ensure_group(
                session, code, name=name, aliases=[f"Các {name}"], position=position
            )
    summary = await take(
        rt,
        listed("A", "Đơn vị A", "phòng văn hoá"),
        listed("B", "Đơn vị B", "các báo chí", "pvhtt"),
    )
    assert summary == Summary(2, 0, 0, 0)
    found = await registered(rt)
    assert found["A"][2] == {"Phòng Văn hóa"}
    assert found["B"][2] == {"Phòng Văn hóa", "Báo chí"}


async def test_import_units_makes_groups_in_the_tables_order_with_codes_of_their_own(rt):
    async with rt.write() as session:
        await units.ensure_group(session, "BAO-CHI", name="Cũ", aliases=[], position=4)
    long_name = " ".join(["Trung tâm Truyền thông và Văn hóa"] * 5)
    await take(
        rt,
        listed("A", "Đơn vị A", f"{long_name} một", f"{long_name} hai"),
        listed("B", "Đơn vị B", "Báo, chí!", "Đài"),
    )
    async with rt.read() as session:
        groups = [(group.code, group.position) for group in await units.groups(session)]
    codes = [code for code, _ in groups]
    # "Báo, chí!" folds to the code of the group that is called otherwise now.
    assert codes[0] == "BAO-CHI"
    assert codes[3:] == ["DAI"]
    assert codes[2] == f"{codes[1]}-2"
    assert all(len(code) <= 64 for code in codes)
    assert [position for _, position in groups] == [4, 5, 6, 7]
    assert (await registered(rt))["B"][2] == {"Cũ", "Đài"}


async def test_import_units_brings_a_retired_unit_back(rt):
    await take(rt, listed("A", "Đơn vị A"))
    async with rt.write() as session:
        (unit,) = await units.all_units(session)
        unit.retired_at = rt.now()
    assert await take(rt, listed("A", "Đơn vị A")) == Summary(0, 1, 0, 0)
    async with rt.read() as session:
        (unit,) = await units.all_units(session)
    assert unit.retired_at is None


async def test_import_units_writes_one_event_without_names(rt):
    await take(rt, listed("A", "Đơn vị A", "Báo chí"))
    async with rt.read() as session:
        (event,) = await session.scalars(select(Event).where(Event.action == "units_imported"))
    assert event.details == {"new": 1, "changed": 0, "new_groups": 1}


async def test_import_units_is_all_or_nothing(rt):
    numbers = count()

    def failing(name: str) -> str:
        if next(numbers) > 20:
            raise OSError("the disk is full")
        return name

    given = [listed(f"U{number}", f"Đơn vị {number}", "Một") for number in range(3)]
    broken = listed("A" * 10, "Đơn vị", "Hai")
    object.__setattr__(broken, "name", None)  # the database refuses it, after the others
    with pytest.raises(Exception, match=r"(?i)null"):
        await take(rt, *given, broken)
    assert failing("x") == "x"
    async with rt.read() as session:
        assert (await session.scalars(select(Unit))).all() == []
        assert await units.groups(session) == []
