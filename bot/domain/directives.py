"""A directive's identity: how its number is written, when two are the same; if it has begun."""

from __future__ import annotations

from datetime import date, datetime

from bot.domain.folding import fold


def number_and_symbol(number: str | None, symbol: str | None) -> str | None:
    """`12/STTTT-TTBCXB`, or `56-CTr/TU` as the Party writes it; None while it has neither."""
    if number and symbol:
        return f"{number}{'-' if '/' in symbol else '/'}{symbol}"
    return number or symbol


def has_begun(send_at: datetime | None, *, now: datetime) -> bool:
    """Whether the sending of a directive began at once, or its appointed moment has come."""
    return send_at is None or send_at <= now


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
