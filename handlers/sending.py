"""Control of a directive's sending: held, given up, begun at once, tried again; the appointed."""

from __future__ import annotations

from bot.actions import access, sending
from bot.actions.replies import Button, queue
from bot.callbacks import Callback, Press
from bot.domain import refusals
from bot.domain.states import Lane, MessageKind
from bot.storage.outbox import NewMessage
from handlers.context import Incoming, first_id, ids, page_turned


async def controlled(incoming: Incoming) -> int:
    """The directive that a press is about, if it is in the person's hands."""
    directive_id = first_id(incoming)
    await access.check_control(incoming.session, directive_id, actor=incoming.known_actor)
    return directive_id


async def pause(incoming: Incoming) -> None:
    """Hold what has not left."""
    changed = await sending.pause(
        incoming.session,
        await controlled(incoming),
        actor_id=incoming.known_actor.person_id,
        now=incoming.now,
    )
    incoming.popup("sending.paused" if changed else "sending.paused_before")


async def resume(incoming: Incoming) -> None:
    """Go on."""
    changed = await sending.resume(
        incoming.session,
        await controlled(incoming),
        actor_id=incoming.known_actor.person_id,
        now=incoming.now,
    )
    incoming.popup("sending.resumed" if changed else "sending.running_before")


async def ask_cancel(incoming: Incoming) -> None:
    """Really give up the rest?"""
    directive_id = await controlled(incoming)
    count = await sending.check_cancellable(incoming.session, directive_id, now=incoming.now)
    sure = Button(
        "button.stop_surely", Callback(Press.SENDING_CANCEL, (directive_id,)), style="danger"
    )
    await incoming.reply("sending.ask_cancel", buttons=[[sure]], count=count)


async def cancel(incoming: Incoming) -> None:
    """Give up the rest."""
    count = await sending.cancel(
        incoming.session,
        await controlled(incoming),
        actor_id=incoming.known_actor.person_id,
        now=incoming.now,
    )
    incoming.popup("sending.cancelled", count=count)


async def begin_now(incoming: Incoming) -> None:
    """Do not wait for the appointed moment."""
    begun = await sending.begin_now(
        incoming.session,
        await controlled(incoming),
        actor_id=incoming.known_actor.person_id,
        policy=await incoming.policy(),
        now=incoming.now,
    )
    incoming.popup("issue.started" if begun else "sending.begun_before")


async def ask_retry_failed(incoming: Incoming) -> None:
    """To which of the chats that it did not reach? A button for each reason."""
    directive_id = await controlled(incoming)
    counts = await sending.failures(incoming.session, directive_id)
    numbered = {refusals.ALL: sum(counts.values()), **counts}
    buttons = [
        [
            Button(
                refusals.word_of(number),
                Callback(Press.RETRY_FAILED, (directive_id, number)),
                {"count": count},
            )
        ]
        for number, count in numbered.items()
    ]
    await incoming.reply("sending.ask_retry", buttons=buttons)


async def retry_failed(incoming: Incoming) -> None:
    """To all of them, or to those of one reason."""
    directive_id, reason = ids(incoming, 2)
    await access.check_control(incoming.session, directive_id, actor=incoming.known_actor)
    count = await sending.retry_failed(
        incoming.session,
        directive_id,
        reason=reason,
        actor_id=incoming.known_actor.person_id,
        now=incoming.now,
    )
    incoming.popup("sending.retried", count=count)


async def ask_retry_uncertain(incoming: Incoming) -> None:
    """It may come twice: really?"""
    directive_id = await controlled(incoming)
    count = await sending.check_uncertain(incoming.session, directive_id)
    sure = Button("button.retry_surely", Callback(Press.RETRY_UNCERTAIN, (directive_id,)))
    await incoming.reply("sending.ask_repeat", buttons=[[sure]], count=count)


async def retry_uncertain(incoming: Incoming) -> None:
    """Once more to the chats that may have it already."""
    count = await sending.retry_uncertain(
        incoming.session,
        await controlled(incoming),
        actor_id=incoming.known_actor.person_id,
        now=incoming.now,
    )
    incoming.popup("sending.retried", count=count)


async def appointed(incoming: Incoming) -> None:
    """/hengio: what is to be sent later."""
    await _queue_appointed(incoming, page=1, edits=None)


async def appointed_page(incoming: Incoming) -> None:
    """Another page of it, in the same message."""
    await _queue_appointed(incoming, page=first_id(incoming), edits=await page_turned(incoming))


async def _queue_appointed(incoming: Incoming, *, page: int, edits: int | None) -> None:
    await queue(
        incoming.session,
        NewMessage(
            kind=MessageKind.APPOINTED,
            lane=Lane.ANSWER,
            chat_id=incoming.chat.id,
            send_at=incoming.now,
            parameters={"page": page, "person_id": incoming.known_actor.person_id},
            edits=edits,
        ),
    )
