"""The chain of seals over the record of events: what a seal covers, and how it is made.

A seal covers the event, its number, and the seal before it, so that none can be changed, taken
out, put in or moved without the key. Personal values are not covered: they can be erased.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

FIRST = 1  # the number of the first event


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealable:
    """An event as it was written down."""

    id: int
    at: datetime
    person_id: int | None
    role: str | None
    door: str | None
    chat_id: int | None
    action: str
    object_kind: str | None
    object_id: int | None
    directive_id: int | None
    unit_id: int | None
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """How far the chain reaches: the last number and its seal."""

    number: int = FIRST - 1
    seal: str = ""

    def __str__(self) -> str:
        return f"{self.number}:{self.seal}"


def seal(event: Sealable, *, number: int, before: str, key: bytes) -> str:
    """The seal of an event under this number, after the seal `before`."""
    covered = asdict(event) | {
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "number": number,
        "before": before,
    }
    words = json.dumps(covered, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hmac.new(key, words.encode("ascii"), "sha256").hexdigest()
