"""Bytes of a fetched page to its text, whatever encoding it claims; pure, and never refuses.

Texts in a font of the time before Unicode stay as they are here: `page_markup` turns them round,
piece by piece, as pages mix them with others.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from bot.articles.page_blocks import compose
from bot.domain.encodings import is_tcvn3, marked_encoding

_DECLARED_WITHIN: Final = 4096  # bytes; HTML asks for it within the first 1024
_CHARSET: Final = re.compile(rb"charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w:.-]{1,40})", re.IGNORECASE)
_XML: Final = re.compile(rb"<\?xml[^<>]{0,200}encoding=[\"']([\w:.-]{1,40})", re.IGNORECASE)
# Encodings that Python knows and that are ways to write text, not to pack it.
_KNOWN: Final = re.compile(
    r"utf-?8|(?:windows|cp)-?12\d\d|(?:iso)?-?8859-\d{1,2}|iso-?8859-?\d{1,2}|latin-?1|us-ascii"
    r"|gb2312|gbk|gb18030|big5|shift_jis|euc-(?:jp|kr)|koi8-[ru]|tis-620",
    re.IGNORECASE,
)
_WESTERN: Final = frozenset({"cp1252", "iso8859-1", "ascii"})
_C1: Final = re.compile("[\x80-\x9f]+")
_TAG: Final = re.compile(r"<[^<>]*>")
_SAMPLE: Final = 200_000  # characters, to judge by
# In Windows-1258 a tone follows its vowel as a letter of its own.
_TONED: Final = re.compile("[aeiouyâăêôơưAEIOUYÂĂÊÔƠƯ][\u0300\u0301\u0303\u0309\u0323]")
_TONE: Final = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
# XML has no place for these, and neither has a page.
_CONTROL: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]"
)


def decode(body: bytes, content_type: str | None) -> str:
    """The text of a page, NFC, without control characters; what cannot be read becomes U+FFFD."""
    text = compose(_CONTROL.sub("", _decoded(body, content_type)))
    return text.removeprefix("\ufeff")


def _decoded(body: bytes, content_type: str | None) -> str:
    if marked := marked_encoding(body):
        return body.decode(marked, errors="replace")
    text = body.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    # Sites cut a sentence by bytes, and the fetcher cuts the page: that makes it no less UTF-8.
    if broken == 0 or broken * 20 < sum(letter > "\x7f" for letter in text[:_SAMPLE]):
        return text
    declared = _declared(body, content_type)
    if declared in (None, "utf-8", "cp1258", *_WESTERN):
        return _vietnamese(body, declared)
    return body.decode(declared or "utf-8", errors="replace")


def _vietnamese(body: bytes, declared: str | None) -> str:
    """Windows-1258 where its tones stand behind vowels, else a .VnTime text or a Western one."""
    western = _western(body)
    if is_tcvn3(_TAG.sub(" ", western[:_SAMPLE])):
        return western
    vietnamese = body.decode("cp1258", errors="replace")
    sample = vietnamese[:_SAMPLE]
    tones = len(_TONE.findall(sample))
    if declared == "cp1258" or (tones and len(_TONED.findall(sample)) > 0.8 * tones):
        return vietnamese
    return western


def _western(body: bytes) -> str:
    """As Windows-1252, which leaves a few bytes without a letter: those are dropped."""
    return _C1.sub(
        lambda found: found[0].encode("latin-1").decode("cp1252", errors="ignore"),
        body.decode("latin-1"),
    )


def _declared(body: bytes, content_type: str | None) -> str | None:
    """Python's name for the encoding the server or, failing that, the page claims."""
    head = body[:_DECLARED_WITHIN]
    header = (content_type or "")[:500].encode("ascii", "ignore")
    for pattern, place in ((_CHARSET, header), (_CHARSET, head), (_XML, head)):
        found = pattern.search(place)
        if found is None:
            continue
        name = found[1].decode("ascii", "ignore")
        if not _KNOWN.fullmatch(name):
            continue
        try:
            return codecs.lookup(name).name
        except LookupError:
            continue
    return None
