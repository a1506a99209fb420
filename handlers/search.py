"""/tim: directives and units by what people type of them; for who reviews, what a unit submitted by
the reference that its receipt names."""

from __future__ import annotations

from bot.domain.articles import article_id_of
from bot.domain.dialogues import DialogueKind
from bot.domain.folding import fold
from bot.domain.rights import Right
from bot.domain.states import ChatKind, MessageKind
from bot.storage import dialogues
from bot.storage.tables import Dialogue
from handlers import article_review
from handlers.context import Incoming, first_id, page_turned, shown
from handlers.guards import Who, check

_LONGEST = 100


async def find(incoming: Incoming) -> None:
    """/tim [từ]: what holds the words; without any it asks for them."""
    await _find(incoming, " ".join(incoming.arguments))


async def take_words(incoming: Incoming, _dialogue: Dialogue) -> None:
    """The words that were asked for."""
    await _find(incoming, incoming.text)


async def page(incoming: Incoming) -> None:
    """Another page of what was found, looked for anew."""
    words = (await shown(incoming, MessageKind.SEARCH)).get("words", "")
    edits = await page_turned(incoming)
    await _show(incoming, str(words), page=first_id(incoming), edits=edits)


async def _find(incoming: Incoming, words: str) -> None:
    words = " ".join(words.split())
    units = _units(incoming)
    chat, person_id = incoming.chat.id, incoming.known_actor.person_id
    if fold(words):
        await dialogues.close(incoming.session, person_id=person_id, chat_id=chat)
        article_id = article_id_of(words)
        if article_id is not None and units is None and incoming.known_actor.may(Right.REVIEW):
            await article_review.show_article(incoming, article_id)
            return
        await _show(incoming, words, page=1, edits=None)
        return
    await dialogues.open_dialogue(
        incoming.session,
        DialogueKind.SEARCH,
        person_id=person_id,
        chat_id=chat,
        data={},
        now=incoming.now,
    )
    await incoming.reply("search.ask" if units is None else "search.ask_contact")


async def _show(incoming: Incoming, words: str, *, page: int, edits: int | None) -> None:
    await incoming.show(
        MessageKind.SEARCH,
        {
            "words": words[:_LONGEST],
            "page": page,
            "person_id": incoming.known_actor.person_id,
            "unit_ids": _units(incoming),
        },
        edits=edits,
    )


def _units(incoming: Incoming) -> list[int] | None:
    """The units among whose directives it is looked for; None for the office, which looks through
    all that is its own. NotAllowed to everybody else, and to the office under a unit's eyes."""
    actor, chat = incoming.actor, incoming.chat
    in_office = chat.kind is ChatKind.PRIVATE or chat.staff_group
    if actor is not None and actor.may(Right.VIEW) and in_office:
        return None
    check(Who.CONTACT, actor, chat)
    of_group = chat.unit_id  # None in a private chat
    return [unit for unit in incoming.known_actor.unit_ids if of_group in (None, unit)]
