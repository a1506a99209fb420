"""Canned answers: the list, new ones, those that go; and one as the answer to a question."""

from __future__ import annotations

from bot.actions import canned_answers, questions
from bot.actions.replies import Button
from bot.callbacks import Callback, Press
from bot.domain.dialogues import DialogueKind
from bot.domain.paging import page_within
from bot.domain.splitting import shortened
from bot.domain.states import MessageKind
from bot.storage import canned_answers as rows
from bot.storage.tables import Dialogue
from handlers.choosing import turning
from handlers.context import Incoming, first_id, ids, page_turned

_CHOICES_A_PAGE = 8
_LONGEST_LABEL = 38


async def show(incoming: Incoming) -> None:
    """/mautraloi: the first page."""
    await _queue_page(incoming, page=1, edits=None)


async def page(incoming: Incoming) -> None:
    """Another page, in the same message where it is one already."""
    await _queue_page(incoming, page=first_id(incoming), edits=await page_turned(incoming))


async def _queue_page(incoming: Incoming, *, page: int, edits: int | None) -> None:
    await incoming.show(
        MessageKind.CANNED_ANSWERS,
        {"page": page, "person_id": incoming.known_actor.person_id},
        edits=edits,
    )


async def ask_name(incoming: Incoming) -> None:
    """Under which name a new one is kept."""
    await incoming.ask(DialogueKind.CANNED_NAME, {})
    await incoming.reply("canned.ask_name")


async def take_name(incoming: Incoming, _dialogue: Dialogue) -> None:
    """The typed name; then the answer is asked for."""
    name = await canned_answers.name_of(incoming.session, incoming.text)
    await incoming.ask(DialogueKind.CANNED_TEXT, {"name": name})
    await incoming.reply("canned.ask_text", name=name)


async def take_text(incoming: Incoming, dialogue: Dialogue) -> None:
    """The typed answer; the list shows it."""
    await canned_answers.add(
        incoming.session,
        str(dialogue.data["name"]),
        incoming.text,
        actor=incoming.known_actor,
        now=incoming.now,
    )
    await incoming.end_dialogue()
    await _queue_page(incoming, page=1, edits=None)


async def drop(incoming: Incoming) -> None:
    """Forget one. What it said is shown once more, for who pressed the wrong button."""
    answer_id, page = ids(incoming, 2)
    dropped = await canned_answers.drop(incoming.session, answer_id, now=incoming.now)
    incoming.popup("canned.dropped" if dropped else "canned.dropped_before")
    await _queue_page(incoming, page=page, edits=await page_turned(incoming))
    if dropped is not None:
        name, text = dropped
        await incoming.reply("canned.was", name=name, text=text)


# --- in answer to a question ---------------------------------------------------------------------


async def choose(incoming: Incoming) -> None:
    """All of them as buttons, a page at a time."""
    given = ids(incoming, 1, 2)
    question_id, page = (*given, 1)[:2]
    await questions.to_handle(incoming.session, question_id, actor=incoming.known_actor)
    count = await rows.count(incoming.session)
    page, pages = page_within(page, count=count, size=_CHOICES_A_PAGE)
    found = await rows.page(
        incoming.session, offset=(page - 1) * _CHOICES_A_PAGE, limit=_CHOICES_A_PAGE
    )
    buttons = [
        [
            Button(
                "button.canned",
                Callback(Press.QUESTION_CANNED_SEND, (question_id, each.id)),
                {"name": shortened(each.name, most=_LONGEST_LABEL)},
            )
        ]
        for each in found
    ]
    buttons += turning(Press.QUESTION_CANNED, question_id, page=page, pages=pages)
    await incoming.answer(
        "canned.choose" if found else "canned.none",
        {},
        buttons=buttons,
        edits=await page_turned(incoming) if len(given) == 2 else None,
    )


async def send(incoming: Incoming) -> None:
    """Show the whole answer; with its own button below, send it."""
    question_id, answer_id, *surely = ids(incoming, 2, 3)
    if not surely:
        await _show_whole(incoming, question_id, answer_id)
        return
    await canned_answers.send(
        incoming.session,
        question_id,
        answer_id,
        actor=incoming.known_actor,
        chat=incoming.chat,
        now=incoming.now,
    )
    incoming.popup("canned.sent")


async def _show_whole(incoming: Incoming, question_id: int, answer_id: int) -> None:
    canned = await canned_answers.for_question(
        incoming.session, question_id, answer_id, actor=incoming.known_actor
    )
    surely = Callback(Press.QUESTION_CANNED_SEND, (question_id, answer_id, 1))
    await incoming.reply(
        "canned.send_surely",
        buttons=[[Button("button.canned_send", surely, style="primary")]],
        name=canned.name,
        text=canned.text,
    )
