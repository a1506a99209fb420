"""How commands are told to argparse: verbs, and nouns that have some of their own."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

Verbs = Any  # argparse keeps the class of its sub-commands private


def verbs(parser: argparse.ArgumentParser, metavar: str) -> Verbs:
    """What can follow, one of it must."""
    return parser.add_subparsers(metavar=metavar, required=True, title="commands")


def verb(
    above: Verbs,
    name: str,
    start: Callable[[argparse.Namespace], int],
    *,
    about: str,
    config: argparse.ArgumentParser | None = None,
) -> argparse.ArgumentParser:
    """A command and what starts it; with `config` it takes the option that names the settings."""
    parser: argparse.ArgumentParser = above.add_parser(
        name, help=about, description=about, parents=[config] if config else []
    )
    parser.set_defaults(start=start)
    return parser


def noun(above: Verbs, name: str, *, about: str) -> Verbs:
    """What commands are about."""
    return verbs(above.add_parser(name, help=about, description=about), "ACTION")
