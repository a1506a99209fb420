"""Dates and times as people of an office write them, in the office's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
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
        local = moment.astimezone(self.zone)
        weekday = format_date(local.date(), "EEEE", locale=self.texts.language)
        if self.texts.language == "vi":
            weekday = weekday[0].lower() + weekday[1:]
        return self.texts(
            "moment.full", time=self.time(moment), weekday=weekday, day=self.day(local.date())
        )

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
        return get_timezone_gmt(moment.astimezone(self.zone), locale="en")
