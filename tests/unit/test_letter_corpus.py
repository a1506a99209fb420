"""The letters the parser was tuned with are still read as well; the held-out ones stay closed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.letters.corpus import CORPUS, load
from tests.letters.mutations import MUTATIONS
from tests.letters.score import Table, score

LETTERS = load(CORPUS, tuning_only=True) if CORPUS.exists() else []


def test_letters_of_the_sixth_list_are_held_out(tmp_path: Path):
    for name in ("01-first", "55-second", "82-third", "109-fourth", "133-fifth", "157-sixth"):
        (tmp_path / f"{name}.txt").write_text("Kính gửi: Sở Y tế.", encoding="utf-8")
        (tmp_path / f"{name}.json").write_text("{}", encoding="utf-8")
    (tmp_path / "HELD_OUT_2.txt").write_text("55-second\n", encoding="utf-8")
    (tmp_path / "HELD_OUT_3.txt").write_text("82-third\n", encoding="utf-8")
    (tmp_path / "HELD_OUT_4.txt").write_text("109-fourth\n", encoding="utf-8")
    (tmp_path / "HELD_OUT_5.txt").write_text("133-fifth\n", encoding="utf-8")
    (tmp_path / "HELD_OUT_6.txt").write_text("# closed\n157-sixth\n", encoding="utf-8")
    assert {letter.name: letter.held_out for letter in load(tmp_path)} == {
        "01-first": False, "55-second": False, "82-third": False, "109-fourth": False,
        "133-fifth": False, "157-sixth": True,
    }  # fmt: skip
    assert "157-sixth" not in {letter.name for letter in load(tmp_path, tuning_only=True)}


@pytest.mark.skipif(not LETTERS, reason="the corpus is not here")
@pytest.mark.parametrize("name", MUTATIONS)
def test_the_corpus_is_read(name: str):
    table = Table()
    wrong = [line for letter in LETTERS for line in score(letter, MUTATIONS[name], table)]
    assert table.share >= 0.95, wrong
    assert table.invented == 0, wrong


@pytest.mark.skipif(not LETTERS, reason="the corpus is not here")
def test_a_letter_without_its_head_scores_less():
    whole, headless = Table(), Table()
    for letter in LETTERS:
        score(letter, MUTATIONS["as it is"], whole)
        score(letter, lambda text: "\n".join(text.split("\n")[12:]), headless)
    assert headless.share < whole.share
