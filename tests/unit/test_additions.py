"""How an answer is worded for all, and how much of it a card and a message take."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.delivery.render import AdditionsView, AdditionView, TaskView
from bot.delivery.render_additions import message
from bot.delivery.render_card import card, stencil
from bot.domain import additions
from bot.domain.additions import LONGEST_ANSWER, LONGEST_ASKED, Words
from bot.domain.splitting import MOST_UNITS, visible_length
from tests.unit.test_stencil import DIRECTIVE, NOW, VIEW, WRITERS

WRITE = WRITERS[0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Báo Yên Bái xin hỏi", "… xin hỏi"),
        ("của BÁO   yên\nbái.", "của …."),
        ("Báo Yên Bái An ninh, anh An", "… An ninh, anh An"),
        ("Nguyễn Văn An: khi nào?", "…: khi nào?"),
        ("Nguyễn Văn Anh", "Nguyễn Văn Anh"),
        ("Nguye\u0302\u0303n Va\u0306n An", "…"),  # as some phones write it
    ],
)
def test_who_asked_is_named_nowhere(text: str, told: str):
    names = ("Nguyễn Văn An", "Báo Yên Bái", "")
    assert additions.proposed(text, "x", names=names).asked == told
    assert additions.proposed("x", text, names=names).answer == told


def test_typed_words_are_the_answer_or_both():
    assert additions.typed(" Ba ngày. \n", asked="Mấy?", names=()) == Words("Mấy?", "Ba ngày.")
    assert additions.typed("Mấy?\nBa.\n\nBốn.", asked="", names=()) == Words("Mấy?", "Ba.\n\nBốn.")
    assert not additions.typed("x", asked="", names=()).are_usable
    assert not additions.typed("x" * 1501, asked="", names=()).are_usable


LONG = Words("Đ" * LONGEST_ASKED, "😀" * LONGEST_ANSWER)


@given(sizes=some.lists(some.integers(0, LONGEST_ANSWER), max_size=12))
def test_every_addition_is_in_one_message_that_has_room(sizes: list[int]):
    words = [Words("Đ" * (size % LONGEST_ASKED), "😀" * size) for size in sizes]
    pages = list(additions.pages(words))
    assert [place for page in pages for place in page] == list(range(len(words)))
    for page in pages:
        views = [AdditionView(words[place].asked, words[place].answer, NOW) for place in page]
        for write in WRITERS:
            text = message(DIRECTIVE, views, write, asked_for=True).text
            assert visible_length(text) <= MOST_UNITS


def shown(count: int) -> AdditionsView:
    views = (
        AdditionView(f"Hỏi {number}?" + "Đ" * 300, "Đáp" * 100, NOW) for number in range(count)
    )
    return AdditionsView(tuple(views)[:3], count)


def test_no_task_goes_for_additions():
    tasks = tuple(
        TaskView(position=number, short_title="Đ" * 170, deadline_at=NOW + timedelta(9))
        for number in range(1, 15)
    )
    for count in range(len(tasks)):
        view = replace(VIEW, tasks=tasks[: count + 1])
        without = card(view, WRITE).text
        text = card(replace(view, additions=shown(7)), WRITE).text
        assert visible_length(text) <= MOST_UNITS
        assert text.count("Đ" * 170) >= without.count("Đ" * 170)
        assert WRITE.texts("card.additions", count=7) in text
    few = card(replace(VIEW, additions=shown(2)), WRITE).text
    assert "Hỏi 0?" in few
    assert "Hỏi 1?" in few
    assert "trả lời khác" not in few


def test_additions_stand_on_a_stencil_too():
    content = stencil(replace(VIEW, additions=shown(1)), WRITE)
    assert content is not None
    assert "Hỏi 0?" in content.text
