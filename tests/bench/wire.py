"""What everybody sends and the stand-in answers: a card as a unit gets it, about 600 characters."""

from __future__ import annotations

import json

TOKEN = "7000000002:bench-token-that-opens-nothing"
FIRST_CHAT = 5_000_000_001
FIRST_MESSAGE = 1_000_001  # always seven digits, so that all answers are equally long

TEXT = """<b>Công văn số 12/STTTT-TTBCXB ngày 05/10/2026</b>
Sở Thông tin và Truyền thông
V/v tuyên truyền cải cách hành chính và chuyển đổi số quý IV

Kính gửi: Báo Yên Bái
Nội dung cần thực hiện (3):
<b>1.</b> Tuyên truyền kết quả cải cách hành chính của tỉnh
    Hạn: 17h00, thứ Sáu, ngày 16/10/2026 · chưa có kết quả
<b>2.</b> Viết về các mô hình chuyển đổi số ở xã, phường
    Hạn: 17h00, thứ Sáu, ngày 16/10/2026 · chưa có kết quả
<b>3.</b> Mở chuyên mục hỏi đáp về dịch vụ công trực tuyến
    Hạn: 17h00, thứ Sáu, ngày 16/10/2026 · chưa có kết quả

Đề nghị đơn vị bấm "Đã nhận". Gửi kết quả: trả lời tin này kèm đường dẫn.
<i>Giờ GMT+07:00 · cập nhật 12:00 06/10/2026</i>"""

BUTTONS: tuple[tuple[tuple[str, str], ...], ...] = (
    (("Đã nhận", "1:ack:1000001"),),
    (("Gửi đường dẫn", "1:submit:1000001"), ("Xem toàn văn", "1:full:1000001")),
    (("Hỏi", "1:ask:1000001"), ("Khác…", "1:more:1000001")),
)

_KEYBOARD = {
    "inline_keyboard": [
        [{"text": label, "callback_data": data} for label, data in row] for row in BUTTONS
    ]
}
_BOT = {"id": 7000000002, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}


def _bytes(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def call_around_chat() -> tuple[bytes, bytes]:
    """The body of a sendMessage, before and after the number of the chat."""
    call = {
        "chat_id": FIRST_CHAT,
        "text": TEXT,
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": _KEYBOARD,
    }
    before, _, after = _bytes(call).partition(str(FIRST_CHAT).encode())
    return before, after


def answer_around_message() -> tuple[bytes, bytes]:
    """Telegram's answer to it with a whole Message, before and after the message's number."""
    plain = TEXT.replace("<b>", "").replace("</b>", "").replace("<i>", "").replace("</i>", "")
    title, last = plain.index("\n"), plain.rindex("\n") + 1
    message = {
        "message_id": FIRST_MESSAGE,
        "from": _BOT,
        "chat": {"id": FIRST_CHAT, "first_name": "Nguyễn Văn An", "type": "private"},
        "date": 1_791_262_800,
        "text": plain,
        "entities": [
            {"offset": 0, "length": title, "type": "bold"},
            {"offset": plain.index("1. "), "length": 2, "type": "bold"},
            {"offset": plain.index("2. "), "length": 2, "type": "bold"},
            {"offset": plain.index("3. "), "length": 2, "type": "bold"},
            {"offset": last, "length": len(plain) - last, "type": "italic"},
        ],
        "link_preview_options": {"is_disabled": True},
        "reply_markup": _KEYBOARD,
    }
    answer = _bytes({"ok": True, "result": message})
    before, _, after = answer.partition(str(FIRST_MESSAGE).encode())
    return before, after


def other_answers() -> dict[bytes, bytes]:
    """Answers to what else a client asks, by method."""
    me = {**_BOT, "can_join_groups": True, "can_read_all_group_messages": False}
    nowhere = {"url": "", "pending_update_count": 0}
    return {
        b"getMe": _bytes({"ok": True, "result": me}),
        b"getWebhookInfo": _bytes({"ok": True, "result": nowhere}),
    }


DONE = _bytes({"ok": True, "result": True})
