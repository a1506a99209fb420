"""Finding out what evidence is for: the work that the message answers or names, the only one that
is open, or else one that is asked for. How it is written down is in `recording`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import access
from bot.actions.acknowledgements import own_addressee, refusal_of_ended
from bot.actions.candidate_tasks import Choice, known_before, likeliest_first
from bot.actions.evidence import Evidence, as_submission, of_submission
from bot.actions.recording import Duplicate, Recorded, Sender, record
from bot.domain.articles import EvidenceKind
from bot.domain.assignments import TAKING
from bot.domain.rights import Actor, Right
from bot.domain.states import AssignmentState, ChatKind
from bot.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.storage import assignments, directives, submissions
from bot.storage.assignments import TaskState
from bot.storage.tables import Addressee, Chat, Directive, Submission

MAX_LINKS = 20
MAX_LINKS_OF_FILE = 2_000


@dataclass(frozen=True, slots=True)
class Meant:
    """What a message says of where its evidence belongs: the card or reminder it answers, the task
    it names, and its words; and the work of which it was asked for, which a name overrides."""

    addressee_id: int | None = None
    assignment_id: int | None = None
    task_position: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseTask:
    """The task is unclear: it waits until a button is pressed. The likeliest task comes first. So
    many are `new`, and `known` were sent before: they wait only if nothing is new. `not_open` is
    the number of the task that was named and that takes nothing."""

    submission_id: int
    kind: EvidenceKind
    tasks: tuple[Choice, ...]
    new: int
    known: tuple[Duplicate, ...] = ()
    not_open: int | None = None
    by_office: bool = False


@dataclass(frozen=True, slots=True)
class ChooseUnit:
    """The person has several units and has not said for which they speak: it waits."""

    submission_id: int
    unit_ids: tuple[int, ...]
    task_position: int | None = None
    new: int = 1


Outcome = Recorded | ChooseTask | ChooseUnit


def actor_in(actor: Actor, chat: Chat) -> Actor:
    """The person with the units that may be spoken of here: in a group the group's alone."""
    if chat.kind is ChatKind.PRIVATE:
        return actor
    if chat.unit_id is None:
        raise NotAllowed("group.not_linked")
    if chat.unit_id not in actor.unit_ids:
        raise NotAllowed("refused.not_your_unit")
    return replace(actor, unit_ids=frozenset({chat.unit_id}))


async def submit(
    session: AsyncSession,
    evidence: Sequence[Evidence],
    *,
    sender: Sender,
    meant: Meant,
    now: datetime,
    most: int = MAX_LINKS,
) -> Outcome:
    """Take evidence: for the card replied to, or for any open task of the unit that the person
    speaks for, or of all if that one has none.

    A named task that is not open is asked about like none, and said to be so. Raises
    InvalidInput for too much, NotFound when nothing is open, Conflict for a task that the unit only
    watches.
    """
    if len(evidence) > most:
        raise InvalidInput("link.too_many", most=most)
    found = await _tasks(session, sender=sender, addressee_id=meant.addressee_id, now=now)
    choices = [choice for choice in found if choice.task.state in TAKING]
    _check_asked(found, meant.task_position)
    if not choices:
        raise NotFound("link.no_open_task")
    unit_ids = {choice.unit_id for choice in choices}
    if len(unit_ids) > 1 and sender.actor.speaks_for not in sender.actor.unit_ids:
        kept = await _keep(session, evidence, words=meant.words, sender=sender, now=now)
        return ChooseUnit(kept, tuple(sorted(unit_ids)), meant.task_position, len(evidence))
    named = [choice for choice in choices if _is_meant(choice.task, meant)]
    choices = named or choices
    if len(choices) == 1 and (named or meant.task_position is None):
        await trace(session, evidence, sender=sender, now=now)
        assignment_id = choices[0].task.assignment_id
        recorded = await record(session, assignment_id, evidence, sender=sender, now=now)
        await _settle(session, evidence, sender=sender, now=now)
        return recorded
    known = await known_before(session, evidence, choices)
    new = [each for each in evidence if each.key not in known]
    ordered = await likeliest_first(session, choices, evidence, words=meant.words)
    return ChooseTask(
        submission_id=await _keep(
            session, new or evidence, words=meant.words, sender=sender, now=now
        ),
        kind=evidence[0].kind,
        tasks=tuple(ordered),
        new=len(new),
        known=tuple(known.values()),
        not_open=None if named else meant.task_position,
        by_office=sender.by_office,
    )


def _is_meant(task: TaskState, meant: Meant) -> bool:
    """Whether the message names the task, or else it was asked for this work."""
    if meant.task_position is not None:
        return task.position == meant.task_position
    return task.assignment_id == meant.assignment_id


def _check_asked(found: Sequence[Choice], task_position: int | None) -> None:
    """Conflict where all that can be meant is only watched: nothing is sent for it."""
    named = [choice for choice in found if choice.task.position == task_position]
    candidates = named or found
    if candidates and all(choice.task.is_watched for choice in candidates):
        raise Conflict("link.only_watched")


async def work_of(session: AsyncSession, addressee_id: int, assignment_id: int) -> TaskState:
    """One task of the addressee, by its row; NotFound for another's, or what is asked no more."""
    for task in await assignments.task_states(session, addressee_ids=[addressee_id]):
        if task.assignment_id == assignment_id:
            return task
    raise NotFound("refused.gone")


async def takes_anything(
    session: AsyncSession, *, sender: Sender, addressee_id: int | None, now: datetime
) -> bool:
    """Whether there is work for which something could be sent now."""
    try:
        found = await _tasks(session, sender=sender, addressee_id=addressee_id, now=now)
    except Conflict:
        return False
    return any(choice.task.state in TAKING for choice in found)


async def positions_open(
    session: AsyncSession, *, sender: Sender, addressee_id: int | None, now: datetime
) -> frozenset[int]:
    """The numbers of the tasks for which something can be sent now."""
    found = await _tasks(session, sender=sender, addressee_id=addressee_id, now=now)
    return frozenset(each.task.position for each in found if each.task.state in TAKING)


# --- albums --------------------------------------------------------------------------------------


async def album_of(
    session: AsyncSession, album: str | None, *, person_id: int, chat_id: int
) -> list[Submission]:
    """What was taken as evidence of this album already."""
    if album is None:
        return []
    return await submissions.of_album(session, person_id=person_id, chat_id=chat_id, album=album)


async def follow_album(
    session: AsyncSession,
    evidence: Evidence,
    before: Sequence[Submission],
    *,
    sender: Sender,
    now: datetime,
) -> None:
    """Another part of an album goes where the earlier ones went, or waits with them; of it nothing
    is told: it was, of the first one."""
    sender = replace(sender, for_unit=before[0].unit_id)
    if any(row.placed_at is None for row in before):
        await _keep(session, [evidence], words="", sender=sender, now=now)
        return
    assignment_id = await submissions.assignment_with(
        session,
        [row.key for row in before],
        unit_ids=sender.unit_ids,
        person_id=sender.actor.person_id,
    )
    if assignment_id is not None:
        await trace(session, [evidence], sender=sender, now=now)
        await record(session, assignment_id, [evidence], sender=sender, now=now)


async def follow(
    session: AsyncSession, evidence: Evidence, outcome: Outcome, *, sender: Sender, now: datetime
) -> None:
    """Another part of an album goes where its first part has just gone, or waits with it."""
    if isinstance(outcome, Recorded):
        await record(session, outcome.assignment_id, [evidence], sender=sender, now=now)
    else:
        await _keep(session, [evidence], words="", sender=sender, now=now)


async def trace(
    session: AsyncSession, evidence: Sequence[Evidence], *, sender: Sender, now: datetime
) -> None:
    """Of an album it is kept what came of it, so that its other parts find it."""
    if evidence[0].album is not None:
        await _keep(session, evidence, words="", sender=sender, now=now, placed_at=now)


async def _settle(
    session: AsyncSession, evidence: Sequence[Evidence], *, sender: Sender, now: datetime
) -> None:
    """Who sends links once more and says for which task, has answered what they were asked of
    them; what else waits with them goes on waiting."""
    links = {each.key for each in evidence if each.kind is EvidenceKind.LINK}
    if not links:
        return
    for row in await submissions.waiting_of(
        session, person_id=sender.actor.person_id, chat_id=sender.message.chat.id
    ):
        waits = of_submission(row) if row.links else ()
        left = [each.url for each in waits if each.key not in links]
        if waits and not left:
            row.placed_at = now
        elif len(left) < len(waits):
            row.links = left
    await session.flush()


async def _keep(
    session: AsyncSession,
    evidence: Sequence[Evidence],
    *,
    words: str,
    sender: Sender,
    now: datetime,
    placed_at: datetime | None = None,
) -> int:
    """Let it wait until it is known what it is for."""
    row = as_submission(
        evidence,
        words=words,
        person_id=sender.actor.person_id,
        chat_id=sender.message.chat.id,
        message_id=sender.message.message_id,
        unit_id=sender.for_unit,
        by_office=sender.by_office,
    )
    return await submissions.add(session, row, now=now, placed_at=placed_at)


# --- the tasks that may be meant -----------------------------------------------------------------


async def _tasks(
    session: AsyncSession, *, sender: Sender, addressee_id: int | None, now: datetime
) -> list[Choice]:
    if addressee_id is not None:
        pairs = [await _addressee(session, addressee_id, sender)]
    else:
        rows = await directives.open_addressees_of_units(session, sender.unit_ids, begun_by=now)
        pairs = [(addressee, directive) for addressee, directive in rows]
    by_id = {addressee.id: (addressee, directive) for addressee, directive in pairs}
    states = await assignments.task_states(session, addressee_ids=list(by_id))
    choices = []
    for task in asked_now(states):
        if task.state in TAKING or task.is_watched:
            addressee, directive = by_id[task.addressee_id]
            choices.append(Choice(directive, addressee.unit_id, addressee.unit_name, task))
    meant = [choice for choice in choices if choice.unit_id in sender.spoken_for]
    return meant if any(choice.task.state in TAKING for choice in meant) else choices


async def _addressee(
    session: AsyncSession, addressee_id: int, sender: Sender
) -> tuple[Addressee, Directive]:
    if sender.for_unit is None:
        return await own_addressee(session, addressee_id, actor=sender.actor)
    return await overseen_addressee(session, addressee_id, actor=sender.actor)


async def overseen_addressee(
    session: AsyncSession, addressee_id: int, *, actor: Actor
) -> tuple[Addressee, Directive]:
    """The addressee and its directive, if the office may enter something for it: NotAllowed for who
    may not, Conflict where it is over."""
    addressed = (await directives.addressed(session, [addressee_id])).get(addressee_id)
    found = await directives.addressee_with_directive(session, addressee_id)
    if addressed is None or found is None:
        raise NotFound("refused.gone")
    if not actor.may(Right.REVIEW):
        raise NotAllowed("refused.not_yours")
    access.check_unit(actor, addressed.unit_id)
    refusal = await refusal_of_ended(session, addressed)
    if refusal is not None:
        raise refusal
    return found


def asked_now(states: Sequence[TaskState]) -> list[TaskState]:
    """Of a task that recurs what is open, and its newest period; what was done for earlier ones is
    done."""
    newest = {(task.addressee_id, task.position): task.period for task in states}
    return [
        task
        for task in states
        if task.state is AssignmentState.OPEN
        or task.period == newest[task.addressee_id, task.position]
    ]
