"""From waiting rows to calls that are ready to go: claims, asks again, makes the text.

Nothing is sent here, and nothing is written but the claim.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from bot.actions import policy as policies
from bot.actions.policy import Policy
from bot.config import Config
from bot.delivery import gather_cards
from bot.delivery.context import Context, Later, Loaded, Ready, Scene, Withdraw
from bot.delivery.gather import gather
from bot.delivery.settle import HELD_WHEN_UNCERTAIN, TELLS_A_SECRET
from bot.delivery.telegram import Call, call_of
from bot.domain.states import Lane, OutboxState
from bot.runtime import Runtime
from bot.storage import claims
from bot.storage.claims import Claimed, Recorded, given_back
from bot.storage.engine import is_trouble

_log = logging.getLogger(__name__)

_AT_A_TIME = 20  # of hundreds that are made, before others have their turn


@dataclass(slots=True)
class Prepared:
    """A claimed message with the call that sends it, waiting for its turn. Without a call it is
    asked again, and made, only when it leaves."""

    message: Claimed
    call: Call | None = None
    is_edit: bool = False
    version: int = 1  # of its directive, if it is a card's


@dataclass(frozen=True, slots=True)
class Batch:
    """What has become of messages that were claimed: ready to go, or not to be sent now."""

    ready: list[Prepared] = field(default_factory=list)
    dropped: list[Recorded] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to claim: from which lanes, how many; `in_hand` is what is ready already, by chat.

    Of each of `also` a few are claimed besides, so that the lanes before it do not take all room.
    """

    lanes: Collection[Lane]
    most: int
    in_hand: Mapping[int, int]
    also: Collection[Lane] = ()
    of_each: int = 0


async def claim(rt: Runtime, wanted: Wanted, *, epoch: int) -> list[Claimed]:
    """Messages that are ours now."""
    now = rt.now()

    def candidates(session: Session) -> list[int]:
        found = claims.claimable(
            session, now=now, limit=wanted.most, lanes=wanted.lanes, in_hand=wanted.in_hand
        )
        if len(found) < wanted.most:
            return found
        for lane in wanted.also:
            found += claims.claimable(
                session, now=now, limit=wanted.of_each, lanes=[lane], in_hand=wanted.in_hand
            )
        return list(dict.fromkeys(found))

    ids = await rt.read_at_once(candidates)
    if not ids:
        return []

    def take(session: Session) -> list[Claimed]:
        return claims.load(session, claims.claim(session, ids, epoch=epoch))

    return await rt.write_at_once(take)


async def prepare(rt: Runtime, messages: list[Claimed], *, zone: ZoneInfo) -> Batch:
    """Ask again whether these are wanted, and make the calls that send them; but of those that are
    asked again when they leave."""
    late = [message for message in messages if message.kind in HELD_WHEN_UNCERTAIN]
    now = [message for message in messages if message.kind not in HELD_WHEN_UNCERTAIN]
    batch = Batch()
    if now:
        known = await rt.read_at_once(partial(_read, rt.config, now))
        async with rt.read() as session:
            batch = await _written(rt, session, now, known, zone=zone)
    batch.ready.extend(map(Prepared, late))
    return batch


async def ask_again(
    rt: Runtime, session: AsyncSession, messages: list[Claimed], *, zone: ZoneInfo
) -> Batch:
    """The same within a transaction that is open."""
    known = await session.run_sync(partial(_read, rt.config, messages))
    return await _written(rt, session, messages, known, zone=zone)


_Known = tuple[Policy, Loaded]  # what is read in one step for all messages


def _read(config: Config, messages: list[Claimed], session: Session) -> _Known:
    return policies.read(session, config), gather_cards.load(session, messages)


async def _written(
    rt: Runtime, session: AsyncSession, messages: list[Claimed], known: _Known, *, zone: ZoneInfo
) -> Batch:
    policy, loaded = known
    scene = Scene(
        session=session,
        policy=policy,
        office=rt.config.office.name,
        superior=rt.config.office.superior,
        zone=zone,
        now=rt.now(),
        paid=rt.config.delivery.allow_paid_broadcast,
        loaded=loaded,
        messages=messages,
    )
    batch = Batch()
    for number, message in enumerate(messages, start=1):
        if number % _AT_A_TIME == 0:
            await asyncio.sleep(0)
        match await _gather(Context(scene, message)):
            case Prepared() as prepared:
                batch.ready.append(prepared)
            case Later(seconds=seconds):
                batch.dropped.append(given_back(message, scene.now + timedelta(seconds=seconds)))
            case Withdraw(reason=reason, state=state):
                was_secret = message.kind in TELLS_A_SECRET
                batch.dropped.append(claims.dropped(message, state, reason, secret=was_secret))
    return batch


async def _gather(context: Context) -> Prepared | Withdraw | Later:
    try:
        gathered = await gather(context)
        if not isinstance(gathered, Ready):
            return gathered
        message = context.message
        if gathered.reply_to is not None:
            message = replace(message, reply_to=gathered.reply_to)
        call = call_of(
            message,
            gathered.content,
            gathered.edits,
            now=context.now,
            paid=context.scene.paid,
            fills=gathered.fills,
        )
        return Prepared(message, call, gathered.edits is not None, gathered.version)
    except Exception as error:
        if is_trouble(error):
            raise
        # One message that cannot be written must not hold up the others; staff see it failed.
        _log.exception("message_unwritable", extra={"outbox_message": context.message.id})
        return Withdraw("unwritable", OutboxState.FAILED)
