"""Frozen values to plain JSON values and back, for what one process tells another.

The type says what is expected; what does not fit it is refused, so that nothing else can come in.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


def encode(value: object) -> Any:
    """The value as JSON has it: fields by name, dates and times as text, tuples as lists."""
    if is_dataclass(value):
        return {each.name: encode(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple):
        return [encode(each) for each in value]
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): encode(each) for key, each in value.items()}
    return value


def decode(kind: type[T], value: Any) -> T:
    """The value of that type; ValueError or TypeError if it is none."""
    return cast(T, _decode(kind, value))


def _decode(kind: Any, value: Any) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _decode_any(inner, value)
    if origin is tuple and isinstance(value, list):
        if len(inner) == 2 and inner[1] is Ellipsis:
            return tuple(_decode(inner[0], each) for each in value)
        return tuple(_decode(each, one) for each, one in zip(inner, value, strict=True))
    if isinstance(kind, type) and is_dataclass(kind) and isinstance(value, dict):
        hints = get_type_hints(kind)
        if not hints.keys() >= value.keys():
            raise TypeError(f"no {kind}")
        return kind(**{name: _decode(hints[name], each) for name, each in value.items()})
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(value)
    if kind in (date, datetime) and isinstance(value, str):
        return kind.fromisoformat(value)
    if kind in (str, int, bool) and type(value) is kind:
        return value
    raise TypeError(f"no {kind}")


def _decode_any(kinds: tuple[Any, ...], value: Any) -> Any:
    if value is None and type(None) in kinds:
        return None
    (kind,) = (each for each in kinds if each is not type(None))
    return _decode(kind, value)
