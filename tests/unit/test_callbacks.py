"""What travels in a button: comes back as it went, fits, and nothing foreign is taken for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.callbacks import Callback, Press, decode

LARGEST_ID = 10**18 - 1  # 18 digits
ids = st.integers(0, LARGEST_ID)
presses = st.sampled_from(Press)


@given(presses, st.lists(ids, max_size=2).map(tuple))
def test_decode_gives_back_what_was_encoded(press: Press, numbers: tuple[int, ...]):
    callback = Callback(press, numbers)
    assert decode(callback.encode()) == callback


@given(presses, st.lists(ids, max_size=8).map(tuple))
def test_encode_fits_or_refuses(press: Press, numbers: tuple[int, ...]):
    callback = Callback(press, numbers)
    try:
        data = callback.encode()
    except ValueError:
        assert sum(len(f":{number}") for number in numbers) > 64 - len(f"1:{press}")
    else:
        assert 1 <= len(data.encode()) <= 64


@pytest.mark.parametrize("press", Press)
def test_encode_fits_the_largest_ids_of_every_press(press: Press):
    # Two rows and a small code are the most that any button carries.
    assert Callback(press, (LARGEST_ID, LARGEST_ID, 99)).encode()


def test_encode_is_versioned_and_readable():
    assert Callback(Press.ACKNOWLEDGE, (42,)).encode() == "1:ack:42"
    assert Callback(Press.JOIN).encode() == "1:join"


def test_presses_have_words_of_their_own():
    words = [press.value for press in Press]
    assert len(set(words)) == len(words)
    assert not any(":" in word for word in words)


@given(st.text())
def test_decode_never_raises(data: str):
    decode(data)


@given(presses, st.lists(st.text(max_size=20), min_size=1, max_size=4))
def test_decode_takes_nothing_but_whole_numbers_for_ids(press: Press, parts: list[str]):
    callback = decode(":".join(("1", press.value, *parts)))
    if callback is not None:
        assert callback.press is press
        assert all(0 <= number <= LARGEST_ID for number in callback.ids)


@pytest.mark.parametrize(
    "data",
    [
        "",
        ":",
        "1",
        "1:",
        "1:nosuch:1",
        "2:ack:1",  # a later version's button
        "ack:1",
        "1:ack:",
        "1:ack:-1",
        "1:ack:+1",
        "1:ack: 1",
        "1:ack:1.0",
        "1:ack:1_0",
        "1:ack:1:",
        "1:ack:1::2",
        "1:ack:٣",  # an Arabic digit
        "1:ack:²",
        "1:ack:１２",  # full-width digits
        "1:ack:1234567890123456789",  # more than a 64-bit column holds
        "1:ack:" + "9" * 5000,
        "1:ACK:1",
        "1:ack\n:1",
        "1:ack:1\n",
        "1:ack:1;DROP TABLE staff",
        "\x00",
        "\ud800",
    ],
)
def test_decode_refuses_what_we_did_not_make(data: str):
    assert decode(data) is None
