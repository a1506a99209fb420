"""What staff follow: the state of a directive, its report."""

from __future__ import annotations

from bot.actions import access
from bot.actions.replies import MOST_BUTTONS, Button, queue
from bot.callbacks import Callback, Press
from bot.delivery.render import shortened
from bot.domain.directives import number_and_symbol
from bot.domain.states import Lane, MessageKind
from bot.errors import NotFound
from bot.storage import directives
from bot.storage.outbox import NewMessage
from bot.storage.tables import Directive
from handlers.context import Incoming, first_id, ids, page_turned


async def state(incoming: Incoming) -> None:
    """/tiendo [số]: who has confirmed, who has submitted what, who is missing."""
    directive = await _meant(incoming, Press.STATE_PAGE)
    if directive is not None:
        await _queue_state(incoming, directive.id, page=1, edits=None)


async def state_page(incoming: Incoming) -> None:
    """Another page, in the same message where it is one already."""
    chosen_from_list = incoming.callback is not None and len(incoming.callback.ids) == 1
    directive_id, page = (first_id(incoming), 1) if chosen_from_list else ids(incoming, 2)
    edits = None if chosen_from_list else await page_turned(incoming)
    await _queue_state(incoming, directive_id, page=page, edits=edits)


async def _queue_state(
    incoming: Incoming, directive_id: int, *, page: int, edits: int | None
) -> None:
    actor = incoming.known_actor
    await access.visible_directive(incoming.session, directive_id, actor=actor)
    await queue(
        incoming.session,
        NewMessage(
            kind=MessageKind.STATE,
            lane=Lane.ANSWER,
            chat_id=incoming.chat.id,
            send_at=incoming.now,
            parameters={
                "directive_id": directive_id,
                "page": page,
                "person_id": actor.person_id,
            },
            reply_to=incoming.elsewhere,
            edits=edits,
        ),
    )


async def report(incoming: Incoming) -> None:
    """/baocao [số]: the XLSX with everything, the links among it."""
    directive = await _meant(incoming, Press.REPORT)
    if directive is not None:
        await _queue_report(incoming, directive.id)


async def report_pressed(incoming: Incoming) -> None:
    """The report's button."""
    await _queue_report(incoming, first_id(incoming))
    incoming.popup("report.on_its_way")


async def _queue_report(incoming: Incoming, directive_id: int) -> None:
    actor = incoming.known_actor
    await access.visible_directive(incoming.session, directive_id, actor=actor)
    await queue(
        incoming.session,
        NewMessage(
            kind=MessageKind.REPORT,
            lane=Lane.ANSWER,
            chat_id=incoming.chat.id,
            send_at=incoming.now,
            parameters={"directive_id": directive_id, "person_id": actor.person_id},
            reply_to=incoming.elsewhere,
        ),
    )


async def _meant(incoming: Incoming, press: Press) -> Directive | None:
    """The directive a command names, or the only open one; asks with buttons if there are more."""
    scope = incoming.known_actor.scope
    if incoming.arguments:
        number = incoming.arguments[0].partition("/")[0].strip()
        found = await directives.by_number(incoming.session, number, scope=scope)
        if not found:
            raise NotFound("directive.unknown")
    else:
        found = await directives.open_directives(incoming.session, scope=scope)
    if not found:
        raise NotFound("directive.none_open")
    if len(found) == 1:
        return found[0]
    buttons = [
        [
            Button(
                "button.directive",
                Callback(press, (directive.id,)),
                {
                    "code": number_and_symbol(directive.number, directive.symbol)
                    or f"#{directive.id}",
                    "subject": shortened(directive.subject, most=40),
                },
            )
        ]
        for directive in found[:MOST_BUTTONS]  # the newest
    ]
    await incoming.reply("directive.choose", buttons=buttons)
    return None
