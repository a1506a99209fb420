"""The cards: a directive's, a draft's with its preview, a broadcast's progress."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import directives as directive_actions
from bot.actions import drafts as draft_actions
from bot.actions.cards import task_lists
from bot.delivery import render, render_draft, render_staff
from bot.delivery.context import (
    LONGEST_SUBJECT,
    Context,
    Gathered,
    Later,
    Loaded,
    Ready,
    Withdraw,
    directive_view,
    task_view,
)
from bot.delivery.render import CardView, Content, DirectiveView, Named, TaskView
from bot.domain.reach import ON_THE_WAY
from bot.domain.states import CardKind, ChatKind, DraftState, MessageKind, OutboxState
from bot.storage import directives, drafts, outbox, people, progress, units
from bot.storage.directives import TaskState
from bot.storage.outbox import Claimed, ClaimedCard
from bot.storage.tables import Draft
from scheduler.plan import next_step


async def load(session: AsyncSession, messages: Sequence[Claimed]) -> Loaded:
    """What these messages' cards show, and which chats may see which unit's, in a few queries."""
    found = [message.card for message in messages if message.card is not None]
    ids = {card.subject_id for card in found if card.kind is CardKind.DIRECTIVE}
    ids |= {int(message.parameters["addressee_id"]) for message in messages if _is_list(message)}
    served = await people.units_served(session, {message.chat.id for message in messages})
    if not ids:
        return Loaded({}, {}, {}, {}, served)
    addressees = await directives.addressees_by_ids(session, ids)
    directive_ids = {addressee.directive_id for addressee in addressees.values()}
    tasks: dict[int, list[TaskState]] = {}
    for task in await directives.task_states(session, addressee_ids=ids):
        tasks.setdefault(task.addressee_id, []).append(task)
    return Loaded(
        addressees=addressees,
        directives=await directives.by_ids(session, directive_ids),
        receipts=await directives.receipts(session, addressee_ids=ids),
        tasks=tasks,
        served=served,
    )


def _is_list(message: Claimed) -> bool:
    """A directive's tasks, before a card that has no room for all."""
    return message.kind is MessageKind.DIRECTIVE and "list" in message.parameters


async def card(context: Context) -> Gathered:
    """The first sending or a redraw of any card, and the lists of tasks before it."""
    message = context.message
    card = message.card
    if _is_list(message):
        return _task_list(context)
    if card is None:
        return Withdraw("card_gone")
    if card.message_id is None and message.kind is MessageKind.REDRAW:
        if await outbox.is_behind_another(context.session, message):
            return Later(0.5)  # then there is a message to edit, perhaps of an older state
        if card.kind is CardKind.DIRECTIVE and not await _may_come_anew(context, card):
            return Withdraw("not_sent_yet")  # its first sending will show all this
    match card.kind:
        case CardKind.DIRECTIVE:
            content = _directive_card(context, card)
        case CardKind.DRAFT:
            content = await _draft_card(context, card)
        case CardKind.PROGRESS:
            content = await _progress(context, card)
    if isinstance(content, Withdraw):
        return content
    return Ready(content, card.message_id)


def _task_list(context: Context) -> Gathered:
    loaded = context.scene.loaded
    addressee = loaded.addressees.get(context.number("addressee_id"))
    directive = loaded.directives.get(addressee.directive_id) if addressee else None
    if addressee is None or directive is None:
        return Withdraw("directive_gone")
    if not context.serves(addressee.unit_id):
        return Withdraw("not_a_contact")
    tasks = [task_view(task) for task in loaded.tasks.get(addressee.id, ())]
    return _part_of_list(
        context, directive_view(directive), tasks, task_lists(directive, _titles(tasks))
    )


def _part_of_list(
    context: Context, directive: DirectiveView, tasks: Sequence[TaskView], lists: Sequence[range]
) -> Gathered:
    number = context.number("list")
    if number >= len(lists):
        return Withdraw("no_such_part")
    shown = [tasks[place] for place in lists[number]]
    sent_again = context.message.uncertain_attempts > 0
    content = render.task_list(
        directive, shown, context.write, of=len(tasks), sent_again=sent_again
    )
    return Ready(content)


def _titles(tasks: Sequence[TaskView]) -> list[str]:
    return [task.short_title for task in tasks]


async def _may_come_anew(context: Context, card: ClaimedCard) -> bool:
    """Its message was deleted, or stayed behind in a group that moved; or was never sent. What may
    have arrived is not sent once more by a redraw."""
    first = await outbox.first_sending(context.session, card.id)
    return first in (OutboxState.ACCEPTED, OutboxState.FAILED, OutboxState.WITHDRAWN)


def _directive_card(context: Context, card: ClaimedCard) -> Content | Withdraw:
    loaded = context.scene.loaded
    addressee = loaded.addressees.get(card.subject_id)
    directive = loaded.directives.get(addressee.directive_id) if addressee else None
    if addressee is None or directive is None:
        return Withdraw("directive_gone")
    if not context.serves(addressee.unit_id):
        return Withdraw("not_a_contact")
    in_group = context.chat.kind is ChatKind.GROUP
    first = context.message.kind is MessageKind.DIRECTIVE
    sent_again = first and context.message.uncertain_attempts > 0
    key = (addressee.id, context.chat.language, in_group, sent_again)
    if key not in loaded.contents:
        receipt = loaded.receipts.get(addressee.id)
        view = CardView(
            addressee_id=addressee.id,
            unit_name=addressee.unit_name,
            directive=directive_view(directive),
            tasks=tuple(task_view(task) for task in loaded.tasks.get(addressee.id, ())),
            acknowledged_by=receipt.person_name if receipt else None,
            acknowledged_at=receipt.at if receipt else None,
            closed=directive.closed_at is not None,
            in_group=in_group,
            sent_again=sent_again,
        )
        loaded.contents[key] = render.card(view, context.write)
    return loaded.contents[key]


async def _draft_card(context: Context, card: ClaimedCard) -> Content | Withdraw:
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


async def _progress(context: Context, card: ClaimedCard) -> Content | Withdraw:
    directive = await directives.get(context.session, card.subject_id)
    if directive is None:
        return Withdraw("directive_gone")
    found = await progress.of_directive(context.session, directive.id, now=context.now)
    view = render_staff.ProgressView(
        directive_id=directive.id,
        directive=directive_view(directive),
        sent=found.by_state.get(OutboxState.ACCEPTED, 0),
        waiting=sum(found.by_state.get(state, 0) for state in ON_THE_WAY),
        failed=found.by_state.get(OutboxState.FAILED, 0),
        uncertain=found.by_state.get(OutboxState.UNCERTAIN, 0),
        withdrawn=found.by_state.get(OutboxState.WITHDRAWN, 0),
        rate=found.rate,
        acknowledged=found.acknowledged,
        units=found.units,
        unreached=Named(found.unreached.shown, found.unreached.count),
        without_chat=Named(found.without_chat.shown, found.without_chat.count),
    )
    return render_staff.progress(view, context.write)


async def preview(context: Context) -> Gathered:
    """First the exact card as one unit will see it, with the lists of tasks before it, then the
    check with the sending button."""
    draft = await drafts.get(context.session, context.number("draft_id"))
    if draft is None or draft.state is not DraftState.OPEN:
        return Withdraw("draft_gone")
    audience = await directive_actions.audience(context.session, draft.id)
    match context.message.parameters["part"]:
        case "list":
            tasks = await _draft_tasks(context, draft)
            lists = task_lists(draft, _titles(tasks))
            return _part_of_list(context, _draft_identity(context, draft), tasks, lists)
        case "card":
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
        directive=_draft_identity(context, draft),
        tasks=await _draft_tasks(context, draft),
    )
    return Content(render.card(view, write).text)


def _draft_identity(context: Context, draft: Draft) -> DirectiveView:
    subject = draft.subject or context.write.texts("draft.not_given")
    return DirectiveView(
        issuer=draft.issuer,
        number=draft.number,
        symbol=draft.symbol,
        issued_on=draft.issued_on,
        urgency=draft.urgency,
        subject=render.shortened(subject, most=LONGEST_SUBJECT),
    )


async def _draft_tasks(context: Context, draft: Draft) -> tuple[TaskView, ...]:
    return tuple(
        TaskView(position=task.position, short_title=task.short_title, deadline_at=task.deadline_at)
        for task in await drafts.tasks(context.session, draft.id)
    )


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
        state_id=draft_actions.state_id(draft),
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
