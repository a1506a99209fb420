"""Opening pages that people sent links to: only public ones, hop by hop, within limits.

Whatever a server does, the outcome is a PageState; what a page says is judged elsewhere. Neither
addresses nor contents reach any log from here.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Final, Self

import aiohttp
from yarl import URL

from bot.articles.bodies import PACKINGS, PLAIN, Body, Garbled, TooLong
from bot.articles.guard import AddressRefused, GuardedConnector
from bot.articles.policy import SHIPPED, FetchPolicy
from bot.articles.turns import HostTurns
from bot.articles.urls import canonical_key, check_link
from bot.config import Config
from bot.domain.articles import PageState
from bot.domain.folding import fold
from bot.errors import InvalidInput
from bot.proxies import is_socks

_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})
_PDF: Final = "application/pdf"
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_STATES: Final = {
    401: PageState.BLOCKED,
    403: PageState.BLOCKED,
    404: PageState.NOT_FOUND,
    407: PageState.BLOCKED,
    408: PageState.TIMEOUT,
    410: PageState.NOT_FOUND,
    429: PageState.BLOCKED,
    451: PageState.BLOCKED,
}
_TLS_ERRORS: Final = (aiohttp.ClientSSLError, ssl.SSLError)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What opening a link led to. `body` is there for HTML that is OK or REDIRECTED only."""

    state: PageState
    final_url: str = field(default="", repr=False)
    """The last address that was asked for, or the link if none was."""
    hops: tuple[str, ...] = field(default=(), repr=False)
    """The addresses that were asked for, in order, from the link's own to the last."""
    status: int | None = None
    content_type: str = ""
    charset: str | None = None
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """The page is said to be at another place, as the server writes it."""

    location: str


class Pages:
    """Fetches pages as `policy` says; used as an async context manager.

    At its end nothing may be under way any more: whoever waits for a page is to be cancelled first.
    `seconds` only ever go on; the pauses between pages of a host are counted in them.
    """

    def __init__(
        self, policy: FetchPolicy = SHIPPED, *, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._policy = policy
        self._turns = HostTurns(policy, seconds=seconds)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        policy = self._policy
        self._session = aiohttp.ClientSession(
            connector=_connector(policy),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            proxy=None if is_socks(policy.proxy) else policy.proxy,
            auto_decompress=False,  # it would unpack whatever comes
            headers={
                "User-Agent": policy.user_agent,
                "Accept": "text/html, application/xhtml+xml, application/pdf;q=0.9",
                "Accept-Encoding": "gzip",
                "Accept-Language": "vi, en;q=0.5",
            },
            timeout=aiohttp.ClientTimeout(
                total=None,  # `_ask` has its own, for all hops together
                connect=policy.seconds_to_connect,
                sock_connect=policy.seconds_to_connect,
            ),
            max_line_size=policy.longest_header,
            max_field_size=policy.longest_header,
            max_headers=policy.most_headers,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def get(self, link: str) -> Fetched:
        """What this link leads to. It waits for the host's turn, and then no longer than the policy
        allows; whatever a server does, nothing is raised."""
        if self._session is None:
            raise RuntimeError("pages are fetched within `async with` only")
        hops: list[str] = []
        try:
            outcome = await self._follow(self._session, URL(check_link(link)), hops)
        except InvalidInput:
            outcome = Fetched(PageState.UNSAFE)
        except ValueError:  # a link that only yarl finds fault with
            outcome = Fetched(PageState.MANUAL)
        final = hops[-1] if hops else link
        if outcome.state is PageState.OK and canonical_key(final) != canonical_key(hops[0]):
            outcome = replace(outcome, state=PageState.REDIRECTED)
        return replace(outcome, final_url=final, hops=tuple(hops))

    async def _follow(self, session: aiohttp.ClientSession, url: URL, hops: list[str]) -> Fetched:
        """Ask from hop to hop, each judged like the link itself; InvalidInput for one that must not
        be asked, ValueError for one that cannot be understood."""
        clock = asyncio.get_running_loop().time
        left = self._policy.seconds_in_all
        while len(hops) <= self._policy.most_redirects:
            host = self._checked_host(url)
            if not self._policy.opens(host):
                return Fetched(PageState.MANUAL)
            async with self._turns.turn(host):
                begun = clock()
                hops.append(str(url))
                answer = await self._ask(session, url, seconds=left)
                left -= clock() - begun
            if isinstance(answer, Fetched):
                return answer
            url = url.join(URL(answer.location))
        # Also in circles: sites that want a cookie send whoever has none to and fro.
        return Fetched(PageState.MANUAL)

    def _checked_host(self, url: URL) -> str:
        """The host of an address just as it will be asked for; InvalidInput if it must not be."""
        canonical_key(str(url))  # what `check_link` refuses, at any length
        if url.scheme not in ("http", "https") or url.port not in self._policy.ports:
            raise InvalidInput("link.port")
        if not url.raw_host or url.user is not None or url.password is not None:
            raise InvalidInput("link.userinfo")
        return url.raw_host.lower().removesuffix(".")

    async def _ask(
        self, session: aiohttp.ClientSession, url: URL, *, seconds: float
    ) -> Fetched | _Elsewhere:
        try:
            async with (
                asyncio.timeout(seconds),
                session.get(url, allow_redirects=False) as response,
            ):
                try:
                    return await self._read(response)
                finally:
                    response.close()  # what was not read will not be
        except TooLong:
            return Fetched(PageState.TOO_LARGE)
        except (Garbled, aiohttp.ClientError, OSError, ValueError) as error:
            return Fetched(_state_after(error))

    async def _read(self, response: aiohttp.ClientResponse) -> Fetched | _Elsewhere:
        status = response.status
        location = response.headers.get("Location", "")
        if status in _MOVED and location:
            return _Elsewhere(location)
        if not 200 <= status < 300:
            usual = PageState.SERVER_ERROR if status >= 500 else PageState.MANUAL
            return Fetched(_STATES.get(status, usual), status=status)
        found = Fetched(
            PageState.OK,
            status=status,
            content_type=_word(response.content_type),
            charset=_word(response.charset or "") or None,
        )
        if found.content_type == _PDF:
            return found
        if found.content_type not in _HTML:
            return replace(found, state=PageState.NOT_HTML)
        encoding = response.headers.get("Content-Encoding", "").strip().lower()
        if encoding not in PLAIN | PACKINGS:  # we have asked for nothing else
            return replace(found, state=PageState.MANUAL)
        body = Body(encoding, most=self._policy.most_bytes)
        async for piece in response.content.iter_any():
            body.take(piece)
        return replace(found, body=body.whole())


def policy_from(config: Config) -> FetchPolicy:
    """The shipped policy with what an office has settled for itself."""
    office = "".join(each for each in fold(config.office.name) if each.isascii())
    return replace(
        SHIPPED,
        allowed_hosts=config.articles.allowed_hosts,
        proxy=config.articles.proxy or None,
        user_agent=f"{SHIPPED.user_agent.removesuffix(')')}; {office})",
    )


def _connector(policy: FetchPolicy) -> aiohttp.BaseConnector:
    """Through a proxy it is the list of allowed hosts that keeps us from harm: who connects to
    which address is the proxy's matter, and the proxy itself may well be in our own network."""
    if policy.proxy is None:
        return GuardedConnector(policy)
    if is_socks(policy.proxy):
        from bot import socks  # most offices have no use for it

        return socks.connector(policy.proxy, limit=policy.at_once, keepalive_timeout=0)
    return aiohttp.TCPConnector(limit=policy.at_once, force_close=True)


def _word(given: str) -> str:
    """A word of a server's if it is one that can be kept; empty for a flood or half characters."""
    return given if given.isascii() and given.isprintable() and len(given) <= 100 else ""


def _state_after(error: BaseException) -> PageState:
    """What a failure comes to; its own words hold addresses and are not kept."""
    causes = tuple(_causes(error))
    if any(isinstance(each, AddressRefused) for each in causes):
        return PageState.UNSAFE
    if any(isinstance(each, TimeoutError) for each in causes):
        return PageState.TIMEOUT
    if any(isinstance(each, _TLS_ERRORS) for each in causes):
        return PageState.TLS_ERROR
    return PageState.UNREACHABLE


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
