"""Queries of additions: answers published to all of a directive's units, and their origin."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from bot.storage.tables import (
    Addition,
    Addressee,
    Person,
    Question,
    QuestionMessage,
    Unit,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked and answered, as far as it is in words, and by which names whoever asked is
    known."""

    directive_id: int | None
    asked: str
    answer: str
    names: tuple[str, ...]


async def asked(session: AsyncSession, question_id: int) -> Asked | None:
    """The first words of a question and the office's last answer."""
    row = (
        await session.execute(
            select(Addressee.directive_id, Addressee.unit_name, Unit.name, Person.name)
            .select_from(Question)
            .join(Unit, Unit.id == Question.unit_id)
            .join(Person, Person.id == Question.person_id)
            .outerjoin(Addressee, Addressee.id == Question.addressee_id)
            .where(Question.id == question_id)
        )
    ).first()
    if row is None:
        return None
    directive_id, *names = row
    said = await session.execute(
        select(QuestionMessage.from_office, QuestionMessage.text)
        .where(
            QuestionMessage.question_id == question_id,
            QuestionMessage.text != "",
            QuestionMessage.failed_at.is_(None),  # it has reached nobody
        )
        .order_by(QuestionMessage.id)
    )
    words = said.all()
    return Asked(
        directive_id,
        next((text for from_office, text in words if not from_office), ""),
        next((text for from_office, text in reversed(words) if from_office), ""),
        tuple(name for name in names if name),
    )


async def of_question(session: AsyncSession, question_id: int) -> list[tuple[Addition, str]]:
    """What was published of a question and stands, with who did it, oldest first."""
    rows = await session.execute(
        select(Addition, Person.name)
        .join(Person, Person.id == Addition.person_id)
        .where(Addition.question_id == question_id, Addition.withdrawn_at.is_(None))
        .order_by(Addition.id)
    )
    return [(addition, name) for addition, name in rows]


async def get(session: AsyncSession, addition_id: int) -> Addition | None:
    """One addition by id, also a withdrawn one."""
    return await session.get(Addition, addition_id, populate_existing=True)


async def of_directive(session: AsyncSession, directive_id: int) -> list[Addition]:
    """Those that stand on a directive's cards, newest first."""
    found = await session.run_sync(of_directives, [directive_id])
    return found.get(directive_id, [])


def of_directives(session: Session, directive_ids: Collection[int]) -> dict[int, list[Addition]]:
    """The same for several, by directive."""
    found: dict[int, list[Addition]] = {}
    for addition in session.scalars(_OF_DIRECTIVES, {"ids": list(directive_ids)}):
        found.setdefault(addition.directive_id, []).append(addition)
    return found


_OF_DIRECTIVES = (
    select(Addition)
    .where(
        Addition.directive_id.in_(bindparam("ids", expanding=True)),
        Addition.withdrawn_at.is_(None),
    )
    .order_by(Addition.id.desc())
)
