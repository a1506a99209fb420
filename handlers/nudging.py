"""/nhac: reminding by hand of everything that is open, of one directive or of one group's units."""

from __future__ import annotations

from bot.actions import nudges
from bot.actions.replies import MOST_BUTTONS, Button, Value
from bot.callbacks import Callback, Press
from bot.domain.nudging import ALL, Aim, AimKind, aim_of
from bot.domain.paging import page_within
from bot.domain.splitting import shortened_name
from bot.domain.states import MessageKind
from bot.errors import NotFound
from bot.storage import directives, units
from bot.storage.tables import Directive
from handlers.choosing import directive_button, turning
from handlers.context import Incoming, first_id, ids, page_turned, shown

_A_PAGE = 8


async def nudge(incoming: Incoming) -> None:
    """/nhac [số]: of what units are to be reminded."""
    if not incoming.arguments:
        await _choose(incoming, page=1, edits=None)
        return
    number = incoming.arguments[0].partition("/")[0].strip()
    scope = incoming.known_actor.scope
    found = await directives.by_number(incoming.session, number, scope=scope)
    if not found:
        raise NotFound("directive.unknown")
    if len(found) == 1:
        await _show(incoming, Aim(AimKind.DIRECTIVE, found[0].id))
        return
    buttons = [_of_directive(each) for each in found[:MOST_BUTTONS]]
    await incoming.reply("directive.choose", buttons=buttons)


async def aims_page(incoming: Incoming) -> None:
    """Another page of directives to choose from."""
    await _choose(incoming, page=first_id(incoming), edits=await page_turned(incoming))


async def _choose(incoming: Incoming, *, page: int, edits: int | None) -> None:
    scope = incoming.known_actor.scope
    count = await directives.count_open(incoming.session, scope=scope)
    page, pages = page_within(page, count=count, size=_A_PAGE)
    found = await directives.open_directives(
        incoming.session, scope=scope, offset=(page - 1) * _A_PAGE, limit=_A_PAGE
    )
    buttons = [
        [Button("button.nudge_all", Callback(Press.NUDGE_SHOW, (*ALL.numbers, 1)))],
        [Button("button.nudge_groups", Callback(Press.NUDGE_GROUPS, (1,)))],
        *(_of_directive(each) for each in found),
        *turning(Press.NUDGE_AIMS, page=page, pages=pages),
    ]
    if count:
        await incoming.answer("nudge.choose", {}, buttons=buttons, edits=edits)
    else:
        await incoming.answer("directive.none_open", {}, edits=edits)


def _of_directive(directive: Directive) -> list[Button]:
    aim = Aim(AimKind.DIRECTIVE, directive.id)
    return directive_button(directive, Callback(Press.NUDGE_SHOW, (*aim.numbers, 1)))


async def groups_page(incoming: Incoming) -> None:
    """Groups of units to choose from."""
    sizes = await units.group_sizes(incoming.session)
    found = [
        group
        for group in await units.groups(incoming.session)
        if sizes.get(group.id) and incoming.known_actor.may_address([group.id])
    ]
    page, pages = page_within(first_id(incoming), count=len(found), size=_A_PAGE)
    buttons = [
        [
            Button(
                "button.nudge_group",
                Callback(Press.NUDGE_SHOW, (*Aim(AimKind.GROUP, group.id).numbers, 1)),
                {"name": shortened_name(group.name, most=50), "count": sizes[group.id]},
            )
        ]
        for group in found[(page - 1) * _A_PAGE : page * _A_PAGE]
    ]
    buttons += turning(Press.NUDGE_GROUPS, page=page, pages=pages)
    buttons.append([Button("button.back", Callback(Press.NUDGE_AIMS, (1,)))])
    edits = await page_turned(incoming)
    await incoming.answer("nudge.choose_group", {}, buttons=buttons, edits=edits)


async def show(incoming: Incoming) -> None:
    """Whom a press would remind, one page of units."""
    kind, about, page = ids(incoming, 3)
    await _show(incoming, _meant(kind, about), page=page)


async def show_unit(incoming: Incoming) -> None:
    """What one unit would get, in the place of the list."""
    kind, about, unit_id = ids(incoming, 3)
    await _show(incoming, _meant(kind, about), unit_id=unit_id)


def _meant(kind: int, about: int) -> Aim:
    aim = aim_of(kind, about)
    if aim is None:
        raise NotFound("refused.gone")
    return aim


async def _show(incoming: Incoming, aim: Aim, *, page: int = 1, unit_id: int | None = None) -> None:
    await nudges.check(incoming.session, aim, actor=incoming.known_actor)
    is_preview = await shown(incoming, MessageKind.NUDGE_PREVIEW)
    parameters: dict[str, object] = {
        "aim": aim.numbers,
        "page": page,
        "person_id": incoming.known_actor.person_id,
    }
    if unit_id is not None:
        parameters["unit_id"] = unit_id
    edits = await page_turned(incoming) if is_preview else None  # what else it came from stays
    await incoming.show(MessageKind.NUDGE_PREVIEW, parameters, edits=edits)


async def remind(incoming: Incoming) -> None:
    """Remind them."""
    kind, about, token = ids(incoming, 3)
    aim = _meant(kind, about)
    sent = await nudges.nudge(
        incoming.session,
        aim,
        token=token,
        actor=incoming.known_actor,
        policy=await incoming.policy(),
        now=incoming.now,
    )
    if not sent.units:
        incoming.popup("nudge.nobody")
        return
    values: dict[str, Value] = {"units": sent.units, "at": sent.send_at}
    key = "nudge.queued" if sent.send_at is None else "nudge.queued_for"
    buttons = [_call_sheets(aim)] if sent.unheard else []
    await incoming.answer(key, values, buttons=buttons, edits=await page_turned(incoming))


def _call_sheets(aim: Aim) -> list[Button]:
    return [
        Button(key, Callback(Press.CALL_SHEET, (*aim.numbers, number)))
        for number, key in enumerate(("button.call_sheet_xlsx", "button.call_sheet_pdf"))
    ]


async def call_sheet(incoming: Incoming) -> None:
    """Those whom no message reaches, as a workbook or on paper."""
    kind, about, is_paper = ids(incoming, 3)
    aim = _meant(kind, about)
    await nudges.check(incoming.session, aim, actor=incoming.known_actor)
    await incoming.show(
        MessageKind.CALL_SHEET,
        {
            "aim": aim.numbers,
            "is_paper": bool(is_paper),
            "person_id": incoming.known_actor.person_id,
        },
    )
    incoming.popup("report.on_its_way")
