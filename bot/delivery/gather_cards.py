"""The cards: a directive's with its lists of tasks, a broadcast's progress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from bot.actions.cards import AFTER_CANCEL, task_lists
from bot.delivery import (
    gather_additions,
    gather_answers,
    gather_corrections,
    gather_drafts,
    gather_extensions,
    gather_questions,
    gather_registry,
    gather_relations,
    gather_unplaced,
    gather_versions,
    render_card,
    render_progress,
)
from bot.delivery.context import (
    NOT_STAFF,
    Changed,
    Context,
    Gathered,
    Later,
    Loaded,
    OfDirective,
    Ready,
    Withdraw,
    directive_view,
    files_of,
    receipt_view,
)
from bot.delivery.render import Content, Named, TaskView
from bot.delivery.render_card import CardView
from bot.domain.article_review import Returned
from bot.domain.directives import has_begun
from bot.domain.periods import Shown, shown
from bot.domain.reach import ON_THE_WAY
from bot.domain.rights import Right
from bot.domain.states import (
    AssignmentState,
    CardKind,
    ChatKind,
    Ending,
    MessageKind,
    OutboxState,
    Sending,
)
from bot.storage import (
    assignments,
    attachments,
    claims,
    directives,
    extensions,
    outbox,
    people,
    progress,
    returned_work,
    standings,
)
from bot.storage.assignments import Work
from bot.storage.claims import Claimed, ClaimedCard
from bot.storage.directives import Recipient
from bot.storage.extensions import NO_STANDING, Standing
from bot.storage.tables import Directive


def load(session: Session, messages: Sequence[Claimed]) -> Loaded:
    """What these messages' cards show, and which chats may see which unit's, in a few queries."""
    cards = [message.card for message in messages if message.card is not None]
    ids = {card.subject_id for card in cards if card.kind is CardKind.DIRECTIVE}
    ids |= {int(message.parameters["addressee_id"]) for message in messages if _is_list(message)}
    served = people.read_units_served(session, {message.chat.id for message in messages})
    if not ids:
        return Loaded({}, {}, {}, {}, {}, served, Changed())
    recipients = directives.recipients(session, ids)
    work = assignments.work(session, ids)
    of_them = directives.by_ids(session, {each.directive_id for each in recipients.values()})
    return Loaded(
        recipients=recipients,
        directives=_shared(session, of_them),
        standings=standings.read(
            session,
            recipients.values(),
            {each.id: each.acknowledge_by for each in of_them.values()},
        ),
        tasks=_tasks(work, extensions.standing(session, ids), returned_work.read(session, ids)),
        answers=gather_answers.load(session, ids),
        served=served,
        changed=gather_versions.changed(session, of_them, ids, removed=work.removed),
    )


def _shared(session: Session, of_them: Mapping[int, Directive]) -> dict[int, OfDirective]:
    files = attachments.counts(session, {each.draft_id for each in of_them.values()})
    relations = gather_relations.of_directives(session, of_them.values())
    additions = gather_additions.on_cards(session, list(of_them))
    return {
        each.id: OfDirective(
            row=each,
            view=directive_view(each),
            sending=each.sending,
            ending=each.ending,
            closed=each.closed_at is not None,
            changed=each.version > 1 or each.closed_at is not None,
            files=files_of(each.file_id, files.get(each.draft_id, 0)),
            relation=relations.get(each.id),
            additions=additions.get(each.id),
        )
        for each in of_them.values()
    }


def _tasks(
    work: Work, standing: Mapping[int, Standing], returned: Mapping[int, Returned]
) -> dict[int, tuple[TaskView, ...]]:
    """Every unit's tasks, of what recurs some periods; what many units see alike is one object."""
    of_tasks = _shown(work)
    views: dict[tuple[object, ...], TaskView] = {}
    tasks: dict[int, list[TaskView]] = {}
    for (
        assignment_id,
        addressee_id,
        task_id,
        deadline_at,
        state,
        part,
        period,
        articles,
    ) in work.assignments:
        left_open = 0
        if period:
            of_task = of_tasks[addressee_id, task_id]
            if period not in of_task.periods:
                continue
            left_open = of_task.left_open if period == max(of_task.periods) else 0
        own, back = standing.get(assignment_id), returned.get(assignment_id)
        key = (task_id, deadline_at, state, part, articles, own, period, left_open, back)
        if key not in views:
            task, own = work.tasks[task_id], own or NO_STANDING
            views[key] = TaskView(
                position=task.position,
                short_title=task.short_title,
                deadline_at=deadline_at,
                state=state,
                part=part,
                articles=articles,
                expected=task.expected_articles,
                extended_from=own.extended_from,
                wished_at=own.wished_at,
                period=period,
                left_open=left_open,
                returned=back,
            )
        tasks.setdefault(addressee_id, []).append(views[key])
    return {addressee_id: tuple(theirs) for addressee_id, theirs in tasks.items()}


def _shown(work: Work) -> dict[tuple[int, int], Shown]:
    """Which periods stand on a unit's cards, by addressee and task that recurs."""
    periods: dict[tuple[int, int], dict[str, bool]] = {}
    for _, addressee_id, task_id, _, state, _, period, _ in work.assignments:
        if period:
            of_task = periods.setdefault((addressee_id, task_id), {})
            of_task[period] = state is AssignmentState.OPEN
    return {key: shown(of_task) for key, of_task in periods.items()}


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
    if message.kind is MessageKind.REDRAW:
        not_yet = await _not_yet(context, card)
        if not_yet is not None:
            return not_yet
    match card.kind:
        case CardKind.DIRECTIVE:
            held = _held(context, _directive_of(context, card))
            if held is not None:
                return held
            return _directive_card(context, card)
        case CardKind.DRAFT:
            content = await gather_corrections.draft_card(context, card.subject_id)
        case CardKind.PROGRESS:
            content = await _progress(context, card)
        case CardKind.QUESTION:
            content = await gather_questions.card(context, card.subject_id)
        case CardKind.TABLE_IMPORT:
            content = await gather_registry.import_card(context, card.subject_id)
        case CardKind.ANSWER:
            content = await gather_answers.staff_card(context, card.subject_id)
        case CardKind.UNPLACED:
            content = await gather_unplaced.card(context, card.subject_id)
        case CardKind.EXTENSION:
            content = await gather_extensions.card(context, card.subject_id)
    if isinstance(content, Withdraw):
        return content
    return Ready(content, card.message_id)


async def _not_yet(context: Context, card: ClaimedCard) -> Withdraw | Later | None:
    """Why a card is not drawn anew now: it is on its way into its chat, perhaps once more, and what
    is there must not come back."""
    is_question = card.kind is CardKind.QUESTION  # which is brought anew, leaving the old one
    if card.message_id is not None and not is_question:
        return None
    if await claims.is_behind_another(context.session, context.message):
        return Later(0.5)  # then there is a message to edit, perhaps of an older state
    sent = Withdraw("not_sent_yet")  # its sending will show all this
    if is_question and await outbox.waits(context.session, MessageKind.QUESTION, card_id=card.id):
        return sent
    if card.message_id is None and card.kind is CardKind.DIRECTIVE:
        return None if await _may_come_anew(context, card) else sent
    return None


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
    newest = {task.position: task for task in loaded.tasks.get(recipient.id, ())}
    tasks = tuple(newest.values())
    return gather_drafts.part_of_list(
        context, directive.view, tasks, task_lists(directive.row, gather_drafts.titles(tasks))
    )


async def _may_come_anew(context: Context, card: ClaimedCard) -> bool:
    """Its message was deleted, or stayed behind in a group that moved; or was never sent. What may
    have arrived is not sent once more by a redraw, nor what staff hold or gave up."""
    first = await outbox.first_sending(context.session, card.id)
    directive = _directive_of(context, card)
    if directive is not None and directive.sending is not Sending.RUNNING:
        return first is OutboxState.ACCEPTED
    return first in (OutboxState.ACCEPTED, OutboxState.FAILED, OutboxState.WITHDRAWN)


def _directive_of(context: Context, card: ClaimedCard) -> OfDirective | None:
    loaded = context.scene.loaded
    recipient = loaded.recipients.get(card.subject_id)
    return loaded.directives.get(recipient.directive_id) if recipient else None


def _held(context: Context, directive: OfDirective | None) -> Withdraw | Later | None:
    """A first card whose directive was paused or given up after it was found waiting, or that came
    back from Telegram after that."""
    message = context.message
    if message.kind is not MessageKind.DIRECTIVE or directive is None:
        return None
    if directive.sending is Sending.PAUSED:
        return Later(0)
    is_wanted = AFTER_CANCEL in message.parameters and not directive.closed
    if directive.sending is Sending.CANCELLED and not is_wanted:
        may_have_arrived = message.uncertain_attempts > 0
        state = OutboxState.UNCERTAIN if may_have_arrived else OutboxState.WITHDRAWN
        return Withdraw("cancelled", state)
    return None


def _directive_card(context: Context, card: ClaimedCard) -> Ready | Withdraw:
    loaded = context.scene.loaded
    recipient = loaded.recipients.get(card.subject_id)
    directive = loaded.directives.get(recipient.directive_id) if recipient else None
    if recipient is None or directive is None:
        return Withdraw("directive_gone")
    if not context.serves(recipient.unit_id):
        return Withdraw("not_a_contact")
    if directive.ending is Ending.RECALLED:
        return Withdraw("recalled")  # its messages are erased
    version = directive.view.version
    is_own, key = _seen(context, recipient)
    if not is_own:
        if key not in loaded.stencils:
            view = _card_view(context, recipient, directive)
            loaded.stencils[key] = render_card.stencil(view, context.write)
        stencil = loaded.stencils[key]
        if stencil is not None:
            fills = render_card.fills(recipient.id, recipient.unit_name)
            return Ready(stencil, card.message_id, fills, version)
    key = (*key, recipient.id)
    if key not in loaded.contents:
        view = _card_view(context, recipient, directive)
        loaded.contents[key] = render_card.card(view, context.write)
    return Ready(loaded.contents[key], card.message_id, version=version)


def _seen(context: Context, recipient: Recipient) -> tuple[bool, tuple[object, ...]]:
    """Whether a unit's card shows what is only its own, and what else tells it from the cards of
    other units in other chats."""
    loaded, message = context.scene.loaded, context.message
    standing = loaded.standings[recipient.id]
    is_own = (
        message.is_plain_text
        or bool(standing.given)
        or recipient.id in loaded.answers
        or recipient.id in loaded.changed.past_receipts
    )
    key = (
        *_reader(context),
        recipient.directive_id,
        standing.asks,
        standing.due_at,
        tuple(loaded.changed.removed.get(recipient.id, ())),
        # Views of tasks are shared (`_tasks`), so that these tell them apart.
        *map(id, loaded.tasks.get(recipient.id, ())),
    )
    return is_own, key


def _reader(context: Context) -> tuple[str, bool, bool]:
    """In which language, whether in a group, whether perhaps for the second time."""
    message = context.message
    sent_again = message.kind is MessageKind.DIRECTIVE and message.uncertain_attempts > 0
    return message.chat.language, message.chat.kind is ChatKind.GROUP, sent_again


def _card_view(context: Context, recipient: Recipient, directive: OfDirective) -> CardView:
    loaded = context.scene.loaded
    tasks = loaded.tasks.get(recipient.id, ())
    _, in_group, sent_again = _reader(context)
    view = CardView(
        addressee_id=recipient.id,
        unit_name=recipient.unit_name,
        directive=directive.view,
        tasks=tasks,
        receipt=receipt_view(loaded.standings[recipient.id]),
        answers=loaded.answers.get(recipient.id, ()),
        closed=directive.closed,
        relation=directive.relation,
        additions=directive.additions,
        files=directive.files,
        in_group=in_group,
        sent_again=sent_again,
        is_cancelled=all(task.state is AssignmentState.CANCELLED for task in tasks),
    )
    return gather_versions.with_changes(context, view, directive.row) if directive.changed else view


async def _progress(context: Context, card: ClaimedCard) -> Content | Withdraw:
    directive = await directives.get(context.session, card.subject_id)
    if directive is None:
        return Withdraw("directive_gone")
    if not await _may_follow(context, directive.id):
        return NOT_STAFF
    found = await progress.of_directive(context.session, directive, now=context.now)
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
        ending=directive.ending,
        ended_lines=await gather_versions.recall_lines(context, directive),
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
    if actor.scope is None:
        return True
    return actor.may_control(await directives.unit_ids(context.session, directive_id))
