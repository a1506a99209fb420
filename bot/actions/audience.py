"""Whom a draft is for: groups, units and people are chosen and left out; who that makes is counted.

Issuing it is done in `directives`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions.cards import task_lists
from bot.actions.drafts import changed, open_draft
from bot.actions.replies import queue
from bot.domain.recipients import FOR_ALL, Choice, Choices, Recipients, TaskParts, recipients_of
from bot.domain.rights import Actor
from bot.domain.states import CardKind, ChatKind, Lane, MessageKind, Part
from bot.errors import InvalidInput, NotFound
from bot.storage import audience as stored
from bot.storage import cards, drafts, outbox, people, units
from bot.storage.outbox import NewMessage
from bot.storage.tables import Chat, Contact, Draft, DraftGroup, DraftTask, Unit


@dataclass(frozen=True, slots=True)
class Audience:
    """Who a draft would go to, counted before anything is sent. A unit whose part in every task is
    none is not among `units`, but `without_part`."""

    choices: Choices
    units: tuple[Unit, ...]
    chats: tuple[tuple[int, Chat], ...]  # unit id, chat
    personal: Mapping[int, frozenset[int]]  # unit id, the only people of it
    excluded: tuple[Unit, ...]
    without_part: tuple[Unit, ...]
    parts: Mapping[int, Mapping[int, Part]]  # unit id, task id

    @property
    def groups(self) -> int:
        """How many groups are ticked."""
        return len(self.choices.groups)

    @property
    def reachable(self) -> tuple[tuple[int, Chat], ...]:
        """Chats that Telegram delivers to, as far as is known."""
        return tuple(pair for pair in self.chats if pair[1].unreachable_reason is None)

    @property
    def unreached_units(self) -> tuple[Unit, ...]:
        """Units nobody of which can be reached."""
        reached = {unit_id for unit_id, _ in self.reachable}
        return tuple(unit for unit in self.units if unit.id not in reached)


async def audience(session: AsyncSession, draft_id: int) -> Audience:
    """The units of the ticked groups, those added and those of chosen people, less what is left
    out: each once, with the chats of the card and its part in every task."""
    choices = await stored.choices(session, draft_id)
    tasks = await drafts.tasks(session, draft_id)
    task_parts = await stored.parts(session, draft_id)
    of_parts = {group_id for each in task_parts.values() for group_id in each.groups}
    members = await stored.members(session, choices.all_groups | of_parts)
    recipients = recipients_of(choices, members)
    addressed = await _in_order(session, choices, recipients)
    parts = _parts(addressed, tasks, task_parts, members)
    found = tuple(unit for unit in addressed if parts[unit.id] or not tasks)
    left_out = await units.units_by_ids(session, recipients.excluded)
    chats = await people.chats_of_units(session, [unit.id for unit in found])
    return Audience(
        choices=choices,
        units=found,
        chats=tuple(pair for pair in chats if _gets_card(pair, recipients)),
        personal=recipients.personal,
        excluded=tuple(sorted(left_out, key=lambda unit: unit.id)),
        without_part=tuple(unit for unit in addressed if tasks and not parts[unit.id]),
        parts=parts,
    )


def _gets_card(pair: tuple[int, Chat], recipients: Recipients) -> bool:
    """Where only some people of a unit are addressed, only their private chats."""
    unit_id, chat = pair
    own = recipients.personal.get(unit_id)
    return own is None or (chat.kind is ChatKind.PRIVATE and chat.person_id in own)


async def _in_order(session: AsyncSession, choices: Choices, recipients: Recipients) -> list[Unit]:
    """The addressed units that are not retired: first those of groups, in the groups' order."""
    of_groups = await units.units_of_groups(session, choices.groups)
    known = {unit.id for unit in of_groups}
    others = await units.units_by_ids(session, recipients.units - known)
    others.sort(key=lambda unit: unit.id)
    return [
        unit
        for unit in (*of_groups, *others)
        if unit.id in recipients.units and unit.retired_at is None
    ]


def _parts(
    addressed: Sequence[Unit],
    tasks: Sequence[DraftTask],
    task_parts: Mapping[int, TaskParts],
    members: Mapping[int, set[int]],
) -> dict[int, dict[int, Part]]:
    groups_of: dict[int, set[int]] = {}
    for group_id, unit_ids in members.items():
        for unit_id in unit_ids:
            groups_of.setdefault(unit_id, set()).add(group_id)
    found: dict[int, dict[int, Part]] = {unit.id: {} for unit in addressed}
    for task in tasks:
        of_task = task_parts.get(task.id, FOR_ALL)
        for unit_id, of_unit in found.items():
            part = of_task.of(unit_id, groups_of.get(unit_id, ()))
            if part is not None:
                of_unit[task.id] = part
    return found


@dataclass(frozen=True, slots=True)
class Previewed:
    """What one unit would get: the first, as an example; nobody's name while there is none."""

    unit: Unit | None
    tasks: tuple[tuple[DraftTask, Part], ...]


async def previewed(session: AsyncSession, draft: Draft) -> Previewed:
    """The unit that a preview is drawn for, with its tasks."""
    found = await audience(session, draft.id)
    tasks = await drafts.tasks(session, draft.id)
    if not found.units:
        return Previewed(None, tuple((task, Part.LEAD) for task in tasks))
    unit = found.units[0]
    parts = found.parts[unit.id]
    return Previewed(unit, tuple((task, parts[task.id]) for task in tasks if task.id in parts))


async def lists(session: AsyncSession, draft: Draft) -> int:
    """How many lists of tasks that unit will get before the card."""
    found = await previewed(session, draft)
    return len(task_lists(draft, [task.short_title for task, _ in found.tasks]))


# --- choosing ------------------------------------------------------------------------------------


async def choose_group(
    session: AsyncSession, draft_group_id: int, *, choice: Choice, now: datetime
) -> Draft:
    """Tick, untick or leave out a line of the audience: as the button said, so that it may come
    twice."""
    line = await drafts.draft_group(session, draft_group_id)
    if line is None:
        raise NotFound("draft.unknown")
    draft = await open_draft(session, line.draft_id)
    if line.group_id is None:
        raise InvalidInput("draft.line_without_group")
    line.chosen, line.excluded = choice is Choice.YES, choice is Choice.LEFT_OUT
    await changed(session, draft, now=now)
    return draft


async def choose_unit(
    session: AsyncSession, draft_id: int, unit: Unit, *, choice: Choice, now: datetime
) -> Draft:
    """Add a unit, leave it out, or neither."""
    draft = await open_draft(session, draft_id)
    excluded = None if choice is Choice.NO else choice is Choice.LEFT_OUT
    await stored.choose_unit(session, draft_id, unit.id, excluded=excluded)
    await changed(session, draft, now=now)
    return draft


async def choose_person(
    session: AsyncSession, draft_id: int, contact: Contact, *, chosen: bool, now: datetime
) -> Draft:
    """Address a contact personally, or not; NotFound for who is none any more."""
    draft = await open_draft(session, draft_id)
    if chosen and contact.ended_at is not None:
        raise NotFound("refused.gone")
    await stored.choose_person(
        session,
        draft_id,
        unit_id=contact.unit_id,
        person_id=contact.person_id,
        chosen=chosen,
    )
    await changed(session, draft, now=now)
    return draft


async def offer_all_groups(session: AsyncSession, draft: Draft, *, actor: Actor) -> None:
    """Let staff also tick registered groups that the letter does not name, if they are theirs."""
    choices = await drafts.group_choices(session, draft.id)
    offered = {choice.group_id for choice in choices}
    position = len(choices)
    for group in await units.groups(session):
        if group.id not in offered and actor.may_address({group.id}):
            session.add(
                DraftGroup(draft_id=draft.id, position=position, group_id=group.id, chosen=False)
            )
            position += 1
    await session.flush()


# --- parts in a task -----------------------------------------------------------------------------


async def task_of_draft(session: AsyncSession, draft_id: int, task_id: int) -> DraftTask:
    """A task of the draft while that can be changed; NotFound if it is none of it."""
    await open_draft(session, draft_id)
    task = await drafts.task(session, task_id)
    if task is None or task.draft_id != draft_id:
        raise NotFound("draft.unknown")
    return task


async def set_part(
    session: AsyncSession,
    task: DraftTask,
    *,
    group_id: int | None = None,
    unit_id: int | None = None,
    part: Part | None,
    now: datetime,
) -> Draft:
    """Give one of the draft's groups or units its part in the task; None takes it away."""
    choices = await stored.choices(session, task.draft_id)
    is_chosen = group_id in choices.groups or unit_id in choices.own_units
    if part is not None and not is_chosen:
        raise NotFound("refused.gone")
    draft = await open_draft(session, task.draft_id)
    await stored.set_part(session, task.id, group_id=group_id, unit_id=unit_id, part=part)
    await changed(session, draft, now=now)
    return draft


async def give_to_all(session: AsyncSession, task: DraftTask, *, now: datetime) -> Draft:
    """The task is for all addressees."""
    draft = await open_draft(session, task.draft_id)
    await stored.clear_parts(session, task.id)
    await changed(session, draft, now=now)
    return draft


# --- the card's pages ----------------------------------------------------------------------------


async def show(
    session: AsyncSession, draft: Draft, *, now: datetime, menu: str, **place: int | str
) -> None:
    """Draw a page of the audience, or of a task's, on the draft's card."""
    card, _ = await cards.ensure(
        session, CardKind.DRAFT, subject_id=draft.id, chat_id=draft.chat_id
    )
    await queue(
        session,
        NewMessage(
            kind=MessageKind.DRAFT,
            lane=Lane.ANSWER,
            chat_id=draft.chat_id,
            send_at=now,
            card_id=card.id,
            parameters={"menu": menu, **place},
        ),
    )


async def shown(session: AsyncSession, draft: Draft) -> dict[str, Any]:
    """What the draft's card shows now: what it was drawn with last."""
    card, _ = await cards.ensure(
        session, CardKind.DRAFT, subject_id=draft.id, chat_id=draft.chat_id
    )
    return await outbox.drawn_last(session, MessageKind.DRAFT, card_id=card.id)
