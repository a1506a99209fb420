"""Many numbers, or texts, in one parameter, the same on both databases.

A list of parameters makes another statement for every length, and costs more for each number than
the database does. Who asks about a few rows has no need of this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    TableValuedAlias,
    Text,
    bindparam,
    cast,
    func,
    select,
)

Numbers = dict[int, int]


def is_one_of(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether the column holds one of the `numbers` bound as `name`."""
    return column.in_(select(number(pairs(name))))


def numbers(them: Iterable[int]) -> Numbers:
    """What is bound where `is_one_of` asks."""
    return dict.fromkeys(them, 0)


def is_one_of_texts(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether the column holds one of the `texts` bound as `name`."""
    return column.in_(select(cast(pairs(name).c.key, Text)))


def texts(them: Iterable[str]) -> dict[str, int]:
    """What is bound where `is_one_of_texts` asks."""
    return dict.fromkeys(them, 0)


def pairs(name: str) -> TableValuedAlias:
    """A table of the `numbered` pairs bound as `name`."""
    return func.json_each(bindparam(name, type_=JSON)).table_valued("key", "value")


def number(of: TableValuedAlias) -> ColumnElement[int]:
    """The first of each pair."""
    return cast(of.c.key, BigInteger)


def other(of: TableValuedAlias) -> ColumnElement[int]:
    """The second of each pair, or NULL if there is none."""
    return func.nullif(cast(cast(of.c.value, Text), BigInteger), 0)


def numbered(them: Mapping[int, int | None]) -> Numbers:
    """What is bound for `pairs`; no number that counts is 0."""
    return {first: second or 0 for first, second in them.items()}
