"""Whom a draft is for, by its card's buttons: groups, units, people, what is left out, and who has
part in a task."""

from __future__ import annotations

from bot.actions import access, audience, drafts
from bot.actions.drafts import Menu
from bot.delivery.render_audience import OF_GROUP, OF_UNIT, OF_UNITS, PARTS, View
from bot.domain.dialogues import DialogueKind
from bot.domain.recipients import Choice
from bot.errors import NotFound
from bot.storage.tables import Dialogue, Draft, DraftTask
from handlers.appointing import dialogue_draft, own_draft, own_draft_and
from handlers.context import Incoming, ids

_LONGEST_SEARCH = 100


async def show_choices(incoming: Incoming) -> None:
    """The audience's menu, with the groups the letter does not name too."""
    await _show_view(incoming, await own_draft(incoming), View.CHOICES, page=1)


async def show_view(incoming: Incoming) -> None:
    """One page of it, or of the units or groups that can be chosen or left out."""
    draft_id, view, page = await own_draft_and(incoming, 2)
    await _show_view(incoming, draft_id, _view(view), page=page)


def _view(number: int) -> View:
    if number not in tuple(View):
        raise NotFound("refused.gone")
    return View(number)


async def _show_view(
    incoming: Incoming, draft_id: int, view: View, *, page: int, words: str | None = None
) -> None:
    draft = await drafts.open_draft(incoming.session, draft_id)
    if view not in OF_UNITS:
        await audience.offer_all_groups(incoming.session, draft, actor=incoming.known_actor)
        words = ""
    if words is None:
        words = await _words(incoming, draft, view)
    await _show(incoming, draft, view=view, page=page, words=words)


async def _words(incoming: Incoming, draft: Draft, view: View) -> str:
    """What the units on the card were searched for, if it shows the same list."""
    shown = await audience.shown(incoming.session, draft)
    return str(shown.get("words", "")) if shown.get("view") == view else ""


async def _show(incoming: Incoming, draft: Draft, **place: int | str) -> None:
    await audience.show(
        incoming.session,
        draft,
        menu=Menu.GROUPS,
        now=incoming.now,
        person_id=incoming.known_actor.person_id,
        **place,
    )


# --- groups --------------------------------------------------------------------------------------


async def choose_group(incoming: Incoming) -> None:
    """Tick or untick one group."""
    await _choose_group(incoming, Choice.YES, View.CHOICES)


async def leave_group_out(incoming: Incoming) -> None:
    """Leave a group's units out, or not."""
    await _choose_group(incoming, Choice.LEFT_OUT, View.LEAVE_OUT_GROUPS)


async def _choose_group(incoming: Incoming, choice: Choice, view: View) -> None:
    line_id, chosen = ids(incoming, 2)
    await access.check_line(incoming.session, line_id, actor=incoming.known_actor)
    draft = await audience.choose_group(
        incoming.session, line_id, choice=choice if chosen else Choice.NO, now=incoming.now
    )
    shown = await audience.shown(incoming.session, draft)
    page = int(shown.get("page", 1)) if shown.get("view") == view else 1
    await _show(incoming, draft, view=view, page=page)


# --- units and people ----------------------------------------------------------------------------


async def choose_unit(incoming: Incoming) -> None:
    """Add a unit, leave one out, or neither."""
    draft_id, unit_id, choice, view, page = await own_draft_and(incoming, 4)
    if choice not in tuple(Choice) or _view(view) not in OF_UNITS:
        raise NotFound("refused.gone")
    await drafts.open_draft(incoming.session, draft_id)
    unit = await access.visible_unit(incoming.session, unit_id, actor=incoming.known_actor)
    await audience.choose_unit(
        incoming.session, draft_id, unit, choice=Choice(choice), now=incoming.now
    )
    await _show_view(incoming, draft_id, View(view), page=page)


async def show_people(incoming: Incoming) -> None:
    """A unit's people, who can be addressed personally."""
    draft_id, unit_id, page = await own_draft_and(incoming, 2)
    draft = await drafts.open_draft(incoming.session, draft_id)
    await access.visible_unit(incoming.session, unit_id, actor=incoming.known_actor)
    await _show(incoming, draft, unit_id=unit_id, page=page)


async def choose_person(incoming: Incoming) -> None:
    """Address one of them, or not."""
    draft_id, contact_id, chosen, page = await own_draft_and(incoming, 3)
    await drafts.open_draft(incoming.session, draft_id)
    contact = await access.visible_contact(incoming.session, contact_id, actor=incoming.known_actor)
    draft = await audience.choose_person(
        incoming.session, draft_id, contact, chosen=bool(chosen), now=incoming.now
    )
    await _show(incoming, draft, unit_id=contact.unit_id, page=page)


async def ask_unit(incoming: Incoming) -> None:
    """Which unit? A part of its name, or its code."""
    draft_id, view = await own_draft_and(incoming, 1)
    await drafts.open_draft(incoming.session, draft_id)
    if _view(view) not in OF_UNITS:
        raise NotFound("refused.gone")
    await incoming.ask(DialogueKind.DRAFT_UNIT, {"draft_id": draft_id, "view": view})
    await incoming.reply("audience.ask_unit")


async def take_unit(incoming: Incoming, dialogue: Dialogue) -> None:
    """What was typed: the card shows the units that hold it."""
    draft_id = await dialogue_draft(incoming, dialogue)
    words = " ".join(incoming.text.split())[:_LONGEST_SEARCH]
    await _show_view(incoming, draft_id, View(int(dialogue.data["view"])), page=1, words=words)
    await incoming.end_dialogue()
    await incoming.reply("audience.look_above", words=words)


# --- who has part in a task ----------------------------------------------------------------------


async def show_parts(incoming: Incoming) -> None:
    """Who is to do a task?"""
    draft_id, task_id, page = await own_draft_and(incoming, 2)
    task = await audience.task_of_draft(incoming.session, draft_id, task_id)
    await _show_parts(incoming, task, page=page)


async def choose_part(incoming: Incoming) -> None:
    """A group or unit has this part in it, or none."""
    task_id, kind, chosen_id, part, page = ids(incoming, 5)
    draft = await access.own_draft_of_task(incoming.session, task_id, actor=incoming.known_actor)
    task = await audience.task_of_draft(incoming.session, draft.id, task_id)
    if kind not in (OF_GROUP, OF_UNIT) or part >= len(PARTS):
        raise NotFound("refused.gone")
    await audience.set_part(
        incoming.session,
        task,
        group_id=chosen_id if kind == OF_GROUP else None,
        unit_id=chosen_id if kind == OF_UNIT else None,
        part=PARTS[part],
        now=incoming.now,
    )
    await _show_parts(incoming, task, page=page)


async def give_to_all(incoming: Incoming) -> None:
    """The task is for all whom the draft is for."""
    draft_id, task_id = await own_draft_and(incoming, 1)
    task = await audience.task_of_draft(incoming.session, draft_id, task_id)
    await audience.give_to_all(incoming.session, task, now=incoming.now)
    await _show_parts(incoming, task, page=1)


async def _show_parts(incoming: Incoming, task: DraftTask, *, page: int) -> None:
    draft = await drafts.open_draft(incoming.session, task.draft_id)
    await audience.show(
        incoming.session,
        draft,
        menu=Menu.PARTS,
        now=incoming.now,
        task_id=task.id,
        page=page,
    )
