"""A file that may hold a table of links: kept to be read beside. Of a contact any such file is
looked into; of the office's people what they enter for a unit."""

from __future__ import annotations

from bot.actions import link_files as actions
from bot.actions.link_files import SentFile
from bot.actions.recording import Sender
from bot.domain.states import ChatKind
from bot.storage.tables import Dialogue
from bot.tables.link_reading import FORMS
from bot.tables.reading import MAX_BYTES
from handlers import articles, evidence, written
from handlers.context import Incoming


def may_hold_links(incoming: Incoming) -> bool:
    """Whether it is a file of a form that can be read, and not too large."""
    document = incoming.message.document if incoming.message else None
    if document is None:
        return False
    form = (document.file_name or "").lower().rpartition(".")[2]
    return form in FORMS and (document.file_size or 0) <= MAX_BYTES


async def take(incoming: Incoming, dialogue: Dialogue | None) -> bool:
    """Keep a contact's file to be read; False for anything else."""
    actor = incoming.actor
    if actor is None or not actor.unit_ids or not may_hold_links(incoming):
        return False
    rule = await evidence.rule_for(incoming, dialogue)
    if rule is None and not _may_just_send(incoming):
        return False
    await begin(
        incoming,
        articles.sender_here(incoming),
        addressee_id=rule.meant.addressee_id if rule else None,
        is_evidence=rule is not None,
    )
    if rule is not None and rule.is_asked:
        await incoming.end_dialogue()
    return True


def _may_just_send(incoming: Incoming) -> bool:
    """In private, with nothing asked; the office's people send letters and lists of units so."""
    in_private = incoming.chat.kind is ChatKind.PRIVATE
    return in_private and not written.is_in_office(incoming) and "?" not in incoming.text


async def begin(
    incoming: Incoming, sender: Sender, *, addressee_id: int | None, is_evidence: bool
) -> None:
    """Keep it for whoever sends it."""
    found = evidence.evidence_in(incoming)
    assert found is not None  # noqa: S101 - a document is evidence
    await actions.begin(
        incoming.session,
        SentFile(document=found, addressee_id=addressee_id, is_evidence=is_evidence),
        sender=sender,
        now=incoming.now,
    )
