"""What is done when it is time: one function per tick, each of which a test can call once."""

from __future__ import annotations

import logging
from zoneinfo import ZoneInfo

from bot import keys
from bot.actions import audit as auditor
from bot.actions import policy as policies
from bot.actions import reminders, seals
from bot.runtime import Runtime
from bot.storage import seals as seal_rows

_log = logging.getLogger(__name__)


async def queue_due_reminders(rt: Runtime) -> bool:
    """Queue the reminders of some units; True if there may be more."""
    async with rt.write() as session:
        policy = await policies.load(session, rt.config)
        return await reminders.queue_due(session, policy=policy, now=rt.now())


async def seal_events(rt: Runtime) -> bool:
    """Seal some of the record's new events; True if there may be more. Without a key they wait."""
    place = rt.config.audit.key_file
    if place is None:
        return False
    async with rt.read() as session:
        waiting = await seal_rows.count_unsealed(session)
    if not waiting:
        return False
    try:
        key = keys.read(place)
    except keys.KeyFault as fault:
        _log.error("events_not_sealed", extra={"reason": str(fault)})
        return False
    try:
        async with rt.write() as session:
            return await seals.seal_some(session, key=key, now=rt.now())
    except seals.AnotherKey:
        _log.error("events_not_sealed", extra={"reason": f"{place} is another key"})
        return False


async def tell_head(rt: Runtime) -> bool:
    """Tell the administrators once a day how far the sealed record reaches; False, for once is
    enough."""
    zone, at, now = ZoneInfo(rt.config.office.zone), rt.config.audit.head_at, rt.now()
    async with rt.read() as session:
        due = await seals.head_is_due(session, zone=zone, at=at, now=now)
    if due:
        async with rt.write() as session:
            await seals.tell_head(session, zone=zone, now=now)
    return False


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
