"""A directive's card as Telegram HTML, with the lists of tasks before it; pure.

The preview, the first sending and every redraw use the same functions.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape

from bot.callbacks import Callback, Press
from bot.delivery import render_additions, render_answers
from bot.delivery.render import (
    AdditionsView,
    Button,
    Content,
    DirectiveView,
    RelationView,
    TaskView,
    Writer,
    directive_title,
    fit,
    relation_line,
)
from bot.delivery.render_answers import AnswerView
from bot.delivery.render_returned import returned
from bot.domain.assignments import FINISHED
from bot.domain.splitting import MOST_UNITS, fits
from bot.domain.states import AcknowledgeBy, AssignmentState, Part
from bot.texts.periods import with_period

_LONGEST_UNIT_NAME = 300 * 2  # UTF-16 units of as many letters as the registry takes


# What stands in a stencil where each unit has its own; no text can hold it by chance.
UNIT_NAME_HOLE = secrets.token_hex(8)


ADDRESSEE_HOLE = 10**17 + secrets.randbelow(10**17)


@dataclass(frozen=True, slots=True)
class PastReceipt:
    """Who had confirmed an earlier version, and when."""

    version: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """How far the unit is with confirming: by which word it is complete, or whose was the first."""

    rule: AcknowledgeBy = AcknowledgeBy.ANY
    is_complete: bool = False
    by: str = ""
    at: datetime | None = None
    version: int = 1
    is_late: bool = False
    by_phone: bool = False
    confirmed: int = 0  # so many of the people have
    people: int = 0
    due_at: datetime | None = None  # until when that is in time

    @property
    def is_silent(self) -> bool:
        """Nobody has said anything."""
        return self.at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardView:
    """A directive's card for one unit in one chat."""

    addressee_id: int
    unit_name: str
    directive: DirectiveView
    tasks: tuple[TaskView, ...]
    receipt: ReceiptView = ReceiptView()
    correction: str | None = None  # the newest one's lines
    past: PastReceipt | None = None  # of a version whose receipts do not count any more
    answers: tuple[AnswerView, ...] = ()
    asks_again: bool = False
    closed: bool = False
    ended: str | None = None  # the line that says why, if it was not simply closed
    relation: RelationView | None = None
    additions: AdditionsView | None = None
    files: int = 0  # that the full text is given with, the letter's own among them
    in_group: bool = False
    sent_again: bool = False
    is_cancelled: bool = False  # all work of the unit: it has ended, or a correction left it out


def card(view: CardView, write: Writer) -> Content:
    """The directive's card."""
    if view.ended is not None:
        return _ended_card(view, view.ended, write)
    head = [
        write.once(_letter, view.directive),
        *([view.correction] if view.correction else []),
        *([relation_line(view.relation, write)] if view.relation else []),
        "",
        write.say("card.unit", unit=view.unit_name),
        write.say("card.tasks", count=len({task.position for task in view.tasks})),
    ]
    if view.sent_again:
        head.insert(1, write.say("card.sent_again"))
    foot = ["", _acknowledgement_line(view, write), *_answers(view, write)]
    if view.in_group and not view.closed and not view.is_cancelled:
        foot.append(write.say("card.reply_in_group"))
    foot.append(write.once(_drawn, write.now))
    tasks = [
        write.once(
            _nothing_line if render_answers.is_of_nothing(task, view.answers) else _task_line, task
        )
        for task in view.tasks
    ]
    foot = [*_additions(view, write, beside=[*head, *tasks, *foot]), *foot]
    text = fit(head, tasks, foot, more=lambda left: write.say("card.more_tasks", count=left))
    return Content(text, _card_buttons(view, write))


def _additions(view: CardView, write: Writer, *, beside: Sequence[str]) -> list[str]:
    """What was published to all: as many as there is room for beside everything else, so that no
    task has to go for them."""
    if view.additions is None:
        return []
    for most in range(len(view.additions.newest), 0, -1):
        lines = ["", *render_additions.on_card(view.additions, write, most=most)]
        if fits("\n".join([*beside, *lines])):
            return lines
    return ["", *render_additions.on_card(view.additions, write, most=0)]


def _ended_card(view: CardView, ended: str, write: Writer) -> Content:
    """Nothing is to be done any more, so no task is shown; what was confirmed stays."""
    lines = [
        write.once(_letter, view.directive),
        "",
        ended,
        write.say("card.unit", unit=view.unit_name),
    ]
    if view.receipt.at is not None:
        lines.append(_receipt(view, view.receipt.at, write))
    lines.append(write.once(_drawn, write.now))
    return Content("\n".join(lines), _card_buttons(view, write))


def stencil(view: CardView, write: Writer) -> Content | None:
    """The card of `view` with holes for the unit's name and the addressee, to be filled for every
    unit that has the same work; None if it might become too long with another unit's name."""
    content = card(replace(view, unit_name=UNIT_NAME_HOLE, addressee_id=ADDRESSEE_HOLE), write)
    return content if fits(content.text, limit=MOST_UNITS - _LONGEST_UNIT_NAME) else None


def fills(addressee_id: int, unit_name: str) -> dict[str, str]:
    """What is put into the holes of a stencil for this unit."""
    return {
        UNIT_NAME_HOLE: escape(unit_name, quote=False),
        str(ADDRESSEE_HOLE): str(addressee_id),
    }


def _letter(directive: DirectiveView, write: Writer) -> str:
    lines = [f"<b>{escape(directive_title(directive, write), quote=False)}</b>"]
    if directive.urgency:
        lines.insert(0, write.bold(f"urgency.{directive.urgency}"))
    if directive.issuer:
        lines.append(escape(directive.issuer, quote=False))
    lines.append(write.say("card.subject", subject=directive.subject))
    return "\n".join(lines)


def _drawn(at: datetime, write: Writer) -> str:
    return write.zone_line(at)


def task_list(
    directive: DirectiveView,
    tasks: Sequence[TaskView],
    write: Writer,
    *,
    of: int,
    sent_again: bool = False,
) -> Content:
    """Some of a directive's many tasks, before its card. It is not drawn again, so it says nothing
    of how far they are."""
    head = [f"<b>{escape(directive_title(directive, write), quote=False)}</b>"]
    if directive.version > 1:
        head.append(write.say("card.version", version=directive.version))
    if sent_again:
        head.append(write.say("card.sent_again"))
    first, last = tasks[0].position, tasks[-1].position
    head.append(write.say("card.task_list", first=first, last=last, count=of))
    lines = [_title_and_deadline(task, write) for task in tasks]
    foot = ["", write.zone_line(write.now)]
    text = fit(head, lines, foot, more=lambda left: write.say("card.more_tasks", count=left))
    return Content(text)


def _task_line(task: TaskView, write: Writer) -> str:
    if task.is_watched:
        return _title_and_deadline(task, write)
    line = f"{_title_and_deadline(task, write)} · {_work(task, write)}"
    return f"{line} · {returned(task.returned, write)}" if task.returned else line


def _nothing_line(task: TaskView, write: Writer) -> str:
    return f"{_title_and_deadline(task, write)} · {write.say('state.nothing')}"


def _title_and_deadline(task: TaskView, write: Writer) -> str:
    named = with_period(task.short_title, task.period, write.texts)
    title = f"<b>{task.position}.</b> {escape(named, quote=False)}"
    if task.is_undecided:
        asked = [write.bold("draft.no_deadline_yet")]
    elif task.deadline_at is None:
        asked = [write.say("card.no_deadline")]
    else:
        asked = [deadline_line(task.deadline_at, task.extended_from, write)]
    if task.wished_at is not None:
        asked.append(write.say("card.wished", moment=write.moments.short(task.wished_at)))
    if task.expected > 1:
        asked.append(at_least(task.expected, write))
    if task.left_open:
        asked.append(write.bold("card.periods_left", count=task.left_open))
    if task.part is not Part.LEAD:
        title += f" – <i>{write.say(f'part.{task.part.value}')}</i>"
    return f"{title}\n    {' · '.join(asked)}"


def deadline_line(deadline_at: datetime, extended_from: datetime | None, write: Writer) -> str:
    """Until when; of a deadline that is the unit's own also which one it had before."""
    moment = write.moments.full(deadline_at)
    if extended_from is None:
        return write.say("card.deadline", moment=moment)
    before = write.moments.short(extended_from)
    return write.say("card.deadline_extended", moment=moment, before=before)


def at_least(expected: int, write: Writer) -> str:
    """`ít nhất 03 tin, bài`."""
    return write.say("card.expected", number=f"{expected:02}")


def _work(task: TaskView, write: Writer) -> str:
    if task.state is AssignmentState.CANCELLED:  # whatever was sent for it before
        return write.say("card.cancelled")
    if task.articles:
        several = task.expected > 1
        counts = {"count": task.articles, **({"expected": task.expected} if several else {})}
        sent = write.say("card.articles_of" if several else "card.articles", **counts)
        is_dropped = task.state is AssignmentState.NOT_APPLICABLE
        return f"{sent} · {write.say('card.not_applicable')}" if is_dropped else sent
    if task.state is AssignmentState.NOT_APPLICABLE:
        return write.say("card.not_applicable")
    if task.state in FINISHED:
        return write.say("card.done")
    if task.deadline_at is not None and task.deadline_at < write.now:
        return write.say("card.overdue")
    return write.say("card.nothing_yet")


def _acknowledgement_line(view: CardView, write: Writer) -> str:
    receipt = view.receipt
    if view.closed:  # who had confirmed by then stays
        lines = [_receipt(view, receipt.at, write)] if receipt.at and receipt.is_complete else []
        return "\n".join([*lines, write.bold("card.closed")])
    lines = [] if receipt.at is None else [_receipt(view, receipt.at, write)]
    if view.is_cancelled:
        return "\n".join([*lines, write.bold("card.nothing_asked")])
    if receipt.is_complete:
        return lines[0]
    if view.past is not None:
        at = write.moments.short(view.past.at)
        version, by = view.past.version, view.past.by
        lines.append(write.say("card.acknowledged_before", version=version, at=at, by=by))
    ask = _ASK_AGAIN if view.asks_again else _ASK
    lines.append(write.say(ask[receipt.rule]))
    if receipt.due_at is not None:
        lines.append(write.say("card.acknowledge_due", at=write.moments.full(receipt.due_at)))
    return "\n".join(lines)


_ASK = {
    AcknowledgeBy.ANY: "card.please_acknowledge",
    AcknowledgeBy.LEADER: "card.please_acknowledge_leader",
    AcknowledgeBy.EACH: "card.please_acknowledge_each",
}
_ASK_AGAIN = {
    AcknowledgeBy.ANY: "card.please_acknowledge_again",
    AcknowledgeBy.LEADER: "card.please_acknowledge_again_leader",
    AcknowledgeBy.EACH: "card.please_acknowledge_again_each",
}


def _answers(view: CardView, write: Writer) -> list[str]:
    """Of what has ended, only what was settled: the office is asked nothing any more."""
    shown = view.answers
    if view.closed:
        shown = tuple(each for each in shown if each.is_settled)
    return render_answers.lines(shown, write)


def _receipt(view: CardView, at: datetime, write: Writer) -> str:
    """Who confirmed when, and what is still missing or was too late."""
    receipt = view.receipt
    if receipt.by_phone:
        keys = ("card.phoned", "card.phoned_version")
    elif receipt.is_complete:
        keys = ("card.acknowledged", "card.acknowledged_version")
    else:
        keys = ("card.partly", "card.partly_version")
    shown = {"at": write.moments.short(at), "by": receipt.by, "version": receipt.version}
    line = write.texts(keys[view.directive.version > 1], **shown)
    if receipt.rule is AcknowledgeBy.EACH and not receipt.by_phone:
        line += write.texts("card.receipt_count", done=receipt.confirmed, people=receipt.people)
    elif not receipt.is_complete:
        line += write.texts("card.receipt_waits_for_leader")
    if receipt.is_late:
        line += write.texts("card.receipt_late")
    line = escape(line, quote=False)
    return f"<b>{line}</b>" if receipt.is_complete else line


def _card_buttons(view: CardView, write: Writer) -> tuple[tuple[Button, ...], ...]:
    ids = (view.addressee_id,)
    full_text = Button(_full_text_label(view.files, write), Callback(Press.FULL_TEXT, ids))
    more = Button(write.texts("button.more"), Callback(Press.MORE, ids))
    if view.closed:  # there is more to be had only of what was confirmed
        return ((full_text,), (more,)) if view.receipt.is_complete else ((full_text,),)
    if view.is_cancelled:
        return ((full_text,),)
    rows: list[tuple[Button, ...]] = []
    if not view.receipt.is_complete:
        version = view.directive.version
        rows.append((acknowledge_button(view.addressee_id, write, version=version),))
    submit = Button(write.texts("button.submit"), Callback(Press.SUBMIT, ids))
    only_watches = bool(view.tasks) and all(task.is_watched for task in view.tasks)
    rows.append((full_text,) if only_watches else (submit, full_text))
    rows.append((Button(write.texts("button.ask"), Callback(Press.QUESTION_ASK, ids)), more))
    return tuple(rows)


def _full_text_label(files: int, write: Writer) -> str:
    if files < 2:
        return write.texts("button.full_text")
    return write.texts("button.full_text_and_files", count=files)


def of_a_test(rows: Sequence[Sequence[Button]]) -> tuple[tuple[Button, ...], ...]:
    """The same buttons on a card that somebody sends to themselves: they only say so."""
    test = Callback(Press.TEST_COPY)
    return tuple(tuple(replace(button, callback=test) for button in row) for row in rows)


def acknowledge_button(addressee_id: int, write: Writer, *, version: int) -> Button:
    """The button that confirms the receipt; it carries which version stands above it."""
    if version == 1:
        label = write.texts("button.acknowledge")
        return Button(label, Callback(Press.ACKNOWLEDGE, (addressee_id,)), "success")
    label = write.texts("button.acknowledge_version", version=version)
    return Button(label, Callback(Press.ACKNOWLEDGE, (addressee_id, version)), "success")
