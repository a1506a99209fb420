"""What the office is told of units that were reminded in vain: whom to call, of what; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from bot.callbacks import Callback, Press
from bot.delivery.render import (
    Button,
    Content,
    DirectiveView,
    Writer,
    directive_title,
    fit,
)
from bot.domain.directives import short_name
from bot.domain.splitting import shortened

_DIRECTIVES_WITH_BUTTONS = 10
_TASKS_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated:
    """What one unit has not done of one directive, and since when it is late; the tasks by their
    numbers, with the period of what recurs."""

    directive_id: int
    directive: DirectiveView
    unit_name: str
    phone: str
    tasks: tuple[str, ...] = ()
    overdue_since: datetime | None = None
    unconfirmed_since: datetime | None = None


def escalation(units: Sequence[Escalated], write: Writer) -> Content:
    """The units by directive, each with what is missing and its phone; a way to each directive's
    state."""
    items: list[str] = []
    seen: dict[int, Escalated] = {}
    for each in units:
        is_first = each.directive_id not in seen
        seen.setdefault(each.directive_id, each)
        items.append((_heading(each.directive, write) if is_first else "") + _unit(each, write))
    head = [write.bold("escalation.title", count=len({each.unit_name for each in units}))]
    text = fit(
        [*head, write.say("escalation.please")],
        items,
        ["", write.zone_line(write.now)],
        more=lambda left: write.say("escalation.more", count=left),
    )
    shown = list(seen.values())[:_DIRECTIVES_WITH_BUTTONS]
    return Content(text, tuple((_state_button(each, write),) for each in shown))


def _heading(directive: DirectiveView, write: Writer) -> str:
    urgency = f"{write.texts(f'urgency.{directive.urgency}')} – " if directive.urgency else ""
    return f"\n<b>{escape(urgency + directive_title(directive, write), quote=False)}</b>\n"


def _unit(unit: Escalated, write: Writer) -> str:
    name = escape(shortened(unit.unit_name), quote=False)
    phone = escape(unit.phone, quote=False) if unit.phone else write.say("escalation.no_phone")
    lines = [f"• <b>{name}</b> · {phone}"]
    if unit.overdue_since is not None:
        tasks = ", ".join(
            write.texts("button.task", position=number) for number in unit.tasks[:_TASKS_NAMED]
        )
        at = write.moments.short(unit.overdue_since)
        more = "…" if len(unit.tasks) > _TASKS_NAMED else ""
        lines.append(write.say("escalation.overdue", tasks=tasks + more, at=at))
    if unit.unconfirmed_since is not None:
        at = write.moments.short(unit.unconfirmed_since)
        lines.append(write.say("escalation.unconfirmed", at=at))
    return "\n   ".join(lines)


def _state_button(unit: Escalated, write: Writer) -> Button:
    view = unit.directive
    name = shortened(short_name(view.number, view.symbol, view.subject), most=30)
    label = write.texts("button.state_of", name=name)
    return Button(label, Callback(Press.STATE_PAGE, (unit.directive_id, 1)))
