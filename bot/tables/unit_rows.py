"""Units as rows of a table, which can be changed and imported again; without people, of whom
nothing readable is kept."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions.registry import site_of
from bot.articles import sites
from bot.domain.rights import Scope
from bot.domain.searching import in_order
from bot.storage import registry, units
from bot.texts import Texts

_GROUPS = "table.column_groups"
_COLUMNS = (
    "table.column_code",
    "table.column_name",
    _GROUPS,
    "table.column_phone",
    "table.column_sites",
    "table.column_note",
)


async def unit_rows(
    session: AsyncSession, texts: Texts, *, scope: Scope | None = None
) -> list[list[str]]:
    """The headings, then every unit that is not retired, by name.

    What lies within limits comes without groups: some of a unit's, taken for all of them when the
    table comes back, would take it out of the others.
    """
    found = in_order(await registry.active_units(session, scope=scope))
    names = {group.id: group.name for group in await units.groups(session)}
    groups_of = await registry.listed_groups(session)
    sites_of = await registry.sites(session)
    columns = [key for key in _COLUMNS if scope is None or key != _GROUPS]
    attributes = list(dict.fromkeys(name for unit in found for name in unit.attributes))
    rows = [[*map(texts, columns), *attributes]]
    for unit in found:
        groups = [name for id_, name in names.items() if id_ in groups_of.get(unit.id, ())]
        written = [sites.written(site_of(row)) for row in sites_of.get(unit.id, ())]
        cells = (unit.code, unit.name, "; ".join(groups), unit.phone, "; ".join(written), unit.note)
        known = dict(zip(_COLUMNS, cells, strict=True))
        own = (str(unit.attributes.get(name, "")) for name in attributes)
        rows.append([*(known[key] for key in columns), *own])
    return rows
