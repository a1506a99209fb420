"""What units and the office say to each other about directives: questions, wishes, and whatever
nobody has understood yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.states import (
    AnswerKind,
    ContentKind,
    ExtensionState,
    QuestionState,
    UnplacedState,
)
from bot.storage.tables.base import Base, reference, row_id
from bot.storage.types import RowId


class Answer(Base):
    """What a contact said of a directive beyond "received": who does it instead, or that it cannot
    be done and why. Of one task, or of all with `assignment_id` None."""

    __tablename__ = "answers"
    id: Mapped[int] = row_id()
    addressee_id: Mapped[int] = reference("addressees.id")
    assignment_id: Mapped[int | None] = reference("assignments.id", index=False)
    person_id: Mapped[int] = reference("persons.id", index=False)
    chat_id: Mapped[int] = reference("chats.id", index=False)
    kind: Mapped[AnswerKind]
    to_person_id: Mapped[int | None] = reference("persons.id", index=False)  # a colleague here
    to_name: Mapped[str | None] = mapped_column(String(200))  # or one who is not
    reason: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime]
    # What the office says to "cannot"; or when the person took it back.
    decided_by: Mapped[int | None] = reference("persons.id", index=False)
    decided_at: Mapped[datetime | None]
    agreed: Mapped[bool | None]
    decision_note: Mapped[str | None] = mapped_column(Text)
    taken_back_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "ix_answers_undecided",
            "id",
            sqlite_where=sql(
                "kind IN ('cannot', 'nothing') AND decided_at IS NULL AND taken_back_at IS NULL"
            ),
            postgresql_where=sql(
                "kind IN ('cannot', 'nothing') AND decided_at IS NULL AND taken_back_at IS NULL"
            ),
        ),
    )


class Question(Base):
    """A conversation of a contact with the office, about a directive or about none."""

    __tablename__ = "questions"
    id: Mapped[int] = row_id()
    unit_id: Mapped[int] = reference("units.id")
    addressee_id: Mapped[int | None] = reference("addressees.id")
    assignment_id: Mapped[int | None] = reference("assignments.id", index=False)
    person_id: Mapped[int] = reference("persons.id", index=False)
    chat_id: Mapped[int] = reference("chats.id", index=False)
    state: Mapped[QuestionState]
    asked_at: Mapped[datetime]
    handler_id: Mapped[int | None] = reference("persons.id", index=False)  # staff who took it on
    remind_at: Mapped[datetime | None]  # when staff are told that it still waits
    closed_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "ix_questions_open",
            "id",
            sqlite_where=sql("state = 'open'"),
            postgresql_where=sql("state = 'open'"),
        ),
        Index(
            "ix_questions_remind_at",
            "remind_at",
            sqlite_where=sql("remind_at IS NOT NULL"),
            postgresql_where=sql("remind_at IS NOT NULL"),
        ),
    )


class QuestionMessage(Base):
    """One thing said in a question, by the contact's side or the office's. What is no text is
    copied from where it was written; of what was erased neither text nor file is left."""

    __tablename__ = "question_messages"
    id: Mapped[int] = row_id()
    question_id: Mapped[int] = reference("questions.id")
    person_id: Mapped[int] = reference("persons.id", index=False)
    from_office: Mapped[bool]
    text: Mapped[str] = mapped_column(Text, default="")
    file_kind: Mapped[ContentKind | None]
    file_id: Mapped[str | None] = mapped_column(String(300))
    album: Mapped[str | None] = mapped_column(String(64))  # Telegram's mark of several files
    chat_id: Mapped[int] = reference("chats.id", index=False)  # where it was written
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]  # an answer that reached nobody
    __table_args__ = (Index("ix_question_messages_chat_id_message_id", "chat_id", "message_id"),)


class CannedAnswer(Base):
    """An answer that staff give often, under a short name."""

    __tablename__ = "canned_answers"
    id: Mapped[int] = row_id()
    name: Mapped[str] = mapped_column(String(60), unique=True)
    text: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int] = reference("persons.id", index=False)
    created_at: Mapped[datetime]


class Addition(Base):
    """An answer published to all recipients of a directive: it stands on their cards."""

    __tablename__ = "additions"
    id: Mapped[int] = row_id()
    directive_id: Mapped[int] = reference("directives.id")
    question_id: Mapped[int | None] = reference("questions.id", index=False)
    asked: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int] = reference("persons.id", index=False)
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Extension(Base):
    """A later deadline that a contact asked for, and what the office said."""

    __tablename__ = "extensions"
    id: Mapped[int] = row_id()
    assignment_id: Mapped[int] = reference("assignments.id")
    person_id: Mapped[int] = reference("persons.id", index=False)
    chat_id: Mapped[int] = reference("chats.id", index=False)
    reason: Mapped[str] = mapped_column(Text)
    wished_at: Mapped[datetime]
    asked_at: Mapped[datetime]
    deadline_at: Mapped[datetime]  # as it was when it was asked
    state: Mapped[ExtensionState]
    decided_by: Mapped[int | None] = reference("persons.id", index=False)
    decided_at: Mapped[datetime | None]
    granted_at: Mapped[datetime | None]  # the new deadline
    decision_note: Mapped[str | None] = mapped_column(Text)
    __table_args__ = (
        Index(
            "ix_extensions_asked",
            "assignment_id",
            unique=True,  # one wish at a time
            sqlite_where=sql("state = 'asked'"),
            postgresql_where=sql("state = 'asked'"),
        ),
    )


class Unplaced(Base):
    """A message of somebody known that nobody could place, kept until staff have. What came
    together, as an album or shortly one after the other, is one entry: that of the first one."""

    __tablename__ = "unplaced_messages"
    id: Mapped[int] = row_id()
    first_id: Mapped[int | None] = reference("unplaced_messages.id")  # None for the first itself
    person_id: Mapped[int] = reference("persons.id", index=False)
    unit_id: Mapped[int | None] = reference("units.id", index=False)  # if it is clear which
    chat_id: Mapped[int] = reference("chats.id", index=False)
    message_id: Mapped[int | None] = mapped_column(BigInteger)  # None once it cannot be copied
    kind: Mapped[ContentKind]
    text: Mapped[str] = mapped_column(Text, default="")
    file_id: Mapped[str | None] = mapped_column(String(300))
    file_name: Mapped[str] = mapped_column(String(300), default="")
    album: Mapped[str | None] = mapped_column(String(64))  # Telegram's mark of several files
    received_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]  # when the office was sent the entry, if not only listed
    state: Mapped[UnplacedState]
    assignment_id: Mapped[int | None] = reference("assignments.id")
    question_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("questions.id"))
    decided_by: Mapped[int | None] = reference("persons.id", index=False)
    decided_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("chat_id", "message_id"),
        Index(
            "ix_unplaced_messages_waiting",
            "id",
            sqlite_where=sql("state = 'waiting'"),
            postgresql_where=sql("state = 'waiting'"),
        ),
    )
