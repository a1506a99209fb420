"""Reading in which groups a directive's units stand, the ones it was sent to first."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.rights import Scope
from bot.storage.directives import within
from bot.storage.tables import Addressee, Directive, DraftGroup, Group, UnitGroup


@dataclass(frozen=True, slots=True)
class RecipientGroup:
    """A group that an addressee stands in now; `is_chosen`: the directive was sent to it."""

    id: int
    name: str
    is_chosen: bool


async def of_directive(
    session: AsyncSession, directive_id: int, *, scope: Scope | None = None
) -> dict[int, list[RecipientGroup]]:
    """By addressee, those the directive was sent to before the others, each in the office's order;
    for somebody with limits only groups that are theirs."""
    chosen_at = func.min(DraftGroup.position)
    theirs = true() if scope is None else Group.id.in_(scope.group_ids)
    rows = await session.execute(
        select(Addressee.id, Group.id, Group.name, chosen_at)
        .join(Directive, Directive.id == Addressee.directive_id)
        .join(UnitGroup, UnitGroup.unit_id == Addressee.unit_id)
        .join(Group, Group.id == UnitGroup.group_id)
        .outerjoin(
            DraftGroup,
            (DraftGroup.draft_id == Directive.draft_id)
            & (DraftGroup.group_id == Group.id)
            & DraftGroup.chosen,
        )
        .where(Addressee.directive_id == directive_id, within(scope), theirs)
        .group_by(Addressee.id, Group.id, Group.name, Group.position)
        .order_by(Addressee.id, chosen_at.is_(None), chosen_at, Group.position, Group.id)
    )
    found: dict[int, list[RecipientGroup]] = {}
    for addressee_id, group_id, name, position in rows:
        group = RecipientGroup(group_id, name, position is not None)
        found.setdefault(addressee_id, []).append(group)
    return found
