"""What is issued, to whom, and what became of it: receipts, articles, cards, reminders."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.states import (
    AcknowledgeBy,
    AssignmentState,
    CardKind,
    ChaseKind,
    ContactRole,
    Door,
    Ending,
    Every,
    Part,
    Relation,
    ReminderEnd,
    Sending,
    VersionKind,
    WhenUnclear,
)
from bot.storage.tables.base import Base, reference, row_id
from bot.storage.types import RowId


class Directive(Base):
    """What is issued: identity, tasks, frozen audience."""

    __tablename__ = "directives"
    id: Mapped[int] = row_id()
    draft_id: Mapped[int] = mapped_column(RowId, ForeignKey("drafts.id"), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    issuer: Mapped[str | None] = mapped_column(String(300))
    number: Mapped[str | None] = mapped_column(String(64))
    symbol: Mapped[str | None] = mapped_column(String(120))
    issued_on: Mapped[date | None]
    urgency: Mapped[str | None] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    file_id: Mapped[str | None] = mapped_column(String(300))
    identity_key: Mapped[str] = mapped_column(String(300), unique=True)
    issued_by: Mapped[int] = reference("persons.id", index=False)
    issued_at: Mapped[datetime]
    send_at: Mapped[datetime | None]  # when its sending was to begin, if not at once
    when_unclear: Mapped[WhenUnclear] = mapped_column(default=WhenUnclear.RESEND)
    sending: Mapped[Sending] = mapped_column(default=Sending.RUNNING)
    pause_reason: Mapped[str | None] = mapped_column(String(64))  # None: a person paused it
    relation: Mapped[Relation | None]
    related_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("directives.id"), index=True)
    acknowledge_by: Mapped[AcknowledgeBy] = mapped_column(default=AcknowledgeBy.ANY)
    acknowledge_from: Mapped[int] = mapped_column(default=1)  # receipts of older versions are past
    passes_quiet: Mapped[bool] = mapped_column(default=False)  # its reminders, quiet time
    reminder_plan: Mapped[str | None] = mapped_column(
        String(40)
    )  # of the settings; None: the usual
    closed_at: Mapped[datetime | None]
    ending: Mapped[Ending | None]
    __table_args__ = (
        Index(
            "ix_directives_paused",
            "id",
            sqlite_where=sql("sending = 'paused'"),
            postgresql_where=sql("sending = 'paused'"),
        ),
    )


class DirectiveVersion(Base):
    """What a directive said from then on: its identity and tasks, whole, so that who had seen what
    can be shown later."""

    __tablename__ = "directive_versions"
    id: Mapped[int] = row_id()
    directive_id: Mapped[int] = reference("directives.id", index=False)
    version: Mapped[int]
    kind: Mapped[VersionKind]
    at: Mapped[datetime]
    person_id: Mapped[int] = reference("persons.id", index=False)
    note: Mapped[str | None] = mapped_column(Text)  # what was wrong, or why it was recalled
    asks_again: Mapped[bool] = mapped_column(default=False)
    content: Mapped[dict[str, Any]]
    __table_args__ = (UniqueConstraint("directive_id", "version"),)


class Task(Base):
    """One numbered item of a directive. `deadline_at` is None for a "thường xuyên" task. One that
    recurs has a deadline in every period; here stands that of the newest one that was opened."""

    __tablename__ = "tasks"
    id: Mapped[int] = row_id()
    directive_id: Mapped[int] = reference("directives.id", index=False)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    short_title: Mapped[str] = mapped_column(String(300))
    deadline_at: Mapped[datetime | None]
    expected_articles: Mapped[int] = mapped_column(default=1)
    removed_in: Mapped[int | None]  # the version that no longer asks for it; its number stays taken
    reminder_plan: Mapped[str | None] = mapped_column(String(40))  # None: the directive's
    every: Mapped[Every | None]  # how often its deadline comes again, if it does
    every_day: Mapped[int | None]  # on which day: see `scheduler.recurrence`
    period: Mapped[str] = mapped_column(String(10), default="")  # the newest that was opened
    next_period_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("directive_id", "position"),
        Index(
            "ix_tasks_next_period_at",
            "next_period_at",
            sqlite_where=sql("next_period_at IS NOT NULL"),
            postgresql_where=sql("next_period_at IS NOT NULL"),
        ),
    )


class Addressee(Base):
    """One unit in a directive's frozen list."""

    __tablename__ = "addressees"
    id: Mapped[int] = row_id()
    directive_id: Mapped[int] = reference("directives.id", index=False)
    unit_id: Mapped[int] = reference("units.id")
    unit_name: Mapped[str] = mapped_column(String(300))  # as it was called when issued
    added_at: Mapped[datetime]
    acknowledge_due_at: Mapped[datetime | None]  # a receipt after it is late; None: never
    next_reminder_at: Mapped[datetime | None]  # to confirm
    __table_args__ = (
        UniqueConstraint("directive_id", "unit_id"),
        Index(
            "ix_addressees_next_reminder_at",
            "next_reminder_at",
            sqlite_where=sql("next_reminder_at IS NOT NULL"),
            postgresql_where=sql("next_reminder_at IS NOT NULL"),
        ),
    )


class AddresseePerson(Base):
    """The only people of an addressee who get the directive; an addressee without any is all of
    its contacts and its group."""

    __tablename__ = "addressee_people"
    id: Mapped[int] = row_id()
    addressee_id: Mapped[int] = reference("addressees.id", index=False)
    person_id: Mapped[int] = reference("persons.id")
    __table_args__ = (UniqueConstraint("addressee_id", "person_id"),)


class Assignment(Base):
    """One task for one addressee, and for one period if the task recurs: "2023-01", "2023-W03",
    "2023-Q1"; "" if it does not."""

    __tablename__ = "assignments"
    id: Mapped[int] = row_id()
    task_id: Mapped[int] = reference("tasks.id", index=False)
    addressee_id: Mapped[int] = reference("addressees.id")
    period: Mapped[str] = mapped_column(String(10), default="")
    part: Mapped[Part] = mapped_column(default=Part.LEAD)
    state: Mapped[AssignmentState]
    deadline_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    next_reminder_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("task_id", "addressee_id", "period"),
        Index(
            "ix_assignments_next_reminder_at",
            "next_reminder_at",
            sqlite_where=sql("next_reminder_at IS NOT NULL"),
            postgresql_where=sql("next_reminder_at IS NOT NULL"),
        ),
    )


class Acknowledgement(Base):
    """A person confirmed a version for an addressee; by the door of staff somebody of the office
    did, of whom `note` says who told it them."""

    __tablename__ = "acknowledgements"
    id: Mapped[int] = row_id()
    addressee_id: Mapped[int] = reference("addressees.id", index=False)
    version: Mapped[int]
    person_id: Mapped[int] = reference("persons.id", index=False)
    chat_id: Mapped[int] = reference("chats.id", index=False)
    door: Mapped[Door]
    role: Mapped[ContactRole | None]  # as what the person confirmed it; None: staff
    note: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("addressee_id", "version", "person_id"),)


class ReceiptSlip(Base):
    """A paper that says who of a unit had received which version, and when. Its `content` is kept
    as it was printed, so that the code proves what the paper may say."""

    __tablename__ = "receipt_slips"
    id: Mapped[int] = row_id()
    code: Mapped[str] = mapped_column(String(32), unique=True)
    addressee_id: Mapped[int] = reference("addressees.id")
    version: Mapped[int]
    content: Mapped[dict[str, Any]]
    person_id: Mapped[int | None] = reference("persons.id", index=False)  # None: the operator
    made_at: Mapped[datetime]


class Chase(Base):
    """Staff had a unit reminded, of its receipt or of its work: once a press, however many its
    chats."""

    __tablename__ = "chases"
    id: Mapped[int] = row_id()
    addressee_id: Mapped[int] = reference("addressees.id")
    kind: Mapped[ChaseKind] = mapped_column(default=ChaseKind.RECEIPT)
    person_id: Mapped[int] = reference("persons.id", index=False)
    at: Mapped[datetime]


class Card(Base):
    """A message redrawn in place as state changes: a directive's in one chat, a draft's, a
    broadcast's progress. `subject_id` names the addressee, the draft or the directive."""

    __tablename__ = "cards"
    id: Mapped[int] = row_id()
    kind: Mapped[CardKind]
    subject_id: Mapped[int] = mapped_column(BigInteger)
    chat_id: Mapped[int] = reference("chats.id", index=False)
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    drawn_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("kind", "subject_id", "chat_id"),
        Index("ix_cards_chat_id_message_id", "chat_id", "message_id"),
    )


class CardVersion(Base):
    """When a version came into a chat as a redrawn card. The first one came with the card: see its
    outbox message."""

    __tablename__ = "card_versions"
    id: Mapped[int] = row_id()
    card_id: Mapped[int] = reference("cards.id", index=False)
    version: Mapped[int]
    at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("card_id", "version"),)


class Reminder(Base):
    """One step for one assignment, or of one addressee's receipt, and one chat. Unique by deadline
    value and step: never twice. Without a message it waits until `hold_until`, or has an `ending`:
    then it is never sent, and what it concerns is the work, not a chat."""

    __tablename__ = "reminders"
    id: Mapped[int] = row_id()
    assignment_id: Mapped[int | None] = reference("assignments.id", index=False)
    addressee_id: Mapped[int | None] = reference("addressees.id", index=False)
    chat_id: Mapped[int | None] = reference("chats.id", index=False)
    step: Mapped[str] = mapped_column(String(32))
    deadline_at: Mapped[datetime]
    outbox_message_id: Mapped[int | None] = reference("outbox_messages.id")
    queued_at: Mapped[datetime]  # its message, once it has one
    hold_until: Mapped[datetime | None]
    ending: Mapped[ReminderEnd | None]
    person_id: Mapped[int | None] = reference("persons.id", index=False)  # who put it off, or ended
    __table_args__ = (
        UniqueConstraint("assignment_id", "chat_id", "step", "deadline_at"),
        UniqueConstraint("addressee_id", "chat_id", "step", "deadline_at"),
        CheckConstraint("(assignment_id IS NULL) <> (addressee_id IS NULL)", name="about_one"),
        Index("ix_reminders_chat_id_queued_at", "chat_id", "queued_at"),
        Index(
            "ix_reminders_held_of_chat",
            "chat_id",
            sqlite_where=sql("hold_until IS NOT NULL"),
            postgresql_where=sql("hold_until IS NOT NULL"),
        ),
        Index(
            "ix_reminders_hold_until",
            "hold_until",
            sqlite_where=sql("hold_until IS NOT NULL"),
            postgresql_where=sql("hold_until IS NOT NULL"),
        ),
    )
