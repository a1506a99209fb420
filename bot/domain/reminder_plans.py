"""Which plan of reminders the settings have is meant: by its name, and by a number on a button."""

from __future__ import annotations

from binascii import crc32
from collections.abc import Iterable

# What stands in the settings beside the plans that have names; of a task: not the directive's.
USUAL = ""
# A task's that has none of its own; no name has this number.
AS_DIRECTIVE = 2**32


def number_of(name: str) -> int:
    """The same for a name as long as the settings have it, whatever they have beside it."""
    return crc32(name.encode())


def named(number: int, names: Iterable[str]) -> str | None:
    """Which of the names has this number."""
    return next((name for name in names if number_of(name) == number), None)


def passes_quiet(chosen: bool | None, *, urgency: str | None) -> bool:
    """Whether reminders may come in quiet time: as was chosen, else if it is urgent."""
    return urgency is not None if chosen is None else chosen


def chosen(passes: bool, *, urgency: str | None) -> bool | None:
    """What was chosen of a directive that was issued: nothing, if it is as it is without."""
    return None if passes is (urgency is not None) else passes
