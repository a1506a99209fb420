"""How a directive ends, and begins anew: recalled, replaced, closed by staff, opened again."""

from __future__ import annotations

from bot.actions import access, closing, drafts, recall, relations
from bot.actions.acknowledgements import AlreadyAcknowledged
from bot.actions.reasons import reason_of
from bot.actions.replies import Button
from bot.actions.templates import Place
from bot.callbacks import Callback, Press
from bot.domain.dialogues import DialogueKind
from bot.domain.directives import number_and_symbol
from bot.storage import dialogues, directives
from bot.storage.tables import Dialogue
from handlers.context import Incoming, first_id
from handlers.sending import controlled


async def _named(incoming: Incoming, directive_id: int) -> str:
    """How the directive is called in a question about it."""
    directive = await directives.get(incoming.session, directive_id)
    code = number_and_symbol(directive.number, directive.symbol) if directive else None
    return code or f"#{directive_id}"


# --- recalled ------------------------------------------------------------------------------------


async def ask_recall(incoming: Incoming) -> None:
    """Why is it recalled?"""
    directive_id = await controlled(incoming)
    count = await recall.check(incoming.session, directive_id)
    await _open_dialogue(incoming, {"directive_id": directive_id})
    title = await _named(incoming, directive_id)
    await incoming.reply("recall.ask_reason", title=title, count=count)


async def take_reason(incoming: Incoming, dialogue: Dialogue) -> None:
    """The typed reason; nothing is done before the button below it is pressed."""
    directive_id = int(dialogue.data["directive_id"])
    await access.check_control(incoming.session, directive_id, actor=incoming.known_actor)
    await recall.check(incoming.session, directive_id)
    reason = reason_of(incoming.text)
    await _open_dialogue(incoming, {"directive_id": directive_id, "reason": reason})
    sure = Button("button.recall_surely", Callback(Press.RECALL, (directive_id,)), style="danger")
    title = await _named(incoming, directive_id)
    await incoming.reply("recall.ask_surely", buttons=[[sure]], title=title, reason=reason)


async def _open_dialogue(incoming: Incoming, data: dict[str, int | str]) -> None:
    await incoming.ask(DialogueKind.RECALL_REASON, data)


async def recall_it(incoming: Incoming) -> None:
    """Recall it for the reason that was typed; whose button lost its question is asked anew."""
    directive_id = await controlled(incoming)
    actor = incoming.known_actor
    dialogue = await dialogues.current(
        incoming.session, person_id=actor.person_id, chat_id=incoming.chat.id, now=incoming.now
    )
    given = dialogue.data if dialogue and dialogue.kind is DialogueKind.RECALL_REASON else {}
    if given.get("directive_id") != directive_id or "reason" not in given:
        await ask_recall(incoming)
        return
    count = await recall.issue(
        incoming.session,
        directive_id,
        reason=str(given["reason"]),
        actor_id=actor.person_id,
        now=incoming.now,
    )
    await incoming.end_dialogue()
    incoming.popup("recall.issued", count=count)


async def confirm_erased(incoming: Incoming) -> None:
    """A unit's person says that what they had is deleted."""
    outcome = await recall.confirm(
        incoming.session,
        first_id(incoming),
        actor=incoming.actor,
        chat=incoming.chat,
        pressed=incoming.pressed_message,
        now=incoming.now,
    )
    if not isinstance(outcome, AlreadyAcknowledged):
        incoming.popup("recall.thanks")
        return
    moments = incoming.moments
    at, zone = moments.short(outcome.at), moments.zone_name(outcome.at)
    incoming.popup("recall.confirmed_before", by=outcome.by, at=at, zone=zone)


# --- replaced and closed -------------------------------------------------------------------------


async def replace(incoming: Incoming) -> None:
    """A draft of what is to take its place."""
    actor = incoming.known_actor
    draft = await relations.begin_replacement(
        incoming.session,
        await controlled(incoming),
        place=Place(actor.person_id, incoming.chat.id),
        actor=actor,
        now=incoming.now,
    )
    await drafts.show(incoming.session, draft, now=incoming.now)


async def ask_close(incoming: Incoming) -> None:
    """Really close it?"""
    directive_id = await controlled(incoming)
    count = await closing.check(incoming.session, directive_id)
    sure = Button("button.close", Callback(Press.CLOSE, (directive_id,)), style="danger")
    title = await _named(incoming, directive_id)
    await incoming.reply("closing.ask", buttons=[[sure]], title=title, count=count)


async def close(incoming: Incoming) -> None:
    """Staff are done with it."""
    await closing.close(
        incoming.session,
        await controlled(incoming),
        actor_id=incoming.known_actor.person_id,
        now=incoming.now,
    )
    incoming.popup("closing.closed")


async def reopen(incoming: Incoming) -> None:
    """Go on with it."""
    reopened = await closing.reopen(
        incoming.session,
        await controlled(incoming),
        actor_id=incoming.known_actor.person_id,
        policy=await incoming.policy(),
        now=incoming.now,
    )
    incoming.popup("closing.reopened" if reopened else "closing.open_before")
