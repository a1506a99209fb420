"""What a unit has sent for a directive, for its own people: the list, and one of it, as things are
when it is written."""

from __future__ import annotations

from bot.actions import given_titles, moved_articles, own_articles
from bot.actions.article_findings import found_of
from bot.delivery import render_own_articles
from bot.delivery.context import Context, Gathered, Ready, Withdraw, directive_view
from bot.delivery.gather_articles import entry_view, said_view
from bot.delivery.render_article import SaidView
from bot.delivery.render_own_articles import (
    OwnArticlesView,
    OwnArticleView,
    OwnLineView,
    TargetView,
)
from bot.domain.article_review import Entry, EntryKind
from bot.domain.directives import number_and_symbol
from bot.domain.findings import Found, for_sender
from bot.domain.paging import page_within
from bot.domain.states import Ending
from bot.storage import article_review, directives
from bot.storage import own_articles as rows
from bot.storage.article_review import Subject
from bot.storage.tables import ReviewDecision
from bot.texts.periods import with_period

_TARGETS_OFFERED = 20
_NOT_THEIRS = Withdraw("not_a_contact")
_GONE = Withdraw("article_gone")


async def page(context: Context) -> Gathered:
    """One page of the list, or one thing of it."""
    if "article_id" in context.message.parameters:
        return await _article(context)
    session, addressee_id = context.session, context.number("addressee_id")
    found = await directives.addressee_with_directive(session, addressee_id)
    if found is None:
        return _GONE
    addressee, directive = found
    if not context.serves(addressee.unit_id):
        return _NOT_THEIRS
    if directive.ending is Ending.RECALLED:
        return Withdraw("recalled")
    size = render_own_articles.A_PAGE
    count = await rows.count(session, addressee_id)
    number, pages = page_within(context.number("page"), count=count, size=size)
    ids = await rows.listed(session, addressee_id, offset=(number - 1) * size, limit=size)
    subjects = await article_review.articles(session, ids)
    last = await article_review.last_of_articles(session, ids)
    view = OwnArticlesView(
        addressee_id=addressee_id,
        unit_name=addressee.unit_name,
        directive=directive_view(directive),
        lines=tuple(
            _line(context, subjects[each], _last(last.get(each)))
            for each in ids
            if each in subjects
        ),
        count=count,
        page=number,
        pages=pages,
    )
    return Ready(render_own_articles.page(view, context.write), context.message.edits)


def _line(
    context: Context,
    subject: Subject,
    last: SaidView | None,
    found: tuple[Found, ...] = (),
) -> OwnLineView:
    article = own_articles.article_of(subject)
    title, period = subject.task.short_title, subject.assignment.period
    return OwnLineView(
        line=entry_view(context, subject, {article.id: found}),
        task_title=with_period(title, period, context.write.texts),
        state=article.state,
        by=subject.by.name if subject.by else None,
        by_office=article.by_office,
        last=last,
    )


def _last(decision: ReviewDecision | None) -> SaidView | None:
    """What was said last; who said it is not listed."""
    if decision is None:
        return None
    return SaidView(decision.at, "", decision.kind, decision.reason_key, decision.reason)


async def _article(context: Context) -> Gathered:
    session, article_id = context.session, context.number("article_id")
    entry = Entry(EntryKind.ARTICLE, article_id)
    subject = await article_review.subject(session, entry)
    if subject is None:
        return _GONE
    if not context.serves(subject.addressee.unit_id):
        return _NOT_THEIRS
    if subject.directive.ending is Ending.RECALLED:
        return Withdraw("recalled")
    found = await found_of(session, [article_id], zone=context.scene.zone, now=context.now)
    said = [said_view(each) for each in await article_review.history(session, entry)]
    may_change = own_articles.can_be_changed(subject)
    asks_task = bool(context.message.parameters.get("asks_task")) and may_change
    view = OwnArticleView(
        addressee_id=subject.addressee.id,
        directive=directive_view(subject.directive),
        own=_line(
            context,
            subject,
            said[-1] if said else None,
            for_sender(found.get(article_id, ())),
        ),
        said=tuple(said),
        may_change=may_change,
        may_replace=own_articles.can_be_replaced(subject),
        takes_title=given_titles.takes_title(subject) and subject.directive.closed_at is None,
        targets=await _targets(context, subject) if asks_task else None,
    )
    return Ready(render_own_articles.article(view, context.write), context.message.edits)


async def _targets(context: Context, subject: Subject) -> tuple[TargetView, ...]:
    found = await moved_articles.targets(context.session, subject, now=context.now)
    return tuple(
        TargetView(
            assignment_id=each.task.assignment_id,
            position=each.task.position,
            title=with_period(each.task.short_title, each.task.period, context.write.texts),
            directive=None
            if each.directive.id == subject.directive.id
            else number_and_symbol(each.directive.number, each.directive.symbol)
            or f"#{each.directive.id}",
        )
        for each in found[:_TARGETS_OFFERED]
    )
