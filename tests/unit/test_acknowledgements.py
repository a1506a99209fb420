"""When a unit has confirmed, by whose word, how late, and who is missing: the table of cases."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.domain.acknowledgements import Standing, Way, is_after_due, state_of
from bot.domain.reach import Reach
from bot.domain.states import AcknowledgeBy, ContactRole, Door, ReceiptState

NOON = datetime(2026, 10, 6, 5, 0, tzinfo=UTC)
ANY, LEADER, EACH = AcknowledgeBy.ANY, AcknowledgeBy.LEADER, AcknowledgeBy.EACH
LEADS, WORKS = ContactRole.LEADER, ContactRole.CONTACT
NAM, AN, BINH, MAI = 1, 2, 3, 9  # the last one is of the office
OF_UNIT = {NAM: LEADS, AN: WORKS, BINH: WORKS}


@dataclass(frozen=True, slots=True)
class Said:
    person_id: int
    at: datetime
    role: ContactRole | None = WORKS
    door: Door = Door.CARD


def said(*who: int, roles: dict[int, ContactRole] = OF_UNIT) -> tuple[Said, ...]:
    """They confirmed one after the other, a minute apart."""
    return tuple(
        Said(
            person,
            NOON + timedelta(minutes=minute),
            None if person == MAI else roles.get(person, WORKS),
            Door.STAFF if person == MAI else Door.CARD,
        )
        for minute, person in enumerate(who)
    )


@pytest.mark.parametrize(
    ("rule", "people", "who", "completed_by", "missing"),
    [
        # Nobody has said anything.
        (ANY, OF_UNIT, (), None, {NAM, AN, BINH}),
        (LEADER, OF_UNIT, (), None, {NAM}),
        (EACH, OF_UNIT, (), None, {NAM, AN, BINH}),
        # The first one, whoever it is.
        (ANY, OF_UNIT, (BINH, AN), BINH, set()),
        (ANY, {}, (AN,), AN, set()),  # and is gone by now
        # The leader's word, whoever spoke before.
        (LEADER, OF_UNIT, (AN, BINH), None, {NAM}),
        (LEADER, OF_UNIT, (AN, NAM, BINH), NAM, set()),
        # Nobody leads it: then it is anybody's.
        (LEADER, {AN: WORKS, BINH: WORKS}, (), None, {AN, BINH}),
        (LEADER, {AN: WORKS, BINH: WORKS}, (BINH,), BINH, set()),
        # Two lead it: one is enough.
        (LEADER, {NAM: LEADS, AN: LEADS}, (), None, {NAM, AN}),
        (LEADER, {NAM: LEADS, AN: LEADS}, (AN,), AN, set()),
        # Who confirmed and leads since need not do it twice; who led when they did still counts.
        (LEADER, {AN: LEADS}, (AN,), AN, set()),
        (LEADER, {AN: LEADS}, (NAM,), NAM, set()),
        # Everybody who gets it; the last of them completes it.
        (EACH, OF_UNIT, (AN, NAM), None, {BINH}),
        (EACH, OF_UNIT, (AN, NAM, BINH), BINH, set()),
        (EACH, OF_UNIT, (AN, NAM, AN, BINH, AN), BINH, set()),  # older versions' among them
        (EACH, {AN: WORKS}, (AN, BINH), AN, set()),  # who is not asked does not complete it
        (EACH, {AN: WORKS}, (BINH,), None, {AN}),
        (EACH, {}, (), None, set()),
        (EACH, {}, (AN, BINH), AN, set()),  # all are gone: nobody lacks, and somebody had
        # Somebody joined after all had: they are asked too.
        (EACH, {**OF_UNIT, 4: WORKS}, (AN, NAM, BINH), None, {4}),
        # By phone it is complete under every rule, unless it was before.
        (ANY, OF_UNIT, (MAI, AN), MAI, set()),
        (ANY, OF_UNIT, (AN, MAI), AN, set()),
        (LEADER, OF_UNIT, (AN, MAI, NAM), MAI, set()),
        (LEADER, OF_UNIT, (NAM, MAI), NAM, set()),
        (EACH, OF_UNIT, (AN, MAI, NAM, BINH), MAI, set()),
        (EACH, {}, (MAI,), MAI, set()),
    ],
)
def test_by_whose_word_it_is_complete(
    rule: AcknowledgeBy,
    people: dict[int, ContactRole],
    who: tuple[int, ...],
    completed_by: int | None,
    missing: set[int],
):
    standing = Standing(rule, people, said(*who))
    completed = standing.completed
    assert (completed.person_id if completed else None) == completed_by
    assert standing.missing == missing
    assert standing.is_complete is (completed_by is not None)


def test_how_many_of_how_many():
    standing = Standing(EACH, OF_UNIT, said(AN, 7, AN, NAM))
    assert (standing.confirmed, len(standing.people)) == ({AN, NAM}, 3)


@given(
    rule=some.sampled_from(AcknowledgeBy),
    people=some.dictionaries(some.integers(1, 5), some.sampled_from(ContactRole)),
    who=some.lists(some.sampled_from([1, 2, 3, 4, 5, MAI]), max_size=8),
)
def test_it_agrees_with_reading_one_after_the_other(
    rule: AcknowledgeBy, people: dict[int, ContactRole], who: list[int]
):
    """The plainest model: walk through what was said until the rule is fulfilled."""
    leaders = {person for person, role in people.items() if role is LEADS}
    heard: set[int] = set()
    completed = None
    given = said(*who, roles=people)
    for each in given:
        heard.add(each.person_id)
        of_unit = heard - {MAI}
        done = (
            MAI in heard
            or {
                ANY: bool(of_unit),
                LEADER: bool(of_unit & leaders) or (not leaders and bool(of_unit)),
                EACH: bool(of_unit) and set(people) <= of_unit,
            }[rule]
        )
        if done:
            completed = each
            break
    standing = Standing(rule, people, given)
    assert standing.completed == completed
    assert bool(standing.missing) == (completed is None and bool(people))
    assert not standing.missing & (heard if rule is EACH else set())


# --- late ----------------------------------------------------------------------------------------

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("at", "due", "arrival", "late"),
    [
        (NOON, NOON, NOON - HOUR, False),  # at the very moment
        (NOON + HOUR, NOON, NOON - HOUR, True),
        (NOON + HOUR, NOON, NOON, True),
        (NOON + HOUR, NOON, NOON + HOUR / 2, False),  # it came only then
        (NOON + HOUR, NOON, None, False),  # it never came
        (NOON + HOUR, None, NOON - HOUR, False),
    ],
)
def test_late_is_after_its_time_unless_it_came_only_then(
    at: datetime, due: datetime | None, arrival: datetime | None, *, late: bool
):
    assert is_after_due(at, due_at=due, first_arrival=arrival) is late


def test_late_is_who_completes_it_not_who_was_first():
    people = {AN: WORKS, BINH: WORKS}
    due = NOON + timedelta(seconds=30)
    standing = Standing(EACH, people, said(AN, BINH), due_at=due, first_arrival=NOON - HOUR)
    assert standing.is_late
    assert not replace(standing, rule=ANY).is_late
    assert not replace(standing, given=said(AN)).is_late  # not complete, so not late either


# --- the state -----------------------------------------------------------------------------------

SENT, LOST, WAITS = Way(Reach.SENT), Way(Reach.FAILED), Way(Reach.WAITING)
BLOCKED = Way(Reach.SENT, is_open=False)
UNCLEAR, NEW = Way(Reach.UNCERTAIN), Way(Reach.NOBODY)


@pytest.mark.parametrize(
    ("ways", "who", "cannot", "state"),
    [
        ([], (), False, ReceiptState.UNREACHABLE),
        ([WAITS], (), False, ReceiptState.NOT_SENT),
        ([NEW], (), False, ReceiptState.NOT_SENT),
        ([LOST, WAITS], (), False, ReceiptState.NOT_SENT),
        ([LOST], (), False, ReceiptState.UNREACHABLE),
        ([BLOCKED], (), False, ReceiptState.UNREACHABLE),
        ([BLOCKED, LOST], (), False, ReceiptState.UNREACHABLE),
        ([BLOCKED, SENT], (), False, ReceiptState.SILENT),
        ([UNCLEAR], (), False, ReceiptState.SILENT),
        ([SENT, WAITS], (), False, ReceiptState.SILENT),
        ([SENT], (), True, ReceiptState.CANNOT),
        ([SENT], (AN,), True, ReceiptState.CANNOT),
        ([SENT], (AN,), False, ReceiptState.ACKNOWLEDGED),
        # What was confirmed is, also by phone where nothing arrived.
        ([], (MAI,), False, ReceiptState.ACKNOWLEDGED),
        ([BLOCKED], (AN,), False, ReceiptState.ACKNOWLEDGED),
        ([WAITS], (MAI,), False, ReceiptState.ACKNOWLEDGED),
    ],
)
def test_the_state_of_a_unit(
    ways: list[Way], who: tuple[int, ...], state: ReceiptState, *, cannot: bool
):
    assert state_of(Standing(ANY, OF_UNIT, said(*who)), ways, cannot=cannot) is state


def test_half_of_it_is_silence_and_too_late_is_late():
    standing = Standing(EACH, OF_UNIT, said(AN))
    assert state_of(standing, [SENT]) is ReceiptState.SILENT
    late = Standing(ANY, OF_UNIT, said(AN), due_at=NOON - HOUR, first_arrival=NOON - 2 * HOUR)
    assert state_of(late, [SENT]) is ReceiptState.LATE
