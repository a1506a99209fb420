"""Judging every call the product made: each exists in the Bot API, with parameters of its types."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from tests.sandbox.test_shapes import DESCRIPTION, Judge, method_class


def judge_calls(calls: list[dict[str, Any]]) -> None:
    """Fail for a method, a parameter or a type that aiogram's models do not know; and for one the
    machine-readable description does not know, where that lies next to the project."""
    faults = [fault for call in calls for fault in _by_aiogram(call)]
    if DESCRIPTION.exists():
        judge = Judge(json.loads(DESCRIPTION.read_text()))
        faults += [fault for call in calls for fault in _by_description(judge, call)]
    assert calls
    if faults:
        pytest.fail("\n".join(sorted(set(faults))))


def _by_aiogram(call: dict[str, Any]) -> list[str]:
    method, parameters = call["method"], call["parameters"]
    model = method_class(method)
    unknown = set(parameters) - set(model.model_fields)
    faults = [f"{method}: unknown parameter {name}" for name in unknown]
    # The log shows a file by its name only, and ids that look like numbers as numbers.
    shown = {"document": "x", "callback_query_id": str(parameters.get("callback_query_id"))}
    given = {name: shown.get(name, value) for name, value in parameters.items()}
    try:
        model.model_validate(given)
    except ValidationError as error:
        faults += [f"{method}: {fault['loc']} {fault['msg']}" for fault in error.errors()]
    return faults


def _by_description(judge: Judge, call: dict[str, Any]) -> list[str]:
    method, parameters = call["method"], call["parameters"]
    known, required = judge.parameters(method)
    faults = [f"{method}: {name} is not described" for name in set(parameters) - known]
    return faults + [f"{method}: {name} is missing" for name in required - set(parameters)]
