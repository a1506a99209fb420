"""What staff follow a directive with: its state by unit, page by page; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from html import escape

from bot.callbacks import Callback, Press
from bot.delivery import render_article_numbers
from bot.delivery.render import (
    NO_NAMES,
    Button,
    ChasedView,
    Content,
    DirectiveView,
    Named,
    RelationView,
    TaskView,
    Writer,
    chased_line,
    directive_title,
    fit,
    names,
    page_buttons,
    relation_line,
)
from bot.delivery.render_answers import AnswerView, is_of_nothing
from bot.delivery.render_card import ReceiptView
from bot.domain.article_numbers import ArticleNumbers, TaskProgress
from bot.domain.assignments import FINISHED
from bot.domain.nudging import Aim, AimKind
from bot.domain.paging import page_within
from bot.domain.reach import Reach
from bot.domain.splitting import shortened
from bot.domain.states import AssignmentState, Ending, ReceiptState, Relation
from bot.texts.periods import numbered

UNITS_A_PAGE = 8
TASKS_SHOWN = 20
LATER_SHOWN = 3


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit of a directive: reached, acknowledged, and what became of each task."""

    unit_name: str
    reach: Reach
    state: ReceiptState
    receipt: ReceiptView
    tasks: tuple[TaskView, ...]
    erased_by: str | None = None  # who confirmed that what was recalled is deleted
    erased_at: datetime | None = None
    answers: tuple[AnswerView, ...] = ()  # of a unit that need not do everything

    @property
    def is_cancelled(self) -> bool:
        """Nothing is asked of the unit: the sending was given up before it got anything, it has
        ended, or a correction left out what it had."""
        return all(task.state is AssignmentState.CANCELLED for task in self.tasks)

    @property
    def is_counted(self) -> bool:
        """Somebody confirmed, or is to."""
        return self.receipt.at is not None or not self.is_cancelled

    @property
    def is_silent(self) -> bool:
        """It should have confirmed and has not; nobody waits for that of who says it cannot."""
        is_open = not self.receipt.is_complete and not self.is_cancelled
        return is_open and self.state is not ReceiptState.CANNOT


@dataclass(frozen=True, slots=True, kw_only=True)
class StateView:
    """A directive's state; `done` and `open` count assignments, late and overdue among them."""

    directive_id: int
    directive: DirectiveView
    done: int
    done_late: int
    open: int
    overdue: int
    dropped: int = 0  # given, and by the office's word not to be done
    articles: ArticleNumbers
    progress: tuple[TaskProgress, ...] = ()
    reminders_uncertain: int = 0
    reminders_failed: int = 0
    put_off: int = 0  # units that have put reminders off now
    chased: ChasedView | None = None  # by hand, any of its units
    versions: int = 1
    begins_at: datetime | None = None  # while its sending has not begun
    ending: Ending | None = None
    ended_at: datetime | None = None
    ended_lines: tuple[str, ...] = ()  # how far a recall is
    in_control: bool = False  # whoever reads it may correct and end it
    relation: RelationView | None = None
    later: tuple[RelationView, ...] = ()  # what refers to this one, each with what it is to it
    units: tuple[UnitLine, ...]
    late: Named = NO_NAMES  # units that came into its groups since
    may_add: bool = False
    may_compose: bool = False
    to_review: int = 0  # submitted, for whoever reads it to accept or return
    all_accepted: bool = False  # all that is asked, so that it can be closed


def state_page(view: StateView, write: Writer, *, page: int) -> Content:
    """Who has confirmed, who has submitted what, who is missing; one page of units."""
    page, pages = page_within(page, count=len(view.units), size=UNITS_A_PAGE)
    first = (page - 1) * UNITS_A_PAGE
    silent = [unit.unit_name for unit in view.units if unit.is_silent]
    acknowledged = sum(unit.receipt.is_complete for unit in view.units)
    counted = sum(unit.is_counted for unit in view.units)
    too_late = sum(unit.receipt.is_late for unit in view.units)
    lines = [
        f"<b>{escape(directive_title(view.directive, write), quote=False)}</b>",
        write.say("card.subject", subject=view.directive.subject),
        *_begins(view, write),
        *_ending(view, write),
        *([relation_line(view.relation, write)] if view.relation else []),
        *_later_lines(view.later, write),
        "",
        write.say("state.acknowledged", done=acknowledged, units=counted)
        + (write.say("state.acknowledged_late", count=too_late) if too_late else ""),
        write.say(
            "state.work", done=view.done, late=view.done_late, open=view.open, overdue=view.overdue
        )
        + (write.say("state.dropped", count=view.dropped) if view.dropped else ""),
        *render_article_numbers.lines(view.articles, view.progress, write),
        *([write.say("state.to_review", count=view.to_review)] if view.to_review else []),
        *([write.bold("state.all_accepted")] if _may_be_closed(view) else []),
    ]
    if view.reminders_uncertain or view.reminders_failed:
        lines.append(
            write.say(
                "state.not_reminded",
                uncertain=view.reminders_uncertain,
                failed=view.reminders_failed,
            )
        )
    if view.put_off:
        lines.append(write.say("state.put_off", count=view.put_off))
    if view.chased is not None:
        lines.append(chased_line(view.chased, write))
    if silent and view.begins_at is None:
        lines.append(write.say("state.silent", names=names(Named.of(silent), write)))
    if view.late.count:
        late = names(view.late, write)
        lines.append(write.say("state.late", count=view.late.count, names=late))
    lines.append("")
    units = [
        _unit_line(place, unit, write, of=view)
        for place, unit in enumerate(view.units[first : first + UNITS_A_PAGE], start=first + 1)
    ]
    foot = ["", write.zone_line(write.now)]
    text = fit(lines, units, foot, more=lambda left: write.texts("list.and_more", count=left))
    turn = page_buttons(Press.STATE_PAGE, (view.directive_id,), page=page, pages=pages)
    nudge = _nudge(view, write, silent=bool(silent))
    rows = (*_review(view, write), *nudge, *_adding(view, write), *_acts(view, write))
    return Content(text, (turn, *rows, *_follow(view, write)))


def _may_be_closed(view: StateView) -> bool:
    return view.all_accepted and view.ended_at is None


def _review(view: StateView, write: Writer) -> tuple[tuple[Button, ...], ...]:
    """As long as something waits to be accepted or returned."""
    if not view.to_review:
        return ()
    label = write.texts("button.articles_waiting", count=view.to_review)
    return ((Button(label, Callback(Press.ARTICLES_PAGE, (view.directive_id, 1))),),)


def _nudge(view: StateView, write: Writer, *, silent: bool) -> tuple[tuple[Button, ...], ...]:
    """As long as there is something to remind of."""
    if not view.may_compose or view.ended_at is not None or not (view.open or silent):
        return ()
    aim = Aim(AimKind.DIRECTIVE, view.directive_id)
    show = Callback(Press.NUDGE_SHOW, (*aim.numbers, 1))
    return ((Button(write.texts("button.nudge"), show),),)


def _begins(view: StateView, write: Writer) -> list[str]:
    if view.begins_at is None or view.ended_at is not None:
        return []
    return [write.bold("progress.ahead", moment=write.moments.full(view.begins_at))]


def _ending(view: StateView, write: Writer) -> list[str]:
    if view.ended_at is None:
        return []
    key = _ENDINGS[view.ending or Ending.CLOSED]
    return [write.bold(key, at=write.moments.short(view.ended_at)), *view.ended_lines]


_ENDINGS = {
    Ending.CLOSED: "state.closed",
    Ending.REPLACED: "state.replaced",
    Ending.RECALLED: "state.recalled",
}


def _acts(view: StateView, write: Writer) -> tuple[tuple[Button, ...], ...]:
    """What who controls it can do with it now."""
    if not view.in_control:
        return ()
    if view.ended_at is not None:
        is_final = view.ending in (Ending.REPLACED, Ending.RECALLED)
        return () if is_final else ((_act(view, write, "button.reopen", Press.REOPEN),),)
    return (
        (
            _act(view, write, "button.correct", Press.CORRECT),
            _act(view, write, "button.replace", Press.REPLACE),
        ),
        (
            _act(view, write, "button.recall", Press.RECALL_ASK),
            _act(view, write, "button.close", Press.CLOSE_ASK),
        ),
    )


def _act(view: StateView, write: Writer, key: str, press: Press) -> Button:
    return Button(write.texts(key), Callback(press, (view.directive_id,)))


def _agenda(view: StateView, write: Writer) -> Button:
    data = Callback(Press.AGENDA_OF, (view.directive_id, 1))
    return Button(write.texts("button.agenda"), data)


def _follow(view: StateView, write: Writer) -> tuple[tuple[Button, ...], ...]:
    receipts = Callback(Press.RECEIPTS_PAGE, (view.directive_id, 0, 1))
    versions = Button(
        write.texts("button.versions", number=view.versions),
        Callback(Press.VERSIONS_PAGE, (view.directive_id, 1)),
    )
    ended = Button(write.texts("button.ended"), Callback(Press.ENDED_PAGE, (1,)))
    rows: list[tuple[Button, ...]] = [
        (Button(write.texts("button.receipts"), receipts), _agenda(view, write)),
        (_act(view, write, "button.report", Press.REPORT), versions, ended),
    ]
    if view.may_compose:
        rows.append((_act(view, write, "button.clone", Press.DIRECTIVE_CLONE),))
    return tuple(rows)


def _adding(view: StateView, write: Writer) -> tuple[tuple[Button, ...], ...]:
    """Who came later is added by staff, never by itself."""
    if not view.may_add:
        return ()
    named = Callback(Press.ADDRESSEE_PAGE, (view.directive_id, 1))
    row = [Button(write.texts("button.add_addressee"), named)]
    if view.late.count:
        ask = Callback(Press.LATE_ASK, (view.directive_id,))
        row.insert(0, Button(write.texts("button.late_ask", count=view.late.count), ask))
    return (tuple(row),)


def _later_lines(later: tuple[RelationView, ...], write: Writer) -> list[str]:
    """By what it was amended, replaced, reminded of; the newest, and how many more there are."""
    lines = []
    for kind in Relation:
        titles = [directive_title(each.earlier, write) for each in later if each.relation is kind]
        if not titles:
            continue
        lines.append(write.say(f"state.later_{kind}", titles="; ".join(titles[:LATER_SHOWN])))
        if len(titles) > LATER_SHOWN:
            lines[-1] += write.say("state.later_more", count=len(titles) - LATER_SHOWN)
    return lines


def _unit_line(place: int, unit: UnitLine, write: Writer, *, of: StateView) -> str:
    name = f"{place}. <b>{escape(shortened(unit.unit_name), quote=False)}</b>"
    if of.ending is Ending.RECALLED:
        status = _erased(unit, write)
    elif unit.receipt.at is not None:
        status = _acknowledged(unit, unit.receipt.at, write)
    elif unit.is_cancelled and of.ending is None:
        was_given_up = unit.reach in _GIVEN_UP
        status = write.say("state.cancelled" if was_given_up else "state.work_cancelled")
    elif of.begins_at is not None and unit.reach is Reach.WAITING:
        status = write.say("state.ahead")
    else:
        status = write.say(_REACH[unit.reach])
    tasks = " · ".join(_task(task, unit, write) for task in unit.tasks[:TASKS_SHOWN])
    if len(unit.tasks) > TASKS_SHOWN:
        tasks += " …"
    return f"{name} – {status}\n    {escape(tasks)}"


def _acknowledged(unit: UnitLine, at: datetime, write: Writer) -> str:
    receipt = unit.receipt
    shown = {"at": write.moments.short(at), "by": receipt.by}
    if not receipt.is_complete:
        status = write.say("state.unit_partly", **shown)
    elif receipt.by_phone:
        status = write.say("state.unit_phoned", **shown)
    else:
        status = write.say("state.unit_acknowledged", **shown)
    if receipt.is_late:
        status += write.say("card.receipt_late")
    if unit.state is ReceiptState.CANNOT:
        status += " · " + write.say("receipts.state_cannot")
    return status


def _erased(unit: UnitLine, write: Writer) -> str:
    if unit.erased_at is None:
        return write.say("state.not_erased")
    at = write.moments.short(unit.erased_at)
    return write.say("state.erased", at=at, by=unit.erased_by or "")


def _task(task: TaskView, unit: UnitLine, write: Writer) -> str:
    if task.is_watched:
        mark = write.texts("part.watch")
    elif task.articles:
        mark = f"{task.articles}/{task.expected}" if task.expected > 1 else str(task.articles)
        mark += _looked_at(task, write)
    elif is_of_nothing(task, unit.answers):
        mark = write.texts("state.nothing")
    elif task.state is AssignmentState.NOT_APPLICABLE:
        mark = write.texts("state.not_applicable")
    elif task.state is AssignmentState.CANCELLED:
        mark = "×"
    else:
        mark = "✓" if task.state in FINISHED else "–"
    number = numbered(task.position, task.period, write.texts)
    shown = f"{write.texts('button.task', position=number)}: {mark}"
    if task.extended_from is not None and task.deadline_at is not None:
        shown += f" ({write.texts('state.extended', moment=write.moments.short(task.deadline_at))})"
    if task.wished_at is not None:
        shown += f" ({write.texts('state.wished', moment=write.moments.short(task.wished_at))})"
    return shown


def _looked_at(task: TaskView, write: Writer) -> str:
    """` (chấp nhận 1, vướng 2)`: sent is not yet accepted."""
    said = [
        write.texts(key, count=count)
        for key, count in (("state.accepted", task.accepted), ("state.doubted", task.doubtful))
        if count
    ]
    return f" ({', '.join(said)})" if said else ""


_GIVEN_UP = (Reach.WAITING, Reach.FAILED)  # of whom all is cancelled: the card never came
_REACH = {
    Reach.NOBODY: "state.nobody",
    Reach.WAITING: "state.waiting",
    Reach.SENT: "state.sent",
    Reach.UNCERTAIN: "state.uncertain",
    Reach.FAILED: "state.failed",
}
