"""Invites on paper and as pictures: QR codes, alone or on A4 sheets for a whole group of units.

Only layout; the codes are made elsewhere, the words come from the catalogues.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import segno

from bot.reports.drawing import (
    ERROR_CORRECTION,
    FONT,
    HEIGHT,
    MILLIMETRE,
    QUIET,
    WIDTH,
    begun,
    draw_code,
)
from bot.texts import Texts

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

_MARGIN: Final = 12 * MILLIMETRE
_HEAD: Final = 14 * MILLIMETRE
_COLUMNS, _ROWS = 2, 5
_NAME_POINTS, _SMALL_POINTS, _LINK_POINTS = 11, 7.5, 6.5
_MOST_NAME_LINES: Final = 4


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One unit on the sheet."""

    unit_name: str
    link: str


def qr_picture(link: str) -> bytes:
    """The link as a QR code, a PNG that a phone reads from another phone's screen."""
    picture = io.BytesIO()
    code = segno.make(link, error=ERROR_CORRECTION, micro=False)
    code.save(picture, kind="png", scale=10, border=QUIET)
    return picture.getvalue()


def invite_sheet(lines: Sequence[SheetLine], *, title: str, until: str, texts: Texts) -> bytes:
    """A PDF for printing and cutting: ten units a page, each with its code, link and expiry."""
    canvas, written = begun(title)
    a_page = _COLUMNS * _ROWS
    pages = max(1, -(-len(lines) // a_page))
    for page in range(pages):
        _head(canvas, title, texts("sheet.page", page=page + 1, pages=pages))
        for place, line in enumerate(lines[page * a_page : (page + 1) * a_page]):
            _cell(canvas, line, place=place, until=until, how=texts("sheet.how"))
        canvas.showPage()
    canvas.save()
    return written.getvalue()


def _head(canvas: Canvas, title: str, page: str) -> None:
    y = HEIGHT - _MARGIN - _NAME_POINTS
    canvas.setFont(FONT, _NAME_POINTS)
    canvas.drawString(_MARGIN, y, _cut(title, _NAME_POINTS, WIDTH - 2 * _MARGIN - 90))
    canvas.setFont(FONT, _SMALL_POINTS)
    canvas.drawRightString(WIDTH - _MARGIN, y, page)


def _cell(canvas: Canvas, line: SheetLine, *, place: int, until: str, how: str) -> None:
    width = (WIDTH - 2 * _MARGIN) / _COLUMNS
    height = (HEIGHT - 2 * _MARGIN - _HEAD) / _ROWS
    left = _MARGIN + place % _COLUMNS * width
    top = HEIGHT - _MARGIN - _HEAD - place // _COLUMNS * height
    canvas.setDash(2, 2)
    canvas.rect(left, top - height, width, height)
    canvas.setDash()
    side = 38 * MILLIMETRE
    draw_code(canvas, line.link, left=left, top=top - 2 * MILLIMETRE, side=side)
    text_left = left + side
    room = width - side - 3 * MILLIMETRE
    y = _write(
        canvas, line.unit_name, _NAME_POINTS, room, left=text_left, top=top - 6 * MILLIMETRE,
        most=_MOST_NAME_LINES,
    )  # fmt: skip
    y = _write(canvas, until, _SMALL_POINTS, room, left=text_left, top=y - 4, most=2)
    _write(canvas, how, _SMALL_POINTS, room, left=text_left, top=y - 4, most=4)
    below = width - 6 * MILLIMETRE
    _write(
        canvas, line.link, _LINK_POINTS, below, left=left + 3 * MILLIMETRE,
        top=top - side - 6 * MILLIMETRE, most=2,
    )  # fmt: skip


def _write(
    canvas: Canvas, text: str, points: float, room: float, *, left: float, top: float, most: int
) -> float:
    """Write the text in lines; where the next text may begin."""
    from reportlab.lib.utils import simpleSplit

    lines = [
        part
        for line in simpleSplit(text, FONT, points, room)
        for part in _pieces(line, points, room)
    ]
    if len(lines) > most:
        lines = [*lines[: most - 1], _cut(f"{lines[most - 1]}…", points, room)]
    canvas.setFont(FONT, points)
    for line in lines:
        top -= points * 1.2
        canvas.drawString(left, top, line)
    return top


def _pieces(word: str, points: float, room: float) -> Iterator[str]:
    """A word that is wider than the room, such as a link, in pieces."""
    while word:
        piece = word
        while len(piece) > 1 and _width(piece, points) > room:
            piece = piece[:-1]
        yield piece
        word = word[len(piece) :]


def _cut(text: str, points: float, room: float) -> str:
    if _width(text, points) <= room:
        return text
    while text and _width(f"{text}…", points) > room:
        text = text[:-1]
    return f"{text}…"


def _width(text: str, points: float) -> float:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(stringWidth(text, FONT, points))
