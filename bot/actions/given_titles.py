"""Titles that people tell of pages which no program can read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import article_review as review
from bot.actions.own_articles import article_of, own
from bot.articles.manual_hosts import is_manual
from bot.domain.articles import EvidenceKind, PageState
from bot.domain.folding import one_line
from bot.domain.rights import Actor
from bot.domain.states import ArticleState
from bot.errors import Conflict, InvalidInput
from bot.storage import events
from bot.storage.article_review import Subject
from bot.storage.tables.articles import LONGEST_TITLE

_SHORTEST = 3


def takes_title(subject: Subject) -> bool:
    """Whether its title must be told by a person: it leads to a page that only people can look
    at."""
    article, page = article_of(subject), subject.page
    if article.kind is not EvidenceKind.LINK or article.state is ArticleState.WITHDRAWN:
        return False
    return is_manual(article.url_key) or (page is not None and page.state is PageState.MANUAL)


async def to_title(session: AsyncSession, article_id: int, *, actor: Actor) -> Subject:
    """The article, to ask what its title is. Conflict where a program reads it, or nothing changes
    any more."""
    subject = await own(session, article_id, actor=actor)
    await review.refuse_if_asked_no_more(session, subject)
    if not takes_title(subject):
        raise Conflict("own.takes_no_title")
    return subject


async def give(
    session: AsyncSession, article_id: int, words: str, *, actor: Actor, now: datetime
) -> Subject:
    """This is its title; InvalidInput for what is none, or too long."""
    subject = await to_title(session, article_id, actor=actor)
    title = one_line(words)
    is_told = any(letter.isalnum() for letter in title)
    if not is_told or not _SHORTEST <= len(title) <= LONGEST_TITLE:
        raise InvalidInput("own.title_unusable", shortest=_SHORTEST, longest=LONGEST_TITLE)
    article_of(subject).given_title = title
    events.add(
        session, "article_titled", at=now, person_id=actor.person_id, object_kind="article",
        object_id=article_id, directive_id=subject.directive.id,
        unit_id=subject.addressee.unit_id,
    )  # fmt: skip
    await session.flush()
    return subject
