"""Renaming, retiring, merging and dividing units, on a day: shown, decided, done when it is due.

What passes from one unit to another is in `bot.actions.succession`. Where no `actor` is given it is
the operator who decides.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import access, menus, replies, succession
from bot.actions import units as unit_actions
from bot.actions.policy import Policy
from bot.actions.replies import Values
from bot.actions.succession import Office
from bot.domain.rights import Actor
from bot.domain.states import UnitChangeKind, WorkOfRetired
from bot.errors import BotError, Conflict, InvalidInput, NotFound
from bot.storage import events, people, unit_changes, units
from bot.storage import succession as rows
from bot.storage.tables import Unit, UnitChange
from scheduler.plan import held_until

MOST_SUCCESSORS = 20
_PROPOSED = "proposed"  # among a change's parameters until somebody confirms it
_FINAL = (UnitChangeKind.RETIRE, UnitChangeKind.MERGE, UnitChangeKind.SPLIT)
# These concern that unit alone; the others move work, people and groups, which limits are made of.
OF_ONE_UNIT = (UnitChangeKind.RENAME, UnitChangeKind.RETIRE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A change as somebody wants it. `into`: who goes on with the work, then others beside."""

    kind: UnitChangeKind
    unit_id: int
    into: tuple[int, ...] = ()
    name: str = ""
    work: WorkOfRetired = WorkOfRetired.CANCEL
    shared: bool = False  # a division's open work goes to all successors, not to the first alone


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would touch if it came now."""

    unit: Unit
    into: tuple[Unit, ...]
    belongings: rows.Belongings
    shared_directives: int  # open ones that the unit and its first successor both have


@dataclass(frozen=True, slots=True)
class Outcome:
    """A change that is planned, or was carried out."""

    change_id: int
    done: bool
    moved: int = 0  # open assignments that passed on
    closed: int = 0  # and those that the successor had, or that are not to be done any more


def check(kind: UnitChangeKind, unit_id: int, *, actor: Actor | None) -> None:
    """NotAllowed unless such a change of the unit is the person's to decide."""
    if actor is None:
        return
    access.check_unit(actor, unit_id)
    if kind not in OF_ONE_UNIT:
        access.check_whole_office(actor)


async def preview(session: AsyncSession, wish: Wish) -> Preview:
    """What it would do; raises what `propose` raises."""
    unit, *into = await _checked(session, wish)
    shared = await rows.shared_directives(session, unit.id, into[0].id) if into else 0
    return Preview(unit, tuple(into), await rows.belongings(session, unit.id), shared)


async def propose(
    session: AsyncSession, wish: Wish, *, today: date, actor: Actor | None, now: datetime
) -> UnitChange:
    """Write a change down that nothing comes of until it is confirmed; for today, if not put off.

    InvalidInput, NotFound, NotAllowed and Conflict say what is wrong with it.
    """
    check(wish.kind, wish.unit_id, actor=actor)
    await _checked(session, wish)
    name = unit_actions.checked_name(wish.name) if wish.kind is UnitChangeKind.RENAME else ""
    return await unit_changes.add(
        session,
        wish.kind,
        unit_id=wish.unit_id,
        into_id=wish.into[0] if wish.into else None,
        parameters={
            "name": name,
            "work": wish.work.value,
            "shared": wish.shared,
            "beside": list(wish.into[1:]),
            _PROPOSED: True,
        },
        effective_on=today,
        decided_by=actor.person_id if actor else None,
        now=now,
    )


async def set_day(
    session: AsyncSession, change_id: int, day: date, *, today: date, actor: Actor | None
) -> UnitChange:
    """Put a proposed change off to the beginning of that day."""
    change = await proposed(session, change_id, actor=actor)
    if day < today:
        raise InvalidInput("change.in_the_past")
    change.effective_on = day
    await session.flush()
    return change


async def set_work(
    session: AsyncSession, change_id: int, *, goes_further: bool, actor: Actor | None
) -> UnitChange:
    """What becomes of the open work: of a retired unit it goes on, of a divided one it goes to all
    successors; else it is cancelled, or goes to the first."""
    change = await proposed(session, change_id, actor=actor)
    work = WorkOfRetired.GO_ON if goes_further else WorkOfRetired.CANCEL
    change.parameters = {**change.parameters, "work": work.value, "shared": goes_further}
    await session.flush()
    return change


async def proposed(session: AsyncSession, change_id: int, *, actor: Actor | None) -> UnitChange:
    """A change that waits for its confirmation; NotFound and Conflict when it does not, NotAllowed
    when that is not the person's."""
    change = await unit_changes.get(session, change_id)
    if change is None:
        raise NotFound("refused.gone")
    check(change.kind, change.unit_id, actor=actor)
    if not change.parameters.get(_PROPOSED):
        raise Conflict("change.not_ahead")
    return change


async def confirm(
    session: AsyncSession, change_id: int, *, policy: Policy, actor: Actor | None, now: datetime
) -> Outcome:
    """Decide a proposed change: at once if its day is today, else at the beginning of its day."""
    change = await proposed(session, change_id, actor=actor)
    wish = wish_of(change)
    await units.lock(session, sorted({wish.unit_id, *wish.into}))
    await _checked(session, wish)
    if wish.kind in _FINAL:
        for other in await unit_changes.planned_of(session, wish.unit_id):
            if other.kind in _FINAL:
                raise Conflict("change.planned_before")
    change.due_at = policy.calendar.at(change.effective_on, time(0))
    change.decided_by, change.decided_at = actor.person_id if actor else None, now
    _is_decided(change)
    await session.flush()
    events.add(
        session, "unit_change_planned", at=now, object_kind="unit", object_id=wish.unit_id,
        change=change.id, kind=wish.kind.value,
    )  # fmt: skip
    if change.due_at > now:
        return Outcome(change.id, done=False)
    return await carry_out(session, change, policy=policy, now=now)


async def plan(
    session: AsyncSession,
    wish: Wish,
    *,
    on: date | None,
    policy: Policy,
    actor: Actor | None,
    now: datetime,
) -> Outcome:
    """Propose and confirm in one go; no day is today."""
    today = policy.calendar.local_date(now)
    change = await propose(session, wish, today=today, actor=actor, now=now)
    await set_day(session, change.id, on or today, today=today, actor=actor)
    return await confirm(session, change.id, policy=policy, actor=actor, now=now)


def _is_decided(change: UnitChange) -> None:
    change.parameters = {
        name: value for name, value in change.parameters.items() if name != _PROPOSED
    }


async def carry_out(
    session: AsyncSession,
    change: UnitChange,
    *,
    policy: Policy,
    now: datetime,
    not_before: datetime | None = None,
) -> Outcome:
    """Do now what was decided, all of it in this transaction; people are told `not_before`."""
    wish = wish_of(change)
    await units.lock(session, sorted({wish.unit_id, *wish.into}))
    unit, *into = await _checked(session, wish)
    office = Office(session, policy, now, not_before or now)
    moved = closed = 0
    match wish.kind:
        case UnitChangeKind.RENAME:
            old = unit.name
            await unit_actions.rename(session, unit, wish.name, now=now)
            await _tell(office, [unit], "unit.renamed", {"unit": old, "name": unit.name})
        case UnitChangeKind.RETIRE:
            closed = await _retire(office, unit, wish)
        case UnitChangeKind.MERGE | UnitChangeKind.SPLIT:
            for other in into[1:]:
                await succession.share(office, unit, other, with_work=wish.shared)
            passed = await succession.take_over(office, unit, into[0])
            moved, closed = passed.moved, passed.closed
            unit.retired_at = now
            is_split = wish.kind is UnitChangeKind.SPLIT
            key = "unit.split" if is_split else "unit.merged"
            await _tell(office, into, key, {"unit": unit.name, "into": _names(into)})
    change.due_at, change.done_at = None, now
    if wish.kind in _FINAL:
        await _forget_other_plans(session, unit.id, now=now)
    await session.flush()
    for each in (unit, *into):
        events.add(
            session, "unit_reorganised", at=now, person_id=change.decided_by, object_kind="unit",
            object_id=each.id, change=change.id, kind=wish.kind.value, moved=moved, closed=closed,
            into=change.into_id,
        )  # fmt: skip
    return Outcome(change.id, done=True, moved=moved, closed=closed)


async def carry_out_next(session: AsyncSession, *, policy: Policy, now: datetime) -> bool:
    """Carry out one change that is due and tell the administrators; False when none is.

    What has become impossible meanwhile is dropped, and they are told that.
    """
    change = await unit_changes.next_due(session, now=now)
    if change is None:
        return False
    # It is midnight, and nobody is woken for it.
    morning = held_until(now, calendar=policy.calendar) or now
    office = Office(session, policy, now, morning)
    unit = await units.unit(session, change.unit_id)
    values: Values = {"unit": unit.name if unit else "", "number": change.id}
    # Whose limits leave them the unit now: a merger takes it out of all groups.
    admins = await people.admin_chats(session, unit_id=change.unit_id)
    try:
        async with session.begin_nested():
            outcome = await carry_out(session, change, policy=policy, now=now, not_before=morning)
    except BotError as error:
        change.due_at = None
        await session.flush()
        events.add(
            session, "unit_change_failed", at=now, object_kind="unit", object_id=change.unit_id,
            change=change.id, reason=error.key,
        )  # fmt: skip
        await _notify(office, admins, "change.failed", values)
        return True
    values |= {"moved": outcome.moved, "closed": outcome.closed}
    await _notify(office, admins, "change.carried_out", values)
    return True


async def drop(
    session: AsyncSession, change_id: int, *, actor: Actor | None, now: datetime
) -> Unit:
    """A change that is proposed or still ahead will not come; its unit."""
    change = await unit_changes.get(session, change_id)
    unit = await units.unit(session, change.unit_id) if change else None
    if change is None or unit is None:
        raise NotFound("refused.gone")
    check(change.kind, unit.id, actor=actor)
    if change.due_at is None and not change.parameters.get(_PROPOSED):
        raise Conflict("change.not_ahead")
    change.due_at = None
    _is_decided(change)
    await session.flush()
    events.add(
        session, "unit_change_dropped", at=now, object_kind="unit", object_id=unit.id,
        change=change.id,
    )  # fmt: skip
    return unit


def wish_of(change: UnitChange) -> Wish:
    """What was decided, from its row."""
    beside = tuple(int(unit_id) for unit_id in change.parameters.get("beside", ()))
    return Wish(
        kind=change.kind,
        unit_id=change.unit_id,
        into=(change.into_id, *beside) if change.into_id is not None else (),
        name=str(change.parameters.get("name", "")),
        work=WorkOfRetired(change.parameters.get("work", WorkOfRetired.CANCEL)),
        shared=bool(change.parameters.get("shared")),
    )


async def _checked(session: AsyncSession, wish: Wish) -> list[Unit]:
    """The unit and its successors, all there and active, as many as the kind of change needs."""
    found = {
        unit.id: unit for unit in await units.units_by_ids(session, (wish.unit_id, *wish.into))
    }
    ordered = [found[unit_id] for unit_id in (wish.unit_id, *wish.into) if unit_id in found]
    if len(ordered) != 1 + len(wish.into):
        raise NotFound("refused.gone")
    for unit in ordered:
        if unit.retired_at is not None:
            raise Conflict("change.unit_retired", unit=unit.name)
    if len(found) != len(ordered):
        raise InvalidInput("change.same_unit")
    least, most = {
        UnitChangeKind.MERGE: (1, 1),
        UnitChangeKind.SPLIT: (2, MOST_SUCCESSORS),
    }.get(wish.kind, (0, 0))
    if not least <= len(wish.into) <= most:
        raise InvalidInput("change.successors", most=MOST_SUCCESSORS)
    return ordered


async def _retire(office: Office, unit: Unit, wish: Wish) -> int:
    session, now = office.session, office.now
    cancels = wish.work is WorkOfRetired.CANCEL
    closed = await succession.cancel_work(office, unit) if cancels else 0
    unit.retired_at = now
    await session.flush()
    key = "unit.retired" if cancels else "unit.retired_go_on"
    await _tell(office, [unit], key, {"unit": unit.name})
    for _, chat in await people.chats_of_units(session, [unit.id]):
        actor = await people.actor(session, chat.telegram_id)
        if actor is not None:
            await menus.give(session, chat, actor, now=now)
    return closed


async def _forget_other_plans(session: AsyncSession, unit_id: int, *, now: datetime) -> None:
    for other in await unit_changes.planned_of(session, unit_id):
        await drop(session, other.id, actor=None, now=now)


async def _tell(office: Office, of: Collection[Unit], key: str, values: Values) -> None:
    """Every chat of these units, each once."""
    chats = await people.chats_of_units(office.session, [unit.id for unit in of])
    reachable = dict.fromkeys(chat.id for _, chat in chats if chat.unreachable_reason is None)
    await _notify(office, list(reachable), key, values)


async def _notify(office: Office, chat_ids: Sequence[int], key: str, values: Values) -> None:
    for chat_id in chat_ids:
        await replies.notice(
            office.session,
            chat_id,
            key,
            now=office.now,
            send_at=office.not_before,
            values=values,
        )


def _names(found: Collection[Unit]) -> str:
    return ", ".join(unit.name for unit in found)
