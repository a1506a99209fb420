"""`make screenshots`: the main flows on the phones page, played as in the demo, with a picture of
all phones after each step, for people to look through. What is right is asked by the tests beside.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from tests.acceptance import test_phones_page as page
from tests.acceptance.browser import Desk, PagePhone, open_desk

_COMES_IN_SECONDS = 0.6  # a new message
_PLACE = Path(".build") / "screenshots"


@dataclass(frozen=True, slots=True)
class Album:
    """Pictures in the order in which they were taken."""

    desk: Desk
    numbers: count[int]

    async def take(self, name: str) -> None:
        """One more."""
        await asyncio.sleep(_COMES_IN_SECONDS)
        file = f"{next(self.numbers):02}-{name}"
        await self.desk.picture(file)
        sys.stdout.write(f"{file}.png\n")


async def play(desk: Desk) -> None:
    """Everything, from the newcomer's first tap to the report."""
    album = Album(desk, count(1))
    mai, an, binh = desk.phone(page.MAI), desk.phone(page.AN), desk.phone(page.BINH)
    cuong, giang = desk.phone(page.CUONG), desk.phone(page.GIANG)
    await page.join(giang)
    await album.take("a-newcomer-is-in")
    await _compose(album, mai)
    await page.acknowledge(mai, an, binh)
    await album.take("confirmed")
    await _answer(album, mai, cuong)
    await _ask(album, mai, an)
    await _extend(album, mai, an)
    await page.submit(an)
    await album.take("links-taken")
    await _unplaced(album, mai, binh)
    await _lists(album, mai, an)
    await page.remind(desk, cuong)
    await album.take("reminded")
    await page.report(mai)
    await album.take("state-and-report")
    await _english(album, giang)


async def _compose(album: Album, mai: PagePhone) -> None:
    day = await page.monday_morning(album.desk)
    await mai.attaches(page.LETTER)
    await mai.sees("Dự thảo chỉ đạo")
    await album.take("the-letter-as-it-was-read")
    await page.complete(mai, day=day)
    await album.take("the-draft-is-complete")
    await page.issue(mai)
    await album.take("sent")


async def _answer(album: Album, mai: PagePhone, cuong: PagePhone) -> None:
    """A unit cannot do one of the tasks, and the office agrees."""
    await cuong.presses("Khác…")
    await cuong.sees_button("Không thực hiện được")
    await album.take("more-below-a-card")
    await cuong.presses("Không thực hiện được")
    await cuong.sees("Nội dung nào đơn vị không thực hiện được")
    await cuong.presses("4")
    await cuong.sees("Vì sao đơn vị không thực hiện được")
    await cuong.says("Phòng không có trang thông tin điện tử riêng")
    await mai.sees("báo không thực hiện được")
    await album.take("cannot-be-done")
    await mai.presses("Đồng ý")
    await cuong.sees("không phải thực hiện nội dung 4")
    await album.take("the-office-agrees")


async def _ask(album: Album, mai: PagePhone, an: PagePhone) -> None:
    """A question, its answer, and the answer for all."""
    await an.presses("Hỏi")
    await an.sees("hỏi về nhiệm vụ nào")
    await an.presses("Cả văn bản")
    await an.sees("Đề nghị viết câu hỏi")
    await an.says("Bài đăng lại từ báo khác có được tính không?")
    await mai.sees("Câu hỏi của Báo Yên Bái")
    await album.take("a-question")
    await mai.presses("Trả lời")
    await mai.sees("viết câu trả lời")
    await mai.says("Được tính nếu ghi rõ nguồn, nhưng phải có ít nhất một bài tự viết.")
    await an.sees("Được tính nếu ghi rõ nguồn")
    await album.take("its-answer")
    await mai.presses("Trả lời chung cho mọi đơn vị")
    await mai.sees("Trả lời chung cho 11 đơn vị")
    await album.take("the-answer-for-all-before-it-is-sent")
    await mai.presses("Gửi cho mọi đơn vị")
    await an.sees("Trả lời chung")
    await album.take("the-answer-for-all")


async def _extend(album: Album, mai: PagePhone, an: PagePhone) -> None:
    """More time is asked for and given."""
    await an.presses("Khác…")
    await an.sees_button("Xin gia hạn")
    await an.presses("Xin gia hạn")
    await an.sees("chọn nội dung cần gia hạn")
    await an.presses("1")
    await an.sees_button("Thêm 3 ngày làm việc")
    await album.take("until-when")
    await an.presses("Thêm 3 ngày làm việc")
    await an.sees("lý do trong một tin")
    await an.says("Chờ số liệu của các xã")
    await mai.sees("Chờ số liệu của các xã")
    await album.take("more-time-is-asked-for")
    await mai.presses("Đồng ý")
    await an.sees("Đã đồng ý gia hạn nội dung 1")
    await album.take("more-time-is-given")


async def _unplaced(album: Album, mai: PagePhone, binh: PagePhone) -> None:
    """Words about nothing that is known."""
    await binh.says("Chiều nay tôi đi họp ở thành phố")
    await mai.sees("Chiều nay tôi đi họp ở thành phố")
    await album.take("words-that-nobody-can-place")


async def _lists(album: Album, mai: PagePhone, an: PagePhone) -> None:
    """What is open, who has not confirmed, what waits; a receipt on paper."""
    await an.says("/viec")
    await an.sees("việc")
    await album.take("what-is-open")
    await an.presses("Khác…")
    await an.sees_button("Phiếu tiếp nhận")
    await an.presses("Phiếu tiếp nhận")
    await an.sees("Phiếu tiếp nhận – ")
    await album.take("a-receipt-on-paper")
    await mai.says("/tiendo")
    await mai.sees_button("Ai chưa nhận")
    await mai.presses("Ai chưa nhận")
    await mai.sees_button("Nhắc các đơn vị chưa nhận")
    await album.take("who-has-not-confirmed")
    await mai.says("/cho")
    await mai.sees("chờ")
    await album.take("what-waits-for-the-office")


async def _english(album: Album, giang: PagePhone) -> None:
    """The same in English."""
    await giang.says("/ngonngu")
    await giang.sees_button("English")
    await giang.presses("English")
    await giang.says("/tasks")
    await giang.sees("open task")
    await album.take("in-english")


async def main(directory: Path) -> None:
    """Play it, into an empty directory."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="dondoc-screenshots-") as of_the_demo:
        async with (
            page.running_demo(Path(of_the_demo)) as address,
            open_desk(address, directory) as desk,
        ):
            await play(desk)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else _PLACE))
