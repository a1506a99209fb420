"""Many numbers, or texts, in one parameter, alike on both databases.

A list of parameters makes another statement for every length, and costs more for each number than
the database does. Who asks about a few rows has no need of this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NewType

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    ColumnElement,
    Dialect,
    TableValuedAlias,
    Text,
    TypeDecorator,
    bindparam,
    cast,
    func,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeEngine

# In one text: of each number in a list PostgreSQL's driver would ask whether it is a list itself.
Numbers = NewType("Numbers", str)
Pairs = dict[int, int]


def is_one_of(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether the column holds one of the `numbers` bound as `name`."""
    return _Among(column, _Array(bindparam(name, type_=Text())))


def numbers(them: Iterable[int]) -> Numbers:
    """What is bound where `is_one_of` asks."""
    return Numbers(_row(them))


def _row(them: Iterable[int]) -> str:
    return ",".join(map(str, them))


def is_one_of_texts(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether the column holds one of the `texts` bound as `name`."""
    return _Among(column, bindparam(name, type_=_Texts()))


def texts(them: Iterable[str]) -> list[str]:
    """What is bound where `is_one_of_texts` asks."""
    return list(them)


def pairs(name: str) -> TableValuedAlias:
    """A table of the `numbered` pairs bound as `name`."""
    return _EachPair(bindparam(name, type_=_ManyPairs())).table_valued("key", "value")


def number(of: TableValuedAlias) -> ColumnElement[int]:
    """The first of each pair."""
    return cast(of.c.key, BigInteger)


def other(of: TableValuedAlias) -> ColumnElement[int]:
    """The second of each pair, or NULL if there is none."""
    return func.nullif(of.c.value, 0)


def numbered(them: Mapping[int, int | None]) -> Pairs:
    """What is bound for `pairs`, one at least; no number that counts is 0."""
    return {first: second or 0 for first, second in them.items()}


class _Texts(TypeDecorator[Any]):
    """An array; SQLite reads it from JSON. PostgreSQL sees how many there are in it: of JSON it
    takes a hundred for granted, and rather reads a whole table than look them up."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        is_sqlite = dialect.name == "sqlite"
        return dialect.type_descriptor(JSON() if is_sqlite else ARRAY(Text))


class _ManyPairs(TypeDecorator[Pairs]):
    """All the first ones and all the second ones, or a JSON object."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Pairs | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if dialect.name == "sqlite":
            return "{" + ",".join([f'"{one}":{other}' for one, other in value.items()]) + "}"
        return f"{_row(value)};{_row(value.values())}"


class _Among(FunctionElement[bool]):
    # Not Boolean: SQLite has none, and would be asked "= 1", which no index can answer.
    type: TypeEngine[Any] = NullType()
    inherit_cache = True


class _Array(FunctionElement[Any]):
    """Of `numbers` what `_Among` takes: an array, or JSON."""

    inherit_cache = True


def _parts(element: FunctionElement[Any], compiler: SQLCompiler, options: Any) -> list[str]:
    return [compiler.process(each, **options) for each in element.clauses]


@compiles(_Among, "postgresql")
def _is_any(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, them = _parts(element, compiler, options)
    return f"{column} = ANY ({them})"


@compiles(_Among, "sqlite")
def _is_in(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, them = _parts(element, compiler, options)
    return f"{column} IN (SELECT value FROM json_each({them}))"  # noqa: S608 - both are SQL


@compiles(_Array, "postgresql")
def _split(element: _Array, compiler: SQLCompiler, **options: Any) -> str:
    (them,) = _parts(element, compiler, options)
    return f"string_to_array({them}, ',')::bigint[]"


@compiles(_Array, "sqlite")
def _bracketed(element: _Array, compiler: SQLCompiler, **options: Any) -> str:
    (them,) = _parts(element, compiler, options)
    return f"'[' || {them} || ']'"


class _EachPair(FunctionElement[Any]):
    inherit_cache = True


@compiles(_EachPair, "postgresql")
def _unnested(element: _EachPair, compiler: SQLCompiler, **options: Any) -> str:
    (them,) = _parts(element, compiler, options)
    first, second = (
        f"unnest(string_to_array(split_part({them}, ';', {part}), ',')::bigint[])"
        for part in (1, 2)
    )
    return f"(SELECT {first} AS key, {second} AS value)"


@compiles(_EachPair, "sqlite")
def _read(element: _EachPair, compiler: SQLCompiler, **options: Any) -> str:
    (them,) = _parts(element, compiler, options)
    return f"json_each({them})"
