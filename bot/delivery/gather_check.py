"""What a draft would do, put together for the check below its preview."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.actions import directives as directive_actions
from bot.actions import drafts as draft_actions
from bot.actions.audience import Audience
from bot.delivery import gather_relations, gather_review, render_check
from bot.delivery.context import Context
from bot.delivery.render import Content
from bot.delivery.render_check import Collision, Planned, Reminded
from bot.delivery.render_plans import PlansView
from bot.domain.reminder_plans import passes_quiet
from bot.domain.searching import in_order
from bot.domain.states import ChatKind, Part, Relation
from bot.storage import attachments, drafts, unit_deadlines
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
        plans=plans_of(context, draft),
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
    """All reminders that would go if nobody did anything, by the very plans that will make them."""
    by_moment: dict[datetime, list[Reminded]] = {}
    for at, reminded in (*_of_receipts(context, draft), *_of_tasks(context, draft, tasks)):
        by_moment.setdefault(at, []).append(reminded)
    return tuple(Planned(at, tuple(by_moment[at])) for at in sorted(by_moment))


def _begins_at(context: Context, draft: Draft) -> datetime:
    return max(context.now, draft.send_at or context.now)


def _of_receipts(context: Context, draft: Draft) -> Iterator[tuple[datetime, Reminded]]:
    policy, begins_at = context.policy, _begins_at(context, draft)
    urgent = draft.urgency is not None
    due_at = plan.acknowledge_due(
        begins_at, policy=policy.acknowledge, calendar=policy.calendar, urgent=urgent
    )
    for step in plan.receipt_steps(
        due_at,
        since=begins_at,
        policy=policy.acknowledge,
        calendar=policy.calendar,
        urgent=urgent,
        passes_quiet=passes_quiet(draft.passes_quiet, urgency=draft.urgency),
    ):
        yield step.at, Reminded(step.whom)


def _of_tasks(
    context: Context, draft: Draft, tasks: Sequence[DraftTask]
) -> Iterator[tuple[datetime, Reminded]]:
    policy, begins_at = context.policy, _begins_at(context, draft)
    for task in tasks:
        if task.deadline_at is None:
            continue
        for step in plan.steps(
            task.deadline_at,
            policy=policy.plan_of(task.reminder_plan, draft.reminder_plan),
            calendar=policy.calendar,
            passes_quiet=passes_quiet(draft.passes_quiet, urgency=draft.urgency),
            since=begins_at,
        ):
            yield step.at, _reminded(context, task.position, task.deadline_at, step)


def _reminded(
    context: Context, position: int, deadline: datetime, step: plan.PlannedStep
) -> Reminded:
    calendar = context.policy.calendar
    today, due = calendar.local_date(step.at), calendar.due_date(deadline)
    return Reminded(
        step.whom,
        position=position,
        working_days=calendar.working_days_between(today, due),
        is_past=deadline <= step.at,
        due_today=today == due,
    )


def plans_of(context: Context, draft: Draft) -> PlansView:
    """How the draft is to be reminded of, and how it could be."""
    policy = context.policy
    return PlansView(
        usual=policy.reminders,
        plans=tuple(policy.plans.items()),
        chosen=draft.reminder_plan,
        passes_quiet=passes_quiet(draft.passes_quiet, urgency=draft.urgency),
        is_by_urgency=draft.passes_quiet is None,
    )


# --- what else is due ----------------------------------------------------------------------------


async def _collisions(
    context: Context, draft: Draft, tasks: Sequence[DraftTask], audience: Audience
) -> tuple[Collision, ...]:
    """Units that have something due on the days on which this would be due; one question."""
    calendar = context.policy.calendar
    days = {task.id: calendar.due_date(task.deadline_at) for task in tasks if task.deadline_at}
    zone = context.scene.zone
    found = await unit_deadlines.open_deadlines(
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
