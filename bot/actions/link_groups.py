"""Which rows of a table of links belong together, since they are for the same work, and which
cannot be taken, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions.evidence import sort_out
from bot.actions.link_rows import LinkRow
from bot.actions.recording import Sender
from bot.actions.submitting import positions_open
from bot.articles.named_tasks import task_of_cell
from bot.domain.folding import fold
from bot.errors import BotError, InvalidInput
from bot.storage import directives, units
from bot.storage.tables import Addressee

_SHOWN = 40  # characters of what a cell says


@dataclass(frozen=True, slots=True)
class Fault:
    """A row of which something was not taken."""

    row: LinkRow
    error: BotError


@dataclass(slots=True)
class Group:
    """Links that are for the same addressee's task, as far as the rows say; for the office with
    the unit."""

    sender: Sender
    addressee_id: int | None
    position: int | None
    rows: list[LinkRow] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


async def groups_of(
    session: AsyncSession,
    rows: Sequence[LinkRow],
    *,
    sender: Sender,
    addressee_id: int | None,
    position: int | None,
    now: datetime,
) -> tuple[list[Group], list[Fault]]:
    """The rows by work, `position` being what was named for all that name no task; and what is
    wrong with others."""
    known = _Known(session, sender, addressee_id, now)
    if sender.by_office and addressee_id is not None and any(row.unit for row in rows):
        await known.look_up_units()
    groups: dict[tuple[int | None, int | None], Group] = {}
    faults: list[Fault] = []
    for row in rows:
        good, refused = sort_out(row.links)
        if not row.links:
            refused = [InvalidInput("links.no_link")]
        faults += [Fault(row, error) for error in refused]
        if not good:
            continue
        try:
            group = await known.group(row, position)
        except BotError as error:
            faults.append(Fault(row, error))
            continue
        group = groups.setdefault((group.addressee_id, group.position), group)
        group.rows.append(row)
        group.links += good
    return list(groups.values()), faults


class _Known:
    """What is looked up once for all rows: the directive's units, and which tasks are open."""

    def __init__(
        self, session: AsyncSession, sender: Sender, addressee_id: int | None, now: datetime
    ) -> None:
        self._session = session
        self._sender = sender
        self._addressee_id = addressee_id
        self._now = now
        self._by_unit: dict[str, Addressee] = {}
        self._open: dict[int | None, frozenset[int]] = {}

    async def look_up_units(self) -> None:
        """By code and by name the units of the directive that are the person's."""
        addressee = await directives.addressee(self._session, self._addressee_id or 0)
        if addressee is None:
            return
        found = await directives.addressees(
            self._session, addressee.directive_id, scope=self._sender.actor.scope
        )
        by_id = {each.unit_id: each for each in found}
        for unit in await units.units_by_ids(self._session, list(by_id)):
            self._by_unit[fold(unit.code)] = by_id[unit.id]
        for each in found:
            self._by_unit.setdefault(fold(each.unit_name), each)

    async def group(self, row: LinkRow, position: int | None) -> Group:
        """Where a row belongs, with nothing in it yet."""
        sender, addressee_id = self._sender, self._addressee_id
        if sender.by_office and row.unit:
            addressee = self._by_unit.get(fold(row.unit))
            if addressee is None:
                raise InvalidInput("links.no_such_unit", unit=row.unit[:_SHOWN])
            sender, addressee_id = replace(sender, for_unit=addressee.unit_id), addressee.id
        named = task_of_cell(row.task) if row.task else None
        if named is not None and named not in await self._positions(sender, addressee_id):
            raise InvalidInput("links.no_such_task", position=named)
        return Group(sender, addressee_id, named or position)

    async def _positions(self, sender: Sender, addressee_id: int | None) -> frozenset[int]:
        if addressee_id not in self._open:
            self._open[addressee_id] = await positions_open(
                self._session, sender=sender, addressee_id=addressee_id, now=self._now
            )
        return self._open[addressee_id]
