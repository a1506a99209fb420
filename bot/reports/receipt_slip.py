"""A receipt slip (phiếu tiếp nhận) on paper: one A4 page, however long names and subject are.

Only layout; what it says comes in words.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Final

from bot.domain.slips import Paper
from bot.reports.drawing import FONT, HEIGHT, MILLIMETRE, WIDTH, begun, draw_code

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Flowable

_MARGIN: Final = 20 * MILLIMETRE
_ROOM: Final = WIDTH - 2 * _MARGIN
_FOOT: Final = 58 * MILLIMETRE  # for the code and what is said of it
_LABELS: Final = 45 * MILLIMETRE
_SIDE: Final = 42 * MILLIMETRE  # of the QR code
_TITLE, _SMALL, _CODE = 20, 9, 19
_SIZES: Final = (11, 10, 9, 8, 7)  # of the text, the smallest that is read with ease


def receipt_slip(paper: Paper) -> bytes:
    """The page as a PDF."""
    canvas, written = begun(paper.title)
    _body(canvas, paper)
    _foot(canvas, paper)
    canvas.showPage()
    canvas.save()
    return written.getvalue()


def _body(canvas: Canvas, paper: Paper) -> None:
    """What it says, smaller if there is much; if there is too much even so, less of the longest."""
    from reportlab.platypus import KeepInFrame

    room = HEIGHT - 2 * _MARGIN - _FOOT

    def is_too_high(points: float, most: int) -> bool:
        story = _story(paper, points=points, most=most)
        return sum(each.wrapOn(canvas, _ROOM, room)[1] for each in story) > room

    most = max(len(words) for _, words in paper.lines)
    points = next((each for each in _SIZES if not is_too_high(each, most)), _SIZES[-1])
    fewer = range(1, most + 1)
    shown = bisect_left(fewer, True, key=lambda each: is_too_high(points, each)) or 1
    story = _story(paper, points=points, most=shown)
    frame = KeepInFrame(_ROOM, room, story, mode="shrink")
    _, height = frame.wrapOn(canvas, _ROOM, room)
    frame.drawOn(canvas, _MARGIN, HEIGHT - _MARGIN - height)


def _story(paper: Paper, *, points: float, most: int) -> list[Flowable]:
    from reportlab.platypus import Spacer, Table, TableStyle

    rows: list[list[Flowable]] = [
        [_words(label, min(points, _SMALL)), _words(_shown(words, paper, most=most), points)]
        for label, words in paper.lines
    ]
    table = Table(rows, colWidths=[_LABELS, _ROOM - _LABELS])
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, "lightgrey"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ]
        )
    )
    between = Spacer(1, 8 * MILLIMETRE)
    title = _words(paper.title, _TITLE, is_centred=True)
    return [_words(paper.office, points), between, title, between, table]


def _shown(words: Sequence[str], paper: Paper, *, most: int) -> str:
    left = len(words) - most
    return "\n".join(words if left <= 0 else [*words[:most], paper.more(left)])


def _foot(canvas: Canvas, paper: Paper) -> None:
    from reportlab.platypus import KeepInFrame, Spacer

    top = _MARGIN + _FOOT - 4 * MILLIMETRE
    canvas.setLineWidth(0.8)
    canvas.line(_MARGIN, top, WIDTH - _MARGIN, top)
    draw_code(canvas, paper.scanned, left=_MARGIN, top=top - 4 * MILLIMETRE, side=_SIDE)
    left = _MARGIN + _SIDE + 4 * MILLIMETRE
    width, room = WIDTH - _MARGIN - left, top - 4 * MILLIMETRE - _MARGIN
    story: list[Flowable] = [
        _words(paper.code_label, _SMALL),
        _words(paper.code, _CODE),
        Spacer(1, 3 * MILLIMETRE),
        *(_words(note, _SMALL) for note in paper.notes),
    ]
    frame = KeepInFrame(width, room, story, mode="shrink")
    _, height = frame.wrapOn(canvas, width, room)
    frame.drawOn(canvas, left, top - 6 * MILLIMETRE - height)


def _words(text: str, points: float, *, is_centred: bool = False) -> Flowable:
    """Words in lines as wide as there is room; a word that is wider is broken."""
    from reportlab.lib.enums import TA_CENTER, TA_LEFT
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    style = ParagraphStyle(
        "words",
        fontName=FONT,
        fontSize=points,
        leading=points * 1.35,
        alignment=TA_CENTER if is_centred else TA_LEFT,
        splitLongWords=1,
    )
    return Paragraph("<br/>".join(escape(line) for line in text.split("\n")), style)
