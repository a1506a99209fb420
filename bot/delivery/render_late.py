"""Units that can be added to a directive that was issued, as staff are shown them; pure."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from bot.callbacks import Callback, Press
from bot.delivery.render import (
    Button,
    Content,
    DirectiveView,
    Named,
    Writer,
    directive_title,
    names,
    page_buttons,
)
from bot.domain.splitting import shortened

A_PAGE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class LateView:
    """Who would be added: their names, how many tasks at most, and whose deadlines are over."""

    directive_id: int
    directive: DirectiveView
    units: Named
    tasks: int
    past: tuple[int, ...]
    press: Callback  # that adds them


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsView:
    """One page of units that are no addressees, by id and name."""

    directive_id: int
    directive: DirectiveView
    units: tuple[tuple[int, str], ...]
    count: int
    page: int
    pages: int
    words: str


def preview(view: LateView, write: Writer) -> Content:
    """Who would get it now, with the button that adds them."""
    lines = [_title(view.directive, write)]
    if not view.units.count:
        lines.append(write.say("late.none"))
        return Content("\n".join(lines), (_to_state(view.directive_id, write),))
    lines.append(write.say("late.preview", count=view.units.count, names=names(view.units, write)))
    lines.append(write.say("late.what", tasks=view.tasks))
    if view.past:
        past = ", ".join(write.texts("button.task", position=number) for number in view.past)
        lines.append(write.bold("late.past", tasks=past))
    add = Button(write.texts("button.late_add", count=view.units.count), view.press, "success")
    return Content("\n".join(lines), ((add,), _to_state(view.directive_id, write)))


def units_page(view: UnitsView, write: Writer) -> Content:
    """Units to add by name, each a button."""
    lines = [_title(view.directive, write), write.say("late.choose_unit")]
    if view.words:
        lines.append(write.say("units.found", words=shortened(view.words), count=view.count))
    if not view.count:
        lines.append(write.say("units.none_found"))
    rows: list[tuple[Button, ...]] = [
        (
            Button(
                shortened(name, most=50),
                Callback(Press.ADDRESSEE_ASK, (view.directive_id, unit_id)),
            ),
        )
        for unit_id, name in view.units
    ]
    ids = (view.directive_id,)
    if view.pages > 1:
        rows.append(page_buttons(Press.ADDRESSEE_PAGE, ids, page=view.page, pages=view.pages))
    rows.append((Button(write.texts("button.find_unit"), Callback(Press.ADDRESSEE_FIND, ids)),))
    rows.append(_to_state(view.directive_id, write))
    return Content("\n".join(lines), tuple(rows))


def _title(directive: DirectiveView, write: Writer) -> str:
    return f"<b>{escape(directive_title(directive, write), quote=False)}</b>"


def _to_state(directive_id: int, write: Writer) -> tuple[Button, ...]:
    ids = (directive_id, 1)
    return (Button(write.texts("button.to_state"), Callback(Press.STATE_PAGE, ids)),)
