"""Looks at pages that are due: opens them, reads them, keeps what was found.

What a look changes is decided in `actions.page_looks`. A page that could not be kept is still due:
a crash costs one more look.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from zoneinfo import ZoneInfo

from bot.actions import page_looks
from bot.articles.fetch import Fetched, Pages
from bot.articles.manual_hosts import is_manual
from bot.articles.metadata import read_page
from bot.articles.page import Page as Read
from bot.articles.policy import FetchPolicy
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
        self._under_way: dict[asyncio.Task[None], Page] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Look at pages until told to stop; what is under way then is looked at next time."""
        stopped = asyncio.create_task(stop.wait(), name="stop-pages")
        try:
            async with Pages(self._policy, seconds=self._rt.seconds) as opened:
                try:
                    while not stop.is_set():
                        await self._turn(opened, stopped)
                finally:
                    await self._leave()
        finally:
            stopped.cancel()

    async def do_some(self) -> bool:
        """Look at some of what is due; False if nothing is."""
        async with Pages(self._policy, seconds=self._rt.seconds) as opened:
            try:
                await self._begin(opened)
                begun = bool(self._under_way)
                await asyncio.gather(*self._under_way)
            finally:
                await self._leave()
        return begun

    async def _turn(self, opened: Pages, stopped: asyncio.Task[bool]) -> None:
        try:
            await self._begin(opened)
        except Exception:
            _log.exception("pages_failed")
        if not self._under_way:
            await self._rt.signals.wait(Wake.PAGES, _IDLE_SECONDS)
            return
        await asyncio.wait({stopped, *self._under_way}, return_when=asyncio.FIRST_COMPLETED)
        for task in [each for each in self._under_way if each.done()]:
            del self._under_way[task]

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

    async def _leave(self) -> None:
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        self._under_way.clear()

    async def _look(self, opened: Pages, page: Page) -> None:
        try:
            look = await self._found(opened, page)
            self._rt.fault("page_read")
            async with self._rt.write() as session:
                await page_looks.take(session, page, look, zone=self._zone, now=self._rt.now())
        except Exception:
            _log.exception("page_failed", extra={"page": page.id})
            # It is still due, and would come again at once.
            await asyncio.sleep(_IDLE_SECONDS)

    async def _found(self, opened: Pages, page: Page) -> Look:
        articles = self._rt.config.articles
        if not articles.check_links or is_manual(page.url_key):
            return Look(state=PageState.MANUAL)
        fetched = await opened.get(page.url)
        if fetched.state not in OPENED:
            return Look(state=fetched.state, status=fetched.status)
        if not fetched.body:
            return Look(state=fetched.state, status=fetched.status, known=_place(fetched))
        # In a thread: the loop has others to serve while two megabytes are read.
        read = await asyncio.to_thread(
            read_page,
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
