"""`dondoc db`: nothing is lost, whatever is asked of it."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import system_clock
from bot.storage import kept, schema
from bot.storage.engine import Database
from tests.cli.conftest import as_if_newer, as_if_older, in_sqlite, sqlite_url

NEXT_MIGRATION = '''
"""One more column."""
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"
branch_labels = depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("units") as units:
        units.add_column(sa.Column("colour", sa.String(20), nullable=True))
'''


@pytest.fixture
def file(sqlite_template: Path, tmp_path: Path) -> Path:
    """A database with one unit in it."""
    path = tmp_path / "dondoc.db"
    shutil.copyfile(sqlite_template, path)
    add_unit(path, "A")
    return path


@pytest.fixture
def config(write_config, file: Path) -> Path:
    """Settings that name that database."""
    return write_config(sqlite_url(file))


def add_unit(path: Path, code: str) -> None:
    in_sqlite(
        path,
        "INSERT INTO units (code, name, phone, note, created_at)"
        f" VALUES ('{code}', 'Đơn vị {code}', '', '', '2026-01-01')",
    )


def codes(path: Path) -> list[str]:
    return [str(code) for (code,) in in_sqlite(path, "SELECT code FROM units ORDER BY code")]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def next_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on the program has one more migration."""
    migrations = tmp_path / "migrations"
    shutil.copytree(schema._MIGRATIONS, migrations)
    versions = migrations / "versions"
    head = max(path.stem[:4] for path in versions.glob("0*.py"))
    (versions / "9999_more.py").write_text(NEXT_MIGRATION.format(head=head))
    monkeypatch.setattr(schema, "_MIGRATIONS", migrations)


def test_upgrade_makes_a_database(dondoc, write_config, empty_database_url):
    told = dondoc("db", "upgrade", "--config", write_config(empty_database_url))
    assert (told.code, told.err) == (0, "")
    assert asyncio.run(schema.check(empty_database_url)) == schema.Schema.CURRENT
    again = dondoc("db", "upgrade", "--config", write_config(empty_database_url))
    assert (again.code, again.out) == (0, "The database has this version's schema already.\n")


def test_upgrade_makes_the_directory(dondoc, write_config, tmp_path):
    assert dondoc("db", "upgrade", "--config", write_config()).code == 0
    assert (tmp_path / "data" / "dondoc.db").exists()


@pytest.mark.usefixtures("next_program")
def test_upgrade_copies_the_file_first(dondoc, config, file):
    told = dondoc("db", "upgrade", "--config", config)
    assert (told.code, told.err) == (0, "")
    (copy,) = file.parent.glob("dondoc-*.db")
    assert f"kept in {copy}\n" in told.out
    assert mode(copy) == 0o600
    assert codes(copy) == ["A"]
    assert "colour" not in str(in_sqlite(copy, "PRAGMA table_info(units)"))
    assert codes(file) == ["A"]
    assert "colour" in str(in_sqlite(file, "PRAGMA table_info(units)"))


def test_upgrade_that_fails_names_the_copy(dondoc, config, file):
    as_if_older(file)  # its tables are there already: no migration can be applied
    told = dondoc("db", "upgrade", "--config", config)
    (copy,) = file.parent.glob("dondoc-*.db")
    assert (told.code, told.err.count("\n")) == (1, 1)
    assert "the upgrade failed" in told.err
    assert str(copy) in told.err
    assert codes(copy) == codes(file) == ["A"]


def test_upgrade_refuses_a_newer_database(dondoc, config, file):
    as_if_newer(file)
    told = dondoc("db", "upgrade", "--config", config)
    assert (told.code, told.out) == (1, "")
    assert "newer version" in told.err
    assert not list(file.parent.glob("dondoc-*.db"))


def test_backup_is_complete_while_the_database_is_in_use(dondoc, config, file, tmp_path):
    target = tmp_path / "copy.db"
    writer = sqlite3.connect(file)
    try:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("UPDATE units SET name = 'in the log only'")
        writer.commit()
        told = dondoc("db", "backup", target, "--config", config)
    finally:
        writer.close()
    assert (told.code, told.out) == (0, f"The backup is {target}\n")
    assert in_sqlite(target, "SELECT name FROM units") == [("in the log only",)]
    assert mode(target) == 0o600


def test_backup_without_a_name_is_beside_the_database(dondoc, config, file):
    told = dondoc("db", "backup", "--config", config)
    (copy,) = file.parent.glob("dondoc-*.db")
    assert told.out == f"The backup is {copy}\n"
    assert codes(copy) == ["A"]


def test_backup_overwrites_nothing(dondoc, config, file, tmp_path):
    target = tmp_path / "thesis.odt"
    target.write_text("precious")
    for name in (target, file):
        told = dondoc("db", "backup", name, "--config", config)
        assert (told.code, told.err.count("\n")) == (1, 1)
        assert "is there already" in told.err
    assert target.read_text() == "precious"
    assert codes(file) == ["A"]
    told = dondoc("db", "backup", tmp_path / "nowhere" / "x.db", "--config", config)
    assert (told.code, "is no directory" in told.err) == (1, True)


def test_backup_without_a_database(dondoc, write_config, tmp_path):
    told = dondoc("db", "backup", "--config", write_config())
    assert (told.code, "there is no database yet" in told.err) == (1, True)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("command", "tool"),
    [
        ("backup x.db", "pg_dump --format=custom --file=dondoc.dump --dbname=DATABASE"),
        ("restore x.db --yes", "pg_restore --clean --if-exists --dbname=DATABASE dondoc.dump"),
    ],
)
def test_postgresql_has_its_own_tools(dondoc, write_config, command, tool):
    config = write_config("postgresql://office@127.0.0.1:9/dondoc")
    told = dondoc("db", *command.split(), "--config", config)
    assert (told.code, told.err.count("\n")) == (1, 1)
    assert tool in told.err


def test_restore_brings_the_backup_back_and_keeps_the_rest(dondoc, config, file):
    dondoc("db", "backup", "--config", config)
    (copy,) = file.parent.glob("dondoc-*.db")
    add_unit(file, "B")
    told = dondoc("db", "restore", copy, "--yes", "--config", config)
    assert (told.code, told.err) == (0, "")
    assert codes(file) == ["A"]
    assert mode(file) == 0o600
    (aside,) = file.parent.glob("dondoc-replaced-*.db")
    assert f"kept in {aside}\n" in told.out
    assert codes(aside) == ["A", "B"]
    assert codes(copy) == ["A"]
    left = {path.name for path in file.parent.iterdir()}
    assert left == {"config.toml", file.name, copy.name, aside.name}


def test_restore_where_no_database_is(dondoc, write_config, file, tmp_path):
    told = dondoc("db", "restore", file, "--yes", "--config", write_config())
    assert (told.code, told.err) == (0, "")
    assert codes(tmp_path / "data" / "dondoc.db") == ["A"]


def test_restore_asks_first(dondoc, config, file, tmp_path):
    backup = tmp_path / "backup.db"
    shutil.copyfile(file, backup)
    add_unit(file, "B")
    told = dondoc("db", "restore", backup, "--config", config)
    assert (told.code, told.out) == (2, "")
    assert "--yes" in told.err
    assert codes(file) == ["A", "B"]


@pytest.mark.parametrize("what", ["text", "empty", "other", "newer", "cut", "missing", "itself"])
def test_restore_refuses_what_is_no_backup(dondoc, config, file, tmp_path, what):
    source = tmp_path / "source.db"
    if what == "text":
        source.write_text("not a database at all, only a text " * 40)
    elif what == "empty":
        source.touch()
    elif what == "other":
        in_sqlite(source, "CREATE TABLE recipes (id INTEGER)")
    elif what == "newer":
        shutil.copyfile(file, source)
        as_if_newer(source)
    elif what == "cut":
        source.write_bytes(file.read_bytes()[:40_000])
    elif what == "itself":
        source = file
    before = file.read_bytes()
    told = dondoc("db", "restore", source, "--yes", "--config", config)
    assert (told.code, told.out) == (1, "")
    assert told.err.count("\n") == 1
    assert str(source) in told.err
    assert file.read_bytes() == before
    left = {path.name for path in tmp_path.iterdir()} - {"source.db"}
    assert left == {"config.toml", file.name}


def test_restore_of_an_older_backup_names_the_upgrade(dondoc, config, file, tmp_path):
    backup = tmp_path / "backup.db"
    shutil.copyfile(file, backup)
    as_if_older(backup)
    told = dondoc("db", "restore", backup, "--yes", "--config", config)
    assert told.code == 0
    assert "run `dondoc db upgrade`" in told.out


def test_restore_replaces_a_damaged_database(dondoc, config, file, tmp_path):
    backup = tmp_path / "backup.db"
    shutil.copyfile(file, backup)
    damaged = b"\0" * 10_000
    file.write_bytes(damaged)
    told = dondoc("db", "restore", backup, "--yes", "--config", config)
    assert (told.code, told.err) == (0, "")
    assert codes(file) == ["A"]
    (aside,) = file.parent.glob("dondoc-replaced-*.db")
    assert aside.read_bytes() == damaged


def test_restore_refuses_while_an_instance_is_at_work(dondoc, config, file, tmp_path):
    backup = tmp_path / "backup.db"
    shutil.copyfile(file, backup)

    async def lease(now: datetime) -> None:
        database = Database(sqlite_url(file))
        async with database.write() as session:
            assert await kept.take_lease(session, "somebody", now=now) is not None
        await database.close()

    asyncio.run(lease(system_clock()))
    told = dondoc("db", "restore", backup, "--yes", "--config", config)
    assert (told.code, told.out) == (1, "")
    assert "an instance of dondoc is running" in told.err

    in_sqlite(file, "UPDATE leases SET expires_at = '2026-01-01 00:00:00.000000'")
    assert dondoc("db", "restore", backup, "--yes", "--config", config).code == 0
    assert system_clock() > datetime(2026, 1, 2, tzinfo=UTC), "the lease above has ended"


def test_restore_refuses_while_an_instance_stands_by(dondoc, config, file, tmp_path):
    backup = tmp_path / "backup.db"
    shutil.copyfile(file, backup)
    standby = sqlite3.connect(file)
    try:
        standby.execute("PRAGMA journal_mode=WAL")
        standby.execute("SELECT count(*) FROM units").fetchall()
        told = dondoc("db", "restore", backup, "--yes", "--config", config)
    finally:
        standby.close()
    assert (told.code, told.out) == (1, "")
    assert "another program has the database open" in told.err
    assert codes(file) == ["A"]
