"""What nobody could place: decided only by whom it concerns, as they are now, and only once."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.callbacks import Callback, Press
from bot.domain.states import StaffRole, UnplacedState
from bot.storage import units
from bot.storage.tables import Contact, Question, Staff, Unit, Unplaced
from bot.texts import texts
from tests import factories
from tests.factories import Somebody
from tests.handlers.conftest import Office, Phone
from tests.handlers.test_unplaced import later

say = texts("vi")


async def reviewer_of(office: Office, unit: Unit) -> Phone:
    """Somebody of the office whose limits are this unit's groups."""
    async with office.rt.write() as session:
        somebody = await factories.create_staff(session, StaffRole.REVIEWER, name="Lê Văn Hải")
        await _limit(session, somebody, unit)
    return office.phone(somebody)


async def _limit(session: AsyncSession, somebody: Somebody, unit: Unit) -> None:
    of_unit = (await factories.group_ids_of_units(session))[unit.id]
    found = [each for each in await units.groups(session) if each.id in of_unit]
    await factories.limit(session, somebody, *found)


async def left(office: Office, *of_units: Unit) -> None:
    """Nobody is of these units any more."""
    async with office.rt.write() as session:
        await session.execute(
            update(Contact)
            .where(Contact.unit_id.in_([unit.id for unit in of_units]))
            .values(ended_at=office.clock.at)
        )


async def test_of_somebody_of_two_units_only_ones_own_unit_can_be_meant(office: Office):
    paper, radio = await office.unit("Báo Yên Bái", "Báo"), await office.unit("Đài tỉnh", "Đài")
    health = await office.unit("Sở Y tế", "Sở")
    hai, mai = await reviewer_of(office, paper), await office.staff()
    an = await office.contact(paper, radio)
    issued = await office.issued(paper, radio)
    await an.says("Gửi rồi nhé")
    row = await office.row(Unplaced)
    for press in (Press.UNPLACED_UNIT_ASK, Press.UNPLACED_TO_QUESTION):
        before = hai.last_id()
        await hai.presses_data(Callback(press, (row.id,)))
        (offer,) = [each for each in hai.messages() if each["message_id"] > before]
        (button,) = [each for line in offer["reply_markup"]["inline_keyboard"] for each in line]
        assert button["text"].startswith("Báo Yên Bái")
    foreign = (
        Callback(Press.UNPLACED_UNIT, (row.id, radio.id)),
        Callback(Press.UNPLACED_DIRECTIVE, (row.id, issued.addressees[1].id)),
        Callback(Press.UNPLACED_PLACE, (row.id, issued.assignments[1][0].id)),
        Callback(Press.UNPLACED_TO_QUESTION, (row.id, radio.id)),
    )
    for callback in foreign:
        assert (await hai.presses_data(callback)).text == say("refused.out_of_scope")
    unasked = Callback(Press.UNPLACED_TO_QUESTION, (row.id, health.id))
    assert (await mai.presses_data(unasked)).text == say("refused.not_your_unit")
    hoa = await office.contact(paper, name="Lý Thị Hoa")
    before = hoa.last_id()
    asks = Callback(Press.UNPLACED_TO_QUESTION, (row.id,))
    assert (await hoa.presses_data(asks)).text == say("refused.not_yours")
    assert hoa.texts(after=before) == []
    assert (await office.row(Unplaced)).state is UnplacedState.WAITING
    assert await office.rows(Question) == []


async def test_only_who_wrote_it_for_the_unit_makes_it_a_question_and_once(office: Office):
    unit, other = await office.unit("Báo Yên Bái"), await office.unit("Đài tỉnh")
    an = await office.contact(unit)
    hoa = await office.contact(unit, name="Lý Thị Hoa")
    await an.says("Nộp ở đâu?")
    await an.says("Và mấy bản?")
    first, second = await office.rows(Unplaced)
    asks = Callback(Press.UNPLACED_TO_QUESTION, (first.id,))
    assert (await hoa.presses_data(asks)).text == say("refused.not_yours")
    part = Callback(Press.UNPLACED_TO_QUESTION, (second.id,))
    assert (await an.presses_data(part)).text == say("refused.gone")
    await an.presses_data(asks)
    assert (await an.presses_data(asks)).text == say("unplaced.was_question", name="Nguyễn Văn An")
    assert len(await office.rows(Question)) == 1
    # Of a unit that they have left they ask nothing, even while they are of another one.
    office.clock.at += timedelta(minutes=11)
    await an.says("Còn hạn đến khi nào?")
    newest = (await office.rows(Unplaced))[-1]
    async with office.rt.write() as session:
        await session.execute(
            update(Contact).where(Contact.person_id == newest.person_id).values(unit_id=other.id)
        )
    asks = Callback(Press.UNPLACED_TO_QUESTION, (newest.id,))
    assert (await an.presses_data(asks)).text == say("refused.not_yours")
    assert len(await office.rows(Question)) == 1


async def test_who_left_the_unit_is_not_asked_on_and_told_nothing(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    await an.says("Nộp ở đâu?")
    row = await office.row(Unplaced)
    await left(office, unit)
    before = an.last_id()
    popup = await mai.presses_data(Callback(Press.UNPLACED_TO_QUESTION, (row.id,)))
    assert popup.text == say("unplaced.sender_left")
    assert await office.rows(Question) == []
    assert (await mai.presses(say("button.dismiss"))).text == say("unplaced.dismissed")
    assert an.texts(after=before) == []


async def test_of_whom_no_unit_is_left_is_shown_to_those_without_limits(office: Office):
    paper, radio = await office.unit("Báo Yên Bái", "Báo"), await office.unit("Đài tỉnh", "Đài")
    hai, mai = await reviewer_of(office, paper), await office.staff()
    an = await office.contact(paper, radio)
    await an.says("Gửi rồi nhé")
    seen = hai.sees(say("unplaced.title"))["text"]
    await left(office, paper, radio)
    await mai.presses(say("button.dismiss"))
    assert hai.sees(say("unplaced.title"))["text"] == seen
    assert "Trần Thị Mai" in mai.sees(say("unplaced.title"))["text"]


async def test_what_comes_after_who_left_the_office_is_not_copied_to_them(office: Office):
    mai = await office.staff()
    an = await office.contact(await office.unit())
    await an.says("Ảnh gửi sau")
    before = mai.last_id()
    office.sandbox.send(an.user_id, "voice")
    await office.handles()
    async with office.rt.write() as session:
        await session.execute(update(Staff).values(removed_at=office.clock.at))
    await office.works()
    await later(office)
    assert mai.last_id() == before


async def test_the_list_of_a_unit_that_is_theirs_no_more_is_not_sent(office: Office):
    paper, radio = await office.unit("Báo Yên Bái", "Báo"), await office.unit("Đài tỉnh", "Đài")
    hai = await reviewer_of(office, paper)
    office.press_arrives(hai, Callback(Press.UNPLACED_OF, (paper.id, 1)).encode())
    await office.handles()
    async with office.rt.write() as session:
        somebody = await factories.create_somebody(session, telegram_id=hai.user_id)
        await _limit(session, somebody, radio)
    await office.works()
    assert hai.texts() == []
