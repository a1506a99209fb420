"""A .pdf with text to a document: signs with their places from PDFium, put in order by `pages`."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Final

import pypdfium2
import pypdfium2.raw as pdfium

from bot.errors import InvalidInput
from bot.letters.document import Document, Origin, numbered
from bot.letters.pages import Sign, page_lines

MAX_PAGES: Final = 50
MAX_SIGNS: Final = 400_000
_LEAST_SIGNS: Final = 50  # a page: fewer, with a picture, is a scan
_HYPHENS: Final = frozenset({"\x02", "\ufffe"})  # how PDFium marks one at the end of a line
# Kinds of annotations that are seen on the page; notes that pop up and links are not.
_SEEN: Final = (
    (pdfium.FPDF_ANNOT_FREETEXT, "Contents"),
    (pdfium.FPDF_ANNOT_STAMP, "Contents"),
    (pdfium.FPDF_ANNOT_WIDGET, "V"),
)


def read_pdf(data: bytes) -> Document:
    """The lines of a .pdf; InvalidInput for passwords, damage, too many pages and pictures only."""
    with _open(data) as pdf:
        if len(pdf) > MAX_PAGES:
            raise InvalidInput("letter.too_many_pages", most=MAX_PAGES)
        lines: list[tuple[str, int | None, Origin]] = []
        signs, pictures = 0, 0
        for index in range(len(pdf)):
            found, stamps, has_picture = _page(pdf, index)
            signs += sum(not sign.text.isspace() for sign in found)
            pictures += has_picture
            if signs > MAX_SIGNS:
                raise InvalidInput("letter.bomb")
            lines += [(text, index + 1, Origin.TEXT) for text in page_lines([*found, *stamps])]
            lines += [(sign.text, index + 1, Origin.STAMP) for sign in stamps]
        if signs < _LEAST_SIGNS * len(pdf) and pictures:
            raise InvalidInput("letter.scan")
    return numbered(lines)


def pictures(data: bytes, *, dots_per_inch: int) -> Iterator[bytes]:
    """Every page as a picture in PPM, for programs that read scans."""
    with _open(data) as pdf:
        if len(pdf) > MAX_PAGES:
            raise InvalidInput("letter.too_many_pages", most=MAX_PAGES)
        for index in range(len(pdf)):
            bitmap = pdf[index].render(scale=dots_per_inch / 72, rev_byteorder=True)
            rows = bytes(bitmap.buffer)
            width = bitmap.width * bitmap.n_channels
            body = b"".join(
                rows[at : at + width]
                for at in range(0, bitmap.stride * bitmap.height, bitmap.stride)
            )
            form = b"P5" if bitmap.n_channels == 1 else b"P6"
            yield form + f"\n{bitmap.width} {bitmap.height}\n255\n".encode() + body


def _open(data: bytes) -> pypdfium2.PdfDocument:
    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        encrypted = error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
        raise InvalidInput("letter.encrypted" if encrypted else "letter.damaged") from None
    if len(pdf) == 0:
        raise InvalidInput("letter.damaged")
    return pdf


def _page(pdf: pypdfium2.PdfDocument, index: int) -> tuple[list[Sign], list[Sign], bool]:
    """The signs of a page, the annotations seen on it, and whether it shows pictures."""
    try:
        page = pdf[index]
        text = page.get_textpage()
    except pypdfium2.PdfiumError:
        raise InvalidInput("letter.damaged") from None
    signs = list(_signs(text.raw))
    stamps = list(_annotations(page.raw))
    images = page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=2)
    has_picture = next(iter(images), None) is not None
    text.close()
    page.close()
    return signs, stamps, has_picture


def _signs(page: object) -> Iterator[Sign]:
    x, y = ctypes.c_double(), ctypes.c_double()
    box = pdfium.FS_RECTF()
    count = pdfium.FPDFText_CountChars(page)
    if count > MAX_SIGNS:
        raise InvalidInput("letter.bomb")
    for index in range(count):
        code = pdfium.FPDFText_GetUnicode(page, index)
        text = chr(code) if 0 < code < 0x110000 else ""
        if text in _HYPHENS:
            text = "-"
        elif not text or text in "\r\n" or pdfium.FPDFText_IsGenerated(page, index) == 1:
            continue
        pdfium.FPDFText_GetCharOrigin(page, index, x, y)
        pdfium.FPDFText_GetLooseCharBox(page, index, box)
        size = max(abs(box.top - box.bottom), 1.0)
        yield Sign(text, x0=box.left, x1=box.right, y=y.value, size=size)


def _annotations(page: object) -> Iterator[Sign]:
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), 1_000)):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        key = next((key for seen, key in _SEEN if seen == kind), None)
        box = pdfium.FS_RECTF()
        if key and pdfium.FPDFAnnot_GetRect(annotation, box):
            text = " ".join(_string(annotation, key).split())
            if text:
                size = min(max(abs(box.top - box.bottom), 1.0), 14.0)
                middle = (box.top + box.bottom) / 2
                yield Sign(text, x0=box.left, x1=box.right, y=middle - size / 3, size=size)
        pdfium.FPDFPage_CloseAnnot(annotation)


def _string(annotation: object, key: str) -> str:
    length = pdfium.FPDFAnnot_GetStringValue(annotation, key.encode(), None, 0)
    if not 2 < length <= 20_000:
        return ""
    buffer = ctypes.create_string_buffer(length)
    as_text = ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR))
    pdfium.FPDFAnnot_GetStringValue(annotation, key.encode(), as_text, length)
    return buffer.raw[: length - 2].decode("utf-16-le", errors="ignore")
