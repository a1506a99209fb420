"""What a draft is to an earlier directive: its card's menu, the list to choose from; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from bot.callbacks import Callback, Press
from bot.delivery.render import (
    Button,
    Content,
    DirectiveView,
    RelationView,
    Writer,
    directive_title,
    fit,
    page_buttons,
    relation_line,
)
from bot.domain.directives import number_and_symbol
from bot.domain.splitting import shortened
from bot.domain.states import Relation

ON_A_PAGE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuView:
    """A draft's relation, and the directives that its letter surely names."""

    draft_id: int
    title: str
    relation: RelationView | None
    suggestions: Sequence[tuple[int, DirectiveView]]
    kinds: Sequence[Relation]  # by the number that a button carries


def menu(view: MenuView, write: Writer) -> Content:
    """What it is now, what it may be, and what the letter suggests."""
    now = relation_line(view.relation, write) if view.relation else write.say("draft.none")
    lines = [f"<b>{escape(view.title, quote=False)}</b>", "", write.bold("relation.title"), now]
    rows: list[tuple[Button, ...]] = [
        (
            Button(
                write.texts(f"button.relation_{kind}"),
                Callback(Press.DRAFT_RELATED_PAGE, (view.draft_id, number, 1)),
            ),
        )
        for number, kind in enumerate(view.kinds)
    ]
    if view.suggestions:
        lines += ["", write.say("relation.suggested")]
    for directive_id, directive in view.suggestions:
        title = shortened(f"{directive_title(directive, write)}: {directive.subject}", most=200)
        lines.append("– " + escape(title, quote=False))
        rows.append(_suggestion(view, directive_id, directive, write))
    if view.relation:
        clear = Callback(Press.DRAFT_UNRELATE, (view.draft_id,))
        rows.append((Button(write.texts("button.relation_none"), clear),))
    back = Button(write.texts("button.back"), Callback(Press.DRAFT_CARD, (view.draft_id,)))
    lines += ["", write.zone_line(write.now)]
    return Content("\n".join(lines), (*rows, (back,)))


def _suggestion(
    view: MenuView, directive_id: int, directive: DirectiveView, write: Writer
) -> tuple[Button, ...]:
    return tuple(
        Button(
            write.texts(f"button.suggested_{kind}", code=_code(directive)),
            Callback(Press.DRAFT_RELATE, (view.draft_id, number, directive_id)),
        )
        for number, kind in enumerate(view.kinds)
    )


def _code(directive: DirectiveView) -> str:
    return number_and_symbol(directive.number, directive.symbol) or "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoicesView:
    """Directives to choose from: one page of all that were found."""

    draft_id: int
    kind: int
    relation: Relation
    words: str
    count: int
    shown: tuple[tuple[int, DirectiveView], ...]


def choices(view: ChoicesView, write: Writer, *, page: int) -> Content:
    """The page, each directive with its button."""
    pages = max(1, -(-view.count // ON_A_PAGE))
    first = (page - 1) * ON_A_PAGE + 1
    head = [write.bold(f"button.relation_{view.relation}")]
    if view.words:
        head.append(write.say("relation.found", words=view.words, count=view.count))
    lines = [
        f"{number}. <b>{escape(directive_title(each, write), quote=False)}</b>\n"
        f"    {escape(shortened(each.subject, most=200), quote=False)}"
        for number, (_, each) in enumerate(view.shown, start=first)
    ] or [write.say("relation.nothing_issued")]
    foot = ["", write.zone_line(write.now)]
    text = fit(head, lines, foot, more=lambda left: write.texts("list.and_more", count=left))
    pick = tuple(
        Button(str(number), Callback(Press.DRAFT_RELATE, (view.draft_id, view.kind, directive_id)))
        for number, (directive_id, _) in enumerate(view.shown, start=first)
    )
    ids = (view.draft_id, view.kind)
    find = Button(write.texts("button.relation_find"), Callback(Press.DRAFT_RELATED_FIND, ids))
    turn = page_buttons(Press.DRAFT_RELATED_PAGE, ids, page=page, pages=pages)
    rows = (pick, turn, (find,))
    return Content(text, tuple(row for row in rows if row))
