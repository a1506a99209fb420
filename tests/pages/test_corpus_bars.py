"""The bars of reading pages, on the parts of the corpus that the reader was tuned with."""

from __future__ import annotations

import pytest

from tests.pages.corpus import load
from tests.pages.readers import ours
from tests.pages.score import DATES, TITLES, score


@pytest.mark.parametrize(("part", "fewest"), [("open", 50), ("1", 25), ("2", 20)])
def test_opened_pages_reach_the_bars(part: str, fewest: int):
    found = score(load(part), ours)
    assert found.asked["title"] > fewest
    assert found.share("title") >= TITLES, found.wrong
    assert found.share("date") >= DATES, found.wrong
    assert found.share("kind") >= TITLES, found.wrong
    assert found.wrong_but_certain == []
