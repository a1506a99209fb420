"""The body of an answer as it comes in: unpacked piece by piece and never longer than allowed.

A few hundred kilobytes of gzip may stand for gigabytes: what is too much is never unpacked.
"""

from __future__ import annotations

import zlib
from typing import Final

_STEP: Final = 65_536  # unpacked at once, in bytes
_GZIP: Final = 16 + zlib.MAX_WBITS
PACKINGS: Final = frozenset({"gzip", "x-gzip"})
PLAIN: Final = frozenset({"", "identity"})


class TooLong(Exception):
    """The body is longer than was allowed."""


class Garbled(Exception):
    """The body is not what its head says, or broke off."""


class Body:
    """Collects at most `most` bytes of a body whose Content-Encoding is in PLAIN or PACKINGS."""

    def __init__(self, encoding: str, *, most: int) -> None:
        self._most = most
        self._packed = encoding in PACKINGS
        self._received = 0
        self._content = bytearray()
        self._member = zlib.decompressobj(_GZIP)

    def take(self, piece: bytes) -> None:
        """Add what came in; raises TooLong or Garbled."""
        self._received += len(piece)
        if self._received > self._most:  # gzip may also be long and stand for nothing
            raise TooLong
        if self._packed:
            self._unpack(piece)
        else:
            self._content += piece

    def whole(self) -> bytes:
        """All of it, once everything has come; raises Garbled if something is missing."""
        if self._packed and self._received and not self._member.eof:
            raise Garbled
        return bytes(self._content)

    def _unpack(self, piece: bytes) -> None:
        while piece:
            if self._member.eof:  # one gzip file may follow another
                self._member = zlib.decompressobj(_GZIP)
            try:
                self._content += self._member.decompress(piece, _STEP)
            except zlib.error:
                raise Garbled from None
            if len(self._content) > self._most:
                raise TooLong
            piece = self._member.unconsumed_tail or self._member.unused_data
