"""Articles whose pages are gone, or never were there, for the office; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from bot.callbacks import Callback, Press
from bot.delivery.render import Button, Content, DirectiveView, Writer, directive_title, fit
from bot.domain.article_review import Entry, EntryKind
from bot.domain.articles import reference
from bot.domain.splitting import shortened

_LONGEST_TITLE = 100
_IN_A_ROW = 4
_BUTTONS_SHOWN = 20
_OF_ALL = 0  # in the place of a directive


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadView:
    """One article: of which unit, for which task, what its page was, and whether that could be
    opened some time before."""

    article_id: int
    directive: DirectiveView
    unit_name: str
    task: str  # its number, and the period if it recurs
    url: str
    title: str | None
    was_opened: bool

    @property
    def alike(self) -> tuple[str, str, str, bool]:
        """What is said of it beside its reference: articles that have it in common are one line."""
        return self.unit_name, self.task, self.title or self.url, self.was_opened


def dead_links(found: Sequence[DeadView], write: Writer) -> Content:
    """By directive, each with its link to be tried by hand, and a button that opens the article
    among what is reviewed."""
    lines: list[str] = []
    for directive, of_directive in groupby(found, key=lambda each: each.directive):
        lines.append(f"<b>{escape(directive_title(directive, write), quote=False)}</b>")
        alike: dict[tuple[str, str, str, bool], list[DeadView]] = {}
        for each in of_directive:
            alike.setdefault(each.alike, []).append(each)
        lines += [_line(some, write) for some in alike.values()]
    text = fit(
        [write.bold("pages.dead_title", count=len(found)), ""],
        lines,
        ["", write.say("pages.dead_foot"), write.zone_line(write.now)],
        more=lambda left: write.say("pages.dead_more", count=left),
    )
    return Content(text, _buttons(found))


def _line(alike: Sequence[DeadView], write: Writer) -> str:
    first = alike[0]
    title = shortened(first.title or first.url, most=_LONGEST_TITLE)
    unit = shortened(first.unit_name)
    key = "pages.dead_line" if first.was_opened else "pages.never_opened_line"
    said = write.say(key, unit=unit, position=first.task, title=title)
    links = [f'<a href="{escape(each.url)}">{reference(each.article_id)}</a>' for each in alike]
    return f"• {', '.join(links)} · {said}"


def _buttons(found: Sequence[DeadView]) -> tuple[tuple[Button, ...], ...]:
    opening = [
        Button(
            reference(each.article_id),
            Callback(Press.ARTICLE, (*Entry(EntryKind.ARTICLE, each.article_id).numbers, _OF_ALL)),
        )
        for each in found[:_BUTTONS_SHOWN]
    ]
    return tuple(tuple(opening[at : at + _IN_A_ROW]) for at in range(0, len(opening), _IN_A_ROW))
