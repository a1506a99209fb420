"""What "Khác…" below a card offers: only what applies to this unit and this person now."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import acknowledgements, closing
from bot.actions.answers import is_asked
from bot.actions.replies import Button
from bot.callbacks import Callback, Press
from bot.domain.rights import Actor
from bot.domain.splitting import shortened
from bot.domain.states import AnswerKind
from bot.storage import answers, assignments, own_articles, questions, standings
from bot.storage.answers import Answered
from bot.storage.tables import Addressee

_LONGEST_NAME = 25  # on a button


async def offers(
    session: AsyncSession, addressee_id: int, *, actor: Actor | None
) -> tuple[Addressee, list[Button]]:
    """Whose card it is, and the buttons. Raises what tells why there are none."""
    addressee, directive = await acknowledgements.own_addressee(
        session, addressee_id, actor=actor, may_have_ended=True
    )
    found: list[Button] = []
    if directive.closed_at is None:
        found += await _to_do(session, addressee)
    rules = {directive.id: directive.acknowledge_by}
    standing = (await standings.of(session, [addressee], rules))[addressee.id]
    if standing.is_complete:
        found.append(_button("button.slip", Press.SLIP, addressee))
    elif directive.closed_at is not None:
        raise await closing.refusal(session, directive.id, directive.ending)
    if await own_articles.count(session, addressee.id):
        found.append(_button("button.own_articles", Press.OWN_ARTICLES, addressee))
    units = [addressee.unit_id]
    if await questions.count_of_units(session, units, addressee_id=addressee.id):
        found.append(_button("button.questions_mine", Press.QUESTION_MINE, addressee))
    if directive.closed_at is None and actor is not None:
        found += await _to_take_back(session, addressee, actor)
    return addressee, found


async def _to_do(session: AsyncSession, addressee: Addressee) -> list[Button]:
    states = await assignments.task_states(session, addressee_ids=[addressee.id])
    asked = [task for task in states if is_asked(task)]
    pass_on = Callback(Press.DELEGATE_ASK, (addressee.id, 1))
    found = [Button("button.pass_on", pass_on)]
    if asked:
        found.insert(0, _button("button.report_done", Press.DONE_MENU, addressee))
        found.append(Button("button.cannot", Callback(Press.CANNOT_ASK, (addressee.id, 1))))
        found.append(Button("button.nothing", Callback(Press.NOTHING_ASK, (addressee.id, 1))))
    if any(task.deadline_at is not None for task in asked):
        found.insert(1, _button("button.extend", Press.EXTEND_ASK, addressee))
    return found


async def _to_take_back(session: AsyncSession, addressee: Addressee, actor: Actor) -> list[Button]:
    """What this person has said themself and the office has not decided."""
    return [
        take_back(answer)
        for answer in await answers.holding(session, addressee.id)
        if answer.person_id == actor.person_id and answer.agreed is None
    ]


def take_back(answer: Answered) -> Button:
    """The button that takes an answer back, and which one."""
    press = Callback(Press.ANSWER_BACK, (answer.id,))
    if answer.kind is AnswerKind.PASSED_ON:
        name = shortened(answer.to or "", most=_LONGEST_NAME)
        return Button("button.passed_on_back", press, {"name": name})
    if answer.position is None and answer.kind is AnswerKind.NOTHING:
        return Button("button.nothing_back_all", press)
    if answer.position is None:
        return Button("button.cannot_back_all", press)
    return Button("button.cannot_back", press, {"position": answer.position})


def _button(key: str, press: Press, addressee: Addressee) -> Button:
    return Button(key, Callback(press, (addressee.id,)))
