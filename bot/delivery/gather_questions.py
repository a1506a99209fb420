"""Questions and answers: the office's card of one, an answer for who asked, threads, lists."""

from __future__ import annotations

from bot.actions.question_cards import LONGEST_SHOWN
from bot.actions.question_replies import parts_of
from bot.delivery import render_questions
from bot.delivery.context import (
    NOT_STAFF,
    Context,
    Gathered,
    Later,
    Ready,
    Withdraw,
    directive_view,
    is_for_office,
)
from bot.delivery.render import Content
from bot.delivery.render_questions import AskedView, OfficeView, QuestionView, SaidView
from bot.domain.paging import page_within
from bot.domain.rights import Right
from bot.domain.states import CardKind, MessageKind
from bot.storage import cards, outbox, questions, units
from bot.storage.outbox import BELOW, FINAL
from bot.storage.questions import About
from bot.storage.tables import QuestionMessage
from bot.texts import Texts
from bot.texts.periods import with_period

_GONE = Withdraw("question_gone")
_NOT_THEIRS = Withdraw("not_a_contact")


async def card(context: Context, question_id: int) -> Content | Withdraw:
    """The question for one of the office's chats, as it stands now."""
    about = await questions.about(context.session, question_id)
    if about is None:
        return _GONE
    if not await _is_for_office(context, about):
        return NOT_STAFF
    view = _office_view(about, await _view(context, about))
    return render_questions.card(view, context.write, longest=LONGEST_SHOWN)


async def question(context: Context) -> Gathered:
    """The question's card as a new message for the office, or the office's answer for who asked."""
    drawn = context.message.card
    if drawn is None:
        return await _answer(context)
    if await outbox.is_overtaken(
        context.session, MessageKind.QUESTION, card_id=drawn.id, after=context.message.id
    ):
        return Withdraw("overtaken")  # the later one shows all this
    content = await card(context, drawn.subject_id)
    return content if isinstance(content, Withdraw) else Ready(content)


async def place_of_copy(context: Context) -> int | Withdraw | Later | None:
    """The message that a copy of what was said is a reply to: the office's card, or the answer
    that it belongs to."""
    about = await questions.about(context.session, context.number("question_id"))
    if about is None:
        return _GONE
    for_office = context.message.parameters["for_office"]
    if for_office and not await _is_for_office(context, about):
        return NOT_STAFF
    if not for_office and not context.serves(about.question.unit_id):
        return _NOT_THEIRS
    if BELOW not in context.message.parameters:
        return None  # it was to be a reply, and its topic takes none any more
    below = context.message.parameters[BELOW]
    sent = await outbox.sent_as(context.session, below) if below is not None else None
    if sent is not None and sent[1] not in FINAL:
        return Later(0.5)
    if sent is not None and sent[2] is not None:
        return sent[2]
    if not for_office:
        return None
    shown = await cards.of_subject(context.session, CardKind.QUESTION, about.question.id)
    return next((each.message_id for each in shown if each.chat_id == context.chat.id), None)


async def _answer(context: Context) -> Gathered:
    about = await questions.about(context.session, context.number("question_id"))
    if about is None:
        return _GONE
    if not context.serves(about.question.unit_id):
        return _NOT_THEIRS
    thread = await questions.named_thread(context.session, about.question.id)
    said_id = context.number("said_id")
    before = [pair for pair in thread if pair[0].id <= said_id]
    if not before or before[-1][0].id != said_id:
        return _GONE
    message, name = before[-1]
    parts = parts_of(message.text)
    number = min(context.number("part"), len(parts) - 1)
    content = render_questions.answer(
        _view_of(about, before, context.write.texts),
        _said(message, name),
        context.write,
        part=parts[number],
        number=number,
        of=len(parts),
    )
    return Ready(content, context.message.edits)


async def thread(context: Context) -> Gathered:
    """A whole question, or the list of what units have asked."""
    if "question_id" not in context.message.parameters:
        return await _asked(context)
    about = await questions.about(context.session, context.number("question_id"))
    if about is None:
        return _GONE
    view = await _view(context, about)
    office = None
    if context.message.parameters.get("for_office"):
        if not await _is_for_office(context, about):
            return NOT_STAFF
        office = _office_view(about, view)
    elif not context.serves(about.question.unit_id):
        return _NOT_THEIRS
    content = render_questions.thread(
        view, context.write, page=context.number("page"), office=office
    )
    return Ready(content, context.message.edits)


async def _asked(context: Context) -> Gathered:
    given = [int(unit_id) for unit_id in context.message.parameters["unit_ids"]]
    unit_ids = [unit_id for unit_id in given if context.serves(unit_id)]
    if not unit_ids:
        return _NOT_THEIRS
    addressee_id = context.number("addressee_id") or None
    size = render_questions.QUESTIONS_A_PAGE
    count = await questions.count_of_units(context.session, unit_ids, addressee_id=addressee_id)
    page, pages = page_within(context.number("page"), count=count, size=size)
    found = await questions.of_units(
        context.session,
        unit_ids,
        addressee_id=addressee_id,
        offset=(page - 1) * size,
        limit=size,
    )
    names = {unit.id: unit.name for unit in await units.units_by_ids(context.session, unit_ids)}
    content = render_questions.asked(
        [
            AskedView(
                id=question.id,
                state=question.state,
                said=_said(message, name),
                unit_name=names.get(question.unit_id, ""),
            )
            for question, name, message in found
        ],
        context.write,
        addressee_id=addressee_id or 0,
        page=page,
        pages=pages,
        count=count,
        several_units=len(unit_ids) > 1,
    )
    return Ready(content, context.message.edits)


async def _is_for_office(context: Context, about: About) -> bool:
    return await is_for_office(context, Right.REVIEW, unit_id=about.question.unit_id)


def _office_view(about: About, question: QuestionView) -> OfficeView:
    return OfficeView(question=question, phone=about.unit.phone, handler=about.handler_name)


async def _view(context: Context, about: About) -> QuestionView:
    thread = await questions.named_thread(context.session, about.question.id)
    return _view_of(about, thread, context.write.texts)


def _view_of(about: About, thread: list[tuple[QuestionMessage, str]], texts: Texts) -> QuestionView:
    assignment, task = about.assignment, about.task
    title = with_period(task.short_title, assignment.period, texts) if task and assignment else ""
    return QuestionView(
        id=about.question.id,
        state=about.question.state,
        unit_name=about.unit.name,
        directive=directive_view(about.directive) if about.directive else None,
        task=(task.position, title) if task else None,
        deadline_at=assignment.deadline_at if assignment else None,
        said=tuple(_said(message, name) for message, name in thread),
    )


def _said(message: QuestionMessage, name: str) -> SaidView:
    return SaidView(
        name=name,
        at=message.at,
        text=message.text,
        from_office=message.from_office,
        kind=message.file_kind,
        is_edited=message.edited_at is not None,
        is_lost=message.failed_at is not None,
    )
