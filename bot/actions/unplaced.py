"""What somebody known wrote and nobody could place: kept, changed while it waits, and decided once
by the office (or made a question by who wrote it). Whoever decides locks the entry's first message.

How the office's chats show it is in `unplaced_cards`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import access, questions, replies, unplaced_cards
from bot.actions.questions import Words
from bot.actions.replies import Button, Said, Values
from bot.callbacks import Callback, Press
from bot.domain.directives import number_and_symbol
from bot.domain.rights import Actor, Right
from bot.domain.states import ContentKind, UnplacedState
from bot.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.storage import directives, events, outbox, people
from bot.storage import unplaced as rows
from bot.storage.tables import Chat, Directive, Question, Task, Unplaced

RIGHT = Right.REVIEW
# What somebody writes within this time belongs together: it is told, shown and decided at once.
TOGETHER = timedelta(minutes=1)
# The office is sent no more than one entry of a person in this time; the rest stands in /cho.
QUIET = timedelta(minutes=10)
_LONGEST_NAME = 300


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of somebody's, as it is kept."""

    chat: Chat
    message_id: int
    kind: ContentKind
    text: str
    file_id: str | None = None
    file_name: str = ""
    album: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept of a message: whether it began an entry, and then is to be told, or is another
    part of an album, of which nothing is to be told."""

    row: Unplaced
    is_new: bool
    is_more_of_album: bool = False


async def keep(session: AsyncSession, sent: Sent, *, actor: Actor, now: datetime) -> Kept:
    """Keep what was sent, for the office to place."""
    known = await rows.at_message(session, chat_id=sent.chat.id, message_id=sent.message_id)
    if known is not None:  # its edited form came first
        return Kept(known, is_new=False)
    before = await rows.last_entry(session, person_id=actor.person_id, chat_id=sent.chat.id)
    is_more = before is not None and await _has_album(session, before, sent)
    belongs = before is not None and (is_more or before.received_at > now - TOGETHER)
    first = before if belongs else None
    row = Unplaced(
        first_id=first.id if first else None,
        person_id=actor.person_id,
        unit_id=first.unit_id if first else _unit_id(actor, sent.chat),
        chat_id=sent.chat.id,
        message_id=sent.message_id,
        kind=sent.kind,
        text=sent.text,
        file_id=sent.file_id,
        file_name=sent.file_name[:_LONGEST_NAME],
        album=sent.album,
        received_at=now,
        state=UnplacedState.WAITING,
    )
    session.add(row)
    await session.flush()
    note(session, sent, actor=actor, now=now)
    if first is not None:
        await unplaced_cards.show_more(session, first, row, now=now)
        return Kept(row, is_new=False, is_more_of_album=is_more)
    told = await rows.told_last(session, actor.person_id)
    if told is None or told <= now - QUIET:
        row.told_at = now
        await unplaced_cards.tell_office(session, row, now=now)
    return Kept(row, is_new=True)


async def tell_kept(
    session: AsyncSession,
    row: Unplaced,
    key: str,
    values: Values,
    *,
    now: datetime,
    buttons: Sequence[Sequence[Button]] = (),
) -> None:
    """Tell who wrote it that it was kept, once for the message."""
    ask = Callback(Press.UNPLACED_TO_QUESTION, (row.first_id or row.id,))
    await replies.notice(
        session,
        row.chat_id,
        key,
        now=now,
        reply_to=row.message_id,
        buttons=[*buttons, [Button("button.make_question", ask)]],
        values=values,
        once=receipt_key(row.id),
    )


def note(session: AsyncSession, sent: Sent, *, actor: Actor, now: datetime) -> None:
    """That somebody wrote what nobody could place; of the office's own people no more is kept."""
    events.add(
        session, "unplaced", at=now, person_id=actor.person_id, object_kind="chat",
        object_id=sent.chat.id, message=sent.message_id,
    )  # fmt: skip


async def _has_album(session: AsyncSession, first: Unplaced, sent: Sent) -> bool:
    entry = await rows.entry(session, first.id) if sent.album else []
    return any(each.album == sent.album for each in entry)


def _unit_id(actor: Actor, chat: Chat) -> int | None:
    """For which unit it was written, if that is clear."""
    if chat.unit_id in actor.unit_ids:
        return chat.unit_id
    meant = actor.spoken_for
    return next(iter(meant)) if len(meant) == 1 else None


async def edit(session: AsyncSession, row: Unplaced, text: str, *, now: datetime) -> None:
    """Who wrote it has changed it: while it waits it is just shown so. What the office has seen and
    let be waits anew, and what was attached is shown with the new words."""
    first = await rows.lock(session, row.first_id or row.id)
    await session.refresh(row)
    if first is None or row.text == text or first.state is UnplacedState.QUESTION:
        return
    row.text, row.edited_at = text, now
    if first.state is UnplacedState.DISMISSED:
        first.decided_by = first.decided_at = None
        first.state = row.state = UnplacedState.WAITING
    await session.flush()
    await unplaced_cards.redraw(session, first.id, now=now)


async def forget(session: AsyncSession, row: Unplaced, *, now: datetime) -> None:
    """It must not be kept: its content goes at once."""
    row.text, row.file_id, row.file_name, row.message_id = "", None, "", None
    await session.flush()
    await unplaced_cards.redraw(session, row.first_id or row.id, now=now)


# --- deciding ------------------------------------------------------------------------------------


async def visible(session: AsyncSession, unplaced_id: int, *, actor: Actor) -> Unplaced:
    """An entry that this person of the office may look at, whatever became of it."""
    return await _visible(session, await rows.get(session, unplaced_id), actor=actor)


async def _visible(session: AsyncSession, row: Unplaced | None, *, actor: Actor) -> Unplaced:
    if row is None or row.first_id is not None:
        raise NotFound("refused.gone")
    if not actor.may(RIGHT):
        raise NotAllowed("refused.not_yours")
    units = [unit.id for unit in await rows.units_of(session, row)]
    if not actor.may_see(units):
        raise NotAllowed("refused.out_of_scope")
    return row


async def to_decide(session: AsyncSession, unplaced_id: int, *, actor: Actor) -> Unplaced:
    """The same, locked; Conflict, saying by whom, if it is decided."""
    row = await _visible(session, await rows.lock(session, unplaced_id), actor=actor)
    await _check_waiting(session, row)
    return row


async def _check_waiting(session: AsyncSession, row: Unplaced) -> None:
    if row.state is UnplacedState.WAITING:
        return
    by = await people.person(session, row.decided_by) if row.decided_by else None
    if by is None:
        raise NotFound("refused.gone")  # who wrote it had it erased
    raise Conflict(f"unplaced.was_{row.state}", name=by.name)


async def of_actor(session: AsyncSession, unplaced_id: int, *, actor: Actor) -> bool:
    """Whether the person wrote it, for units they speak for."""
    row = await rows.get(session, unplaced_id)
    if row is None or row.person_id != actor.person_id:
        return False
    return row.unit_id in actor.unit_ids if row.unit_id else bool(actor.unit_ids)


async def place(
    session: AsyncSession, unplaced_id: int, assignment_id: int, *, actor: Actor, now: datetime
) -> tuple[Directive, Task]:
    """It belongs to this unit's task: the work itself is not touched by it."""
    row = await to_decide(session, unplaced_id, actor=actor)
    found = await rows.of_assignment(session, assignment_id)
    addressee = await directives.addressee(session, found[0].addressee_id) if found else None
    if found is None or addressee is None:
        raise NotFound("refused.gone")
    _, task, directive = found
    access.check_unit(actor, addressee.unit_id)
    await rows.decide(
        session, row, UnplacedState.PLACED, by=actor.person_id, now=now,
        unit_id=addressee.unit_id, assignment_id=assignment_id,
    )  # fmt: skip
    _done(session, "unplaced_attached", row, actor=actor, now=now, directive_id=directive.id)
    await unplaced_cards.redraw(session, row.id, now=now)
    code = number_and_symbol(directive.number, directive.symbol) if directive.number else None
    values: Values = {
        "directive": code or Said("directive.title_unnumbered"),
        "position": task.position,
    }
    await _tell_sender(session, row, "unplaced.told_placed", values, now=now)
    return directive, task


async def to_question(
    session: AsyncSession, unplaced_id: int, *, unit_id: int | None, actor: Actor, now: datetime
) -> Question:
    """It is a question of the unit: by the office, or by who wrote it."""
    is_own = await of_actor(session, unplaced_id, actor=actor)
    if is_own:
        row = await rows.lock(session, unplaced_id)
        if row is None or row.first_id is not None:
            raise NotFound("refused.gone")
        await _check_waiting(session, row)
    else:
        row = await to_decide(session, unplaced_id, actor=actor)
    meant = {unit.id for unit in await rows.units_of(session, row)}
    unit_id = unit_id or (next(iter(meant)) if len(meant) == 1 else None)
    if unit_id is None:
        raise InvalidInput("unplaced.unit_unclear")
    if unit_id not in meant:
        raise NotAllowed("refused.not_your_unit")
    if not is_own:
        access.check_unit(actor, unit_id)
    question = await _ask(session, row, unit_id=unit_id, now=now)
    await rows.decide(
        session, row, UnplacedState.QUESTION, by=actor.person_id, now=now,
        unit_id=unit_id, question_id=question.id,
    )  # fmt: skip
    _done(session, "unplaced_asked", row, actor=actor, now=now)
    await unplaced_cards.redraw(session, row.id, now=now)
    if not is_own:
        await _tell_sender(session, row, "unplaced.told_question", {}, now=now)
    return question


async def _ask(session: AsyncSession, row: Unplaced, *, unit_id: int, now: datetime) -> Question:
    """Everything of the entry is said in one question, in its order. Who has left is not asked on:
    no answer could reach them."""
    asks = await people.actor_by_id(session, row.person_id)
    if asks is None or unit_id not in asks.unit_ids:
        raise Conflict("unplaced.sender_left")
    chat = await session.get_one(Chat, row.chat_id)
    first, *others = [
        Words(chat, each.message_id, each.text, each.kind, each.file_id, each.album)
        for each in await rows.entry(session, row.id)
    ]
    question = await questions.ask(
        session, unit_id=unit_id, addressee_id=None, assignment_id=None, person_id=row.person_id,
        chat=chat, message_id=first.message_id, text=first.text, content=first.content,
        file_id=first.file_id, album=first.album, now=now,
    )  # fmt: skip
    for words in others:
        await questions.go_on(session, question.id, words, actor=asks, now=now)
    return question


async def dismiss(
    session: AsyncSession, unplaced_id: int, *, actor: Actor, now: datetime
) -> Unplaced:
    """The office has seen it and nothing is to be done."""
    row = await to_decide(session, unplaced_id, actor=actor)
    await rows.decide(session, row, UnplacedState.DISMISSED, by=actor.person_id, now=now)
    _done(session, "unplaced_dismissed", row, actor=actor, now=now)
    await unplaced_cards.redraw(session, row.id, now=now)
    await _tell_sender(session, row, "unplaced.told_seen", {}, now=now)
    return row


def _done(
    session: AsyncSession,
    action: str,
    row: Unplaced,
    *,
    actor: Actor,
    now: datetime,
    directive_id: int | None = None,
) -> None:
    events.add(
        session, action, at=now, person_id=actor.person_id, object_kind="unplaced",
        object_id=row.id, directive_id=directive_id, unit_id=row.unit_id,
    )  # fmt: skip


async def _tell_sender(
    session: AsyncSession, row: Unplaced, key: str, values: Values, *, now: datetime
) -> None:
    """Below what they wrote; a chat where the unit's matters may no longer be shown is not told."""
    served = await people.units_served(session, {row.chat_id})
    units = {unit.id for unit in await rows.units_of(session, row)}
    if not any((row.chat_id, unit_id) in served for unit_id in units):
        return
    await replies.notice(
        session, row.chat_id, key, now=now, reply_to=row.message_id, values=values
    )  # fmt: skip
    receipts = [receipt_key(each.id) for each in await rows.entry(session, row.id)]
    for receipt in await outbox.any_of(session, receipts):
        if receipt.message_id is not None:  # its button would do nothing any more
            await replies.notice(
                session, row.chat_id, "unplaced.told_below", now=now, edits=receipt.message_id
            )  # fmt: skip


def receipt_key(unplaced_id: int) -> str:
    """The name of the notice that tells the sender that it was kept."""
    return f"unplaced:{unplaced_id}:kept"
