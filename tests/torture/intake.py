"""Kills while people press and write: all that Telegram was told is received is done once."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.callbacks import Callback, Press
from bot.domain.states import MessageKind, UpdateState
from bot.storage.tables import (
    Acknowledgement,
    Chat,
    Event,
    OutboxMessage,
    Person,
    Submission,
    Unplaced,
    Update,
)
from tests.bench.wire import FIRST_CHAT
from tests.torture.children import Child
from tests.torture.ground import Broken, Ground, Grounds
from tests.torture.intake_invariants import Act, Done, Found, judge_intake
from tests.torture.invariants import Figures
from tests.torture.order import AT_RANDOM, AT_START, IN_HANDLED

PEOPLE = 40
# Telegram is never left with more than this: what nobody handles would only pile up in the inbox.
_AT_TELEGRAM = 60
_PAUSE_SECONDS = 0.004
_ACTS = (Act.WORD, Act.TAP, Act.LINK, Act.WORD, Act.TAP, Act.TAP, Act.POISON)
_PASSES = {"fetched": 2, "stored": 2}  # at most; polls are few
_MOST_PASSES = 8
_COMMIT = (-5.0, -2.3)  # tenth powers of seconds
_LONGEST = {AT_START: 0.7, AT_RANDOM: 1.0}  # seconds: of starting, of working
_KILLS_OF_ONE = 30  # then all is looked at, and a fresh database taken
_PATIENCE_SECONDS = 30.0  # without anything being handled
_WORDS = "Không ai được đọc"

Stop = Callable[[], bool]


class Crowd:
    """People who never stop pressing and writing, and what they have done."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._chance = ground.chance
        self.done: list[Done] = []

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """While the block lasts."""
        working = asyncio.create_task(self._work())
        try:
            yield
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)

    async def _work(self) -> None:
        while True:
            if len(self.at_telegram()) < _AT_TELEGRAM:
                self.act(self._chance.choice(_ACTS), self._chance.choice(self._ground.chats))
            await asyncio.sleep(_PAUSE_SECONDS)

    def at_telegram(self) -> set[int]:
        """The updates that Telegram would give again: the bot has not said that it has them."""
        return {update.id for update in self._ground.sandbox.bot().queue.alive()}

    def act(self, act: Act, chat: int) -> None:
        """Somebody does something."""
        match act:
            case Act.WORD:
                self._say(act, chat, f"{_WORDS} {len(self.done)}")
            case Act.LINK:
                self._say(act, chat, f"https://baoyenbai.com.vn/{len(self.done)}.aspx")
            case Act.TAP:
                body = {"callback_query": self._tap(chat)}
                self.done.append(Done(self._ground.sandbox.put_update(body), act, chat))
            case Act.POISON:
                place = {"id": chat, "type": "private"}
                body = {"message": {"message_id": 1, "chat": place, "text": _WORDS}}
                self.done.append(Done(self._ground.sandbox.put_update(body), act, chat))

    def _say(self, act: Act, chat: int, words: str) -> None:
        sandbox = self._ground.sandbox
        message = sandbox.say(chat, words)
        *_, queued = sandbox.bot().queue.alive()
        self.done.append(Done(queued.id, act, chat, message["message_id"]))

    def _tap(self, chat: int) -> dict[str, Any]:
        """A press on the card, also after the button is gone: phones are late."""
        place = {"id": chat, "type": "private"}
        return {
            "id": str(len(self.done) + 1),
            "from": self._ground.sandbox.world.user_json(chat),
            "message": {"message_id": 2, "date": 1, "chat": place},
            "chat_instance": "1",
            "data": Callback(Press.ACKNOWLEDGE, (chat - FIRST_CHAT,)).encode(),
        }


def death(point: str, chance: random.Random) -> dict[str, object]:
    """How the next life is to end."""
    if point in _LONGEST:
        return {"dies_at": point, "delay": chance.uniform(0, _LONGEST[point])}
    passes = chance.randint(1, _PASSES.get(point, _MOST_PASSES))
    delay = 10 ** chance.uniform(*_COMMIT) if point == IN_HANDLED else 0.0
    return {"dies_at": point, "passes": passes, "delay": delay}


async def intake_kills_at(
    grounds: Grounds,
    point: str,
    wanted: int,
    chance: random.Random,
    enough: Stop,
    **details: Any,
) -> Figures:
    """At least so many kills at a point of the intake, unless time is up; details of every life as
    in `Order`, such as by which way Telegram hands updates over."""
    total = Figures()
    while total.kills < wanted and not enough():
        async with grounds.open(PEOPLE, chance) as ground:
            most = min(_KILLS_OF_ONE, wanted - total.kills)
            total.add(await kill_intake(ground, [point] * most, enough, **details))
    return total


async def kill_intake(
    ground: Ground, points: list[str], enough: Stop = lambda: False, **details: Any
) -> Figures:
    """Kill at these points, one life each, while people are at work; then look at all they did."""
    endless = {"ends_when_all_is_final": False, **details}
    await ground.finish()  # the cards are on the phones
    crowd = Crowd(ground)
    async with crowd.at_work():
        for point in points:
            if enough():
                break
            await ground.live(**endless, **death(point, ground.chance))
    await _handle_all(await ground.begin(**endless), ground, crowd)
    return await ground.checked(judge_intake(crowd.done, crowd.at_telegram(), await found(ground)))


async def _handle_all(child: Child, ground: Ground, crowd: Crowd) -> None:
    """Let a life go on undisturbed until Telegram and the inbox are empty."""
    left = await _count_left(ground, crowd)
    moved_at = time.monotonic()
    while left:
        if not child.is_alive:
            ground.ended(await child.code())
        if time.monotonic() > moved_at + _PATIENCE_SECONDS:
            raise Broken(f"P9: {left} updates wait and are never handled")
        await asyncio.sleep(0.2)
        before, left = left, await _count_left(ground, crowd)
        if left != before:
            moved_at = time.monotonic()
    ground.ended(await child.stop())


async def _count_left(ground: Ground, crowd: Crowd) -> int:
    """How much waits at Telegram and in the inbox."""
    waiting = select(func.count()).where(Update.state == UpdateState.WAITING)
    async with ground.opened() as database, database.read() as session:
        in_inbox = await session.scalar(waiting) or 0
    return in_inbox + len(crowd.at_telegram())


async def found(ground: Ground) -> Found:
    """What the rows say now."""
    async with ground.opened() as database, database.read() as session:
        rows = await session.execute(select(Update.update_id, Update.id, Update.state))
        updates = {update_id: (number, state) for update_id, number, state in rows}
        return Found(
            updates,
            words=await _words(session),
            entries=Counter(
                await session.scalars(
                    select(Chat.telegram_id)
                    .join(Unplaced, Unplaced.chat_id == Chat.id)
                    .where(Unplaced.first_id.is_(None))
                )
            ),
            answers=await _answers(session),
            links=await _counted(
                session,
                select(Chat.telegram_id, Submission.message_id).join(
                    Chat, Chat.id == Submission.chat_id
                ),
            ),
            acknowledgements=await _acknowledgements(session),
            confirmations=await _confirmations(session),
            parkings=Counter(
                await session.scalars(
                    select(Event.object_id).where(Event.action == "update_parked")
                )
            ),
        )


async def _counted(session: AsyncSession, query: Any) -> Counter[Any]:
    return Counter(tuple(row) for row in await session.execute(query))


async def _words(session: AsyncSession) -> Counter[tuple[int, int]]:
    rows = await session.execute(
        select(Chat.telegram_id, Event.details)
        .join(Chat, Chat.id == Event.object_id)
        .where(Event.action == "unplaced")
    )
    return Counter((chat, details["message"]) for chat, details in rows)


async def _answers(session: AsyncSession) -> Counter[int]:
    rows = await session.execute(
        select(Chat.telegram_id, OutboxMessage.parameters)
        .join(Chat, Chat.id == OutboxMessage.chat_id)
        .where(OutboxMessage.kind == MessageKind.NOTICE)
    )
    return Counter(chat for chat, said in rows if said["key"] == "unplaced.contact")


async def _acknowledgements(session: AsyncSession) -> Counter[int]:
    return Counter(
        await session.scalars(
            select(Person.telegram_id).join(Acknowledgement, Acknowledgement.person_id == Person.id)
        )
    )


async def _confirmations(session: AsyncSession) -> Counter[int]:
    return Counter(
        await session.scalars(
            select(Person.telegram_id)
            .join(Event, Event.person_id == Person.id)
            .where(Event.action == "acknowledged")
        )
    )
