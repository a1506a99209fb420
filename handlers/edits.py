"""What somebody changed after they had sent it. What was said of it before stands: an edit can add
links, better an answer that was not taken yet, or change words that wait; anything else is kept."""

from __future__ import annotations

from bot.articles.named_tasks import task_named
from bot.domain.states import ChatKind
from bot.storage import dialogues
from bot.storage.tables import Dialogue
from handlers import articles, dialogue, evidence, questions, unplaced, written
from handlers.context import Incoming


async def take(incoming: Incoming) -> None:
    """An edited message; of strangers none is taken, nor one in which there are no words, such as a
    place that moves."""
    actor = incoming.actor
    if actor is None or not actor.is_known or not incoming.text:
        return
    is_ours = (
        incoming.chat.kind is ChatKind.PRIVATE
        or written.answers_us(incoming)
        or await evidence.is_of(incoming)
    )
    if is_ours and await unplaced.refuse_secret(incoming):
        return
    asked_before = await questions.take_edit(incoming)
    if asked_before is not None:
        if is_ours:
            await _take_links(incoming, asked_before=asked_before)
        return
    was_kept = await unplaced.take_edit(incoming)
    if not is_ours:
        return
    if await evidence.take_edit(incoming):
        await _take_links(incoming, was_kept=True)
        return
    asked = await dialogue.current(incoming)
    if asked is not None and _answered(incoming, asked):
        await dialogue.take_as(incoming, asked)
    elif not await _take_links(incoming, was_kept=was_kept) and not was_kept:
        await _keep(incoming)


def _answered(incoming: Incoming, asked: Dialogue) -> bool:
    """It was written to answer what is asked, and was not taken: the question is still open."""
    message = incoming.message
    asked_at = (asked.expires_at - dialogues.LIFE).replace(microsecond=0)  # Telegram's are whole
    return message is not None and message.date >= asked_at


async def _take_links(
    incoming: Incoming, *, was_kept: bool = False, asked_before: str | None = None
) -> bool:
    """Links that were not in it are taken as if they were newly sent; False without any. Those of a
    question were asked about, not sent. What was sent counts, also where the edit replaced it."""
    actor = incoming.actor
    if actor is None or not actor.unit_ids:
        return False
    links = articles.links_in(incoming)
    new = await articles.not_yet_sent(incoming, links)
    if asked_before is not None:
        new = tuple(
            (task, kept)
            for task, some in new
            if (kept := tuple(each for each in some if each not in asked_before))
        )
    if new:
        await articles.take_links(incoming, new, None)
        if new == links and not was_kept and asked_before is None:
            await incoming.reply("edit.earlier_links")
    elif links and asked_before is None:
        position = task_named(incoming.text)
        if position is not None:
            await articles.name_task_later(incoming, position)
    return bool(links)


async def _keep(incoming: Incoming) -> None:
    if incoming.text.startswith("/"):
        await incoming.reply("edit.command")
    elif incoming.known_actor.unit_ids:
        await unplaced.take(incoming, key="edit.kept")
    else:
        await incoming.reply("edit.staff")
