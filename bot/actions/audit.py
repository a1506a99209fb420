"""The auditor: what the latest look found, and whom to tell. The rules are in `bot.storage.audit`.

A look may fall between two steps of the sender, so a breach is told when two looks in a row found
it, once; again only if it was gone in between. Nothing is mended: nobody knows yet what happened.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import alarms, replies
from bot.storage import audit, events, kept
from bot.storage.audit import Breach, Rule

_KEPT = "audit"
_LOOKS = 10  # a minute apart: no call lasts that long


@dataclass(frozen=True, slots=True)
class Memory:
    """What one look leaves for the next: the rules that are broken and whether that was told, and
    in how many looks in a row a message was in flight."""

    standing: Mapping[str, bool]
    in_flight: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Look:
    """What was found, and what the look before left."""

    found: tuple[Breach, ...]
    in_flight: Mapping[str, int]
    before: Memory

    @property
    def memory(self) -> Memory:
        """What the next look is to know."""
        known = self.before.standing
        standing = {breach.rule.value: breach.rule in known for breach in self.found}
        return Memory(standing, self.in_flight)

    @property
    def to_tell(self) -> tuple[Breach, ...]:
        """What is found for the second time and was not told."""
        known = self.before.standing
        return tuple(breach for breach in self.found if known.get(breach.rule) is False)

    @property
    def is_news(self) -> bool:
        """Whether anything is to be written down."""
        return self.memory != self.before


async def look(session: AsyncSession, *, now: datetime, newest: int | None = audit.NEWEST) -> Look:
    """Ask every rule; writes nothing."""
    value = await kept.get(session, _KEPT) or {}
    before = Memory(value.get("standing", {}), value.get("in_flight", {}))
    found = await audit.breaches(session, now=now, newest=newest)
    in_flight: dict[str, int] = {}
    stuck = []
    for message_id, due in await audit.in_flight_and_long_due(session, now=now):
        key = f"{message_id} {due}"
        in_flight[key] = before.in_flight.get(key, 0) + 1
        if in_flight[key] > _LOOKS:
            stuck.append(message_id)
    if stuck:
        found.append(Breach.of(Rule.STUCK, stuck))
    return Look(tuple(found), in_flight, before)


async def note(session: AsyncSession, taken: Look, *, now: datetime) -> None:
    """Tell every administrator in private what is to be told, and keep what stands."""
    for breach in taken.to_tell:
        events.add(session, "audit_breach", at=now, rule=breach.rule.value, count=breach.count)
        await alarms.tell(session, f"audit.{breach.rule}", now=now, values=values(breach))
    await kept.put(session, _KEPT, asdict(taken.memory), now=now)


def values(breach: Breach) -> replies.Values:
    """What the sentence of a breach is said with."""
    return {"count": breach.count, "examples": ", ".join(map(str, breach.examples))}
