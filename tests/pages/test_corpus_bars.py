"""The bars of reading pages, on the corpus; of the held-out third only whether a wrong
day is ever given as certain: which page, nobody is told."""

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


def test_held_out_pages_get_no_wrong_day_as_certain():
    count = len(score(load(is_held_out=True), ours).wrong_but_certain)
    assert count == 0
