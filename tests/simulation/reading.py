"""What a reminder says, read as a person reads it: which tasks and receipts of which units."""

from __future__ import annotations

import re

from bot.texts import texts
from tests.simulation.facts import Key

_say = texts("vi")


def _pattern(key: str) -> str:
    """A sentence of the catalogue, whatever its values are."""
    return re.sub(r"\\\{\w+(:\w+)?\\\}", ".+?", re.escape(_say(key)))


_TOKEN = re.compile(
    r"Đơn vị (?P<unit>\d{3})|Việc (?P<task>\d{3}\.\d+)|\b(?P<code>\d{3})/MP|\bNV(?P<number>\d+)"
    rf"|(?P<receipt>{_pattern('reminder.receipt')}|{_pattern('reminder.receipt_overdue')})"
    rf"|(?P<unconfirmed>{_pattern('escalation.unconfirmed').split('.+?')[0]})"
)
_CUT = [re.compile(_pattern(key)) for key in ("reminder.more", "tasks.more", "escalation.more")]


def mentions(text: str) -> set[Key]:
    """The tasks and receipts that a message names: to a unit by their titles, below its name and
    its directive's; to the office by their numbers."""
    found: set[Key] = set()
    unit, code, asks = 0, "", False
    for token in _TOKEN.finditer(text):
        if token["receipt"]:
            asks = True
        elif token["code"]:
            code = token["code"]
        elif token["unit"]:
            unit = int(token["unit"])
            if asks:
                found.add((code, unit))
                asks = False
        elif token["task"]:
            found.add((token["task"], unit))
        elif token["number"]:
            found.add((f"{code}.{token['number']}", unit))
        else:
            found.add((code, unit))
    return found


def is_cut(text: str) -> bool:
    """Whether it speaks of more than it names."""
    return any(pattern.search(text) for pattern in _CUT)
