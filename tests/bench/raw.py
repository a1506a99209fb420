"""The floor: a hand-written socket client, one request in flight a connection. It stores nothing,
understands nothing, and only proves that the server is faster than the clients it serves."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from tests.bench.client import Round, chats
from tests.bench.wire import TOKEN, call_around_chat


class Sending:
    """One round: the requests still to send, and an event for the last answer."""

    def __init__(self, work: Round) -> None:
        before, self.after = call_around_chat()
        length = len(before) + len(str(next(chats(work)))) + len(self.after)
        self.before = (
            f"POST /bot{TOKEN}/sendMessage HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        ).encode() + before
        self.waiting = chats(work)
        self.unanswered = work.messages
        self.done = asyncio.Event()


class Connection(asyncio.Protocol):
    """Sends the next request when the last one is answered."""

    def __init__(self, sending: Sending) -> None:
        self.sending = sending
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.send_next()

    def send_next(self) -> None:
        """The next request, if one is left."""
        chat_id = next(self.sending.waiting, None)
        if chat_id is None:
            self.transport.close()
        else:
            self.transport.write(b"%b%d%b" % (self.sending.before, chat_id, self.sending.after))

    def data_received(self, data: bytes) -> None:
        received = self.received + data
        self.received = received
        end = received.find(b"\r\n\r\n")
        if end < 0:
            return
        head = received[:end].lower()
        length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        if len(received) < end + 4 + length:
            return
        self.received = b""
        self.sending.unanswered -= 1
        if self.sending.unanswered == 0:
            self.sending.done.set()
        self.send_next()


async def run(url: str, work: Round) -> Mapping[str, float]:
    """One round."""
    address = urlsplit(url)
    host, port = str(address.hostname), int(address.port or 80)
    loop = asyncio.get_running_loop()
    sending = Sending(work)
    begun = time.perf_counter()
    await asyncio.gather(
        *(
            loop.create_connection(lambda: Connection(sending), host, port)
            for _ in range(work.in_flight)
        )
    )
    await sending.done.wait()
    return {"seconds": time.perf_counter() - begun}
