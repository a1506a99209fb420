"""Articles whose pages are gone: the office is told, in one message, by day; the unit is not."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import insert, update

from bot.actions import page_looks
from bot.domain.articles import PageState
from bot.domain.states import ArticleState, MessageKind, OutboxState, StaffRole
from bot.storage.pages import Look
from bot.storage.tables import Article, OutboxMessage, Page, PageCheck
from tests import factories
from tests.handlers.conftest import Office, Phone

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LINKS = ("https://bao.example.vn/1", "https://bao.example.vn/2")
HOUR = timedelta(hours=1)


async def dies(office: Office, *, state: PageState = PageState.NOT_FOUND) -> None:
    """Every page is looked at until its plan says that it is dead, or never will."""
    for _ in range(4):
        for page in await office.rows(Page):
            if page.check_due_at is not None and page.check_due_at <= office.clock.at:
                async with office.rt.write() as session:
                    await page_looks.take(
                        session, page, Look(state=state), zone=ZONE, now=office.clock.at
                    )
        office.clock.at += 9 * HOUR


async def comes_to_working_time(office: Office) -> None:
    """An afternoon at work, with all that waits for it."""
    office.clock.at = factories.NOON + timedelta(days=2) + 3 * HOUR
    await office.works()


async def sends_two(office: Office) -> Phone:
    """A contact whose links are recorded for the only task."""
    unit = await office.unit("Báo Yên Bái")
    an = await office.contact(unit)
    await office.issued(unit, tasks=1)
    assert "Đã ghi nhận" in (await an.says("\n".join(LINKS)))[0]
    return an


def told(phone: Phone) -> list[str]:
    return [text for text in phone.texts() if "đường dẫn không mở được" in text]


async def test_the_office_is_told_in_one_message_and_the_unit_is_not(office: Office):
    binh = await office.staff(StaffRole.REVIEWER, name="Lê Thị Bình")
    an = await sends_two(office)
    await dies(office)
    await comes_to_working_time(office)
    (text,) = told(binh)
    assert text.startswith("2 đường dẫn không mở được")
    for article in await office.rows(Article):
        assert f"• TB-{article.id} · Báo Yên Bái · nội dung 1: {article.url}" in text
    assert text.count("chưa lần nào mở được") == 2
    assert text.count("cập nhật 15:00 08/10/2026") == 1
    assert told(an) == []


async def test_a_page_that_was_there_once_is_told_of_as_gone(office: Office):
    binh = await office.staff(StaffRole.REVIEWER, name="Lê Thị Bình")
    await sends_two(office)
    first = (await office.rows(Page))[0]
    async with office.rt.write() as session:
        look = {"page_id": first.id, "state": PageState.OK, "at": office.clock.at}
        await session.execute(insert(PageCheck).values(**look))
    await dies(office)
    await comes_to_working_time(office)
    (text,) = told(binh)
    assert f"{LINKS[0]} – không còn mở được" in text
    assert f"{LINKS[1]} – chưa lần nào mở được" in text


async def test_what_reads_alike_is_one_line_and_each_is_opened_by_its_button(office: Office):
    binh = await office.staff(StaffRole.REVIEWER, name="Lê Thị Bình")
    await sends_two(office)
    await dies(office)
    async with office.rt.write() as session:
        await session.execute(update(Page).values(title="Trang chủ"))
    await comes_to_working_time(office)
    (text,) = told(binh)
    first, second = [f"TB-{row.id}" for row in await office.rows(Article)]
    (line,) = [line for line in text.splitlines() if line.startswith("•")]
    assert line.startswith(f"• {first}, {second} · Báo Yên Bái · nội dung 1: Trang chủ")
    entities = [each for each in binh.messages()[-1]["entities"] if each["type"] == "text_link"]
    assert [each["url"] for each in entities] == list(LINKS)
    await binh.presses(second)
    assert LINKS[1] in binh.texts()[-1]
    assert told(binh) == [text]  # which stays


async def test_nobody_is_told_at_night(office: Office):
    binh = await office.staff(StaffRole.REVIEWER, name="Lê Thị Bình")
    await sends_two(office)
    await dies(office)
    office.clock.at = office.clock.at.replace(hour=18)  # one o'clock in the office
    await office.works()
    assert told(binh) == []
    await comes_to_working_time(office)
    assert len(told(binh)) == 1


async def test_what_came_back_or_counts_no_more_is_not_told(office: Office):
    binh = await office.staff(StaffRole.REVIEWER, name="Lê Thị Bình")
    await sends_two(office)
    await dies(office)
    async with office.rt.write() as session:
        await session.execute(update(Page).where(Page.url == LINKS[0]).values(dead_at=None))
        await session.execute(
            update(Article).where(Article.url == LINKS[1]).values(state=ArticleState.WITHDRAWN)
        )
    await comes_to_working_time(office)
    assert told(binh) == []
    rows = await office.rows(OutboxMessage, kind=MessageKind.DEAD_LINKS)
    assert {(row.state, row.reason) for row in rows} == {(OutboxState.WITHDRAWN, "nothing_to_say")}


async def test_a_page_that_is_only_shut_to_programs_is_never_told_of(office: Office):
    binh = await office.staff(StaffRole.REVIEWER, name="Lê Thị Bình")
    await sends_two(office)
    await dies(office, state=PageState.BLOCKED)
    await comes_to_working_time(office)
    assert told(binh) == []


async def test_staff_are_told_of_their_units_only(office: Office):
    async with office.rt.write() as session:
        group = await factories.create_group(session, name="Khối đài")
        limited = await factories.create_staff(session, StaffRole.REVIEWER, name="Cao Văn Dũng")
        await factories.limit(session, limited, group)
    dung = office.phone(limited)
    await sends_two(office)
    await dies(office)
    await comes_to_working_time(office)
    assert told(dung) == []
