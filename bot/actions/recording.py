"""Evidence written down for work: each thing once, what was given back anew. For which work it is,
is found out in `submitting`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import acknowledgements, cards
from bot.actions import articles as work
from bot.actions.evidence import Evidence
from bot.articles.manual_hosts import is_manual
from bot.domain.articles import EvidenceKind
from bot.domain.assignments import after_submission
from bot.domain.rights import Actor
from bot.domain.states import OF_WORK_UNDONE, AnswerKind, AssignmentState
from bot.runtime import Wake, wake_after_commit
from bot.storage import answers, articles, events, pages
from bot.storage.articles import NewArticle
from bot.storage.assignments import COUNTED
from bot.storage.tables import Addressee, Article, Assignment, Chat, Directive


@dataclass(frozen=True, slots=True)
class Message:
    """The message that carried it."""

    chat: Chat
    message_id: int


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends it: a contact for their units, or one of the office who enters it `for_unit`."""

    actor: Actor
    message: Message
    for_unit: int | None = None

    @property
    def by_office(self) -> bool:
        """It is the office that enters it for the unit."""
        return self.for_unit is not None

    @property
    def unit_ids(self) -> frozenset[int]:
        """For whom it can be."""
        return self.actor.unit_ids if self.for_unit is None else frozenset({self.for_unit})

    @property
    def spoken_for(self) -> frozenset[int]:
        """For whom it is where nothing else is said."""
        return self.actor.spoken_for if self.for_unit is None else frozenset({self.for_unit})


@dataclass(frozen=True, slots=True)
class Duplicate:
    """What the unit had sent before."""

    kind: EvidenceKind
    task_position: int
    submitted_at: datetime
    period: str = ""  # of the task, if it recurs


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What was written down for a task: `new` things, of which so many were sent `again` after they
    had been given back; and what was there already."""

    assignment_id: int
    addressee_id: int
    unit_name: str
    task_position: int
    period: str = ""
    first: Evidence
    first_id: int | None  # of the articles: what people call it by; None where nothing is new
    new: int
    again: int
    total: int
    expected: int
    duplicates: tuple[Duplicate, ...] = ()
    by_office: bool = False
    untitled: tuple[int, ...] = ()  # new links to pages whose titles only people can tell
    ended: tuple[AnswerKind, ...] = ()  # of answers that waited, and by this are pointless


async def record(
    session: AsyncSession,
    assignment_id: int,
    evidence: Sequence[Evidence],
    *,
    sender: Sender,
    now: datetime,
) -> Recorded:
    """Write it down. NotAllowed for other units' work, Conflict for work that takes nothing."""
    assignment, task, addressee, directive = await _work(session, assignment_id, sender)
    work.check_takes(assignment)
    sent = await _as_articles(session, assignment.id, evidence, sender=sender, now=now)
    new = await articles.add_all(session, list(sent.values()), now=now)
    known = await articles.with_keys(session, assignment.id, sent.keys() - new.keys())
    again = [each for each in known if each.state not in COUNTED]
    duplicates = [each for each in known if each.state in COUNTED]
    await _count_again(session, again, sent, now=now)
    total = await articles.count(session, assignment_id=assignment.id)
    state = after_submission(assignment.state, articles=total, expected=task.expected_articles)
    ended: tuple[AnswerKind, ...] = ()
    if state is not assignment.state:
        ended = await _move_on(session, assignment, state, now=now)
    ids = [*new.values(), *(each.id for each in again)]
    if ids:
        _note(session, assignment, addressee, number=len(ids), sender=sender, now=now)
        await _show(session, addressee, directive, sender=sender, now=now)
    return Recorded(
        assignment_id=assignment.id,
        addressee_id=addressee.id,
        unit_name=addressee.unit_name,
        task_position=task.position,
        period=assignment.period,
        first=evidence[0],
        first_id=min(ids, default=None),
        new=len(ids),
        again=len(again),
        total=total,
        expected=task.expected_articles,
        duplicates=tuple(
            Duplicate(each.kind, task.position, each.submitted_at, assignment.period)
            for each in duplicates
        ),
        by_office=sender.by_office,
        untitled=_untitled(new, again),
        ended=ended,
    )


async def _show(
    session: AsyncSession,
    addressee: Addressee,
    directive: Directive,
    *,
    sender: Sender,
    now: datetime,
) -> None:
    if sender.by_office:
        await cards.redraw_work(session, [addressee], now=now)
        return
    person_id, chat = sender.actor.person_id, sender.message.chat
    await acknowledgements.keep_with_results(
        session, addressee, directive, person_id=person_id, chat=chat, now=now
    )


async def _move_on(
    session: AsyncSession, assignment: Assignment, state: AssignmentState, *, now: datetime
) -> tuple[AnswerKind, ...]:
    """Move the work on; the kinds of answers that waited for the office's word, and by this need
    none any more."""
    addressee_id = assignment.addressee_id
    held = await answers.holding(session, addressee_id)
    waiting = [each for each in held if each.kind in OF_WORK_UNDONE and each.agreed is None]
    await work.move_on(session, assignment, state, now=now)
    if not waiting:
        return ()
    left = {each.id for each in await answers.holding(session, addressee_id)}
    return tuple(each.kind for each in waiting if each.id not in left)


def _untitled(new: Mapping[str, int], again: Sequence[Article]) -> tuple[int, ...]:
    ids = [article_id for key, article_id in new.items() if is_manual(key)]
    ids += [each.id for each in again if is_manual(each.url_key) and not each.given_title]
    return tuple(sorted(ids))


async def _work(session: AsyncSession, assignment_id: int, sender: Sender) -> work.Work:
    if sender.for_unit is None:
        return await work.own_assignment(session, assignment_id, actor=sender.actor)
    return await work.overseen_assignment(
        session, assignment_id, actor=sender.actor, unit_id=sender.for_unit
    )


async def _as_articles(
    session: AsyncSession,
    assignment_id: int,
    evidence: Sequence[Evidence],
    *,
    sender: Sender,
    now: datetime,
) -> dict[str, NewArticle]:
    """The rows by key; pages that nobody sent before are due to be looked at."""
    links = {each.key: each.url for each in evidence if each.kind is EvidenceKind.LINK}
    page_ids = await pages.ensure(session, links, now=now) if links else {}
    if links:
        wake_after_commit(session, Wake.PAGES)
    return {
        each.key: NewArticle(
            assignment_id=assignment_id,
            person_id=sender.actor.person_id,
            url_key=each.key,
            kind=each.kind,
            url=each.url,
            page_id=page_ids.get(each.key),
            file_id=each.file_id,
            file_name=each.file_name,
            album=each.album,
            note=each.note,
            amount=each.amount,
            measure=each.measure,
            chat_id=sender.message.chat.id,
            message_id=sender.message.message_id,
            by_office=sender.by_office,
        )
        for each in evidence
    }


async def _count_again(
    session: AsyncSession,
    again: Sequence[Article],
    sent: Mapping[str, NewArticle],
    *,
    now: datetime,
) -> None:
    """What was returned or withdrawn is sent once more; where its page was gone, it is looked at
    again."""
    for article in again:
        articles.record_again(article, sent[article.url_key], now=now)
    await session.flush()
    found = [each.page_id for each in again if each.page_id is not None]
    if found:
        await pages.look_again(session, found, now=now)


def _note(
    session: AsyncSession,
    assignment: Assignment,
    addressee: Addressee,
    *,
    number: int,
    sender: Sender,
    now: datetime,
) -> None:
    events.add(
        session,
        "articles_entered" if sender.by_office else "articles_recorded",
        at=now,
        person_id=sender.actor.person_id,
        object_kind="assignment",
        object_id=assignment.id,
        directive_id=addressee.directive_id,
        unit_id=addressee.unit_id,
        number=number,
    )
