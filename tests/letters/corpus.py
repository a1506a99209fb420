"""Letters written and marked by hand: each a `.txt`, and a `.json` that says what is in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).parents[1] / "fixtures" / "letters" / "corpus"
TUNED = "tuned"
# Once held out and run once; since then the parser is tuned with them too.
OPENED = {
    "held out, first set, since opened": "HELD_OUT.txt",
    "held out, second set, since opened": "HELD_OUT_2.txt",
    "held out, third set, since opened": "HELD_OUT_3.txt",
    "held out, fourth set, since opened": "HELD_OUT_4.txt",
    "held out, fifth set, since opened": "HELD_OUT_5.txt",
}
HELD_OUT = {"held out, sixth set": "HELD_OUT_6.txt"}
GROUPS = (TUNED, *OPENED, *HELD_OUT)


@dataclass(frozen=True, slots=True)
class Marked:
    """One letter, what a person found in it, and the group it is counted in."""

    name: str
    text: str
    marks: dict[str, Any]
    group: str

    @property
    def held_out(self) -> bool:
        """Whether the parser was tuned without it."""
        return self.group in HELD_OUT


def load(folder: Path, *, tuning_only: bool = False) -> list[Marked]:
    """All letters of the folder by name; those held out are not even opened when `tuning_only`."""
    lists = {**OPENED, **HELD_OUT}
    groups = {name: group for group, file in lists.items() for name in _listed(folder / file)}
    return [
        Marked(
            file.stem,
            file.read_text(encoding="utf-8"),
            json.loads(file.with_suffix(".json").read_text(encoding="utf-8")),
            groups.get(file.stem, TUNED),
        )
        for file in sorted(folder.glob("*.txt"))
        if file.name not in lists.values()
        if not (tuning_only and groups.get(file.stem) in HELD_OUT)
        if file.with_suffix(".json").exists()
    ]


def _listed(file: Path) -> set[str]:
    """The letters named in the file, one a line, without its remarks."""
    lines = file.read_text(encoding="utf-8").split("\n") if file.exists() else []
    return {Path(line.strip()).stem for line in lines if line.strip()[:1] not in ("", "#")}
