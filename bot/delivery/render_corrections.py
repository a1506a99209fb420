"""A correction while it is being made: what its draft's card offers, and the check before it; pure.

The card itself is a draft's (`render_draft`).
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.callbacks import Callback, Press
from bot.delivery import render_review
from bot.delivery.render import (
    Button,
    Content,
    Writer,
    fit,
)
from bot.delivery.render_review import ReviewView
from bot.delivery.render_versions import change_lines
from bot.domain.versions import Change

Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionDraftView:
    """What a correction's draft says besides the directive's own fields."""

    draft_id: int
    title: str  # of what is corrected
    note: str | None
    asks_again: bool


def title(view: CorrectionDraftView, write: Writer) -> str:
    """Stands above the draft's card."""
    return write.bold("correction.title", title=view.title)


def notes(view: CorrectionDraftView, write: Writer) -> tuple[str, ...]:
    """Stand below its fields."""
    note = view.note or write.texts("draft.not_given")
    again = "correction.will_ask_again" if view.asks_again else "correction.keeps_receipts"
    return (write.say("correction.reason", note=note), write.say(again))


def buttons(view: CorrectionDraftView, write: Writer) -> Rows:
    """What can be changed. Audience, relation and the moment of sending are as they were issued."""
    return (
        (
            _button(write, "button.number", Press.DRAFT_NUMBER, view.draft_id),
            _button(write, "button.date", Press.DRAFT_DATE, view.draft_id),
        ),
        (
            _button(write, "button.edit_subject", Press.DRAFT_SUBJECT, view.draft_id),
            _button(write, "button.urgency", Press.DRAFT_URGENCIES, view.draft_id),
        ),
        (
            _button(write, "button.tasks", Press.DRAFT_TASKS, view.draft_id, 1),
            _button(write, "button.deadlines", Press.DRAFT_DEADLINES, view.draft_id),
        ),
        (
            _button(write, "button.correction_note", Press.CORRECTION_NOTE, view.draft_id),
            _again_button(view, write),
        ),
        (_button(write, "button.reminders", Press.DRAFT_REMINDERS, view.draft_id),),
        (_button(write, "button.drop", Press.DRAFT_DROP_ASK, view.draft_id),),
        (_button(write, "button.preview", Press.DRAFT_PREVIEW, view.draft_id, style="primary"),),
    )


def _again_button(view: CorrectionDraftView, write: Writer) -> Button:
    """The other way; it carries which, so that pressing it twice changes nothing more."""
    key = "button.keep_receipts" if view.asks_again else "button.ask_again"
    other = int(not view.asks_again)
    return _button(write, key, Press.CORRECTION_ASKS, view.draft_id, other)


def _button(write: Writer, key: str, press: Press, *ids: int, style: str | None = None) -> Button:
    return Button(write.texts(key), Callback(press, ids), style)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionCheckView:
    """What would change and for how many; `faults` are the keys of what forbids it."""

    draft: CorrectionDraftView
    state_id: int
    changes: tuple[Change, ...]
    units: int
    faults: tuple[str, ...]
    review: ReviewView


def check(view: CorrectionCheckView, write: Writer) -> Content:
    """The differences in words under the new card, with the button that issues them."""
    head = [write.bold("correction.check", title=view.draft.title, count=view.units)]
    foot = [*notes(view.draft, write), *render_review.lines(view.review, write)]
    foot += [write.say(key) for key in view.faults]
    text = fit(
        head,
        change_lines(view.changes, write),
        [*foot, write.zone_line(write.now)],
        more=lambda left: write.say("change.more", count=left),
    )
    back = _button(write, "button.back_to_draft", Press.DRAFT_OPEN, view.draft.draft_id)
    data = (view.draft.draft_id, view.state_id)
    if not view.faults and view.review.is_to_submit:
        return Content(text, ((render_review.submit_button(*data, write),), (back,)))
    if view.faults or not view.review.may_be_sent:
        return Content(text, ((back,),))
    send = _button(write, "button.correct_surely", Press.CORRECTION_ISSUE, *data, style="success")
    return Content(text, ((send,), (back,)))
