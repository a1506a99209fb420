"""Settings and database for a command; every way in which they can be unusable is a sentence."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import tomllib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.actions.policy import calendar_fault
from bot.commands.console import Fault
from bot.config import Config, ConfigError, load
from bot.domain.states import EventDoor
from bot.storage import events, schema
from bot.storage.engine import Database
from bot.storage.schema import Schema

NEWER = (
    "the database was made by a newer version of dondoc; install that version, "
    "or restore a backup with `dondoc db restore`"
)
OLDER = (
    "the database has an older schema; run `dondoc db upgrade` (on SQLite it copies the file first)"
)


def database_errors() -> tuple[type[Exception], ...]:
    """What the drivers raise."""
    import asyncpg  # when something has been raised: who is on SQLite need not load it

    return (
        SQLAlchemyError,
        asyncpg.PostgresError,
        asyncpg.InterfaceError,
        sqlite3.Error,
        OSError,
    )


def settings(path: Path) -> Config:
    """The checked settings; Fault names everything that is wrong with them."""
    if path.is_dir():
        raise Fault(f"{path} is a directory; name the file with --config")
    try:
        config = load(path)
    except ConfigError as error:
        raise Fault(listed(error.source, error.faults)) from None
    _refuse_readable_token(config, path)
    if fault := calendar_fault(config):
        raise Fault(f"{path}: {fault}")
    return config


def listed(source: str, faults: list[str]) -> str:
    """One fault as one line, several as a list."""
    if len(faults) == 1:
        return f"{source}: {faults[0]}"
    return "\n".join([f"{source}: {len(faults)} faults", *(f"  {fault}" for fault in faults)])


def advice_on_readable_settings(path: Path) -> str | None:
    """What to do when others on this machine can read a token that stands in the settings."""
    if not _others_can_read(path):
        return None
    with path.open("rb") as file:
        telegram = tomllib.load(file).get("telegram", {})
    if not telegram.get("token"):
        return None
    return f"other users of this machine can read the token in {path}; run: chmod 600 {path}"


def _refuse_readable_token(config: Config, path: Path) -> None:
    named = config.telegram.token_file
    if named is not None and _others_can_read(path.parent / named):
        file = path.parent / named
        raise Fault(
            f"other users of this machine can read the token in {file}; run: chmod 600 {file}"
        )


def _others_can_read(path: Path) -> bool:
    return os.name == "posix" and bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))


def place_of(config: Config) -> str:
    """The database's address as it may be shown: without its password."""
    return make_url(config.database.url).render_as_string(hide_password=True)


def sqlite_file(config: Config) -> Path | None:
    """The database's file; None if it is PostgreSQL's."""
    url = make_url(config.database.url)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


@contextmanager
def database_faults(config: Config) -> Iterator[None]:
    """Turn what the drivers raise into one sentence."""
    try:
        yield
    except database_errors() as error:
        raise Fault(
            f"the database {place_of(config)} cannot be used: {reason(error)}; "
            "check database.url in the settings"
        ) from None


def reason(error: BaseException) -> str:
    """A driver's error in one line, without statement and parameters."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        error = error.orig
    lines = str(error).strip().splitlines()
    return re.sub(r"^<class '[^']*'>: ", "", lines[0]) if lines else type(error).__name__


async def standing(config: Config) -> Schema:
    """How the database stands to this program, without making a file; Fault if it is unusable."""
    file = sqlite_file(config)
    if file is not None and not file.exists():
        return Schema.EMPTY
    with database_faults(config):
        return await schema.check(config.database.url)


@asynccontextmanager
async def opened(config: Config) -> AsyncIterator[Database]:
    """The database with this program's schema: an empty one is furnished, another refused."""
    with database_faults(config):
        database = Database(config.database.url)
        try:
            match await schema.check(config.database.url):
                case Schema.EMPTY:
                    await schema.upgrade(config.database.url)
                case Schema.OLDER:
                    raise Fault(OLDER)
                case Schema.NEWER:
                    raise Fault(NEWER)
                case Schema.CURRENT:
                    pass
            with events.acting(events.Origin(EventDoor.COMMAND_LINE)):
                yield database
        finally:
            await database.close()
