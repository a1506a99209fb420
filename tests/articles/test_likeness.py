"""Texts compared by 64 bits."""

from __future__ import annotations

import random

import pytest

from bot.articles.likeness import BINS, FEWEST_WORDS, fingerprint, text_hash


def words(seed: int, count: int = 300) -> str:
    chance = random.Random(seed)
    return " ".join(f"từ{chance.randrange(5_000)}" for _ in range(count))


def alike(one: str, other: str) -> float:
    """The share of three-word runs in common, give or take 0.1: unrelated texts differ in half of
    the bits."""
    mine, theirs = fingerprint(one), fingerprint(other)
    assert mine is not None
    assert theirs is not None
    different = ((mine ^ theirs) & ((1 << BINS) - 1)).bit_count()
    return max(0.0, 1 - 2 * different / BINS)


def test_hash_is_of_the_words():
    assert text_hash("Văn hoá,  Thể thao") == text_hash("văn hóa thể thao.")
    assert text_hash("Văn hoá") != text_hash("Văn học")
    assert text_hash(" .\n") is None


def test_fits_a_bigint_and_stays_the_same():
    prints = [fingerprint(words(seed)) for seed in range(50)]
    assert all(each is not None and -(2**63) <= each < 2**63 for each in prints)
    assert any(each is not None and each < 0 for each in prints)
    # Kept in databases: a change of how it is made must be noticed.
    assert fingerprint(" ".join(map(str, range(40)))) == KEPT


KEPT = 5_796_143_649_909_693_958


def test_short_texts_have_none():
    assert fingerprint("từ " * (FEWEST_WORDS - 1)) is None
    assert fingerprint("từ " * FEWEST_WORDS) is not None


@pytest.mark.parametrize("seed", range(5))
def test_likeness_follows_what_is_shared(seed: int):
    text, other = words(seed), words(seed + 100)
    assert alike(text, text.upper()) == 1.0
    assert alike(text, other) < 0.45
    assert alike(words(seed + 200, 30) + " " + text, text) > 0.6
    half = text[: len(text) // 2] + other[len(other) // 2 :]
    assert alike(text, other) < alike(half, text) < 0.8
