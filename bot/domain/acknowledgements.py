"""Whether a unit has confirmed a directive, by whose word and when, and who is still missing; pure.

All of it is derived from what happened, whenever it is asked: nothing of this is kept. Which
confirmations count (of which version) is decided where they are read.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from bot.domain.reach import Reach
from bot.domain.states import AcknowledgeBy, ContactRole, Door, ReceiptState


class Given(Protocol):
    """A confirmation that counts."""

    @property
    def person_id(self) -> int:
        """Who gave it."""

    @property
    def at(self) -> datetime:
        """When."""

    @property
    def role(self) -> ContactRole | None:
        """As what they gave it."""

    @property
    def door(self) -> Door:
        """By which way it came in."""


_Given = TypeVar("_Given", bound=Given)
People = Mapping[int, ContactRole]


@dataclass(slots=True)
class Standing(Generic[_Given]):
    """How far an addressee is. `people` get the directive for it now, with their roles; they are
    only known where the rule asks for them."""

    rule: AcknowledgeBy
    people: People
    given: tuple[_Given, ...]  # in the order of time
    due_at: datetime | None = None
    first_arrival: datetime | None = None

    @property
    def completed(self) -> _Given | None:
        """The confirmation by which the unit's is complete."""
        completing = [each for each in (self._by_phone(), self._by_rule()) if each is not None]
        return min(completing, key=self.given.index, default=None)

    @property
    def is_complete(self) -> bool:
        """Nobody's confirmation is wanted any more."""
        return self.completed is not None

    @property
    def is_late(self) -> bool:
        """Completed after its time; not for whom the directive came only then, or never came."""
        completed = self.completed
        return completed is not None and is_after_due(
            completed.at, due_at=self.due_at, first_arrival=self.first_arrival
        )

    @property
    def confirmed(self) -> frozenset[int]:
        """Those of the people who have confirmed."""
        return frozenset(each.person_id for each in self.given if each.person_id in self.people)

    @property
    def leaders(self) -> frozenset[int]:
        """Those of the people who lead the unit."""
        return frozenset(
            person_id for person_id, role in self.people.items() if role is ContactRole.LEADER
        )

    @property
    def asks(self) -> AcknowledgeBy:
        """Whose confirmation is asked for: where there is no leader it is anybody's."""
        if self.rule is AcknowledgeBy.LEADER and not self.leaders:
            return AcknowledgeBy.ANY
        return self.rule

    @property
    def asked(self) -> frozenset[int]:
        """Those whose it may be."""
        return self.leaders if self.asks is AcknowledgeBy.LEADER else frozenset(self.people)

    @property
    def missing(self) -> frozenset[int]:
        """Those who are still to confirm."""
        if self.is_complete:
            return frozenset()
        if self.rule is AcknowledgeBy.EACH:
            return frozenset(self.people) - self.confirmed
        return self.asked

    def _by_phone(self) -> _Given | None:
        return next((each for each in self.given if each.door is Door.STAFF), None)

    def _by_rule(self) -> _Given | None:
        own = [each for each in self.given if each.door is not Door.STAFF]
        if not own:
            return None
        match self.rule:
            case AcknowledgeBy.ANY:
                return own[0]
            case AcknowledgeBy.LEADER:
                return next((each for each in own if self._is_of_leader(each)), None)
            case AcknowledgeBy.EACH:
                return self._last_of_all(own)

    def _is_of_leader(self, given: _Given) -> bool:
        """Who confirmed and came to lead the unit later need not do it twice."""
        leaders = self.leaders
        return given.role is ContactRole.LEADER or not leaders or given.person_id in leaders

    def _last_of_all(self, own: Sequence[_Given]) -> _Given | None:
        first: dict[int, _Given] = {}
        for each in own:
            first.setdefault(each.person_id, each)
        if not set(self.people) <= set(first):
            return None
        theirs = [first[person_id] for person_id in self.people] or [own[0]]
        return max(theirs, key=self.given.index)


def is_after_due(at: datetime, *, due_at: datetime | None, first_arrival: datetime | None) -> bool:
    """Whether a confirmation at this moment is late."""
    if due_at is None or at <= due_at:
        return False
    return first_arrival is not None and first_arrival <= due_at


@dataclass(frozen=True, slots=True)
class Way:
    """What became of an addressee's first card in one chat, and whether the chat can be written to
    now."""

    reach: Reach
    is_open: bool = True


def state_of(
    standing: Standing[_Given], ways: Collection[Way], *, cannot: bool = False
) -> ReceiptState:
    """The state of an addressee. `cannot` says that it answered so about all of it, and that the
    office has not disagreed."""
    if not standing.is_complete:
        if not any(way.is_open and way.reach is not Reach.FAILED for way in ways):
            return ReceiptState.UNREACHABLE
        if not any(way.reach in _THERE for way in ways):
            return ReceiptState.NOT_SENT
    if cannot:
        return ReceiptState.CANNOT
    if standing.is_complete:
        return ReceiptState.LATE if standing.is_late else ReceiptState.ACKNOWLEDGED
    return ReceiptState.SILENT


_THERE = (Reach.SENT, Reach.UNCERTAIN)
# Of these nobody is asked to confirm any more.
SETTLED = frozenset({ReceiptState.ACKNOWLEDGED, ReceiptState.LATE, ReceiptState.CANNOT})
