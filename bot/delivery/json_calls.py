"""JSON to one server and its answer, over an aiohttp connector without an aiohttp session.

What goes out by the thousand goes this way. aiohttp opens the connections, keeps them, gives them
out and reads the answers, but those that come short and whole, as nearly all do: a session would
make a request, a response, two timers and a task for every call, and its reader a parser and a
stream for every answer, which cost three quarters of it. No redirect is followed, no cookie kept,
nothing sent again and no HTTP proxy used: what needs one of these takes a session.
"""

import asyncio
import re
from dataclasses import dataclass
from math import inf

import aiohttp
from aiohttp import hdrs
from aiohttp.client_proto import ResponseHandler
from yarl import URL

from bot.delivery.failures import Flight, TooLong
from bot.delivery.wire import whole

Received = tuple[int, bytes]  # an answer's status and bytes


@dataclass(frozen=True, slots=True)
class _Address:
    """Where calls of one method go, made once."""

    request: aiohttp.ClientRequest  # never sent: of it the connector reads where to connect to
    head: bytes  # up to the number of bytes, which is each call's own


class JsonCalls:
    """Calls over `connector`, which its owner closes."""

    def __init__(self, connector: aiohttp.TCPConnector, session: aiohttp.ClientSession) -> None:
        self._connector = connector
        self._session = session
        self._addresses: dict[str, _Address] = {}
        self._patience = _Patience()

    async def post(
        self,
        url: str,
        body: bytes,
        *,
        reach: aiohttp.ClientTimeout,
        patience: float | None,
        limit: int,
        flight: Flight,
    ) -> Received:
        """The status and the bytes of the answer, at most `limit` of them.

        `reach` is for getting a connection, `patience` for all that comes after; None waits for
        ever. Raises what aiohttp raises, TimeoutError and TooLong. From `flight` it is known
        whether the call may have arrived.
        """
        address = self._addresses.get(url) or self._remember(url)
        connection = await self._connector.connect(address.request, [], reach)
        try:
            reader, transport = connection.protocol, connection.transport
            if reader is None or transport is None or transport.is_closing() or reader.should_close:
                raise aiohttp.ClientConnectionResetError  # or something came that nobody asked for
            line = _line(reader, transport)
            flight.left = True
            transport.write(b"%b%d\r\n\r\n%b" % (address.head, len(body), body))
            self._patience.watch(line, patience)
            try:
                answer = await line.answer(limit)
            finally:
                self._patience.forget(line)
            if transport.get_write_buffer_size():  # answered before all was read: no good for more
                transport.abort()
        except BaseException:
            connection.close()
            raise
        connection.release()
        return answer

    def _remember(self, url: str) -> _Address:
        request = aiohttp.ClientRequest(
            hdrs.METH_POST,
            URL(url),
            headers={hdrs.CONTENT_TYPE: "application/json"},
            loop=asyncio.get_running_loop(),
            session=self._session,
        )
        headers = {**request.headers}
        headers.pop(hdrs.CONTENT_LENGTH, None)
        headers.pop(hdrs.ACCEPT_ENCODING, None)  # a thousand bytes are not worth unpacking
        lines = [
            f"{request.method} {request.url.raw_path_qs} HTTP/1.1",
            *(f"{name}: {value}" for name, value in headers.items()),
            f"{hdrs.CONTENT_LENGTH}: ",
        ]
        address = _Address(request, "\r\n".join(lines).encode())
        self._addresses[url] = address
        return address


_OTHER_HEADERS = (
    rb"(?:\r\n(?!(?:content-length|content-encoding|transfer-encoding):)"
    rb"(?!connection:(?! *keep-alive\r))[^\s:]+:[^\r\n]*)*"
)
_SHORT_AND_WHOLE = re.compile(
    rb"HTTP/1\.1 ([2-5]\d\d) [^\r\n]*"
    + _OTHER_HEADERS
    + rb"\r\ncontent-length: *(\d{1,9})"
    + _OTHER_HEADERS
    + rb"\r\n\r\n",
    re.IGNORECASE,
)


def _received(data: bytes) -> Received | None:
    """An answer that is here from its first byte to its last, and says so; None if it is not."""
    head = _SHORT_AND_WHOLE.match(data)
    if head is None or head.end() + int(head[2]) != len(data):
        return None
    return int(head[1]), data[head.end() :]


class _Line(asyncio.Protocol):
    """What hears a connection before aiohttp's `reader` of it, which is told all that is no answer
    short and whole, and everything while no call of ours waits."""

    def __init__(self, reader: ResponseHandler, transport: asyncio.Transport) -> None:
        self._reader = reader
        self._transport = transport
        self._waiting: asyncio.Future[Received | None] | None = None
        self._is_late = False
        self.pause_writing = reader.pause_writing  # type: ignore[method-assign]
        self.resume_writing = reader.resume_writing  # type: ignore[method-assign]
        self.eof_received = reader.eof_received  # type: ignore[method-assign]

    async def answer(self, limit: int) -> Received:
        """What the far side says to what was just written to it."""
        self._waiting = asyncio.get_running_loop().create_future()
        try:
            received = await self._waiting or await _read(self._reader, limit)
        except Exception:
            if self._is_late:
                raise TimeoutError from None
            raise
        finally:
            self._waiting = None
        if self._is_late:  # cut off, what has no length looks as if it had come to its end
            raise TimeoutError
        if len(received[1]) > limit:
            raise TooLong
        return received

    def give_up(self) -> None:
        """It has taken too long."""
        self._is_late = True
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take it for the answer, or hand it on."""
        if self._waiting is None or self._waiting.done():
            self._reader.data_received(data)
            return
        received = _received(data)
        if received is None:
            self._reader.set_response_params(read_until_eof=True)
            self._reader.data_received(data)
        self._waiting.set_result(received)

    def connection_lost(self, error: Exception | None) -> None:
        """Whoever waits learns it from the reader."""
        self._reader.connection_lost(error)
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)


def _line(reader: ResponseHandler, transport: asyncio.Transport) -> _Line:
    """The line of this connection, which is laid once."""
    line = transport.get_protocol()
    if not isinstance(line, _Line):
        line = _Line(reader, transport)
        transport.set_protocol(line)
    return line


async def _read(reader: ResponseHandler, limit: int) -> Received:
    while True:
        message, content = await reader.read()
        if message.code >= 200 or message.code == 101:  # what comes before is no answer yet
            return message.code, await whole(content, limit)


class _Patience:
    """Ends calls whose far side lets us wait too long, be it byte by byte; with one timer for all,
    as one for each would cost a tenth of a call."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._until: dict[_Line, float] = {}
        self._timer: asyncio.TimerHandle | None = None

    def watch(self, line: _Line, seconds: float | None) -> None:
        """Until it is forgotten, the line's answer may take so long; then it is given up."""
        until = self._loop.time() + (inf if seconds is None else seconds)
        self._until[line] = until
        if self._timer is None or until < self._timer.when():
            self._look_at(until)

    def forget(self, line: _Line) -> None:
        """The answer is here, or will not come."""
        self._until.pop(line, None)

    def _look_at(self, when: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if when == inf else self._loop.call_at(when, self._look)

    def _look(self) -> None:
        late = [each for each, until in self._until.items() if until <= self._loop.time()]
        for line in late:
            del self._until[line]
            line.give_up()
        self._look_at(min(self._until.values(), default=inf))
