"""A contact leaves, hands over, is stood in for, or says for which unit of several they speak."""

from __future__ import annotations

from collections.abc import Sequence

from bot.actions import hand_over as hand_over_actions
from bot.actions import stand_ins
from bot.actions.replies import MOST_BUTTONS, Button
from bot.actions.stand_ins import Asked
from bot.actions.submission_receipts import unit_buttons
from bot.callbacks import Callback, Press
from bot.domain.dialogues import DialogueKind
from bot.domain.splitting import shortened, shortened_name
from bot.domain.states import ChatKind
from bot.errors import NotAllowed
from bot.letters.typed_dates import read_typed_deadline
from bot.storage import contacts, dialogues
from bot.storage.tables import Contact, Dialogue, Unit
from handlers.context import Incoming, first_id

_MOST_SHOWN = 40  # characters of a name on a button
_LINKS_SHOWN = 10


# --- handing over, standing in -------------------------------------------------------------------


async def hand_over(incoming: Incoming) -> None:
    """/bangiao: for each unit a successor or a deputy can be asked for; deputies can be ended."""
    _only_in_private(incoming)
    person_id = incoming.known_actor.person_id
    own = await contacts.active_of(incoming.session, person_id)
    places = [(contact, unit) for contact, _, unit in own if contact.deputy_for_id is None]
    buttons = place_buttons([(contact, unit.name) for contact, unit in places])
    standing_in = [row for row in own if row[0].deputy_for_id is not None]
    for contact, deputy, _ in (
        *await contacts.deputies_of(incoming.session, person_id),
        *standing_in,
    ):
        end = Callback(Press.END_DEPUTY, (contact.id,))
        buttons.append(
            [Button("button.end_deputy", end, {"name": shortened(deputy.name, most=_MOST_SHOWN)})]
        )
    links = await contacts.open_invites(
        incoming.session, hand_over_actions.OF_SOMEBODY, made_by=person_id, now=incoming.now
    )
    say, moments = incoming.moments.texts, incoming.moments
    lines = [
        say(f"standin.open_{kind}", unit=shortened(unit), until=moments.short(until))
        for kind, unit, until in links[:_LINKS_SHOWN]
    ]
    await incoming.reply(
        "standin.choose_open" if lines else "standin.choose",
        buttons=buttons[:MOST_BUTTONS],
        links="\n".join(lines),
        zone=moments.zone_name(incoming.now),
    )


def place_buttons(places: Sequence[tuple[Contact, str]]) -> list[list[Button]]:
    """What can be done with each of these places, and whose they are."""
    return [
        [Button(key, Callback(press, (contact.id,)), {"whose": shortened(whose, most=_MOST_SHOWN)})]
        for contact, whose in places
        for key, press in (
            ("button.hand_over", Press.HAND_OVER),
            ("button.deputy", Press.DEPUTY),
        )
    ]


async def ask_successor(incoming: Incoming) -> None:
    """A link for whoever is to take the place for good."""
    _only_in_private(incoming)
    asked = await stand_ins.ask_successor(
        incoming.session, first_id(incoming), actor=incoming.known_actor, now=incoming.now
    )
    await _show(incoming, "standin.successor_link", asked)


async def ask_deputy(incoming: Incoming) -> None:
    """Until when?"""
    _only_in_private(incoming)
    actor = incoming.known_actor
    contact_id = first_id(incoming)
    await stand_ins.place(incoming.session, contact_id, actor=actor)
    await dialogues.open_dialogue(
        incoming.session,
        DialogueKind.DEPUTY_UNTIL,
        person_id=actor.person_id,
        chat_id=incoming.chat.id,
        data={"contact_id": contact_id},
        now=incoming.now,
    )
    await incoming.reply("standin.ask_until")


async def take_until(incoming: Incoming, dialogue: Dialogue) -> None:
    """The typed day: a link for whoever is to stand in until then."""
    calendar = (await incoming.policy()).calendar
    until = read_typed_deadline(incoming.text, now=incoming.now, calendar=calendar)
    actor = incoming.known_actor
    asked = await stand_ins.ask_deputy(
        incoming.session,
        int(dialogue.data["contact_id"]),
        until=until,
        actor=actor,
        now=incoming.now,
    )
    await incoming.end_dialogue()
    await _show(incoming, "standin.deputy_link", asked)


async def end_deputy(incoming: Incoming) -> None:
    """A deputy is needed no longer."""
    await stand_ins.end_deputy(
        incoming.session, first_id(incoming), actor=incoming.known_actor, now=incoming.now
    )
    incoming.popup("standin.ended")


async def _show(incoming: Incoming, key: str, asked: Asked) -> None:
    await incoming.reply(
        key,
        unit=asked.unit_name,
        name=asked.name,
        until=asked.until,
        zone=incoming.moments.zone_name(asked.until),
        link=f"https://t.me/{incoming.update.get_bot().username}?start={asked.code}",
    )


def _only_in_private(incoming: Incoming) -> None:
    if incoming.chat.kind is not ChatKind.PRIVATE:
        raise NotAllowed("refused.private_only")


# --- stopping ------------------------------------------------------------------------------------


async def ask_stop(incoming: Incoming) -> None:
    """/ngung: really, and for which unit?"""
    _only_in_private(incoming)
    own = await contacts.active_of(incoming.session, incoming.known_actor.person_id)
    buttons = [
        [
            Button(
                "button.stop_unit",
                Callback(Press.STOP, (unit.id,)),
                {"unit": shortened_name(unit.name, most=_MOST_SHOWN)},
            )
        ]
        for _, _, unit in own[: MOST_BUTTONS - 1]
    ]
    if len(own) > 1:
        buttons.append([Button("button.stop_all", Callback(Press.STOP, (0,)), style="danger")])
    await incoming.reply("stop.ask", buttons=buttons, phone=incoming.whom_to_ask)


async def stop(incoming: Incoming) -> None:
    """The confirmed end, for one unit or (0) all."""
    actor = incoming.known_actor
    unit_id = first_id(incoming)
    if unit_id and unit_id not in actor.unit_ids:
        raise NotAllowed("refused.not_your_unit")
    stopped = await stand_ins.stop(
        incoming.session,
        [unit_id] if unit_id else sorted(actor.unit_ids),
        person_id=actor.person_id,
        now=incoming.now,
    )
    incoming.popup("stop.done")
    await incoming.reply("stop.farewell", units=", ".join(stopped), phone=incoming.whom_to_ask)


# --- for which unit ------------------------------------------------------------------------------


async def choose_unit(incoming: Incoming) -> None:
    """/donvitoi: the unit that is meant where none is named."""
    own = await contacts.active_of(incoming.session, incoming.known_actor.person_id)
    if len(own) == 1:
        await incoming.reply("speak.only_one", unit=own[0][2].name)
        return
    await incoming.reply("speak.choose", buttons=unit_buttons([unit for _, _, unit in own]))


async def take_unit(incoming: Incoming) -> Unit:
    """The chosen unit; NotAllowed when it is not the person's."""
    unit_id = incoming.callback.ids[0] if incoming.callback and incoming.callback.ids else 0
    actor = incoming.known_actor
    if unit_id not in actor.unit_ids:
        raise NotAllowed("refused.not_your_unit")
    await contacts.speak_for(incoming.session, actor.person_id, unit_id=unit_id)
    for _, _, unit in await contacts.active_of(incoming.session, actor.person_id):
        if unit.id == unit_id:
            return unit
    raise NotAllowed("refused.not_your_unit")
