"""Faults 39, 40, 42, 43 and 53: what people do, or must decide, while a directive is being sent."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select, update

from bot.actions import full_text, sending
from bot.domain.states import Lane, MessageKind, OutboxState, Sending
from bot.storage.tables import Card, Chat, Contact, Directive, OutboxMessage
from tests.torture.fault import Fault
from tests.torture.ground import Broken, Ground, expect
from tests.torture.invariants import Figures
from tests.torture.kills import CONNECTIONS

_FEW = 5
_AT_PACE_IN_TWO_SECONDS = 60
_PARTS = 4
_ATTEMPTS_TO_KILL = 12


async def fault_39_an_urgent_one_overtakes(ground: Ground) -> Figures:
    """It does not stand behind a broadcast: it begins within what leaves in two seconds."""
    child = await ground.begin(paced=True)
    await ground.until_arrived(20)
    last = [row for row in await ground.rows() if row.state is OutboxState.WAITING][-_FEW:]
    urgent = {row.chat for row in last}
    expect(len(urgent) == _FEW, "there is still something to overtake")
    is_last = OutboxMessage.id.in_([row.id for row in last])
    await ground.change(OutboxMessage, is_last, lane=Lane.URGENT)
    before = len(ground.arrived())
    await ground.until(lambda: urgent <= {each.chat for each in ground.arrived()}, "all urgent")
    places = [place for place, each in enumerate(ground.arrived()[before:]) if each.chat in urgent]
    expect(not places or places[0] < _AT_PACE_IN_TWO_SECONDS, "urgent ones go first", places)
    ground.ended(await child.kill())
    await ground.finish()
    return await ground.judged()


@dataclass(frozen=True, slots=True)
class Cancelled:
    """What stood when nobody else could write any more: where a message was in flight, and what had
    arrived. One more may come where one is in flight that has not, and nothing else."""

    in_flight: frozenset[int]
    arrived: Counter[int]


async def cancel(ground: Ground) -> Cancelled:
    """What staff's press does, beside the bot and on a connection of its own."""
    in_flight = (
        select(Chat.telegram_id)
        .join(OutboxMessage, OutboxMessage.chat_id == Chat.id)
        .where(
            OutboxMessage.kind == MessageKind.DIRECTIVE,
            OutboxMessage.state == OutboxState.IN_FLIGHT,
        )
    )
    async with ground.opened() as database, database.write() as session:
        directive = (await session.scalars(select(Directive))).one()
        await sending.cancel(
            session, directive.id, actor_id=directive.issued_by, now=datetime.now(UTC)
        )
        return Cancelled(frozenset(await session.scalars(in_flight)), copies(ground))


def copies(ground: Ground) -> Counter[int]:
    """How many messages have arrived, by chat."""
    return Counter(arrival.chat for arrival in ground.arrived())


def begun_after(ground: Ground, cancelled: Cancelled) -> int:
    """How many messages were sent that the cancel should have stopped. Nothing was killed before
    it, so nobody may have two."""
    return sum(
        max(0, count - (1 if chat in cancelled.in_flight else cancelled.arrived[chat]))
        for chat, count in copies(ground).items()
    )


async def _cancelled(ground: Ground, *, killed: bool) -> Figures:
    child = await ground.begin()
    await ground.until_arrived(ground.chance.randint(1, len(ground.chats) // 2))
    cancelled = await cancel(ground)
    if killed:
        ground.ended(await child.kill())
        await ground.finish()
    else:
        expect(not ground.ended(await child.code()), "it ends when nothing is left to send")
    withdrawn = [row for row in await ground.rows() if row.state is OutboxState.WITHDRAWN]
    expect(withdrawn, "the cancel came in time for somebody")
    figures = await ground.judged()
    figures.after_cancel = begun_after(ground, cancelled)
    if figures.after_cancel:
        raise Broken("I4: sends began after the cancel was saved", figures)
    return figures


async def fault_40_staff_cancel_midway(ground: Ground) -> Figures:
    """After the commit no send starts; what was in flight comes to its end."""
    return await _cancelled(ground, killed=False)


async def fault_40_staff_cancel_and_the_process_dies(ground: Ground) -> Figures:
    """What was in flight at the kill is not sent once more either."""
    return await _cancelled(ground, killed=True)


async def fault_42_contacts_are_removed_midway(ground: Ground) -> Figures:
    """Whoever is no contact any more when the turn comes gets nothing, and the row says so."""
    gone = ground.chats[-20:]
    child = await ground.begin()
    await ground.until_arrived(_FEW)
    people = select(Chat.person_id).where(Chat.telegram_id.in_(gone))
    await ground.change(Contact, Contact.person_id.in_(people), ended_at=datetime.now(UTC))
    expect(not ground.ended(await child.code()), "it ends when nothing is left to send")
    rows = [row for row in await ground.rows() if row.chat in gone]
    odd = [
        row for row in rows if (row.state, row.reason) != (OutboxState.WITHDRAWN, "not_a_contact")
    ]
    expect(not odd, "their messages are withdrawn with the reason", odd)
    expect(not [chat for chat in gone if ground.arrived(chat)], "nothing reaches them")
    return await ground.judged()


async def fault_43_parts_of_a_letter_in_order(ground: Ground) -> Figures:
    """However often the process dies between them: no part stands before the one it follows."""
    body = "\n\n".join(f"Đoạn {number}. " + "Nội dung công văn. " * 20 for number in range(40))
    parts = full_text.parts_of(body)
    expect(len(parts) >= _PARTS, "the letter is long enough")
    async with ground.opened() as database, database.write() as session:
        await session.execute(update(Directive).values(body=body))
        directive = (await session.scalars(select(Directive))).one()
        readers = list(
            await session.scalars(select(Chat).where(Chat.telegram_id.in_(ground.chats)))
        )
        for chat in readers:
            card = (await session.scalars(select(Card).where(Card.chat_id == chat.id))).one()
            await full_text.send(
                session,
                directive,
                addressee_id=card.subject_id,
                chat_id=chat.id,
                reply_to=None,
                now=datetime.now(UTC),
            )
    for _ in range(_ATTEMPTS_TO_KILL):
        passes = ground.chance.randint(1, 6)
        if not await ground.live(dies_at="answered", passes=passes):
            break
    await ground.finish()
    for reader in ground.chats:
        order = [n for each in ground.arrived(reader) for n in _part(each.text, parts)]
        expect(set(order) == set(range(len(parts))), f"all parts in chat {reader}", order)
        expect(order == sorted(order), f"parts in their order in chat {reader}", order)
    ground.ledger.arrivals = [
        each for each in ground.ledger.arrivals if not _part(each.text, parts)
    ]
    return await ground.judged()


def _part(text: str, parts: tuple[str, ...]) -> list[int]:
    """Which part of the letter this is, if it is one."""
    return [number for number, part in enumerate(parts) if text.startswith(part)]


async def fault_53_all_are_refused(ground: Ground) -> Figures:
    """The sending pauses by itself; what was not tried goes once staff let it."""
    ground.sandbox.add_fault(
        "status", method="sendMessage", status=400, description="Bad Request: message is too long",
        times=None,
    )  # fmt: skip
    child = await ground.begin(ends_when_all_is_final=False)
    async with ground.opened() as database:

        async def paused() -> bool:
            async with database.read() as session:
                (directive,) = await session.scalars(select(Directive))
                return bool(directive.sending is Sending.PAUSED)

        for _ in range(600):
            if await paused():
                break
            await asyncio.sleep(0.05)
        expect(await paused(), "the sending pauses")
    ground.ended(await child.kill())
    states = Counter(row.state for row in await ground.rows())
    tried = sum(each.chat in ground.chats for each in ground.ledger.tries)  # staff are told besides
    expect(states[OutboxState.WAITING] > 0, "not everybody was tried", states)
    expect(tried <= sending.REFUSALS_IN_A_ROW + 2 * CONNECTIONS, "it stopped in time", tried)
    ground.sandbox.remove_fault()
    async with ground.opened() as database, database.write() as session:
        (directive,) = await session.scalars(select(Directive))
        await sending.resume(
            session, directive.id, actor_id=directive.issued_by, now=datetime.now(UTC)
        )
    await ground.finish()
    return await ground.judged()


FAULTS = (
    Fault(fault_39_an_urgent_one_overtakes, recipients=120),
    Fault(fault_40_staff_cancel_midway, recipients=120, times=10),
    Fault(fault_40_staff_cancel_and_the_process_dies, recipients=120, times=10),
    Fault(fault_42_contacts_are_removed_midway, recipients=120),
    Fault(fault_43_parts_of_a_letter_in_order, recipients=6),
    Fault(fault_53_all_are_refused, recipients=120),
)
