"""The full circle on the phones page: the demo as it really runs, played in a browser by tapping.

`PHONES_PACE=1.5 pytest -n0 -s` of this file prints each reaction's time at a person's pace.
"""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import openpyxl
import pytest
from playwright.async_api import expect
from sqlalchemy import select

from bot.demo import office
from bot.demo.run import run
from bot.domain.findings import Finding, findings
from bot.sandbox import Phone, Sandbox
from bot.sandbox.press.articles import ARTICLES
from bot.storage import article_facts
from bot.storage.engine import Database
from bot.storage.tables import Article, Page
from tests.acceptance.browser import Desk, PagePhone, chromium, open_desk

LETTER = Path(__file__).parents[1] / "fixtures" / "letter-seed.txt"
LINK = "https://baoyenbai.com.vn/11/305919/Diem-su-kien.aspx"
MAI, AN, BINH, CUONG = (label for _, label, _ in office.PHONES)
ARTICLE = ARTICLES[0]  # of the press of the sandbox, in the paper that is An's unit's
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SOMETIME = datetime(2100, 1, 1, tzinfo=ZONE)  # the page says when it was read
REMINDERS = {
    "đến trước hạn 1 ngày": "còn 01 ngày làm việc đến hạn",
    "đến khi quá hạn": "Quá hạn 01 ngày làm việc",
}
GROUP, GIANG = office.GROUP_PHONE[1], office.NEWCOMER_PHONE[0]


@asynccontextmanager
async def running_demo(directory: Path) -> AsyncIterator[str]:
    """The demo, with Telegram's limits; gives the page's address."""
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def say(line: str) -> None:
        found = re.search(r"http://\S+", line)
        if found and not address.done():
            address.set_result(found[0])

    stop = asyncio.Event()
    running = asyncio.create_task(run(port=0, say=say, stop=stop, directory=directory))
    try:
        await asyncio.wait({running, address}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            await running
        yield await address
    finally:
        stop.set()
        await running


@pytest.mark.timeout(180)
async def test_the_circle_on_the_phones_page(tmp_path, record_property):
    chromium()
    async with running_demo(tmp_path) as address, open_desk(address, tmp_path) as desk:
        await join(desk.phone(GIANG))
        day = await monday_morning(desk)
        mai, an, cuong = desk.phone(MAI), desk.phone(AN), desk.phone(CUONG)
        await mai.attaches(LETTER)
        await complete(mai, day=day)
        await issue(mai)
        await desk.picture("sent")
        await acknowledge(mai, an, desk.phone(BINH))
        await submit(an)
        await opened(tmp_path)
        await desk.picture("submitted")
        await remind(desk, cuong)
        await report(mai)
        await begin_otherwise(mai)
        await reminded_once(an, cuong)
        record_property("reactions", desk.write_times())


async def test_a_key_below_the_chat_writes_or_shares_the_phone(tmp_path):
    chromium()
    async with Sandbox() as sandbox:
        sandbox.add_bot(
            token="4242:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", username="key_bot", first_name="Phím"
        )
        user_id = sandbox.add_user(first_name="Giang")["id"]
        sandbox.show_phones([Phone(user_id=user_id, label="Giang")])
        sandbox.press_start(user_id, None)
        keys = [["Chào"], [{"text": "Chia sẻ số điện thoại", "request_contact": True}]]
        markup = {"keyboard": keys, "one_time_keyboard": True}
        address = f"{sandbox.url}/bot4242:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/sendMessage"
        async with aiohttp.ClientSession() as session:
            body = {"chat_id": user_id, "text": "Số nào?", "reply_markup": markup}
            async with session.post(address, json=body) as answer:
                assert answer.status == 200
        async with open_desk(sandbox.url, tmp_path) as desk:
            giang = desk.phone("Giang")
            await giang.presses("Chia sẻ số")
            await giang.place.get_by_test_id("phone-number").fill("0912345678")
            await desk.picture("keys")
            await giang.place.get_by_role("button", name="Chia sẻ", exact=True).click()
            await expect(giang.button("Chào")).to_be_hidden()
        *_, shared = sandbox.messages(user_id)
        assert shared["contact"] | {"first_name": ""} == {
            "phone_number": "0912345678", "first_name": "", "user_id": user_id,
        }  # fmt: skip


async def test_the_list_of_articles_gives_links_that_open(tmp_path):
    chromium()
    async with Sandbox() as sandbox:
        token = "4242:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
        sandbox.add_bot(token=token, username="press_bot", first_name="Báo")
        user_id = sandbox.add_user(first_name="Giang")["id"]
        sandbox.show_phones([Phone(user_id=user_id, label="Giang")])
        sandbox.press_start(user_id, None)
        async with open_desk(sandbox.url, tmp_path) as desk:
            giang = desk.phone("Giang")
            await giang.opens_articles()
            rows = giang.place.get_by_test_id("article")
            await expect(rows).to_have_count(len(ARTICLES))
            await expect(rows.nth(1)).to_contain_text("Báo Tỉnh điện tử · bị sửa lại sau một ngày")
            await desk.picture("articles")
            await giang.place.get_by_test_id("say").fill("NV1 trước sau")
            await giang.place.get_by_test_id("say").evaluate("node => node.setSelectionRange(4, 9)")
            await giang.article(ARTICLE.story.title).click()
            await expect(giang.place.get_by_test_id("articles")).to_be_hidden()
            await giang.place.get_by_test_id("send").click()
            link = giang.place.locator(".outgoing a")
            await expect(link).to_have_text(ARTICLE.url)
            async with desk.page.context.expect_page() as opening:
                await link.click()
            page = await opening.value
            await expect(page.locator("h1")).to_have_text(ARTICLE.story.title)
            await page.locator("header a").click()
            await expect(page.locator("h1")).to_have_text("Báo Tỉnh điện tử")
            await desk.page.get_by_test_id("language-en").click()
            await giang.opens_articles()
            await expect(rows.nth(1)).to_contain_text("rewritten a day later")
            await desk.picture("articles-english")
            await desk.page.keyboard.press("Escape")
            await expect(giang.place.get_by_test_id("articles")).to_be_hidden()
        assert sandbox.messages(user_id)[-1]["text"] == f"NV1 {ARTICLE.url} sau"


async def join(giang: PagePhone) -> None:
    """The newcomer's invite: Start, agree, in."""
    start = giang.place.get_by_test_id("start")
    await giang.desk.tap(start, await start.inner_text())
    await giang.sees("làm đầu mối của Hội Liên hiệp Phụ nữ tỉnh")
    await giang.sees_button("Đồng ý tham gia")
    await giang.presses("Đồng ý tham gia")
    await giang.sees("Đã ghi nhận đồng chí .* là đầu mối của Hội Liên hiệp Phụ nữ tỉnh")


async def monday_morning(desk: Desk) -> datetime:
    """Move the clock to the next Monday, 09:00, whatever day it really is."""
    field = desk.page.get_by_test_id("clock-input")
    today = datetime.fromisoformat(await field.input_value())
    monday = today + timedelta(days=7 - today.weekday())
    await field.fill(f"{monday:%Y-%m-%d}T09:00")
    await desk.tap(desk.page.get_by_test_id("clock-set"), "Chuyển")
    shown = desk.page.get_by_test_id("clock-now").get_by_text(f"{monday:%d/%m/%Y}")
    await shown.wait_for()
    return monday


async def complete(mai: PagePhone, *, day: datetime) -> None:
    """The draft's number, date and deadlines, with buttons and typed text."""
    await mai.sees("Dự thảo chỉ đạo.*Số: chưa có/STTTT-TTBCXB.*Nội dung giao \\(4\\)")
    await mai.presses("Số văn bản")
    await mai.sees("nhập số văn bản")
    await mai.says("12")
    await mai.sees("Đã ghi số 12")
    await mai.presses("Ngày văn bản")
    await mai.sees("nhập ngày văn bản")
    await mai.says(f"{day:%d/%m/%Y}")
    await mai.sees(f"Đã ghi ngày {day:%d/%m/%Y}")
    await mai.presses("Thời hạn")
    await mai.sees_button("Tất cả nội dung")
    await mai.presses("Tất cả nội dung")
    await mai.sees_button("5 ngày làm việc")
    deadline = re.search(r"\d+/\d+", await mai.button("5 ngày làm việc").inner_text())
    assert deadline
    await mai.presses("5 ngày làm việc")
    await mai.sees("Đã đủ thông tin")
    await mai.presses("Thời hạn")
    await mai.sees_button("NV2")
    await mai.presses("NV2")
    await mai.sees_button("Nhập ngày, giờ")
    await mai.presses("Nhập ngày, giờ")
    await mai.sees("nhập thời hạn")
    await mai.says(f"17h {deadline[0]}")
    await mai.sees("Đã ghi thời hạn 17h00")


async def issue(mai: PagePhone) -> None:
    """Preview with the count, send, progress to its end; the cards are there."""
    desk = mai.desk
    await mai.sees_button("Xem trước và gửi")
    await mai.presses("Xem trước và gửi")
    await mai.sees("Sẽ gửi: 5 nhóm, 11 đơn vị, 11 người, 1 nhóm Telegram")
    await mai.presses("Gửi 11 đơn vị")
    await mai.sees_popup("Đang gửi")
    for label in (AN, BINH, CUONG, GROUP, GIANG):
        await desk.phone(label).sees("Công văn số 12/STTTT-TTBCXB.*Kính gửi: ")
    await mai.sees("Đã gửi xong: 12/12")
    assert await mai.count("Đang gửi|Đã gửi xong") == 1  # one message that moves


async def acknowledge(mai: PagePhone, an: PagePhone, binh: PagePhone) -> None:
    """One tap: the card changes on both phones of the unit, the state on the staff's."""
    await an.presses("Đã nhận")
    await an.sees_popup("Đã ghi nhận")
    for phone in (an, binh):
        await phone.sees("✓ Đã nhận .* Nguyễn Văn An")
    await mai.sees("Đã xác nhận: 1/11 đơn vị")


async def submit(an: PagePhone) -> None:
    """A link for each task, as replies to the card."""
    await an.says(f"NV2 {LINK}", reply_to="Kính gửi: Báo Yên Bái")
    await an.sees("Đã ghi nhận 1 đường dẫn cho Nội dung 2")
    await an.sees("đã gửi 1 tin, bài")
    await an.sends_article(ARTICLE.story.title, words="NV1", reply_to="Kính gửi: Báo Yên Bái")
    await an.sees("Đã ghi nhận 1 đường dẫn cho Nội dung 1")
    for position in (3, 4):
        link = f"https://baoyenbai.com.vn/11/40000{position}/bai.aspx"
        await an.says(f"NV{position} {link}", reply_to="Kính gửi: Báo Yên Bái")
        await an.sees(f"Đã ghi nhận 1 đường dẫn cho Nội dung {position}")


async def opened(directory: Path) -> None:
    """The bot has opened the sample article and found nothing to object to."""
    database = Database(f"sqlite:///{directory / 'demo.db'}")
    try:
        async with asyncio.timeout(15):
            while (read := await look_at_sample(database)) is None:  # noqa: ASYNC110 - no event
                await asyncio.sleep(0.05)
    finally:
        await database.close()
    assert read == (
        ARTICLE.story.title,
        [Finding.OWN_SITE, Finding.SUBMITTED_ON_TIME, Finding.PUBLISHED_ON_TIME],
    )


async def look_at_sample(database: Database) -> tuple[str | None, list[Finding]] | None:
    """Title of the sample's page and what is noticed about it; None before it is opened."""
    async with database.read() as session:
        row = (
            await session.execute(
                select(Page.title, Article.id)
                .join(Article, Article.page_id == Page.id)
                .where(Page.url == ARTICLE.url, Page.state.is_not(None))
            )
        ).one_or_none()
        if row is None:
            return None
        title, article_id = row
        facts = (await article_facts.facts(session, [article_id]))[article_id]
    return title, [found.finding for found in findings(facts, now=SOMETIME, zone=ZONE)]


async def remind(desk: Desk, cuong: PagePhone) -> None:
    """The clock's marks: before the deadline and past it, who has not finished is reminded."""
    for mark, reminder in REMINDERS.items():
        button = desk.page.get_by_test_id("clock-mark").filter(has_text=mark)
        await desk.tap(button.first, mark)
        for phone in (cuong, desk.phone(GIANG)):
            await phone.sees(reminder)


async def reminded_once(an: PagePhone, cuong: PagePhone) -> None:
    """Later still: one reminder each time, and none for the unit that has finished."""
    for reminder in REMINDERS.values():
        assert await cuong.count(reminder) == 1
        assert await an.count(reminder) == 0


async def report(mai: PagePhone) -> None:
    """/tiendo on the phone; /baocao as a workbook that downloads and holds the link."""
    await mai.says("/tiendo")
    await mai.sees("Nhiệm vụ: hoàn thành 4.*Tin, bài: 4 ")
    await mai.says("/baocao")
    await mai.sees("báo cáo lúc")
    async with mai.desk.page.expect_download() as downloading:
        await mai.message("báo cáo lúc").locator("a.file").click()
    download = await downloading.value
    assert download.suggested_filename.endswith(".xlsx")
    book = openpyxl.load_workbook(io.BytesIO(Path(await download.path()).read_bytes()))
    cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    assert any(LINK in cell for cell in cells)


async def begin_otherwise(mai: PagePhone) -> None:
    """The same letter pasted, and as the sample the page offers, gives a draft too."""
    before = await mai.last_id()
    await mai.says(LETTER.read_text())
    await drop_draft(mai, after=before)
    before = await mai.last_id()
    await mai.attaches_sample("cong-van-mau.txt")
    await drop_draft(mai, after=before)


async def drop_draft(mai: PagePhone, *, after: int) -> None:
    """The draft that comes is not wanted."""
    await mai.sees("Dự thảo chỉ đạo.*Nội dung giao \\(4\\)", after=after)
    await mai.presses("Khác…")
    await mai.presses("Bỏ dự thảo")
    await mai.presses("Bỏ hẳn")
    await mai.sees("Dự thảo này đã bỏ", after=after)
