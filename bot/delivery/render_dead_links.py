"""Articles whose pages are gone, for the office; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from bot.delivery.render import Content, DirectiveView, Writer, directive_title, fit
from bot.domain.splitting import shortened

_LONGEST_TITLE = 100


@dataclass(frozen=True, slots=True)
class DeadView:
    """One article: for which directive, of which unit, and what its page was."""

    directive: DirectiveView
    unit_name: str
    url: str
    title: str | None


def dead_links(found: Sequence[DeadView], write: Writer) -> Content:
    """By directive, each with its link to be tried by hand."""
    lines: list[str] = []
    for directive, of_directive in groupby(found, key=lambda each: each.directive):
        lines.append(f"<b>{escape(directive_title(directive, write), quote=False)}</b>")
        lines += [_line(each, write) for each in of_directive]
    return Content(
        fit(
            [write.bold("pages.dead_title", count=len(found)), ""],
            lines,
            ["", write.say("pages.dead_foot")],
            more=lambda left: write.say("pages.dead_more", count=left),
        )
    )


def _line(each: DeadView, write: Writer) -> str:
    title = shortened(each.title or each.url, most=_LONGEST_TITLE)
    said = write.say("pages.dead_line", unit=each.unit_name, title=title)
    return f'• {said} <a href="{escape(each.url)}">↗</a>'
