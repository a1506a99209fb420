"""Submitting links: for the right task, each once, with a receipt at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import cards, closing, extension_ends
from bot.actions.acknowledgements import own_addressee
from bot.articles.urls import canonical_key, check_link
from bot.domain.assignments import after_submission
from bot.domain.rights import Actor
from bot.domain.states import AssignmentState, Part
from bot.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.runtime import Wake, wake_after_commit
from bot.storage import articles, assignments, directives, events, pages
from bot.storage.articles import NewArticle
from bot.storage.assignments import TaskState
from bot.storage.extensions import of_work
from bot.storage.tables import Addressee, Assignment, Chat, Directive, Task

MAX_LINKS = 20
_TAKING = (AssignmentState.OPEN, AssignmentState.SUBMITTED)


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A link the unit had sent before."""

    url: str
    task_position: int
    submitted_at: datetime
    period: str = ""  # of the task, if it recurs


@dataclass(frozen=True, slots=True)
class Recorded:
    """Links that were written down for a task, and those that were there already."""

    assignment_id: int
    task_position: int
    new: int
    total: int
    expected: int
    duplicates: tuple[Duplicate, ...]
    period: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A task that links may be for."""

    directive: Directive
    unit_id: int
    unit_name: str
    task: TaskState


@dataclass(frozen=True, slots=True)
class ChooseTask:
    """The task is unclear: the links wait until a button is pressed. `known` were sent before."""

    submission_id: int
    tasks: tuple[Choice, ...]
    known: tuple[Duplicate, ...] = ()


@dataclass(frozen=True, slots=True)
class ChooseUnit:
    """The person has several units and has not said for which they speak: the links wait."""

    submission_id: int
    unit_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """The message that carried the links."""

    chat: Chat
    message_id: int


def sort_out(links: Sequence[str]) -> tuple[list[str], list[InvalidInput]]:
    """The links that can be taken, and each reason why others cannot: one bad one spoils none."""
    good: list[str] = []
    refused: dict[str, InvalidInput] = {}
    for link in links:
        try:
            good.append(check_link(link))
        except InvalidInput as error:
            refused.setdefault(error.key, error)
    return good, list(refused.values())


async def sent_before(
    session: AsyncSession, links: Sequence[str], *, person_id: int, message: Message | None
) -> set[str]:
    """Those of these links that the person has sent, or that wait since this message came; beside
    good ones also those that cannot be taken, which were told when they came."""
    good, _ = sort_out(links)
    keys = {link: canonical_key(link) for link in links if link in good}
    bad = set(links) - set(keys) if keys else set()
    sent = await articles.keys_sent(session, set(keys.values()), person_id=person_id)
    if message is not None:
        waiting = await articles.links_of_message(
            session, chat_id=message.chat.id, message_id=message.message_id
        )
        sent |= {canonical_key(link) for link in waiting}
    return bad | {link for link, key in keys.items() if key in sent}


async def submit(
    session: AsyncSession,
    links: Sequence[str],
    *,
    actor: Actor,
    message: Message,
    addressee_id: int | None,
    task_position: int | None,
    now: datetime,
) -> Recorded | ChooseTask | ChooseUnit:
    """Take links that `sort_out` let pass: for the card replied to, or for any open task of the
    unit that the person speaks for, or of all if that one has none.

    A named task that is not open is asked about like none. Raises InvalidInput for too many,
    NotFound when nothing is open, Conflict for a task that the unit only watches.
    """
    if len(links) > MAX_LINKS:
        raise InvalidInput("link.too_many", most=MAX_LINKS)
    meant = await _tasks(session, actor=actor, addressee_id=addressee_id, now=now)
    choices = [choice for choice in meant if choice.task.state in _TAKING]
    _check_asked(meant, task_position)
    if not choices:
        raise NotFound("link.no_open_task")
    unit_ids = {choice.unit_id for choice in choices}
    if len(unit_ids) > 1 and actor.speaks_for not in actor.unit_ids:
        submission_id = await _keep(session, links, actor=actor, message=message, now=now)
        return ChooseUnit(submission_id, tuple(sorted(unit_ids)))
    named = [choice for choice in choices if choice.task.position == task_position]
    choices = named or choices
    if len(choices) == 1 and (named or task_position is None):
        return await _record(
            session, choices[0].task.assignment_id, links, actor=actor, message=message, now=now
        )
    known = await _known_links(session, links, choices)
    submission_id = await _keep(session, links, actor=actor, message=message, now=now)
    return ChooseTask(submission_id, tuple(choices), known)


def _check_asked(meant: Sequence[Choice], task_position: int | None) -> None:
    """Conflict where all that can be meant is only watched: nothing is sent for it."""
    named = [choice for choice in meant if choice.task.position == task_position]
    candidates = named or meant
    if candidates and all(choice.task.is_watched for choice in candidates):
        raise Conflict("link.only_watched")


async def go_on(
    session: AsyncSession,
    submission_id: int,
    *,
    actor: Actor,
    chat: Chat,
    task_position: int | None,
    now: datetime,
) -> Recorded | ChooseTask | ChooseUnit:
    """The person has said for which unit they speak: what becomes of the links that waited."""
    submission = await articles.take_submission(
        session, submission_id, person_id=actor.person_id, now=now
    )
    if submission is None:
        raise Conflict("link.placed_before")
    return await submit(
        session,
        submission.links,
        actor=actor,
        message=Message(chat, submission.message_id),
        addressee_id=None,
        task_position=task_position,
        now=now,
    )


async def _keep(
    session: AsyncSession,
    links: Sequence[str],
    *,
    actor: Actor,
    message: Message,
    now: datetime,
) -> int:
    """Let the links wait until it is known what they are for."""
    return await articles.add_submission(
        session,
        person_id=actor.person_id,
        chat_id=message.chat.id,
        message_id=message.message_id,
        links=links,
        now=now,
    )


async def place(
    session: AsyncSession,
    submission_id: int,
    assignment_id: int,
    *,
    actor: Actor,
    chat: Chat,
    now: datetime,
) -> Recorded:
    """The person chose the task for links they sent before."""
    submission = await articles.take_submission(
        session, submission_id, person_id=actor.person_id, now=now
    )
    if submission is None:
        raise Conflict("link.placed_before")
    message = Message(chat, submission.message_id)
    return await _record(
        session, assignment_id, submission.links, actor=actor, message=message, now=now
    )


async def report_done(
    session: AsyncSession, assignment_id: int, *, actor: Actor | None, now: datetime
) -> tuple[int, str]:
    """The contact says the task is done without a link; the task's number, and the period."""
    assignment, task, addressee, _ = await own_assignment(session, assignment_id, actor=actor)
    if assignment.part is Part.WATCH:
        raise Conflict("link.only_watched")
    _check_applies(assignment)
    if assignment.state is not AssignmentState.OPEN:
        raise Conflict("done.before")
    await _move_on(session, assignment, AssignmentState.SUBMITTED, now=now)
    events.add(
        session, "reported_done", at=now, person_id=actor.person_id if actor else None,
        object_kind="assignment", object_id=assignment_id,
        directive_id=addressee.directive_id, unit_id=addressee.unit_id,
    )  # fmt: skip
    await cards.redraw_addressee(session, addressee, now=now)
    return task.position, assignment.period


async def _tasks(
    session: AsyncSession, *, actor: Actor, addressee_id: int | None, now: datetime
) -> list[Choice]:
    if addressee_id is not None:
        pairs = [await own_addressee(session, addressee_id, actor=actor)]
    else:
        rows = await directives.open_addressees_of_units(session, actor.unit_ids, begun_by=now)
        pairs = [(addressee, directive) for addressee, directive in rows]
    by_id = {addressee.id: (addressee, directive) for addressee, directive in pairs}
    states = await assignments.task_states(session, addressee_ids=list(by_id))
    choices = []
    for task in _asked_now(states):
        if task.state in _TAKING or task.is_watched:
            addressee, directive = by_id[task.addressee_id]
            choices.append(Choice(directive, addressee.unit_id, addressee.unit_name, task))
    meant = [choice for choice in choices if choice.unit_id in actor.spoken_for]
    return meant if any(choice.task.state in _TAKING for choice in meant) else choices


def _asked_now(states: Sequence[TaskState]) -> list[TaskState]:
    """Of a task that recurs what is open, and its newest period; what was done for earlier ones is
    done."""
    newest = {(task.addressee_id, task.position): task.period for task in states}
    return [
        task
        for task in states
        if task.state is AssignmentState.OPEN
        or task.period == newest[task.addressee_id, task.position]
    ]


async def _known_links(
    session: AsyncSession, links: Sequence[str], choices: Sequence[Choice]
) -> tuple[Duplicate, ...]:
    known = []
    for addressee_id in {choice.task.addressee_id for choice in choices}:
        for link in links:
            same = await articles.same_link(
                session, addressee_id=addressee_id, url_key=canonical_key(link)
            )
            if same:
                article, task, period = same
                known.append(Duplicate(link, task.position, article.submitted_at, period))
    return tuple(known)


async def _record(
    session: AsyncSession,
    assignment_id: int,
    links: Sequence[str],
    *,
    actor: Actor,
    message: Message,
    now: datetime,
) -> Recorded:
    assignment, task, addressee, _ = await own_assignment(session, assignment_id, actor=actor)
    if assignment.part is Part.WATCH:
        raise Conflict("link.only_watched")
    _check_applies(assignment)
    if assignment.state not in _TAKING:
        raise Conflict("refused.closed")
    duplicates = []
    new = 0
    by_key = {canonical_key(link): link for link in links}
    page_ids = await pages.ensure(session, by_key, now=now)
    wake_after_commit(session, Wake.PAGES)
    for key, link in by_key.items():
        article = NewArticle(
            assignment_id=assignment.id,
            person_id=actor.person_id,
            url=link,
            url_key=key,
            page_id=page_ids[key],
            chat_id=message.chat.id,
            message_id=message.message_id,
        )
        if await articles.add(session, article, now=now) is not None:
            new += 1
        else:
            same = await articles.same_link(session, addressee_id=addressee.id, url_key=key)
            sent_at = same[0].submitted_at if same else now
            duplicates.append(Duplicate(link, task.position, sent_at, assignment.period))
    total = await articles.count(session, assignment_id=assignment.id)
    state = after_submission(assignment.state, articles=total, expected=task.expected_articles)
    if state is not assignment.state:
        await _move_on(session, assignment, state, now=now)
    if new:
        events.add(
            session, "articles_recorded", at=now, person_id=actor.person_id,
            object_kind="assignment", object_id=assignment.id,
            directive_id=addressee.directive_id, unit_id=addressee.unit_id, number=new,
        )  # fmt: skip
        await cards.redraw_addressee(session, addressee, now=now)
    return Recorded(
        assignment.id, task.position, new, total, task.expected_articles, tuple(duplicates),
        assignment.period,
    )  # fmt: skip


def _check_applies(assignment: Assignment) -> None:
    if assignment.state is AssignmentState.NOT_APPLICABLE:
        raise Conflict("done.not_applicable")


async def own_assignment(
    session: AsyncSession, assignment_id: int, *, actor: Actor | None
) -> tuple[Assignment, Task, Addressee, Directive]:
    """The assignment, locked, with its surroundings, if it is this person's unit's and its
    directive has not ended."""
    row = await assignments.assignment_for_update(session, assignment_id)
    if row is None:
        raise NotFound("refused.gone")
    assignment, task, addressee, directive = row
    if actor is None or addressee.unit_id not in actor.unit_ids:
        raise NotAllowed("refused.not_your_unit")
    await closing.refuse_if_over(session, directive)
    return assignment, task, addressee, directive


async def _move_on(
    session: AsyncSession, assignment: Assignment, state: AssignmentState, *, now: datetime
) -> None:
    await assignments.change_assignment_state(session, assignment.id, state=state, now=now)
    await extension_ends.end_pointless(session, of_work(assignment.id), now=now)
