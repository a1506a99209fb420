"""What all tables share: names of constraints, types of columns, ids and references."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, MetaData, event
from sqlalchemy.orm import DeclarativeBase, Mapped, TypeResolve, mapped_column

from bot.storage.types import RowId, UtcDateTime, Word


class Base(DeclarativeBase):
    # Named constraints: SQLite's batch migrations can only drop what has a name.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
    }


@event.listens_for(Base, "resolve_type_annotation")
def _resolve(annotation: TypeResolve) -> Word | None:
    of = annotation.resolved_type
    return Word(of) if isinstance(of, type) and issubclass(of, StrEnum) else None


def row_id() -> Mapped[int]:
    """The number by which everything else names the row."""
    return mapped_column(RowId, primary_key=True, autoincrement=True)


def reference(target: str, *, index: bool = True) -> Mapped[Any]:
    """The number of a row of another table, such as `units.id`."""
    return mapped_column(RowId, ForeignKey(target), index=index)
