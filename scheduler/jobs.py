"""What is done when it is time: one function per tick, each of which a test can call once."""

from __future__ import annotations

import logging
from datetime import timedelta

from bot.actions import audit as auditor
from bot.actions import outages, reminders
from bot.actions import policy as policies
from bot.runtime import Runtime
from bot.storage import updates

_log = logging.getLogger(__name__)

# Telegram repeats an update for a day at most; longer only helps to see what happened.
UPDATES_KEPT = timedelta(days=3)


async def queue_due_reminders(rt: Runtime) -> bool:
    """Queue the reminders of some units; True if there may be more."""
    async with rt.write() as session:
        policy = await policies.load(session, rt.config)
        return await reminders.queue_due(session, policy=policy, now=rt.now())


async def ask_again_after_outage(rt: Runtime) -> bool:
    """Ask some of those whose presses may be lost to press again; True if there are more."""
    async with rt.read() as session:
        if not await outages.is_asking(session):
            return False
    async with rt.write() as session:
        policy = await policies.load(session, rt.config)
        return await outages.ask_again(session, policy=policy, now=rt.now())


async def prune_updates(rt: Runtime) -> bool:
    """Delete some of the updates that were done long ago; True if there may be more."""
    async with rt.write() as session:
        return bool(await updates.prune(session, before=rt.now() - UPDATES_KEPT))


async def audit(rt: Runtime) -> bool:
    """Look whether what must always hold does; False, for one look is enough."""
    async with rt.read() as session:
        taken = await auditor.look(session, now=rt.now())
    if taken.is_news:
        async with rt.write() as session:
            await auditor.note(session, taken, now=rt.now())
    for breach in taken.to_tell:
        _log.error("audit_breach", extra={"rule": breach.rule.value, "count": breach.count})
    return False
