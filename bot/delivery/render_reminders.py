"""How reminders look: all that is due for one chat, work and receipts, in one message; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from itertools import groupby
from operator import itemgetter

from bot.callbacks import Callback, Press
from bot.delivery.render import (
    Button,
    Content,
    DirectiveView,
    Writer,
    directive_title,
    fit,
)
from bot.delivery.render_card import acknowledge_button
from bot.delivery.render_returned import returned
from bot.domain.article_review import Returned
from bot.domain.directives import number_and_symbol
from bot.domain.reminding import FOR_LEADERS
from bot.domain.splitting import shortened, shortened_name
from bot.domain.states import AcknowledgeBy

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
    articles: int = 0  # that count, where something was `returned`
    expected: int = 1
    returned: Returned | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptItem:
    """One directive that a unit has still to confirm until `due_at`, or had to."""

    addressee_id: int
    unit_name: str
    directive: DirectiveView
    rule: AcknowledgeBy
    step: str
    due_at: datetime


def reminder(
    items: Sequence[ReminderItem],
    write: Writer,
    *,
    in_group: bool,
    receipts: Sequence[ReceiptItem] = (),
    put_off: int | None = None,
) -> Content:
    """Everything that is due for one chat in one message, nearest deadline first; with a button to
    `put_off` the outbox message of this number."""
    blocks: list[tuple[datetime, str]] = []
    for _, same in groupby(items, key=lambda item: (item.addressee_id, item.deadline_at)):
        of_one = list(same)
        blocks.append((of_one[0].deadline_at, _block(of_one, write)))
    blocks += [(each.due_at, _receipt_block(each, write)) for each in receipts]
    foot = [write.zone_line(write.now)]
    if items:
        foot.insert(0, write.say("reminder.please_in_group" if in_group else "reminder.please"))
    text = fit(
        [],
        [f"{block}\n" for _, block in sorted(blocks, key=itemgetter(0))],
        foot,
        more=lambda left: write.say("reminder.more", count=left),
    )
    units = {each.unit_name for each in items} | {each.unit_name for each in receipts}
    buttons = _acknowledge_buttons(receipts, write, several_units=len(units) > 1)
    buttons += _work_buttons(items, write, several_units=len(units) > 1)
    buttons = buttons[:BUTTONS_SHOWN]
    if put_off is not None:
        label = write.texts("button.snooze")
        buttons.append((Button(label, Callback(Press.SNOOZE_ASK, (put_off,))),))
    return Content(text, tuple(buttons))


def _acknowledge_buttons(
    receipts: Sequence[ReceiptItem], write: Writer, *, several_units: bool
) -> list[tuple[Button, ...]]:
    found: list[tuple[Button, ...]] = []
    for each in receipts:
        plain = acknowledge_button(each.addressee_id, write, version=each.directive.version)
        label = plain.label
        if len(receipts) > 1:
            label += f" – {_code(each.directive, each.unit_name, several_units=several_units)}"
        found.append((Button(label, plain.callback, plain.style),))
    return found


def _work_buttons(
    items: Sequence[ReminderItem], write: Writer, *, several_units: bool
) -> list[tuple[Button, ...]]:
    buttons: list[tuple[Button, ...]] = []
    of_addressees = _by_addressee(items)
    for addressee_id, its in of_addressees.items():
        label = write.texts("button.submit")
        if len(of_addressees) > 1:
            what = _what_for(its, write, several_units=several_units)
            label = write.texts("button.submit_for", what=what)
        buttons.append((Button(label, Callback(Press.SUBMIT, (addressee_id,)), "primary"),))
    if len(of_addressees) * 2 <= BUTTONS_SHOWN:  # else their cards have it
        buttons += _extend_buttons(of_addressees, write, several_units=several_units)
    return buttons


def _extend_buttons(
    of_addressees: Mapping[int, Sequence[ReminderItem]], write: Writer, *, several_units: bool
) -> list[tuple[Button, ...]]:
    found: list[tuple[Button, ...]] = []
    for addressee_id, its in of_addressees.items():
        label = write.texts("button.extend")
        if len(of_addressees) > 1:
            what = _what_for(its, write, several_units=several_units)
            label = write.texts("button.extend_for", what=what)
        found.append((Button(label, Callback(Press.EXTEND_ASK, (addressee_id,))),))
    return found


def _by_addressee(items: Sequence[ReminderItem]) -> dict[int, list[ReminderItem]]:
    found: dict[int, list[ReminderItem]] = {}
    for item in items:
        found.setdefault(item.addressee_id, []).append(item)
    return found


def _what_for(items: Sequence[ReminderItem], write: Writer, *, several_units: bool) -> str:
    """The tasks and their directive, and the unit if there are others: so that it is told from
    them."""
    numbers = list(dict.fromkeys(item.position for item in items))  # of all its periods, once
    tasks = ", ".join(write.texts("button.task", position=each) for each in numbers[:_TASKS_NAMED])
    code = _code(items[0].directive, items[0].unit_name, several_units=several_units)
    return f"{tasks}{'…' if len(numbers) > _TASKS_NAMED else ''} · {code}"


def _code(view: DirectiveView, unit_name: str, *, several_units: bool) -> str:
    code = shortened(number_and_symbol(view.number, view.symbol) or view.subject, most=25)
    return f"{code} · {shortened_name(unit_name, most=25)}" if several_units else code


def _receipt_block(item: ReceiptItem, write: Writer) -> str:
    is_late = item.due_at <= write.now
    at = write.moments.short(item.due_at)
    until = write.say("chase.was_due" if is_late else "chase.due", at=at)
    return "\n".join(
        [
            *_urgency(item.directive, write),
            write.bold("reminder.receipt_overdue" if is_late else "reminder.receipt"),
            *_to_leader(item.step, write),
            f"{_title(item.directive, write)} – {escape(shortened(item.unit_name), quote=False)}",
            f"{until[:1].upper()}{until[1:]}",
            write.say(f"chase.ask_{item.rule}"),
        ]
    )


def _title(directive: DirectiveView, write: Writer) -> str:
    return escape(directive_title(directive, write), quote=False)


def _urgency(directive: DirectiveView, write: Writer) -> list[str]:
    return [write.bold(f"urgency.{directive.urgency}")] if directive.urgency else []


def _to_leader(step: str, write: Writer) -> list[str]:
    return [write.say("reminder.to_leader")] if step in FOR_LEADERS else []


def _block(items: Sequence[ReminderItem], write: Writer) -> str:
    first = items[0]
    lines = [
        *_urgency(first.directive, write),
        _headline(first, write),
        *_to_leader(first.step, write),
        f"{_title(first.directive, write)} – {escape(shortened(first.unit_name), quote=False)}",
        write.say("card.deadline", moment=write.moments.full(first.deadline_at)),
    ]
    lines += [_task(item, write) for item in items[:TASKS_A_PAGE]]
    if len(items) > TASKS_A_PAGE:
        lines.append(write.say("tasks.more", count=len(items) - TASKS_A_PAGE))
    return "\n".join(lines)


def _task(item: ReminderItem, write: Writer) -> str:
    """By number and title; where something was returned, how much is left, and why it was."""
    task = write.say("reminder.task", position=item.position, title=shortened(item.short_title))
    if item.returned is None:
        return task
    sent = f"{item.articles:02}/{item.expected:02}"
    return f"{task} – {sent}; {returned(item.returned, write)}"


def _headline(item: ReminderItem, write: Writer) -> str:
    if item.deadline_at <= write.now:
        return write.bold("reminder.overdue", count=max(1, -item.working_days))
    if item.due_today:
        return write.bold("reminder.today")
    if item.working_days <= 0:
        return write.bold("reminder.soon")
    return write.bold("reminder.before", count=item.working_days)
