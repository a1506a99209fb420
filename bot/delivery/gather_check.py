"""What a draft would do, put together for the check below its preview."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.actions import directives as directive_actions
from bot.actions import drafts as draft_actions
from bot.actions.audience import Audience
from bot.actions.directives import passes_quiet
from bot.delivery import gather_relations, gather_review, render_check
from bot.delivery.context import Context
from bot.delivery.render import Content
from bot.delivery.render_check import Collision, Planned, Reminded
from bot.domain.searching import in_order
from bot.domain.states import ChatKind, Part, Relation
from bot.storage import attachments, drafts
from bot.storage import audience as stored
from bot.storage.tables import Draft, DraftTask
from scheduler import plan


async def check(context: Context, draft: Draft, audience: Audience) -> Content:
    """Who gets it, who does not, what they are reminded of, and what they have on the same days."""
    ready = await directive_actions.readiness(context.session, draft)
    tasks = await drafts.tasks(context.session, draft.id)
    people = {chat.person_id for _, chat in audience.reachable if chat.kind is ChatKind.PRIVATE}
    groups = {chat.id for _, chat in audience.reachable if chat.kind is ChatKind.GROUP}
    view = render_check.CheckView(
        draft_id=draft.id,
        state_id=draft_actions.state_id(draft),
        groups=audience.groups,
        units=len(audience.units),
        people=len(people),
        group_chats=len(groups),
        unreached=tuple(unit.name for unit in audience.unreached_units),
        excluded=tuple(unit.name for unit in in_order(audience.excluded)),
        without_part=tuple(unit.name for unit in in_order(audience.without_part)),
        personal=await _personal(context, audience),
        reminders=calendar_of(context, draft, _asked(tasks, audience)),
        collisions=await _collisions(context, draft, tasks, audience),
        numbered=ready.numbered,
        missing=ready.missing,
        when_unclear=draft.when_unclear,
        acknowledge_by=draft.acknowledge_by,
        send_at=draft.send_at,
        send_at_fault=draft_actions.send_at_fault(draft.send_at, tasks, now=context.now),
        relation=await gather_relations.of_one(context.session, draft),
        files=await attachments.count(context.session, draft.id),
        review=await gather_review.view(
            context, draft, needed=context.policy.needs_approval(len(audience.units))
        ),
    )
    return render_check.check(view, context.write)


async def _personal(context: Context, audience: Audience) -> tuple[str, ...]:
    """Who is reached personally, with their units."""
    names = {unit.id: unit.name for unit in audience.units}
    pairs = [
        (unit_id, person_id)
        for unit_id, people in audience.personal.items()
        if unit_id in names
        for person_id in people
    ]
    called = await stored.names_of_people(context.session, {person for _, person in pairs})
    return tuple(sorted(f"{called[person_id]} ({names[unit_id]})" for unit_id, person_id in pairs))


# --- reminders to come ---------------------------------------------------------------------------


def _asked(tasks: Sequence[DraftTask], audience: Audience) -> list[DraftTask]:
    """The tasks that somebody is to do, not only to know of."""
    asked = {
        task_id
        for of_unit in audience.parts.values()
        for task_id, part in of_unit.items()
        if part is not Part.WATCH
    }
    return [task for task in tasks if task.id in asked]


def calendar_of(context: Context, draft: Draft, tasks: Sequence[DraftTask]) -> tuple[Planned, ...]:
    """All reminders that would go if nobody did anything, by the very plan that will make them."""
    begins_at = max(context.now, draft.send_at or context.now)
    by_moment: dict[datetime, list[Reminded]] = {}
    for task in tasks:
        if task.deadline_at is None:
            continue
        for step in plan.steps(
            task.deadline_at,
            policy=context.policy.plan_of(task.reminder_plan, draft.reminder_plan),
            calendar=context.policy.calendar,
            passes_quiet=passes_quiet(draft),
            since=begins_at,
        ):
            reminded = _reminded(context, task.position, task.deadline_at, step.at)
            by_moment.setdefault(step.at, []).append(reminded)
    return tuple(Planned(at, tuple(by_moment[at])) for at in sorted(by_moment))


def _reminded(context: Context, position: int, deadline: datetime, at: datetime) -> Reminded:
    calendar = context.policy.calendar
    today, due = calendar.local_date(at), calendar.due_date(deadline)
    return Reminded(
        position=position,
        working_days=calendar.working_days_between(today, due),
        is_past=deadline <= at,
        due_today=today == due,
    )


# --- what else is due ----------------------------------------------------------------------------


async def _collisions(
    context: Context, draft: Draft, tasks: Sequence[DraftTask], audience: Audience
) -> tuple[Collision, ...]:
    """Units that have something due on the days on which this would be due; one question."""
    calendar = context.policy.calendar
    days = {task.id: calendar.due_date(task.deadline_at) for task in tasks if task.deadline_at}
    zone = context.scene.zone
    found = await stored.open_deadlines(
        context.session,
        [unit.id for unit in audience.units],
        between=[_whole_day(day, zone) for day in sorted(set(days.values()))],
        # What it replaces is over by then.
        except_in=draft.related_id if draft.relation is Relation.REPLACES else None,
    )
    counted: Counter[tuple[int, date]] = Counter()
    for deadline in found:
        counted[deadline.unit_id, calendar.due_date(deadline.at)] += deadline.tasks
    names = {unit.id: unit.name for unit in audience.units}
    asked = {
        (unit_id, days[task_id])
        for unit_id, of_unit in audience.parts.items()
        for task_id, part in of_unit.items()
        if task_id in days and part is not Part.WATCH
    }
    collisions = [
        Collision(names[unit_id], day, number)
        for (unit_id, day), number in counted.items()
        if (unit_id, day) in asked and unit_id in names
    ]
    return tuple(sorted(collisions, key=lambda each: (-each.deadlines, each.day, each.unit_name)))


def _whole_day(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    midnight = datetime.combine(day, time.min, zone)
    next_midnight = datetime.combine(day + timedelta(days=1), time.min, zone)
    return midnight.astimezone(UTC), next_midnight.astimezone(UTC)
