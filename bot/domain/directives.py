"""A directive's identity: how its number is written and it is called, when two are the same; if it
has begun."""

from __future__ import annotations

from datetime import date, datetime

from bot.domain.folding import fold
from bot.domain.splitting import shortened

_LONGEST_NAME = 80


def number_and_symbol(number: str | None, symbol: str | None) -> str | None:
    """`12/STTTT-TTBCXB`, or `56-CTr/TU` as the Party writes it; None while it has neither."""
    if number and symbol:
        return f"{number}{'-' if '/' in symbol else '/'}{symbol}"
    return number or symbol


def short_name(number: str | None, symbol: str | None, subject: str) -> str:
    """How a sentence calls a directive: by its number, else by its first words."""
    code = number_and_symbol(number, symbol) if number else None
    return code or shortened(subject, most=_LONGEST_NAME)


def has_begun(send_at: datetime | None, *, now: datetime) -> bool:
    """Whether the sending of a directive began at once, or its appointed moment has come."""
    return send_at is None or send_at <= now


def given_at(
    sent_at: datetime, added_at: datetime, asked_again_at: datetime | None = None
) -> datetime:
    """Since when a unit has it: its sending began then, or the unit came to it later; or it was
    corrected with the wish for new receipts."""
    return max(sent_at, added_at, asked_again_at or sent_at)


def identity_key(
    *,
    issuer: str | None,
    number: str | None,
    symbol: str | None,
    issued_on: date | None,
    subject: str,
    month: str,
) -> str:
    """Equal for two directives that are the same one: number, day and issuer; where a number was
    not given yet, issuer, subject and month (`2023-01`)."""
    if number:
        parts = (fold(issuer or ""), number, symbol or "", str(issued_on or month))
    else:
        parts = (fold(issuer or ""), "-", fold(subject)[:150], month)
    return "|".join(parts)[:300]
