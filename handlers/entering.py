"""The office's people enter for a unit what it has done: links, a table of them, a file, or a
quantity in words. Asked for from the unit's page among a directive's receipts."""

from __future__ import annotations

from dataclasses import replace

from bot.actions import submitting
from bot.actions.recording import Message, Sender
from bot.actions.submitting import Meant
from bot.domain.dialogues import DialogueKind
from bot.errors import NotFound
from bot.storage import assignments, events
from bot.storage.tables import Addressee, Dialogue
from handlers import articles, evidence, link_files
from handlers.context import Incoming, ids


async def ask(incoming: Incoming) -> None:
    """“Nhập thay”: the next message holds what the unit has done. “Nhập tiếp” below a receipt: more
    for the same task."""
    addressee_id, *assignment = ids(incoming, 1, 2)
    addressee = await _addressee(incoming, addressee_id)
    data = {"addressee_id": addressee.id}
    if not assignment:
        await incoming.ask(DialogueKind.ENTER_WORK, data)
        await incoming.reply("entry.ask", unit=addressee.unit_name)
        return
    states = await assignments.task_states(incoming.session, addressee_ids=[addressee.id])
    position = next((task.position for task in states if task.assignment_id in assignment), None)
    if position is None:
        raise NotFound("refused.gone")
    await incoming.ask(DialogueKind.ENTER_WORK, data | {"position": position})
    await incoming.reply("entry.ask_more", unit=addressee.unit_name, position=position)


async def take(incoming: Incoming, dialogue: Dialogue) -> None:
    """It is entered, in the name of who enters it; words that are none of it are told."""
    actor = incoming.known_actor
    with events.acting(replace(incoming.origin, role=actor.staff_role)):
        addressee = await _addressee(incoming, int(dialogue.data["addressee_id"]))
        message = incoming.message
        assert message is not None  # noqa: S101 - presses enter nothing
        sender = Sender(actor, Message(incoming.chat, message.message_id), addressee.unit_id)
        position = int(dialogue.data.get("position", 0)) or None
        if await _take(incoming, sender, addressee, position=position):
            await incoming.end_dialogue()


async def _take(
    incoming: Incoming, sender: Sender, addressee: Addressee, *, position: int | None
) -> bool:
    links = articles.links_in(incoming)
    if links:
        await articles.take_links_from(
            incoming, links, sender, Meant(addressee.id, task_position=position)
        )
        return True
    if link_files.may_hold_links(incoming):
        await link_files.begin(incoming, sender, addressee_id=addressee.id, is_evidence=True)
        return True
    found = evidence.evidence_in(incoming)
    if found is None:
        await incoming.reply("entry.none_found", unit=addressee.unit_name)
        return False
    await evidence.submit(incoming, found, sender, Meant(addressee.id, task_position=position))
    return True


async def place(incoming: Incoming) -> None:
    """The button that says for which task of the unit it is."""
    await articles.place_for(incoming, incoming.known_actor)


async def _addressee(incoming: Incoming, addressee_id: int) -> Addressee:
    addressee, _ = await submitting.overseen_addressee(
        incoming.session, addressee_id, actor=incoming.known_actor
    )
    return addressee
