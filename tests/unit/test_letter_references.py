"""The documents a letter names, however their numbers are written."""

from datetime import date

import pytest

from bot.letters.letter import Reference
from bot.letters.parser import parse_letter
from bot.letters.references import find_references, mask_references


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Thực hiện Công văn số 1068/CV-BTGTU ngày 05/01/2023 của Ban Tuyên giáo Tỉnh ủy về "
            "việc tuyên truyền kết quả thực hiện Chương trình hành động số 56-CTr/TU.",
            ["Công văn 1068/CV-BTGTU 2023-01-05", "Chương trình hành động 56-CTr/TU"],
        ),
        (
            "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ;",
            ["Nghị định 30/2020/NĐ-CP 2020-03-05"],
        ),
        (
            "Theo Công văn số 5104/BTTTT-PTTH&TTĐT và Văn bản số 4578 /VP-VX ngày 29/12/2020, "
            "Tờ trình số 118/TTr- STTTT ngày 20/12/2023.",
            [
                "Công văn 5104/BTTTT-PTTH&TTĐT",
                "Văn bản 4578/VP-VX 2020-12-29",
                "Tờ trình 118/TTr-STTTT 2023-12-20",
            ],
        ),
        ("theo Chương trình hành động số 56-\nCTr/TU.", ["Chương trình hành động 56-CTr/TU"]),
        (
            "thay thế quyết định số 12/2019/QĐ-UBND ngày 03/4/2019.",
            ["Quyết định 12/2019/QĐ-UBND 2019-04-03"],
        ),
        ("Luật Bảo vệ bí mật và Luật số 29/2018/QH14", ["Luật 29/2018/QH14"]),
        ("Quyết định số 1959 ngày 30/10/2023", ["Quyết định 1959 2023-10-30"]),
        ("Nghị định số 30/2020 quy định", ["Nghị định 30/2020"]),
        ("Kết luận 71-KL/TU, Nghị quyết số 80-NQ/TW", ["Kết luận 71-KL/TU", "Nghị quyết 80-NQ/TW"]),
        ("tại văn bản số 15/UBND - Sở Nội vụ", ["Văn bản 15/UBND"]),
        ("các nội dung tại số 15/UBND-VX", ["15/UBND-VX"]),
        ("Quyết định số 15/QĐ-UBND ngày 31/02/2023", ["Quyết định 15/QĐ-UBND"]),
    ],
)
def test_find_references(text, expected):
    assert [str(reference) for reference in find_references(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Báo cáo số lượng 15 tin, bài trước ngày 15/01/2023.",
        "Kỷ niệm 93 năm (03/02/1930 - 03/02/2023).",
        "Đăng tối thiểu 03 tin, bài/tuần; tỷ lệ 5/10.",
        "",
    ],
)
def test_find_references_none(text):
    assert find_references(text) == ()


def test_find_references_later_mention_adds_the_day():
    text = "Công văn số 7/UBND-VX đã nêu; công văn số 7/UBND-VX ngày 01/11/2021; số 7/UBND-VX."
    assert find_references(text) == (Reference("Công văn", "7/UBND-VX", date(2021, 11, 1)),)


def test_mask_references_keeps_places():
    text = "Theo Quyết định số 1959 ngày 30/10/2023, báo cáo trước ngày 15/11."
    masked = mask_references(text)
    assert len(masked) == len(text)
    assert "30/10" not in masked
    assert masked.endswith("_, báo cáo trước ngày 15/11.")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("các Công văn số: 12/SYT-NV, 13/SYT-NV ngày 05/6/2025", ["12/SYT-NV", "13/SYT-NV"]),
        ("Thông tư số 12/2025/TT-BYT và 13/2025/TT-BYT", ["12/2025/TT-BYT", "13/2025/TT-BYT"]),
        ("báo cáo theo Mẫu số 01/BC-TH", []),
        ("theo Biểu số 02/BC-TH", []),
    ],
)
def test_documents_in_a_row_and_forms(text, codes):
    assert [reference.code for reference in find_references(text)] == codes
    assert all(code not in mask_references(text) for code in codes)


def test_the_hour_may_stand_before_the_day():
    found = find_references("Công điện khẩn số 05/CĐ-BCĐ hồi 10h ngày 22/7/2025")
    assert found[0].issued_on == date(2025, 7, 22)


def test_a_letter_does_not_name_itself():
    named = "Báo cáo (kèm Công văn số 12/SYT-NV), số 13/SYT-NV."
    text = f"Số: 12/SYT-NV\nV/v a\nKính gửi: Các xã.\n{named}"
    assert [reference.code for reference in parse_letter(text).references] == ["13/SYT-NV"]
