"""The code of a receipt slip, what has changed since one was made, and the page it is drawn on."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pypdfium2
from hypothesis import given
from hypothesis import strategies as some

from bot.delivery import render_slips
from bot.delivery.render import Writer
from bot.domain import slips
from bot.domain.slips import Confirmed, Since, Slip
from bot.domain.splitting import MOST_UNITS, visible_length
from bot.domain.states import ContactRole, Door, Ending
from bot.reports.receipt_slip import receipt_slip
from bot.texts import LANGUAGES, texts
from bot.texts.moments import Moments

NOW = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
AN = Confirmed(
    person_id=1,
    name="Nguyễn Văn An",
    role=ContactRole.LEADER,
    title="Chánh Văn phòng",
    at=NOW,
    door=Door.CARD,
    version=1,
)
BINH = replace(AN, person_id=2, name="Lê Thị Bình", at=NOW + timedelta(minutes=5), note="gọi điện")
SLIP = Slip(
    office="Sở Thông tin và Truyền thông",
    zone="Asia/Ho_Chi_Minh",
    issuer="Sở Thông tin & Truyền thông",
    number="12",
    symbol="STTTT-TTBCXB",
    issued_on=date(2026, 11, 27),
    subject="V/v tuyên truyền <chuyển đổi số>",
    version=1,
    unit="Báo Yên Bái",
    confirmed=(AN,),
    due_at=NOW + timedelta(hours=1),
    is_late=False,
    made_at=NOW + timedelta(hours=2),
)
CODE = slips.code_of(bytes(range(10)))


def writer(language: str = "vi") -> Writer:
    words = texts(language)
    return Writer(words, Moments(words, ZoneInfo(SLIP.zone)), NOW)


# --- codes ---------------------------------------------------------------------------------------


@given(random=some.binary(min_size=10, max_size=10), data=some.data())
def test_a_code_is_read_however_it_is_typed(random: bytes, data: some.DataObject):
    code = slips.code_of(random)
    assert len(slips.code_of(random)) == 16  # of 5 bits each
    alike = {"0": "0Oo", "1": "1IiLl"}
    typed = "".join(
        data.draw(some.sampled_from(alike.get(sign, sign + sign.lower()))) + separator
        for sign, separator in zip(
            code, data.draw(some.lists(some.sampled_from(["", " ", "-", "–", "."]), min_size=16)),
            strict=False,
        )
    )  # fmt: skip
    assert slips.read(typed) == code
    assert slips.read(slips.link_of(code, username="dondoc_bot")) == code
    assert slips.read(slips.shown(code)) == code


def test_what_can_be_no_code_is_none():
    for typed in ("", "abc", CODE[:-1], CODE + "0", CODE[:-1] + "U", CODE[:-1] + "Đ"):
        assert slips.read(typed) is None


@given(first=some.binary(min_size=10, max_size=10), second=some.binary(min_size=10, max_size=10))
def test_different_numbers_are_different_codes(first: bytes, second: bytes):
    assert (slips.code_of(first) == slips.code_of(second)) is (first == second)


# --- what it says, and what has changed since ----------------------------------------------------


def test_what_it_says_is_kept_whole():
    slip = replace(SLIP, confirmed=(AN, BINH), version=2, due_at=None, issued_on=None)
    assert Slip.of_json(slip.as_json()) == slip
    assert Slip.of_json(SLIP.as_json()) == SLIP


def test_it_says_the_same_whenever_it_is_made():
    assert SLIP.says_the_same(replace(SLIP, made_at=NOW + timedelta(days=9)))
    assert not SLIP.says_the_same(replace(SLIP, confirmed=(AN, BINH)))
    assert not SLIP.says_the_same(replace(SLIP, is_late=True))


def since(slip: Slip, *kept: Confirmed, **now: object) -> Since:
    usual: dict[str, object] = {"version": 1, "acknowledge_from": 1, "ending": None}
    return slips.since(slip, kept=kept, **(usual | now))  # type: ignore[arg-type]


def test_what_has_changed_since_is_found():
    assert since(SLIP, AN).is_nothing
    assert since(SLIP, replace(AN, name="(đã xóa)")).is_nothing  # they did it all the same
    assert since(SLIP, BINH) == Since(taken_back=(AN,), added=1)
    assert since(SLIP, AN, version=2) == Since(version=2)
    assert since(SLIP, AN, version=2, acknowledge_from=2) == Since(version=2, asks_again=True)
    erased = replace(AN, version=2, at=NOW + timedelta(days=1))  # "I have deleted it"
    recalled = since(SLIP, AN, erased, version=2, ending=Ending.RECALLED)
    assert recalled == Since(ending=Ending.RECALLED)


def test_every_change_has_its_words_in_both_languages():
    changed = Since(taken_back=(AN,) * 9, added=2, version=3, asks_again=True)
    for language in LANGUAGES:
        for ending in Ending:
            told = render_slips.changes(SLIP, replace(changed, ending=ending), writer(language))
            assert len(told) == 1 + 5 + 4
            assert "Nguyễn Văn An (Chánh Văn phòng" in told[1]


def test_the_answer_fits_a_message_however_many_have_confirmed():
    people = tuple(replace(BINH, person_id=id_, note="x" * 400) for id_ in range(300))
    slip = replace(SLIP, subject="Đ" * 5000, unit="Đ" * 300, confirmed=people)
    content = render_slips.check(slip, CODE, Since(taken_back=people), writer())
    assert visible_length(content.text) <= MOST_UNITS
    assert "xác nhận khác" in content.text


# --- on paper ------------------------------------------------------------------------------------


def words_of(pdf: bytes) -> str:
    """What stands on the only page, within it."""
    (page,) = pypdfium2.PdfDocument(pdf)
    width, height = page.get_size()
    text = page.get_textpage()
    for place in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(place)
        assert 0 < left < right < width
        assert 0 < bottom < top < height
        assert top - bottom > 3  # it can be read
    return " ".join(text.get_text_range().split())


def test_the_page_says_all_of_it():
    paper = render_slips.paper(replace(SLIP, version=2), CODE, writer(), link="https://t.me/x")
    words = words_of(receipt_slip(paper))
    for said in (
        "PHIẾU TIẾP NHẬN",
        "Công văn số 12/STTTT-TTBCXB ngày 27/11/2026",
        "Sở Thông tin & Truyền thông",
        "V/v tuyên truyền <chuyển đổi số>",
        "Báo Yên Bái",
        "09:00 30/11/2026 – Nguyễn Văn An (Chánh Văn phòng, lãnh đạo đơn vị) – bấm xác nhận",
        "cho bản 1",
        "10:00 30/11/2026 (đúng hạn)",
        "11:00 30/11/2026, giờ GMT+07:00",
        slips.shown(CODE),
        "không thay thế văn bản hay chữ ký số",
    ):
        assert said in words, said


def test_long_names_and_subjects_stay_on_one_page():
    people = tuple(
        replace(AN, person_id=id_, name=f"Nguyễn {id_}" + "ngườiđượcgiao" * 12, note="y" * 300)
        for id_ in range(40)
    )
    slip = replace(
        SLIP,
        office="Văn phòng " * 30,
        subject="tuyêntruyền" * 20 + " chuyển đổi số" * 100,
        unit="Ủy ban nhân dân " * 18,
        confirmed=people,
        version=2,
    )
    words = words_of(receipt_slip(render_slips.paper(slip, CODE, writer(), link=None)))
    shown = len(re.findall(r"Nguyễn \d+người", words))
    assert 2 < shown < 40
    assert f"và {40 - shown} xác nhận khác" in words
    assert slips.shown(CODE) in words
