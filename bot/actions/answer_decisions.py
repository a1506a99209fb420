"""What the office says to an answer that something cannot be done: it agrees, and the work is not
to be done; or it does not, and the work goes on. It may change its mind and give the work again.

Who decides locks the answer first, so that of two at once the second meets what the first has made
of it. What needs no decision any more, because the work is done or over, falls away by itself.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import (
    access,
    answer_messages,
    cards,
    closing,
    deadlines,
    extension_ends,
    telling_units,
)
from bot.actions import answers as answer_actions
from bot.actions.answer_messages import note_answer
from bot.actions.policy import Policy
from bot.actions.reasons import reason_of
from bot.actions.replies import Values
from bot.domain.directives import short_name
from bot.domain.rights import Actor
from bot.domain.states import OF_WORK_UNDONE, AnswerKind, AssignmentState
from bot.errors import Conflict, NotFound
from bot.storage import answers, audience, directives
from bot.storage.answers import Surroundings
from bot.storage.extensions import of_work
from bot.storage.tables import Assignment


async def visible(session: AsyncSession, answer_id: int, *, actor: Actor) -> Surroundings:
    """An answer that something cannot be done, of a unit that is theirs."""
    about = await answers.with_surroundings(session, answer_id)
    if about is None or about.answer.kind not in OF_WORK_UNDONE:
        raise NotFound("refused.gone")
    access.check_unit(actor, about.addressee.unit_id)
    return about


async def to_decide(session: AsyncSession, answer_id: int, *, actor: Actor) -> Surroundings:
    """The answer, locked, while it waits for a decision. Raises Conflict with who decided it, or
    why nothing is to be decided any more; NotAllowed where the unit is not theirs."""
    await answers.lock(session, answer_id)
    about = await visible(session, answer_id, actor=actor)
    if about.answer.taken_back_at is not None:
        raise Conflict("answer.taken_back_before")
    if about.answer.decided_at is not None:
        raise await answer_actions.decided(session, about.answer)
    await closing.refuse_if_over(session, about.directive)
    if not await answers.work(session, about.answer, AssignmentState.OPEN):
        raise Conflict("answer.overtaken")
    return about


async def agree(session: AsyncSession, answer_id: int, *, actor: Actor, now: datetime) -> None:
    """It is not to be done: nobody is reminded of it any more, and it counts nowhere."""
    about = await to_decide(session, answer_id, actor=actor)
    for assignment in await answers.work(session, about.answer, AssignmentState.OPEN):
        assignment.state, assignment.next_reminder_at = AssignmentState.NOT_APPLICABLE, None
        await extension_ends.end_pointless(session, of_work(assignment.id), now=now)
    await _decide(session, about, agreed=True, note=None, actor=actor, now=now)
    keys = ("answer.agreed_told", "answer.agreed_told_all")
    if about.answer.kind is AnswerKind.NOTHING:
        keys = ("answer.nothing_agreed_told", "answer.nothing_agreed_told_all")
    await _tell(session, about, keys, {}, now=now)


async def disagree(
    session: AsyncSession, answer_id: int, note: str, *, actor: Actor, now: datetime
) -> None:
    """It is to be done all the same; the unit is told why."""
    about = await to_decide(session, answer_id, actor=actor)
    note = reason_of(note)
    await _decide(session, about, agreed=False, note=note, actor=actor, now=now)
    keys = ("answer.disagreed_told", "answer.disagreed_told_all")
    await _tell(session, about, keys, {"note": note}, now=now)


async def _decide(
    session: AsyncSession,
    about: Surroundings,
    *,
    agreed: bool,
    note: str | None,
    actor: Actor,
    now: datetime,
) -> None:
    answer = about.answer
    answer.agreed, answer.decision_note = agreed, note
    answer.decided_by, answer.decided_at = actor.person_id, now
    await session.flush()
    note_answer(
        session,
        "answer_agreed" if agreed else "answer_disagreed",
        answer,
        about.addressee,
        now=now,
    )
    await _redraw(session, about, now=now)


async def _redraw(session: AsyncSession, about: Surroundings, *, now: datetime) -> None:
    await cards.redraw_addressee(session, about.addressee, now=now)
    await answer_messages.redraw_for_staff(session, about.answer, now=now)


async def _tell(
    session: AsyncSession,
    about: Surroundings,
    keys: tuple[str, str],
    values: Values,
    *,
    now: datetime,
) -> None:
    """Tell the unit, with the first sentence of one task and with the second of all."""
    of_task, of_all = keys
    directive = about.directive
    code = short_name(directive.number, directive.symbol, directive.subject)
    values = {"code": code, **values}
    if about.task is not None:
        values["position"] = about.task.position
    key = of_all if about.task is None else of_task
    said_in = about.answer.chat_id
    await telling_units.tell(session, about.addressee, key, values, said_in=said_in, now=now)


async def give_again(
    session: AsyncSession, answer_id: int, *, actor: Actor, policy: Policy, now: datetime
) -> int:
    """What was agreed not to be done is to be done after all, and is reminded of from now on; how
    many tasks. Raises Conflict where nothing is left to give, or nobody to give it to."""
    await answers.lock(session, answer_id)
    about = await visible(session, answer_id, actor=actor)
    await closing.refuse_if_over(session, about.directive)
    if not about.answer.agreed:
        raise Conflict("answer.not_agreed")
    if not await audience.chats_of_addressees(session, [about.addressee.id]):
        raise Conflict("answer.nobody_there")
    given = await _dropped(session, about)
    if not given:
        raise Conflict("answer.nothing_to_give")
    for assignment in given:
        assignment.state = AssignmentState.OPEN
        assignment.next_reminder_at = await deadlines.first_of(
            session, assignment, about.directive, policy=policy, now=now
        )
    about.answer.agreed = False
    about.answer.decided_by, about.answer.decided_at = actor.person_id, now
    await session.flush()
    note_answer(session, "work_given_again", about.answer, about.addressee, now=now)
    await _redraw(session, about, now=now)
    keys = ("answer.given_again_told", "answer.given_again_told_all")
    await _tell(session, about, keys, {}, now=now)
    return len(given)


async def _dropped(session: AsyncSession, about: Surroundings) -> list[Assignment]:
    """What this answer has ended, not what another one has."""
    found = await answers.work(session, about.answer, AssignmentState.NOT_APPLICABLE)
    if about.task is not None:
        return list(found)
    alone = await answers.dropped_alone(session, about.addressee.id)
    return [assignment for assignment in found if assignment.id not in alone]


async def show(
    session: AsyncSession, answer_id: int, *, actor: Actor, chat_id: int, now: datetime
) -> None:
    """Bring the answer into the chat from which somebody asks for it."""
    about = await visible(session, answer_id, actor=actor)
    await answer_messages.bring_to_staff(session, about.answer, chat_id=chat_id, now=now)


async def settle_overtaken(session: AsyncSession, *, now: datetime) -> bool:
    """Let some of the answers fall away that need no decision any more, and show so; False if there
    were none. Nobody has decided them."""
    found = await answers.overtaken(session)
    for answer_id in found:
        answer = await answers.lock(session, answer_id)
        if answer is None or answer.decided_at is not None or answer.taken_back_at is not None:
            continue
        answer.decided_at = now
        await session.flush()
        addressee = await directives.addressee(session, answer.addressee_id)
        if addressee is not None:
            note_answer(session, "answer_overtaken", answer, addressee, now=now)
        await answer_messages.redraw_for_staff(session, answer, now=now)
    return bool(found)
