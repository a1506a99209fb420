"""Units, the groups they stand in, their sites, names and changes, and tables of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.states import ImportState, UnitChangeKind
from bot.storage.tables.base import Base, reference, row_id
from bot.storage.types import RowId


class Unit(Base):
    """An organisation that receives directives."""

    __tablename__ = "units"
    id: Mapped[int] = row_id()
    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(300))
    phone: Mapped[str] = mapped_column(String(64), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)  # the office's own columns
    reminds_group: Mapped[bool] = mapped_column(default=False)  # its group too, not only its people
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class UnitSite(Base):
    """A web site of a unit, or a part of one, for as long as it is the unit's."""

    __tablename__ = "unit_sites"
    id: Mapped[int] = row_id()
    unit_id: Mapped[int] = reference("units.id", index=False)
    host: Mapped[str] = mapped_column(String(253), index=True)
    path_prefix: Mapped[str] = mapped_column(String(300), default="")
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]  # the last day
    __table_args__ = (UniqueConstraint("unit_id", "host", "path_prefix"),)


class UnitName(Base):
    """A name that the unit bore until it was renamed."""

    __tablename__ = "unit_names"
    id: Mapped[int] = row_id()
    unit_id: Mapped[int] = reference("units.id")
    name: Mapped[str] = mapped_column(String(300))
    until: Mapped[datetime]


class UnitChange(Base):
    """A renaming, retirement, merger or division on a date; `due_at` is None once it is done or
    dropped."""

    __tablename__ = "unit_changes"
    id: Mapped[int] = row_id()
    kind: Mapped[UnitChangeKind]
    unit_id: Mapped[int] = reference("units.id")
    into_id: Mapped[int | None] = reference("units.id", index=False)  # who goes on with its work
    parameters: Mapped[dict[str, Any]]
    effective_on: Mapped[date]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    decided_by: Mapped[int | None] = reference("persons.id", index=False)
    decided_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class Group(Base):
    """A named set of units. `aliases` are other ways in which letters name it."""

    __tablename__ = "groups"
    id: Mapped[int] = row_id()
    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(300))
    aliases: Mapped[list[str]]
    position: Mapped[int] = mapped_column(default=0)
    # Units with these attributes stand in the group by themselves; None: only those listed.
    condition: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class UnitGroup(Base):
    """A unit stands in a group; it may stand in many. Whoever stands there by the group's condition
    is written down too, so that nobody who asks for units need know of conditions."""

    __tablename__ = "unit_groups"
    unit_id: Mapped[int] = mapped_column(RowId, ForeignKey("units.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("groups.id"), primary_key=True, index=True
    )
    by_condition: Mapped[bool] = mapped_column(default=False)


class TableImport(Base):
    """A table of units that staff sent: read beside, shown as what it would change, then taken."""

    __tablename__ = "table_imports"
    id: Mapped[int] = row_id()
    author_id: Mapped[int] = reference("persons.id", index=False)
    chat_id: Mapped[int] = reference("chats.id", index=False)
    state: Mapped[ImportState]
    import_due_at: Mapped[datetime | None] = mapped_column(index=True)
    import_tries: Mapped[int] = mapped_column(default=0)
    source_message_id: Mapped[int | None] = mapped_column(BigInteger)
    file_id: Mapped[str] = mapped_column(String(300))
    file_name: Mapped[str | None] = mapped_column(String(300))
    columns: Mapped[dict[str, Any]] = mapped_column(default=dict)  # which heading means what
    rows: Mapped[list[Any]] = mapped_column(JSON(), default=list)  # as read; emptied when taken
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
