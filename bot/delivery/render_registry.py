"""The registry as staff see it in a chat: units, one unit, groups, one group; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from bot.callbacks import Callback, Press
from bot.delivery.render import (
    Button,
    Content,
    Writer,
    fit,
    page_buttons,
)
from bot.domain.splitting import shortened, shortened_name
from bot.domain.states import ContactRole

A_PAGE = 8
MEMBERS_A_PAGE = 20
# What the last number of a press on an editing button stands for.
UNIT_FIELDS = ("name", "phone", "note", "sites")
GROUP_FIELDS = ("name", "aliases", "condition", "members", "leavers")
_LONGEST_NOTE = 500
_ATTRIBUTES_SHOWN = 15
_NAMES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class UnitName:
    """A unit in a list; `is_silent` when nothing can be sent to it."""

    id: int
    code: str
    name: str
    is_silent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsView:
    """One page of the units that were searched for."""

    words: str
    units: tuple[UnitName, ...]
    count: int
    page: int
    pages: int
    may_keep: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactView:
    """A contact of a unit; `reason` is why nothing can be sent, if so."""

    name: str
    title: str
    role: ContactRole
    until: datetime | None
    is_reached: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitView:
    """Everything kept of a unit; `groups` with whether it stands there by condition."""

    id: int
    code: str
    name: str
    former_name: str | None
    phone: str
    note: str
    sites: tuple[str, ...]
    groups: tuple[tuple[str, bool], ...]
    attributes: tuple[tuple[str, str], ...]
    contacts: tuple[ContactView, ...]
    left_at: datetime | None  # when the last contact stopped, if there is none any more
    expected: tuple[str, ...]
    chats: tuple[tuple[str, bool], ...]  # the unit's Telegram groups, whether reached
    reminds_group: bool  # these too, not only its people
    open_assignments: int
    placed_messages: int | None  # attached to its tasks; None for who may not see them
    may_keep: bool
    may_group: bool


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group in a list."""

    id: int
    name: str
    size: int
    by_condition: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupsView:
    """One page of groups."""

    groups: tuple[GroupLine, ...]
    count: int
    page: int
    pages: int
    may_keep: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """A group with one page of its members."""

    id: int
    code: str
    name: str
    aliases: tuple[str, ...]
    condition: str | None
    members: tuple[UnitName, ...]
    count: int
    page: int
    pages: int
    may_keep: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitGroupsView:
    """One page of the groups a unit may be put into: id, name, stands there, by condition."""

    unit_id: int
    unit_name: str
    groups: tuple[tuple[int, str, bool, bool], ...]
    page: int
    pages: int


def units_page(view: UnitsView, write: Writer) -> Content:
    """The list, each unit a button."""
    if view.words:
        head = [write.bold("units.found", words=shortened(view.words), count=view.count)]
    else:
        head = [write.bold("units.title", count=view.count)]
    if not view.count:
        head.append(write.say("units.none_found" if view.words else "units.none"))
    lines = [_line(unit, write) for unit in view.units]
    foot = ["", write.say("units.search_hint")]
    text = fit(head, lines, foot, more=lambda left: write.texts("list.and_more", count=left))
    rows: list[tuple[Button, ...]] = [
        (Button(shortened_name(unit.name, most=50), Callback(Press.UNIT, (unit.id,))),)
        for unit in view.units
    ]
    rows.append(page_buttons(Press.UNITS_PAGE, (), page=view.page, pages=view.pages))
    rows.append(
        (
            _button(write, "button.groups_page", Press.GROUPS_PAGE, 1),
            _button(write, "button.units_export", Press.UNITS_EXPORT),
        )
    )
    if view.may_keep:
        rows.append((_button(write, "button.unit_add", Press.UNIT_ADD),))
    return Content(text, tuple(rows))


def _line(unit: UnitName, write: Writer) -> str:
    line = f"<b>{escape(unit.code)}</b> {escape(shortened(unit.name), quote=False)}"
    return f"{line} – {write.say('units.silent')}" if unit.is_silent else line


def unit_page(view: UnitView, write: Writer) -> Content:
    """All that is known of one unit."""
    head = [f"<b>{escape(view.name, quote=False)}</b>", write.say("unit.code", code=view.code)]
    if view.former_name:
        head.append(write.say("unit.former_name", name=view.former_name))
    groups = [
        shortened(name) + (f" ({write.texts('unit.by_condition')})" if by else "")
        for name, by in view.groups[:_NAMES_SHOWN]
    ]
    head.append(write.say("unit.groups", groups=_listed(groups, len(view.groups), write)))
    head.append(write.say("unit.phone", phone=view.phone or write.texts("unit.nothing")))
    sites = [shortened(site) for site in view.sites[:_NAMES_SHOWN]]
    head.append(write.say("unit.sites", sites=_listed(sites, len(view.sites), write)))
    if view.note:
        head.append(write.say("unit.note", note=shortened(view.note, most=_LONGEST_NOTE)))
    for name, value in view.attributes[:_ATTRIBUTES_SHOWN]:
        head.append(escape(f"{shortened(name)}: {shortened(value)}", quote=False))
    head += ["", write.bold("unit.contacts", count=len(view.contacts))]
    people = [_contact_line(contact, write) for contact in view.contacts]
    if view.left_at is not None:
        people.append(write.say("lost.all_left", at=write.moments.short(view.left_at)))
    for title, is_reached in view.chats:
        key = "unit.chat" if is_reached else "unit.chat_unreached"
        people.append(write.say(key, title=shortened(title)))
    if view.chats and view.reminds_group:
        people.append(write.say("unit.reminds_group"))
    if view.expected:
        names = _listed(view.expected[:_NAMES_SHOWN], len(view.expected), write)
        people.append(write.say("unit.expected", names=names))
    if not any(contact.is_reached for contact in view.contacts) and not any(
        is_reached for _, is_reached in view.chats
    ):
        people.append(write.bold("unit.silent"))
    foot = ["", write.say("unit.open_assignments", count=view.open_assignments)]
    foot.append(write.zone_line(write.now))
    text = fit(head, people, foot, more=lambda left: write.texts("list.and_more", count=left))
    return Content(text, _unit_buttons(view, write))


def _contact_line(contact: ContactView, write: Writer) -> str:
    role = write.texts(f"unit.role_{contact.role.value}")
    parts = [part for part in (contact.name, contact.title, role) if part]
    if contact.until is not None:
        parts.append(write.texts("unit.until", at=write.moments.short(contact.until)))
    mark = "✓" if contact.is_reached else "✗"
    line = f"{mark} {' – '.join(parts)}"
    if not contact.is_reached:
        line += f" ({write.texts('unit.unreached')})"
    return escape(line, quote=False)


def _unit_buttons(view: UnitView, write: Writer) -> tuple[tuple[Button, ...], ...]:
    back = (_button(write, "button.units_page", Press.UNITS_PAGE, 1),)
    placed = _placed_button(view, write)
    if not view.may_keep:
        return (*placed, back)
    edit = [
        _button(write, key, Press.UNIT_EDIT, view.id, number)
        for number, key in enumerate(
            ("button.unit_name", "button.unit_phone", "button.unit_note", "button.unit_sites")
        )
    ]
    rows = [tuple(edit[:2]), tuple(edit[2:])]
    if view.may_group:
        rows.append((_button(write, "button.unit_groups", Press.UNIT_GROUPS, view.id, 1),))
    if view.chats:
        key = "button.reminds_people_only" if view.reminds_group else "button.reminds_group_too"
        to = int(not view.reminds_group)
        rows.append((_button(write, key, Press.UNIT_REMINDS_GROUP, view.id, to),))
    rows.append(
        (
            _button(write, "button.invite_to", Press.INVITE_UNIT, view.id),
            _button(write, "button.reorganise", Press.CHANGE_MENU, view.id),
        )
    )
    return (*rows, *placed, back)


def _placed_button(view: UnitView, write: Writer) -> tuple[tuple[Button, ...], ...]:
    if not view.placed_messages:
        return ()
    label = write.texts("button.placed_messages", count=view.placed_messages)
    return ((Button(label, Callback(Press.UNPLACED_OF, (view.id, 1))),),)


def unit_groups_page(view: UnitGroupsView, write: Writer) -> Content:
    """Where does the unit stand? Each press puts it in or takes it out."""
    rows: list[tuple[Button, ...]] = [
        (
            Button(
                ("☑ " if stands else "☐ ")
                + shortened(name, most=45)
                + (f" ({write.texts('unit.by_condition')})" if by else ""),
                Callback(Press.UNIT_GROUP, (view.unit_id, group_id, view.page, int(not stands))),
            ),
        )
        for group_id, name, stands, by in view.groups
    ]
    rows.append(page_buttons(Press.UNIT_GROUPS, (view.unit_id,), page=view.page, pages=view.pages))
    rows.append((_button(write, "button.back", Press.UNIT, view.unit_id),))
    return Content(write.bold("unit.which_groups", unit=view.unit_name), tuple(rows))


def groups_page(view: GroupsView, write: Writer) -> Content:
    """The groups, each a button."""
    head = [write.bold("groups.title", count=view.count)]
    if not view.count:
        head.append(write.say("groups.none"))
    rows: list[tuple[Button, ...]] = [
        (
            Button(
                f"{shortened_name(group.name, most=45)} ({group.size})"
                + (" ⚙" if group.by_condition else ""),
                Callback(Press.GROUP, (group.id, 1)),
            ),
        )
        for group in view.groups
    ]
    rows.append(page_buttons(Press.GROUPS_PAGE, (), page=view.page, pages=view.pages))
    last = [_button(write, "button.units_page", Press.UNITS_PAGE, 1)]
    if view.may_keep:
        last.append(_button(write, "button.group_add", Press.GROUP_ADD))
    rows.append(tuple(last))
    return Content("\n".join(head), tuple(rows))


def group_page(view: GroupView, write: Writer) -> Content:
    """One group and who stands in it."""
    head = [
        f"<b>{escape(view.name, quote=False)}</b>",
        write.say("unit.code", code=view.code),
        write.say("group.aliases", names=_listed(view.aliases, len(view.aliases), write)),
    ]
    if view.condition:
        head.append(write.say("group.condition", condition=shortened(view.condition, most=300)))
    head += ["", write.bold("group.members", count=view.count)]
    lines = [_line(unit, write) for unit in view.members]
    text = fit(head, lines, [], more=lambda left: write.texts("list.and_more", count=left))
    rows = [page_buttons(Press.GROUP, (view.id,), page=view.page, pages=view.pages)]
    if view.may_keep:
        keys = (
            "button.group_name", "button.group_aliases", "button.group_condition",
            "button.group_members", "button.group_leavers",
        )  # fmt: skip
        edit = [
            _button(write, key, Press.GROUP_EDIT, view.id, number)
            for number, key in enumerate(keys)
        ]
        rows += [tuple(edit[:2]), tuple(edit[2:3]), tuple(edit[3:])]
    rows.append((_button(write, "button.groups_page", Press.GROUPS_PAGE, 1),))
    return Content(text, tuple(rows))


def _listed(shown: Sequence[str], count: int, write: Writer) -> str:
    if not count:
        return write.texts("unit.nothing")
    more = write.texts("list.and_more", count=count - len(shown)) if count > len(shown) else ""
    return "; ".join(shown) + more


def _button(write: Writer, key: str, press: Press, *ids: int) -> Button:
    return Button(write.texts(key), Callback(press, ids))
