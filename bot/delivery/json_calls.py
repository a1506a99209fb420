"""JSON to one server and its answer, over an aiohttp connector without an aiohttp session.

What goes out by the thousand goes this way. aiohttp opens the connections, keeps them, gives them
out and reads the answers; a session would make a request, a response, two timers and a task for
every call, which cost two thirds of it. No redirect is followed, no cookie kept, nothing sent again
and no HTTP proxy used: what needs one of these takes a session.
"""

import asyncio
from dataclasses import dataclass
from math import inf

import aiohttp
from aiohttp import hdrs
from aiohttp.client_proto import ResponseHandler
from yarl import URL

from bot.delivery.failures import Flight
from bot.delivery.wire import whole


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
    ) -> tuple[int, bytes]:
        """The status and the bytes of the answer, at most `limit` of them.

        `reach` is for getting a connection, `patience` for all that comes after; None waits for
        ever. Raises what aiohttp raises, TimeoutError and TooLong. From `flight` it is known
        whether the call may have arrived.
        """
        address = self._addresses.get(url) or self._remember(url)
        connection = await self._connector.connect(address.request, [], reach)
        try:
            protocol, transport = connection.protocol, connection.transport
            if protocol is None or transport is None or transport.is_closing():
                raise aiohttp.ClientConnectionResetError
            protocol.set_response_params(read_until_eof=True)
            flight.left = True
            transport.write(b"%b%d\r\n\r\n%b" % (address.head, len(body), body))
            with self._patience.over(transport, patience):
                answer = await _answer(protocol, limit)
            if transport.get_write_buffer_size():  # answered before all was read: no good for more
                connection.close()
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
        lines = [
            f"{request.method} {request.url.raw_path_qs} HTTP/1.1",
            *(f"{name}: {value}" for name, value in headers.items()),
            f"{hdrs.CONTENT_LENGTH}: ",
        ]
        address = _Address(request, "\r\n".join(lines).encode())
        self._addresses[url] = address
        return address


class _Patience:
    """Ends connections whose far side lets us wait too long, be it byte by byte; with one timer for
    all, as one for each would cost a tenth of a call."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._until: dict[asyncio.Transport, float] = {}
        self._timer: asyncio.TimerHandle | None = None

    def over(self, transport: asyncio.Transport, seconds: float | None) -> "_Waiting":
        """What is done in this block may take so long; then it ends with TimeoutError."""
        until = self._loop.time() + (inf if seconds is None else seconds)
        self._until[transport] = until
        if self._timer is None or until < self._timer.when():
            self._look_at(until)
        return _Waiting(self._until, transport)

    def _look_at(self, when: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if when == inf else self._loop.call_at(when, self._look)

    def _look(self) -> None:
        late = [each for each, until in self._until.items() if until <= self._loop.time()]
        for transport in late:
            del self._until[transport]
            transport.abort()
        self._look_at(min(self._until.values(), default=inf))


@dataclass(slots=True)
class _Waiting:
    until: dict[asyncio.Transport, float]
    transport: asyncio.Transport

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        is_late = self.until.pop(self.transport, None) is None
        if is_late and (kind is None or issubclass(kind, Exception)):  # cancelled stays cancelled
            raise TimeoutError


async def _answer(protocol: ResponseHandler, limit: int) -> tuple[int, bytes]:
    while True:
        message, content = await protocol.read()
        if message.code >= 200 or message.code == 101:  # what comes before is no answer yet
            return message.code, await whole(content, limit)
