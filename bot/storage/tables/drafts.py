"""Directives being composed: from letters, from templates, as corrections of what was issued."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.states import AcknowledgeBy, DraftState, Every, Part, Relation, WhenUnclear
from bot.storage.tables.base import Base, reference, row_id
from bot.storage.types import RowId


class Draft(Base):
    """A directive being composed from a letter; or a template; or, with `corrects_id`, the next
    version of a directive that was issued."""

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
    acknowledge_by: Mapped[AcknowledgeBy] = mapped_column(default=AcknowledgeBy.ANY)
    passes_quiet: Mapped[bool | None]  # None: if it is urgent
    reminder_plan: Mapped[str | None] = mapped_column(String(40))
    send_at: Mapped[datetime | None]  # None: as soon as it is issued
    # A template's, and of what was made from it.
    name: Mapped[str | None] = mapped_column(String(200))
    relation: Mapped[Relation | None]
    # Directives name their drafts, so these two go without a constraint: it would be a circle.
    related_id: Mapped[int | None] = mapped_column(RowId)
    corrects_id: Mapped[int | None] = mapped_column(RowId, index=True)
    # A correction's: what was wrong, and whether receipts are to be given again.
    note: Mapped[str | None] = mapped_column(Text)
    asks_again: Mapped[bool] = mapped_column(default=False)
    submitted_at: Mapped[datetime | None]
    reviewed_by: Mapped[int | None] = reference("persons.id", index=False)
    reviewed_at: Mapped[datetime | None]
    review_note: Mapped[str | None] = mapped_column(Text)  # why it was given back
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
    expected_articles: Mapped[int] = mapped_column(default=1)
    reminder_plan: Mapped[str | None] = mapped_column(String(40))
    every: Mapped[Every | None]  # `deadline_at` is then the first one
    every_day: Mapped[int | None]
    # A template's deadline: so many working days after the day of the draft made from it.
    working_days: Mapped[int | None]
    # In a correction: the task that is corrected.
    task_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("tasks.id"))
    __table_args__ = (UniqueConstraint("draft_id", "position"),)


class DraftTaskPart(Base):
    """A group or a unit that has part in a task. A task without any is for all addressees."""

    __tablename__ = "draft_task_parts"
    id: Mapped[int] = row_id()
    draft_task_id: Mapped[int] = reference("draft_tasks.id")
    group_id: Mapped[int | None] = reference("groups.id", index=False)
    unit_id: Mapped[int | None] = reference("units.id")
    part: Mapped[Part]
    __table_args__ = (
        UniqueConstraint("draft_task_id", "group_id"),
        UniqueConstraint("draft_task_id", "unit_id"),
    )


class DraftGroup(Base):
    """An addressee line of the letter and the group staff chose, or may choose, for it."""

    __tablename__ = "draft_groups"
    id: Mapped[int] = row_id()
    draft_id: Mapped[int] = reference("drafts.id")
    position: Mapped[int]
    line: Mapped[str | None] = mapped_column(Text)
    group_id: Mapped[int | None] = reference("groups.id", index=False)
    chosen: Mapped[bool]
    excluded: Mapped[bool] = mapped_column(default=False)  # its units get nothing


class DraftUnit(Base):
    """A unit that is addressed beside the groups, or left out of them."""

    __tablename__ = "draft_units"
    id: Mapped[int] = row_id()
    draft_id: Mapped[int] = reference("drafts.id", index=False)
    unit_id: Mapped[int] = reference("units.id")
    excluded: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (UniqueConstraint("draft_id", "unit_id"),)


class DraftPerson(Base):
    """A contact who is addressed personally: their unit gets it through them only, unless it is
    addressed anyway."""

    __tablename__ = "draft_people"
    id: Mapped[int] = row_id()
    draft_id: Mapped[int] = reference("drafts.id", index=False)
    unit_id: Mapped[int] = reference("units.id")
    person_id: Mapped[int] = reference("persons.id")
    __table_args__ = (UniqueConstraint("draft_id", "unit_id", "person_id"),)


class Attachment(Base):
    """A file that goes with the letter, of a draft and of the directive made from it. Telegram has
    it; it is sent on by its `file_id`."""

    __tablename__ = "attachments"
    id: Mapped[int] = row_id()
    draft_id: Mapped[int] = reference("drafts.id", index=False)
    position: Mapped[int]
    file_id: Mapped[str] = mapped_column(String(300))
    file_unique_id: Mapped[str] = mapped_column(String(100))  # the same however often it is sent
    file_name: Mapped[str] = mapped_column(String(300))  # empty: it has none
    is_picture: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (UniqueConstraint("draft_id", "position"),)


class Recurrence(Base):
    """When the next draft is made from a template; `next_at` is None when that has ended."""

    __tablename__ = "recurrences"
    id: Mapped[int] = row_id()
    draft_id: Mapped[int] = mapped_column(RowId, ForeignKey("drafts.id"), unique=True)
    every: Mapped[Every]
    day: Mapped[
        int
    ]  # of the week from 1, Monday; or of the month, whose last it is if it has fewer
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    person_id: Mapped[int] = reference("persons.id", index=False)
    chat_id: Mapped[int] = reference("chats.id", index=False)
