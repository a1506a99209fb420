"""What a search found, page by page, each hit with a button; pure."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from bot.callbacks import Callback, Press
from bot.delivery.render import (
    Button,
    Content,
    DirectiveView,
    Writer,
    directive_title,
    fit,
    page_buttons,
)
from bot.domain.splitting import shortened

A_PAGE = 8


@dataclass(frozen=True, slots=True)
class FoundDirective:
    """A directive, and where its button leads."""

    directive: DirectiveView
    is_open: bool
    leads_to: Callback


@dataclass(frozen=True, slots=True)
class FoundUnit:
    """A unit of the registry."""

    id: int
    code: str
    name: str


Hit = FoundDirective | FoundUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchView:
    """One page of what holds the words."""

    words: str
    hits: tuple[Hit, ...]
    count: int
    page: int
    pages: int


def found(view: SearchView, write: Writer) -> Content:
    """The hits, with buttons to each and to other pages."""
    head = [write.bold("search.found", words=shortened(view.words), count=view.count), ""]
    numbered = list(enumerate(view.hits, start=(view.page - 1) * A_PAGE + 1))
    lines = [f"{place}. {_line(hit, write)}" for place, hit in numbered]
    text = fit(
        head,
        lines or [write.say("search.none")],
        ["", write.say("search.again")],
        more=lambda left: write.texts("list.and_more", count=left),
    )
    rows = tuple((_button(place, hit, write),) for place, hit in numbered)
    turn = page_buttons(Press.SEARCH_PAGE, (), page=view.page, pages=view.pages)
    return Content(text, (*rows, turn) if view.pages > 1 else rows)


def _line(hit: Hit, write: Writer) -> str:
    if isinstance(hit, FoundUnit):
        return escape(f"{shortened(hit.name)} ({hit.code})", quote=False)
    title = escape(shortened(directive_title(hit.directive, write)), quote=False)
    issuer = escape(shortened(hit.directive.issuer or ""), quote=False)
    subject = write.say("card.subject", subject=shortened(hit.directive.subject))
    state = "" if hit.is_open else f" · {write.say('search.closed')}"
    return "\n    ".join(filter(None, (f"<b>{title}</b>{state}", issuer, subject)))


def _button(place: int, hit: Hit, write: Writer) -> Button:
    if isinstance(hit, FoundUnit):
        name, leads_to = hit.name, Callback(Press.UNIT, (hit.id,))
    else:
        name, leads_to = directive_title(hit.directive, write), hit.leads_to
    return Button(shortened(f"{place}. {name}", most=60), leads_to)
