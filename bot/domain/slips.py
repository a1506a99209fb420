"""What a receipt slip says, the code that stands on it, and what has happened since; pure.

What it looks like is decided in `bot.reports.receipt_slip`, who may have one in
`bot.actions.slips`.
"""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from bot.domain.states import ContactRole, Door, Ending

# Crockford's base32 has no letter that could be read as a digit, or as another letter.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_USUAL = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_TO_OURS = str.maketrans(_USUAL, _ALPHABET)
_MISREAD = str.maketrans("ILO", "110")
RANDOM_BYTES = 10  # 80 bits: sixteen signs without a rest
_SIGNS = RANDOM_BYTES * 8 // 5
_GROUP = 4
# What a link that opens the bot carries before the code.
LINK_MARK = "slip_"


def code_of(random: bytes) -> str:
    """The code that so many random bytes are, as it is kept."""
    return base64.b32encode(random).decode().translate(_TO_OURS)


def shown(code: str) -> str:
    """The code as people read it: `7K3M-Q9TD-…`."""
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def link_of(code: str, *, username: str) -> str:
    """What asks the bot about the slip when it is opened, as the QR code has it."""
    return f"https://t.me/{username}?start={LINK_MARK}{code}"


def read(typed: str) -> str | None:
    """The code that somebody typed or scanned; None if it can be none. Small letters, spaces, any
    dashes, and letters that look like digits are forgiven."""
    words = unicodedata.normalize("NFKC", typed).rpartition(LINK_MARK)[2]
    signs = "".join(sign for sign in words.upper() if sign.isalnum()).translate(_MISREAD)
    return signs if len(signs) == _SIGNS and set(signs) <= set(_ALPHABET) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """Somebody's confirmation, as the slip names it."""

    person_id: int
    name: str
    role: ContactRole | None  # as what they gave it
    title: str
    at: datetime
    door: Door
    version: int
    note: str | None = None  # of one that was heard by phone

    @property
    def key(self) -> tuple[int, int, datetime]:
        """What tells it from others, whatever the person is called by now."""
        return self.person_id, self.version, self.at

    def as_json(self) -> dict[str, Any]:
        """In a form that JSON holds."""
        return {
            "person_id": self.person_id,
            "name": self.name,
            "role": self.role,
            "title": self.title,
            "at": self.at.isoformat(),
            "door": self.door,
            "version": self.version,
            "note": self.note,
        }

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> Confirmed:
        """What `as_json` made."""
        return cls(
            person_id=kept["person_id"],
            name=kept["name"],
            role=ContactRole(kept["role"]) if kept["role"] else None,
            title=kept["title"],
            at=datetime.fromisoformat(kept["at"]),
            door=Door(kept["door"]),
            version=kept["version"],
            note=kept["note"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """All that a slip says."""

    office: str
    zone: str  # which its times are of
    issuer: str | None
    number: str | None
    symbol: str | None
    issued_on: date | None
    subject: str
    version: int
    unit: str
    confirmed: tuple[Confirmed, ...]
    due_at: datetime | None
    is_late: bool
    made_at: datetime

    def says_the_same(self, other: Slip) -> bool:
        """Whether both prove the same, whenever they were made."""
        return replace(self, made_at=other.made_at) == other

    def as_json(self) -> dict[str, Any]:
        """In a form that JSON holds."""
        return {
            **{name: getattr(self, name) for name in _AS_THEY_ARE},
            "issued_on": self.issued_on and self.issued_on.isoformat(),
            "confirmed": [each.as_json() for each in self.confirmed],
            "due_at": self.due_at and self.due_at.isoformat(),
            "made_at": self.made_at.isoformat(),
        }

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> Slip:
        """What `as_json` made."""
        return cls(
            **{name: kept[name] for name in _AS_THEY_ARE},
            issued_on=date.fromisoformat(kept["issued_on"]) if kept["issued_on"] else None,
            confirmed=tuple(Confirmed.of_json(each) for each in kept["confirmed"]),
            due_at=datetime.fromisoformat(kept["due_at"]) if kept["due_at"] else None,
            made_at=datetime.fromisoformat(kept["made_at"]),
        )


_AS_THEY_ARE = (
    "office",
    "zone",
    "issuer",
    "number",
    "symbol",
    "subject",
    "version",
    "unit",
    "is_late",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What stands on a slip's page, in words. Of what a line tells as many as there is room for are
    shown, and `more` of the rest; `scanned` is what the QR code holds."""

    office: str
    title: str
    lines: Sequence[tuple[str, Sequence[str]]]
    more: Callable[[int], str]
    code_label: str
    code: str
    scanned: str
    notes: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """What has changed since a slip was made: what it says was so then."""

    taken_back: tuple[Confirmed, ...] = ()
    added: int = 0  # confirmations
    version: int | None = None  # a newer one
    asks_again: bool = False  # for the newer one confirmations are wanted anew
    ending: Ending | None = None

    @property
    def is_nothing(self) -> bool:
        """All is as it was."""
        return self == Since()


def since(
    slip: Slip,
    *,
    kept: Collection[Confirmed],
    version: int,
    acknowledge_from: int,
    ending: Ending | None,
) -> Since:
    """What is different now; `kept` are all confirmations of the unit that are there."""
    there = {each.key for each in kept}
    had = {each.key for each in slip.confirmed}
    is_newer = version > slip.version
    # A recalled directive's last version only says that it is recalled, and that it was deleted.
    last = version - 1 if ending is Ending.RECALLED else version
    return Since(
        taken_back=tuple(each for each in slip.confirmed if each.key not in there),
        added=len({key for key in there - had if key[1] <= last}),
        version=version if is_newer and ending is not Ending.RECALLED else None,
        asks_again=is_newer and acknowledge_from > slip.version,
        ending=ending,
    )
