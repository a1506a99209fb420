"""What contacts answered beyond "received": the lines on a unit's card, the office's card of it,
and what a colleague is told; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from bot.callbacks import Press
from bot.delivery.render import (
    Button,
    Content,
    DirectiveView,
    TaskView,
    Writer,
    button,
    directive_title,
)
from bot.domain.splitting import shortened
from bot.domain.states import OF_WORK_UNDONE, AnswerKind, AssignmentState
from bot.texts.periods import numbered, with_period

LINES_SHOWN = 3
# A card must have room for its tasks: it names the newest few, in short.
_LONGEST_NAME = 40
_LONGEST_NOTE = 80


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An answer that holds. `position` is its task's, None: all of it; `agreed` is None until the
    office decides."""

    kind: AnswerKind
    by: str
    to: str | None = None
    position: int | None = None
    agreed: bool | None = None
    note: str | None = None
    period: str = ""  # of the task, if it recurs

    @property
    def is_settled(self) -> bool:
        """Nothing more is to come of it."""
        return self.kind is AnswerKind.PASSED_ON or self.agreed is True


def lines(answers: Sequence[AnswerView], write: Writer) -> list[str]:
    """The newest answers as a unit's card shows them, oldest first."""
    return [_line(answer, write) for answer in answers[-LINES_SHOWN:]]


def is_of_nothing(task: TaskView, answers: Sequence[AnswerView]) -> bool:
    """Whether the office has agreed that there was nothing to do this task about; what was said of
    it alone goes before what was said of all."""
    if task.state is not AssignmentState.NOT_APPLICABLE:
        return False
    agreed = [each for each in answers if each.agreed and each.kind in OF_WORK_UNDONE]
    own = [each for each in agreed if (each.position, each.period) == (task.position, task.period)]
    said = own or [each for each in agreed if each.position is None]
    return bool(said) and said[-1].kind is AnswerKind.NOTHING


def _line(answer: AnswerView, write: Writer) -> str:
    by = shortened(answer.by, most=_LONGEST_NAME)
    if answer.kind is AnswerKind.PASSED_ON:
        to = shortened(answer.to or "", most=_LONGEST_NAME)
        return write.say("card.passed_on", by=by, to=to)
    if answer.position is None:
        what = write.texts("answer.of_all")
    else:
        position = numbered(answer.position, answer.period, write.texts)
        what = write.texts("answer.of_task", position=position)
    if answer.agreed is None:
        key = "card.nothing" if answer.kind is AnswerKind.NOTHING else "card.cannot"
        return write.say(key, what=what, by=by)
    if answer.agreed:
        is_nothing = answer.kind is AnswerKind.NOTHING
        return write.say("card.nothing_agreed" if is_nothing else "card.cannot_agreed", what=what)
    if answer.note is None:
        return write.say("card.cannot_given_again", what=what)
    note = shortened(answer.note or "–", most=_LONGEST_NOTE)
    return write.say("card.cannot_disagreed", what=what, note=note)


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoneView:
    """That something will not be done, for the office. Without a `task` it is all that is open."""

    answer_id: int
    kind: AnswerKind
    directive: DirectiveView
    unit_name: str
    phone: str  # of the unit, if known
    by: str
    title: str  # as what they answered
    at: datetime
    reason: str
    task: TaskView | None = None
    is_over: bool = False  # nothing of it is open any more
    is_taken_back: bool = False
    decided_at: datetime | None = None
    agreed: bool | None = None
    decider: str = ""
    note: str | None = None
    may_give_again: bool = False

    @property
    def waits(self) -> bool:
        """Whether the office is still to decide it."""
        return not (self.is_over or self.is_taken_back or self.decided_at)


_TITLES = {
    AnswerKind.CANNOT: "answer.cannot_title",
    AnswerKind.NOTHING: "answer.nothing_title",
}


def for_staff(view: UndoneView, write: Writer) -> Content:
    """What was answered with all that is needed to decide it, or what became of it."""
    by = f"{view.by}, {view.title}" if view.title else view.by
    text = [
        write.bold(_TITLES[view.kind], unit=view.unit_name),
        escape(directive_title(view.directive, write), quote=False),
        write.say("card.subject", subject=view.directive.subject),
        _what(view, write),
        "",
        write.say("answer.reason", reason=view.reason),
        write.say("answer.by", by=by, at=write.moments.short(view.at)),
        *([write.say("answer.phone", phone=view.phone)] if view.phone else []),
        "",
        _outcome(view, write),
        write.zone_line(write.now),
    ]
    return Content("\n".join(text), _buttons(view, write))


def _what(view: UndoneView, write: Writer) -> str:
    if view.task is None:
        return write.bold("answer.all_tasks")
    named = with_period(view.task.short_title, view.task.period, write.texts)
    title = f"<b>{view.task.position}.</b> {escape(named, quote=False)}"
    if view.task.deadline_at is None:
        return title
    deadline = write.moments.full(view.task.deadline_at)
    return f"{title}\n    {write.say('card.deadline', moment=deadline)}"


def _outcome(view: UndoneView, write: Writer) -> str:
    if view.waits:
        return write.bold("answer.please_decide")
    if view.is_taken_back:
        return write.bold("answer.is_taken_back")
    if view.decided_at is None or view.agreed is None:
        return write.bold("answer.is_overtaken")
    decision = {"by": view.decider, "at": write.moments.short(view.decided_at)}
    if view.agreed:
        return write.bold("answer.is_agreed", **decision)
    if view.note is None:
        return write.bold("answer.is_given_again", **decision)
    return write.bold("answer.is_disagreed", note=view.note or "–", **decision)


def _buttons(view: UndoneView, write: Writer) -> tuple[tuple[Button, ...], ...]:
    ids = (view.answer_id,)
    if view.waits:
        agree = button(write, "button.agree", Press.ANSWER_AGREE, *ids, style="success")
        disagree = button(write, "button.disagree", Press.ANSWER_DISAGREE, *ids, style="danger")
        return ((agree, disagree),)
    if view.agreed and view.may_give_again:
        return ((button(write, "button.give_again", Press.ANSWER_GIVE_AGAIN, *ids),),)
    return ()


def for_colleague(
    directive: DirectiveView, write: Writer, *, by: str, unit_name: str, taken_back: bool
) -> Content:
    """That it is theirs to do, or is no more."""
    key = "answer.yours_no_more" if taken_back else "answer.is_yours"
    return Content(
        "\n".join(
            [
                write.bold(key, by=by),
                escape(directive_title(directive, write), quote=False),
                write.say("card.subject", subject=directive.subject),
                write.say("card.unit", unit=unit_name),
            ]
        )
    )
