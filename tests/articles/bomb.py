"""Prints how many bytes a gzip bomb has packed and unpacked, what fetching it comes to, and by how
many bytes the process that fetches it has grown at most."""

from __future__ import annotations

import asyncio
import resource
import sys
import zlib

from bot.articles.fetch import Pages
from tests.articles.sites import LINK, answer, at, by_path, site

BLOCK = 1_000_000
BLOCKS = 600


def bomb() -> bytes:
    """gzip whose every block stands for a million zeros, made without ever holding them all."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    zeros = bytes(BLOCK)
    return b"".join([*(packer.compress(zeros) for _ in range(BLOCKS)), packer.flush()])


def peak() -> int:
    """The most memory this process has had so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


async def main() -> tuple[int, int, str, int]:
    packed = bomb()
    answers = {"/tin/canary-1.html": answer(packed, content_encoding="gzip"), "/": answer()}
    async with site(by_path(answers)) as press, Pages(at(press)) as pages:
        await pages.get(LINK.replace("/tin/canary-1.html", "/"))  # loads all that is needed
        before = peak()
        found = await pages.get(LINK)
        return len(packed), BLOCK * BLOCKS, found.state, peak() - before


if __name__ == "__main__":
    sys.stdout.write(" ".join(map(str, asyncio.run(main()))))
