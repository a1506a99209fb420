"""What was noticed about an article, in words, as chat and files both say it; pure.

Which findings there are is in `bot.domain.found`, how they stand in a message in
`bot.delivery.render_findings`.
"""

from __future__ import annotations

from bot.domain.found import Finding, Found
from bot.domain.splitting import shortened
from bot.texts import Texts
from bot.texts.moments import Moments
from bot.texts.periods import numbered

_LONGEST_NAME = 60
_MINUTES_AN_HOUR = 60
_HOURS_A_DAY = 24
_LATE = frozenset({Finding.SUBMITTED_LATE, Finding.PUBLISHED_LATE})


def in_words(found: Found, moments: Moments) -> str:
    """A short sentence without its end, not escaped; days are the office's."""
    texts = moments.texts
    return texts(
        f"finding.{found.finding}",
        of=_of(found, texts),
        unit=_unit(found, texts),
        late=_duration(found.number or 0, texts) if found.finding in _LATE else "",
        day=moments.day(found.at.astimezone(moments.zone).date()) if found.at else "",
    )


def _unit(found: Found, texts: Texts) -> str:
    if found.is_hidden:
        return texts("finding.another_unit")
    return shortened(found.unit_name, most=_LONGEST_NAME)


def _of(found: Found, texts: Texts) -> str:
    """`bài của Báo Yên Bái (nội dung 2) và 03 bài khác`"""
    if found.is_hidden:
        return texts("finding.of_unit", unit=_unit(found, texts))
    if found.task is None:
        return ""
    task = numbered(found.task.position, found.task.period, texts)
    if found.task.directive:
        task = texts("finding.task_of_other", task=task, code=found.task.directive)
    if found.unit_name:
        of = texts("finding.of_task_of_unit", unit=_unit(found, texts), task=task)
    else:
        of = texts("finding.of_own_task", task=task)
    more = (found.number or 1) - 1
    return texts("finding.and_more", of=of, count=more) if more > 0 else of


def _duration(minutes: int, texts: Texts) -> str:
    """In the largest unit of which there is one: late by hours is not told to the minute."""
    hours = minutes // _MINUTES_AN_HOUR
    if not hours:
        return texts("finding.minutes", count=minutes)
    if hours < _HOURS_A_DAY:
        return texts("finding.hours", count=hours)
    return texts("finding.days", count=hours // _HOURS_A_DAY)
