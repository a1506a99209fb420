"""Deadlines written in a letter, each with the words it was read from. Nothing here is active:
a person confirms what was found. What people type is read by `typed_dates`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import takewhile
from typing import Final

from bot.domain.folding import normalise
from bot.letters.announcements import is_goal_or_account
from bot.letters.deadline import Deadline, DeadlineKind
from bot.letters.fixed_days import read_fixed
from bot.letters.header import UPWARD, heading_kind
from bot.letters.markers import SECTION, starts_item
from bot.letters.periods import read_periods
from bot.letters.phrases import CONTEXT, Frame, phrase, quoted
from bot.letters.recurring import read_recurring
from bot.letters.references import mask_references
from bot.letters.signature import AUTHORITY, RECIPIENTS
from bot.letters.told_days import is_told
from scheduler.calendar import WorkingCalendar

# "báo cáo UBND huyện trước ngày 12/01": to whom
_REPORT_TO = phrase(
    r"(?:báo cáo|gửi)(?: [^.;,:()\n]{0,40}? (?:về|cho|lên|tới)| kết quả)?"
    r" (?P<to>(?:UBND|Ủy ban nhân dân|Uỷ ban nhân dân|Sở|Văn phòng|Tỉnh ủy|Ban|Phòng|Bộ"
    r"|Trung tâm|Chi cục)(?! cáo)"
    r"(?:(?!trước|nhất|\d)[^.;,:()\n]){0,80}?) $"
)
_HEAD: Final = 25  # lines: no head of a letter is longer
_WITHOUT_MOMENT: Final = frozenset({DeadlineKind.QUOTA, DeadlineKind.IMMEDIATE})


def find_deadlines(
    text: str, *, issued_on: date, calendar: WorkingCalendar
) -> tuple[Deadline, ...]:
    """The deadlines in `text` in their order; for a letter whose day is blank give the import day.

    Days of documents it names and of events are not among them.
    """
    clean, masked = normalise(text), _without_accounts(mask_references(text))
    found = list(_all(masked, Frame(issued_on, calendar)))
    kept = [
        each
        for index, each in enumerate(found)
        if not _is_inside_another(index, found) and not is_told(masked, *each.span)
    ]
    return tuple(
        replace(
            deadline,
            quote=quoted(clean[slice(*deadline.span)]),
            report_to=_report_to(masked, deadline),
        )
        for deadline in sorted(kept, key=lambda deadline: deadline.span)
    )


def _without_accounts(text: str) -> str:
    """With sections blanked out that hold goals or accounts, and with all that stands below the
    body; other places unmoved."""
    kept: list[str] = []
    lines = text.split("\n")
    told = ended = _goes_upward(lines)
    for line in lines:
        ended = ended or bool(RECIPIENTS.match(line) or AUTHORITY.match(line))
        if ended:
            told = True
        elif section := SECTION.match(line):
            told = is_goal_or_account(section["text"])
        kept.append("_" * len(line) if told else line)
    return "\n".join(kept)


def _goes_upward(lines: list[str]) -> bool:
    """Whether the first lines are the head of a report or a submission: it sets nobody a day."""
    head = takewhile(lambda line: not (starts_item(line) or line.endswith(".")), lines[:_HEAD])
    kind = next((kind for line in head if (kind := heading_kind(line))), None)
    return kind in UPWARD


def _all(text: str, frame: Frame) -> Iterator[Deadline]:
    yield from read_recurring(text, frame)
    yield from read_fixed(text, frame)
    yield from read_periods(text, frame)


def _is_inside_another(index: int, found: list[Deadline]) -> bool:
    """Whether other words that were read say more: "ngày 25" in "ngày 25 hằng tháng"; of two that
    say something about the same words the first holds."""
    start, end = found[index].span
    return any(
        other.span[0] <= start
        and end <= other.span[1]
        and (other.span != (start, end) or at < index)
        for at, other in enumerate(found)
    )


def _report_to(text: str, deadline: Deadline) -> str | None:
    if deadline.kind in _WITHOUT_MOMENT:
        return None
    start = deadline.span[0]
    match = _REPORT_TO.search(text[max(0, start - CONTEXT) : start])
    return quoted(match["to"]) if match else None
