"""Dates and times as people of an office write them, in the office's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_timezone_gmt

from bot.texts import Texts


@dataclass(frozen=True, slots=True)
class Moments:
    """Writes moments in one language and zone. The zone itself is named once, by `zone_name`."""

    texts: Texts
    zone: ZoneInfo

    def full(self, moment: datetime) -> str:
        """`17h00, thứ Sáu, ngày 13/01/2023`."""
        day = moment.astimezone(self.zone).date()
        return self.texts(
            "moment.full", time=self.time(moment), weekday=self.weekday(day), day=self.day(day)
        )

    def weekday(self, day: date) -> str:
        """`thứ Sáu`."""
        return _weekday(day, self.texts.language)

    def short(self, moment: datetime) -> str:
        """`08:12 13/01/2023`."""
        local = moment.astimezone(self.zone)
        return f"{local:%H:%M %d/%m/%Y}"

    def time(self, moment: datetime) -> str:
        """The time of day alone."""
        local = moment.astimezone(self.zone)
        return self.texts("moment.time", hour=f"{local:%H}", minute=f"{local:%M}")

    def day(self, day: date) -> str:
        """`13/01/2023`."""
        return f"{day:%d/%m/%Y}"

    def zone_name(self, moment: datetime) -> str:
        """`GMT+07:00`, as the zone stands at that moment."""
        return _offset(moment.astimezone(self.zone).replace(minute=0, second=0, microsecond=0))


# Babel reads its patterns anew for every date; a broadcast writes the same one again and again.
@lru_cache(maxsize=64)
def _weekday(day: date, language: str) -> str:
    name = format_date(day, "EEEE", locale=language)
    return name[0].lower() + name[1:] if language == "vi" else name


@lru_cache(maxsize=64)
def _offset(local: datetime) -> str:
    return get_timezone_gmt(local, locale="en")
