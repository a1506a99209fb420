"""A running sandbox, a person in it, and a bot that speaks plain HTTP to it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Limits, Sandbox

TOKEN = "4242:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
BOT_ID = 4242


async def until(condition: Callable[[], Any]) -> Any:
    """Wait for something the server does on its own; what `condition` gave."""
    async with asyncio.timeout(20):
        while not (found := condition()):  # noqa: ASYNC110 - the server sets no event for tests
            await asyncio.sleep(0.002)
    return found


class Client:
    """One bot's side of the wire; answers are (status, body)."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str = TOKEN) -> None:
        self._session, self._url, self._token = session, url, token
        # The same offset twice within seconds would be slowed down, as at Telegram.
        self._old_offset = 0

    async def raw(self, method: str, **request: Any) -> tuple[int, dict[str, Any]]:
        """Any HTTP request to a method."""
        url = f"{self._url}/bot{self._token}/{method}"
        async with self._session.post(url, **request) as response:
            return response.status, await response.json()

    async def call(self, method: str, **parameters: Any) -> Any:
        """A call that must succeed; its result."""
        status, answer = await self.raw(method, json=parameters)
        assert (status, answer["ok"]) == (200, True), answer
        return answer["result"]

    async def refused(self, method: str, **parameters: Any) -> tuple[int, str]:
        """A call that must fail; status and description."""
        status, answer = await self.raw(method, json=parameters)
        assert answer["ok"] is False, answer
        assert answer["error_code"] == status
        return status, answer["description"]

    async def upload(self, method: str, files: dict[str, tuple[str, bytes]], **fields: Any) -> Any:
        """A multipart call that must succeed; its result."""
        form = aiohttp.FormData(quote_fields=False)
        for name, value in fields.items():
            form.add_field(name, str(value))
        for name, (file_name, content) in files.items():
            form.add_field(name, content, filename=file_name)
        status, answer = await self.raw(method, data=form)
        assert (status, answer["ok"]) == (200, True), answer
        return answer["result"]

    async def updates(self, **parameters: Any) -> list[dict[str, Any]]:
        """All waiting updates, confirmed."""
        self._old_offset += 1
        found = await self.call("getUpdates", offset=self._old_offset, **parameters)
        if found:
            await self.call("getUpdates", offset=found[-1]["update_id"] + 1, limit=1)
        return found


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A started sandbox without rate limits and with one bot."""
    sandbox = Sandbox(limits=Limits.off())
    sandbox.add_bot(token=TOKEN, username="sandbox_test_bot", first_name="Test")
    async with sandbox:
        yield sandbox


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """An HTTP client."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def bot(sandbox: Sandbox, session: aiohttp.ClientSession) -> Client:
    """The bot's client."""
    return Client(session, sandbox.url)


@pytest.fixture
def user_id(sandbox: Sandbox) -> int:
    """A person who has pressed Start; the bot has not seen it yet."""
    user_id: int = sandbox.add_user(first_name="An", last_name="Nguyễn", username="an_nguyen")["id"]
    sandbox.press_start(user_id)
    sandbox.world.bots[BOT_ID].queue.clear()
    return user_id
