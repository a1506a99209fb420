"""What a unit's contacts look at and change of what the unit has sent: the list, one of it, and the
questions for what takes its place and for a page's title.

Each step stands in the place of the one before it, unless that was another message than these.
"""

from __future__ import annotations

from dataclasses import replace

from bot.actions import (
    acknowledgements,
    given_titles,
    moved_articles,
    own_articles,
    submission_receipts,
    submitting,
)
from bot.actions.evidence import Evidence, of_links, sort_out
from bot.domain.articles import reference
from bot.domain.dialogues import DialogueKind
from bot.domain.rights import Actor
from bot.domain.states import MessageKind
from bot.errors import InvalidInput
from bot.storage.tables import Dialogue
from bot.texts.periods import numbered
from handlers import articles, evidence
from handlers.context import Incoming, first_id, ids, shown


def _actor(incoming: Incoming) -> Actor:
    """The person with the units that may be spoken of here."""
    return submitting.actor_in(incoming.known_actor, incoming.chat)


# --- looking -------------------------------------------------------------------------------------


async def page(incoming: Incoming) -> None:
    """What the unit has sent for a directive."""
    addressee_id, number = (*ids(incoming, 1, 2), 1)[:2]
    await acknowledgements.own_addressee(
        incoming.session, addressee_id, actor=_actor(incoming), may_have_ended=True
    )
    parameters = {"addressee_id": addressee_id, "page": number}
    await incoming.show(MessageKind.OWN_ARTICLES, parameters, edits=await _place(incoming))


async def _place(incoming: Incoming) -> int | None:
    """The pressed message, if it shows the list or one of it; receipts and cards stay."""
    is_ours = await shown(incoming, MessageKind.OWN_ARTICLES)
    return incoming.pressed_message if is_ours else None


async def show(incoming: Incoming) -> None:
    """One of it."""
    article_id, actor = first_id(incoming), _actor(incoming)
    subject = await own_articles.own(incoming.session, article_id, actor=actor)
    await acknowledgements.own_addressee(
        incoming.session, subject.addressee.id, actor=actor, may_have_ended=True
    )
    await _show(incoming, article_id)


async def _show(incoming: Incoming, article_id: int, *, asks_task: bool = False) -> None:
    parameters = {"article_id": article_id, "asks_task": asks_task}
    await incoming.show(MessageKind.OWN_ARTICLES, parameters, edits=await _place(incoming))


# --- changing ------------------------------------------------------------------------------------


async def withdraw(incoming: Incoming) -> None:
    """It counts no more."""
    article_id = first_id(incoming)
    await own_articles.withdraw(
        incoming.session,
        article_id,
        actor=_actor(incoming),
        policy=await incoming.policy(),
        now=incoming.now,
    )
    incoming.popup("own.withdrawn")
    await _show(incoming, article_id)


async def ask_task(incoming: Incoming) -> None:
    """To which task does it belong?"""
    article_id = first_id(incoming)
    await own_articles.to_change(incoming.session, article_id, actor=_actor(incoming))
    await _show(incoming, article_id, asks_task=True)


async def move(incoming: Incoming) -> None:
    """To this one."""
    article_id, assignment_id = ids(incoming, 2)
    moved = await moved_articles.move(
        incoming.session,
        article_id,
        assignment_id,
        actor=_actor(incoming),
        policy=await incoming.policy(),
        now=incoming.now,
    )
    incoming.popup(
        "own.moved",
        position=numbered(moved.task.position, moved.assignment.period, incoming.moments.texts),
    )
    await _show(incoming, article_id)


async def ask_replacement(incoming: Incoming) -> None:
    """The next message holds what takes its place."""
    article_id = first_id(incoming)
    subject = await own_articles.to_replace(incoming.session, article_id, actor=_actor(incoming))
    data = {"article_id": article_id, "addressee_id": subject.addressee.id}
    await incoming.ask(DialogueKind.ARTICLE_REPLACEMENT, data)
    await incoming.reply("own.ask_replacement", code=reference(article_id))


async def take_replacement(incoming: Incoming, dialogue: Dialogue) -> None:
    """It takes the place of what was sent before, which stays where this is refused."""
    article_id = int(dialogue.data["article_id"])
    replaced = await own_articles.replace(
        incoming.session,
        article_id,
        _evidence(incoming, dialogue),
        sender=replace(articles.sender_here(incoming), actor=_actor(incoming)),
        policy=await incoming.policy(),
        now=incoming.now,
    )
    await incoming.end_dialogue()
    new = replaced.new
    assert new.first_id is not None  # noqa: S101 - it was recorded
    await incoming.reply(
        "own.replaced",
        buttons=submission_receipts.buttons_below(new),
        old=reference(article_id),
        code=reference(new.first_id),
        position=numbered(new.task_position, new.period, incoming.moments.texts),
        total=new.total,
        expected=new.expected,
    )


def _evidence(incoming: Incoming, dialogue: Dialogue) -> Evidence:
    """The one thing that was sent; InvalidInput for none, for several, and for an unusable link."""
    album = incoming.message.media_group_id if incoming.message else None
    found = articles.links_in(incoming) or articles.post_passed_on(incoming, dialogue)
    good, refused = sort_out([link for _, some in found for link in some])
    links = of_links(good, album=album)
    if len(links) + len(refused) > 1:
        raise InvalidInput("own.one_only")
    if refused:
        raise refused[0]
    if links:
        return links[0]
    other = evidence.evidence_in(incoming)
    if other is None:
        raise InvalidInput("own.no_evidence")
    return other


# --- titles --------------------------------------------------------------------------------------


async def ask_title(incoming: Incoming) -> None:
    """The next words are the title of a page that no program can read."""
    article_id = first_id(incoming)
    subject = await given_titles.to_title(incoming.session, article_id, actor=_actor(incoming))
    data = {"article_id": article_id, "addressee_id": subject.addressee.id}
    await incoming.ask(DialogueKind.ARTICLE_TITLE, data)
    await incoming.reply("own.ask_title", code=reference(article_id))


async def take_title(incoming: Incoming, dialogue: Dialogue) -> None:
    """The typed title."""
    subject = await given_titles.give(
        incoming.session,
        int(dialogue.data["article_id"]),
        incoming.text,
        actor=_actor(incoming),
        now=incoming.now,
    )
    await incoming.end_dialogue()
    article = own_articles.article_of(subject)
    await incoming.reply("own.titled", code=reference(article.id), title=article.given_title)
