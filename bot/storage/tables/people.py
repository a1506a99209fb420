"""People with their roles, their chats, and how they come in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.dialogues import DialogueKind
from bot.domain.states import ChatKind, ContactRole, InviteKind, JoinState, StaffRole
from bot.storage.tables.base import Base, reference, row_id
from bot.storage.types import RowId


class Person(Base):
    """One Telegram account known to the office."""

    __tablename__ = "persons"
    id: Mapped[int] = row_id()
    telegram_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime]
    consent_version: Mapped[int | None]
    consented_at: Mapped[datetime | None]
    speaks_for_id: Mapped[int | None] = reference(
        "units.id", index=False
    )  # of several units, chosen
    erasure_asked_at: Mapped[datetime | None]  # until it is done, or declined
    erased_at: Mapped[datetime | None]


class Staff(Base):
    """A person of the issuing office and what they may do."""

    __tablename__ = "staff"
    id: Mapped[int] = row_id()
    person_id: Mapped[int] = mapped_column(RowId, ForeignKey("persons.id"), unique=True)
    role: Mapped[StaffRole]
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class StaffScope(Base):
    """A group of units that the staff member is limited to; without any they may act for all."""

    __tablename__ = "staff_scopes"
    staff_id: Mapped[int] = mapped_column(RowId, ForeignKey("staff.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("groups.id"), primary_key=True, index=True
    )


class Contact(Base):
    """A person for a unit."""

    __tablename__ = "contacts"
    id: Mapped[int] = row_id()
    unit_id: Mapped[int] = reference("units.id", index=False)
    person_id: Mapped[int] = reference("persons.id")
    role: Mapped[ContactRole]
    title: Mapped[str] = mapped_column(String(200), default="")
    joined_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    until: Mapped[datetime | None] = mapped_column(index=True)  # a deputy's time; ends by itself
    deputy_for_id: Mapped[int | None] = reference("persons.id", index=False)
    __table_args__ = (UniqueConstraint("unit_id", "person_id"),)


class ExpectedContact(Base):
    """Somebody the office's list names for a unit, who has not joined yet. The phone is kept only
    as a keyed hash, for comparing."""

    __tablename__ = "expected_contacts"
    id: Mapped[int] = row_id()
    unit_id: Mapped[int] = reference("units.id", index=False)
    phone_hash: Mapped[str] = mapped_column(String(64), index=True)
    role: Mapped[ContactRole]
    name: Mapped[str] = mapped_column(String(200), default="")
    title: Mapped[str] = mapped_column(String(200), default="")
    __table_args__ = (UniqueConstraint("unit_id", "phone_hash"),)


class JoinRequest(Base):
    """Somebody who would join a unit and waits for the office's word."""

    __tablename__ = "join_requests"
    id: Mapped[int] = row_id()
    person_id: Mapped[int] = reference("persons.id")
    chat_id: Mapped[int] = reference("chats.id", index=False)
    unit_id: Mapped[int] = reference("units.id", index=False)
    invite_id: Mapped[int | None] = reference("invites.id", index=False)
    role: Mapped[ContactRole]
    title: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[JoinState]
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = reference("persons.id", index=False)
    __table_args__ = (
        Index(
            "ix_join_requests_waiting",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )


class Chat(Base):
    """A Telegram chat the bot may write to: a person's private one, or a group linked by a code."""

    __tablename__ = "chats"
    id: Mapped[int] = row_id()
    telegram_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    kind: Mapped[ChatKind]
    title: Mapped[str] = mapped_column(String(300), default="")
    language: Mapped[str] = mapped_column(String(8))
    person_id: Mapped[int | None] = reference("persons.id")
    unit_id: Mapped[int | None] = reference("units.id")
    staff_group: Mapped[bool] = mapped_column(default=False)
    weekly_digest: Mapped[bool] = mapped_column(default=False)  # of the unit's work, if wanted
    topic_id: Mapped[int | None] = mapped_column(BigInteger)  # where in a forum the bot writes
    unreachable_reason: Mapped[str | None] = mapped_column(String(64))
    unreachable_at: Mapped[datetime | None]


class Invite(Base):
    """A code, stored hashed, that makes its user a contact or staff, or links a group."""

    __tablename__ = "invites"
    id: Mapped[int] = row_id()
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[InviteKind]
    unit_id: Mapped[int | None] = reference("units.id")
    staff_role: Mapped[StaffRole | None]
    group_ids: Mapped[list[int]] = mapped_column(JSON(), default=list)  # a staff member's limits
    uses_left: Mapped[int]
    created_by: Mapped[int | None] = reference("persons.id", index=False)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class InviteTry(Base):
    """A code that was none: so many an hour are heard of one account, and of all together."""

    __tablename__ = "invite_tries"
    id: Mapped[int] = row_id()
    telegram_id: Mapped[int] = mapped_column(BigInteger, index=True)
    at: Mapped[datetime] = mapped_column(index=True)


class Dialogue(Base):
    """What the bot asked a person in a chat and waits for."""

    __tablename__ = "dialogues"
    id: Mapped[int] = row_id()
    person_id: Mapped[int] = reference("persons.id", index=False)
    chat_id: Mapped[int] = reference("chats.id", index=False)
    kind: Mapped[DialogueKind]
    data: Mapped[dict[str, Any]]
    expires_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("person_id", "chat_id"),)
