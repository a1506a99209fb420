"""Administrators limited to groups: whom they invite and let in, which units they change."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from bot.callbacks import Callback, Press
from bot.domain.states import InviteKind, StaffRole
from bot.storage import people, staff
from bot.storage.tables import Event, Group, Invite, JoinRequest, Unit, UnitChange
from bot.texts import texts
from scheduler.jobs import change_units
from tests import factories
from tests.handlers.conftest import Office, Phone

say = texts("vi")
PAPER, RADIO = "Báo Yên Bái", "Đài Phát thanh tỉnh"
FOREIGN = say("refused.out_of_scope")


@dataclass
class Two:
    """Two units in groups of their own, somebody who would join each, and two administrators."""

    office: Office
    mai: Phone  # limited to the paper's group
    ba: Phone  # without limits
    paper: Unit
    radio: Unit
    paper_group: Group
    radio_group: Group
    to_paper: int
    to_radio: int

    async def refuses(self, press: Press, *ids: int, why: str = FOREIGN) -> None:
        before = await self.office.facts()
        popup = await self.mai.presses_data(Callback(press, ids))
        assert (popup.text, popup.alert) == (why, True)
        assert await self.office.facts() == before


@pytest_asyncio.fixture(loop_scope="session")
async def two(office: Office) -> AsyncIterator[Two]:
    async with office.rt.write() as session:
        groups = [
            await factories.create_group(session, name=name) for name in ("Nhóm báo", "Nhóm đài")
        ]
        units = [
            await factories.create_unit(session, name=name, groups=[group])
            for name, group in zip((PAPER, RADIO), groups, strict=True)
        ]
        hoa, pao = [
            await factories.create_somebody(session, name=name)
            for name in ("Lý Thị Hoa", "Lò Văn Pao")
        ]
        asks = [
            await factories.create_join_request(session, somebody, unit)
            for somebody, unit in zip((hoa, pao), units, strict=True)
        ]
        mai = await factories.create_staff(session, StaffRole.ADMIN)
        await factories.limit(session, mai, groups[0])
        ba = await factories.create_staff(session, StaffRole.ADMIN, name="Ba")
    office.phone(hoa)
    yield Two(office, office.phone(mai), office.phone(ba), *units, *groups, *asks)


async def test_only_people_of_units_that_are_theirs_are_invited(two: Two):
    mai = two.mai
    await mai.says("/moi")
    labels = mai.buttons()
    assert any(PAPER in label for label in labels)
    assert not any(RADIO in label for label in labels)
    assert say("button.invite_staff_group") not in labels
    assert await mai.says("/moi dai") == [say("unit.unknown", code="dai")]
    assert await mai.says(f"/moi {two.radio.code}") == [FOREIGN]
    await two.refuses(Press.INVITE_NEW, two.radio.id, 0, 1)
    await two.refuses(Press.INVITE_SHEET, two.radio_group.id)
    await two.refuses(Press.INVITE_STAFF_GROUP, why=say("refused.not_yours"))
    await mai.says("/moi nhóm")
    assert not any("đài" in label for label in mai.buttons())


async def test_what_lets_into_the_office_is_taken_back_by_who_governs_it(two: Two):
    await two.office.invite(InviteKind.STAFF, role=StaffRole.SENDER)
    await two.office.invite(unit=two.radio)
    for invite in await two.office.rows(Invite):
        why = FOREIGN if invite.unit_id else say("refused.not_yours")
        await two.refuses(Press.INVITE_REVOKE, invite.id, why=why)


async def test_who_waits_is_shown_and_let_in_within_the_limits_only(two: Two):
    async with two.office.rt.write() as session:
        await factories.create_parked_update(session)
    (shown,) = await two.mai.says("/cho")
    assert "Lý Thị Hoa" in shown
    assert "Lò Văn Pao" not in shown
    assert say("waiting.parked", count=1) not in shown
    (whole,) = await two.ba.says("/cho")
    assert "Lò Văn Pao" in whole
    assert say("waiting.parked", count=1) in whole
    await two.refuses(Press.JOIN_APPROVE, two.to_radio)
    await two.refuses(Press.JOIN_MOVE_TO, two.to_paper, two.radio.id)
    await two.refuses(Press.JOIN_MOVE_TO, two.to_radio, two.paper.id)


async def test_a_list_asked_for_before_limits_came_is_cut_when_it_is_sent(two: Two):
    for command in ("/cho", "/matlienlac"):
        two.office.sandbox.say(two.ba.user_id, command)
        await two.office.handles()
    async with two.office.rt.write() as session:
        person = await people.person_by_telegram_id(session, two.ba.user_id)
        assert person is not None
        member = await staff.member_of_person(session, person.id)
        assert member is not None
        await staff.set_limits(session, member.id, [two.paper_group.id])
    shown = two.ba.last_id()
    await two.office.works()
    waiting, unreachable = two.ba.texts(after=shown)
    assert "Lý Thị Hoa" in waiting
    assert PAPER in unreachable
    assert "Lò Văn Pao" not in waiting
    assert RADIO not in unreachable


async def test_units_that_are_theirs_are_renamed_and_retired_but_not_merged(two: Two):
    mai = two.mai
    assert await mai.says(f"/sapxep {two.radio.code}") == [FOREIGN]
    await mai.says(f"/sapxep {two.paper.code}")
    assert say("button.merge_unit") not in mai.buttons()
    for number in (2, 3):
        why = say("refused.not_yours")
        await two.refuses(Press.CHANGE_UNIT, two.paper.id, number, why=why)
    await two.refuses(Press.CHANGE_UNIT, two.radio.id, 0)
    await two.refuses(Press.CONTACTS_OF, two.radio.id)
    await mai.presses("Đổi tên")
    await mai.says("Báo Văn Chấn")
    await mai.presses("Thực hiện")
    assert (await two.office.row(Unit, id=two.paper.id)).name == "Báo Văn Chấn"


@pytest.mark.parametrize("merges", [True, False])
async def test_planned_changes_are_listed_told_and_dropped_within_the_limits(
    two: Two, merges: bool
):
    """Of a merger the other unit is not named to who does not see it."""
    for unit, other in ((two.paper, two.radio), (two.radio, two.paper)):
        await two.ba.says(f"/sapxep {unit.code}")
        await two.ba.presses("Nhập vào" if merges else "Ngừng hoạt động")
        if merges:
            await two.ba.says(other.code)
        await two.ba.presses("Chọn ngày khác")
        await two.ba.says("10/10" if unit is two.paper else "11/10")
        await two.ba.presses("Thực hiện")
    own, foreign = await two.office.rows(UnitChange)
    (shown,) = await two.mai.says("/sapxep")
    assert PAPER in shown
    assert RADIO not in shown
    assert any("Bỏ thay đổi này" in label for label in two.mai.buttons()) is not merges
    for press in (Press.CHANGE_DROP, Press.CHANGE_DAY, Press.CHANGE_DO):
        await two.refuses(press, foreign.id)
        if merges:
            await two.refuses(press, own.id, why=say("refused.not_yours"))
    heard = two.mai.last_id()
    two.office.clock.at = factories.NOON.replace(day=9, hour=17)
    while await change_units(two.office.rt):
        pass
    two.office.clock.at = factories.NOON.replace(day=12)  # a Monday
    await two.office.works()
    (told,) = [text for text in two.mai.texts(after=heard) if "Thay đổi" in text]
    assert PAPER in told


async def test_the_record_of_a_unit_tells_of_its_people_by_name(two: Two):
    await two.mai.presses_data(Callback(Press.JOIN_APPROVE, (two.to_paper,)))
    (shown,) = await two.mai.says(f"/nhatky {two.paper.code}")
    assert f"Trần Thị Mai (quản trị): duyệt yêu cầu tham gia {PAPER}: Lý Thị Hoa" in shown
    assert f"{PAPER} có đầu mối: Lý Thị Hoa" in shown
    await two.ba.presses_data(Callback(Press.JOIN_MOVE_TO, (two.to_radio, two.paper.id)))
    assert (await two.office.row(JoinRequest, id=two.to_radio)).unit_id == two.paper.id
    for unit in (two.paper, two.radio):
        (shown,) = await two.ba.says(f"/nhatky {unit.code}")
        assert "chuyển yêu cầu tham gia" in shown
    named = [event.unit_id for event in await two.office.rows(Event, action="joining_moved")]
    assert named == [two.radio.id, two.paper.id]
