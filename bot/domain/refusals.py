"""Why a first card surely did not reach its chat, as staff choose what to send again.

A button carries a reason's number: its place here. So a new code goes to the end, and none is taken
out; what an old button means must stay.
"""

from __future__ import annotations

ALL, OTHER = 0, 99

_CODES = (
    "blocked",
    "deactivated",
    "not_started",
    "is_a_bot",
    "kicked",
    "not_a_member",
    "deleted",
    "chat_not_found",
    "bad_entities",
    "too_long",
    "empty",
    "reply_gone",
    "topic_closed",
    "bad_file",
    "file_too_big",
    "no_rights",
    "conflict",
    "unknown_method",
    "forbidden",
    "bad_request",
    "migrated",
    "unwritable",
)
CODES: dict[int, str] = dict(enumerate(_CODES, start=1))
_NUMBERS = {code: number for number, code in CODES.items()}


def number_of(code: str) -> int:
    """The number of a reason's code; OTHER for one without words of its own."""
    return _NUMBERS.get(code, OTHER)


def word_of(number: int) -> str:
    """The key of the words for a reason's number, or for all of them."""
    return f"reason.{'all' if number == ALL else CODES.get(number, 'other')}"
