"""A stand-in for Telegram that is as fast as it can be: a process of its own on a core of its own.

It reads of a request only its method and where it ends; `tests.bench.raw` proves in every run that
it is no bottleneck. The strict stand-in for everything else is `bot.sandbox`.
"""

from __future__ import annotations

import asyncio
import json
import sys
from itertools import count

from tests.bench.machine import pin
from tests.bench.pusher import Pushing
from tests.bench.updates import Push
from tests.bench.wire import DONE, FIRST_MESSAGE, answer_around_message, other_answers

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
_LENGTH = b"content-length:"
_NOT_UNDERSTOOD = b"HTTP/1.1 411 Length Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

_numbers = count(FIRST_MESSAGE)
_under_way: list[Pushing] = []  # the last one counts
_pushing: list[asyncio.Task[None]] = []


def _whole(body: bytes) -> bytes:
    return _HEAD % len(body) + body


_before, _AFTER = answer_around_message()
_BEFORE = _HEAD % (len(_before) + len(str(FIRST_MESSAGE)) + len(_AFTER)) + _before
_OTHERS = {method: _whole(body) for method, body in other_answers().items()}
_DONE = _whole(DONE)


def answer(method: bytes) -> bytes:
    """What a call of this method gets; a Message with the next number for a new message."""
    if method == b"sendMessage":
        return b"%b%d%b" % (_BEFORE, next(_numbers), _AFTER)
    if method == b"editMessageText":
        return b"%b%d%b" % (_BEFORE, FIRST_MESSAGE, _AFTER)
    return _OTHERS.get(method, _DONE)


class Telegram(asyncio.Protocol):
    """One connection that is kept alive; requests come one after the other."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.received = b""

    def data_received(self, data: bytes) -> None:
        received = self.received + data if self.received else data
        self.received = received
        end = received.find(b"\r\n\r\n")
        if end < 0:
            return
        head = received[:end].lower()
        at = head.find(_LENGTH)
        if at < 0:
            if b"transfer-encoding:" in head:
                self.transport.write(_NOT_UNDERSTOOD)
                self.transport.close()
                return
            length = 0
        else:
            length = int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0])
        if len(received) < end + 4 + length:
            return
        self.received = received[end + 4 + length :]
        path = received.split(b" ", 2)[1]
        method = path[path.rfind(b"/") + 1 :]
        if method == b"push":
            push = Push(**json.loads(received[end + 4 : end + 4 + length]))
            _pushing.append(asyncio.create_task(self._push(Pushing(push))))
            return
        if method == b"answerCallbackQuery" and _under_way:
            _under_way[-1].note_call(received[end:])
        self.transport.write(answer(method))

    async def _push(self, pushing: Pushing) -> None:
        _under_way.append(pushing)
        self.transport.write(_whole(await pushing.run()))


async def serve() -> None:
    """Tell the address and serve until the standard input is closed."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Telegram, "127.0.0.1", 0, backlog=512)
    port = server.sockets[0].getsockname()[1]
    sys.stdout.write(json.dumps({"url": f"http://127.0.0.1:{port}"}) + "\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    pin(sys.argv[1])
    asyncio.run(serve())
