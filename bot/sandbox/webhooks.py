"""Delivery of updates by webhook: in order within a lane, the next only after a 2xx."""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp

from bot.sandbox.clock import MovableClock
from bot.sandbox.model import Json
from bot.sandbox.updates import Lane, QueuedUpdate, UpdateQueue

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105
_LONGEST_DELAY = 60
_LONGEST_RETRY_AFTER = 3600
_GONE_FOR = 23 * 3600
_ANSWER_SECONDS = 60


@dataclass(slots=True)
class Webhook:
    """Where a bot wants its updates; no URL means that it polls."""

    url: str = ""
    secret_token: str = ""
    max_connections: int = 40
    has_certificate: bool = False
    ip_address: str = ""
    last_error_date: int = 0
    last_error_message: str = ""
    # When (monotonic seconds) setWebhook may be called again.
    next_change: float = field(default=0.0, compare=False)

    def is_same(self, wanted: "Webhook") -> bool:
        """Whether setting `wanted` would change nothing."""
        return (
            not wanted.has_certificate
            and self.url == wanted.url
            and self.secret_token == wanted.secret_token
            and self.max_connections == wanted.max_connections
            and self.ip_address == wanted.ip_address
        )


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What one try came to; no error means delivered."""

    error: str = ""
    status: int = 0
    retry_after: int = 0


class WebhookSender:
    """Delivers one bot's updates to one webhook until it is cancelled."""

    def __init__(
        self,
        webhook: Webhook,
        queue: UpdateQueue,
        clock: MovableClock,
        *,
        is_offline: Callable[[], bool],
        answered: Callable[[Json], Awaitable[None]],
        gone: Callable[[], None],
    ) -> None:
        self._webhook, self._queue, self._clock = webhook, queue, clock
        self._is_offline, self._answered, self._gone = is_offline, answered, gone
        self._lanes: dict[Lane, deque[QueuedUpdate]] = {}
        self._free = asyncio.Semaphore(webhook.max_connections)
        self._last_taken = 0
        self._gone_since = 0

    async def run(self) -> None:
        """Serve all lanes side by side."""
        timeout = aiohttp.ClientTimeout(total=_ANSWER_SECONDS)
        connector = aiohttp.TCPConnector(ssl=False, limit=0)
        async with (
            aiohttp.ClientSession(timeout=timeout, connector=connector) as session,
            asyncio.TaskGroup() as tasks,
        ):
            while True:
                self._queue.arrived.clear()
                for update in list(self._queue.alive()):
                    if update.id > self._last_taken:
                        self._take(update, session, tasks)
                await self._queue.arrived.wait()

    def _take(
        self, update: QueuedUpdate, session: aiohttp.ClientSession, tasks: asyncio.TaskGroup
    ) -> None:
        self._last_taken = update.id
        waiting = self._lanes.get(update.lane)
        if waiting is None:
            waiting = self._lanes[update.lane] = deque()
            tasks.create_task(self._serve(update.lane, waiting, session))
        waiting.append(update)

    async def _serve(
        self, lane: Lane, waiting: deque[QueuedUpdate], session: aiohttp.ClientSession
    ) -> None:
        # The task starts after its first update was queued.
        while waiting:
            await self._deliver(waiting[0], session)
            self._queue.forget(waiting.popleft().id)
        del self._lanes[lane]

    async def _deliver(self, update: QueuedUpdate, session: aiohttp.ClientSession) -> None:
        """Try until it arrives or expires; the first repeat comes at once, later ones double."""
        delay, is_repeat = 1, False
        while update.expires_at >= self._clock.timestamp():
            async with self._free:
                outcome = await self._post(update, session)
            if not outcome.error:
                self._gone_since = 0
                return
            now = self._clock.timestamp()
            self._webhook.last_error_date = now
            self._webhook.last_error_message = outcome.error
            self._note_gone(outcome, now)
            wait = outcome.retry_after
            if not wait and is_repeat:
                wait = delay = min(delay * 2, _LONGEST_DELAY)
            is_repeat = True
            if now + wait > update.expires_at:
                return
            await self._clock.wait_until(now + wait)

    def _note_gone(self, outcome: _Outcome, now: int) -> None:
        """A server that says 410 for most of a day loses its webhook."""
        if outcome.status != 410:
            self._gone_since = 0
        elif not self._gone_since:
            self._gone_since = now
        elif now > self._gone_since + _GONE_FOR:
            self._gone()

    async def _post(self, update: QueuedUpdate, session: aiohttp.ClientSession) -> _Outcome:
        if self._is_offline():
            return _Outcome("Can't connect to the webhook")
        headers = {"Content-Type": "application/json", "Accept-Encoding": "gzip, deflate"}
        if self._webhook.secret_token:
            headers[SECRET_HEADER] = self._webhook.secret_token
        body = json.dumps(update.json).encode()
        try:
            async with session.post(self._webhook.url, data=body, headers=headers) as response:
                if response.ok:
                    reply = await response.read()
                    if "json" in response.content_type:
                        await self._take_reply(reply)
                    return _Outcome()
                retry_after = response.headers.get("Retry-After", "")
                return _Outcome(
                    f"Wrong response from the webhook: {response.status} {response.reason}",
                    response.status,
                    min(int(retry_after), _LONGEST_RETRY_AFTER) if retry_after.isdigit() else 0,
                )
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            return _Outcome(_worded(error))

    async def _take_reply(self, body: bytes) -> None:
        """A webhook may answer with a method to call."""
        try:
            reply = json.loads(body)
        except ValueError:
            return
        if isinstance(reply, dict) and isinstance(reply.get("method"), str):
            await self._answered(reply)


def _worded(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "Read timeout expired"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "Connection refused"
    return "Connection closed by the server"
