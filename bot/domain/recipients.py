"""Who a draft goes to and what each unit has to do, from what was chosen; pure.

Which group a letter's line means is decided in `audience`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from bot.domain.states import Part

NOBODY: frozenset[int] = frozenset()
# Of two groups that a unit stands in, the one that asks more of it counts.
_STRONGEST = (Part.LEAD, Part.COOPERATE, Part.WATCH)


class Choice(IntEnum):
    """What was said of a group, a unit or a person. The numbers travel with buttons."""

    NO = 0
    YES = 1
    LEFT_OUT = 2


@dataclass(frozen=True, slots=True)
class Choices:
    """What was chosen for a draft: ids of groups, units, and of people by unit."""

    groups: frozenset[int] = NOBODY
    excluded_groups: frozenset[int] = NOBODY
    units: frozenset[int] = NOBODY
    excluded_units: frozenset[int] = NOBODY
    people: frozenset[tuple[int, int]] = frozenset()  # unit, person

    @property
    def is_empty(self) -> bool:
        """Nobody was chosen yet."""
        return not (self.groups or self.units or self.people)

    @property
    def own_units(self) -> frozenset[int]:
        """The units that were chosen by themselves, as wholes or by their people."""
        return self.units | {unit_id for unit_id, _ in self.people}

    @property
    def all_groups(self) -> frozenset[int]:
        """The groups whose members must be known."""
        return self.groups | self.excluded_groups


@dataclass(frozen=True, slots=True)
class Recipients:
    """The units that are addressed, each once; `personal` are those of them that only some of their
    people get it for, and who."""

    units: frozenset[int]
    personal: Mapping[int, frozenset[int]]
    excluded: frozenset[int]  # units that were chosen and are left out


def recipients_of(choices: Choices, members: Mapping[int, Collection[int]]) -> Recipients:
    """Groups, units and people, less the excluded; `members` are the units of each group."""
    whole = _of_groups(choices.groups, members) | choices.units
    left_out = _of_groups(choices.excluded_groups, members) | choices.excluded_units
    personal: dict[int, set[int]] = {}
    for unit_id, person_id in choices.people:
        personal.setdefault(unit_id, set()).add(person_id)
    chosen = whole | personal.keys()
    return Recipients(
        units=frozenset(chosen - left_out),
        personal={
            unit_id: frozenset(people)
            for unit_id, people in personal.items()
            if unit_id not in whole | left_out
        },
        excluded=frozenset(chosen & left_out),
    )


def _of_groups(group_ids: Iterable[int], members: Mapping[int, Collection[int]]) -> set[int]:
    return {unit_id for group_id in group_ids for unit_id in members.get(group_id, ())}


@dataclass(frozen=True, slots=True)
class TaskParts:
    """Who has part in a task, by group and by unit. With neither it is for all addressees."""

    groups: Mapping[int, Part]
    units: Mapping[int, Part]

    @property
    def is_for_all(self) -> bool:
        """Nobody was named."""
        return not self.groups and not self.units

    def of(self, unit_id: int, group_ids: Collection[int]) -> Part | None:
        """The part of a unit that stands in these groups; None if the task is not for it."""
        if self.is_for_all:
            return Part.LEAD
        if unit_id in self.units:
            return self.units[unit_id]
        by_group = {self.groups[group_id] for group_id in group_ids if group_id in self.groups}
        return next((part for part in _STRONGEST if part in by_group), None)


FOR_ALL = TaskParts({}, {})
