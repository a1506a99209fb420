"""The list to be called from, on paper: A4, each unit with its phone, its people, what is missing,
and a line for what they say.

Only layout; what it says comes in words.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

from bot.reports.drawing import FONT, HEIGHT, MILLIMETRE, WIDTH, register_font

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Flowable
    from reportlab.platypus.doctemplate import BaseDocTemplate

_MARGIN: Final = 15 * MILLIMETRE
_ROOM: Final = WIDTH - 2 * _MARGIN
_DUE: Final = 38 * MILLIMETRE
_DIRECTIVE: Final = 55 * MILLIMETRE
_TITLE, _NAME, _TEXT, _SMALL = 14, 11, 9, 8
_WRITTEN: Final = 14 * MILLIMETRE  # the room for what is written by hand


@dataclass(frozen=True, slots=True)
class UnitToCall:
    """One unit; each thing that is missing with its directive and until when."""

    name: str
    phone: str
    people: str
    missing: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class CallSheet:
    """The whole list in words; `page` begins the line that numbers the pages."""

    title: str
    remark: str
    phone: str
    people: str
    result: str
    page: str
    units: Sequence[UnitToCall]


def call_sheet(sheet: CallSheet) -> bytes:
    """The PDF."""
    from reportlab.platypus import Frame, PageTemplate
    from reportlab.platypus.doctemplate import BaseDocTemplate

    register_font()
    written = io.BytesIO()
    document = BaseDocTemplate(written, pagesize=(WIDTH, HEIGHT), title=sheet.title)
    frame = Frame(_MARGIN, _MARGIN, _ROOM, HEIGHT - 2 * _MARGIN, 0, 0, 0, 0)

    def foot(canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.setFont(FONT, _SMALL)
        place = f"{sheet.page} {document.page}"
        canvas.drawRightString(WIDTH - _MARGIN, _MARGIN - 2 * _SMALL, place)

    document.addPageTemplates([PageTemplate(frames=[frame], onPage=foot)])
    document.build(_story(sheet))
    return written.getvalue()


def _story(sheet: CallSheet) -> list[Flowable]:
    from reportlab.platypus import Spacer

    found = [_words(sheet.title, _TITLE), Spacer(1, 2 * MILLIMETRE), _words(sheet.remark, _SMALL)]
    for number, unit in enumerate(sheet.units, start=1):
        found.append(Spacer(1, 5 * MILLIMETRE))
        found += _unit(f"{number}. {unit.name}", unit, sheet)
    return found


def _unit(name: str, unit: UnitToCall, sheet: CallSheet) -> list[Flowable]:
    """The head stays with what is missing first; the rest may go on to the next page."""
    from reportlab.platypus import CondPageBreak, Table, TableStyle

    rows: list[list[Flowable]] = [[_words(part, _TEXT) for part in each] for each in unit.missing]
    table = Table(rows, colWidths=[_DIRECTIVE, _ROOM - _DIRECTIVE - _DUE, _DUE])
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("GRID", (0, 0), (-1, -1), 0.4, "grey"),
            ]
        )
    )
    result = Table([[_words(sheet.result, _SMALL)]], colWidths=[_ROOM], rowHeights=[_WRITTEN])
    result.setStyle(
        TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("BOX", (0, 0), (-1, -1), 0.4, "grey")])
    )
    return [
        CondPageBreak(50 * MILLIMETRE),
        _words(name, _NAME),
        _words(f"{sheet.phone}: {unit.phone}", _NAME),
        _words(f"{sheet.people}: {unit.people}", _TEXT),
        table,
        result,
    ]


def _words(text: str, points: float) -> Flowable:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    style = ParagraphStyle(
        "words", fontName=FONT, fontSize=points, leading=points * 1.35, splitLongWords=1
    )
    return Paragraph(escape(text), style)
