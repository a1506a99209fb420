"""*Nhắc lại sau* below a reminder: until when, and that it is so."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.actions import snoozing
from bot.actions.replies import Button, Values
from bot.callbacks import Callback, Press
from bot.errors import NotFound
from handlers.context import Incoming, first_id, ids, page_turned

_LATEST = int(datetime.max.replace(tzinfo=UTC).timestamp())


async def ask(incoming: Incoming) -> None:
    """Until when? Only moments that still make sense."""
    message_id = first_id(incoming)
    found = await snoozing.choices(
        incoming.session,
        message_id,
        actor=incoming.known_actor,
        chat=incoming.chat,
        policy=await incoming.policy(),
        now=incoming.now,
    )
    buttons = [
        [
            Button(
                f"button.snooze_{later}",
                Callback(Press.SNOOZE, (message_id, int(moment.timestamp()))),
                {"at": moment},
            )
        ]
        for later, moment in found
    ]
    zone = incoming.moments.zone_name(incoming.now)
    await incoming.reply("snooze.choose", buttons=buttons, zone=zone)


async def choose(incoming: Incoming) -> None:
    """Until then."""
    message_id, seconds = ids(incoming, 2)
    until = _moment(seconds)
    done = await snoozing.put_off(
        incoming.session,
        message_id,
        until=until,
        actor=incoming.known_actor,
        chat=incoming.chat,
        policy=await incoming.policy(),
        now=incoming.now,
    )
    key = "snooze.done_partly" if done.left_out else "snooze.done"
    values: Values = {"count": done.count, "left_out": done.left_out, "at": until}
    await incoming.answer(key, values, edits=await page_turned(incoming))


def _moment(seconds: int) -> datetime:
    if seconds > _LATEST:
        raise NotFound("refused.gone")
    return datetime.fromtimestamp(seconds, UTC)
