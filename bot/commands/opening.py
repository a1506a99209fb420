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
# What SQLite and the machine say, in small letters.
_OF_THE_DISK = ("disk is full", "disk i/o error", "no space left", "quota exceeded")
_OF_RIGHTS = (
    "unable to open database file",
    "readonly database",
    ": permission denied",
    "read-only file system",
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
    try:
        if path.is_dir():
            raise Fault(f"{path} is a directory; name the file with --config")
        config = load(path)
    except ConfigError as error:
        raise Fault(listed(error.source, error.faults)) from None
    except OSError as error:  # a directory above it that this user may not enter
        raise Fault(f"{path} cannot be read: {error.strerror}") from None
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
            f"the database {place_of(config)} cannot be used: {reason(error)}; {_remedy(error)}"
        ) from None


def reason(error: BaseException) -> str:
    """A driver's error in one line, without statement and parameters."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        error = error.orig
    if isinstance(error, OSError) and error.strerror and error.filename:
        return f"{error.filename}: {error.strerror}"
    lines = str(error).strip().splitlines()
    return re.sub(r"^<class '[^']*'>: ", "", lines[0]) if lines else type(error).__name__


def _remedy(error: BaseException) -> str:
    """What to do about what a driver or the machine says; it is no fault of the settings that the
    disk is full."""
    said = reason(error).lower()
    if any(words in said for words in _OF_THE_DISK):
        return "make room on its disk"
    if any(words in said for words in _OF_RIGHTS):
        return "see that the user who runs this may read and write the file and its directory"
    return "check database.url in the settings"


def writable(file: Path) -> bool:
    """Whether this user could make the file, with the directories above it that are missing."""
    present = next(place for place in file.absolute().parents if place.exists())
    return present.is_dir() and os.access(present, os.W_OK | os.X_OK)


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
