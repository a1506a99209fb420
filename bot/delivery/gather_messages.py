"""Everything but cards and reminders: notices, lists, states, reports, letters, menus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from html import escape

from bot.actions import late_joiners
from bot.actions.full_text import parts_of
from bot.actions.replies import Keyboard, Said, decode_values
from bot.callbacks import decode
from bot.delivery import (
    gather_answers,
    gather_relations,
    gather_versions,
    render,
    render_card,
    render_contact,
    render_parked,
    render_progress,
    render_staff,
)
from bot.delivery.context import (
    NOT_STAFF,
    Context,
    Gathered,
    Ready,
    Withdraw,
    directive_view,
    follower,
    reader,
    receipt_view,
    task_view,
)
from bot.delivery.render import (
    Button,
    ChasedView,
    Content,
    Document,
    Named,
    TaskView,
    Writer,
)
from bot.delivery.render_answers import AnswerView
from bot.domain.article_numbers import ArticleClass
from bot.domain.assignments import is_all_accepted
from bot.domain.directives import has_begun
from bot.domain.paging import page_within
from bot.domain.rights import Actor, Right
from bot.domain.states import AssignmentState, Sending
from bot.reports.article_report import ArticleReport, article_report
from bot.reports.numbers import UnitState, directive_numbers
from bot.storage import (
    cards,
    directives,
    sending,
    standings,
    updates,
    waiting_articles,
)
from bot.storage.assignments import TaskState
from bot.storage.chases import Chased
from bot.storage.tables import Directive, Unit


async def notice(context: Context) -> Gathered:
    """A sentence of the catalogue, with its buttons."""
    parameters = context.message.parameters
    write = context.write
    # A sentence with times names their zone; who queues it need not know which it is.
    values: dict[str, object] = {"zone": write.moments.zone_name(context.now)}
    values |= {
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
    keyboard = parameters.get("keyboard")
    content = Content(
        escape(write.texts(parameters["key"], **values), quote=False),
        tuple(buttons),
        asks_phone=write.texts("button.share_phone") if keyboard == Keyboard.ASK_PHONE else None,
        ends_asking=keyboard == Keyboard.NONE,
    )
    return Ready(content, context.message.edits)


def _shown(value: object, write: Writer) -> object:
    if isinstance(value, datetime):
        return write.moments.short(value)
    if isinstance(value, Said):
        return write.texts(value.key)
    return value


async def state(context: Context) -> Gathered:
    """/tiendo: a directive's state, one page of units."""
    actor = await follower(context)
    if actor is None:
        return NOT_STAFF
    numbers = await directive_numbers(
        context.session, context.number("directive_id"), now=context.now, scope=actor.scope
    )
    articles = await article_report(
        context.session,
        numbers.directive.id,
        now=context.now,
        zone=context.scene.zone,
        scope=actor.scope,
    )
    late = await _late(context, numbers.directive, actor)
    erased = await gather_versions.erasures(
        context, numbers.directive, [unit.addressee_id for unit in numbers.units]
    )
    answers = await _answers(context, numbers.units)
    view = render_staff.StateView(
        directive_id=numbers.directive.id,
        directive=directive_view(numbers.directive),
        done=numbers.work.done_on_time + numbers.work.done_late,
        done_late=numbers.work.done_late,
        open=numbers.work.open_in_time + numbers.work.open_overdue,
        overdue=numbers.work.open_overdue,
        dropped=numbers.work.dropped,
        articles=articles.total,
        progress=articles.with_doubts(numbers.progress_now()),
        reminders_uncertain=numbers.not_reminded.uncertain,
        reminders_failed=numbers.not_reminded.failed,
        put_off=numbers.put_off,
        chased=_chased(numbers.chased),
        versions=numbers.directive.version,
        begins_at=_begins_at(numbers.directive, context),
        ending=numbers.directive.ending,
        ended_at=numbers.directive.closed_at,
        ended_lines=await gather_versions.recall_lines(context, numbers.directive),
        in_control=await _controls(context, actor, numbers.directive),
        relation=await gather_relations.of_one(context.session, numbers.directive),
        later=await gather_relations.later(context, numbers.directive.id),
        units=tuple(
            _unit_line(
                unit,
                articles,
                erased=erased.get(unit.addressee_id, (None, None)),
                answers=answers.get(unit.addressee_id, ()),
            )
            for unit in numbers.units
        ),
        late=Named.of([unit.name for unit in late or ()]),
        may_add=late is not None,
        may_compose=actor.may(Right.ISSUE),
        to_review=await _to_review(context, actor, numbers.directive),
        all_accepted=is_all_accepted(task.state for unit in numbers.units for task in unit.tasks),
    )
    content = render_staff.state_page(view, context.write, page=context.number("page"))
    return Ready(content, context.message.edits)


def _begins_at(directive: Directive, context: Context) -> datetime | None:
    """While its sending is ahead: what was called off never begins."""
    if directive.sending is Sending.CANCELLED:
        return None
    return None if has_begun(directive.send_at, now=context.now) else directive.send_at


def _task_view(task: TaskState, articles: ArticleReport) -> TaskView:
    """A unit's work with what became of what was sent for it."""
    found = articles.of_work(task.addressee_id, task.task_id, task.period)
    return replace(
        task_view(task),
        accepted=found.classes[ArticleClass.ACCEPTED],
        doubtful=found.doubtful,
    )


def _unit_line(
    unit: UnitState,
    articles: ArticleReport,
    *,
    erased: tuple[str | None, datetime | None],
    answers: tuple[AnswerView, ...],
) -> render_staff.UnitLine:
    erased_by, erased_at = erased
    return render_staff.UnitLine(
        unit.unit_name,
        unit.reach,
        unit.state,
        receipt_view(unit.standing),
        tuple(_task_view(task, articles) for task in unit.tasks),
        erased_by,
        erased_at,
        answers,
    )


async def _answers(
    context: Context, units: Sequence[UnitState]
) -> dict[int, tuple[AnswerView, ...]]:
    """What was said by the units that need not do everything; mostly there are none."""
    ids = [
        unit.addressee_id
        for unit in units
        if any(task.state is AssignmentState.NOT_APPLICABLE for task in unit.tasks)
    ]
    return await context.session.run_sync(gather_answers.load, ids) if ids else {}


async def _to_review(context: Context, actor: Actor, directive: Directive) -> int:
    if not actor.may(Right.REVIEW):
        return 0
    wanted = waiting_articles.Wanted(actor.scope, directive.id)
    return await waiting_articles.count(context.session, wanted)


def _chased(chased: Chased | None) -> ChasedView | None:
    return ChasedView(chased.at, chased.by, chased.times) if chased else None


async def _controls(context: Context, actor: Actor, directive: Directive) -> bool:
    """Whether who reads of it may correct and end it; nobody can what nobody ever got."""
    if not actor.may(Right.ISSUE):
        return False
    if directive.closed_at is None and not await sending.has_work(context.session, directive.id):
        return False
    return actor.may_control(await directives.unit_ids(context.session, directive.id))


async def _late(context: Context, directive: Directive, actor: Actor) -> tuple[Unit, ...] | None:
    """Units that came into its groups since; None where the person may add none."""
    if not actor.may(Right.ISSUE) or not late_joiners.takes_more(directive):
        return None
    if not actor.may_control(await directives.unit_ids(context.session, directive.id)):
        return None
    return (await late_joiners.joined_since(context.session, directive, actor=actor)).units


async def appointed(context: Context) -> Gathered:
    """/hengio: directives whose sending has not begun, one page."""
    actor = await reader(context)
    if actor is None:
        return NOT_STAFF
    scope = actor.scope
    size = render_progress.APPOINTED_A_PAGE
    count = await sending.count_appointed(context.session, now=context.now, scope=scope)
    page, pages = page_within(context.number("page"), count=count, size=size)
    found = await sending.appointed(
        context.session, now=context.now, scope=scope, offset=(page - 1) * size, limit=size
    )
    views = tuple(
        render_progress.AppointedView(
            each.directive.id,
            directive_view(each.directive),
            each.send_at,
            each.units,
            in_control=each.is_whole,
        )
        for each in found
    )
    content = render_progress.appointed(views, context.write, page=page, pages=pages, count=count)
    return Ready(content, context.message.edits)


async def parked(context: Context) -> Gathered:
    """/ketlai: updates that could not be handled, one page."""
    if await reader(context, Right.GOVERN) is None:
        return NOT_STAFF
    size = render_parked.ON_A_PAGE
    count = await updates.count_parked(context.session)
    page, pages = page_within(context.number("page"), count=count, size=size)
    found = await updates.parked(context.session, offset=(page - 1) * size, limit=size)
    views = tuple(
        render_parked.ParkedView(each.id, each.kind, each.parked_at, each.reason, each.who)
        for each in found
    )
    content = render_parked.parked(views, context.write, page=page, pages=pages, count=count)
    return Ready(content, context.message.edits)


async def full_text(context: Context) -> Gathered:
    """The letter as it came, or one part of its text."""
    directive = await directives.get(context.session, context.number("directive_id"))
    if directive is None:
        return Withdraw("directive_gone")
    if directive.file_id and not context.message.parameters.get("as_text"):
        title = render.directive_title(directive_view(directive), context.write)
        document = Document(file_id=directive.file_id)
        buttons = await _acknowledge_button(context, directive)
        lines = [escape(title, quote=False), *_of_original(directive, context.write)]
        return Ready(Content("\n".join(lines), buttons, document))
    parts = parts_of(directive.body)
    part = context.number("part")
    if part >= len(parts):
        return Withdraw("no_such_part")
    view, number = directive_view(directive), part + 1
    text = render_contact.letter_part(
        parts[part], view, context.write, number=number, of=len(parts)
    )
    buttons = await _acknowledge_button(context, directive) if number == len(parts) else ()
    return Ready(Content(text, buttons))


def _of_original(directive: Directive, write: Writer) -> tuple[str, ...]:
    """The file is as it was issued; what was corrected since stands on the card."""
    return (write.say("card.original"),) if directive.version > 1 else ()


async def _acknowledge_button(
    context: Context, directive: Directive
) -> tuple[tuple[Button, ...], ...]:
    """Below a letter, for who has scrolled away from the card; nothing when it is done."""
    addressee_id = context.message.parameters.get("addressee_id")
    if addressee_id is None or directive.closed_at is not None:
        return ()
    addressee = await directives.addressee(context.session, addressee_id)
    rules = {directive.id: directive.acknowledge_by}
    found = await standings.of(context.session, [addressee] if addressee else [], rules)
    if addressee is None or found[addressee.id].is_complete:
        return ()
    button = render_card.acknowledge_button(addressee_id, context.write, version=directive.version)
    return ((button,),)


async def menu(context: Context) -> Gathered:
    """A private chat's commands, each with what it does."""
    write = context.write
    commands = [str(command) for command in context.message.parameters["commands"]]
    described = tuple((command, write.texts(f"command.{command}")) for command in commands)
    return Ready(Content("", commands=described))


async def retire(context: Context) -> Gathered:
    """A spare copy, taken back. The card's own message is never one."""
    message_id = context.message.edits
    if message_id is None or await cards.at_message(
        context.session, chat_id=context.chat.id, message_id=message_id
    ):
        return Withdraw("not_spare")
    return Ready(Content(""), message_id)
