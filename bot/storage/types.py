"""Column types that keep a promise on both databases."""

from datetime import UTC, datetime
from enum import StrEnum

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

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return value.astimezone(UTC)


def written_out(state: StrEnum) -> BindParameter[str]:
    """A state that stands in the statement itself: an index of the rows in that state is of no use
    to a statement that only learns the state when it runs."""
    return literal(state.value, String(), literal_execute=True)
