"""`dondoc run` and `dondoc demo` as processes: start, faults at the start, signals."""

from __future__ import annotations

import asyncio
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from bot.sandbox import Sandbox
from tests.cli.conftest import NOBODY, as_if_newer, as_if_older, in_sqlite, sqlite_url, started
from tests.conftest import TOKEN

OTHER_TOKEN = "7000000002:another-token-that-telegram-does-not-know"
RUNNING = "Dondoc is running."
UNREACHABLE = "Telegram cannot be reached."
SECRET = TOKEN.partition(":")[2]


def assert_clean(written: str) -> None:
    """Neither a traceback nor the token."""
    assert "Traceback" not in written
    assert SECRET not in written


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_run_ends_on_a_signal(sandbox, write_config, number):
    config = write_config(api_base_url=sandbox.url)
    async with started("run", "--config", config) as process:
        await process.says(RUNNING)
        process.signal(number)
        assert await process.ends() == 0, process.written
        assert "Dondoc has stopped." in process.written
        assert_clean(process.written)


async def test_run_answers_people(sandbox, write_config, database_url):
    config = write_config(database_url, api_base_url=sandbox.url)
    person = int(sandbox.add_user(first_name="An")["id"])
    async with started("run", "--config", config) as process:
        await process.says(RUNNING)
        sandbox.press_start(person)
        async with asyncio.timeout(20):
            while len(sandbox.messages(person)) < 2:  # noqa: ASYNC110 - another process answers
                await asyncio.sleep(0.02)
        process.signal()
        assert await process.ends() == 0, process.written
        assert_clean(process.written)
    assert "Sở Thông tin" in sandbox.messages(person)[-1]["text"]


async def test_run_stops_at_once_on_a_second_signal(sandbox, write_config):
    config = write_config(api_base_url=sandbox.url)
    person = int(sandbox.add_user(first_name="An")["id"])
    async with started("run", "--config", config) as process:
        await process.says(RUNNING)
        sandbox.add_fault("hang_before", method="sendMessage", times=None, seconds=60)
        sandbox.press_start(person)
        async with asyncio.timeout(20):
            while "sendMessage" not in str(sandbox.calls()):  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.02)
        process.signal()
        await process.says("Stopping.")
        process.signal()
        assert await process.ends() == 0, process.written
        assert "Stopped at once." in process.written
        assert_clean(process.written)


async def test_run_with_a_wrong_token(sandbox, write_config):
    config = write_config(api_base_url=sandbox.url, token=OTHER_TOKEN)
    async with started("run", "--config", config) as process:
        assert await process.ends() == 1, process.written
        assert "dondoc: Telegram refused the token" in process.written
        assert OTHER_TOKEN.partition(":")[2] not in process.written
        assert "Traceback" not in process.written


@pytest.mark.parametrize(
    ("change", "said"),
    [(as_if_newer, "newer version of dondoc"), (as_if_older, "`dondoc db upgrade`")],
)
async def test_run_refuses_another_schema(write_config, sqlite_template, tmp_path, change, said):
    file = tmp_path / "dondoc.db"
    shutil.copyfile(sqlite_template, file)
    change(file)
    tables = in_sqlite(file, "SELECT sql FROM sqlite_master ORDER BY name")
    async with started("run", "--config", write_config(sqlite_url(file))) as process:
        assert await process.ends() == 1, process.written
        assert re.search(f"^dondoc: .*{said}", process.written, re.MULTILINE)
        assert_clean(process.written)
    assert in_sqlite(file, "SELECT sql FROM sqlite_master ORDER BY name") == tables


@pytest.mark.parametrize(
    "url", ["postgresql://office:hush-hush@127.0.0.1:9/x", "sqlite:////dev/null/dondoc.db"]
)
async def test_run_with_a_database_out_of_reach(write_config, url):
    async with started("run", "--config", write_config(url)) as process:
        assert await process.ends() == 1, process.written
        assert re.search("^dondoc: the database .* cannot be used", process.written, re.MULTILINE)
        assert "hush-hush" not in process.written
        assert_clean(process.written)


async def test_run_starts_again_while_telegram_is_unreachable(
    sandbox: Sandbox, write_config, database_url
):
    config = write_config(database_url, api_base_url=sandbox.url)
    async with started("run", "--config", config) as process:
        await process.says(RUNNING)
        process.signal()
        assert await process.ends() == 0, process.written
        assert UNREACHABLE not in process.written
    config = write_config(database_url, api_base_url=NOBODY)
    async with started("run", "--config", config) as process:
        await process.says(UNREACHABLE)
        await process.says(RUNNING)
        process.signal()
        assert await process.ends() == 0, process.written
        assert process.written.count(UNREACHABLE) == 1
        assert_clean(process.written)


async def test_run_waits_for_telegram_at_the_very_first_start(write_config):
    async with started("run", "--config", write_config()) as process:
        await process.says(UNREACHABLE)
        process.signal()
        assert await process.ends() == 0, process.written
        assert RUNNING not in process.written
        assert_clean(process.written)


async def test_a_second_instance_stands_by_and_says_so(sandbox, write_config):
    config = write_config(api_base_url=sandbox.url)
    async with started("run", "--config", config) as first:
        await first.says(RUNNING)
        async with started("run", "--config", config) as second:
            await second.says("This one stands by.")
            second.signal()
            assert await second.ends() == 0, second.written
        first.signal()
        assert await first.ends() == 0, first.written


def test_logs_are_set_up_before_telegram_is_imported():
    program = (
        "import sys, bot.commands.running, bot.commands.opening;"
        "print([name for name in ('telegram', 'bot.app') if name in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert told.stdout == "[]\n"


async def test_demo_prints_its_address_and_ends_on_a_signal():
    async with started("demo", "--port", "0") as process:
        await process.says("Stop with Ctrl+C.")
        url = re.search(r"http://127\.0\.0\.1:\d+/", process.written)
        assert url is not None

        def page() -> str:
            with urllib.request.urlopen(url[0]) as answer:
                return answer.read().decode()

        assert "<html" in await asyncio.to_thread(page)
        process.signal(signal.SIGINT)
        assert await process.ends() == 0, process.written
        assert len(process.written.splitlines()) == 3, "little else than the address"


async def test_demo_names_another_port_when_its_port_is_in_use():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        async with started("demo", "--port", port) as process:
            assert await process.ends() == 1, process.written
    assert process.written.count("\n") == 1
    named = re.fullmatch(
        rf"dondoc: port {port} is in use; choose another one: dondoc demo --port (\d+)\n",
        process.written,
    )
    assert named is not None
    assert int(named[1]) != port
