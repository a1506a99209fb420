"""Letters as files: the real one is read alike in every form, and each trap has a file."""

from __future__ import annotations

import shutil
import unicodedata
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from bot.errors import InvalidInput
from bot.letters.document import Document, Origin
from bot.letters.docx import read_docx
from bot.letters.forms import read_document
from bot.letters.letter import Letter, Urgency
from bot.letters.pages import Sign, page_lines
from bot.letters.parser import parse_document
from bot.letters.pdf import read_pdf
from tests.letters.docx_files import docx, level, numbering, p, r, table, text_box
from tests.letters.seed import FIXTURES, SEED, cp1258, seed_docx, short_docx

SEED_PDF = (FIXTURES / "letters" / "seed-libreoffice.pdf").read_bytes()
TWO_FONTS = (FIXTURES / "letters" / "two-fonts.pdf").read_bytes()
LETTER = (
    p("Số: 15/STTTT-TTBCXB")
    + p("Kính gửi: Các cơ quan báo chí.")
    + p("Đề nghị các đơn vị:")
    + p("1. Đăng tin.")
    + p("2. Báo cáo.")
)


def understood(data: bytes, name: str | None = None) -> Letter:
    """The letter in a file, without what differs from form to form."""
    return replace(parse_document(read_document(data, name=name)), body="", places=())


def texts(document: Document, origin: Origin = Origin.TEXT) -> list[str]:
    return [line.text for line in document.lines if line.origin is origin and line.text]


# --- the real letter -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (SEED.encode(), "cong-van.txt"),
        (b"\xef\xbb\xbf" + SEED.encode(), "cong-van.txt"),
        (SEED.encode("utf-16"), "cong-van.txt"),
        (unicodedata.normalize("NFD", SEED).encode(), "cong-van.txt"),
        (cp1258(SEED), "cong-van.txt"),
        (seed_docx(), "cong-van.docx"),
        (SEED_PDF, "cong-van.pdf"),
    ],
    ids=["utf-8", "BOM", "utf-16", "NFD", "cp1258", "docx", "pdf"],
)
def test_the_real_letter_is_read_alike_in_every_form(data: bytes, name: str):
    letter = understood(data, name)
    assert letter == understood(SEED.encode())
    assert (len(letter.addressees), len(letter.tasks)) == (5, 4)
    assert (letter.number, letter.issued_on, letter.issued_month) == (None, None, (2023, 1))


def test_a_short_letter_is_read_alike_as_docx_and_as_a_torn_pdf():
    letter = understood(short_docx())
    assert letter == understood(TWO_FONTS)
    assert letter.code == "15/STTTT-TTBCXB"
    assert letter.superior == "ỦY BAN NHÂN DÂN TỈNH YÊN BÁI"
    assert letter.issuer == "SỞ THÔNG TIN VÀ TRUYỀN THÔNG"
    assert letter.urgency is Urgency.EXPRESS
    assert letter.subject is not None
    assert letter.subject.endswith("dịp Tết Nguyên đán Quý Mão năm 2023")
    assert letter.tasks[1].text == "Gửi báo cáo kết quả về Sở trước ngày 18/01/2023 theo mẫu."


def test_every_part_knows_its_place():
    letter = parse_document(read_pdf(SEED_PDF))
    symbol, task, signed = (
        letter.where("symbol"), letter.where("tasks", 4), letter.where("signatory"),
    )  # fmt: skip
    assert symbol
    assert (symbol.page, symbol.line) == (1, 1)
    assert task
    assert (task.page, task.last_line > task.line) == (1, True)
    assert signed
    assert signed.page == 2
    assert letter.where("number") is None
    lines = [line for line in read_pdf(SEED_PDF).lines if line.page == 1]
    assert lines[task.line - 1].text.startswith("4. Tuyên truyền đấu tranh")


# --- .docx ---------------------------------------------------------------------------------------


def test_word_numbers_come_from_the_list_the_style_or_the_style_it_is_based_on():
    lists = numbering(
        level(0, "decimal", "%1.") + level(1, "lowerLetter", "%2)") + level(2, "bullet", "·"),
        level(0, "upperRoman", "%1.", start=2),
        level(0, "decimalZero", "Điều %1.") + level(1, "decimal", "%1.%2."),
    )
    numbered = '<w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr>'
    plain = '<w:pPr><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr>'
    based = '<w:basedOn w:val="A"/>'
    styles = (
        f'<w:style w:type="paragraph" w:styleId="A">{numbered}</w:style>'
        f'<w:style w:type="paragraph" w:styleId="B">{based}</w:style>'
        f'<w:style w:type="paragraph" w:styleId="C">{based}{plain}</w:style>'
        '<w:style w:type="paragraph" w:styleId="D"><w:basedOn w:val="D"/></w:style>'
    )
    blocks = [
        p("một", num=(1, 0)), p("chữ", num=(1, 1)), p("gạch", num=(1, 2)), p("nữa", num=(1, 1)),
        p("hai", num=(1, 0)), p("lại", num=(1, 1)), p("mục", style="A"), p("mục", style="B"),
        p("trơn", style="C"), p("vòng", style="D"), p("điều", num=(3, 0)), p("khoản", num=(3, 1)),
        p("lạ", num=(9, 0)), p("bỏ", num=(0, 0)),
    ]  # fmt: skip
    assert texts(read_docx(docx(*blocks, lists=lists, styles=styles))) == [
        "1. một", "a) chữ", "- gạch", "b) nữa", "2. hai", "a) lại", "II. mục", "III. mục", "trơn",
        "vòng", "Điều 01. điều", "01.1. khoản", "lạ", "bỏ",
    ]  # fmt: skip


def test_word_text_is_what_is_shown():
    shown = (
        f"<w:p>{r('Sở ', '<w:caps/>')}<w:ins>{r('thêm')}</w:ins><w:del>{r('bớt')}</w:del>"
        f"{r('ẩn', '<w:vanish/>')}<w:r><w:noBreakHyphen/><w:t>TU</w:t><w:softHyphen/><w:tab/>"
        f"<w:t>a</w:t><w:br/><w:t>b</w:t><w:instrText>PAGE</w:instrText></w:r></w:p>"
    )
    assert texts(read_docx(docx(shown))) == ["SỞ thêm-TU a", "b"]


def test_a_text_box_is_read_once_and_a_stamp_in_it_stands_apart():
    document = read_docx(docx(text_box("HỎA TỐC", beside="bên cạnh"), text_box("Số: 15/A-B")))
    assert texts(document, Origin.STAMP) == ["HỎA TỐC"]
    assert texts(document) == ["bên cạnh", "Số: 15/A-B"]


def test_margins_stand_apart_and_wide_tables_keep_their_rows():
    annex = table(*[(p("1"), p("Báo Yên Bái"), p("03 bài")), (p("2"), p("Đài"), p("02 bài"))])
    document = read_docx(docx(p("trên"), annex, header=p("TRANG ĐẦU")))
    assert texts(document, Origin.MARGIN) == ["TRANG ĐẦU"]
    assert texts(document) == ["trên", "1 | Báo Yên Bái | 03 bài", "2 | Đài | 02 bài"]


@pytest.mark.parametrize("place", ["text box", "margin", "cell", "old text box"])
def test_a_secrecy_mark_is_seen_wherever_word_keeps_it(place: str):
    box = text_box("TỐI MẬT")
    old = box[box.index("<w:pict>") : box.index("</mc:Fallback>")]
    data = {
        "text box": docx(box, LETTER),
        "margin": docx(LETTER, header=p("MẬT")),
        "cell": docx(table((p("TUYỆT MẬT"), p(""))), LETTER),
        "old text box": docx(f"<w:p><w:r>{old}</w:r></w:p>", LETTER),
    }[place]
    with pytest.raises(InvalidInput, match=r"letter\.secret"):
        understood(data)


# --- .pdf ----------------------------------------------------------------------------------------


def annotated(data: bytes, text: str, box: tuple[float, float, float, float]) -> bytes:
    """The file with a stamp laid over its first page, as offices put numbers on signed papers."""
    pdf = pypdfium2.PdfDocument(data)
    page = pdf[0]
    stamp = pdfium.FPDFPage_CreateAnnot(page.raw, pdfium.FPDF_ANNOT_STAMP)
    left, bottom, right, top = box
    pdfium.FPDFAnnot_SetRect(stamp, pdfium.FS_RECTF(left, top, right, bottom))
    words = (text + "\0").encode("utf-16-le")
    buffer = (pdfium.FPDF_WCHAR * (len(words) // 2)).from_buffer_copy(words)
    pdfium.FPDFAnnot_SetStringValue(stamp, b"Contents", buffer)
    pdfium.FPDFPage_CloseAnnot(stamp)
    return saved(pdf)


def saved(pdf: pypdfium2.PdfDocument) -> bytes:
    """The file's bytes."""
    kept = BytesIO()
    pdf.save(kept)
    return kept.getvalue()


def test_a_number_stamped_on_a_pdf_is_read_at_its_place():
    page = pypdfium2.PdfDocument(SEED_PDF)[0].get_textpage()
    found = page.search("/STTTT")
    index, _ = found.get_next()
    left, bottom, _, top = page.get_charbox(index)
    letter = understood(annotated(SEED_PDF, "68", (left - 3, bottom, left - 1, top)))
    assert letter.code == "68/STTTT-TTBCXB"
    assert letter.symbol == understood(SEED_PDF).symbol


def test_a_secrecy_mark_stamped_on_a_pdf_is_seen():
    with pytest.raises(InvalidInput, match=r"letter\.secret"):
        understood(annotated(SEED_PDF, "MẬT", (60, 780, 120, 800)))


def line(text: str, x: float, y: float, *, width: float = 6) -> list[Sign]:
    """Signs of a line that begins at x."""
    return [
        Sign(sign, x0=x + at * width, x1=x + (at + 1) * width, y=y, size=12)
        for at, sign in enumerate(text)
    ]


def test_columns_whose_lines_stand_at_different_heights_come_apart():
    signs = [
        *line("UBND TỈNH", 80, 700), *line("CỘNG HÒA", 330, 695),
        *line("SỞ A", 90, 685), *line("Độc lập", 330, 680),
        *line("Số: 1/A-B", 80, 665), *line("Yên Bái, ngày", 330, 650),
        *line("V/v dài", 80, 645), *line("hai dòng", 80, 630),
        *line("Kính gửi: Các cơ quan báo chí địa phương trong toàn tỉnh", 80, 600),
    ]  # fmt: skip
    assert [text for text in page_lines(signs) if text] == [
        "UBND TỈNH", "SỞ A", "Số: 1/A-B", "V/v dài", "hai dòng", "CỘNG HÒA", "Độc lập",
        "Yên Bái, ngày", "Kính gửi: Các cơ quan báo chí địa phương trong toàn tỉnh",
    ]  # fmt: skip


def test_accents_set_apart_and_marks_before_items_stay_with_their_words():
    acute = Sign("\u0301", x0=81, x1=84, y=700, size=12)
    signs = [acute, *line("a to", 80, 700), *line("1.", 40, 700), *line("ngang trang", 80, 685)]
    assert unicodedata.normalize("NFC", page_lines(signs)[0]) == "1. á to"


def test_a_hyphen_at_the_end_of_a_line_stays_in_its_code():
    data = (FIXTURES / "letters" / "hyphens.pdf").read_bytes()
    assert any(text.endswith(" 56-") for text in texts(read_pdf(data)))
    found = [reference.code for reference in understood(data).references]
    assert found == ["56-CTr/TU", "12/KH-UBND"]


def test_a_page_number_is_no_line_of_the_letter():
    assert page_lines([*line("2", 300, 800), *line("nội dung", 80, 700)]) == ["nội dung"]


# --- forms that other programs read --------------------------------------------------------------


def program(folder: Path, name: str, says: str) -> None:
    """A program that prints these words, whatever it is given."""
    (folder / "says.txt").write_text(says, encoding="utf-8")
    script = folder / name
    script.write_text(f"#!/bin/sh\nexec /bin/cat {folder / 'says.txt'}\n")
    script.chmod(0o755)


def scan() -> bytes:
    """A page with nothing but a picture."""
    pdf = pypdfium2.PdfDocument.new()
    page = pdf.new_page(200, 200)
    image = pypdfium2.PdfImage.new(pdf)
    bitmap = pypdfium2.PdfBitmap.new_native(20, 20, pdfium.FPDFBitmap_BGR)
    image.set_bitmap(bitmap)
    image.set_matrix(pypdfium2.PdfMatrix().scale(200, 200))
    page.insert_obj(image)
    page.gen_content()
    return saved(pdf)


OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (OLD_WORD, "letter.form_not_supported"),
        (b"{\\rtf1 words}", "letter.form_not_supported"),
        (b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.text",
         "letter.form_not_supported"),
        (b"\x89PNG\r\n", "letter.form_not_supported"),
        (scan(), "letter.scan"),
    ],
)  # fmt: skip
def test_without_the_programs_one_sentence_says_what_to_send(
    data: bytes, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InvalidInput) as refused:
        read_document(data)
    assert refused.value.key == key


@pytest.mark.parametrize(
    ("name", "data"),
    [("catdoc", OLD_WORD), ("catdoc", b"{\\rtf1 x}"), ("tesseract", scan()),
     ("tesseract", b"\x89PNG\r\n")],
)  # fmt: skip
def test_with_a_program_its_text_is_read(
    name: str, data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    program(tmp_path, name, SEED)
    assert understood(data) == understood(SEED.encode())


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_reads_what_it_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    letter = understood(b"{\\rtf1\\ansi S\\u7889?: 1/A-B\\par 1. B\\u225?o c\\u225?o.\\par 2. In.}")
    assert (letter.code, [task.text for task in letter.tasks]) == ("1/A-B", ["Báo cáo.", "In."])


# --- forms ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "name", "key"),
    [
        (b"PK\x03\x04\x14\x00docx", None, "letter.form_not_supported"),
        (b"PK\x03\x04 word/document.xml", "a.docx", "letter.damaged"),
        (b"%PDF-1.7\n", "a.pdf", "letter.damaged"),
        (b"%PDF-1.7\n", "a.docx", "letter.form_mismatch"),
        (SEED.encode(), "a.docx", "letter.form_mismatch"),
        (docx(LETTER), "a.txt", "letter.form_mismatch"),
        (docx(LETTER), "a.docm", "letter.with_macros"),
        (docx(LETTER, extra={"word/vbaProject.bin": b"x"}), "a.docx", "letter.with_macros"),
        (
            docx(LETTER, main_kind="application/vnd.ms-word.document.macroEnabled.main+xml"),
            "a.docx",
            "letter.with_macros",
        ),
        (
            b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"),
            "a.docx",
            "letter.encrypted",
        ),
    ],
)
def test_files_that_are_not_what_they_should_be_are_refused(
    data: bytes, name: str | None, key: str
):
    with pytest.raises(InvalidInput) as refused:
        read_document(data, name=name)
    assert refused.value.key == key


def test_names_say_nothing_where_they_promise_nothing():
    for name in ("../../etc/passwd", "%2e%2e%2fx", "a\0b", "cong-van.bin", "", "x" * 5000):
        assert understood(docx(LETTER), name).code == "15/STTTT-TTBCXB"
