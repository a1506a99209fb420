"""How a reading is compared with what a person found, and the table of it."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from tests.pages.corpus import Marked
from tests.pages.readers import Reading

TITLES = 0.95
DATES = 0.90
FIELDS = ("title", "date", "hour", "kind", "site", "author", "canonical")
_QUOTES = str.maketrans("“”„«»‘’", '"""""\'\'')


@dataclass(slots=True)
class Score:
    """Right answers of those asked for, by field, and what was wrong."""

    right: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FIELDS, 0))
    asked: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FIELDS, 0))
    wrong_but_certain: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0
    pages: int = 0

    def share(self, name: str) -> float:
        """The share of right answers; 1.0 when nothing was asked."""
        return self.right[name] / self.asked[name] if self.asked[name] else 1.0

    def judge(self, page: Marked, name: str, *, is_right: bool, said: object) -> None:
        """Count one answer."""
        self.asked[name] += 1
        self.right[name] += is_right
        if not is_right:
            self.wrong.append(f"{page.name}: {name} {said!r}")


def score(pages: Sequence[Marked], read: Callable[[Marked], Reading]) -> Score:
    """Read every page, and judge what was read."""
    total = Score(pages=len(pages))
    for page in pages:
        begun = time.perf_counter()
        reading = read(page)
        total.seconds += time.perf_counter() - begun
        if reading.kind is not None:
            total.judge(page, "kind", is_right=reading.kind in page.kinds, said=reading.kind)
        if page.is_article:
            _judge_article(page, reading, total)
    return total


def _judge_article(page: Marked, reading: Reading, total: Score) -> None:
    total.judge(
        page, "title", is_right=_plain(reading.title) == _plain(page.title), said=reading.title
    )
    is_right = reading.day == page.published or (
        reading.day is None and "published" in page.may_be_null
    )
    total.judge(page, "date", is_right=is_right, said=(str(reading.day), reading.is_sure))
    same_hour = True
    if page.at is not None and reading.at is not None and is_right:
        same_hour = abs((reading.at - page.at).total_seconds()) < 60
    is_asked = reading.day is not None or "published" not in page.may_be_null
    if page.at is not None and reading.kind is not None and is_asked:
        total.judge(page, "hour", is_right=is_right and reading.at is not None and same_hour,
                    said=str(reading.at))  # fmt: skip
    if reading.day is not None and reading.is_sure and not (is_right and same_hour):
        total.wrong_but_certain.append(f"{page.name}: {reading.day} {reading.at}")
    if reading.kind is None:
        return
    if page.site is not None:
        total.judge(page, "site", is_right=_plain(reading.site) == _plain(page.site),
                    said=reading.site)  # fmt: skip
    total.judge(page, "author", is_right=_is_same_author(reading.author, page.author),
                said=reading.author)  # fmt: skip
    is_same = reading.canonical == page.canonical
    if reading.canonical is None and "canonical" in page.may_be_null:
        is_same = True
    total.judge(page, "canonical", is_right=is_same, said=reading.canonical)


def _is_same_author(said: str | None, marked: str | None) -> bool:
    """A title before the name may be dropped."""
    return _plain(said) == _plain(marked) or bool(
        said and marked and _plain(marked).endswith(" " + _plain(said)) and len(said.split()) > 1
    )


def _plain(text: str | None) -> str:
    """NFC, one blank, straight quotation marks; empty for None."""
    return " ".join(unicodedata.normalize("NFC", text or "").translate(_QUOTES).split())


def table(scores: dict[str, Score]) -> Iterator[str]:
    """The figures in Markdown, a line a reader."""
    yield "| reader | titles right | dates right | wrong dates given as certain | ms a page |"
    yield "|---|---|---|---|---|"
    for name, found in scores.items():
        titles = _shown(found, "title") if "htmldate" not in name else "–"
        yield (
            f"| {name} | {titles} | {_shown(found, 'date')} | {len(found.wrong_but_certain)} "
            f"| {1000 * found.seconds / max(1, found.pages):.1f} |"
        )


def _shown(found: Score, name: str) -> str:
    return f"{100 * found.share(name):.0f} % ({found.right[name]} of {found.asked[name]})"


def other_fields(found: Score) -> str:
    """What else we read, in one line."""
    names = [name for name in FIELDS if name not in ("title", "date")]
    return "; ".join(f"{name} {_shown(found, name)}" for name in names)
