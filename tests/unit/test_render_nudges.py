"""What units are reminded of by hand and what staff see of it before; with very long names."""

from __future__ import annotations

import pytest

from bot.callbacks import Press
from bot.delivery.render import Content, Named, Writer
from bot.delivery.render_nudges import (
    DIRECTIVES_WITH_BUTTONS,
    UNITS_A_PAGE,
    AimView,
    Counts,
    LastChased,
    NudgedView,
    PreviewView,
    nudge,
    preview,
    sample,
)
from bot.delivery.render_open_tasks import OpenDirective, OpenTask
from bot.domain.nudging import ALL, Aim, AimKind, aim_of
from tests.unit.test_render import DIRECTIVE, LONG, MANY, NOW, SOON, assert_fits, write

__all__ = ("write",)
HUGE = 10**17
TASKS = tuple(
    OpenTask(
        position=position,
        short_title=LONG,
        deadline_at=NOW,
        expected=9,
        extended_from=NOW,
        wished_at=SOON,
    )
    for position in range(1, MANY)
)
LAST = LastChased(NOW, LONG)


def opened(number: int, *tasks: OpenTask, confirmed: bool = False) -> OpenDirective:
    return OpenDirective(
        addressee_id=HUGE + number,
        unit_name=LONG,
        directive=DIRECTIVE,
        is_acknowledged=confirmed,
        tasks=tasks,
    )


def presses(content: Content) -> list[Press]:
    return [button.callback.press for row in content.buttons for button in row]


@pytest.mark.parametrize("many", [1, 3, MANY])
def test_a_message_fits_however_much_is_open_and_says_what_it_leaves_out(write: Writer, many: int):
    content = nudge([opened(number, *TASKS) for number in range(many)], write)
    assert_fits(content)
    assert write.say("reminder.task", position=1, title="") in content.text
    assert write.say("tasks.more", count=len(TASKS) - 10) in content.text
    assert len(content.buttons) == min(many, DIRECTIVES_WITH_BUTTONS)
    shown = sample(ALL, LONG, Named.of([LONG] * MANY), [opened(1, *TASKS)], write)
    assert_fits(shown)
    assert presses(shown) == [Press.NUDGE_SHOW]


def test_a_directive_has_the_buttons_of_what_is_missing_only(write: Writer):
    task = TASKS[0]
    assert presses(nudge([opened(1, task)], write)) == [Press.ACKNOWLEDGE, Press.SUBMIT]
    assert presses(nudge([opened(1, task, confirmed=True)], write)) == [Press.SUBMIT]
    assert presses(nudge([opened(1)], write)) == [Press.ACKNOWLEDGE]


def test_the_preview_fits_and_offers_only_what_can_be_done(write: Writer):
    units = [
        NudgedView(HUGE + number, LONG, Counts(99, 99, 99), 9, 1, is_unheard=True)
        for number in range(UNITS_A_PAGE)
    ]
    view = PreviewView(
        of=AimView(Aim(AimKind.GROUP, HUGE), group=LONG),
        reached=99,
        people=99,
        groups=99,
        unheard=99,
        counts=Counts(999, 999, 999),
        units=units,
        page=2,
        pages=9,
        token=HUGE,
        last=LAST,
        held_until=SOON,
    )
    assert_fits(preview(view, write))
    nobody = PreviewView(
        of=AimView(ALL), reached=0, people=0, groups=0, unheard=0, counts=Counts(0, 0, 0),
        units=[], page=1, pages=1, token=0, last=None, held_until=None,
    )  # fmt: skip
    shown = preview(nobody, write)
    assert write.say("nudge.nobody") in shown.text
    assert set(presses(shown)) == {Press.NUDGE_SHOW, Press.NUDGE_AIMS}


def test_an_aim_is_read_as_it_was_written():
    for aim in (ALL, Aim(AimKind.DIRECTIVE, 7), Aim(AimKind.GROUP, HUGE)):
        assert aim_of(*aim.numbers) == aim
    assert [aim_of(*numbers) for numbers in ((0, 1), (1, 0), (2, 0), (3, 1))] == [None] * 4
