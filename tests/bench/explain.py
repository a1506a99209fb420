"""What a database reads for our statements, in its own words."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import asyncpg
from sqlalchemy import event

from bot.storage.engine import Database

_READS = ("SELECT", "WITH", "UPDATE")


@dataclass(frozen=True, slots=True)
class Statement:
    """One that was executed, with its parameters."""

    text: str
    parameters: Sequence[Any]

    def speaks_of(self, tables: Sequence[str]) -> bool:
        """Whether it reads one of these."""
        return any(re.search(rf"\b{table}\b", self.text) for table in tables)


@dataclass(slots=True)
class Reading:
    """What one statement reads of a table."""

    table: str
    how: str
    rows: int | None  # looked at, where the database says so
    by_index: bool
    statement: str = field(repr=False)


@contextmanager
def watched(database: Database) -> Iterator[list[Statement]]:
    """The statements that are executed meanwhile, those that read."""
    found: list[Statement] = []

    def note(_: Any, __: Any, text: str, parameters: Any, ___: Any, many: bool) -> None:
        if text.lstrip().startswith(_READS):
            given = parameters[0] if many else parameters
            found.append(Statement(text, tuple(given)))

    for engine in database.engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        for engine in database.engines:
            event.remove(engine, "before_cursor_execute", note)


async def readings(
    database: Database,
    statements: Sequence[Statement],
    tables: Sequence[str],
    *,
    indexes_first: bool = False,
) -> list[Reading]:
    """How these tables are read by these statements, each statement once. On a small PostgreSQL
    `indexes_first` lets it plan as if it were large."""
    once = {statement.text: statement for statement in statements if statement.speaks_of(tables)}
    if database.is_sqlite:
        return _of_sqlite(str(database.url.database), list(once.values()), tables)
    return await _of_postgres(database, list(once.values()), tables, indexes_first=indexes_first)


def _of_sqlite(file: str, statements: Sequence[Statement], tables: Sequence[str]) -> list[Reading]:
    found = []
    with sqlite3.connect(file) as connection:
        for statement in statements:
            aliases = _aliases(statement.text, tables)
            asked = f"EXPLAIN QUERY PLAN {statement.text}"
            for *_, line in connection.execute(asked, statement.parameters):
                match = re.match(r"(SCAN|SEARCH) (\w+)", line)
                if match and match[2] in aliases:
                    how = Reading(
                        aliases[match[2]], line, None, match[1] == "SEARCH", statement.text
                    )
                    found.append(how)
    connection.close()
    return found


def _aliases(text: str, tables: Sequence[str]) -> Mapping[str, str]:
    """The names under which a statement knows these tables."""
    found = {table: table for table in tables}
    for table in tables:
        for alias in re.findall(rf"\b{table} AS (\w+)", text):
            found[alias] = table
    return found


async def _of_postgres(
    database: Database,
    statements: Sequence[Statement],
    tables: Sequence[str],
    *,
    indexes_first: bool,
) -> list[Reading]:
    address = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(address)
    found = []
    try:
        if indexes_first:
            for way in ("seqscan", "mergejoin", "hashjoin"):  # they pay off where little is there
                await connection.execute(f"SET enable_{way} = off")
        for statement in statements:
            transaction = connection.transaction()
            await transaction.start()  # it is executed, to count what it reads, and undone
            told = await connection.fetchval(
                f"EXPLAIN (ANALYZE, FORMAT JSON) {statement.text}", *statement.parameters
            )
            await transaction.rollback()
            found += [
                _reading(node, statement.text)
                for node in _nodes(json.loads(told)[0]["Plan"])
                if node.get("Relation Name") in tables and node["Actual Loops"]
            ]
    finally:
        await connection.close()
    return found


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def _reading(node: Mapping[str, Any], statement: str) -> Reading:
    kind, loops = node["Node Type"], node["Actual Loops"]
    removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    rows = round((node["Actual Rows"] + removed) * loops)
    name = node.get("Index Name") or node.get("Alias", "")
    by_index = (
        "Index" in kind or "Bitmap" in kind or kind == "ModifyTable"
    )  # of what its scans have found
    return Reading(node["Relation Name"], f"{kind} {name}".strip(), rows, by_index, statement)
