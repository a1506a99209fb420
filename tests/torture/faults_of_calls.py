"""Faults 6 to 12, 14, 16 to 18 and 44: what one call to Telegram may come to."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from bot.domain.states import ChatKind, OutboxState
from bot.sandbox.parameters import Parameters
from bot.sandbox.world import Bot
from bot.storage.tables import Card, Chat
from tests.conftest import TOKEN
from tests.torture.fault import Fault
from tests.torture.ground import Ground, expect
from tests.torture.invariants import Figures, Row
from tests.torture.kills import CONNECTIONS

_HOUR = 3600
_DEFAULT_WAIT = 30  # seconds that are waited if Telegram names none
_LONGEST_BACKOFF = 61
_REFUSED_TO_ALL = {
    "Forbidden: bot was blocked by the user": "blocked",
    "Forbidden: user is deactivated": "deactivated",
    "Forbidden: bot can't initiate conversation with a user": "not_started",
    "Forbidden: bot can't send messages to bots": "is_a_bot",
    "Forbidden: bot was kicked from the group chat": "kicked",
    "Forbidden: bot was kicked from the supergroup chat": "kicked",
    "Forbidden: bot is not a member of the supergroup chat": "not_a_member",
}
_UNKNOWN_REFUSAL = "Forbidden: something nobody has seen yet"


def is_soon(row: Row, seconds: float) -> bool:
    """Whether it waits for a moment that is at most so far away, and not much nearer."""
    if row.state is not OutboxState.WAITING or row.send_at is None:
        return False
    away = row.send_at - datetime.now(UTC)
    return timedelta(seconds=seconds - 20) < away <= timedelta(seconds=seconds)


async def unreachable(ground: Ground) -> set[int]:
    """The chats nothing is sent to any more."""
    async with ground.opened() as database, database.read() as session:
        query = select(Chat.telegram_id).where(Chat.unreachable_reason.is_not(None))
        return set(await session.scalars(query))


async def know_who_it_is(ground: Ground) -> None:
    """A life that asks Telegram who it is, and dies before it sends anything."""
    expect(await ground.live(dies_at="claimed"), "a life ends where it is told to")
    expect(not ground.arrived(), "what was only claimed has not left")


async def fault_06_one_chat_is_told_to_wait(ground: Ground) -> Figures:
    """Everybody else is served meanwhile, and it costs no attempt."""
    slow = ground.chats[0]
    ground.sandbox.add_fault(
        "status", method="sendMessage", chat_id=slow, status=429, retry_after=3
    )
    await ground.finish()
    expect(ground.arrived()[-1].chat == slow, "nobody waits behind a chat that has to wait")
    expect((await ground.row(slow)).attempts == 1, "being told to wait costs no attempt")
    return await ground.judged()


async def fault_07_a_wait_of_an_hour_outlives_a_kill(ground: Ground) -> Figures:
    """The moment stands in the row."""
    slow = ground.chats[0]
    ground.sandbox.add_fault(
        "status", method="sendMessage", chat_id=slow, status=429, retry_after=_HOUR
    )
    child = await ground.begin(ends_when_all_is_final=False)
    await ground.until_row(slow, lambda row: is_soon(row, _HOUR), "a row that waits for an hour")
    await ground.until_arrived(len(ground.chats) - 1)
    ground.ended(await child.kill())
    await ground.live_for(1.0)
    expect(not ground.arrived(slow), "an hour is waited also by the next process")
    await ground.finish(clock_ahead=_HOUR + 60)
    return await ground.judged()


async def fault_08_too_many_requests_without_a_number(ground: Ground) -> Figures:
    """The text is read; without a number in it half a minute is waited."""
    told, untold = ground.chats[:2]
    for chat, text in ((told, "Too Many Requests: retry after 2"), (untold, "Flood")):
        ground.sandbox.add_fault(
            "status", method="sendMessage", chat_id=chat, status=429, retry_after=0,
            description=text,
        )  # fmt: skip
    child = await ground.begin(ends_when_all_is_final=False)
    await ground.until_arrived(len(ground.chats) - 1)
    row = await ground.row(untold)
    expect(is_soon(row, _DEFAULT_WAIT), "half a minute is waited if no number is given", row)
    ground.ended(await child.kill())
    await ground.finish(clock_ahead=_DEFAULT_WAIT)
    return await ground.judged()


async def fault_09_a_gateway_answers_instead_of_telegram(ground: Ground) -> Figures:
    """500, HTML and 502 after acceptance are unclear: tried once more, marked."""
    gone_through, *others = ground.chats[:3]
    ground.sandbox.add_fault("accept_then_status", method="sendMessage", chat_id=gone_through)
    for chat, kind in zip(others, ("status", "garbage"), strict=True):
        ground.sandbox.add_fault(kind, method="sendMessage", chat_id=chat)
    await ground.finish()
    for chat in (gone_through, *others):
        row = await ground.row(chat)
        expect(row.uncertain == 1, "an answer that is not Telegram's is unclear", row)
        copies = len(ground.arrived(chat))
        expect(copies == (2 if chat == gone_through else 1), "it is tried once more", copies)
    return await ground.judged()


async def fault_10_the_answer_never_comes(ground: Ground) -> Figures:
    """Once: sent once more. Twice: left to staff, and no third copy is made."""
    once, twice = ground.chats[:2]
    for chat, times in ((once, 1), (twice, 2)):
        ground.sandbox.add_fault(
            "accept_then_hang", method="sendMessage", chat_id=chat, times=times
        )
    await ground.finish(read_timeout=1.0)
    states = [(await ground.row(chat)).state for chat in (once, twice)]
    expect(states == [OutboxState.ACCEPTED, OutboxState.UNCERTAIN], "no blind retry", states)
    return await ground.judged()


async def fault_11_nobody_listens(ground: Ground) -> Figures:
    """A refused connection and an unknown host: surely not sent, so nothing is unclear."""
    await know_who_it_is(ground)
    port = urlsplit(ground.sandbox.url).port
    assert port
    await ground.sandbox.stop()
    await ground.live_for(2.0)
    await ground.live_for(2.0, api="http://nowhere.invalid:1")
    # Whoever rests while nothing leaves does not try every row.
    expect(any(row.reason for row in await ground.rows()), "some were tried, and say so")
    await ground.sandbox.start(port=port)
    await ground.finish(clock_ahead=_LONGEST_BACKOFF)
    figures = await ground.judged()
    expect(figures.uncertain == figures.extra == 0, "what never left is not unclear", figures)
    return figures


async def fault_12_the_connection_is_reset_after_acceptance(ground: Ground) -> Figures:
    """Unclear; the second copy is the only one."""
    chat = ground.chats[0]
    ground.sandbox.add_fault("accept_then_reset", method="sendMessage", chat_id=chat)
    await ground.finish()
    row = await ground.row(chat)
    expect(row.uncertain == 1, "a reset connection is unclear", row)
    expect(len(ground.arrived(chat)) == 2, "it is sent once more")
    return await ground.judged()


async def fault_14_chats_that_take_nothing(ground: Ground) -> Figures:
    """Known texts mark the chat, an unknown one only the message; nothing is tried again."""
    chats = dict(zip(ground.chats, (*_REFUSED_TO_ALL, _UNKNOWN_REFUSAL), strict=False))
    for chat, text in chats.items():
        ground.sandbox.add_fault(
            "status", method="sendMessage", chat_id=chat, status=403, description=text, times=None
        )
    await ground.finish()
    for chat, text in chats.items():
        row = await ground.row(chat)
        reason = _REFUSED_TO_ALL.get(text, "forbidden")
        expect((row.state, row.reason) == (OutboxState.FAILED, reason), text, row)
        tries = [each for each in ground.ledger.tries if each.chat == chat]
        expect(len(tries) == 1, "what was refused is not tried again", tries)
    marked = {chat for chat, text in chats.items() if text in _REFUSED_TO_ALL}
    expect(await unreachable(ground) == marked, "only known texts speak of the chat")
    return await ground.judged()


async def fault_16_a_group_becomes_a_supergroup(ground: Ground) -> Figures:
    """The new number is stored with the outcome, and the message goes there once."""
    row = (await ground.rows())[0]
    member = ground.sandbox.add_user(first_name="An")["id"]
    group = ground.sandbox.add_group(
        title="Nhóm", member_ids=[member, int(TOKEN.partition(":")[0])]
    )["id"]
    async with ground.opened() as database, database.write() as session:
        chat = await session.scalar(select(Chat).where(Chat.telegram_id == row.chat))
        assert chat
        # The seed gives a recipient's unit, person and chat one number.
        chat.telegram_id, chat.kind, chat.unit_id, chat.person_id = (
            group, ChatKind.GROUP, chat.id, None,
        )  # fmt: skip
    moved_to = ground.sandbox.migrate(group)
    ground.sandbox.bot().queue.clear()  # nobody tells but the refusal
    await ground.finish()
    ground.chats[0] = moved_to
    expect(len(ground.arrived(moved_to)) == 1, "the new chat gets it once")
    expect((await ground.row(moved_to)).attempts == 1, "moving costs no attempt")
    return await ground.judged()


async def fault_17_telegram_cannot_read_the_text(ground: Ground) -> Figures:
    """The message has failed, is told to staff and not tried in a circle; the chat stays. Once more
    without its looks is no circle."""
    chat = ground.chats[0]
    text = "Bad Request: can't parse entities: Unsupported start tag"
    ground.sandbox.add_fault(
        "status", method="sendMessage", chat_id=chat, status=400, description=text, times=None
    )
    await ground.finish()
    row = await ground.row(chat)
    expect((row.state, row.reason) == (OutboxState.FAILED, "bad_entities"), "it failed", row)
    tries = [each for each in ground.ledger.tries if each.chat == chat]
    expect(len(tries) <= 2, "what cannot be read is not tried again and again", tries)
    expect(not await unreachable(ground), "the chat can be written to")
    return await ground.judged()


async def fault_18_unknown_chat_and_unknown_token(ground: Ground) -> Figures:
    """A chat that is not there concerns one row; a token that is refused stops all sending."""
    text = "Bad Request: chat not found"
    ground.sandbox.add_fault(
        "status", method="sendMessage", chat_id=ground.chats[0], status=400, description=text
    )
    ground.sandbox.add_fault("status", method="sendMessage", status=401, skip=1, times=None)
    child = await ground.begin(ends_when_all_is_final=False)
    await ground.until(lambda: ground.ledger.tries or None, "the first try")
    await asyncio.sleep(2.0)
    refused = [each for each in ground.ledger.tries if each.status == 401]
    # What is under way, and what the very round that writes the refusal down has taken already.
    most = 2 * CONNECTIONS
    expect(0 < len(refused) <= most, "a refusal stops what is not yet under way", len(refused))
    expect(child.is_alive, "the rest of the bot works on")
    ground.ended(await child.kill())
    ground.sandbox.remove_fault()
    await ground.finish(clock_ahead=_LONGEST_BACKOFF)
    return await ground.judged()


async def fault_44_telegram_will_send_it_later(ground: Ground) -> Figures:
    """A message without a number is accepted, and nothing that could be edited."""
    chat = ground.chats[0]
    execute = ground.sandbox.api.execute

    async def scheduled(bot: Bot, name: str, parameters: Parameters) -> tuple[int, Any]:
        status, answer = await execute(bot, name, parameters)
        if name == "sendMessage" and parameters.text("chat_id") == str(chat):
            answer = {**answer, "result": {**answer["result"], "message_id": 0}}
        return status, answer

    ground.sandbox.api.execute = scheduled  # type: ignore[method-assign]
    await ground.finish()
    row = await ground.row(chat)
    expect((row.state, row.message_id) == (OutboxState.ACCEPTED, None), "accepted", row)
    async with ground.opened() as database, database.read() as session:
        query = select(Card.message_id).join(Chat, Chat.id == Card.chat_id)
        numbers = list(await session.scalars(query.where(Chat.telegram_id == chat)))
    expect(numbers == [None], "its card is nothing that could be edited", numbers)
    return await ground.judged()


FAULTS = (
    Fault(fault_06_one_chat_is_told_to_wait),
    Fault(fault_07_a_wait_of_an_hour_outlives_a_kill),
    Fault(fault_08_too_many_requests_without_a_number),
    Fault(fault_09_a_gateway_answers_instead_of_telegram),
    Fault(fault_10_the_answer_never_comes),
    Fault(fault_11_nobody_listens),
    Fault(fault_12_the_connection_is_reset_after_acceptance),
    Fault(fault_14_chats_that_take_nothing),
    Fault(fault_16_a_group_becomes_a_supergroup),
    Fault(fault_17_telegram_cannot_read_the_text),
    Fault(fault_18_unknown_chat_and_unknown_token),
    Fault(fault_44_telegram_will_send_it_later),
)
