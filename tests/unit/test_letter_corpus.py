"""The letters the parser was tuned with are still read as well; the held-out ones stay closed."""

from __future__ import annotations

import pytest

from tests.letters.corpus import CORPUS, load
from tests.letters.mutations import MUTATIONS
from tests.letters.score import Table, score

LETTERS = load(CORPUS, tuning_only=True) if CORPUS.exists() else []


@pytest.mark.skipif(not LETTERS, reason="the corpus is not here")
@pytest.mark.parametrize("name", MUTATIONS)
def test_the_corpus_is_read(name: str):
    table = Table()
    wrong = [line for letter in LETTERS for line in score(letter, MUTATIONS[name], table)]
    assert table.share >= 0.95, wrong


@pytest.mark.skipif(not LETTERS, reason="the corpus is not here")
def test_a_letter_without_its_head_scores_less():
    whole, headless = Table(), Table()
    for letter in LETTERS:
        score(letter, MUTATIONS["as it is"], whole)
        score(letter, lambda text: "\n".join(text.split("\n")[12:]), headless)
    assert headless.share < whole.share
