"""How well pages are read: `python -m tests.pages [--held-out]`.

Prints one table, ours beside trafilatura and htmldate on the same pages: those the reader was tuned
with, or with --held-out those nobody had looked at.
"""

from __future__ import annotations

import argparse

from tests.pages.corpus import load
from tests.pages.readers import READERS
from tests.pages.score import DATES, TITLES, other_fields, score, table


def main() -> int:
    """Print the table; 1 if ours is below its bars."""
    asked = argparse.ArgumentParser(prog="python -m tests.pages", description=__doc__)
    asked.add_argument("--held-out", action="store_true", help="the pages nobody tuned on")
    asked.add_argument("--wrong", action="store_true", help="show what we read wrong")
    given = asked.parse_args()
    if given.wrong and given.held_out:
        asked.error("what is wrong on held-out pages stays unseen")
    pages = load(is_held_out=given.held_out)
    score(pages[:3], READERS["trafilatura"])  # loads its models before it is timed
    scores = {name: score(pages, read) for name, read in READERS.items()}
    ours = scores["Dondoc"]
    print(f"{len(pages)} pages, {'held out' if given.held_out else 'open'}\n")
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
