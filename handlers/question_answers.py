"""How the office handles questions: answering, taking on, handing over, closing."""

from __future__ import annotations

from bot.actions import question_handling, questions
from bot.actions.question_replies import Reached
from bot.actions.replies import Button
from bot.callbacks import Callback, Press
from bot.domain.dialogues import DialogueKind
from bot.domain.directives import short_name
from bot.domain.paging import page_within
from bot.domain.splitting import shortened
from bot.storage.tables import Addressee, Dialogue, Directive, Unit
from handlers.choosing import no_note, turning
from handlers.contents import words_of
from handlers.context import Incoming, first_id, ids, page_turned

_PEOPLE_A_PAGE = 8


async def ask_answer(incoming: Incoming) -> None:
    """“Trả lời”: the next message here is the answer; who has answered is said, if somebody has."""
    question = await questions.to_handle(
        incoming.session, first_id(incoming), actor=incoming.known_actor
    )
    await incoming.ask(DialogueKind.QUESTION_ANSWER, {"question_id": question.id})
    session, buttons = incoming.session, no_note(question.id)
    unit = await session.get_one(Unit, question.unit_id)
    if question.addressee_id is None:
        await incoming.reply("question.ask_answer", buttons=buttons, unit=unit.name)
        return
    addressee = await session.get_one(Addressee, question.addressee_id)
    about = await session.get_one(Directive, addressee.directive_id)
    directive = short_name(about.number, about.symbol, about.subject)
    await incoming.reply(
        "question.ask_answer_about", buttons=buttons, unit=unit.name, directive=directive
    )


async def take_answer(incoming: Incoming, dialogue: Dialogue) -> None:
    """The answer after the button, whatever it is."""
    await incoming.end_dialogue()
    await answer(incoming, int(dialogue.data["question_id"]), tell=True)


async def answer(incoming: Incoming, question_id: int, *, tell: bool) -> None:
    """What was written is the answer; who wrote it is told whom it reaches, if so wished."""
    answered = await questions.answer_with(
        incoming.session,
        question_id,
        words_of(incoming),
        actor=incoming.known_actor,
        now=incoming.now,
    )
    if not tell:
        return
    if answered.reached is not Reached.ASKER:
        others = answered.reached is Reached.OTHERS
        await incoming.reply("question.sent_to_others" if others else "question.sent_to_nobody")
    elif answered.before is not None:
        name, at = answered.before
        zone = incoming.moments.zone_name(at)
        await incoming.reply("question.sent_after", name=name, at=at, zone=zone)
    else:
        await incoming.reply("question.sent")


async def take(incoming: Incoming) -> None:
    """“Nhận xử lý”: it is theirs from now on."""
    is_new = await question_handling.take(
        incoming.session, first_id(incoming), actor=incoming.known_actor, now=incoming.now
    )
    incoming.popup("question.taken" if is_new else "question.taken_before")


async def ask_whom(incoming: Incoming) -> None:
    """“Chuyển”: to whom of the office? One page of those who may."""
    given = ids(incoming, 1, 2)
    question_id, page = (*given, 1)[:2]
    actor = incoming.known_actor
    question = await questions.to_handle(incoming.session, question_id, actor=actor)
    found = await question_handling.others(incoming.session, question, actor=actor)
    if not found:
        incoming.popup("question.nobody_else", alert=True)
        return
    page, pages = page_within(page, count=len(found), size=_PEOPLE_A_PAGE)
    shown = found[(page - 1) * _PEOPLE_A_PAGE : page * _PEOPLE_A_PAGE]
    buttons = [
        [
            Button(
                "button.person",
                Callback(Press.QUESTION_GIVE_TO, (question.id, other.person_id)),
                {"name": shortened(other.name, most=40)},
            )
        ]
        for other in shown
    ]
    buttons += turning(Press.QUESTION_GIVE, question.id, page=page, pages=pages)
    edits = await page_turned(incoming) if len(given) == 2 else None
    await incoming.answer("question.give_to", {}, buttons=buttons, edits=edits)


async def give(incoming: Incoming) -> None:
    """To this one."""
    question_id, person_id = ids(incoming, 2)
    name = await question_handling.give(
        incoming.session,
        question_id,
        person_id,
        actor=incoming.known_actor,
        now=incoming.now,
    )
    incoming.popup("question.given", name=shortened(name, most=60))


async def close(incoming: Incoming) -> None:
    """“Đóng”: nothing more is to be said of it."""
    is_new = await question_handling.close(
        incoming.session, first_id(incoming), actor=incoming.known_actor, now=incoming.now
    )
    incoming.popup("question.closed" if is_new else "question.closed_before")
