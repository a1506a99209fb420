"""/duthao: the drafts, the templates, one template and how it recurs; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from bot.callbacks import Callback, Press
from bot.delivery.render import (
    Button,
    Content,
    Writer,
    button,
    fit,
    page_buttons,
)
from bot.delivery.render_draft_tasks import Rows
from bot.delivery.render_periods import day_name, often
from bot.domain.directives import number_and_symbol
from bot.domain.splitting import shortened
from bot.domain.states import DraftState, Every

ON_A_PAGE = 8
DRAFTS, TEMPLATES = 0, 1  # by the number a button carries
EVERY = tuple(Every)
_DAYS_A_ROW = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurrenceView:
    """How a template recurs."""

    every: Every
    day: int
    next_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    """A draft or a template in its list."""

    id: int
    state: DraftState
    author: str
    changed_at: datetime
    tasks: int
    number: str | None = None
    symbol: str | None = None
    subject: str | None = None
    name: str | None = None
    corrects: bool = False
    recurrence: RecurrenceView | None = None


def draft_list(
    lines: Sequence[DraftLine], write: Writer, *, tab: int, page: int, pages: int, count: int
) -> Content:
    """One page of drafts, or of templates, each with a button; and the way to the others."""
    first = (page - 1) * ON_A_PAGE + 1
    say, press = (_draft, Press.DRAFT_OPEN) if tab == DRAFTS else (_template, Press.TEMPLATE)
    title, none = (
        ("drafts.title", "drafts.none") if tab == DRAFTS else ("templates.title", "templates.none")
    )
    numbered = list(enumerate(lines, start=first))
    text = fit(
        [write.bold(title, count=count), ""],
        [f"{place}. {say(line, write)}" for place, line in numbered] or [write.say(none)],
        ["", write.zone_line(write.now)],
        more=lambda left: write.texts("list.and_more", count=left),
    )
    rows = [
        (
            Button(
                f"{place}. {shortened(_called(line, write), most=40)}",
                Callback(press, (line.id,)),
            ),
        )
        for place, line in numbered
    ]
    other, label = (TEMPLATES, "button.templates") if tab == DRAFTS else (DRAFTS, "button.drafts")
    turn = page_buttons(Press.DRAFTS_PAGE, (tab,), page=page, pages=pages)
    return Content(text, (*rows, turn, (button(write, label, Press.DRAFTS_PAGE, other, 1),)))


def _called(line: DraftLine, write: Writer) -> str:
    if line.state is DraftState.TEMPLATE:
        return line.name or ""
    code = number_and_symbol(line.number, line.symbol) if line.number else None
    return " · ".join(filter(None, [code, line.subject])) or write.texts("drafts.nameless")


def _draft(line: DraftLine, write: Writer) -> str:
    called = escape(shortened(_called(line, write), most=200), quote=False)
    key = "drafts.correction" if line.corrects else f"drafts.state_{line.state}"
    state = write.say(
        "drafts.line",
        state=write.texts(key),
        author=shortened(line.author, most=60),
        at=write.moments.short(line.changed_at),
    )
    return f"<b>{called}</b>\n    {state}"


def _template(line: DraftLine, write: Writer) -> str:
    name = f"<b>{escape(shortened(line.name or '', most=200), quote=False)}</b>"
    said = [write.say("templates.tasks", count=line.tasks)]
    if line.recurrence:
        said.append(recurs(line.recurrence, write))
    return f"{name}\n    {' · '.join(said)}"


def recurs(view: RecurrenceView, write: Writer) -> str:
    """`lặp lại hằng tháng vào ngày 15, lần tới 07:30 15/12/2026`."""
    return write.say(
        "recurrence.line",
        often=often(view.every, view.day, write),
        at=write.moments.short(view.next_at),
    )


# --- one template --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateTask:
    position: int
    short_title: str
    continuous: bool
    working_days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateView:
    """A template with what a draft made from it begins with."""

    id: int
    name: str
    subject: str | None
    groups: tuple[str, ...]
    tasks: tuple[TemplateTask, ...]
    recurrence: RecurrenceView | None


def template_page(view: TemplateView, write: Writer, *, menu: str, every: int = 0) -> Content:
    """What it holds, with what can be done; or one of its menus."""
    groups = "; ".join(shortened(group) for group in view.groups[:ON_A_PAGE])
    head = [
        f"<b>{escape(shortened(view.name, most=200), quote=False)}</b>",
        f"{write.say('draft.subject')} {escape(shortened(view.subject or '', most=500))}",
        f"{write.say('templates.groups')} {escape(groups, quote=False) or write.say('draft.none')}",
        recurs(view.recurrence, write) if view.recurrence else write.say("recurrence.none"),
        "",
    ]
    if menu in _QUESTIONS:
        head = [write.bold(_QUESTIONS[menu]), "", *head]
    tasks = [_task(task, write) for task in view.tasks]
    foot = ["", write.say("templates.period", place="{kỳ}"), write.zone_line(write.now)]
    text = fit(head, tasks, foot, more=lambda left: write.say("tasks.more", count=left))
    match menu:
        case "drop":
            sure = button(
                write, "button.template_drop_surely", Press.TEMPLATE_DROP, view.id, style="danger"
            )
            return Content(text, ((sure,), _back(view, write)))
        case "recurrence":
            return Content(text, _recurrence_buttons(view, write))
        case "days":
            return Content(text, _day_buttons(view, write, every=every))
        case _:
            return Content(text, _template_buttons(view, write))


_QUESTIONS = {
    "drop": "template.ask_drop",
    "recurrence": "recurrence.ask_every",
    "days": "recurrence.ask_day",
}


def _task(task: TemplateTask, write: Writer) -> str:
    if task.continuous:
        deadline = write.say("card.no_deadline")
    elif task.working_days is not None:
        deadline = write.say("templates.working_days", count=task.working_days)
    else:
        deadline = write.say("draft.no_deadline_yet")
    return f"<b>{task.position}.</b> {escape(task.short_title, quote=False)}\n    {deadline}"


def _back(view: TemplateView, write: Writer) -> tuple[Button, ...]:
    return (button(write, "button.back", Press.TEMPLATE, view.id),)


def _template_buttons(view: TemplateView, write: Writer) -> Rows:
    use = button(write, "button.template_use", Press.TEMPLATE_USE, view.id, style="success")
    return (
        (use,),
        (
            button(write, "button.recurrence", Press.RECURRENCE, view.id),
            button(write, "button.template_drop", Press.TEMPLATE_DROP_ASK, view.id),
        ),
        (button(write, "button.back", Press.DRAFTS_PAGE, TEMPLATES, 1),),
    )


def _recurrence_buttons(view: TemplateView, write: Writer) -> Rows:
    often = tuple(
        button(write, f"button.every_{every}", Press.RECURRENCE_EVERY, view.id, number)
        for number, every in enumerate(EVERY)
    )
    stop = (button(write, "button.recurrence_stop", Press.RECURRENCE_STOP, view.id),)
    return (often, *([stop] if view.recurrence else []), _back(view, write))


def _day_buttons(view: TemplateView, write: Writer, *, every: int) -> Rows:
    last = 7 if EVERY[every] is Every.WEEK else 31
    days = [
        Button(
            day_name(EVERY[every], day, write),
            Callback(Press.RECURRENCE_SET, (view.id, every, day)),
        )
        for day in range(1, last + 1)
    ]
    a_row = 2 if last == 7 else _DAYS_A_ROW
    rows = [tuple(days[start : start + a_row]) for start in range(0, last, a_row)]
    return (*rows, (button(write, "button.back", Press.RECURRENCE, view.id),))
