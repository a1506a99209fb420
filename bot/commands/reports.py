"""`dondoc report`: a directive's report as a file, the same as it is sent in chat."""

from __future__ import annotations

import asyncio
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.clock import system_clock
from bot.commands.console import Fault, counted, say
from bot.commands.directives import by_number
from bot.commands.opening import opened, settings
from bot.commands.tables import refuse_present, write_file
from bot.config import Config
from bot.domain.reports import ReportForm
from bot.reports.articles_csv import articles_csv
from bot.reports.directive_report import DirectiveReport, directive_report
from bot.reports.paper import Letterhead
from bot.texts import texts


def report(path: Path, *, number: str, target: Path, form: ReportForm | None) -> int:
    """Write the report of the directive to a new file; without `form` its name says which."""
    config = settings(path)
    wanted = form or _form_of(target)
    refuse_present(target)
    found = asyncio.run(_read(config, number))
    write_file(target, _file(found, wanted, config))
    units = counted(len(found.numbers.units), "unit")
    articles = counted(len(found.articles.articles), "article")
    say(f"{units} and {articles} written to {target}")
    return 0


def _form_of(target: Path) -> ReportForm:
    try:
        return ReportForm(target.suffix.lower().removeprefix("."))
    except ValueError:
        message = f"{target}: name a file that ends with .xlsx or .csv, or say which with an option"
        raise Fault(message, exit_code=2) from None


async def _read(config: Config, number: str) -> DirectiveReport:
    async with opened(config) as database, database.read() as session:
        directive = await by_number(session, number)
        zone = ZoneInfo(config.office.zone)
        return await directive_report(session, directive.id, now=system_clock(), zone=zone)


def _file(found: DirectiveReport, form: ReportForm, config: Config) -> bytes:
    language, zone = texts(config.office.language), ZoneInfo(config.office.zone)
    if form is ReportForm.CSV:
        at = found.numbers.at
        return articles_csv(found.articles.articles, texts=language, zone=zone, at=at)
    from bot.reports.workbook import directive_workbook  # heavy: only when one is asked for

    letterhead = Letterhead(config.office.name, config.office.superior)
    return directive_workbook(found, texts=language, zone=zone, letterhead=letterhead)
