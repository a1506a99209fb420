"""The record of what happened, in chat: of a directive, of a unit, or all of it."""

from __future__ import annotations

from bot.actions import access
from bot.actions.replies import MOST_BUTTONS, Button
from bot.callbacks import Callback, Press
from bot.domain.directives import number_and_symbol
from bot.domain.rights import Right
from bot.domain.splitting import shortened
from bot.domain.states import MessageKind
from bot.errors import NotAllowed, NotFound
from bot.storage import directives, units
from handlers.context import Incoming, ids, page_turned

# What the record is of, by the number that a button carries.
WHOLE, OF_DIRECTIVE, OF_UNIT = 0, 1, 2


async def log(incoming: Incoming) -> None:
    """/nhatky [số|mã đơn vị]: the newest first; without either, all of it."""
    if not incoming.arguments:
        await _show(incoming, WHOLE, 0)
        return
    word = incoming.arguments[0]
    unit = await units.unit_by_code(incoming.session, word)
    if unit is not None:
        await _show(incoming, OF_UNIT, unit.id)
        return
    number = word.partition("/")[0].strip()
    found = await directives.by_number(incoming.session, number, scope=incoming.known_actor.scope)
    if not found:
        raise NotFound("log.unknown")
    if len(found) == 1:
        await _show(incoming, OF_DIRECTIVE, found[0].id)
        return
    buttons = [
        [
            Button(
                "button.directive",
                Callback(Press.LOG_PAGE, (OF_DIRECTIVE, each.id, 1)),
                {
                    "code": number_and_symbol(each.number, each.symbol) or f"#{each.id}",
                    "subject": shortened(each.subject, most=40),
                },
            )
        ]
        for each in found[:MOST_BUTTONS]
    ]
    await incoming.reply("directive.choose", buttons=buttons)


async def page(incoming: Incoming) -> None:
    """Another page, in the same message."""
    about, number, shown = ids(incoming, 3)
    await _show(incoming, about, number, page=shown)


async def file(incoming: Incoming) -> None:
    """All of it as XLSX."""
    about, number = ids(incoming, 2)
    await _show(incoming, about, number, kind=MessageKind.LOG_FILE)
    incoming.popup("report.on_its_way")


async def _show(
    incoming: Incoming,
    about: int,
    number: int,
    *,
    page: int = 1,
    kind: MessageKind = MessageKind.LOG,
) -> None:
    await _check(incoming, about, number)
    await incoming.show(
        kind,
        {
            "about": about,
            "id": number,
            "page": page,
            "person_id": incoming.known_actor.person_id,
        },
        edits=await page_turned(incoming) if kind is MessageKind.LOG else None,
    )


async def _check(incoming: Incoming, about: int, number: int) -> None:
    """Whether the person may see it: all of it only who governs the office."""
    actor = incoming.known_actor
    if about == OF_DIRECTIVE:
        await access.visible_directive(incoming.session, number, actor=actor)
    elif about == OF_UNIT:
        if await units.unit(incoming.session, number) is None:
            raise NotFound("log.unknown")
        access.check_unit(actor, number)
    elif about != WHOLE or number:
        raise NotFound("refused.gone")
    elif not actor.may(Right.GOVERN):
        raise NotAllowed("refused.out_of_scope")
