"""Whom a draft is for, on its card: groups, units and people, what is left out, and who has part in
a task; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from html import escape
from typing import TypeVar

from bot.callbacks import Callback, Press
from bot.delivery.render import (
    NO_NAMES,
    Button,
    Content,
    Named,
    Writer,
    fit,
    names,
    page_buttons,
)
from bot.domain.paging import page_within
from bot.domain.recipients import Choice
from bot.domain.splitting import shortened, shortened_name
from bot.domain.states import Part

A_PAGE = 8
# By the numbers that buttons carry.
PARTS: tuple[Part | None, ...] = (None, Part.LEAD, Part.COOPERATE, Part.WATCH)
OF_GROUP, OF_UNIT = range(2)
_Some = TypeVar("_Some")


class View(IntEnum):
    """What the card shows of the audience. The numbers travel with buttons."""

    CHOICES = 0
    ADD_UNITS = 1
    ADD_PEOPLE = 2
    LEAVE_OUT_GROUPS = 3
    LEAVE_OUT_UNITS = 4


OF_UNITS = (View.ADD_UNITS, View.ADD_PEOPLE, View.LEAVE_OUT_UNITS)


@dataclass(frozen=True, slots=True)
class DraftGroupView:
    """A line of a draft's audience; `said` is how many units the letter's line speaks of."""

    id: int
    line: str | None
    group_name: str | None
    units: int
    chosen: bool
    excluded: bool = False
    said: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceView:
    """Everything that was chosen, and how many units that makes."""

    groups: tuple[DraftGroupView, ...] = ()
    units: Named = NO_NAMES  # added beside the groups
    people: Named = NO_NAMES  # with their units
    excluded_units: Named = NO_NAMES
    count: int = 0

    @property
    def is_empty(self) -> bool:
        """Nobody was chosen yet."""
        chosen = any(group.chosen for group in self.groups)
        return not (chosen or self.units.count or self.people.count)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit or a person that can be chosen."""

    id: int
    name: str
    choice: Choice = Choice.NO


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """One page of a long list."""

    draft_id: int
    view: View
    choices: tuple[Candidate, ...]
    count: int
    page: int
    pages: int
    words: str = ""


@dataclass(frozen=True, slots=True)
class PartChoice:
    """A group or unit of the draft, and its part in the task; of one that the draft is not for any
    more the part can only be taken away."""

    kind: int
    id: int
    name: str
    part: Part | None
    is_chosen: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsView:
    """Who has part in one task; `suggested` are groups that the letter names for it."""

    draft_id: int
    task_id: int
    position: int
    short_title: str
    is_for_all: bool
    choices: tuple[PartChoice, ...]
    page: int
    pages: int
    suggested: tuple[tuple[PartChoice, str], ...] = ()  # with the letter's words


def group_line(group: DraftGroupView, write: Writer, *, most: int = 90) -> str:
    """One line of the audience: the letter's words, the group that is meant, how many units."""
    mark = "⊘" if group.excluded else "☑" if group.chosen else "☐"
    line = escape(shortened(group.line or group.group_name or "", most=most), quote=False)
    if group.group_name is None:
        return f"{mark} {line} → {write.say('draft.no_group')}"
    name = shortened(group.group_name, most=most)
    target = write.say("draft.group_target", group=name, count=group.units)
    text = f"{mark} {line} → {target}" if group.line else f"{mark} {target}"
    if group.said is not None and group.said != group.units:
        text += f" – <b>{write.say('draft.group_count_differs', count=group.said)}</b>"
    return text


def besides(view: AudienceView, write: Writer) -> list[str]:
    """What was chosen beside the groups, and what all of it makes; nothing while it is empty."""
    lines = []
    for key, named in (
        ("audience.units", view.units),
        ("audience.people", view.people),
        ("audience.excluded_units", view.excluded_units),
    ):
        if named.count:
            lines.append(write.say(key, count=named.count, names=names(named, write)))
    if not view.is_empty:
        lines.append(write.bold("audience.count", count=view.count))
    return lines


def choices_page(draft_id: int, view: AudienceView, write: Writer, *, page: int) -> Content:
    """Groups to tick, and the ways to everything else."""
    shown, page, pages = _paged(view.groups, page)
    head = [f"<b>{write.say('draft.title')} – {write.say('draft.groups')}</b>"]
    lines = [group_line(group, write) for group in shown] or [write.say("draft.none")]
    foot = ["", *besides(view, write)]
    if view.is_empty:
        foot.append(write.say("draft.missing", list=write.texts("draft.lacks_groups")))
    else:
        foot.append(write.say("audience.once"))
    text = fit(head, lines, foot, more=lambda left: write.say("list.and_more", count=left))
    rows = [_group_row(group, Press.DRAFT_GROUP, Choice.YES) for group in shown if group.group_name]
    rows += _turning(draft_id, View.CHOICES, page=page, pages=pages)
    rows.append(
        (
            _to_view(write, "button.add_units", draft_id, View.ADD_UNITS),
            _to_view(write, "button.add_people", draft_id, View.ADD_PEOPLE),
        )
    )
    rows.append((_to_view(write, "button.leave_out", draft_id, View.LEAVE_OUT_GROUPS),))
    rows.append((_button(write, "button.back", Press.DRAFT_CARD, draft_id),))
    return Content(text, tuple(rows))


def leave_out_page(draft_id: int, view: AudienceView, write: Writer, *, page: int) -> Content:
    """Groups whose units get nothing; units are left out from here too."""
    groups = [group for group in view.groups if group.group_name]
    shown, page, pages = _paged(groups, page)
    text = "\n".join([write.bold("audience.leave_out_title"), "", *besides(view, write)])
    rows = [_group_row(group, Press.DRAFT_GROUP_OUT, Choice.LEFT_OUT) for group in shown]
    rows += _turning(draft_id, View.LEAVE_OUT_GROUPS, page=page, pages=pages)
    rows.append((_to_view(write, "button.leave_out_units", draft_id, View.LEAVE_OUT_UNITS),))
    rows.append((_back_to_choices(draft_id, write),))
    return Content(text, tuple(rows))


def _group_row(group: DraftGroupView, press: Press, choice: int) -> tuple[Button, ...]:
    """A press makes it `choice`, or undoes that."""
    is_so = group.excluded if choice == Choice.LEFT_OUT else group.chosen
    ticked = group.chosen and choice != Choice.LEFT_OUT
    mark = "⊘" if group.excluded else "☑" if ticked else "☐"
    label = f"{mark} {shortened_name(group.group_name or '', most=50)} ({group.units})"
    return (Button(label, Callback(press, (group.id, int(not is_so)))),)


_UNIT_TITLES = {
    View.ADD_UNITS: "audience.add_units_title",
    View.ADD_PEOPLE: "audience.add_people_title",
    View.LEAVE_OUT_UNITS: "audience.leave_out_units_title",
}


def units_page(view: PageView, write: Writer) -> Content:
    """Units to add, to leave out, or whose people are addressed; searched for by typing."""
    lines = [write.bold(_UNIT_TITLES[view.view])]
    if view.words:
        lines.append(write.say("units.found", words=shortened(view.words), count=view.count))
    if not view.count:
        lines.append(write.say("units.none_found"))
    rows: list[tuple[Button, ...]] = [(_unit_button(view, unit),) for unit in view.choices]
    rows += _turning(view.draft_id, view.view, page=view.page, pages=view.pages)
    find = _button(write, "button.find_unit", Press.DRAFT_FIND_UNIT, view.draft_id, view.view)
    rows.append((find, _back_to_choices(view.draft_id, write)))
    return Content("\n".join(lines), tuple(rows))


def _unit_button(view: PageView, unit: Candidate) -> Button:
    label = f"{_MARKS[unit.choice]} {shortened_name(unit.name, most=50)}"
    if view.view == View.ADD_PEOPLE:
        return Button(label, Callback(Press.DRAFT_UNIT_PEOPLE, (view.draft_id, unit.id, 1)))
    target = Choice.LEFT_OUT if view.view == View.LEAVE_OUT_UNITS else Choice.YES
    choice = Choice.NO if unit.choice == target else target
    ids = (view.draft_id, unit.id, choice, view.view, view.page)
    return Button(label, Callback(Press.DRAFT_UNIT, ids))


_MARKS = {Choice.NO: "☐", Choice.YES: "☑", Choice.LEFT_OUT: "⊘"}


def people_page(
    draft_id: int, unit: Candidate, people: Sequence[Candidate], write: Writer, *, page: int
) -> Content:
    """A unit's contacts, each of whom can be addressed personally."""
    shown, page, pages = _paged(people, page)
    key = "audience.people_of" if people else "audience.nobody_there"
    text = "\n".join(
        [f"<b>{escape(unit.name, quote=False)}</b>", write.say(key), write.say("audience.private")]
    )
    rows: list[tuple[Button, ...]] = []
    for person in shown:
        ids = (draft_id, person.id, int(person.choice != Choice.YES), page)
        label = f"{_MARKS[person.choice]} {shortened(person.name, most=50)}"
        rows.append((Button(label, Callback(Press.DRAFT_PERSON, ids)),))
    if pages > 1:
        turn = page_buttons(Press.DRAFT_UNIT_PEOPLE, (draft_id, unit.id), page=page, pages=pages)
        rows.append(turn)
    rows.append((_to_view(write, "button.other_unit", draft_id, View.ADD_PEOPLE),))
    rows.append((_back_to_choices(draft_id, write),))
    return Content(text, tuple(rows))


def parts_page(view: PartsView, write: Writer) -> Content:
    """Who has part in a task: each press goes on to the next part, and after the last to none."""
    title = write.say("parts.title", position=view.position, title=shortened(view.short_title))
    lines = [f"<b>{title}</b>"]
    lines.append(write.say("parts.for_all" if view.is_for_all else "parts.for_some"))
    if not view.choices:
        lines.append(write.say("parts.nobody_chosen"))
    if not all(each.is_chosen for each in view.choices):
        lines.append(write.say("parts.not_chosen"))
    rows: list[tuple[Button, ...]] = [(_part_button(view, each, write),) for each in view.choices]
    ids = (view.draft_id, view.task_id)
    if view.pages > 1:
        rows.append(page_buttons(Press.DRAFT_PARTS, ids, page=view.page, pages=view.pages))
    if view.suggested:
        lines += ["", write.say("parts.letter_says")]
    for each, words in view.suggested:
        lines.append(f"<i>{escape(shortened(words, most=250), quote=False)}</i>")
        rows.append((_suggestion(view, each, write),))
    rows.append((_button(write, "button.parts_all", Press.DRAFT_PARTS_ALL, *ids),))
    rows.append((_button(write, "button.back", Press.DRAFT_TASK_PAGE, *ids, 1),))
    return Content("\n".join(lines), tuple(rows))


def _after(part: Part | None) -> int:
    return (PARTS.index(part) + 1) % len(PARTS)


def _part_button(view: PartsView, each: PartChoice, write: Writer) -> Button:
    part = write.texts(f"part.{each.part.value}") if each.part else "–"
    label = f"{shortened_name(each.name, most=40)}: {part}"
    if not each.is_chosen:
        label = f"✗ {label}"
    return Button(label, _gives(view, each, _after(each.part) if each.is_chosen else 0))


def _suggestion(view: PartsView, each: PartChoice, write: Writer) -> Button:
    label = write.texts("button.part_suggested", name=shortened_name(each.name, most=40))
    return Button(label, _gives(view, each, PARTS.index(Part.LEAD)))


def _gives(view: PartsView, each: PartChoice, target: int) -> Callback:
    ids = (view.task_id, each.kind, each.id, target, view.page)
    return Callback(Press.DRAFT_PART, ids)


def _paged(those: Sequence[_Some], page: int) -> tuple[Sequence[_Some], int, int]:
    page, pages = page_within(page, count=len(those), size=A_PAGE)
    return those[(page - 1) * A_PAGE : page * A_PAGE], page, pages


def _turning(draft_id: int, view: int, *, page: int, pages: int) -> list[tuple[Button, ...]]:
    if pages == 1:
        return []
    return [page_buttons(Press.DRAFT_AUDIENCE, (draft_id, view), page=page, pages=pages)]


def _to_view(write: Writer, key: str, draft_id: int, view: int) -> Button:
    return _button(write, key, Press.DRAFT_AUDIENCE, draft_id, view, 1)


def _back_to_choices(draft_id: int, write: Writer) -> Button:
    return _to_view(write, "button.back_to_audience", draft_id, View.CHOICES)


def _button(write: Writer, key: str, press: Press, *ids: int) -> Button:
    return Button(write.texts(key), Callback(press, ids))
