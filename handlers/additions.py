"""Publishing an answer to all recipients of a directive, for who has the whole of it in hand."""

from __future__ import annotations

from bot.actions import additions
from bot.actions.additions import Proposal
from bot.actions.replies import Button, decode_values
from bot.callbacks import Callback, Press
from bot.domain.additions import Words
from bot.domain.dialogues import DialogueKind
from bot.domain.directives import number_and_symbol
from bot.domain.states import MessageKind
from bot.storage.tables import Dialogue
from handlers.context import Incoming, first_id, page_turned, shown

_ASK = "addition.ask"
_WITHDRAWABLE = 5


async def ask(incoming: Incoming) -> None:
    """What would be published, to how many; nothing is before the button below is pressed."""
    question_id = first_id(incoming)
    proposal = await additions.proposed(incoming.session, question_id, actor=incoming.known_actor)
    if proposal.words.are_usable:
        await _show(incoming, question_id, proposal)
    else:
        await _ask_words(incoming, question_id, asked=proposal.words.asked)


async def edit(incoming: Incoming) -> None:
    """Other words for it, to be typed."""
    question_id = first_id(incoming)
    words = await _shown_words(incoming, question_id)
    proposal = await additions.proposed(incoming.session, question_id, actor=incoming.known_actor)
    # In the place of the preview, so that nobody publishes what was to be worded otherwise.
    edits = await page_turned(incoming)
    await _ask_words(incoming, question_id, asked=(words or proposal.words).asked, edits=edits)


async def _ask_words(
    incoming: Incoming, question_id: int, *, asked: str, edits: int | None = None
) -> None:
    await incoming.ask(DialogueKind.ADDITION_TEXT, {"question_id": question_id, "asked": asked})
    await incoming.answer("addition.ask_words", {}, edits=edits)


async def take_words(incoming: Incoming, dialogue: Dialogue) -> None:
    """The typed words, shown as they would be published."""
    question_id = int(dialogue.data["question_id"])
    proposal = await additions.reworded(
        incoming.session,
        question_id,
        incoming.text,
        asked=str(dialogue.data["asked"]),
        actor=incoming.known_actor,
    )
    await incoming.end_dialogue()
    await _show(incoming, question_id, proposal)


async def publish(incoming: Incoming) -> None:
    """Publish exactly what the pressed message shows; whose message is not known any more is shown
    anew what it would be."""
    question_id = first_id(incoming)
    words = await _shown_words(incoming, question_id)
    if words is None:
        await ask(incoming)
        return
    published = await additions.publish(
        incoming.session,
        question_id,
        words,
        actor=incoming.known_actor,
        policy=await incoming.policy(),
        now=incoming.now,
    )
    incoming.popup("addition.published", count=published.chats)
    take_back = Callback(Press.ADDITION_WITHDRAW, (published.addition_id,))
    await incoming.reply(
        "addition.told",
        buttons=[[Button("button.withdraw_addition", take_back)]],
        count=published.chats,
    )


async def withdraw(incoming: Incoming) -> None:
    """Take it from the cards."""
    await additions.withdraw(
        incoming.session, first_id(incoming), actor=incoming.known_actor, now=incoming.now
    )
    incoming.popup("addition.withdrawn")


async def _show(incoming: Incoming, question_id: int, proposal: Proposal) -> None:
    directive, words = proposal.directive, proposal.words
    buttons = [
        [
            Button(
                "button.publish", Callback(Press.QUESTION_PUBLISH, (question_id,)), style="primary"
            )
        ],
        [Button("button.reword", Callback(Press.QUESTION_PUBLISH_EDIT, (question_id,)))],
    ]
    buttons += [
        [
            Button(
                "button.withdraw_addition_of",
                Callback(Press.ADDITION_WITHDRAW, (before.id,)),
                {"at": before.at},
            )
        ]
        for before in proposal.published[-_WITHDRAWABLE:]
    ]
    await incoming.reply(
        _ASK,
        buttons=buttons,
        question=question_id,  # said by no sentence: which one the words are of
        code=number_and_symbol(directive.number, directive.symbol) or f"#{directive.id}",
        asked=words.asked,
        answer=words.answer,
        units=proposal.units,
        chats=proposal.chats,
    )


async def _shown_words(incoming: Incoming, question_id: int) -> Words | None:
    """The words in the pressed message, if it shows what would be published of this question."""
    parameters = await shown(incoming, MessageKind.NOTICE)
    if parameters.get("key") != _ASK:
        return None
    values = decode_values(parameters["values"])
    if values.get("question") != question_id:
        return None
    return Words(str(values["asked"]), str(values["answer"]))
