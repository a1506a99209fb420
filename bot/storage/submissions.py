"""Queries of submissions: what somebody sent and whose task must still be chosen. Placed ones stay
for a while: what comes later of the same album follows them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.domain.articles import EvidenceKind
from bot.storage.tables import Addressee, Article, Assignment, LinkFile, Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSubmission:
    """Links, one file or one quantity, as they wait."""

    person_id: int
    chat_id: int
    message_id: int
    unit_id: int | None = None
    by_office: bool = False
    kind: EvidenceKind = EvidenceKind.LINK
    links: tuple[str, ...] = ()
    key: str = ""
    file_id: str | None = None
    file_name: str = ""
    album: str | None = None
    note: str = ""
    amount: int | None = None
    measure: str = ""


async def add(
    session: AsyncSession,
    submission: NewSubmission,
    *,
    now: datetime,
    placed_at: datetime | None = None,
) -> int:
    """Keep it; its id."""
    values = asdict(submission) | {"links": list(submission.links)}
    row = Submission(**values, received_at=now, placed_at=placed_at)
    session.add(row)
    await session.flush()
    return row.id


async def get(session: AsyncSession, submission_id: int) -> Submission | None:
    """What waits or waited, by its row."""
    return await session.get(Submission, submission_id)


async def take(
    session: AsyncSession, submission_id: int, *, person_id: int, now: datetime
) -> list[Submission]:
    """The person's submission with the rest of its album, from now on placed; nothing when it was,
    or is not theirs."""
    taken = await _place(
        session,
        Submission.id == submission_id,
        Submission.person_id == person_id,
        now=now,
    )
    if taken and taken[0].album is not None:
        first = taken[0]
        taken += await _place(
            session,
            Submission.person_id == person_id,
            Submission.chat_id == first.chat_id,
            Submission.album == first.album,
            now=now,
        )
    return taken


async def take_of_message(
    session: AsyncSession, *, person_id: int, chat_id: int, message_id: int, now: datetime
) -> Submission | None:
    """What the person's message brought, from now on placed; None when it was."""
    taken = await _place(
        session,
        Submission.person_id == person_id,
        Submission.chat_id == chat_id,
        Submission.message_id == message_id,
        now=now,
    )
    return taken[0] if taken else None


async def _place(
    session: AsyncSession, *conditions: ColumnElement[bool], now: datetime
) -> list[Submission]:
    taken = await session.scalars(
        update(Submission)
        .where(Submission.placed_at.is_(None), *conditions)
        .values(placed_at=now)
        .returning(Submission)
    )
    return sorted(taken, key=lambda each: each.id)


def waiting() -> tuple[ColumnElement[bool], ...]:
    """Whether it is a message of a contact's whose task nobody has chosen; of an album the first
    part. A file that is still to be read waits for something else."""
    earlier = aliased(Submission)
    is_read_later = exists().where(
        LinkFile.chat_id == Submission.chat_id, LinkFile.message_id == Submission.message_id
    )
    follows = exists().where(
        earlier.person_id == Submission.person_id,
        earlier.chat_id == Submission.chat_id,
        earlier.album == Submission.album,
        earlier.placed_at.is_(None),
        earlier.id < Submission.id,
    )
    return (
        Submission.placed_at.is_(None),
        Submission.by_office.is_(False),
        ~is_read_later,
        ~follows,
    )


async def count_of(session: AsyncSession, *, person_id: int, chat_id: int) -> int:
    """How many messages of the person's wait in this chat."""
    number = await session.scalar(
        select(func.count(Submission.id)).where(*waiting(), *_of(person_id, chat_id))
    )
    return number or 0


async def waiting_of(
    session: AsyncSession, *, person_id: int, chat_id: int, limit: int | None = None
) -> list[Submission]:
    """Those messages, oldest first; so many at most."""
    values = {"person": person_id, "chat": chat_id}
    return list(await session.scalars(_WAITING_OF.limit(limit), values))


# Made once: it is asked for whatever is written.
_WAITING_OF = (
    select(Submission)
    .where(
        *waiting(),
        Submission.person_id == bindparam("person"),
        Submission.chat_id == bindparam("chat"),
    )
    .order_by(Submission.message_id, Submission.id)
)


def _of(person_id: int, chat_id: int) -> tuple[ColumnElement[bool], ...]:
    return Submission.person_id == person_id, Submission.chat_id == chat_id


async def of_message(session: AsyncSession, *, chat_id: int, message_id: int) -> list[Submission]:
    """What a message brought that waits for its task, or waited."""
    found = await session.scalars(
        select(Submission)
        .where(Submission.chat_id == chat_id, Submission.message_id == message_id)
        .order_by(Submission.id)
    )
    return list(found)


async def of_album(
    session: AsyncSession, *, person_id: int, chat_id: int, album: str
) -> list[Submission]:
    """The parts of an album that somebody has sent already."""
    found = await session.scalars(
        select(Submission)
        .where(
            Submission.person_id == person_id,
            Submission.chat_id == chat_id,
            Submission.album == album,
        )
        .order_by(Submission.id)
    )
    return list(found)


async def assignment_with(
    session: AsyncSession, keys: Collection[str], *, unit_ids: Collection[int], person_id: int
) -> int | None:
    """The work of these units for which one of these keys was last sent: by the person, if they
    sent one themselves."""
    assignment_id: int | None = await session.scalar(
        select(Article.assignment_id)
        .join(Assignment, Assignment.id == Article.assignment_id)
        .join(Addressee, Addressee.id == Assignment.addressee_id)
        .where(Article.url_key.in_(keys), Addressee.unit_id.in_(unit_ids))
        .order_by((Article.person_id == person_id).desc(), Article.submitted_at.desc())
        .limit(1)
    )
    return assignment_id
