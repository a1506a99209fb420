"""All that a directive's files are written from, read in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import cached_property

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.rights import Scope
from bot.reports.article_report import ArticleReport, article_report
from bot.reports.numbers import DirectiveNumbers, directive_numbers
from bot.reports.unit_groups import GroupOfUnits, grouped
from bot.storage import journal, recipient_groups, reminder_counts
from bot.storage.journal import JournalLine
from bot.storage.recipient_groups import RecipientGroup
from bot.storage.reminder_counts import Reminded

JOURNAL_LINES = 20_000
"""The newest of them; more would make a file that nobody opens any more."""


@dataclass(frozen=True)
class DirectiveReport:
    """A directive at one moment, as far as it lies within somebody's limits. `is_cut`: there are
    older lines of the journal than these."""

    numbers: DirectiveNumbers
    articles: ArticleReport = field(default_factory=ArticleReport)
    groups: Mapping[int, Sequence[RecipientGroup]] = field(default_factory=dict)  # by addressee
    reminded: Mapping[int, Reminded] = field(default_factory=dict)  # by assignment
    journal: Sequence[JournalLine] = ()
    is_cut: bool = False

    @cached_property
    def grouped(self) -> tuple[GroupOfUnits, ...]:
        """Its units by group."""
        return grouped(self.numbers.units, self.groups)

    @cached_property
    def unit_names(self) -> Mapping[int, str]:
        """By addressee."""
        return {unit.addressee_id: unit.unit_name for unit in self.numbers.units}


async def directive_report(
    session: AsyncSession,
    directive_id: int,
    *,
    now: datetime,
    zone: tzinfo,
    scope: Scope | None = None,
) -> DirectiveReport:
    """Read it; NotFound if there is no such directive."""
    numbers = await directive_numbers(session, directive_id, now=now, scope=scope)
    articles = await article_report(session, directive_id, now=now, zone=zone, scope=scope)
    lines, is_cut = await journal.of_directive(
        session, directive_id, most=JOURNAL_LINES, scope=scope
    )
    return DirectiveReport(
        numbers=numbers,
        articles=articles,
        groups=await recipient_groups.of_directive(session, directive_id, scope=scope),
        reminded=await reminder_counts.of_directive(session, directive_id, scope=scope),
        journal=lines,
        is_cut=is_cut,
    )
