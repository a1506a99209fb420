"""Settings on disk, the command in this process, and the command as a process of its own."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli import main
from bot.sandbox import Limits, Sandbox
from tests.conftest import TOKEN

USERNAME = "dondoc_test_bot"
NOBODY = "http://127.0.0.1:9"
_PATIENCE_SECONDS = 30.0
_ROOT = Path(__file__).parents[2]

WriteConfig = Callable[..., Path]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting from the machine the tests run on."""
    for name in [name for name in os.environ if name.upper().startswith("DONDOC")]:
        monkeypatch.delenv(name)


@pytest.fixture
def write_config(tmp_path: Path) -> WriteConfig:
    """Write a config.toml that only its owner can read; its path."""

    def write(
        database_url: str = "", *, api_base_url: str = NOBODY, token: str = TOKEN, more: str = ""
    ) -> Path:
        path = tmp_path / "config.toml"
        url = database_url or f"sqlite:///{tmp_path / 'data' / 'dondoc.db'}"
        path.write_text(
            f'[office]\nname = "Sở Thông tin"\n'
            f'[database]\nurl = "{url}"\n'
            f'[telegram]\ntoken = "{token}"\napi_base_url = "{api_base_url}"\npoll_seconds = 5\n'
            f"{more}"
        )
        path.chmod(0o600)
        return path

    return write


@pytest.fixture
def office_file(sqlite_template: Path, tmp_path: Path) -> Path:
    """A migrated, empty SQLite database where `write_config` looks for one."""
    path = tmp_path / "data" / "dondoc.db"
    path.parent.mkdir()
    shutil.copyfile(sqlite_template, path)
    return path


@dataclass(frozen=True, slots=True)
class Told:
    """What a command answered."""

    code: int
    out: str
    err: str


@pytest.fixture
def dondoc(capsys: pytest.CaptureFixture[str]) -> Callable[..., Told]:
    """Run a command in this process."""

    def run(*arguments: object) -> Told:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return Told(code, out, err)

    return run


class Process:
    """`dondoc` as a process of its own; everything it writes is kept."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.written = ""

    async def says(self, text: str) -> None:
        """Wait until it has written that."""
        assert self._process.stdout is not None
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while text not in self.written:
                line = await self._process.stdout.readline()
                assert line, f"{text!r} was not said: {self.written}"
                self.written += line.decode()

    def signal(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    async def ends(self) -> int:
        """Its exit code, when it has ended."""
        assert self._process.stdout is not None
        async with asyncio.timeout(_PATIENCE_SECONDS):
            self.written += (await self._process.stdout.read()).decode()
            return await self._process.wait()

    async def kill(self) -> None:
        """Make sure that it is gone."""
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


@asynccontextmanager
async def started(*arguments: object, **environment: str) -> AsyncIterator[Process]:
    """The command as a process, killed at the end if it is still there."""
    process = Process(
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *map(str, arguments),
            cwd=_ROOT,
            env=os.environ | environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
    )
    try:
        yield process
    finally:
        await process.kill()


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Telegram for one bot, without limits."""
    async with Sandbox(limits=Limits.off()) as sandbox:
        sandbox.add_bot(token=TOKEN, username=USERNAME, first_name="Dondoc")
        yield sandbox


def sqlite_url(path: Path) -> str:
    """The address of an SQLite file."""
    return f"sqlite:///{path}"


def in_sqlite(path: Path, statement: str) -> list[tuple[object, ...]]:
    """Run one statement on an SQLite file, commit, and give its rows."""
    connection = sqlite3.connect(path)
    try:
        with connection:
            return connection.execute(statement).fetchall()
    finally:
        connection.close()


def as_if_newer(path: Path) -> None:
    """Let an SQLite database look as if a newer program had made it."""
    in_sqlite(path, "UPDATE alembic_version SET version_num = 'ffff'")


def as_if_older(path: Path) -> None:
    """Let an SQLite database look as if a program before the first migration had made it."""
    in_sqlite(path, "DELETE FROM alembic_version")
