"""Letters written and marked by hand: each a `.txt`, and a `.json` that says what is in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).parents[1] / "fixtures" / "letters" / "corpus"
HELD_OUT = "HELD_OUT.txt"


@dataclass(frozen=True, slots=True)
class Marked:
    """One letter, what a person found in it, and whether the parser was tuned without it."""

    name: str
    text: str
    marks: dict[str, Any]
    held_out: bool


def load(folder: Path, *, tuning_only: bool = False) -> list[Marked]:
    """All letters of the folder by name; those held out are not even opened when `tuning_only`."""
    listed = folder / HELD_OUT
    names = listed.read_text(encoding="utf-8").split("\n") if listed.exists() else []
    held_out = {Path(name.strip()).stem for name in names if name.strip()[:1] not in ("", "#")}
    return [
        Marked(
            file.stem,
            file.read_text(encoding="utf-8"),
            json.loads(file.with_suffix(".json").read_text(encoding="utf-8")),
            file.stem in held_out,
        )
        for file in sorted(folder.glob("*.txt"))
        if file.name != HELD_OUT and not (tuning_only and file.stem in held_out)
        if file.with_suffix(".json").exists()
    ]
