"""`dondoc db`: upgrade, backup, restore. On PostgreSQL its own tools make and restore copies."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.clock import system_clock
from bot.commands.console import Fault, say
from bot.commands.opening import (
    NEWER,
    database_errors,
    database_faults,
    reason,
    settings,
    sqlite_file,
    standing,
)
from bot.config import Config
from bot.storage import kept, schema
from bot.storage.engine import Database
from bot.storage.schema import Schema


def upgrade(path: Path) -> int:
    """Bring the database to this program's schema."""
    config = settings(path)
    match asyncio.run(standing(config)):
        case Schema.CURRENT:
            say("The database has this version's schema already.")
            return 0
        case Schema.NEWER:
            raise Fault(NEWER)
        case Schema.OLDER:
            with database_faults(config):
                copy = schema.copy_sqlite_file(config.database.url, now=system_clock())
            if copy:
                say(f"The database as it was is kept in {copy}")
        case Schema.EMPTY:
            copy = None
    faults: tuple[type[Exception], ...] = (schema.BrokenReferences, *database_errors())
    try:
        asyncio.run(_upgrade(config))
    except faults as error:
        kept_in = f"; the database as it was is in {copy}" if copy else ""
        raise Fault(f"the upgrade failed: {reason(error)}{kept_in}") from None
    say("The database now has this version's schema.")
    return 0


async def _upgrade(config: Config) -> None:
    await Database(config.database.url).close()  # makes the file's directory
    await schema.upgrade(config.database.url)


def backup(path: Path, *, target: Path | None) -> int:
    """Copy the SQLite database to `target`, or beside it under a name with the time."""
    config = settings(path)
    file = _sqlite_only(config, "pg_dump --format=custom --file=dondoc.dump --dbname=DATABASE")
    if not file.exists():
        raise Fault(f"there is no database yet at {file}")
    if target is not None and target.exists():
        raise Fault(f"{target} is there already; name a file that is not")
    if target is not None and not target.parent.is_dir():
        raise Fault(f"{target.parent} is no directory; make it, or name another place")
    if target is None:
        target = file.with_name(f"{file.stem}-{system_clock():%Y%m%d-%H%M%S}{file.suffix}")
    with database_faults(config):
        try:
            schema.backup_sqlite(file, target)
        finally:
            Path(f"{target}.part").unlink(missing_ok=True)
    say(f"The backup is {target}")
    return 0


def restore(path: Path, *, source: Path, confirmed: bool) -> int:
    """Put the backup `source` in the database's place; the replaced one is kept beside it."""
    config = settings(path)
    target = _sqlite_only(config, "pg_restore --clean --if-exists --dbname=DATABASE dondoc.dump")
    if not source.is_file():
        raise Fault(f"{source}: there is no such file")
    if target.exists() and source.samefile(target):
        raise Fault(f"{source} is the database itself; name a backup")
    if not confirmed:
        raise Fault(
            f"this puts {source} in the place of {target}; stop the bot, "
            "then repeat the command with --yes",
            exit_code=2,
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    with _staged(source, target) as staged:
        found = _judge(staged, source)
        with database_faults(config):
            if target.exists():
                asyncio.run(_refuse_while_running(config, target))
            aside = _set_aside(target)
            schema.restore_sqlite(staged, target)
            target.chmod(0o600)
    if aside:
        say(f"The database as it was is kept in {aside}")
    say(f"{target} now holds {source}")
    if found is Schema.OLDER:
        say("It has an older schema: run `dondoc db upgrade` before `dondoc run`.")
    return 0


def _sqlite_only(config: Config, tool: str) -> Path:
    file = sqlite_file(config)
    if file is None:
        raise Fault(f"the database is on PostgreSQL, which has its own tool for this: {tool}")
    return file


@contextmanager
def _staged(source: Path, target: Path) -> Iterator[Path]:
    """A copy of the backup beside the database, complete also if the backup is itself in use."""
    staged = target.with_name(f"{target.name}.restoring-{os.getpid()}")
    try:
        try:
            schema.backup_sqlite(source, staged)
        except sqlite3.Error as error:
            raise Fault(f"{source} is no dondoc database: {error}") from None
        except OSError as error:
            raise Fault(f"{source} cannot be copied to {staged.parent}: {error.strerror}") from None
        yield staged
    finally:
        for end in ("", "-wal", "-shm", ".part"):
            Path(f"{staged}{end}").unlink(missing_ok=True)


def _judge(staged: Path, source: Path) -> Schema:
    """The schema of a backup that may be restored; Fault for what is none, or is damaged."""
    try:
        found = asyncio.run(schema.check(f"sqlite:///{staged}"))
        connection = sqlite3.connect(staged)
        try:
            has_lease = connection.execute(
                "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'leases'"
            ).fetchone()
            damage = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        finally:
            connection.close()
    except database_errors() as error:
        raise Fault(f"{source} is no dondoc database: {reason(error)}") from None
    if found is Schema.EMPTY or not has_lease:
        raise Fault(f"{source} is no dondoc database: its tables are missing")
    if found is Schema.NEWER:
        raise Fault(f"{source} was made by a newer version of dondoc; install that version")
    if damage != "ok":
        raise Fault(f"{source} is damaged: {damage}")
    return found


async def _refuse_while_running(config: Config, target: Path) -> None:
    """Fault if an instance works on the database, holding the lease or standing by."""
    database = Database(config.database.url)
    try:
        async with database.write() as session:
            free = await kept.take_lease(session, "restore", now=system_clock())
            await kept.release_lease(session, "restore", now=system_clock())
    except database_errors():
        free = 0  # too broken for any instance to work on: that is what restoring is for
    finally:
        await database.close()
    if free is None:
        raise Fault(
            "an instance of dondoc is running on the database; stop it and try again "
            "(after a crash wait ten seconds)"
        )
    try:
        connection = sqlite3.connect(target, timeout=1)
        try:
            # Leaving the WAL needs the file for oneself: an instance that stands by has it open.
            connection.execute("PRAGMA journal_mode=DELETE")
        finally:
            connection.close()
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise Fault("another program has the database open; stop it and try again") from None
    except sqlite3.DatabaseError:
        pass  # damaged, as above


def _set_aside(target: Path) -> Path | None:
    """Rename the present database; its new name, None if there was none."""
    if not target.exists():
        return None
    moment = f"{system_clock():%Y%m%d-%H%M%S-%f}"
    aside = target.with_name(f"{target.stem}-replaced-{moment}{target.suffix}")
    for end in ("-wal", "-shm", ""):  # the log first: never a new file beside an old log
        part = Path(f"{target}{end}")
        if part.exists():
            part.rename(f"{aside}{end}")
    return aside
