"""Questions of contacts: by a button, /hoi, or a reply; and what is shown of them to either side.
How the office handles them is in `question_answers`."""

from __future__ import annotations

from dataclasses import replace

from bot.actions import acknowledgements, question_cards, questions
from bot.actions.questions import Words
from bot.actions.replies import MOST_BUTTONS, Button
from bot.callbacks import Callback, Press
from bot.domain.assignments import by_deadline
from bot.domain.dialogues import DialogueKind
from bot.domain.paging import page_within
from bot.domain.rights import Right
from bot.domain.splitting import shortened_name
from bot.domain.states import AssignmentState, ChatKind, MessageKind
from bot.errors import NotAllowed, NotFound
from bot.storage import assignments, directives, units
from bot.storage import questions as rows
from bot.storage.tables import Addressee, Dialogue, Question, Unit
from handlers import articles, question_answers, unplaced
from handlers.choosing import directive_button, task_buttons, turning
from handlers.contents import words_of
from handlers.context import Incoming, first_id, ids, page_turned
from handlers.guards import Who, check

_DIRECTIVES_A_PAGE = 8

# --- asking --------------------------------------------------------------------------------------


async def ask_anything(incoming: Incoming) -> None:
    """/hoi: about which of the open directives, or about none? A question that stands behind the
    command is asked at once where it is clear whose it is."""
    if incoming.arguments and (
        await unplaced.refuse_secret(incoming) or await _asked_at_once(incoming)
    ):
        return
    await _choose_directive(incoming, page=1, edits=None)


async def _asked_at_once(incoming: Incoming) -> bool:
    """Take the words behind the command: about the card they answer, else about the only open
    directive, or about none if several are open. False for who has several units."""
    words = replace(words_of(incoming), text=incoming.words_of_command)
    replied = await articles.replied_addressee(incoming)
    if replied is not None:
        await _ask(incoming, words, await _own_addressee(incoming, replied))
        return True
    unit_ids = _unit_ids(incoming)
    if len(unit_ids) != 1:
        return False
    found = await directives.open_addressees_of_units(
        incoming.session, unit_ids, begun_by=incoming.now
    )
    about = found[0][0] if len(found) == 1 else None
    await _ask(incoming, words, about, unit_id=unit_ids[0])
    return True


async def ask(incoming: Incoming) -> None:
    """About this directive: about which of its tasks? With 0 and a number, another page of /hoi."""
    given = incoming.callback.ids if incoming.callback else ()
    if len(given) == 2 and given[0] == 0:
        await _choose_directive(incoming, page=given[1], edits=await page_turned(incoming))
        return
    addressee = await _own_addressee(incoming, first_id(incoming))
    tasks = await assignments.task_states(incoming.session, addressee_ids=[addressee.id])
    asked_of = [task for task in tasks if task.state is not AssignmentState.CANCELLED]
    if len(asked_of) < 2:
        await _ask_words(incoming, addressee_id=addressee.id)
        return
    nearest = sorted(asked_of, key=lambda task: by_deadline(task.deadline_at))[: MOST_BUTTONS - 1]
    buttons = task_buttons(
        nearest, Press.QUESTION_ABOUT, addressee.id, texts=incoming.moments.texts
    )
    whole = Callback(Press.QUESTION_ABOUT, (addressee.id, 0))
    buttons.append([Button("button.question_whole", whole)])
    await incoming.reply("question.about", buttons=buttons, unit=addressee.unit_name)


async def ask_about(incoming: Incoming) -> None:
    """About this task, or the whole with 0; with 0 first about no directive, for a unit."""
    addressee_id, second = ids(incoming, 2)
    if addressee_id == 0:
        await _ask_words(incoming, unit_id=_own_unit(incoming, second))
        return
    addressee = await _own_addressee(incoming, addressee_id)
    if second:
        tasks = await assignments.task_states(incoming.session, addressee_ids=[addressee.id])
        if second not in {task.assignment_id for task in tasks}:
            raise NotFound("refused.gone")
    await _ask_words(incoming, addressee_id=addressee.id, assignment_id=second)


async def ask_more(incoming: Incoming) -> None:
    """“Hỏi thêm” below an answer: the next words go on with it."""
    question = await _own_question(incoming, first_id(incoming))
    await questions.refuse_if_recalled(incoming.session, question)
    await _ask_words(incoming, question_id=question.id)


async def _ask_words(incoming: Incoming, **about: int) -> None:
    await incoming.ask(DialogueKind.QUESTION, about)
    in_group = incoming.chat.kind is ChatKind.GROUP
    await incoming.reply("question.ask_in_group" if in_group else "question.ask")


async def _choose_directive(incoming: Incoming, *, page: int, edits: int | None) -> None:
    unit_ids = _unit_ids(incoming)
    found = await directives.open_addressees_of_units(
        incoming.session, unit_ids, begun_by=incoming.now
    )
    page, pages = page_within(page, count=len(found), size=_DIRECTIVES_A_PAGE)
    shown = found[(page - 1) * _DIRECTIVES_A_PAGE : page * _DIRECTIVES_A_PAGE]
    buttons = [
        directive_button(
            directive,
            Callback(Press.QUESTION_ASK, (addressee.id,)),
            unit_name=addressee.unit_name if len(unit_ids) > 1 else None,
        )
        for addressee, directive in shown
    ]
    buttons += await _about_nothing(incoming, unit_ids)
    buttons += turning(Press.QUESTION_ASK, 0, page=page, pages=pages)
    buttons.append([Button("button.questions_asked", Callback(Press.QUESTION_MINE, (0, 1)))])
    await incoming.answer("question.about_what", {}, buttons=buttons, edits=edits)


async def _about_nothing(incoming: Incoming, unit_ids: list[int]) -> list[list[Button]]:
    found = await units.units_by_ids(incoming.session, unit_ids)
    found.sort(key=lambda unit: (unit.name, unit.id))
    if len(found) == 1:
        return [[Button("button.question_other", _about_no_directive(found[0]))]]
    return [
        [
            Button(
                "button.question_other_of",
                _about_no_directive(unit),
                {"unit": shortened_name(unit.name, most=25)},
            )
        ]
        for unit in found
    ]


def _about_no_directive(unit: Unit) -> Callback:
    return Callback(Press.QUESTION_ABOUT, (0, unit.id))


def _unit_ids(incoming: Incoming) -> list[int]:
    """The person's units, in a group the group's alone."""
    of_group = incoming.chat.unit_id  # None in a private chat: guards let no other group in
    return sorted(unit for unit in incoming.known_actor.unit_ids if of_group in (None, unit))


def _own_unit(incoming: Incoming, unit_id: int) -> int:
    if unit_id not in _unit_ids(incoming):
        raise NotAllowed("refused.not_your_unit")
    return unit_id


async def _own_addressee(incoming: Incoming, addressee_id: int) -> Addressee:
    """Theirs, and of this group's unit; also one that was closed, but not one recalled."""
    addressee, _ = await acknowledgements.own_addressee(
        incoming.session, addressee_id, actor=incoming.actor, may_have_ended=True
    )
    if incoming.chat.kind is ChatKind.GROUP and incoming.chat.unit_id != addressee.unit_id:
        raise NotAllowed("refused.not_your_unit")
    return addressee


async def _own_question(incoming: Incoming, question_id: int) -> Question:
    return await questions.own(
        incoming.session, question_id, actor=incoming.actor, chat=incoming.chat
    )


async def take_words(incoming: Incoming, dialogue: Dialogue) -> None:
    """What is asked, after a button: a text, or anything else."""
    data = dialogue.data
    words = words_of(incoming)
    if data.get("question_id"):
        question = await questions.go_on(
            incoming.session,
            int(data["question_id"]),
            words,
            actor=incoming.actor,
            now=incoming.now,
        )
        await incoming.end_dialogue()
        await _tell_received(incoming, question, "question.added")
    elif data.get("addressee_id"):
        addressee = await _own_addressee(incoming, int(data["addressee_id"]))
        assignment_id = int(data.get("assignment_id", 0)) or None
        await incoming.end_dialogue()
        await _ask(incoming, words, addressee, assignment_id=assignment_id)
    else:
        unit_id = _own_unit(incoming, int(data["unit_id"]))
        await incoming.end_dialogue()
        await _ask(incoming, words, None, unit_id=unit_id)


async def take_reply_to_card(incoming: Incoming, addressee_id: int) -> None:
    """A reply to a directive's card is a question about it."""
    addressee = await _own_addressee(incoming, addressee_id)
    await _ask(incoming, words_of(incoming), addressee)


async def _ask(
    incoming: Incoming,
    words: Words,
    addressee: Addressee | None,
    *,
    assignment_id: int | None = None,
    unit_id: int = 0,
) -> None:
    question = await questions.ask(
        incoming.session,
        unit_id=addressee.unit_id if addressee else unit_id,
        addressee_id=addressee.id if addressee else None,
        assignment_id=assignment_id,
        person_id=incoming.known_actor.person_id,
        chat=words.chat,
        message_id=words.message_id,
        text=words.text,
        content=words.content,
        file_id=words.file_id,
        album=words.album,
        now=incoming.now,
    )
    await _tell_received(incoming, question, "question.received")


async def _tell_received(incoming: Incoming, question: Question, key: str) -> None:
    shows = Callback(Press.QUESTION_SHOW, (question.id,))
    message = incoming.message
    await questions.tell(
        incoming.session,
        question,
        key,
        chat_id=incoming.chat.id,
        reply_to=message.message_id if message else None,
        button=Button("button.question_thread", shows),
        now=incoming.now,
        values={"office": incoming.rt.config.office.name},
    )


# --- what is written without a dialogue ----------------------------------------------------------


async def take_album(incoming: Incoming) -> bool:
    """Another part of an album of which something was said in a question already; False for
    anything else. Nothing is told: it was, of the first one."""
    message, actor = incoming.message, incoming.actor
    if message is None or actor is None or message.media_group_id is None:
        return False
    before = await rows.of_album(
        incoming.session,
        chat_id=incoming.chat.id,
        person_id=actor.person_id,
        album=message.media_group_id,
    )
    if before is None:
        return False
    await _say_on(incoming, before.question_id, for_office=before.from_office, tell=False)
    return True


async def take_reply(incoming: Incoming) -> bool:
    """What replies to a message about a question, or belongs to an album in one; False for anything
    else."""
    message = incoming.message
    if await take_album(incoming):
        return True
    if message is None:
        return False
    if message.reply_to_message is None:
        return False
    place = await rows.at_message(
        incoming.session,
        chat_id=incoming.chat.id,
        message_id=message.reply_to_message.message_id,
    )
    if place is None or (not place.for_office and articles.is_only_links(incoming)):
        return False  # what was asked for may be sent so
    await _say_on(incoming, place.question_id, for_office=place.for_office, tell=True)
    return True


async def _say_on(incoming: Incoming, question_id: int, *, for_office: bool, tell: bool) -> None:
    if for_office:
        check(Who.REVIEW, incoming.actor, incoming.chat)
        await incoming.end_note()
        await question_answers.answer(incoming, question_id, tell=tell)
        return
    check(Who.CONTACT, incoming.actor, incoming.chat)
    question = await questions.go_on(
        incoming.session, question_id, words_of(incoming), actor=incoming.actor, now=incoming.now
    )
    if tell:
        await _tell_received(incoming, question, "question.added")


async def take_edit(incoming: Incoming) -> str | None:
    """Somebody changed a message by which they asked or answered: what it said before; None for any
    other message."""
    message, actor = incoming.message, incoming.actor
    if message is None or actor is None:
        return None
    said = await rows.written_at(
        incoming.session, chat_id=incoming.chat.id, message_id=message.message_id
    )
    if said is None:
        return None
    before = said.text
    await questions.edit(incoming.session, said, incoming.text, actor=actor, now=incoming.now)
    return incoming.text if said.from_office else before


# --- looking -------------------------------------------------------------------------------------


async def show(incoming: Incoming) -> None:
    """A whole question, its last page or the one that is named: for who handles it in the office,
    or who is of its unit."""
    question_id, page = (*ids(incoming, 1, 2), 0)[:2]
    for_office = await _shows_to_office(incoming, question_id)
    if not for_office:
        await _own_question(incoming, question_id)
    parameters = {"question_id": question_id, "for_office": for_office, "page": page}
    edits = await page_turned(incoming) if page else None
    below = await incoming.show(MessageKind.QUESTION_THREAD, parameters, edits=edits)
    if edits is None:
        await question_cards.copy_files(
            incoming.session,
            question_id,
            chat_id=incoming.chat.id,
            for_office=for_office,
            below=below,
            now=incoming.now,
        )


async def _shows_to_office(incoming: Incoming, question_id: int) -> bool:
    """Whether who pressed it may handle it here; who is of its unit too sees it as the unit's below
    what the unit was told of it."""
    actor, chat = incoming.actor, incoming.chat
    in_office = chat.kind is ChatKind.PRIVATE or chat.staff_group
    if actor is None or not actor.may(Right.REVIEW) or not in_office:
        return False
    question = await rows.get(incoming.session, question_id)
    if question is None:
        raise NotFound("refused.gone")
    if question.unit_id in actor.unit_ids and not chat.staff_group:
        pressed = incoming.pressed_message or 0
        place = await rows.at_message(incoming.session, chat_id=chat.id, message_id=pressed)
        return place is None or place.for_office
    await questions.to_handle(incoming.session, question_id, actor=actor)
    return True


async def show_asked(incoming: Incoming) -> None:
    """What the unit has asked about a directive, or with 0 about anything: another page."""
    given = ids(incoming, 1, 2)
    addressee_id, page = (*given, 1)[:2]
    unit_ids = _unit_ids(incoming)
    if addressee_id:
        addressee = await _own_addressee(incoming, addressee_id)
        unit_ids = [addressee.unit_id]
    parameters = {"unit_ids": unit_ids, "addressee_id": addressee_id, "page": page}
    edits = await page_turned(incoming) if len(given) == 2 and page > 0 else None
    await incoming.show(MessageKind.QUESTION_THREAD, parameters, edits=edits)
