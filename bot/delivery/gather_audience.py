"""Whom a draft is for: what its card shows of it to who asked, and who has part in its tasks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from bot.delivery import render_audience
from bot.delivery.context import Context, reader
from bot.delivery.render import Content, Named
from bot.delivery.render_audience import (
    OF_GROUP,
    OF_UNIT,
    AudienceView,
    Candidate,
    DraftGroupView,
    PartChoice,
    View,
)
from bot.domain.audience import match_lines, said_count
from bot.domain.paging import page_within
from bot.domain.recipients import FOR_ALL, Choice, Choices, TaskParts, recipients_of
from bot.domain.rights import Actor, Right
from bot.domain.searching import in_order, search
from bot.storage import audience as stored
from bot.storage import drafts, registry, units
from bot.storage.tables import Draft, DraftTask, Unit

# Where a letter's closing sentences stand; more of it is not looked through.
_CLOSING = 4000
_SUGGESTED = 3
_NAMES = 3


async def view_of(context: Context, draft: Draft) -> AudienceView:
    """Everything that was chosen for a draft."""
    session = context.session
    choices = await stored.choices(session, draft.id)
    members = await stored.members(session, choices.all_groups)
    units_by_id = {
        unit.id: unit
        for unit in await units.units_by_ids(
            session,
            choices.own_units | choices.excluded_units,
        )
    }
    sizes = await units.group_sizes(session)
    recipients = recipients_of(choices, members)
    retired = {unit.id for unit in units_by_id.values() if unit.retired_at is not None}
    return AudienceView(
        groups=tuple(
            DraftGroupView(
                choice.id,
                choice.line,
                choice.group_name,
                sizes.get(choice.group_id or 0, 0),
                choice.chosen,
                choice.excluded,
                said_count(choice.line) if choice.line else None,
            )
            for choice in await drafts.group_choices(session, draft.id)
        ),
        units=_named(units_by_id[unit_id] for unit_id in choices.units),
        people=Named.of(await _people(context, choices, units_by_id), most=_NAMES),
        excluded_units=_named(units_by_id[unit_id] for unit_id in choices.excluded_units),
        count=len(recipients.units - retired),
    )


def _named(those: Iterable[Unit]) -> Named:
    return Named.of([unit.name for unit in in_order(those)], most=_NAMES)


async def _people(context: Context, choices: Choices, units_by_id: Mapping[int, Unit]) -> list[str]:
    called = await stored.names_of_people(context.session, {person for _, person in choices.people})
    return sorted(
        f"{called[person_id]} ({units_by_id[unit_id].name})"
        for unit_id, person_id in choices.people
    )


# --- pages ---------------------------------------------------------------------------------------


async def page(context: Context, draft: Draft) -> Content | None:
    """The page of the audience that was asked for; None if that one may not see it any more."""
    actor = await reader(context, Right.ISSUE)
    if actor is None:
        return None
    parameters = context.message.parameters
    number = int(parameters.get("page", 1))
    if "unit_id" in parameters:
        unit_id = int(parameters["unit_id"])
        theirs = actor.oversees(unit_id)
        return await _people_page(context, draft, unit_id, number) if theirs else None
    match view := View(parameters.get("view", View.CHOICES)):
        case View.CHOICES:
            chosen = await view_of(context, draft)
            return render_audience.choices_page(draft.id, chosen, context.write, page=number)
        case View.LEAVE_OUT_GROUPS:
            chosen = await view_of(context, draft)
            return render_audience.leave_out_page(draft.id, chosen, context.write, page=number)
    return await _units_page(context, draft, view, actor)


async def _units_page(context: Context, draft: Draft, view: View, actor: Actor) -> Content:
    parameters = context.message.parameters
    words = str(parameters.get("words") or "")
    everything = await registry.active_units(context.session, scope=actor.scope)
    found = await asyncio.to_thread(search, words, everything)
    size = render_audience.A_PAGE
    number, pages = page_within(int(parameters.get("page", 1)), count=len(found), size=size)
    choices = await stored.choices(context.session, draft.id)
    shown = render_audience.PageView(
        draft_id=draft.id,
        view=view,
        choices=tuple(
            Candidate(unit.id, unit.name, _choice(unit.id, view, choices))
            for unit in found[(number - 1) * size : number * size]
        ),
        count=len(found),
        page=number,
        pages=pages,
        words=words,
    )
    return render_audience.units_page(shown, context.write)


def _choice(unit_id: int, view: View, choices: Choices) -> Choice:
    if view is View.ADD_PEOPLE:
        is_chosen = any(unit == unit_id for unit, _ in choices.people)
        return Choice.YES if is_chosen else Choice.NO
    if unit_id in choices.excluded_units:
        return Choice.LEFT_OUT
    return Choice.YES if unit_id in choices.units else Choice.NO


async def _people_page(context: Context, draft: Draft, unit_id: int, number: int) -> Content | None:
    unit = await units.unit(context.session, unit_id)
    if unit is None:
        return None
    people = [
        Candidate(
            contact.id,
            f"{name} – {contact.title}" if contact.title else name,
            Choice.YES if is_chosen else Choice.NO,
        )
        for contact, name, is_chosen in await stored.people_to_choose(
            context.session, draft.id, unit_id
        )
    ]
    of = Candidate(unit.id, unit.name)
    return render_audience.people_page(draft.id, of, people, context.write, page=number)


# --- parts ---------------------------------------------------------------------------------------


async def parts_page(context: Context, draft: Draft) -> Content | None:
    """Who has part in one of the draft's tasks."""
    task = await drafts.task(context.session, context.number("task_id"))
    if task is None or task.draft_id != draft.id:
        return None
    parts = (await stored.parts(context.session, draft.id)).get(task.id, FOR_ALL)
    everything = await _part_choices(context, draft, parts)
    size = render_audience.A_PAGE
    wanted = int(context.message.parameters.get("page", 1))
    number, pages = page_within(wanted, count=len(everything), size=size)
    view = render_audience.PartsView(
        draft_id=draft.id,
        task_id=task.id,
        position=task.position,
        short_title=task.short_title,
        is_for_all=parts.is_for_all,
        choices=tuple(everything[(number - 1) * size : number * size]),
        page=number,
        pages=pages,
        suggested=await _suggested(context, draft, task, everything),
    )
    return render_audience.parts_page(view, context.write)


async def _part_choices(context: Context, draft: Draft, parts: TaskParts) -> list[PartChoice]:
    """The draft's groups and its units beside them, and what else has a part still."""
    session = context.session
    choices = await stored.choices(session, draft.id)
    own = choices.own_units
    return [
        *(
            PartChoice(
                OF_GROUP,
                group.id,
                group.name,
                parts.groups.get(group.id),
                group.id in choices.groups,
            )
            for group in await units.groups(session)
            if group.id in choices.groups | parts.groups.keys()
        ),
        *(
            PartChoice(OF_UNIT, unit.id, unit.name, parts.units.get(unit.id), unit.id in own)
            for unit in in_order(await units.units_by_ids(session, own | parts.units.keys()))
        ),
    ]


async def _suggested(
    context: Context, draft: Draft, task: DraftTask, choices: Sequence[PartChoice]
) -> tuple[tuple[PartChoice, str], ...]:
    """Groups that the letter surely names, in the task or in its closing sentences, and that have
    no part yet; they are only offered."""
    from bot.letters.groups import find_assignments, group_of  # heavy: only when letters are read

    without = {each.id: each for each in choices if each.kind == OF_GROUP and each.part is None}
    said = [(group, task.text) for group in [group_of(task.text)] if group]
    said += [(each.group, each.text) for each in find_assignments(draft.body[-_CLOSING:])]
    named = [(name.strip(), words) for group, words in said for name in group.split(";")]
    matches = match_lines([name for name, _ in named], await units.group_names(context.session))
    found: dict[int, tuple[PartChoice, str]] = {}
    for match, (_, words) in zip(matches, named, strict=True):
        if match.sure and match.group_id in without:
            found.setdefault(match.group_id, (without[match.group_id], words))
    return tuple(found.values())[:_SUGGESTED]
