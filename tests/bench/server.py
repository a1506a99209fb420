"""A sandbox without limits in a process of its own; prints its address and its people's ids."""

import asyncio
import json
import sys

from bot.sandbox import Limits, Sandbox

TOKEN = "7000000002:bench-token-that-opens-nothing"


async def serve(people: int) -> None:
    """Serve until the standard input is closed."""
    async with Sandbox(limits=Limits.off()) as sandbox:
        sandbox.add_bot(token=TOKEN, username="bench_bot", first_name="Bench")
        ids = [sandbox.add_user(first_name=f"P{n}")["id"] for n in range(people)]
        for user_id in ids:
            sandbox.press_start(user_id)
        sys.stdout.write(json.dumps({"url": sandbox.url, "ids": ids}) + "\n")
        sys.stdout.flush()
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
