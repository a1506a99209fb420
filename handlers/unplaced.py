"""What nobody could place: kept and told, refused if it is secret, changed when it is edited. What
the office decides about it is in `placing`."""

from __future__ import annotations

from collections.abc import Sequence

from bot.actions import changed_evidence, letters, unplaced
from bot.actions.recording import Message
from bot.actions.replies import Button, Values
from bot.actions.unplaced import Sent
from bot.articles.broken_links import broken_links
from bot.articles.named_tasks import tasks_named
from bot.domain.rights import Right
from bot.domain.splitting import shortened
from bot.letters.document import document_of
from bot.letters.marks import REFUSAL, find_secrecy, is_named_secret
from bot.storage import unplaced as rows
from handlers.contents import content_of, file_name_of
from handlers.context import Incoming

KEPT = "unplaced.contact"


async def take(
    incoming: Incoming,
    *,
    asked: str | None = None,
    key: str = KEPT,
    buttons: Sequence[Sequence[Button]] = (),
) -> None:
    """Nobody knows what it is about: kept for the office to place, and told so once for all that
    comes together. Who was `asked` for something is told what is missing, each time; so is who
    names a task, or has mistyped a link. Other `buttons` stand above that which makes it a
    question. What the office's own people write is only told."""
    actor = incoming.known_actor
    speaks_for_unit = actor.staff_role is None or incoming.chat.unit_id in actor.unit_ids
    if not actor.unit_ids or not speaks_for_unit:
        unplaced.note(incoming.session, _sent(incoming), actor=actor, now=incoming.now)
        may_issue = actor.may(Right.ISSUE)
        await incoming.reply("unplaced.staff" if may_issue else "unplaced.staff_other")
        return
    kept = await unplaced.keep(incoming.session, _sent(incoming), actor=actor, now=incoming.now)
    broken = broken_links(incoming.text)
    expects_word = asked is not None or broken or tasks_named(incoming.text)
    if kept.is_more_of_album or not (kept.is_new or expects_word):
        return
    values: Values = {"office": incoming.rt.config.office.name}
    if broken:
        values["link"] = shortened(broken[0], most=60)
    key = "link.malformed" if broken else asked or key
    await unplaced.tell_kept(
        incoming.session, kept.row, key, values, now=incoming.now, buttons=buttons
    )


def _sent(incoming: Incoming) -> Sent:
    message = incoming.message
    assert message is not None  # noqa: S101 - presses are no messages
    content = content_of(message)
    return Sent(
        incoming.chat,
        message.message_id,
        content.kind,
        incoming.text or _in_words(incoming),
        content.file_id,
        file_name_of(message),
        message.media_group_id,
    )


def _in_words(incoming: Incoming) -> str:
    """What is neither text nor file, as far as words can say it; the copy shows it as it is."""
    message = incoming.message
    if message is None:
        return ""
    if message.poll is not None:
        return message.poll.question
    if message.sticker is not None:
        return message.sticker.emoji or ""
    return message.dice.emoji if message.dice is not None else ""


async def belongs_to_album(incoming: Incoming) -> bool:
    """Whether another part of the same album was kept: then this one is too, also in a group."""
    message, actor = incoming.message, incoming.actor
    if message is None or actor is None or message.media_group_id is None:
        return False
    before = await rows.of_album(
        incoming.session,
        person_id=actor.person_id,
        chat_id=incoming.chat.id,
        album=message.media_group_id,
    )
    return before is not None


async def refuse_secret(incoming: Incoming) -> bool:
    """What bears a mark of secrecy is refused like a letter with one, and nothing of it is kept;
    False for anything else."""
    message, actor = incoming.message, incoming.actor
    if message is None or actor is None:
        return False
    is_marked = find_secrecy(document_of(incoming.text)) is not None
    if not is_marked and not is_named_secret(file_name_of(message)):
        return False
    kept = await rows.at_message(
        incoming.session, chat_id=incoming.chat.id, message_id=message.message_id
    )
    if kept is not None:  # it was harmless before it was edited
        await unplaced.forget(incoming.session, kept, now=incoming.now)
    await changed_evidence.forget(
        incoming.session, Message(incoming.chat, message.message_id), now=incoming.now
    )
    await letters.refuse_secret(
        incoming.session,
        incoming.chat.id,
        message.message_id,
        person_id=actor.person_id,
        now=incoming.now,
    )
    await incoming.reply(REFUSAL)
    return True


async def take_edit(incoming: Incoming) -> bool:
    """Somebody changed what was kept; False for any other message."""
    message, actor = incoming.message, incoming.actor
    if message is None or actor is None:
        return False
    row = await rows.at_message(
        incoming.session, chat_id=incoming.chat.id, message_id=message.message_id
    )
    if row is None or row.person_id != actor.person_id:
        return False
    await unplaced.edit(
        incoming.session, row, incoming.text or _in_words(incoming), now=incoming.now
    )
    return True
