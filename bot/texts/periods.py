"""Periods of work that comes again, as people write them, by the keys under which they are kept."""

from __future__ import annotations

from bot.texts import Texts

_QUARTERS = ("I", "II", "III", "IV")


def period_name(key: str, texts: Texts) -> str:
    """`tháng 02/2026`, `tuần 07/2026`, `quý I/2026`."""
    year, _, number = key.partition("-")
    match number[0]:
        case "W":
            return texts("period.week", number=number[1:], year=year)
        case "Q":
            return texts("period.quarter", number=_QUARTERS[int(number[1:]) - 1], year=year)
    return texts("period.month", number=number, year=year)


def with_period(title: str, key: str, texts: Texts) -> str:
    """`Tháng 02/2026 – Báo cáo kết quả`: in front, where nothing cuts it off. Without a period the
    title alone."""
    if not key:
        return title
    name = period_name(key, texts)
    return f"{name[:1].upper()}{name[1:]} – {title}"


def numbered(position: int, key: str, texts: Texts) -> str:
    """A task's number within a sentence: `2`, or `2 (tháng 02/2026)`."""
    return f"{position} ({period_name(key, texts)})" if key else str(position)
