"""What all messages are written with: sentences, buttons, names and lists, as Telegram HTML, and
the views that several of them share; pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from html import escape
from itertools import accumulate
from typing import TypeVar

from bot.callbacks import Callback, Press
from bot.domain.article_review import Returned
from bot.domain.directives import number_and_symbol
from bot.domain.markup import visible
from bot.domain.splitting import MOST_UNITS, fits, shortened, visible_length
from bot.domain.states import AssignmentState, Part, Relation
from bot.texts import Texts
from bot.texts.moments import Moments

_BAR_CELLS = 12
_View = TypeVar("_View", bound=Hashable)


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
class Original:
    """A message of somebody else that is copied as it is, by Telegram's own numbers."""

    telegram_chat_id: int
    message_id: int


# Two are the same only if they are one: `telegram` asks for every chat whether it has this one.
@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """What a message shows; `text` is Telegram HTML, a document's caption if there is one."""

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    document: Document | None = None
    copies: Original | None = None  # then there is no text
    commands: tuple[tuple[str, str], ...] = ()  # a menu's, each with what it does
    asks_phone: str | None = None  # the label of a button that shares the reader's number
    ends_asking: bool = False  # takes that button away
    is_silent: bool = False  # comes without a sound
    is_caption: bool = False  # is put under a file that is there
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
    version: int = 1


@dataclass(frozen=True, slots=True)
class RelationView:
    """What a directive is to an earlier one."""

    relation: Relation
    earlier: DirectiveView


@dataclass(frozen=True, slots=True)
class AdditionView:
    """An answer that was published to all of a directive's units."""

    asked: str
    answer: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AdditionsView:
    """The newest of them, and how many there are in all."""

    newest: tuple[AdditionView, ...]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """One task as a unit sees it."""

    position: int
    short_title: str
    deadline_at: datetime | None
    state: AssignmentState = AssignmentState.OPEN
    part: Part = Part.LEAD
    articles: int = 0
    expected: int = 1  # articles, at least
    extended_from: datetime | None = None  # the deadline before the unit was given its own
    wished_at: datetime | None = None  # a later one that waits for the office's word
    is_undecided: bool = False  # of a draft: whether it has a deadline is still to be said
    period: str = ""  # of which this is, if the task recurs
    left_open: int = 0  # so many more periods of it, of which nothing stands here
    returned: Returned | None = None
    accepted: int = 0  # of the articles; where staff follow the work
    doubtful: int = 0  # of the articles, likewise: something advises against counting them

    @property
    def is_watched(self) -> bool:
        """Nothing is asked of the unit: it only is to know."""
        return self.part is Part.WATCH


@dataclass(frozen=True, slots=True)
class ChasedView:
    """When units were last reminded by hand, by whom, and how often in all."""

    at: datetime
    by: str
    times: int


def chased_line(chased: ChasedView, write: Writer) -> str:
    """The same in words."""
    at = write.moments.short(chased.at)
    return write.say("receipts.chased", at=at, by=chased.by, count=chased.times)


def directive_title(view: DirectiveView, write: Writer) -> str:
    """`Công văn số 12/STTTT-TTBCXB ngày 06/01/2023`, or without what it lacks."""
    code = number_and_symbol(view.number, view.symbol) if view.number else None
    if code and view.issued_on:
        return write.texts("directive.title", code=code, day=write.moments.day(view.issued_on))
    if code:
        return write.texts("directive.title_undated", code=code)
    return write.texts("directive.title_unnumbered")


def relation_line(view: RelationView, write: Writer) -> str:
    """`Thay thế công văn số 12/… ngày …`"""
    return write.say(f"relation.{view.relation}", title=_inside(view.earlier, write))


def _inside(view: DirectiveView, write: Writer) -> str:
    """The title as it stands within a sentence."""
    title = directive_title(view, write)
    return title[:1].lower() + title[1:]


def button(write: Writer, key: str, press: Press, *ids: int, style: str | None = None) -> Button:
    """A button with a label of the catalogue."""
    return Button(write.texts(key), Callback(press, ids), style)


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


NO_NAMES = Named((), 0)


def names(named: Named, write: Writer) -> str:
    """A list of names that says how many it leaves out."""
    text = "; ".join(shortened(name) for name in named.shown)
    left = named.count - len(named.shown)
    return text if left <= 0 else text + write.texts("list.and_more", count=left)
