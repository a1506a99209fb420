"""Directives being composed from letters."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.states import DraftState, WhenUnclear
from bot.storage.tables.base import Base, reference, row_id


class Draft(Base):
    """A directive being composed from a letter."""

    __tablename__ = "drafts"
    id: Mapped[int] = row_id()
    author_id: Mapped[int] = reference("persons.id")
    chat_id: Mapped[int] = reference("chats.id", index=False)
    state: Mapped[DraftState]
    import_due_at: Mapped[datetime | None] = mapped_column(index=True)
    import_tries: Mapped[int] = mapped_column(default=0)
    source_message_id: Mapped[int | None] = mapped_column(BigInteger)
    file_id: Mapped[str | None] = mapped_column(String(300))
    file_name: Mapped[str | None] = mapped_column(String(300))
    issuer: Mapped[str | None] = mapped_column(String(300))
    number: Mapped[str | None] = mapped_column(String(64))
    symbol: Mapped[str | None] = mapped_column(String(120))
    issued_on: Mapped[date | None]
    issued_month: Mapped[str | None] = mapped_column(String(7))  # "2023-01" when the day is blank
    urgency: Mapped[str | None] = mapped_column(String(16))
    subject: Mapped[str | None] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text, default="")
    when_unclear: Mapped[WhenUnclear] = mapped_column(default=WhenUnclear.RESEND)
    send_at: Mapped[datetime | None]  # None: as soon as it is issued
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class DraftTask(Base):
    """One numbered item of a draft; without deadline and not `continuous`: still to decide."""

    __tablename__ = "draft_tasks"
    id: Mapped[int] = row_id()
    draft_id: Mapped[int] = reference("drafts.id", index=False)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    short_title: Mapped[str] = mapped_column(String(300))
    deadline_at: Mapped[datetime | None]
    continuous: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (UniqueConstraint("draft_id", "position"),)


class DraftGroup(Base):
    """An addressee line of the letter and the group staff chose, or may choose, for it."""

    __tablename__ = "draft_groups"
    id: Mapped[int] = row_id()
    draft_id: Mapped[int] = reference("drafts.id")
    position: Mapped[int]
    line: Mapped[str | None] = mapped_column(Text)
    group_id: Mapped[int | None] = reference("groups.id", index=False)
    chosen: Mapped[bool]
