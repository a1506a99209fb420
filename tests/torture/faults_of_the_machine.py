"""Faults 13, 30 to 33, 38 and 52: what the machine, the database or the network may do."""

from __future__ import annotations

import asyncio
import shutil
import signal
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from bot.domain.states import OutboxState
from bot.sandbox import Limits
from tests.bench.stores import PostgresServer
from tests.torture.children import Child
from tests.torture.fault import Fault
from tests.torture.faults_of_calls import know_who_it_is
from tests.torture.ground import Ground, damage_of, expect
from tests.torture.invariants import Figures

_DAY = 86_400
# The process was killed between two tries; what it held is none of Telegram's business.
_NOT_SENT = {(OutboxState.WAITING, 0), (OutboxState.CLAIMED, 0), (OutboxState.IN_FLIGHT, 0)}
_A_LITTLE_ROOM = 32 * 1024  # bytes left on the full disk
_SNAPSHOTS = 12
_KILLS_AT_PACE = 2
_TELEGRAM_A_SECOND = 30
_BURST_OF_A_CHAT = 4


async def fault_13_told_to_stop_while_a_call_hangs(ground: Ground) -> Figures:
    """SIGTERM lets the call come to its end, which is written down; nothing is lost or doubled."""
    chat = ground.chats[0]
    ground.sandbox.add_fault("accept_then_hang", method="sendMessage", chat_id=chat)
    child = await ground.begin(ends_when_all_is_final=False, read_timeout=2.0)
    await ground.until(lambda: ground.arrived(chat), "the message whose answer hangs")
    expect(await child.stop() == 0, "it ends in order")
    row = await ground.row(chat)
    expect((row.state, row.uncertain) == (OutboxState.WAITING, 1), "written down unclear", row)
    under_way = [row for row in await ground.rows() if row.state is OutboxState.IN_FLIGHT]
    expect(not under_way, "nothing is left in flight by an end in order", under_way)
    await ground.finish()
    return await ground.judged()


async def fault_30_the_disk_is_full(ground: Ground) -> Figures:
    """No send without a record of it; with room again the same process goes on by itself."""
    child = await ground.begin()
    await ground.until_arrived(10)
    files = (ground.file, ground.file.with_name(ground.file.name + "-wal"))
    child.limit_files(max(file.stat().st_size for file in files) + _A_LITTLE_ROOM)
    await _until_it_stands_still(ground)
    arrived = Counter(arrival.chat for arrival in ground.arrived())
    expect(sum(arrived.values()) < len(ground.chats), "a full disk stops the sending")
    unmarked = [row for row in await ground.rows() if arrived[row.chat] > row.attempts]
    expect(not unmarked, "what arrived was marked on disk before", unmarked)
    expect(child.is_alive, "the bot outlives a full disk", ground.last_words())
    child.limit_files(-1)
    expect(not ground.ended(await child.code()), "with room again it goes on")
    return await ground.judged()


async def _until_it_stands_still(ground: Ground) -> None:
    before = -1
    while len(ground.arrived()) != before:
        before = len(ground.arrived())
        await asyncio.sleep(1.5)


async def fault_31_postgresql_is_restarted(ground: Ground) -> Figures:
    """Its server dies as in a crash: the pool recovers, outcomes are kept until they are stored."""
    assert isinstance(ground.store, PostgresServer)
    child = await ground.begin()
    for share in (0.2, 0.6):
        await ground.until_arrived(int(share * len(ground.chats)))
        await asyncio.to_thread(ground.store.restart)
    expect(not ground.ended(await child.code()), "it outlives the restart")
    return await ground.judged()


async def fault_32_every_commit_takes_half_a_second(ground: Ground) -> Figures:
    """Sending becomes slow; nothing becomes unclear by it."""
    await ground.finish(commit_seconds=0.5)
    figures = await ground.judged()
    expect(figures.uncertain == figures.extra == 0, "nothing becomes unclear", figures)
    return figures


async def fault_33_power_is_lost(ground: Ground) -> Figures:
    """At any moment the file and its log hold what was promised: accepted was received, and what
    was received had been marked. The copy is what the system would find after a restart."""
    child = await ground.begin()
    seen = 0
    for number in range(_SNAPSHOTS):
        await asyncio.sleep(ground.chance.uniform(0.01, 0.1))
        if not child.is_alive:
            break
        seen += 1
        await _look_at_copy(ground, child, ground.file.with_name(f"copy_{number}.db"))
    expect(seen, "a copy was taken while it was sending")
    expect(not ground.ended(await child.code()), "it goes on after each pause")
    return await ground.judged()


async def _look_at_copy(ground: Ground, child: Child, copy: Path) -> None:
    await child.freeze()
    for suffix in ("", "-wal"):
        source = ground.file.with_name(ground.file.name + suffix)
        if source.exists():
            shutil.copyfile(source, copy.with_name(copy.name + suffix))
    await asyncio.sleep(0.05)  # what had left arrives
    arrivals = ground.arrived()
    child.signal(signal.SIGCONT)
    arrived = Counter(arrival.chat for arrival in arrivals)
    for row in await ground.rows(at=f"sqlite:///{copy}"):
        expect(arrived[row.chat] <= row.attempts, "what arrived had been marked on disk", row)
        accepted = row.state is OutboxState.ACCEPTED
        expect(not accepted or arrived[row.chat], "accepted on disk has arrived", row)
    damage = damage_of(copy)
    expect(not damage, "the copy is sound", damage)
    for file in copy.parent.glob(f"{copy.name}*"):
        file.unlink()


async def fault_38_telegrams_pace(ground: Ground) -> Figures:
    """No limit is passed, also across kills, and the progress is right to the last number.

    The lease is waited for as in life: its nine seconds are a part of what keeps the pace.
    """
    for _ in range(_KILLS_AT_PACE):
        delay = ground.chance.uniform(0.3, 2.5)
        await ground.live(paced=True, keeps_lease=True, dies_at="at_random", delay=delay)
    child = await ground.begin(paced=True, keeps_lease=True, ends_when_all_is_final=False)
    total = len(ground.chats)
    await ground.until_arrived(total)
    await ground.until(lambda: ground.staff_sees(f"{total}/{total}"), "progress to its end")
    states = Counter(row.state for row in await ground.rows())
    counts = (
        f"Đã gửi {states[OutboxState.ACCEPTED]} · chờ 0 · không gửi được 0 · "
        f"chưa rõ {states[OutboxState.UNCERTAIN]}"
    )
    await ground.until(lambda: ground.staff_sees(counts), f"the progress says {counts!r}")
    ground.ended(await child.kill())
    _expect_pace(ground)
    return await ground.judged()


def _expect_pace(ground: Ground) -> None:
    tries = ground.ledger.tries
    refused = [each for each in tries if each.status == 429]
    expect(not refused, "Telegram never has to ask for a pause", refused)
    for first, last in zip(tries, tries[_TELEGRAM_A_SECOND:], strict=False):
        expect(last.second - first.second >= 1, "at most thirty messages in any second")
    most = max(Counter(arrival.chat for arrival in ground.arrived()).values())
    expect(most <= _BURST_OF_A_CHAT, "few messages for a chat", most)


async def fault_52_telegram_cannot_be_reached_for_three_days(ground: Ground) -> Figures:
    """Everything waits, nothing is unclear, and it goes out once when the network is back."""
    await know_who_it_is(ground)
    port = urlsplit(ground.sandbox.url).port
    assert port
    await ground.sandbox.stop()
    for days in (0, 1, 2):
        await ground.live_for(1.5, clock_ahead=days * _DAY)
    states = {(row.state, row.uncertain) for row in await ground.rows()}
    expect(states <= _NOT_SENT, "everything waits or is about to be tried", states)
    await ground.sandbox.start(port=port)
    await ground.finish(clock_ahead=3 * _DAY)
    figures = await ground.judged()
    expect(figures.extra == 0, "nobody gets it twice", figures)
    return figures


FAULTS = (
    Fault(fault_13_told_to_stop_while_a_call_hangs),
    Fault(fault_30_the_disk_is_full, recipients=480, only="SQLite"),
    Fault(fault_31_postgresql_is_restarted, recipients=120, only="PostgreSQL"),
    Fault(fault_32_every_commit_takes_half_a_second),
    Fault(fault_33_power_is_lost, recipients=240, only="SQLite"),
    Fault(fault_38_telegrams_pace, recipients=120, limits=Limits()),
    Fault(fault_52_telegram_cannot_be_reached_for_three_days),
)
