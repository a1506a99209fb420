"""Later deadlines: asked for while there is work to do, decided by whom it is, as they are then."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from bot.callbacks import Callback, Press
from bot.domain.states import AssignmentState, Part, StaffRole
from bot.storage.tables import Assignment, Directive, Extension, Staff
from bot.texts import texts
from tests.factories import NOON
from tests.handlers.conftest import Office
from tests.handlers.test_extensions import REASON, asks, begins, issued_to

say = texts("vi")


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"state": AssignmentState.CANCELLED}, "refused.closed"),
        ({"state": AssignmentState.SUBMITTED}, "done.before"),
        ({"part": Part.WATCH}, "extension.only_watched"),
        ({"deadline_at": None}, "extension.no_deadline"),
    ],
    ids=["cancelled", "done", "watched", "no-deadline"],
)
async def test_no_more_time_is_asked_for_where_nothing_is_to_be_done(
    office: Office, values: dict[str, Any], key: str
):
    unit = await office.unit()
    an = await office.contact(unit)
    issued = await issued_to(office, unit, tasks=1)
    await begins(an, issued)
    await an.presses("Thêm 3 ngày làm việc")
    async with office.rt.write() as session:
        await session.execute(update(Assignment).values(values))
    assert await an.says(REASON) == [say(key)]
    task = Callback(Press.EXTEND_TASK, (issued.assignments[0][0].id,))
    assert (await an.presses_data(task)).text == say(key)
    assert await office.rows(Extension) == []


async def test_a_wish_is_shown_to_who_may_grant_it_when_it_is_sent(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    lan = await office.staff(StaffRole.REVIEWER, name="Phạm Thu Lan")
    issued = await issued_to(office, unit, tasks=1)
    await begins(an, issued)
    await an.presses("Thêm 3 ngày làm việc")
    office.sandbox.say(an.user_id, REASON)
    await office.handles()
    async with office.rt.write() as session:
        await session.execute(update(Staff).values(role=StaffRole.REVIEWER))
    await office.works()
    assert [*mai.texts(), *lan.texts()] == []


async def test_a_wish_of_work_that_is_over_is_not_granted(office: Office):
    unit, other = await office.unit(), await office.unit("Đài tỉnh")
    an, mai = await office.contact(unit), await office.staff()
    binh = await office.contact(other, name="Lê Thị Bình")
    lan = await office.staff(StaffRole.REVIEWER, name="Phạm Thu Lan")
    await asks(an, await issued_to(office, unit, tasks=1))
    assert lan.texts() == []
    wish = await office.row(Extension)
    back = Callback(Press.EXTEND_BACK, (wish.id,))
    assert (await binh.presses_data(back)).text == say("refused.not_your_unit")
    grant = Callback(Press.EXTENSION_GRANT, (wish.id,))
    async with office.rt.write() as session:
        await session.execute(update(Assignment).values(state=AssignmentState.SUBMITTED))
    assert (await mai.presses_data(grant)).text == say("extension.over_before")
    async with office.rt.write() as session:
        await session.execute(update(Assignment).values(state=AssignmentState.OPEN))
        await session.execute(update(Directive).values(closed_at=NOON))
    assert (await mai.presses_data(grant)).text == say("refused.closed")
    assert (await office.row(Extension)).granted_at is None
