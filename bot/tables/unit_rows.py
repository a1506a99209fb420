"""All units as rows of a table, which can be changed and imported again; without people, of whom
nothing readable is kept."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions.registry import site_of
from bot.articles import sites
from bot.domain.searching import in_order
from bot.storage import registry, units
from bot.texts import Texts

_COLUMNS = (
    "table.column_code",
    "table.column_name",
    "table.column_groups",
    "table.column_phone",
    "table.column_sites",
    "table.column_note",
)


async def unit_rows(session: AsyncSession, texts: Texts) -> list[list[str]]:
    """The headings, then every unit that is not retired, by name."""
    found = in_order(await registry.active_units(session))
    names = {group.id: group.name for group in await units.groups(session)}
    groups_of = await registry.listed_groups(session)
    sites_of = await registry.sites(session)
    attributes = list(dict.fromkeys(name for unit in found for name in unit.attributes))
    rows = [[*(texts(key) for key in _COLUMNS), *attributes]]
    for unit in found:
        groups = [name for id_, name in names.items() if id_ in groups_of.get(unit.id, ())]
        written = [sites.written(site_of(row)) for row in sites_of.get(unit.id, ())]
        own = [str(unit.attributes.get(name, "")) for name in attributes]
        rows.append(
            [
                unit.code,
                unit.name,
                "; ".join(groups),
                unit.phone,
                "; ".join(written),
                unit.note,
                *own,
            ]
        )
    return rows
