"""Accepting in one tap all articles about which nothing is noticed that somebody must look at.

Exactly those are accepted that a list has shown so, and that are so still: what came, or reads
differently, since the list was made is left, for nobody has seen it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import access
from bot.actions.article_findings import found_of
from bot.actions.article_review import accept_articles
from bot.domain.assignments import REVIEWED
from bot.domain.findings import is_clean
from bot.domain.rights import Actor
from bot.domain.states import ArticleState
from bot.storage import article_review, waiting_articles
from bot.storage.article_review import Subject
from bot.storage.waiting_articles import Wanted

# As many are looked at for one tap; the next list begins with the rest.
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Taken:
    """Which were accepted, of which directives, and how many were left: decided or withdrawn by
    somebody meanwhile, changed since the list was made, or noticed something about."""

    article_ids: tuple[int, ...]
    directive_ids: tuple[int, ...]
    decided: int
    changed: int
    noticed: int

    @property
    def accepted(self) -> int:
        """How many."""
        return len(self.article_ids)

    @property
    def left(self) -> int:
        """All that were shown and not accepted."""
        return self.decided + self.changed + self.noticed


async def clean(
    session: AsyncSession, wanted: Wanted, *, zone: tzinfo, now: datetime
) -> tuple[int, ...]:
    """The articles that one tap would accept now."""
    ids = await waiting_articles.oldest(session, wanted, limit=AT_ONCE)
    found = await found_of(session, ids, zone=zone, now=now)
    return tuple(each for each in ids if each in found and is_clean(found[each]))


async def accept_clean(
    session: AsyncSession,
    shown: Collection[int],
    *,
    since: datetime,
    actor: Actor,
    zone: tzinfo,
    now: datetime,
) -> Taken:
    """Accept those that were `shown` as clean in a list made at `since`, are the person's to
    decide, and are so still. NotAllowed if one of them is not theirs any more."""
    await session.flush()
    before = await article_review.articles(session, shown)
    for subject in before.values():
        access.check_unit(actor, subject.addressee.unit_id)
    await article_review.lock_work(session, {each.assignment.id for each in before.values()})
    subjects = await article_review.articles(session, shown)
    waiting = {id_: each for id_, each in subjects.items() if _waits(each)}
    changed = await _changed(session, waiting, since=since)
    found = await found_of(session, list(waiting), zone=zone, now=now)
    unchanged = {id_: each for id_, each in waiting.items() if id_ not in changed}
    taken = [each for id_, each in unchanged.items() if id_ in found and is_clean(found[id_])]
    if taken:
        await accept_articles(session, taken, actor=actor, now=now)
    return Taken(
        article_ids=tuple(each.entry.id for each in taken),
        directive_ids=tuple(sorted({each.directive.id for each in taken})),
        decided=len(shown) - len(waiting),
        changed=len(changed),
        noticed=len(unchanged) - len(taken),
    )


def _waits(subject: Subject) -> bool:
    article = subject.article
    return (
        article is not None
        and article.state is ArticleState.RECORDED
        and subject.assignment.state in REVIEWED
        and subject.task.removed_in is None
        and subject.directive.closed_at is None
    )


async def _changed(
    session: AsyncSession, waiting: dict[int, Subject], *, since: datetime
) -> set[int]:
    """What was sent anew, moved, or had its page changed since."""
    last = await article_review.last_of_articles(session, list(waiting))
    moved = {id_ for id_, decision in last.items() if decision.at > since}
    sent = {
        id_
        for id_, subject in waiting.items()
        if subject.article is not None and subject.article.submitted_at > since
    }
    return moved | sent | await article_review.changed_pages(session, list(waiting), since=since)
