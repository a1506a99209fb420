"""Many numbers, or texts, in one parameter, alike on both databases.

A list of parameters makes another statement for every length, and costs more for each number than
the database does. Who asks about a few rows has no need of this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

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

Numbers = list[int]
Pairs = dict[int, int]


def is_one_of(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether the column holds one of the `numbers` bound as `name`."""
    return _Among(column, bindparam(name, type_=_Many(BigInteger)))


def numbers(them: Iterable[int]) -> Numbers:
    """What is bound where `is_one_of` asks."""
    return list(them)


def is_one_of_texts(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether the column holds one of the `texts` bound as `name`."""
    return _Among(column, bindparam(name, type_=_Many(Text)))


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


class _Many(TypeDecorator[Any]):
    """An array; SQLite reads it from JSON. PostgreSQL sees how many there are in it: of JSON it
    takes a hundred for granted, and rather reads a whole table than look them up."""

    impl = JSON
    cache_ok = True

    def __init__(self, of: type[TypeEngine[Any]]) -> None:
        super().__init__()
        self.of = of

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        is_sqlite = dialect.name == "sqlite"
        return dialect.type_descriptor(JSON() if is_sqlite else ARRAY(self.of))


class _ManyPairs(TypeDecorator[Any]):
    """The same of pairs: two rows of an array, or one JSON object."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        is_sqlite = dialect.name == "sqlite"
        return dialect.type_descriptor(JSON() if is_sqlite else ARRAY(BigInteger, dimensions=2))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return value if dialect.name == "sqlite" else [list(value), list(value.values())]


class _Among(FunctionElement[bool]):
    # Not Boolean: SQLite has none, and would be asked "= 1", which no index can answer.
    type: TypeEngine[Any] = NullType()
    inherit_cache = True


@compiles(_Among, "postgresql")
def _is_any(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, them = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} = ANY ({them})"


@compiles(_Among, "sqlite")
def _is_in(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, them = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({them}))"  # noqa: S608 - both are SQL


class _EachPair(FunctionElement[Any]):
    inherit_cache = True


@compiles(_EachPair, "postgresql")
def _unnested(element: _EachPair, compiler: SQLCompiler, **options: Any) -> str:
    (them,) = (compiler.process(each, **options) for each in element.clauses)
    return f"(SELECT unnest(({them})[1:1]) AS key, unnest(({them})[2:2]) AS value)"


@compiles(_EachPair, "sqlite")
def _read(element: _EachPair, compiler: SQLCompiler, **options: Any) -> str:
    (them,) = (compiler.process(each, **options) for each in element.clauses)
    return f"json_each({them})"
