"""A stencil that is filled for a unit is, byte for byte, the card drawn for that unit."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as some

from bot.delivery.render import DirectiveView, TaskView, Writer
from bot.delivery.render_card import (
    CardView,
    card,
    fills,
    stencil,
)
from bot.delivery.telegram import call_of
from bot.domain.states import CardKind, ChatKind, Lane, MessageKind, OutboxState
from bot.storage.claims import Claimed, ClaimedCard, ClaimedChat
from bot.texts import LANGUAGES, texts
from bot.texts.moments import Moments

NOW = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
WRITERS = [
    Writer(texts(language), Moments(texts(language), ZoneInfo("Asia/Ho_Chi_Minh")), NOW)
    for language in LANGUAGES
]
DIRECTIVE = DirectiveView(
    issuer="Sở Thông tin & Truyền thông",
    number="12",
    symbol="STTTT",
    issued_on=date(2026, 11, 27),
    urgency="urgent",
    subject='tuyên truyền "chuyển đổi số" \\ quý IV',
)
TASKS = tuple(
    TaskView(position=number, short_title=f"Nhiệm vụ <{number}>", deadline_at=NOW + timedelta(9))
    for number in (1, 2, 3)
)
VIEW = CardView(addressee_id=1, unit_name="", directive=DIRECTIVE, tasks=TASKS)


def message(kind: MessageKind = MessageKind.DIRECTIVE) -> Claimed:
    """The first sending of a card, the second time."""
    chat = ClaimedChat(7, 5_000_000_007, ChatKind.PRIVATE, "vi", 7, None, None, None)
    return Claimed(
        id=23,
        kind=kind,
        lane=Lane.DIRECTIVE,
        state=OutboxState.CLAIMED,
        parameters={},
        directive_id=1,
        reply_to=None,
        edits=None,
        epoch=1,
        uncertain_attempts=1,
        seen_message_id=None,
        chat=chat,
        card=ClaimedCard(9, CardKind.DIRECTIVE, 1, None),
        when_unclear=None,
    )


@given(
    unit_name=some.text(max_size=300),
    addressee_id=some.integers(1, 2**62),
    write=some.sampled_from(WRITERS),
    in_group=some.booleans(),
    edits=some.none() | some.just(88),
)
def test_filled_it_is_the_very_card(
    unit_name: str, addressee_id: int, write: Writer, *, in_group: bool, edits: int | None
):
    view = replace(VIEW, unit_name=unit_name, addressee_id=addressee_id, in_group=in_group)
    shared = stencil(replace(VIEW, unit_name="Đơn vị khác", in_group=in_group), write)
    assert shared is not None
    filled = call_of(message(), shared, edits, now=NOW, fills=fills(addressee_id, unit_name))
    drawn = call_of(message(), card(view, write), edits, now=NOW)
    assert filled == drawn
    assert isinstance(filled.body, bytes)
    assert (
        json.loads(filled.body)["text"] == card(view, write).text.encode(errors="replace").decode()
    )


def test_a_card_with_little_room_left_is_drawn_for_each_unit():
    tasks = tuple(replace(TASKS[0], position=number) for number in range(1, 60))
    assert stencil(replace(VIEW, tasks=tasks), WRITERS[0]) is None
