"""Correcting a directive: the draft of its next version, and issuing that."""

from __future__ import annotations

from bot.actions import access, corrections, drafts
from bot.domain.dialogues import DialogueKind
from bot.errors import Conflict, NotFound
from bot.storage.tables import Dialogue
from handlers.appointing import dialogue_draft, own_draft, own_draft_and
from handlers.context import Incoming, first_id


async def begin(incoming: Incoming) -> None:
    """A draft with what the directive says now."""
    directive_id = first_id(incoming)
    await access.check_control(incoming.session, directive_id, actor=incoming.known_actor)
    draft = await corrections.begin(
        incoming.session,
        directive_id,
        actor_id=incoming.known_actor.person_id,
        chat_id=incoming.chat.id,
        now=incoming.now,
    )
    await drafts.show(incoming.session, draft, now=incoming.now)


async def ask_note(incoming: Incoming) -> None:
    """What was wrong?"""
    draft_id = await own_draft(incoming)
    await corrections.open_correction(incoming.session, draft_id)
    await incoming.ask(DialogueKind.DRAFT_NOTE, {"draft_id": draft_id})
    await incoming.reply("correction.ask_note")


async def take_note(incoming: Incoming, dialogue: Dialogue) -> None:
    """The typed reason."""
    draft_id = await dialogue_draft(incoming, dialogue)
    await corrections.set_note(incoming.session, draft_id, incoming.text, now=incoming.now)
    await incoming.end_dialogue()
    draft = await drafts.open_draft(incoming.session, draft_id)
    await drafts.show(incoming.session, draft, now=incoming.now)


async def choose_asks_again(incoming: Incoming) -> None:
    """Receipts are to be given again, or those there are go on counting."""
    draft_id, asks_again = await own_draft_and(incoming, 1)
    if asks_again not in (0, 1):
        raise NotFound("refused.gone")
    draft = await corrections.set_asks_again(
        incoming.session, draft_id, asks_again=bool(asks_again), now=incoming.now
    )
    await drafts.show(incoming.session, draft, now=incoming.now)


async def issue(incoming: Incoming) -> None:
    """Only what was previewed, and only by who controls the directive."""
    draft_id, state_id = await own_draft_and(incoming, 1)
    draft = await corrections.open_correction(incoming.session, draft_id)
    await access.check_control(incoming.session, draft.corrects_id or 0, actor=incoming.known_actor)
    if drafts.state_id(draft) != state_id:
        raise Conflict("draft.changed_since_preview")
    corrected = await corrections.issue(
        incoming.session,
        draft_id,
        actor_id=incoming.known_actor.person_id,
        policy=await incoming.policy(),
        now=incoming.now,
    )
    await drafts.show(
        incoming.session, await drafts.any_draft(incoming.session, draft_id), now=incoming.now
    )
    incoming.popup("correction.issued", version=corrected.version, count=corrected.chats)
