"""Small .docx files with what Word does to letters: tables, numbers, text boxes, margins."""

from __future__ import annotations

import zipfile
from io import BytesIO
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NAMES = (
    f'xmlns:w="{W}" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def p(text: str, *, style: str = "", num: tuple[int, int] | None = None, run: str = "") -> str:
    """A paragraph; `num` is the list and its level, `run` the properties of its text."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if num:
        properties += f'<w:numPr><w:ilvl w:val="{num[1]}"/><w:numId w:val="{num[0]}"/></w:numPr>'
    return f"<w:p><w:pPr>{properties}</w:pPr>{r(text, run)}</w:p>"


def r(text: str, properties: str = "") -> str:
    """A run of text."""
    lines = [f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n")]
    return f"<w:r><w:rPr>{properties}</w:rPr>{'<w:br/>'.join(lines)}</w:r>"


def table(*rows: tuple[str, ...]) -> str:
    """Rows of cells, each holding paragraphs."""
    grid = "<w:gridCol/>" * max(map(len, rows))
    shown = "".join(
        "<w:tr>" + "".join(f"<w:tc><w:tcPr/>{cell}</w:tc>" for cell in row) + "</w:tr>"
        for row in rows
    )
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{shown}</w:tbl>"


def text_box(text: str, *, beside: str = "") -> str:
    """A paragraph with a text box as Word writes it: twice, for new programs and for old ones."""
    box = f"<w:txbxContent>{p(text)}</w:txbxContent>"
    new = (
        '<w:drawing><wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" '
        'relativeHeight="1" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1">'
        '<wp:simplePos x="0" y="0"/>'
        '<wp:positionH relativeFrom="column"><wp:posOffset>100000</wp:posOffset></wp:positionH>'
        '<wp:positionV relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset></wp:positionV>'
        '<wp:extent cx="1200000" cy="300000"/><wp:wrapNone/><wp:docPr id="7" name="Box"/>'
        '<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/'
        'wordprocessingShape"><wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" '
        'y="0"/><a:ext cx="1200000" cy="300000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        f"</a:prstGeom></wps:spPr><wps:txbx>{box}</wps:txbx><wps:bodyPr/></wps:wsp>"
        "</a:graphicData></a:graphic></wp:anchor></w:drawing>"
    )
    old = f"<w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict>"
    both = (
        f'<mc:AlternateContent><mc:Choice Requires="wps">{new}</mc:Choice>'
        f"<mc:Fallback>{old}</mc:Fallback></mc:AlternateContent>"
    )
    return f"<w:p><w:r>{both}</w:r>{r(beside) if beside else ''}</w:p>"


def level(depth: int, form: str, text: str, *, start: int = 1) -> str:
    """One level of a list."""
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbering(*lists: str) -> str:
    """Lists 1, 2 … of the given levels."""
    abstract = "".join(
        f'<w:abstractNum w:abstractNumId="{at}">{levels}</w:abstractNum>'
        for at, levels in enumerate(lists)
    )
    nums = "".join(
        f'<w:num w:numId="{at + 1}"><w:abstractNumId w:val="{at}"/></w:num>'
        for at in range(len(lists))
    )
    return abstract + nums


def docx(
    *blocks: str,
    lists: str = "",
    styles: str = "",
    header: str = "",
    doctype: str = "",
    extra: dict[str, bytes] | None = None,
    main_kind: str = f"{_OFFICE}.document.main+xml",
) -> bytes:
    """The bytes of a .docx with these blocks as its body."""
    sect = '<w:headerReference w:type="default" r:id="h1"/>' if header else ""
    margins = (
        '<w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1701" w:header="567" '
        'w:footer="567" w:gutter="0"/>'
    )
    parts = {
        "word/document.xml": _part(
            "document",
            f"<w:body>{''.join(blocks)}<w:sectPr>{sect}{margins}</w:sectPr></w:body>",
            doctype,
        ),
        "word/numbering.xml": _part("numbering", lists),
        "word/styles.xml": _part("styles", styles),
    }
    if header:
        parts["word/header1.xml"] = _part("hdr", header)
    kinds = {
        "document": main_kind,
        "numbering": f"{_OFFICE}.numbering+xml",
        "styles": f"{_OFFICE}.styles+xml",
        "header1": f"{_OFFICE}.header+xml",
    }
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{kind}"/>'
        for name, kind in kinds.items()
        if f"word/{name}.xml" in parts
    )
    parts["[Content_Types].xml"] = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        f'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>{overrides}'
        "</Types>"
    )
    parts["_rels/.rels"] = _relations(("d1", "officeDocument", "word/document.xml"))
    related = [("n1", "numbering", "numbering.xml"), ("s1", "styles", "styles.xml")]
    if header:
        related.append(("h1", "header", "header1.xml"))
    parts["word/_rels/document.xml.rels"] = _relations(*related)
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        for name, raw in (extra or {}).items():
            archive.writestr(name, raw)
    return packed.getvalue()


def _part(root: str, content: str, doctype: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{doctype}'
        f"<w:{root} {_NAMES}>{content}</w:{root}>"
    )


def _relations(*related: tuple[str, str, str]) -> str:
    shown = "".join(
        f'<Relationship Id="{identity}" Type="{_KINDS}/{kind}" Target="{target}"/>'
        for identity, kind, target in related
    )
    return f'<Relationships xmlns="{_RELATIONS}">{shown}</Relationships>'
