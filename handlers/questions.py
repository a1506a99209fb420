"""Questions of contacts: what is written that belongs to one. None is shown to anybody yet."""

from __future__ import annotations

from bot.storage.tables import Dialogue
from handlers import unplaced
from handlers.context import Incoming


async def take_words(incoming: Incoming, dialogue: Dialogue) -> None:
    """What is asked, after a button."""
    del dialogue
    await unplaced.take(incoming)


async def take_album(incoming: Incoming) -> bool:
    """Another part of an album in a question; False for anything else."""
    del incoming
    return False


async def take_reply(incoming: Incoming) -> bool:
    """What replies to a message about a question; False for anything else."""
    del incoming
    return False


async def take_reply_to_card(incoming: Incoming, addressee_id: int) -> None:
    """A reply to a directive's card is a question about it."""
    del addressee_id
    await unplaced.take(incoming)


async def take_edit(incoming: Incoming) -> bool:
    """Somebody changed a message by which they asked or answered; False for any other message."""
    del incoming
    return False
