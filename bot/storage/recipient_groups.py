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
    """A group that an addressee stands in now; `is_chosen`: the directive was sent to it. `order`:
    the chosen ones as the letter names them, then the others as the office does."""

    id: int
    name: str
    is_chosen: bool
    order: tuple[int, int, int]


async def of_directive(
    session: AsyncSession, directive_id: int, *, scope: Scope | None = None
) -> dict[int, list[RecipientGroup]]:
    """By addressee, those the directive was sent to before the others; for somebody with limits
    only groups that are theirs."""
    chosen_at = func.min(DraftGroup.position)
    theirs = true() if scope is None else Group.id.in_(scope.group_ids)
    rows = await session.execute(
        select(Addressee.id, Group.id, Group.name, Group.position, chosen_at)
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
    )
    found: dict[int, list[RecipientGroup]] = {}
    for addressee_id, group_id, name, position, chosen in rows:
        order = (0, chosen, group_id) if chosen is not None else (1, position, group_id)
        group = RecipientGroup(group_id, name, chosen is not None, order)
        found.setdefault(addressee_id, []).append(group)
    for groups in found.values():
        groups.sort(key=lambda group: group.order)
    return found
