"""Evidence without a link: photos, videos, documents, recordings, and quantities in words. It is
taken where it answers a card or a reminder, where it was asked for, or where its words name a task;
what comes otherwise is for others to place.

Who replies to a card by voice speaks to the office, and words with a question mark ask: that is
none, unless it was asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.actions import changed_evidence, submission_receipts, submitting
from bot.actions.evidence import Evidence, of_file, of_quantity
from bot.actions.recording import Message, Sender
from bot.actions.submission_receipts import Reader
from bot.actions.submitting import Meant
from bot.articles.named_tasks import task_named, tasks_named
from bot.domain.articles import EvidenceKind
from bot.domain.dialogues import DialogueKind
from bot.domain.quantities import read_quantity
from bot.domain.states import ContentKind
from bot.storage.tables import Dialogue, Submission
from handlers import articles, written
from handlers.contents import content_of, file_name_of
from handlers.context import Incoming

KINDS = {
    ContentKind.PHOTO: EvidenceKind.PHOTO,
    ContentKind.VIDEO: EvidenceKind.VIDEO,
    ContentKind.VIDEO_NOTE: EvidenceKind.VIDEO,
    ContentKind.ANIMATION: EvidenceKind.VIDEO,
    ContentKind.DOCUMENT: EvidenceKind.DOCUMENT,
    ContentKind.AUDIO: EvidenceKind.AUDIO,
    ContentKind.VOICE: EvidenceKind.AUDIO,
}
_SPOKEN = (ContentKind.VOICE, ContentKind.VIDEO_NOTE)


@dataclass(frozen=True, slots=True)
class Rule:
    """Why something is taken for evidence: it was asked for, or answers a card; and for what."""

    is_asked: bool
    meant: Meant


async def rule_for(incoming: Incoming, dialogue: Dialogue | None) -> Rule | None:
    """Why what was sent is evidence; None if it is not."""
    actor = incoming.actor
    if actor is None or not actor.unit_ids or incoming.message is None:
        return None
    asked = dialogue if dialogue is not None and dialogue.kind is DialogueKind.SUBMIT else None
    meant = await articles.meant_by(incoming, asked)
    if asked is not None:
        return Rule(is_asked=True, meant=meant)
    is_text = incoming.message.text is not None
    names_task = bool(tasks_named(incoming.text)) and not (is_text and written.is_letter(incoming))
    if written.may_compose(incoming) and written.has_file(incoming):
        names_task = False  # a letter that staff send
    answers = meant.addressee_id is not None and not is_text and not _is_spoken(incoming)
    if "?" in incoming.text or not (names_task or answers):
        return None
    return Rule(is_asked=False, meant=meant)


def _is_spoken(incoming: Incoming) -> bool:
    message = incoming.message
    return message is not None and content_of(message).kind in _SPOKEN


def evidence_in(incoming: Incoming) -> Evidence | None:
    """What a message brings beside links: its file, or the quantity that its words tell."""
    message = incoming.message
    if message is None:
        return None
    if message.text is not None:
        quantity = read_quantity(message.text)
        if quantity is None:
            return None
        return of_quantity(
            quantity, message.text, chat_id=incoming.chat.id, message_id=message.message_id
        )
    content = content_of(message)
    kind = KINDS.get(content.kind)
    if kind is None or content.file_id is None:
        return None
    return of_file(
        kind,
        unique_id=content.unique_id,
        file_id=content.file_id,
        file_name=file_name_of(message),
        album=message.media_group_id,
        note=incoming.text,
    )


async def take(incoming: Incoming, dialogue: Dialogue | None) -> bool:
    """Take a file or a quantity as evidence, or ask for which task it is; False if it is none, or
    if there is nothing that it could be for."""
    found = evidence_in(incoming)
    rule = await rule_for(incoming, dialogue) if found is not None else None
    if found is None or rule is None:
        return False
    sender = articles.sender_here(incoming)
    if not rule.is_asked and not await submitting.takes_anything(
        incoming.session, sender=sender, addressee_id=rule.meant.addressee_id, now=incoming.now
    ):
        return False
    await submit(incoming, found, sender, rule.meant)
    if rule.is_asked:
        await incoming.end_dialogue()
    return True


async def submit(incoming: Incoming, found: Evidence, sender: Sender, meant: Meant) -> None:
    """Take it for whoever sends it, and tell what came of it; what its words say goes before what
    is `meant`."""
    position = task_named(incoming.text) or meant.task_position
    meant = replace(meant, task_position=position, words=incoming.text)
    outcome = await submitting.submit(
        incoming.session, [found], sender=sender, meant=meant, now=incoming.now
    )
    reader = Reader(incoming.chat.id, sender.message.message_id, incoming.moments)
    await submission_receipts.tell(incoming.session, outcome, reader=reader, now=incoming.now)


# --- albums --------------------------------------------------------------------------------------


async def take_album(incoming: Incoming) -> bool:
    """Another part of an album of which something was taken as evidence; False for anything else.
    Nothing is told: it was, of the first one."""
    before = await _album(incoming)
    found = evidence_in(incoming) if before else None
    if not before or found is None:
        return False
    if all(row.kind is EvidenceKind.LINK for row in before):
        return True  # beside links in a caption no picture counts
    message, actor = incoming.message, incoming.known_actor
    assert message is not None  # noqa: S101 - it brought the evidence
    if not before[0].by_office:
        actor = submitting.actor_in(actor, incoming.chat)
    sender = Sender(actor, Message(incoming.chat, message.message_id))
    await submitting.follow_album(incoming.session, found, before, sender=sender, now=incoming.now)
    return True


async def belongs_to_album(incoming: Incoming) -> bool:
    """Whether another part of the same album was evidence: then this one is too, also in a
    group."""
    return bool(await _album(incoming))


async def _album(incoming: Incoming) -> Sequence[Submission]:
    message, actor = incoming.message, incoming.actor
    if message is None or actor is None:
        return ()
    return await submitting.album_of(
        incoming.session,
        message.media_group_id,
        person_id=actor.person_id,
        chat_id=incoming.chat.id,
    )


# --- what is edited ------------------------------------------------------------------------------


async def take_edit(incoming: Incoming) -> bool:
    """Somebody changed the words of what they had sent as evidence; False for any other message."""
    message = _message(incoming)
    if message is None:
        return False
    edited = await changed_evidence.change(incoming.session, message, incoming.text)
    if edited is None:
        return False
    if edited.quantity is not None:
        await incoming.reply(
            "evidence.quantity_changed",
            amount=edited.quantity.amount,
            measure=edited.quantity.measure,
        )
    return True


async def is_of(incoming: Incoming) -> bool:
    """Whether the message brought evidence before it was edited."""
    message = _message(incoming)
    return message is not None and await changed_evidence.is_of(incoming.session, message)


def _message(incoming: Incoming) -> Message | None:
    message = incoming.message
    return Message(incoming.chat, message.message_id) if message is not None else None
