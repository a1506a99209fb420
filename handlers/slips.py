"""Receipt slips: having one made, and asking whether one is genuine."""

from __future__ import annotations

from bot.actions import slips
from bot.domain.dialogues import DialogueKind
from bot.domain.rights import Right
from bot.domain.slips import link_of
from bot.domain.states import ChatKind, MessageKind
from bot.errors import NotAllowed
from bot.storage.tables import Dialogue
from handlers.context import Incoming, first_id
from handlers.guards import Who, check


async def make(incoming: Incoming) -> None:
    """A slip of what a unit has confirmed, as a file."""
    in_office = _is_in_office(incoming)
    addressee, directive = await slips.visible_addressee(
        incoming.session, first_id(incoming), actor=incoming.actor, in_office=in_office
    )
    is_units = addressee.unit_id in incoming.known_actor.unit_ids and not incoming.chat.staff_group
    if is_units and incoming.chat.unit_id not in (None, addressee.unit_id):
        raise NotAllowed("refused.not_your_unit")  # the group of another unit of theirs
    if not (is_units or _is_staff(incoming)):
        raise NotAllowed("refused.not_here")
    office = incoming.rt.config.office
    slip = await slips.make(
        incoming.session,
        addressee,
        directive,
        office=office.name,
        zone=office.zone,
        person_id=incoming.known_actor.person_id,
        now=incoming.now,
    )
    username = incoming.update.get_bot().username
    link = link_of(slip.code, username=username)
    await _queue(
        incoming,
        MessageKind.RECEIPT_SLIP,
        slip.id,
        as_staff=not is_units,
        more={"link": link, "directive_id": directive.id},
    )
    incoming.popup("slip.on_its_way")


async def verify(incoming: Incoming) -> None:
    """/xacminh [mã]: whether a slip is genuine; without a code it asks for one."""
    check_asks(incoming)
    if incoming.arguments:
        await answer(incoming, " ".join(incoming.arguments))
        return
    await incoming.ask(DialogueKind.SLIP_CODE, {})
    await incoming.reply("slip.ask_code")


async def take_code(incoming: Incoming, _dialogue: Dialogue) -> None:
    """The code that was asked for; after one that is none the question stays open."""
    check_asks(incoming)
    await answer(incoming, incoming.text)
    await incoming.end_dialogue()


def check_asks(incoming: Incoming) -> None:
    """NotAllowed to who is neither of the office nor, where they are, of the unit."""
    if not _is_staff(incoming):
        check(Who.CONTACT, incoming.actor, incoming.chat)


async def answer(incoming: Incoming, typed: str) -> None:
    """What is known of the slip with this code. NotFound tells a contact nothing of slips of other
    units, not even that there are any."""
    actor = incoming.known_actor
    as_staff = _is_staff(incoming)
    if as_staff:
        slip = await slips.genuine(incoming.session, typed, actor=actor)
    else:
        of_group = incoming.chat.unit_id
        units = actor.unit_ids if of_group is None else actor.unit_ids & {of_group}
        slip = await slips.genuine_of_units(incoming.session, typed, unit_ids=units)
    await _queue(incoming, MessageKind.SLIP_CHECK, slip.id, as_staff=as_staff)


def _is_in_office(incoming: Incoming) -> bool:
    return incoming.chat.kind is ChatKind.PRIVATE or incoming.chat.staff_group


def _is_staff(incoming: Incoming) -> bool:
    actor = incoming.actor
    return actor is not None and actor.may(Right.VIEW) and _is_in_office(incoming)


async def _queue(
    incoming: Incoming,
    kind: MessageKind,
    slip_id: int,
    *,
    as_staff: bool,
    more: dict[str, str | int] | None = None,
) -> None:
    parameters: dict[str, object] = {"slip_id": slip_id, **(more or {})}
    if as_staff:
        parameters["person_id"] = incoming.known_actor.person_id
    await incoming.show(kind, parameters)
