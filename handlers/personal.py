"""A person asks what is kept about them, and for its erasure."""

from __future__ import annotations

from bot.actions import personal
from bot.actions.replies import queue
from bot.domain.states import ChatKind, Lane, MessageKind
from bot.errors import NotAllowed
from bot.storage.outbox import NewMessage
from handlers.context import Incoming, first_id


async def show(incoming: Incoming) -> None:
    """/dulieu: only to themselves."""
    if incoming.chat.kind is not ChatKind.PRIVATE:
        raise NotAllowed("refused.private_only")
    if incoming.actor is None:
        await incoming.reply("data.nothing")
        return
    await queue(
        incoming.session,
        NewMessage(
            kind=MessageKind.PERSONAL_DATA,
            lane=Lane.ANSWER,
            chat_id=incoming.chat.id,
            send_at=incoming.now,
            parameters={
                "person_id": incoming.actor.person_id,
                "days": incoming.rt.config.retention.updates_days,
            },
        ),
    )


async def ask_erasure(incoming: Incoming) -> None:
    """The administrators are told, who erase on the command line."""
    calendar = (await incoming.policy()).calendar
    await personal.ask_erasure(
        incoming.session,
        incoming.known_actor,
        today=calendar.local_date(incoming.now),
        now=incoming.now,
    )
    await incoming.reply("data.erasure_noted")


async def show_wish(incoming: Incoming) -> None:
    """What is kept of somebody who would have it erased, and how to do that."""
    person = await personal.wish_of(incoming.session, first_id(incoming))
    await incoming.show(
        MessageKind.ERASURE,
        {
            "whose": person.id,
            "person_id": incoming.known_actor.person_id,
            "days": incoming.rt.config.retention.updates_days,
        },
    )


async def decline_erasure(incoming: Incoming) -> None:
    """It is not done; who asked for it is told."""
    await personal.decline_erasure(
        incoming.session,
        first_id(incoming),
        office=incoming.rt.config.office.name,
        now=incoming.now,
    )
    incoming.popup("data.declined")
