"""Reminding by hand those who have not confirmed: only them, never twice by one press.

Whom that concerns is asked when staff press, and again when each message is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import access, closing
from bot.actions.policy import Policy
from bot.domain.rights import Actor
from bot.domain.states import ChaseKind, ChatKind, Lane, MessageKind
from bot.errors import Conflict, NotFound
from bot.runtime import Wake, wake_after_commit
from bot.storage import chases, directives, events, outbox, sending, standings
from bot.storage.outbox import NewMessage
from bot.storage.standings import UnitReceipt
from bot.storage.tables import Directive
from scheduler.plan import held_until


@dataclass(frozen=True, slots=True)
class Planned:
    """Who would be asked now. `token` is another number once somebody was."""

    directive: Directive
    units: Sequence[UnitReceipt]
    token: int

    @property
    def people(self) -> int:
        """How many people in their private chats."""
        chats = {chat.id for each in self.units for chat in each.chats_to_chase if chat.person_id}
        return len(chats)

    @property
    def groups(self) -> int:
        """How many groups, of units of which nobody can be reached."""
        return len(
            {
                chat.id
                for each in self.units
                for chat in each.chats_to_chase
                if chat.kind is ChatKind.GROUP
            }
        )


@dataclass(frozen=True, slots=True)
class Sent:
    """How many units are asked, and when, if not at once."""

    units: int
    send_at: datetime | None


async def planned(
    session: AsyncSession, directive_id: int, *, addressee_id: int | None, actor: Actor
) -> Planned:
    """Those of the person's units that have not confirmed and can be asked, or one of them.
    NotAllowed for what is not theirs, Conflict for a directive that is over."""
    directive = await access.visible_directive(session, directive_id, actor=actor)
    await closing.refuse_if_over(session, directive)
    if not await sending.has_work(session, directive.id):
        raise Conflict("refused.closed")  # it was given up before anybody got it
    token = await chases.newest(session, directive_id=directive.id, addressee_id=addressee_id)
    if addressee_id is None:
        found = await standings.of_directive(session, directive, scope=actor.scope)
    else:
        found = await _one(session, directive, addressee_id, actor=actor)
    return Planned(directive, [each for each in found if each.chats_to_chase], token)


async def _one(
    session: AsyncSession, directive: Directive, addressee_id: int, *, actor: Actor
) -> list[UnitReceipt]:
    addressee = await directives.addressee(session, addressee_id)
    if addressee is None or addressee.directive_id != directive.id:
        raise NotFound("refused.gone")
    access.check_unit(actor, addressee.unit_id)
    return await standings.judged(session, directive, [addressee])


async def chase(
    session: AsyncSession,
    directive_id: int,
    *,
    addressee_id: int | None,
    token: int,
    actor: Actor,
    policy: Policy,
    now: datetime,
) -> Sent:
    """Ask those who have not confirmed. Conflict if somebody had them asked since they were shown;
    nobody is asked where there is nobody left. Whoever comes second waits for the first."""
    plan = await planned(session, directive_id, addressee_id=addressee_id, actor=actor)
    await closing.still_open(session, directive_id)
    last = await chases.newest(session, directive_id=directive_id, addressee_id=addressee_id)
    if last != token:
        before = await chases.get(session, last)
        assert before is not None  # noqa: S101 - it was just found
        raise Conflict("chase.before", by=before.by)
    if not plan.units:
        return Sent(0, None)
    send_at = held_until(now, calendar=policy.calendar, passes_quiet=plan.directive.passes_quiet)
    asked = [each.addressee.id for each in plan.units]
    await chases.add(session, asked, kind=ChaseKind.RECEIPT, person_id=actor.person_id, now=now)
    await outbox.add_all(session, _messages(plan, send_at=send_at or now))
    wake_after_commit(session, Wake.OUTBOX)
    events.add(
        session, "chased", at=now, object_kind="directive", object_id=directive_id,
        units=len(asked), people=plan.people, groups=plan.groups,
    )  # fmt: skip
    return Sent(len(asked), send_at)


def _messages(plan: Planned, *, send_at: datetime) -> list[NewMessage]:
    """One for each chat, however many of its units are asked."""
    by_chat: dict[int, list[int]] = {}
    for each in plan.units:
        for chat in each.chats_to_chase:
            by_chat.setdefault(chat.id, []).append(each.addressee.id)
    lane = Lane.URGENT if plan.directive.urgency else Lane.REMINDER
    return [
        NewMessage(
            kind=MessageKind.CHASE,
            lane=lane,
            chat_id=chat_id,
            send_at=send_at,
            parameters={"directive_id": plan.directive.id, "addressee_ids": addressee_ids},
        )
        for chat_id, addressee_ids in by_chat.items()
    ]
