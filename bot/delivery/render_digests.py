"""The digest of the office as it looks: counts over all directives, those with most to do, what
waits, and once a month the days off; pure. That of units is in `render_open_tasks`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.callbacks import Callback, Press
from bot.delivery.render import NO_NAMES, Button, Content, Named, Writer, button, fit, names
from bot.delivery.render_days import day_lines
from bot.delivery.render_waiting import Section
from bot.domain.splitting import shortened
from bot.domain.waiting import WaitingSection
from scheduler.days_off import UnusualDay

_DIRECTIVES = 5
_LONGEST_LABEL = 18
_TITLES = {  # whether it is weekly, and late
    (False, False): "digest.title",
    (False, True): "digest.title_late",
    (True, False): "digest.title_weekly",
    (True, True): "digest.title_weekly_late",
}


@dataclass(frozen=True, slots=True)
class DirectiveLine:
    """What is to be told of one directive: open work that is overdue, due on the first of two days
    and until the second, and units that have not confirmed in time."""

    directive_id: int
    name: str
    overdue: int
    first: int
    second: int
    unconfirmed: int

    @property
    def weight(self) -> tuple[int, ...]:
        """For an order in which the worst is last."""
        return self.overdue, self.unconfirmed, self.first, self.second, -self.directive_id


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeView:
    """What somebody of the office is told, within their limits: of the `day` for which it was due,
    perhaps late, with what there is `today`."""

    is_weekly: bool
    day: date
    is_late: bool = False
    today: date
    until: date
    since: date
    directives: tuple[DirectiveLine, ...] = ()
    done: int = 0
    uncertain: int = 0
    failed: int = 0
    cut_off: Named = NO_NAMES
    waiting: tuple[Section, ...] = ()
    days: tuple[UnusualDay, ...] = ()

    @property
    def says_something(self) -> bool:
        """Whether there is anything to tell."""
        counts = (self.done, self.uncertain, self.failed, self.cut_off.count, self.waits)
        return any(counts) or bool(self.directives or self.days)

    @property
    def waits(self) -> int:
        """How much waits for the office."""
        return sum(section.count for section in self.waiting)


def of_office(view: OfficeView, write: Writer) -> Content:
    """The digest, with buttons that lead to what it speaks of."""
    title = write.bold(_TITLES[view.is_weekly, view.is_late], day=write.moments.day(view.day))
    head = [title, *_counts(view, write)]
    waiting = [
        write.say(f"waiting.{each.name}", count=each.count) for each in view.waiting if each.count
    ]
    if waiting:
        head += ["", write.bold("waiting.title"), *waiting]
    lines = [_line(each, view, write) for each in view.directives[:_DIRECTIVES]]
    if lines:
        lines = ["", write.bold("digest.by_directive"), *lines, *_rest(view, write)]
    days = day_lines(view.days, write)
    if days:
        days = ["", write.bold("days.title", count=len(days)), *days]
    text = fit(
        head,
        [*lines, *days],
        ["", write.zone_line(write.now)],
        more=lambda left: write.say("digest.more_lines", count=left),
    )
    return Content(text, tuple(_rows(view, write)))


def _counts(view: OfficeView, write: Writer) -> Iterator[str]:
    today, until = write.moments.day(view.today), write.moments.day(view.until)
    for key, count in (
        ("digest.overdue", sum(each.overdue for each in view.directives)),
        ("digest.first", sum(each.first for each in view.directives)),
        ("digest.second", sum(each.second for each in view.directives)),
        ("digest.unconfirmed", sum(each.unconfirmed for each in view.directives)),
    ):
        if count:
            yield write.say(key, count=count, today=today, until=until)
    if view.done:
        yield write.say("digest.done", count=view.done, since=write.moments.day(view.since))
    if view.uncertain or view.failed:
        yield write.say("state.not_reminded", uncertain=view.uncertain, failed=view.failed)
    if view.cut_off.count:
        named = names(view.cut_off, write)
        yield write.say("digest.cut_off", count=view.cut_off.count, names=named)


def _line(each: DirectiveLine, view: OfficeView, write: Writer) -> str:
    what = [
        write.texts(key, count=count, day=write.moments.day(day))
        for key, count, day in (
            ("digest.of_overdue", each.overdue, view.today),
            ("digest.of_due", each.first, view.today),
            ("digest.of_due_until", each.second, view.until),
            ("digest.of_unconfirmed", each.unconfirmed, view.today),
        )
        if count
    ]
    return write.say("digest.line", name=shortened(each.name), what=" · ".join(what))


def _rest(view: OfficeView, write: Writer) -> Iterator[str]:
    left = len(view.directives) - _DIRECTIVES
    if left > 0:
        yield write.say("digest.more", count=left)


def _rows(view: OfficeView, write: Writer) -> Iterator[tuple[Button, ...]]:
    shown = [
        Button(
            write.texts("button.digest_state", name=shortened(each.name, most=_LONGEST_LABEL)),
            Callback(Press.STATE_PAGE, (each.directive_id,)),
        )
        for each in view.directives[:_DIRECTIVES]
    ]
    yield from (tuple(shown[at : at + 2]) for at in range(0, len(shown), 2))
    listed = sum(each.count for each in view.waiting if each.name is not WaitingSection.PARKED)
    if listed:
        yield (button(write, "button.digest_waiting", Press.WAITING_PAGE, 1),)
    if listed < view.waits:
        yield (button(write, "button.digest_parked", Press.PARKED_PAGE, 1),)
    if view.cut_off.count:
        yield (button(write, "button.digest_cut_off", Press.UNREACHABLE_PAGE, 1),)
