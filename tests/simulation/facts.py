"""What really happened, as whoever made it happen wrote it down; the oracle knows nothing else."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from scheduler.plan import PlannedStep

Key = tuple[str, int]
"""What a message speaks of: `"017.3"`, a task, or `"017"`, the receipt of all; and which unit's."""


@dataclass(slots=True)
class Member:
    """Somebody of a unit, from then on, in true time."""

    telegram_id: int
    is_leader: bool
    joined: datetime
    left: datetime | None = None

    def is_there(self, true: datetime) -> bool:
        """Whether they are of the unit at this moment."""
        return self.joined <= true and (self.left is None or true < self.left)


@dataclass(slots=True)
class Group:
    """A unit's Telegram group."""

    telegram_id: int
    reminds: bool


@dataclass(slots=True, eq=False)
class Unit:
    """One unit. `number` is in its name, by which messages are read."""

    number: int
    id: int
    members: list[Member] = field(default_factory=list)
    group: Group | None = None

    @property
    def name(self) -> str:
        """As messages write it."""
        return f"Đơn vị {self.number:03}"

    def there(self, true: datetime, *, leaders: bool) -> list[int]:
        """The private chats of its contacts, or of its leaders, at a moment."""
        return [
            member.telegram_id
            for member in self.members
            if member.is_leader is leaders and member.is_there(true)
        ]


@dataclass(slots=True, eq=False)
class Letter:
    """A directive that was issued."""

    number: int
    id: int = 0
    urgent: bool = False
    passes_quiet: bool = False
    closed: bool = False
    tasks: dict[int, datetime] = field(default_factory=dict)  # by position: their deadlines now
    plans: dict[int, str | None] = field(default_factory=dict)  # and the plans of their own

    @property
    def code(self) -> str:
        """Its number, as messages write it."""
        return f"{self.number:03}"


@dataclass(slots=True)
class Epoch:
    """For so long, in true time, something was open with one and the same deadline."""

    deadline: datetime
    planned: tuple[PlannedStep, ...]
    begins: datetime
    ends: datetime | None = None


@dataclass(slots=True, eq=False)
class Matter:
    """What people are reminded of: a task of one unit, or its receipt of a directive."""

    what: str
    unit: Unit
    letter: Letter
    row_id: int  # of the assignment, or of the addressee
    given_at: datetime  # by the clock
    epochs: list[Epoch] = field(default_factory=list)

    @property
    def key(self) -> Key:
        """As messages name it."""
        return self.what, self.unit.number

    @property
    def position(self) -> int | None:
        """The task's number; None for a receipt."""
        _, dot, number = self.what.partition(".")
        return int(number) if dot else None

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return bool(self.epochs) and self.epochs[-1].ends is None

    @property
    def deadline(self) -> datetime:
        """The latest one."""
        return self.epochs[-1].deadline

    def end(self, true: datetime) -> None:
        """It is done, closed or moved."""
        if self.is_open:
            self.epochs[-1].ends = true


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that was sent to Telegram at a true moment."""

    true: datetime
    chat: int
    message_id: int | None  # None: it was refused
    text: str


@dataclass(slots=True)
class Facts:
    """The whole year."""

    units: list[Unit] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    matters: dict[Key, Matter] = field(default_factory=dict)
    duty: list[int] = field(default_factory=list)  # the office's chats
    blocked: dict[int, list[list[datetime]]] = field(default_factory=lambda: defaultdict(list))
    learned: dict[int, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    sent: list[Sent] = field(default_factory=list)

    def refusals(self, chat: int) -> list[datetime]:
        """When the bot was told that somebody takes nothing from it."""
        refused = [each.true for each in self.sent if each.message_id is None and each.chat == chat]
        return sorted([*self.learned[chat], *refused])

    def is_blocked(self, chat: int, true: datetime) -> bool:
        """Whether somebody takes nothing from the bot at this moment."""
        return any(
            begins <= true and (len(rest) == 0 or true < rest[0])
            for begins, *rest in self.blocked.get(chat, ())
        )

    def works(self, letter: Letter, unit: Unit) -> list[Matter]:
        """A unit's tasks of a directive."""
        keys = [(f"{letter.code}.{position}", unit.number) for position in letter.tasks]
        return [self.matters[key] for key in keys if key in self.matters]

    def all_of(self, letter: Letter, unit: Unit) -> list[Matter]:
        """The same and the receipt."""
        receipt = self.receipt(letter, unit)
        return [*self.works(letter, unit), *([receipt] if receipt else [])]

    def receipt(self, letter: Letter, unit: Unit) -> Matter | None:
        """Its receipt, if the unit was given it."""
        return self.matters.get((letter.code, unit.number))

    def given_to(self, letter: Letter) -> list[Unit]:
        """Who has it."""
        return [unit for unit in self.units if self.receipt(letter, unit) is not None]
