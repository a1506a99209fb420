"""Who stands in a group by their attributes."""

from __future__ import annotations

import pytest

from bot.domain.conditions import meets, read_condition, written

PRESS = {"Loại hình": ["báo in", "báo điện tử"], "Cấp": ["tỉnh"]}


def test_read_condition_reads_what_is_written():
    assert read_condition("Loại hình = báo in | báo điện tử; Cấp=tỉnh;") == PRESS
    assert read_condition(written(PRESS)) == PRESS


@pytest.mark.parametrize("text", ["", "tỉnh", "= tỉnh", "Cấp =", "Cấp = |", "Cấp = tỉnh; báo"])
def test_read_condition_refuses_what_is_none(text):
    assert read_condition(text) is None


@pytest.mark.parametrize(
    ("attributes", "stands"),
    [
        ({"Loại hình": "Báo in", "Cấp": "Tỉnh"}, True),
        ({"LOAI HINH": "tạp chí; báo điện tử", "cap": "tinh"}, True),
        ({"Loại hình": "tạp chí", "Cấp": "tỉnh"}, False),
        ({"Loại hình": "báo in"}, False),
        ({"Loại hình": "", "Cấp": ""}, False),
        ({}, False),
    ],
)
def test_meets_wants_one_value_of_every_attribute(attributes, stands):
    assert meets(PRESS, attributes) is stands


def test_nobody_meets_an_empty_condition():
    assert not meets({}, {"Cấp": "tỉnh"})
