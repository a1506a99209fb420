"""The full circle: a real letter goes out, comes back confirmed, reminded and reported."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl

from tests.acceptance.calls import judge_calls
from tests.office import Phone, RunningOffice, open_office

LETTER = (Path(__file__).parents[1] / "fixtures" / "letter-seed.txt").read_text()
MONDAY = datetime(2026, 10, 5, 2, 0, tzinfo=UTC)  # 09:00 in the office
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LINK = "https://baoyenbai.com.vn/11/305919/Diem-su-kien.aspx"


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of October 2026 in the office."""
    return datetime(2026, 10, day, hour, minute, tzinfo=ZONE)


async def compose(mai: Phone, *, deadline: str = "17h 16/10/2026") -> None:
    """From the pasted letter to the sent directive."""
    mai.says(LETTER)
    draft = await mai.sees("Dự thảo chỉ đạo")
    assert "Số: chưa có/STTTT-TTBCXB" in draft["text"]
    assert "Ngày: chưa có (tháng 01/2023)" in draft["text"]
    assert draft["text"].count("☑") == 5
    assert "Nội dung giao (4)" in draft["text"]
    assert draft["text"].count("thời hạn: chưa có") == 4
    mai.presses("Số văn bản")
    await mai.sees("nhập số văn bản")
    mai.says("12")
    await mai.sees("Đã ghi số 12")
    mai.presses("Ngày văn bản")
    await mai.sees("nhập ngày văn bản")
    mai.says("05/10/2026")
    await mai.sees("Đã ghi ngày 05/10/2026")
    mai.presses("Thời hạn")
    await mai.sees_button("Tất cả nội dung")
    mai.presses("Tất cả nội dung")
    await mai.sees_button("Nhập ngày, giờ")
    mai.presses("Nhập ngày, giờ")
    await mai.sees("nhập thời hạn")
    mai.says(deadline)
    await mai.sees("Đã ghi thời hạn 17h00, thứ Sáu, ngày 16/10/2026")
    await mai.sees("Đã đủ thông tin")
    mai.presses("Xem trước và gửi")
    check = await mai.sees("Sẽ gửi: 5 nhóm, 11 đơn vị, 10 người, 1 nhóm Telegram")
    assert "Trung tâm Truyền thông và Văn hóa huyện Mù Cang Chải" in check["text"]
    mai.presses("Gửi 11 đơn vị")
    await mai.sees("Đã gửi xong: 11/11")


async def test_the_full_circle(database_url: str):
    async with open_office(database_url, at=MONDAY) as office:
        await play(office)
        judge_calls(office.sandbox.calls())


async def play(office: RunningOffice) -> None:
    """Everything from the letter to the report."""
    mai, an, binh = office.phone("mai"), office.phone("an"), office.phone("binh")
    await compose(mai)

    card = await an.sees("Công văn số 12/STTTT-TTBCXB ngày 05/10/2026")
    assert "Kính gửi: Báo Yên Bái" in card["text"]
    await binh.sees("Kính gửi: Báo Yên Bái")
    group = office.in_group("dung")
    await group.sees("Kính gửi: Trung tâm Truyền thông và Văn hóa huyện Văn Yên")

    an.presses("Đã nhận")
    await an.sees("✓ Đã nhận .* – Nguyễn Văn An")
    await binh.sees("✓ Đã nhận .* – Nguyễn Văn An")
    await mai.sees("Đã xác nhận: 1/11 đơn vị")

    await submit(office, an, card)
    await converse(mai, office.phone("cuong"), office.phone("hai"))
    await remind(office, an, binh)
    await report(mai)


async def submit(office: RunningOffice, an: Phone, card: dict[str, object]) -> None:
    """Links as replies: for a named task, for one chosen by button, and one twice."""
    an.says(f"NV2 {LINK}", reply_to=card)
    await an.sees("Đã ghi nhận 1 đường dẫn cho Nội dung 2")
    await an.sees("đã gửi 1 tin, bài")
    before = an.last_id()
    an.says(LINK, reply_to=card)
    await an.sees("đã được đơn vị gửi lúc .* cho Nội dung 2", after=before)
    before = an.last_id()
    an.says("https://baoyenbai.com.vn/11/400000/Bai-khac.aspx", reply_to=card)
    await an.sees("thuộc nội dung nào", after=before)
    an.presses("1. ")
    await an.sees("Đã ghi nhận 1 đường dẫn cho Nội dung 1", after=before)
    for position in (3, 4):
        before = an.last_id()
        an.says(f"{position}. https://baoyenbai.com.vn/11/50000{position}/x.aspx", reply_to=card)
        await an.sees(f"Đã ghi nhận 1 đường dẫn cho Nội dung {position}", after=before)
    await office.quiet()


async def converse(mai: Phone, cuong: Phone, hai: Phone) -> None:
    """A question answered for all, more time for one task, one that cannot be done, words that
    nobody can place, a confirmation by phone and its receipt on paper."""
    cuong.says("Nộp ảnh chụp màn hình được không?", reply_to=await cuong.sees("Kính gửi: "))
    await mai.sees("Câu hỏi của Phòng Văn hóa và Thông tin thành phố Yên Bái")
    mai.says("Được, kèm đường dẫn.", reply_to=await mai.sees("Nộp ảnh chụp màn hình"))
    await cuong.sees("Được, kèm đường dẫn.")
    await mai.sees_button("Trả lời chung cho mọi đơn vị")
    mai.presses("Trả lời chung cho mọi đơn vị")
    await mai.sees_button("Gửi cho mọi đơn vị")
    mai.presses("Gửi cho mọi đơn vị")
    await hai.sees("Trả lời chung – .*")

    await choose_below_card(cuong, "Xin gia hạn", "Đề nghị chọn nội dung cần gia hạn")
    cuong.presses("1. ")
    await cuong.sees_button("Thêm 2 ngày làm việc")
    cuong.presses("Thêm 2 ngày làm việc")
    await cuong.sees("lý do trong một tin")
    cuong.says("Chờ số liệu của các phường")
    await mai.sees("Chờ số liệu của các phường")
    await mai.sees_button("Đồng ý")
    mai.presses("Đồng ý")
    await cuong.sees("Đã đồng ý gia hạn nội dung 1 .*20/10/2026")

    await choose_below_card(cuong, "Không thực hiện được", "Nội dung nào đơn vị không thực hiện")
    cuong.presses("4. ")
    await cuong.sees("Vì sao đơn vị không thực hiện được")
    cuong.says("Phòng không có trang thông tin riêng")
    await mai.sees("Phòng không có trang thông tin riêng")
    await mai.sees_button("Đồng ý")
    mai.presses("Đồng ý")
    await cuong.sees("không phải thực hiện nội dung 4")

    hai.says("Chiều nay Đài họp giao ban")
    await mai.sees("Chiều nay Đài họp giao ban")
    await mai.sees_button("Bỏ qua")
    mai.presses("Bỏ qua")

    mai.says("/tiendo")
    await mai.sees_button("Ai chưa nhận")
    mai.presses("Ai chưa nhận")
    await mai.sees_button("1. Đài Phát thanh")
    mai.presses("1. Đài Phát thanh")
    await mai.sees_button("Ghi nhận qua điện thoại")
    mai.presses("Ghi nhận qua điện thoại")
    await mai.sees("qua điện thoại")
    mai.says("đồng chí Hải, gọi lúc 9h")
    await hai.sees("qua điện thoại .* Trần Thị Mai")
    await choose_below_card(hai, "Phiếu tiếp nhận", "Phiếu tiếp nhận – ")


async def choose_below_card(phone: Phone, label: str, seen: str) -> None:
    """What *Khác…* below the card offers."""
    before = phone.last_id()
    phone.presses("Khác…")
    await phone.sees("đề nghị chọn việc cần làm", after=before)
    phone.presses(label)
    await phone.sees(seen, after=before)


async def remind(office: RunningOffice, an: Phone, binh: Phone) -> None:
    """One working day before the deadline, then past it: only those who have not finished."""
    cuong = office.phone("cuong")
    office.move_clock(local(15, 8, 1))
    await cuong.sees("còn 01 ngày làm việc đến hạn")
    await office.quiet()
    assert sum("đến hạn" in text for text in cuong.texts()) == 1
    assert not any("đến hạn" in text for text in (*an.texts(), *binh.texts()))
    office.move_clock(local(19, 8, 1))
    await cuong.sees("Quá hạn 01 ngày làm việc")
    await office.quiet()
    assert sum("Quá hạn 01" in text for text in cuong.texts()) == 1
    assert not any("Quá hạn" in text for text in (*an.texts(), *binh.texts()))


async def report(mai: Phone) -> None:
    """/tiendo on the phone, /baocao as a workbook with the links."""
    before = mai.last_id()
    mai.says("/tiendo")
    state = await mai.sees("Nhiệm vụ: hoàn thành 4", after=before)
    assert "Đã xác nhận: 3/11" in state["text"]
    assert "Tin, bài: 4 " in state["text"]
    mai.says("/baocao")
    message = await mai.sees("báo cáo lúc")
    content = mai.office.sandbox.file(message["document"]["file_id"]).content
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any(LINK in cell for cell in cells)
