"""What units submitted and the office has not decided, as a list; pure. One of it is drawn by
`render_article`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from html import escape

from bot.callbacks import Callback, Press
from bot.delivery import render_findings
from bot.delivery.render import (
    Button,
    Content,
    DirectiveView,
    Writer,
    button,
    directive_title,
    fit,
    page_buttons,
)
from bot.domain.article_review import Entry, EntryKind
from bot.domain.articles import EvidenceKind, reference
from bot.domain.findings import Found
from bot.domain.splitting import shortened

A_PAGE = 8
_IN_A_ROW = 4
_LONGEST_WHAT = 120
_CODES_NAMED = 40
_UNDONE_AT_ONCE = 8  # the next ones follow as these are taken back


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceView:
    """What was sent: a link, a file, or a quantity."""

    reference: str  # as people call it
    kind: EvidenceKind
    url: str
    title: str | None
    file_name: str
    note: str
    amount: int | None
    measure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """One thing that is reviewed; without `evidence` it is work that was reported done."""

    entry: Entry
    unit_name: str
    directive: str  # as a sentence calls it
    task: str  # its number, and the period if it recurs
    evidence: EvidenceView | None
    at: datetime
    deadline_at: datetime | None
    found: tuple[Found, ...]

    @property
    def is_late(self) -> bool:
        """Whether it came after the deadline."""
        return self.deadline_at is not None and self.at > self.deadline_at


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlesView:
    """One page; `clean` would be accepted in one tap, as of `moment`, and these were `accepted` in
    one just now. Without a `directive` it is of all of them."""

    directive_id: int
    directive: DirectiveView | None
    entries: tuple[EntryView, ...]
    count: int
    clean: int
    accepted: tuple[int, ...]
    moment: int
    page: int
    pages: int


def page(view: ArticlesView, write: Writer) -> Content:
    """The list, with what accepts the clean ones and what opens each."""
    head = [write.bold("article.waiting_title", count=view.count)]
    if view.directive is not None:
        head.append(escape(directive_title(view.directive, write), quote=False))
    if not view.entries:
        head.append(write.say("article.nothing_waits"))
    if view.accepted:
        codes = ", ".join(reference(each) for each in view.accepted[:_CODES_NAMED])
        more = "…" if len(view.accepted) > _CODES_NAMED else ""
        head.append(write.say("article.just_accepted", codes=codes + more))
    first = (view.page - 1) * A_PAGE + 1
    lines = [
        _line(number, each, write, names_directive=view.directive is None)
        for number, each in enumerate(view.entries, first)
    ]
    text = fit(
        head,
        lines,
        ["", write.zone_line(write.now)],
        more=lambda left: write.say("digest.more_lines", count=left),
    )
    return Content(text, tuple(_rows(view, write, first=first)))


def _line(number: int, view: EntryView, write: Writer, *, names_directive: bool) -> str:
    mark = render_findings.mark(view.found) if view.evidence else ""
    where = [escape(shortened(view.unit_name), quote=False)]
    if names_directive:
        where.append(escape(view.directive, quote=False))
    where.append(write.say("waiting.task", position=view.task))
    when = [write.say("article.sent_at", at=write.moments.short(view.at)), *timing(view, write)]
    what = escape(shortened(what_was_sent(view.evidence, write), most=_LONGEST_WHAT), quote=False)
    if view.evidence is not None:
        what = f"{view.evidence.reference} · {what}"
    head = " ".join(filter(None, (f"<b>{number}.</b>", mark, " · ".join(where))))
    return f"\n{head}\n    {what}\n    {' · '.join(when)}"


def timing(view: EntryView, write: Writer) -> list[str]:
    """Whether it came in time, where there is a deadline."""
    if view.deadline_at is None:
        return []
    if not view.is_late:
        return [write.say("article.in_time")]
    return [write.say("article.late", moment=write.moments.short(view.deadline_at))]


def what_was_sent(evidence: EvidenceView | None, write: Writer) -> str:
    """By its title, else by its link; a file by its kind and name, a quantity by itself."""
    if evidence is None:
        return write.texts("article.reported_done")
    if evidence.kind is EvidenceKind.LINK:
        return evidence.title or evidence.url.partition("://")[2] or evidence.url
    if evidence.kind is EvidenceKind.QUANTITY:
        amount = evidence.amount if evidence.amount is not None else "–"
        return " ".join(filter(None, (str(amount), evidence.measure)))
    kind = write.texts(f"content.{evidence.kind}")
    named = evidence.title or evidence.file_name or evidence.note
    return f"[{kind}] {named}".rstrip()


def _rows(view: ArticlesView, write: Writer, *, first: int) -> list[tuple[Button, ...]]:
    rows: list[tuple[Button, ...]] = []
    if view.clean:
        label = write.texts("button.articles_accept", count=view.clean)
        accept = Callback(Press.ARTICLES_ACCEPT, (view.directive_id, view.moment))
        rows.append((Button(label, accept, "success"),))
    undoing = [
        Button(
            write.texts("button.article_undo_of", code=reference(each)),
            Callback(
                Press.ARTICLE_UNDO, (*Entry(EntryKind.ARTICLE, each).numbers, view.directive_id)
            ),
        )
        for each in view.accepted[:_UNDONE_AT_ONCE]
    ]
    rows += [tuple(undoing[at : at + _IN_A_ROW]) for at in range(0, len(undoing), _IN_A_ROW)]
    opening = [
        Button(
            write.texts("button.open_number", number=number),
            Callback(Press.ARTICLE, (*each.entry.numbers, view.directive_id)),
        )
        for number, each in enumerate(view.entries, first)
    ]
    rows += [tuple(opening[at : at + _IN_A_ROW]) for at in range(0, len(opening), _IN_A_ROW)]
    rows.append(
        page_buttons(Press.ARTICLES_PAGE, (view.directive_id,), page=view.page, pages=view.pages)
    )
    if view.directive_id:
        rows.append((button(write, "button.articles_all", Press.ARTICLES_PAGE, 0, 1),))
    return rows
