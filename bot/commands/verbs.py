"""How commands are put together for argparse; nothing heavy, as `--help` must answer at once."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

Verbs = Any  # argparse keeps the class of its sub-commands private


def verbs(parser: argparse.ArgumentParser, metavar: str) -> Verbs:
    """Room for commands below this one."""
    return parser.add_subparsers(metavar=metavar, required=True, title="commands")


def verb(
    parent: Verbs,
    name: str,
    start: Callable[[argparse.Namespace], int],
    *,
    about: str,
    config: argparse.ArgumentParser | None = None,
) -> argparse.ArgumentParser:
    """A command that starts something."""
    made: argparse.ArgumentParser = parent.add_parser(
        name, help=about, description=about, parents=[config] if config else []
    )
    made.set_defaults(start=start)
    return made


def noun(parent: Verbs, name: str, *, about: str) -> Verbs:
    """A command that others stand below."""
    return verbs(parent.add_parser(name, help=about, description=about), "ACTION")
