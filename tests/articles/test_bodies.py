"""Bodies unpacked piece by piece."""

from __future__ import annotations

import gzip
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.articles.bodies import Body, Garbled, TooLong


def read(encoding: str, *pieces: bytes, most: int = 1_000_000) -> bytes:
    body = Body(encoding, most=most)
    for piece in pieces:
        body.take(piece)
    return body.whole()


def cut(packed: bytes, size: int) -> list[bytes]:
    return [packed[at : at + size] for at in range(0, len(packed), size)]


@given(st.lists(st.binary(max_size=300), max_size=4), st.integers(1, 50))
def test_what_was_packed_comes_out_however_it_is_cut(parts: list[bytes], size: int):
    packed = b"".join(map(gzip.compress, parts))
    assert read("gzip", *cut(packed, size)) == b"".join(parts)
    assert read("", *cut(packed, size)) == packed


@given(st.integers(0, 200_000), st.integers(0, 200_000), st.integers(1, 5_000))
def test_no_more_comes_out_than_is_allowed(length: int, most: int, size: int):
    pieces = cut(gzip.compress(b"a" * length), size)
    if length > most or sum(map(len, pieces)) > most:
        with pytest.raises(TooLong):
            read("gzip", *pieces, most=most)
    else:
        assert len(read("gzip", *pieces, most=most)) == length


@given(st.binary(max_size=300), st.data())
def test_what_broke_off_is_garbled(content: bytes, data: st.DataObject):
    packed = gzip.compress(content)
    kept = data.draw(st.integers(1, len(packed) - 1))
    with pytest.raises(Garbled):
        read("gzip", packed[:kept])


def test_what_is_no_gzip_is_garbled():
    with pytest.raises(Garbled):
        read("gzip", b"<html>")
    with pytest.raises(Garbled):
        read("gzip", gzip.compress(b"a") + b"<html>")


def test_one_small_piece_that_stands_for_much_is_not_unpacked():
    piece = gzip.compress(bytes(200_000_000), 9)
    body = Body("gzip", most=2_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(TooLong):
            body.take(piece)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()
