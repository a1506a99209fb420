"""`dondoc calendar`: days declared off or worked, and left to the rule again."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

# A weekday and the Saturday after it, far enough from today and from any holiday of Việt Nam.
FRIDAY = datetime.now(UTC).date().replace(month=6, day=12) + timedelta(days=365)
FRIDAY += timedelta(days=(4 - FRIDAY.weekday()) % 7)
SATURDAY = FRIDAY + timedelta(days=1)


@pytest.fixture
def config(write_config, database_url):
    return write_config(database_url)


def test_days_are_declared_listed_and_taken_back(dondoc, config):
    told = dondoc(
        "calendar", "set", FRIDAY, "off", "--to", SATURDAY, "--note", "Bão", "--config", config
    )
    assert (told.code, told.out) == (0, "1 day declared off\n")  # the other one is off as it is
    assert dondoc("calendar", "set", SATURDAY, "working", "--config", config).code == 0
    listed = dondoc("calendar", "list", "--config", config).out.splitlines()
    assert listed[-2:] == [
        f"{FRIDAY}\toff\tBão\t(declared here)",
        f"{SATURDAY}\tworking\t\t(declared here)",
    ]
    shown = json.loads(dondoc("calendar", "list", "--json", "--config", config).out)
    assert shown[-1] == {
        "day": SATURDAY.isoformat(), "state": "working", "holiday": None, "declared": True,
        "note": "",
    }  # fmt: skip
    assert dondoc("calendar", "unset", SATURDAY, "--config", config).code == 0
    assert str(SATURDAY) not in dondoc("calendar", "list", "--config", config).out


def test_what_cannot_be_meant_ends_with_one_sentence(dondoc, config):
    for arguments, sentence in (
        (("set", "2020-01-02", "off"), "That day has passed. Enter one from today on."),
        (("set", SATURDAY, "off"), "These days are off as it is."),
        (("unset", SATURDAY), f"nothing was declared of {SATURDAY}"),
    ):
        told = dondoc("calendar", *arguments, "--config", config)
        assert (told.code, told.err) == (1, f"dondoc: {sentence}\n")
    told = dondoc("calendar", "set", "10/1/2026", "off", "--config", config)
    assert told.code == 2
    assert "'10/1/2026' is no day" in told.err
