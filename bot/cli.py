"""The `dondoc` command: what can be typed, and what each of it starts.

Nothing heavy is imported before it is known what to run: `dondoc --help` must answer at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.commands import lifelong
from bot.commands.console import Fault, complain, hang_up, speak_any_language
from bot.commands.registry_verbs import add_groups, add_units
from bot.commands.upkeep_verbs import (
    add_articles,
    add_calendar,
    add_database,
    add_directives,
    add_receipts,
    add_record,
    add_report,
    add_updates,
)
from bot.commands.verbs import Verbs as _Verbs
from bot.commands.verbs import noun as _noun
from bot.commands.verbs import verb as _verb
from bot.commands.verbs import verbs as _verbs
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
    add_database(commands, config)
    add_updates(commands, config)
    add_record(commands, config)
    add_report(commands, config)
    add_directives(commands, config)
    add_articles(commands, config)
    add_receipts(commands, config)
    add_calendar(commands, config)
    _add_letters(commands)
    _add_registry(commands, config)
    lifelong.add_persons(commands, config)
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
    _add_groups(add, "only for units of these groups (codes, apart by commas; default: all units)")
    _add_staff_keeping(staff, config)
    units = _noun(verbs, "units", about="the registered units")
    add_units(units, config)
    lifelong.add_unit_changes(units, config)
    add_groups(_noun(verbs, "groups", about="the groups that units stand in"), config)
    _add_invites(verbs, config)


def _add_invites(verbs: _Verbs, config: argparse.ArgumentParser) -> None:
    actions = _noun(verbs, "invite", about="links that let people of the units in")
    shown = _verb(
        actions, "list", _list_invites, about="show the invites that are open", config=config
    )
    shown.add_argument("--unit", metavar="UNIT_CODE", help="only those of this unit")
    shown.add_argument("--json", action="store_true", help="print JSON")
    back = _verb(
        actions, "revoke", _revoke_invite, about="let nobody use an invite any more", config=config
    )
    back.add_argument("id", metavar="ID", type=int, help="its number in `dondoc invite list`")
    sheet = _verb(
        actions,
        "sheet",
        _invite_sheet,
        about="make new one-time codes for a group's units and write them as QR codes to a PDF",
        config=config,
    )
    sheet.add_argument("--group", metavar="CODE", required=True, help="the group's code or name")
    sheet.add_argument("file", metavar="FILE", type=Path, help="such as invites.pdf")
    invite = _verb(
        actions, "add", _invite, about="make a link that lets people of a unit in", config=config
    )
    invite.add_argument("unit", metavar="UNIT_CODE", help="the unit's code in the registry")
    kind = invite.add_mutually_exclusive_group()
    kind.add_argument("--leader", action="store_true", help="for the unit's leader")
    kind.add_argument("--group", action="store_true", help="for the unit's Telegram group")
    invite.add_argument(
        "--uses", metavar="N", type=_uses, default=1, help="for how many people (default: 1)"
    )


def _add_groups(verb: argparse.ArgumentParser, about: str) -> None:
    verb.add_argument("--groups", metavar="CODES", type=_codes, help=about)


def _codes(text: str) -> list[str]:
    return [code.strip() for code in text.split(",") if code.strip()]


def _add_staff_keeping(staff: _Verbs, config: argparse.ArgumentParser) -> None:
    show = _verb(staff, "list", _list_staff, about="who is of the office", config=config)
    show.add_argument("--json", action="store_true", help="print JSON")
    role = _verb(
        staff, "role", _change_staff, about="give somebody another role or limits", config=config
    )
    role.add_argument("number", metavar="NUMBER", type=int, help="as `dondoc staff list` shows it")
    role.add_argument("role", choices=[role.value for role in StaffRole])
    _add_groups(
        role,
        'only for units of these groups from now on (codes, apart by commas; "" for all units)',
    )
    remove = _verb(
        staff, "remove", _remove_staff, about="take somebody's rights away", config=config
    )
    remove.add_argument(
        "number", metavar="NUMBER", type=int, help="as `dondoc staff list` shows it"
    )


def _list_staff(given: argparse.Namespace) -> int:
    from bot.commands import staff

    return staff.show(given.config, as_json=given.json)


def _change_staff(given: argparse.Namespace) -> int:
    from bot.commands import staff

    return staff.change(
        given.config, number=given.number, role=StaffRole(given.role), groups=given.groups
    )


def _remove_staff(given: argparse.Namespace) -> int:
    from bot.commands import staff

    return staff.remove(given.config, number=given.number)


def _add_staff(given: argparse.Namespace) -> int:
    from bot.commands import invites

    return invites.add_staff(given.config, role=StaffRole(given.role), groups=given.groups or [])


def _invite(given: argparse.Namespace) -> int:
    from bot.commands import invites

    return invites.invite(
        given.config,
        unit_code=given.unit,
        leader=given.leader,
        group=given.group,
        uses=given.uses,
    )


def _list_invites(given: argparse.Namespace) -> int:
    from bot.commands import invite_lists

    return invite_lists.list_open(given.config, unit_code=given.unit, as_json=given.json)


def _revoke_invite(given: argparse.Namespace) -> int:
    from bot.commands import invite_lists

    return invite_lists.revoke(given.config, invite_id=given.id)


def _invite_sheet(given: argparse.Namespace) -> int:
    from bot.commands import invite_lists

    return invite_lists.sheet(given.config, group_code=given.group, file=given.file)


def _uses(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r}: give a number from 1 to 1000")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
