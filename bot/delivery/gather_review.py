"""How far a draft's approval is, and whether what asks for it is still wanted."""

from __future__ import annotations

from bot.actions import drafts as draft_actions
from bot.actions import review
from bot.delivery.context import Context
from bot.delivery.render_review import ReviewView
from bot.domain.states import DraftState
from bot.storage import people
from bot.storage.tables import Draft


async def view(context: Context, draft: Draft, *, needed: bool) -> ReviewView:
    """How far it is, by its row."""
    is_submitted = draft.state is DraftState.SUBMITTED
    by = None if draft.reviewed_by is None else await people.person(
        context.session, draft.reviewed_by
    )  # fmt: skip
    return ReviewView(
        state=draft.state,
        needed=needed,
        at=draft.submitted_at if is_submitted else draft.reviewed_at,
        by=by.name if by else None,
        note=draft.review_note,
    )


async def author(context: Context, draft: Draft) -> str:
    """Who asks."""
    found = await people.person(context.session, draft.author_id)
    return found.name if found else ""


def is_to_decide(context: Context, draft: Draft) -> bool:
    """It waits, as it was shown when the message was queued."""
    as_shown = context.number("state_id") == draft_actions.state_id(draft)
    return draft.state is DraftState.SUBMITTED and as_shown


async def may_decide(context: Context, draft: Draft) -> bool:
    """Whether the one in whose private chat it is sent may still approve; the office's own group is
    not asked."""
    person_id = context.message.parameters.get("person_id")
    if person_id is None:
        return True
    return any(
        each.person_id == person_id for each in await review.reviewers(context.session, draft)
    )
