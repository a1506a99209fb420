"""One number, however it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions.phones import phone_hash
from bot.domain.phones import phone_key


@pytest.mark.parametrize(
    "written",
    [
        "0912345678",
        "0912 345 678",
        "0912.345.678",
        "+84912345678",
        "+84 (0) 912-345-678",
        "(84)912345678",
        "0084 912 345 678",
        "84912345678",
        "912345678",
    ],
)
def test_phone_key_is_one_for_all_ways_to_write_a_number(written):
    assert phone_key(written) == "84912345678"


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("(0216) 385 2222", "842163852222"),
        ("841234567", "84841234567"),  # nine digits: its zero was eaten
        ("+1 202 555 0123", "12025550123"),
        ("", None),
        ("chưa có", None),
        ("0912 345 67x", None),
        ("113", None),
        ("0912345678 / 0987654321", None),
        ("٠٩١٢٣٤٥٦٧٨", None),
    ],
)
def test_phone_key_of_other_numbers(written, key):
    assert phone_key(written) == key


@given(st.text(alphabet="0123456789+ .-()", max_size=20))
def test_phone_key_of_a_key_is_the_key(text):
    key = phone_key(text)
    if key is not None and not key.startswith("0"):
        assert phone_key(f"+{key}") == key


def test_phone_hash_depends_on_key_and_number():
    assert phone_hash(b"a", "84912345678") == phone_hash(b"a", "84912345678")
    assert phone_hash(b"a", "84912345678") != phone_hash(b"b", "84912345678")
    assert phone_hash(b"a", "84912345678") != phone_hash(b"a", "84912345679")
