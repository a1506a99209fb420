"""An office at work: the real bot against the sandbox over HTTP, and people with phones.

Tests read like what people do: `mai.sends(...)`, `an.presses("Đã nhận")`, `an.sees("…")`.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.app import App
from bot.articles.policy import only
from bot.delivery.pacing import Limit, Limits
from bot.demo.office import PEOPLE
from bot.demo.run import DemoSandbox, furnish
from bot.sandbox import Limits as SandboxLimits
from bot.sandbox import Press
from bot.storage import audit
from tests.conftest import TOKEN, office_config

_PATIENCE_SECONDS = 10.0
_FAST = Limit(rate=10_000, burst=1_000)
_NO_LIMITS = Limits(overall=_FAST, private=_FAST, group=_FAST)


class NotSeen(AssertionError):
    """What a person should have seen did not come."""


@dataclass(frozen=True, slots=True)
class Phone:
    """A person's phone, showing one chat."""

    office: RunningOffice
    user_id: int
    chat_id: int

    def messages(self) -> list[dict[str, Any]]:
        """Everything in the chat, oldest first."""
        return self.office.sandbox.messages(self.chat_id)

    def says(self, text: str, *, reply_to: dict[str, Any] | None = None) -> dict[str, Any]:
        """Write a message, perhaps as a reply."""
        return self.office.sandbox.say(
            self.user_id,
            text,
            chat_id=self.chat_id,
            reply_to_message_id=reply_to["message_id"] if reply_to else None,
        )

    def sends_file(self, content: bytes, name: str) -> dict[str, Any]:
        """Attach a file."""
        return self.office.sandbox.send_document(
            self.user_id, content, file_name=name, chat_id=self.chat_id
        )

    def presses(self, label: str) -> Press:
        """Tap the newest button with that label, or whose label begins so."""
        for message in reversed(self.messages()):
            keyboard = message.get("reply_markup", {}).get("inline_keyboard", [])
            for button in (button for row in keyboard for button in row):
                if button["text"].startswith(label):
                    return self.office.sandbox.press(
                        self.user_id,
                        message["message_id"],
                        data=button["callback_data"],
                        chat_id=self.chat_id,
                    )
        raise NotSeen(f"no button {label!r} among {self.buttons()}")

    def buttons(self) -> list[str]:
        """The labels of every button in the chat."""
        return [
            button["text"]
            for message in self.messages()
            for row in message.get("reply_markup", {}).get("inline_keyboard", [])
            for button in row
        ]

    async def sees(self, pattern: str, *, after: int = 0) -> dict[str, Any]:
        """The newest message whose text or caption matches, later than message id `after`."""

        def find() -> dict[str, Any] | None:
            for message in reversed(self.messages()):
                text = message.get("text") or message.get("caption") or ""
                if message["message_id"] > after and re.search(pattern, text):
                    return message
            return None

        return await self.office.until(find, f"{pattern!r} among {self.texts()}")

    async def sees_button(self, label: str) -> None:
        """Wait until a button with that label is there."""
        await self.office.until(
            lambda: any(button.startswith(label) for button in self.buttons()) or None,
            f"button {label!r} among {self.buttons()}",
        )

    def texts(self) -> list[str]:
        """The texts of the chat, oldest first."""
        return [message.get("text") or message.get("caption") or "" for message in self.messages()]

    def last_id(self) -> int:
        """The newest message's id."""
        return max((message["message_id"] for message in self.messages()), default=0)


class RunningOffice:
    """The sandbox and the bot, both running."""

    def __init__(self, sandbox: DemoSandbox, app: App) -> None:
        self.sandbox = sandbox
        self.app = app

    def phone(self, key: str) -> Phone:
        """The private chat of one of the demo's people with the bot."""
        place = [person.key for person in PEOPLE].index(key)
        user_id = list(self.sandbox.world.persons)[place]
        return Phone(self, user_id, user_id)

    def in_group(self, key: str) -> Phone:
        """The same person's phone, showing the unit's group."""
        group = next(chat_id for _, chat_id in self.sandbox.world.chats if chat_id < 0)
        return Phone(self, self.phone(key).user_id, group)

    def move_clock(self, at: datetime) -> None:
        """Let it be another time for everybody."""
        self.sandbox.set_clock(at)

    async def until(self, find: Callable[[], Any], what: str) -> Any:
        """Wait until `find` returns something; NotSeen after ten seconds."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < end:
            found = find()
            if found is not None:
                return found
            await asyncio.sleep(0.01)
        raise NotSeen(what)

    async def quiet(self) -> None:
        """Wait until nothing is waiting or under way any more, in inbox and outbox."""
        from sqlalchemy import func, select

        from bot.storage.tables import OutboxMessage, Update

        end = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < end:
            async with self.app.rt.read() as session:
                inbox = await session.scalar(
                    select(func.count()).select_from(Update).where(Update.state == "waiting")
                )
                outbox = await session.scalar(
                    select(func.count())
                    .select_from(OutboxMessage)
                    .where(OutboxMessage.state.in_(("waiting", "claimed", "in_flight")))
                )
            pending = any(any(bot.queue.alive()) for bot in self.sandbox.world.bots.values())
            if not inbox and not outbox and not pending:
                return
            await asyncio.sleep(0.02)
        raise NotSeen(f"the office did not become quiet: {inbox} updates, {outbox} messages")


@asynccontextmanager
async def open_office(
    database_url: str, *, at: datetime | None = None, telegrams_limits: bool = False
) -> AsyncIterator[RunningOffice]:
    """The demo's office with its people, running on this database, at this time.

    Without Telegram's limits nobody has to wait a second for the next message of a chat.
    """
    sandbox = DemoSandbox(limits=SandboxLimits() if telegrams_limits else SandboxLimits.off())
    await sandbox.start()
    try:
        if at is not None:
            sandbox.set_clock(at)
        config = office_config(database_url, api_base_url=sandbox.url)
        app = App(
            config,
            clock=sandbox.now,
            limits=None if telegrams_limits else _NO_LIMITS,
            fetch_policy=only({}),  # the links that are sent lead to sites of others
        )
        sandbox.on_clock_moved = app.rt.signals.wake
        await furnish(sandbox, app.rt)
        running = asyncio.create_task(app.run())
        office = RunningOffice(sandbox, app)
        try:
            await asyncio.wait(
                {running, asyncio.create_task(app.ready.wait())},
                return_when=asyncio.FIRST_COMPLETED,
            )
            if running.done():
                await running
            await office.quiet()
            yield office
            async with app.rt.read() as session:
                assert await audit.breaches(session, now=sandbox.now(), newest=None) == []
        finally:
            app.stop()
            await running
    finally:
        await sandbox.stop()


__all__ = ["TOKEN", "NotSeen", "Phone", "RunningOffice", "open_office"]
