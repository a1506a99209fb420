"""Reading what was sent to the units of a directive and what came back, each with its moment.

The record of events says who did what at the office; this says what went to and fro.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Integer, cast, func, literal, null, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.articles import ReviewKind
from bot.domain.reminding import FOR_STAFF
from bot.domain.rights import Scope
from bot.domain.states import CardKind, Door, Ending, MessageKind, OutboxState
from bot.storage import versions
from bot.storage.directives import within
from bot.storage.tables import (
    Addressee,
    Article,
    Assignment,
    Card,
    Chase,
    Chat,
    Directive,
    OutboxMessage,
    Person,
    Reminder,
    ReviewDecision,
    Task,
)
from bot.storage.versions import Confirmation

_CHAT_NAME = func.coalesce(Person.name, Chat.title)


class JournalKind(StrEnum):
    """What a line tells of."""

    ARRIVED = "arrived"  # a card, or a corrected one, came into a chat
    NOT_ARRIVED = "not_arrived"
    UNCLEAR = "unclear"  # whether it arrived
    CONFIRMED = "confirmed"
    PHONED = "phoned"  # the office heard it by phone
    ERASED = "erased"  # that what was recalled is deleted
    SENT_ARTICLE = "sent_article"
    ENTERED_ARTICLE = "entered_article"  # by the office, for the unit
    REMINDED = "reminded"
    CHASED = "chased"  # by hand
    # A word of the office, or of who sent it.
    ACCEPTED = "accepted"
    RETURNED = "returned"
    UNDONE = "undone"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    MOVED = "moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalLine:
    """One thing that happened. `who` is the person or chat; `position` and `period` name the task;
    `what` is the link, or the reason in words where no `reason_key` names one."""

    at: datetime
    kind: JournalKind
    addressee_id: int
    who: str
    position: int | None = None
    period: str = ""
    version: int | None = None
    what: str = ""
    reason_key: str | None = None


async def of_directive(
    session: AsyncSession, directive_id: int, *, most: int, scope: Scope | None = None
) -> tuple[list[JournalLine], bool]:
    """The newest `most` lines in the order of time, and whether there are older ones."""
    found = [
        *await _arrivals(session, directive_id, scope),
        *await _not_arrived(session, directive_id, scope),
        *await _confirmations(session, directive_id, scope),
        *await _articles(session, directive_id, scope, most=most + 1),
        *await _decisions(session, directive_id, scope, most=most + 1),
        *await _chases(session, directive_id, scope),
        *await _reminders(session, directive_id, scope, most=most + 1),
    ]
    found.sort(key=lambda line: (line.at, line.addressee_id))
    return found[-most:], len(found) > most


async def _arrivals(
    session: AsyncSession, directive_id: int, scope: Scope | None
) -> list[JournalLine]:
    return [
        JournalLine(
            at=each.at,
            kind=JournalKind.ARRIVED,
            addressee_id=each.addressee_id,
            who=each.chat,
            version=each.version,
        )
        for each in await versions.arrivals(session, directive_id, scope=scope)
    ]


_LOST = {
    OutboxState.FAILED: JournalKind.NOT_ARRIVED,
    OutboxState.UNCERTAIN: JournalKind.UNCLEAR,
}


async def _not_arrived(
    session: AsyncSession, directive_id: int, scope: Scope | None
) -> list[JournalLine]:
    rows = await session.execute(
        select(
            OutboxMessage.finished_at,
            OutboxMessage.state,
            Addressee.id,
            _CHAT_NAME,
        )
        .join(Card, Card.id == OutboxMessage.card_id)
        .join(Addressee, Addressee.id == Card.subject_id)
        .join(Chat, Chat.id == Card.chat_id)
        .outerjoin(Person, Person.id == Chat.person_id)
        .where(
            Card.kind == CardKind.DIRECTIVE,
            Addressee.directive_id == directive_id,
            within(scope),
            OutboxMessage.kind == MessageKind.DIRECTIVE,
            OutboxMessage.state.in_(_LOST),
            OutboxMessage.finished_at.is_not(None),
        )
    )
    return [
        JournalLine(at=at, kind=_LOST[state], addressee_id=addressee_id, who=chat)
        for at, state, addressee_id, chat in rows
        if at is not None
    ]


async def _confirmations(
    session: AsyncSession, directive_id: int, scope: Scope | None
) -> list[JournalLine]:
    recall = await session.scalar(
        select(Directive.version).where(
            Directive.id == directive_id, Directive.ending == Ending.RECALLED
        )
    )
    return [
        JournalLine(
            at=each.at,
            kind=_said(each, recall=recall),
            addressee_id=each.addressee_id,
            who=each.person,
            version=each.version,
        )
        for each in await versions.confirmations(session, directive_id, scope=scope)
    ]


def _said(each: Confirmation, *, recall: int | None) -> JournalKind:
    """What was confirmed; `recall` is the version by which the directive was recalled."""
    if each.version == recall:
        return JournalKind.ERASED
    return JournalKind.PHONED if each.door is Door.STAFF else JournalKind.CONFIRMED


async def _articles(
    session: AsyncSession, directive_id: int, scope: Scope | None, *, most: int
) -> list[JournalLine]:
    rows = await session.execute(
        select(
            Article.submitted_at,
            Article.by_office,
            Addressee.id,
            Person.name,
            Task.position,
            Assignment.period,
            func.coalesce(func.nullif(Article.url, ""), Article.file_name),
        )
        .join(Assignment, Assignment.id == Article.assignment_id)
        .join(Task, Task.id == Assignment.task_id)
        .join(Addressee, Addressee.id == Assignment.addressee_id)
        .join(Person, Person.id == Article.person_id)
        .where(Addressee.directive_id == directive_id, within(scope))
        .order_by(Article.submitted_at.desc(), Article.id.desc())
        .limit(most)
    )
    return [
        JournalLine(
            at=at,
            kind=JournalKind.ENTERED_ARTICLE if by_office else JournalKind.SENT_ARTICLE,
            addressee_id=addressee_id,
            who=who,
            position=position,
            period=period,
            what=what,
        )
        for at, by_office, addressee_id, who, position, period, what in rows
    ]


async def _decisions(
    session: AsyncSession, directive_id: int, scope: Scope | None, *, most: int
) -> list[JournalLine]:
    rows = await session.execute(
        select(
            ReviewDecision.at,
            ReviewDecision.kind,
            Addressee.id,
            Person.name,
            Task.position,
            Assignment.period,
            ReviewDecision.reason,
            ReviewDecision.reason_key,
        )
        .join(Assignment, Assignment.id == ReviewDecision.assignment_id)
        .join(Task, Task.id == Assignment.task_id)
        .join(Addressee, Addressee.id == Assignment.addressee_id)
        .join(Person, Person.id == ReviewDecision.person_id)
        .where(Addressee.directive_id == directive_id, within(scope))
        .order_by(ReviewDecision.id.desc())
        .limit(most)
    )
    return [
        JournalLine(
            at=at,
            kind=_DECIDED[kind],
            addressee_id=addressee_id,
            who=who,
            position=position,
            period=period,
            what=reason or "",
            reason_key=reason_key,
        )
        for at, kind, addressee_id, who, position, period, reason, reason_key in rows
    ]


_DECIDED = {kind: JournalKind(kind.value) for kind in ReviewKind}


async def _chases(
    session: AsyncSession, directive_id: int, scope: Scope | None
) -> list[JournalLine]:
    """A press of the office that reminds a unit both of its receipt and of its work is one line."""
    rows = await session.execute(
        select(Chase.at, Chase.addressee_id, Person.name)
        .distinct()
        .join(Addressee, Addressee.id == Chase.addressee_id)
        .join(Person, Person.id == Chase.person_id)
        .where(Addressee.directive_id == directive_id, within(scope))
    )
    return [
        JournalLine(at=at, kind=JournalKind.CHASED, addressee_id=addressee_id, who=who)
        for at, addressee_id, who in rows
    ]


async def _reminders(
    session: AsyncSession, directive_id: int, scope: Scope | None, *, most: int
) -> list[JournalLine]:
    """Of work and of receipts; what was put together into one message is a line for each task."""
    found = []
    for statement in (_OF_WORK, _OF_RECEIPTS):
        rows = await session.execute(
            statement.where(
                Addressee.directive_id == directive_id,
                within(scope),
                Reminder.step.not_in(FOR_STAFF),
                OutboxMessage.state == OutboxState.ACCEPTED,
                OutboxMessage.finished_at.is_not(None),
            )
            .order_by(OutboxMessage.finished_at.desc(), Reminder.id.desc())
            .limit(most)
        )
        found += [
            JournalLine(
                at=at,
                kind=JournalKind.REMINDED,
                addressee_id=addressee_id,
                who=chat,
                position=position,
                period=period,
            )
            for at, addressee_id, chat, position, period in rows
            if at is not None
        ]
    return found


# Two statements, each by its index, where one with "or" would read all reminders there are.
_OF_WORK = (
    select(
        OutboxMessage.finished_at,
        Addressee.id,
        _CHAT_NAME,
        Task.position,
        Assignment.period,
    )
    .join(Reminder, Reminder.outbox_message_id == OutboxMessage.id)
    .join(Assignment, Assignment.id == Reminder.assignment_id)
    .join(Task, Task.id == Assignment.task_id)
    .join(Addressee, Addressee.id == Assignment.addressee_id)
    .join(Chat, Chat.id == OutboxMessage.chat_id)
    .outerjoin(Person, Person.id == Chat.person_id)
)
_OF_RECEIPTS = (
    select(
        OutboxMessage.finished_at,
        Addressee.id,
        _CHAT_NAME,
        cast(null(), Integer),
        literal(""),
    )
    .join(Reminder, Reminder.outbox_message_id == OutboxMessage.id)
    .join(Addressee, Addressee.id == Reminder.addressee_id)
    .join(Chat, Chat.id == OutboxMessage.chat_id)
    .outerjoin(Person, Person.id == Chat.person_id)
)
