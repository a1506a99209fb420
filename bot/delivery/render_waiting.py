"""/cho as it looks: how much of each kind waits for the office, and one page of it with buttons
that open or decide it; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.callbacks import Callback, Press
from bot.delivery.render import Button, Content, Writer, page_buttons
from bot.domain.splitting import shortened
from bot.domain.states import ContactRole, ContentKind
from bot.domain.waiting import SECTIONS, WITH_OWN_LIST, WaitingSection

A_PAGE = 5
_WORDS_SHOWN = 120
# What opens what units said; for what waits for its sender there is nothing to decide.
_OPENS = {
    WaitingSection.QUESTIONS: Press.QUESTION_SHOW,
    WaitingSection.EXTENSIONS: Press.EXTENSION_SHOW,
    WaitingSection.ANSWERS: Press.ANSWER_SHOW,
    WaitingSection.UNPLACED: Press.UNPLACED_SHOW,
}


@dataclass(frozen=True, slots=True)
class Section:
    """A kind of thing that waits, and how many there are."""

    name: WaitingSection
    count: int


@dataclass(frozen=True, slots=True)
class NewcomerView:
    """Somebody who would join a unit."""

    request_id: int
    name: str
    title: str
    role: ContactRole
    unit_name: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class WishView:
    """Somebody who would have their data erased."""

    person_id: int
    name: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class ReviewedView:
    """A draft that waits for approval."""

    draft_id: int
    code: str | None
    subject: str
    author: str
    submitted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidView:
    """What somebody of a unit asked, wished, answered or just wrote."""

    section: WaitingSection
    id: int
    at: datetime
    person: str
    unit: str | None
    text: str
    kind: ContentKind
    is_of_directive: bool
    code: str | None
    task: str | None  # its number, and the period if it recurs
    wished_at: datetime | None


Entry = ReviewedView | SaidView | NewcomerView | WishView


@dataclass(frozen=True, slots=True)
class WaitingView:
    """One page; `only` is the section that alone is listed."""

    sections: tuple[Section, ...]
    entries: tuple[Entry, ...]
    only: WaitingSection | None
    page: int
    pages: int


def waiting_list(view: WaitingView, write: Writer) -> Content:
    """How much of each kind waits, one page of it with what can be decided, and buttons that leave
    but one kind."""
    counts = [
        write.say(f"waiting.{each.name}", count=each.count) for each in view.sections if each.count
    ]
    head = [write.bold("waiting.title"), *(counts or [write.say("waiting.nothing")])]
    if view.only is not None:
        head.append(write.say("waiting.only", section=write.texts(f"section.{view.only}")))
    lines: list[str] = []
    rows: list[tuple[Button, ...]] = []
    for number, each in enumerate(view.entries, (view.page - 1) * A_PAGE + 1):
        line, buttons = _drawn(each, number, write)
        lines += ["", f"<b>{number}.</b> {line}"]
        rows += [buttons] if buttons else []
    if view.pages > 1:
        rows.append(_turning(view))
    rows += _filters(view, write)
    foot = ["", write.zone_line(write.now)]
    return Content("\n".join([*head, *lines, *foot]), tuple(rows))


def _turning(view: WaitingView) -> tuple[Button, ...]:
    if view.only is None:
        return page_buttons(Press.WAITING_PAGE, (), page=view.page, pages=view.pages)
    ids = (SECTIONS.index(view.only),)
    return page_buttons(Press.WAITING_OF, ids, page=view.page, pages=view.pages)


def _filters(view: WaitingView, write: Writer) -> list[tuple[Button, ...]]:
    """For each section of which something waits a button, and one for all; none for but one."""
    waiting = [each for each in view.sections if each.count]
    listed = [each for each in waiting if each.name not in WITH_OWN_LIST]
    buttons = []
    if view.only is not None:
        buttons.append(
            Button(write.texts("button.waiting_all"), Callback(Press.WAITING_PAGE, (1,)))
        )
    if len(listed) > 1:
        buttons += [
            _filter(each, write, press=Callback(Press.WAITING_OF, (SECTIONS.index(each.name), 1)))
            for each in listed
            if each.name is not view.only
        ]
    buttons += [
        _filter(each, write, press=_OWN_LISTS[each.name])
        for each in waiting
        if each.name in WITH_OWN_LIST
    ]
    return [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]


_OWN_LISTS = {
    WaitingSection.ARTICLES: Callback(Press.ARTICLES_PAGE, (0, 1)),
    WaitingSection.PARKED: Callback(Press.PARKED_PAGE, (1,)),
}


def _filter(section: Section, write: Writer, *, press: Callback) -> Button:
    name = write.texts(f"section.{section.name}")
    return Button(write.texts("button.waiting_of", section=name, count=section.count), press)


_Drawn = tuple[str, tuple[Button, ...]]


def _drawn(entry: Entry, number: int, write: Writer) -> _Drawn:
    match entry:
        case ReviewedView():
            return _reviewed(entry, number, write)
        case SaidView():
            return _said(entry, number, write)
        case NewcomerView():
            return _newcomer(entry, number, write)
        case WishView():
            return _wish(entry, number, write)


def _reviewed(view: ReviewedView, number: int, write: Writer) -> _Drawn:
    line = write.say(
        "waiting.draft",
        draft=view.code or write.texts("directive.title_unnumbered"),
        subject=shortened(view.subject),
        name=view.author,
        at=write.moments.short(view.submitted_at),
    )
    label = write.texts("button.look_at_draft", number=number)
    return line, (Button(label, Callback(Press.REVIEW_SHOW, (view.draft_id,))),)


def _said(view: SaidView, number: int, write: Writer) -> _Drawn:
    about = []
    if view.is_of_directive:
        about.append(view.code or write.texts("directive.title_unnumbered"))
    if view.task is not None:
        about.append(write.texts("waiting.task", position=view.task))
    if view.wished_at is not None:
        about.append(write.texts("waiting.wished", until=write.moments.short(view.wished_at)))
    line = write.say(
        "waiting.said",
        what=write.texts(f"section.one_{view.section}"),
        name=view.person,
        unit=view.unit or write.texts("waiting.unit_unclear"),
        at=write.moments.short(view.at),
    )
    words = " ".join(view.text.split())
    if view.kind is not ContentKind.TEXT:
        words = " ".join(filter(None, (f"[{write.texts(f'content.{view.kind}')}]", words)))
    more = [write.say("waiting.words", words=each) for each in (" · ".join(about),) if each]
    if words:
        more.append(write.say("waiting.words", words=shortened(words, most=_WORDS_SHOWN)))
    opens = _OPENS.get(view.section)
    if opens is None:
        return "\n".join([line, *more]), ()
    label = write.texts("button.open_number", number=number)
    return "\n".join([line, *more]), (Button(label, Callback(opens, (view.id,))),)


def _wish(view: WishView, number: int, write: Writer) -> _Drawn:
    line = write.say("waiting.erasure", name=view.name, at=write.moments.short(view.asked_at))
    label = write.texts("button.erasure", number=number)
    return line, (Button(label, Callback(Press.ERASURE, (view.person_id,))),)


def _newcomer(view: NewcomerView, number: int, write: Writer) -> _Drawn:
    title = f", {view.title}" if view.title else ""
    line = write.say(
        f"waiting.newcomer_{view.role}",
        name=view.name + title,
        unit=view.unit_name,
        at=write.moments.short(view.asked_at),
    )
    ids = (view.request_id,)
    return line, (
        Button(
            write.texts("button.approve", number=number),
            Callback(Press.JOIN_APPROVE, ids),
            "success",
        ),
        Button(
            write.texts("button.reject", number=number), Callback(Press.JOIN_REJECT, ids), "danger"
        ),
        Button(write.texts("button.move", number=number), Callback(Press.JOIN_MOVE, ids)),
    )
