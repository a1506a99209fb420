"""Buttons by which one of many is chosen: tasks, directives, and what turns to another page."""

from __future__ import annotations

from collections.abc import Iterable

from bot.actions.replies import Button
from bot.callbacks import Callback, Press
from bot.domain.directives import number_and_symbol
from bot.domain.splitting import shortened, shortened_name
from bot.storage.assignments import TaskState
from bot.storage.tables import Directive
from bot.texts import Texts
from bot.texts.periods import with_period

_LONGEST_TITLE = 40
_LONGEST_UNIT = 20  # beside a title


def turning(press: Press, *about: int, page: int, pages: int) -> list[list[Button]]:
    """The row that turns to the pages beside this one; none where there is but one."""
    row = [
        Button(key, Callback(press, (*about, target)))
        for key, target in (("button.previous", page - 1), ("button.next", page + 1))
        if 1 <= target <= pages
    ]
    return [row] if row else []


def task_buttons(
    tasks: Iterable[TaskState], press: Press, *about: int, texts: Texts
) -> list[list[Button]]:
    """A row for each task, and for each period of one that recurs; its press names the unit's
    assignment."""
    return [
        [
            Button(
                "button.task_title",
                Callback(press, (*about, task.assignment_id)),
                {
                    "position": task.position,
                    "title": shortened(
                        with_period(task.short_title, task.period, texts), most=_LONGEST_TITLE
                    ),
                },
            )
        ]
        for task in tasks
    ]


def directive_button(
    directive: Directive, callback: Callback, *, unit_name: str | None = None
) -> list[Button]:
    """The row of a directive, by number and subject; with the unit's name where several have it."""
    code = number_and_symbol(directive.number, directive.symbol)
    unit = shortened_name(unit_name, most=_LONGEST_UNIT) if unit_name else None
    title = " · ".join(filter(None, (unit, code, directive.subject)))
    return [
        Button("button.directive_title", callback, {"title": shortened(title, most=_LONGEST_TITLE)})
    ]


def no_note(about: int) -> list[list[Button]]:
    """What leaves a question for words to a unit, about this."""
    return [[Button("button.no_note", Callback(Press.NOTE_LEAVE, (about,)))]]
