"""/cho: one list of all that waits for somebody of the office, by sections. What a person may not
decide is not listed for them, nor what lies outside of their limits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.actions import review
from bot.delivery import render_waiting
from bot.delivery.context import NOT_STAFF, Context, Gathered, Ready, reader
from bot.delivery.render_waiting import Entry, Section
from bot.domain.directives import number_and_symbol
from bot.domain.paging import page_within
from bot.domain.rights import Actor, Right
from bot.domain.waiting import WITH_OWN_LIST, WaitingSection
from bot.storage import joining, people, personal, updates, waiting, waiting_articles
from bot.storage.tables import Draft
from bot.storage.waiting import Waiting
from bot.storage.waiting_articles import Wanted
from bot.texts import Texts
from bot.texts.periods import numbered


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a section comes from: for whom it is, how much there is, and some of it."""

    right: Right
    count: Callable[[Context, Actor], Awaitable[int]]
    some: Callable[[Context, Actor, int, int], Awaitable[list[Entry]]]


async def waiting_list(context: Context) -> Gathered:
    """A page of everything, or of one section."""
    actor = await reader(context, Right.REVIEW)
    if actor is None:
        return NOT_STAFF
    only = context.message.parameters.get("section")
    sections = await counted(context, actor)
    listed = [each for each in sections if only in (None, each.name)]
    total = sum(each.count for each in listed if each.name not in WITH_OWN_LIST)
    page, pages = page_within(context.number("page"), count=total, size=render_waiting.A_PAGE)
    entries: list[Entry] = []
    offset = (page - 1) * render_waiting.A_PAGE
    for each in listed:
        room = render_waiting.A_PAGE - len(entries)
        if room and offset < each.count:
            entries += await _SOURCES[each.name].some(context, actor, offset, room)
        offset = max(0, offset - each.count)
    view = render_waiting.WaitingView(
        tuple(sections),
        tuple(entries),
        WaitingSection(only) if only else None,
        page,
        pages,
    )
    return Ready(render_waiting.waiting_list(view, context.write), context.message.edits)


async def counted(context: Context, actor: Actor) -> list[Section]:
    """How much waits of each kind that the person may decide."""
    return [
        Section(name, await source.count(context, actor))
        for name, source in _SOURCES.items()
        if actor.may(source.right)
    ]


# --- drafts --------------------------------------------------------------------------------------


async def _count_drafts(context: Context, actor: Actor) -> int:
    return len(await review.waiting(context.session, actor=actor))


async def _drafts(context: Context, actor: Actor, offset: int, limit: int) -> list[Entry]:
    found = await review.waiting(context.session, actor=actor)
    return [await _to_review(context, each) for each in found[offset : offset + limit]]


async def _to_review(context: Context, draft: Draft) -> render_waiting.ReviewedView:
    author = await people.person(context.session, draft.author_id)
    return render_waiting.ReviewedView(
        draft_id=draft.id,
        code=number_and_symbol(draft.number, draft.symbol) if draft.number else None,
        subject=draft.subject or "",
        author=author.name if author else "",
        submitted_at=draft.submitted_at or draft.updated_at,
    )


# --- what units said -----------------------------------------------------------------------------


def _said(
    section: WaitingSection,
    count: Callable[..., Awaitable[int]],
    some: Callable[..., Awaitable[list[Waiting]]],
    right: Right = Right.REVIEW,
) -> _Source:
    async def counted(context: Context, actor: Actor) -> int:
        return await count(context.session, actor.scope)

    async def found(context: Context, actor: Actor, offset: int, limit: int) -> list[Entry]:
        rows = await some(context.session, actor.scope, offset=offset, limit=limit)
        return [_view(section, each, context.write.texts) for each in rows]

    return _Source(right, counted, found)


def _view(section: WaitingSection, row: Waiting, texts: Texts) -> render_waiting.SaidView:
    directive = row.directive
    code = None
    if directive is not None and directive.number:
        code = number_and_symbol(directive.number, directive.symbol)
    return render_waiting.SaidView(
        section=section,
        id=row.id,
        at=row.at,
        person=row.person,
        unit=row.unit,
        text=row.text,
        kind=row.kind,
        is_of_directive=directive is not None,
        code=code,
        task=numbered(row.position, row.period, texts) if row.position else None,
        wished_at=row.wished_at,
    )


# --- people --------------------------------------------------------------------------------------


async def _count_newcomers(context: Context, actor: Actor) -> int:
    scope = actor.scope.unit_ids if actor.scope else None
    return await joining.count_waiting(context.session, scope=scope)


async def _newcomers(context: Context, actor: Actor, offset: int, limit: int) -> list[Entry]:
    scope = actor.scope.unit_ids if actor.scope else None
    found = await joining.waiting(context.session, scope=scope, offset=offset, limit=limit)
    return [
        render_waiting.NewcomerView(
            each.id, each.name, each.title, each.role, each.unit_name, each.asked_at
        )
        for each in found
    ]


async def _count_wishes(context: Context, _: Actor) -> int:
    return await personal.count_wishes(context.session)


async def _wishes(context: Context, _: Actor, offset: int, limit: int) -> list[Entry]:
    return [
        render_waiting.WishView(each.id, each.name, each.erasure_asked_at or context.now)
        for each in await personal.wishes(context.session, offset=offset, limit=limit)
    ]


async def _count_articles(context: Context, actor: Actor) -> int:
    return await waiting_articles.count(context.session, Wanted(actor.scope))


async def _count_parked(context: Context, _: Actor) -> int:
    return await updates.count_parked(context.session)


async def _no_entries(*_: object) -> list[Entry]:
    """It has a list of its own."""
    return []


_S = WaitingSection
# In the order in which they are listed.
_SOURCES: dict[WaitingSection, _Source] = {
    _S.REVIEWS: _Source(Right.ISSUE, _count_drafts, _drafts),
    _S.QUESTIONS: _said(_S.QUESTIONS, waiting.count_questions, waiting.questions),
    _S.EXTENSIONS: _said(_S.EXTENSIONS, waiting.count_extensions, waiting.extensions, Right.ISSUE),
    _S.ANSWERS: _said(_S.ANSWERS, waiting.count_answers, waiting.answers),
    _S.UNPLACED: _said(_S.UNPLACED, waiting.count_unplaced, waiting.unplaced_messages),
    _S.SUBMISSIONS: _said(_S.SUBMISSIONS, waiting.count_submissions, waiting.submitted_messages),
    _S.NEWCOMERS: _Source(Right.REGISTER, _count_newcomers, _newcomers),
    _S.ERASURES: _Source(Right.GOVERN, _count_wishes, _wishes),
    _S.ARTICLES: _Source(Right.REVIEW, _count_articles, _no_entries),
    _S.PARKED: _Source(Right.GOVERN, _count_parked, _no_entries),
}
