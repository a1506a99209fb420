"""`dondoc units` and `dondoc groups`: tables in and out, and what is registered."""

from __future__ import annotations

import json

import pytest

from tests.tables import rows_in, thousand_units, xlsx

LIST = [
    ("Mã", "Tên gọi", "Nhóm", "Website", "Cấp"),
    ("BYB", "Báo Yên Bái", "Báo chí", "baoyenbai.com.vn", "tỉnh"),
    ("MCX", "Xã Mù Cang Chải", "Cấp xã", "", "xã"),
]
NAMED = ("--column", "name=Tên gọi")


@pytest.fixture
def config(write_config, database_url):
    return write_config(database_url)


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "units.xlsx"
    path.write_bytes(xlsx(LIST))
    return path


def test_a_table_is_shown_tried_and_taken(dondoc, config, table):
    told = dondoc("units", "import", table, "--config", config)
    assert told.code == 1
    assert "no column is taken for: Unit name" in told.err
    assert "  Tên gọi = attribute\n" in told.out

    told = dondoc("units", "import", table, *NAMED, "--dry-run", "--config", config)
    assert (told.code, told.err) == (0, "")
    for line in (
        "Read 2 units below the headings. Columns:", "  Tên gọi = name", "  Cấp = attribute",
        "row 2, BYB: new", "2 new, 0 changed, 0 unchanged, 2 new groups", "this was a dry run",
    ):  # fmt: skip
        assert line in told.out
    assert dondoc("units", "list", "--config", config).out == ""

    assert dondoc("units", "import", table, *NAMED, "--config", config).code == 0
    assert dondoc("units", "list", "--config", config).out == (
        "BYB\tBáo Yên Bái\t(nobody to reach)\nMCX\tXã Mù Cang Chải\t(nobody to reach)\n"
    )
    told = dondoc("units", "list", "mu cang", "--json", "--config", config)
    assert json.loads(told.out) == [{"code": "MCX", "name": "Xã Mù Cang Chải", "reachable": False}]
    shown = json.loads(dondoc("units", "show", "byb", "--json", "--config", config).out)
    assert (shown["groups"], shown["sites"]) == (["Báo chí"], ["baoyenbai.com.vn"])
    assert "attributes: Cấp = tỉnh" in dondoc("units", "show", "BYB", "--config", config).out
    assert "no unit with the code X" in dondoc("units", "show", "X", "--config", config).err


def test_thirty_faults_are_told_by_row_and_column(dondoc, config, tmp_path):
    rows, planted = thousand_units()
    path = tmp_path / "units.xlsx"
    path.write_bytes(xlsx(rows))
    told = dondoc("units", "import", path, "--json", "--config", config)
    assert told.code == 1
    found = json.loads(told.out)
    assert [(fault["row"], fault["column"]) for fault in found["faults"]] == planted
    assert not found["taken"]
    assert told.err.splitlines()[0].endswith(": 30 faults")
    told = dondoc("units", "import", path, "--dry-run", "--config", config)
    faulty = len({row for row, _ in planted})
    assert f"Read {1000 - faulty} units below the headings, {faulty} rows with" in told.out
    assert "  row 13, column Mã đơn vị: the cell is empty" in told.err.splitlines()
    assert dondoc("units", "list", "--config", config).out == ""


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_an_export_is_imported_without_a_change(dondoc, config, table, tmp_path, form):
    dondoc("units", "import", table, *NAMED, "--config", config)
    path = tmp_path / f"out.{form}"
    assert "2 units written" in dondoc("units", "export", path, "--config", config).out
    if form == "xlsx":
        assert rows_in(path.read_bytes())[0][-1] == "Cấp"
    told = dondoc("units", "import", path, "--config", config)
    assert "0 new, 0 changed, 2 unchanged, 0 new groups" in told.out
    assert "is there already" in dondoc("units", "export", path, "--config", config).err
    told = dondoc("units", "export", tmp_path / "out.pdf", "--config", config)
    assert "ends with .xlsx or .csv" in told.err


def test_groups_are_made_and_filled(dondoc, config, table):
    dondoc("units", "import", table, *NAMED, "--config", config)
    group = ("groups", "set", "TINH", "--config", config)
    assert "give --name to make it" in dondoc(*group, "--add", "BYB").err
    told = dondoc(
        *group, "--name", "Cấp tỉnh", "--condition", "cap = Tỉnh | TW", "--aliases", "Tỉnh"
    )
    assert (told.code, told.out) == (0, "TINH: Cấp tỉnh\n")
    assert (
        "TINH\tCấp tỉnh\t1 unit\t[cap = Tỉnh | TW]"
        in dondoc("groups", "list", "--config", config).out
    )
    assert dondoc(*group, "--add", "mcx").code == 0
    assert dondoc(*group, "--condition", "-").code == 0
    (made,) = [
        each
        for each in json.loads(dondoc("groups", "list", "--json", "--config", config).out)
        if each["code"] == "TINH"
    ]
    assert (made["units"], made["aliases"], made["condition"]) == (1, ["Tỉnh"], None)
    assert "no unit with the code: X" in dondoc(*group, "--remove", "X").err
    assert dondoc(*group, "--remove", "MCX").code == 0
    assert "name of another group" in dondoc(*group, "--name", "báo chí").err


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0", "read as .xlsx or .csv only"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0", "old or protected"),
        ("a.csv", b"code\xff", "not in UTF-8"),
        ("a.xlsx", b"PK\x03\x04", "cannot be read as a table"),
    ],
)
def test_a_file_that_is_no_table_is_one_sentence(dondoc, config, tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    told = dondoc("units", "import", tmp_path / name, "--config", config)
    assert (told.code, told.out) == (1, "")
    assert told.err.count("\n") == 1
    assert said in told.err


def test_a_column_that_is_not_there_is_named_with_those_that_are(dondoc, config, table):
    told = dondoc("units", "import", table, "--column", "name=Tên", "--config", config)
    assert "there is no column Tên; there are: Mã, Tên gọi" in told.err
    told = dondoc("units", "import", table, "--column", "title=Tên", "--config", config)
    assert told.code == 2
