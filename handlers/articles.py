"""Links that contacts send: as a reply to a card, or just so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from telegram import MessageEntity

from bot.actions import acknowledgements, articles, replies
from bot.actions.articles import ChooseTask, ChooseUnit, Duplicate, Message, Recorded
from bot.actions.replies import Button
from bot.articles.named_tasks import ForTask, links_by_task
from bot.callbacks import Callback, Press
from bot.domain.assignments import by_deadline
from bot.domain.dialogues import DialogueKind
from bot.domain.directives import number_and_symbol
from bot.domain.rights import Actor
from bot.domain.splitting import shortened
from bot.domain.states import CardKind, ChatKind
from bot.errors import InvalidInput, NotAllowed
from bot.storage import cards, reminder_lines, units
from bot.storage.tables import Dialogue
from bot.texts.periods import numbered, with_period
from handlers import stand_ins
from handlers.context import Incoming, first_id, ids

_TASKS_OFFERED = 20
_WORDS_OF_A_QUESTION = 3


async def ask_links(incoming: Incoming) -> None:
    """The card's button "Gửi đường dẫn": the next message holds the links."""
    await acknowledgements.own_addressee(incoming.session, first_id(incoming), actor=incoming.actor)
    await incoming.ask(DialogueKind.SUBMIT, {"addressee_id": first_id(incoming)})
    await incoming.reply("link.ask")


async def ask_links_anywhere(incoming: Incoming) -> None:
    """/nop: the next message holds the links, for any open task."""
    await incoming.ask(DialogueKind.SUBMIT, {})
    await incoming.reply("link.ask")


def links_in(incoming: Incoming) -> tuple[ForTask, ...]:
    """Every link of the message, hidden ones behind words included, with the tasks it names;
    nothing if there are no links."""
    message = incoming.message
    if message is None:
        return ()
    entities = (message.entities or ()) + (message.caption_entities or ())
    found = links_by_task(incoming.text, [entity.url for entity in entities if entity.url])
    return tuple(each for each in found if each[1])


async def not_yet_sent(incoming: Incoming, links: Sequence[ForTask]) -> tuple[ForTask, ...]:
    """Of the links in an edited message those that were not there when it was sent."""
    message, actor = incoming.message, incoming.known_actor
    known = await articles.sent_before(
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
    words = incoming.text
    for link in spans.values():
        words = words.replace(link, " ")
    spoken = [word for word in words.split() if any(letter.isalpha() for letter in word)]
    return len(spoken) < _WORDS_OF_A_QUESTION


async def take_links(
    incoming: Incoming, links: Sequence[ForTask], dialogue: Dialogue | None
) -> None:
    """Record the links, or ask for which task they are."""
    message = incoming.message
    assert message is not None  # noqa: S101 - presses carry no links
    actor = _actor_here(incoming)
    asked = dialogue if dialogue is not None and dialogue.kind is DialogueKind.SUBMIT else None
    addressee_id = await replied_addressee(incoming)
    if addressee_id is None and asked is not None and asked.data.get("addressee_id"):
        addressee_id = int(asked.data["addressee_id"])
    sorted_out = [(position, *articles.sort_out(some)) for position, some in links]
    refused = list({error.key: error for _, _, errors in sorted_out for error in errors}.values())
    if not any(good for _, good, _ in sorted_out):
        raise refused[0]
    for position, good, _ in sorted_out:
        if good:
            outcome = await articles.submit(
                incoming.session,
                good,
                actor=actor,
                message=Message(incoming.chat, message.message_id),
                addressee_id=addressee_id,
                task_position=position,
                now=incoming.now,
            )
            await _answer(incoming, outcome, position=position)
    if asked is not None:
        await incoming.end_dialogue()
    await _tell_refused(incoming, refused, reply_to=message.message_id)


async def _tell_refused(
    incoming: Incoming, refused: Sequence[InvalidInput], *, reply_to: int
) -> None:
    for error in refused:
        await replies.refusal(
            incoming.session, incoming.chat.id, error, now=incoming.now, reply_to=reply_to
        )


async def speak_for(incoming: Incoming) -> None:
    """The unit that is meant from now on; links that waited for this are taken."""
    unit = await stand_ins.take_unit(incoming)
    incoming.popup("speak.chosen", unit=shortened(unit.name, most=60))
    given = incoming.callback.ids[1:] if incoming.callback else ()
    if not given:
        return
    _, submission_id, position = ids(incoming, 3)
    outcome = await articles.go_on(
        incoming.session,
        submission_id,
        actor=replace(_actor_here(incoming), speaks_for=unit.id),
        chat=incoming.chat,
        task_position=position or None,
        now=incoming.now,
    )
    await _answer(incoming, outcome, position=position or None)


async def _answer(
    incoming: Incoming, outcome: Recorded | ChooseTask | ChooseUnit, *, position: int | None
) -> None:
    match outcome:
        case Recorded():
            await _receipt(incoming, outcome)
        case ChooseTask():
            await _ask_task(incoming, outcome)
        case ChooseUnit():
            found = await units.units_by_ids(incoming.session, outcome.unit_ids)
            found.sort(key=lambda unit: (unit.name, unit.id))
            buttons = stand_ins.unit_buttons(found, outcome.submission_id, position or 0)
            await incoming.reply("speak.ask", buttons=buttons)


async def place(incoming: Incoming) -> None:
    """The button that says for which task the links are."""
    submission_id, assignment_id = ids(incoming, 2)
    recorded = await articles.place(
        incoming.session,
        submission_id,
        assignment_id,
        actor=_actor_here(incoming),
        chat=incoming.chat,
        now=incoming.now,
    )
    await _receipt(incoming, recorded)


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


def _actor_here(incoming: Incoming) -> Actor:
    """The person with the units that may be spoken of here: in a group the group's alone."""
    actor, unit_id = incoming.known_actor, incoming.chat.unit_id
    if incoming.chat.kind is ChatKind.PRIVATE:
        return actor
    if unit_id is None:
        raise NotAllowed("group.not_linked")
    if unit_id not in actor.unit_ids:
        raise NotAllowed("refused.not_your_unit")
    return replace(actor, unit_ids=frozenset({unit_id}))


async def _receipt(incoming: Incoming, recorded: Recorded) -> None:
    if recorded.new:
        await incoming.reply(
            "link.recorded",
            count=recorded.new,
            position=numbered(recorded.task_position, recorded.period, incoming.moments.texts),
            total=recorded.total,
            expected=recorded.expected,
            code=f"{recorded.assignment_id}-{recorded.total}",
        )
    if recorded.duplicates:
        await _tell_duplicates(incoming, recorded.duplicates)


async def _tell_duplicates(incoming: Incoming, duplicates: Sequence[Duplicate]) -> None:
    first = duplicates[0]
    at, position = first.submitted_at, _numbered(incoming, first)
    zone = incoming.moments.zone_name(at)
    if len(duplicates) == 1:
        await incoming.reply("link.duplicate", at=at, zone=zone, position=position)
    else:
        await incoming.reply(
            "link.duplicates", count=len(duplicates), at=at, zone=zone, position=position
        )


def _numbered(incoming: Incoming, sent: Duplicate) -> str:
    return numbered(sent.task_position, sent.period, incoming.moments.texts)


async def _ask_task(incoming: Incoming, choose: ChooseTask) -> None:
    several = len({choice.directive.id for choice in choose.tasks}) > 1
    units = len({choice.unit_name for choice in choose.tasks})
    nearest = sorted(choose.tasks, key=lambda choice: by_deadline(choice.task.deadline_at))
    buttons = []
    for choice in nearest[:_TASKS_OFFERED]:
        directive, task = choice.directive, choice.task
        code = number_and_symbol(directive.number, directive.symbol) or f"#{directive.id}"
        title = with_period(task.short_title, task.period, incoming.moments.texts)
        title = f"{code} · {title}" if several else title
        if units > 1:
            title = f"{choice.unit_name} · {title}"
        buttons.append(
            [
                Button(
                    "button.task_title",
                    Callback(Press.PLACE_LINKS, (choose.submission_id, task.assignment_id)),
                    {"position": task.position, "title": shortened(title, most=40)},
                )
            ]
        )
    if choose.known:
        first = choose.known[0]
        await incoming.reply(
            "link.known_elsewhere",
            buttons=buttons,
            at=first.submitted_at,
            zone=incoming.moments.zone_name(first.submitted_at),
            position=_numbered(incoming, first),
        )
    else:
        too_many = len(nearest) > _TASKS_OFFERED
        key = "link.choose_task_or_reply" if too_many else "link.choose_task"
        await incoming.reply(key, buttons=buttons)
