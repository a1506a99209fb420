"""Talking to the operator: lines on the console, and a fault that ends a command. No decisions."""

from __future__ import annotations

import io
import os
import sys


class Fault(Exception):
    """Ends the command with one clear sentence on standard error and an exit code."""

    def __init__(self, sentence: str, *, exit_code: int = 1) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code


def say(text: str) -> None:
    """One line, or several, on standard output, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    """One line, or several, on standard error."""
    sys.stderr.write(f"dondoc: {text}\n")
    sys.stderr.flush()


def counted(count: int, thing: str, things: str | None = None) -> str:
    """How many there are, in English: `1 unit`, `2 units`."""
    return f"{count} {thing if count == 1 else things or thing + 's'}"


def speak_any_language() -> None:
    """A console that has no Vietnamese letters must not end a command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def hang_up() -> None:
    """Nobody reads standard output any more: what is still in it must not fail at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
