"""The zip file that a .docx is: opened in memory, with its parts read by name and within limits.

Nothing is ever written to disk and no name inside is used as a path.
"""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from bot.errors import InvalidInput

MAX_MEMBERS: Final = 1_000
MAX_UNPACKED: Final = 50 * 1024 * 1024
MAX_RATIO: Final = 100
MAX_PART: Final = 12 * 1024 * 1024  # of XML, whose tree needs some twenty times as much memory
_SMALL: Final = 1024 * 1024  # bytes: XML this small may be packed as well as it can
_ENCRYPTED: Final = 0x1  # the flag of a zip's member


class Archive:
    """The parts of an Office file. InvalidInput when it is damaged, encrypted or a bomb."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError):
            raise InvalidInput("letter.damaged") from None
        members = self._zip.infolist()
        if any(member.flag_bits & _ENCRYPTED for member in members):
            raise InvalidInput("letter.encrypted")
        if len(members) > MAX_MEMBERS or sum(each.file_size for each in members) > MAX_UNPACKED:
            raise InvalidInput("letter.bomb")
        if any(
            each.file_size > _SMALL and each.file_size > MAX_RATIO * each.compress_size
            for each in members
        ):
            raise InvalidInput("letter.bomb")
        self.names = frozenset(member.filename for member in members)

    def xml(self, name: str) -> Element | None:
        """The named part as XML, None if there is none; entities and DTDs are refused."""
        if name not in self.names:
            return None
        try:
            with self._zip.open(name) as part:
                # A member may lie about its size: what is read is counted again.
                content = part.read(MAX_PART + 1)
            if len(content) > MAX_PART:
                raise InvalidInput("letter.bomb")
            element: Element = fromstring(content, forbid_dtd=True)
        except DefusedXmlException:
            raise InvalidInput("letter.bomb") from None
        except (ParseError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError,
                NotImplementedError, UnicodeError, OSError, ValueError):  # fmt: skip
            raise InvalidInput("letter.damaged") from None
        return element
