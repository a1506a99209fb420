"""What is kept about a person: shown and given to them, erased when they or the office say so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import cards, hand_over, office_cards, question_cards, unplaced_cards
from bot.actions.replies import Button, Values, notice, queue, sentence
from bot.callbacks import Callback, Press
from bot.domain.folding import fold
from bot.domain.rights import Actor
from bot.domain.states import CardKind, Lane, MessageKind, QuestionState, UnplacedState
from bot.errors import Conflict, NotFound
from bot.storage import cards as card_rows
from bot.storage import contacts, events, people, personal, questions, receipts, staff, unplaced
from bot.storage.outbox import NewMessage
from bot.storage.tables import Chat, Person


@dataclass(frozen=True, slots=True)
class Objection:
    """Why an erasure should be thought over: a reason, and the unit if it is about one."""

    reason: str  # "staff", or "only_contact"
    unit_name: str = ""


async def find(session: AsyncSession, whom: str) -> list[Person]:
    """Who is meant by a Telegram id, or by a name with or without accents; several may share it."""
    if whom.isdecimal() and len(whom) <= 18:
        person = await people.person_by_telegram_id(session, int(whom))
        return [person] if person is not None else []
    wanted = fold(whom)
    return [each for each in await personal.not_erased(session) if fold(each.name) == wanted]


async def export(session: AsyncSession, person: Person, *, now: datetime) -> dict[str, Any]:
    """Everything that is kept about the person."""
    events.add(session, "person_exported", at=now, object_kind="person", object_id=person.id)
    return await personal.everything(session, person)


async def objections(session: AsyncSession, person: Person) -> list[Objection]:
    """What speaks against erasing the person now."""
    found = []
    if await personal.staff_role(session, person.id) is not None:
        found.append(Objection("staff"))
    for _, _, unit in await contacts.active_of(session, person.id):
        if await contacts.is_only_contact(session, unit_id=unit.id, person_id=person.id):
            found.append(Objection("only_contact", unit.name))
    return found


async def erase(session: AsyncSession, person: Person, *, now: datetime) -> None:
    """Erase the person for good; Conflict when that was done before.

    Their acknowledgements and links stay as counts, and the cards that name them are drawn again.
    """
    if person.erased_at is not None:
        raise Conflict("data.erased_before")
    left = await contacts.active_of(session, person.id)
    named = await receipts.acknowledged_by(session, person.id)
    await _end_questions(session, person, now=now)
    await _end_unplaced(session, person, now=now)
    await personal.erase(session, person, now=now)
    for kind, subject_id in await personal.on_office_cards(session, person.id):
        await office_cards.redraw(session, kind, subject_id, now=now)
    events.add(session, "person_erased", at=now, object_kind="person", object_id=person.id)
    for addressee_id in named:
        for card in await card_rows.of_subject(session, CardKind.DIRECTIVE, addressee_id):
            chat = await session.get(Chat, card.chat_id)
            if chat is not None and chat.unreachable_reason is None:
                await cards.redraw(session, card, now=now)
    for _, _, unit in left:
        await cards.redraw_waiting_for_people(session, unit.id, now=now)
        await hand_over.warn_if_nobody_is_left(session, unit, now=now)


async def _end_questions(session: AsyncSession, person: Person, *, now: datetime) -> None:
    """What they asked and nobody answered cannot be answered any more; what the office's chats show
    of their words goes too."""
    for question in await questions.open_of_person(session, person.id):
        question.state, question.closed_at = QuestionState.CLOSED, now
        question.remind_at = None
    await session.flush()
    for question_id in await questions.with_words_of(session, person.id):
        await question_cards.redraw(session, question_id, now=now)


async def _end_unplaced(session: AsyncSession, person: Person, *, now: datetime) -> None:
    """What waits of theirs needs nobody any more; what the office's chats show of it goes too."""
    for row in await unplaced.waiting_of(session, person.id):
        await unplaced.decide(session, row, UnplacedState.DISMISSED, by=None, now=now)
    for row_id in await unplaced.all_of(session, person.id):
        await unplaced_cards.redraw(session, row_id, now=now)


async def ask_erasure(session: AsyncSession, actor: Actor, *, today: date, now: datetime) -> None:
    """Tell the administrators without limits that the person wants their data erased, once a
    day: it may be kept of units that are not the others'."""
    person = await people.person(session, actor.person_id)
    if person is None:
        raise NotFound("refused.unknown_person")
    person.erasure_asked_at = person.erasure_asked_at or now
    own = await contacts.active_of(session, actor.person_id)
    see = Button("button.erasure_of", Callback(Press.ERASURE, (person.id,)))
    values: Values = {
        "name": person.name,
        "units": ", ".join(unit.name for _, _, unit in own) or "–",
        "id": person.telegram_id,
    }
    for chat_id in await staff.governing_chats(session):
        await queue(
            session,
            NewMessage(
                kind=MessageKind.NOTICE,
                lane=Lane.ANSWER,
                chat_id=chat_id,
                send_at=now,
                key=f"erasure:{actor.person_id}:{today:%Y%m%d}:{chat_id}",
                parameters=sentence("data.erasure_asked", values=values, buttons=[[see]]),
            ),
        )
    events.add(session, "erasure_asked", at=now, object_kind="person", object_id=actor.person_id)


async def wish_of(session: AsyncSession, person_id: int) -> Person:
    """Who would have their data erased; NotFound when they do not, or not any more."""
    person = await people.person(session, person_id)
    if person is None or person.erasure_asked_at is None:
        raise NotFound("refused.gone")
    return person


async def decline_erasure(
    session: AsyncSession, person_id: int, *, office: str, now: datetime
) -> None:
    """What they asked for is not done: they are told, and it waits no more."""
    person = await wish_of(session, person_id)
    person.erasure_asked_at = None
    events.add(session, "erasure_declined", at=now, object_kind="person", object_id=person_id)
    chat = await people.chat_by_telegram_id(session, person.telegram_id)
    if chat is not None:
        await notice(session, chat.id, "data.erasure_declined", now=now, values={"office": office})
