"""Who has confirmed, as staff see it, and what the silent are asked; with very long names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.callbacks import Press
from bot.delivery.render import ChasedView, Content, Named, TaskView, Writer
from bot.delivery.render_card import CardView, ReceiptView, card
from bot.delivery.render_extensions import HISTORY_SHOWN, HistoryView, WishView
from bot.delivery.render_receipts import (
    FILTERS,
    UNITS_A_PAGE,
    ChasedUnit,
    PersonView,
    PhonedView,
    ReceiptsView,
    UnitReceiptView,
    UnitView,
    chase,
    receipts,
    unit_receipts,
)
from bot.domain.states import AcknowledgeBy, ContactRole, ExtensionState, ReceiptState
from tests.unit.test_render import DIRECTIVE, LONG, MANY, NOW, SOON, assert_fits, write

__all__ = ("write",)
NAME = "Nguyễn Thị Thanh Huyền" * 4
EACH = ReceiptView(AcknowledgeBy.EACH, by=NAME, at=NOW, confirmed=1, people=99)
UNIT = UnitReceiptView(
    addressee_id=10**17,
    unit_name=LONG,
    state=ReceiptState.SILENT,
    receipt=EACH,
    missing=Named.of((NAME,) * MANY, most=3),
    chased=ChasedView(NOW, NAME, 99),
)

WISH = WishView(
    extension_id=10**17,
    state=ExtensionState.REFUSED,
    wished_at=SOON,
    deadline_at=NOW,
    asked_at=NOW,
    asked_by=NAME,
    reason=LONG,
    decided_by=NAME,
    decided_at=NOW,
    note=LONG,
)


def presses(content: Content) -> set[Press]:
    return {button.callback.press for row in content.buttons for button in row}


def test_the_list_fits(write: Writer):
    view = ReceiptsView(
        directive_id=10**17,
        directive=DIRECTIVE,
        rule=AcknowledgeBy.EACH,
        counts=dict.fromkeys(ReceiptState, 10**5),
        number=len(FILTERS) - 1,
        units=(UNIT,) * UNITS_A_PAGE,
        page=2,
        pages=3,
        may_chase=True,
    )
    assert_fits(receipts(view, write))
    nobody = replace(view, units=(), counts={}, number=0, page=1, pages=1, may_chase=False)
    shown = receipts(nobody, write)
    assert write.say("receipts.nobody") in shown.text
    assert presses(shown) == {Press.RECEIPTS_PAGE, Press.STATE_PAGE}


@pytest.mark.parametrize("rule", AcknowledgeBy)
def test_a_units_page_fits_and_offers_what_can_be_done(write: Writer, rule: AcknowledgeBy):
    view = UnitView(
        directive_id=10**17,
        directive=DIRECTIVE,
        rule=rule,
        unit=UNIT,
        due_at=SOON,
        people=(PersonView(NAME, ContactRole.LEADER, NOW, has_left=True),) * MANY,
        phoned=(PhonedView(NAME, NOW, "ghi " * 75),),
        extensions=HistoryView(((10**4, WISH),) * HISTORY_SHOWN, MANY),
        may_act=True,
        may_chase=True,
    )
    content = unit_receipts(view, write)
    assert_fits(content)
    assert write.texts("list.and_more", count=MANY - HISTORY_SHOWN) in content.text
    reading = {Press.RECEIPTS_PAGE, Press.RECEIPTS_UNIT}
    acting = {Press.CHASE_ASK, Press.PHONED_ASK, Press.PHONED_BACK}
    assert presses(content) == reading | acting
    complete = replace(view, unit=replace(UNIT, receipt=replace(EACH, is_complete=True)))
    shown = presses(unit_receipts(replace(complete, may_act=False, may_chase=False), write))
    assert shown == reading | {Press.SLIP}


@pytest.mark.parametrize("rule", AcknowledgeBy)
@pytest.mark.parametrize("count", [1, MANY])
def test_what_the_silent_are_asked_fits(write: Writer, rule: AcknowledgeBy, count: int):
    units = [ChasedUnit(10**17 + number, LONG, SOON) for number in range(count)]
    content = chase(DIRECTIVE, units, rule, write)
    assert_fits(content)
    assert presses(content) == {Press.ACKNOWLEDGE}
    labels = [button.label for row in content.buttons for button in row]
    assert (labels[0] == write.texts("button.acknowledge")) is (count == 1)


@pytest.mark.parametrize("rule", AcknowledgeBy)
@pytest.mark.parametrize("version", [1, 2])
def test_a_card_says_how_far_the_unit_is(write: Writer, rule: AcknowledgeBy, version: int):
    receipt = ReceiptView(rule, by="An", at=NOW, version=1, confirmed=1, people=2)
    view = CardView(
        addressee_id=1,
        unit_name="Báo Yên Bái",
        directive=replace(DIRECTIVE, version=version),
        tasks=(TaskView(position=1, short_title="Việc 1", deadline_at=SOON),),
        receipt=receipt,
    )
    partly = card(view, write)
    assert Press.ACKNOWLEDGE in presses(partly)
    late = card(replace(view, receipt=replace(receipt, is_complete=True, is_late=True)), write)
    assert Press.ACKNOWLEDGE not in presses(late)
    assert write.say("card.receipt_late") in late.text
    is_each = rule is AcknowledgeBy.EACH
    assert (write.say("card.receipt_count", done=1, people=2) in late.text) is is_each
    by_phone = replace(receipt, is_complete=True, by_phone=True)
    phoned = card(replace(view, receipt=by_phone), write).text
    key = "card.phoned" if version == 1 else "card.phoned_version"
    assert write.say(key, by="An", at=write.moments.short(NOW), version=1) in phoned
