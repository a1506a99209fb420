"""What is done when it is time: one function per tick, each of which a test can call once."""

from __future__ import annotations

import logging
from zoneinfo import ZoneInfo

from bot import keys
from bot.actions import (
    answer_decisions,
    article_telling,
    catching_up,
    days,
    digests,
    hand_over,
    outages,
    periods,
    question_reminders,
    recurring,
    reminders,
    retention,
    seals,
    unit_changes,
)
from bot.actions import audit as auditor
from bot.actions import policy as policies
from bot.runtime import Runtime
from bot.storage import answers as answer_rows
from bot.storage import article_review as review_rows
from bot.storage import contacts, due_reminders
from bot.storage import digests as digest_rows
from bot.storage import periods as period_rows
from bot.storage import questions as question_rows
from bot.storage import seals as seal_rows
from bot.storage import templates as template_rows
from bot.storage import unit_changes as change_rows

_log = logging.getLogger(__name__)


async def note_look(rt: Runtime) -> bool:
    """Note that what is due is being looked at; False, for once is enough."""
    now = rt.now()
    async with rt.read() as session:
        if not await catching_up.is_to_note(session, now=now):
            return False
    async with rt.write() as session:
        await catching_up.note_look(session, now=now)
    return False


async def tell_what_was_missed(rt: Runtime) -> bool:
    """Tell the administrators what an outage did to the reminders, when all of it is known;
    False, for once is enough."""
    now = rt.now()
    async with rt.read() as session:
        if not await catching_up.is_pending(session):
            return False
        policy = await policies.load(session, rt.config)
        if not await catching_up.has_caught_up(session, policy=policy, now=now):
            return False
    async with rt.write() as session:
        await catching_up.tell(session, now=now)
    return False


async def queue_due_reminders(rt: Runtime) -> bool:
    """Take or queue some of the reminders that are due; True if there may be more."""
    async with rt.read() as session:
        if not await due_reminders.any_due(session, now=rt.now()):
            return False
    async with rt.write() as session:
        policy = await policies.load(session, rt.config)
        return await reminders.queue_due(session, policy=policy, now=rt.now())


async def plan_by_new_calendar(rt: Runtime) -> bool:
    """Plan some reminders anew after staff changed the calendar; True if there are more."""
    async with rt.read() as session:
        if not await days.is_planning(session):
            return False
    async with rt.write() as session:
        await days.hold_still(session)
        policy = await policies.load(session, rt.config)
        return await days.plan_again(session, policy=policy, now=rt.now())


async def send_digests(rt: Runtime) -> bool:
    """Queue the digests that are due; False, for all of them are."""
    settings, now = rt.config.digests, rt.now()
    async with rt.read() as session:
        calendar = (await policies.load(session, rt.config)).calendar
        found = digests.changes(
            await digest_rows.moments(session), settings, calendar=calendar, now=now
        )
    if found:
        async with rt.write() as session:
            await digests.carry_out(session, found, settings, calendar=calendar, now=now)
    return False


async def remind_of_questions(rt: Runtime) -> bool:
    """Remind the office of some questions that nobody has answered; True if there may be more."""
    async with rt.read() as session:
        if not await question_rows.any_due(session, now=rt.now()):
            return False
    async with rt.write() as session:
        policy = await policies.load(session, rt.config)
        after_hours = rt.config.questions.remind_after_hours
        return await question_reminders.queue_due(
            session, policy=policy, after_hours=after_hours, now=rt.now()
        )


async def ask_again_after_outage(rt: Runtime) -> bool:
    """Ask some of those whose presses may be lost to press again; True if there are more."""
    async with rt.read() as session:
        if not await outages.is_asking(session):
            return False
    async with rt.write() as session:
        policy = await policies.load(session, rt.config)
        return await outages.ask_again(session, policy=policy, now=rt.now())


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


async def change_units(rt: Runtime) -> bool:
    """Carry out one change of a unit whose day has come; True if there may be more."""
    async with rt.read() as session:
        if not await change_rows.any_due(session, now=rt.now()):
            return False
    async with rt.write() as session:
        policy = await policies.load(session, rt.config)
        return await unit_changes.carry_out_next(session, policy=policy, now=rt.now())


async def end_deputies(rt: Runtime) -> bool:
    """End one deputy whose time is over; True if there may be more."""
    async with rt.read() as session:
        if not await contacts.any_deputy_to_end(session, now=rt.now()):
            return False
    async with rt.write() as session:
        return await hand_over.end_next_deputy(session, now=rt.now())


async def settle_answers(rt: Runtime) -> bool:
    """Let some answers fall away that need no decision any more; True if there may be more."""
    async with rt.read() as session:
        if not await answer_rows.overtaken(session):
            return False
    async with rt.write() as session:
        return await answer_decisions.settle_overtaken(session, now=rt.now())


async def tell_decisions(rt: Runtime) -> bool:
    """Tell who submitted something what the office said of it; True if there may be more."""
    async with rt.read() as session:
        if not await review_rows.any_to_tell(session, now=rt.now()):
            return False
    async with rt.write() as session:
        return await article_telling.tell_due(session, now=rt.now())


async def make_recurring_drafts(rt: Runtime) -> bool:
    """Make one draft of a template that recurs; True if there may be more."""
    async with rt.read() as session:
        if await template_rows.next_due(session, now=rt.now()) is None:
            return False
    async with rt.write() as session:
        policy = await policies.load(session, rt.config)
        language = rt.config.office.language
        return await recurring.make_next(session, policy=policy, language=language, now=rt.now())


async def open_periods(rt: Runtime) -> bool:
    """Open one period of one task that recurs; True if there may be more."""
    async with rt.read() as session:
        if await period_rows.next_due(session, now=rt.now()) is None:
            return False
    async with rt.write() as session:
        policy = await policies.load(session, rt.config)
        return await periods.open_next(session, policy=policy, now=rt.now())


async def prune(rt: Runtime) -> bool:
    """Erase a batch of what has been kept long enough, at night; True if there may be more."""
    now = rt.now()
    async with rt.read() as session:
        calendar = (await policies.load(session, rt.config)).calendar
        if not await retention.is_due(session, calendar=calendar, now=now):
            return False
        batch = await retention.next_batch(session, rt.config.retention, now=now)
    async with rt.write() as session:
        if batch is None:
            await retention.is_done(session, calendar=calendar, now=now)
        else:
            await retention.erase(session, batch)
    return batch is not None


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
