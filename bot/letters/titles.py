"""A short title for a task, for reminders and buttons; staff edit it."""

from __future__ import annotations

import re
from typing import Final

MAX_TITLE: Final = 120
SHORTEST_CLAUSE: Final = 30  # characters
_ITEM_WORDS: Final = 3  # words: pieces this short between commas are a list, not a clause

# The end of a sentence, or of a line: "... tỉnh. Góp phần", "... sau:\na) ..."
_SENTENCE_END = re.compile(r"[.;!?](?=\s+[A-ZÀ-ỸĐ]|\s*$)|[:;,]?\s*\n")
_EDGES = " ,.;:-/"


def suggest_short_title(task_text: str) -> str:
    """The first clause of a task, at most 120 characters, never cut inside a word.

    A comma ends the clause only where it does not part a list ("tin, bài", "cơ quan, đơn vị").
    """
    end = _SENTENCE_END.search(task_text)
    sentence = " ".join((task_text[: end.start()] if end else task_text).split()).strip(_EDGES)
    clause = _first_clause(sentence)
    if len(clause) <= MAX_TITLE:
        return clause
    shortened = clause[: MAX_TITLE - 1]
    if clause[MAX_TITLE - 1] != " " and " " in shortened:
        shortened = shortened[: shortened.rindex(" ")]
    return f"{shortened.rstrip(_EDGES)}…"


def _first_clause(sentence: str) -> str:
    pieces = re.split(r"(?<=[^\d]), ", sentence)
    for count in range(1, len(pieces)):
        clause = ", ".join(pieces[:count])
        is_list = any(len(piece.split()) <= _ITEM_WORDS for piece in pieces[count - 1 : count + 1])
        if len(clause) >= SHORTEST_CLAUSE and not is_list:
            return clause
    return sentence
