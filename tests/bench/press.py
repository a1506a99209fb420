"""Forty papers on loopback for the benchmarks, each page of which is an article of its own."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise

from aiohttp import web

PAPERS = tuple(f"bao{number:02}.example.vn" for number in range(40))
_PAGE = """<html><head><meta charset="utf-8"><title>{title} | Báo mẫu</title>
<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{title}",
"datePublished": "2026-10-05T08:00:00+07:00"}}</script></head>
<body><h1>{title}</h1><p>{words}</p></body></html>"""


class Press:
    """What was asked for, of which paper and when."""

    def __init__(self) -> None:
        self.port = 0
        self.asked: dict[str, list[float]] = defaultdict(list)

    async def serve(self, request: web.Request) -> web.Response:
        """An article, whatever it is called."""
        self.asked[request.host.partition(":")[0]].append(time.monotonic())
        title = f"Bài số {request.path.rpartition('-')[2]} về cải cách hành chính ở xã"
        words = "Hôm qua, hơn một trăm cán bộ đã dự hội nghị triển khai kế hoạch của tỉnh. " * 40
        return web.Response(text=_PAGE.format(title=title, words=words), content_type="text/html")

    @property
    def shortest_pause(self) -> float:
        """The least time between two pages of one paper, in seconds."""
        return min(
            later - earlier
            for moments in self.asked.values()
            for earlier, later in pairwise(moments)
        )


@asynccontextmanager
async def press() -> AsyncIterator[Press]:
    """The papers, all at one port of loopback."""
    found = Press()
    application = web.Application()
    application.router.add_get("/{path:.*}", found.serve)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        found.port = runner.addresses[0][1]
        yield found
    finally:
        await runner.cleanup()
