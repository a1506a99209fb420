"""Pages are read in a process beside the bot; one that it does not survive costs only itself."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.articles.metadata import read_page
from bot.articles.page import Page
from bot.articles.reading import PageReader, ReadingFailed
from tests.conftest import NOON

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
URL = "https://baomau.example/tin/tap-huan-1.html"
TEXT = "Hôm qua hơn một trăm cán bộ đã dự lớp tập huấn về chuyển đổi số tại hội trường. " * 9
BODY = f"""<html><head><meta charset="utf-8"><title>Tập huấn cho cán bộ xã - Báo mẫu</title>
<meta property="article:published_time" content="2026-10-05T08:00:00+07:00"></head>
<body><article><h1>Tập huấn cho cán bộ xã</h1><p>{TEXT}</p></article></body></html>""".encode()
HOW: dict[str, Any] = {"url": URL, "content_type": "text/html", "now": NOON, "zone": ZONE}


def children() -> set[int]:
    """The processes that this one has started and that are there."""
    return {int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()}


async def read(reader: PageReader, body: bytes = BODY) -> Page:
    return await reader.read(body, **HOW)


async def test_what_the_process_reads_is_what_the_page_says():
    async with PageReader() as reader:
        found = await read(reader)
    assert found == read_page(BODY, **HOW)
    assert found.published is not None
    assert found.published.at is not None
    assert found.fingerprint is not None


async def test_one_process_reads_them_all_and_ends_with_the_block():
    before = children()
    async with PageReader() as reader:
        assert children() == before  # nothing is started for nothing
        pages = await asyncio.gather(*(read(reader) for _ in range(3)))
        assert len(children() - before) == 1
    assert pages == [pages[0]] * 3
    assert children() == before


async def test_a_process_that_dies_of_a_page_is_followed_by_another():
    before = children()
    async with PageReader() as reader:
        await read(reader)
        (first,) = children() - before
        os.kill(first, signal.SIGKILL)
        with pytest.raises(ReadingFailed):
            await read(reader)
        assert (await read(reader)).title == "Tập huấn cho cán bộ xã"
        (second,) = children() - before
    assert first != second


async def test_a_page_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch):
    before = children()
    async with PageReader() as reader:
        await read(reader)
        monkeypatch.setattr("bot.articles.reading.SECONDS", 0.0)
        with pytest.raises(ReadingFailed):
            await read(reader)
        assert children() == before  # it is not waited for
        monkeypatch.undo()
        assert await read(reader) == read_page(BODY, **HOW)


async def test_whoever_stops_waiting_leaves_no_answer_for_the_next_page():
    async with PageReader() as reader:
        await read(reader)
        waiting = asyncio.create_task(read(reader, BODY * 20))
        await asyncio.sleep(0)  # it has been asked
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        other = BODY.replace("cán bộ xã".encode(), "trưởng thôn".encode())
        assert (await read(reader, other)).title == "Tập huấn cho trưởng thôn"


async def test_the_process_knows_nothing_of_ours(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DONDOC_TELEGRAM_TOKEN", "1:canary")
    before = children()
    async with PageReader() as reader:
        await read(reader)
        (child,) = children() - before
        environment = Path(f"/proc/{child}/environ").read_bytes()
        limits = Path(f"/proc/{child}/limits").read_text()
    assert b"canary" not in environment
    assert "Max address space         536870912" in limits
    assert "Max file size             0" in limits
