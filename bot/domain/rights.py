"""Who may do what. Every command and button names a right; a person is looked up at every press."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.states import StaffRole


class Right(StrEnum):
    """What staff can be allowed to do."""

    VIEW = "view"
    REVIEW = "review"
    ISSUE = "issue"
    REGISTER = "register"


_RIGHTS: dict[StaffRole, frozenset[Right]] = {
    StaffRole.VIEWER: frozenset({Right.VIEW}),
    StaffRole.REVIEWER: frozenset({Right.VIEW, Right.REVIEW}),
    StaffRole.SENDER: frozenset({Right.VIEW, Right.REVIEW, Right.ISSUE}),
    StaffRole.ADMIN: frozenset(Right),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """A person as the database knows them at this moment."""

    person_id: int
    name: str
    language: str
    staff_role: StaffRole | None
    unit_ids: frozenset[int]
    speaks_for: int | None = None  # of several units the one they chose

    def may(self, right: Right) -> bool:
        """Whether the person's role at the office allows it."""
        return self.staff_role is not None and right in _RIGHTS[self.staff_role]

    @property
    def spoken_for(self) -> frozenset[int]:
        """The units that are meant where none is named: the chosen one, or all."""
        chosen = self.unit_ids & {self.speaks_for}
        return frozenset(unit_id for unit_id in chosen if unit_id) or self.unit_ids

    @property
    def is_known(self) -> bool:
        """Staff or a contact of some unit; everyone else is a stranger."""
        return self.staff_role is not None or bool(self.unit_ids)
