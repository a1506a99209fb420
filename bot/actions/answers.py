"""What a contact answers beyond "received": a colleague does it, or it cannot be done. Whoever says
so has received it. What the office says to that is in `bot.actions.answer_decisions`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import acknowledgements, answer_messages, cards, duty
from bot.actions.answer_messages import note_answer
from bot.actions.reasons import reason_of
from bot.domain.rights import Actor, Right
from bot.domain.states import OF_WORK_UNDONE, AnswerKind, AssignmentState, Door, Part
from bot.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.storage import (
    answers,
    assignments,
    audience,
    contacts,
    directives,
    people,
    staff,
    succession,
)
from bot.storage.assignments import TaskState
from bot.storage.tables import Addressee, Answer, Chat, Directive, Person

SHORTEST_NAME, LONGEST_NAME = 2, 200
# Whose of the office it is to say whether something has to be done.
RIGHT = Right.REVIEW


@dataclass(frozen=True, slots=True)
class Saying:
    """Somebody of a unit who answers for it, in a chat."""

    session: AsyncSession
    addressee: Addressee
    directive: Directive
    actor: Actor
    chat: Chat
    now: datetime


@dataclass(frozen=True, slots=True)
class PassedOn:
    """Who does it instead, and whether the bot tells them; whoever is no contact it cannot."""

    answer_id: int
    name: str
    is_contact: bool
    is_told: bool


async def begin(
    session: AsyncSession, addressee_id: int, *, actor: Actor | None, chat: Chat, now: datetime
) -> Saying:
    """Look whether the person may answer for this addressee now; raises what tells why not."""
    addressee, directive = await acknowledgements.own_addressee(session, addressee_id, actor=actor)
    assert actor is not None  # noqa: S101 - strangers were refused
    return Saying(session, addressee, directive, actor, chat, now)


# --- a colleague does it -------------------------------------------------------------------------


async def colleagues(saying: Saying) -> list[tuple[int, Person]]:
    """The unit's other people, each with the id of their place there."""
    found = await succession.active_contacts(saying.session, saying.addressee.unit_id)
    return [
        (contact.id, person) for contact, person in found if person.id != saying.actor.person_id
    ]


async def pass_on(saying: Saying, contact_id: int) -> PassedOn:
    """This colleague does it: they are told, and have the card."""
    row = await contacts.active(saying.session, contact_id)
    if row is None or row[0].unit_id != saying.addressee.unit_id:
        raise NotFound("answer.no_colleague")
    person = row[1]
    if person.id == saying.actor.person_id:
        raise Conflict("answer.to_oneself")
    answer, is_new = await _passed_on(saying, to_person_id=person.id, to_name=None)
    if is_new:
        is_told = await _hand_over(saying, answer, person.id)
    else:
        chat = await staff.private_chat(saying.session, person.id)
        is_told = chat is not None and chat.unreachable_reason is None
    return PassedOn(answer.id, person.name, is_contact=True, is_told=is_told)


async def pass_to_name(saying: Saying, name: str) -> PassedOn:
    """Somebody who is named does it; who is called like one colleague is that one."""
    name = " ".join(name.split())
    if not SHORTEST_NAME <= len(name) <= LONGEST_NAME:
        raise InvalidInput("answer.name_unusable", longest=LONGEST_NAME)
    alike = [
        contact_id
        for contact_id, person in await colleagues(saying)
        if person.name.casefold() == name.casefold()
    ]
    if len(alike) == 1:
        return await pass_on(saying, alike[0])
    answer, _ = await _passed_on(saying, to_person_id=None, to_name=name)
    return PassedOn(answer.id, name, is_contact=False, is_told=False)


async def _passed_on(
    saying: Saying, *, to_person_id: int | None, to_name: str | None
) -> tuple[Answer, bool]:
    """The answer that says so, and whether it is new; another one of this person holds no more."""
    session = saying.session
    await directives.lock_addressee(session, saying.addressee.id)
    for held in await answers.holding(session, saying.addressee.id):
        if held.kind is AnswerKind.PASSED_ON and held.person_id == saying.actor.person_id:
            answer = await answers.get(session, held.id)
            assert answer is not None  # noqa: S101 - it was a moment ago
            if (answer.to_person_id, answer.to_name) == (to_person_id, to_name):
                return answer, False
            await _withdraw(saying, answer)
    answer = await _keep(
        saying,
        Answer(kind=AnswerKind.PASSED_ON, to_person_id=to_person_id, to_name=to_name),
    )
    note_answer(session, "passed_on", answer, saying.addressee, now=saying.now)
    return answer, True


async def _hand_over(saying: Saying, answer: Answer, person_id: int) -> bool:
    """Let the colleague have the card, also of what was for others of the unit alone, and tell them
    below it; False where the bot cannot."""
    session, addressee = saying.session, saying.addressee
    only = (await audience.people_of(session, [addressee.id])).get(addressee.id)
    if only is not None and person_id not in only:
        await audience.add_people(session, {addressee.id: [person_id]})
    chat = await staff.private_chat(session, person_id)
    if chat is None or chat.unreachable_reason is not None:
        return False
    titles = (await audience.titles(session, [addressee.id])).get(addressee.id, [])
    await cards.give_directive(
        session,
        directive=saying.directive,
        addressee_id=addressee.id,
        chat=chat,
        now=saying.now,
        lists=len(cards.task_lists(saying.directive, titles)),
    )
    return await answer_messages.tell_colleague(session, answer, now=saying.now)


# --- it cannot be done ---------------------------------------------------------------------------


async def open_tasks(saying: Saying) -> list[TaskState]:
    """What the unit still has to do; Conflict when that is nothing, or is said already."""
    states = await assignments.task_states(saying.session, addressee_ids=[saying.addressee.id])
    found = [task for task in states if is_asked(task)]
    if not found:
        raise Conflict("answer.nothing_open")
    return found


async def check_undone(saying: Saying, assignment_id: int | None) -> None:
    """Conflict when that need not be said any more; NotFound for what is not the unit's."""
    tasks = await open_tasks(saying)
    if assignment_id is not None and assignment_id not in {each.assignment_id for each in tasks}:
        await _refuse_task(saying, assignment_id)
    for held in await answers.holding(saying.session, saying.addressee.id):
        is_undecided = held.kind in OF_WORK_UNDONE and held.agreed is None
        if is_undecided and held.assignment_id in (None, assignment_id):
            key = "answer.waits" if held.kind is AnswerKind.CANNOT else "answer.nothing_waits"
            raise Conflict(key, by=held.by)


async def _refuse_task(saying: Saying, assignment_id: int) -> None:
    row = await assignments.assignment_for_update(saying.session, assignment_id)
    if row is None:
        raise NotFound("refused.gone")
    if row[2].unit_id not in saying.actor.unit_ids:
        raise NotAllowed("refused.not_your_unit")
    raise Conflict("answer.not_open")


async def say_undone(
    saying: Saying, kind: AnswerKind, assignment_id: int | None, reason: str
) -> Answer:
    """One task cannot be done, or there is nothing to do it about, or so it is with all that is
    open: the office is asked what is to become of it."""
    reason = reason_of(reason)
    await directives.lock_addressee(saying.session, saying.addressee.id)
    await check_undone(saying, assignment_id)
    answer = await _keep(
        saying,
        Answer(kind=kind, assignment_id=assignment_id, reason=reason),
    )
    note_answer(
        saying.session,
        "answered_cannot" if kind is AnswerKind.CANNOT else "answered_nothing",
        answer,
        saying.addressee,
        now=saying.now,
    )
    unit_id = saying.addressee.unit_id
    for chat_id in await duty.chats(saying.session, unit_id=unit_id, right=RIGHT):
        await answer_messages.bring_to_staff(
            saying.session, answer, chat_id=chat_id, now=saying.now
        )
    return answer


# --- both ----------------------------------------------------------------------------------------


async def _keep(saying: Saying, answer: Answer) -> Answer:
    session, addressee, person_id = saying.session, saying.addressee, saying.actor.person_id
    answer.addressee_id, answer.person_id = addressee.id, person_id
    answer.chat_id, answer.at = saying.chat.id, saying.now
    await answers.add(session, answer)
    await acknowledgements.keep(
        session,
        addressee,
        version=saying.directive.version,
        person_id=person_id,
        chat=saying.chat,
        door=Door.ANSWER,
        now=saying.now,
    )
    await cards.redraw_addressee(session, addressee, now=saying.now)
    return answer


async def take_back(
    session: AsyncSession, answer_id: int, *, actor: Actor | None, chat: Chat, now: datetime
) -> Answer:
    """Whoever said it says it no more; that they received the directive stays. Raises Conflict once
    the office has decided."""
    answer = await answers.lock(session, answer_id)
    if answer is None:
        raise NotFound("refused.gone")
    saying = await begin(session, answer.addressee_id, actor=actor, chat=chat, now=now)
    if answer.person_id != saying.actor.person_id:
        raise NotAllowed("answer.of_somebody_else")
    if answer.taken_back_at is not None:
        raise Conflict("answer.taken_back_before")
    if answer.decided_at is not None:
        raise await decided(session, answer)
    await _withdraw(saying, answer)
    await cards.redraw_addressee(session, saying.addressee, now=now)
    return answer


async def decided(session: AsyncSession, answer: Answer) -> Conflict:
    """What somebody is told who comes after the decision."""
    if answer.agreed is None:
        return Conflict("answer.overtaken")
    by = await people.person(session, answer.decided_by) if answer.decided_by else None
    key = "answer.agreed_before" if answer.agreed else "answer.disagreed_before"
    return Conflict(key, by=by.name if by else "")


async def _withdraw(saying: Saying, answer: Answer) -> None:
    """Say no more what the answer says, and let whoever was told of it know."""
    session = saying.session
    answer.taken_back_at = saying.now
    await session.flush()
    note_answer(session, "answer_taken_back", answer, saying.addressee, now=saying.now)
    await answer_messages.redraw_for_staff(session, answer, now=saying.now)
    if answer.to_person_id is not None:
        await answer_messages.tell_colleague(session, answer, now=saying.now)


def is_asked(task: TaskState) -> bool:
    """Whether something is asked of the unit in this task that it has not done."""
    return task.state is AssignmentState.OPEN and task.part is not Part.WATCH
