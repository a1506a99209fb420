"""`dondoc check`: whether settings, database and token are fit, and what to do if not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from pathlib import Path

from bot import keys
from bot.actions import audit as auditor
from bot.app import transport_of
from bot.clock import system_clock
from bot.commands.console import Fault, say
from bot.commands.opening import (
    NEWER,
    OLDER,
    advice_on_readable_settings,
    database_faults,
    place_of,
    settings,
    standing,
)
from bot.config import Config
from bot.delivery.failures import TransportError
from bot.delivery.retry import Accepted, Unauthorized, classify
from bot.errors import BotError
from bot.storage import outbox, seals, updates
from bot.storage.engine import Database
from bot.storage.schema import Schema
from bot.texts import texts

_PATIENCE_SECONDS = 10.0


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
    items.append(await _telegram(config))
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
            sentence = f"{place_of(config)} is empty; it is furnished at the first start"
            yield Item("database", ok=True, sentence=sentence)
        case Schema.OLDER:
            yield Item("database", ok=False, sentence=OLDER)
        case Schema.NEWER:
            yield Item("database", ok=False, sentence=NEWER)


async def _queues(config: Config) -> AsyncIterator[Item]:
    with database_faults(config):
        database = Database(config.database.url)
        try:
            async with database.read() as session:
                parked = await updates.count_parked(session)
                uncertain = await outbox.count_uncertain(session)
                head = await seals.head(session)
                unsealed = await seals.count_unsealed(session)
                look = await auditor.look(session, now=system_clock(), newest=None)
        finally:
            await database.close()
    sentence = f"{parked} updates could not be handled"
    if parked:
        sentence += "; the log says why"
    yield Item("inbox", ok=True, sentence=sentence)
    sentence = f"{uncertain} messages may or may not have arrived"
    if uncertain:
        sentence += "; /tiendo shows where"
    yield Item("outbox", ok=True, sentence=sentence)
    yield _record(config, sealed=head.number, unsealed=unsealed)
    for breach in look.found:
        sentence = texts("en")(f"audit.{breach.rule}", **auditor.values(breach))
        yield Item("audit", ok=False, sentence=sentence)
    if not look.found:
        yield Item("audit", ok=True, sentence="what must always hold in the tables holds")


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
    sentence = f"{sealed} events are sealed, {unsealed} wait; `dondoc db verify` proves them"
    return Item("record", ok=True, sentence=sentence)


async def _telegram(config: Config) -> Item:
    if not config.telegram.bot_token:
        sentence = "there is no token: set telegram.token or telegram.token_file"
        return Item("telegram", ok=False, sentence=sentence)
    try:
        transport = transport_of(config, pool=1)
    except BotError as error:
        sentence = texts("en")(error.key, **error.parameters)
        return Item("telegram", ok=False, sentence=sentence)
    await transport.initialize()
    try:
        outcome = classify(await transport.call("getMe", {}, read_timeout=_PATIENCE_SECONDS))
    except TransportError as error:
        where = config.telegram.api_base_url
        sentence = (
            f"{where} cannot be reached ({error}); check the network, telegram.proxy "
            "and telegram.api_base_url"
        )
        return Item("telegram", ok=False, sentence=sentence)
    finally:
        await transport.shutdown()
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
