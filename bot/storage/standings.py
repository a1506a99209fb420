"""How far addressees are with confirming: the facts, read for many at once, and what
`bot.domain.acknowledgements` makes of them. Cards, popups, lists, counts and files all ask here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from sqlalchemy import Table, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from bot.domain.acknowledgements import Standing, Way, state_of
from bot.domain.reach import reach_of
from bot.domain.reminding import Place, to_contacts
from bot.domain.rights import Scope
from bot.domain.states import (
    AcknowledgeBy,
    CardKind,
    ChatKind,
    ContactRole,
    MessageKind,
    OutboxState,
    ReceiptState,
)
from bot.storage import answers, audience, receipts
from bot.storage.assignments import IS_ASKED
from bot.storage.directives import Addressed, Recipient, within
from bot.storage.in_bulk import is_one_of, numbers
from bot.storage.receipts import Receipt
from bot.storage.tables import (
    Addressee,
    Card,
    Chat,
    Contact,
    Directive,
    OutboxMessage,
)

_ADDRESSEES = cast(Table, Addressee.__table__)
_CARDS = cast(Table, Card.__table__)

OfUnit = Standing[Receipt]


async def of(
    session: AsyncSession,
    addressees: Iterable[Addressed | Recipient | Addressee],
    rules: Mapping[int, AcknowledgeBy],
    *,
    with_people: bool = False,
) -> dict[int, OfUnit]:
    """What `read` finds."""
    return await session.run_sync(read, addressees, rules, with_people=with_people)


def read(
    session: Session,
    addressees: Iterable[Addressed | Recipient | Addressee],
    rules: Mapping[int, AcknowledgeBy],
    *,
    with_people: bool = False,
) -> dict[int, OfUnit]:
    """How far each of these addressees is, by the rules of their directives. Who gets a directive
    is only looked up where the rule asks, unless all are wanted `with_people`; when it came, where
    it decides."""
    by_id = {each.id: each for each in addressees}
    if not by_id:
        return {}
    given = receipts.read_given(session, by_id)
    of_all = AcknowledgeBy.ANY
    asking = [
        each.id for each in by_id.values() if with_people or rules[each.directive_id] is not of_all
    ]
    people = _people(session, asking)
    found = {
        each.id: Standing(
            rule=rules[each.directive_id],
            people=people.get(each.id, {}),
            given=tuple(given.get(each.id, ())),
            due_at=each.acknowledge_due_at,
        )
        for each in by_id.values()
    }
    after = [addressee_id for addressee_id in given if _is_after(found[addressee_id])]
    for addressee_id, at in _first_arrivals(session, after).items():
        found[addressee_id] = replace(found[addressee_id], first_arrival=at)
    return found


def _is_after(standing: OfUnit) -> bool:
    completed = standing.completed
    return completed is not None and standing.due_at is not None and completed.at > standing.due_at


def _people(session: Session, addressee_ids: Collection[int]) -> dict[int, dict[int, ContactRole]]:
    """Who gets the directive for each of these now, as what."""
    if not addressee_ids:
        return {}
    found: dict[int, dict[int, ContactRole]] = defaultdict(dict)
    for addressee_id, person_id, role in session.execute(_PEOPLE, {"ids": numbers(addressee_ids)}):
        found[addressee_id][person_id] = role
    return found


_PEOPLE = (
    select(Addressee.id, Contact.person_id, Contact.role)
    .join(Contact, Contact.unit_id == Addressee.unit_id)
    .where(
        is_one_of(_ADDRESSEES.c.id, "ids"),
        Contact.ended_at.is_(None),
        audience.is_for(Contact.person_id),
    )
    .order_by(Addressee.id, Contact.joined_at, Contact.id)
)


def _first_arrivals(session: Session, addressee_ids: Collection[int]) -> dict[int, datetime]:
    """When the first card of each came into any of its chats."""
    if not addressee_ids:
        return {}
    rows = session.execute(_ARRIVALS, {"ids": numbers(addressee_ids)})
    return {addressee_id: at for addressee_id, at in rows if at is not None}


_ARRIVALS = (
    select(Card.subject_id, func.min(OutboxMessage.finished_at))
    .join(OutboxMessage, OutboxMessage.card_id == Card.id)
    .where(
        is_one_of(_CARDS.c.subject_id, "ids"),
        Card.kind == CardKind.DIRECTIVE,
        OutboxMessage.kind == MessageKind.DIRECTIVE,
        OutboxMessage.state == OutboxState.ACCEPTED,
    )
    .group_by(Card.subject_id)
)


# --- a whole directive ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class UnitReceipt:
    """One addressee of a directive: how far it is, its state, and its chats now."""

    addressee: Addressee
    standing: OfUnit
    state: ReceiptState
    chats: tuple[Chat, ...]

    @property
    def chats_to_chase(self) -> tuple[Chat, ...]:
        """Where those are asked who have not confirmed: the private chats of who is missing that
        can be written to; the unit's group only if there is none."""
        if self.state is not ReceiptState.SILENT:
            return ()
        missing = self.standing.missing
        can_be = [chat for chat in self.chats if chat.unreachable_reason is None]
        private = [chat for chat in can_be if chat.person_id in missing]
        return tuple(private or [chat for chat in can_be if chat.kind is ChatKind.GROUP])

    def chats_for_work(self, *, reminds_group: bool) -> tuple[Chat, ...]:
        """Where the unit is reminded of its work, as it is by itself; nowhere as long as it has not
        got the directive."""
        if self.state in (ReceiptState.NOT_SENT, ReceiptState.UNREACHABLE):
            return ()
        can_be = {chat.id: chat for chat in self.chats if chat.unreachable_reason is None}
        roles = self.standing.people
        places = [
            Place(chat.id, chat.person_id, roles.get(chat.person_id) if chat.person_id else None)
            for chat in can_be.values()
        ]
        return tuple(can_be[chat_id] for chat_id in to_contacts(places, group_too=reminds_group))


async def of_directive(
    session: AsyncSession, directive: Directive, *, scope: Scope | None = None
) -> list[UnitReceipt]:
    """All addressees of the directive, or those within somebody's limits, of which anything is
    asked or that have confirmed, in the order in which they were frozen."""
    rows = await session.execute(
        select(Addressee, IS_ASKED)
        .where(Addressee.directive_id == directive.id, within(scope))
        .order_by(Addressee.id)
    )
    has_work = {addressee: bool(asked) for addressee, asked in rows}
    found = await judged(session, directive, list(has_work))
    return [each for each in found if has_work[each.addressee] or each.standing.given]


async def judged(
    session: AsyncSession, directive: Directive, addressees: Collection[Addressee]
) -> list[UnitReceipt]:
    """These addressees of the directive with their states."""
    return await judged_by(session, addressees, {directive.id: directive.acknowledge_by})


async def judged_by(
    session: AsyncSession, addressees: Collection[Addressee], rules: Mapping[int, AcknowledgeBy]
) -> list[UnitReceipt]:
    """Addressees of several directives with their states, by the rule of each."""
    if not addressees:
        return []
    ids = [each.id for each in addressees]
    standings = await of(session, addressees, rules, with_people=True)
    chats: dict[int, list[Chat]] = defaultdict(list)
    for addressee_id, chat in await audience.chats_of_addressees(session, ids):
        chats[addressee_id].append(chat)
    ways = await _ways(session, ids, chats)
    cannot = await answers.cannot(session, ids)
    return [
        UnitReceipt(
            each,
            standings[each.id],
            state_of(standings[each.id], ways[each.id], cannot=each.id in cannot),
            tuple(chats[each.id]),
        )
        for each in addressees
    ]


async def _ways(
    session: AsyncSession, addressee_ids: Collection[int], chats: Mapping[int, Collection[Chat]]
) -> dict[int, list[Way]]:
    """What became of the first cards in the chats that are the addressees' now."""
    rows = await session.execute(_FIRST_CARDS, {"ids": numbers(addressee_ids)})
    states = {(addressee_id, chat_id): state for addressee_id, chat_id, state in rows}
    return {
        addressee_id: [
            Way(
                reach_of([state] if (state := states.get((addressee_id, chat.id))) else []),
                is_open=chat.unreachable_reason is None,
            )
            for chat in chats.get(addressee_id, ())
        ]
        for addressee_id in addressee_ids
    }


_FIRST_CARDS = (
    select(Card.subject_id, Card.chat_id, OutboxMessage.state)
    .join(OutboxMessage, OutboxMessage.card_id == Card.id)
    .where(
        is_one_of(_CARDS.c.subject_id, "ids"),
        Card.kind == CardKind.DIRECTIVE,
        OutboxMessage.kind == MessageKind.DIRECTIVE,
    )
)


async def count_complete(session: AsyncSession, directive: Directive) -> int:
    """How many units have confirmed. Where anybody's word is enough the database counts them, so
    that a hundred thousand cost no more than a hundred."""
    if directive.acknowledge_by is AcknowledgeBy.ANY:
        return await receipts.count_units(session, directive.id)
    addressees = await session.scalars(
        select(Addressee).where(Addressee.directive_id == directive.id)
    )
    rules = {directive.id: directive.acknowledge_by}
    found = await of(session, list(addressees), rules)
    return sum(standing.is_complete for standing in found.values())
