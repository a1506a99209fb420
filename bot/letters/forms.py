"""From a file's bytes to a document: which form it has, told by how it begins, and who reads it.

Reading others' files is for the child process (`child`) only: nothing here is limited by itself.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import Final

from bot.errors import InvalidInput
from bot.letters.document import Document, document_of
from bot.letters.text import decode, form_of

# Endings by which people name a form; other endings promise nothing.
_ENDINGS: Final = {
    **{form: form for form in (".docx", ".pdf", ".doc", ".rtf", ".odt", ".txt", ".png")},
    **dict.fromkeys((".jpg", ".jpeg"), ".jpg"),
    **dict.fromkeys((".tif", ".tiff"), ".tiff"),
}
_WITH_MACROS: Final = (".docm", ".dotm", ".xlsm")


def read_document(data: bytes, *, name: str | None = None) -> Document:
    """The lines of a letter's file. InvalidInput for what cannot be read, each with its reason.

    A file whose ending says another form than its content is refused: one of the two is wrong.
    """
    ending = PurePath(name or "").suffix.lower()
    if ending in _WITH_MACROS:
        raise InvalidInput("letter.with_macros")
    form = form_of(data)
    if _ENDINGS.get(ending, form) != form:
        raise InvalidInput("letter.form_mismatch", ending=ending, form=form)
    # Readers and what they need are loaded when a file needs them.
    if form == ".txt":
        return document_of(decode(data))
    if form == ".docx":
        from bot.letters.docx import read_docx

        return read_docx(data)
    if form == ".pdf":
        return _read_pdf(data)
    from bot.letters import converters

    return converters.read_other(data, form=form)


def _read_pdf(data: bytes) -> Document:
    from bot.letters import converters
    from bot.letters.pdf import read_pdf

    try:
        return read_pdf(data)
    except InvalidInput as error:
        if error.key != "letter.scan" or not converters.reads_scans():
            raise
    return converters.read_scanned_pdf(data)
