"""What a contact gets besides the card: reminders, open tasks, a letter's text; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from itertools import groupby

from bot.callbacks import Callback, Press
from bot.delivery.render import (
    Button,
    Content,
    DirectiveView,
    Writer,
    directive_title,
    fit,
)
from bot.domain.directives import number_and_symbol
from bot.domain.splitting import shortened

TASKS_A_PAGE = 10
BUTTONS_SHOWN = 20
_TASKS_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderItem:
    """One task that a reminder speaks of. `working_days` to its deadline; negative when past; 0
    also for a deadline on a coming day off."""

    addressee_id: int
    unit_name: str
    directive: DirectiveView
    position: int
    short_title: str
    step: str
    deadline_at: datetime
    working_days: int
    due_today: bool


def reminder(items: Sequence[ReminderItem], write: Writer, *, in_group: bool) -> Content:
    """Everything that is due for one chat in one message, nearest deadline first."""
    blocks: list[str] = []
    for _, same in groupby(items, key=lambda item: (item.addressee_id, item.deadline_at)):
        blocks.append(_block(list(same), write))
    foot = [write.say("reminder.please_in_group" if in_group else "reminder.please")]
    foot.append(write.zone_line(write.now))
    buttons: list[tuple[Button, ...]] = []
    of_addressees = _by_addressee(items)
    several_units = len({item.unit_name for item in items}) > 1
    for addressee_id, its in of_addressees.items():
        label = write.texts("button.submit")
        if len(of_addressees) > 1:
            what = _what_for(its, several_units=several_units)
            label = write.texts("button.submit_for", what=what)
        buttons.append((Button(label, Callback(Press.SUBMIT, (addressee_id,)), "primary"),))
    if len(of_addressees) * 2 <= BUTTONS_SHOWN:  # else their cards have it
        buttons += _extend_buttons(of_addressees, write, several_units=several_units)
    text = fit(
        [],
        [f"{block}\n" for block in blocks],
        foot,
        more=lambda left: write.say("reminder.more", count=left),
    )
    return Content(text, tuple(buttons[:BUTTONS_SHOWN]))


def _extend_buttons(
    of_addressees: Mapping[int, Sequence[ReminderItem]], write: Writer, *, several_units: bool
) -> list[tuple[Button, ...]]:
    found: list[tuple[Button, ...]] = []
    for addressee_id, its in of_addressees.items():
        label = write.texts("button.extend")
        if len(of_addressees) > 1:
            what = _what_for(its, several_units=several_units)
            label = write.texts("button.extend_for", what=what)
        found.append((Button(label, Callback(Press.EXTEND_ASK, (addressee_id,))),))
    return found


def _by_addressee(items: Sequence[ReminderItem]) -> dict[int, list[ReminderItem]]:
    found: dict[int, list[ReminderItem]] = {}
    for item in items:
        found.setdefault(item.addressee_id, []).append(item)
    return found


def _what_for(items: Sequence[ReminderItem], *, several_units: bool) -> str:
    """The tasks and their directive, and the unit if there are others: so that it is told from
    them."""
    view = items[0].directive
    code = shortened(number_and_symbol(view.number, view.symbol) or view.subject, most=25)
    tasks = ", ".join(f"NV{item.position}" for item in items[:_TASKS_NAMED])
    what = f"{tasks}{'…' if len(items) > _TASKS_NAMED else ''} · {code}"
    return f"{what} · {shortened(items[0].unit_name, most=25)}" if several_units else what


def _block(items: Sequence[ReminderItem], write: Writer) -> str:
    first = items[0]
    title = escape(directive_title(first.directive, write), quote=False)
    lines = [
        _headline(first, write),
        f"{title} – {escape(shortened(first.unit_name), quote=False)}",
        write.say("card.deadline", moment=write.moments.full(first.deadline_at)),
    ]
    lines += [
        write.say("reminder.task", position=item.position, title=shortened(item.short_title))
        for item in items[:TASKS_A_PAGE]
    ]
    if len(items) > TASKS_A_PAGE:
        lines.append(write.say("tasks.more", count=len(items) - TASKS_A_PAGE))
    return "\n".join(lines)


def _headline(item: ReminderItem, write: Writer) -> str:
    if item.deadline_at <= write.now:
        return write.bold("reminder.overdue", count=max(1, -item.working_days))
    if item.due_today:
        return write.bold("reminder.today")
    if item.working_days <= 0:
        return write.bold("reminder.soon")
    return write.bold("reminder.before", count=item.working_days)


def letter_part(html: str, directive: DirectiveView, write: Writer, *, number: int, of: int) -> str:
    """One part of a letter's text; where there are several, it says of which and how many."""
    if of == 1:
        return html
    title = directive_title(directive, write)
    foot = write.say("letter.part", title=title, number=number, of=of)
    return f"{html}\n\n<i>{foot}</i>"
