"""One article, or work that was reported done, as staff review it: all that is known of it, what
was said of it, and what can be said; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from html import escape

from bot.callbacks import Callback, Press
from bot.delivery import render_findings
from bot.delivery.render import (
    Button,
    Content,
    DirectiveView,
    Writer,
    directive_title,
    fit,
)
from bot.delivery.render_articles import EntryView, EvidenceView, timing, what_was_sent
from bot.delivery.render_returned import reason_of
from bot.domain.article_review import REASONS, Entry, reasons_for
from bot.domain.articles import EvidenceKind, ReviewKind
from bot.domain.splitting import shortened
from bot.domain.states import ArticleState, AssignmentState

_LONGEST_LINK = 700
_LONGEST_NOTE = 700
_LONGEST_TITLE = 300


@dataclass(frozen=True, slots=True)
class CountsView:
    """How much of what was sent for the work counts, and how much of that is accepted."""

    counted: int
    accepted: int
    expected: int


@dataclass(frozen=True, slots=True)
class PageView:
    """What the link's page says of itself, when it was last looked at."""

    site: str | None
    author: str | None
    published_on: date | None
    published_at: datetime | None
    checked_at: datetime


@dataclass(frozen=True, slots=True)
class SaidView:
    """One thing that was said of it."""

    at: datetime
    by: str
    kind: ReviewKind
    reason_key: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleView:
    """One article; without a `state` it is work that was reported done. `before` and `after` are
    what waits beside it, of the directive or of all."""

    line: EntryView
    directive: DirectiveView
    task_title: str
    counts: CountsView
    state: ArticleState | None
    work_state: AssignmentState
    page: PageView | None
    by: str | None
    by_office: bool
    said: tuple[SaidView, ...]
    waits: bool
    may_undo: bool
    has_file: bool
    asks_reason: bool
    before: Entry | None
    after: Entry | None
    directive_id: int


def article(view: ArticleView, write: Writer) -> Content:
    """All of it, with what can be decided."""
    head = [
        _title(view.line, write),
        escape(directive_title(view.directive, write), quote=False),
        f"<b>{view.line.task}.</b> {escape(shortened(view.task_title), quote=False)}",
        write.say(
            "article.counts",
            counted=view.counts.counted,
            expected=view.counts.expected,
            accepted=view.counts.accepted,
        ),
        "",
        *evidence_lines(view.line.evidence, write),
        *_page(view, write),
        sent_line(view.line, view.by, write, by_office=view.by_office),
        *render_findings.lines(view.line.found, write),
    ]
    history = [said_line(each, write) for each in view.said]
    if history:
        head += ["", write.say("article.history")]
    text = fit(
        head,
        history,
        ["", write.bold(_state(view)), write.zone_line(write.now)],
        more=lambda left: write.say("digest.more_lines", count=left),
    )
    return Content(text, tuple(_rows(view, write)))


def _title(view: EntryView, write: Writer) -> str:
    """Whose it is, and how people call it."""
    if view.evidence is None:
        return write.bold("article.work_title", unit=view.unit_name)
    return write.bold("article.title", code=view.evidence.reference, unit=view.unit_name)


def evidence_lines(evidence: EvidenceView | None, write: Writer) -> Iterator[str]:
    """What was sent, and what was said with it."""
    what = shortened(what_was_sent(evidence, write), most=_LONGEST_TITLE)
    yield f"<b>{escape(what, quote=False)}</b>"
    if evidence is None:
        return
    if evidence.kind is EvidenceKind.LINK:
        yield escape(shortened(evidence.url, most=_LONGEST_LINK), quote=False)
    if evidence.note:
        yield write.say("article.note", note=shortened(evidence.note, most=_LONGEST_NOTE))


def _page(view: ArticleView, write: Writer) -> Iterator[str]:
    page = view.page
    if page is None:
        return
    for key, value in (("article.site", page.site), ("article.author", page.author)):
        if value:
            yield write.say(key, name=shortened(value))
    published = None
    if page.published_at is not None:
        published = write.moments.short(page.published_at)
    elif page.published_on is not None:
        published = write.moments.day(page.published_on)
    if published:
        yield write.say("article.published", at=published)
    yield write.say("article.checked", at=write.moments.short(page.checked_at))


def sent_line(view: EntryView, by: str | None, write: Writer, *, by_office: bool) -> str:
    """By whom, when, and whether in time."""
    at = write.moments.short(view.at)
    when = [write.say("article.sent_at", at=at), *timing(view, write)]
    if by is not None:
        key = "article.entered_by" if by_office else "article.sent_by"
        when.insert(0, write.say(key, name=shortened(by)))
    return " · ".join(when)


def said_line(said: SaidView, write: Writer) -> str:
    """`10:00 06/10/2026 – Trần Thị Mai: trả lại – Đường dẫn không mở được`"""
    what = write.texts(f"article.said_{said.kind}")
    if said.kind is ReviewKind.RETURNED:
        what += f" – {reason_of(said.reason_key, said.reason, write)}"
    return write.say(
        "article.said", at=write.moments.short(said.at), name=shortened(said.by), what=what
    )


def _state(view: ArticleView) -> str:
    if view.waits:
        return "article.please_decide"
    if view.state is not None:
        return _STATES[view.state]
    if view.work_state is AssignmentState.ACCEPTED:
        return "article.is_accepted"
    return "article.is_returned" if view.may_undo else "article.is_over"


_STATES = {
    ArticleState.RECORDED: "article.is_over",  # of what is closed, or asked no more
    ArticleState.ACCEPTED: "article.is_accepted",
    ArticleState.RETURNED: "article.is_returned",
    ArticleState.WITHDRAWN: "article.is_withdrawn",
}


def _rows(view: ArticleView, write: Writer) -> Iterator[tuple[Button, ...]]:
    ids = (*view.line.entry.numbers, view.directive_id)
    if view.waits and view.asks_reason:
        yield from _reasons(view, write)
        return

    def act(key: str, press: Press, style: str | None = None) -> Button:
        return Button(write.texts(key), Callback(press, ids), style)

    if view.waits:
        yield (
            act("button.article_accept", Press.ARTICLE_ACCEPT, "success"),
            act("button.article_return", Press.ARTICLE_RETURN, "danger"),
        )
    if view.may_undo:
        yield (act("button.article_undo", Press.ARTICLE_UNDO),)
    if view.has_file:
        show = Callback(Press.ARTICLE_FILE, (view.line.entry.id,))
        yield (Button(write.texts("button.article_file"), show),)
    yield tuple(_turning(view, write))


def _reasons(view: ArticleView, write: Writer) -> Iterator[tuple[Button, ...]]:
    """Why it is returned, one a row."""
    ids = (*view.line.entry.numbers, view.directive_id)
    for reason in reasons_for(view.line.entry.kind):
        label = write.texts(f"article.reason_{reason}")
        yield (Button(label, Callback(Press.ARTICLE_REASON, (*ids, REASONS.index(reason)))),)
    other = Button(
        write.texts("button.article_other_reason"), Callback(Press.ARTICLE_OTHER_REASON, ids)
    )
    yield (other, Button(write.texts("button.article_back"), Callback(Press.ARTICLE, ids)))


def _turning(view: ArticleView, write: Writer) -> Iterator[Button]:
    """What waits beside it, and all of it."""
    for key, entry in (("button.previous", view.before), ("button.next", view.after)):
        if entry is not None:
            target = Callback(Press.ARTICLE, (*entry.numbers, view.directive_id))
            yield Button(write.texts(key), target)
    back = Callback(Press.ARTICLES_PAGE, (view.directive_id, 1))
    yield Button(write.texts("button.articles_list"), back)
