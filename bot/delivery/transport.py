"""The one way to Telegram over HTTP, on aiohttp: for our own calls and for python-telegram-bot.

It says what is known of every call: an answer, surely not sent, or unknown. What follows from that
is decided in `retry`. No text that leaves this module holds the token.
"""

import asyncio
import errno
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote, urlsplit

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError
from telegram.error import NetworkError
from telegram.request import BaseRequest, RequestData

from bot.delivery import local_files
from bot.delivery.failures import (
    Answer,
    DownloadReason,
    DownloadRefused,
    Flight,
    NotSent,
    TooLong,
    Trouble,
    Unknown,
)
from bot.delivery.json_calls import JsonCalls
from bot.delivery.wire import (
    Body,
    Upload,
    body_of,
    form,
    json_bytes,
    taken_message,
    telegram_object,
    whole,
)
from bot.errors import InvalidInput
from bot.proxies import ProxyFault, fault_of, is_socks

LONGEST_ANSWER = 32 * 1024 * 1024  # bytes; getUpdates gives 4 MiB, a file has up to 20 MB
DOWNLOAD_SECONDS = 600.0
KEEP_ALIVE_SECONDS = 15.0  # a connection idle for longer may be dead, and its loss "unknown"


class NotSentError(NotSent, NetworkError):
    """Surely not sent, in a form that python-telegram-bot passes on."""


class UnknownError(Unknown, NetworkError):
    """Perhaps sent, in a form that python-telegram-bot passes on."""


@dataclass(frozen=True)
class _TimeOuts:
    """Seconds for each stage of a request; None waits for ever."""

    pool: float | None
    connect: float | None
    write: float | None
    read: float | None

    @cached_property
    def patience(self) -> float | None:
        """From the last bytes handed over to the end of the answer.

        aiohttp has no time-out for a peer that stops reading, and starts the one for reading anew
        with every byte: this one ends what drips.
        """
        return None if self.write is None or self.read is None else self.write + self.read

    @cached_property
    def short_patience(self) -> float | None:
        """The same for a short body: handing it over takes no time worth a stage of its own, on its
        way it may take as long as connecting."""
        return None if self.connect is None or self.read is None else self.connect + self.read

    @cached_property
    def reach(self) -> aiohttp.ClientTimeout:
        """As aiohttp is told them."""
        connect = None
        if self.pool is not None and self.connect is not None:
            connect = self.pool + self.connect
        return aiohttp.ClientTimeout(
            total=None, connect=connect, sock_connect=self.connect, sock_read=self.read
        )


@dataclass(frozen=True, slots=True)
class _Watch:
    """What aiohttp's trace tells about one request while it is under way."""

    flight: Flight
    timer: asyncio.Timeout
    patience: float | None

    def begin(self) -> None:
        """From here on the answer is waited for."""
        if self.patience is not None:
            try:
                self.timer.reschedule(asyncio.get_running_loop().time() + self.patience)
            except RuntimeError:
                pass  # the answer came before the end of the body: nothing is left to watch


class AiohttpRequest(BaseRequest):
    """One pool of connections to one Bot API server for one bot.

    `call` and `download` are ours; `do_request` serves python-telegram-bot. Time-outs are seconds
    for one stage each, never for the whole: only so "not sent" stays apart from "unknown".
    """

    def __init__(
        self,
        token: str,
        *,
        api_url: str = "https://api.telegram.org",
        pool_size: int = 8,
        pool_timeout: float = 10.0,
        connect_timeout: float = 10.0,
        read_timeout: float = 20.0,
        write_timeout: float = 20.0,
        proxy: str | None = None,
        local_files: Path | None = None,
    ) -> None:
        self._token = token
        self._api_url = api_url.rstrip("/")
        self._pool_size = pool_size
        self._defaults = _TimeOuts(pool_timeout, connect_timeout, write_timeout, read_timeout)
        self._reading: dict[float, _TimeOuts] = {}  # thousands of calls have the same few
        self._proxy = _checked_proxy(proxy)
        self._local_files = local_files
        self._session: aiohttp.ClientSession | None = None
        self._json_calls: JsonCalls | None = None

    def __repr__(self) -> str:
        return (
            f"<AiohttpRequest to {urlsplit(self._api_url).hostname}, {self._pool_size} connections>"
        )

    @property
    def read_timeout(self) -> float | None:
        """The usual time-out for an answer, in seconds."""
        return self._defaults.read

    async def initialize(self) -> None:
        """Open the pool; no connection is made yet. Harmless when it is open."""
        if self._session is not None:
            return
        trace = aiohttp.TraceConfig()
        trace.on_request_headers_sent.append(_on_headers)
        trace.on_request_chunk_sent.append(_on_chunk)
        http_proxy = None if is_socks(self._proxy) else self._proxy
        connector = self._connector()
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            proxy=http_proxy,
            trace_configs=[trace],
        )
        if http_proxy is None:
            self._json_calls = JsonCalls(connector, self._session)

    def _connector(self) -> aiohttp.TCPConnector:
        if not is_socks(self._proxy):
            return aiohttp.TCPConnector(limit=self._pool_size, keepalive_timeout=KEEP_ALIVE_SECONDS)
        from bot import socks  # most offices have no use for it

        return socks.connector(
            self._proxy, limit=self._pool_size, keepalive_timeout=KEEP_ALIVE_SECONDS
        )

    async def shutdown(self) -> None:
        """Close the pool and what is under way in it. Harmless when it is closed."""
        session, self._session, self._json_calls = self._session, None, None
        if session is not None:
            await session.close()

    async def call(
        self,
        method: str,
        payload: Mapping[str, object] | bytes,
        *,
        files: Mapping[str, Upload] | None = None,
        read_timeout: float,
        flight: Flight | None = None,
        whole: bool = True,
    ) -> Answer:
        """Call a Bot API method without building objects of the answer; errors of Telegram too.

        Who only wants to know that a message was taken says `whole=False`: of such an answer
        nothing but the message's number is read.

        Raises NotSentError or UnknownError if there is no answer. After a cancellation
        `flight.left` tells whether the request may have arrived.
        """
        status, raw = await self._exchange(
            "POST",
            f"{self._api_url}/bot{self._token}/{method}",
            body=_encoded(payload, files),
            time_outs=self._but_reading(read_timeout),
            limit=LONGEST_ANSWER,
            flight=flight,
        )
        if not whole and (taken := taken_message(raw)) is not None:
            return Answer(status, taken)
        return Answer(status, telegram_object(self._without_token(raw)))

    async def download(self, file_path: str, *, limit: int) -> bytes:
        """The file getFile named, at most `limit` bytes.

        Raises DownloadRefused for good, NotSentError or UnknownError for now: both may be retried.
        """
        if self._local_files is not None and Path(file_path).is_absolute():
            return await asyncio.to_thread(
                local_files.read, file_path, directory=self._local_files, limit=limit
            )
        url = f"{self._api_url}/file/bot{self._token}/{quote(file_path)}"
        try:
            async with asyncio.timeout(DOWNLOAD_SECONDS):
                status, raw = await self._exchange("GET", url, limit=limit)
        except TimeoutError:
            raise UnknownError(Trouble.ANSWER_TIMEOUT, "DOWNLOAD_SECONDS") from None
        except UnknownError as failure:
            if failure.trouble is Trouble.TOO_LONG:
                raise DownloadRefused(DownloadReason.TOO_LARGE) from None
            raise
        if status == 200:
            return raw
        if status in (400, 404) and telegram_object(raw) is not None:
            raise DownloadRefused(DownloadReason.NOT_FOUND)
        raise UnknownError(Trouble.NOT_TELEGRAM, f"HTTP {status}")

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Serve python-telegram-bot; what is no answer of Telegram raises UnknownError."""
        usual = self._defaults
        time_outs = _TimeOuts(
            pool=_seconds(pool_timeout, usual=usual.pool),
            connect=_seconds(connect_timeout, usual=usual.connect),
            write=_seconds(write_timeout, usual=usual.write),
            read=_seconds(read_timeout, usual=usual.read),
        )
        status, raw = await self._exchange(
            method, url, body=body_of(request_data), time_outs=time_outs, limit=LONGEST_ANSWER
        )
        if method == "GET" and status == 200:  # a file
            return status, raw
        raw = self._without_token(raw)
        answer = telegram_object(raw)
        if answer is None or answer["ok"] is not (status == 200):
            raise UnknownError(Trouble.NOT_TELEGRAM, f"HTTP {status}")
        return status, raw

    async def _exchange(
        self,
        method: str,
        url: str,
        *,
        body: Body = None,
        time_outs: _TimeOuts | None = None,
        limit: int,
        flight: Flight | None = None,
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise RuntimeError("the transport is not initialised, or shut down already")
        time_outs = time_outs or self._defaults
        flight = flight or Flight()
        try:
            if isinstance(body, bytes) and self._json_calls is not None:
                return await self._json_calls.post(
                    url,
                    body,
                    reach=time_outs.reach,
                    patience=time_outs.short_patience,
                    limit=limit,
                    flight=flight,
                )
            async with asyncio.timeout(None) as timer:
                watch = _Watch(flight, timer, time_outs.patience)
                async with self._session.request(
                    method,
                    url,
                    data=body,
                    headers={"Content-Type": "application/json"} if isinstance(body, bytes) else {},
                    timeout=time_outs.reach,
                    allow_redirects=False,  # it would send a second time
                    trace_request_ctx=watch,
                ) as response:
                    if (response.content_length or 0) > limit:
                        raise TooLong
                    return response.status, await whole(response.content, limit)
        except (aiohttp.ClientError, HttpProcessingError, OSError, ValueError) as error:
            failure = _failure(error, flight)
        # Raised out here so that the original, which knows the address, is not even its context.
        raise failure

    def _but_reading(self, read_timeout: float) -> _TimeOuts:
        if read_timeout not in self._reading:
            self._reading[read_timeout] = replace(self._defaults, read=read_timeout)
        return self._reading[read_timeout]

    def _without_token(self, raw: bytes) -> bytes:
        """Some gateways repeat the address they were asked for."""
        secret = self._token.rpartition(":")[2].encode()
        return raw.replace(secret, b"<token>") if secret and secret in raw else raw


def _encoded(
    payload: Mapping[str, object] | bytes, files: Mapping[str, Upload] | None
) -> bytes | aiohttp.FormData:
    if isinstance(payload, bytes):
        return payload
    return form(payload, files) if files else json_bytes(payload)


async def _on_headers(_: aiohttp.ClientSession, context: SimpleNamespace, __: object) -> None:
    """aiohttp calls this when the next step is to hand the headers to the system."""
    watch: _Watch = context.trace_request_ctx
    watch.flight.left = True


async def _on_chunk(_: aiohttp.ClientSession, context: SimpleNamespace, __: object) -> None:
    watch: _Watch = context.trace_request_ctx
    watch.begin()


_BEFORE_IT_LEFT: tuple[tuple[tuple[type[Exception], ...], Trouble], ...] = (
    ((TimeoutError,), Trouble.CONNECT_TIMEOUT),
    ((aiohttp.ClientConnectorDNSError,), Trouble.DNS),
    ((aiohttp.ClientSSLError, aiohttp.ServerFingerprintMismatch), Trouble.TLS),
    ((aiohttp.ClientProxyConnectionError, aiohttp.ClientHttpProxyError), Trouble.PROXY),
    ((aiohttp.ClientConnectionError, OSError), Trouble.CONNECT),
)
_AFTER_IT_LEFT: tuple[tuple[tuple[type[Exception], ...], Trouble], ...] = (
    ((TooLong,), Trouble.TOO_LONG),
    ((TimeoutError,), Trouble.ANSWER_TIMEOUT),
    (
        (aiohttp.ClientPayloadError, aiohttp.ClientResponseError, HttpProcessingError),
        Trouble.BROKEN_ANSWER,
    ),
    ((aiohttp.ClientConnectionError, OSError), Trouble.RESET),
)


def _failure(error: Exception, flight: Flight) -> NotSentError | UnknownError:
    """What is known after `error`, in words of our own: aiohttp's hold the address."""
    table = _AFTER_IT_LEFT if flight.left else _BEFORE_IT_LEFT
    trouble = next((known for kinds, known in table if isinstance(error, kinds)), Trouble.OTHER)
    number = getattr(error, "errno", None) or getattr(error, "status", None)
    detail = f"{type(error).__name__} {errno.errorcode.get(number, number) if number else ''}"
    return (UnknownError if flight.left else NotSentError)(trouble, detail.rstrip())


def _seconds(given: object, *, usual: float | None) -> float | None:
    """None means for ever, seconds are seconds, DEFAULT_NONE means as usual."""
    if given is None:
        return None
    return float(given) if isinstance(given, int | float) else usual


def _checked_proxy(proxy: str | None) -> str | None:
    if not proxy:
        return None
    match fault_of(proxy):
        case ProxyFault.NOT_UNDERSTOOD:
            raise InvalidInput("transport.proxy_not_understood")
        case ProxyFault.LOGIN_NOT_USABLE:
            raise InvalidInput("transport.proxy_login_not_usable")
    return proxy
