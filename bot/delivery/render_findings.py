"""What was noticed about an article, in words; pure.

Which findings there are is in `bot.domain.findings`, what a unit may see of them in `for_unit`.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.delivery.render import Writer
from bot.domain.found import Finding, Found, Weight, is_clean
from bot.domain.splitting import shortened
from bot.texts.periods import numbered

_LONGEST_NAME = 60
_MINUTES_AN_HOUR = 60
_HOURS_A_DAY = 24
_LATE = frozenset({Finding.SUBMITTED_LATE, Finding.PUBLISHED_LATE})


def mark(found: Sequence[Found]) -> str:
    """One sign: nothing to look at, something, or nothing known yet but that."""
    if is_clean(found):
        return "✓"
    concerns = {each.finding for each in found if each.weight is Weight.CONCERN}
    return "…" if concerns == {Finding.NOT_CHECKED} else "⚠"


def lines(found: Sequence[Found], write: Writer) -> list[str]:
    """What somebody must look at, a line each; then the rest, all on one line."""
    concerns = [_line(each, write) for each in found if each.weight is Weight.CONCERN]
    notes = [_line(each, write) for each in found if each.weight is Weight.NOTE]
    return [*concerns, " · ".join(notes)] if notes else concerns


def _line(found: Found, write: Writer) -> str:
    return write.say(
        f"finding.{found.finding}",
        of=_of(found, write),
        unit=_unit(found, write),
        late=_duration(found.number or 0, write) if found.finding in _LATE else "",
        day=_day(found, write),
    )


def _day(found: Found, write: Writer) -> str:
    return write.moments.day(found.at.astimezone(write.moments.zone).date()) if found.at else ""


def _unit(found: Found, write: Writer) -> str:
    if found.is_hidden:
        return write.texts("finding.another_unit")
    return shortened(found.unit_name, most=_LONGEST_NAME)


def _of(found: Found, write: Writer) -> str:
    """`bài của Báo Yên Bái (nội dung 2) và 03 bài khác`"""
    if found.is_hidden:
        return write.texts("finding.of_unit", unit=_unit(found, write))
    if found.task is None:
        return ""
    task = numbered(found.task.position, found.task.period, write.texts)
    if found.task.directive:
        task = write.texts("finding.task_of_other", task=task, code=found.task.directive)
    if found.unit_name:
        of = write.texts("finding.of_task_of_unit", unit=_unit(found, write), task=task)
    else:
        of = write.texts("finding.of_own_task", task=task)
    more = (found.number or 1) - 1
    return write.texts("finding.and_more", of=of, count=more) if more > 0 else of


def _duration(minutes: int, write: Writer) -> str:
    """In the largest unit of which there is one: late by hours is not told to the minute."""
    hours = minutes // _MINUTES_AN_HOUR
    if not hours:
        return write.texts("finding.minutes", count=minutes)
    if hours < _HOURS_A_DAY:
        return write.texts("finding.hours", count=hours)
    return write.texts("finding.days", count=hours // _HOURS_A_DAY)
