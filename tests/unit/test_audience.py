"""Addressee lines of a letter against registered groups: sure only when the names are the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.office import GROUPS
from bot.domain.audience import GroupNames, Match, match_lines
from bot.letters.parser import parse_letter

LETTER = Path(__file__).parents[1] / "fixtures" / "letter-seed.txt"
OFFICE = tuple(GroupNames(place, (name,)) for place, (_, name) in enumerate(GROUPS, start=1))
PRESS, IOC, CULTURE, MEDIA, SITES = (group.group_id for group in OFFICE)


def match(line: str, groups: tuple[GroupNames, ...] = OFFICE) -> Match:
    (found,) = match_lines([line], groups)
    return found


def test_match_lines_finds_the_five_groups_of_the_letter():
    lines = parse_letter(LETTER.read_text(encoding="utf-8")).addressees
    found = match_lines(lines, OFFICE)
    assert [each.group_id for each in found] == [PRESS, IOC, CULTURE, MEDIA, SITES]
    assert all(each.sure for each in found)
    assert tuple(each.line for each in found) == lines


def test_match_lines_does_not_depend_on_the_order_of_the_groups():
    lines = parse_letter(LETTER.read_text(encoding="utf-8")).addressees
    assert match_lines(lines, OFFICE) == match_lines(lines, tuple(reversed(OFFICE)))


@pytest.mark.parametrize(
    "line",
    [
        "Phòng Văn hoá và Thông tin các huyện, thị xã, thành phố",
        "Phòng Văn hóa và Thông tin các huyện, thị xã, thành phố;",
        "PHÒNG VĂN HÓA VÀ THÔNG TIN CÁC HUYỆN, THỊ XÃ, THÀNH PHỐ",
        "  phòng  văn hóa và thông tin các huyện thị xã thành phố. ",
        "Phòng Va\u0306n ho\u0301a và Thông tin các huyện, thị xã, thành phố",  # letters in pieces
        "09 Phòng Văn hóa và Thông tin các huyện, thị xã, thành phố",
        "Các Phòng Văn hóa và Thông tin các huyện, thị xã, thành phố",
    ],
    ids=["oá", "semicolon", "capitals", "spaces", "decomposed", "number", "các"],
)
def test_match_lines_is_sure_of_the_same_name_written_otherwise(line: str):
    assert match(line) == Match(line, CULTURE, sure=True)


def test_match_lines_knows_a_group_by_its_other_names():
    groups = (GroupNames(7, ("Nhóm báo chí", "Các cơ quan báo chí địa phương")),)
    assert match("Cơ quan báo chí địa phương", groups).group_id == 7
    assert match("nhóm BÁO CHÍ", groups).sure


@pytest.mark.parametrize(
    ("line", "group_id"),
    [
        ("Trung tâm Điều hành thông minh", IOC),
        ("Cơ quan báo chí của địa phương", PRESS),
        ("Phòng Văn hóa và Thông tin các huyện, thị xã", CULTURE),
    ],
)
def test_match_lines_only_suggests_a_name_that_is_like_it(line: str, group_id: int):
    assert match(line) == Match(line, group_id, sure=False)


@pytest.mark.parametrize(
    "line",
    ["Sở Tài chính", "UBND các huyện, thị xã, thành phố", "Như trên", "Các", "30", "–", ""],
)
def test_match_lines_suggests_nothing_for_a_stranger(line: str):
    assert match(line) == Match(line, None, sure=False)


def test_match_lines_suggests_the_likest_of_two():
    one = GroupNames(1, ("Trung tâm Truyền thông huyện",))
    two = GroupNames(2, ("Trung tâm Truyền thông và Văn hóa huyện",))
    line = "Trung tâm Truyền thông và Văn hóa các huyện"
    assert match(line, (one, two)).group_id == match(line, (two, one)).group_id == 2


def test_match_lines_prefers_the_same_name_to_a_like_one():
    like = GroupNames(1, ("Trung tâm Điều hành thông minh của tỉnh",))
    same = GroupNames(2, ("Trung tâm Điều hành thông minh tỉnh",))
    line = "Trung tâm Điều hành thông minh tỉnh"
    assert match(line, (like, same)) == Match(line, 2, sure=True)


def test_match_lines_without_groups_suggests_nothing():
    assert match("Các cơ quan báo chí địa phương", ()).group_id is None


@given(st.lists(st.text(max_size=80), max_size=5))
def test_match_lines_answers_every_line_in_order(lines: list[str]):
    found = match_lines(lines, OFFICE)
    assert [each.line for each in found] == lines
    assert all(each.group_id is not None for each in found if each.sure)
