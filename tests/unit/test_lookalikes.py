"""Names that a reader takes for one another."""

from __future__ import annotations

import pytest

from bot.domain.lookalikes import like, skeleton


@pytest.mark.parametrize(
    "other",
    [
        "nguyễn văn an",
        "Nguyen Van An",
        "Nguyễn  Văn\u200b An",
        "Nguуễn Vаn Аn",  # Cyrillic у, а, А
        "ΝGUYỄN VĂN AN",  # Greek Ν
        "Ｎguyễn Văn An",  # full width
        "Nguyễn Văn An.",
    ],
)
def test_what_looks_alike_has_one_skeleton(other: str):
    assert skeleton(other) == skeleton("Nguyễn Văn An")


@pytest.mark.parametrize("other", ["Nguyễn Văn Anh", "Nguyễn An", "An Văn Nguyễn", ""])
def test_what_differs_does_not(other: str):
    assert like("Nguyễn Văn An", [other]) is None


def test_the_first_name_that_looks_like_it_is_told():
    assert like("lan", ["Hoa", "Ian", "LAN"]) == "Ian"
