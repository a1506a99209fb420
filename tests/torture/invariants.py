"""What must hold of a directive's first cards, whatever happened: from rows and arrivals; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.states import OutboxState
from bot.storage.outbox import FINAL
from tests.torture.ledger import Arrival


@dataclass(frozen=True, slots=True)
class Row:
    """A first card of the directive as the database has it; `chat` as Telegram numbers it."""

    id: int
    chat: int
    state: OutboxState
    reason: str | None
    message_id: int | None
    attempts: int
    uncertain: int
    send_at: datetime | None


@dataclass(slots=True)
class Figures:
    """What is counted; the last six must be 0."""

    kills: int = 0
    messages: int = 0
    uncertain: int = 0
    extra: int = 0
    updates: int = 0
    parked: int = 0
    lost: int = 0
    doubled: int = 0
    false_accepted: int = 0
    unexplained: int = 0
    after_cancel: int = 0
    unsound: int = 0

    def add(self, other: Figures) -> None:
        """Count these too."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(frozen=True, slots=True)
class Verdict:
    """The figures and a sentence for everything that is broken."""

    figures: Figures
    broken: list[str]


def judge(rows: Sequence[Row], arrivals: Iterable[Arrival], chats: Collection[int]) -> Verdict:
    """Look at every recipient of the frozen list; `chats` are theirs."""
    arrivals = [arrival for arrival in arrivals if arrival.chat in chats]
    figures = Figures(messages=len(arrivals), uncertain=sum(row.uncertain for row in rows))
    verdict = Verdict(figures, [])
    copies = Counter(arrival.chat for arrival in arrivals)
    known = {(arrival.chat, arrival.message_id) for arrival in arrivals}
    rows_of = Counter(row.chat for row in rows)
    for chat in chats:
        if rows_of[chat] != 1:
            figures.lost += 1
            verdict.broken.append(f"I1: chat {chat} has {rows_of[chat]} rows instead of one")
    for row in rows:
        _judge_row(row, copies[row.chat], known, verdict)
    figures.extra = sum(max(0, count - 1) for count in copies.values())
    return verdict


def _judge_row(row: Row, copies: int, known: set[tuple[int, int]], verdict: Verdict) -> None:
    figures, broken = verdict.figures, verdict.broken
    if not _has_a_place(row):
        figures.lost += 1
        broken.append(f"I1: nobody will look at it again, and nobody is told: {row}")
    if row.state is OutboxState.ACCEPTED and not _has_arrived(row, copies, known):
        figures.false_accepted += 1
        broken.append(f"I2: accepted, but it never arrived: {row}")
    if copies > 1 + row.uncertain:
        figures.unexplained += copies - 1 - row.uncertain
        broken.append(f"I3: {copies} copies arrived: {row}")
    if not _is_explained(row, copies):
        figures.unexplained += 1
        broken.append(f"I3: its attempts do not add up, {copies} copies arrived: {row}")


def _has_a_place(row: Row) -> bool:
    """Final with a reason, or waiting for a moment: what is under way has a process to lose."""
    if row.state is OutboxState.WAITING:
        return row.send_at is not None
    return row.state is OutboxState.ACCEPTED or (row.state in FINAL and row.reason is not None)


def _has_arrived(row: Row, copies: int, known: set[tuple[int, int]]) -> bool:
    if row.message_id is None:  # Telegram said "scheduled"
        return copies > 0
    return (row.chat, row.message_id) in known


def _is_explained(row: Row, copies: int) -> bool:
    """Every attempt was unclear or the last one; nothing arrives that was no attempt."""
    last = row.attempts - row.uncertain
    ended = row.state in (OutboxState.ACCEPTED, OutboxState.FAILED)
    if row.state is OutboxState.ACCEPTED and last != 1:
        return False
    return 0 <= last <= int(ended) and copies <= row.attempts
