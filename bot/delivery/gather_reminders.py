"""Reminders, asked again when they are sent: whether the work is still open and the receipt still
missing, and whether it is still theirs. The same for what the office is told in the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.delivery import render_escalation, render_reminders
from bot.delivery.context import (
    Context,
    Gathered,
    Later,
    Ready,
    Withdraw,
    directive_view,
    is_for_office,
)
from bot.delivery.render_escalation import Escalated
from bot.delivery.render_reminders import ReceiptItem, ReminderItem
from bot.domain.acknowledgements import SETTLED
from bot.domain.reminding import FOR_LEADERS
from bot.domain.rights import Right
from bot.domain.states import ChatKind, Lane, MessageKind, ReceiptState
from bot.storage import reminder_lines
from bot.storage.reminder_lines import Lines, ReceiptLine, WorkLine
from bot.storage.standings import UnitReceipt
from bot.storage.tables import Directive
from bot.texts import Texts
from bot.texts.periods import numbered, with_period
from scheduler.plan import held_until
from scheduler.snoozing import is_last

_KINDS = (MessageKind.REMINDER, MessageKind.ESCALATION)
_SOON = Later(1)


async def reminder(context: Context) -> Gathered:
    """Only what is still open when it is sent; a message left with nothing is withdrawn, and one
    whose sending was held up into quiet time waits for its end."""
    found = await _lines(context)
    if found is None:
        return _SOON
    work = [line for line in found.work if context.serves(line.unit.id)]
    receipts = [
        (line, unit)
        for line, unit in found.receipts
        if context.serves(line.unit.id) and _is_asked_here(context, line, unit)
    ]
    if not work and not receipts:
        return Withdraw("finished")
    lines: list[WorkLine | ReceiptLine] = [*work, *(line for line, _ in receipts)]
    quiet_until = _quiet_until(context, lines)
    if quiet_until is not None:
        return Later((quiet_until - context.now).total_seconds())
    content = render_reminders.reminder(
        [_work_item(context, line) for line in work],
        context.write,
        in_group=context.chat.kind is ChatKind.GROUP,
        receipts=[_receipt_item(line, unit) for line, unit in receipts],
        put_off=context.message.id if _may_wait(context, lines) else None,
    )
    return Ready(content)


async def _lines(context: Context) -> Lines | None:
    """What the message still speaks of, but receipts that are not asked for any more; looked up at
    once for all of its kind that are written at this moment. None while somebody is changing some
    of the work: what it will be is not known."""
    known = context.scene.reminders
    if context.message.id not in known:
        ids = [message.id for message in context.scene.messages if message.kind in _KINDS]
        held = await reminder_lines.held_work(context.session, ids)
        for message_id, lines in (await reminder_lines.of_messages(context.session, ids)).items():
            is_held = all(line.assignment_id in held for line in lines.work)
            known[message_id] = lines if is_held else None
    found = known[context.message.id]
    if found is None:
        return None
    return Lines(
        found.work, [(line, unit) for line, unit in found.receipts if unit.state not in SETTLED]
    )


def _is_asked_here(context: Context, line: ReceiptLine, unit: UnitReceipt) -> bool:
    """Whether it came to the unit, and who reads here has still to confirm it; its leaders are told
    what others have not confirmed, and so is its group."""
    if unit.state is not ReceiptState.SILENT:
        return False
    person_id = context.chat.person_id
    return person_id is None or line.step in FOR_LEADERS or person_id in unit.standing.missing


def _may_wait(context: Context, lines: Iterable[WorkLine | ReceiptLine]) -> bool:
    """Whether some of it can be put off: nothing urgent, nor what was often enough."""
    return context.message.lane is not Lane.URGENT and not all(is_last(line.step) for line in lines)


def _quiet_until(context: Context, lines: Iterable[WorkLine | ReceiptLine]) -> datetime | None:
    passes = all(line.directive.passes_quiet for line in lines)
    return held_until(context.now, calendar=context.policy.calendar, passes_quiet=passes)


def _work_item(context: Context, line: WorkLine) -> ReminderItem:
    calendar = context.policy.calendar
    today, due = calendar.local_date(context.now), calendar.due_date(line.deadline_at)
    return ReminderItem(
        addressee_id=line.addressee.id,
        unit_name=line.addressee.unit_name,
        directive=directive_view(line.directive),
        position=line.task_position,
        short_title=with_period(line.short_title, line.period, context.write.texts),
        step=line.step,
        deadline_at=line.deadline_at,
        working_days=calendar.working_days_between(today, due),
        due_today=due == today,
        articles=line.articles,
        expected=line.expected,
        returned=line.returned,
    )


def _receipt_item(line: ReceiptLine, unit: UnitReceipt) -> ReceiptItem:
    return ReceiptItem(
        addressee_id=line.addressee.id,
        unit_name=line.addressee.unit_name,
        directive=directive_view(line.directive),
        rule=unit.standing.asks,
        step=line.step,
        due_at=line.deadline_at,
    )


# --- for the office ------------------------------------------------------------------------------


async def escalation(context: Context) -> Gathered:
    """Which units were reminded in vain, of what; of those whoever reads here may act on."""
    found = await _lines(context)
    if found is None:
        return _SOON
    lines: list[WorkLine | ReceiptLine] = [*found.work, *(line for line, _ in found.receipts)]
    theirs = [
        unit_id
        for unit_id in {line.unit.id for line in lines}
        if await is_for_office(context, Right.ISSUE, unit_id=unit_id)
    ]
    lines = [line for line in lines if line.unit.id in theirs]
    if not lines:
        return Withdraw("finished")
    quiet_until = _quiet_until(context, lines)
    if quiet_until is not None:
        return Later((quiet_until - context.now).total_seconds())
    return Ready(
        render_escalation.escalation(_escalated(lines, context.write.texts), context.write)
    )


def _escalated(lines: Sequence[WorkLine | ReceiptLine], texts: Texts) -> list[Escalated]:
    """One for each directive and unit, the directives in the order in which they fell due."""
    found: dict[Directive, dict[int, list[WorkLine | ReceiptLine]]] = {}
    for line in sorted(lines, key=lambda line: line.deadline_at):
        found.setdefault(line.directive, {}).setdefault(line.unit.id, []).append(line)
    return [
        _of_unit(directive, of_unit, texts)
        for directive, units in found.items()
        for of_unit in units.values()
    ]


def _of_unit(
    directive: Directive, lines: Sequence[WorkLine | ReceiptLine], texts: Texts
) -> Escalated:
    work = [line for line in lines if isinstance(line, WorkLine)]
    receipts = [line for line in lines if isinstance(line, ReceiptLine)]
    tasks = sorted({(line.task_position, line.period) for line in work})
    return Escalated(
        directive_id=directive.id,
        directive=directive_view(directive),
        unit_name=lines[0].addressee.unit_name,
        phone=lines[0].unit.phone,
        tasks=tuple(numbered(position, period, texts) for position, period in tasks),
        overdue_since=work[0].deadline_at if work else None,
        unconfirmed_since=receipts[0].deadline_at if receipts else None,
    )
