"""The files that go with a draft's letter: their menu, and the dialogue in which they are sent."""

from __future__ import annotations

from telegram import Message

from bot.actions import attachments, drafts, letters
from bot.actions.attachments import File
from bot.actions.drafts import Menu
from bot.actions.replies import Button
from bot.callbacks import Callback, Press
from bot.domain.dialogues import DialogueKind
from bot.errors import InvalidInput
from bot.letters.document import document_of
from bot.letters.marks import REFUSAL, find_secrecy, is_named_secret
from bot.storage.tables import Dialogue, Draft
from handlers.appointing import dialogue_draft, own_draft, own_draft_and
from handlers.context import Incoming


async def show(incoming: Incoming) -> None:
    """The files there are, to be ordered and taken away."""
    await _show(incoming, await drafts.open_draft(incoming.session, await own_draft(incoming)))


async def _show(incoming: Incoming, draft: Draft) -> None:
    await drafts.show(incoming.session, draft, now=incoming.now, menu=Menu.FILES)


async def ask(incoming: Incoming) -> None:
    """The next files that are sent here go with the letter."""
    draft = await drafts.open_draft(incoming.session, await own_draft(incoming))
    await incoming.ask(DialogueKind.DRAFT_FILES, {"draft_id": draft.id})
    await incoming.reply("attachments.ask", buttons=_done_button(draft.id), most=attachments.MOST)


async def done(incoming: Incoming) -> None:
    """That were all: a file that comes now is a letter again."""
    draft = await drafts.open_draft(incoming.session, await own_draft(incoming))
    await incoming.end_dialogue()
    await _show(incoming, draft)


async def remove(incoming: Incoming) -> None:
    """Take one away."""
    draft_id, attachment_id = await own_draft_and(incoming, 1)
    draft = await attachments.remove(incoming.session, draft_id, attachment_id, now=incoming.now)
    await _show(incoming, draft)


async def put_at(incoming: Incoming) -> None:
    """Let one stand at another place."""
    draft_id, attachment_id, place = await own_draft_and(incoming, 2)
    draft = await attachments.put_at(
        incoming.session, draft_id, attachment_id, place, now=incoming.now
    )
    await _show(incoming, draft)


async def take(incoming: Incoming, dialogue: Dialogue) -> None:
    """A file, one of an album or alone. Its caption is no text of ours, but may bear a mark."""
    draft_id = await dialogue_draft(incoming, dialogue)
    message = incoming.message
    file = _file_of(message) if message else None
    if file is None or message is None:
        raise InvalidInput("attachments.no_file")
    if _is_marked_secret(file, incoming.text):
        await _refuse_secret(incoming, message)
        return
    count = await attachments.add(incoming.session, draft_id, file, now=incoming.now)
    await incoming.reply(
        "attachments.added",
        buttons=_done_button(draft_id),
        number=count,
        name=file.name or "–",
    )


def _file_of(message: Message) -> File | None:
    """A document or the largest size of a photo; Telegram sends nothing else on as it came."""
    if message.photo:
        largest = message.photo[-1]
        return File(largest.file_id, largest.file_unique_id, is_picture=True)
    document = message.document
    if document is None:
        return None
    return File(
        document.file_id, document.file_unique_id, " ".join((document.file_name or "").split())
    )


def _is_marked_secret(file: File, caption: str) -> bool:
    return (
        is_named_secret(file.name)
        or is_named_secret(caption)
        or find_secrecy(document_of(caption)) is not None
    )


async def _refuse_secret(incoming: Incoming, message: Message) -> None:
    """As a letter with a mark is refused: nothing of the message is kept."""
    await letters.refuse_secret(
        incoming.session,
        incoming.chat.id,
        message.message_id,
        person_id=incoming.known_actor.person_id,
        now=incoming.now,
    )
    await incoming.reply(REFUSAL)


def _done_button(draft_id: int) -> list[list[Button]]:
    return [[Button("button.files_done", Callback(Press.DRAFT_FILES_DONE, (draft_id,)))]]
