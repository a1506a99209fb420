"""Staff in control of a directive's sending: held, given up, begun at once, tried again.

Everyone who acts locks the directive first, so that of two at once the second meets what the first
has made of it.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import closing, deadlines, receipt_plans, replies
from bot.actions.policy import Policy
from bot.domain import refusals
from bot.domain.directives import has_begun
from bot.domain.states import CardKind, OutboxState, Sending
from bot.errors import Conflict, NotFound
from bot.runtime import Wake, wake_after_commit
from bot.storage import (
    cards,
    directives,
    events,
    outbox,
    progress,
    sending,
)
from bot.storage.sending import Reasons
from bot.storage.tables import Directive

SYSTEMATIC = "systematic"  # why a sending paused by itself
REFUSALS_IN_A_ROW = 50


async def pause(session: AsyncSession, directive_id: int, *, actor_id: int, now: datetime) -> bool:
    """Let no further first card go; False if it was paused already."""
    directive = await _under_way(session, directive_id, now=now)
    if directive.sending is Sending.PAUSED:
        return False
    directive.sending, directive.pause_reason = Sending.PAUSED, None
    await sending.put_back(session, directive_id)
    await _done(session, "sending_paused", directive_id, actor_id=actor_id, now=now)
    return True


async def pause_by_itself(session: AsyncSession, directive_id: int, *, now: datetime) -> bool:
    """Telegram refuses one chat after the other: the fault may lie with us, so staff decide whether
    the rest is to go; False if it is paused or given up already."""
    directive = await sending.lock(session, directive_id)
    if directive is None or directive.sending is not Sending.RUNNING:
        return False
    directive.sending, directive.pause_reason = Sending.PAUSED, SYSTEMATIC
    await sending.put_back(session, directive_id)
    events.add(
        session, "sending_paused", at=now, object_kind="directive", object_id=directive_id,
        reason=SYSTEMATIC,
    )  # fmt: skip
    for card in await cards.of_subject(session, CardKind.PROGRESS, directive_id):
        await replies.notice(
            session,
            card.chat_id,
            "sending.paused_by_itself",
            now=now,
            values={"count": REFUSALS_IN_A_ROW},
        )
    await progress.redraw(session, [directive_id], now=now, at_once=True)
    return True


async def resume(session: AsyncSession, directive_id: int, *, actor_id: int, now: datetime) -> bool:
    """Let the first cards go again; False if they were not held."""
    directive = await _under_way(session, directive_id, now=now)
    if directive.sending is Sending.RUNNING:
        return False
    directive.sending, directive.pause_reason = Sending.RUNNING, None
    await _done(session, "sending_resumed", directive_id, actor_id=actor_id, now=now)
    return True


async def check_cancellable(session: AsyncSession, directive_id: int, *, now: datetime) -> int:
    """How many chats would not get the directive; Conflict when there is nothing to give up."""
    await _under_way(session, directive_id, now=now)
    return await sending.count(session, directive_id, OutboxState.WAITING, OutboxState.CLAIMED)


async def cancel(session: AsyncSession, directive_id: int, *, actor_id: int, now: datetime) -> int:
    """Give up the rest for good, with the work of units that surely have not got the directive;
    how many chats will not get it. Where none has, the letter can be issued anew."""
    directive = await _under_way(session, directive_id, now=now)
    directive.sending, directive.pause_reason = Sending.CANCELLED, None
    withdrawn = await sending.withdraw(session, directive_id, now=now)
    cancelled = await sending.cancel_unreached(session, directive_id)
    if not await sending.has_work(session, directive_id):
        directive.identity_key = f"cancelled {directive_id}"
    await _done(
        session, "sending_cancelled", directive_id, actor_id=actor_id, now=now,
        chats=withdrawn, assignments=cancelled,
    )  # fmt: skip
    return withdrawn


async def begin_now(
    session: AsyncSession, directive_id: int, *, actor_id: int, policy: Policy, now: datetime
) -> bool:
    """Send at once what was appointed for later; False if it has begun already."""
    directive = await _controlled(session, directive_id)
    if has_begun(directive.send_at, now=now):
        return False
    directive.send_at = now
    await sending.bring_forward(session, directive_id, now=now)
    due = policy.acknowledge_due(directive, now=now)
    await directives.set_acknowledge_due(session, directive_id, due)
    await deadlines.plan_again(session, directive, policy=policy, now=now)
    await receipt_plans.plan_again(session, directive, policy=policy, now=now)
    await _done(session, "sending_begun_early", directive_id, actor_id=actor_id, now=now)
    return True


async def failures(session: AsyncSession, directive_id: int) -> dict[int, int]:
    """How many chats surely did not get the directive, by the reason's number; Conflict if none."""
    await _repeatable(session, directive_id)
    counts: Counter[int] = Counter()
    for code, count in (await sending.failures(session, directive_id)).items():
        counts[refusals.number_of(code)] += count
    if not counts:
        raise Conflict("sending.none_failed")
    return {number: counts[number] for number in sorted(counts)}


async def retry_failed(
    session: AsyncSession, directive_id: int, *, reason: int, actor_id: int, now: datetime
) -> int:
    """Send again to the chats that surely did not get it, all or those of one reason; how many."""
    directive = await _repeatable(session, directive_id)
    retried = await sending.revive_failed(
        session,
        directive_id,
        reasons=_reasons(reason),
        send_at=max(now, directive.send_at or now),
    )
    if not retried:
        raise Conflict("sending.none_failed")
    await _done(
        session, "sending_retried", directive_id, actor_id=actor_id, now=now,
        chats=retried, reason=reason,
    )  # fmt: skip
    return retried


async def check_uncertain(session: AsyncSession, directive_id: int) -> int:
    """How many chats may or may not have the directive; Conflict if there is none such."""
    await _repeatable(session, directive_id)
    count = await sending.count(session, directive_id, OutboxState.UNCERTAIN)
    if not count:
        raise Conflict("sending.none_uncertain")
    return count


async def retry_uncertain(
    session: AsyncSession, directive_id: int, *, actor_id: int, now: datetime
) -> int:
    """Send once more to the chats that may have it already; how many."""
    directive = await _repeatable(session, directive_id)
    retried = await sending.revive_uncertain(
        session, directive_id, send_at=max(now, directive.send_at or now)
    )
    if not retried:
        raise Conflict("sending.none_uncertain")
    await _done(
        session, "sending_repeated", directive_id, actor_id=actor_id, now=now, chats=retried
    )
    return retried


def _reasons(number: int) -> Reasons:
    if number == refusals.ALL:
        return Reasons((), excluded=True)
    if number == refusals.OTHER:
        return Reasons(tuple(refusals.CODES.values()), excluded=True)
    if number not in refusals.CODES:
        raise NotFound("refused.gone")
    return Reasons((refusals.CODES[number],))


async def _controlled(session: AsyncSession, directive_id: int) -> Directive:
    """The directive, locked; Conflict once the rest of its sending was given up, or it is gone."""
    directive = await sending.lock(session, directive_id)
    if directive is None:
        raise NotFound("directive.unknown")
    if directive.ending in closing.GONE:
        await closing.refuse_if_over(session, directive)
    if directive.sending is Sending.CANCELLED:
        raise Conflict("sending.cancelled_before")
    return directive


async def _under_way(session: AsyncSession, directive_id: int, *, now: datetime) -> Directive:
    """The directive while there is something to hold or to give up."""
    directive = await _controlled(session, directive_id)
    waiting = await sending.count(session, directive_id, *outbox.TO_COME)
    if not waiting and has_begun(directive.send_at, now=now):
        raise Conflict("sending.finished_before")
    return directive


async def _repeatable(session: AsyncSession, directive_id: int) -> Directive:
    """The directive while its cards can be sent again."""
    directive = await _controlled(session, directive_id)
    if directive.closed_at is not None:
        raise Conflict("refused.closed")
    return directive


async def _done(
    session: AsyncSession,
    action: str,
    directive_id: int,
    *,
    actor_id: int,
    now: datetime,
    **details: int,
) -> None:
    """What every act leaves: an event, the progress drawn anew, the sender looking again."""
    events.add(
        session, action, at=now, person_id=actor_id, object_kind="directive",
        object_id=directive_id, **details,
    )  # fmt: skip
    await progress.redraw(session, [directive_id], now=now, at_once=True)
    wake_after_commit(session, Wake.OUTBOX)
