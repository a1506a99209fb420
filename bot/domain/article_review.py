"""Vocabulary of the office's review of what units submitted, and the decisions about telling it;
stdlib only. What becomes of the work is in `assignments`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# A word of the office can be taken back for so long before anybody is told of it.
TELL_AFTER = timedelta(minutes=2)
# Whoever decides one after the other goes on: what is told waits for them, but not longer than so.
TELL_AT_LAST = timedelta(minutes=10)


class EntryKind(StrEnum):
    """What can be reviewed."""

    ARTICLE = "article"  # one link or other evidence
    WORK = "assignment"  # work that was reported done, as a whole


ENTRY_KINDS = tuple(EntryKind)  # by the number that a button carries


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to review: an article, or an assignment, by its row."""

    kind: EntryKind
    id: int

    @property
    def numbers(self) -> tuple[int, int]:
        """As a button carries it."""
        return ENTRY_KINDS.index(self.kind), self.id


def entry_of(kind: int, row_id: int) -> Entry | None:
    """What a button carries; None for what no button of ours does."""
    return Entry(ENTRY_KINDS[kind], row_id) if kind < len(ENTRY_KINDS) else None


class ReturnReason(StrEnum):
    """Why staff return something, without typing it. A button carries a reason's number: its place
    here, so new ones come last."""

    NOT_ABOUT_TASK = "not_about_task"
    NOT_OWN_SITE = "not_own_site"
    DEAD_LINK = "dead_link"
    DUPLICATE = "duplicate"
    BEFORE_ISSUE = "before_issue"
    NOT_PUBLISHED = "not_published"
    WRONG_LINK = "wrong_link"
    NOT_ENOUGH = "not_enough"


REASONS = tuple(ReturnReason)
_OF_WORK = (ReturnReason.NOT_ABOUT_TASK, ReturnReason.NOT_PUBLISHED, ReturnReason.NOT_ENOUGH)


def reasons_for(kind: EntryKind) -> tuple[ReturnReason, ...]:
    """Those that can be meant."""
    return REASONS if kind is EntryKind.ARTICLE else _OF_WORK


@dataclass(frozen=True, slots=True)
class Returned:
    """What stands returned of work that is open, since too little else was sent: how many
    `articles` (0: only the report that the work is done), and why the newest was."""

    articles: int
    reason_key: str | None
    reason: str | None


def is_told_now(due: Collection[datetime], *, now: datetime) -> bool:
    """Whether a chat is told now of what it is to be told at these moments: once nothing is added
    to it any more, or once the first has waited long enough. Then of all that is due."""
    return bool(due) and (max(due) <= now or now - min(due) >= TELL_AT_LAST - TELL_AFTER)
