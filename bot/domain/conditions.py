"""Groups whose units are found by their attributes: what a condition says, who meets it; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.domain.folding import fold, normalise

Condition = Mapping[str, Sequence[str]]  # every attribute must have one of its values

_BETWEEN_VALUES = re.compile(r"[|\n]")
_BETWEEN_VALUES_OF_A_CELL = re.compile(r"[;|\n]")


def read_condition(text: str) -> dict[str, list[str]] | None:
    """`Loại hình = báo in | báo điện tử; Cấp = tỉnh` as attributes with their values.

    None if the text is no such list.
    """
    found: dict[str, list[str]] = {}
    for part in normalise(text).split(";"):
        if not part.strip():
            continue
        name, equals, values = part.partition("=")
        wanted = [value.strip() for value in _BETWEEN_VALUES.split(values) if fold(value)]
        if not equals or not fold(name) or not wanted:
            return None
        found.setdefault(" ".join(name.split()), []).extend(wanted)
    return found or None


def written(condition: Condition) -> str:
    """The condition as people type it; `read_condition` reads it back."""
    return "; ".join(f"{name} = {' | '.join(values)}" for name, values in condition.items())


def meets(condition: Condition, attributes: Mapping[str, str]) -> bool:
    """Whether a unit with these attributes stands in the group. Case and marks make no difference;
    a cell may hold several values."""
    held = {fold(name): value for name, value in attributes.items()}
    return bool(condition) and all(
        _values(held.get(fold(name), "")) & {fold(value) for value in values}
        for name, values in condition.items()
    )


def _values(cell: str) -> set[str]:
    return {fold(value) for value in _BETWEEN_VALUES_OF_A_CELL.split(cell)} - {""}
