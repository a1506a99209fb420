"""What a contact answers beyond "received", behind "Khác…" of a card; and the office's word on it.

Each step stands in the place of the one before it, unless that was a card.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.actions import answer_decisions, answers, card_menu, reasons, replies
from bot.actions.answers import PassedOn, Saying
from bot.actions.replies import Button, Value
from bot.callbacks import Callback, Press
from bot.domain.assignments import by_deadline
from bot.domain.dialogues import DialogueKind
from bot.domain.directives import short_name
from bot.domain.paging import page_within
from bot.domain.splitting import shortened
from bot.domain.states import AnswerKind
from bot.storage.tables import Answer, Dialogue
from handlers.choosing import no_note, task_buttons, turning
from handlers.context import Incoming, first_id, ids, page_turned

_A_PAGE = 8
_LONGEST_NAME = 40  # on a button
_ALL = 0  # in the place of a task


async def more(incoming: Incoming) -> None:
    """What else can be done about the card."""
    addressee, found = await card_menu.offers(
        incoming.session, first_id(incoming), actor=incoming.actor
    )
    await replies.notice(
        incoming.session,
        incoming.chat.id,
        "more.choose",
        now=incoming.now,
        reply_to=incoming.pressed_message,
        buttons=[[button] for button in found],
        values={"unit": addressee.unit_name},
    )


async def _begin(incoming: Incoming, addressee_id: int) -> Saying:
    return await answers.begin(
        incoming.session,
        addressee_id,
        actor=incoming.actor,
        chat=incoming.chat,
        now=incoming.now,
    )


async def _step(
    incoming: Incoming, key: str, buttons: list[list[Button]] | None = None, **values: Value
) -> None:
    """In the place of the menu that was pressed, or as a new message."""
    edits = await page_turned(incoming) if incoming.is_press else None
    await incoming.answer(key, values, buttons=buttons or [], edits=edits)


def _paged(
    press: Press, addressee_id: int, rows: list[list[Button]], page: int
) -> list[list[Button]]:
    """Some of the rows, and what turns to the others."""
    page, pages = page_within(page, count=len(rows), size=_A_PAGE)
    shown = rows[(page - 1) * _A_PAGE : page * _A_PAGE]
    return shown + turning(press, addressee_id, page=page, pages=pages)


# --- a colleague does it -------------------------------------------------------------------------


async def ask_colleague(incoming: Incoming) -> None:
    """Who does it instead?"""
    addressee_id, page = ids(incoming, 2)
    saying = await _begin(incoming, addressee_id)
    found = await answers.colleagues(saying)
    if not found:
        await _ask_name(incoming, addressee_id)
        return
    rows = [
        [
            Button(
                "button.person",
                Callback(Press.DELEGATE, (addressee_id, contact_id)),
                {"name": shortened(person.name, most=_LONGEST_NAME)},
            )
        ]
        for contact_id, person in found
    ]
    other = Button("button.pass_on_other", Callback(Press.DELEGATE_OTHER, (addressee_id,)))
    buttons = [*_paged(Press.DELEGATE_ASK, addressee_id, rows, page), [other]]
    await _step(incoming, "answer.choose_colleague", buttons)


async def ask_name(incoming: Incoming) -> None:
    """It is somebody else: who?"""
    addressee_id = first_id(incoming)
    await _begin(incoming, addressee_id)
    await _ask_name(incoming, addressee_id)


async def _ask_name(incoming: Incoming, addressee_id: int) -> None:
    await incoming.ask(DialogueKind.DELEGATE_TO, {"addressee_id": addressee_id})
    await _step(incoming, "answer.ask_name")


async def pass_on(incoming: Incoming) -> None:
    """This colleague does it."""
    addressee_id, contact_id = ids(incoming, 2)
    saying = await _begin(incoming, addressee_id)
    await _passed_on(incoming, await answers.pass_on(saying, contact_id))


async def take_name(incoming: Incoming, dialogue: Dialogue) -> None:
    """The typed name."""
    saying = await _begin(incoming, int(dialogue.data["addressee_id"]))
    passed = await answers.pass_to_name(saying, incoming.text)
    await incoming.end_dialogue()
    await _passed_on(incoming, passed)


async def _passed_on(incoming: Incoming, passed: PassedOn) -> None:
    key = "answer.passed_on" if passed.is_told else "answer.passed_on_untold"
    if not passed.is_contact:
        key = "answer.passed_on_outside"
    back = Button("button.take_back", Callback(Press.ANSWER_BACK, (passed.answer_id,)))
    await _step(incoming, key, [[back]], name=passed.name)


# --- it will not be done -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Words:
    """What is asked and told of work that will not be done."""

    ask: Press
    choose: Press
    which: str
    why: str
    sent: str


_WORDS = {
    AnswerKind.CANNOT: _Words(
        Press.CANNOT_ASK, Press.CANNOT, "answer.choose_task", "answer.ask_reason",
        "answer.cannot_sent",
    ),
    AnswerKind.NOTHING: _Words(
        Press.NOTHING_ASK, Press.NOTHING, "answer.nothing_choose_task",
        "answer.nothing_ask_reason", "answer.nothing_sent",
    ),
}  # fmt: skip


def _kind(incoming: Incoming) -> AnswerKind:
    """What is said: that it cannot be done, or that there is nothing to do it about."""
    press = incoming.callback.press if incoming.callback else None
    is_nothing = press in (Press.NOTHING_ASK, Press.NOTHING)
    return AnswerKind.NOTHING if is_nothing else AnswerKind.CANNOT


async def ask_which(incoming: Incoming) -> None:
    """Which of the open tasks, or all of them?"""
    addressee_id, page = ids(incoming, 2)
    words = _WORDS[_kind(incoming)]
    saying = await _begin(incoming, addressee_id)
    tasks = sorted(await answers.open_tasks(saying), key=lambda task: by_deadline(task.deadline_at))
    if len(tasks) == 1:
        await answers.check_undone(saying, None)
        await _ask_reason(incoming, addressee_id, _ALL)
        return
    rows = task_buttons(tasks, words.choose, addressee_id, texts=incoming.moments.texts)
    every = Button("button.cannot_all", Callback(words.choose, (addressee_id, _ALL)))
    buttons = [[every], *_paged(words.ask, addressee_id, rows, page)]
    await _step(incoming, words.which, buttons)


async def ask_reason(incoming: Incoming) -> None:
    """Why is it not done?"""
    addressee_id, assignment_id = ids(incoming, 2)
    saying = await _begin(incoming, addressee_id)
    await answers.check_undone(saying, assignment_id or None)
    await _ask_reason(incoming, addressee_id, assignment_id)


async def _ask_reason(incoming: Incoming, addressee_id: int, assignment_id: int) -> None:
    kind = _kind(incoming)
    data = {
        "addressee_id": addressee_id,
        "assignment_id": assignment_id,
        "kind": kind.value,
    }
    await incoming.ask(DialogueKind.CANNOT_REASON, data)
    await _step(incoming, _WORDS[kind].why, longest=reasons.LONGEST)


async def take_reason(incoming: Incoming, dialogue: Dialogue) -> None:
    """The typed reason: the office is asked."""
    saying = await _begin(incoming, int(dialogue.data["addressee_id"]))
    assignment_id = int(dialogue.data["assignment_id"]) or None
    kind = AnswerKind(dialogue.data.get("kind", AnswerKind.CANNOT))
    answer = await answers.say_undone(saying, kind, assignment_id, incoming.text)
    await incoming.end_dialogue()
    back = Button("button.take_back", Callback(Press.ANSWER_BACK, (answer.id,)))
    await _step(incoming, _WORDS[kind].sent, [[back]], office=incoming.rt.config.office.name)


async def take_back(incoming: Incoming) -> None:
    """Say it no more."""
    answer = await answers.take_back(
        incoming.session,
        first_id(incoming),
        actor=incoming.actor,
        chat=incoming.chat,
        now=incoming.now,
    )
    await _step(incoming, _taken_back(answer))


def _taken_back(answer: Answer) -> str:
    if answer.kind is AnswerKind.PASSED_ON:
        return "answer.passed_on_no_more"
    return "answer.cannot_no_more"


# --- the office's word ---------------------------------------------------------------------------


async def show(incoming: Incoming) -> None:
    """From the list of what waits: what was answered, and what can be decided."""
    await answer_decisions.show(
        incoming.session,
        first_id(incoming),
        actor=incoming.known_actor,
        chat_id=incoming.chat.id,
        now=incoming.now,
    )


async def agree(incoming: Incoming) -> None:
    """It is not to be done."""
    await answer_decisions.agree(
        incoming.session, first_id(incoming), actor=incoming.known_actor, now=incoming.now
    )
    incoming.popup("answer.agreed_now")


async def ask_note(incoming: Incoming) -> None:
    """It is to be done all the same: why?"""
    answer_id, actor = first_id(incoming), incoming.known_actor
    about = await answer_decisions.to_decide(incoming.session, answer_id, actor=actor)
    await incoming.ask(DialogueKind.ANSWER_NOTE, {"answer_id": answer_id})
    directive = about.directive
    await incoming.reply(
        "answer.ask_note",
        buttons=no_note(answer_id),
        longest=reasons.LONGEST,
        unit=about.unit.name,
        directive=short_name(directive.number, directive.symbol, directive.subject),
    )


async def take_note(incoming: Incoming, dialogue: Dialogue) -> None:
    """The typed reason why the office does not agree."""
    await answer_decisions.disagree(
        incoming.session,
        int(dialogue.data["answer_id"]),
        incoming.text,
        actor=incoming.known_actor,
        now=incoming.now,
    )
    await incoming.end_dialogue()
    await incoming.reply("answer.disagreed_now")


async def give_again(incoming: Incoming) -> None:
    """It is to be done after all."""
    count = await answer_decisions.give_again(
        incoming.session,
        first_id(incoming),
        actor=incoming.known_actor,
        policy=await incoming.policy(),
        now=incoming.now,
    )
    incoming.popup("answer.given_again_now", count=count)
