"""Files made to harm whoever opens them: each is small and would become huge, or never end."""

from __future__ import annotations

import zipfile
import zlib
from functools import cache
from io import BytesIO

from tests.letters.docx_files import docx, p

_MEGABYTE = 1024 * 1024


def zip_bomb() -> bytes:
    """49 MB of zeros in 50 KB."""
    return docx(p("x"), extra={"word/media/a.bin": bytes(49 * _MEGABYTE)})


def zip_of_many() -> bytes:
    """More members than any letter has, with names that climb out of a directory."""
    return docx(p("x"), extra={f"../../../tmp/dondoc-{at}": b"x" for at in range(1_100)})


def lying_zip() -> bytes:
    """A member that unpacks to more than it says."""
    packed = bytearray(docx(p("x" * 100_000)))
    size = len(docx_document(p("x" * 100_000))).to_bytes(4, "little")
    return bytes(packed.replace(size, (50).to_bytes(4, "little")))


def docx_document(body: str) -> bytes:
    """The main part of `docx(body)`."""
    return zipfile.ZipFile(BytesIO(docx(body))).read("word/document.xml")


def deep_xml() -> bytes:
    """Elements within elements within elements."""
    return docx("<w:ins>" * 30_000 + "</w:ins>" * 30_000)


def wide_xml() -> bytes:
    """More paragraphs than any letter has."""
    return docx("".join(f'<w:p w:a="{at * 7919 % 999_983}"/>' for at in range(60_000)))


def billion_laughs() -> bytes:
    """Entities made of entities."""
    more = "".join(f'<!ENTITY a{at} "{f"&a{at - 1};" * 10}">' for at in range(1, 9))
    doctype = f'<!DOCTYPE w [<!ENTITY a0 "{"ha" * 50}">{more}]>'
    return docx(p("x").replace("x<", "&a8;<"), doctype=doctype)


def external_entity() -> bytes:
    """An entity that is a file of the machine."""
    doctype = '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    return docx(p("x").replace("x<", "&a;<"), doctype=doctype)


def pdf(content: bytes, *, filters: str = "/FlateDecode", encrypt: bytes = b"") -> bytes:
    """A page with this packed content."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>>>>>",
        f"<</Length {len(content)}/Filter[{filters}]>>stream\n".encode() + content + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    written, places = b"%PDF-1.5\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(written))
        written += f"{number} 0 obj\n".encode() + each + b"\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    return (
        written
        + (
            f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
            f"trailer<</Size {len(objects) + 1}/Root 1 0 R"
        ).encode()
        + encrypt
        + f">>\nstartxref\n{len(written)}\n%%EOF".encode()
    )


@cache
def pdf_bomb() -> bytes:
    """600 MB of spaces, packed twice, in a few KB."""
    packer = zlib.compressobj(1)
    once = b"".join(packer.compress(b" " * _MEGABYTE) for _ in range(600)) + packer.flush()
    return pdf(zlib.compress(once, 9), filters="/FlateDecode/FlateDecode")


def pdf_of_words() -> bytes:
    """One page with more letters than fit."""
    words = b"BT /F 1 Tf 10 10 Td " + b"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) Tj " * 20_000 + b"ET"
    return pdf(zlib.compress(words, 9))


def pdf_with_password() -> bytes:
    """A page that only a password opens."""
    lock = (
        b"/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<"
        + b"41" * 32
        + b">/U<"
        + b"42" * 32
        + b">>>"
    )
    return pdf(zlib.compress(b"BT ET"), encrypt=lock)
