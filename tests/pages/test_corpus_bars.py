"""The bars of reading pages, on the corpus; the held-out third gives no more than its certainty."""

from __future__ import annotations

from tests.pages.corpus import load
from tests.pages.readers import ours
from tests.pages.score import DATES, TITLES, score


def test_open_pages_reach_the_bars():
    found = score(load(), ours)
    assert found.asked["title"] > 50
    assert found.share("title") >= TITLES, found.wrong
    assert found.share("date") >= DATES, found.wrong
    assert found.share("kind") >= TITLES, found.wrong
    assert found.wrong_but_certain == []
