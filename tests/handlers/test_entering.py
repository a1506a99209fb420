"""The office enters for a unit what it has done."""

from __future__ import annotations

import pytest

from bot.callbacks import Callback, Press
from bot.domain.article_review import REASONS, ReturnReason
from bot.domain.articles import EvidenceKind
from bot.domain.dialogues import DialogueKind
from bot.domain.states import AssignmentState, ContactRole, EventDoor, StaffRole
from bot.storage import people, units
from bot.storage.tables import (
    Acknowledgement,
    Article,
    Assignment,
    Dialogue,
    Draft,
    Event,
    Person,
    Submission,
    TableImport,
    Unit,
)
from bot.texts import texts
from tests import factories
from tests.factories import Issued
from tests.handlers.conftest import Office, Phone
from tests.tables import xlsx

LINK = "https://baoyenbai.com.vn/11/305919/Diem-su-kien.aspx"
OTHER = "https://baoyenbai.com.vn/11/305920/Diem-su-kien.aspx"
THIRD = "https://baoyenbai.com.vn/11/305921/Diem-su-kien.aspx"
PAPER, RADIO = "Báo Yên Bái", "Đài Phát thanh tỉnh"
say = texts("vi")


async def office_with_work(office: Office, *, tasks: int = 1) -> tuple[Phone, Unit, Unit, Issued]:
    """A reviewer, and a directive to two units."""
    hoa = await office.staff(StaffRole.REVIEWER, name="Lê Thị Hoa")
    paper, radio = await office.unit(PAPER), await office.unit(RADIO)
    return hoa, paper, radio, await office.issued(paper, radio, tasks=tasks)


async def begins(hoa: Phone, issued: Issued, number: int = 0) -> list[str]:
    before = hoa.last_id()
    await hoa.presses_data(Callback(Press.ENTER_WORK, (issued.addressees[number].id,)))
    return hoa.texts(after=before)


def entered(*, count: int = 1, total: int = 1, first: int = 1, unit: str = PAPER) -> str:
    return say(
        "entry.recorded_links",
        unit=unit, count=count, position=1, total=total, expected=1, code=f"TB-{first}",
    )  # fmt: skip


async def test_from_the_units_page_links_are_entered_in_the_name_of_who_enters_them(
    office: Office,
):
    hoa, paper, radio, issued = await office_with_work(office)
    an = await office.contact(paper)
    person = (await office.row(Person, telegram_id=hoa.user_id)).id
    async with office.rt.write() as session:  # of another unit, but that is not as what she enters
        await people.ensure_contact(
            session,
            unit_id=radio.id,
            person_id=person,
            role=ContactRole.CONTACT,
            now=factories.NOON,
        )
    await office.gives_cards(issued)
    await hoa.presses_data(Callback(Press.RECEIPTS_UNIT, (issued.addressees[0].id,)))
    await hoa.presses(say("button.enter_work"))
    assert hoa.texts()[-1] == say("entry.ask", unit=PAPER)
    assert await hoa.says(f"{LINK}\n{OTHER}") == [entered(count=2, total=2)]
    found = await office.rows(Article)
    assert {(each.by_office, each.person_id) for each in found} == {(True, person)}
    assert {each.assignment_id for each in found} == {issued.assignments[0][0].id}
    assert (await office.rows(Assignment))[0].state is AssignmentState.SUBMITTED
    assert "đã gửi 2 tin, bài" in an.sees("Kính gửi")["text"]
    event = await office.row(Event, action="articles_entered")
    assert (event.person_id, event.unit_id, event.door) == (person, paper.id, EventDoor.CHAT)
    assert event.role == StaffRole.REVIEWER
    assert not await office.rows(Dialogue)
    assert not await office.rows(Event, action="articles_recorded")
    assert not await office.rows(Acknowledgement)  # of that the unit has it nobody has said a word


async def test_below_each_receipt_more_is_entered_for_the_same_task(office: Office):
    hoa, paper, _, issued = await office_with_work(office, tasks=2)
    an = await office.contact(paper)
    await begins(hoa, issued)
    await hoa.says(f"NV2 {LINK}")
    await hoa.presses(say("button.enter_more"))
    assert hoa.texts()[-1] == say("entry.ask_more", unit=PAPER, position=2)
    await hoa.says(OTHER)
    await hoa.presses(say("button.enter_more"))
    await hoa.says("Phát thanh 03 lượt")
    await hoa.presses(say("button.enter_more"))
    await hoa.says(f"NV1 {THIRD}")  # the words go before
    first, second = (each.id for each in issued.assignments[0])
    found = await office.rows(Article)
    assert [each.assignment_id for each in found] == [second, second, second, first]
    assert all(each.by_office for each in found)
    foreign = Callback(Press.ENTER_WORK, (issued.addressees[0].id, issued.assignments[1][0].id))
    assert (await hoa.presses_data(foreign)).text == say("refused.gone")
    more = Callback(Press.ENTER_WORK, (issued.addressees[0].id, second))
    assert (await an.presses_data(more)).text == say("refused.not_yours")


async def test_nobody_is_promised_to_be_told_of_what_the_office_has_entered(office: Office):
    hoa, _, _, issued = await office_with_work(office)
    await begins(hoa, issued)
    await hoa.says(f"{LINK}\n{OTHER}")
    first, second = await office.rows(Article)
    accept = Callback(Press.ARTICLE_ACCEPT, (0, first.id, 0))
    assert (await hoa.presses_data(accept)).text == say("article.accepted_entered")
    reason = REASONS.index(ReturnReason.WRONG_LINK)
    back = Callback(Press.ARTICLE_REASON, (0, second.id, 0, reason))
    assert (await hoa.presses_data(back)).text == say("article.returned_entered")
    assert [each.tell_due_at for each in await office.rows(Article)] == [None, None]


@pytest.mark.parametrize(
    ("kind", "evidence"),
    [
        ("photo", EvidenceKind.PHOTO),
        ("document", EvidenceKind.DOCUMENT),
        ("voice", EvidenceKind.AUDIO),
    ],
)
async def test_a_file_is_entered_also_by_who_composes(
    office: Office, kind: str, evidence: EvidenceKind
):
    _, _, _, issued = await office_with_work(office)
    mai = await office.staff()
    await begins(mai, issued)
    told = await mai.sends(kind, file_name="bao-cao.pdf")
    assert told == [
        say(
            "entry.recorded",
            unit=PAPER, what=say(f"evidence.{evidence}"), position=1, total=1, expected=1,
            code="TB-1",
        )
    ]  # fmt: skip
    assert (await office.row(Article)).kind is evidence
    assert not await office.rows(Draft, state="reading")


async def test_an_album_is_entered_whole(office: Office):
    hoa, _, _, issued = await office_with_work(office)
    await begins(hoa, issued)
    told = await hoa.sends("photo", album="7")
    assert told == [say("entry.recorded_album", unit=PAPER, position=1, code="TB-1")]
    assert await hoa.sends("photo", album="7") == []
    assert [each.by_office for each in await office.rows(Article)] == [True, True]


async def test_a_quantity_is_entered_and_words_without_one_are_told(office: Office):
    hoa, _, _, issued = await office_with_work(office)
    await begins(hoa, issued)
    assert await hoa.says("Đài báo đã phát xong") == [say("entry.none_found", unit=PAPER)]
    assert await hoa.says("Phát thanh 17h00, 03 lượt") == [
        say(
            "entry.recorded_quantity",
            unit=PAPER, amount=3, measure="lượt", position=1, total=1, expected=1, code="TB-1",
        )
    ]  # fmt: skip


async def test_the_task_is_asked_for_and_chosen_by_who_enters(office: Office):
    hoa, _, _, issued = await office_with_work(office, tasks=2)
    await begins(hoa, issued)
    assert await hoa.says(LINK) == [say("link.choose_task")]
    submission = await office.row(Submission)
    assert (submission.by_office, submission.unit_id) == (True, issued.addressees[0].unit_id)
    other = await office.staff(StaffRole.REVIEWER, name="Vũ Văn Tú")
    place = Callback(Press.PLACE_ENTERED, (submission.id, issued.assignments[0][1].id))
    assert (await other.presses_data(place)).text == say("link.not_the_sender")
    foreign = Callback(Press.PLACE_ENTERED, (submission.id, issued.assignments[1][1].id))
    assert (await hoa.presses_data(foreign)).text == say("refused.gone")
    await hoa.presses("2. Việc 2")
    assert (await office.row(Article)).assignment_id == issued.assignments[0][1].id


async def test_a_file_goes_to_the_units_that_it_names_within_the_directive(office: Office):
    _, paper, _, issued = await office_with_work(office)
    await office.unit("Phòng Văn hóa Lục Yên")
    mai = await office.staff(StaffRole.ADMIN)
    rows = [
        ("Đơn vị", "Đường dẫn"),
        (paper.code.lower(), LINK),
        ("ĐÀI PHÁT THANH TỈNH", OTHER),
        ("Phòng Văn hóa Lục Yên", LINK),
        ("", THIRD),
    ]
    await begins(mai, issued)
    _, told = await mai.sends("document", content=xlsx(rows), file_name="bai.xlsx")
    assert told.startswith(say("links.read", file="bai.xlsx", new=3, duplicates=0, bad=1, lines=""))
    assert f"{PAPER}: " in told
    assert f"{RADIO}: " in told
    reason = say("links.no_such_unit", unit="Phòng Văn hóa Lục Yên")
    assert say("links.fault", row=4, reason=reason) in told
    found = await office.rows(Article)
    first, second = issued.assignments[0][0].id, issued.assignments[1][0].id
    assert sorted(each.assignment_id for each in found) == [first, first, second]
    assert all(each.by_office for each in found)
    assert not await office.rows(TableImport)


# --- rights --------------------------------------------------------------------------------------


async def test_a_viewer_is_shown_no_button_and_refused(office: Office):
    _, _, _, issued = await office_with_work(office)
    viewer = await office.staff(StaffRole.VIEWER, name="Vũ Văn Tú")
    await viewer.presses_data(Callback(Press.RECEIPTS_UNIT, (issued.addressees[0].id,)))
    assert say("button.enter_work") not in viewer.buttons()
    popup = await viewer.presses_data(Callback(Press.ENTER_WORK, (issued.addressees[0].id,)))
    assert popup.text == say("refused.not_yours")
    assert not await office.rows(Dialogue)


async def limited(office: Office, paper: Unit) -> Phone:
    """Somebody of the office whose only unit this is."""
    async with office.rt.write() as session:
        group = await factories.create_group(session)
        await units.add_to_group(session, unit_id=paper.id, group_id=group.id)
        tu = await factories.create_staff(session, StaffRole.REVIEWER, name="Vũ Văn Tú")
        await factories.limit(session, tu, group)
    return office.phone(tu)


async def test_who_is_limited_enters_for_their_units_only_also_by_a_file(office: Office):
    _, paper, _, issued = await office_with_work(office)
    tu = await limited(office, paper)
    popup = await tu.presses_data(Callback(Press.ENTER_WORK, (issued.addressees[1].id,)))
    assert popup.text == say("refused.out_of_scope")
    await begins(tu, issued)
    rows = [("Đơn vị", "Đường dẫn"), (RADIO, LINK), (PAPER, OTHER)]
    _, told = await tu.sends("document", content=xlsx(rows), file_name="bai.xlsx")
    assert say("links.no_such_unit", unit=RADIO) in told
    assert (await office.row(Article)).assignment_id == issued.assignments[0][0].id


async def test_who_lost_the_right_meanwhile_enters_nothing(office: Office):
    hoa, _, _, issued = await office_with_work(office)
    await begins(hoa, issued)
    async with office.rt.write() as session:
        person = await people.person_by_telegram_id(session, hoa.user_id)
        assert person is not None
        await people.ensure_staff(
            session, person_id=person.id, role=StaffRole.VIEWER, now=office.clock.at
        )
    await hoa.says(LINK)
    assert not await office.rows(Article)


async def test_what_is_secret_is_not_entered(office: Office):
    _, _, _, issued = await office_with_work(office)
    mai = await office.staff()
    await begins(mai, issued)
    await mai.sends("document", words="MẬT\nKế hoạch", file_name="ke-hoach.pdf")
    assert not await office.rows(Article)
    assert (await office.row(Dialogue)).kind is DialogueKind.ENTER_WORK


async def test_for_a_closed_directive_nothing_is_entered(office: Office):
    hoa, _, _, issued = await office_with_work(office)
    async with office.rt.write() as session:
        (await session.merge(issued.directive)).closed_at = factories.NOON
    popup = await hoa.presses_data(Callback(Press.ENTER_WORK, (issued.addressees[0].id,)))
    assert popup.text == say("refused.closed")
