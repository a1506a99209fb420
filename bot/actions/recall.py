"""Recalling a directive (thu hồi): as if it had not been sent, as far as Telegram lets that be.

What waits is withdrawn, what is in chats is deleted or overwritten by messages of their own
(`MessageKind.ERASE`), and every chat is told once and asked to delete what it has besides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import acknowledgements, closing, versions
from bot.actions import cards as card_actions
from bot.actions.acknowledgements import Acknowledged, AlreadyAcknowledged
from bot.actions.reasons import reason_of
from bot.domain.rights import Actor
from bot.domain.states import Ending, Lane, MessageKind, VersionKind
from bot.errors import Conflict, NotAllowed, NotFound
from bot.runtime import Wake, wake_after_commit
from bot.storage import additions, corrections, directives, outbox, progress, recall, receipts
from bot.storage.corrections import PlacedCard
from bot.storage.outbox import NewMessage
from bot.storage.recall import Left
from bot.storage.tables import Card, Chat, Directive

_GIVEN_UP = "recalled"


async def check(session: AsyncSession, directive_id: int) -> int:
    """How many chats have the directive, or may have it; Conflict when it has ended."""
    await closing.still_open(session, directive_id)
    placed = await corrections.cards_of(session, directive_id)
    return len({each.card.chat_id for each in placed if each.is_there})


async def issue(
    session: AsyncSession, directive_id: int, *, reason: str, actor_id: int, now: datetime
) -> int:
    """Recall it; how many chats are told. Raises Conflict when it has ended, InvalidInput for a
    reason that is none."""
    reason = reason_of(reason)
    directive = await closing.still_open(session, directive_id)
    tasks = await directives.tasks(session, directive_id)
    directive.version += 1
    versions.keep(
        session,
        directive,
        tasks,
        kind=VersionKind.RECALLED,
        person_id=actor_id,
        now=now,
        note=reason,
    )
    # Before what waits is withdrawn: the state of a first card says whether it may be there.
    placed = await corrections.cards_of(session, directive_id)
    there = [each for each in placed if each.is_there]
    await closing.end(session, directive, ending=Ending.RECALLED, actor_id=actor_id, now=now)
    await recall.withdraw_rest(session, directive_id, now=now, reason=_GIVEN_UP)
    directive.identity_key = f"recalled {directive_id}"  # the letter may be issued anew, mended
    left = await recall.left_behind(session, directive_id)
    await outbox.add_all(session, _erasures(directive, there, left, now=now))
    notices = _notices(directive, there, now=now)
    await outbox.add_all(session, notices)
    wake_after_commit(session, Wake.OUTBOX)
    return len(notices)


def _erasures(
    directive: Directive, there: Sequence[PlacedCard], left: Sequence[Left], *, now: datetime
) -> list[NewMessage]:
    others = [
        NewMessage(
            kind=MessageKind.ERASE,
            lane=_lane(directive),
            chat_id=each.chat_id,
            send_at=now,
            parameters={"of": each.outbox_message_id},
            key=f"erase:{each.outbox_message_id}",
            directive_id=directive.id,
        )
        for each in left
    ]
    return [*(_of_card(directive, each.card, now=now) for each in there), *others]


def _of_card(directive: Directive, card: Card, *, now: datetime) -> NewMessage:
    return NewMessage(
        kind=MessageKind.ERASE,
        lane=_lane(directive),
        chat_id=card.chat_id,
        send_at=now,
        key=f"erase:card:{card.id}",
        card_id=card.id,
        directive_id=directive.id,
    )


def _lane(directive: Directive) -> Lane:
    return Lane.URGENT if directive.urgency else Lane.DIRECTIVE


def _notices(
    directive: Directive, there: Sequence[PlacedCard], *, now: datetime
) -> list[NewMessage]:
    """One for each chat that has something of it, or may have."""
    by_chat: dict[int, list[int]] = {}
    for each in there:
        by_chat.setdefault(each.card.chat_id, []).append(each.card.subject_id)
    return [
        NewMessage(
            kind=MessageKind.RECALL,
            lane=_lane(directive),
            chat_id=chat_id,
            send_at=now,
            parameters={"directive_id": directive.id, "addressee_ids": addressee_ids},
            key=f"recall:{directive.id}:{chat_id}",
        )
        for chat_id, addressee_ids in by_chat.items()
    ]


async def catch_up(session: AsyncSession, directive_id: int, card: Card, *, now: datetime) -> None:
    """A press has proven that a card arrived of which that was not known: what became of the
    directive since reaches it now."""
    directive = await directives.get(session, directive_id)
    if directive is None:
        return
    if directive.ending is Ending.RECALLED:
        erasure = _of_card(directive, card, now=now)
        await outbox.add(session, replace(erasure, key=f"erase:proven:{card.id}"))
        wake_after_commit(session, Wake.OUTBOX)
    elif (
        directive.closed_at is not None
        or directive.version > 1
        or await additions.of_directive(session, directive_id)
    ):
        await card_actions.redraw(session, card, now=now)


async def confirm(
    session: AsyncSession,
    directive_id: int,
    *,
    actor: Actor | None,
    chat: Chat,
    pressed: int | None,
    now: datetime,
) -> Acknowledged | AlreadyAcknowledged:
    """Somebody says that what they had of a recalled directive is deleted, for all of its units
    that are theirs. Raises NotAllowed for people of other units."""
    directive = await directives.get(session, directive_id)
    if directive is None:
        raise NotFound("refused.gone")
    addressees = await directives.addressees(session, directive_id)
    own = [each for each in addressees if actor is not None and each.unit_id in actor.unit_ids]
    if actor is None or not own:
        raise NotAllowed("refused.not_your_unit")
    if directive.ending is not Ending.RECALLED:
        raise Conflict("recall.not_recalled")
    ids = [each.id for each in own]
    before = await receipts.confirmed(session, ids, version=directive.version)
    for addressee in own:
        await acknowledgements.keep(
            session,
            addressee,
            version=directive.version,
            person_id=actor.person_id,
            chat=chat,
            now=now,
        )
    await _show_confirmed(session, directive_id, chat_id=chat.id, pressed=pressed, now=now)
    await progress.redraw(session, [directive_id], now=now, at_once=True)
    if len(before) == len(own):
        first = min(before.values(), key=lambda each: each.at)
        return AlreadyAcknowledged(first.person_name, first.at)
    return Acknowledged()


async def _show_confirmed(
    session: AsyncSession, directive_id: int, *, chat_id: int, pressed: int | None, now: datetime
) -> None:
    """The pressed notice says from now on who has confirmed."""
    if pressed is None:
        return
    shown = await outbox.shown_at(session, MessageKind.RECALL, chat_id=chat_id, message_id=pressed)
    if shown.get("directive_id") != directive_id:
        return
    await outbox.add(
        session,
        NewMessage(
            kind=MessageKind.RECALL,
            lane=Lane.ANSWER,
            chat_id=chat_id,
            send_at=now,
            parameters=shown,
            edits=pressed,
        ),
    )
    wake_after_commit(session, Wake.OUTBOX)
