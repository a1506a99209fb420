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
    """One item the letter asks for: its printed number where it has one, and its own words."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signed: by whose authority (`KT. GIÁM ĐỐC`), as what, and the name."""

    name: str | None = None
    title: str | None = None
    authority: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """An official letter as it was read; `body` is the whole text as it came."""

    body: str
    issuer: str | None = None
    kind: str | None = None
    number: str | None = None
    symbol: str | None = None
    place: str | None = None
    issued_on: date | None = None
    issued_month: tuple[int, int] | None = None  # year and month, when the day is blank
    subject: str | None = None
    addressees: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    tasks: tuple[LetterTask, ...] = ()
    closing: str | None = None
    recipients: tuple[str, ...] = ()  # Nơi nhận
    signatory: Signatory | None = None
    urgency: Urgency = Urgency.NONE
    secrecy: Secrecy | None = None

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
        "issuer": letter.issuer,
        "kind": letter.kind,
        "number": letter.number,
        "symbol": letter.symbol,
        "place": letter.place,
        "issued_on": _iso(letter.issued_on),
        "issued_month": f"{month[0]:04}-{month[1]:02}" if month else None,
        "subject": letter.subject,
        "urgency": letter.urgency.value,
        "secrecy": letter.secrecy.value if letter.secrecy else None,
        "addressees": list(letter.addressees),
        "references": [
            {"kind": found.kind, "code": found.code, "issued_on": _iso(found.issued_on)}
            for found in letter.references
        ],
        "tasks": [{"number": task.number, "text": task.text} for task in letter.tasks],
        "closing": letter.closing,
        "recipients": list(letter.recipients),
        "signatory": signatory
        and {
            "name": signatory.name,
            "title": signatory.title,
            "authority": signatory.authority,
        },
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
