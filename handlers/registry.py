"""/donvi: the registry's pages, and the questions by which administrators change it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.actions import access, groups, units
from bot.delivery.render_registry import GROUP_FIELDS, UNIT_FIELDS
from bot.domain.dialogues import DialogueKind
from bot.domain.splitting import shortened
from bot.domain.states import MessageKind
from bot.errors import InvalidInput
from bot.storage.registry import memberships
from bot.storage.tables import Dialogue, Group, Unit
from handlers.context import Incoming, first_id, ids, page_turned, shown

_LONGEST_SEARCH = 100

# --- pages ---------------------------------------------------------------------------------------


async def find(incoming: Incoming) -> None:
    """/donvi [từ]: all units, or those whose name or code holds the words."""
    words = " ".join(incoming.arguments)[:_LONGEST_SEARCH]
    await _show(incoming, "units", page=1, words=words)


async def units_page(incoming: Incoming) -> None:
    """Another page of the same units."""
    await _turn(incoming, "units", page=first_id(incoming), words=await _words(incoming))


async def unit(incoming: Incoming) -> None:
    """Everything about one unit."""
    found = await _unit(incoming, first_id(incoming))
    if await shown(incoming, MessageKind.SEARCH):  # what was found stays, to go on from
        await _show(incoming, "unit", unit_id=found.id)
    else:
        await _turn(incoming, "unit", unit_id=found.id, words=await _words(incoming))


async def unit_groups(incoming: Incoming) -> None:
    """The groups that a unit may be put into."""
    unit_id, page = ids(incoming, 2)
    found = await _unit(incoming, unit_id)
    await _turn(incoming, "unit_groups", unit_id=found.id, page=page)


async def toggle_group(incoming: Incoming) -> None:
    """Put the unit into a group, or take it out."""
    unit_id, group_id, page, is_to_stand = ids(incoming, 4)
    found = await _unit(incoming, unit_id)
    stands = group_id in await memberships(incoming.session, found.id)
    if stands != bool(is_to_stand):  # else the press came twice
        await units.toggle_group(incoming.session, found, group_id, now=incoming.now)
    await _turn(incoming, "unit_groups", unit_id=found.id, page=page)


async def remind_group(incoming: Incoming) -> None:
    """Remind the unit's Telegram group too, or its people alone."""
    unit_id, is_to = ids(incoming, 2)
    found = await _unit(incoming, unit_id)
    await units.remind_group(incoming.session, found, wanted=bool(is_to), now=incoming.now)
    await _turn(incoming, "unit", unit_id=found.id, words=await _words(incoming))


async def groups_page(incoming: Incoming) -> None:
    """All groups."""
    await _turn(incoming, "groups", page=first_id(incoming))


async def group(incoming: Incoming) -> None:
    """One group and its members."""
    group_id, page = ids(incoming, 2)
    found = await _group(incoming, group_id)
    await _turn(incoming, "group", group_id=found.id, page=page)


async def export(incoming: Incoming) -> None:
    """All units, or those that are theirs, as a workbook."""
    await incoming.show(MessageKind.REGISTRY_FILE, {"person_id": incoming.known_actor.person_id})
    incoming.popup("report.on_its_way")


async def _unit(incoming: Incoming, unit_id: int) -> Unit:
    return await access.visible_unit(incoming.session, unit_id, actor=incoming.known_actor)


async def _group(incoming: Incoming, group_id: int) -> Group:
    return await access.visible_group(incoming.session, group_id, actor=incoming.known_actor)


async def _words(incoming: Incoming) -> str:
    """What the pressed list was searched for."""
    return str((await shown(incoming, MessageKind.REGISTRY)).get("words", ""))


async def _turn(incoming: Incoming, view: str, **parameters: int | str) -> None:
    """Show a page in the place of the one that was pressed."""
    await _show(incoming, view, edits=await page_turned(incoming), **parameters)


async def _show(
    incoming: Incoming, view: str, *, edits: int | None = None, **parameters: int | str
) -> None:
    await incoming.show(
        MessageKind.REGISTRY,
        {"view": view, "person_id": incoming.known_actor.person_id, **parameters},
        edits=edits,
    )


# --- questions -----------------------------------------------------------------------------------


async def ask_unit_code(incoming: Incoming) -> None:
    """A new unit: which code?"""
    await _ask(incoming, DialogueKind.UNIT_CODE, "unit.ask_code")


async def take_unit_code(incoming: Incoming, _dialogue: Dialogue) -> None:
    """Its code; and the name?"""
    code = await units.check_new_code(incoming.session, incoming.text)
    await _ask(incoming, DialogueKind.UNIT_NAME, "unit.ask_name", {"code": code}, code=code)


async def take_unit_name(incoming: Incoming, dialogue: Dialogue) -> None:
    """Its name: it is registered."""
    found = await units.add(
        incoming.session,
        str(dialogue.data["code"]),
        name=incoming.text,
        now=incoming.now,
    )
    await _done(incoming, "unit.added", name=found.name)
    await _show(incoming, "unit", unit_id=found.id)


async def ask_unit_field(incoming: Incoming) -> None:
    """What is its name, phone, note, what are its sites?"""
    unit_id, number = ids(incoming, 2)
    found = await _unit(incoming, unit_id)
    field = _field(UNIT_FIELDS, number)
    data: dict[str, int | str] = {"unit_id": found.id, "field": field}
    await _ask(
        incoming,
        DialogueKind.UNIT_FIELD,
        _UNIT_QUESTIONS[field],
        data,
        unit=shortened(found.name, most=200),
    )


_UNIT_QUESTIONS = {
    "name": "unit.ask_new_name",
    "phone": "unit.ask_phone",
    "note": "unit.ask_note",
    "sites": "unit.ask_sites",
}
_SET_UNIT: dict[str, Callable[..., Awaitable[object]]] = {
    "name": units.rename,
    "phone": units.set_phone,
    "note": units.set_note,
    "sites": units.set_sites,
}


async def take_unit_field(incoming: Incoming, dialogue: Dialogue) -> None:
    """What was typed for it."""
    found = await _unit(incoming, int(dialogue.data["unit_id"]))
    change = _SET_UNIT[str(dialogue.data["field"])]
    await change(incoming.session, found, incoming.text, now=incoming.now)
    await _done(incoming, "unit.changed", name=found.name)
    await _show(incoming, "unit", unit_id=found.id)


async def ask_group_name(incoming: Incoming) -> None:
    """A new group: which name?"""
    await _ask(incoming, DialogueKind.GROUP_NAME, "group.ask_name")


async def take_group_name(incoming: Incoming, _dialogue: Dialogue) -> None:
    """Its name: it is made."""
    found = await groups.add(incoming.session, incoming.text, now=incoming.now)
    await _done(incoming, "group.added", name=found.name)
    await _show(incoming, "group", group_id=found.id, page=1)


async def ask_group_field(incoming: Incoming) -> None:
    """What are its name, other names, condition; who joins or leaves it?"""
    group_id, number = ids(incoming, 2)
    found = await _group(incoming, group_id)
    field = _field(GROUP_FIELDS, number)
    data: dict[str, int | str] = {"group_id": found.id, "field": field}
    await _ask(
        incoming,
        DialogueKind.GROUP_FIELD,
        _GROUP_QUESTIONS[field],
        data,
        group=shortened(found.name, most=200),
    )


_GROUP_QUESTIONS = {
    "name": "group.ask_new_name",
    "aliases": "group.ask_aliases",
    "condition": "group.ask_condition",
    "members": "group.ask_members",
    "leavers": "group.ask_leavers",
}
_SET_GROUP: dict[str, Callable[..., Awaitable[object]]] = {
    "name": groups.rename,
    "aliases": groups.set_aliases,
    "condition": groups.set_condition,
    "members": groups.add_members,
    "leavers": groups.remove_members,
}


async def take_group_field(incoming: Incoming, dialogue: Dialogue) -> None:
    """What was typed for it."""
    found = await _group(incoming, int(dialogue.data["group_id"]))
    change = _SET_GROUP[str(dialogue.data["field"])]
    await change(incoming.session, found, incoming.text, now=incoming.now)
    await _done(incoming, "group.changed", name=found.name)
    await _show(incoming, "group", group_id=found.id, page=1)


def _field(fields: tuple[str, ...], number: int) -> str:
    if number >= len(fields):
        raise InvalidInput("refused.gone")
    return fields[number]


async def _ask(
    incoming: Incoming,
    kind: DialogueKind,
    key: str,
    data: dict[str, int | str] | None = None,
    **values: str,
) -> None:
    await incoming.ask(kind, data or {})
    await incoming.reply(key, buttons=(), **values)


async def _done(incoming: Incoming, key: str, *, name: str) -> None:
    await incoming.end_dialogue()
    await incoming.reply(key, buttons=(), name=name)
