"""/viec: what the units have open that this chat may see, as it is when it is written."""

from __future__ import annotations

from datetime import date, time, timedelta

from bot.delivery import render_open_tasks
from bot.delivery.context import Context, Gathered, Ready, Withdraw, directive_view
from bot.delivery.render_open_tasks import OpenDirective, OpenTask
from bot.domain.states import AssignmentState
from bot.storage import assignments, directives, standings, submissions
from bot.storage.assignments import TaskState
from bot.texts import Texts
from bot.texts.periods import with_period


async def open_tasks(context: Context) -> Gathered:
    """One page."""
    parameters = context.message.parameters
    given = [int(unit_id) for unit_id in parameters["unit_ids"]]
    unit_ids = [unit_id for unit_id in given if context.serves(unit_id)]
    if not unit_ids:
        return Withdraw("not_a_contact")
    content = render_open_tasks.open_tasks(
        await _open(context, unit_ids, first=parameters.get("first")),
        context.write,
        page=int(parameters.get("page", 1)),
        several_units=len(unit_ids) > 1,
        unchosen=await _unchosen(context),
    )
    return Ready(content, context.message.edits)


async def _unchosen(context: Context) -> int:
    """How many messages who asks has sent here without choosing the task."""
    person_id = context.message.parameters.get("person_id")
    if person_id is None:
        return 0
    return await submissions.count_of(
        context.session, person_id=int(person_id), chat_id=context.chat.id
    )


async def week(context: Context, *, day: date, is_late: bool) -> Gathered:
    """The weekly digest of a chat's units, of the week that begins on this day."""
    calendar, loaded = context.policy.calendar, context.scene.loaded
    unit_ids = sorted(unit_id for chat_id, unit_id in loaded.served if chat_id == context.chat.id)
    if not unit_ids:
        return Withdraw("not_a_contact")
    until = day + timedelta(weeks=1)
    content = render_open_tasks.week(
        await _open(context, unit_ids, first=None),
        context.write,
        until=until,
        ends_at=calendar.at(until + timedelta(days=1), time.min),
        is_late=is_late,
    )
    return Ready(content) if content else Withdraw("nothing_to_say")


async def _open(context: Context, unit_ids: list[int], *, first: int | None) -> list[OpenDirective]:
    """Directives with open tasks, or that are not confirmed; not what a unit never got. Those of
    the `first` unit are what the person speaks for, of several."""
    session = context.session
    rows = await directives.open_addressees_of_units(session, unit_ids, begun_by=context.now)
    ids = [addressee.id for addressee, _ in rows]
    rules = {directive.id: directive.acknowledge_by for _, directive in rows}
    found = await standings.of(session, [addressee for addressee, _ in rows], rules)
    confirmed = {addressee_id for addressee_id, each in found.items() if each.is_complete}
    states = await assignments.task_states(session, addressee_ids=ids)
    tasks: dict[int, list[OpenTask]] = {}
    for task in states:
        if task.state is AssignmentState.CANCELLED:
            continue
        of_addressee = tasks.setdefault(task.addressee_id, [])
        if task.state is AssignmentState.OPEN:
            of_addressee.append(open_task(task, context.write.texts))
    return [
        OpenDirective(
            addressee_id=addressee.id,
            unit_name=addressee.unit_name,
            directive=directive_view(directive),
            is_acknowledged=addressee.id in confirmed,
            tasks=tuple(tasks[addressee.id]),
            is_first=first is not None and addressee.unit_id == first,
        )
        for addressee, directive in rows
        if addressee.id in tasks and (tasks[addressee.id] or addressee.id not in confirmed)
    ]


def open_task(task: TaskState, texts: Texts) -> OpenTask:
    """A task that is not done, from its rows."""
    return OpenTask(
        position=task.position,
        short_title=with_period(task.short_title, task.period, texts),
        deadline_at=task.deadline_at,
        articles=task.articles,
        expected=task.expected,
        part=task.part,
        extended_from=task.extended_from,
        wished_at=task.wished_at,
    )
