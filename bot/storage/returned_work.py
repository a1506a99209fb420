"""What stands returned of work that is open, and why, as cards and reminders say it."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from sqlalchemy import Table, and_, or_, select
from sqlalchemy.orm import Session

from bot.domain.article_review import Returned
from bot.domain.articles import ReviewKind
from bot.domain.states import ArticleState, AssignmentState
from bot.storage.in_bulk import is_one_of, numbers
from bot.storage.tables import Article, Assignment, ReviewDecision

_Word = tuple[ReviewKind, str | None, str | None]


def read(session: Session, addressee_ids: Collection[int]) -> dict[int, Returned]:
    """By assignment, of those of these addressees that are open and of which something stands
    returned; for thousands of them."""
    words: dict[int, dict[int | None, _Word]] = {}
    rows = session.execute(_WORDS, {"ids": numbers(addressee_ids)})
    for assignment_id, article_id, *word in rows:
        of_work = words.setdefault(assignment_id, {})
        of_work.pop(article_id, None)  # the newest comes last
        of_work[article_id] = cast(_Word, tuple(word))
    found = {assignment_id: _returned(of_work) for assignment_id, of_work in words.items()}
    return {assignment_id: each for assignment_id, each in found.items() if each is not None}


def _returned(words: dict[int | None, _Word]) -> Returned | None:
    """What the last words on each article, and on the work as a whole, come to."""
    standing = [
        (article_id, key, reason)
        for article_id, (kind, key, reason) in words.items()
        if kind is ReviewKind.RETURNED
    ]
    if not standing:
        return None
    _, key, reason = standing[-1]
    return Returned(sum(article_id is not None for article_id, _, _ in standing), key, reason)


_WORK = cast(Table, Assignment.__table__)
_SAID = cast(Table, ReviewDecision.__table__)
_LINKS = cast(Table, Article.__table__)
_WORDS = (
    select(
        _SAID.c.assignment_id, _SAID.c.article_id, _SAID.c.kind, _SAID.c.reason_key, _SAID.c.reason
    )
    .join(_WORK, _WORK.c.id == _SAID.c.assignment_id)
    .outerjoin(
        _LINKS,
        and_(_LINKS.c.id == _SAID.c.article_id, _LINKS.c.assignment_id == _SAID.c.assignment_id),
    )
    .where(
        is_one_of(_WORK.c.addressee_id, "ids"),
        _WORK.c.state == AssignmentState.OPEN,
        or_(
            _SAID.c.article_id.is_(None),
            and_(_SAID.c.kind == ReviewKind.RETURNED, _LINKS.c.state == ArticleState.RETURNED),
        ),
    )
    .order_by(_SAID.c.id)
)
