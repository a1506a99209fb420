"""The real letter in the forms people have it in; all must be read alike."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from tests.letters.docx_files import docx, level, numbering, p, table, text_box

FIXTURES = Path(__file__).parents[1] / "fixtures"
SEED = (FIXTURES / "letter-seed.txt").read_text(encoding="utf-8")

_SHAPE_MARKS = "\u0302\u0306\u031b"


def cp1258(text: str) -> bytes:
    """The text as Windows wrote it: letters with their shape, tones as signs of their own."""
    decomposed = unicodedata.normalize("NFD", text)
    for mark in _SHAPE_MARKS:
        for base in "aeouAEOU":
            # The dot below comes before the shape in NFD: put it behind.
            decomposed = decomposed.replace(f"{base}\u0323{mark}", f"{base}{mark}\u0323")
            shaped = unicodedata.normalize("NFC", base + mark)
            decomposed = decomposed.replace(base + mark, shaped)
    return decomposed.encode("cp1258")


def seed_docx() -> bytes:
    """With head and signature in tables of two columns, and items that Word numbers by style."""
    lines = [line for line in SEED.replace("**", "").split("\n") if line]
    at = {name: index for index, line in enumerate(lines) for name in _NAMED if name in line}
    head = table(
        (
            p(lines[at["Số:"]]) + p(lines[at["V/v"]] + " " + lines[at["V/v"] + 1]),
            p(lines[at["Yên Bái, ngày"]]),
        )
    )
    addressees = [
        p(lines[index].removeprefix("- "), num=(1, 0))
        for index in range(at["Kính gửi"] + 1, at["Nhằm"])
    ]
    body = []
    for line in lines[at["Nhằm"] : at["Nơi nhận"]]:
        item = re.fullmatch(r"\d\. (.*)", line)
        body.append(p(item[1], style="Item") if item else p(line))
    foot = table(
        (
            "".join(p(line) for line in lines[at["Nơi nhận"] : at["KT."]]),
            "".join(p(line) for line in lines[at["KT."] :]),
        )
    )
    return docx(
        head,
        p(lines[at["Kính gửi"]]),
        *addressees,
        *body,
        foot,
        lists=numbering(level(0, "bullet", "-"), level(0, "decimal", "%1.")),
        styles=(
            '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
            '<w:rPr><w:sz w:val="26"/></w:rPr></w:style>'
            '<w:style w:type="paragraph" w:styleId="List"><w:name w:val="Of a list"/>'
            '<w:basedOn w:val="Normal"/><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr>'
            '</w:style><w:style w:type="paragraph" w:styleId="Item"><w:name w:val="An item"/>'
            '<w:basedOn w:val="List"/></w:style>'
        ),
    )


_NAMED = ("Số:", "V/v", "Yên Bái, ngày", "Kính gửi", "Nhằm", "Nơi nhận", "KT.")


def short_docx() -> bytes:
    """A letter with a number, a day, a stamp in a text box, a deadline and a margin.

    `two-fonts.pdf` is this letter as LibreOffice printed it in a font without Vietnamese letters.
    """
    right = (
        p("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
        + p("Độc lập - Tự do - Hạnh phúc")
        + p("Yên Bái, ngày 06 tháng 01 năm 2023")
    )
    left = (
        p("ỦY BAN NHÂN DÂN TỈNH YÊN BÁI")
        + p("SỞ THÔNG TIN VÀ TRUYỀN THÔNG")
        + p("Số: 15/STTTT-TTBCXB")
        + p(
            "V/v tuyên truyền phòng, chống rét đậm, rét hại cho cây trồng, vật nuôi và bảo đảm an "
            "toàn thông tin dịp Tết Nguyên đán Quý Mão năm 2023"
        )
    )
    signed = p("KT. GIÁM ĐỐC") + p("PHÓ GIÁM ĐỐC") + p("") + p("") + p("Nguyễn Quốc Chiến")
    return docx(
        text_box("HỎA TỐC"),
        table((left, right)),
        p("Kính gửi: Các cơ quan báo chí địa phương."),
        p(
            "Thực hiện Chương trình hành động số 56-CTr/TU ngày 01/11/2021 của Tỉnh ủy, Sở Thông "
            "tin và Truyền thông đề nghị các đơn vị thực hiện một số nội dung sau:"
        ),
        p(
            "Tăng cường tin, bài về chăm sóc sức khoẻ cho người dân; hướng dẫn cách phòng, chống "
            "rét.",
            num=(1, 0),
        ),
        p("Gửi báo cáo kết quả về Sở trước ngày 18/01/2023 theo mẫu.", num=(1, 0)),
        p("Trân trọng./."),
        table((p("Nơi nhận:") + p("- Như trên;") + p("- Lưu: VT, TTBCXB."), signed)),
        lists=numbering(level(0, "decimal", "%1.")),
        header=p("MÃ HỒ SƠ 01"),
    )
