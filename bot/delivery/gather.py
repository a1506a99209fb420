"""From an outbox row to what is sent: asks again whether it is wanted, and loads what it shows.

Reads the database only; the looks are made by the `render` modules, the sending by `worker`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import directives as directive_actions
from bot.actions.policy import Policy
from bot.actions.replies import decode_values
from bot.callbacks import decode
from bot.delivery import render, render_contact, render_draft, render_staff
from bot.delivery.render import Button, CardView, Content, DirectiveView, Document, TaskView, Writer
from bot.domain.reach import Reach
from bot.domain.splitting import split
from bot.domain.states import (
    AssignmentState,
    CardKind,
    ChatKind,
    DraftState,
    MessageKind,
    OutboxState,
)
from bot.reports.numbers import directive_articles, directive_numbers
from bot.storage import cards, directives, drafts, outbox, people, reminders, units
from bot.storage.directives import TaskState
from bot.storage.tables import Card, Chat, Directive, Draft, OutboxMessage
from bot.texts import texts
from bot.texts.moments import Moments
from scheduler.plan import next_step


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The message is no longer wanted; `reason` is a code for the record."""

    reason: str


@dataclass(frozen=True, slots=True)
class Later:
    """Not now: what it edits is still on its way."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Ready:
    """What to send. `edits` is the message to edit, if it is an edit."""

    content: Content
    edits: int | None = None


Gathered = Ready | Withdraw | Later


@dataclass(frozen=True, slots=True)
class Context:
    """What every kind needs to be written for one chat."""

    session: AsyncSession
    message: OutboxMessage
    chat: Chat
    policy: Policy
    office: str
    zone: ZoneInfo
    now: datetime

    @property
    def write(self) -> Writer:
        """Sentences in the chat's language."""
        language = texts(self.chat.language)
        return Writer(language, Moments(language, self.zone), self.now)

    def number(self, name: str) -> int:
        """A whole number among the message's parameters."""
        return int(self.message.parameters[name])


async def gather(context: Context) -> Gathered:
    """What this message shows now, or why it is not sent."""
    if context.chat.unreachable_reason is not None:
        return Withdraw(f"unreachable:{context.chat.unreachable_reason}")
    return await _KINDS[context.message.kind](context)


async def _notice(context: Context) -> Gathered:
    parameters = context.message.parameters
    write = context.write
    values = {
        name: _shown(value, write) for name, value in decode_values(parameters["values"]).items()
    }
    buttons = []
    for row in parameters["buttons"]:
        shown = []
        for button in row:
            callback = decode(button["data"])
            if callback is None:
                continue
            label_values = {
                name: _shown(value, write)
                for name, value in decode_values(button["values"]).items()
            }
            label = write.texts(button["key"], **label_values)
            shown.append(Button(label, callback, button["style"]))
        buttons.append(tuple(shown))
    return Ready(
        Content(escape(write.texts(parameters["key"], **values), quote=False), tuple(buttons)),
        context.message.edits,
    )


def _shown(value: object, write: Writer) -> object:
    if isinstance(value, datetime):
        return write.moments.short(value)
    return value


# --- cards ---------------------------------------------------------------------------------------


async def _card(context: Context) -> Gathered:
    """The first sending or a redraw of any card."""
    message = context.message
    card = message.card_id and await cards.get(context.session, message.card_id)
    if not card:
        return Withdraw("card_gone")
    first_sending = message.kind is MessageKind.DIRECTIVE
    if card.message_id is None and not first_sending and card.kind is CardKind.DIRECTIVE:
        # Nothing to redraw: if the first sending is under way, it may show an older state.
        on_its_way = await outbox.first_sending_under_way(context.session, card.id)
        return Later(0.5) if on_its_way else Withdraw("not_sent_yet")
    match card.kind:
        case CardKind.DIRECTIVE:
            content = await _directive_card(context, card)
        case CardKind.DRAFT:
            content = await _draft_card(context, card)
        case CardKind.PROGRESS:
            content = await _progress(context, card)
    if isinstance(content, Withdraw):
        return content
    return Ready(content, card.message_id)


async def _directive_card(context: Context, card: Card) -> Content | Withdraw:
    addressee = await directives.addressee(context.session, card.subject_id)
    if addressee is None:
        return Withdraw("directive_gone")
    directive = await directives.get(context.session, addressee.directive_id)
    if directive is None:
        return Withdraw("directive_gone")
    if not await people.chat_serves_unit(context.session, context.chat, addressee.unit_id):
        return Withdraw("not_a_contact")
    receipts = await directives.receipts(context.session, addressee_ids=[addressee.id])
    receipt = receipts.get(addressee.id)
    states = await directives.task_states(context.session, addressee_ids=[addressee.id])
    view = CardView(
        addressee_id=addressee.id,
        unit_name=addressee.unit_name,
        directive=directive_view(directive),
        tasks=tuple(task_view(task) for task in states),
        acknowledged_by=receipt.person_name if receipt else None,
        acknowledged_at=receipt.at if receipt else None,
        closed=directive.closed_at is not None,
        in_group=context.chat.kind is ChatKind.GROUP,
        sent_again=context.message.uncertain_attempts > 0
        and context.message.kind is MessageKind.DIRECTIVE,
    )
    return render.card(view, context.write)


async def _draft_card(context: Context, card: Card) -> Content | Withdraw:
    draft = await drafts.get(context.session, card.subject_id)
    if draft is None:
        return Withdraw("draft_gone")
    if draft.state is not DraftState.OPEN:
        key = "draft.now_issued" if draft.state is DraftState.ISSUED else "draft.now_dropped"
        return Content(context.write.say(key))
    parameters = context.message.parameters
    return render_draft.draft_card(
        await _draft_view(context, draft),
        context.write,
        menu=parameters.get("menu", "main"),
        task_id=parameters.get("task_id"),
    )


async def _draft_view(context: Context, draft: Draft) -> render_draft.DraftView:
    sizes = await units.group_sizes(context.session)
    calendar = context.policy.calendar
    today = calendar.local_date(context.now)
    next_month = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    end_of_month = calendar.last_working_day_before(next_month)
    quick = [
        (days, calendar.end_of_work(calendar.add_working_days(today, days))) for days in (3, 5, 7)
    ]
    quick.append((render_draft.END_OF_MONTH, calendar.end_of_work(end_of_month)))
    return render_draft.DraftView(
        id=draft.id,
        issuer=draft.issuer,
        number=draft.number,
        symbol=draft.symbol,
        issued_on=draft.issued_on,
        issued_month=draft.issued_month,
        subject=draft.subject,
        urgency=draft.urgency,
        tasks=tuple(
            render_draft.DraftTaskView(
                task.id, task.position, task.short_title, task.deadline_at, task.continuous
            )
            for task in await drafts.tasks(context.session, draft.id)
        ),
        groups=tuple(
            render_draft.DraftGroupView(
                choice.id,
                choice.line,
                choice.group_name,
                sizes.get(choice.group_id or 0, 0),
                choice.chosen,
            )
            for choice in await drafts.group_choices(context.session, draft.id)
        ),
        quick_deadlines=tuple((code, moment) for code, moment in quick if moment > context.now),
    )


async def _progress(context: Context, card: Card) -> Content | Withdraw:
    directive = await directives.get(context.session, card.subject_id)
    if directive is None:
        return Withdraw("directive_gone")
    counts = await outbox.count_by_state(context.session, directive_id=directive.id)
    numbers = await directive_numbers(context.session, directive.id, now=context.now)
    on_the_way = (OutboxState.WAITING, OutboxState.CLAIMED, OutboxState.IN_FLIGHT)
    view = render_staff.ProgressView(
        directive_id=directive.id,
        directive=directive_view(directive),
        sent=counts.get(OutboxState.ACCEPTED, 0),
        waiting=sum(counts.get(state, 0) for state in on_the_way),
        failed=counts.get(OutboxState.FAILED, 0),
        uncertain=counts.get(OutboxState.UNCERTAIN, 0),
        withdrawn=counts.get(OutboxState.WITHDRAWN, 0),
        acknowledged=numbers.acknowledged,
        units=len(numbers.units),
        unreached=tuple(unit.unit_name for unit in numbers.units if unit.reach is Reach.FAILED),
        without_chat=tuple(unit.unit_name for unit in numbers.units if unit.reach is Reach.NOBODY),
    )
    return render_staff.progress(view, context.write)


# --- staff ---------------------------------------------------------------------------------------


async def _preview(context: Context) -> Gathered:
    """First the exact card as one unit will see it, then the check with the sending button."""
    draft = await drafts.get(context.session, context.number("draft_id"))
    if draft is None or draft.state is not DraftState.OPEN:
        return Withdraw("draft_gone")
    audience = await directive_actions.audience(context.session, draft.id)
    if context.message.parameters["part"] == "card":
        return Ready(await _preview_card(context, draft, audience))
    return Ready(await _preview_check(context, draft, audience))


async def _preview_card(
    context: Context, draft: Draft, audience: directive_actions.Audience
) -> Content:
    write = context.write
    unit_name = audience.units[0].name if audience.units else write.texts("draft.none")
    view = CardView(
        addressee_id=0,
        unit_name=unit_name,
        directive=DirectiveView(
            issuer=draft.issuer,
            number=draft.number,
            symbol=draft.symbol,
            issued_on=draft.issued_on,
            urgency=draft.urgency,
            subject=draft.subject or write.texts("draft.not_given"),
        ),
        tasks=tuple(
            TaskView(
                position=task.position,
                short_title=task.short_title,
                deadline_at=task.deadline_at,
            )
            for task in await drafts.tasks(context.session, draft.id)
        ),
    )
    return Content(render.card(view, write).text)


async def _preview_check(
    context: Context, draft: Draft, audience: directive_actions.Audience
) -> Content:
    ready = await directive_actions.readiness(context.session, draft)
    deadlines = [
        task.deadline_at
        for task in await drafts.tasks(context.session, draft.id)
        if task.deadline_at
    ]
    steps = [
        next_step(
            deadline,
            policy=context.policy.reminders,
            calendar=context.policy.calendar,
            after=context.now,
            since=context.now,
            urgent=draft.urgency is not None,
        )
        for deadline in deadlines
    ]
    people_reached = {
        chat.person_id for _, chat in audience.reachable if chat.kind is ChatKind.PRIVATE
    }
    groups_reached = {chat.id for _, chat in audience.reachable if chat.kind is ChatKind.GROUP}
    view = render_draft.CheckView(
        draft_id=draft.id,
        groups=audience.groups,
        units=len(audience.units),
        people=len(people_reached),
        group_chats=len(groups_reached),
        unreached=tuple(unit.name for unit in audience.unreached_units),
        first_reminder_at=min((step.at for step in steps if step), default=None),
        numbered=ready.numbered,
        missing=ready.missing,
    )
    return render_draft.check(view, context.write)


async def _state(context: Context) -> Gathered:
    numbers = await directive_numbers(
        context.session, context.number("directive_id"), now=context.now
    )
    view = render_staff.StateView(
        directive_id=numbers.directive.id,
        directive=directive_view(numbers.directive),
        done=numbers.work.done_on_time + numbers.work.done_late,
        done_late=numbers.work.done_late,
        open=numbers.work.open_in_time + numbers.work.open_overdue,
        overdue=numbers.work.open_overdue,
        articles=numbers.articles,
        units=tuple(
            render_staff.UnitLine(
                unit.unit_name,
                unit.reach,
                unit.receipt.person_name if unit.receipt else None,
                unit.receipt.at if unit.receipt else None,
                tuple(task_view(task) for task in unit.tasks),
            )
            for unit in numbers.units
        ),
    )
    content = render_staff.state_page(view, context.write, page=context.number("page"))
    return Ready(content, context.message.edits)


async def _report(context: Context) -> Gathered:
    from bot.reports.xlsx import directive_workbook  # heavy: only when a report is asked for

    directive_id = context.number("directive_id")
    numbers = await directive_numbers(context.session, directive_id, now=context.now)
    lines = await directive_articles(context.session, directive_id)
    write = context.write
    workbook = await asyncio.to_thread(
        directive_workbook,
        numbers,
        lines,
        texts=write.texts,
        zone=context.zone,
        office=context.office,
    )
    view = directive_view(numbers.directive)
    title = render.directive_title(view, write)
    day = context.now.astimezone(context.zone)
    name = write.texts(
        "report.file_name", number=view.number or directive_id, day=f"{day:%d-%m-%Y}"
    )
    caption = write.say("report.caption", title=title, at=write.moments.short(context.now))
    return Ready(Content(caption, document=Document(f"{name}.xlsx", workbook)))


# --- contacts ------------------------------------------------------------------------------------


async def _reminder(context: Context) -> Gathered:
    """Only what is still open when it is sent; a message left with nothing is withdrawn."""
    lines = await reminders.still_wanted(context.session, outbox_message_id=context.message.id)
    calendar = context.policy.calendar
    today = calendar.local_date(context.now)
    items = [
        render_contact.ReminderItem(
            addressee_id=line.addressee_id,
            unit_name=line.unit_name,
            directive=directive_view(line.directive),
            position=line.task_position,
            short_title=line.short_title,
            step=line.step,
            deadline_at=line.deadline_at,
            working_days=calendar.working_days_between(today, calendar.due_date(line.deadline_at)),
            due_today=calendar.due_date(line.deadline_at) == today,
        )
        for line in lines
        if await people.chat_serves_unit(context.session, context.chat, line.unit_id)
    ]
    if not items:
        return Withdraw("finished")
    in_group = context.chat.kind is ChatKind.GROUP
    return Ready(render_contact.reminder(items, context.write, in_group=in_group))


async def _open_tasks(context: Context) -> Gathered:
    unit_ids = [int(unit_id) for unit_id in context.message.parameters["unit_ids"]]
    rows = await directives.open_addressees_of_units(context.session, unit_ids)
    by_addressee = {addressee.id: (addressee, directive) for addressee, directive in rows}
    states = await directives.task_states(context.session, addressee_ids=list(by_addressee))
    tasks = [
        render_contact.OpenTask(
            unit_name=by_addressee[task.addressee_id][0].unit_name,
            directive=directive_view(by_addressee[task.addressee_id][1]),
            position=task.position,
            short_title=task.short_title,
            deadline_at=task.deadline_at,
            articles=task.articles,
        )
        for task in states
        if task.state is AssignmentState.OPEN
    ]
    return Ready(render_contact.open_tasks(tasks, context.write))


async def _menu(context: Context) -> Gathered:
    write = context.write
    commands = [str(command) for command in context.message.parameters["commands"]]
    described = tuple((command, write.texts(f"command.{command}")) for command in commands)
    return Ready(Content("", commands=described))


async def _full_text(context: Context) -> Gathered:
    directive = await directives.get(context.session, context.number("directive_id"))
    if directive is None:
        return Withdraw("directive_gone")
    if directive.file_id:
        title = render.directive_title(directive_view(directive), context.write)
        return Ready(
            Content(escape(title, quote=False), document=Document(file_id=directive.file_id))
        )
    parts = split(directive.body)
    part = context.number("part")
    if part >= len(parts):
        return Withdraw("no_such_part")
    return Ready(Content(escape(parts[part], quote=False)))


def directive_view(directive: Directive) -> DirectiveView:
    """A directive's identity from its row."""
    return DirectiveView(
        issuer=directive.issuer,
        number=directive.number,
        symbol=directive.symbol,
        issued_on=directive.issued_on,
        urgency=directive.urgency,
        subject=directive.subject,
    )


def task_view(task: TaskState) -> TaskView:
    """A task as a unit sees it, from its rows."""
    return TaskView(
        position=task.position,
        short_title=task.short_title,
        deadline_at=task.deadline_at,
        state=task.state,
        articles=task.articles,
    )


_KINDS: dict[MessageKind, Callable[[Context], Awaitable[Gathered]]] = {
    MessageKind.NOTICE: _notice,
    MessageKind.DIRECTIVE: _card,
    MessageKind.REDRAW: _card,
    MessageKind.DRAFT: _card,
    MessageKind.PREVIEW: _preview,
    MessageKind.STATE: _state,
    MessageKind.REPORT: _report,
    MessageKind.REMINDER: _reminder,
    MessageKind.OPEN_TASKS: _open_tasks,
    MessageKind.FULL_TEXT: _full_text,
    MessageKind.MENU: _menu,
}
