"""`dondoc calendar`: the office's days off and worked against the rule of the week."""

from __future__ import annotations

import asyncio
import json
from datetime import date
from pathlib import Path

from bot.actions import days
from bot.actions import policy as policies
from bot.clock import system_clock
from bot.commands.console import Fault, counted, say
from bot.commands.opening import opened, settings
from bot.config import Config
from bot.errors import BotError
from bot.storage import days as day_rows
from bot.texts import texts
from scheduler.days_off import UnusualDay, unusual_days


def list_days(path: Path, *, as_json: bool) -> int:
    """Those of the next sixty days, and all that was declared for later."""
    return asyncio.run(_list(settings(path), as_json=as_json))


async def _list(config: Config, *, as_json: bool) -> int:
    async with opened(config) as database, database.read() as session:
        calendar = (await policies.load(session, config)).calendar
        found = unusual_days(
            calendar,
            today=calendar.local_date(system_clock()),
            notes=await day_rows.notes(session),
            language="en",
        )
    if as_json:
        say(json.dumps([_told(each) for each in found], ensure_ascii=False, indent=2))
        return 0
    for each in found:
        declared = "\t(declared here)" if each.note is not None else ""
        say(f"{each.day}\t{_state(each)}\t{each.note or each.holiday or ''}{declared}")
    return 0


def _told(each: UnusualDay) -> dict[str, object]:
    return {
        "day": each.day.isoformat(),
        "state": _state(each),
        "holiday": each.holiday,
        "declared": each.note is not None,
        "note": each.note,
    }


def _state(each: UnusualDay) -> str:
    return "working" if each.works else "off"


def set_days(path: Path, *, first: date, last: date, working: bool, note: str) -> int:
    """Declare a day, or all from the first to the last; reminders are planned anew."""
    return asyncio.run(_set(settings(path), first, last, working=working, note=note))


async def _set(config: Config, first: date, last: date, *, working: bool, note: str) -> int:
    try:
        async with opened(config) as database, database.write() as session:
            changed = await days.declare(
                session,
                first,
                last,
                working=working,
                note=note,
                calendar=(await policies.load(session, config)).calendar,
                now=system_clock(),
            )
    except BotError as error:
        raise Fault(texts("en")(error.key, **error.parameters)) from None
    say(f"{counted(len(changed), 'day')} declared {'working' if working else 'off'}")
    return 0


def unset_day(path: Path, *, day: date) -> int:
    """Leave the day to the rule again."""
    return asyncio.run(_unset(settings(path), day))


async def _unset(config: Config, day: date) -> int:
    async with opened(config) as database, database.write() as session:
        if not await days.clear(session, day, now=system_clock()):
            raise Fault(f"nothing was declared of {day}")
    say(f"{day} is as the rule has it")
    return 0
