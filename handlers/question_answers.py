"""How the office answers questions."""

from __future__ import annotations

from bot.storage.tables import Dialogue
from handlers import unplaced
from handlers.context import Incoming


async def take_answer(incoming: Incoming, dialogue: Dialogue) -> None:
    """The answer after the button."""
    del dialogue
    await unplaced.take(incoming)
