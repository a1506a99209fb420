"""What can be typed after `dondoc db`, `dondoc audit`, `dondoc report`, `dondoc directive`,
`dondoc articles`, `dondoc receipt`, `dondoc updates` and `dondoc calendar`, and what it starts."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from bot.commands.verbs import Verbs, noun, verb
from bot.domain.reports import ReportForm

# --- database ------------------------------------------------------------------------------------


def add_database(verbs: Verbs, config: argparse.ArgumentParser) -> None:
    """Bringing the database up to date, copies of it, and whether the record in it is whole."""
    actions = noun(verbs, "db", about="upgrade, back up, restore or verify the database")
    verb(
        actions,
        "upgrade",
        _upgrade,
        about="bring the database to this version's schema; an SQLite file is copied first",
        config=config,
    )
    backup = verb(
        actions,
        "backup",
        _backup,
        about="copy the SQLite database as of one moment; the bot may be running",
        config=config,
    )
    backup.add_argument(
        "file", metavar="FILE", nargs="?", type=Path, help="default: beside the database"
    )
    restore = verb(
        actions,
        "restore",
        _restore,
        about="put a backup in the place of the SQLite database, which is kept under another name",
        config=config,
    )
    restore.add_argument("file", metavar="FILE", type=Path, help="made by `dondoc db backup`")
    restore.add_argument("--yes", action="store_true", help="yes, replace the database")
    prove = verb(
        actions,
        "verify",
        _verify,
        about="prove that the record of events is as it was sealed",
        config=config,
    )
    prove.add_argument(
        "--head", metavar="NUMBER:SEAL", help="how far it reached, as administrators were told"
    )


def _upgrade(given: argparse.Namespace) -> int:
    from bot.commands import database

    return database.upgrade(given.config)


def _backup(given: argparse.Namespace) -> int:
    from bot.commands import database

    return database.backup(given.config, target=given.file)


def _restore(given: argparse.Namespace) -> int:
    from bot.commands import database

    return database.restore(given.config, source=given.file, confirmed=given.yes)


def _verify(given: argparse.Namespace) -> int:
    from bot.commands import record

    return record.verify(given.config, head=given.head)


# --- record --------------------------------------------------------------------------------------


def add_record(verbs: Verbs, config: argparse.ArgumentParser) -> None:
    """The record of events."""
    actions = noun(verbs, "audit", about="the record of events")
    export = verb(actions, "export", _export, about="write the record to a new file", config=config)
    export.add_argument("file", metavar="FILE", type=Path, help="ends with .xlsx or .csv")
    about = export.add_mutually_exclusive_group()
    about.add_argument("--directive", metavar="NUMBER", help="only what happened to this directive")
    about.add_argument("--unit", metavar="CODE", help="only what happened to this unit")


def _export(given: argparse.Namespace) -> int:
    from bot.commands import record

    return record.export(
        given.config, target=given.file, directive=given.directive, unit=given.unit
    )


# --- reports -------------------------------------------------------------------------------------


def add_report(verbs: Verbs, config: argparse.ArgumentParser) -> None:
    """A directive's report as a file."""
    report = verb(
        verbs,
        "report",
        _report,
        about="write a directive's report to a new file: who got it, who submitted what",
        config=config,
    )
    report.add_argument("number", metavar="NUMBER", help="such as 12 or 12/STTTT-TTBCXB")
    report.add_argument("file", metavar="FILE", type=Path, help="such as report.xlsx")
    form = report.add_mutually_exclusive_group()
    for each, about in ((ReportForm.XLSX, "a workbook"), (ReportForm.CSV, "the articles alone")):
        form.add_argument(
            f"--{each}",
            dest="form",
            action="store_const",
            const=each,
            help=f"{about} (default: as the file's name says)",
        )


def _report(given: argparse.Namespace) -> int:
    from bot.commands import reports

    return reports.report(given.config, number=given.number, target=given.file, form=given.form)


# --- directives ----------------------------------------------------------------------------------


def add_directives(verbs: Verbs, config: argparse.ArgumentParser) -> None:
    """Directives, for who has to prove something."""
    actions = noun(verbs, "directive", about="what directives said, and who had seen it")
    show = verb(
        actions,
        "versions",
        _versions,
        about="show a directive's versions, and by unit which arrived and was confirmed when",
        config=config,
    )
    show.add_argument("number", metavar="NUMBER", help="such as 12 or 12/STTTT-TTBCXB")
    show.add_argument("--json", action="store_true", help="print JSON")


def _versions(given: argparse.Namespace) -> int:
    from bot.commands import directives

    return directives.versions(given.config, number=given.number, as_json=given.json)


# --- articles ------------------------------------------------------------------------------------


def add_articles(verbs: Verbs, config: argparse.ArgumentParser) -> None:
    """Links that units submitted."""
    actions = noun(verbs, "articles", about="look at the pages of submitted links again")
    again = verb(
        actions,
        "recheck",
        _recheck,
        about="let the running bot open the pages of submitted links again, now",
        config=config,
    )
    again.add_argument(
        "number", metavar="NUMBER", nargs="?", help="of one directive, such as 12 or 12/STTTT"
    )
    again.add_argument(
        "--failed", action="store_true", help="only those that could not be opened last time"
    )


def _recheck(given: argparse.Namespace) -> int:
    from bot.commands import articles

    return articles.recheck(given.config, number=given.number, only_failed=given.failed)


# --- receipts ------------------------------------------------------------------------------------


def add_receipts(verbs: Verbs, config: argparse.ArgumentParser) -> None:
    """Receipt slips."""
    actions = noun(verbs, "receipt", about="papers that say who confirmed a directive, and when")
    known = verb(
        actions,
        "verify",
        _verify_receipt,
        about="say whether a slip is genuine, what it says, and what has changed since",
        config=config,
    )
    known.add_argument("code", metavar="CODE", help="as it stands on the slip")
    known.add_argument("--json", action="store_true", help="print JSON")
    made = verb(
        actions, "print", _print_receipt, about="write a unit's slip to a PDF", config=config
    )
    made.add_argument("unit", metavar="UNIT_CODE", help="the unit's code in the registry")
    made.add_argument("number", metavar="NUMBER", help="such as 12 or 12/STTTT-TTBCXB")
    made.add_argument("--out", metavar="FILE", type=Path, required=True, help="such as slip.pdf")


def _verify_receipt(given: argparse.Namespace) -> int:
    from bot.commands import receipts

    return receipts.verify(given.config, code=given.code, as_json=given.json)


def _print_receipt(given: argparse.Namespace) -> int:
    from bot.commands import receipts

    return receipts.print_slip(
        given.config, unit_code=given.unit, number=given.number, file=given.out
    )


# --- updates -------------------------------------------------------------------------------------


def add_updates(verbs: Verbs, config: argparse.ArgumentParser) -> None:
    """What is parked."""
    actions = noun(verbs, "updates", about="what people did and the bot could not handle")
    show = verb(
        actions,
        "list",
        _list_updates,
        about="show what is parked, a page at a time, without what was written",
        config=config,
    )
    show.add_argument("--page", metavar="N", type=_count, default=1, help="default: 1")
    show.add_argument("--json", action="store_true", help="print JSON")
    again = verb(
        actions,
        "replay",
        _replay_updates,
        about="have parked updates handled again; the bot may be running",
        config=config,
    )
    which = again.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "references", metavar="REFERENCE", nargs="*", type=_count, default=[], help="as listed"
    )
    which.add_argument("--all", action="store_true", help="all that is parked")


def _list_updates(given: argparse.Namespace) -> int:
    from bot.commands import inbox

    return inbox.show(given.config, page=given.page, as_json=given.json)


def _replay_updates(given: argparse.Namespace) -> int:
    from bot.commands import inbox

    return inbox.replay(given.config, references=given.references)


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10**18:
        raise argparse.ArgumentTypeError(f"{text!r}: give a number from 1 on")
    return int(text)


# --- calendar ------------------------------------------------------------------------------------


def add_calendar(verbs: Verbs, config: argparse.ArgumentParser) -> None:
    """Days off, and days worked instead."""
    actions = noun(verbs, "calendar", about="the office's days off and days worked instead")
    shown = verb(
        actions,
        "list",
        _list_days,
        about="show those of the next sixty days, and what was declared for later",
        config=config,
    )
    shown.add_argument("--json", action="store_true", help="print JSON")
    declare = verb(
        actions, "set", _set_days, about="declare a day, or several, off or working", config=config
    )
    declare.add_argument("day", metavar="DAY", type=_day, help="such as 2026-01-10")
    declare.add_argument("state", choices=["off", "working"])
    declare.add_argument("--to", metavar="DAY", type=_day, help="the last of several days")
    declare.add_argument("--note", metavar="TEXT", default="", help="the reason, for people")
    back = verb(
        actions, "unset", _unset_day, about="leave a day to weekends and holidays", config=config
    )
    back.add_argument("day", metavar="DAY", type=_day)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day: write it as 2026-01-10") from None


def _list_days(given: argparse.Namespace) -> int:
    from bot.commands import calendar

    return calendar.list_days(given.config, as_json=given.json)


def _set_days(given: argparse.Namespace) -> int:
    from bot.commands import calendar

    return calendar.set_days(
        given.config,
        first=given.day,
        last=given.to or given.day,
        working=given.state == "working",
        note=given.note,
    )


def _unset_day(given: argparse.Namespace) -> int:
    from bot.commands import calendar

    return calendar.unset_day(given.config, day=given.day)
