"""What can be typed after `dondoc units` and `dondoc groups`, and what each of it starts."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.commands.verbs import Verbs, verb


def add_units(units: Verbs, config: argparse.ArgumentParser) -> None:
    """Looking at units, and tables in and out."""
    all_units = verb(units, "list", _list_units, about="list units", config=config)
    all_units.add_argument(
        "words", metavar="WORD", nargs="*", help="only units whose name or code holds the words"
    )
    all_units.add_argument("--json", action="store_true", help="print JSON")
    one = verb(units, "show", _show_unit, about="show all that is kept of a unit", config=config)
    one.add_argument("code", metavar="UNIT_CODE", help="the unit's code in the registry")
    one.add_argument("--json", action="store_true", help="print JSON")
    _add_table_verbs(units, config)


def _add_table_verbs(units: Verbs, config: argparse.ArgumentParser) -> None:
    load = verb(
        units,
        "import",
        _import_units,
        about="take units from a table: add new ones, change those whose code is known",
        config=config,
    )
    load.add_argument(
        "file",
        metavar="FILE",
        type=Path,
        help=".xlsx, or .csv in UTF-8, with the columns code and name (mã, tên) and, if there are, "
        "groups, phone, sites, note, contacts; other columns are kept as they are. Several groups, "
        "sites or people in a cell stand apart by ;",
    )
    load.add_argument("--dry-run", action="store_true", help="only say what would change")
    load.add_argument(
        "--column",
        metavar="NAME=HEADING",
        dest="columns",
        type=_column,
        action="append",
        default=[],
        help="take the column with this heading for code, name, groups, phone, sites, note, "
        "contact_name, contact_title, contact_phone, contact_role, attribute (the office's own) "
        "or ignored; may be given several times",
    )
    load.add_argument("--json", action="store_true", help="print JSON")
    save = verb(
        units,
        "export",
        _export_units,
        about="write all units to a table that can be changed and imported again",
        config=config,
    )
    save.add_argument("file", metavar="FILE", type=Path, help="ends with .xlsx or .csv")


def add_groups(groups: Verbs, config: argparse.ArgumentParser) -> None:
    """Looking at groups, and changing them."""
    all_groups = verb(groups, "list", _list_groups, about="list groups", config=config)
    all_groups.add_argument("--json", action="store_true", help="print JSON")
    change = verb(
        groups, "set", _set_group, about="change a group, or make a new one", config=config
    )
    change.add_argument("code", metavar="GROUP_CODE", help="the group's code")
    change.add_argument("--name", help="what it is called; a new group needs one")
    change.add_argument("--aliases", metavar="NAMES", help='other names in letters: "A; B"')
    change.add_argument(
        "--condition",
        metavar="CONDITION",
        help='units with these attributes stand in it: "Cấp = tỉnh | huyện"; - for none',
    )
    change.add_argument("--add", metavar="CODES", help='units to put into it: "A; B"')
    change.add_argument("--remove", metavar="CODES", help="units to take out of it")


def _list_units(given: argparse.Namespace) -> int:
    from bot.commands import registry

    return registry.list_units(given.config, words=" ".join(given.words), as_json=given.json)


def _show_unit(given: argparse.Namespace) -> int:
    from bot.commands import registry

    return registry.show_unit(given.config, code=given.code, as_json=given.json)


def _import_units(given: argparse.Namespace) -> int:
    from bot.actions.unit_headings import Column
    from bot.commands import registry

    return registry.import_units(
        given.config,
        file=given.file,
        dry_run=given.dry_run,
        columns=[(Column(name), heading) for name, heading in given.columns],
        as_json=given.json,
    )


def _export_units(given: argparse.Namespace) -> int:
    from bot.commands import registry

    return registry.export_units(given.config, file=given.file)


def _list_groups(given: argparse.Namespace) -> int:
    from bot.commands import groups

    return groups.list_groups(given.config, as_json=given.json)


def _set_group(given: argparse.Namespace) -> int:
    from bot.commands import groups

    changes = groups.Changes(given.name, given.aliases, given.condition, given.add, given.remove)
    return groups.set_group(given.config, code=given.code, changes=changes)


def _column(text: str) -> tuple[str, str]:
    from bot.actions.unit_headings import Column

    name, equals, heading = text.partition("=")
    if not equals or name not in set(Column) or not heading.strip():
        names = ", ".join(Column)
        raise argparse.ArgumentTypeError(f"{text!r}: give NAME=HEADING, NAME one of {names}")
    return name, heading.strip()
