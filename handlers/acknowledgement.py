"""The card's own buttons: received, full text, done without a link."""

from __future__ import annotations

from bot.actions import acknowledgements, articles
from bot.actions import full_text as full_texts
from bot.actions.acknowledgements import Acknowledged, AlreadyAcknowledged
from bot.actions.replies import MOST_BUTTONS, Button
from bot.callbacks import Callback, Press
from bot.delivery.render import shortened
from bot.domain.assignments import by_deadline
from bot.domain.states import AssignmentState
from bot.storage import directives
from handlers.context import Incoming, first_id


async def acknowledge(incoming: Incoming) -> None:
    """One tap on "Đã nhận"."""
    outcome = await acknowledgements.record(
        incoming.session,
        first_id(incoming),
        actor=incoming.actor,
        chat=incoming.chat,
        now=incoming.now,
    )
    match outcome:
        case Acknowledged():
            incoming.popup("acknowledged.thanks")
        case AlreadyAcknowledged(by=by, at=at):
            moments = incoming.moments
            incoming.popup(
                "acknowledged.before",
                by=by,
                at=moments.short(at),
                zone=moments.zone_name(at),
                alert=True,
            )


async def full_text(incoming: Incoming) -> None:
    """The whole letter, as a file or as text in parts."""
    addressee, directive = await acknowledgements.own_addressee(
        incoming.session, first_id(incoming), actor=incoming.actor
    )
    await full_texts.send(
        incoming.session,
        directive,
        addressee_id=addressee.id,
        chat_id=incoming.chat.id,
        reply_to=incoming.elsewhere,
        now=incoming.now,
    )


async def done_menu(incoming: Incoming) -> None:
    """The open tasks as buttons: which of them is done without a link?"""
    addressee, _ = await acknowledgements.own_addressee(
        incoming.session, first_id(incoming), actor=incoming.actor
    )
    states = await directives.task_states(incoming.session, addressee_ids=[addressee.id])
    still_open = [task for task in states if task.state is AssignmentState.OPEN]
    nearest = sorted(still_open, key=lambda task: by_deadline(task.deadline_at))
    buttons = [
        [
            Button(
                "button.task_title",
                Callback(Press.REPORT_DONE, (task.assignment_id,)),
                {"position": task.position, "title": shortened(task.short_title, most=40)},
            )
        ]
        for task in nearest[:MOST_BUTTONS]
    ]
    if not buttons:
        incoming.popup("done.nothing_open", alert=True)
        return
    await incoming.reply("done.choose", buttons=buttons, unit=addressee.unit_name)


async def report_done(incoming: Incoming) -> None:
    """The task that is done."""
    position = await articles.report_done(
        incoming.session, first_id(incoming), actor=incoming.actor, now=incoming.now
    )
    incoming.popup("done.recorded", position=position)
