"""What nobody else takes: forged or stale buttons, and updates of kinds we do not use."""

from __future__ import annotations

from bot.errors import NotFound
from handlers.context import Incoming


async def unknown_button(_incoming: Incoming) -> None:
    """A button we did not make, or no longer know."""
    raise NotFound("refused.gone")


async def unknown_command(incoming: Incoming) -> None:
    """A command nobody knows, unless it is said to another bot."""
    _, _, addressed = incoming.text.split(maxsplit=1)[0].partition("@")
    if addressed.lower() in ("", incoming.update.get_bot().username.lower()):
        await incoming.reply("command.unknown")


async def ignore(_incoming: Incoming) -> None:
    """Seen and needing nothing, such as an edited message."""
