"""The whole bot as a process of its own, as an office would start it, against the sandbox."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select, update

import bot
from bot.domain.states import ChatKind, MessageKind, OutboxState
from bot.sandbox import Sandbox
from bot.storage.engine import Database
from bot.storage.tables import Chat, OutboxMessage
from tests.bench.processes import Failed
from tests.bench.wire import TOKEN

RATE = 25  # messages a second, the default setting
NEVER = datetime(2100, 1, 1, tzinfo=UTC)
LOOK_SECONDS = 0.02
_START_SECONDS = 60.0
_ROOT = Path(bot.__file__).parents[1]


def against(what: str, found: float, most: float) -> str:
    """A line of the table: what was found beside the most it may be."""
    met = "met" if found <= most else "NOT met"
    return f"  {what:<62} {found:>9.2f}  at most {most:>7.2f}  {met}"


async def meet(sandbox: Sandbox, database: Database) -> None:
    """Everybody has an account and has pressed Start."""
    async with database.read() as session:
        chats = await session.scalars(select(Chat.telegram_id).where(Chat.kind == ChatKind.PRIVATE))
        for user_id in chats:
            sandbox.add_user(first_name="Nguyễn Văn", id=user_id, language_code="vi")
            sandbox.world.private_chat(user_id, sandbox.bot().id).is_started = True


async def release(database: Database, *, at: datetime) -> None:
    """Let all that waits go out at that moment."""
    async with database.write() as session:
        await session.execute(update(OutboxMessage).values(send_at=at))


async def check(database: Database, recipients: int) -> None:
    """Failed unless every card was sent."""
    async with database.read() as session:
        states = dict(
            (
                await session.execute(
                    select(OutboxMessage.state, func.count())
                    .where(OutboxMessage.kind == MessageKind.DIRECTIVE)
                    .group_by(OutboxMessage.state)
                )
            ).all()
        )
    if states != {OutboxState.ACCEPTED: recipients}:
        raise Failed(f"the cards ended as {states}")


@asynccontextmanager
async def running_bot(
    sandbox: Sandbox, url: str, directory: Path, module: Sequence[str] = ()
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`dondoc run` as an office would start it, or another module that is given the settings and
    its own words; ended in order."""
    settings = directory / "config.toml"
    settings.write_text(
        f'[office]\nname = "Sở Thông tin và Truyền thông"\n[database]\nurl = "{url}"\n'
        f'[telegram]\ntoken = "{TOKEN}"\napi_base_url = "{sandbox.url}"\n'
        f"[delivery]\nmessages_per_second = {RATE}\n"
    )
    settings.chmod(0o600)
    words = [*module[:1], str(settings), *module[1:]]
    with (directory / "bot.log").open("w") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *(words if module else ("bot", "run", "--config", str(settings))),
            cwd=_ROOT, stderr=log, stdout=log,
            env={key: value for key, value in os.environ.items() if "DONDOC" not in key},
        )  # fmt: skip
    try:
        async with asyncio.timeout(_START_SECONDS):
            while not any(call["method"] == "getMe" for call in sandbox.calls()):
                if process.returncode is not None:
                    raise Failed((directory / "bot.log").read_text())
                await asyncio.sleep(LOOK_SECONDS)
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
