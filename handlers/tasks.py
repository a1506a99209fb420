"""A contact's own open tasks, the card of each anew, and the weekly digest of them."""

from __future__ import annotations

from bot.actions import acknowledgements, bringing_cards, digests
from bot.actions.replies import Button
from bot.callbacks import Callback, Press
from bot.domain.states import MessageKind
from handlers.context import Incoming, first_id, page_turned


async def open_tasks(incoming: Incoming) -> None:
    """/viec: everything open over all directives, in a group the group's unit's only."""
    await _queue(incoming, page=1, edits=None)


async def page(incoming: Incoming) -> None:
    """Another page of what is open now, in the same message unless that is a card."""
    await _queue(incoming, page=first_id(incoming), edits=await page_turned(incoming))


async def open_card(incoming: Incoming) -> None:
    """The directive's card once more, below the message whose button was pressed."""
    addressee, directive = await acknowledgements.own_addressee(
        incoming.session, first_id(incoming), actor=incoming.actor, may_have_ended=True
    )
    brought = await bringing_cards.bring(
        incoming.session,
        addressee,
        directive,
        chat=incoming.chat,
        below=incoming.pressed_message,
        now=incoming.now,
    )
    incoming.popup("tasks.card_brought" if brought else "tasks.card_below")


async def weekly(incoming: Incoming) -> None:
    """/tuan: whether this chat has a weekly digest of the units' work, and a button for the
    other."""
    if incoming.rt.config.digests.units_at is None:
        await incoming.reply("week.never")
        return
    wanted = incoming.chat.weekly_digest
    other = Callback(Press.WEEKLY, (int(not wanted),))
    label = "button.week_off" if wanted else "button.week_on"
    await incoming.reply(
        "week.is_on" if wanted else "week.is_off", buttons=[[Button(label, other)]]
    )


async def choose_weekly(incoming: Incoming) -> None:
    """Have it from now on (1), or not (0)."""
    wanted = bool(first_id(incoming))
    digests.want(incoming.session, incoming.chat, wanted=wanted, now=incoming.now)
    incoming.popup("week.turned_on" if wanted else "week.turned_off")


async def _queue(incoming: Incoming, *, page: int, edits: int | None) -> None:
    actor = incoming.known_actor
    of_group = incoming.chat.unit_id  # None in a private chat: guards let no other group in
    unit_ids = [unit_id for unit_id in actor.unit_ids if of_group in (None, unit_id)]
    await incoming.show(
        MessageKind.OPEN_TASKS,
        {
            "unit_ids": unit_ids,
            "page": page,
            "person_id": actor.person_id,
            "first": actor.speaks_for if actor.speaks_for in unit_ids else None,
        },
        edits=edits,
    )
