"""Versions of a directive: what each said is kept whole, so that who had seen what can be proven.

How a correction is made is `corrections`, how a directive is recalled `recall`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.states import VersionKind
from bot.storage.tables import Directive, DirectiveVersion, Task

_IDENTITY = ("issuer", "number", "symbol", "urgency", "subject", "body")
_REMINDERS = ("reminder_plan", "passes_quiet")


def content_of(
    directive: Directive,
    tasks: Sequence[Task],
    *,
    deadlines_before: Mapping[int, datetime | None] | None = None,
) -> dict[str, Any]:
    """What the directive says now, as JSON holds it; of what was corrected just now also which
    deadlines its tasks had before, for one that recurs has another in every period."""
    before = deadlines_before or {}
    return {
        **{name: getattr(directive, name) for name in (*_IDENTITY, *_REMINDERS)},
        "issued_on": directive.issued_on and directive.issued_on.isoformat(),
        "tasks": [
            {
                "task_id": task.id,
                "position": task.position,
                "text": task.text,
                "short_title": task.short_title,
                "deadline_at": task.deadline_at and task.deadline_at.isoformat(),
                "expected_articles": task.expected_articles,
                "reminder_plan": task.reminder_plan,
                **_recurring(task, before.get(task.id, task.deadline_at)),
            }
            for task in tasks
        ],
    }


def _recurring(task: Task, deadline_before: datetime | None) -> dict[str, Any]:
    """What is to be known beside that of a task that recurs, or did."""
    if not task.period:
        return {}
    return {
        "every": task.every,
        "every_day": task.every_day,
        "period": task.period,
        "deadline_before": deadline_before and deadline_before.isoformat(),
    }


def keep(
    session: AsyncSession,
    directive: Directive,
    tasks: Sequence[Task],
    *,
    kind: VersionKind,
    person_id: int,
    now: datetime,
    note: str | None = None,
    asks_again: bool = False,
    deadlines_before: Mapping[int, datetime | None] | None = None,
) -> None:
    """Write down what the directive says from now on, under its present number."""
    session.add(
        DirectiveVersion(
            directive_id=directive.id,
            version=directive.version,
            kind=kind,
            at=now,
            person_id=person_id,
            note=note,
            asks_again=asks_again,
            content=content_of(directive, tasks, deadlines_before=deadlines_before),
        )
    )
