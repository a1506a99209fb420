"""Signs as people see them, judged by Unicode's own rules."""

from __future__ import annotations

import regex
from hypothesis import given
from hypothesis import strategies as some

from bot.domain.graphemes import begins_at

MADE_OF_SEVERAL = [
    "ê\u0323", "u\u031b\u0301", "🇻🇳", "👍🏽", "1\ufe0f\u20e3", "❤\ufe0f\u200d🔥",
    "\U0001f468\u200d\U0001f469\u200d\U0001f466", "🏴\U000e0067\U000e0062\U000e007f",
    "\ud55c", "\u1112\u1161\u11ab", "\uac00\u11a8", "\u0915\u094d\u0937", "\u0e01\u0e33", "\r\n",
]  # fmt: skip
SIGNS = some.characters(exclude_categories=["Cn", "Cs", "Co"])
HARD = some.sampled_from(
    "\u0301\u200d\u200c\ufe0f\u20e3\U0001f1fb\U0001f1f3👩👍\U0001f3fd\U000e0067\r\n\u0600\u1100"
    "\u1161\u11a8가각क\u094dष\u093c\u0e33\u0e01\u0bbf\u200b\u00ad a1"
)


def borders(text: str) -> set[int]:
    """Where Unicode's rules let a sign begin."""
    return {found.start() for found in regex.finditer(r"\X", text)} | {0, len(text)}


def found(text: str) -> set[int]:
    return {place for place in range(len(text) + 1) if begins_at(text, place)}


@given(some.lists(SIGNS | HARD, max_size=40).map("".join))
def test_no_sign_begins_inside_another_one(text: str):
    assert found(text) <= borders(text)


@given(some.lists(some.sampled_from([*MADE_OF_SEVERAL, "a", "ệ", " ", "字"]), max_size=20))
def test_what_is_written_here_is_parted_wherever_it_may_be(signs: list[str]):
    text = "".join(signs)
    assert found(text) == borders(text)
