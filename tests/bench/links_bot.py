"""`python -m tests.bench.links_bot CONFIG PORT`: the whole bot, for which the benchmark's papers
are at that port of loopback; all else of how pages are fetched is as it is shipped."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from bot import config, logs
from bot.app import App
from bot.articles.policy import Endpoint, only
from bot.logs import LogForm
from tests.bench.press import PAPERS
from tests.conftest import TOKEN


async def main(settings: Path, port: int) -> None:
    """Run until a signal."""
    endpoint = Endpoint("127.0.0.1", port)
    app = App(config.load(settings), fetch_policy=only(dict.fromkeys(PAPERS, endpoint)))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, app.stop)
    await app.run()


if __name__ == "__main__":
    logs.configure(level="WARNING", form=LogForm.PLAIN, secrets=[TOKEN])
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
