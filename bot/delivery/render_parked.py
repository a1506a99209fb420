"""The list of updates that could not be handled, page by page, and what staff can do; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.callbacks import Callback, Press
from bot.delivery.render import (
    Button,
    Content,
    Writer,
    fit,
    page_buttons,
)
from bot.domain.incoming import UNPARSABLE, UpdateKind
from bot.domain.splitting import shortened

ON_A_PAGE = 6


@dataclass(frozen=True, slots=True)
class ParkedView:
    """One of them; nothing of what was written. `reason` is a code or a kind of error."""

    id: int
    kind: UpdateKind
    parked_at: datetime | None
    reason: str
    who: str | None


def parked(
    views: tuple[ParkedView, ...], write: Writer, *, page: int, pages: int, count: int
) -> Content:
    """One page, each update with its two buttons."""
    if not views:
        return Content(write.say("parked.none"))
    text = fit(
        [write.bold("parked.title", count=count), ""],
        [_line(view, write) for view in views],
        ["", write.zone_line(write.now)],
        more=lambda left: write.texts("list.and_more", count=left),
    )
    every = Button(
        write.texts("button.parked_replay_all", count=count), Callback(Press.PARKED_REPLAY_ALL)
    )
    turn = page_buttons(Press.PARKED_PAGE, (), page=page, pages=pages)
    return Content(text, (*(_buttons(view, write, page=page) for view in views), turn, (every,)))


def _line(view: ParkedView, write: Writer) -> str:
    at = write.moments.short(view.parked_at) if view.parked_at else ""
    kind = write.texts(f"parked.kind_{view.kind}")
    who = shortened(view.who) if view.who else write.texts("parked.nobody")
    reason = (
        write.texts("parked.unparsable") if view.reason == UNPARSABLE else shortened(view.reason)
    )
    line = write.say("parked.line", reference=view.id, at=at, kind=kind, who=who)
    return f"{line}\n    {write.say('parked.reason', reason=reason)}"


def _buttons(view: ParkedView, write: Writer, *, page: int) -> tuple[Button, ...]:
    ids = (view.id, page)
    return (
        Button(
            write.texts("button.parked_replay", reference=view.id),
            Callback(Press.PARKED_REPLAY, ids),
        ),
        Button(
            write.texts("button.parked_skip", reference=view.id), Callback(Press.PARKED_SKIP, ids)
        ),
    )
