"""What has happened, append only, and the personal values of it that can be erased."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.states import EventDoor
from bot.storage.tables.base import Base, reference, row_id
from bot.storage.types import RowId


class Event(Base):
    """Append-only audit row: ids and codes, never names or texts. Sealed in the order of `number`:
    each `seal` covers the row and the seal before it."""

    __tablename__ = "events"
    id: Mapped[int] = row_id()
    at: Mapped[datetime]
    person_id: Mapped[int | None] = reference("persons.id")
    role: Mapped[str | None] = mapped_column(String(16))  # as what they acted
    door: Mapped[EventDoor | None]
    chat_id: Mapped[int | None] = reference("chats.id", index=False)  # where they acted
    action: Mapped[str] = mapped_column(String(64))
    object_kind: Mapped[str | None] = mapped_column(String(32))
    object_id: Mapped[int | None] = mapped_column(BigInteger)
    directive_id: Mapped[int | None] = reference("directives.id")
    unit_id: Mapped[int | None] = reference("units.id")
    details: Mapped[dict[str, Any]]
    number: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    seal: Mapped[str | None] = mapped_column(String(64))
    __table_args__ = (
        Index(
            "ix_events_unsealed",
            "id",
            sqlite_where=text("number IS NULL"),
            postgresql_where=text("number IS NULL"),
        ),
    )


class EventValues(Base):
    """What an event changed, where it is personal: erased without breaking the chain of seals."""

    __tablename__ = "event_values"
    event_id: Mapped[int] = mapped_column(RowId, ForeignKey("events.id"), primary_key=True)
    person_id: Mapped[int | None] = reference("persons.id")  # whose values they are
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
