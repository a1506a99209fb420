"""What contacts answered beyond "received": asked again when it is written whether it still holds,
and whether its reader may see it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from bot.actions.answers import RIGHT
from bot.delivery import render_answers
from bot.delivery.context import (
    NOT_STAFF,
    Context,
    Gathered,
    Ready,
    Withdraw,
    directive_view,
    is_for_office,
)
from bot.delivery.render import Content, TaskView
from bot.delivery.render_answers import AnswerView, UndoneView
from bot.domain.splitting import shortened
from bot.storage import answers
from bot.storage.answers import Surroundings

_LONGEST_NAME = 100


def load(session: Session, addressee_ids: Collection[int]) -> dict[int, tuple[AnswerView, ...]]:
    """What stands on these units' cards."""
    return {
        addressee_id: tuple(
            AnswerView(
                each.kind, each.by, each.to, each.position, each.agreed, each.note, each.period
            )
            for each in found
        )
        for addressee_id, found in answers.read_holding(session, addressee_ids).items()
    }


async def staff_card(context: Context, answer_id: int) -> Content | Withdraw:
    """That something cannot be done, and what became of it."""
    about = await answers.with_surroundings(context.session, answer_id)
    if about is None:
        return Withdraw("answer_gone")
    if not await is_for_office(context, RIGHT, unit_id=about.addressee.unit_id):
        return NOT_STAFF
    return render_answers.for_staff(await _undone(context, about), context.write)


async def _undone(context: Context, about: Surroundings) -> UndoneView:
    answer, directive = about.answer, about.directive
    is_open, is_dropped = await answers.is_open_or_dropped(context.session, answer.id)
    task = None
    if about.task is not None and about.assignment is not None:
        task = TaskView(
            position=about.task.position,
            short_title=about.task.short_title,
            deadline_at=about.assignment.deadline_at,
            period=about.assignment.period,
        )
    return UndoneView(
        answer_id=answer.id,
        kind=answer.kind,
        directive=directive_view(directive),
        unit_name=about.addressee.unit_name,
        phone=about.unit.phone,
        by=shortened(about.by.name, most=_LONGEST_NAME),
        title=shortened(about.contact.title, most=_LONGEST_NAME) if about.contact else "",
        at=answer.at,
        reason=answer.reason or "–",
        task=task,
        is_over=directive.closed_at is not None or not is_open,
        is_taken_back=answer.taken_back_at is not None,
        decided_at=answer.decided_at,
        agreed=answer.agreed,
        decider=about.decider.name if about.decider else "",
        note=answer.decision_note,
        may_give_again=is_dropped and directive.closed_at is None,
    )


async def for_colleague(context: Context) -> Gathered:
    """What somebody passed on to a colleague: only to that one's private chat, while they are of
    the unit."""
    about = await answers.with_surroundings(context.session, context.number("answer_id"))
    if about is None:
        return Withdraw("answer_gone")
    is_theirs = context.chat.person_id is not None and context.chat.person_id == (
        about.to.id if about.to else None
    )
    if not is_theirs or not context.serves(about.addressee.unit_id):
        return Withdraw("not_a_contact")
    taken_back = bool(context.message.parameters.get("taken_back"))
    if about.directive.closed_at is not None:
        return Withdraw("closed")
    if not taken_back and about.answer.taken_back_at is not None:
        return Withdraw("taken_back")
    content = render_answers.for_colleague(
        directive_view(about.directive),
        context.write,
        by=shortened(about.by.name, most=_LONGEST_NAME),
        unit_name=about.addressee.unit_name,
        taken_back=taken_back,
    )
    return Ready(content)
