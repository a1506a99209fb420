"""A .docx to a document: text and tables in order, with Word's own numbers, text boxes, margins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

from bot.errors import InvalidInput
from bot.letters.archive import Archive
from bot.letters.document import Document, Origin, numbered
from bot.letters.marks import is_stamp
from bot.letters.numbering import Numbering, Styles, W, is_on, value_of

_COMPATIBLE: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MAIN: Final = "word/document.xml"
_TYPES: Final = "[Content_Types].xml"
_COLUMNS: Final = 2  # a table this narrow places heads and signatures; a wider one is data
_SKIPPED: Final = frozenset(
    f"{W}{name}"
    for name in ("del", "moveFrom", "instrText", "delText", "pPr", "rPr", "footnoteReference")
)
_SIGNS: Final = {
    f"{W}tab": " ",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
    f"{W}softHyphen": "",
}

_Lines = Iterator[tuple[str, Origin]]


def read_docx(data: bytes) -> Document:
    """The lines of a .docx; InvalidInput for macros, bombs, passwords and what is no .docx."""
    archive = Archive(data)
    types = archive.xml(_TYPES)
    if types is None or archive.xml(_MAIN) is None:
        raise InvalidInput("letter.damaged")
    kinds = " ".join(each.get("ContentType", "") for each in types.iter())
    if "macroEnabled" in kinds or any(name.endswith("vbaProject.bin") for name in archive.names):
        raise InvalidInput("letter.with_macros")
    return numbered((text, None, origin) for text, origin in _Reader(archive).lines())


class _Reader:
    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._styles = Styles(archive.xml("word/styles.xml"))
        self._numbering = Numbering(archive.xml("word/numbering.xml"), self._styles)

    def lines(self) -> _Lines:
        """Margins first, as they stand on top; then the body in order."""
        for name in sorted(self._archive.names):
            if name.startswith(("word/header", "word/footer")) and name.endswith(".xml"):
                margin = self._archive.xml(name)
                for text, _ in self._block(margin) if margin is not None else ():
                    if text.strip():
                        yield text, Origin.MARGIN
        document = self._archive.xml(_MAIN)
        body = document.find(f"{W}body") if document is not None else None
        if body is None:
            raise InvalidInput("letter.damaged")
        yield from self._block(body)

    def _block(self, parent: Element) -> _Lines:
        for child in _chosen(parent):
            if child.tag == f"{W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{W}tbl":
                yield from self._table(child)
            elif child.tag not in _SKIPPED:
                yield from self._block(child)

    def _table(self, table: Element) -> _Lines:
        """Each cell whole where columns only place things; a row on one line where it is data."""
        rows = [_cells(row) for row in _children(table, f"{W}tr")]
        is_data = max(map(len, rows), default=0) > _COLUMNS
        for cells in rows:
            shown = [list(self._block(cell)) for cell in cells]
            if is_data:
                words = (" ".join(text for text, _ in cell if text) for cell in shown)
                yield " | ".join(words), Origin.TEXT
                continue
            for cell in shown:
                yield from cell
                yield "", Origin.TEXT

    def _paragraph(self, paragraph: Element) -> _Lines:
        properties = paragraph.find(f"{W}pPr")
        style = value_of(properties.find(f"{W}pStyle")) if properties is not None else None
        boxes: list[Element] = []
        text = "".join(self._pieces(paragraph, boxes, capitals=self._styles.in_capitals(style)))
        for box in boxes:
            yield from self._box(box)
        mark = self._numbering.mark(properties, style) if text.strip() or not boxes else ""
        if mark:
            text = f"{mark} {text}"
        for line in text.split("\n"):
            yield line, Origin.TEXT

    def _pieces(self, parent: Element, boxes: list[Element], *, capitals: bool) -> Iterator[str]:
        """The text of runs; text boxes are put aside."""
        for child in _chosen(parent):
            if child.tag == f"{W}t":
                yield (child.text or "").upper() if capitals else child.text or ""
            elif child.tag in _SIGNS:
                yield _SIGNS[child.tag]
            elif child.tag == f"{W}txbxContent":
                boxes.append(child)
            elif child.tag not in _SKIPPED:
                own = child.find(f"{W}rPr") if child.tag == f"{W}r" else None
                if own is not None and is_on(own.find(f"{W}vanish")):
                    continue
                caps = own.find(f"{W}caps") if own is not None else None
                yield from self._pieces(
                    child, boxes, capitals=capitals if caps is None else is_on(caps)
                )

    def _box(self, box: Element) -> _Lines:
        """A stamp keeps apart from the text around it; other boxes are text where they hang."""
        lines = [text for text, _ in self._block(box)]
        stamp = is_stamp(" ".join(lines))
        for text in lines:
            yield text, Origin.STAMP if stamp else Origin.TEXT


def _chosen(parent: Element) -> Iterator[Element]:
    """The children; of alternatives (a drawing, and the same for old programs) only the first."""
    for child in parent:
        if child.tag == f"{_COMPATIBLE}AlternateContent":
            choice = child.find(f"{_COMPATIBLE}Choice")
            chosen = choice if choice is not None else child.find(f"{_COMPATIBLE}Fallback")
            if chosen is not None:
                yield from _chosen(chosen)
        else:
            yield child


def _children(parent: Element, tag: str) -> Iterator[Element]:
    """The children of this kind, also where a content control or an insertion wraps them."""
    for child in _chosen(parent):
        if child.tag == tag:
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"):
            yield from _children(child, tag)


def _cells(row: Element) -> list[Element]:
    return list(_children(row, f"{W}tc"))
