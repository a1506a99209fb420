"""How a draft is to be reminded of: the menu of its plans, and of one task's; pure."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from bot.callbacks import Callback, Press
from bot.delivery.render import Button, Content, Writer, button
from bot.domain.reminder_plans import AS_DIRECTIVE, USUAL, number_of
from scheduler.plan import ReminderPolicy

Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlansView:
    """The plans that the settings have, by their names, and how a draft is reminded of."""

    usual: ReminderPolicy
    plans: tuple[tuple[str, ReminderPolicy], ...] = ()
    chosen: str | None = None
    passes_quiet: bool = False
    is_by_urgency: bool = True  # nobody has chosen whether it passes quiet time

    @property
    def every(self) -> tuple[tuple[str, ReminderPolicy], ...]:
        """The usual one first."""
        return ((USUAL, self.usual), *self.plans)

    def knows(self, name: str | None) -> bool:
        """Whether there is such a plan; nobody's name for one is none."""
        return name is None or any(name == known for known, _ in self.every)


def plan_line(view: PlansView, write: Writer) -> list[str]:
    """What is said of it on the draft's card; nothing where all is as usual."""
    lines = []
    if view.chosen:
        key = "plan.chosen" if view.knows(view.chosen) else "plan.unknown"
        lines.append(write.say(key, name=view.chosen))
    if not view.is_by_urgency:
        lines.append(write.say("plan.loud" if view.passes_quiet else "plan.quiet"))
    return lines


def menu(draft_id: int, name: str, view: PlansView, write: Writer) -> Content:
    """Which plan the directive's tasks have, and whether it reminds in quiet time too."""
    loud = view.passes_quiet
    lines = [
        write.bold("plan.title", name=name),
        *_described(view, view.chosen or USUAL, write),
        write.say("plan.loud" if loud else "plan.quiet"),
        write.zone_line(write.now),
    ]
    other = button(
        write,
        "button.remind_quiet" if loud else "button.remind_loud",
        Press.DRAFT_PASSES_QUIET,
        draft_id,
        int(not loud),
    )
    choices = _choices(view, view.chosen or USUAL, Press.DRAFT_PLAN, (draft_id,), write)
    back = button(write, "button.back", Press.DRAFT_CARD, draft_id)
    return Content("\n".join(lines), (*choices, (other,), (back,)))


def task_menu(
    draft_id: int, task_id: int, position: int, view: PlansView, chosen: str | None, write: Writer
) -> Content:
    """Which plan one task has."""
    lines = [
        write.bold("plan.title_of_task", position=position),
        *_described(view, chosen, write),
        write.zone_line(write.now),
    ]
    ids = (draft_id, task_id)
    mark = "● " if chosen is None else ""
    as_directive = Button(
        mark + write.texts("plan.as_directive"),
        Callback(Press.DRAFT_TASK_PLAN, (*ids, AS_DIRECTIVE)),
    )
    choices = _choices(view, chosen, Press.DRAFT_TASK_PLAN, ids, write)
    back = button(write, "button.back", Press.DRAFT_TASK_PAGE, *ids, 1)
    return Content("\n".join(lines), ((as_directive,), *choices, (back,)))


def _choices(
    view: PlansView, chosen: str | None, press: Press, ids: tuple[int, ...], write: Writer
) -> Rows:
    """A button for each plan; none where there is but the usual one."""
    if not view.plans:
        return ()
    return tuple(
        (
            Button(
                ("● " if name == chosen else "") + (name or write.texts("plan.usual")),
                Callback(press, (*ids, number_of(name))),
            ),
        )
        for name, _ in view.every
    )


def _described(view: PlansView, chosen: str | None, write: Writer) -> list[str]:
    """Each plan in words, and that the chosen one is no more."""
    lines = []
    for name, policy in view.every:
        mark = "● " if name == chosen else "• "
        label = escape(name or write.texts("plan.usual"), quote=False)
        lines.append(f"{mark}<b>{label}</b>")
        lines.append("    " + "; ".join(_steps(policy, write)))
    if not view.knows(chosen):
        lines.append(write.say("plan.unknown", name=chosen))
    return lines


def _steps(policy: ReminderPolicy, write: Writer) -> list[str]:
    """`trước hạn 03, 01 ngày làm việc; trong ngày đến hạn; …`"""
    slot = write.texts("moment.time", hour=f"{policy.slot:%H}", minute=f"{policy.slot:%M}")
    steps = []
    if policy.days_before:
        days = ", ".join(f"{days:02}" for days in sorted(set(policy.days_before), reverse=True))
        steps.append(write.say("plan.before", days=days))
    if policy.on_due_day:
        steps.append(write.say("plan.on_due_day"))
    if policy.hours_before:
        steps.append(write.say("plan.hours_before", count=policy.hours_before))
    if policy.overdue_times:
        steps.append(
            write.say("plan.overdue", times=policy.overdue_times, every=policy.overdue_every)
        )
    if policy.to_leader:
        steps.append(write.say("plan.leader"))
    if policy.to_staff:
        steps.append(write.say("plan.staff"))
    return [*(steps or [write.say("plan.never")]), write.say("plan.slot", slot=slot)]
