"""Cards as Telegram HTML, from plain values, in the reader's language; pure.

The preview, the first sending and every redraw use the same functions.
"""

from __future__ import annotations

import secrets
from bisect import bisect_right
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from html import escape
from itertools import accumulate
from typing import TypeVar

from bot.callbacks import Callback, Press
from bot.domain.assignments import FINISHED
from bot.domain.directives import number_and_symbol
from bot.domain.graphemes import last_border
from bot.domain.markup import visible
from bot.domain.splitting import MOST_UNITS, fits, visible_length
from bot.domain.states import AssignmentState
from bot.texts import Texts
from bot.texts.moments import Moments

_BAR_CELLS = 12
_View = TypeVar("_View", bound=Hashable)
_LONGEST_UNIT_NAME = 300 * 2  # UTF-16 units of as many letters as the registry takes
# What stands in a stencil where each unit has its own; no text can hold it by chance.
UNIT_NAME_HOLE = secrets.token_hex(8)
ADDRESSEE_HOLE = 10**17 + secrets.randbelow(10**17)


@dataclass(frozen=True, slots=True)
class Button:
    """One button of an inline keyboard."""

    label: str
    callback: Callback
    style: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A file to send: its bytes, or Telegram's id of a file it has."""

    name: str = ""
    content: bytes = field(default=b"", repr=False)
    file_id: str | None = None
    is_picture: bool = False  # shown in the chat instead of offered for download


@dataclass(frozen=True, slots=True)
class Content:
    """What a message shows; `text` is Telegram HTML, a document's caption if there is one."""

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    document: Document | None = None
    commands: tuple[tuple[str, str], ...] = ()  # a menu's, each with what it does
    asks_phone: str | None = None  # the label of a button that shares the reader's number
    ends_asking: bool = False  # takes that button away
    parse_mode: str | None = "HTML"


@dataclass(frozen=True, slots=True)
class Writer:
    """Sentences and moments for one reader."""

    texts: Texts
    moments: Moments
    now: datetime
    _written: dict[tuple[object, object], str] = field(default_factory=dict, repr=False)

    def once(self, write: Callable[[_View, Writer], str], view: _View) -> str:
        """What many cards show alike is written once for all of them."""
        key = (write, view)
        if key not in self._written:
            self._written[key] = write(view, self)
        return self._written[key]

    def say(self, key: str, /, **values: object) -> str:
        """A sentence, escaped for HTML."""
        return escape(self.texts(key, **values), quote=False)

    def bold(self, key: str, /, **values: object) -> str:
        """A sentence that stands out."""
        return f"<b>{self.say(key, **values)}</b>"

    def zone_line(self, moment: datetime) -> str:
        """Which zone the times above are of, and when this was drawn."""
        return "<i>" + self.say(
            "card.zone", zone=self.moments.zone_name(moment), at=self.moments.short(self.now)
        ) + "</i>"  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectiveView:
    """A directive's identity, as its cards and reminders name it."""

    issuer: str | None
    number: str | None
    symbol: str | None
    issued_on: date | None
    urgency: str | None
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """One task as a unit sees it."""

    position: int
    short_title: str
    deadline_at: datetime | None
    state: AssignmentState = AssignmentState.OPEN
    articles: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CardView:
    """A directive's card for one unit in one chat."""

    addressee_id: int
    unit_name: str
    directive: DirectiveView
    tasks: tuple[TaskView, ...]
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    closed: bool = False
    in_group: bool = False
    sent_again: bool = False


def directive_title(view: DirectiveView, write: Writer) -> str:
    """`Công văn số 12/STTTT-TTBCXB ngày 06/01/2023`, or without what it lacks."""
    code = number_and_symbol(view.number, view.symbol) if view.number else None
    if code and view.issued_on:
        return write.texts("directive.title", code=code, day=write.moments.day(view.issued_on))
    if code:
        return write.texts("directive.title_undated", code=code)
    return write.texts("directive.title_unnumbered")


def card(view: CardView, write: Writer) -> Content:
    """The directive's card."""
    head = [
        write.once(_letter, view.directive),
        "",
        write.say("card.unit", unit=view.unit_name),
        write.say("card.tasks", count=len(view.tasks)),
    ]
    if view.sent_again:
        head.insert(1, write.say("card.sent_again"))
    foot = ["", _acknowledgement_line(view, write)]
    if view.in_group and not view.closed:
        foot.append(write.say("card.reply_in_group"))
    foot.append(write.once(_drawn, write.now))
    tasks = [write.once(_task_line, task) for task in view.tasks]
    text = fit(head, tasks, foot, more=lambda left: write.say("card.more_tasks", count=left))
    return Content(text, _card_buttons(view, write))


def stencil(view: CardView, write: Writer) -> Content | None:
    """The card of `view` with holes for the unit's name and the addressee, to be filled for every
    unit that has the same work; None if it might become too long with another unit's name."""
    content = card(replace(view, unit_name=UNIT_NAME_HOLE, addressee_id=ADDRESSEE_HOLE), write)
    return content if fits(content.text, limit=MOST_UNITS - _LONGEST_UNIT_NAME) else None


def fills(view: CardView) -> dict[str, str]:
    """What is put into the holes of a stencil for this unit."""
    return {
        UNIT_NAME_HOLE: escape(view.unit_name, quote=False),
        str(ADDRESSEE_HOLE): str(view.addressee_id),
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
    if sent_again:
        head.append(write.say("card.sent_again"))
    first, last = tasks[0].position, tasks[-1].position
    head.append(write.say("card.task_list", first=first, last=last, count=of))
    lines = [_title_and_deadline(task, write) for task in tasks]
    foot = ["", write.zone_line(write.now)]
    text = fit(head, lines, foot, more=lambda left: write.say("card.more_tasks", count=left))
    return Content(text)


def _task_line(task: TaskView, write: Writer) -> str:
    return f"{_title_and_deadline(task, write)} · {_work(task, write)}"


def _title_and_deadline(task: TaskView, write: Writer) -> str:
    title = f"<b>{task.position}.</b> {escape(task.short_title, quote=False)}"
    if task.deadline_at is None:
        deadline = write.say("card.no_deadline")
    else:
        deadline = write.say("card.deadline", moment=write.moments.full(task.deadline_at))
    return f"{title}\n    {deadline}"


def _work(task: TaskView, write: Writer) -> str:
    if task.articles:
        return write.say("card.articles", count=task.articles)
    if task.state in FINISHED:
        return write.say("card.done")
    if task.deadline_at is not None and task.deadline_at < write.now:
        return write.say("card.overdue")
    return write.say("card.nothing_yet")


def _acknowledgement_line(view: CardView, write: Writer) -> str:
    if view.closed:
        return write.bold("card.closed")
    if view.acknowledged_at is None:
        return write.say("card.please_acknowledge")
    return write.bold(
        "card.acknowledged",
        at=write.moments.short(view.acknowledged_at),
        by=view.acknowledged_by or "",
    )


def _card_buttons(view: CardView, write: Writer) -> tuple[tuple[Button, ...], ...]:
    ids = (view.addressee_id,)
    full_text = Button(write.texts("button.full_text"), Callback(Press.FULL_TEXT, ids))
    if view.closed:
        return ((full_text,),)
    rows: list[tuple[Button, ...]] = []
    if view.acknowledged_at is None:
        rows.append((acknowledge_button(view.addressee_id, write),))
    submit = Button(write.texts("button.submit"), Callback(Press.SUBMIT, ids))
    rows.append((submit, full_text))
    if any(task.state is AssignmentState.OPEN for task in view.tasks):
        rows.append((Button(write.texts("button.report_done"), Callback(Press.DONE_MENU, ids)),))
    return tuple(rows)


def acknowledge_button(addressee_id: int, write: Writer) -> Button:
    """The button that confirms the receipt."""
    label = write.texts("button.acknowledge")
    return Button(label, Callback(Press.ACKNOWLEDGE, (addressee_id,)), "success")


def without_formatting(content: Content) -> Content:
    """The same with the words only, also of what Telegram could not read."""
    return replace(content, text=visible(content.text), parse_mode=None)


def fit(
    head: Sequence[str],
    items: Sequence[str],
    foot: Sequence[str],
    *,
    more: Callable[[int], str],
) -> str:
    """All lines if they fit into one message, else as many items as do, and `more` of the rest."""
    text = "\n".join([*head, *items, *foot])
    if fits(text):
        return text
    room = MOST_UNITS - sum(visible_length(line) + 1 for line in (*head, *foot))
    ends = list(accumulate(visible_length(item) + 1 for item in items))
    shown = bisect_right(ends, room)
    while shown and ends[shown - 1] + visible_length(more(len(items) - shown)) + 1 > room:
        shown -= 1
    rest = [more(len(items) - shown)] if shown < len(items) else []
    return "\n".join([*head, *items[:shown], *rest, *foot])


def shortened(text: str, *, most: int = 90) -> str:
    """A name or title as lists show it, ended between two signs."""
    if len(text) <= most:
        return text
    return f"{text[: last_border(text, most - 1) or most - 1].rstrip()}…"


def page_buttons(
    press: Press, ids: tuple[int, ...], *, page: int, pages: int
) -> tuple[Button, ...]:
    """Turning pages, and the present one anew."""
    return tuple(
        Button(label, Callback(press, (*ids, target)))
        for label, target in (
            ("‹", page - 1),
            (f"{page}/{pages} ⟳", page),
            ("›", page + 1),
        )
        if 1 <= target <= pages
    )


def progress_bar(done: int, total: int) -> str:
    """A bar of twelve cells."""
    filled = _BAR_CELLS if total == 0 else done * _BAR_CELLS // total
    return "▓" * filled + "░" * (_BAR_CELLS - filled)


@dataclass(frozen=True, slots=True)
class Named:
    """Some names, as many as a phone can show, and how many there are in all."""

    shown: tuple[str, ...]
    count: int

    @classmethod
    def of(cls, names: Sequence[str], *, most: int = 10) -> Named:
        """The first names of a list."""
        return cls(tuple(names[:most]), len(names))


def names(named: Named, write: Writer) -> str:
    """A list of names that says how many it leaves out."""
    text = "; ".join(shortened(name) for name in named.shown)
    left = named.count - len(named.shown)
    return text if left <= 0 else text + write.texts("list.and_more", count=left)
