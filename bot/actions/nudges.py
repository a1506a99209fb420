"""Reminding by hand of everything that is open: whom that concerns, and of what.

One message for each chat, however many units and directives; never twice by one press. What it
concerns is asked when staff look, when they press, and again when each message is sent. Who is only
to confirm one directive is reminded in `chases`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import access, closing
from bot.actions.policy import Policy
from bot.domain.folding import sort_key
from bot.domain.nudging import Aim, AimKind
from bot.domain.rights import Actor
from bot.domain.states import ChaseKind, ChatKind, Lane, MessageKind, ReceiptState
from bot.errors import Conflict
from bot.runtime import Wake, wake_after_commit
from bot.storage import chases, events, nudges, outbox, sending, standings
from bot.storage.nudges import Addressed, OpenWork
from bot.storage.outbox import NewMessage
from bot.storage.tables import Addressee, Chat, Directive, Unit
from scheduler.plan import held_until

_TO_CONFIRM = (ReceiptState.SILENT, ReceiptState.UNREACHABLE)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a unit has not done of one directive: open work, its confirmation; and in which chats
    it is reminded of each."""

    addressee: Addressee
    directive: Directive
    unit: Unit
    work: tuple[OpenWork, ...]
    is_unconfirmed: bool
    work_chats: tuple[Chat, ...] = ()
    receipt_chats: tuple[Chat, ...] = ()

    @property
    def chats(self) -> tuple[Chat, ...]:
        """Where anything of it is asked."""
        return (*self.work_chats, *self.receipt_chats)

    @property
    def unheard(self) -> tuple[tuple[OpenWork, ...], bool]:
        """The work, and whether the confirmation, of which nobody can be reminded."""
        return (
            () if self.work_chats else self.work,
            self.is_unconfirmed and not self.receipt_chats,
        )

    def within(self, chat_id: int) -> tuple[tuple[OpenWork, ...], bool]:
        """The work, and whether the confirmation, that is asked in this chat."""
        return (
            self.work if any(chat.id == chat_id for chat in self.work_chats) else (),
            any(chat.id == chat_id for chat in self.receipt_chats),
        )


@dataclass(frozen=True, slots=True)
class NudgedUnit:
    """One unit with all it is asked for."""

    unit: Unit
    asked: tuple[Asked, ...]

    @property
    def chats(self) -> dict[int, Chat]:
        """Where it is reminded, by our own ids."""
        return {chat.id: chat for each in self.asked for chat in each.chats}

    @property
    def unconfirmed(self) -> int:
        """How many directives it has not confirmed."""
        return sum(each.is_unconfirmed for each in self.asked)

    @property
    def is_unheard(self) -> bool:
        """There is something of which nobody of it can be reminded."""
        return any(any(each.unheard) for each in self.asked)

    def overdue(self, now: datetime) -> int:
        """How many of its open tasks are past their time."""
        return sum(is_overdue(work, now) for each in self.asked for work in each.work)

    def in_time(self, now: datetime) -> int:
        """How many are not."""
        return sum(not is_overdue(work, now) for each in self.asked for work in each.work)


def is_overdue(work: OpenWork, now: datetime) -> bool:
    """Whether its time is past."""
    return work.deadline_at is not None and work.deadline_at < now


@dataclass(frozen=True, slots=True)
class Planned:
    """Who would be reminded now, the most overdue first. `token` is another number once somebody
    had one of them reminded."""

    units: Sequence[NudgedUnit]
    token: int

    @property
    def reached(self) -> list[NudgedUnit]:
        """Units that would get a message."""
        return [unit for unit in self.units if unit.chats]

    @property
    def unheard(self) -> list[NudgedUnit]:
        """Units to be called."""
        return [unit for unit in self.units if unit.is_unheard]

    @property
    def people(self) -> int:
        """How many people would, in their private chats."""
        return len({chat.id for chat in self._chats() if chat.kind is ChatKind.PRIVATE})

    @property
    def groups(self) -> int:
        """How many groups of units would."""
        return len({chat.id for chat in self._chats() if chat.kind is ChatKind.GROUP})

    @property
    def passes_quiet(self) -> bool:
        """Whether all that would be said may be said in quiet time."""
        return all(each.directive.passes_quiet for unit in self.reached for each in unit.asked)

    def _chats(self) -> Iterable[Chat]:
        return (chat for unit in self.units for chat in unit.chats.values())


@dataclass(frozen=True, slots=True)
class Sent:
    """How many units are reminded, when, if not at once, and how many are to be called."""

    units: int
    send_at: datetime | None
    unheard: int


async def check(session: AsyncSession, aim: Aim, *, actor: Actor) -> None:
    """NotFound for what there is not, NotAllowed for what is not theirs, Conflict for a directive
    that is over."""
    if aim.kind is AimKind.GROUP:
        await access.visible_group(session, aim.id, actor=actor)
    if aim.kind is AimKind.DIRECTIVE:
        directive = await access.visible_directive(session, aim.id, actor=actor)
        await closing.refuse_if_over(session, directive)
        if not await sending.has_work(session, directive.id):
            raise Conflict("refused.closed")  # it was given up before anybody got it


async def planned(session: AsyncSession, aim: Aim, *, actor: Actor, now: datetime) -> Planned:
    """Those of the person's units that have something open."""
    rows = await nudges.addressed(session, aim, scope=actor.scope, now=now)
    found = await asked(session, rows)
    by_unit: dict[int, list[Asked]] = {}
    for each in found:
        by_unit.setdefault(each.unit.id, []).append(each)
    units = [NudgedUnit(of_unit[0].unit, tuple(of_unit)) for of_unit in by_unit.values()]
    units.sort(key=lambda unit: (-unit.overdue(now), sort_key(unit.unit.name), unit.unit.id))
    token = await chases.newest_of(session, [each.addressee.id for each in found])
    return Planned(units, token)


async def asked(session: AsyncSession, rows: Collection[Addressed]) -> list[Asked]:
    """What these have not done, of those that have the directive; who has done all is missing."""
    addressees = [addressee for addressee, _, _ in rows]
    rules = {directive.id: directive.acknowledge_by for _, directive, _ in rows}
    work = await nudges.open_work(session, [each.id for each in addressees])
    judged = await standings.judged_by(session, addressees, rules)
    found = []
    for (addressee, directive, unit), each in zip(rows, judged, strict=True):
        of_it = tuple(work.get(addressee.id, ()))
        is_unconfirmed = each.state in _TO_CONFIRM
        if each.state is ReceiptState.NOT_SENT or not (of_it or is_unconfirmed):
            continue
        found.append(
            Asked(
                addressee,
                directive,
                unit,
                of_it,
                is_unconfirmed,
                each.chats_for_work(reminds_group=unit.reminds_group) if of_it else (),
                each.chats_to_chase,
            )
        )
    return found


async def nudge(
    session: AsyncSession, aim: Aim, *, token: int, actor: Actor, policy: Policy, now: datetime
) -> Sent:
    """Remind them. Conflict if somebody had one of them reminded since they were shown; nobody is
    reminded where there is nobody left. Whoever comes second waits for the first."""
    await check(session, aim, actor=actor)
    await sending.be_the_one_writer(session)
    plan = await planned(session, aim, actor=actor, now=now)
    if plan.token > token:
        before = await chases.get(session, plan.token)
        assert before is not None  # noqa: S101 - it was just found
        raise Conflict("chase.before", by=before.by)
    units = plan.reached
    if not units:
        return Sent(0, None, len(plan.unheard))
    send_at = held_until(now, calendar=policy.calendar, passes_quiet=plan.passes_quiet)
    await _note(session, units, actor=actor, now=now)
    await outbox.add_all(session, _messages(units, send_at=send_at or now))
    wake_after_commit(session, Wake.OUTBOX)
    _tell(session, aim, plan, now=now)
    return Sent(len(units), send_at, len(plan.unheard))


def _tell(session: AsyncSession, aim: Aim, plan: Planned, *, now: datetime) -> None:
    units, people, groups = len(plan.reached), plan.people, plan.groups
    match aim.kind:
        case AimKind.ALL:
            events.add(session, "nudged_all", at=now, units=units, people=people, groups=groups)
        case AimKind.DIRECTIVE:
            events.add(
                session, "nudged", at=now, object_kind="directive", object_id=aim.id,
                units=units, people=people, groups=groups,
            )  # fmt: skip
        case AimKind.GROUP:
            events.add(
                session, "nudged_group", at=now, object_kind="group", object_id=aim.id,
                units=units, people=people, groups=groups,
            )  # fmt: skip


async def _note(
    session: AsyncSession, units: Iterable[NudgedUnit], *, actor: Actor, now: datetime
) -> None:
    found = [each for unit in units for each in unit.asked]
    reminded = {
        ChaseKind.WORK: [each.addressee.id for each in found if each.work_chats],
        ChaseKind.RECEIPT: [each.addressee.id for each in found if each.receipt_chats],
    }
    for kind, addressee_ids in reminded.items():
        await chases.add(session, addressee_ids, kind=kind, person_id=actor.person_id, now=now)


def _messages(units: Iterable[NudgedUnit], *, send_at: datetime) -> list[NewMessage]:
    """One for each chat, of all that is asked there."""
    by_chat: dict[int, dict[int, Asked]] = {}
    for unit in units:
        for each in unit.asked:
            for chat in each.chats:
                by_chat.setdefault(chat.id, {})[each.addressee.id] = each
    return [_message(chat_id, found, send_at=send_at) for chat_id, found in by_chat.items()]


def _message(chat_id: int, found: dict[int, Asked], *, send_at: datetime) -> NewMessage:
    of = {each.directive.id: each.directive for each in found.values()}
    parameters: dict[str, object] = {"addressee_ids": list(found)}
    if len(of) == 1:  # then it is taken back with the directive
        parameters["directive_id"] = next(iter(of))
    is_urgent = all(directive.urgency for directive in of.values())
    return NewMessage(
        kind=MessageKind.NUDGE,
        lane=Lane.URGENT if is_urgent else Lane.REMINDER,
        chat_id=chat_id,
        send_at=send_at,
        parameters=parameters,
    )
