"""Whole instances in webhook mode: at work, standing by, stopping, and back to polling."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import delete, select

from bot.app import App, StartError
from bot.config import Config
from bot.intake.subscription import webhook_secret
from bot.intake.webhook import PATH, SECRET_HEADER
from bot.sandbox import Limits, Sandbox
from bot.storage.engine import Database
from bot.storage.tables import Lease, Update
from bot.texts import LANGUAGES, texts
from tests.cli.conftest import USERNAME, started
from tests.conftest import TOKEN
from tests.intake.conftest import Inbox
from tests.intake.test_poller import stored
from tests.intake.test_webhook import message, until

_ALL = select(Update)


def free_port() -> int:
    """A port of this machine that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def config(inbox: Inbox) -> Config:
    """The settings of an office in webhook mode."""
    port = free_port()
    web = inbox.rt.config.web.model_copy(
        update={"port": port, "public_url": f"http://127.0.0.1:{port}"}
    )
    telegram = inbox.rt.config.telegram.model_copy(update={"mode": "webhook"})
    return inbox.rt.config.model_copy(update={"web": web, "telegram": telegram})


@asynccontextmanager
async def running(config: Config) -> AsyncIterator[App]:
    """An instance of its own, ended in order."""
    app = App(config)
    task = asyncio.create_task(app.run())
    try:
        yield app
    finally:
        app.stop()
        await task


async def post(config: Config, secret: str, update_id: int) -> int:
    """Bring an update as Telegram would; what is answered, 0 if nobody answers."""
    url, headers = f"{config.web.public_url}{PATH}", {SECRET_HEADER: secret}
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, json=message(update_id), headers=headers) as answer,
        ):
            return answer.status
    except aiohttp.ClientError:
        return 0


async def test_who_stands_by_takes_updates_in(inbox: Inbox, config: Config):
    async with inbox.rt.write() as session:
        await session.execute(delete(Lease))
    secret = await webhook_secret(inbox.rt)
    async with running(config) as worker:
        await worker.ready.wait()
        async with running(config) as second:
            await until(lambda: _stands_by(second))
            answers = {await post(config, secret, number) for number in range(40)}
            assert not second.ready.is_set()
    assert answers == {200}
    assert sorted(await stored(inbox)) == list(range(40))


async def _stands_by(app: App) -> bool:
    return bool(app._secret) and not app.ready.is_set()


async def test_the_first_person_need_not_wait_for_the_texts(inbox: Inbox, config: Config):
    async with inbox.rt.write() as session:
        await session.execute(delete(Lease))
    texts.cache_clear()
    async with running(config) as worker:
        await worker.ready.wait()
        read = texts.cache_info().misses
        for language in LANGUAGES:
            texts(language)
    assert texts.cache_info().misses == read


async def test_every_update_confirmed_while_it_stops_is_on_disk(inbox: Inbox, config: Config):
    secret = await webhook_secret(inbox.rt)
    confirmed: list[int] = []

    async def bring(first: int) -> None:
        for number in range(first, first + 200):
            if await post(config, secret, number) != 200:
                return
            confirmed.append(number)

    async with running(config):
        await until(lambda: _listens(config))
        bringing = [asyncio.create_task(bring(first * 1000)) for first in range(4)]
        await until(lambda: _is_long(confirmed))
    await asyncio.gather(*bringing)
    assert set(confirmed) <= set(await stored(inbox))


async def _listens(config: Config) -> bool:
    return await post(config, "wrong", 1) == 403


async def _is_long(confirmed: list[int]) -> bool:
    return len(confirmed) > 10


async def test_an_address_that_cannot_be_had_is_named(config: Config):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", config.web.port))
        taken.listen()
        with pytest.raises(StartError, match=rf"127\.0\.0\.1:{config.web.port}.*web\.port"):
            await App(config).run()


@pytest.fixture
async def telegram() -> AsyncIterator[Sandbox]:
    """Telegram, at the machine's time."""
    async with Sandbox(limits=Limits.off()) as sandbox:
        sandbox.add_bot(token=TOKEN, username=USERNAME, first_name="Dondoc")
        yield sandbox


def settings(path: Path, sandbox: Sandbox, url: str, more: str) -> Path:
    """A config.toml."""
    path.write_text(
        f'[office]\nname = "Sở"\n[database]\nurl = "{url}"\n[telegram]\ntoken = "{TOKEN}"\n'
        f'api_base_url = "{sandbox.url}"\npoll_seconds = 5\n{more}'
    )
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_run_changes_the_mode_and_people_notice_nothing(
    telegram: Sandbox, database_url: str, tmp_path: Path
):
    port = free_port()
    webhook = f'mode = "webhook"\n[web]\nport = {port}\npublic_url = "http://127.0.0.1:{port}"\n'
    person = int(telegram.add_user(first_name="An")["id"])
    telegram.press_start(person)
    for more in (webhook, "", webhook):
        telegram.say(person, "/trogiup")
        telegram.bot().webhook.next_change = 0
        seen = len(telegram.messages(person))
        path = settings(tmp_path / "config.toml", telegram, database_url, more)
        async with started("run", "--config", path) as process:
            await until(lambda seen=seen: _has_more(telegram, person, seen))
            telegram.say(person, "/ngonngu")
            await until(lambda seen=seen: _has_more(telegram, person, seen + 2))
            assert (telegram.bot().webhook.url != "") == bool(more)
            process.signal(signal.SIGTERM)
            assert await process.ends() == 0, process.written
            assert "Traceback" not in process.written
    assert not any(call["parameters"].get("drop_pending_updates") for call in telegram.calls())


async def _has_more(sandbox: Sandbox, person: int, seen: int) -> bool:
    return len(sandbox.messages(person)) > seen


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_the_second_instance_takes_over_when_the_first_is_killed(
    telegram: Sandbox, database_url: str, tmp_path: Path
):
    port = free_port()
    webhook = f'mode = "webhook"\n[web]\nport = {port}\npublic_url = "http://127.0.0.1:{port}"\n'
    person = int(telegram.add_user(first_name="An")["id"])
    telegram.press_start(person)
    path = settings(tmp_path / "config.toml", telegram, database_url, webhook)
    async with started("run", "--config", path) as first:
        await first.says("Dondoc is running.")
        async with started("run", "--config", path) as second:
            await second.says("This one stands by.")
            first.signal(signal.SIGKILL)
            await first.ends()
            telegram.say(person, "/trogiup")
            seen = len(telegram.messages(person))
            await second.says("Dondoc is running.")
            await until(lambda: _has_more(telegram, person, seen))
            second.signal()
            assert await second.ends() == 0, second.written
    database = Database(database_url)
    try:
        async with database.read() as session:
            states = {row.state.value for row in await session.scalars(_ALL)}
    finally:
        await database.close()
    assert states == {"done"}
