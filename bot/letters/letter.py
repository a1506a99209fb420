"""What was read from an official letter. Unknown is None or empty, never invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Urgency(StrEnum):
    """The stamp that says how fast the letter must be handled."""

    NONE = "none"
    URGENT = "urgent"  # KHẨN
    VERY_URGENT = "very_urgent"  # THƯỢNG KHẨN
    EXPRESS = "express"  # HỎA TỐC


class Secrecy(StrEnum):
    """The stamp that keeps a letter out of this system."""

    CONFIDENTIAL = "confidential"  # MẬT
    SECRET = "secret"  # noqa: S105 - TỐI MẬT
    TOP_SECRET = "top_secret"  # noqa: S105 - TUYỆT MẬT


@dataclass(frozen=True, slots=True)
class Reference:
    """Another document the letter names: `Công văn`, `1068/CV-BTGTU`, 5 January 2023."""

    kind: str | None
    code: str
    issued_on: date | None = None

    def __str__(self) -> str:
        parts = (self.kind, self.code, self.issued_on and self.issued_on.isoformat())
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class LetterTask:
    """One item the letter asks for, counted from 1, in its own words with all that stands below it.

    `group` is whom it names to do it; `expected` the least number of news items it asks for.
    """

    number: int
    text: str
    sub_items: tuple[str, ...] = ()
    group: str | None = None
    expected: int | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """What the closing sentences give to one group of addressees besides the tasks."""

    group: str
    text: str


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signed: by whose authority (`KT. GIÁM ĐỐC`), as what, and the name."""

    name: str | None = None
    title: str | None = None
    authority: str | None = None


class Sureness(StrEnum):
    """How much a value is to be trusted before a person has looked at it."""

    SURE = "sure"  # a form that letters have for nothing else
    LIKELY = "likely"  # by its place among the others
    GUESSED = "guessed"  # nothing better was found


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part was found: lines counted from 1, on a page where the file has pages.

    `part` is the field's name; of lists with the number of the entry: `tasks.2`.
    """

    part: str
    line: int
    last_line: int
    page: int | None = None
    last_page: int | None = None
    sureness: Sureness = Sureness.SURE


@dataclass(frozen=True, slots=True)
class Letter:
    """An official letter as it was read; `body` is the whole text as it came."""

    body: str
    superior: str | None = None
    issuer: str | None = None
    kind: str | None = None
    number: str | None = None
    symbol: str | None = None
    place: str | None = None
    issued_on: date | None = None
    issued_month: tuple[int, int] | None = None  # year and month, when the day is blank
    subject: str | None = None
    addressees: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()  # Căn cứ …, Thực hiện …
    references: tuple[Reference, ...] = ()
    tasks: tuple[LetterTask, ...] = ()
    closing: str | None = None
    assignments: tuple[Assignment, ...] = ()
    recipients: tuple[str, ...] = ()  # Nơi nhận
    signatory: Signatory | None = None
    urgency: Urgency = Urgency.NONE
    places: tuple[Place, ...] = ()

    def where(self, part: str, number: int | None = None) -> Place | None:
        """Where this part was found; of lists the entry with this number."""
        name = part if number is None else f"{part}.{number}"
        return next((place for place in self.places if place.part == name), None)

    @property
    def code(self) -> str | None:
        """Number and symbol as the office writes them; None while the number is blank.

        State papers write `15/QĐ-BNV`, party papers `56-CTr/TU`: only their symbols hold a slash.
        """
        if self.number is None or self.symbol is None:
            return self.number
        return f"{self.number}{'-' if '/' in self.symbol else '/'}{self.symbol}"


def as_json(letter: Letter) -> dict[str, object]:
    """The letter as plain JSON values; unknown is null, dates are ISO, the month is `2023-01`."""
    signatory = letter.signatory
    month = letter.issued_month
    return {
        "superior": letter.superior,
        "issuer": letter.issuer,
        "kind": letter.kind,
        "number": letter.number,
        "symbol": letter.symbol,
        "place": letter.place,
        "issued_on": _iso(letter.issued_on),
        "issued_month": f"{month[0]:04}-{month[1]:02}" if month else None,
        "subject": letter.subject,
        "urgency": letter.urgency.value,
        "addressees": list(letter.addressees),
        "references": [
            {"kind": found.kind, "code": found.code, "issued_on": _iso(found.issued_on)}
            for found in letter.references
        ],
        "bases": list(letter.bases),
        "tasks": [
            {
                "number": task.number,
                "text": task.text,
                "sub_items": list(task.sub_items),
                "group": task.group,
                "expected": task.expected,
            }
            for task in letter.tasks
        ],
        "closing": letter.closing,
        "assignments": [{"group": each.group, "text": each.text} for each in letter.assignments],
        "recipients": list(letter.recipients),
        "signatory": signatory
        and {
            "name": signatory.name,
            "title": signatory.title,
            "authority": signatory.authority,
        },
        "places": {
            place.part: {
                "page": place.page,
                "line": place.line,
                "last_page": place.last_page,
                "last_line": place.last_line,
                "sureness": place.sureness.value,
            }
            for place in letter.places
        },
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
