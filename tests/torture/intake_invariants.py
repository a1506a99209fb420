"""What must hold of everything people did, whatever happened: from what Telegram was told it had
been received, and from what the rows say; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.states import UpdateState
from tests.torture.invariants import Figures, Verdict

Where = tuple[int, int]  # a chat, a message in it


class Act(StrEnum):
    """What somebody does, and so what it must have come to."""

    WORD = "word"  # one event; those that come together are one entry with one answer
    LINK = "link"  # one submission
    TAP = "tap"  # one acknowledgement of the person, however often it comes
    POISON = "poison"  # parked, once


@dataclass(frozen=True, slots=True)
class Done:
    """Something that somebody did; `message` is 0 for what has none of its own."""

    update_id: int
    act: Act
    chat: int
    message: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """What the rows say."""

    updates: Mapping[int, tuple[int, UpdateState]]  # by Telegram's number: ours, and its state
    words: Counter[Where] = field(default_factory=Counter)
    entries: Counter[int] = field(default_factory=Counter)  # of words, by chat
    answers: Counter[int] = field(default_factory=Counter)  # to them, by chat
    links: Counter[Where] = field(default_factory=Counter)
    acknowledgements: Counter[int] = field(default_factory=Counter)  # by chat
    confirmations: Counter[int] = field(default_factory=Counter)  # events, by chat
    parkings: Counter[int] = field(default_factory=Counter)  # events, by our number


def judge_intake(told: Sequence[Done], waiting: Collection[int], found: Found) -> Verdict:
    """Look at everything that was done; Telegram still has what is `waiting` there."""
    verdict = Verdict(Figures(updates=len(told)), [])
    words: Counter[int] = Counter()
    for done in told:
        if done.update_id in waiting:
            continue  # Telegram has not been told that it was received
        row = found.updates.get(done.update_id)
        if row is None or row[1] is UpdateState.WAITING:
            _lost(verdict, f"received, and neither handled nor parked: {done}, {row}")
            continue
        words[done.chat] += done.act is Act.WORD and row[1] is UpdateState.DONE
        verdict.figures.parked += row[1] is UpdateState.PARKED
        _judge_effect(done, row, found, verdict)
    for chat in {*words, *found.entries, *found.answers}:
        entries = found.entries[chat]
        some = min(max(entries, 1), words[chat])  # how many depends on when they came
        _judge_count(entries, some, f"entries of words in chat {chat}", verdict)
        _judge_count(found.answers[chat], entries, f"answers to words in chat {chat}", verdict)
    return verdict


def _judge_effect(done: Done, row: tuple[int, UpdateState], found: Found, verdict: Verdict) -> None:
    number, state = row
    expected = int(state is UpdateState.DONE)
    place = (done.chat, done.message)
    match done.act:
        case Act.WORD:
            _judge_count(found.words[place], expected, f"events of {done}", verdict)
        case Act.LINK:
            _judge_count(found.links[place], expected, f"submissions of {done}", verdict)
        case Act.POISON:
            _judge_count(found.parkings[number], 1, f"parkings of {done}", verdict)
        case Act.TAP if expected:
            for what, counted in (
                ("acknowledgements", found.acknowledgements),
                ("events of them", found.confirmations),
            ):
                _judge_count(counted[done.chat], 1, f"{what} in chat {done.chat}", verdict)


def _judge_count(seen: int, expected: int, what: str, verdict: Verdict) -> None:
    if seen < expected:
        _lost(verdict, f"{seen} {what} instead of {expected}")
    elif seen > expected:
        verdict.figures.doubled += seen - expected
        verdict.broken.append(f"P7: {seen} {what} instead of {expected}")


def _lost(verdict: Verdict, what: str) -> None:
    verdict.figures.lost += 1
    verdict.broken.append(f"P6: {what}")
