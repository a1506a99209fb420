"""How well pages are read: `python -m tests.pages [--held-out 1|2|3 | --all]`.

Prints one table, ours beside trafilatura and htmldate on the same pages: those the reader was made
with, those that were held out and then opened to mend it (1, 2), or those nobody has looked at (3).
"""

from __future__ import annotations

import argparse

from tests.pages.corpus import OPENED, UNOPENED, load
from tests.pages.readers import READERS
from tests.pages.score import DATES, TITLES, other_fields, score, table


def main() -> int:
    """Print the table; 1 if ours is below its bars."""
    asked = argparse.ArgumentParser(prog="python -m tests.pages", description=__doc__)
    asked.add_argument("--held-out", choices=("1", "2", "3"), help="3 is not opened")
    asked.add_argument("--all", action="store_true", help="all opened pages together")
    asked.add_argument("--wrong", action="store_true", help="show what we read wrong")
    given = asked.parse_args()
    if given.wrong and given.held_out in UNOPENED:
        asked.error("what is wrong on held-out pages stays unseen")
    parts = list(OPENED) if given.all else [given.held_out or "open"]
    pages = [page for part in parts for page in load(part)]
    score(pages[:3], READERS["trafilatura"])  # loads its models before it is timed
    scores = {name: score(pages, read) for name, read in READERS.items()}
    ours = scores["Dondoc"]
    print(f"{len(pages)} pages, {' and '.join(parts)}\n")
    print("\n".join(table(scores)))
    print(f"\nAlso ours: {other_fields(ours)}.")
    if given.wrong:
        print("\n".join(["", *ours.wrong, "", "certain and wrong:", *ours.wrong_but_certain]))
    is_good = (
        ours.share("title") >= TITLES and ours.share("date") >= DATES and not ours.wrong_but_certain
    )
    return 0 if is_good else 1


if __name__ == "__main__":
    raise SystemExit(main())
