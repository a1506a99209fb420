"""Free text, files and everything else that is written: one place decides what it answers, by
asking a list of takers in their order. What none of them takes is kept by `unplaced`.

A link of a contact, and a reply to a card or a question, is never eaten by a dialogue about
something else, which stays open. In a group, where the bot
may hear all talk, only what answers one of its messages or questions is for it. What was edited is
in `edits`.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from bot.actions.questions import of_reply as questions_at
from bot.articles.named_tasks import task_named
from bot.domain.dialogues import DialogueKind
from bot.domain.rights import Right
from bot.domain.states import ChatKind
from bot.errors import NotAllowed
from bot.storage import cards, dialogues
from bot.storage.tables import Dialogue
from handlers import (
    articles,
    attachments,
    composing,
    evidence,
    inviting,
    link_files,
    nothing,
    questions,
    receipt_words,
    registration,
    table_imports,
    unit_changes,
    unplaced,
    written,
)
from handlers.asked import (
    IN_WORDS,
    REGISTRY,
    SAYS_ANYTHING,
    TAKES_LINKS,
    TYPED,
    WORDS_WITHOUT_LINKS,
)
from handlers.context import Incoming, first_id, page_turned

_INVITE_CODE = re.compile(r"[A-Za-z0-9_-]{22}")


async def take(incoming: Incoming) -> None:
    """Whatever a person writes that is no command."""
    dialogue = await current(incoming)
    if await _is_for_us(incoming, dialogue):
        await take_as(incoming, dialogue)
    else:
        await questions.take_album(incoming)


async def take_as(incoming: Incoming, dialogue: Dialogue | None) -> None:
    """Let whoever it is for take it."""
    for taker in _TAKERS:
        if await taker(incoming, dialogue):
            return


async def current(incoming: Incoming) -> Dialogue | None:
    """What the person was asked here and has not answered, if words can answer it."""
    if incoming.actor is None:
        return None
    dialogue = await dialogues.current(
        incoming.session,
        person_id=incoming.actor.person_id,
        chat_id=incoming.chat.id,
        now=incoming.now,
    )
    if dialogue is not None and dialogue.kind is DialogueKind.UNIT_CHANGE_SHOWN:
        return None
    return dialogue


async def _is_for_us(incoming: Incoming, dialogue: Dialogue | None) -> bool:
    """In a group, where all talk may be heard: what answers us, or goes on with what did."""
    if (
        incoming.chat.kind is not ChatKind.GROUP
        or dialogue is not None
        or written.answers_us(incoming)
    ):
        return True
    return await unplaced.belongs_to_album(incoming) or await evidence.belongs_to_album(incoming)


# --- the takers, each of which says whether it was for it ----------------------------------------

Taker = Callable[[Incoming, Dialogue | None], Awaitable[bool]]


async def _album_of_question(incoming: Incoming, _: Dialogue | None) -> bool:
    return await questions.take_album(incoming)


async def _registry_words(incoming: Incoming, dialogue: Dialogue | None) -> bool:
    """A unit's site may look like a link."""
    if dialogue is None or dialogue.kind not in REGISTRY:
        return False
    take_answer, right = REGISTRY[dialogue.kind]
    if not await _answers_in_words(incoming, right):
        return False
    await take_answer(incoming, dialogue)
    return True


async def _asked_file(incoming: Incoming, dialogue: Dialogue | None) -> bool:
    if dialogue is None or not _brings_file(incoming, dialogue):
        return False
    await attachments.take(incoming, dialogue)
    return True


async def _secret(incoming: Incoming, dialogue: Dialogue | None) -> bool:
    """A letter that may be composed from is refused where letters are read; what staff enter for a
    unit is none."""
    is_entered = dialogue is not None and dialogue.kind is DialogueKind.ENTER_WORK
    is_letter = written.may_compose(incoming) and (
        written.has_file(incoming) or written.is_letter(incoming)
    )
    may_be_refused = is_entered or not is_letter
    return may_be_refused and await unplaced.refuse_secret(incoming)


async def _album_of_evidence(incoming: Incoming, _: Dialogue | None) -> bool:
    return await evidence.take_album(incoming)


async def _asked_anything(incoming: Incoming, dialogue: Dialogue | None) -> bool:
    if dialogue is None or not await _says(incoming, dialogue):
        return False
    take_words, _ = SAYS_ANYTHING[dialogue.kind]
    await take_words(incoming, dialogue)
    return True


async def _reply_in_question(incoming: Incoming, _: Dialogue | None) -> bool:
    return await questions.take_reply(incoming)


async def _our_link(incoming: Incoming, _: Dialogue | None) -> bool:
    """An invite's link is no result, and is as good as one that was opened."""
    code = written.code_of_our_link(incoming, incoming.text)
    if code is None or incoming.chat.kind is not ChatKind.PRIVATE or written.is_letter(incoming):
        return False
    await registration.take_our_link(incoming, code)
    return True


async def _links(incoming: Incoming, dialogue: Dialogue | None) -> bool:
    links, actor = articles.links_in(incoming), incoming.actor
    links = links or articles.post_passed_on(incoming, dialogue)
    if not links or actor is None or not actor.unit_ids or written.is_letter(incoming):
        return False
    await articles.take_links(incoming, links, dialogue)
    return True


async def _link_file(incoming: Incoming, dialogue: Dialogue | None) -> bool:
    return await link_files.take(incoming, dialogue)


async def _evidence(incoming: Incoming, dialogue: Dialogue | None) -> bool:
    return await evidence.take(incoming, dialogue)


async def _typed(incoming: Incoming, dialogue: Dialogue | None) -> bool:
    if dialogue is None or not _may_answer(incoming, dialogue):
        return False
    take_typed, _ = TYPED[dialogue.kind]
    await take_typed(incoming, dialogue)
    return True


async def _joining(incoming: Incoming, dialogue: Dialogue | None) -> bool:
    if dialogue is None:
        return False
    if dialogue.kind is DialogueKind.JOIN_NAME:
        await registration.take_name(incoming)
    elif dialogue.kind is DialogueKind.JOIN_TITLE:
        await registration.take_title(incoming, dialogue)
    elif _names_unit(incoming, dialogue):
        await inviting.take_unit(incoming, dialogue)
    else:
        return False
    return True


async def _mistyped_link(incoming: Incoming, dialogue: Dialogue | None) -> bool:
    """A link that is none, of a contact who does not ask anything: also in reply to a card it is no
    question."""
    is_asked = dialogue is not None and dialogue.kind is DialogueKind.SUBMIT
    actor = incoming.actor
    if actor is None or not actor.unit_ids or not (dialogue is None or is_asked):
        return False
    if not articles.is_mistyped_link(incoming) or written.is_letter(incoming):
        return False
    await unplaced.take(incoming)
    return True


async def _says_received(incoming: Incoming, dialogue: Dialogue | None) -> bool:
    return await receipt_words.take(incoming, dialogue)


async def _reply_to_card(incoming: Incoming, _: Dialogue | None) -> bool:
    addressee_id = await articles.replied_addressee(incoming)
    if addressee_id is None or incoming.actor is None:
        return False
    await questions.take_reply_to_card(incoming, addressee_id)
    return True


async def _no_link(incoming: Incoming, dialogue: Dialogue | None) -> bool:
    """Links or other evidence were asked for and this is none: kept all the same, and it is offered
    to say that there is nothing to send."""
    if dialogue is None or dialogue.kind is not DialogueKind.SUBMIT:
        return False
    addressee_id = (await articles.meant_by(incoming, dialogue)).addressee_id
    named = task_named(incoming.text)
    offered = await nothing.offers(incoming, addressee_id, position=named)
    is_nothing = offered and nothing.says_so(incoming.text)
    asked = "link.nothing_how" if is_nothing else "link.none_found"
    await unplaced.take(incoming, asked=asked, buttons=offered)
    return True


async def _letter(incoming: Incoming, dialogue: Dialogue | None) -> bool:
    """A letter, or a table of units."""
    if table_imports.is_table(incoming) and written.is_in_office(incoming):
        await table_imports.begin(incoming)
        return True
    if not written.may_compose(incoming):
        return False
    if written.has_file(incoming):
        await composing.begin_with_file(incoming)
        return True
    awaits_letter = dialogue is not None and dialogue.kind is DialogueKind.PASTE_LETTER
    if incoming.text.strip() and (awaits_letter or written.is_letter(incoming)):
        await composing.begin_with_text(incoming)
        return True
    return False


async def _invite_code(incoming: Incoming, _: Dialogue | None) -> bool:
    text = incoming.text.strip()
    if incoming.chat.kind is not ChatKind.PRIVATE or not _INVITE_CODE.fullmatch(text):
        return False
    await registration.offer_invite(incoming, text)
    return True


async def _from_stranger(incoming: Incoming, dialogue: Dialogue | None) -> bool:
    """What strangers are told; nothing of theirs is kept."""
    if incoming.actor is not None and incoming.actor.is_known:
        return False
    if incoming.chat.kind is ChatKind.GROUP:
        raise NotAllowed("refused.anonymous" if incoming.is_anonymous else "refused.stranger")
    if dialogue is not None and dialogue.kind is DialogueKind.JOIN:
        await registration.remind_to_agree(incoming)
    else:
        await registration.greet_stranger(incoming)
    return True


async def _anything(incoming: Incoming, _: Dialogue | None) -> bool:
    await unplaced.take(incoming)
    return True


_TAKERS: tuple[Taker, ...] = (
    _registry_words,
    _asked_file,
    _secret,
    _album_of_question,
    _album_of_evidence,
    _asked_anything,
    _reply_in_question,
    _our_link,
    _links,
    _link_file,
    _evidence,
    _mistyped_link,
    _says_received,
    _reply_to_card,
    _typed,
    _joining,
    _no_link,
    _letter,
    _invite_code,
    _from_stranger,
    _anything,
)


# --- what they look at ---------------------------------------------------------------------------


async def _says(incoming: Incoming, dialogue: Dialogue) -> bool:
    """Whether this is what they were asked to say: no reply to another question or card, and of a
    contact no mere link."""
    if dialogue.kind not in SAYS_ANYTHING:
        return False
    actor, (_, right) = incoming.actor, SAYS_ANYTHING[dialogue.kind]
    if actor is None or not (actor.may(right) if right else actor.unit_ids):
        return False
    message = incoming.message
    if message is not None and message.reply_to_message is not None:
        replied = message.reply_to_message.message_id
        about = await questions_at(incoming.session, chat_id=incoming.chat.id, message_id=replied)
        if about not in (None, dialogue.data.get("question_id")):
            return False
        addressee_id = await articles.replied_addressee(incoming)
        if addressee_id not in (None, dialogue.data.get("addressee_id")):
            return False
    if dialogue.kind in WORDS_WITHOUT_LINKS:
        return _is_words(incoming) and not articles.links_in(incoming)
    if right is not None or dialogue.kind in TAKES_LINKS:
        return True
    return not articles.is_only_links(incoming)


def _brings_file(incoming: Incoming, dialogue: Dialogue) -> bool:
    """A file that was asked for, whatever its caption says."""
    message = incoming.message
    return (
        dialogue.kind is DialogueKind.DRAFT_FILES
        and _may_answer(incoming, dialogue)
        and message is not None
        and bool(message.document or message.photo)
    )


async def _answers_in_words(incoming: Incoming, right: Right) -> bool:
    """Somebody with this right wrote something: no file, and no reply to a card or a question."""
    actor, message = incoming.actor, incoming.message
    if actor is None or not actor.may(right) or message is None or message.text is None:
        return False
    if message.reply_to_message is None:
        return True
    where = {"chat_id": incoming.chat.id, "message_id": message.reply_to_message.message_id}
    card = await cards.at_message(incoming.session, **where)
    return card is None and await questions_at(incoming.session, **where) is None


def _names_unit(incoming: Incoming, dialogue: Dialogue) -> bool:
    """Who keeps the registry has typed which unit they mean; a file or a letter is none."""
    actor = incoming.actor
    return (
        dialogue.kind is DialogueKind.INVITE_UNIT
        and actor is not None
        and actor.may(Right.REGISTER)
        and _is_words(incoming)
    )


def _is_words(incoming: Incoming) -> bool:
    """Something short was written; no file, and no letter."""
    message = incoming.message
    return message is not None and message.text is not None and not written.is_letter(incoming)


def _may_answer(incoming: Incoming, dialogue: Dialogue) -> bool:
    actor = incoming.actor
    if dialogue.kind not in TYPED or actor is None:
        return False
    if dialogue.kind in IN_WORDS and not _is_words(incoming):
        return False
    _, right = TYPED[dialogue.kind]
    return actor.is_known if right is None else actor.may(right)


async def leave_note(incoming: Incoming) -> None:
    """“Thôi” below a question for what a unit is to be told: nothing is."""
    if not await incoming.end_note(about=first_id(incoming)):
        incoming.popup("dialogue.none")
        return
    await incoming.answer("dialogue.left", {}, edits=await page_turned(incoming))


async def leave(incoming: Incoming) -> None:
    """/huy: leave whatever was being asked."""
    person_id, chat_id = incoming.known_actor.person_id, incoming.chat.id
    dialogue = await dialogues.current(
        incoming.session, person_id=person_id, chat_id=chat_id, now=incoming.now
    )
    if dialogue is not None and "change_id" in dialogue.data:
        await unit_changes.leave(incoming, dialogue)
    closed = await dialogues.close(incoming.session, person_id=person_id, chat_id=chat_id)
    await incoming.reply("dialogue.left" if closed else "dialogue.none")
