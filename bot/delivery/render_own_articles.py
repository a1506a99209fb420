"""What a unit has sent for a directive, as its own people see it: the list, and one of it with what
they can still change; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby

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
from bot.delivery.render_article import (
    SaidView,
    evidence_lines,
    said_line,
    sent_line,
)
from bot.delivery.render_articles import EntryView, what_was_sent
from bot.delivery.render_returned import reason_of
from bot.domain.articles import ReviewKind, reference
from bot.domain.splitting import shortened
from bot.domain.states import ArticleState

A_PAGE = 8
_IN_A_ROW = 4
_LONGEST_WHAT = 120
_LONGEST_ON_BUTTON = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLineView:
    """One thing that was sent; `last` is what was said of it last, by the office or the unit."""

    line: EntryView
    task_title: str  # with the period, if it recurs
    state: ArticleState
    by: str | None
    by_office: bool
    last: SaidView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnArticlesView:
    """One page of the list."""

    addressee_id: int
    unit_name: str
    directive: DirectiveView
    lines: tuple[OwnLineView, ...]
    count: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class TargetView:
    """A task it can be moved to; `directive` names another one than its own."""

    assignment_id: int
    position: int
    title: str
    directive: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnArticleView:
    """One of it; with `targets` it is asked where it belongs."""

    addressee_id: int
    directive: DirectiveView
    own: OwnLineView
    said: tuple[SaidView, ...]
    may_change: bool
    may_replace: bool
    takes_title: bool
    targets: tuple[TargetView, ...] | None = None


# --- the list ------------------------------------------------------------------------------------


def page(view: OwnArticlesView, write: Writer) -> Content:
    """The list by tasks, with a button for each."""
    head = [
        write.bold("own.list_title", count=view.count),
        escape(directive_title(view.directive, write), quote=False),
        escape(shortened(view.unit_name), quote=False),
    ]
    if not view.lines:
        head.append(write.say("own.nothing_sent"))
    first = (view.page - 1) * A_PAGE + 1
    numbered = enumerate(view.lines, first)
    items = [
        item
        for _, same in groupby(numbered, key=lambda each: each[1].line.task)
        for item in _of_task(list(same), write)
    ]
    text = fit(
        head,
        items,
        ["", write.zone_line(write.now)],
        more=lambda left: write.say("digest.more_lines", count=left),
    )
    opening = [
        button_of(each, write.texts("button.open_number", number=number))
        for number, each in enumerate(view.lines, first)
    ]
    rows = [tuple(opening[at : at + _IN_A_ROW]) for at in range(0, len(opening), _IN_A_ROW)]
    turn = page_buttons(Press.OWN_ARTICLES, (view.addressee_id,), page=view.page, pages=view.pages)
    return Content(text, (*rows, turn))


def button_of(view: OwnLineView, label: str) -> Button:
    """What opens it."""
    return Button(label, Callback(Press.OWN_ARTICLE, (view.line.entry.id,)))


def _of_task(numbered: list[tuple[int, OwnLineView]], write: Writer) -> Iterator[str]:
    """The things sent for one task, the first below its name."""
    name = _task(numbered[0][1])
    for number, view in numbered:
        what = shortened(what_was_sent(view.line.evidence, write), most=_LONGEST_WHAT)
        when = [write.moments.short(view.line.at), *_by(view, write)]
        yield (
            f"{name}{number}. {escape(what, quote=False)}\n"
            f"    {_state(view, write)} · {' · '.join(when)}"
        )
        name = ""


def _task(view: OwnLineView) -> str:
    return f"\n<b>{view.line.task}. {escape(shortened(view.task_title), quote=False)}</b>\n"


def _by(view: OwnLineView, write: Writer) -> Iterator[str]:
    if view.by is not None:
        key = "article.entered_by" if view.by_office else "article.sent_by"
        yield write.say(key, name=shortened(view.by))


def _state(view: OwnLineView, write: Writer) -> str:
    """How far it is; what was returned with the reason, what was replaced apart from what was
    withdrawn."""
    last = view.last
    if view.state is ArticleState.RETURNED:
        reason = reason_of(last.reason_key, last.reason, write) if last else "–"
        return write.say("own.state_returned", reason=shortened(reason))
    if view.state is ArticleState.WITHDRAWN and last and last.kind is ReviewKind.REPLACED:
        return write.say("own.was_replaced")
    return write.say(f"own.state_{view.state}")


# --- one of it -----------------------------------------------------------------------------------


def article(view: OwnArticleView, write: Writer) -> Content:
    """All of it that the unit may know, with what it can change."""
    own = view.own
    head = [
        write.bold("own.title", code=reference(own.line.entry.id)),
        escape(directive_title(view.directive, write), quote=False),
        f"<b>{own.line.task}.</b> {escape(shortened(own.task_title), quote=False)}",
        "",
        *evidence_lines(own.line.evidence, write),
        sent_line(own.line, own.by, write, by_office=own.by_office),
        *render_findings.lines(own.line.found, write),
    ]
    history = [said_line(each, write) for each in view.said]
    if history:
        head += ["", write.say("article.history")]
    foot = ["", f"<b>{_state(own, write)}</b>", write.zone_line(write.now)]
    if view.targets is not None:
        key = "own.choose_task" if view.targets else "own.no_other_task"
        foot.insert(-1, write.say(key))
    text = fit(head, history, foot, more=lambda left: write.say("digest.more_lines", count=left))
    rows = _changes(view, write) if view.targets is None else _choices(view, view.targets, write)
    return Content(text, tuple(rows))


def _changes(view: OwnArticleView, write: Writer) -> Iterator[tuple[Button, ...]]:
    article_id = view.own.line.entry.id

    def act(key: str, press: Press, style: str | None = None) -> Button:
        return button(write, key, press, article_id, style=style)

    if view.may_change:
        first = [act("button.own_article_withdraw", Press.OWN_ARTICLE_WITHDRAW, "danger")]
        if view.may_replace:
            first.append(act("button.own_article_replace", Press.OWN_ARTICLE_REPLACE))
        yield tuple(first)
        yield (act("button.own_article_move", Press.OWN_ARTICLE_MOVE_ASK),)
    if view.takes_title:
        yield (act("button.article_title", Press.ARTICLE_TITLE),)
    yield (button(write, "button.own_articles_list", Press.OWN_ARTICLES, view.addressee_id, 1),)


def _choices(
    view: OwnArticleView, targets: tuple[TargetView, ...], write: Writer
) -> Iterator[tuple[Button, ...]]:
    article_id = view.own.line.entry.id
    for target in targets:
        title = f"{target.directive} · {target.title}" if target.directive else target.title
        label = write.texts(
            "button.task_title",
            position=target.position,
            title=shortened(title, most=_LONGEST_ON_BUTTON),
        )
        move = Callback(Press.OWN_ARTICLE_MOVE, (article_id, target.assignment_id))
        yield (Button(label, move),)
    yield (button(write, "button.article_back", Press.OWN_ARTICLE, article_id),)
