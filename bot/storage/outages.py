"""The query for those who may have done something that never arrived: whoever has work open."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, and_, exists, null, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.states import AssignmentState, ChatKind
from bot.storage.audience import is_for
from bot.storage.succession import has_open_work
from bot.storage.tables import (
    Acknowledgement,
    Addressee,
    Assignment,
    Chat,
    Contact,
    Directive,
    Unit,
)

_NOT_ASKED = (AssignmentState.CANCELLED, AssignmentState.NOT_APPLICABLE)


async def chats_with_open_work(
    session: AsyncSession, *, now: datetime, after: int, limit: int
) -> list[int]:
    """Our ids of the chats of addressees with something to do or to confirm, in order, beyond
    one."""
    with_work = Addressee.id.in_(_with_open_work(now))
    people = (
        select(Contact.person_id)
        .join(Addressee, Addressee.unit_id == Contact.unit_id)
        .where(with_work, Contact.ended_at.is_(None), is_for(Contact.person_id))
    )
    units = select(Addressee.unit_id).where(with_work, is_for(null()))
    rows = await session.scalars(
        select(Chat.id)
        .where(
            Chat.id > after,
            Chat.unreachable_reason.is_(None),
            or_(
                and_(Chat.kind == ChatKind.PRIVATE, Chat.person_id.in_(people)),
                and_(Chat.kind == ChatKind.GROUP, Chat.unit_id.in_(units)),
            ),
        )
        .order_by(Chat.id)
        .limit(limit)
    )
    return list(rows)


def _with_open_work(now: datetime) -> Select[int]:
    of_theirs = Assignment.addressee_id == Addressee.id
    confirmed = exists().where(
        Acknowledgement.addressee_id == Addressee.id,
        Acknowledgement.version >= Directive.acknowledge_from,
    )
    return (
        select(Addressee.id)
        .join(Directive, Directive.id == Addressee.directive_id)
        .join(Unit, Unit.id == Addressee.unit_id)
        .where(
            Directive.closed_at.is_(None),
            or_(Directive.send_at.is_(None), Directive.send_at <= now),
            or_(Unit.retired_at.is_(None), has_open_work(Unit.id)),
            or_(
                exists().where(of_theirs, Assignment.state == AssignmentState.OPEN),
                and_(~confirmed, exists().where(of_theirs, Assignment.state.not_in(_NOT_ASKED))),
            ),
        )
    )
