"""The auditor: what the latest look found, and whom to tell. The rules are in `bot.storage.audit`.

A look may fall between two steps of the sender, so a breach is told when two looks in a row found
it, once; again only if it was gone in between. Nothing is mended: nobody knows yet what happened.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import replies
from bot.storage import audit, events, kept, people
from bot.storage.audit import Breach

_KEPT = "audit"


@dataclass(frozen=True, slots=True)
class Look:
    """What was found; `before` are the rules broken at the look before, and whether it was told."""

    found: tuple[Breach, ...]
    before: Mapping[str, bool]

    @property
    def standing(self) -> dict[str, bool]:
        """What the next look is to know."""
        return {breach.rule.value: breach.rule in self.before for breach in self.found}

    @property
    def to_tell(self) -> tuple[Breach, ...]:
        """What is found for the second time and was not told."""
        return tuple(breach for breach in self.found if self.before.get(breach.rule) is False)

    @property
    def is_news(self) -> bool:
        """Whether anything is to be written down."""
        return self.standing != self.before


async def look(session: AsyncSession, *, now: datetime) -> Look:
    """Ask every rule; writes nothing."""
    before = await kept.get(session, _KEPT) or {}
    return Look(tuple(await audit.breaches(session, now=now)), before)


async def note(session: AsyncSession, taken: Look, *, now: datetime) -> None:
    """Tell every administrator in private what is to be told, and keep what stands."""
    chats = await people.admin_chats(session) if taken.to_tell else []
    for breach in taken.to_tell:
        events.add(session, "audit_breach", at=now, rule=breach.rule.value, count=breach.count)
        for chat_id in chats:
            await replies.notice(
                session, chat_id, f"audit.{breach.rule}", now=now, values=values(breach)
            )
    await kept.put(session, _KEPT, taken.standing, now=now)


def values(breach: Breach) -> replies.Values:
    """What the sentence of a breach is said with."""
    return {"count": breach.count, "examples": ", ".join(map(str, breach.examples))}
