"""What the office said of what a unit submitted, for who sent it, in one message; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from bot.callbacks import Callback, Press
from bot.delivery.render import (
    Button,
    Content,
    DirectiveView,
    Writer,
    directive_title,
    fit,
)
from bot.delivery.render_articles import EvidenceView, what_was_sent
from bot.delivery.render_returned import reason_of
from bot.domain.articles import EvidenceKind
from bot.domain.assignments import TAKING
from bot.domain.directives import short_name
from bot.domain.splitting import shortened
from bot.domain.states import AssignmentState

_LONGEST_WHAT = 150
_LONGEST_CODE = 30
_BUTTONS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class ReturnedView:
    """What was returned, and why; without evidence it is the report that the work is done."""

    evidence: EvidenceView | None
    reason_key: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedView:
    """What is told of one task: how many were accepted now and `all_accepted` in all, what was
    returned, and what waits `again` since the office took its word back."""

    assignment_id: int
    task: str  # its number, and the period if it recurs
    all_accepted: int
    expected: int
    state: AssignmentState
    accepted: int = 0
    is_work_accepted: bool = False
    returned: tuple[ReturnedView, ...] = ()
    again: tuple[EvidenceView | None, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionsView:
    """What is told of one unit's work for one directive."""

    addressee_id: int
    directive: DirectiveView
    unit_name: str
    is_open: bool
    tasks: tuple[DecidedView, ...]

    @property
    def asked_again(self) -> tuple[DecidedView, ...]:
        """The tasks of which something was returned that can be sent again."""
        if not self.is_open:
            return ()
        return tuple(task for task in self.tasks if task.returned and task.state in TAKING)


def decisions(views: Sequence[DecisionsView], write: Writer) -> Content:
    """All of it, with a button for each task of which something is to be sent again."""
    lines: list[str] = []
    for view in views:
        title = escape(directive_title(view.directive, write), quote=False)
        lines.append(f"\n<b>{title}</b> – {escape(shortened(view.unit_name), quote=False)}")
        for task in view.tasks:
            lines += _task(task, write)
    text = fit(
        [write.bold("decided.title")],
        lines,
        ["", write.zone_line(write.now)],
        more=lambda left: write.say("digest.more_lines", count=left),
    )
    asked = [(view, task) for view in views for task in view.asked_again]
    rows = [(_send_again(*each, write, is_only=len(asked) == 1),) for each in asked]
    return Content(text, tuple(rows[:_BUTTONS_SHOWN]))


def _task(task: DecidedView, write: Writer) -> Iterator[str]:
    if task.is_work_accepted:
        yield write.say("decided.work_accepted", position=task.task)
    if task.accepted:
        yield write.say(
            "decided.accepted",
            position=task.task,
            count=task.accepted,
            all=task.all_accepted,
            expected=task.expected,
        )
    for each in task.returned:
        why = reason_of(each.reason_key, each.reason, write)
        what = _what(each.evidence, write)
        line = write.say("decided.returned", position=task.task, what=what, reason=why)
        yield line + _opened(each.evidence)
    for evidence in task.again:
        line = write.say("decided.again", position=task.task, what=_what(evidence, write))
        yield line + _opened(evidence)


def _what(evidence: EvidenceView | None, write: Writer) -> str:
    """By its reference, which stands in the receipt, and its title or link."""
    what = shortened(what_was_sent(evidence, write), most=_LONGEST_WHAT)
    return what if evidence is None else f"{evidence.reference} · {what}"


def _opened(evidence: EvidenceView | None) -> str:
    """What opens a link: its title alone does not say which page it was."""
    if evidence is None or evidence.kind is not EvidenceKind.LINK:
        return ""
    return f' <a href="{escape(evidence.url)}">↗</a>'


def _send_again(view: DecisionsView, task: DecidedView, write: Writer, *, is_only: bool) -> Button:
    """What is sent next is for this task."""
    submit = Callback(Press.SUBMIT, (view.addressee_id, task.assignment_id))
    if is_only:
        return Button(write.texts("button.send_again"), submit)
    named = short_name(view.directive.number, view.directive.symbol, view.directive.subject)
    number = write.texts("button.task", position=task.task)
    code = f"{number} · {shortened(named, most=_LONGEST_CODE)}"
    return Button(write.texts("button.send_again_of", code=code), submit)
