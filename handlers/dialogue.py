"""Free text, files and everything else that is written: one place decides what it answers.

A link of a contact, and a reply to a card, is never eaten by a dialogue. In a group, where the bot
may hear all talk, only what answers one of its messages or questions is for it.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from bot.actions.questions import of_reply as questions_at
from bot.domain.rights import Right
from bot.domain.states import ChatKind, DialogueKind
from bot.errors import InvalidInput, NotAllowed
from bot.storage import cards, dialogues, events
from bot.storage.tables import Dialogue
from handlers import (
    additions,
    answers,
    appointing,
    articles,
    attachments,
    audience,
    canned_answers,
    composing,
    corrections,
    draft_list,
    draft_tasks,
    endings,
    inviting,
    late_joiners,
    question_answers,
    questions,
    receipts,
    registration,
    registry,
    relations,
    review,
    search,
    slips,
    stand_ins,
    table_imports,
    unit_changes,
)
from handlers.context import Incoming

_LETTER_LENGTH = 200  # a longer text from staff is taken for a letter
_INVITE_CODE = re.compile(r"[A-Za-z0-9_-]{22}")

Take = Callable[[Incoming, Dialogue], Awaitable[None]]

# What takes the typed answer, and the right it needs; without one the action looks whose it is.
_TYPED: dict[DialogueKind, tuple[Take, Right | None]] = {
    DialogueKind.DRAFT_NUMBER: (composing.take_number, Right.ISSUE),
    DialogueKind.DRAFT_DATE: (composing.take_date, Right.ISSUE),
    DialogueKind.DRAFT_SUBJECT: (composing.take_subject, Right.ISSUE),
    DialogueKind.DRAFT_ISSUER: (composing.take_issuer, Right.ISSUE),
    DialogueKind.DRAFT_DEADLINE: (draft_tasks.take_deadline, Right.ISSUE),
    DialogueKind.TASK_TEXT: (draft_tasks.take_text, Right.ISSUE),
    DialogueKind.TASK_TITLE: (draft_tasks.take_title, Right.ISSUE),
    DialogueKind.TASK_EXPECTED: (draft_tasks.take_expected, Right.ISSUE),
    DialogueKind.TEMPLATE_NAME: (draft_list.take_name, Right.ISSUE),
    DialogueKind.DRAFT_SEND_AT: (appointing.take_send_at, Right.ISSUE),
    DialogueKind.DRAFT_UNIT: (audience.take_unit, Right.ISSUE),
    DialogueKind.LATE_COUNT: (late_joiners.take_count, Right.ISSUE),
    DialogueKind.ADDRESSEE_UNIT: (late_joiners.take_unit, Right.ISSUE),
    DialogueKind.DRAFT_NOTE: (corrections.take_note, Right.ISSUE),
    DialogueKind.PHONED_NOTE: (receipts.take_note, Right.ISSUE),
    DialogueKind.RECALL_REASON: (endings.take_reason, Right.ISSUE),
    DialogueKind.DRAFT_FILES: (attachments.take, Right.ISSUE),
    DialogueKind.DRAFT_RELATED: (relations.take_words, Right.ISSUE),
    DialogueKind.REVIEW_REASON: (review.take_reason, Right.ISSUE),
    DialogueKind.ISSUE_COUNT: (composing.take_count, Right.ISSUE),
    DialogueKind.DELEGATE_TO: (answers.take_name, None),
    DialogueKind.CANNOT_REASON: (answers.take_reason, None),
    DialogueKind.ANSWER_NOTE: (answers.take_note, Right.REVIEW),
    DialogueKind.CANNED_NAME: (canned_answers.take_name, Right.ISSUE),
    DialogueKind.CANNED_TEXT: (canned_answers.take_text, Right.ISSUE),
    DialogueKind.ADDITION_TEXT: (additions.take_words, Right.ISSUE),
    DialogueKind.SEARCH: (search.take_words, None),
    DialogueKind.SLIP_CODE: (slips.take_code, None),
    DialogueKind.DEPUTY_UNTIL: (stand_ins.take_until, None),
    DialogueKind.UNIT_CHANGE: (unit_changes.take, Right.REGISTER),
}
# What takes whatever comes next, also a file, a long text or one with a link in it.
_SAYS_ANYTHING: dict[DialogueKind, tuple[Take, Right | None]] = {
    DialogueKind.QUESTION: (questions.take_words, None),
    DialogueKind.QUESTION_ANSWER: (question_answers.take_answer, Right.REVIEW),
}
# What only something short in words can answer: a file, or a letter, is something else.
_IN_WORDS = (DialogueKind.SEARCH, DialogueKind.SLIP_CODE)
# The registry's questions, and who may still answer them.
_REGISTRY: dict[DialogueKind, tuple[Callable[[Incoming, Dialogue], Awaitable[None]], Right]] = {
    DialogueKind.UNIT_CODE: (registry.take_unit_code, Right.GOVERN),
    DialogueKind.UNIT_NAME: (registry.take_unit_name, Right.GOVERN),
    DialogueKind.UNIT_FIELD: (registry.take_unit_field, Right.REGISTER),
    DialogueKind.GROUP_NAME: (registry.take_group_name, Right.GOVERN),
    DialogueKind.GROUP_FIELD: (registry.take_group_field, Right.GOVERN),
}


async def take(incoming: Incoming) -> None:
    """Whatever a person writes that is no command."""
    actor = incoming.actor
    dialogue = None
    if actor is not None:
        dialogue = await dialogues.current(
            incoming.session,
            person_id=actor.person_id,
            chat_id=incoming.chat.id,
            now=incoming.now,
        )
    if dialogue is not None and dialogue.kind is DialogueKind.UNIT_CHANGE_SHOWN:
        dialogue = None
    if await questions.take_album(incoming):
        return
    if incoming.chat.kind is ChatKind.GROUP and dialogue is None and not _answers_us(incoming):
        return
    if dialogue is not None and dialogue.kind in _REGISTRY:
        take_answer, right = _REGISTRY[dialogue.kind]
        if await _answers_in_words(incoming, right):
            await take_answer(incoming, dialogue)  # a unit's site may look like a link
            return
    if dialogue is not None and _brings_file(incoming, dialogue):
        await attachments.take(incoming, dialogue)
        return
    if dialogue is not None and await _says(incoming, dialogue):
        take_words, _ = _SAYS_ANYTHING[dialogue.kind]
        await take_words(incoming, dialogue)
        return
    if await questions.take_reply(incoming):
        return
    links = articles.links_in(incoming)
    if links and actor is not None and actor.unit_ids and not _is_letter(incoming):
        await articles.take_links(incoming, links, dialogue)
    elif dialogue is not None and _may_answer(incoming, dialogue):
        take_typed, _ = _TYPED[dialogue.kind]
        await take_typed(incoming, dialogue)
    elif dialogue is not None and dialogue.kind is DialogueKind.JOIN_NAME:
        await registration.take_name(incoming)
    elif dialogue is not None and dialogue.kind is DialogueKind.JOIN_TITLE:
        await registration.take_title(incoming, dialogue)
    elif dialogue is not None and _names_unit(incoming, dialogue):
        await inviting.take_unit(incoming, dialogue)
    elif (addressee_id := await articles.replied_addressee(incoming)) is not None:
        await questions.take_reply_to_card(incoming, addressee_id)
    elif dialogue is not None and dialogue.kind is DialogueKind.SUBMIT:
        raise InvalidInput("link.none_found")
    else:
        await _without_dialogue(incoming, dialogue)


async def take_edit(incoming: Incoming) -> None:
    """Somebody changed what they had written."""
    await questions.take_edit(incoming)


async def _says(incoming: Incoming, dialogue: Dialogue) -> bool:
    """Whether this is what they were asked to say: no reply to another question or card, and of a
    contact no mere link."""
    if dialogue.kind not in _SAYS_ANYTHING:
        return False
    actor, (_, right) = incoming.actor, _SAYS_ANYTHING[dialogue.kind]
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
    return right is not None or not articles.is_only_links(incoming)


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
    """Somebody with this right wrote something: no file, and no reply to a directive's card."""
    actor, message = incoming.actor, incoming.message
    if actor is None or not actor.may(right) or message is None or message.text is None:
        return False
    replied = message.reply_to_message
    return replied is None or not await cards.at_message(
        incoming.session, chat_id=incoming.chat.id, message_id=replied.message_id
    )


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
    return message is not None and message.text is not None and not _is_letter(incoming)


def _may_answer(incoming: Incoming, dialogue: Dialogue) -> bool:
    actor = incoming.actor
    if dialogue.kind not in _TYPED or actor is None:
        return False
    if dialogue.kind in _IN_WORDS and not _is_words(incoming):
        return False
    _, right = _TYPED[dialogue.kind]
    return actor.is_known if right is None else actor.may(right)


def _answers_us(incoming: Incoming) -> bool:
    """A reply to a message of this bot."""
    replied = incoming.message.reply_to_message if incoming.message else None
    author = replied.from_user if replied else None
    return author is not None and author.id == incoming.update.get_bot().id


async def _without_dialogue(incoming: Incoming, dialogue: Dialogue | None) -> None:
    actor = incoming.actor
    message = incoming.message
    text = incoming.text.strip()
    awaits_letter = dialogue is not None and dialogue.kind is DialogueKind.PASTE_LETTER
    if table_imports.is_table(incoming) and _is_in_office(incoming):
        await table_imports.begin(incoming)
        return
    if _may_compose(incoming) and message is not None:
        if message.document is not None:
            await composing.begin_with_file(incoming)
            return
        if text and (awaits_letter or _is_letter(incoming)):
            await composing.begin_with_text(incoming)
            return
    if incoming.chat.kind is ChatKind.PRIVATE and _INVITE_CODE.fullmatch(text):
        await registration.offer_invite(incoming, text)
    elif actor is None or not actor.is_known:
        await _stranger(incoming)
    else:
        await _unplaced(incoming)


def _may_compose(incoming: Incoming) -> bool:
    """Staff who issue, and not under the eyes of a unit's group."""
    actor = incoming.actor
    return actor is not None and actor.may(Right.ISSUE) and _is_in_office(incoming)


def _is_in_office(incoming: Incoming) -> bool:
    """Staff, in private or in the office's group."""
    actor, chat = incoming.actor, incoming.chat
    in_own_chat = chat.kind is ChatKind.PRIVATE or chat.staff_group
    return actor is not None and actor.staff_role is not None and in_own_chat


def _is_letter(incoming: Incoming) -> bool:
    return _may_compose(incoming) and len(incoming.text) >= _LETTER_LENGTH


async def _stranger(incoming: Incoming) -> None:
    """What strangers are told; nothing of theirs is kept."""
    if incoming.chat.kind is ChatKind.GROUP:
        raise NotAllowed("refused.anonymous" if incoming.is_anonymous else "refused.stranger")
    await registration.greet_stranger(incoming)


async def _unplaced(incoming: Incoming) -> None:
    """Nobody knows what it is about: the sender is told so, and it is noted that it happened."""
    message = incoming.message
    events.add(
        incoming.session,
        "unplaced",
        at=incoming.now,
        person_id=incoming.known_actor.person_id,
        object_kind="chat",
        object_id=incoming.chat.id,
        message=message.message_id if message else None,
    )
    staff = incoming.known_actor.staff_role is not None
    await incoming.reply("unplaced.staff" if staff else "unplaced.contact")


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
