"""A directive's units by the groups that it was sent to: every unit in one, so that the sums of
the groups are the sum of all; pure."""

from __future__ import annotations

from collections import defaultdict
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


def theirs(groups: Sequence[RecipientGroup]) -> Sequence[RecipientGroup]:
    """The groups by which a unit got the directive; if it did by none, those it stands in."""
    return [group for group in groups if group.is_chosen] or groups


def grouped(
    units: Iterable[UnitState], groups: Mapping[int, Sequence[RecipientGroup]]
) -> tuple[GroupOfUnits, ...]:
    """Each unit in the first of its groups; last whoever stands in none."""
    found: dict[RecipientGroup | None, list[UnitState]] = defaultdict(list)
    for unit in units:
        found[next(iter(theirs(groups.get(unit.addressee_id, ()))), None)].append(unit)
    rest = found.pop(None, [])
    named = sorted(found.items(), key=lambda each: each[0].order if each[0] else ())
    listed = [GroupOfUnits(group.name, tuple(those)) for group, those in named if group]
    return (*listed, GroupOfUnits(None, tuple(rest))) if rest else tuple(listed)
