"""What all sheets of a directive's workbook share: its identity, its moment, words for tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.directives import number_and_symbol
from bot.domain.states import Ending
from bot.reports.directive_report import DirectiveReport
from bot.reports.numbers import Column, DirectiveNumbers, UnitState
from bot.reports.sheet import Sheet, Style
from bot.texts import Texts
from bot.texts.moments import Moments
from bot.texts.periods import with_period

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet


_ENDED = {
    Ending.CLOSED: "state.closed",
    Ending.REPLACED: "state.replaced",
    Ending.RECALLED: "state.recalled",
}


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The office as it stands above a paper, with the one above it, if it said which that is."""

    office: str
    superior: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """What every sheet is written from."""

    workbook: Workbook
    report: DirectiveReport
    columns: tuple[Column, ...]
    moments: Moments
    letterhead: Letterhead

    @property
    def texts(self) -> Texts:
        """The office's language."""
        return self.moments.texts

    @property
    def numbers(self) -> DirectiveNumbers:
        """The directive's."""
        return self.report.numbers

    def sheet(self, title: str, *, widths: Sequence[float]) -> Sheet:
        """A new sheet by the key of its name."""
        worksheet: Worksheet = self.workbook.create_sheet(self.texts(title))
        return Sheet(worksheet, widths, self.moments.zone, self.texts("report.page"))

    def head(self, sheet: Sheet, title: str) -> None:
        """A sheet's title, which directive it is about, and as of when."""
        sheet.line(self.texts(title), Style.TITLE)
        self.identity(sheet)
        self.as_of(sheet)

    def identity(self, sheet: Sheet) -> None:
        """Number, day and subject, and how it ended if it has."""
        directive, texts = self.numbers.directive, self.texts
        missing = texts("report.number_missing")
        number = number_and_symbol(directive.number or missing, directive.symbol)
        day = directive.issued_on
        written = self.moments.day(day) if day else texts("report.day_missing")
        sheet.line(texts("report.identity", number=number, day=written))
        sheet.line(texts("report.subject", subject=directive.subject))
        if directive.closed_at is not None:
            ended_at = self.moments.short(directive.closed_at)
            sheet.line(texts(_ENDED[directive.ending or Ending.CLOSED], at=ended_at))

    def as_of(self, sheet: Sheet) -> None:
        """The sheet's moment, and the one place where it names its zone."""
        at, moments = self.numbers.at, self.moments
        sentence = self.texts(
            "report.as_of",
            at=moments.short(at),
            zone=moments.zone.key,
            offset=moments.zone_name(at),
        )
        sheet.line(sentence, Style.REMARK)

    def chased(self, unit: UnitState) -> str:
        """How often the unit was reminded by hand, when last and by whom."""
        if (last := unit.chased) is None:
            return ""
        at = self.moments.short(last.at)
        return self.texts("report.chased", count=last.times, at=at, by=last.by)


def titled(position: int, title: str, period: str, texts: Texts) -> str:
    """A task with its number and period."""
    return f"{position}. {with_period(title, period, texts)}"
