"""Finding articles that may be the same as some: by indexes, and by their words where none helps.

Only candidates: what they are to each other is decided in `bot.domain.same_articles`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import cast

from sqlalchemy import ColumnElement, Select, Table, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.article_facts import SentArticle
from bot.domain.likeness import similar_to
from bot.storage.assignments import COUNTED
from bot.storage.in_bulk import is_one_of_texts, texts
from bot.storage.sent_articles import known
from bot.storage.tables import Addressee, Article, Assignment, Page

_ARTICLES, _PAGES = (cast(Table, each.__table__) for each in (Article, Page))

_Mark = tuple[str, str]  # "key", "title" or "text", and what it is


async def others(
    session: AsyncSession, asked: Mapping[int, SentArticle]
) -> dict[int, tuple[SentArticle, ...]]:
    """By article: counted ones that share a key, a title or a text with it, or whose text in the
    same directive is almost the same."""
    in_words = await _alike_in_words(session, asked)
    ids = await _alike_by_index(session, asked) | set().union(*in_words.values())
    alike = {each: found.article for each, found in (await known(session, ids)).items()}
    sharing: dict[_Mark, set[int]] = defaultdict(set)
    for other_id, other in alike.items():
        for mark in _marks(other):
            sharing[mark].add(other_id)
    return {
        article_id: tuple(
            alike[other_id]
            for other_id in sorted(
                in_words[article_id].union(*(sharing[mark] for mark in _marks(article)))
            )
            if other_id != article_id and other_id in alike
        )
        for article_id, article in asked.items()
    }


async def sharing(session: AsyncSession, asked: Mapping[int, SentArticle]) -> list[SentArticle]:
    """Counted articles of whatever directive that share a key, a title or a text with any of these,
    and these among them."""
    ids = await _alike_by_index(session, asked)
    more = await known(session, ids - asked.keys())
    mine = [article for article_id, article in asked.items() if article_id in ids]
    return [*mine, *(each.article for each in more.values())]


def _marks(article: SentArticle) -> set[_Mark]:
    """By what an index leads from an article to those that may be the same."""
    marks = {("key", key) for key in article.keys}
    if (page := article.read) is not None:
        marks |= {("title", page.title_key or ""), ("text", page.text_hash or "")}
    return {mark for mark in marks if mark[1]}


async def _alike_by_index(session: AsyncSession, asked: Mapping[int, SentArticle]) -> set[int]:
    marks = {mark for each in asked.values() for mark in _marks(each)}
    rows = await session.execute(
        _BY_MARK,
        {
            f"{kind}s": texts(value for which, value in marks if which == kind)
            for kind in ("key", "title", "text")
        },
    )
    return {article_id for (article_id,) in rows}


def _of_page(which: ColumnElement[bool]) -> Select[int]:
    return (
        select(Article.id)
        .join(Page, Page.id == Article.page_id)
        .where(which, Article.state.in_(COUNTED))
    )


# Lookups each by its index, where one condition with "or" would read the tables.
_BY_MARK = union(
    select(Article.id).where(
        is_one_of_texts(_ARTICLES.c.url_key, "keys"), Article.state.in_(COUNTED)
    ),
    _of_page(is_one_of_texts(_PAGES.c.final_key, "keys")),
    _of_page(is_one_of_texts(_PAGES.c.canonical_key, "keys")),
    _of_page(is_one_of_texts(_PAGES.c.title_key, "titles")),
    _of_page(is_one_of_texts(_PAGES.c.text_hash, "texts")),
)


async def _alike_in_words(
    session: AsyncSession, asked: Mapping[int, SentArticle]
) -> dict[int, set[int]]:
    """By article: those of its directive with almost the same text. No index knows what is similar,
    so that all of a directive are looked at, by their numbers alone."""
    words = {
        article_id: (each.task.directive_id, each.read.fingerprint)
        for article_id, each in asked.items()
        if each.read is not None and each.read.fingerprint is not None
    }
    found: dict[int, set[int]] = {article_id: set() for article_id in asked}
    if not words:
        return found
    of_directive: dict[int, list[tuple[int, int]]] = defaultdict(list)
    directives = {directive_id for directive_id, _ in words.values()}
    for directive_id, article_id, fingerprint in await session.execute(
        _WORDS.where(Addressee.directive_id.in_(sorted(directives)))
    ):
        of_directive[directive_id].append((article_id, fingerprint or 0))
    for article_id, (directive_id, fingerprint) in words.items():
        found[article_id] = similar_to(fingerprint, of_directive[directive_id])
    return found


_WORDS = (
    select(Addressee.directive_id, Article.id, Page.fingerprint)
    .join(Assignment, Assignment.addressee_id == Addressee.id)
    .join(Article, Article.assignment_id == Assignment.id)
    .join(Page, Page.id == Article.page_id)
    .where(
        Article.state.in_(COUNTED),
        Page.fingerprint.is_not(None),
    )
)
