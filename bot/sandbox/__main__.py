"""`python -m bot.sandbox`: the sandbox on its own, for a bot written with any library."""

import argparse
import asyncio
import sys

from bot.sandbox.model import Phone
from bot.sandbox.sandbox import Sandbox

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"  # noqa: S105 - opens nothing


async def serve(host: str, port: int) -> None:
    """Serve one bot and two people until interrupted."""
    sandbox = Sandbox(accept_any_token=True)
    sandbox.add_bot(token=TOKEN, username="sandbox_bot", first_name="Sandbox")
    people = [sandbox.add_user(first_name=name) for name in ("An", "Bình")]
    sandbox.show_phones([Phone(person["id"], label=person["first_name"]) for person in people])
    await sandbox.start(host=host, port=port)
    sys.stdout.write(
        f"page:          {sandbox.url}/sandbox/\n"
        f"base_url:      {sandbox.url}/bot\n"
        f"base_file_url: {sandbox.url}/file/bot\n"
        f"token:         {TOKEN} (any other well-formed one makes one more bot)\n"
    )
    sys.stdout.flush()
    try:
        await asyncio.Event().wait()
    finally:
        await sandbox.stop()


def main() -> int:
    """Command line: host and port."""
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081)
    given = parser.parse_args()
    try:
        asyncio.run(serve(given.host, given.port))
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        sys.stderr.write(f"cannot serve on {given.host}:{given.port}: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
