"""Receipt slips: who gets one, that its code proves what it says, and what is told of others'."""

from __future__ import annotations

import re
from datetime import timedelta

import pypdfium2
from sqlalchemy import Update, delete, update

from bot.callbacks import Callback, Press
from bot.domain import slips
from bot.domain.states import (
    AcknowledgeBy,
    ContactRole,
    Door,
    Ending,
    MessageKind,
    OutboxState,
    StaffRole,
)
from bot.storage import personal
from bot.storage.tables import (
    Acknowledgement,
    Addressee,
    Contact,
    Directive,
    Event,
    Group,
    OutboxMessage,
    Person,
    ReceiptSlip,
    Staff,
)
from bot.texts import texts
from tests import factories
from tests.factories import Issued
from tests.handlers.conftest import BOT_NAME, Office, Phone, Popup

say = texts("vi")
CODE = re.compile(r"\b(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}\b")


def slip_of(issued: Issued, place: int = 0) -> Callback:
    return Callback(Press.SLIP, (issued.addressees[place].id,))


async def confirmed(office: Office, issued: Issued, phone: Phone) -> None:
    """The person has confirmed the directive on their card."""
    await phone.presses_data(Callback(Press.ACKNOWLEDGE, (issued.addressees[0].id,)))


def newest_pdf(office: Office, phone: Phone) -> str:
    """The words of the newest file in the chat, which is one page."""
    message = next(each for each in reversed(phone.messages()) if "document" in each)
    file = office.sandbox.world.files.get(message["document"]["file_id"])
    assert file is not None
    assert message["document"]["file_name"].endswith(".pdf")
    (page,) = pypdfium2.PdfDocument(file.content)
    return " ".join(page.get_textpage().get_text_range().split())


async def test_a_slip_is_genuine_and_says_again_what_is_on_paper(office: Office):
    unit = await office.unit()
    phone = await office.contact(unit)
    issued = await office.issued(unit)
    assert (await phone.presses_data(slip_of(issued))).text == say("slip.nothing_confirmed")
    assert await office.rows(ReceiptSlip) == []
    await confirmed(office, issued, phone)

    popup = await phone.presses_data(slip_of(issued))
    assert popup.text == say("slip.on_its_way")
    row = await office.row(ReceiptSlip)
    shown = slips.shown(row.code)
    paper = newest_pdf(office, phone)
    for words in (shown, "Báo Yên Bái", "Nguyễn Văn An", "12:00 06/10/2026", "V/v tuyên truyền"):
        assert words in paper
    assert shown in phone.texts()[-1]
    (event,) = await office.rows(Event, action="slip_made")
    assert (event.directive_id, event.unit_id) == (issued.directive.id, unit.id)

    # What says the same is the same slip; however its code is typed, it is known.
    office.clock.at += timedelta(minutes=3)
    await phone.presses_data(slip_of(issued))
    assert (await office.row(ReceiptSlip)).code == row.code
    for typed in (f"/xacminh {shown}", f"/verify {shown.lower().replace('0', 'o')}"):
        (answer,) = await phone.says(typed)
        assert say("slip.genuine", code=shown) in answer
        assert "Nguyễn Văn An" in answer
        assert say("slip.unchanged") in answer
    (answer,) = await phone.says(f"/start {slips.link_of(row.code, username=BOT_NAME)[-21:]}")
    assert say("slip.unchanged") in answer


async def test_what_has_changed_makes_a_new_slip_and_the_old_one_says_so(office: Office):
    unit = await office.unit()
    first, second = await office.contact(unit), await office.contact(unit, name="Lê Thị Bình")
    issued = await office.issued(unit)
    await confirmed(office, issued, first)
    await first.presses_data(slip_of(issued))
    (old,) = await office.rows(ReceiptSlip)
    office.clock.at += timedelta(minutes=3)
    await confirmed(office, issued, second)
    await first.presses_data(slip_of(issued))
    old, new = await office.rows(ReceiptSlip)
    assert old.code != new.code
    assert "Lê Thị Bình" in newest_pdf(office, first)

    (answer,) = await first.says(f"/xacminh {old.code}")
    assert "Lê Thị Bình" not in answer
    assert say("slip.added", count=1) in answer
    async with office.rt.write() as session:
        await session.execute(delete(Acknowledgement).where(Acknowledgement.at == factories.NOON))
        await session.execute(update(Directive).values(version=2, acknowledge_from=2))
    (answer,) = await first.says(f"/xacminh {new.code}")
    for key in ("slip.asked_again", "slip.since"):
        assert say(key) in answer
    assert say("slip.newer_version", version=2) in answer
    assert say("slip.taken_back", who="12:00 06/10/2026 – Nguyễn Văn An") in answer
    assert (await first.presses_data(slip_of(issued))).text == say("slip.nothing_confirmed")


async def test_there_is_none_before_the_unit_has_confirmed_as_the_directive_asks(office: Office):
    unit = await office.unit()
    an, lan = await office.contact(unit), await office.contact(name="Đỗ Thị Lan", leader_of=unit)
    issued = await office.issued(unit, acknowledge_by=AcknowledgeBy.LEADER)
    await confirmed(office, issued, an)
    assert (await an.presses_data(slip_of(issued))).text == say("slip.not_complete")
    await an.presses("Khác…")
    assert say("button.slip") not in an.buttons()
    await confirmed(office, issued, lan)
    assert (await an.presses_data(slip_of(issued))).text == say("slip.on_its_way")


async def test_role_title_phone_and_lateness_stand_on_it(office: Office):
    unit = await office.unit()
    phone = await office.contact(unit)
    issued = await office.issued(unit)
    sender = await office.staff(StaffRole.SENDER)
    office.clock.at += timedelta(minutes=30)
    await confirmed(office, issued, phone)
    async with office.rt.write() as session:
        staff = (await session.get_one(Directive, issued.directive.id)).issued_by
        given = await session.get_one(Acknowledgement, (await office.row(Acknowledgement)).id)
        given.role = ContactRole.LEADER
        session.add(
            Acknowledgement(
                addressee_id=issued.addressees[0].id,
                version=1,
                person_id=staff,
                chat_id=given.chat_id,
                door=Door.STAFF,
                note="đồng chí Hà gọi 14h",
                at=factories.NOON + timedelta(hours=2),
            )
        )
        addressee = await session.get_one(Addressee, issued.addressees[0].id)
        addressee.acknowledge_due_at = factories.NOON + timedelta(minutes=1)
    await sender.presses_data(slip_of(issued))
    paper = newest_pdf(office, sender)
    assert "Nguyễn Văn An (lãnh đạo đơn vị)" in paper
    assert "14:00 06/10/2026 – Trần Thị Mai – " + say("slip.door_staff") in paper
    assert "đồng chí Hà gọi 14h" in paper
    assert "(xác nhận sau hạn)" in paper


async def test_others_learn_nothing_not_even_that_there_is_one(office: Office):
    unit, other = await office.unit(), await office.unit("Đài Phát thanh tỉnh", "Phát thanh")
    phone = await office.contact(unit)
    stranger = await office.contact(other, name="Hà Văn Cường")
    issued = await office.issued(unit)
    await confirmed(office, issued, phone)
    await phone.presses_data(slip_of(issued))
    code = (await office.row(ReceiptSlip)).code
    unknown = slips.code_of(bytes(10))
    theirs = [await stranger.says(f"/xacminh {typed}") for typed in (code, unknown, "12")]
    assert theirs == [[say("slip.not_yours")]] * 3
    assert (await stranger.presses_data(slip_of(issued))).text == say("refused.not_your_unit")

    async with office.rt.write() as session:
        limited = await factories.create_staff(session, StaffRole.VIEWER, name="Đỗ Văn Bảy")
        (group,) = await office.rows(Group)
        await factories.limit(session, limited, group)
    viewer = office.phone(limited)
    told = [await viewer.says(f"/xacminh {typed}") for typed in (code, unknown)]
    assert told == [[say("slip.not_genuine")]] * 2
    free = await office.staff(StaffRole.VIEWER)
    assert await free.says("/xacminh") == [say("slip.ask_code")]
    assert await free.says("không nhớ") == [say("slip.not_genuine")]  # and it is still asked
    (answer,) = await free.says(code.lower())
    assert say("slip.unchanged") in answer


async def test_who_lost_the_unit_before_it_is_sent_does_not_get_it(office: Office):
    unit = await office.unit()
    phone = await office.contact(unit)
    issued = await office.issued(unit)
    await confirmed(office, issued, phone)
    office.press_arrives(phone, slip_of(issued).encode())
    await office.handles()
    async with office.rt.write() as session:
        await session.execute(update(Contact).values(ended_at=factories.NOON))
    await office.works()
    sent = await office.row(OutboxMessage, kind=MessageKind.RECEIPT_SLIP)
    assert (sent.state, sent.reason) == (OutboxState.WITHDRAWN, "not_a_contact")


async def test_whose_data_are_erased_is_not_named_on_slips_any_more(office: Office):
    unit = await office.unit()
    phone = await office.contact(unit)
    issued = await office.issued(unit)
    await confirmed(office, issued, phone)
    await phone.presses_data(slip_of(issued))
    async with office.rt.write() as session:
        (person,) = [each for each in await office.rows(Person) if each.name == "Nguyễn Văn An"]
        everything = await personal.everything(session, await session.get_one(Person, person.id))
        assert len(everything["receipt_slips"]) == 1
        await session.execute(delete(Acknowledgement))  # taken back before
        await personal.erase(session, await session.get_one(Person, person.id), now=office.clock.at)
    row = await office.row(ReceiptSlip)
    assert "Nguyễn Văn An" not in str(row.content)
    assert personal.ERASED_NAME in str(row.content)
    staff = await office.staff(StaffRole.VIEWER)
    (answer,) = await staff.says(f"/xacminh {row.code}")
    assert personal.ERASED_NAME in answer


async def test_the_office_gets_one_only_of_units_that_are_theirs_when_it_is_sent(office: Office):
    unit, other = await office.unit("Báo", "Báo chí"), await office.unit("Đài", "Phát thanh")
    phone = await office.contact(unit)
    issued = await office.issued(unit, other)
    await confirmed(office, issued, phone)
    async with office.rt.write() as session:
        somebody = await factories.create_staff(session, StaffRole.VIEWER, name="Đỗ Văn Bảy")
    viewer = office.phone(somebody)
    groups = await office.rows(Group)

    async def stands() -> tuple[OutboxState, str | None]:
        *_, sent = await office.rows(OutboxMessage, kind=MessageKind.RECEIPT_SLIP)
        return sent.state, sent.reason

    async def asked_while(statement: Update | None, *limits: Group) -> Popup:
        """It is asked for, waits to be sent, and meanwhile this changes; then it is asked again."""
        office.press_arrives(viewer, slip_of(issued).encode())
        await office.handles()
        async with office.rt.write() as session:
            if statement is not None:
                await session.execute(statement)
            await factories.limit(session, somebody, *limits)
        await office.works()
        outcomes.append(await stands())
        return await viewer.presses_data(slip_of(issued))

    outcomes: list[tuple[OutboxState, str | None]] = []
    recalled = update(Directive).values(closed_at=factories.NOON, ending=Ending.RECALLED)
    assert (await asked_while(recalled)).text == say("refused.recalled")
    async with office.rt.write() as session:
        await session.execute(update(Directive).values(closed_at=None, ending=None))
    assert (await asked_while(None, groups[1])).text == say("refused.out_of_scope")
    async with office.rt.write() as session:
        await factories.limit(session, somebody)
    of_them = Staff.person_id == somebody.person.id
    office.press_arrives(viewer, slip_of(issued).encode())
    await office.handles()
    async with office.rt.write() as session:
        await session.execute(update(Staff).where(of_them).values(removed_at=factories.NOON))
    await office.works()
    outcomes.append(await stands())
    lost = OutboxState.WITHDRAWN
    assert outcomes == [(lost, "recalled"), (lost, "not_staff"), (lost, "not_staff")]
