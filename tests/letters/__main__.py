"""How much of the corpus is read right: `python -m tests.letters [FOLDER]`.

Prints per field how often it was right, wrong, missed or invented, for the letters the parser was
tuned with and for those held out, as they are and after each mechanical mutation.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.letters.corpus import CORPUS, GROUPS, load
from tests.letters.mutations import MUTATIONS
from tests.letters.score import Table, score

TARGET = 0.95


def main() -> int:
    """Print the table; 1 if less than 95 % is right or anything is invented."""
    asked = argparse.ArgumentParser(prog="python -m tests.letters", description=__doc__)
    asked.add_argument("folder", nargs="?", type=Path, default=CORPUS)
    asked.add_argument("--tuning-only", action="store_true", help="leave the held-out ones closed")
    asked.add_argument("--wrong", action="store_true", help="show what was read wrong")
    asked.add_argument("--markdown", action="store_true", help="print tables for docs/")
    given = asked.parse_args()
    letters = load(given.folder, tuning_only=given.tuning_only)
    good = True
    for name, mutate in MUTATIONS.items():
        tables = {group: Table() for group in GROUPS}
        for letter in letters:
            wrong = score(letter, mutate, tables[letter.group])
            if given.wrong and not letter.held_out:
                for line in wrong:
                    print(f"{name} · {letter.name} · {line}")
        for group, table in tables.items():
            if table.asked:
                print(table.shown(f"{name}, {group}", markdown=given.markdown))
                good = good and table.share >= TARGET and table.invented == 0
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
