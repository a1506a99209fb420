"""What can be typed, and what wrong usage is answered with."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = (
    "sqlalchemy",
    "telegram",
    "aiohttp",
    "pydantic",
    "holidays",
    "openpyxl",
    "alembic",
    "babel",
)


def test_help_imports_nothing_heavy():
    program = (
        "import sys; from bot.cli import main; code = main(['--help']);"
        f"print(code, [name for name in {HEAVY!r} if name in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert told.stdout.splitlines()[-1] == "0 []"
    assert "Exit codes" in told.stdout


@pytest.mark.parametrize(
    "command",
    [
        "demo",
        "run",
        "check",
        "db",
        "db upgrade",
        "db backup",
        "db restore",
        "letter read",
        "staff add",
        "units list",
        "units show",
        "units import",
        "units export",
        "groups list",
        "groups set",
        "invite",
    ],
)
def test_help_explains_each_command(dondoc, command):
    told = dondoc(*command.split(), "--help")
    assert told.code == 0
    assert told.out.startswith(f"usage: dondoc {command}")
    assert told.err == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "COMMAND"),
        (("db",), "ACTION"),
        (("dance",), "dance"),
        (("demo", "--port", "70000"), "'70000' is no port"),
        (("demo", "--port", "-1"), "'-1' is no port"),
        (("invite", "add"), "UNIT_CODE"),
        (("invite", "add", "A", "--uses", "0"), "from 1 to 1000"),
        (("invite", "add", "A", "--leader", "--group"), "not allowed with"),
        (("staff", "add", "--role", "king"), "king"),
    ],
)
def test_wrong_usage_is_code_two(dondoc, arguments, said):
    told = dondoc(*arguments)
    assert told.code == 2
    assert said in told.err
    assert told.out == ""


def test_a_reader_who_leaves_is_no_fault():
    """`dondoc letter read … | head -1`: neither a traceback nor a complaint."""
    reader = subprocess.run(
        f"{sys.executable} -c 'import sys; from bot.cli import main; sys.exit(main())'"
        " letter read tests/fixtures/letter-seed.txt | true",
        shell=True,
        capture_output=True,
        text=True,
        check=True,
    )
    assert reader.stderr == ""
