"""Links that contacts send: as a reply to a card, or just so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from telegram import MessageEntity, MessageOriginChannel

from bot.actions import (
    acknowledgements,
    changed_evidence,
    submission_receipts,
    submitting,
    waiting_evidence,
)
from bot.actions.evidence import of_links, sort_out
from bot.actions.recording import Message, Sender
from bot.actions.replies import Button
from bot.actions.submission_receipts import Reader
from bot.actions.submitting import Meant
from bot.articles.broken_links import broken_links
from bot.articles.named_tasks import ForTask, links_by_task, task_named
from bot.callbacks import Callback, Press
from bot.domain.dialogues import DialogueKind
from bot.domain.rights import Actor
from bot.domain.splitting import shortened, shortened_name
from bot.domain.states import CardKind
from bot.errors import BotError, InvalidInput, NotFound
from bot.storage import articles as article_rows
from bot.storage import cards, reminder_lines, submissions
from bot.storage.tables import Dialogue
from bot.texts.periods import numbered
from handlers import nothing, stand_ins, unplaced, written
from handlers.context import Incoming, first_id, ids

_WORDS_OF_A_QUESTION = 3
_ASKED_AGAIN = 5  # of the questions that were left, so that none is overlooked
_ASKS_LINKS = (DialogueKind.SUBMIT, DialogueKind.ARTICLE_REPLACEMENT)


async def ask_links(incoming: Incoming) -> None:
    """The card's button "Gửi đường dẫn": the next message holds the links. The one below what was
    returned carries the work too: then they are for that."""
    addressee_id, *work = ids(incoming, 1, 2)
    await acknowledgements.own_addressee(incoming.session, addressee_id, actor=incoming.actor)
    if not work:
        await incoming.ask(DialogueKind.SUBMIT, {"addressee_id": addressee_id})
        await _ask(incoming, addressee_id)
        return
    task = await submitting.work_of(incoming.session, addressee_id, work[0])
    data = {"addressee_id": addressee_id, "assignment_id": task.assignment_id}
    await incoming.ask(DialogueKind.SUBMIT, data)
    await incoming.reply(
        "link.ask_for_task",
        position=numbered(task.position, task.period, incoming.moments.texts),
        title=shortened(task.short_title),
    )


async def ask_links_anywhere(incoming: Incoming) -> None:
    """/nop: the next message holds the links, for any open task, unless they stand behind the
    command."""
    if incoming.arguments and await unplaced.refuse_secret(incoming):
        return
    if links := links_in(incoming):
        await take_links(incoming, links, None)
        return
    if not await submitting.takes_anything(
        incoming.session, sender=sender_here(incoming), addressee_id=None, now=incoming.now
    ):
        raise NotFound("link.no_open_task")
    await incoming.ask(DialogueKind.SUBMIT, {})
    await _ask(incoming, None)


async def _ask(incoming: Incoming, addressee_id: int | None) -> None:
    """Ask for links; that there is nothing to send can be said only of what is not done."""
    offered = await nothing.offers(incoming, addressee_id)
    await incoming.reply("link.ask" if offered else "link.ask_more", buttons=offered)


def links_in(incoming: Incoming) -> tuple[ForTask, ...]:
    """Every link of the message, hidden ones behind words included, with the tasks it names;
    nothing if there are no links. One to the bot itself is none."""
    message = incoming.message
    if message is None:
        return ()
    entities = (message.entities or ()) + (message.caption_entities or ())
    found = links_by_task(incoming.text, [entity.url for entity in entities if entity.url])
    others = (
        (task, tuple(each for each in links if not written.code_of_our_link(incoming, each)))
        for task, links in found
    )
    return tuple(each for each in others if each[1])


def post_passed_on(incoming: Incoming, dialogue: Dialogue | None) -> tuple[ForTask, ...]:
    """The address of a public channel's post that was passed on where links are asked for: it is
    published there."""
    message = incoming.message
    if message is None or dialogue is None or dialogue.kind not in _ASKS_LINKS:
        return ()
    origin = message.forward_origin
    if not isinstance(origin, MessageOriginChannel) or not origin.chat.username:
        return ()
    if message.media_group_id is not None:  # its pictures are taken as such
        return ()
    return ((None, (f"https://t.me/{origin.chat.username}/{origin.message_id}",)),)


async def not_yet_sent(incoming: Incoming, links: Sequence[ForTask]) -> tuple[ForTask, ...]:
    """Of the links in an edited message those that were not there when it was sent."""
    message, actor = incoming.message, incoming.known_actor
    known = await changed_evidence.sent_before(
        incoming.session,
        [link for _, some in links for link in some],
        person_id=actor.person_id,
        message=Message(incoming.chat, message.message_id) if message else None,
    )
    found = [(task, tuple(each for each in some if each not in known)) for task, some in links]
    return tuple(each for each in found if each[1])


def is_only_links(incoming: Incoming) -> bool:
    """The message holds links and hardly a word beside them: nobody asks anything by it."""
    message = incoming.message
    if message is None or not links_in(incoming):
        return False
    spans = message.parse_entities([MessageEntity.URL])
    spans |= message.parse_caption_entities([MessageEntity.URL])
    return _asks_nothing_beside(spans.values(), incoming.text)


def is_mistyped_link(incoming: Incoming) -> bool:
    """The same of what looks like a link and is none."""
    broken = broken_links(incoming.text)
    return bool(broken) and _asks_nothing_beside(broken, incoming.text)


def _asks_nothing_beside(links: Iterable[str], words: str) -> bool:
    for link in links:
        words = words.replace(link, " ")
    spoken = [word for word in words.split() if any(letter.isalpha() for letter in word)]
    return len(spoken) < _WORDS_OF_A_QUESTION


async def take_links(
    incoming: Incoming, links: Sequence[ForTask], dialogue: Dialogue | None
) -> None:
    """Record the links, or ask for which task they are."""
    asked = dialogue if dialogue is not None and dialogue.kind is DialogueKind.SUBMIT else None
    meant = await meant_by(incoming, asked)
    await take_links_from(incoming, links, sender_here(incoming), meant)
    if asked is not None:
        await incoming.end_dialogue()


async def take_links_from(
    incoming: Incoming, links: Sequence[ForTask], sender: Sender, meant: Meant
) -> None:
    """The same for whoever sends them; what the message itself says goes before what is `meant`."""
    sorted_out = [(position, *sort_out(some)) for position, some in links]
    refused: list[BotError] = list(
        {error.key: error for _, _, errors in sorted_out for error in errors}.values()
    )
    refused += _mistyped(incoming)
    if not any(good for _, good, _ in sorted_out):
        raise refused[0]
    reader = reader_of(incoming)
    album = incoming.message.media_group_id if incoming.message else None
    for named, good, _ in sorted_out:
        if good:
            outcome = await submitting.submit(
                incoming.session,
                of_links(good, album=album),
                sender=sender,
                meant=replace(
                    meant, task_position=named or meant.task_position, words=incoming.text
                ),
                now=incoming.now,
            )
            await submission_receipts.tell(
                incoming.session, outcome, reader=reader, now=incoming.now
            )
    await submission_receipts.tell_refused(
        incoming.session, refused, reader=reader, now=incoming.now
    )


def _mistyped(incoming: Incoming) -> list[BotError]:
    """The reason why the first of what looks like a link beside the others is none."""
    found = broken_links(incoming.text)[:1]
    return [InvalidInput("link.mistyped", link=shortened(each, most=60)) for each in found]


async def meant_by(incoming: Incoming, asked: Dialogue | None) -> Meant:
    """Whose card or reminder the message answers, or by whose button, perhaps that of one piece of
    work, it was asked for."""
    data = asked.data if asked is not None else {}
    asked_of, work = data.get("addressee_id"), data.get("assignment_id")
    addressee_id = await replied_addressee(incoming) or asked_of
    return Meant(
        int(addressee_id) if addressee_id else None, assignment_id=int(work) if work else None
    )


async def speak_for(incoming: Incoming) -> None:
    """The unit that is meant from now on; what waited for this is taken."""
    unit = await stand_ins.take_unit(incoming)
    incoming.popup("speak.chosen", unit=shortened_name(unit.name, most=60))
    given = incoming.callback.ids[1:] if incoming.callback else ()
    if not given:
        return
    _, submission_id, position = ids(incoming, 3)
    actor = submitting.actor_in(incoming.known_actor, incoming.chat)
    outcome = await waiting_evidence.go_on(
        incoming.session,
        submission_id,
        actor=replace(actor, speaks_for=unit.id),
        chat=incoming.chat,
        task_position=position or None,
        now=incoming.now,
    )
    await submission_receipts.tell(
        incoming.session, outcome, reader=reader_of(incoming), now=incoming.now
    )


async def place(incoming: Incoming) -> None:
    """The button that says for which task it is."""
    await place_for(incoming, submitting.actor_in(incoming.known_actor, incoming.chat))


async def place_for(incoming: Incoming, actor: Actor) -> None:
    """The same for whoever presses it."""
    submission_id, assignment_id = ids(incoming, 2)
    recorded = await waiting_evidence.place(
        incoming.session,
        submission_id,
        assignment_id,
        actor=actor,
        chat=incoming.chat,
        now=incoming.now,
    )
    await submission_receipts.tell(
        incoming.session, recorded, reader=reader_of(incoming), now=incoming.now
    )


async def ask_task_again(incoming: Incoming) -> None:
    """The button of /viec: each question that the person has left is asked again, below what it is
    about."""
    actor = submitting.actor_in(incoming.known_actor, incoming.chat)
    waiting = await submissions.waiting_of(
        incoming.session, person_id=actor.person_id, chat_id=incoming.chat.id, limit=_ASKED_AGAIN
    )
    if not waiting:
        incoming.popup("link.none_waits")
    for row in waiting:
        if row.placed_at is not None:  # by what was sent before it
            continue
        reader = Reader(incoming.chat.id, row.message_id, incoming.moments)
        sender = Sender(actor, Message(incoming.chat, row.message_id), row.unit_id)
        if not await submitting.takes_anything(
            incoming.session, sender=sender, addressee_id=None, now=incoming.now
        ):
            await submission_receipts.tell_nothing_open(
                incoming.session, row.id, reader=reader, now=incoming.now
            )
            continue
        outcome = await waiting_evidence.go_on(
            incoming.session,
            row.id,
            actor=actor,
            chat=incoming.chat,
            task_position=task_named(row.note),
            now=incoming.now,
        )
        await submission_receipts.tell_again(
            incoming.session, outcome, reader=reader, now=incoming.now
        )


async def name_task_later(incoming: Incoming, position: int) -> None:
    """An edit that only says for which task the links of a message are: what waits is taken for
    it; of what was recorded for another one it is told so, and where it is moved."""
    message = incoming.message
    assert message is not None  # noqa: S101 - it was edited
    actor = submitting.actor_in(incoming.known_actor, incoming.chat)
    where = {"chat_id": incoming.chat.id, "message_id": message.message_id}
    recorded = await article_rows.links_of_message(incoming.session, **where)
    for row in await submissions.of_message(incoming.session, **where):
        if row.placed_at is not None or not row.links or row.person_id != actor.person_id:
            continue
        outcome = await waiting_evidence.go_on(
            incoming.session,
            row.id,
            actor=actor,
            chat=incoming.chat,
            task_position=position,
            now=incoming.now,
        )
        reader = reader_of(incoming)
        await submission_receipts.tell(incoming.session, outcome, reader=reader, now=incoming.now)
    elsewhere = [each for each in recorded if each.position != position]
    if elsewhere:
        first = elsewhere[0]
        own = Callback(Press.OWN_ARTICLE, (first.article_id,))
        if len(elsewhere) > 1:
            own = Callback(Press.OWN_ARTICLES, (first.addressee_id, 1))
        button = Button("button.own_articles_change", own)
        await incoming.reply("edit.task_stays", buttons=[[button]], position=first.position)


async def drop(incoming: Incoming) -> None:
    """What the person sent is for no task after all."""
    await waiting_evidence.drop(
        incoming.session, first_id(incoming), actor=incoming.known_actor, now=incoming.now
    )
    incoming.popup("link.dropped")


def sender_here(incoming: Incoming) -> Sender:
    """Who sends something for the units that may be spoken of here."""
    message = incoming.message
    assert message is not None  # noqa: S101 - presses send nothing
    actor = submitting.actor_in(incoming.known_actor, incoming.chat)
    return Sender(actor, Message(incoming.chat, message.message_id))


def reader_of(incoming: Incoming) -> Reader:
    """Who is told what came of what they sent: below it."""
    return Reader(incoming.chat.id, incoming.quoted, incoming.moments)


async def replied_addressee(incoming: Incoming) -> int | None:
    """Whose card or reminder the message answers, if it answers one."""
    replied = incoming.message.reply_to_message if incoming.message else None
    if replied is None:
        return None
    card = await cards.at_message(
        incoming.session, chat_id=incoming.chat.id, message_id=replied.message_id
    )
    if card is not None:
        return card.subject_id if card.kind is CardKind.DIRECTIVE else None
    return await reminder_lines.addressee_at(
        incoming.session, chat_id=incoming.chat.id, message_id=replied.message_id
    )
