"""A year of the whole bot against the sandbox, over HTTP, under Telegram's limits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from bot.actions import policy as policies
from bot.app import App
from bot.articles.policy import only
from bot.callbacks import Press, decode
from bot.config import Config
from bot.demo.run import DemoSandbox
from bot.runtime import Wake
from tests.conftest import TOKEN, office_config
from tests.simulation.course import Course
from tests.simulation.engine import TICK, is_busy, next_due, reminders_sent, with_rules
from tests.simulation.facts import Sent
from tests.simulation.office import Office

_LOOK_SECONDS = 0.01
_PATIENCE_SECONDS = 60.0
_TIMES_AS_FAST = 100


class Pace:
    """The clock by which the bot and Telegram alike count what may be sent: it goes a hundred times
    as fast as the machine's, and on with every move of the clock, so that hours that are skipped
    are hours for the limits too. It never goes back."""

    def __init__(self) -> None:
        self._moved = 0.0

    def __call__(self) -> float:
        """In seconds."""
        return self._moved + _TIMES_AS_FAST * time.monotonic()

    def move(self, by: timedelta) -> None:
        """So much time is skipped; a move back skips none."""
        self._moved += max(0.0, by.total_seconds())


class Stuck(Exception):
    """The bot does not come to rest; the sentence says over what."""


class OnSandbox:
    """The running bot, and people with phones."""

    def __init__(self, sandbox: DemoSandbox, config: Config, course: Course, pace: Pace) -> None:
        self._sandbox, self._config, self._course = sandbox, config, course
        self._pace = pace
        self._true = course.begins  # when the clock was set
        self._set_to = course.shown(course.begins)
        self._sent: list[Sent] = []
        self._seen = 0
        self._app: App | None = None
        self._running: asyncio.Task[None] | None = None

    # --- the bot ---------------------------------------------------------------------------------

    async def start(self) -> None:
        """A process begins."""
        self._app = App(
            self._config, clock=self._sandbox.now, seconds=self._pace, fetch_policy=only({})
        )
        self._sandbox.on_clock_moved = self._app.rt.signals.wake
        self._running = asyncio.create_task(self._app.run())
        ready = asyncio.create_task(self._app.ready.wait())
        await asyncio.wait({self._running, ready}, return_when=asyncio.FIRST_COMPLETED)
        if self._running.done():
            await self._running

    async def stop(self) -> None:
        """It ends."""
        if self._app is not None and self._running is not None:
            self._app.stop()
            await self._running

    async def prepare(self) -> Office:
        """The office, with nobody in it."""
        self._sandbox.add_bot(token=TOKEN, username="dondoc_year_bot", first_name="Dondoc")
        self._sandbox.set_clock(self._set_to)
        await self.start()
        assert self._app is not None
        async with self._app.rt.read() as session:
            policy = await policies.load(session, self._app.rt.config)
        self.office = Office(self._app.rt, self._course, policy, self)
        return self.office

    def now(self) -> datetime:
        """The true moment: while something is done it goes on."""
        return self._true + (self._sandbox.now() - self._set_to)

    def move_to(self, true: datetime) -> None:
        """It is then. Only where the course says so does the clock go back."""
        before = self._course.shown(self._true) - self._true
        after = self._course.shown(true) - true
        if before != after or true > self.now():
            self._look()
            self._pace.move(true - self.now())
            self._true, self._set_to = true, self._course.shown(true)
            self._sandbox.set_clock(self._set_to)
        self.office.true = self.now()

    async def next_due(self) -> datetime | None:
        """When, in true time, the bot has something to do next."""
        assert self._app is not None
        at = await next_due(self._app.rt)
        return self._course.first(at, since=self.now()) + TICK if at is not None else None

    async def settle(self) -> None:
        """Wait until nothing is due any more, and nothing is under way."""
        assert self._app is not None
        assert self._running is not None
        end = time.monotonic() + _PATIENCE_SECONDS
        busy: str | None = "the sandbox"
        while busy is not None:
            if self._running.done():
                await self._running
                raise Stuck("the bot has ended")
            if time.monotonic() > end:
                raise Stuck(f"{busy} at {self._sandbox.now()}")
            await asyncio.sleep(_LOOK_SECONDS)
            self._app.rt.signals.wake(Wake.OUTBOX)  # it would sleep as long as it really has time
            pending = any(any(bot.queue.alive()) for bot in self._sandbox.world.bots.values())
            busy = "the sandbox" if pending else await is_busy(self._app.rt)
        self._look()

    async def restart(self) -> None:
        """The process ended and another one begins; meanwhile time has passed."""
        await self.stop()
        await self.start()
        assert self._app is not None
        self.office.rt = self._app.rt

    def _look(self) -> None:
        """What has been sent since the last look."""
        for call in self._sandbox.calls(self._seen):
            self._seen = call["n"]
            if not call["method"].startswith("send") or call["status"] not in (200, 403):
                continue
            true = self._true + (datetime.fromisoformat(call["at"]) - self._set_to)
            given = call["parameters"]
            number = call["answer"]["result"]["message_id"] if call["status"] == 200 else None
            text = str(given.get("text") or given.get("caption") or "")
            self._sent.append(Sent(true, int(given["chat_id"]), number, text))

    async def sent(self) -> list[Sent]:
        """The reminders among all that was sent, and whatever was refused."""
        assert self._app is not None
        known = await reminders_sent(self._app.rt)
        return [
            each
            for each in self._sent
            if each.message_id is None or (each.chat, each.message_id) in known
        ]

    # --- phones ----------------------------------------------------------------------------------

    def meet(self, chat: int, name: str) -> None:
        """Somebody has an account and has pressed Start."""
        if chat not in self._sandbox.world.persons:
            self._sandbox.add_user(first_name=name, id=chat, language_code="vi")
        self._sandbox.world.private_chat(chat, self._sandbox.bot().id).is_started = True

    def new_group(self, members: Sequence[int]) -> int | None:
        """A group with the bot in it."""
        ids = [*members, self._sandbox.bot().id]
        return int(self._sandbox.add_group(title="Nhóm việc", member_ids=ids)["id"])

    def block(self, chat: int) -> bool:
        """Telegram says so at once."""
        self._sandbox.block(chat)
        return True

    def unblock(self, chat: int) -> bool:
        """This too."""
        self._sandbox.unblock(chat)
        return True

    def confirm(self, addressee_id: int, chat: int) -> bool:
        """Press "Đã nhận" on the newest card of this addressee."""
        for message in reversed(self._sandbox.messages(chat)):
            rows = message.get("reply_markup", {}).get("inline_keyboard", [])
            for button in (button for row in rows for button in row):
                pressed = decode(button.get("callback_data", ""))
                if (
                    pressed is not None
                    and pressed.press is Press.ACKNOWLEDGE
                    and pressed.ids[0] == addressee_id
                ):
                    self._sandbox.press(chat, message["message_id"], data=button["callback_data"])
                    return True
        return False


@asynccontextmanager
async def on_sandbox(url: str, course: Course) -> AsyncIterator[OnSandbox]:
    """The sandbox, and this database."""
    pace = Pace()
    async with DemoSandbox(seconds=pace) as sandbox:
        config = with_rules(office_config(url, api_base_url=sandbox.url))
        ground = OnSandbox(sandbox, config, course, pace)
        try:
            yield ground
        finally:
            await ground.stop()
