"""What a draft is to an earlier directive: chosen from a list, by a search, or as suggested."""

from __future__ import annotations

from bot.actions import drafts, relations
from bot.actions.drafts import Menu
from bot.actions.relations import RELATIONS
from bot.domain.dialogues import DialogueKind
from bot.domain.states import MessageKind
from bot.errors import NotFound
from bot.storage import outbox
from bot.storage.tables import Dialogue, Draft
from handlers.appointing import dialogue_draft, own_draft, own_draft_and
from handlers.context import Incoming, page_turned

_LONGEST_SEARCH = 100


async def show(incoming: Incoming) -> None:
    """What the draft is related to, and what else it can be."""
    await _show(incoming, await drafts.open_draft(incoming.session, await own_draft(incoming)))


async def _show(incoming: Incoming, draft: Draft) -> None:
    await drafts.show(incoming.session, draft, now=incoming.now, menu=Menu.RELATIONS)


async def page(incoming: Incoming) -> None:
    """Directives to choose from, newest first; other pages in the place of the pressed one."""
    draft_id, kind, number = await own_draft_and(incoming, 2)
    await drafts.open_draft(incoming.session, draft_id)
    await _list(
        incoming,
        draft_id,
        kind,
        page=number,
        words=await _words(incoming),
        edits=await page_turned(incoming),
    )


async def ask_words(incoming: Incoming) -> None:
    """Which one? By its number, or words of its subject."""
    draft_id, kind = await own_draft_and(incoming, 1)
    await drafts.open_draft(incoming.session, draft_id)
    _check_kind(kind)
    await incoming.ask(DialogueKind.DRAFT_RELATED, {"draft_id": draft_id, "kind": kind})
    await incoming.reply("relation.ask_words")


async def take_words(incoming: Incoming, dialogue: Dialogue) -> None:
    """The typed words; if none has them, others may be typed."""
    draft_id = await dialogue_draft(incoming, dialogue)
    await drafts.open_draft(incoming.session, draft_id)
    words = " ".join(incoming.text.split())[:_LONGEST_SEARCH]
    scope = incoming.known_actor.scope
    found = await relations.find(incoming.session, words, scope=scope, offset=0, limit=1)
    if not words or not found.count:
        raise NotFound("relation.none_found")
    await incoming.end_dialogue()
    kind = int(dialogue.data["kind"])
    await _list(incoming, draft_id, kind, page=1, words=words, edits=None)


async def relate(incoming: Incoming) -> None:
    """This one."""
    draft_id, kind, directive_id = await own_draft_and(incoming, 2)
    _check_kind(kind)
    draft = await relations.relate(
        incoming.session,
        draft_id,
        RELATIONS[kind],
        directive_id,
        actor=incoming.known_actor,
        now=incoming.now,
    )
    incoming.popup("relation.taken")
    await _show(incoming, draft)


async def clear(incoming: Incoming) -> None:
    """None."""
    draft = await relations.clear(incoming.session, await own_draft(incoming), now=incoming.now)
    await _show(incoming, draft)


def _check_kind(kind: int) -> None:
    if kind >= len(RELATIONS):
        raise NotFound("refused.gone")


async def _words(incoming: Incoming) -> str:
    """What the pressed list was searched for."""
    if incoming.pressed_message is None:
        return ""
    shown = await outbox.shown_at(
        incoming.session,
        MessageKind.RELATED,
        chat_id=incoming.chat.id,
        message_id=incoming.pressed_message,
    )
    return str(shown.get("words", ""))


async def _list(
    incoming: Incoming, draft_id: int, kind: int, *, page: int, words: str, edits: int | None
) -> None:
    _check_kind(kind)
    await incoming.show(
        MessageKind.RELATED,
        {
            "draft_id": draft_id,
            "kind": kind,
            "page": page,
            "words": words,
            "person_id": incoming.known_actor.person_id,
        },
        edits=edits,
    )
