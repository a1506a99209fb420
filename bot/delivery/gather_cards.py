"""The cards: a directive's, a draft's with its preview, a broadcast's progress."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from bot.actions import directives as directive_actions
from bot.actions import drafts as draft_actions
from bot.actions.cards import AFTER_CANCEL, task_lists
from bot.delivery import gather_registry, render, render_draft, render_progress
from bot.delivery.context import (
    LONGEST_SUBJECT,
    NOT_STAFF,
    Context,
    Gathered,
    Later,
    Loaded,
    Ready,
    Withdraw,
    directive_view,
)
from bot.delivery.render import CardView, Content, DirectiveView, Named, TaskView, Writer
from bot.domain.directives import has_begun
from bot.domain.reach import ON_THE_WAY
from bot.domain.rights import Right
from bot.domain.states import (
    CardKind,
    ChatKind,
    DraftState,
    MessageKind,
    OutboxState,
    Sending,
)
from bot.storage import claims, directives, drafts, outbox, people, progress, units
from bot.storage.claims import Claimed, ClaimedCard
from bot.storage.directives import Work
from bot.storage.tables import Directive, Draft
from scheduler.plan import next_step


def load(session: Session, messages: Sequence[Claimed]) -> Loaded:
    """What these messages' cards show, and which chats may see which unit's, in a few queries."""
    found = [message.card for message in messages if message.card is not None]
    ids = {card.subject_id for card in found if card.kind is CardKind.DIRECTIVE}
    ids |= {int(message.parameters["addressee_id"]) for message in messages if _is_list(message)}
    served = people.read_units_served(session, {message.chat.id for message in messages})
    if not ids:
        return Loaded({}, {}, {}, {}, served)
    recipients = directives.recipients(session, ids)
    tasks = _tasks(directives.work(session, ids))
    return Loaded(
        recipients=recipients,
        directives=directives.by_ids(session, {each.directive_id for each in recipients.values()}),
        receipts=directives.read_receipts(session, ids),
        tasks=tasks,
        served=served,
    )


def _tasks(work: Work) -> dict[int, tuple[TaskView, ...]]:
    """Every unit's tasks; what many units see alike is one object."""
    views: dict[tuple[object, ...], TaskView] = {}
    tasks: dict[int, tuple[TaskView, ...]] = {}
    for addressee_id, task_id, deadline_at, state, articles in work.assignments:
        key = (task_id, deadline_at, state, articles)
        if key not in views:
            task = work.tasks[task_id]
            views[key] = TaskView(
                position=task.position,
                short_title=task.short_title,
                deadline_at=deadline_at,
                state=state,
                articles=articles,
            )
        tasks[addressee_id] = (*tasks.get(addressee_id, ()), views[key])
    return tasks


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
        if await claims.is_behind_another(context.session, message):
            return Later(0.5)  # then there is a message to edit, perhaps of an older state
        if card.kind is CardKind.DIRECTIVE and not await _may_come_anew(context, card):
            return Withdraw("not_sent_yet")  # its first sending will show all this
    match card.kind:
        case CardKind.DIRECTIVE:
            held = _held(context, _directive_of(context, card))
            if held is not None:
                return held
            return _directive_card(context, card)
        case CardKind.DRAFT:
            content = await _draft_card(context, card)
        case CardKind.PROGRESS:
            content = await _progress(context, card)
        case CardKind.TABLE_IMPORT:
            content = await gather_registry.import_card(context, card.subject_id)
    if isinstance(content, Withdraw):
        return content
    return Ready(content, card.message_id)


def _task_list(context: Context) -> Gathered:
    loaded = context.scene.loaded
    recipient = loaded.recipients.get(context.number("addressee_id"))
    directive = loaded.directives.get(recipient.directive_id) if recipient else None
    if recipient is None or directive is None:
        return Withdraw("directive_gone")
    if not context.serves(recipient.unit_id):
        return Withdraw("not_a_contact")
    held = _held(context, directive)
    if held is not None:
        return held
    tasks = loaded.tasks.get(recipient.id, ())
    return _part_of_list(
        context, loaded.view(directive), tasks, task_lists(directive, _titles(tasks))
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
    have arrived is not sent once more by a redraw, nor what staff hold or gave up."""
    first = await outbox.first_sending(context.session, card.id)
    directive = _directive_of(context, card)
    if directive is not None and directive.sending is not Sending.RUNNING:
        return first is OutboxState.ACCEPTED
    return first in (OutboxState.ACCEPTED, OutboxState.FAILED, OutboxState.WITHDRAWN)


def _directive_of(context: Context, card: ClaimedCard) -> Directive | None:
    loaded = context.scene.loaded
    recipient = loaded.recipients.get(card.subject_id)
    return loaded.directives.get(recipient.directive_id) if recipient else None


def _held(context: Context, directive: Directive | None) -> Withdraw | Later | None:
    """A first card whose directive was paused or given up after it was found waiting, or that came
    back from Telegram after that."""
    message = context.message
    if message.kind is not MessageKind.DIRECTIVE or directive is None:
        return None
    if directive.sending is Sending.PAUSED:
        return Later(0)
    if directive.sending is Sending.CANCELLED and AFTER_CANCEL not in message.parameters:
        may_have_arrived = message.uncertain_attempts > 0
        state = OutboxState.UNCERTAIN if may_have_arrived else OutboxState.WITHDRAWN
        return Withdraw("cancelled", state)
    return None


def _directive_card(context: Context, card: ClaimedCard) -> Ready | Withdraw:
    loaded = context.scene.loaded
    recipient = loaded.recipients.get(card.subject_id)
    directive = _directive_of(context, card)
    if recipient is None or directive is None:
        return Withdraw("directive_gone")
    if not context.serves(recipient.unit_id):
        return Withdraw("not_a_contact")
    in_group = context.chat.kind is ChatKind.GROUP
    first = context.message.kind is MessageKind.DIRECTIVE
    sent_again = first and context.message.uncertain_attempts > 0
    receipt = loaded.receipts.get(recipient.id)
    view = CardView(
        addressee_id=recipient.id,
        unit_name=recipient.unit_name,
        directive=loaded.view(directive),
        tasks=loaded.tasks.get(recipient.id, ()),
        acknowledged_by=receipt.person_name if receipt else None,
        acknowledged_at=receipt.at if receipt else None,
        closed=directive.closed_at is not None,
        in_group=in_group,
        sent_again=sent_again,
    )
    reader = (context.chat.language, in_group, sent_again)
    if receipt is None and not context.message.is_plain_text:
        # Views of tasks are shared (`_tasks`), so that these tell them apart.
        key = (*reader, directive.id, *map(id, view.tasks))
        if key not in loaded.stencils:
            loaded.stencils[key] = render.stencil(view, context.write)
        stencil = loaded.stencils[key]
        if stencil is not None:
            return Ready(stencil, card.message_id, render.fills(view))
    key = (*reader, recipient.id)
    if key not in loaded.contents:
        loaded.contents[key] = render.card(view, context.write)
    return Ready(loaded.contents[key], card.message_id)


async def _draft_card(context: Context, card: ClaimedCard) -> Content | Withdraw:
    draft = await drafts.get(context.session, card.subject_id)
    if draft is None:
        return Withdraw("draft_gone")
    if draft.state is not DraftState.OPEN:
        return Content(_what_became(draft, context.write))
    parameters = context.message.parameters
    return render_draft.draft_card(
        await _draft_view(context, draft),
        context.write,
        menu=parameters.get("menu", "main"),
        task_id=parameters.get("task_id"),
    )


def _what_became(draft: Draft, write: Writer) -> str:
    if draft.state is not DraftState.ISSUED:
        return write.say("draft.now_dropped")
    if draft.send_at is None:
        return write.say("draft.now_issued")
    at, zone = write.moments.short(draft.send_at), write.moments.zone_name(draft.send_at)
    return write.say("draft.now_appointed", at=at, zone=zone)


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
    if not await _may_follow(context, directive.id):
        return NOT_STAFF
    found = await progress.of_directive(context.session, directive.id, now=context.now)
    view = render_progress.ProgressView(
        directive_id=directive.id,
        directive=directive_view(directive),
        sending=directive.sending,
        pause_reason=directive.pause_reason,
        begins_at=None if has_begun(directive.send_at, now=context.now) else directive.send_at,
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
    return render_progress.progress(view, context.write)


async def _may_follow(context: Context, directive_id: int) -> bool:
    """Whether the one in whose private chat it is sent is still of the office, and the units
    theirs; the office's own group is not asked."""
    if context.chat.person_id is None:
        return True
    actor = await people.actor_by_id(context.session, context.chat.person_id)
    if actor is None or not actor.may(Right.VIEW):
        return False
    return actor.may_control(await directives.unit_ids(context.session, directive_id))


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
    return Ready(await _preview_check(context, draft, audience), context.message.edits)


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
    tasks = await drafts.tasks(context.session, draft.id)
    deadlines = [task.deadline_at for task in tasks if task.deadline_at]
    begins_at = max(context.now, draft.send_at or context.now)
    steps = [
        next_step(
            deadline,
            policy=context.policy.reminders,
            calendar=context.policy.calendar,
            after=begins_at,
            since=begins_at,
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
        when_unclear=draft.when_unclear,
        send_at=draft.send_at,
        send_at_fault=draft_actions.send_at_fault(draft.send_at, tasks, now=context.now),
    )
    return render_draft.check(view, context.write)
