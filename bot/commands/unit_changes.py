"""`dondoc units rename|retire|merge|split|changes|drop`: units that change, today or on a day."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import date
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import policy as policies
from bot.actions import unit_changes
from bot.actions.unit_changes import Outcome, Preview, Wish
from bot.actions.units import by_codes
from bot.clock import system_clock
from bot.commands.console import Fault, counted, say
from bot.commands.opening import opened, settings
from bot.config import Config
from bot.domain.states import UnitChangeKind, WorkOfRetired
from bot.errors import BotError, NotFound
from bot.storage import unit_changes as rows
from bot.storage import units
from bot.texts import texts


def change(
    path: Path,
    kind: UnitChangeKind,
    *,
    code: str,
    into: Sequence[str] = (),
    name: str = "",
    work: WorkOfRetired = WorkOfRetired.CANCEL,
    shared: bool = False,
    on: date | None = None,
    dry_run: bool = False,
) -> int:
    """Say what a change does, and decide it unless it is a dry run."""
    config = settings(path)

    async def run() -> None:
        async with opened(config) as database, database.write() as session:
            unit, *successors = await by_codes(session, [code, *into])
            wish = Wish(
                kind=kind,
                unit_id=unit.id,
                into=tuple(successor.id for successor in successors),
                name=name,
                work=work,
                shared=shared,
            )
            _show(await unit_changes.preview(session, wish), wish, dry_run=dry_run)
            if dry_run:
                say("Nothing was changed: this was a dry run.")
                return
            _say_done(await _decide(session, config, wish, on=on))

    _told(run)
    return 0


async def _decide(session: AsyncSession, config: Config, wish: Wish, *, on: date | None) -> Outcome:
    policy = await policies.load(session, config)
    return await unit_changes.plan(
        session, wish, on=on, policy=policy, actor=None, now=system_clock()
    )


def _show(preview: Preview, wish: Wish, *, dry_run: bool) -> None:
    into = ", ".join(unit.name for unit in preview.into)
    becomes = "would be" if dry_run else "is"
    what = {
        UnitChangeKind.RENAME: f"renamed to {wish.name}",
        UnitChangeKind.RETIRE: "retired",
        UnitChangeKind.MERGE: f"merged into {into}",
        UnitChangeKind.SPLIT: f"divided into {into}",
    }[wish.kind]
    has = preview.belongings
    say(f"{preview.unit.name} {becomes} {what}.")
    say(
        f"It has {counted(has.contacts, 'contact')}, {counted(has.chats, 'Telegram group')} "
        f"and {counted(has.assignments, 'open assignment')}."
    )
    if preview.into:
        shared = counted(preview.shared_directives, "open directive")
        say(f"{shared} went to {preview.into[0].name} too.")


def _say_done(outcome: Outcome) -> None:
    if not outcome.done:
        number = outcome.change_id
        say(f"Planned as change {number}; `dondoc units drop {number}` takes it back.")
        return
    say(
        f"Done. Open assignments that passed on: {outcome.moved}; "
        f"closed as there already, or cancelled: {outcome.closed}."
    )


def planned(path: Path) -> int:
    """List the changes that are ahead."""
    config = settings(path)

    async def run() -> None:
        async with opened(config) as database, database.read() as session:
            found = await rows.planned(session)
            names = {unit.id: unit.code for unit in await units.all_units(session)}
            for each in found:
                wish = unit_changes.wish_of(each)
                into = " ".join(names.get(unit_id, "?") for unit_id in wish.into)
                line = f"{each.id}  {each.effective_on}  {each.kind.value}  {names[each.unit_id]}"
                say(f"{line}  {wish.name or into}".rstrip())
            if not found:
                say("No change of units is planned.")

    _told(run)
    return 0


def drop(path: Path, *, change_id: int) -> int:
    """Take back a change that is ahead."""
    config = settings(path)

    async def run() -> None:
        async with opened(config) as database, database.write() as session:
            now = system_clock()
            try:
                unit = await unit_changes.drop(session, change_id, actor=None, now=now)
            except NotFound:
                raise Fault(
                    f"no change has the number {change_id}; see `dondoc units changes`"
                ) from None
            say(f"Change {change_id} of {unit.name} will not come.")

    _told(run)
    return 0


def _told(run: Callable[[], Coroutine[None, None, None]]) -> None:
    try:
        asyncio.run(run())
    except BotError as error:
        raise Fault(texts("en")(error.key, **error.parameters)) from None
