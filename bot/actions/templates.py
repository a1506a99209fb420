"""Drafts made from what there is: from a template, from a directive like one that was issued, and
again and again because it is time.

What is made has no number and day, and no letter: what was read from another letter, or its file,
would show another number. Its full text is made of its tasks; a letter goes with it as a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import attachments, audience
from bot.actions import drafts as draft_actions
from bot.domain.periods import Period
from bot.domain.reminder_plans import chosen
from bot.domain.rights import Actor
from bot.domain.states import DraftState, Every
from bot.errors import Conflict, InvalidInput, NotFound
from bot.storage import audience as audience_rows
from bot.storage import directives, drafts, events, templates, units
from bot.storage.tables import (
    Base,
    Directive,
    Draft,
    DraftGroup,
    DraftPerson,
    DraftTask,
    DraftTaskPart,
    DraftUnit,
    Task,
)
from bot.texts import texts
from bot.texts.periods import period_name
from scheduler.calendar import WorkingCalendar
from scheduler.recurrence import LAST_DAY, latest_day, next_at, period_of

LONGEST_NAME = 200
# Where a template's subject says the period: "Báo cáo công tác {kỳ}".
_PLACE_OF_PERIOD = re.compile(r"\{k[ỳyì]\}", re.IGNORECASE)
_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Whose the new draft is, and where: by a press below which message, if by one."""

    person_id: int
    chat_id: int
    message_id: int | None = None


# --- templates -----------------------------------------------------------------------------------


async def known(session: AsyncSession, template_id: int) -> Draft:
    """A template that there is; NotFound otherwise."""
    template = await drafts.get(session, template_id)
    if template is None or template.state is not DraftState.TEMPLATE:
        raise NotFound("template.unknown")
    return template


async def save(
    session: AsyncSession,
    draft_id: int,
    name: str,
    *,
    place: Place,
    calendar: WorkingCalendar,
    now: datetime,
) -> Draft:
    """Keep a draft as a template; its deadlines are kept as so many working days."""
    draft = await draft_actions.open_draft(session, draft_id)
    name = " ".join(name.split())
    if not _SHORTEST <= len(name) <= LONGEST_NAME:
        raise InvalidInput("template.name_unusable", longest=LONGEST_NAME)
    if await templates.named(session, name) is not None:
        raise InvalidInput("template.name_taken", name=name)
    template = _like(draft, place, now=now)
    template.state, template.name = DraftState.TEMPLATE, name
    await _add(session, template)
    today = calendar.local_date(now)

    def in_working_days(task: DraftTask) -> DraftTask:
        days = None
        if task.deadline_at is not None:
            due = calendar.due_date(task.deadline_at)
            days = max(0, calendar.working_days_between(today, due)) or None
        return task_like(task, continuous=task.continuous, working_days=days)

    tasks = await drafts.tasks(session, draft_id)
    await _copy_tasks(session, template, [(task, in_working_days(task)) for task in tasks])
    await _copy_audience(session, template, of=draft_id, actor=None)
    events.add(session, "template_saved", at=now, object_kind="draft", object_id=template.id)
    return template


async def use(
    session: AsyncSession,
    template: Draft,
    *,
    place: Place,
    actor: Actor | None,
    calendar: WorkingCalendar,
    language: str,
    now: datetime,
) -> Draft:
    """A new draft from the template, to those of its addressees that are the person's to address;
    its deadlines counted from today, the present period in its subject."""
    draft = _like(template, place, now=now)
    period = await _period(session, template, today=calendar.local_date(now))
    draft.name, draft.subject = template.name, _with_period(template.subject, period, language)
    await _add(session, draft)
    today = calendar.local_date(now)

    def from_today(task: DraftTask) -> DraftTask:
        made = task_like(task, continuous=task.continuous)
        if task.working_days is not None:
            day = calendar.add_working_days(today, task.working_days)
            made.deadline_at = calendar.end_of_work(day)
        return made

    tasks = await drafts.tasks(session, template.id)
    await _copy_tasks(session, draft, [(task, from_today(task)) for task in tasks])
    await _copy_audience(session, draft, of=template.id, actor=actor)
    events.add(
        session, "draft_begun", at=now, object_kind="draft", object_id=draft.id,
        template=template.id,
    )  # fmt: skip
    return draft


async def _period(session: AsyncSession, template: Draft, *, today: date) -> Period:
    """The one that has begun last if the template recurs, else the present month."""
    recurs = (await templates.recurrences(session, [template.id])).get(template.id)
    if recurs is None:
        return period_of(Every.MONTH, today)
    return period_of(recurs.every, latest_day(recurs.every, recurs.day, until=today))


def _with_period(subject: str | None, period: Period, language: str) -> str | None:
    """The subject with the period in the place that it has for it."""
    if subject is None:
        return None
    words = period_name(period.key, texts(language))
    return _PLACE_OF_PERIOD.sub(lambda _: words, subject)


async def drop(session: AsyncSession, template_id: int, *, now: datetime) -> None:
    """Nobody wants the template any more; it recurs no more either."""
    if not await templates.end(session, template_id, now=now):
        raise NotFound("template.unknown")
    events.add(session, "template_dropped", at=now, object_kind="draft", object_id=template_id)


async def let_recur(
    session: AsyncSession,
    template_id: int,
    *,
    every: Every,
    day: int,
    place: Place,
    calendar: WorkingCalendar,
    now: datetime,
) -> datetime:
    """From now on a draft is made of it on that day of every week, month or quarter; when first."""
    if not 1 <= day <= LAST_DAY[every]:
        raise NotFound("refused.gone")
    first = next_at(every, day, after=now, calendar=calendar)
    await templates.let_recur(
        session,
        template_id,
        every=every,
        day=day,
        next_at=first,
        person_id=place.person_id,
        chat_id=place.chat_id,
    )
    events.add(
        session, "recurrence_set", at=now, object_kind="draft", object_id=template_id,
        every=every.value, day=day,
    )  # fmt: skip
    return first


async def stop(session: AsyncSession, template_id: int, *, now: datetime) -> None:
    """It recurs no more."""
    if await templates.stop(session, template_id):
        events.add(
            session, "recurrence_stopped", at=now, object_kind="draft", object_id=template_id
        )


# --- directives that were issued -----------------------------------------------------------------


async def clone(
    session: AsyncSession, directive: Directive, *, place: Place, actor: Actor, now: datetime
) -> Draft:
    """A new draft like a directive as it stands now, to those of its addressees that are the
    person's to address. Its deadlines are still to be set."""
    issued = await drafts.get(session, directive.draft_id)
    if issued is None:
        raise Conflict("draft.unknown")
    draft = _like(issued, place, now=now)
    draft.issuer, draft.symbol = directive.issuer, directive.symbol
    draft.subject, draft.urgency = directive.subject, directive.urgency
    draft.reminder_plan = directive.reminder_plan
    draft.passes_quiet = chosen(directive.passes_quiet, urgency=directive.urgency)
    await _add(session, draft)
    by_position = {task.position: task for task in await drafts.tasks(session, issued.id)}
    tasks = await directives.tasks(session, directive.id)
    pairs = [
        (by_position.get(task.position), task_like(task, continuous=task.deadline_at is None))
        for task in tasks
    ]
    await _copy_tasks(session, draft, pairs)
    await _copy_audience(session, draft, of=issued.id, actor=actor)
    await _address_latecomers(session, draft, directive, actor=actor)
    events.add(
        session, "draft_begun", at=now, object_kind="draft", object_id=draft.id,
        directive_id=directive.id,
    )  # fmt: skip
    return draft


# --- copying -------------------------------------------------------------------------------------


def _like(source: Draft, place: Place, *, now: datetime) -> Draft:
    return Draft(
        author_id=place.person_id,
        chat_id=place.chat_id,
        source_message_id=place.message_id,
        state=DraftState.OPEN,
        issuer=source.issuer,
        symbol=source.symbol,
        urgency=source.urgency,
        subject=source.subject,
        when_unclear=source.when_unclear,
        acknowledge_by=source.acknowledge_by,
        passes_quiet=source.passes_quiet,
        reminder_plan=source.reminder_plan,
        created_at=now,
        updated_at=now,
    )


async def _add(session: AsyncSession, draft: Draft) -> None:
    session.add(draft)
    await session.flush()


def task_like(
    task: DraftTask | Task, *, continuous: bool, working_days: int | None = None
) -> DraftTask:
    """A new task of a draft that says what this one says; whose it is, and until when, is not
    copied."""
    return DraftTask(
        position=task.position,
        text=task.text,
        short_title=task.short_title,
        expected_articles=task.expected_articles,
        reminder_plan=task.reminder_plan,
        every=task.every,
        every_day=task.every_day,
        continuous=continuous,
        working_days=working_days,
    )


async def _copy_tasks(
    session: AsyncSession, draft: Draft, pairs: Sequence[tuple[DraftTask | None, DraftTask]]
) -> None:
    """Give the draft these new tasks, numbered from one, each with the parts of the one that it is
    made from."""
    if not pairs:
        return
    sources = [source for source, _ in pairs if source is not None]
    parts = await templates.parts_of_tasks(session, sources[0].draft_id) if sources else {}
    for position, (_, task) in enumerate(pairs, start=1):
        task.draft_id, task.position = draft.id, position
        session.add(task)
    await session.flush()
    for source, task in pairs:
        for part in parts.get(source.id, ()) if source is not None else ():
            session.add(
                DraftTaskPart(
                    draft_task_id=task.id,
                    group_id=part.group_id,
                    unit_id=part.unit_id,
                    part=part.part,
                )
            )
    await session.flush()


async def _copy_audience(
    session: AsyncSession, draft: Draft, *, of: int, actor: Actor | None
) -> None:
    """Who it goes to, and the files that go with it; for somebody with limits what lies in them."""
    for line in await templates.rows_of(session, DraftGroup, of):
        if actor is None or line.group_id is None or actor.may_address({line.group_id}):
            _add_copy(session, draft, line, "position", "line", "group_id", "chosen", "excluded")
    for unit in await templates.rows_of(session, DraftUnit, of):
        if actor is None or actor.oversees(unit.unit_id):
            _add_copy(session, draft, unit, "unit_id", "excluded")
    for person in await templates.rows_of(session, DraftPerson, of):
        if actor is None or actor.oversees(person.unit_id):
            _add_copy(session, draft, person, "unit_id", "person_id")
    await attachments.copy(session, of, draft.id)


async def _address_latecomers(
    session: AsyncSession, draft: Draft, directive: Directive, *, actor: Actor
) -> None:
    """Units that were added to the directive after it was issued, and do not stand in its groups,
    are addressed by a draft made of it like the others."""
    all_of_it = await directives.addressees(session, directive.id)
    first = min((each.added_at for each in all_of_it), default=None)
    found = await audience.audience(session, draft.id)
    addressed = {unit.id for unit in (*found.units, *found.without_part)}
    added = {each.unit_id for each in all_of_it if each.added_at != first} - addressed
    for unit in await units.units_by_ids(session, added):
        if unit.retired_at is None and actor.oversees(unit.id):
            await audience_rows.choose_unit(session, draft.id, unit.id, excluded=False)


def _add_copy(session: AsyncSession, draft: Draft, row: Base, *names: str) -> None:
    make: Callable[..., Base] = type(row)
    values = {name: getattr(row, name) for name in names}
    session.add(make(draft_id=draft.id, **values))
