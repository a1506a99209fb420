"""What can be typed about what changes over the years: units, and people's data."""

from __future__ import annotations

import argparse
from datetime import date

from bot.commands.verbs import Verbs, noun, verb
from bot.domain.states import UnitChangeKind, WorkOfRetired

# --- units that change ---------------------------------------------------------------------------


def add_unit_changes(parent: Verbs, config: argparse.ArgumentParser) -> None:
    """`dondoc units rename`, `retire`, `merge`, `split`, `changes`, `drop`."""
    rename = _change_verb(
        parent, "rename", config, about="call a unit otherwise; what was issued keeps its old name"
    )
    rename.add_argument("name", metavar="NAME", help="the new name")
    retire = _change_verb(parent, "retire", config, about="end a unit: it gets no new directives")
    retire.add_argument(
        "--finish-work",
        action="store_true",
        help="its people finish what is open (without it: open work is cancelled)",
    )
    merge = _change_verb(
        parent, "merge", config, about="let another unit go on with a unit's people and open work"
    )
    merge.add_argument("into", metavar="INTO", nargs=1, help="the code of the unit that goes on")
    split = _change_verb(parent, "split", config, about="divide a unit into registered units")
    split.add_argument(
        "into", metavar="INTO", nargs="+", help="codes; the first goes on with the open work"
    )
    split.add_argument(
        "--work-to-all", action="store_true", help="every successor gets the open work"
    )
    verb(parent, "changes", _planned_changes, about="list what is planned", config=config)
    drop = verb(parent, "drop", _drop_change, about="take a planned change back", config=config)
    drop.add_argument("number", metavar="NUMBER", type=int, help="as `units changes` shows it")


def _change_verb(
    parent: Verbs, name: str, config: argparse.ArgumentParser, *, about: str
) -> argparse.ArgumentParser:
    change = verb(parent, name, _change_unit, about=about, config=config)
    change.set_defaults(kind=name, into=[], name="", finish_work=False, work_to_all=False)
    change.add_argument("code", metavar="UNIT_CODE", help="the unit's code in the registry")
    change.add_argument(
        "--on", metavar="DATE", type=_day, help="from midnight of that day (default: at once)"
    )
    change.add_argument("--dry-run", action="store_true", help="only say what it would do")
    return change


def _change_unit(given: argparse.Namespace) -> int:
    from bot.commands import unit_changes

    return unit_changes.change(
        given.config,
        UnitChangeKind(given.kind),
        code=given.code,
        into=given.into,
        name=given.name,
        work=WorkOfRetired.GO_ON if given.finish_work else WorkOfRetired.CANCEL,
        shared=given.work_to_all,
        on=given.on,
        dry_run=given.dry_run,
    )


def _planned_changes(given: argparse.Namespace) -> int:
    from bot.commands import unit_changes

    return unit_changes.planned(given.config)


def _drop_change(given: argparse.Namespace) -> int:
    from bot.commands import unit_changes

    return unit_changes.drop(given.config, change_id=given.number)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day such as 2027-07-01") from None


# --- people's data -------------------------------------------------------------------------------


def add_persons(parent: Verbs, config: argparse.ArgumentParser) -> None:
    """`dondoc person export` and `erase`."""
    actions = noun(parent, "person", about="what is kept about one person")
    whom = "the number of the Telegram account, or the whole name"
    export = verb(
        actions, "export", _export_person, about="print everything as JSON", config=config
    )
    export.add_argument("person", metavar="PERSON", help=whom)
    erase = verb(
        actions,
        "erase",
        _erase_person,
        about="erase a person for good; what they did stays as counts",
        config=config,
    )
    erase.add_argument("person", metavar="PERSON", help=whom)
    erase.add_argument("--yes", action="store_true", help="yes, erase; it cannot be undone")
    erase.add_argument("--force", action="store_true", help="also staff, and a unit's only contact")


def _export_person(given: argparse.Namespace) -> int:
    from bot.commands import persons

    return persons.export(given.config, whom=given.person)


def _erase_person(given: argparse.Namespace) -> int:
    from bot.commands import persons

    return persons.erase(given.config, whom=given.person, confirmed=given.yes, force=given.force)
