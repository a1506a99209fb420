"""The list of canned answers; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from bot.callbacks import Callback, Press
from bot.delivery.render import Button, Content, Writer, button, page_buttons
from bot.domain.splitting import shortened

ON_A_PAGE = 4  # whole ones
_LONGEST_LABEL = 25


@dataclass(frozen=True, slots=True)
class CannedView:
    """One of them."""

    id: int
    name: str
    text: str


def page(
    views: Sequence[CannedView],
    write: Writer,
    *,
    page: int,
    pages: int,
    count: int,
    may_change: bool,
) -> Content:
    """/mautraloi: some of them, with what who may change them can do."""
    lines = [write.bold("canned.title", count=count) if count else write.say("canned.none")]
    lines += [
        f"\n<b>{escape(view.name, quote=False)}</b>\n{escape(view.text, quote=False)}"
        for view in views
    ]
    rows: list[tuple[Button, ...]] = []
    if pages > 1:
        rows.append(page_buttons(Press.CANNED_PAGE, (), page=page, pages=pages))
    if may_change:
        rows.append((button(write, "button.canned_add", Press.CANNED_ADD),))
        rows += [(_drop(view, write, page=page),) for view in views]
    return Content("\n".join(lines), tuple(rows))


def _drop(view: CannedView, write: Writer, *, page: int) -> Button:
    label = write.texts("button.canned_drop", name=shortened(view.name, most=_LONGEST_LABEL))
    return Button(label, Callback(Press.CANNED_DROP, (view.id, page)))
