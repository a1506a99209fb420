"""What the machine keeps for itself: facts, the lease, what comes in and goes out, working days."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.states import DigestKind, Lane, MessageKind, OutboxState, UpdateState
from bot.storage.tables.base import Base, reference, row_id


class KeptValue(Base):
    """Small facts that must survive a restart, such as Telegram's last getMe answer."""

    __tablename__ = "kept_values"
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[dict[str, Any]]
    kept_at: Mapped[datetime]


class Lease(Base):
    """Which instance holds the worker role; `epoch` grows with every change of holder."""

    __tablename__ = "leases"
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    holder: Mapped[str] = mapped_column(String(64))
    epoch: Mapped[int]
    expires_at: Mapped[datetime]


class Update(Base):
    """The inbox: what Telegram told us, as it told it."""

    __tablename__ = "updates"
    id: Mapped[int] = row_id()
    bot_id: Mapped[int] = mapped_column(BigInteger)
    update_id: Mapped[int] = mapped_column(BigInteger)
    chat_key: Mapped[int] = mapped_column(BigInteger)
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[UpdateState]
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(String(200))
    received_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("bot_id", "update_id"),
        Index(
            "ix_updates_waiting",
            "id",
            "next_try_at",
            "chat_key",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )


class OutboxMessage(Base):
    """One thing to send or edit. It holds kind, ids and parameters; the text is made when sent."""

    __tablename__ = "outbox_messages"
    id: Mapped[int] = row_id()
    kind: Mapped[MessageKind]
    lane: Mapped[Lane]
    chat_id: Mapped[int] = reference("chats.id")
    key: Mapped[str | None] = mapped_column(String(120), unique=True)
    parameters: Mapped[dict[str, Any]]
    card_id: Mapped[int | None] = reference("cards.id")
    directive_id: Mapped[int | None] = reference("directives.id")
    reply_to: Mapped[int | None] = mapped_column(BigInteger)
    edits: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[OutboxState]
    send_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    uncertain_attempts: Mapped[int] = mapped_column(default=0)
    epoch: Mapped[int | None]
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    # A copy whose button was pressed before Telegram's answer was known: the proof that it arrived.
    seen_message_id: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    __table_args__ = (
        # What is to come, by its moment of finishing and not by its state: so the two marks before
        # a message leaves change nothing that an index holds, which for PostgreSQL is most of what
        # a mark costs, if beside the row there is room for its next version.
        CheckConstraint(
            "(finished_at IS NULL) = (state IN ('waiting', 'claimed', 'in_flight'))",
            name="finished",
        ),
        Index(
            "ix_outbox_messages_unfinished",
            "lane",
            "id",
            "send_at",
            sqlite_where=text("finished_at IS NULL"),
            postgresql_where=text("finished_at IS NULL"),
        ),
        {"postgresql_with": {"fillfactor": 50}},
    )


class DayOverride(Base):
    """A day that staff declared working or off, against weekend and public holidays."""

    __tablename__ = "day_overrides"
    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    note: Mapped[str] = mapped_column(String(200), default="")


class Digest(Base):
    """When a kind of digest is told next."""

    __tablename__ = "digests"
    kind: Mapped[DigestKind] = mapped_column(primary_key=True)
    next_at: Mapped[datetime]
