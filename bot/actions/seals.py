"""Sealing the record of events, telling the administrators how far it reaches, and proving it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import alarms, replies
from bot.domain.seals import FIRST, Head, seal
from bot.storage import kept, seals

AT_ONCE = 500
_KEPT = "record_head"
_KEPT_KEY = "record_key"
_UNSEALED = "record_not_sealed"
_SAID_AGAIN = timedelta(hours=1)
_MOST_FAULTS = 20


class AnotherKey(Exception):
    """The record was sealed with another key than this one: a chain of two could not be proven."""


async def seal_some(session: AsyncSession, *, key: bytes, now: datetime) -> bool:
    """Number and seal what is committed and has no seal yet, the oldest first; True if there may be
    more. AnotherKey when it is not the one that the first was sealed with."""
    mark = {"mark": hashlib.sha256(key).hexdigest()}  # tells keys apart and betrays none
    known = await kept.get(session, _KEPT_KEY)
    if known is None:
        await kept.put(session, _KEPT_KEY, mark, now=now)
    elif known != mark:
        raise AnotherKey
    events = await seals.unsealed(session, limit=AT_ONCE)
    if not events:
        return False
    head = await seals.head(session)
    given = []
    for event in events:
        number = head.number + 1
        head = Head(number, seal(event, number=number, before=head.seal, key=key))
        given.append((event.id, head))
    await seals.put(session, given)
    return len(events) == AT_ONCE


async def is_unsealed_news(session: AsyncSession, reason: str, *, now: datetime) -> bool:
    """Whether it was not said within an hour that nothing can be sealed for this reason; noted."""
    said = await kept.get(session, _UNSEALED) or {}
    same = said.get("reason") == reason
    if same and now - datetime.fromisoformat(said["at"]) < _SAID_AGAIN:
        return False
    await kept.put(session, _UNSEALED, {"reason": reason, "at": now.isoformat()}, now=now)
    return True


async def head_is_due(session: AsyncSession, *, zone: ZoneInfo, at: time, now: datetime) -> bool:
    """Whether the administrators are to be told today, and were not."""
    local = now.astimezone(zone)
    told = await kept.get(session, _KEPT) or {}
    return local.time() >= at and told.get("day") != local.date().isoformat()


async def tell_head(session: AsyncSession, *, zone: ZoneInfo, now: datetime) -> None:
    """Tell every administrator how far the record reaches, so that it is kept where nobody who
    holds the database can change it. Nothing new says nothing."""
    told = await kept.get(session, _KEPT) or {}
    head = await seals.head(session)
    if head.number > told.get("number", 0):
        values: replies.Values = {"number": head.number, "seal": head.seal}
        if await alarms.tell(session, "log.head", now=now, values=values):
            told = asdict(head)
    day = now.astimezone(zone).date().isoformat()
    await kept.put(session, _KEPT, {**told, "day": day}, now=now)


class Wrong(StrEnum):
    """What can be wrong with the chain."""

    MISSING = "missing"  # a number that is not there
    CHANGED = "changed"  # the event, its number or the one before is not as it was sealed
    CUT_OFF = "cut off"  # the chain is said to have reached further
    ANOTHER = "another"  # the chain is said to have had another seal there


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and under which number."""

    wrong: Wrong
    number: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far the chain reaches, what is wrong with it, and what waits for its seal."""

    head: Head
    unsealed: int
    faults: tuple[Fault, ...]


async def verify(session: AsyncSession, *, key: bytes, known: Collection[Head] = ()) -> Verdict:
    """Prove the chain from its beginning, and that it holds the heads that are known."""
    told = await kept.get(session, _KEPT)
    heads = {head.number: head.seal for head in known}
    if told and told.get("number"):
        heads.setdefault(int(told["number"]), str(told["seal"]))
    faults: list[Fault] = []
    before: Head | None = Head()
    last = Head()
    while page := await seals.sealed(session, after=last.number, limit=AT_ONCE):
        for head, event in page:
            if head.number != last.number + 1:
                faults.append(Fault(Wrong.MISSING, last.number + 1))
                before = None  # unknown: what the next seal was made from is gone
            if before is not None and head.seal != seal(
                event, number=head.number, before=before.seal, key=key
            ):
                faults.append(Fault(Wrong.CHANGED, head.number))
            if heads.pop(head.number, head.seal) != head.seal:
                faults.append(Fault(Wrong.ANOTHER, head.number))
            before = last = head
    faults += [Fault(Wrong.CUT_OFF, number) for number in sorted(heads) if number >= FIRST]
    unsealed = await seals.count_unsealed(session)
    return Verdict(last, unsealed, tuple(faults[:_MOST_FAULTS]))
