"""Renaming, retiring, merging and dividing units in chat: chosen, shown beforehand, then done."""

from __future__ import annotations

from contextlib import suppress

from bot.actions import access
from bot.actions import unit_changes as actions
from bot.actions import units as unit_actions
from bot.actions.replies import Button, Values, notice
from bot.actions.unit_changes import Preview, Wish
from bot.callbacks import Callback, Press
from bot.domain.dialogues import DialogueKind
from bot.domain.rights import Right
from bot.domain.states import MessageKind, UnitChangeKind, WorkOfRetired
from bot.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.letters.typed_dates import read_typed_deadline
from bot.storage import dialogues, succession, units
from bot.storage.tables import Dialogue, Unit, UnitChange
from handlers.context import Incoming, first_id, ids, page_turned
from handlers.stand_ins import place_buttons

# By the number a button carries.
_KINDS = (
    (UnitChangeKind.RENAME, "button.rename_unit", "change.ask_name"),
    (UnitChangeKind.RETIRE, "button.retire_unit", ""),
    (UnitChangeKind.MERGE, "button.merge_unit", "change.ask_into"),
    (UnitChangeKind.SPLIT, "button.split_unit", "change.ask_successors"),
)


async def reorganise(incoming: Incoming) -> None:
    """/sapxep [mã]: what is planned, or what can be done with one unit."""
    if not incoming.arguments:
        await _show_planned(incoming, page=1, edits=None)
        return
    (unit,) = await unit_actions.by_codes(incoming.session, incoming.arguments[:1])
    access.check_unit(incoming.known_actor, unit.id)
    await _offer(incoming, unit)


async def choose(incoming: Incoming) -> None:
    """The same of a unit that a list or its page shows."""
    unit_id, actor = first_id(incoming), incoming.known_actor
    await _offer(incoming, await access.visible_unit(incoming.session, unit_id, actor=actor))


async def _offer(incoming: Incoming, unit: Unit) -> None:
    buttons = [
        [Button(key, Callback(Press.CHANGE_UNIT, (unit.id, number)))]
        for number, (kind, key, _) in enumerate(_KINDS)
        if kind in actions.OF_ONE_UNIT or incoming.known_actor.may(Right.GOVERN)
    ]
    buttons.append([Button("button.contacts_of", Callback(Press.CONTACTS_OF, (unit.id,)))])
    await incoming.reply("change.choose", buttons=buttons, unit=unit.name)


async def page(incoming: Incoming) -> None:
    """Another page of what is planned."""
    await _show_planned(incoming, page=first_id(incoming), edits=await page_turned(incoming))


async def begin(incoming: Incoming) -> None:
    """One kind of change for one unit: what else must be known is asked."""
    unit_id, number = ids(incoming, 2)
    actor = incoming.known_actor
    unit = await access.visible_unit(incoming.session, unit_id, actor=actor)
    if number >= len(_KINDS):
        raise NotFound("refused.gone")
    kind, _, question = _KINDS[number]
    actions.check(kind, unit.id, actor=actor)
    if kind is UnitChangeKind.RETIRE:
        await _propose(incoming, Wish(kind=kind, unit_id=unit.id))
        return
    await _ask(incoming, {"unit_id": unit.id, "kind": kind.value})
    await incoming.reply(question, unit=unit.name)


async def choose_work(incoming: Incoming) -> None:
    """What becomes of the open work."""
    change_id, choice = ids(incoming, 2)
    change = await actions.set_work(
        incoming.session, change_id, goes_further=choice == 1, actor=incoming.known_actor
    )
    await _show(incoming, change, edits=await page_turned(incoming))


async def ask_day(incoming: Incoming) -> None:
    """From which day?"""
    change = await actions.proposed(
        incoming.session, first_id(incoming), actor=incoming.known_actor
    )
    await _ask(incoming, {"change_id": change.id})
    await incoming.reply("change.ask_day")


async def take(incoming: Incoming, dialogue: Dialogue) -> None:
    """What was typed: a name, codes or a day."""
    if "change_id" in dialogue.data:
        await _take_day(incoming, int(dialogue.data["change_id"]))
    else:
        kind = UnitChangeKind(dialogue.data["kind"])
        unit_id = int(dialogue.data["unit_id"])
        if kind is UnitChangeKind.RENAME:
            await _propose(incoming, Wish(kind=kind, unit_id=unit_id, name=incoming.text))
        else:
            codes = incoming.text.replace(",", " ").replace(";", " ").split()
            if not codes:
                raise InvalidInput("change.successors", most=actions.MOST_SUCCESSORS)
            found = await unit_actions.by_codes(incoming.session, codes)
            into = tuple(unit.id for unit in found)
            await _propose(incoming, Wish(kind=kind, unit_id=unit_id, into=into))


async def _take_day(incoming: Incoming, change_id: int) -> None:
    calendar = (await incoming.policy()).calendar
    moment = read_typed_deadline(incoming.text, now=incoming.now, calendar=calendar)
    change = await actions.set_day(
        incoming.session,
        change_id,
        calendar.local_date(moment),
        today=calendar.local_date(incoming.now),
        actor=incoming.known_actor,
    )
    await _show(incoming, change)


async def confirm(incoming: Incoming) -> None:
    """As it was shown."""
    await _shown_no_more(incoming, first_id(incoming))
    outcome = await actions.confirm(
        incoming.session,
        first_id(incoming),
        policy=await incoming.policy(),
        actor=incoming.known_actor,
        now=incoming.now,
    )
    if not outcome.done:
        incoming.popup("change.planned")
        await _show_planned(incoming, page=1, edits=None)
        return
    incoming.popup("change.done_popup")
    await incoming.reply("change.done", moved=outcome.moved, closed=outcome.closed)


async def drop(incoming: Incoming) -> None:
    """It will not come."""
    await _shown_no_more(incoming, first_id(incoming))
    await actions.drop(
        incoming.session,
        first_id(incoming),
        actor=incoming.known_actor,
        now=incoming.now,
    )
    incoming.popup("change.dropped")
    await _show_planned(incoming, page=1, edits=await page_turned(incoming))


async def leave(incoming: Incoming, dialogue: Dialogue) -> None:
    """/huy below a change that was shown, or whose day is asked: it will not come either."""
    with suppress(Conflict, NotAllowed):  # it is done, or is another one's to decide by now
        await actions.drop(
            incoming.session,
            int(dialogue.data["change_id"]),
            actor=incoming.known_actor,
            now=incoming.now,
        )


async def _shown_no_more(incoming: Incoming, change_id: int) -> None:
    person_id, chat_id = incoming.known_actor.person_id, incoming.chat.id
    dialogue = await dialogues.current(
        incoming.session, person_id=person_id, chat_id=chat_id, now=incoming.now
    )
    if dialogue is not None and dialogue.data.get("change_id") == change_id:
        await dialogues.close(incoming.session, person_id=person_id, chat_id=chat_id)


async def contacts_of(incoming: Incoming) -> None:
    """A unit's people, whose place staff may give to somebody else."""
    unit = await units.unit(incoming.session, first_id(incoming))
    if unit is None:
        raise NotFound("refused.gone")
    access.check_unit(incoming.known_actor, unit.id)
    found = await succession.active_contacts(incoming.session, unit.id)
    places = [(contact, person.name) for contact, person in found if contact.deputy_for_id is None]
    await incoming.reply("standin.contacts_of", buttons=place_buttons(places)[:50], unit=unit.name)


async def _propose(incoming: Incoming, wish: Wish) -> None:
    calendar = (await incoming.policy()).calendar
    change = await actions.propose(
        incoming.session,
        wish,
        today=calendar.local_date(incoming.now),
        actor=incoming.known_actor,
        now=incoming.now,
    )
    await _show(incoming, change)


async def _ask(
    incoming: Incoming,
    data: dict[str, int | str],
    *,
    kind: DialogueKind = DialogueKind.UNIT_CHANGE,
) -> None:
    await incoming.ask(kind, data)


async def _show(incoming: Incoming, change: UnitChange, *, edits: int | None = None) -> None:
    """What the change would do, with the button that does it."""
    await _ask(incoming, {"change_id": change.id}, kind=DialogueKind.UNIT_CHANGE_SHOWN)
    wish = actions.wish_of(change)
    preview = await actions.preview(incoming.session, wish)
    key, other_work = _form(wish)
    buttons = [
        [Button("button.change_do", Callback(Press.CHANGE_DO, (change.id,)), style="danger")]
    ]
    if other_work is not None:
        label, choice = other_work
        buttons.append([Button(label, Callback(Press.CHANGE_WORK, (change.id, choice)))])
    buttons.append([Button("button.change_day", Callback(Press.CHANGE_DAY, (change.id,)))])
    buttons.append([Button("button.call_off", Callback(Press.CHANGE_DROP, (change.id,)))])
    await notice(
        incoming.session,
        incoming.chat.id,
        key,
        now=incoming.now,
        edits=edits,
        buttons=buttons,
        values={
            **_values(preview),
            "name": wish.name,
            "day": incoming.moments.day(change.effective_on),
        },
    )


def _form(wish: Wish) -> tuple[str, tuple[str, int] | None]:
    """How a change is told beforehand, and the button that chooses otherwise."""
    match wish.kind, wish.work, wish.shared:
        case UnitChangeKind.RENAME, _, _:
            return "change.preview_rename", None
        case UnitChangeKind.MERGE, _, _:
            return "change.preview_merge", None
        case UnitChangeKind.RETIRE, WorkOfRetired.CANCEL, _:
            return "change.preview_retire_cancel", ("button.work_goes_on", 1)
        case UnitChangeKind.RETIRE, _, _:
            return "change.preview_retire_go_on", ("button.work_ends", 0)
        case _, _, False:
            return "change.preview_split_first", ("button.work_for_all", 1)
    return "change.preview_split_shared", ("button.work_for_first", 0)


def _values(preview: Preview) -> Values:
    into: list[Unit] = list(preview.into)
    return {
        "unit": preview.unit.name,
        "into": ", ".join(unit.name for unit in into),
        "first": into[0].name if into else "",
        "contacts": preview.belongings.contacts,
        "chats": preview.belongings.chats,
        "work": preview.belongings.assignments,
        "shared": preview.shared_directives,
    }


async def _show_planned(incoming: Incoming, *, page: int, edits: int | None) -> None:
    await incoming.show(
        MessageKind.UNIT_CHANGES,
        {"page": page, "person_id": incoming.known_actor.person_id},
        edits=edits,
    )
