"""A directive's units by the groups that it was sent to: every unit in one, so that the sums of
the groups are the sum of all; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.reports.numbers import UnitState
from bot.storage.recipient_groups import RecipientGroup


@dataclass(frozen=True, slots=True)
class GroupOfUnits:
    """Units that are listed together; `name` is None for those that stand in no group."""

    name: str | None
    units: tuple[UnitState, ...]

    @property
    def addressee_ids(self) -> list[int]:
        """Whose numbers are the group's."""
        return [unit.addressee_id for unit in self.units]


def names_of(groups: Sequence[RecipientGroup]) -> list[str]:
    """The groups by which the unit got the directive; if it did by none, those it stands in."""
    chosen = [group.name for group in groups if group.is_chosen]
    return chosen or [group.name for group in groups]


def grouped(
    units: Iterable[UnitState], groups: Mapping[int, Sequence[RecipientGroup]]
) -> tuple[GroupOfUnits, ...]:
    """Each unit in the first of its groups, the groups in the order in which they first come, and
    last whoever stands in none."""
    found: dict[str | None, list[UnitState]] = {}
    for unit in units:
        name = next(iter(names_of(groups.get(unit.addressee_id, ()))), None)
        found.setdefault(name, []).append(unit)
    named = [GroupOfUnits(name, tuple(those)) for name, those in found.items() if name is not None]
    rest = found.get(None)
    return (*named, GroupOfUnits(None, tuple(rest))) if rest else tuple(named)
