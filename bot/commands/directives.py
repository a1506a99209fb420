"""`dondoc directive versions`: what a directive said when, and who had seen which version of it."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import system_clock
from bot.commands.console import Fault, counted, say
from bot.commands.opening import opened, settings
from bot.config import Config
from bot.delivery.render import Writer
from bot.delivery.render_versions import change_lines
from bot.domain.directives import number_and_symbol
from bot.domain.states import VersionKind
from bot.domain.versions import changes
from bot.storage import directives
from bot.storage import versions as rows
from bot.storage.tables import Addressee, Directive, DirectiveVersion
from bot.storage.versions import Arrival, Confirmation
from bot.texts import texts
from bot.texts.moments import Moments


@dataclass(frozen=True, slots=True)
class Proof:
    """All that is known of who had seen what."""

    directive: Directive
    versions: list[tuple[DirectiveVersion, str]]
    addressees: list[Addressee]
    arrivals: list[Arrival]
    confirmations: list[Confirmation]


def versions(path: Path, *, number: str, as_json: bool) -> int:
    """Print the versions of the directive, then by unit which arrived and was confirmed when."""
    config = settings(path)
    proof = asyncio.run(_load(config, number))
    if as_json:
        say(json.dumps(_json(proof), ensure_ascii=False, indent=2))
    else:
        say("\n".join(_lines(proof, ZoneInfo(config.office.zone))))
    return 0


async def _load(config: Config, number: str) -> Proof:
    async with opened(config) as database, database.read() as session:
        directive = await by_number(session, number)
        return Proof(
            directive=directive,
            versions=await rows.with_names(session, directive.id),
            addressees=await directives.addressees(session, directive.id),
            arrivals=await rows.arrivals(session, directive.id),
            confirmations=await rows.confirmations(session, directive.id),
        )


async def by_number(session: AsyncSession, text: str) -> Directive:
    """The only directive with a number such as `12` or `12/STTTT`; Fault if there is not one."""
    number, _, symbol = (part.strip() for part in text.partition("/"))
    found = await directives.by_number(session, number, scope=None)
    found = [each for each in found if not symbol or each.symbol == symbol]
    if not found:
        raise Fault(f"no directive has the number {text.strip()}")
    if len(found) > 1:
        many = counted(len(found), "directive")
        hint = "" if symbol else f"; give its symbol too, such as {number}/{found[0].symbol}"
        raise Fault(f"the number {text.strip()} stands for {many}{hint}")
    return found[0]


def _json(proof: Proof) -> dict[str, object]:
    directive = proof.directive
    return {
        "directive": directive.id,
        "number": number_and_symbol(directive.number, directive.symbol),
        "version": directive.version,
        "acknowledge_from": directive.acknowledge_from,
        "ending": directive.ending,
        "versions": [
            {
                "version": version.version,
                "kind": version.kind,
                "at": version.at.isoformat(),
                "by": name,
                "note": version.note,
                "asks_again": version.asks_again,
                "content": version.content,
            }
            for version, name in proof.versions
        ],
        "units": [
            {
                "unit": addressee.unit_name,
                "arrived": [
                    {"chat": each.chat, "version": each.version, "at": each.at.isoformat()}
                    for each in proof.arrivals
                    if each.addressee_id == addressee.id
                ],
                "confirmed": [
                    {
                        "person": each.person,
                        "version": each.version,
                        "door": each.door,
                        "at": each.at.isoformat(),
                    }
                    for each in proof.confirmations
                    if each.addressee_id == addressee.id
                ],
            }
            for addressee in proof.addressees
        ],
    }


_KINDS = {
    VersionKind.ISSUED: "issued",
    VersionKind.CORRECTED: "corrected",
    VersionKind.RECALLED: "recalled",
}


def _lines(proof: Proof, zone: ZoneInfo) -> Iterator[str]:
    now = system_clock()
    moments = Moments(texts("en"), zone)
    write = Writer(texts("en"), moments, now)
    directive = proof.directive
    code = number_and_symbol(directive.number, directive.symbol) or f"#{directive.id}"
    yield f"Directive {code}; times are {moments.zone_name(now)}"
    before: DirectiveVersion | None = None
    for version, name in proof.versions:
        at = moments.short(version.at)
        again = "; receipts are asked again" if version.asks_again else ""
        yield f"Version {version.version}: {_KINDS[version.kind]} {at} by {name}{again}"
        if version.note:
            yield f"  Reason: {version.note}"
        if before is not None:
            for line in change_lines(changes(before.content, version.content), write):
                yield f"  {unescape(line)}"
        before = version
    yield from _units(proof, moments)


def _units(proof: Proof, moments: Moments) -> Iterator[str]:
    arrived: dict[int, list[str]] = defaultdict(list)
    for each in proof.arrivals:
        shown = "unclear which" if each.version is None else str(each.version)
        line = f"  {moments.short(each.at)} {each.chat}: {shown} arrived"
        arrived[each.addressee_id].append(line)
    confirmed: dict[int, list[str]] = defaultdict(list)
    for given in proof.confirmations:
        line = f"  {moments.short(given.at)} {given.person}: {given.version} confirmed"
        confirmed[given.addressee_id].append(line)
    for addressee in proof.addressees:
        yield addressee.unit_name
        yield from arrived[addressee.id] or ["  nothing is known to have arrived"]
        yield from confirmed[addressee.id]
