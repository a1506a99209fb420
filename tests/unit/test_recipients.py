"""Who a draft goes to: groups, units and people less what is left out, against plain sets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.domain.audience import said_count
from bot.domain.recipients import FOR_ALL, Choices, TaskParts, recipients_of
from bot.domain.states import Part

UNITS = some.integers(1, 12)
GROUPS = some.integers(101, 106)
SETS = some.frozensets(UNITS, max_size=6)
MEMBERS = some.dictionaries(GROUPS, SETS, max_size=6)
CHOICES = some.builds(
    Choices,
    groups=some.frozensets(GROUPS),
    excluded_groups=some.frozensets(GROUPS, max_size=2),
    units=SETS,
    excluded_units=SETS,
    people=some.frozensets(some.tuples(UNITS, some.integers(1, 4)), max_size=6),
)
PARTS = some.builds(
    TaskParts,
    groups=some.dictionaries(GROUPS, some.sampled_from(Part), max_size=4),
    units=some.dictionaries(UNITS, some.sampled_from(Part), max_size=4),
)


@given(choices=CHOICES, members=MEMBERS)
def test_recipients_are_what_the_sets_say(choices: Choices, members: dict[int, frozenset[int]]):
    found = recipients_of(choices, members)
    addressed = []
    for unit in range(1, 13):
        is_whole = unit in choices.units or _is_in(unit, choices.groups, members)
        left_out = unit in choices.excluded_units
        left_out |= _is_in(unit, choices.excluded_groups, members)
        own = {person for of_unit, person in choices.people if of_unit == unit}
        if (is_whole or own) and not left_out:
            addressed.append(unit)
            assert found.personal.get(unit) == (None if is_whole else own)
        else:
            assert unit not in found.personal
            assert (unit in found.excluded) is bool(is_whole or own)
    assert sorted(found.units) == addressed


def _is_in(unit: int, groups: frozenset[int], members: dict[int, frozenset[int]]) -> bool:
    return any(unit in members.get(group, ()) for group in groups)


@given(parts=PARTS, unit=UNITS, groups=some.frozensets(GROUPS))
def test_a_units_own_part_wins_and_the_strongest_of_its_groups(
    parts: TaskParts, unit: int, groups: frozenset[int]
):
    part = parts.of(unit, groups)
    of_groups = {parts.groups[group] for group in groups if group in parts.groups}
    if parts.is_for_all:
        assert part is Part.LEAD
    elif unit in parts.units:
        assert part is parts.units[unit]
    elif Part.LEAD in of_groups:
        assert part is Part.LEAD
    elif Part.COOPERATE in of_groups:
        assert part is Part.COOPERATE
    else:
        assert part is (Part.WATCH if of_groups else None)


def test_a_task_of_nobody_is_for_all():
    assert FOR_ALL.of(7, ()) is Part.LEAD


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("30 cơ quan, đơn vị thiết lập trang thông tin điện tử", 30),
        ("09 Phòng Văn hóa và Thông tin các huyện", 9),
        ("Các cơ quan báo chí", None),
        ("1. Báo Yên Bái", None),
        ("20/11", None),
        ("Phòng 30", None),
        ("", None),
    ],
)
def test_a_line_says_how_many_it_means(line: str, count: int | None):
    assert said_count(line) == count
