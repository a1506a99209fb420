"""Adding units to a directive that was issued: those that joined its groups since, or by name."""

from __future__ import annotations

from bot.actions import access, late_joiners
from bot.domain.dialogues import DialogueKind
from bot.domain.states import MessageKind
from bot.errors import InvalidInput
from bot.storage import outbox
from bot.storage.tables import Dialogue, Directive
from handlers.context import Incoming, ids, page_turned

_LONGEST_SEARCH = 100


async def ask(incoming: Incoming) -> None:
    """Who joined since, shown before they are added."""
    (directive_id,) = ids(incoming, 1)
    directive = await _open(incoming, directive_id)
    await _show(incoming, directive, "joined", edits=None)


async def add(incoming: Incoming) -> None:
    """Those who were shown; of many the number must be typed first."""
    directive_id, token = ids(incoming, 2)
    count = await _count(incoming, directive_id)
    if count >= (await incoming.policy()).large_send_units:
        data: dict[str, int | str] = {"directive_id": directive_id, "token": token}
        await incoming.ask(DialogueKind.LATE_COUNT, data)
        await incoming.reply("issue.type_count", count=count)
        return
    _tell(incoming, await _add(incoming, directive_id, token), none="late.none_left")


async def take_count(incoming: Incoming, dialogue: Dialogue) -> None:
    """The typed number of units confirms that many are added."""
    directive_id = int(dialogue.data["directive_id"])
    count = await _count(incoming, directive_id)
    if incoming.text.strip() != str(count):
        raise InvalidInput("issue.wrong_count", count=count)
    added = await _add(incoming, directive_id, int(dialogue.data["token"]))
    await incoming.end_dialogue()
    if added:
        await incoming.reply("late.added", count=added)
    else:
        await incoming.reply("late.none_left")


async def _count(incoming: Incoming, directive_id: int) -> int:
    """How many would be added now."""
    directive = await _open(incoming, directive_id)
    found = await late_joiners.joined_since(incoming.session, directive, actor=incoming.known_actor)
    return len(found.units)


async def _add(incoming: Incoming, directive_id: int, token: int) -> int:
    return await late_joiners.add_joined(
        incoming.session,
        directive_id,
        token=token,
        actor=incoming.known_actor,
        policy=await incoming.policy(),
        now=incoming.now,
    )


async def page(incoming: Incoming) -> None:
    """Units that are no addressees, to choose one by name."""
    directive_id, number = ids(incoming, 2)
    directive = await _open(incoming, directive_id)
    words = await _words(incoming)
    edits = await page_turned(incoming) if await _is_list(incoming) else None
    await _show(incoming, directive, "units", page=number, words=words, edits=edits)


async def ask_unit(incoming: Incoming) -> None:
    """Which unit? A part of its name, or its code."""
    (directive_id,) = ids(incoming, 1)
    directive = await _open(incoming, directive_id)
    await incoming.ask(DialogueKind.ADDRESSEE_UNIT, {"directive_id": directive.id})
    await incoming.reply("audience.ask_unit")


async def take_unit(incoming: Incoming, dialogue: Dialogue) -> None:
    """What was typed: the units that hold it."""
    directive = await _open(incoming, int(dialogue.data["directive_id"]))
    words = " ".join(incoming.text.split())[:_LONGEST_SEARCH]
    await incoming.end_dialogue()
    await _show(incoming, directive, "units", page=1, words=words, edits=None)


async def confirm_unit(incoming: Incoming) -> None:
    """One unit, shown before it is added."""
    directive_id, unit_id = ids(incoming, 2)
    directive = await _open(incoming, directive_id)
    unit = await access.visible_unit(incoming.session, unit_id, actor=incoming.known_actor)
    await _show(incoming, directive, "unit", unit_id=unit.id, edits=None)


async def add_unit(incoming: Incoming) -> None:
    """That unit."""
    directive_id, unit_id = ids(incoming, 2)
    await _open(incoming, directive_id)
    unit = await access.visible_unit(incoming.session, unit_id, actor=incoming.known_actor)
    added = await late_joiners.add_named(
        incoming.session,
        directive_id,
        unit,
        actor=incoming.known_actor,
        policy=await incoming.policy(),
        now=incoming.now,
    )
    _tell(incoming, added, none="late.there_already")


def _tell(incoming: Incoming, added: int, *, none: str) -> None:
    if added:
        incoming.popup("late.added", count=added)
    else:
        incoming.popup(none)


async def _open(incoming: Incoming, directive_id: int) -> Directive:
    """The directive, if it is in the person's hands and takes more units."""
    actor = incoming.known_actor
    await access.check_control(incoming.session, directive_id, actor=actor)
    directive = await access.visible_directive(incoming.session, directive_id, actor=actor)
    late_joiners.check_open(directive)
    return directive


async def _shown(incoming: Incoming) -> dict[str, object]:
    if incoming.pressed_message is None:
        return {}
    return await outbox.shown_at(
        incoming.session,
        MessageKind.LATE_JOINERS,
        chat_id=incoming.chat.id,
        message_id=incoming.pressed_message,
    )


async def _is_list(incoming: Incoming) -> bool:
    return (await _shown(incoming)).get("view") == "units"


async def _words(incoming: Incoming) -> str:
    """What the pressed list was searched for."""
    return str((await _shown(incoming)).get("words", ""))


async def _show(
    incoming: Incoming,
    directive: Directive,
    view: str,
    *,
    edits: int | None,
    **place: int | str,
) -> None:
    await incoming.show(
        MessageKind.LATE_JOINERS,
        {
            "view": view,
            "directive_id": directive.id,
            "person_id": incoming.known_actor.person_id,
            **place,
        },
        edits=edits,
    )
