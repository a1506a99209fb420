"""A unit asks for a later deadline of its own, and the office decides: once, whoever is first.

Wishes that nothing can come of any more are ended by `bot.actions.extension_ends`; moving the
deadline is in `bot.actions.deadlines`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import acknowledgements, articles, cards, deadlines, duty, office_cards
from bot.actions.extension_ends import tell
from bot.actions.later_deadlines import check_wish
from bot.actions.policy import Policy
from bot.actions.reasons import reason_of
from bot.domain.assignments import by_deadline
from bot.domain.rights import Actor, Right
from bot.domain.states import AssignmentState, CardKind, ExtensionState, Part
from bot.errors import Conflict, NotAllowed, NotFound
from bot.storage import assignments, events, extensions
from bot.storage.assignments import TaskState
from bot.storage.extensions import Wish
from bot.storage.tables import Addressee, Assignment, Chat, Directive, Extension, Task

# --- asking --------------------------------------------------------------------------------------


async def open_tasks(
    session: AsyncSession, addressee_id: int, *, actor: Actor | None
) -> list[TaskState]:
    """The unit's tasks whose deadline can be asked to be later, nearest first."""
    addressee, _ = await acknowledgements.own_addressee(session, addressee_id, actor=actor)
    states = await assignments.task_states(session, addressee_ids=[addressee.id])
    found = [
        task
        for task in states
        if task.state is AssignmentState.OPEN and task.deadline_at and not task.is_watched
    ]
    return sorted(found, key=lambda task: by_deadline(task.deadline_at))


async def to_ask(
    session: AsyncSession, assignment_id: int, *, actor: Actor | None
) -> tuple[Assignment, Task, Addressee, Directive]:
    """The assignment, locked, while a later deadline can be asked for it; Conflict otherwise."""
    found = await articles.own_assignment(session, assignment_id, actor=actor)
    assignment, task, _, _ = found
    if task.removed_in is not None or assignment.state is AssignmentState.CANCELLED:
        raise Conflict("refused.closed")
    if assignment.state is not AssignmentState.OPEN:
        raise Conflict("done.before")
    if assignment.part is Part.WATCH:
        raise Conflict("extension.only_watched")
    if assignment.deadline_at is None:
        raise Conflict("extension.no_deadline")
    return found


async def check(
    session: AsyncSession,
    assignment_id: int,
    *,
    wished_at: datetime,
    actor: Actor | None,
    now: datetime,
) -> tuple[Assignment, Addressee, Directive]:
    """Whether this may be wished now: InvalidInput for no later deadline, Conflict while another
    wish waits."""
    assignment, _, addressee, directive = await to_ask(session, assignment_id, actor=actor)
    if await extensions.asked(session, assignment_id) is not None:
        raise Conflict("extension.asked_before")
    check_wish(wished_at, deadline_at=assignment.deadline_at or now, now=now)
    return assignment, addressee, directive


async def ask(
    session: AsyncSession,
    assignment_id: int,
    *,
    wished_at: datetime,
    reason: str,
    actor: Actor,
    chat: Chat,
    now: datetime,
) -> Wish:
    """Ask the office on duty; Conflict while another wish for this task waits."""
    assignment, addressee, directive = await check(
        session, assignment_id, wished_at=wished_at, actor=actor, now=now
    )
    extension = Extension(
        assignment_id=assignment_id,
        person_id=actor.person_id,
        chat_id=chat.id,
        reason=reason_of(reason),
        wished_at=wished_at,
        asked_at=now,
        deadline_at=assignment.deadline_at or now,  # there is one
        state=ExtensionState.ASKED,
    )
    session.add(extension)
    await session.flush()
    events.add(
        session, "extension_asked", at=now, person_id=actor.person_id, object_kind="extension",
        object_id=extension.id, directive_id=directive.id, unit_id=addressee.unit_id,
    )  # fmt: skip
    for chat_id in await duty.chats(session, unit_id=addressee.unit_id, right=Right.ISSUE):
        await _bring(session, extension, chat_id=chat_id, now=now)
    await cards.redraw_work(session, [addressee], now=now)
    return await _wish(session, extension.id)


async def _bring(
    session: AsyncSession, extension: Extension, *, chat_id: int, now: datetime
) -> None:
    await office_cards.bring(
        session,
        CardKind.EXTENSION,
        extension.id,
        chat_id=chat_id,
        since=extension.asked_at,
        now=now,
    )


async def take_back(
    session: AsyncSession, extension_id: int, *, actor: Actor | None, now: datetime
) -> Wish:
    """The unit does not wish it any more; Conflict once it was decided."""
    wish = await _wish(session, extension_id)
    if actor is None or wish.addressee.unit_id not in actor.unit_ids:
        raise NotAllowed("refused.not_your_unit")
    _refuse_decided(wish)
    _decide(wish, ExtensionState.TAKEN_BACK, by=actor.person_id, now=now)
    await _done(session, "extension_taken_back", wish, by=actor.person_id, now=now)
    return wish


# --- deciding ------------------------------------------------------------------------------------


async def show(
    session: AsyncSession, extension_id: int, *, actor: Actor, chat_id: int, now: datetime
) -> None:
    """Bring the wish, while it waits, into the chat from which somebody asks for it."""
    wish = await to_decide(session, extension_id, actor=actor)
    await _bring(session, wish.extension, chat_id=chat_id, now=now)


async def to_decide(session: AsyncSession, extension_id: int, *, actor: Actor) -> Wish:
    """The wish, locked, while it waits for a decision of this person. Raises NotAllowed outside of
    their limits, Conflict for what is decided or over."""
    wish = await _wish(session, extension_id)
    if not actor.oversees(wish.addressee.unit_id):
        raise NotAllowed("refused.out_of_scope")
    _refuse_decided(wish)
    if wish.directive.closed_at is not None or wish.assignment.deadline_at is None:
        raise Conflict("refused.closed")
    if wish.assignment.state is not AssignmentState.OPEN:
        raise Conflict("extension.over_before")
    return wish


async def grant(
    session: AsyncSession,
    extension_id: int,
    *,
    to: datetime | None,
    actor: Actor,
    policy: Policy,
    now: datetime,
) -> Wish:
    """The unit's deadline is what was wished, or another one that the office gives."""
    wish = await to_decide(session, extension_id, actor=actor)
    granted_at = to or wish.extension.wished_at
    deadline_at = wish.assignment.deadline_at
    assert deadline_at is not None  # noqa: S101 - to_decide has looked
    check_wish(granted_at, deadline_at=deadline_at, now=now)
    extension = wish.extension
    _decide(wish, ExtensionState.GRANTED, by=actor.person_id, now=now)
    extension.granted_at, extension.deadline_at = granted_at, deadline_at
    await deadlines.move(
        session,
        wish.assignment,
        wish.addressee,
        wish.directive,
        to=granted_at,
        policy=policy,
        now=now,
    )
    await _done(session, "extension_granted", wish, by=actor.person_id, now=now)
    is_wished = granted_at == extension.wished_at
    key = "extension.granted_you" if is_wished else "extension.granted_you_other"
    await tell(session, wish, key, {"granted": granted_at, "before": deadline_at}, now=now)
    return await _wish(session, extension_id)


async def refuse(
    session: AsyncSession, extension_id: int, note: str, *, actor: Actor, now: datetime
) -> Wish:
    """The deadline stays, for this reason."""
    wish = await to_decide(session, extension_id, actor=actor)
    wish.extension.decision_note = reason_of(note)
    _decide(wish, ExtensionState.REFUSED, by=actor.person_id, now=now)
    await _done(session, "extension_refused", wish, by=actor.person_id, now=now)
    values = {"reason": wish.extension.decision_note}
    await tell(session, wish, "extension.refused_you", {**values}, now=now)
    return await _wish(session, extension_id)


async def _wish(session: AsyncSession, extension_id: int) -> Wish:
    await session.flush()
    wish = await extensions.get(session, extension_id, locked=True)
    if wish is None:
        raise NotFound("refused.gone")
    return wish


def _refuse_decided(wish: Wish) -> None:
    values = {"name": wish.decided_by or ""}
    match wish.extension.state:
        case ExtensionState.GRANTED:
            raise Conflict("extension.granted_before", **values)
        case ExtensionState.REFUSED:
            raise Conflict("extension.refused_before", **values)
        case ExtensionState.TAKEN_BACK:
            raise Conflict("extension.taken_back_before", **values)
        case ExtensionState.OVER:
            raise Conflict("extension.over_before")


def _decide(wish: Wish, state: ExtensionState, *, by: int, now: datetime) -> None:
    extension = wish.extension
    extension.state, extension.decided_by, extension.decided_at = state, by, now


async def _done(session: AsyncSession, action: str, wish: Wish, *, by: int, now: datetime) -> None:
    await session.flush()
    events.add(
        session, action, at=now, person_id=by, object_kind="extension",
        object_id=wish.extension.id, directive_id=wish.directive.id,
        unit_id=wish.addressee.unit_id,
    )  # fmt: skip
    await cards.redraw_work(session, [wish.addressee], now=now)
    await office_cards.redraw(session, CardKind.EXTENSION, wish.extension.id, now=now)
