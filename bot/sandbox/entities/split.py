"""How a phone cuts a text that is too long for one message."""

from bot.sandbox.entities.model import utf16_length


def split_text(text: str, longest: int) -> list[str]:
    """Parts of at most `longest` UTF-16 code units, cut at a line end or space if possible."""
    parts = []
    while utf16_length(text) > longest:
        cut = longest if text.isascii() else len(_head(text, longest))
        for separator in ("\n", " "):
            at = text.rfind(separator, cut // 2, cut)
            if at > 0:
                cut = at
                break
        parts.append(text[:cut])
        text = text[cut:].lstrip(" \n")
    return [*parts, text]


def _head(text: str, length: int) -> str:
    """The beginning of `text` that takes at most `length` UTF-16 code units."""
    return text.encode("utf-16-le")[: length * 2].decode("utf-16-le", "ignore")
