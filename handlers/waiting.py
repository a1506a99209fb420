"""What waits for the office, and whom the bot cannot reach: lists, and what is decided on them."""

from __future__ import annotations

from bot.actions import joining
from bot.domain.states import MessageKind
from bot.domain.waiting import SECTIONS, WaitingSection
from bot.errors import NotFound
from handlers import inviting
from handlers.context import Incoming, first_id, ids, page_turned, shown


async def waiting_list(incoming: Incoming) -> None:
    """/cho: everything that waits."""
    await _queue(incoming, MessageKind.WAITING_LIST, page=1, edits=None)


async def waiting_page(incoming: Incoming) -> None:
    """Another page, in the place of the one that was shown; below a notice, the list itself."""
    await _queue(
        incoming,
        MessageKind.WAITING_LIST,
        page=first_id(incoming),
        edits=await page_turned(incoming),
    )


async def section_page(incoming: Incoming) -> None:
    """A page of one section only."""
    number, page = ids(incoming, 2)
    if number >= len(SECTIONS):
        raise NotFound("refused.gone")
    await _queue(
        incoming,
        MessageKind.WAITING_LIST,
        page=page,
        edits=await page_turned(incoming),
        section=SECTIONS[number],
    )


async def approve(incoming: Incoming) -> None:
    """Let in who asked."""
    await joining.approve(
        incoming.session, first_id(incoming), actor=incoming.known_actor, now=incoming.now
    )
    incoming.popup("join.approved")
    await _list_again(incoming)


async def reject(incoming: Incoming) -> None:
    """Let them not in."""
    await joining.reject(
        incoming.session,
        first_id(incoming),
        actor=incoming.known_actor,
        office=incoming.rt.config.office.name,
        now=incoming.now,
    )
    incoming.popup("join.rejected_them")
    await _list_again(incoming)


async def ask_unit(incoming: Incoming) -> None:
    """They belong to another unit: which one is typed."""
    request_id = first_id(incoming)
    request, unit = await joining.open_request(
        incoming.session, request_id, actor=incoming.known_actor
    )
    await inviting.ask_unit(incoming, request_id=request.id)
    await incoming.reply("join.ask_unit", unit=unit.name)


async def move(incoming: Incoming) -> None:
    """The unit that was found; the request waits on, for that one."""
    request_id, unit_id = ids(incoming, 2)
    await joining.move(
        incoming.session,
        request_id,
        unit_id=unit_id,
        actor=incoming.known_actor,
        now=incoming.now,
    )
    await inviting.asked_enough(incoming)
    incoming.popup("join.moved")
    await _queue(incoming, MessageKind.WAITING_LIST, page=1, edits=None)


async def _list_again(incoming: Incoming) -> None:
    """The list where it was pressed, of the same section."""
    section = (await shown(incoming, MessageKind.WAITING_LIST)).get("section")
    await _queue(
        incoming,
        MessageKind.WAITING_LIST,
        page=1,
        edits=await page_turned(incoming),
        section=WaitingSection(section) if section else None,
    )


async def unreachable(incoming: Incoming) -> None:
    """/matlienlac: units to be called."""
    await _queue(incoming, MessageKind.UNREACHABLE, page=1, edits=None)


async def unreachable_page(incoming: Incoming) -> None:
    """Another page of them."""
    await _queue(
        incoming,
        MessageKind.UNREACHABLE,
        page=first_id(incoming),
        edits=await page_turned(incoming),
    )


async def unreachable_file(incoming: Incoming) -> None:
    """All of them, to be called from."""
    await _queue(incoming, MessageKind.UNREACHABLE_FILE, page=1, edits=None)
    incoming.popup("report.on_its_way")


async def _queue(
    incoming: Incoming,
    kind: MessageKind,
    *,
    page: int,
    edits: int | None,
    section: WaitingSection | None = None,
) -> None:
    parameters: dict[str, int | str] = {"page": page, "person_id": incoming.known_actor.person_id}
    if section is not None:
        parameters["section"] = section.value
    await incoming.show(kind, parameters, edits=edits)
