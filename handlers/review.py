"""Four eyes: a draft is submitted, and another one approves it or gives it back with a reason."""

from __future__ import annotations

from bot.actions import drafts, previews, review
from bot.domain.dialogues import DialogueKind
from bot.storage import dialogues
from bot.storage.tables import Dialogue, Draft
from handlers.appointing import moment_has_passed, own_draft_and, show_part
from handlers.composing import check_preview
from handlers.context import Incoming, first_id, ids, page_turned


async def submit(incoming: Incoming) -> None:
    """Let somebody else look at what was previewed."""
    draft_id, state_id = await own_draft_and(incoming, 1)
    draft = await check_preview(incoming, draft_id, state_id)
    if await moment_has_passed(incoming, draft):
        return
    found = await review.submit(
        incoming.session, draft_id, actor_id=incoming.known_actor.person_id, now=incoming.now
    )
    await drafts.show(incoming.session, draft, now=incoming.now)
    await show_part(incoming, draft_id, "check", edits=await page_turned(incoming))
    if found:
        incoming.popup("review.submitted_now", count=len(found))
    else:
        await incoming.reply("review.nobody_may")


async def show(incoming: Incoming) -> None:
    """From the list of what waits: what units would get, and what can be decided."""
    actor = incoming.known_actor
    draft = await review.to_decide(incoming.session, first_id(incoming), None, actor=actor)
    await review.show(
        incoming.session,
        draft,
        person_id=actor.person_id,
        chat_id=incoming.chat.id,
        now=incoming.now,
    )


async def approve(incoming: Incoming) -> None:
    """It may be sent so."""
    draft_id, state_id = ids(incoming, 2)
    draft = await review.approve(
        incoming.session, draft_id, state_id, actor=incoming.known_actor, now=incoming.now
    )
    incoming.popup("review.approved_now")
    await _show_outcome(incoming, draft, state_id, edits=await page_turned(incoming))


async def ask_reason(incoming: Incoming) -> None:
    """It is to be given back: why?"""
    draft_id, state_id = ids(incoming, 2)
    actor = incoming.known_actor
    await review.to_decide(incoming.session, draft_id, state_id, actor=actor)
    await dialogues.open_dialogue(
        incoming.session,
        DialogueKind.REVIEW_REASON,
        person_id=actor.person_id,
        chat_id=incoming.chat.id,
        data={"draft_id": draft_id, "state_id": state_id, "message_id": await _asked_at(incoming)},
        now=incoming.now,
    )
    await incoming.reply("review.ask_reason")


async def _asked_at(incoming: Incoming) -> int:
    """The message that asked for the decision, to show there what became of it; 0 for none."""
    return await page_turned(incoming) or 0


async def take_reason(incoming: Incoming, dialogue: Dialogue) -> None:
    """The typed reason gives it back."""
    draft_id, state_id = int(dialogue.data["draft_id"]), int(dialogue.data["state_id"])
    draft = await review.give_back(
        incoming.session,
        draft_id,
        state_id,
        incoming.text,
        actor=incoming.known_actor,
        now=incoming.now,
    )
    await incoming.end_dialogue()
    await incoming.reply("review.returned_now")
    asked_at = int(dialogue.data["message_id"]) or None
    await _show_outcome(incoming, draft, state_id, edits=asked_at)


async def _show_outcome(
    incoming: Incoming, draft: Draft, state_id: int, *, edits: int | None
) -> None:
    """In the place of the buttons that are no longer wanted."""
    if edits is not None:
        await previews.ask_decision(
            incoming.session,
            draft,
            state_id=state_id,
            person_id=incoming.known_actor.person_id,
            chat_id=incoming.chat.id,
            now=incoming.now,
            edits=edits,
        )
