"""The registry in a chat: its pages, its file, and the card of a table on its way into it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from bot.actions import table_imports as actions
from bot.actions.registry import site_of
from bot.actions.unit_headings import headings_of, rows_of
from bot.actions.unit_table import read_units
from bot.articles import sites
from bot.delivery import render_import, render_registry
from bot.delivery.context import NOT_STAFF, Context, Gathered, Ready, Withdraw, reader
from bot.delivery.render import Content, Document, Writer
from bot.domain import conditions
from bot.domain.lookalikes import like
from bot.domain.paging import page_within
from bot.domain.rights import Actor, Right
from bot.domain.searching import in_order, search
from bot.domain.states import ImportState
from bot.storage import lost_touch, registry, table_imports, units, unplaced
from bot.storage.tables import Group, Unit
from bot.tables.faults import FaultView

# --- /donvi --------------------------------------------------------------------------------------


async def page(context: Context) -> Gathered:
    """One of the registry's pages, as who asked may see it."""
    actor = await reader(context)
    if actor is None:
        return NOT_STAFF
    content: Content | None
    match context.message.parameters["view"]:
        case "units":
            content = await _units(context, actor)
        case "unit":
            content = await _unit(context, actor)
        case "unit_groups":
            content = await _unit_groups(context, actor)
        case "groups":
            content = await _groups(context, actor)
        case _:
            content = await _group(context, actor)
    if content is None:
        return Withdraw("not_registered")
    return Ready(content, context.message.edits)


def _turned(context: Context, count: int, *, a_page: int) -> tuple[int, int, slice]:
    """The page that is shown, how many there are, and what stands on it."""
    shown, pages = page_within(context.number("page"), count=count, size=a_page)
    return shown, pages, slice((shown - 1) * a_page, shown * a_page)


async def _visible_unit(context: Context, actor: Actor) -> Unit | None:
    """The unit that is meant, if it is theirs and still registered."""
    unit = await units.unit(context.session, context.number("unit_id"))
    return unit if unit and unit.retired_at is None and actor.oversees(unit.id) else None


async def _visible_groups(context: Context, actor: Actor) -> list[Group]:
    groups = await units.groups(context.session)
    return [group for group in groups if actor.may_address({group.id})]


async def _units(context: Context, actor: Actor) -> Content:
    words = str(context.message.parameters.get("words") or "")
    everything = await registry.active_units(context.session, scope=actor.scope)
    found = await asyncio.to_thread(search, words, everything)
    number, pages, place = _turned(context, len(found), a_page=render_registry.A_PAGE)
    view = render_registry.UnitsView(
        words=words,
        units=await _names(context, found[place]),
        count=len(found),
        page=number,
        pages=pages,
        may_keep=actor.may(Right.GOVERN),
    )
    return render_registry.units_page(view, context.write)


async def _names(context: Context, those: list[Unit]) -> tuple[render_registry.UnitName, ...]:
    silent = await registry.units_without_chat(context.session, [unit.id for unit in those])
    return tuple(
        render_registry.UnitName(unit.id, unit.code, unit.name, unit.id in silent) for unit in those
    )


async def _unit(context: Context, actor: Actor) -> Content | None:
    session = context.session
    unit = await _visible_unit(context, actor)
    if unit is None:
        return None
    stands = await registry.memberships(session, unit.id)
    former = await registry.former_names(session, unit.id)
    contacts = await registry.contacts(session, unit.id)
    expected = (await registry.expected_contacts(session, [unit.id])).get(unit.id, [])
    view = render_registry.UnitView(
        id=unit.id,
        code=unit.code,
        name=unit.name,
        former_name=former[0].name if former else None,
        phone=unit.phone,
        note=unit.note,
        sites=tuple(
            sites.written(site_of(row))
            for row in (await registry.sites(session, [unit.id])).get(unit.id, ())
        ),
        groups=tuple(
            (group.name, stands[group.id])
            for group in await _visible_groups(context, actor)
            if group.id in stands
        ),
        attributes=tuple((name, str(value)) for name, value in unit.attributes.items()),
        contacts=tuple(map(_contact, contacts)),
        left_at=(await lost_touch.left_by_all(session, unit_id=unit.id)).get(unit.id),
        expected=tuple(_expected(each.name, contacts, context.write) for each in expected),
        chats=tuple(
            (chat.title, chat.unreachable_reason is None)
            for chat in await registry.unit_chats(session, unit.id)
        ),
        reminds_group=unit.reminds_group,
        open_assignments=await registry.open_assignments(session, unit.id),
        placed_messages=await unplaced.count_placed(session, unit.id)
        if actor.may(Right.REVIEW)
        else None,
        may_keep=actor.may(Right.REGISTER),
        may_group=actor.may(Right.GOVERN),
    )
    return render_registry.unit_page(view, context.write)


def _expected(name: str, contacts: Sequence[registry.ContactLine], write: Writer) -> str:
    """Who came by a link shows no phone: only the name can tell that it may be they."""
    if name and like(name, (line.name for line in contacts)):
        return write.texts("unit.perhaps_joined", name=name)
    return name or write.texts("unit.nameless")


def _contact(line: registry.ContactLine) -> render_registry.ContactView:
    return render_registry.ContactView(
        name=line.name,
        title=line.title,
        role=line.role,
        until=line.until,
        is_reached=line.is_reached,
    )


async def _unit_groups(context: Context, actor: Actor) -> Content | None:
    unit = await _visible_unit(context, actor)
    if unit is None:
        return None
    groups = await _visible_groups(context, actor)
    stands = await registry.memberships(context.session, unit.id)
    number, pages, place = _turned(context, len(groups), a_page=render_registry.A_PAGE)
    view = render_registry.UnitGroupsView(
        unit_id=unit.id,
        unit_name=unit.name,
        groups=tuple(
            (group.id, group.name, group.id in stands, stands.get(group.id, False))
            for group in groups[place]
        ),
        page=number,
        pages=pages,
    )
    return render_registry.unit_groups_page(view, context.write)


async def _groups(context: Context, actor: Actor) -> Content:
    groups = await _visible_groups(context, actor)
    sizes = await units.group_sizes(context.session)
    number, pages, place = _turned(context, len(groups), a_page=render_registry.A_PAGE)
    view = render_registry.GroupsView(
        groups=tuple(
            render_registry.GroupLine(
                group.id, group.name, sizes.get(group.id, 0), group.condition is not None
            )
            for group in groups[place]
        ),
        count=len(groups),
        page=number,
        pages=pages,
        may_keep=actor.may(Right.GOVERN),
    )
    return render_registry.groups_page(view, context.write)


async def _group(context: Context, actor: Actor) -> Content | None:
    group = await registry.group(context.session, context.number("group_id"))
    if group is None or not actor.may_address({group.id}):
        return None
    members = in_order(await registry.members(context.session, group.id))
    number, pages, place = _turned(context, len(members), a_page=render_registry.MEMBERS_A_PAGE)
    view = render_registry.GroupView(
        id=group.id,
        code=group.code,
        name=group.name,
        aliases=tuple(group.aliases),
        condition=conditions.written(group.condition) if group.condition else None,
        members=await _names(context, members[place]),
        count=len(members),
        page=number,
        pages=pages,
        may_keep=actor.may(Right.GOVERN),
    )
    return render_registry.group_page(view, context.write)


async def file(context: Context) -> Gathered:
    """All units, or those that are theirs, as a workbook, made while it is being sent."""
    from bot.tables.plain_table import Sheet, workbook  # heavy: only when it is asked for
    from bot.tables.unit_rows import unit_rows

    actor = await reader(context)
    if actor is None:
        return NOT_STAFF
    write = context.write
    rows = await unit_rows(context.session, write.texts, scope=actor.scope)
    content = await asyncio.to_thread(workbook, [Sheet(write.texts("units.sheet"), rows)])
    day = f"{context.now.astimezone(context.scene.zone):%d-%m-%Y}"
    name = write.texts("units.file_name", day=day)
    caption = write.say("units.caption", count=len(rows) - 1)
    return Ready(Content(caption, document=Document(f"{name}.xlsx", content)))


# --- a table on its way in -----------------------------------------------------------------------


async def import_card(context: Context, import_id: int) -> Content | Withdraw:
    """How the table was understood and what it would change."""
    row = await table_imports.get(context.session, import_id)
    if row is None:
        return Withdraw("table_gone")
    report: dict[str, Any] = row.report
    headings = headings_of(row.columns) if row.columns else None
    pairs = zip(headings.words, headings.columns, strict=True) if headings else ()
    view = render_import.ImportView(
        import_id=row.id,
        file_name=row.file_name or "",
        state=row.state,
        columns=tuple((word, column.value) for word, column in pairs),
        new=report.get("new", 0),
        changed=report.get("changed", 0),
        unchanged=report.get("unchanged", 0),
        changes=tuple(report.get("changes", {}).items()),
        emptied=tuple(report.get("emptied", {}).items()),
        emptied_codes=tuple(report.get("emptied_codes", ())),
        emptied_count=report.get("emptied_count", 0),
        new_groups=tuple(report.get("new_groups", ())),
        new_group_count=report.get("new_group_count", 0),
        without_phone=report.get("without_phone", 0),
        zeros=report.get("zeros", 0),
        faults=tuple(FaultView(**fault) for fault in report.get("faults", ())),
        fault_count=report.get("fault_count", 0),
    )
    return render_import.import_card(
        view,
        context.write,
        menu=str(report.get("menu", "main")),
        place=report.get("place"),
        choices=actions.COLUMNS,
    )


async def import_report(context: Context) -> Gathered:
    """Its faults and what becomes of every row, as a workbook."""
    from bot.tables.import_report import import_workbook  # heavy: only when it is asked for

    row = await table_imports.get(context.session, context.number("import_id"))
    if row is None or row.state is not ImportState.OPEN:
        return Withdraw("table_gone")
    headings = headings_of(row.columns) if row.columns else None
    table = await asyncio.to_thread(read_units, rows_of(row.rows), headings)
    examined = await actions.examine(context.session, table)
    texts = context.write.texts
    content = await asyncio.to_thread(import_workbook, table, examined.plan, texts=texts)
    caption = context.write.say("table.report_caption", count=len(table.faults))
    name = texts("table.report_file_name")
    return Ready(Content(caption, document=Document(f"{name}.xlsx", content)))
