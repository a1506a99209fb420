"""The end of a directive, and its going on: closed by staff, replaced by another one, or recalled.
What replaces one is in `bot.actions.relations`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import cards as card_actions
from bot.actions import deadlines, extension_ends, receipt_plans
from bot.actions import periods as period_actions
from bot.actions.policy import Policy
from bot.domain.directives import short_name
from bot.domain.states import Ending, Sending
from bot.errors import Conflict, NotFound
from bot.runtime import Wake, wake_after_commit
from bot.storage import (
    corrections,
    directives,
    events,
    extensions,
    outbox,
    periods,
    progress,
    recall,
    sending,
    versions,
)
from bot.storage.tables import Directive

# It is as if it were not there: there is nothing left to end, or to open again.
GONE = (Ending.REPLACED, Ending.RECALLED)


async def refuse_if_over(session: AsyncSession, directive: Directive) -> None:
    """Raise Conflict for a directive that takes nothing any more, with what took its place."""
    if directive.closed_at is not None:
        raise await refusal(session, directive.id, directive.ending)


async def refusal(session: AsyncSession, directive_id: int, ending: Ending | None) -> Conflict:
    """What somebody is told who acts on a directive that has ended so."""
    match ending:
        case Ending.RECALLED:
            return Conflict("refused.recalled")
        case Ending.REPLACED:
            found = await session.run_sync(versions.replacements, [directive_id])
            newer = found.get(directive_id)
            if newer is not None:
                name = short_name(newer.number, newer.symbol, newer.subject)
                return Conflict("refused.replaced", code=name)
    return Conflict("refused.closed")


async def still_open(session: AsyncSession, directive_id: int) -> Directive:
    """The directive, locked, while it can be corrected, closed, replaced or recalled; Conflict
    otherwise."""
    directive = await sending.lock(session, directive_id)
    if directive is None:
        raise NotFound("directive.unknown")
    await refuse_if_over(session, directive)
    if not await sending.has_work(session, directive_id):
        raise Conflict("refused.closed")  # its sending was given up before anybody got it
    return directive


async def check(session: AsyncSession, directive_id: int) -> int:
    """How much work is still open; Conflict when the directive cannot be closed now."""
    directive = await still_open(session, directive_id)
    if directive.sending is Sending.RUNNING and await sending.count(
        session, directive_id, *outbox.TO_COME
    ):
        raise Conflict("closing.still_sending")
    return await directives.count_open_work(session, directive_id)


async def close(session: AsyncSession, directive_id: int, *, actor_id: int, now: datetime) -> None:
    """Staff are done with it: nothing more is taken, asked or reminded of."""
    await check(session, directive_id)
    directive = await still_open(session, directive_id)
    await end(session, directive, ending=Ending.CLOSED, actor_id=actor_id, now=now)


async def end(
    session: AsyncSession, directive: Directive, *, ending: Ending, actor_id: int, now: datetime
) -> None:
    """End a directive: what waits is withdrawn, nobody is reminded, its cards say so. Of what is
    replaced or recalled, also after it was closed, the open work is cancelled too. Receipts and
    what was submitted stay. Raises Conflict for what was replaced or recalled before."""
    await session.flush()  # for the lock reads the directive anew
    locked = await sending.lock(session, directive.id)
    if locked is None:
        raise NotFound("directive.unknown")
    if locked.ending in GONE:
        await refuse_if_over(session, locked)
    directive.closed_at, directive.ending = locked.closed_at or now, ending
    if ending is Ending.CLOSED:
        await recall.forget_reminders(session, directive.id)
    else:
        await sending.withdraw(session, directive.id, now=now)
        directive.sending, directive.pause_reason = Sending.CANCELLED, None
        await recall.cancel_open_work(session, directive.id)
    await periods.stop(session, directive.id)
    await extension_ends.end_pointless(session, extensions.of_directive(directive.id), now=now)
    if ending is not Ending.RECALLED:  # a recalled one's cards are erased
        await redraw_cards(session, directive, now=now)
    await progress.redraw(session, [directive.id], now=now, at_once=True)
    events.add(
        session, "directive_ended", at=now, person_id=actor_id, object_kind="directive",
        object_id=directive.id, ending=ending.value,
    )  # fmt: skip
    wake_after_commit(session, Wake.OUTBOX)


async def redraw_cards(session: AsyncSession, directive: Directive, *, now: datetime) -> None:
    """Draw all of its cards anew where they are."""
    placed = await corrections.cards_of(session, directive.id)
    await card_actions.redraw_all(session, [each.card for each in placed if each.is_there], now=now)


async def reopen(
    session: AsyncSession, directive_id: int, *, actor_id: int, policy: Policy, now: datetime
) -> bool:
    """Go on with what staff closed, and remind of what is open from now on; False if it was not
    closed. Conflict for what was replaced or recalled."""
    directive = await sending.lock(session, directive_id)
    if directive is None:
        raise NotFound("directive.unknown")
    if directive.closed_at is None:
        return False
    if directive.ending in GONE:
        raise Conflict("closing.for_good")
    directive.closed_at = directive.ending = None
    await deadlines.plan_again(session, directive, policy=policy, now=now)
    await receipt_plans.plan_again(session, directive, policy=policy, now=now)
    await period_actions.go_on(session, directive, policy=policy, now=now)
    await session.flush()
    await redraw_cards(session, directive, now=now)
    await progress.redraw(session, [directive_id], now=now, at_once=True)
    events.add(
        session, "directive_reopened", at=now, person_id=actor_id, object_kind="directive",
        object_id=directive_id,
    )  # fmt: skip
    wake_after_commit(session, Wake.OUTBOX)
    return True
