"""The `dondoc` command: what can be typed, and what each of it starts.

Nothing heavy is imported before it is known what to run: `dondoc --help` must answer at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bot.commands.console import Fault, complain, hang_up, speak_any_language
from bot.domain.states import StaffRole

_DESCRIPTION = "Follow an office's assignments until they are done, over Telegram."
_EPILOG = (
    "Exit codes: 0 done, 1 a fault (one sentence on standard error), 2 wrong usage. "
    "`dondoc COMMAND --help` tells more about a command. "
    "Settings: config.toml in the current directory, or the file that --config or the "
    "environment variable DONDOC_CONFIG names."
)
_DEMO_PORT = 8080


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    speak_any_language()
    try:
        given = _parser().parse_args(arguments)
    except SystemExit as end:  # argparse has said what is wrong, or shown its help
        return int(end.code or 0)
    try:
        return int(given.start(given))
    except Fault as fault:
        complain(str(fault))
        return fault.exit_code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        hang_up()
        return 1


def _parser() -> argparse.ArgumentParser:
    usual = os.environ.get("DONDOC_CONFIG") or "config.toml"
    parser = argparse.ArgumentParser(
        prog="dondoc",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        parents=[_config_option(default=Path(usual))],
    )
    # After the command it must not undo what stood before it.
    config = _config_option(default=argparse.SUPPRESS)
    commands = _verbs(parser, "COMMAND")
    _add_running(commands, config)
    _add_database(commands, config)
    _add_letters(commands)
    _add_registry(commands, config)
    return parser


def _config_option(*, default: object) -> argparse.ArgumentParser:
    option = argparse.ArgumentParser(add_help=False)
    option.add_argument(
        "--config",
        metavar="PATH",
        type=Path,
        default=default,
        help="the settings (default: $DONDOC_CONFIG, else config.toml)",
    )
    return option


_Verbs = Any  # argparse keeps the class of its sub-commands private


def _verbs(parser: argparse.ArgumentParser, metavar: str) -> _Verbs:
    return parser.add_subparsers(metavar=metavar, required=True, title="commands")


def _verb(
    verbs: _Verbs,
    name: str,
    start: Callable[[argparse.Namespace], int],
    *,
    about: str,
    config: argparse.ArgumentParser | None = None,
) -> argparse.ArgumentParser:
    verb: argparse.ArgumentParser = verbs.add_parser(
        name, help=about, description=about, parents=[config] if config else []
    )
    verb.set_defaults(start=start)
    return verb


def _noun(verbs: _Verbs, name: str, *, about: str) -> _Verbs:
    return _verbs(verbs.add_parser(name, help=about, description=about), "ACTION")


# --- running -------------------------------------------------------------------------------------


def _add_running(verbs: _Verbs, config: argparse.ArgumentParser) -> None:
    demo = _verb(
        verbs,
        "demo",
        _demo,
        about="try everything with invented people on one page: no token, no network",
    )
    demo.add_argument(
        "--port",
        type=_port,
        default=_DEMO_PORT,
        help=f"where the page is served (default: {_DEMO_PORT}; 0 for any free one)",
    )
    _verb(verbs, "run", _run, about="run the bot on Telegram", config=config)
    check = _verb(
        verbs,
        "check",
        _check,
        about="look at settings, database and token, and say what to do",
        config=config,
    )
    check.add_argument("--json", action="store_true", help="print JSON")


def _demo(given: argparse.Namespace) -> int:
    from bot.commands import running

    return running.demo(port=given.port)


def _run(given: argparse.Namespace) -> int:
    from bot.commands import running

    return running.run(given.config)


def _check(given: argparse.Namespace) -> int:
    from bot.commands import checking

    return checking.check(given.config, as_json=given.json)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: give a number from 0 to 65535")
    return int(text)


# --- database ------------------------------------------------------------------------------------


def _add_database(verbs: _Verbs, config: argparse.ArgumentParser) -> None:
    actions = _noun(verbs, "db", about="upgrade, back up or restore the database")
    _verb(
        actions,
        "upgrade",
        _upgrade,
        about="bring the database to this version's schema; an SQLite file is copied first",
        config=config,
    )
    backup = _verb(
        actions,
        "backup",
        _backup,
        about="copy the SQLite database as of one moment; the bot may be running",
        config=config,
    )
    backup.add_argument(
        "file", metavar="FILE", nargs="?", type=Path, help="default: beside the database"
    )
    restore = _verb(
        actions,
        "restore",
        _restore,
        about="put a backup in the place of the SQLite database, which is kept under another name",
        config=config,
    )
    restore.add_argument("file", metavar="FILE", type=Path, help="made by `dondoc db backup`")
    restore.add_argument("--yes", action="store_true", help="yes, replace the database")


def _upgrade(given: argparse.Namespace) -> int:
    from bot.commands import database

    return database.upgrade(given.config)


def _backup(given: argparse.Namespace) -> int:
    from bot.commands import database

    return database.backup(given.config, target=given.file)


def _restore(given: argparse.Namespace) -> int:
    from bot.commands import database

    return database.restore(given.config, source=given.file, confirmed=given.yes)


# --- letters -------------------------------------------------------------------------------------


def _add_letters(verbs: _Verbs) -> None:
    actions = _noun(verbs, "letter", about="look at an official letter")
    read = _verb(actions, "read", _read, about="print what is understood of a letter, and where")
    read.add_argument("file", metavar="FILE", help="a letter in any form, or - for standard input")
    read.add_argument("--json", action="store_true", help="print JSON; what is unknown is null")


def _read(given: argparse.Namespace) -> int:
    from bot.commands import letters

    return letters.read(given.file, as_json=given.json)


# --- registry ------------------------------------------------------------------------------------


def _add_registry(verbs: _Verbs, config: argparse.ArgumentParser) -> None:
    staff = _noun(verbs, "staff", about="the people of the issuing office")
    add = _verb(
        staff,
        "add",
        _add_staff,
        about="make a one-time link that lets one person in",
        config=config,
    )
    add.add_argument(
        "--role",
        choices=[role.value for role in StaffRole],
        default=StaffRole.ADMIN.value,
        help="what the person may do (default: admin)",
    )
    units = _noun(verbs, "units", about="the registered units")
    load = _verb(
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
        help=".xlsx, or .csv in UTF-8, with the columns code, name, groups, phone "
        "(mã, tên, nhóm, điện thoại); several groups in a cell stand apart by ; or |",
    )
    load.add_argument("--dry-run", action="store_true", help="only say what would change")
    invite = _verb(
        verbs, "invite", _invite, about="make a link that lets people of a unit in", config=config
    )
    invite.add_argument("unit", metavar="UNIT_CODE", help="the unit's code in the registry")
    kind = invite.add_mutually_exclusive_group()
    kind.add_argument("--leader", action="store_true", help="for the unit's leader")
    kind.add_argument("--group", action="store_true", help="for the unit's Telegram group")
    invite.add_argument(
        "--uses", metavar="N", type=_uses, default=1, help="for how many people (default: 1)"
    )


def _add_staff(given: argparse.Namespace) -> int:
    from bot.commands import invites

    return invites.add_staff(given.config, role=StaffRole(given.role))


def _import_units(given: argparse.Namespace) -> int:
    from bot.commands import registry

    return registry.import_units(given.config, file=given.file, dry_run=given.dry_run)


def _invite(given: argparse.Namespace) -> int:
    from bot.commands import invites

    return invites.invite(
        given.config,
        unit_code=given.unit,
        leader=given.leader,
        group=given.group,
        uses=given.uses,
    )


def _uses(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r}: give a number from 1 to 1000")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
