"""Who has confirmed and who has not: the list, reminders to the silent, what came by phone."""

from __future__ import annotations

from bot.actions import access, chases, phoned
from bot.actions.replies import Button, Value
from bot.callbacks import Callback, Press
from bot.domain.dialogues import DialogueKind
from bot.domain.states import MessageKind
from bot.errors import NotFound
from bot.storage import directives
from bot.storage.tables import Addressee, Dialogue
from handlers.context import Incoming, first_id, ids, page_turned, shown


async def page(incoming: Incoming) -> None:
    """The directive's units, narrowed to a state, one page."""
    directive_id, number, turned = ids(incoming, 3)
    actor = incoming.known_actor
    await access.visible_directive(incoming.session, directive_id, actor=actor)
    edits = await _edited(incoming)
    await _show(incoming, directive_id, edits=edits, filter=number, page=turned)


async def unit(incoming: Incoming) -> None:
    """One unit with its people, in the place of the list."""
    addressee = await _addressee(incoming)
    edits = await _edited(incoming)
    await _show(incoming, addressee.directive_id, edits=edits, addressee_id=addressee.id)


async def _addressee(incoming: Incoming) -> Addressee:
    addressee = await directives.addressee(incoming.session, first_id(incoming))
    if addressee is None:
        raise NotFound("refused.gone")
    access.check_unit(incoming.known_actor, addressee.unit_id)
    return addressee


async def _edited(incoming: Incoming) -> int | None:
    """The pressed message if it is such a list already; what else a list is opened from stays."""
    return await page_turned(incoming) if await shown(incoming, MessageKind.RECEIPTS) else None


async def _show(incoming: Incoming, directive_id: int, *, edits: int | None, **place: int) -> None:
    await incoming.show(
        MessageKind.RECEIPTS,
        {
            "directive_id": directive_id,
            "person_id": incoming.known_actor.person_id,
            **place,
        },
        edits=edits,
    )


# --- reminding -----------------------------------------------------------------------------------


async def ask_chase(incoming: Incoming) -> None:
    """Whom a reminder would go to, before it does."""
    directive_id, addressee_id = ids(incoming, 2)
    plan = await chases.planned(
        incoming.session,
        directive_id,
        addressee_id=addressee_id or None,
        actor=incoming.known_actor,
    )
    if not plan.units:
        incoming.popup("chase.nobody")
        return
    surely = Callback(Press.CHASE, (directive_id, addressee_id, plan.token))
    await incoming.reply(
        "chase.confirm",
        buttons=[[Button("button.chase_surely", surely, {"units": len(plan.units)}, "primary")]],
        units=len(plan.units),
        people=plan.people,
        groups=plan.groups,
    )


async def chase(incoming: Incoming) -> None:
    """Remind them."""
    directive_id, addressee_id, token = ids(incoming, 3)
    sent = await chases.chase(
        incoming.session,
        directive_id,
        addressee_id=addressee_id or None,
        token=token,
        actor=incoming.known_actor,
        policy=await incoming.policy(),
        now=incoming.now,
    )
    if not sent.units:
        incoming.popup("chase.nobody")
        return
    values: dict[str, Value] = {"units": sent.units, "at": sent.send_at}
    key = "chase.queued" if sent.send_at is None else "chase.queued_for"
    await incoming.answer(key, values, edits=await page_turned(incoming))


# --- by phone ------------------------------------------------------------------------------------


async def ask_phoned(incoming: Incoming) -> None:
    """Who said so, and when?"""
    addressee = await _addressee(incoming)
    await phoned.check(incoming.session, addressee.id, actor=incoming.known_actor)
    await incoming.ask(DialogueKind.PHONED_NOTE, {"addressee_id": addressee.id})
    await incoming.reply("phoned.ask", unit=addressee.unit_name)


async def take_note(incoming: Incoming, dialogue: Dialogue) -> None:
    """What was typed: with it the unit's confirmation is complete."""
    addressee_id = int(dialogue.data["addressee_id"])
    await phoned.record(
        incoming.session,
        addressee_id,
        incoming.text,
        actor=incoming.known_actor,
        chat_id=incoming.chat.id,
        now=incoming.now,
    )
    await incoming.end_dialogue()
    again = Callback(Press.RECEIPTS_UNIT, (addressee_id,))
    back = Callback(Press.PHONED_BACK, (addressee_id,))
    await incoming.reply(
        "phoned.recorded",
        buttons=[[Button("button.phoned_back", back), Button("button.receipts_unit", again)]],
    )


async def take_phoned_back(incoming: Incoming) -> None:
    """It was a mistake."""
    addressee = await _addressee(incoming)
    taken = await phoned.take_back(
        incoming.session, addressee.id, actor=incoming.known_actor, now=incoming.now
    )
    incoming.popup("phoned.taken_back" if taken else "phoned.none")
