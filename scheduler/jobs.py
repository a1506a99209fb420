"""What is done when it is time: one function per tick, each of which a test can call once."""

from __future__ import annotations

from bot.actions import policy as policies
from bot.actions import reminders
from bot.runtime import Runtime


async def queue_due_reminders(rt: Runtime) -> bool:
    """Queue the reminders of some units; True if there may be more."""
    async with rt.write() as session:
        policy = await policies.load(session, rt.config)
        return await reminders.queue_due(session, policy=policy, now=rt.now())
