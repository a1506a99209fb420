"""Web pages written and marked by hand (tests/fixtures/pages), the held-out ones apart."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

CORPUS = Path(__file__).parents[1] / "fixtures" / "pages"
OPENED = {"open": CORPUS, "1": CORPUS / "held_out", "2": CORPUS / "held_out_2"}
"""The pages the reader was made with, and those that were held out and then used to mend it."""
UNOPENED = {"3": CORPUS / "held_out_3"}
"""Pages that nobody who mends the reader has seen: run once, and what is wrong stays unseen."""
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Marked:
    """One page as a server sends it, and what a person found on it."""

    name: str
    body: bytes
    url: str
    content_type: str | None
    kinds: frozenset[str]
    title: str | None
    site: str | None
    author: str | None
    published: date | None
    at: datetime | None
    canonical: str | None
    may_be_null: frozenset[str]

    @property
    def is_article(self) -> bool:
        """Only of articles are title and date judged."""
        return "article" in self.kinds


def load(part: str = "open") -> list[Marked]:
    """The pages of one of OPENED or UNOPENED; none while its folder does not exist yet."""
    folder = (OPENED | UNOPENED)[part]
    if not folder.exists():
        return []
    lines = (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    return [_marked(folder, json.loads(line)) for line in lines if line.strip()]


def _marked(folder: Path, truth: dict[str, Any]) -> Marked:
    written = truth["published"]
    at = datetime.fromisoformat(written) if written and "T" in written else None
    day = at.astimezone(ZONE).date() if at else date.fromisoformat(written) if written else None
    return Marked(
        name=truth["page"],
        body=(folder / f"{truth['page']}.html").read_bytes(),
        url=truth["url"],
        content_type=truth["content_type"],
        kinds=frozenset({truth["kind"], truth.get("kind_or") or truth["kind"]}),
        title=truth["title"],
        site=truth["site"],
        author=truth["author"],
        published=day,
        at=at,
        canonical=truth["canonical"],
        may_be_null=frozenset(truth.get("may_be_null") or ()),
    )
