"""Column types that keep a promise on both databases."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, BindParameter, DateTime, Dialect, Integer, String, literal
from sqlalchemy.types import TypeDecorator

# SQLite numbers rows by itself only in an INTEGER primary key.
RowId = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored and returned in UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without its zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[Any], datetime | None] | None:
        # Hundreds of thousands of rows bear the same few deadlines: each is read once. What comes
        # from PostgreSQL is in UTC already.
        return _read_text if dialect.name == "sqlite" else None


@lru_cache(maxsize=4096)
def _read_text(stored: str | None) -> datetime | None:
    return None if stored is None else datetime.fromisoformat(stored).replace(tzinfo=UTC)


class Word(TypeDecorator[StrEnum]):
    """One of an enumeration's words, in plain text: a new word needs no migration. Another one that
    is found there is a KeyError.

    SQLAlchemy's Enum looks each up through two functions of Python, which is half of what reading
    thousands of assignments takes.
    """

    impl = String(32)
    cache_ok = True

    def __init__(self, of: type[StrEnum]) -> None:
        super().__init__()
        self.of = of

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[Any], StrEnum | None]:
        known: dict[str | None, StrEnum | None] = {member.value: member for member in self.of}
        return (known | {None: None}).__getitem__


def written_out(state: StrEnum) -> BindParameter[str]:
    """A state that stands in the statement itself: an index of the rows in that state is of no use
    to a statement that only learns the state when it runs."""
    return literal(state.value, String(), literal_execute=True)
