"""What units submitted and the office reviews: the list of what waits, and one of it with all that
is known, as things are when it is written."""

from __future__ import annotations

from collections.abc import Mapping

from bot.actions.article_findings import found_of
from bot.actions.clean_articles import AT_ONCE
from bot.actions.undone_reviews import can_be_undone
from bot.delivery import render_article, render_articles
from bot.delivery.context import (
    NOT_STAFF,
    Context,
    Gathered,
    Ready,
    Withdraw,
    directive_view,
    is_for_office,
    reader,
)
from bot.delivery.render_article import ArticleView, CountsView, PageView, SaidView
from bot.delivery.render_articles import ArticlesView, EntryView, EvidenceView
from bot.domain.article_review import Entry, EntryKind, entry_of
from bot.domain.articles import reference
from bot.domain.assignments import REVIEWED
from bot.domain.directives import short_name
from bot.domain.findings import Found, for_unit, is_clean
from bot.domain.paging import page_within
from bot.domain.rights import Actor, Right
from bot.domain.states import ArticleState, AssignmentState
from bot.storage import article_review, directives, waiting_articles
from bot.storage.article_review import Counts, Said, Subject
from bot.storage.waiting_articles import Wanted
from bot.texts.periods import numbered, with_period

# --- the list ------------------------------------------------------------------------------------


async def page(context: Context) -> Gathered:
    """One page, oldest first."""
    actor = await reader(context, Right.REVIEW)
    if actor is None:
        return NOT_STAFF
    session, directive_id = context.session, context.number("directive_id") or None
    wanted = Wanted(actor.scope, directive_id)
    size = render_articles.A_PAGE
    count = await waiting_articles.count(session, wanted)
    number, pages = page_within(context.number("page"), count=count, size=size)
    entries = await waiting_articles.waiting(
        session, wanted, offset=(number - 1) * size, limit=size
    )
    shown = {int(each) for each in context.message.parameters["clean"]}
    shown &= set(await waiting_articles.oldest(session, wanted, limit=AT_ONCE))
    on_page = {each.id for each in entries if each.kind is EntryKind.ARTICLE}
    found = await _found(context, shown | on_page, actor=actor)
    subjects = await _subjects(context, entries)
    directive = await directives.get(session, directive_id) if directive_id else None
    view = ArticlesView(
        directive_id=directive_id or 0,
        directive=directive_view(directive) if directive else None,
        entries=tuple(
            entry_view(context, subjects[each], found) for each in entries if each in subjects
        ),
        count=count,
        clean=sum(is_clean(found[each]) for each in shown if each in found),
        accepted=await _accepted(context, actor),
        moment=context.number("moment"),
        page=number,
        pages=pages,
    )
    return Ready(render_articles.page(view, context.write), context.message.edits)


async def _accepted(context: Context, actor: Actor) -> tuple[int, ...]:
    """What the tap that led here has accepted, as far as that still can be taken back."""
    ids = [int(each) for each in context.message.parameters.get("accepted", [])]
    found = (await article_review.articles(context.session, ids)).values() if ids else ()
    return tuple(
        each.entry.id
        for each in found
        if each.article is not None
        and each.article.state is ArticleState.ACCEPTED
        and each.directive.closed_at is None
        and actor.oversees(each.addressee.unit_id)
    )


async def _found(
    context: Context, article_ids: set[int], *, actor: Actor
) -> dict[int, tuple[Found, ...]]:
    """What is noticed, for a reader with limits without the names of other units."""
    found = await found_of(context.session, article_ids, zone=context.scene.zone, now=context.now)
    return found if actor.scope is None else {id_: for_unit(each) for id_, each in found.items()}


async def _subjects(context: Context, entries: list[Entry]) -> dict[Entry, Subject]:
    articles = [each.id for each in entries if each.kind is EntryKind.ARTICLE]
    work = [each.id for each in entries if each.kind is EntryKind.WORK]
    found = [
        *(await article_review.articles(context.session, articles)).values(),
        *(await article_review.work(context.session, work)).values(),
    ]
    return {subject.entry: subject for subject in found}


def entry_view(
    context: Context, subject: Subject, found: Mapping[int, tuple[Found, ...]]
) -> EntryView:
    """One thing as lists show it."""
    directive, article, assignment = subject.directive, subject.article, subject.assignment
    return EntryView(
        entry=subject.entry,
        unit_name=subject.addressee.unit_name,
        directive=short_name(directive.number, directive.symbol, directive.subject),
        task=numbered(subject.task.position, assignment.period, context.write.texts),
        evidence=evidence(subject),
        at=(article.submitted_at if article else assignment.submitted_at) or context.now,
        deadline_at=assignment.deadline_at,
        found=found.get(article.id, ()) if article else (),
    )


def evidence(subject: Subject) -> EvidenceView | None:
    """What was sent; None for work that was reported done."""
    article, page = subject.article, subject.page
    if article is None:
        return None
    return EvidenceView(
        reference=reference(article.id),
        kind=article.kind,
        url=article.url,
        title=article.given_title or (page.title if page else None),
        file_name=article.file_name,
        note=article.note,
        amount=article.amount,
        measure=article.measure,
    )


# --- one of it -----------------------------------------------------------------------------------


async def article(context: Context) -> Gathered:
    """One article, or work that was reported done."""
    actor = await reader(context, Right.REVIEW)
    if actor is None:
        return NOT_STAFF
    entry = entry_of(context.number("kind"), context.number("id"))
    subject = await article_review.subject(context.session, entry) if entry else None
    if subject is None:
        return Withdraw("article_gone")
    if not actor.oversees(subject.addressee.unit_id):
        return NOT_STAFF
    view = await _view(context, subject, actor)
    return Ready(render_article.article(view, context.write), context.message.edits)


async def _view(context: Context, subject: Subject, actor: Actor) -> ArticleView:
    session, entry, directive_id = context.session, subject.entry, context.number("directive_id")
    wanted = Wanted(actor.scope, directive_id or None)
    found = await _found(context, {entry.id}, actor=actor) if subject.article else {}
    line = entry_view(context, subject, found)
    said = await article_review.history(session, entry)
    counts = await article_review.counts(session, subject.assignment.id)
    before, after = await waiting_articles.beside(session, wanted, entry, at=line.at)
    title, period = subject.task.short_title, subject.assignment.period
    return ArticleView(
        line=line,
        directive=directive_view(subject.directive),
        task_title=with_period(title, period, context.write.texts),
        counts=CountsView(counts.counted, counts.accepted, subject.task.expected_articles),
        state=subject.article.state if subject.article else None,
        work_state=subject.assignment.state,
        page=_page(subject),
        by=subject.by.name if subject.by else None,
        by_office=bool(subject.article and subject.article.by_office),
        said=tuple(said_view(each) for each in said),
        waits=_waits(subject, counts),
        may_undo=can_be_undone(subject, said),
        has_file=bool(subject.article and subject.article.file_id and subject.article.message_id),
        asks_reason=bool(context.message.parameters.get("asks_reason")),
        before=before,
        after=after,
        directive_id=directive_id,
    )


def _page(subject: Subject) -> PageView | None:
    page = subject.page
    if page is None or page.checked_at is None:
        return None
    return PageView(page.site, page.author, page.published_on, page.published_at, page.checked_at)


def said_view(said: Said) -> SaidView:
    """A line of the history."""
    decision = said.decision
    return SaidView(decision.at, said.by, decision.kind, decision.reason_key, decision.reason)


def _waits(subject: Subject, counts: Counts) -> bool:
    """Whether the office is still to say something."""
    if subject.directive.closed_at is not None or subject.task.removed_in is not None:
        return False
    if subject.article is None:
        return subject.assignment.state is AssignmentState.SUBMITTED and not counts.undecided
    waits = subject.article.state is ArticleState.RECORDED
    return waits and subject.assignment.state in REVIEWED


async def may_copy(context: Context) -> bool:
    """Whether the file of an article may be shown in this chat of the office now."""
    found = await article_review.articles(context.session, [context.number("article_id")])
    return any(
        [
            await is_for_office(context, Right.REVIEW, unit_id=subject.addressee.unit_id)
            for subject in found.values()
        ]
    )
