"""Cards in their chats: giving a unit its card, and asking for a redraw when something changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions.replies import queue
from bot.domain.states import AcknowledgeBy, CardKind, Lane, MessageKind, Sending
from bot.domain.task_lists import lists_before_card
from bot.runtime import Wake, wake_after_commit
from bot.storage import audience, cards, directives, outbox, progress, sending, units
from bot.storage.directives import Addressed
from bot.storage.outbox import NewMessage
from bot.storage.tables import Addressee, Card, Chat, Directive, Draft

# Staff watch it move: it goes with the answers.
PROGRESS_LANE = Lane.ANSWER
_OF_CORRECTION = 1200  # UTF-16 units, rather too much: see render_versions
# A first card's parameter: it was queued when the rest was given up already, so it is wanted.
AFTER_CANCEL = "after_cancel"


async def give_directive(
    session: AsyncSession,
    *,
    directive: Directive,
    addressee_id: int,
    chat: Chat,
    now: datetime,
    lists: int = 0,
) -> bool:
    """Queue the directive's card for one chat, again if it surely never came there; False when
    that chat has it already, or may have it, or the rest of the sending was given up. So many
    `lists` of its tasks go before it."""
    card, _ = await cards.ensure(
        session, CardKind.DIRECTIVE, subject_id=addressee_id, chat_id=chat.id
    )
    revives = directive.sending is not Sending.CANCELLED
    *parts, message = first_messages(directive, card, now=now, lists=lists)
    for part in parts:
        await _queue_or_revive(session, part, revives=revives)
    return await _queue_or_revive(session, message, revives=revives)


async def give_first(
    session: AsyncSession,
    directive: Directive,
    pairs: Sequence[tuple[int, int]],
    titles: Mapping[int, Sequence[str]],
    *,
    now: datetime,
) -> None:
    """Queue the cards of new addressees, pairs of their ids and chats', in a few statements;
    `titles` are of their tasks."""
    lists = {
        addressee_id: len(task_lists(directive, of_unit))
        for addressee_id, of_unit in titles.items()
    }
    messages = []
    for card in await cards.add_all(session, CardKind.DIRECTIVE, pairs):
        messages += first_messages(directive, card, now=now, lists=lists[card.subject_id])
    await outbox.add_all(session, messages)
    wake_after_commit(session, Wake.OUTBOX)


def first_messages(
    directive: Directive, card: Card, *, now: datetime, lists: int
) -> list[NewMessage]:
    """What brings a card into its chat: lists of tasks that have no room on it, then the card."""
    addressee_id = card.subject_id
    is_cancelled = directive.sending is Sending.CANCELLED
    after_cancel = {AFTER_CANCEL: True} if is_cancelled else {}
    message = NewMessage(
        kind=MessageKind.DIRECTIVE,
        lane=Lane.URGENT if directive.urgency else Lane.DIRECTIVE,
        chat_id=card.chat_id,
        send_at=max(now, directive.send_at or now),
        parameters=after_cancel,
        key=f"directive:{directive.id}:1:{addressee_id}:{card.chat_id}",  # whatever it shows: once
        directive_id=directive.id,
    )
    parts = [
        replace(
            message,
            key=f"directive:{directive.id}:{directive.version}:{addressee_id}:{card.chat_id}:{number}",
            parameters={**after_cancel, "addressee_id": addressee_id, "list": number},
        )
        for number in range(lists)
    ]
    return [*parts, replace(message, card_id=card.id)]


async def _queue_or_revive(session: AsyncSession, message: NewMessage, *, revives: bool) -> bool:
    if await queue(session, message) is not None:
        return True
    if not revives:
        return False
    revived = await outbox.revive(session, message.key or "", send_at=message.send_at)
    return revived is not None


def task_lists(directive: Directive | Draft, titles: Sequence[str]) -> tuple[range, ...]:
    """Which tasks are listed before the card of a directive, or of what is to be one; a corrected
    one's card also has to say what was corrected."""
    is_corrected = (
        directive.version > 1
        if isinstance(directive, Directive)
        else directive.corrects_id is not None
    )
    head = f"{directive.issuer} {directive.subject}"
    return lists_before_card(titles, head=head, beside=_OF_CORRECTION if is_corrected else 0)


async def give_open_directives(
    session: AsyncSession, *, unit_id: int, chat: Chat, now: datetime
) -> None:
    """Queue the cards of everything the unit has open, for a chat that came later.

    Of a directive whose sending was given up only where the unit has it already.
    """
    await units.lock(session, [unit_id])
    rows = await directives.open_addressees_of_units(session, [unit_id])
    ids = [addressee.id for addressee, _ in rows]
    with_work = await sending.with_work(session, ids)
    here = {addressee_id for addressee_id, _ in await audience.places(session, ids, [chat.id])}
    titles = await audience.titles(session, ids)
    for addressee, directive in rows:
        if addressee.id not in here:
            continue
        if directive.sending is Sending.CANCELLED and addressee.id not in with_work:
            continue
        lists = task_lists(directive, titles.get(addressee.id, []))
        await give_directive(
            session,
            directive=directive,
            addressee_id=addressee.id,
            chat=chat,
            now=now,
            lists=len(lists),
        )


async def give_missing(
    session: AsyncSession,
    *,
    unit_id: int,
    chat_ids: Collection[int],
    now: datetime,
    not_before: datetime,
) -> None:
    """Queue the cards of everything the unit has open, in those of these chats that have none of
    it: for a unit that work came to. In a few statements, however much it is. What is not urgent
    goes `not_before`, so that nobody is woken."""
    rows = await directives.open_addressees_of_units(session, [unit_id])
    by_id = {addressee.id: directive for addressee, directive in rows}
    with_work = await sending.with_work(session, list(by_id))
    present = {
        (card.subject_id, card.chat_id)
        for card in await cards.of_subjects(session, CardKind.DIRECTIVE, list(by_id))
    }
    wanted = {
        addressee_id
        for addressee_id, directive in by_id.items()
        if directive.sending is not Sending.CANCELLED or addressee_id in with_work
    }
    missing = sorted(await audience.places(session, wanted, chat_ids) - present)
    titles = await audience.titles(session, list(by_id))
    messages = []
    for card in await cards.add_all(session, CardKind.DIRECTIVE, missing):
        directive = by_id[card.subject_id]
        lists = len(task_lists(directive, titles.get(card.subject_id, [])))
        begins_at = now if directive.urgency else not_before
        messages += first_messages(directive, card, now=begins_at, lists=lists)
    await outbox.add_all(session, messages)
    wake_after_commit(session, Wake.OUTBOX)


async def redraw_work(
    session: AsyncSession, addressees: Collection[Addressee], *, now: datetime
) -> None:
    """What these units have done, or until when they have to, changed: their cards in all their
    chats are drawn again. The office's progress message shows nothing of it."""
    await _redraw(session, addressees, directive_ids=(), now=now)


async def redraw_addressee(session: AsyncSession, addressee: Addressee, *, now: datetime) -> None:
    """What is asked of this unit changed, or whether it has confirmed: its cards are drawn again,
    and the office's progress message."""
    await redraw_addressees(session, [addressee], now=now)


async def redraw_addressees(
    session: AsyncSession, addressees: Collection[Addressee | Addressed], *, now: datetime
) -> None:
    """The same for several units."""
    directive_ids = {addressee.directive_id for addressee in addressees}
    await _redraw(session, addressees, directive_ids=directive_ids, now=now)


async def _redraw(
    session: AsyncSession,
    addressees: Collection[Addressee | Addressed],
    *,
    directive_ids: Collection[int],
    now: datetime,
) -> None:
    await progress.redraw_with_work(
        session,
        addressee_ids={addressee.id for addressee in addressees},
        directive_ids=directive_ids,
        now=now,
    )
    wake_after_commit(session, Wake.OUTBOX)


async def redraw_waiting_for_people(session: AsyncSession, unit_id: int, *, now: datetime) -> None:
    """Who is of the unit has changed, and with it whose confirmation its cards wait for; where
    anybody's is enough they show nothing of it."""
    asking = [
        addressee
        for addressee, directive in await directives.open_addressees_of_units(session, [unit_id])
        if directive.acknowledge_by is not AcknowledgeBy.ANY
    ]
    await redraw_addressees(session, asking, now=now)


async def draw_anew(session: AsyncSession, card_ids: Sequence[int], *, now: datetime) -> None:
    """Send these cards again where their message is out of reach."""
    for card_id in card_ids:
        card = await cards.get(session, card_id)
        if card is not None:
            await redraw(session, card, now=now)


async def redraw(
    session: AsyncSession, card: Card, *, now: datetime, lane: Lane = Lane.REDRAW
) -> int | None:
    """Queue one redraw; many changes before it is sent are one edit. The outbox message's id."""
    return await queue(session, _new_redraw(card, send_at=now, lane=lane))


async def redraw_all(
    session: AsyncSession, of_them: Sequence[Card], *, now: datetime, lane: Lane = Lane.REDRAW
) -> None:
    """Queue a redraw of each, in one go."""
    await outbox.add_redraws(
        session, [_new_redraw(card, send_at=now, lane=lane) for card in of_them]
    )
    wake_after_commit(session, Wake.OUTBOX)


async def redraw_when_begun(session: AsyncSession, progress: Card, *, begins_at: datetime) -> None:
    """Let the progress message show that the sending has begun, beside the redraws until then."""
    message = _new_redraw(progress, send_at=begins_at, lane=PROGRESS_LANE)
    await queue(session, replace(message, key=f"redraw:{progress.id}:begun"))


def _new_redraw(card: Card, *, send_at: datetime, lane: Lane) -> NewMessage:
    return NewMessage(
        kind=MessageKind.REDRAW,
        lane=lane,
        chat_id=card.chat_id,
        send_at=send_at,
        key=f"redraw:{card.id}",
        card_id=card.id,
    )
