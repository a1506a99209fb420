"""Units that come to a directive after it was issued: never by themselves, only because staff said
so. They get it as it stands now, with its deadlines as they are."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions.addressing import Share, address
from bot.actions.policy import Policy
from bot.domain.recipients import FOR_ALL, recipients_of
from bot.domain.rights import Actor
from bot.domain.states import Part, Sending
from bot.errors import Conflict, InvalidInput, NotFound
from bot.storage import audience as stored
from bot.storage import directives, drafts, events, progress, sending, units
from bot.storage.tables import Directive, Task, Unit


@dataclass(frozen=True, slots=True)
class Latecomers:
    """What units that may be added would get."""

    shares: tuple[Share, ...]
    tasks: tuple[Task, ...]

    @property
    def units(self) -> tuple[Unit, ...]:
        """The units themselves."""
        return tuple(share.unit for share in self.shares)

    @property
    def token(self) -> int:
        """Another number for other units: who is shown is who is added, or nobody."""
        ids = ",".join(str(unit_id) for unit_id in sorted(unit.id for unit in self.units))
        return zlib.crc32(ids.encode())

    def past(self, now: datetime) -> tuple[int, ...]:
        """The numbers of their tasks whose deadlines are over."""
        theirs = {task_id for share in self.shares for task_id in share.parts}
        return tuple(
            task.position
            for task in self.tasks
            if task.id in theirs and task.deadline_at is not None and task.deadline_at <= now
        )


def takes_more(directive: Directive) -> bool:
    """Whether units can still be added to it."""
    return directive.closed_at is None and directive.sending is not Sending.CANCELLED


async def joined_since(session: AsyncSession, directive: Directive, *, actor: Actor) -> Latecomers:
    """Units of its groups that are no addressees, of those that are the person's: they came into
    the groups later. Who had no part in any task is none of them."""
    choices = await stored.choices(session, directive.draft_id)
    members = await stored.members(session, choices.all_groups)
    wanted = recipients_of(choices, members).units
    there = await directives.unit_ids(session, directive.id)
    found = [
        unit
        for unit in await units.units_of_groups(session, choices.groups)
        if unit.id in wanted and unit.id not in there and actor.oversees(unit.id)
    ]
    shares, tasks = await _shares(session, directive, found)
    return Latecomers(tuple(share for share in shares if share.parts), tasks)


async def named(session: AsyncSession, directive: Directive, unit: Unit) -> Latecomers:
    """What one unit would get that staff name; everything, if nothing falls to it by the parts."""
    (share,), tasks = await _shares(session, directive, [unit])
    if not share.parts:
        share = Share(unit, {task.id: Part.LEAD for task in tasks})
    return Latecomers((share,), tasks)


async def _shares(
    session: AsyncSession, directive: Directive, found: Sequence[Unit]
) -> tuple[list[Share], tuple[Task, ...]]:
    """The parts of these units, by what the draft said of its tasks."""
    tasks = tuple(await directives.tasks(session, directive.id))
    parts = await stored.parts(session, directive.draft_id)
    by_position = {
        task.position: parts[task.id]
        for task in await drafts.tasks(session, directive.draft_id)
        if task.id in parts
    }
    groups_of = await stored.groups_of(session, [unit.id for unit in found])
    shares = []
    for unit in found:
        own = {}
        for task in tasks:
            of_task = by_position.get(task.position, FOR_ALL)
            part = of_task.of(unit.id, groups_of.get(unit.id, ()))
            if part is not None:
                own[task.id] = part
        shares.append(Share(unit, own))
    return shares, tasks


async def add_joined(
    session: AsyncSession,
    directive_id: int,
    *,
    token: int,
    actor: Actor,
    policy: Policy,
    now: datetime,
) -> int:
    """Add those who joined its groups since, as they were shown; how many. Conflict if they are
    others by now, 0 if there is nobody left to add."""
    seen = await joined_since(session, await _known(session, directive_id), actor=actor)
    directive = await _locked(session, directive_id, seen.units)
    latecomers = await joined_since(session, directive, actor=actor)
    if not latecomers.shares:
        return 0
    if latecomers.token != token:
        raise Conflict("late.changed")
    return await _add(session, directive, latecomers, actor=actor, policy=policy, now=now)


async def add_named(
    session: AsyncSession,
    directive_id: int,
    unit: Unit,
    *,
    actor: Actor,
    policy: Policy,
    now: datetime,
) -> int:
    """Add one unit; 0 if it is an addressee already."""
    directive = await _locked(session, directive_id, [unit])
    latecomers = await named(session, directive, unit)
    return await _add(session, directive, latecomers, actor=actor, policy=policy, now=now)


async def _known(session: AsyncSession, directive_id: int) -> Directive:
    directive = await directives.get(session, directive_id)
    if directive is None:
        raise NotFound("directive.unknown")
    return directive


async def _locked(session: AsyncSession, directive_id: int, those: Collection[Unit]) -> Directive:
    """The directive as it stands now, for who adds these units to it; units first, as everybody
    who gives them something locks them, so that nobody waits in a circle."""
    await units.lock(session, [unit.id for unit in those])
    directive = await sending.lock(session, directive_id)
    if directive is None:
        raise NotFound("directive.unknown")
    check_open(directive)
    return directive


def check_open(directive: Directive) -> None:
    """Conflict for a directive that takes nobody any more."""
    if not takes_more(directive):
        raise Conflict("refused.closed")


async def _add(
    session: AsyncSession,
    directive: Directive,
    latecomers: Latecomers,
    *,
    actor: Actor,
    policy: Policy,
    now: datetime,
) -> int:
    if not latecomers.tasks:
        raise InvalidInput("draft.missing_tasks")
    added = await address(
        session, directive, latecomers.tasks, latecomers.shares, policy=policy, now=now
    )
    for addressee in added.addressees:
        events.add(
            session, "addressee_added", at=now, person_id=actor.person_id,
            object_kind="addressee", object_id=addressee.id,
            directive_id=directive.id, unit_id=addressee.unit_id,
        )  # fmt: skip
    await progress.redraw(session, [directive.id], now=now, at_once=True)
    return len(added.addressees)


async def addable(
    session: AsyncSession, directive_id: int, candidates: Collection[Unit]
) -> list[Unit]:
    """Those of these units that are no addressees yet."""
    there = await directives.unit_ids(session, directive_id)
    return [unit for unit in candidates if unit.id not in there]
