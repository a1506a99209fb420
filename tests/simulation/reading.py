"""What a reminder says, read as a person reads it: which tasks and receipts of which units."""

from __future__ import annotations

import re

from bot.texts import texts
from tests.simulation.facts import Key

_TOKEN = re.compile(r"Đơn vị (?P<unit>\d{3})|Việc (?P<task>\d{3}\.\d+)|\b(?P<code>\d{3})/MP")
_CUT = [
    re.compile(re.escape(texts("vi")(key)).replace(r"\{count\}", r"\d+"))
    for key in ("reminder.more", "tasks.more")
]


def mentions(text: str) -> set[Key]:
    """The tasks and receipts that a message names. A directive beside a unit without any of its
    tasks is named for its receipt."""
    found: set[Key] = set()
    unit, code, has_tasks = 0, "", True
    for line in text.split("\n"):
        for token in _TOKEN.finditer(line):
            if token["unit"]:
                unit = int(token["unit"])
            elif token["task"]:
                found.add((token["task"], unit))
                has_tasks = True
            if token["code"]:
                if not has_tasks:
                    found.add((code, unit))
                code, has_tasks = token["code"], False
    if not has_tasks:
        found.add((code, unit))
    return found


def is_cut(text: str) -> bool:
    """Whether it speaks of more than it names."""
    return any(pattern.search(text) for pattern in _CUT)
