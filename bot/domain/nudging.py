"""Which open work staff mean when they remind of it by hand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AimKind(StrEnum):
    """Of what units are reminded. A button carries a kind's number: its place here."""

    ALL = "all"  # everything that is open
    DIRECTIVE = "directive"
    GROUP = "group"  # everything that the units of one group have open


@dataclass(frozen=True, slots=True)
class Aim:
    """Which units are meant, and of which directives. `id` is the directive's or the group's."""

    kind: AimKind
    id: int = 0

    @property
    def numbers(self) -> tuple[int, int]:
        """What buttons carry; `aim_of` reads it."""
        return list(AimKind).index(self.kind), self.id


ALL = Aim(AimKind.ALL)


def aim_of(kind: int, about: int) -> Aim | None:
    """The aim that a button carries, or None for one that we did not make."""
    kinds = list(AimKind)
    if kind >= len(kinds) or (about == 0) is not (kinds[kind] is AimKind.ALL):
        return None
    return Aim(kinds[kind], about)
