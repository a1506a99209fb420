"""Looks at pages that are due: opens them, reads them, keeps what was found.

What a look changes is decided in `actions.page_looks`. A page that could not be kept is still due:
a crash costs one more look.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from zoneinfo import ZoneInfo

from bot.actions import page_looks
from bot.articles.fetch import Fetched, Pages
from bot.articles.manual_hosts import is_manual
from bot.articles.page import Page as Read
from bot.articles.policy import FetchPolicy
from bot.articles.reading import PageReader
from bot.articles.urls import canonical_key
from bot.domain.articles import OPENED, PageKind, PageState
from bot.domain.findings import title_key_of
from bot.errors import InvalidInput
from bot.runtime import Runtime, Wake
from bot.storage import pages
from bot.storage.pages import Look
from bot.storage.tables import Page

_log = logging.getLogger(__name__)

_IDLE_SECONDS = 5.0
_AT_ONCE = 16
# More would only wait for their host's turn, and keep others from being taken.
_AT_ONCE_PER_HOST = 2
_READABLE = frozenset({PageKind.ARTICLE, PageKind.UNKNOWN})


class PagesWorker:
    """The loop that keeps pages looked at."""

    def __init__(self, rt: Runtime, policy: FetchPolicy) -> None:
        self._rt = rt
        self._policy = policy
        self._zone = ZoneInfo(rt.config.office.zone)
        self._reader = PageReader()
        self._under_way: dict[asyncio.Task[Look], Page] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Look at pages until told to stop; what is under way then is looked at next time."""
        stopped = asyncio.create_task(stop.wait(), name="stop-pages")
        try:
            async with self._opened() as opened:
                while not stop.is_set():
                    await self._turn(opened, stopped)
        finally:
            stopped.cancel()

    async def do_some(self) -> bool:
        """Look at some of what is due; False if nothing is."""
        async with self._opened() as opened:
            await self._begin(opened)
            begun = list(self._under_way)
            if begun:
                await asyncio.wait(begun)
                await self._keep()
        return bool(begun)

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[Pages]:
        async with self._reader, Pages(self._policy, seconds=self._rt.seconds) as opened:
            try:
                yield opened
            finally:
                for task in self._under_way:
                    task.cancel()
                await asyncio.gather(*self._under_way, return_exceptions=True)
                self._under_way.clear()

    async def _turn(self, opened: Pages, stopped: asyncio.Task[bool]) -> None:
        try:
            await self._begin(opened)
            if self._under_way:
                waited = {stopped, *self._under_way}
                await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
                await self._keep()
                return
        except Exception:
            # What was not kept is still due.
            _log.exception("pages_failed")
        await self._rt.signals.wait(Wake.PAGES, _IDLE_SECONDS)

    async def _begin(self, opened: Pages) -> None:
        """Begin with as many pages as there is room for; no host gets more than its share."""
        room = _AT_ONCE - len(self._under_way)
        while room > 0:
            hosts = Counter(pages.host_of(page) for page in self._under_way.values())
            async with self._rt.read() as session:
                due = await pages.due(
                    session,
                    now=self._rt.now(),
                    limit=room,
                    without_hosts=[host for host, n in hosts.items() if n >= _AT_ONCE_PER_HOST],
                    without_ids=[page.id for page in self._under_way.values()],
                )
            begun = 0
            for page in due:
                host = pages.host_of(page)
                if hosts[host] < _AT_ONCE_PER_HOST:
                    hosts[host] += 1
                    begun += 1
                    task = asyncio.create_task(self._look(opened, page), name="page")
                    self._under_way[task] = page
            room -= begun
            if not begun:
                return

    async def _keep(self) -> None:
        """Keep, all at once, what has been found."""
        done = {task: page for task, page in self._under_way.items() if task.done()}
        for task in done:
            del self._under_way[task]
        self._rt.fault("page_read")
        async with self._rt.write() as session:
            for task, page in done.items():
                await page_looks.take(
                    session, page, await task, zone=self._zone, now=self._rt.now()
                )

    async def _look(self, opened: Pages, page: Page) -> Look:
        try:
            return await self._found(opened, page)
        except Exception:
            # Left due it would come again at once, and for ever.
            _log.exception("page_failed", extra={"page": page.id})
            return Look(state=PageState.MANUAL)

    async def _found(self, opened: Pages, page: Page) -> Look:
        articles = self._rt.config.articles
        if not articles.check_links or is_manual(page.url_key):
            return Look(state=PageState.MANUAL)
        fetched = await opened.get(page.url)
        if fetched.state not in OPENED:
            return Look(state=fetched.state, status=fetched.status)
        if not fetched.body:
            return Look(state=fetched.state, status=fetched.status, known=_place(fetched))
        read = await self._reader.read(
            fetched.body,
            url=fetched.final_url,
            content_type=fetched.content_type,
            now=self._rt.now(),
            zone=self._zone,
        )
        return _look_of(fetched, read, keeps_text=articles.keep_text)


def _look_of(fetched: Fetched, read: Read, *, keeps_text: bool) -> Look:
    """What was read of a page; of one that is no article now only that, so that what was read when
    it was one stays known."""
    if read.kind is PageKind.NOT_FOUND:
        return Look(state=PageState.SOFT404, status=fetched.status, known={"kind": read.kind})
    known: dict[str, object] = {"kind": read.kind}
    if read.kind in _READABLE:
        known |= _place(fetched) | _known(read, keeps_text=keeps_text)
    return Look(state=fetched.state, status=fetched.status, known=known)


def _place(fetched: Fetched) -> dict[str, object]:
    return {"final_url": fetched.final_url, "final_key": _key(fetched.final_url)}


def _known(read: Read, *, keeps_text: bool) -> dict[str, object]:
    published = read.published
    return {
        "title": read.title,
        "title_key": title_key_of(read.title) if read.title else None,
        "site": read.site,
        "author": read.author,
        "published_on": published.day if published else None,
        "published_at": published.at if published else None,
        "published_is_sure": bool(published and published.is_sure),
        "canonical_key": _key(read.canonical) if read.canonical else None,
        "text_hash": read.text_hash,
        "fingerprint": read.fingerprint,
        "text": read.text if keeps_text else None,
    }


def _key(url: str) -> str | None:
    try:
        return canonical_key(url)
    except InvalidInput:
        return None
