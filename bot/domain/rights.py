"""Who may do what. Every command and button names a right; a person is looked up at every press.

A staff member may be limited to groups of units. The rule, for every command, button and list:

- A unit is theirs if it stands in one of the groups now; of other units they see nothing.
- A directive is seen by whom any of its units is theirs, and only those of its units are shown.
- The sending of a directive is controlled by whom all of its units are theirs.
- A draft is worked on by its author, or by staff without limits; it is issued, and a group or unit
  chosen, only if all the groups and units are theirs. So it is with units that a directive, whose
  sending they control, gets later.
- A draft that waits for approval is decided by somebody who may issue, whose limits leave out none
  of its units, and who neither began nor changed it.
- What a unit has done is entered for it by who may review and whose the unit is.
- Templates are worked on like drafts. What is made from one, or like a directive that they see,
  goes to those of its addressees only that are theirs.
- In the registry they see the groups that are theirs and the units in them; an administrator
  changes what is kept of such a unit, invites and lets in its people, gives their places to others,
  renames it and retires it.
- What concerns the office as a whole (staff, its own Telegram group, the whole record of events,
  what is parked, new units, tables of units, units that merge or divide, and groups with who stands
  in them: everybody's limits are made of those) needs an administrator without limits.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.states import ContactRole, StaffRole


class Right(StrEnum):
    """What staff can be allowed to do."""

    VIEW = "view"
    REVIEW = "review"
    ISSUE = "issue"
    REGISTER = "register"
    GOVERN = "govern"


_RIGHTS: dict[StaffRole, frozenset[Right]] = {
    StaffRole.VIEWER: frozenset({Right.VIEW}),
    StaffRole.REVIEWER: frozenset({Right.VIEW, Right.REVIEW}),
    StaffRole.SENDER: frozenset({Right.VIEW, Right.REVIEW, Right.ISSUE}),
    StaffRole.ADMIN: frozenset(Right),
}


def roles_with(right: Right) -> frozenset[StaffRole]:
    """Whom of the office the right is given to."""
    return frozenset(role for role, rights in _RIGHTS.items() if right in rights)


_OF_THE_WHOLE_OFFICE = frozenset({Right.GOVERN})


@dataclass(frozen=True, slots=True)
class Scope:
    """The groups of units that somebody is limited to, and the units that stand in them now."""

    group_ids: frozenset[int]
    unit_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Actor:
    """A person as the database knows them at this moment."""

    person_id: int
    name: str
    language: str
    staff_role: StaffRole | None
    unit_ids: frozenset[int]
    leads: frozenset[int] = frozenset()  # of these units
    scope: Scope | None = None  # as staff; None: no limits
    speaks_for: int | None = None  # of several units the one they chose
    consent_version: int | None = None  # of what is kept of them

    def may(self, right: Right) -> bool:
        """Whether the person's role at the office allows it, for what is theirs."""
        if self.staff_role is None or (self.scope and right in _OF_THE_WHOLE_OFFICE):
            return False
        return right in _RIGHTS[self.staff_role]

    @property
    def spoken_for(self) -> frozenset[int]:
        """The units that are meant where none is named: the chosen one, or all."""
        chosen = self.unit_ids & {self.speaks_for}
        return frozenset(unit_id for unit_id in chosen if unit_id) or self.unit_ids

    @property
    def is_known(self) -> bool:
        """Staff or a contact of some unit; everyone else is a stranger."""
        return self.staff_role is not None or bool(self.unit_ids)

    @property
    def role_at_a_unit(self) -> ContactRole | None:
        """As what the person acts for units."""
        if not self.unit_ids:
            return None
        return ContactRole.LEADER if self.leads else ContactRole.CONTACT

    # As staff: what the limits, if there are any, leave.

    def oversees(self, unit_id: int) -> bool:
        """Whether the unit is theirs."""
        return self.scope is None or unit_id in self.scope.unit_ids

    def may_see(self, unit_ids: Collection[int]) -> bool:
        """Whether a directive to these units is shown to them."""
        return self.scope is None or not self.scope.unit_ids.isdisjoint(unit_ids)

    def may_control(self, unit_ids: Collection[int]) -> bool:
        """Whether the sending of a directive to these units is in their hands."""
        return self.scope is None or (bool(unit_ids) and self.scope.unit_ids.issuperset(unit_ids))

    def may_address(self, group_ids: Collection[int]) -> bool:
        """Whether all of these groups are theirs, to be sent to or looked at."""
        return self.scope is None or self.scope.group_ids.issuperset(group_ids)

    def may_approve(self, author_id: int, unit_ids: Collection[int]) -> bool:
        """Whether a draft to these units that this person began is theirs to approve, unless they
        have changed it."""
        is_another = author_id != self.person_id
        return is_another and self.may(Right.ISSUE) and self.may_control(unit_ids)

    def may_compose(self, author_id: int) -> bool:
        """Whether a draft that this person began is theirs to work on."""
        return self.scope is None or author_id == self.person_id
