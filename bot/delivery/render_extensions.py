"""A wish for a later deadline as the office decides on it, what became of it, and all wishes of a
unit; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from html import escape

from bot.callbacks import Press
from bot.delivery.render import (
    Button,
    Content,
    DirectiveView,
    Writer,
    button,
    directive_title,
    fit,
)
from bot.domain.splitting import shortened
from bot.domain.states import ExtensionState

HISTORY_SHOWN = 5
_LONGEST_NAME = 40
_LONGEST_NOTE = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class WishView:
    """One wish, of those of a task. `deadline_at` is the one that it would move."""

    extension_id: int
    state: ExtensionState
    wished_at: datetime
    deadline_at: datetime
    asked_at: datetime
    asked_by: str
    reason: str
    decided_by: str | None = None
    decided_at: datetime | None = None
    granted_at: datetime | None = None
    note: str | None = None

    @property
    def is_late(self) -> bool:
        """It was asked when the deadline had passed."""
        return self.asked_at > self.deadline_at


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkView:
    """What the wish is about."""

    unit_name: str
    directive: DirectiveView
    position: int
    short_title: str
    articles: int
    expected: int
    earlier: tuple[WishView, ...]  # wishes for the same task


def wish(view: WishView, work: WorkView, write: Writer) -> Content:
    """What is asked, with what can be decided while it waits."""
    short = write.moments.short
    lines = [
        write.bold("extension.title", unit=work.unit_name),
        escape(directive_title(work.directive, write), quote=False),
        write.say("card.subject", subject=work.directive.subject),
        f"<b>{work.position}.</b> {escape(work.short_title, quote=False)}",
        write.say("extension.articles", count=work.articles, expected=work.expected),
        write.say("extension.deadline", moment=write.moments.full(view.deadline_at)),
        write.bold("extension.wished", moment=write.moments.full(view.wished_at)),
        write.say("extension.by", name=view.asked_by, at=short(view.asked_at)),
    ]
    if view.reason:
        lines.append(write.say("extension.reason", reason=view.reason))
    if view.is_late:
        lines.append(write.bold("extension.is_late"))
    earlier = _history(work.earlier, write)
    foot = ["", *_outcome(view, write), write.zone_line(write.now)]
    text = fit(lines, earlier, foot, more=lambda left: write.texts("list.and_more", count=left))
    return Content(text, _buttons(view, write))


def _history(earlier: tuple[WishView, ...], write: Writer) -> list[str]:
    if not earlier:
        return []
    granted = sum(each.state is ExtensionState.GRANTED for each in earlier)
    head = write.say("extension.earlier", count=len(earlier), granted=granted)
    return [head, *(f"• {'; '.join(_line(each, write))}" for each in reversed(earlier))]


def _line(view: WishView, write: Writer) -> list[str]:
    short = write.moments.short
    asked = write.say(
        "extension.earlier_line", at=short(view.asked_at), wished=short(view.wished_at)
    )
    return [asked, *_outcome(view, write)]


# --- all wishes of a unit, on its page -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HistoryView:
    """The newest wishes of a unit, each with the number of its task, of so many in all."""

    wishes: tuple[tuple[int, WishView], ...] = ()
    count: int = 0


NO_HISTORY = HistoryView()


def history(view: HistoryView, write: Writer) -> list[str]:
    """From when to when each was to move a deadline, who asked, and what became of it."""
    if not view.count:
        return []
    lines = [write.bold("extension.history", count=view.count)]
    lines += [_history_line(position, wish, write) for position, wish in view.wishes]
    left = view.count - len(view.wishes)
    return [*lines, write.say("list.and_more", count=left)] if left else lines


def _history_line(position: int, wish: WishView, write: Writer) -> str:
    short = write.moments.short
    line = write.say(
        "extension.history_line",
        position=position,
        before=short(wish.deadline_at),
        wished=short(wish.wished_at),
        name=shortened(wish.asked_by, most=_LONGEST_NAME),
        at=short(wish.asked_at),
    )
    decider = shortened(wish.decided_by or "", most=_LONGEST_NAME)
    note = shortened(wish.note or "", most=_LONGEST_NOTE)
    outcome = _outcome(replace(wish, decided_by=decider, note=note), write)
    return "\n    ".join([line, *(outcome or [write.say("extension.waits_for_decision")])])


# --- what became of one --------------------------------------------------------------------------


def _outcome(view: WishView, write: Writer) -> list[str]:
    """What became of it; nothing while it waits."""
    if view.state is ExtensionState.ASKED:
        return []
    values = {
        "name": view.decided_by or "",
        "at": write.moments.short(view.decided_at) if view.decided_at else "",
        "granted": write.moments.short(view.granted_at) if view.granted_at else "",
        "reason": view.note or "–",
    }
    return [write.say(_OUTCOMES[view.state], **values)]


_OUTCOMES = {
    ExtensionState.GRANTED: "extension.is_granted",
    ExtensionState.REFUSED: "extension.is_refused",
    ExtensionState.TAKEN_BACK: "extension.is_taken_back",
    ExtensionState.OVER: "extension.is_over",
}


def _buttons(view: WishView, write: Writer) -> tuple[tuple[Button, ...], ...]:
    if view.state is not ExtensionState.ASKED:
        return ()
    about = view.extension_id
    return (
        (button(write, "button.extension_grant", Press.EXTENSION_GRANT, about, style="success"),),
        (
            button(write, "button.extension_other", Press.EXTENSION_CHANGE, about),
            button(write, "button.extension_refuse", Press.EXTENSION_REFUSE, about, style="danger"),
        ),
    )
