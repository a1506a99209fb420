"""Queries of versions: what a directive said when, and which one is in which chat since when."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, aliased

from bot.domain.rights import Scope
from bot.domain.states import (
    CardKind,
    Door,
    MessageKind,
    OutboxState,
    Relation,
    VersionKind,
)
from bot.storage.directives import within
from bot.storage.insert import insert_all_new
from bot.storage.tables import (
    Acknowledgement,
    Addressee,
    Card,
    CardVersion,
    Chat,
    Directive,
    DirectiveVersion,
    OutboxMessage,
    Person,
)


@dataclass(frozen=True, slots=True)
class Correction:
    """A version that corrected the one before it, with what both say."""

    version: int
    at: datetime
    old: Mapping[str, Any]
    new: Mapping[str, Any]


def newest_corrections(session: Session, directive_ids: Collection[int]) -> dict[int, Correction]:
    """The newest version of each of these directives, if it is a correction."""
    before = aliased(DirectiveVersion)
    rows = session.execute(
        select(DirectiveVersion, before.content, Directive.id)
        .join(
            Directive,
            (Directive.id == DirectiveVersion.directive_id)
            & (Directive.version == DirectiveVersion.version),
        )
        .join(
            before,
            (before.directive_id == DirectiveVersion.directive_id)
            & (before.version == DirectiveVersion.version - 1),
        )
        .where(Directive.id.in_(directive_ids), DirectiveVersion.kind == VersionKind.CORRECTED)
    )
    return {
        directive_id: Correction(row.version, row.at, old, row.content)
        for row, old, directive_id in rows
    }


def replacements(session: Session, directive_ids: Collection[int]) -> dict[int, Directive]:
    """The newest directive that took the place of each of these."""
    rows = session.scalars(
        select(Directive)
        .where(Directive.related_id.in_(directive_ids), Directive.relation == Relation.REPLACES)
        .order_by(Directive.id)
    )
    return {directive.related_id: directive for directive in rows if directive.related_id}


async def of_directive(session: AsyncSession, directive_id: int) -> list[DirectiveVersion]:
    """All versions of a directive, oldest first."""
    rows = await session.scalars(
        select(DirectiveVersion)
        .where(DirectiveVersion.directive_id == directive_id)
        .order_by(DirectiveVersion.version)
    )
    return list(rows)


async def with_names(
    session: AsyncSession, directive_id: int
) -> list[tuple[DirectiveVersion, str]]:
    """The same, each with the name of whose it is."""
    rows = await session.execute(
        select(DirectiveVersion, Person.name)
        .join(Person, Person.id == DirectiveVersion.person_id)
        .where(DirectiveVersion.directive_id == directive_id)
        .order_by(DirectiveVersion.version)
    )
    return [(version, name) for version, name in rows]


async def get(session: AsyncSession, directive_id: int, version: int) -> DirectiveVersion | None:
    """One version of a directive."""
    row: DirectiveVersion | None = await session.scalar(
        select(DirectiveVersion).where(
            DirectiveVersion.directive_id == directive_id, DirectiveVersion.version == version
        )
    )
    return row


def arrived(session: Session, shown: Mapping[int, int], *, now: datetime) -> None:
    """Note which version, by the card's id, Telegram has taken into the chat."""
    rows = [
        {"card_id": card_id, "version": version, "at": now} for card_id, version in shown.items()
    ]
    insert_all_new(session, CardVersion, rows)


# --- the proof: who had seen what ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Arrival:
    """A version that Telegram took into a chat of a unit. `version` is None where an answer was
    lost and the card might have shown either of two."""

    addressee_id: int
    chat_id: int
    chat: str  # the person's name, or the group's
    version: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Confirmation:
    """An acknowledgement of a version, or of a recall that what was there is deleted."""

    addressee_id: int
    version: int
    person: str
    door: Door
    at: datetime


async def arrivals(
    session: AsyncSession, directive_id: int, *, scope: Scope | None = None
) -> list[Arrival]:
    """Which version came into which chat when, by unit, chat and time. The first one came with the
    card, unless that already showed a later one."""
    of_directive = (
        Card.kind == CardKind.DIRECTIVE,
        Addressee.directive_id == directive_id,
        within(scope),
    )
    name = func.coalesce(Person.name, Chat.title)
    later = await session.execute(
        select(Card.id, Card.subject_id, Chat.id, name, CardVersion.version, CardVersion.at)
        .join(Card, Card.id == CardVersion.card_id)
        .join(Addressee, Addressee.id == Card.subject_id)
        .join(Chat, Chat.id == Card.chat_id)
        .outerjoin(Person, Person.id == Chat.person_id)
        .where(*of_directive)
    )
    found: list[Arrival] = []
    earliest: dict[int, datetime] = {}
    for card_id, addressee_id, chat_id, chat, version, at in later:
        found.append(Arrival(addressee_id, chat_id, chat, version, at))
        earliest[card_id] = min(at, earliest.get(card_id, at))
    second = await session.scalar(
        select(DirectiveVersion.at).where(
            DirectiveVersion.directive_id == directive_id, DirectiveVersion.version == 2
        )
    )
    first = await session.execute(
        select(
            Card.id,
            Card.subject_id,
            Chat.id,
            name,
            OutboxMessage.finished_at,
            OutboxMessage.seen_message_id,
        )
        .join(Card, Card.id == OutboxMessage.card_id)
        .join(Addressee, Addressee.id == Card.subject_id)
        .join(Chat, Chat.id == Card.chat_id)
        .outerjoin(Person, Person.id == Chat.person_id)
        .where(
            *of_directive,
            OutboxMessage.kind == MessageKind.DIRECTIVE,
            OutboxMessage.state == OutboxState.ACCEPTED,
        )
    )
    for card_id, addressee_id, chat_id, chat, came_at, seen in first:
        if came_at is None or (card_id in earliest and earliest[card_id] <= came_at):
            continue
        is_unclear = seen is not None and second is not None and came_at >= second
        found.append(Arrival(addressee_id, chat_id, chat, None if is_unclear else 1, came_at))
    return sorted(found, key=lambda each: (each.addressee_id, each.chat_id, each.at))


async def confirmations(
    session: AsyncSession, directive_id: int, *, scope: Scope | None = None
) -> list[Confirmation]:
    """Who confirmed which version when, by unit and time."""
    rows = await session.execute(
        select(
            Acknowledgement.addressee_id,
            Acknowledgement.version,
            Person.name,
            Acknowledgement.door,
            Acknowledgement.at,
        )
        .join(Addressee, Addressee.id == Acknowledgement.addressee_id)
        .join(Person, Person.id == Acknowledgement.person_id)
        .where(Addressee.directive_id == directive_id, within(scope))
        .order_by(Acknowledgement.addressee_id, Acknowledgement.at, Acknowledgement.id)
    )
    return [Confirmation(*row) for row in rows]
