"""Bytes of a text file, or a pasted text, to text that can be read; what is no text is refused.

Reading .docx and .pdf is not here: each form of file has a reader of its own.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from bot.domain.encodings import is_tcvn3, marked_encoding
from bot.errors import InvalidInput

MAX_BYTES: Final = 1024 * 1024

# How other forms of files begin, and how people call them.
MAGIC: Final = (
    (b"\xd0\xcf\x11\xe0", ".doc"),
    (b"{\\rtf", ".rtf"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"\x89PNG", ".png"),
    (b"II*\x00", ".tiff"),
    (b"MM\x00*", ".tiff"),
)
_ODT: Final = b"application/vnd.oasis.opendocument.text"
_PDF_WITHIN: Final = 1024  # bytes before which a .pdf may begin
# A password makes a container of its own out of a .docx; so its directory says.
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]")


def form_of(data: bytes) -> str:
    """The form of a file, as people call it, by how it begins; what begins like no other is text.

    Raises InvalidInput for a .docx with a password.
    """
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _form_of_zip(data)
    if b"%PDF-" in data[:_PDF_WITHIN]:
        return ".pdf"
    form = next((form for magic, form in MAGIC if data.startswith(magic)), ".txt")
    if form == ".doc" and _ENCRYPTED in data:
        raise InvalidInput("letter.encrypted")
    return form


def _form_of_zip(data: bytes) -> str:
    """Which of the forms that are zip files; the names inside are at its end too."""
    if _ODT in data[:200]:
        return ".odt"
    if b"word/document.xml" in data:
        return ".docx"
    return ".xlsx" if b"xl/workbook.xml" in data else ".zip"


def decode(data: bytes) -> str:
    """The text of a .txt file in UTF-8, UTF-16 or Windows-1258, as NFC with `\\n` line ends.

    Raises InvalidInput for what is empty, over 1 MiB, another form of file, not text at all, or
    written with an old font instead of Unicode.
    """
    if len(data) > MAX_BYTES:
        raise InvalidInput("letter.too_large", limit="1 MiB")
    form = form_of(data)
    if form != ".txt":
        raise InvalidInput("letter.form_not_supported", form=form)
    try:
        text = data.decode(_encoding(data))
    except UnicodeDecodeError:
        raise InvalidInput("letter.not_text") from None
    return accept(text)


def accept(text: str) -> str:
    """The text as NFC with `\\n` line ends; raises InvalidInput as `decode` does."""
    if len(text) > MAX_BYTES:
        raise InvalidInput("letter.too_large", limit="1 MiB")
    if _CONTROL.search(text):
        raise InvalidInput("letter.not_text")
    refuse_old_font(text)  # before NFC: cp1258 bytes of such a text can compose into real letters
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not any(letter.isalnum() for letter in text):
        raise InvalidInput("letter.empty")
    return unicodedata.normalize("NFC", text)


def refuse_old_font(text: str) -> None:
    """Raise InvalidInput for text written with a font of the time before Unicode."""
    if is_tcvn3(text):
        raise InvalidInput("letter.old_font")


def _encoding(data: bytes) -> str:
    """By the mark at the start, by the zero bytes of UTF-16, by what UTF-8 allows, else cp1258."""
    if marked := marked_encoding(data):
        return marked
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1258"
    return "utf-8"
