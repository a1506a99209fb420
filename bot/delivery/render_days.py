"""The calendar of the office as it looks: days off and days worked against the rule of the week;
pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.callbacks import Callback, Press
from bot.delivery.render import Button, Content, Writer, button, page_buttons
from scheduler.days_off import UnusualDay

ON_A_PAGE = 10


def page(
    days: Sequence[UnusualDay], write: Writer, *, page: int, pages: int, count: int
) -> Content:
    """/ngaynghi: some of them, with buttons that declare a day, and that leave one to the rule."""
    title = write.bold("days.title", count=count) if count else write.say("days.none")
    rows: list[tuple[Button, ...]] = [
        (
            button(write, "button.day_off", Press.DAY_ASK, 0),
            button(write, "button.day_working", Press.DAY_ASK, 1),
        )
    ]
    declared = [_clear(each, write, page=page) for each in days if each.note is not None]
    rows += [tuple(declared[at : at + 2]) for at in range(0, len(declared), 2)]
    if pages > 1:
        rows.append(page_buttons(Press.DAYS_PAGE, (), page=page, pages=pages))
    return Content("\n".join([title, "", *day_lines(days, write)]), tuple(rows))


def day_lines(days: Sequence[UnusualDay], write: Writer) -> list[str]:
    """A line for each."""
    return [_line(each, write) for each in days]


def _line(each: UnusualDay, write: Writer) -> str:
    line = write.say(
        "days.working" if each.works else "days.off",
        weekday=write.moments.weekday(each.day),
        day=write.moments.day(each.day),
        why=_why(each, write),
    )
    return f"{line} {write.say('days.declared')}" if each.note is not None else line


def _why(each: UnusualDay, write: Writer) -> str:
    if each.note or each.holiday:
        return each.note or each.holiday or ""
    return write.texts("days.swapped" if each.note is None else "days.no_reason")


def _clear(each: UnusualDay, write: Writer, *, page: int) -> Button:
    label = write.texts("button.day_clear", day=write.moments.day(each.day))
    return Button(label, Callback(Press.DAY_CLEAR, (each.day.toordinal(), page)))
