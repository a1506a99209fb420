"""Who has confirmed: shown and written down within the limits of staff as they are at that time."""

from __future__ import annotations

from sqlalchemy import update

from bot.callbacks import Callback, Press
from bot.domain.states import StaffRole
from bot.storage.tables import Acknowledgement, Directive, Group, Staff
from bot.texts import texts
from tests import factories
from tests.factories import Issued, Somebody
from tests.handlers.conftest import Office, Phone

say = texts("vi")


async def two(office: Office) -> tuple[Issued, Somebody, Phone]:
    """A directive to two units of two groups, and somebody of the office without limits."""
    mine, foreign = await office.unit("Báo A", "Nhóm A"), await office.unit("Báo B", "Nhóm B")
    async with office.rt.write() as session:
        hai = await factories.create_staff(session, StaffRole.SENDER, name="Hải")
    return await office.issued(mine, foreign), hai, office.phone(hai)


async def limit(office: Office, hai: Somebody, name: str) -> None:
    """From now on only the units of this group are theirs."""
    group = await office.row(Group, name=name)
    async with office.rt.write() as session:
        await factories.limit(session, hai, group)


async def test_lists_that_were_asked_for_before_limits_came_are_cut_when_sent(office: Office):
    issued, hai, phone = await two(office)
    page = Callback(Press.RECEIPTS_PAGE, (issued.directive.id, 0, 1)).encode()
    unit = Callback(Press.RECEIPTS_UNIT, (issued.addressees[1].id,)).encode()
    before = phone.last_id()
    for data in (page, unit):
        office.press_arrives(phone, data)
    await office.handles()
    await limit(office, hai, "Nhóm A")
    await office.works()
    (shown,) = phone.texts(after=before)
    assert "Báo A" in shown
    assert "Báo B" not in shown
    before = phone.last_id()
    office.press_arrives(phone, page)
    await office.handles()
    async with office.rt.write() as session:
        await session.execute(update(Staff).values(removed_at=factories.NOON))
    await office.works()
    assert phone.texts(after=before) == []


async def test_of_a_directive_to_others_only_there_is_no_list(office: Office):
    issued, hai, phone = await two(office)
    async with office.rt.write() as session:
        other = await factories.create_group(session, name="Nhóm C")
    office.press_arrives(phone, Callback(Press.RECEIPTS_PAGE, (issued.directive.id, 0, 1)).encode())
    await office.handles()
    await limit(office, hai, other.name)
    before = phone.last_id()
    await office.works()
    assert phone.texts(after=before) == []
    page = Callback(Press.RECEIPTS_PAGE, (issued.directive.id, 0, 1))
    assert (await phone.presses_data(page)).text == say("refused.out_of_scope")


async def test_what_was_heard_by_phone_is_not_written_down_of_units_lost_meanwhile(office: Office):
    issued, hai, phone = await two(office)
    await phone.presses_data(Callback(Press.PHONED_ASK, (issued.addressees[1].id,)))
    await limit(office, hai, "Nhóm A")
    assert await phone.says("đồng chí Hà gọi 14h") == [say("refused.out_of_scope")]
    assert await office.rows(Acknowledgement) == []


async def test_of_what_has_ended_nothing_is_written_down_that_was_heard_by_phone(office: Office):
    issued, _, phone = await two(office)
    ask = Callback(Press.PHONED_ASK, (issued.addressees[0].id,))
    await phone.presses_data(ask)
    async with office.rt.write() as session:
        await session.execute(update(Directive).values(closed_at=factories.NOON))
    assert await phone.says("đồng chí Hà gọi 14h") == [say("refused.closed")]
    assert (await phone.presses_data(ask)).text == say("refused.closed")
    assert await office.rows(Acknowledgement) == []


async def test_a_unit_is_chased_only_about_a_directive_it_has(office: Office):
    issued, _, phone = await two(office)
    other = await office.issued(await office.unit("Báo C"))
    crossed = Callback(Press.CHASE_ASK, (issued.directive.id, other.addressees[0].id))
    assert (await phone.presses_data(crossed)).text == say("refused.gone")
