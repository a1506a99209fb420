"""What was noticed about an article, as it stands in a message; pure.

Which findings there are is in `bot.domain.findings`, what a unit may see of them in `for_unit`, in
what words each is told in `bot.articles.finding_words`.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from bot.articles.finding_words import in_words
from bot.delivery.render import Writer
from bot.domain.found import Finding, Found, Weight, is_clean


def mark(found: Sequence[Found]) -> str:
    """One sign: nothing to look at, something, or nothing known yet but that."""
    if is_clean(found):
        return "✓"
    concerns = {each.finding for each in found if each.weight is Weight.CONCERN}
    return "…" if concerns == {Finding.NOT_CHECKED} else "⚠"


def lines(found: Sequence[Found], write: Writer) -> list[str]:
    """What somebody must look at, a line each; then the rest, all on one line."""
    concerns = [_line(each, write) for each in found if each.weight is Weight.CONCERN]
    notes = [_line(each, write) for each in found if each.weight is Weight.NOTE]
    return [*concerns, " · ".join(notes)] if notes else concerns


def _line(found: Found, write: Writer) -> str:
    return escape(in_words(found, write.moments), quote=False)
