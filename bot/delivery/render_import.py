"""The card of a table of units: how it is understood, what it changes, what is wrong; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from bot.callbacks import Callback, Press
from bot.delivery.render import (
    Button,
    Content,
    Named,
    Writer,
    fit,
    names,
)
from bot.domain.splitting import shortened
from bot.domain.states import ImportState
from bot.tables.faults import FaultView, fault_sentence

_COLUMNS_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportView:
    """A table of units as staff see it; `columns` are headings with what they are taken for."""

    import_id: int
    file_name: str
    state: ImportState
    columns: tuple[tuple[str, str], ...] = ()
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    changes: tuple[tuple[str, int], ...] = ()  # columns, and of how many units
    emptied: tuple[tuple[str, int], ...] = ()  # of these, where an empty cell erases something
    emptied_codes: tuple[str, ...] = ()
    emptied_count: int = 0
    new_groups: tuple[str, ...] = ()
    new_group_count: int = 0
    without_phone: int = 0
    zeros: int = 0  # numbers read with the zero they had lost
    faults: tuple[FaultView, ...] = ()
    fault_count: int = 0


def import_card(
    view: ImportView,
    write: Writer,
    *,
    menu: str,
    place: int | None,
    choices: Sequence[str],
) -> Content:
    """The card with the buttons of one menu; `choices` are all that a column may be taken for."""
    if view.state is not ImportState.OPEN:
        return Content(_closed(view, write))
    head = [write.bold("table.title", file=view.file_name), "", write.bold("table.columns")]
    named = [(word, column) for word, column in view.columns if word]
    head += [_column_line(word, column, write) for word, column in named[:_COLUMNS_SHOWN]]
    if len(named) > _COLUMNS_SHOWN:
        head.append(write.say("table.more_columns", count=len(named) - _COLUMNS_SHOWN))
    counts = {"new": view.new, "changed": view.changed, "unchanged": view.unchanged}
    head += ["", write.say("table.counts", **counts)]
    if view.changes:
        head.append(write.say("table.changes", columns=_counted(view.changes, write)))
    if view.emptied:
        codes = names(Named(view.emptied_codes, view.emptied_count), write)
        columns = _counted(view.emptied, write)
        head.append(write.bold("table.emptied", columns=columns, codes=codes))
    if view.new_group_count:
        new_names = "; ".join(shortened(name) for name in view.new_groups)
        head.append(write.say("table.new_groups", count=view.new_group_count, names=new_names))
    if view.without_phone:
        head.append(write.say("table.without_phone", count=view.without_phone))
    if view.zeros:
        head.append(write.say("table.zeros", count=view.zeros))
    if view.fault_count:
        head += ["", write.bold("table.faults", count=view.fault_count)]
    faults = [escape(f"• {fault_sentence(each, write.texts)}", quote=False) for each in view.faults]
    if view.fault_count > len(view.faults):
        faults.append(write.say("table.more_faults", count=view.fault_count - len(view.faults)))
    foot = ["", write.say("table.nothing_yet"), write.zone_line(write.now)]
    text = fit(head, faults, foot, more=lambda left: write.say("table.more_faults", count=left))
    return Content(text, _buttons(view, write, menu=menu, place=place, choices=choices))


def _closed(view: ImportView, write: Writer) -> str:
    match view.state:
        case ImportState.READING:
            return write.say("table.reading", file=view.file_name)
        case ImportState.TAKEN:
            counts = {"new": view.new, "changed": view.changed, "unchanged": view.unchanged}
            return write.bold("table.taken", file=view.file_name, **counts)
        case _:
            return write.say("table.dropped", file=view.file_name)


def _counted(columns: Sequence[tuple[str, int]], write: Writer) -> str:
    return "; ".join(f"{write.texts(f'table.column_{column}')} ({n})" for column, n in columns)


def _column_line(word: str, column: str, write: Writer) -> str:
    meaning = write.texts(f"table.column_{column}")
    return escape(f"{shortened(word, most=40)} → {meaning}", quote=False)


def _buttons(
    view: ImportView, write: Writer, *, menu: str, place: int | None, choices: Sequence[str]
) -> tuple[tuple[Button, ...], ...]:
    if menu == "column" and place is not None and place < len(view.columns):
        return _meanings(view, write, place, choices)
    if menu == "columns":
        return _columns(view, write)
    rows: list[tuple[Button, ...]] = []
    if not view.fault_count:
        rows.append(
            (_button(write, "button.import_take", Press.IMPORT_TAKE, view, style="success"),)
        )
    if view.columns:
        rows.append((_button(write, "button.import_columns", Press.IMPORT_COLUMNS, view),))
    rows.append((_button(write, "button.import_report", Press.IMPORT_REPORT, view),))
    rows.append((_button(write, "button.drop", Press.IMPORT_DROP, view),))
    return tuple(rows)


def _columns(view: ImportView, write: Writer) -> tuple[tuple[Button, ...], ...]:
    """Which column was misunderstood?"""
    rows = [
        (
            Button(
                f"{shortened(word, most=30)} → {write.texts(f'table.column_{column}')}",
                Callback(Press.IMPORT_COLUMN, (view.import_id, place)),
            ),
        )
        for place, (word, column) in enumerate(view.columns)
        if word
    ]
    return (*rows, (_button(write, "button.back", Press.IMPORT_CARD, view),))


def _meanings(
    view: ImportView, write: Writer, place: int, choices: Sequence[str]
) -> tuple[tuple[Button, ...], ...]:
    """What does it mean?"""
    present = view.columns[place][1]
    meanings = [
        Button(
            ("☑ " if column == present else "") + write.texts(f"table.column_{column}"),
            Callback(Press.IMPORT_MEANING, (view.import_id, place, number)),
        )
        for number, column in enumerate(choices)
    ]
    rows = [tuple(meanings[start : start + 2]) for start in range(0, len(meanings), 2)]
    return (*rows, (_button(write, "button.back", Press.IMPORT_COLUMNS, view),))


def _button(
    write: Writer, key: str, press: Press, view: ImportView, *, style: str | None = None
) -> Button:
    return Button(write.texts(key), Callback(press, (view.import_id,)), style)
