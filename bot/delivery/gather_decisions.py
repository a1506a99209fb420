"""What the office said of what units submitted, told to who sent it: looked up anew when it is
written, for what was said may hold no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.actions.article_telling import is_undone
from bot.delivery import render_decisions
from bot.delivery.context import Context, Gathered, Ready, Withdraw, directive_view
from bot.delivery.gather_articles import evidence
from bot.delivery.render_decisions import DecidedView, DecisionsView, ReturnedView
from bot.domain.articles import ReviewKind
from bot.domain.states import ArticleState, Ending
from bot.storage import article_review
from bot.storage.article_review import Subject
from bot.storage.tables import ReviewDecision
from bot.texts.periods import numbered


@dataclass(frozen=True, slots=True)
class _Told:
    """What is told of one subject: that it was accepted or returned, or waits again."""

    subject: Subject
    decision: ReviewDecision


async def decisions(context: Context) -> Gathered:
    """All that still holds of what the message was to tell, by unit and directive."""
    work = context.message.parameters.get("work", [])
    told = await _of_work(context, work) if work else await _of_articles(context)
    by_addressee: dict[int, list[_Told]] = {}
    for each in told:
        if _is_told(context, each.subject):
            by_addressee.setdefault(each.subject.addressee.id, []).append(each)
    if not by_addressee:
        return Withdraw("overtaken")
    views = [await _view(context, some) for some in by_addressee.values()]
    return Ready(render_decisions.decisions(views, context.write))


def _is_told(context: Context, subject: Subject) -> bool:
    """Whether the chat serves the unit, and the directive was not taken back since."""
    return (
        context.serves(subject.addressee.unit_id)
        and subject.directive.ending is not Ending.RECALLED
    )


async def _of_articles(context: Context) -> list[_Told]:
    parameters = context.message.parameters
    decided = {int(id_): datetime.fromisoformat(at) for id_, at in parameters["decided"]}
    undone = {int(id_) for id_ in parameters["undone"]}
    subjects = await article_review.articles(context.session, [*decided, *undone])
    last = await article_review.last_of_articles(context.session, list(subjects))
    return [
        _Told(subject, last[id_])
        for id_, subject in subjects.items()
        if id_ in last and _holds(subject, last[id_], decided.get(id_))
    ]


def _holds(subject: Subject, last: ReviewDecision, decided_at: datetime | None) -> bool:
    article = subject.article
    if article is None:
        return False
    if decided_at is None:
        return is_undone(article, last)
    is_decided = article.state in (ArticleState.ACCEPTED, ArticleState.RETURNED)
    return is_decided and article.decided_at == decided_at == last.at


async def _of_work(context: Context, ids: Iterable[int]) -> list[_Told]:
    """What was said of work as a whole, unless something was said since."""
    told = []
    for decision_id in ids:
        decision = await article_review.decision(context.session, int(decision_id))
        if decision is None:
            continue
        found = await article_review.work(context.session, [decision.assignment_id])
        for subject in found.values():
            said = await article_review.history(context.session, subject.entry)
            if said and said[-1].decision.id == decision.id:
                told.append(_Told(subject, decision))
    return told


# --- as it is shown ------------------------------------------------------------------------------


async def _view(context: Context, told: list[_Told]) -> DecisionsView:
    subject = told[0].subject
    tasks: dict[int, DecidedView] = {}
    for each in told:
        key = each.subject.assignment.id
        view = tasks.get(key) or await _task(context, each.subject)
        tasks[key] = _with(view, each)
    return DecisionsView(
        addressee_id=subject.addressee.id,
        directive=directive_view(subject.directive),
        unit_name=subject.addressee.unit_name,
        is_open=subject.directive.closed_at is None,
        tasks=tuple(tasks.values()),
    )


async def _task(context: Context, subject: Subject) -> DecidedView:
    counts = await article_review.counts(context.session, subject.assignment.id)
    return DecidedView(
        assignment_id=subject.assignment.id,
        task=numbered(subject.task.position, subject.assignment.period, context.write.texts),
        all_accepted=counts.accepted,
        expected=subject.task.expected_articles,
        state=subject.assignment.state,
    )


def _with(view: DecidedView, told: _Told) -> DecidedView:
    """The task with one more thing that is told of it."""
    sent = evidence(told.subject)
    match told.decision.kind:
        case ReviewKind.ACCEPTED if sent is None:
            return replace(view, is_work_accepted=True)
        case ReviewKind.ACCEPTED:
            return replace(view, accepted=view.accepted + 1)
        case ReviewKind.RETURNED:
            why = told.decision.reason_key, told.decision.reason
            return replace(view, returned=(*view.returned, ReturnedView(sent, *why)))
        case _:
            return replace(view, again=(*view.again, sent))
