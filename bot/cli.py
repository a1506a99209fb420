"""The `dondoc` command. Every subcommand imports what it needs only when it runs."""

from __future__ import annotations

import argparse
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    parser = argparse.ArgumentParser(prog="dondoc")
    parser.parse_args(arguments)
    return 0
