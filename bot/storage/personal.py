"""Queries of what is kept about one person: counted, listed for them, and erased for good.

What is written here about a table stands in docs/personal-data.md too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, inspect, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.states import CardKind, ChatKind, JoinState, MessageKind, OutboxState, UpdateState
from bot.storage import slips
from bot.storage.outbox import UNSENT
from bot.storage.tables import (
    Acknowledgement,
    Addition,
    Addressee,
    AddresseePerson,
    Answer,
    Article,
    Base,
    CannedAnswer,
    Chase,
    Chat,
    Contact,
    Dialogue,
    Directive,
    DraftPerson,
    Event,
    EventValues,
    Extension,
    InviteTry,
    JoinRequest,
    LinkFile,
    OutboxMessage,
    Person,
    Question,
    QuestionMessage,
    ReceiptSlip,
    Reminder,
    ReviewDecision,
    Staff,
    Submission,
    Unit,
    Unplaced,
    Update,
)

# What stands in the place of a name. It is no word of a sentence: reports list it as they do names.
ERASED_NAME = "(đã xóa)"
# Accounts and chats that are erased keep a number of their own, far outside of Telegram's.
_OUTSIDE = -(1 << 60)


@dataclass(frozen=True, slots=True)
class Traces:
    """How much a person has left behind."""

    acknowledgements: int
    articles: int
    events: int
    messages: int  # written to the bot, whose text is still kept
    questions: int  # things said in them, and in answers to them, that are still kept


async def traces(session: AsyncSession, person: Person) -> Traces:
    """Count them."""
    counts = []
    for table, condition in (
        (Acknowledgement, Acknowledgement.person_id == person.id),
        (Article, Article.person_id == person.id),
        (Event, Event.person_id == person.id),
        (Update, _written_by(person)),
        (
            QuestionMessage,
            (QuestionMessage.person_id == person.id) & QuestionMessage.message_id.is_not(None),
        ),
    ):
        counted = select(func.count()).select_from(table).where(condition)
        counts.append(await session.scalar(counted) or 0)
    return Traces(*counts)


def _written_by(person: Person) -> ColumnElement[bool]:
    """Updates that came from the person, in private or in a group: those that name the account."""
    return (Update.body != "") & or_(
        Update.chat_key == person.telegram_id, Update.body.contains(f":{person.telegram_id},")
        | Update.body.contains(f": {person.telegram_id},"),
    )  # fmt: skip


def _said_by(person: Person) -> ColumnElement[bool]:
    """Confirmations that the person gave or took by phone, and those whose note names them."""
    named = Acknowledgement.note.contains(person.name, autoescape=True)
    return (Acknowledgement.person_id == person.id) | named


async def not_erased(session: AsyncSession) -> list[Person]:
    """Everybody who is somebody, by id."""
    return list(
        await session.scalars(select(Person).where(Person.erased_at.is_(None)).order_by(Person.id))
    )


async def wishes(session: AsyncSession, *, offset: int, limit: int) -> list[Person]:
    """Some of those who would have their data erased, who asked first comes first."""
    rows = await session.scalars(
        select(Person)
        .where(Person.erasure_asked_at.is_not(None))
        .order_by(Person.erasure_asked_at, Person.id)
        .offset(offset)
        .limit(limit)
    )
    return list(rows)


async def count_wishes(session: AsyncSession) -> int:
    """How many they are."""
    wished = select(func.count()).select_from(Person).where(Person.erasure_asked_at.is_not(None))
    return await session.scalar(wished) or 0


async def all_contacts(session: AsyncSession, person_id: int) -> list[tuple[Contact, Unit]]:
    """For which units the person speaks or spoke, newest last."""
    rows = await session.execute(
        select(Contact, Unit)
        .join(Unit, Unit.id == Contact.unit_id)
        .where(Contact.person_id == person_id)
        .order_by(Contact.joined_at, Contact.id)
    )
    return [(contact, unit) for contact, unit in rows]


async def staff_role(session: AsyncSession, person_id: int) -> Staff | None:
    """What the person is at the office now."""
    row: Staff | None = await session.scalar(
        select(Staff).where(Staff.person_id == person_id, Staff.removed_at.is_(None))
    )
    return row


async def everything(session: AsyncSession, person: Person) -> dict[str, Any]:
    """All rows that hold something about the person, by table, as they are kept."""
    chats = select(Chat.id).where(Chat.person_id == person.id, Chat.kind == ChatKind.PRIVATE)
    found: dict[str, Any] = {"person": _row(person)}
    for table, condition in (
        (Contact, Contact.person_id == person.id),
        (Staff, Staff.person_id == person.id),
        (Chat, Chat.id.in_(chats)),
        (JoinRequest, JoinRequest.person_id == person.id),
        (Dialogue, Dialogue.person_id == person.id),
        (Acknowledgement, _said_by(person)),
        (Chase, Chase.person_id == person.id),
        (Reminder, Reminder.person_id == person.id),
        (Answer, or_(Answer.person_id == person.id, Answer.to_person_id == person.id)),
        (Article, or_(Article.person_id == person.id, Article.decided_by == person.id)),
        (ReviewDecision, ReviewDecision.person_id == person.id),
        (Submission, Submission.person_id == person.id),
        (LinkFile, LinkFile.person_id == person.id),
        (Question, Question.person_id == person.id),
        (QuestionMessage, QuestionMessage.person_id == person.id),
        (Unplaced, Unplaced.person_id == person.id),
        (
            Extension,
            or_(Extension.person_id == person.id, Extension.decided_by == person.id),
        ),
        (AddresseePerson, AddresseePerson.person_id == person.id),
        (DraftPerson, DraftPerson.person_id == person.id),
        (ReceiptSlip, (ReceiptSlip.person_id == person.id) | slips.names(person.id)),
        (Addition, Addition.person_id == person.id),
        (CannedAnswer, CannedAnswer.person_id == person.id),
        (Event, Event.person_id == person.id),
        (EventValues, EventValues.person_id == person.id),
        (Update, _written_by(person)),
    ):
        rows = await session.scalars(select(table).where(condition).order_by(*_key_of(table)))
        found[table.__tablename__] = [_row(row) for row in rows]
    letters = await session.execute(
        select(Acknowledgement.id, Directive.number, Directive.symbol, Addressee.unit_name)
        .join(Addressee, Addressee.id == Acknowledgement.addressee_id)
        .join(Directive, Directive.id == Addressee.directive_id)
        .where(_said_by(person))
    )
    about = {row[0]: {"number": row[1], "symbol": row[2], "unit": row[3]} for row in letters}
    for row in found[Acknowledgement.__tablename__]:
        row["directive"] = about.get(row["id"])
    return found


def _key_of(table: type[Base]) -> tuple[ColumnElement[Any], ...]:
    return tuple(inspect(table).primary_key)


def _row(row: Base) -> dict[str, Any]:
    values: Mapping[str, Any] = {
        column.key: getattr(row, column.key) for column in inspect(type(row)).column_attrs
    }
    return dict(values)


# --- erasing -------------------------------------------------------------------------------------


async def erase(session: AsyncSession, person: Person, *, now: datetime) -> None:
    """Take away all that tells who it was. Acknowledgements, links and events stay as counts of
    somebody; this cannot be undone."""
    await _erase_texts(session, person, now=now)
    await slips.forget_person(session, person.id, name=ERASED_NAME)
    await session.execute(
        update(Contact)
        .where(Contact.person_id == person.id, Contact.ended_at.is_(None))
        .values(ended_at=now)
    )
    await session.execute(
        update(Contact).where(Contact.person_id == person.id).values(title="", until=None)
    )
    await session.execute(
        update(Staff)
        .where(Staff.person_id == person.id, Staff.removed_at.is_(None))
        .values(removed_at=now)
    )
    for chat in await session.scalars(
        select(Chat).where(Chat.person_id == person.id, Chat.kind == ChatKind.PRIVATE)
    ):
        await _silence(session, chat, now=now)
    person.name, person.speaks_for_id = ERASED_NAME, None
    person.telegram_id = _OUTSIDE - person.id
    person.erased_at, person.erasure_asked_at = now, None
    await session.flush()


async def _erase_texts(session: AsyncSession, person: Person, *, now: datetime) -> None:
    """What they wrote and were asked. What still waits comes from a stranger by then, of whom no
    body is kept."""
    for table in (Dialogue, Submission, LinkFile, EventValues, DraftPerson):
        await session.execute(delete(table).where(table.person_id == person.id))
    await _erase_answers(session, person)
    await session.execute(update(Article).where(Article.person_id == person.id).values(note=""))
    await session.execute(
        update(Extension).where(Extension.person_id == person.id).values(reason="")
    )
    await session.execute(
        update(Extension).where(Extension.decided_by == person.id).values(decision_note=None)
    )
    await session.execute(
        update(ReviewDecision)
        .where(ReviewDecision.person_id == person.id, ReviewDecision.reason.is_not(None))
        .values(reason=None)
    )
    await session.execute(delete(InviteTry).where(InviteTry.telegram_id == person.telegram_id))
    await session.execute(
        update(Update)
        .where(_written_by(person), Update.state != UpdateState.WAITING)
        .values(body="")
    )
    await session.execute(
        update(Update)
        .where(Update.chat_key == person.telegram_id, Update.state != UpdateState.WAITING)
        .values(chat_key=_OUTSIDE - person.id)
    )
    # What they answered for the office stays: it is the office's.
    await session.execute(
        update(QuestionMessage)
        .where(QuestionMessage.person_id == person.id, QuestionMessage.from_office.is_(False))
        .values(text="", file_kind=None, file_id=None, message_id=None)
    )
    await session.execute(
        update(Unplaced)
        .where(Unplaced.person_id == person.id)
        .values(text="", file_id=None, file_name="", message_id=None)
    )
    await session.execute(
        update(JoinRequest)
        .where(JoinRequest.person_id == person.id, JoinRequest.state == JoinState.WAITING)
        .values(state=JoinState.REJECTED, decided_at=now)
    )
    await session.execute(
        update(JoinRequest).where(JoinRequest.person_id == person.id).values(title="")
    )
    await session.execute(
        update(Acknowledgement)
        .where(_said_by(person), Acknowledgement.note.is_not(None))
        .values(note=None)
        .execution_options(synchronize_session=False)
    )


async def on_office_cards(session: AsyncSession, person_id: int) -> list[tuple[CardKind, int]]:
    """What they said or decided that the office's chats show: answers, and wishes for more time."""
    found = []
    for kind, table in ((CardKind.ANSWER, Answer), (CardKind.EXTENSION, Extension)):
        is_theirs = or_(table.person_id == person_id, table.decided_by == person_id)
        ids = await session.scalars(select(table.id).where(is_theirs).order_by(table.id))
        found += [(kind, subject_id) for subject_id in ids]
    return found


async def _erase_answers(session: AsyncSession, person: Person) -> None:
    """What they gave as reasons, and whom they named; that they answered stays."""
    theirs = Answer.person_id == person.id
    await session.execute(update(Answer).where(theirs).values(reason=None))
    await session.execute(
        update(Answer).where(theirs, Answer.to_name.is_not(None)).values(to_name=ERASED_NAME)
    )
    await session.execute(
        update(Answer)
        .where(Answer.decided_by == person.id, Answer.decision_note.is_not(None))
        .values(decision_note="")
    )


async def _silence(session: AsyncSession, chat: Chat, *, now: datetime) -> None:
    """Nothing goes to the chat any more, and what went there does not say what it said."""
    await session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.chat_id == chat.id, OutboxMessage.state.in_(UNSENT))
        .values(state=OutboxState.WITHDRAWN, reason="erased", finished_at=now)
    )
    await session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.chat_id == chat.id, OutboxMessage.kind == MessageKind.NOTICE)
        .values(parameters={})
    )
    chat.telegram_id, chat.title = _OUTSIDE - chat.id, ""
    chat.unreachable_reason, chat.unreachable_at = "erased", now
