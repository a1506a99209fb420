"""For which task the words of a message say that its links are."""

import pytest

from bot.articles.named_tasks import links_by_task, tasks_named

A, B = "https://a.vn/1", "https://b.vn/2"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("NV 1,2,3: x", {1, 2, 3}),
        ("nv1, 2 và 3", {1, 2, 3}),
        ("NV1+2", {1, 2}),
        (f"NV1 và 2 {A}", {1, 2}),
        (f"NV1-3 {A}", {1, 3}),
        ("NV1, NV2", {1, 2}),
        ("NV2, 05 bài", {2}),
        ("NV2 và 5 tin", {2}),
        ("NV2 - 15/10", {2}),
        ("NV2, 1.200 lượt", {2}),
        ("NV2 - 17:00", {2}),
        ("NV2 - 17h00, 03 lượt", {2}),
    ],
)
def test_several_tasks_named_at_once_are_told_from_counts_and_days(text: str, named: set[int]):
    assert tasks_named(text) == named


@pytest.mark.parametrize(
    "text",
    [
        f"1. {A}\n2. {B}",
        f"1) Bài A: {A}\n2) Bài B: {B}",
        f"1. {A} 2. {B}",
        f"1. {A}\n2/ {B}",
        f"NV1, 2: {A} {B}",
    ],
)
def test_the_numbers_of_a_list_name_no_task_and_several_tasks_not_one(text: str):
    assert links_by_task(text) == ((None, (A, B)),)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"2. {A}\n{B}", ((2, (A, B)),)),
        (f"1. NV2 {A}\n2. NV3 {B}", ((2, (A,)), (3, (B,)))),
        (f"1. NV2 {A}\n2. NV2 {B}", ((2, (A, B)),)),
    ],
)
def test_a_single_number_names_a_task_and_words_go_before_numbers(
    text: str, found: tuple[tuple[int | None, tuple[str, ...]], ...]
):
    assert links_by_task(text) == found
