"""The stand-in's other half: it brings updates to a webhook, with as little work as can be."""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections import deque
from dataclasses import asdict

from tests.bench.updates import SECRET, Push, Pushed, number_of, press

_ID = b'"callback_query_id":'


class Pushing:
    """One push under way."""

    def __init__(self, push: Push) -> None:
        self.push = push
        head = (
            f"POST {push.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\nContent-Length: "
        ).encode()
        bodies = [press(push.first + number) for number in range(push.presses)]
        self.requests = deque(b"%b%d\r\n\r\n%b" % (head, len(body), body) for body in bodies)
        self.sent = 0
        self.begun: dict[int, float] = {}
        self.taken: list[float] = []
        self.answered: list[float] = []
        self.done = asyncio.Event()
        self.idle: deque[Connection] = deque()

    def next_request(self) -> tuple[int, bytes] | None:
        """The next one, if one is left."""
        if not self.requests:
            return None
        number = self.push.first + self.sent
        self.sent += 1
        self.begun[number] = time.perf_counter()
        return number, self.requests.popleft()

    def note_taken(self, number: int) -> None:
        """The webhook said 200."""
        self.taken.append(time.perf_counter() - self.begun[number])
        self._look()

    def note_call(self, request: bytes) -> None:
        """An answerCallbackQuery came, as JSON or as a form."""
        head = b'"callback_query_id":"' if _ID in request else b"callback_query_id="
        at = request.replace(b'": "', b'":"').find(head)
        digits = request.replace(b'": "', b'":"')[at + len(head) : at + len(head) + 18]
        number = number_of(digits)
        if number in self.begun:
            self.answered.append(time.perf_counter() - self.begun[number])
            self._look()

    def _look(self) -> None:
        both = len(self.taken) >= self.push.presses
        if both and (not self.push.answered or len(self.answered) >= self.push.presses):
            self.done.set()

    async def run(self) -> bytes:
        """Bring them all; what came of it."""
        loop = asyncio.get_running_loop()
        begun = time.perf_counter()
        for _ in range(self.push.connections):
            await loop.create_connection(lambda: Connection(self), "127.0.0.1", self.push.port)
        if self.push.per_second:
            await self._pace(begun)
        await self.done.wait()
        seconds = time.perf_counter() - begun
        found = self.answered if self.push.answered else self.taken
        cuts = statistics.quantiles(found, n=100)
        return json.dumps(asdict(Pushed(seconds, cuts[49] * 1000, cuts[98] * 1000))).encode()

    async def _pace(self, begun: float) -> None:
        for number in range(self.push.presses):
            due = begun + number / self.push.per_second
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            while not self.idle:  # noqa: ASYNC110 - a bench may look
                await asyncio.sleep(0.001)
            self.idle.popleft().send_next()


class Connection(asyncio.Protocol):
    """Brings the next update when the last one was taken."""

    def __init__(self, pushing: Pushing) -> None:
        self.pushing = pushing
        self.received = b""
        self.number = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._free()

    def _free(self) -> None:
        if self.pushing.push.per_second:
            self.pushing.idle.append(self)
        else:
            self.send_next()

    def send_next(self) -> None:
        """The next update, if one is left."""
        following = self.pushing.next_request()
        if following is None:
            self.transport.close()
            return
        self.number, request = following
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        received = self.received = self.received + data
        end = received.find(b"\r\n\r\n")
        if end < 0:
            return
        length = 0
        for line in received[:end].lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line[15:])
        if len(received) < end + 4 + length:
            return
        self.received = b""
        if not received.startswith(b"HTTP/1.1 200"):
            raise ValueError(received[:80])
        self.pushing.note_taken(self.number)
        self._free()
