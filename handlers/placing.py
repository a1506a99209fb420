"""What the office decides about messages that nobody could place: they belong to a unit's task, are
a question, or need nothing. Who wrote one may make it a question too."""

from __future__ import annotations

from bot.actions import access, invites, replies, unplaced, unplaced_cards
from bot.actions.replies import MOST_BUTTONS, Button
from bot.callbacks import Callback, Press
from bot.domain.dialogues import DialogueKind
from bot.domain.paging import page_within
from bot.domain.splitting import shortened, shortened_name
from bot.domain.states import MessageKind
from bot.errors import InvalidInput, NotFound
from bot.storage import assignments, directives
from bot.storage import unplaced as rows
from bot.storage.tables import Dialogue, Unit, Unplaced
from handlers.choosing import directive_button, task_buttons, turning
from handlers.context import Incoming, first_id, ids, page_turned, shown

_A_PAGE = 8


async def show(incoming: Incoming) -> None:
    """From a list: the entry itself, with what can be decided."""
    row = await unplaced.visible(
        incoming.session, first_id(incoming), actor=incoming.known_actor
    )  # fmt: skip
    await unplaced_cards.bring(
        incoming.session, row, chat_id=incoming.chat.id, now=incoming.now
    )  # fmt: skip


async def ask_unit(incoming: Incoming) -> None:
    """“Gắn vào nhiệm vụ”: of which unit? One of the person's, or another that is typed."""
    row = await _open(incoming, first_id(incoming))
    await _offer_units(incoming, row, await rows.units_of(incoming.session, row))


async def _offer_units(incoming: Incoming, row: Unplaced, found: list[Unit]) -> None:
    actor = incoming.known_actor
    await incoming.ask(DialogueKind.UNPLACED_UNIT, {"unplaced_id": row.id})
    buttons = [
        _unit_button(unit, Callback(Press.UNPLACED_UNIT, (row.id, unit.id)))
        for unit in found
        if actor.oversees(unit.id)
    ]
    await incoming.reply("unplaced.ask_unit", buttons=buttons[:MOST_BUTTONS])


def _unit_button(unit: Unit, callback: Callback) -> list[Button]:
    return [Button("button.of_unit", callback, {"unit": shortened_name(unit.name, most=40)})]


async def take_unit(incoming: Incoming, dialogue: Dialogue) -> None:
    """A part of the unit's name, or its code, was typed."""
    row = await _open(incoming, int(dialogue.data["unplaced_id"]))
    words = incoming.text.strip()
    found = await invites.find_units(incoming.session, words, actor=incoming.known_actor)
    if not found:
        raise InvalidInput("unit.unknown", code=shortened(words, most=40))
    await _offer_units(incoming, row, found)


async def choose_directive(incoming: Incoming) -> None:
    """Of this unit: which directive? One page of those it has, newest first."""
    given = ids(incoming, 2, 3)
    unplaced_id, unit_id, page = (*given, 1)[:3]
    row = await _open(incoming, unplaced_id)
    unit = await access.visible_unit(incoming.session, unit_id, actor=incoming.known_actor)
    await incoming.end_dialogue()
    found = await directives.open_addressees_of_units(
        incoming.session, [unit.id], begun_by=incoming.now
    )
    if not found:
        raise NotFound("unplaced.no_directive")
    page, pages = page_within(page, count=len(found), size=_A_PAGE)
    here = found[(page - 1) * _A_PAGE : page * _A_PAGE]
    buttons = [
        directive_button(directive, Callback(Press.UNPLACED_DIRECTIVE, (row.id, addressee.id)))
        for addressee, directive in here
    ]
    buttons += turning(Press.UNPLACED_UNIT, row.id, unit.id, page=page, pages=pages)
    edits = await page_turned(incoming) if len(given) == 3 else None
    await incoming.answer(
        "unplaced.ask_directive", {"unit": unit.name}, buttons=buttons, edits=edits
    )


async def choose_task(incoming: Incoming) -> None:
    """Of this directive: which task? Where there is but one, that one."""
    unplaced_id, addressee_id = ids(incoming, 2)
    row = await _open(incoming, unplaced_id)
    addressee = await directives.addressee(incoming.session, addressee_id)
    if addressee is None:
        raise NotFound("refused.gone")
    access.check_unit(incoming.known_actor, addressee.unit_id)
    tasks = await assignments.task_states(incoming.session, addressee_ids=[addressee.id])
    if len(tasks) == 1:
        await _place(incoming, row.id, tasks[0].assignment_id)
        return
    buttons = task_buttons(
        tasks[:MOST_BUTTONS], Press.UNPLACED_PLACE, row.id, texts=incoming.moments.texts
    )
    await incoming.reply("unplaced.ask_task", buttons=buttons)


async def place(incoming: Incoming) -> None:
    """To this task."""
    unplaced_id, assignment_id = ids(incoming, 2)
    await _place(incoming, unplaced_id, assignment_id)


async def _place(incoming: Incoming, unplaced_id: int, assignment_id: int) -> None:
    _, task = await unplaced.place(
        incoming.session,
        unplaced_id,
        assignment_id,
        actor=incoming.known_actor,
        now=incoming.now,
    )
    incoming.popup("unplaced.placed", position=task.position)


async def to_question(incoming: Incoming) -> None:
    """“Thành câu hỏi”, of the office or of who wrote it; then perhaps the unit that was chosen,
    and whether the answer is asked for at once."""
    unplaced_id, unit_id, answers = (*ids(incoming, 1, 2, 3), 0, 0)[:3]
    actor = incoming.known_actor
    is_own = await unplaced.of_actor(incoming.session, unplaced_id, actor=actor)
    if not unit_id and await _must_choose_unit(incoming, unplaced_id, answers=answers):
        return
    question = await unplaced.to_question(
        incoming.session, unplaced_id, unit_id=unit_id or None, actor=actor, now=incoming.now
    )
    if answers and not is_own:
        await incoming.ask(DialogueKind.QUESTION_ANSWER, {"question_id": question.id})
        await incoming.reply("unplaced.ask_answer")
    elif is_own:
        await _tell_asked(incoming)
    else:
        incoming.popup("unplaced.now_question")


async def _tell_asked(incoming: Incoming) -> None:
    """In the place of the notice that offered it."""
    values: replies.Values = {"office": incoming.rt.config.office.name}
    await incoming.answer("unplaced.asked", values, edits=await page_turned(incoming))


async def _must_choose_unit(incoming: Incoming, unplaced_id: int, *, answers: int) -> bool:
    """Who wrote it speaks for several units: they, or the office, say for which it is asked."""
    row = await rows.get(incoming.session, unplaced_id)
    meant = await rows.units_of(incoming.session, row) if row is not None else []
    actor = incoming.known_actor
    if row is None or len(meant) < 2:
        return False
    if not await unplaced.of_actor(incoming.session, unplaced_id, actor=actor):
        await unplaced.to_decide(incoming.session, unplaced_id, actor=actor)
        meant = [unit for unit in meant if actor.oversees(unit.id)]
    buttons = [
        _unit_button(unit, Callback(Press.UNPLACED_TO_QUESTION, (unplaced_id, unit.id, answers)))
        for unit in meant[:MOST_BUTTONS]
    ]
    await incoming.reply("unplaced.ask_whose", buttons=buttons)
    return True


async def dismiss(incoming: Incoming) -> None:
    """“Bỏ qua”: nothing is to be done."""
    await unplaced.dismiss(
        incoming.session, first_id(incoming), actor=incoming.known_actor, now=incoming.now
    )
    incoming.popup("unplaced.dismissed")


async def placed(incoming: Incoming) -> None:
    """What was attached to a unit's tasks: a page of it."""
    unit_id, page = ids(incoming, 2)
    actor = incoming.known_actor
    unit = await access.visible_unit(incoming.session, unit_id, actor=actor)
    await incoming.show(
        MessageKind.UNPLACED,
        {"unit_id": unit.id, "page": page, "person_id": actor.person_id},
        edits=await _shown_list(incoming),
    )


async def _shown_list(incoming: Incoming) -> int | None:
    """The pressed message if it is the list itself; from a unit's page it comes below."""
    return incoming.pressed_message if await shown(incoming, MessageKind.UNPLACED) else None


async def _open(incoming: Incoming, unplaced_id: int) -> Unplaced:
    """An entry that waits, if it is theirs to decide."""
    return await unplaced.to_decide(incoming.session, unplaced_id, actor=incoming.known_actor)
