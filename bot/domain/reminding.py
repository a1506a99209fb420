"""Who is reminded in which of a unit's chats, and what goes into one message when; pure.

What is due is decided in `scheduler.plan`, what a message says in `bot.delivery`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.states import AcknowledgeBy, ContactRole

FOR_STAFF = frozenset({"staff", "receipt-staff"})  # these steps go to the office itself
FOR_LEADERS = frozenset({"leader", "receipt-leader"})


@dataclass(frozen=True, slots=True)
class Place:
    """A chat of an addressee that can be written to: of a person with their role, or its group."""

    chat_id: int
    person_id: int | None
    role: ContactRole | None


def to_contacts(
    places: Sequence[Place],
    *,
    group_too: bool,
    asks: AcknowledgeBy = AcknowledgeBy.ANY,
    missing: Collection[int] | None = None,
) -> list[int]:
    """The contacts' private chats; its leaders' only if there is no contact in reach; its group if
    it is reminded there too, or if nobody is in reach. Of a receipt those who are `missing`, also
    the leaders if it `asks` for their confirmation."""
    people = [each for each in places if each.person_id is not None]
    groups = [each for each in places if each.person_id is None]
    if missing is not None:
        people = [each for each in people if each.person_id in missing]
    if asks is AcknowledgeBy.ANY:
        people = [each for each in people if each.role is not ContactRole.LEADER] or people
    return _ids([*people, *groups] if group_too or not people else people)


def to_leaders(places: Sequence[Place]) -> list[int]:
    """The leaders' private chats."""
    return _ids(each for each in places if each.role is ContactRole.LEADER)


def _ids(places: Iterable[Place]) -> list[int]:
    return list(dict.fromkeys(each.chat_id for each in places))


# --- into one message ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """A reminder that waits for its message. `put_off`: by whom it is to read; else what is still
    ahead was held back because the chat had had enough that day."""

    id: int
    chat_id: int
    step: str
    directive_id: int
    is_urgent: bool
    passes_quiet: bool
    hold_until: datetime
    put_off: bool = False

    @property
    def for_staff(self) -> bool:
        """Whether it tells the office of a unit."""
        return self.step in FOR_STAFF


@dataclass(frozen=True, slots=True)
class Bundle:
    """What goes into one message: all of a chat, but what is urgent goes alone, and what the office
    is told is no reminder."""

    chat_id: int
    for_staff: bool
    is_urgent: bool
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sorted:
    """What goes now, and what waits until when."""

    bundles: tuple[Bundle, ...]
    held: Mapping[datetime, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Limits:
    """When who may be written to: `quiet_until` if it is quiet now; a chat gets `most` messages a
    day beside what is urgent, what is over that waits for the next slot."""

    most: int
    next_slot: datetime
    quiet_until: datetime | None = None


def sort_out(
    waiting: Iterable[Waiting], *, now: datetime, limits: Limits, sent_today: Mapping[int, int]
) -> Sorted:
    """Which of these go now, in which messages. What was held back on another day goes with the
    first message that its chat gets."""
    held: dict[datetime, list[int]] = defaultdict(list)
    due: dict[tuple[int, bool, int], list[int]] = defaultdict(list)
    ahead: dict[tuple[int, bool, int], list[int]] = defaultdict(list)
    for each in waiting:
        key = (each.chat_id, each.for_staff, each.directive_id if each.is_urgent else 0)
        is_quiet = limits.quiet_until is not None and not each.passes_quiet
        if each.hold_until > now:
            if not (each.put_off or is_quiet):
                ahead[key].append(each.id)
        elif is_quiet and limits.quiet_until is not None:
            held[limits.quiet_until].append(each.id)
        else:
            due[key].append(each.id)
    bundles = []
    for key, ids in due.items():
        chat_id, for_staff, urgent_id = key
        is_counted = not (for_staff or urgent_id)
        if is_counted and sent_today.get(chat_id, 0) >= limits.most:
            held[limits.next_slot] += ids
            continue
        bundles.append(Bundle(chat_id, for_staff, bool(urgent_id), (*ids, *ahead[key])))
    return Sorted(tuple(bundles), held)
