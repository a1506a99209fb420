"""Every answer and update has the shape the Bot API describes, every parameter exists there.

Judged by aiogram's models and, where it lies next to the project, by the machine-readable
description of the Bot API.
"""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiogram.methods
import aiohttp
import pytest
from aiogram.types import TelegramObject, Update
from pydantic import TypeAdapter

from bot.sandbox import Limits, Sandbox
from bot.sandbox.methods import METHOD_NAMES
from bot.sandbox.parameters import Parameters
from tests.sandbox.conftest import TOKEN, Client
from tests.sandbox.scenario import Recorder, play

DESCRIPTION = Path(__file__).parents[2] / "../shared/data/telegram-bot-api-10.1.json"


@pytest.fixture
async def recorded() -> AsyncIterator[Recorder]:
    """The scenario, played."""
    sandbox = Sandbox(limits=Limits.off())
    sandbox.add_bot(token=TOKEN, username="sandbox_test_bot", first_name="Test")
    async with sandbox, aiohttp.ClientSession() as session:
        yield await play(sandbox, Client(session, sandbox.url))


def method_class(name: str) -> type[Any]:
    """aiogram's class of a method."""
    found: type[Any] = getattr(aiogram.methods, name[0].upper() + name[1:])
    return found


def unknown_fields(value: Any, path: str = "") -> Iterator[str]:
    """Fields aiogram's models do not know, anywhere inside."""
    if isinstance(value, TelegramObject):
        yield from (f"{path}.{name}" for name in value.model_extra or ())
        for name in type(value).model_fields:
            yield from unknown_fields(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, list):
        for item in value:
            yield from unknown_fields(item, path)


async def test_the_scenario_calls_every_method(recorded):
    assert {method for method, _, _ in recorded.calls} == set(METHOD_NAMES)


async def test_answers_fit_aiograms_models(recorded):
    for method, _, result in recorded.calls:
        returning = method_class(method).__returning__
        value = TypeAdapter(returning).validate_json(json.dumps(result), strict=False)
        assert list(unknown_fields(value)) == [], method


async def test_updates_fit_aiograms_models(recorded):
    kinds = set()
    for update in recorded.updates:
        value = Update.model_validate_json(json.dumps(update))
        assert list(unknown_fields(value)) == []
        kinds.add(value.event_type)
    expected = {"message", "edited_message", "callback_query", "my_chat_member", "chat_member"}
    assert kinds == expected


async def test_parameters_exist_in_aiograms_methods(recorded):
    for method, parameters, _ in recorded.calls:
        assert set(parameters) <= set(method_class(method).model_fields), method


async def test_the_sandbox_reads_only_parameters_that_exist(monkeypatch):
    known = {name for method in METHOD_NAMES for name in method_class(method).model_fields}
    # aiogram no longer has what Telegram still takes from old clients.
    known |= {"disable_web_page_preview", "reply_to_message_id", "allow_sending_without_reply"}
    read: set[str] = set()
    for reader in ("text", "integer", "flag", "object", "has"):
        original = getattr(Parameters, reader)

        def spy(self, name, *rest, original=original):
            read.add(name)
            return original(self, name, *rest)

        monkeypatch.setattr(Parameters, reader, spy)
    sandbox = Sandbox(limits=Limits.off())
    sandbox.add_bot(token=TOKEN, username="sandbox_test_bot", first_name="Test")
    async with sandbox, aiohttp.ClientSession() as session:
        await play(sandbox, Client(session, sandbox.url))
    assert len(read) > 40
    assert read <= known


# Given as the newest Bot API wants it, younger than the description.
NEWER_FIELDS = {"can_send_welcome_messages"}


class Judge:
    """The machine-readable description of the Bot API."""

    def __init__(self, description: dict[str, Any]) -> None:
        self._methods, self._types = description["methods"], description["types"]

    def parameters(self, method: str) -> tuple[set[str], set[str]]:
        """All and the required parameters of a method."""
        fields = self._methods[method].get("fields", [])
        return {f["name"] for f in fields}, {f["name"] for f in fields if f["required"]}

    def returns(self, method: str) -> list[str]:
        """Types a method may return."""
        found: list[str] = self._methods[method]["returns"]
        return found

    def faults(self, value: Any, types: list[str], path: str = "") -> list[str]:
        """What is wrong with a value, by the type it comes closest to."""
        return min((self._faults(value, name, path) for name in types), key=len)

    def _faults(self, value: Any, name: str, path: str) -> list[str]:
        if name.startswith("Array of "):
            if not isinstance(value, list):
                return [f"{path} is no list"]
            inner = [name.removeprefix("Array of ")]
            return [fault for item in value for fault in self.faults(item, inner, path)]
        plain = {"Integer": int, "String": str, "Boolean": bool, "True": bool, "Float": float}
        if name in plain:
            fits = isinstance(value, plain[name]) and (name == "Boolean" or value is not False)
            return [] if fits else [f"{path} is no {name}"]
        described = self._types[name]
        if described.get("subtypes"):
            return self.faults(value, described["subtypes"], path)
        if not isinstance(value, dict):
            return [f"{path} is no {name}"]
        return self._field_faults(value, described.get("fields", []), path)

    def _field_faults(
        self, value: dict[str, Any], fields: list[dict[str, Any]], path: str
    ) -> list[str]:
        known = {field["name"]: field for field in fields}
        faults = [f"{path}.{name} is unknown" for name in set(value) - set(known) - NEWER_FIELDS]
        for name, field in known.items():
            if name in value:
                faults += self.faults(value[name], field["types"], f"{path}.{name}")
            elif field["required"]:
                faults.append(f"{path}.{name} is missing")
        return faults


@pytest.fixture(scope="module")
def judge() -> Judge:
    """The description, if it is there: the project does not bring it."""
    if not DESCRIPTION.exists():
        pytest.skip("the machine-readable description is not next to the project")
    return Judge(json.loads(DESCRIPTION.read_text()))


async def test_answers_fit_the_description(recorded, judge):
    for method, _, result in recorded.calls:
        assert judge.faults(result, judge.returns(method)) == [], method


async def test_updates_fit_the_description(recorded, judge):
    for update in recorded.updates:
        assert judge.faults(update, ["Update"]) == []


async def test_parameters_fit_the_description(recorded, judge):
    for method, parameters, _ in recorded.calls:
        known, required = judge.parameters(method)
        assert required <= set(parameters) <= known, method
