"""How two versions of a directive differ, from the contents that were kept of them; pure.

A content is the JSON that `bot.actions.versions.content_of` makes, identity and tasks whole. Old
ones say nothing of reminders: what one of two does not say does not differ.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from bot.domain.directives import number_and_symbol

Value = str | int | date | datetime | None


class What(StrEnum):
    """What differs."""

    ISSUER = "issuer"
    NUMBER = "number"
    DATE = "date"
    URGENCY = "urgency"
    SUBJECT = "subject"
    BODY = "body"
    TASK_ADDED = "task_added"
    TASK_REMOVED = "task_removed"
    TASK_TITLE = "task_title"
    TASK_TEXT = "task_text"
    TASK_DEADLINE = "task_deadline"
    TASK_EVERY = "task_every"  # its values are those of `rhythm`
    TASK_ARTICLES = "task_articles"
    REMINDER_PLAN = "reminder_plan"
    PASSES_QUIET = "passes_quiet"
    TASK_REMINDER_PLAN = "task_reminder_plan"


# How the office reminds; units are told nothing of it.
REMINDING = (What.REMINDER_PLAN, What.PASSES_QUIET, What.TASK_REMINDER_PLAN)


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; `position` is the task's number, if it is about one."""

    what: What
    old: Value = None
    new: Value = None
    position: int | None = None


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Change, ...]:
    """All that differs, identity first, then the tasks by number."""
    return (*_identity(old, new), *_tasks(old, new))


def seen_by(found: Collection[Change], positions: Collection[int]) -> tuple[Change, ...]:
    """What concerns a unit that has only these tasks."""
    concerning = for_units(found)
    return tuple(each for each in concerning if each.position is None or each.position in positions)


def for_units(found: Collection[Change]) -> tuple[Change, ...]:
    """What concerns any unit."""
    return tuple(each for each in found if each.what not in REMINDING)


def _identity(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    pairs = {
        What.ISSUER: (old["issuer"], new["issuer"]),
        What.NUMBER: (_code(old), _code(new)),
        What.DATE: (_day(old["issued_on"]), _day(new["issued_on"])),
        What.URGENCY: (old["urgency"], new["urgency"]),
        What.SUBJECT: (old["subject"], new["subject"]),
        What.BODY: (old["body"], new["body"]),
    }
    for what, (before, after) in pairs.items():
        if before != after:
            yield Change(what, before, after)
    for what in (What.REMINDER_PLAN, What.PASSES_QUIET):
        yield from _of_reminders(what, what.value, old, new)


def _of_reminders(
    what: What, name: str, old: Mapping[str, Any], new: Mapping[str, Any], at: int | None = None
) -> Iterator[Change]:
    if name in old and name in new and old[name] != new[name]:
        yield Change(what, old[name], new[name], at)


def _tasks(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    before = {task["task_id"]: task for task in old["tasks"]}
    after = {task["task_id"]: task for task in new["tasks"]}
    either = sorted({**before, **after}.items(), key=lambda each: int(each[1]["position"]))
    for task_id, task in either:
        position, title = int(task["position"]), task["short_title"]
        if task_id not in after:
            yield Change(What.TASK_REMOVED, old=title, position=position)
        elif task_id not in before:
            yield Change(What.TASK_ADDED, new=title, position=position)
        else:
            yield from _task(before[task_id], task, position)


def _task(old: Mapping[str, Any], new: Mapping[str, Any], position: int) -> Iterator[Change]:
    pairs = {
        What.TASK_TITLE: (old["short_title"], new["short_title"]),
        What.TASK_TEXT: (old["text"], new["text"]),
        What.TASK_DEADLINE: (_moment(_deadline_before(old, new)), _moment(new["deadline_at"])),
        What.TASK_EVERY: (rhythm(old), rhythm(new)),
        What.TASK_ARTICLES: (old["expected_articles"], new["expected_articles"]),
    }
    for what, (before, after) in pairs.items():
        if before != after:
            yield Change(what, before, after, position)
    yield from _of_reminders(What.TASK_REMINDER_PLAN, "reminder_plan", old, new, position)


def _deadline_before(old: Mapping[str, Any], new: Mapping[str, Any]) -> str | None:
    """What the deadline was. That of a later period has not moved because it is another one: then
    it is the one that this period had before it was corrected."""
    is_later_period = new.get("period", old.get("period")) != old.get("period")
    before: str | None = new["deadline_before"] if is_later_period else old["deadline_at"]
    return before


def rhythm(task: Mapping[str, Any]) -> str | None:
    """How often a task recurs, and on which day: `month:20`."""
    return f"{task['every']}:{task['every_day']}" if task.get("every") else None


def _code(content: Mapping[str, Any]) -> str | None:
    return number_and_symbol(content["number"], content["symbol"])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
