"""What stands on a draft's card and check about its approval, and what asks for it; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.callbacks import Callback, Press
from bot.delivery.render import Button, Content, Writer
from bot.domain.states import DraftState


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewView:
    """How far the approval of a draft is; `needed`: it is not sent without one."""

    state: DraftState
    needed: bool = False
    at: datetime | None = None  # of the submission, or of the decision
    by: str | None = None  # who decided
    note: str | None = None  # why it was given back

    @property
    def is_to_submit(self) -> bool:
        """What the button below the check does: it submits the draft instead of sending it."""
        return self.needed and self.state is DraftState.OPEN

    @property
    def may_be_sent(self) -> bool:
        """Nothing of four eyes stands in the way."""
        return not self.needed or self.state is DraftState.APPROVED


def lines(view: ReviewView, write: Writer) -> list[str]:
    """How far it is, where there is something to say."""
    at = write.moments.short(view.at) if view.at else ""
    match view.state:
        case DraftState.SUBMITTED:
            return [write.bold("review.is_submitted", at=at)]
        case DraftState.APPROVED:
            return [write.bold("review.is_approved", at=at, name=view.by or "")]
        case DraftState.OPEN if view.note:
            return [write.bold("review.is_returned", at=at, name=view.by or "", reason=view.note)]
        case DraftState.OPEN if view.needed:
            return [write.say("review.is_needed")]
    return []


def submit_button(draft_id: int, state_id: int, write: Writer) -> Button:
    """In the place of the one that sends."""
    press = Callback(Press.DRAFT_SUBMIT, (draft_id, state_id))
    return Button(write.texts("button.submit_draft"), press, "success")


def to_decide(
    check: Content, draft_id: int, state_id: int, write: Writer, *, author: str
) -> Content:
    """The check as who approves sees it, with what they can decide."""
    ids = (draft_id, state_id)
    approve = Callback(Press.REVIEW_APPROVE, ids)
    give_back = Callback(Press.REVIEW_RETURN, ids)
    buttons = (
        Button(write.texts("button.approve_draft"), approve, "success"),
        Button(write.texts("button.return_draft"), give_back, "danger"),
    )
    text = f"{write.bold('review.please', name=author)}\n\n{check.text}"
    return replace(check, text=text, buttons=(buttons,))


def outcome(view: ReviewView | None, write: Writer) -> Content:
    """What became of it, in the place of the buttons."""
    said = lines(view, write) if view else []
    return Content("\n".join([*(said or [write.say("review.over")]), write.zone_line(write.now)]))
