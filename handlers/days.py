"""/ngaynghi: the office's days off and worked against the rule of the week."""

from __future__ import annotations

from datetime import date

from bot.actions import days
from bot.domain.dialogues import DialogueKind
from bot.domain.states import MessageKind
from bot.errors import NotFound
from bot.letters.typed_dates import read_typed_days
from bot.storage.tables import Dialogue
from handlers.context import Incoming, first_id, ids, page_turned


async def show(incoming: Incoming) -> None:
    """The first page."""
    await _queue(incoming, page=1, edits=None)


async def page(incoming: Incoming) -> None:
    """Another page, in the same message."""
    await _queue(incoming, page=first_id(incoming), edits=await page_turned(incoming))


async def ask(incoming: Incoming) -> None:
    """Which days are declared off (0) or worked (1)."""
    working = first_id(incoming)
    if working not in (0, 1):
        raise NotFound("refused.gone")
    await incoming.ask(DialogueKind.DAYS, {"working": working})
    await incoming.reply("days.ask_working" if working else "days.ask_off")


async def take(incoming: Incoming, dialogue: Dialogue) -> None:
    """The typed day, or the first and the last, with a note."""
    calendar = (await incoming.policy()).calendar
    typed = read_typed_days(incoming.text, now=incoming.now, zone=calendar.zone)
    await days.declare(
        incoming.session,
        typed.first,
        typed.last,
        working=bool(dialogue.data["working"]),
        note=typed.note,
        calendar=calendar,
        now=incoming.now,
    )
    await incoming.end_dialogue()
    await _queue(incoming, page=1, edits=None)


async def clear(incoming: Incoming) -> None:
    """A declared day is as the rule has it again."""
    number, page = ids(incoming, 2)
    is_day = date.min.toordinal() <= number <= date.max.toordinal()
    day = date.fromordinal(number) if is_day else None
    cleared = day is not None and await days.clear(incoming.session, day, now=incoming.now)
    incoming.popup("days.cleared" if cleared else "days.cleared_before")
    await _queue(incoming, page=page, edits=await page_turned(incoming))


async def _queue(incoming: Incoming, *, page: int, edits: int | None) -> None:
    await incoming.show(
        MessageKind.CALENDAR,
        {"page": page, "person_id": incoming.known_actor.person_id},
        edits=edits,
    )
