"""What all papers are drawn with: the page, the font, QR codes. What stands on them is decided
where they are."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

import segno

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

FONT: Final = "DejaVuSans"
MILLIMETRE: Final = 72 / 25.4
WIDTH, HEIGHT = 210 * MILLIMETRE, 297 * MILLIMETRE
ERROR_CORRECTION: Final = "m"
QUIET: Final = 4  # modules of white that a reader needs around the code
_FONT_FILE: Final = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"
_MASK: Final = 0


def register_font() -> None:
    """Let the font be known by its name; it has every letter that names are written with."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(FONT, str(_FONT_FILE)))


def begun(title: str) -> tuple[Canvas, io.BytesIO]:
    """An A4 page, and where the file is written once it is saved."""
    from reportlab.pdfgen.canvas import Canvas

    register_font()
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=(WIDTH, HEIGHT), pageCompression=1)
    canvas.setTitle(title)
    return canvas, written


def draw_code(canvas: Canvas, link: str, *, left: float, top: float, side: float) -> None:
    """The link as a QR code in a square."""
    # Which of the eight masks is the best takes most of the time, and any can be read.
    code = segno.make(link, error=ERROR_CORRECTION, micro=False, mask=_MASK)
    rows = [list(row) for row in code.matrix]
    module = side / (len(rows) + 2 * QUIET)
    path = canvas.beginPath()
    for number, row in enumerate(rows):
        y = top - (QUIET + number + 1) * module
        for start, length in _runs(row):
            path.rect(left + (QUIET + start) * module, y, length * module, module)
    canvas.drawPath(path, stroke=0, fill=1)


def _runs(row: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Dark modules that stand side by side: where they begin and how many they are."""
    start = 0
    for is_dark, modules in groupby(row, key=bool):
        length = len(list(modules))
        if is_dark:
            yield start, length
        start += length
