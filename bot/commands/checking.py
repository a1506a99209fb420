"""`dondoc check`: whether settings, database and token are fit, and what to do if not."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot import keys
from bot.actions import audit as auditor
from bot.actions import catching_up
from bot.app import transport_of
from bot.clock import system_clock
from bot.commands.console import Fault, counted, say
from bot.commands.opening import (
    NEWER,
    OLDER,
    advice_on_readable_settings,
    database_faults,
    place_of,
    settings,
    sqlite_file,
    standing,
    writable,
)
from bot.config import Config
from bot.delivery.failures import TransportError
from bot.delivery.retry import Accepted, Outcome, Unauthorized, classify
from bot.errors import BotError
from bot.intake.conflicts import KEPT as CONFLICT
from bot.intake.subscription import (
    NoAnswer,
    differences,
    last_error,
    webhook_info,
    webhook_url,
)
from bot.storage import kept, outbox, reminder_plans, seals, staff, updates, waiting
from bot.storage.engine import Database
from bot.storage.schema import Schema
from bot.texts import texts
from scheduler.watch import HANGING

_PATIENCE_SECONDS = 10.0
_FOUR_EYES = 2  # people
_SILENT = timedelta(minutes=3)  # a look is noted once a minute
_PAST = timedelta(minutes=10)  # what Telegram complained of before is over


@dataclass(frozen=True, slots=True)
class Item:
    """One thing looked at; `sentence` says how it is, or what to do."""

    name: str
    ok: bool
    sentence: str


def check(path: Path, *, as_json: bool) -> int:
    """Look at everything and print one line each; 1 if there is a fault."""
    items = asyncio.run(_look(path))
    well = all(item.ok for item in items)
    if as_json:
        found = {"ok": well, "items": [asdict(item) for item in items]}
        say(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for item in items:
            say(f"{'ok' if item.ok else 'FAULT':<7}{item.name:<15}{item.sentence}")
    return 0 if well else 1


async def _look(path: Path) -> list[Item]:
    try:
        config = settings(path)
    except Fault as fault:
        return [Item("configuration", ok=False, sentence=str(fault))]
    sentence = advice_on_readable_settings(path) or f"{path} is valid"
    items = [Item("configuration", ok=True, sentence=sentence)]
    items += [item async for item in _database(config)]
    items += [item async for item in _telegram(config)]
    return items


async def _database(config: Config) -> AsyncIterator[Item]:
    try:
        found = await standing(config)
        if found is Schema.CURRENT:
            yield Item("database", ok=True, sentence=f"{place_of(config)} has the current schema")
            async for item in _queues(config):
                yield item
    except Fault as fault:
        yield Item("database", ok=False, sentence=str(fault))
        return
    match found:
        case Schema.EMPTY:
            yield _empty(config)
        case Schema.OLDER:
            yield Item("database", ok=False, sentence=OLDER)
        case Schema.NEWER:
            yield Item("database", ok=False, sentence=NEWER)


def _empty(config: Config) -> Item:
    """That there is nothing yet, and whether the first start can change that."""
    file = sqlite_file(config)
    if file is None or file.exists() or writable(file):
        sentence = f"{place_of(config)} is empty; it is furnished at the first start"
        return Item("database", ok=True, sentence=sentence)
    sentence = (
        f"{place_of(config)} cannot be made: see that the user who runs this may write to its "
        "directory, or change database.url in the settings"
    )
    return Item("database", ok=False, sentence=sentence)


async def _queues(config: Config) -> AsyncIterator[Item]:
    with database_faults(config):
        database = Database(config.database.url)
        try:
            async with database.read() as session:
                parked = await updates.count_parked(session)
                conflict = await kept.get(session, CONFLICT)
                uncertain = await outbox.count_uncertain(session)
                head = await seals.head(session)
                unsealed = await seals.count_unsealed(session)
                look = await auditor.look(session, now=system_clock(), newest=None)
                held = await kept.hold_left(session, now=system_clock())
                issuing = await staff.count_issuing(session)
                unplaced_waiting = await waiting.count_unplaced(session, None)
                plans = await reminder_plans.in_use(session)
                ticks = await _ticks(session, now=system_clock())
        finally:
            await database.close()
    if conflict is not None:
        sentence = (
            f"another program takes updates with this token, noticed {conflict['since']}: stop "
            "it, or get a new token from @BotFather"
        )
        yield Item("conflict", ok=False, sentence=sentence)
    sentence = f"{counted(parked, 'update')} could not be handled"
    if parked:
        sentence += "; see `dondoc updates list`, then `dondoc updates replay`"
    yield Item("inbox", ok=True, sentence=sentence)
    sentence = f"{counted(unplaced_waiting, 'message')} of known people wait to be placed"
    if unplaced_waiting:
        sentence += "; see /cho"
    yield Item("unplaced", ok=True, sentence=sentence)
    sentence = f"{counted(uncertain, 'message')} may or may not have arrived"
    if uncertain:
        sentence += "; /tiendo shows where"
    if held:
        minutes = math.ceil(held.total_seconds() / 60)
        sentence += f"; Telegram told the bot to wait {counted(minutes, 'more minute')}"
    yield Item("outbox", ok=True, sentence=sentence)
    yield ticks
    yield _record(config, sealed=head.number, unsealed=unsealed)
    if config.issue.approval != "none" and issuing < _FOUR_EYES:
        sentence = (
            f"issue.approval is {config.issue.approval}, but {issuing} may issue: nobody could "
            "approve the drafts of another; see `dondoc staff add`"
        )
        yield Item("approval", ok=False, sentence=sentence)
    if lost := plans.difference(config.reminders.plans):
        yield _lost_plans(lost)
    for breach in look.found:
        sentence = texts("en")(f"audit.{breach.rule}", **auditor.values(breach))
        yield Item("audit", ok=False, sentence=sentence)
    if not look.found:
        yield Item("audit", ok=True, sentence="what must always hold in the tables holds")


async def _ticks(session: AsyncSession, *, now: datetime) -> Item:
    """Whether what is due is looked at, if an instance is at work."""
    at_work = await kept.worker_is_there(session, now=now)
    last = await catching_up.last_look(session)
    hanging = await kept.get(session, HANGING)
    if last is None:
        return Item("ticks", ok=True, sentence="what is due has not been looked at yet")
    sentence = f"what is due was last looked at {last:%Y-%m-%d %H:%M} UTC"
    if not at_work:
        return Item("ticks", ok=True, sentence=f"{sentence}; Dondoc does not run")
    if hanging is not None:
        sentence += f'; "{hanging["tick"]}" has not run since {hanging["since"]}: its log says why'
    elif now - last > _SILENT:
        sentence += ", although Dondoc runs: its log says why"
    return Item("ticks", ok=hanging is None and now - last <= _SILENT, sentence=sentence)


def _record(config: Config, *, sealed: int, unsealed: int) -> Item:
    """Whether what happened can be sealed."""
    place = config.audit.key_file
    if place is None or (not sealed and not place.exists()):
        return Item("record", ok=True, sentence="the key for sealing is made at the first start")
    try:
        keys.read(place)
    except keys.KeyFault as fault:
        sentence = f"{fault}; events wait for their seal until it is there: {unsealed}"
        return Item("record", ok=False, sentence=sentence)
    sentence = f"events sealed: {sealed}, waiting: {unsealed}; `dondoc db verify` proves them"
    return Item("record", ok=True, sentence=sentence)


def _lost_plans(names: Collection[str]) -> Item:
    """That something open is to be reminded of otherwise than it can be."""
    sentence = (
        f"reminders.plans does not have {', '.join(sorted(names))}, which directives, drafts or "
        "templates name: their reminders go by the usual plan; put it into the settings again, or "
        "choose another one"
    )
    return Item("reminders", ok=False, sentence=sentence)


async def _telegram(config: Config) -> AsyncIterator[Item]:
    if not config.telegram.bot_token:
        sentence = "there is no token: set telegram.token or telegram.token_file"
        yield Item("telegram", ok=False, sentence=sentence)
        return
    try:
        transport = transport_of(config, pool=1)
    except BotError as error:
        sentence = texts("en")(error.key, **error.parameters)
        yield Item("telegram", ok=False, sentence=sentence)
        return
    await transport.initialize()
    try:
        item = _token(classify(await transport.call("getMe", {}, read_timeout=_PATIENCE_SECONDS)))
        yield item
        if item.ok:
            info = await webhook_info(transport, read_timeout=_PATIENCE_SECONDS)
            yield _intake(config, info)
    except TransportError as error:
        where = config.telegram.api_base_url
        sentence = (
            f"{where} cannot be reached ({error}); check the network, telegram.proxy "
            "and telegram.api_base_url"
        )
        yield Item("telegram", ok=False, sentence=sentence)
    except NoAnswer as error:
        yield Item("intake", ok=False, sentence=f"Telegram does not say how it sends ({error})")
    finally:
        await transport.shutdown()


def _token(outcome: Outcome) -> Item:
    match outcome:
        case Accepted(result={"username": str(username)}):
            return Item("telegram", ok=True, sentence=f"the token is that of @{username}")
        case Unauthorized():
            sentence = (
                "Telegram refused the token: check telegram.token (@BotFather, /mybots, API Token)"
            )
        case other:
            sentence = (
                f"no usable answer came ({type(other).__name__}): check telegram.api_base_url"
            )
    return Item("telegram", ok=False, sentence=sentence)


def _intake(config: Config, info: Mapping[str, Any]) -> Item:
    """Whether Telegram's updates come as the settings say."""
    waiting = f"{counted(info.get('pending_update_count', 0), 'update')} held at Telegram"
    url = info.get("url", "")
    if config.telegram.mode == "polling":
        if not url:
            return Item("intake", ok=True, sentence=f"Dondoc asks Telegram; {waiting}")
        sentence = (
            f"telegram.mode is polling, but Telegram sends to {url}: `dondoc run` ends that when "
            "it starts; if it comes back, another program uses this token"
        )
        return Item("intake", ok=False, sentence=sentence)
    if wrong := differences(info, config):
        sentence = (
            f"Telegram is not told to send to {webhook_url(config)} ({', '.join(wrong)}): "
            "`dondoc run` does that; if it is running, its log says what hinders it"
        )
        return Item("intake", ok=False, sentence=sentence)
    sentence = f"Telegram sends to {url}; {waiting}"
    error = last_error(info, now=system_clock())
    if error is None or error[1] > _PAST:
        return Item("intake", ok=True, sentence=sentence)
    return Item("intake", ok=False, sentence=f"{sentence}; {_advice(*error)}")


def _advice(message: str, ago: timedelta) -> str:
    """What Telegram met at the webhook, and where to look."""
    minutes = int(ago.total_seconds() // 60)
    if " 403 " in f"{message} ":
        advice = "the secret is not ours: `dondoc run` sets the webhook anew"
    elif " 503 " in f"{message} ":
        advice = "the database could not be written; the log says why"
    elif "SSL" in message or "certificate" in message.lower():
        advice = "look at the certificate of the web server in front"
    else:
        advice = (
            "see that Dondoc runs, and that the web server in front forwards to web.host and "
            "web.port"
        )
    return f"{minutes} min ago it met: {message}; {advice}"
