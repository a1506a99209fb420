"""A cursor over HTML source that knows character references and Telegram's idea of a space."""

import re

_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_PLAIN = re.compile(r"[^<&]+")
_REFERENCE = re.compile(r"&(?:#(?:[xX]([0-9a-fA-F]*)|([0-9]*))|([A-Za-z]*))", re.ASCII)
SPACES = " \t\r\n\0\v"
# A closing NUL lets every scan end without asking for the length: Telegram reads C strings.
END = "\0"


class Scanner:
    """Source, length without the closing NUL, and the cursor."""

    def __init__(self, source: str) -> None:
        self.length = len(source)
        self.source = source + END
        self.at = 0

    def take(self) -> str:
        """The character at the cursor, passed over."""
        self.at += 1
        return self.source[self.at - 1]

    def plain(self) -> str:
        """What is passed over up to a tag or reference."""
        begin = self.at
        found = _PLAIN.match(self.source, begin, self.length)
        self.at = found.end() if found else begin
        return self.source[begin : self.at]

    def reference(self) -> str:
        """The character a reference at the cursor stands for, or "" where it is just text."""
        found = _REFERENCE.match(self.source, self.at)
        if not found:
            return ""
        hexadecimal, decimal, name = found.groups()
        if name is not None:
            char = _NAMED.get(name, "")
        else:
            digits = hexadecimal if hexadecimal is not None else decimal
            short = found.end() - self.at < 10
            code = int(digits, 16 if hexadecimal is not None else 10) if digits and short else 0
            char = chr(code) if 0 < code < 0x10FFFF else ""
        if char:
            self.at = found.end() + (self.source[found.end()] == ";")
        return char

    def skip(self, stops: str) -> str:
        """What is passed over up to a space, the end or one of `stops`."""
        begin = self.at
        while self.source[self.at] not in stops and self.source[self.at] not in SPACES:
            self.at += 1
        return self.source[begin : self.at]

    def skip_spaces(self) -> None:
        """Pass over spaces."""
        while self.at < self.length and self.source[self.at] in SPACES:
            self.at += 1

    @property
    def char(self) -> str:
        """The character at the cursor."""
        return self.source[self.at]

    def byte(self, position: int) -> int:
        """Byte offset of a position: what Telegram's error texts count."""
        return len(self.source[:position].encode("utf-8", "surrogatepass"))
