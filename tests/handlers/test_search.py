"""/tim: what is found, by whom, and where its buttons lead."""

from __future__ import annotations

from sqlalchemy import select, update

from bot.callbacks import Callback, Press
from bot.domain.states import AssignmentState, DraftState, Lane, MessageKind, Sending, StaffRole
from bot.storage.tables import Assignment, Dialogue, Directive, Draft, Group, OutboxMessage
from bot.texts import texts
from tests import factories
from tests.factories import Issued
from tests.handlers.conftest import Office, Phone, Popup

say = texts("vi")


async def numbered(office: Office, issued: Issued, number: str, **values: object) -> None:
    """Give the directive this number, and more."""
    async with office.rt.write() as session:
        await session.execute(
            update(Directive)
            .where(Directive.id == issued.directive.id)
            .values(number=number, **values)
        )


def hits(phone: Phone) -> list[str]:
    """The buttons of what was found last, without their places in the list."""
    rows = phone.messages()[-1].get("reply_markup", {}).get("inline_keyboard", [])
    labels = [button["text"] for row in rows for button in row]
    return [label.partition(". ")[2] for label in labels if ". " in label]


async def test_staff_find_directives_and_units_and_go_there(office: Office):
    unit = await office.unit("Báo Yên Bái", "Các cơ quan báo chí")
    for number, subject, closed_at in (  # numbers that no unit's code holds
        ("7012", "V/v tuyên truyền chuyển đổi số", None),
        ("05", "V/v đợt thi đua của báo chí Yên Bái", None),
        ("7012", "Kế hoạch <năm>", factories.NOON),
    ):
        issued = await office.issued(unit, subject=subject, closed_at=closed_at)
        await numbered(office, issued, number)
    viewer = await office.staff(StaffRole.VIEWER)

    assert "“7012”: 2 kết quả" in (await viewer.says("/tim 7012"))[0]
    title = "Công văn số {}/STTTT-TTBCXB ngày 05/10/2026"
    assert hits(viewer) == [title.format("7012")] * 2
    found = viewer.texts()[-1]
    assert found.index("chuyển đổi số") < found.index("Kế hoạch <năm>")
    assert found.count("đã kết thúc") == 1

    await viewer.says("/tim yen bai")
    assert hits(viewer) == [title.format("05"), "Báo Yên Bái"]
    list_id = viewer.last_id()
    await viewer.presses("2. Báo Yên Bái")
    assert "Nhóm: Các cơ quan báo chí" in viewer.texts(after=list_id)[-1]
    await viewer.presses("1. " + title.format("05"))  # the list is still there
    assert "đợt thi đua" in viewer.texts()[-1]
    assert say("button.report") in viewer.buttons()

    await viewer.says("/tim hà nội")
    assert say("search.none") in viewer.texts()[-1]


async def test_what_is_found_has_pages(office: Office):
    unit = await office.unit("Báo Yên Bái")
    for _ in range(8):
        await office.issued(unit, subject="V/v phát sóng")
    for number in range(1, 4):
        await office.unit(f"Đài phát sóng số {number}")
    viewer = await office.staff(StaffRole.VIEWER)
    await viewer.says("/search phat song")  # English names work too
    assert len(hits(viewer)) == 8
    before = len(viewer.messages())
    await viewer.presses("›")
    assert hits(viewer) == [f"Đài phát sóng số {number}" for number in (1, 2, 3)]
    assert "11 kết quả" in viewer.texts()[-1]
    assert len(viewer.messages()) == before


async def test_without_words_they_are_asked_for(office: Office):
    await office.issued(await office.unit(), subject="V/v phát sóng")
    sender = await office.staff(StaffRole.SENDER)
    assert await sender.says("/tim ***") == [say("search.ask")]
    assert await sender.says("…") == [say("search.ask")]
    assert "1 kết quả" in (await sender.says("phat  song"))[0]
    assert not await office.rows(Dialogue)
    assert await sender.says("phat song") == [say("unplaced.staff")]

    await sender.says("/tim")
    await sender.says("Nội dung công văn gửi các đơn vị. " * 8)  # a letter is no words
    drafts = [draft for draft in await office.rows(Draft) if draft.state is not DraftState.ISSUED]
    assert len(drafts) == 1


async def test_who_is_limited_finds_what_is_theirs(office: Office):
    paper = await office.unit("Báo tỉnh", "Báo")
    radio = await office.unit("Đài tỉnh", "Đài")
    mine = await office.issued(paper, subject="V/v của báo")
    await office.issued(radio, subject="V/v của đài")
    both = await office.issued(paper, radio, subject="V/v của cả hai")
    async with office.rt.write() as session:
        somebody = await factories.create_staff(session, StaffRole.SENDER)
        group = (await session.scalars(select(Group).where(Group.name == "Báo"))).one()
        await factories.limit(session, somebody, group)
    limited = office.phone(somebody)
    await limited.says("/tim tinh")
    assert hits(limited) == ["Báo tỉnh"]
    await limited.says("/tim cua")
    numbers = [label.split("/")[0].rpartition(" ")[2] for label in hits(limited)]
    assert numbers == [both.directive.number, mine.directive.number]


async def test_contacts_find_what_is_open_for_their_units(office: Office):
    paper, radio = await office.unit("Báo"), await office.unit("Đài")
    an = await office.contact(paper)
    issued = await office.issued(paper, subject="V/v phát sóng", body="Toàn văn ở đây")
    await office.issued(radio, subject="V/v phát sóng")
    await office.issued(paper, subject="V/v phát sóng", closed_at=factories.NOON)
    later = await office.issued(paper, subject="V/v phát sóng")
    given_up = await office.issued(paper, subject="V/v phát sóng")
    await numbered(office, later, "77", send_at=factories.FRIDAY_EVENING)
    await numbered(office, given_up, "78", sending=Sending.CANCELLED)
    async with office.rt.write() as session:
        await session.execute(
            update(Assignment)
            .where(Assignment.addressee_id == given_up.addressees[0].id)
            .values(state=AssignmentState.CANCELLED)
        )
    assert await an.says("/tim") == [say("search.ask_contact")]
    await an.says("phat song")
    assert len(hits(an)) == 1
    number = issued.directive.number
    await an.presses(f"1. Công văn số {number}/STTTT-TTBCXB ngày 05/10/2026")
    assert an.texts()[-1] == "Toàn văn ở đây"
    await an.says("/tim bao")  # units are the office's to look for
    assert hits(an) == []


async def test_a_units_group_finds_what_is_the_units(office: Office):
    paper, radio = await office.unit("Báo"), await office.unit("Đài")
    an = await office.contact(paper, radio)
    await office.issued(radio, subject="V/v phát sóng")
    mine = await office.issued(paper, subject="V/v phát sóng")
    viewer = await office.staff(StaffRole.VIEWER)
    group = await office.group(an, viewer, unit=paper)
    await group.says("/tim phat song")
    assert [label.split("/")[0] for label in hits(group)] == [
        f"Công văn số {mine.directive.number}"
    ]
    in_group = office.in_group(viewer, group)
    assert await in_group.says("/tim phat song") == [say("refused.not_yours")]


async def test_rights_are_asked_again_when_it_is_sent(office: Office):
    await office.issued(await office.unit(), subject="V/v phát sóng")
    an = await office.contact(await office.unit("Báo"))
    chat = await office.chat_of(an)
    for unit_ids in (None, [1]):  # as the office, and for a unit that is another one's
        async with office.rt.write() as session:
            await factories.create_message(
                session,
                chat,
                kind=MessageKind.SEARCH,
                lane=Lane.ANSWER,
                parameters={
                    "words": "song",
                    "page": 1,
                    "person_id": chat.person_id,
                    "unit_ids": unit_ids,
                },
            )
    await office.works()
    rows = await office.rows(OutboxMessage, kind=MessageKind.SEARCH)
    assert [row.reason for row in rows] == ["not_staff", "not_a_contact"]
    assert await an.presses_data(Callback(Press.SEARCH_PAGE, (1,))) == Popup("", alert=False)
